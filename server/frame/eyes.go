package frame

import (
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

// asleepEvery is how rarely a hidden tab gets a frame, in ticks.
const asleepEvery = id.TicksPerSecond

// Eyes remember what a viewer was sent, and as of which tick. They are for one
// goroutine at a time.
type Eyes struct {
	avatar id.AvatarID // zero sees the whole room
	room   id.RoomID
	asOf   id.Tick // zero: nothing yet
	cell   uint16
	self   protocol.Self
	sent   id.Tick
	asleep bool
	knows  []uint64 // a bit for each slot: whether the viewer was told who has it
	told   id.Tick  // as of when knows is right
	roll   uint32   // the view's Changes by then
}

// Scratch is what looking is made in. Eyes may share one, after each other.
type Scratch struct {
	own   sight
	known []protocol.Known
	buf   []byte
}

// NewEyes are the eyes of an avatar; those of avatar zero see the whole room.
func NewEyes(avatar id.AvatarID) Eyes { return Eyes{avatar: avatar} }

// Enter forgets what was seen: frames of this room count from now on.
func (e *Eyes) Enter(room id.RoomID) {
	e.room, e.asOf, e.sent, e.told, e.self = room, 0, 0, 0, protocol.Self{}
	clear(e.knows)
}

// Sleep makes frames rare, or usual again. The next frame tells all anew, also
// who everybody is: a viewer that has lost the thread may ask for it so.
func (e *Eyes) Sleep(on bool) {
	e.asleep, e.asOf = on, 0
	clear(e.knows)
}

// Look returns the Frame event with what is new to this viewer, or nil if
// nothing is. The bytes are valid until the next Look with the same scratch.
func (e *Eyes) Look(f *Frame, w *Scratch) []byte {
	if f.Room != e.room || f.Tick <= e.sent && e.sent != 0 || e.asleep && e.sent != 0 && f.Tick < e.sent+asleepEvery {
		return nil
	}
	if e.avatar == 0 {
		return e.lookAll(f, w)
	}
	me, ack, ok := f.View.Find(e.avatar)
	if !ok {
		return nil
	}
	self := selfOf(me, ack)
	var s *sight
	reset := e.asOf == 0 || e.asOf != f.Before || f.turned
	switch {
	case reset:
		s = w.fresh()
		for c := range f.View.Grid.Sight(me.Cell, f.Crowd) {
			s.state(f, c)
		}
	case me.Cell == e.cell:
		s = f.sees(me.Cell)
	default:
		s = e.turnHead(f, w, me.Cell)
	}
	e.asOf, e.cell = f.Tick, me.Cell
	tell := reset || self.Ack != e.self.Ack || self.Gait != e.self.Gait || self.Heading != e.self.Heading ||
		uint32(f.Tick)%id.TicksPerSecond == uint32(e.avatar)%id.TicksPerSecond && self != e.self
	e.self.Ack, e.self.Gait, e.self.Heading = self.Ack, self.Gait, self.Heading
	if tell {
		e.self = self
	}
	far := f.far
	if reset {
		far = f.count
	}
	if !reset && !tell && !s.moving && len(s.motion) == 0 && len(far) == 0 {
		return nil
	}
	var own *protocol.Self
	if tell {
		own = &e.self
	}
	return e.write(f, w, s, reset, own, far)
}

func (e *Eyes) lookAll(f *Frame, w *Scratch) []byte {
	s := f.all()
	reset := e.asOf == 0 || e.asOf != f.Before
	if reset {
		s = w.fresh()
		for c := range f.View.Grid.Cells() {
			s.state(f, uint16(c))
		}
	}
	e.asOf = f.Tick
	if !reset && !s.moving && len(s.motion) == 0 {
		return nil
	}
	return e.write(f, w, s, reset, nil, nil)
}

func (w *Scratch) fresh() *sight {
	w.own.motion, w.own.new, w.own.moving = w.own.motion[:0], w.own.new[:0], false
	return &w.own
}

// turnHead is what a viewer sees that has gone to another cell: of those in
// sight before and still what they did, of those in sight newly how they are,
// of those in sight no more that they are gone.
func (e *Eyes) turnHead(f *Frame, w *Scratch, cell uint16) *sight {
	g := f.View.Grid
	before, now := g.Spot(e.cell), g.Spot(cell)
	s := w.fresh()
	for c := range g.Sight(cell, f.Crowd) {
		if before.Sees(g.Spot(c), f.Crowd) {
			s.moving = s.moving || f.anyWalks(c, c)
			s.motion = append(s.motion, f.stayed(c, c)...)
		} else {
			s.state(f, c)
		}
	}
	for i := range f.steps {
		st := &f.steps[i]
		saw := !st.came && before.Sees(st.from, f.Crowd)
		sees := !st.left && now.Sees(st.to, f.Crowd)
		if sees && !before.Sees(st.to, f.Crowd) {
			continue // it was stated with its cell
		}
		s.step(st, saw, sees)
	}
	for c := range g.Sight(e.cell, f.Crowd) {
		if now.Sees(g.Spot(c), f.Crowd) {
			continue
		}
		first := f.View.First(c)
		for i, m := range f.View.Cell(c) {
			if f.stepped[f.slots[first+i]] {
				continue // its step told
			}
			s.motion = protocol.AppendRecord(s.motion, &protocol.Record{Op: protocol.Gone, Avatar: m.Avatar})
		}
	}
	return s
}

func (e *Eyes) write(f *Frame, w *Scratch, s *sight, reset bool, self *protocol.Self, far []byte) []byte {
	w.known = w.known[:0]
	e.unlearn(f)
	for i := range s.new {
		n := &s.new[i]
		word, bit := &e.knows[n.slot/64], uint64(1)<<(n.slot%64)
		if *word&bit == 0 {
			*word |= bit
			w.known = append(w.known, n.who)
		}
	}
	e.sent = f.Tick
	w.buf = protocol.AppendFrame(w.buf[:0], f.Tick, reset, self, w.known, s.motion, far)
	return w.buf
}

// unlearn forgets who had a slot that has been given to somebody else since.
func (e *Eyes) unlearn(f *Frame) {
	if e.roll == f.View.Changes && e.told != 0 {
		e.told = f.Tick
		return
	}
	if n := (len(f.since) + 63) / 64; len(e.knows) < n {
		e.knows = append(e.knows, make([]uint64, n-len(e.knows))...)
	}
	for slot, since := range f.since {
		if since > e.told {
			e.knows[slot/64] &^= 1 << (slot % 64)
		}
	}
	e.told, e.roll = f.Tick, f.View.Changes
}
