package companion

import (
	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// Sight is one live room as the guide sees it, best sent every SightEvery
// ticks. It and its slice must not be changed after it was handed over.
type Sight struct {
	Room    id.RoomID
	Tick    id.Tick
	Atlas   *atlas.Atlas
	Avatars []Seen // all in the room, the companions too
}

// SightEvery is the pace of sights that walking is planned for, in ticks.
const SightEvery = 10

// Seen is one avatar in a Sight.
type Seen struct {
	Avatar  id.AvatarID
	Kind    id.Kind
	At      plane.Point
	Bracket id.Bracket
	Name    string
	Ghost   bool // its connection is lost
	Emote   id.EmoteID
}

// Heard is something said, with those within earshot. Either Text (as it was
// cleared) or Phrase is set. What a visitor says that nobody but itself hears
// is for the guide too: it is how a companion is called.
type Heard struct {
	Room       id.RoomID
	Avatar     id.AvatarID // the speaker
	By         id.Kind
	Bracket    id.Bracket
	Utterance  id.UtteranceID // of Text, by which it may be taken back
	Text       string
	Phrase     id.PhraseID
	Audience   []id.AvatarID
	Concern    moderation.Concern
	Distressed bool // the gate saw a child in need
}

// Hid is a visitor who hides a companion from itself.
type Hid struct{ Visitor, Companion id.AvatarID }

// Op is what a companion does.
type Op uint8

// Ops.
const (
	Come   Op = iota + 1 // enter Room at the spawn or portal named At
	Walk                 // walk along Heading from Tick on
	Stand                // stand and look along Heading from Tick on
	Say                  // say Text, if the gate lets it
	Go                   // leave the room and the city
	Appear               // enter Room at Spot, looking along Heading
	Write                // show that it is about to say something
)

// Action is one thing that a companion does.
type Action struct {
	Op      Op
	Room    id.RoomID
	Avatar  id.AvatarID
	At      string      // of Come
	Spot    plane.Point // of Appear
	Name    string      // of Come and Appear
	Look    id.Look     // of Come and Appear
	Seq     uint32      // of Walk and Stand, counting from 1
	Tick    id.Tick     // of Walk and Stand; zero is at once
	Heading uint8       // of Walk, Stand and Appear
	Text    string      // of Say, for the reader that To is
	To      id.AvatarID // of Say: the visitor it is with
	Bracket id.Bracket  // of Say: To's
}

// Input is what happened since the last Step.
type Input struct {
	Sights  []Sight
	Heard   []Heard
	Hid     []Hid
	Unsaid  []id.UtteranceID // words that were taken back
	Answers []Answer
}

// Output is what follows from it.
type Output struct {
	Actions []Action
	Asks    []Ask
}

// Ask is a question to the mind. Its Answer may come any time, or never.
type Ask struct {
	Companion    id.AvatarID
	Number       uint32 // counts a companion's asks
	Conversation Conversation
}

// Answer is what the mind found. An Err, or no text, lets the scripted mind
// speak.
type Answer struct {
	Companion id.AvatarID
	Number    uint32
	Text      string
	Err       error
}
