package frame

import (
	"encoding/binary"
	"slices"
	"sync"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

const (
	// crowdFrom and crowdUntil are between how many avatars a room becomes, and
	// ceases to be, a crowd.
	crowdFrom  = 120
	crowdUntil = 100
	// restateEvery is how often everybody's place is stated although it can be
	// foreseen, in ticks; each cell has its turn. It heals what a client got wrong.
	restateEvery = 256
)

// Frame is what happened in a room at a tick. It is immutable and may be shared.
type Frame struct {
	Room   id.RoomID
	Tick   id.Tick
	Before id.Tick // of the frame it follows; zero for the first
	View   world.View
	Crowd  bool // one sees a ring, and a count of the others
	turned bool // whether Crowd was otherwise before

	turns   []byte    // records of those who stayed in their cells, by cell
	starts  []uint32  // where each cell's begin in turns, and the end
	walkers []uint32  // how many walk in the cells before each cell, and in all
	steps   []step    // those who came, left, or went from one cell to another
	stepped []bool    // by slot: whether who has it now did
	slots   []uint16  // of View.States(), in their order
	since   []id.Tick // by slot: when it was given to who has it
	far     []byte    // as the wire has it; nil when it is as before
	count   []byte    // as the wire has it, for whoever knows nothing yet

	mu     sync.Mutex // of what follows: it is made when the first viewer asks
	at     []uint16   // by cell: one more than its place in sights; zero if none asked
	sights []sight    // what viewers see who did not leave their cell
	whole  sight      // what observers see
	arena  []byte     // the motion of sights
}

// step is an avatar that is not in the cell it was in.
type step struct {
	came, left bool // from nowhere, to nowhere
	from, to   plane.Spot
	slot       uint16
	known      []byte // for whoever saw it before and sees it still
	stated     []byte // for whoever did not see it before
	gone       []byte // for whoever does not see it any more
	avatar     id.AvatarID
	who        *protocol.Who
	renamed    bool // whoever knew it must be told who it is now
}

// sight is what all viewers in one cell see.
type sight struct {
	made   bool
	motion []byte
	new    []newcomer
	moving bool // somebody in sight walks: the tick must be told
}

// newcomer is an avatar that a viewer may not know yet.
type newcomer struct {
	slot uint16
	who  protocol.Known
}

// Self is a visitor's own avatar, the base of reconciliation.
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

// Encoder turns a room's views into frames. For one goroutine.
type Encoder struct {
	// CountEvery is how often those out of sight are counted in a crowd, in ticks.
	CountEvery id.Tick

	room  id.RoomID
	atlas *atlas.Atlas
	last  *Frame

	counted id.Tick
	slots   map[id.AvatarID]uint16
	free    []uint16
	since   []id.Tick
}

// NewEncoder makes an encoder for one room.
func NewEncoder(room id.RoomID, a *atlas.Atlas) *Encoder {
	return &Encoder{CountEvery: id.TicksPerSecond, room: room, atlas: a, slots: make(map[id.AvatarID]uint16)}
}

// Encode makes the frame of a view. Views come in the order of their ticks.
func (e *Encoder) Encode(v world.View) *Frame {
	cells := v.Grid.Cells()
	f := &Frame{
		Room: e.room, Tick: v.Tick, View: v,
		at: make([]uint16, cells),
	}
	var was world.View
	if e.last != nil {
		was, f.Before, f.Crowd = e.last.View, e.last.Tick, e.last.Crowd
		sights, motion := e.last.made()
		f.sights, f.arena = make([]sight, 0, sights+1), make([]byte, 0, motion*9/8)
	}
	switch n := v.Len(); {
	case n >= crowdFrom:
		f.Crowd = true
	case n < crowdUntil:
		f.Crowd = false
	}
	f.turned = e.last != nil && f.Crowd != e.last.Crowd
	e.leave(was, v)
	e.turn(f, was)
	e.countFar(f)
	e.last = f
	return f
}

// leave gives back the slots of those who left, and notes their steps by the
// way of turn.
func (e *Encoder) leave(was, now world.View) {
	if was.Changes == now.Changes {
		return
	}
	changed := false
	for i := range was.States() {
		s := &was.States()[i]
		if n, _, still := now.Find(s.Avatar); !still || n.Who != s.Who {
			e.free = append(e.free, e.slots[s.Avatar])
			delete(e.slots, s.Avatar)
		}
	}
	for i := range now.States() {
		s := &now.States()[i]
		if _, had := e.slots[s.Avatar]; had {
			continue
		}
		if !changed { // frames share it: a change is a copy
			e.since = slices.Clone(e.since)
			changed = true
		}
		var slot uint16
		if n := len(e.free); n > 0 {
			slot, e.free = e.free[n-1], e.free[:n-1]
		} else {
			slot = uint16(len(e.since))
			e.since = append(e.since, 0)
		}
		e.slots[s.Avatar] = slot
		e.since[slot] = now.Tick
	}
}

// turn writes the records of everybody.
func (e *Encoder) turn(f *Frame, was world.View) {
	v := f.View
	cells := v.Grid.Cells()
	f.since = e.since
	f.starts = make([]uint32, cells+1)
	f.walkers = make([]uint32, cells+1)
	f.slots = make([]uint16, v.Len())
	f.stepped = make([]bool, len(e.since))
	states := v.States()
	var buf [32]byte
	next := 0
	for c := range cells {
		f.starts[c] = uint32(len(f.turns))
		f.walkers[c+1] = f.walkers[c]
		restate := uint32(c)%restateEvery == uint32(f.Tick)%restateEvery
		for ; next < len(states) && int(states[next].Cell) == c; next++ {
			s := &states[next]
			slot := e.slots[s.Avatar]
			f.slots[next] = slot
			if s.Gait == protocol.Walk {
				f.walkers[c+1]++
			}
			old, _, had := was.Find(s.Avatar)
			if had && old == *s && !restate && s.Gait != protocol.Walk {
				continue
			}
			var r []byte
			if !had || restate || !e.foreseen(&old, s, f.Tick-f.Before) {
				r = protocol.AppendRecord(buf[:0], stated(s))
			} else if old.Heading != s.Heading || old.Gait != s.Gait {
				op := protocol.Stands
				if s.Gait == protocol.Walk {
					op = protocol.Walks
				}
				r = protocol.AppendRecord(buf[:0], &protocol.Record{Op: op, Avatar: s.Avatar, Heading: s.Heading})
			}
			renamed := had && old.Who != s.Who // it left and came back within the tick
			if had && old.Cell == s.Cell && !renamed {
				f.turns = append(f.turns, r...)
				continue
			}
			f.stepped[slot] = true
			st := step{came: !had, to: v.Grid.Spot(s.Cell), slot: slot, avatar: s.Avatar, who: s.Who, renamed: renamed,
				known: slices.Clone(r), stated: protocol.AppendRecord(nil, stated(s)),
				gone: protocol.AppendRecord(nil, &protocol.Record{Op: protocol.Gone, Avatar: s.Avatar})}
			if had {
				st.from = v.Grid.Spot(old.Cell)
			}
			f.steps = append(f.steps, st)
		}
	}
	f.starts[cells] = uint32(len(f.turns))
	for i := range was.States() {
		s := &was.States()[i]
		if _, _, still := v.Find(s.Avatar); !still {
			f.steps = append(f.steps, step{from: v.Grid.Spot(s.Cell), left: true, avatar: s.Avatar,
				gone: protocol.AppendRecord(nil, &protocol.Record{Op: protocol.Gone, Avatar: s.Avatar})})
		}
	}
}

// foreseen reports whether a client that walks avatars by itself for one tick,
// told of the new heading and gait, finds s. A frame over several ticks, of a
// room that sheds load, leaves nothing to foresee.
func (e *Encoder) foreseen(old, s *world.State, ticks id.Tick) bool {
	if ticks > 1 && s.Gait == protocol.Walk {
		return false
	}
	if old.Emote != s.Emote || old.Ghost != s.Ghost || old.Who != s.Who {
		return false
	}
	switch s.Gait {
	case protocol.Walk:
		return atlas.Walk(e.atlas, old.At(), s.Heading, atlas.SubSteps) == s.At()
	case protocol.Stand:
		return old.At() == s.At()
	}
	return *old == *s
}

func stated(s *world.State) *protocol.Record {
	return &protocol.Record{Op: protocol.Stated, Avatar: s.Avatar, X: s.X, Y: s.Y,
		Heading: s.Heading, Gait: s.Gait, Emote: s.Emote, Ghost: s.Ghost}
}

// countFar counts a crowd by blocks, once a second.
func (e *Encoder) countFar(f *Frame) {
	if e.last != nil {
		f.count = e.last.count
	}
	if f.Tick < e.counted+e.CountEvery && !f.turned && f.count != nil {
		return
	}
	e.counted = f.Tick
	far := []byte{1}
	if f.Crowd {
		const block = protocol.BlockTiles * plane.Tile
		columns := (e.atlas.Width + protocol.BlockTiles - 1) / protocol.BlockTiles
		rows := (e.atlas.Height + protocol.BlockTiles - 1) / protocol.BlockTiles
		counts := make([]int, columns*rows)
		for i := range f.View.States() {
			s := &f.View.States()[i]
			counts[int(s.Y/block)*columns+int(s.X/block)]++
		}
		for b, n := range counts {
			if n > 0 {
				far = binary.AppendUvarint(binary.AppendUvarint(far, uint64(b)), uint64(n))
			}
		}
	}
	if string(far) != string(f.count) {
		f.far, f.count = far, far
	}
}

// stayed are the records of those who stayed in their cells, from one cell to
// another.
func (f *Frame) stayed(first, last uint16) []byte { return f.turns[f.starts[first]:f.starts[last+1]] }

// anyWalks reports whether somebody walks, from one cell to another.
func (f *Frame) anyWalks(first, last uint16) bool { return f.walkers[last+1] > f.walkers[first] }

// made is how many sights were made so far, and what their motion takes in bytes.
func (f *Frame) made() (sights, motion int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.sights), len(f.arena)
}

