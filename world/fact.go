package world

import (
	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/plane"
)

// FactOp is what happened. Append only.
type FactOp uint8

// FactOps.
const (
	Entered FactOp = iota + 1 // Avatar, Who, At
	Left                      // Avatar, Who, At; To, ToAt and Gate when it went through a portal
	Heard                     // Avatar said Words, Utterance; Audience
	Phrased                   // Avatar said Phrase; Audience
	Refused                   // what Avatar asked had no effect: Code
)

// A Fact is what happened in a Step. It and its Audience are valid until the
// next Step.
type Fact struct {
	Op        FactOp
	Avatar    id.AvatarID
	Who       protocol.Who
	At        plane.Point
	To        id.PlaceID // the place behind the portal
	ToAt      string     // name of the portal or spawn there
	Gate      string     // name of the portal here: where to enter again if the place behind is full
	Code      protocol.Code
	Words     moderation.Cleared
	Utterance id.UtteranceID
	Phrase    id.PhraseID
	Audience  []id.AvatarID // ascending; the speaker is among them
}
