package frame

import (
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

// asleepEvery is how rarely a hidden tab gets a frame, in ticks.
const asleepEvery = id.TicksPerSecond

// Eyes remember which cells a viewer was sent, and as of which tick. They are
// its write pump's own.
type Eyes struct {
	avatar id.AvatarID // zero sees the whole room
	room   id.RoomID
	asOf   []id.Tick // by cell; zero is never, or out of sight since
	self   protocol.Self
	sent   id.Tick
	asleep bool
	sight  []bool
	cells  [][]byte
	w      protocol.FrameWriter
}

// NewEyes are the eyes of an avatar; those of avatar zero see the whole room.
func NewEyes(avatar id.AvatarID) *Eyes { return &Eyes{avatar: avatar} }

// Enter forgets what was seen: frames of this room count from now on.
func (e *Eyes) Enter(room id.RoomID) {
	e.room = room
	clear(e.asOf)
	e.self = protocol.Self{}
	e.sent = 0
}

// Sleep makes frames rare, or usual again.
func (e *Eyes) Sleep(on bool) { e.asleep = on }

// Look returns the Frame event with what is new to this viewer, or nil if
// nothing is. The bytes are valid until the next Look.
func (e *Eyes) Look(f *Frame) []byte {
	if f.Room != e.room || f.Tick <= e.sent || e.asleep && f.Tick < e.sent+asleepEvery {
		return nil
	}
	if len(e.asOf) != len(f.cells) {
		e.asOf = make([]id.Tick, len(f.cells))
		e.sight = make([]bool, len(f.cells))
	}
	var self protocol.Self
	if e.avatar == 0 {
		for i := range e.sight {
			e.sight[i] = true
		}
	} else {
		s, ack, ok := f.View.Find(e.avatar)
		if !ok {
			return nil
		}
		self = selfOf(s, ack)
		clear(e.sight)
		for i := range f.View.Grid.Sight(s.At()) {
			e.sight[i] = true
		}
	}
	e.cells = e.cells[:0]
	for i, c := range f.cells {
		as := e.asOf[i]
		switch {
		case !e.sight[i]:
			if as != 0 {
				e.asOf[i] = 0
				e.cells = append(e.cells, empty(uint16(i)))
			}
			continue
		case as >= c.changed: // nothing new
		case as == 0 && len(c.avatars) == 0: // an empty cell needs no telling
		case as >= c.before && as != 0 && c.changes != nil:
			e.cells = append(e.cells, c.changes)
		default:
			e.cells = append(e.cells, c.full())
		}
		e.asOf[i] = f.Tick
	}
	if len(e.cells) == 0 && self == e.self && e.sent != 0 {
		return nil
	}
	e.self = self
	e.sent = f.Tick
	return e.w.Write(f.Tick, self, e.cells)
}

func empty(i uint16) []byte { return protocol.EncodeCell(&protocol.Cell{Index: i, Full: true}) }