// sees is what a viewer that stayed in a cell sees; all in the cell share it.
func (f *Frame) sees(cell uint16) *sight {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := f.at[cell]; n != 0 {
		return &f.sights[n-1]
	}
	f.sights = append(f.sights, sight{made: true}) // if it grew, who holds an old one keeps it
	f.at[cell] = uint16(len(f.sights))
	s := &f.sights[len(f.sights)-1]
	g := f.View.Grid
	from := len(f.arena)
	s.motion = f.arena
	for first, last := range g.Rows(cell, f.Crowd) {
		s.motion = append(s.motion, f.stayed(first, last)...)
		s.moving = s.moving || f.anyWalks(first, last)
	}
	here := g.Spot(cell)
	for i := range f.steps {
		st := &f.steps[i]
		s.step(st, !st.came && here.Sees(st.from, f.Crowd), !st.left && here.Sees(st.to, f.Crowd))
	}
	// If it grew, those made before keep what they have.
	f.arena, s.motion = s.motion, s.motion[from:len(s.motion):len(s.motion)]
	return s
}

// all is what an observer sees.
func (f *Frame) all() *sight {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := &f.whole
	if s.made {
		return s
	}
	s.made, s.motion, s.moving = true, slices.Clone(f.turns), f.walkers[len(f.walkers)-1] > 0
	for i := range f.steps {
		st := &f.steps[i]
		s.step(st, !st.came, !st.left)
	}
	return s
}

// step adds one avatar's step, as somebody sees it who saw where it was, or
// sees where it is.
func (s *sight) step(st *step, saw, sees bool) {
	switch {
	case saw && sees:
		s.motion = append(s.motion, st.known...)
		if st.renamed {
			s.new = append(s.new, newcomer{st.slot, protocol.Known{Avatar: st.avatar, Who: *st.who}})
		}
	case sees:
		s.motion = append(s.motion, st.stated...)
		s.new = append(s.new, newcomer{st.slot, protocol.Known{Avatar: st.avatar, Who: *st.who}})
	case saw:
		s.motion = append(s.motion, st.gone...)
	}
}

// state adds a cell as it is, for somebody who did not see it before.
func (s *sight) state(f *Frame, c uint16) {
	s.moving = s.moving || f.anyWalks(c, c)
	members := f.View.Cell(c)
	first := f.View.First(c)
	for i := range members {
		m := &members[i]
		s.motion = protocol.AppendRecord(s.motion, stated(m))
		s.new = append(s.new, newcomer{f.slots[first+i], protocol.Known{Avatar: m.Avatar, Who: *m.Who}})
	}
}
