package world

import (
	"testing"

	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// Whatever people come in by, each stands on a tile of its own while there is
// space: on free ground, in no portal, and where it can walk from.
func TestEverybodyArrivesOnATileOfItsOwn(t *testing.T) {
	for _, name := range []string{"", "here", "there", "east-gate", "north-gate", "no such place"} {
		s := newStage(t, garden(t))
		a := s.room.atlas
		stood := make(map[plane.Point]id.AvatarID)
		var all []plane.Point
		for n := id.AvatarID(1); n <= 80; n++ {
			f := only(t, s.step(Enter(n, who(n), name)), Entered)
			if !a.Free(f.At) || a.PortalAt(f.At) >= 0 {
				t.Fatalf("%q: avatar %d stands in something at %v", name, n, f.At)
			}
			tile := plane.Point{X: f.At.X / plane.Tile, Y: f.At.Y / plane.Tile}
			if o := stood[tile]; o != 0 {
				t.Fatalf("%q: avatars %d and %d stand on tile %v", name, o, n, tile)
			}
			stood[tile] = n
			all = append(all, f.At)
			if len(atlas.Path(a, all[0], f.At, 1000)) > 0 && plane.Dist2(all[0], f.At) > around*around*2*plane.Tile*plane.Tile {
				t.Errorf("%q: avatar %d arrives far off, at %v", name, n, f.At)
			}
		}
		// While it is roomy nobody hides another: the first nine have two tiles.
		for i, p := range all[:9] {
			for _, q := range all[:i] {
				if plane.Dist2(p, q) < elbows*elbows {
					t.Errorf("%q: %v and %v cover each other", name, p, q)
				}
			}
		}
		if facts := s.run(3); len(facts) != 0 {
			t.Errorf("%q: caught by arriving: %+v", name, facts)
		}
	}
}

func TestTheFirstStandsWhereTheSpawnIs(t *testing.T) {
	s := newStage(t, garden(t))
	if f := only(t, s.step(Enter(1, who(1), "here")), Entered); f.At != middle(10, 12) {
		t.Errorf("the first stands at %v", f.At)
	}
	s.step(Leave(1))
	if f := only(t, s.step(Enter(2, who(2), "here")), Entered); f.At != middle(10, 12) {
		t.Errorf("a spot that is free again is not taken: %v", f.At)
	}
	// The nearest free one, where there is no room for elbows: a lane.
	lane := prepared(t, 9, 8, func(a *atlas.Atlas) { a.Walls = append(a.Walls, tiles(1, 1, 8, 4), tiles(1, 5, 8, 7)) })
	s = newStage(t, lane)
	want := []int32{4, 2, 6, 3, 5, 1, 7}
	for n, x := range want {
		f := only(t, s.step(Enter(id.AvatarID(n+1), who(1), "")), Entered)
		if f.At.X/plane.Tile != x || f.At.Y/plane.Tile != 4 {
			t.Errorf("number %d stands at %v, want column %d", n, f.At, x)
		}
	}
	// Full: people take turns, and nobody is turned away.
	count := make(map[plane.Point]int)
	for n := id.AvatarID(20); n < 20+7*5; n++ {
		count[only(t, s.step(Enter(n, who(n), "")), Entered).At]++
	}
	for p, n := range count {
		if n != 5 || !lane.Free(p) {
			t.Errorf("%d of 35 stand at %v", n, p)
		}
	}
	if len(count) != 7 {
		t.Errorf("35 people at %d spots", len(count))
	}
}

// Who comes through a gate stands before it, two tiles off, and the gate does
// not take it back; who walks into it again goes through.
func TestArrivingBeforeAGate(t *testing.T) {
	s := newStage(t, garden(t))
	f := only(t, s.step(Enter(1, who(1), "east-gate")), Entered)
	gate, _, _ := s.room.atlas.Arrival("east-gate")
	if d := plane.Dist2(gate, f.At); d != before*before {
		t.Errorf("it stands %v from %v", f.At, gate)
	}
	if facts := s.run(20); len(facts) != 0 {
		t.Fatalf("caught: %+v", facts)
	}
	s.step(Move(1, 1, 0, plane.Heading(f.At, gate), 1))
	if f := only(t, s.run(15), Left); f.Gate != "east-gate" {
		t.Errorf("%+v", f)
	}
}

// A gate in a niche that is all gate: one arrives in it, and stays.
func TestArrivingInAGateWithoutGroundBeforeIt(t *testing.T) {
	a := prepared(t, 16, 16, func(a *atlas.Atlas) {
		a.Walls = append(a.Walls, tiles(3, 3, 7, 4), tiles(3, 6, 7, 7), tiles(3, 3, 4, 7), tiles(6, 3, 7, 7))
		a.Portals = []atlas.Portal{{Name: "niche", Area: tiles(4, 4, 6, 6), To: "elsewhere"}}
	})
	s := newStage(t, a)
	for n := id.AvatarID(1); n <= 3; n++ {
		if f := only(t, s.step(Enter(n, who(n), "niche")), Entered); !a.Free(f.At) {
			t.Errorf("in something at %v", f.At)
		}
	}
	if facts := s.run(5); len(facts) != 0 {
		t.Errorf("%+v", facts)
	}
}

// Somebody who stands between spots keeps both from being taken.
func TestNobodyArrivesUponOthers(t *testing.T) {
	s := newStage(t, garden(t))
	s.put(1, middle(10, 12).Add(plane.Point{X: 100}))
	f := only(t, s.step(Enter(2, who(2), "here")), Entered)
	if at := s.state(1).At(); plane.Dist2(at, f.At) < elbows*elbows {
		t.Errorf("%v beside %v", f.At, at)
	}
}

func BenchmarkArrive(b *testing.B) {
	s := newStage(b, garden(b))
	for n := id.AvatarID(1); n <= 800; n++ {
		s.step(Enter(n, who(n), ""))
	}
	for b.Loop() {
		s.room.arrive("")
	}
}
