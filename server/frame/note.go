package frame

import (
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

// Op says what a Note is about.
type Op uint8

// Ops of notes.
const (
	Plain   Op = iota // Bytes, and no more
	Entered           // the avatar is in Room now
	Left              // the avatar went through a portal
	Heard             // words
	Phrased           // a fixed phrase
	Lamp              // somebody watches, or nobody any more
	Over              // the room is no more
	Refused           // the avatar's command had no effect
	Asleep            // the viewer looks away; never from a room
)

// Note is what a room tells viewers besides frames: an event, encoded once
// for all who get it, and what they need to know of it themselves.
type Note struct {
	Op        Op
	Bytes     []byte // the event as it goes on the wire; shared, never written
	Room      id.RoomID
	Entered   *protocol.Entered // of Entered
	Avatar    id.AvatarID       // the speaker, of Heard and Phrased
	By        id.Kind           // of Heard and Phrased
	Name      string            // of Heard and Phrased
	Text      string            // of Heard
	Phrase    id.PhraseID       // of Phrased
	Utterance id.UtteranceID    // of Heard
	At        time.Time         // of Heard
	To        id.PlaceID        // of Left
	ToAt      string            // of Left
	Portal    string            // of Left: the portal it went through
	Soon      bool              // a frame follows at once and takes it along
	On        bool              // of Lamp and Asleep
	Code      protocol.Code     // of Refused
}
