package world

import (
	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/plane"
)

// Op is what a command does. Append only: journals hold it.
type Op uint8

// Ops.
const (
	OpEnter Op = iota + 1
	OpLeave
	OpMove
	OpSay
	OpPhrase
	OpEmote
	OpSit
	OpHaunt
	OpAppear
	opEnd // one past the last
)

// A Command asks a room for something; the constructors below build it. Those
// of an avatar that is not in the room have no effect.
type Command struct {
	Op      Op
	Avatar  id.AvatarID
	Seq     uint32
	Tick    id.Tick
	Heading uint8
	Gait    protocol.Gait
	Seat    id.SeatID
	Phrase  id.PhraseID
	Emote   id.EmoteID
	Ghost   bool
	Who     protocol.Who
	At      string // name of a spawn or portal
	Spot    plane.Point

	// The words themselves go with the command but not into a journal, which
	// keeps their id, length in runes and hash: no rule reads them.
	Words     moderation.Cleared
	Utterance id.UtteranceID
	Runes     int
	Hash      uint64
}

// Enter brings an avatar in, at a portal or spawn by name; an unknown or
// empty name means the first spawn.
func Enter(avatar id.AvatarID, who protocol.Who, at string) Command {
	return Command{Op: OpEnter, Avatar: avatar, Who: who, At: at}
}

// Appear brings an avatar in at a spot, looking along a heading. It is refused
// where nobody can stand, and in a portal.
func Appear(avatar id.AvatarID, who protocol.Who, spot plane.Point, heading uint8) Command {
	return Command{Op: OpAppear, Avatar: avatar, Who: who, Spot: spot, Heading: heading}
}

// Leave takes an avatar out.
func Leave(avatar id.AvatarID) Command { return Command{Op: OpLeave, Avatar: avatar} }

// Move turns an avatar and starts or stops it at a tick; see protocol.Move.
func Move(avatar id.AvatarID, seq uint32, tick id.Tick, heading uint8, gait protocol.Gait) Command {
	return Command{Op: OpMove, Avatar: avatar, Seq: seq, Tick: tick, Heading: heading, Gait: gait}
}

// Say lets those within earshot hear words.
func Say(avatar id.AvatarID, words moderation.Cleared) Command {
	return Command{Op: OpSay, Avatar: avatar, Words: words,
		Utterance: words.Utterance(), Runes: words.Runes(), Hash: words.Hash()}
}

// SayPhrase lets those within earshot hear a fixed phrase.
func SayPhrase(avatar id.AvatarID, phrase id.PhraseID) Command {
	return Command{Op: OpPhrase, Avatar: avatar, Phrase: phrase}
}

// Emote shows an emote over an avatar for EmoteTicks.
func Emote(avatar id.AvatarID, emote id.EmoteID) Command {
	return Command{Op: OpEmote, Avatar: avatar, Emote: emote}
}

// Sit seats an avatar. Moves of it that still wait are dropped: sitting down
// is the end of that walk.
func Sit(avatar id.AvatarID, seat id.SeatID) Command {
	return Command{Op: OpSit, Avatar: avatar, Seat: seat}
}

// Haunt marks an avatar whose connection is lost: it stands still and hears
// nothing. With ghost false somebody is back: its moves are counted anew, from
// any Seq.
func Haunt(avatar id.AvatarID, ghost bool) Command {
	return Command{Op: OpHaunt, Avatar: avatar, Ghost: ghost}
}
