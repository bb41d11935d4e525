package frame

import (
	"sync"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world"
)

// Frame is a room at a tick. It is immutable and may be shared.
type Frame struct {
	Room  id.RoomID
	Tick  id.Tick
	View  world.View
	cells []*cell
}

// Self is the receiver's own avatar, the base of reconciliation.
func (f *Frame) Self(a id.AvatarID) (protocol.Self, bool) {
	s, ack, ok := f.View.Find(a)
	if !ok {
		return protocol.Self{}, false
	}
	return selfOf(s, ack), true
}

func selfOf(s world.State, ack uint32) protocol.Self {
	return protocol.Self{Ack: ack, X: s.X, Y: s.Y, Heading: s.Heading, Gait: s.Gait}
}

// A cell is the same value in every frame until something in it changes.
type cell struct {
	changed id.Tick // when it became what it is
	before  id.Tick // when it had become what it was before; changes are against that
	changes []byte  // nil when there are none to send: all of it must be
	index   uint16
	avatars []world.State

	once sync.Once
	all  []byte
}

// full is all of the cell, encoded when the first viewer needs it.
func (c *cell) full() []byte {
	c.once.Do(func() {
		out := protocol.Cell{Index: c.index, Full: true, Avatars: make([]protocol.Avatar, 0, len(c.avatars))}
		for i := range c.avatars {
			out.Avatars = append(out.Avatars, avatar(&c.avatars[i], true))
		}
		c.all = protocol.EncodeCell(&out)
	})
	return c.all
}

func avatar(s *world.State, who bool) protocol.Avatar {
	a := protocol.Avatar{Avatar: s.Avatar, X: s.X, Y: s.Y, Heading: s.Heading, Gait: s.Gait, Emote: s.Emote, Ghost: s.Ghost}
	if who {
		a.Who = s.Who
	}
	return a
}

// Encoder turns a room's views into frames. For one goroutine.
type Encoder struct {
	room id.RoomID
	last []*cell
}

// NewEncoder makes an encoder for one room.
func NewEncoder(room id.RoomID) *Encoder { return &Encoder{room: room} }

// Encode makes the frame of a view. Views come in the order of their ticks.
func (e *Encoder) Encode(v world.View) *Frame {
	n := v.Grid.Cells()
	f := &Frame{Room: e.room, Tick: v.Tick, View: v, cells: make([]*cell, n)}
	for i := range n {
		now := v.Cell(uint16(i))
		var was *cell
		if e.last != nil {
			was = e.last[i]
		}
		f.cells[i] = next(was, uint16(i), now, v.Tick)
	}
	e.last = f.cells
	return f
}

func next(was *cell, index uint16, now []world.State, tick id.Tick) *cell {
	if was == nil {
		return &cell{index: index, changed: tick, avatars: now}
	}
	out := protocol.Cell{Index: index}
	old := was.avatars
	for i := range now {
		s := &now[i]
		for len(old) > 0 && old[0].Avatar < s.Avatar {
			out.Gone = append(out.Gone, old[0].Avatar)
			old = old[1:]
		}
		if len(old) > 0 && old[0].Avatar == s.Avatar {
			if old[0] != *s {
				out.Avatars = append(out.Avatars, avatar(s, false))
			}
			old = old[1:]
			continue
		}
		out.Avatars = append(out.Avatars, avatar(s, true))
	}
	for i := range old {
		out.Gone = append(out.Gone, old[i].Avatar)
	}
	if len(out.Avatars)+len(out.Gone) == 0 {
		return was
	}
	return &cell{index: index, changed: tick, before: was.changed, avatars: now, changes: protocol.EncodeCell(&out)}
}
