package world

import (
	"iter"
	"slices"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/plane"
)

// State is what others see of an avatar. It is comparable: two that are equal
// look the same. Who never changes while the avatar is in the room, so its
// pointer stands for it; nobody may write through it.
type State struct {
	Avatar  id.AvatarID
	X, Y    int32 // units
	Who     *protocol.Who
	Cell    uint16 // of the atlas's grid
	Heading uint8
	Gait    protocol.Gait
	Emote   id.EmoteID
	Ghost   bool
}

// At is where it is.
func (s State) At() plane.Point { return plane.Point{X: s.X, Y: s.Y} }

// View is a room at a tick. It never changes and any goroutine may read it;
// copying it is cheap. The slices that it gives must not be written.
type View struct {
	Room id.RoomID
	Tick id.Tick
	Grid plane.Grid

	// Changes counts who came and who left: while it is the same, so are the
	// avatars.
	Changes uint32

	states []State  // by cell, then by avatar
	acks   []uint32 // of states
	starts []uint32 // where each cell begins in states, and the end
	byID   []uint32 // indices of states, by avatar
}

// Len is how many avatars there are.
func (v View) Len() int { return len(v.states) }

// States is everybody, by cell and then by avatar.
func (v View) States() []State { return v.states }

// Cell is everybody in a cell, by avatar.
func (v View) Cell(cell uint16) []State {
	if int(cell)+1 >= len(v.starts) {
		return nil
	}
	from, to := v.starts[cell], v.starts[cell+1]
	return v.states[from:to:to]
}

// First is the index in States of a cell's first avatar.
func (v View) First(cell uint16) int {
	if int(cell)+1 >= len(v.starts) {
		return len(v.states)
	}
	return int(v.starts[cell])
}

// Cells yields the cells that hold anybody, in ascending order.
func (v View) Cells() iter.Seq2[uint16, []State] {
	return func(yield func(uint16, []State) bool) {
		for from := 0; from < len(v.states); {
			cell := v.states[from].Cell
			to := int(v.starts[cell+1])
			if !yield(cell, v.states[from:to:to]) {
				return
			}
			from = to
		}
	}
}

// Find is one avatar's state and the Seq of its last move that was applied.
func (v View) Find(avatar id.AvatarID) (s State, ack uint32, ok bool) {
	i, ok := slices.BinarySearchFunc(v.byID, avatar, func(i uint32, avatar id.AvatarID) int {
		return int(int64(v.states[i].Avatar) - int64(avatar))
	})
	if !ok {
		return State{}, 0, false
	}
	at := v.byID[i]
	return v.states[at], v.acks[at], true
}

// View is the room as of the last Step. A room in which nothing has changed
// gives the same slices again.
func (r *Room) View() View {
	if !r.dirty {
		r.view.Tick = r.tick
		return r.view
	}
	r.dirty = false

	grid := r.atlas.Grid()
	n, cells := len(r.avatars), grid.Cells()
	states := make([]State, n)
	numbers := make([]uint32, 2*n+cells+1)
	acks, byID, starts := numbers[:n:n], numbers[n:2*n:2*n], numbers[2*n:]

	// Sorted by counting: avatars come in the order of their ids and keep it
	// within each cell.
	for _, a := range r.avatars {
		starts[grid.Cell(a.at)+1]++
	}
	for i := range cells {
		starts[i+1] += starts[i]
	}
	for i, a := range r.avatars {
		cell := grid.Cell(a.at)
		at := starts[cell] // moves on, and is the next cell's beginning in the end
		starts[cell]++
		states[at] = State{
			Avatar: a.id, X: a.at.X, Y: a.at.Y, Who: a.who, Cell: cell,
			Heading: a.heading, Gait: a.gait, Emote: a.emote, Ghost: a.ghost,
		}
		acks[at], byID[i] = a.ack, at
	}
	copy(starts[1:], starts[:cells])
	starts[0] = 0

	r.view = View{Room: r.options.Room, Tick: r.tick, Grid: grid, Changes: r.changes, states: states, acks: acks, starts: starts, byID: byID}
	return r.view
}
