package world

import (
	"fmt"
	"testing"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// garden is 40 × 24 tiles of grass within a wall, with a pond in the middle,
// two benches, a quiet corner and two gates.
func garden(t testing.TB) *atlas.Atlas {
	t.Helper()
	return prepared(t, 40, 24, func(a *atlas.Atlas) {
		a.Walls = append(a.Walls, tiles(18, 10, 22, 14))
		a.Seats = []atlas.Seat{{At: middle(5, 5), Facing: plane.South}, {At: middle(6, 5), Facing: plane.South}, {At: middle(30, 20), Facing: plane.West}}
		a.Portals = []atlas.Portal{
			{Name: "east-gate", Area: tiles(38, 11, 39, 13), To: "plaza", At: "garden-gate"},
			{Name: "north-gate", Area: tiles(9, 1, 11, 2), To: "marsh"},
		}
		a.Spawns = []atlas.Spawn{{Name: "here", At: middle(10, 12), Facing: plane.South}, {Name: "there", At: middle(30, 12), Facing: plane.North}}
		a.Zones = []atlas.Zone{{Name: "corner", Area: tiles(1, 17, 8, 23), Earshot: 2 * plane.Tile, Quiet: true}}
	})
}

func prepared(t testing.TB, width, height int, more func(*atlas.Atlas)) *atlas.Atlas {
	t.Helper()
	a := &atlas.Atlas{Place: "garden", Title: "庭", Width: width, Height: height, Earshot: atlas.DefaultEarshot}
	a.Ground = make([]atlas.Terrain, width*height)
	for i := range a.Ground {
		if x, y := i%width, i/width; x == 0 || y == 0 || x == width-1 || y == height-1 {
			a.Ground[i] = atlas.Wall
		}
	}
	a.Spawns = []atlas.Spawn{{Name: "here", At: middle(int32(width/2), int32(height/2)), Facing: plane.South}}
	if more != nil {
		more(a)
	}
	if err := a.Prepare(); err != nil {
		t.Fatal(err)
	}
	return a
}

func middle(x, y int32) plane.Point {
	return plane.Point{X: x*plane.Tile + plane.Tile/2, Y: y*plane.Tile + plane.Tile/2}
}

func tiles(x0, y0, x1, y1 int32) plane.Rect {
	return plane.Rect{
		Min: plane.Point{X: x0 * plane.Tile, Y: y0 * plane.Tile},
		Max: plane.Point{X: x1 * plane.Tile, Y: y1 * plane.Tile},
	}
}

func who(n id.AvatarID) protocol.Who {
	return protocol.Who{Kind: id.Kind(n % 3), Name: fmt.Sprint("ペンギン", n), Look: id.Look(n)}
}

// A stage is a room with a hand at its crank.
type stage struct {
	t    testing.TB
	room *Room
}

func newStage(t testing.TB, a *atlas.Atlas) *stage {
	return &stage{t, New(a, Options{Room: id.RoomID{City: "kariya", Place: "garden", Copy: 1}})}
}

// step is one tick; the facts are copied.
func (s *stage) step(in ...Command) []Fact {
	return append([]Fact(nil), s.room.Step(s.room.Tick()+1, in)...)
}

// run is some ticks without commands.
func (s *stage) run(ticks int) (facts []Fact) {
	for range ticks {
		facts = append(facts, s.step()...)
	}
	return facts
}

// put brings an avatar in and sets it down at a point.
func (s *stage) put(avatar id.AvatarID, at plane.Point) {
	s.t.Helper()
	s.step(Enter(avatar, who(avatar), ""))
	a := s.room.index[avatar]
	if a == nil {
		s.t.Fatalf("avatar %d did not enter", avatar)
	}
	a.at, a.gate = at, s.room.atlas.PortalAt(at)
}

func (s *stage) state(avatar id.AvatarID) State {
	s.t.Helper()
	state, _, ok := s.room.View().Find(avatar)
	if !ok {
		s.t.Fatalf("avatar %d is not in the view", avatar)
	}
	return state
}

func (s *stage) ack(avatar id.AvatarID) uint32 {
	_, ack, _ := s.room.View().Find(avatar)
	return ack
}

// only is the one fact of an op among facts.
func only(t testing.TB, facts []Fact, op FactOp) Fact {
	t.Helper()
	var found []Fact
	for _, f := range facts {
		if f.Op == op {
			found = append(found, f)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d facts of op %d, want one: %+v", len(found), op, facts)
	}
	return found[0]
}

// said stands for cleared words as a journal gives them back: this package
// can't make words, and no rule reads them.
func said(avatar id.AvatarID, utterance id.UtteranceID) Command {
	return Command{Op: OpSay, Avatar: avatar, Utterance: utterance, Runes: 3, Hash: uint64(utterance) * 77}
}
