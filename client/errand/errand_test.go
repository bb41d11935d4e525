package errand

import (
	"testing"
	"time"

	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

func park(t *testing.T) *atlas.Atlas {
	t.Helper()
	a := &atlas.Atlas{
		Place: "park", Title: "こうえん", Width: 30, Height: 20, Earshot: atlas.DefaultEarshot, Ground: make([]atlas.Terrain, 600),
		Walls:  []plane.Rect{{Min: plane.Point{X: 2560, Y: 512}, Max: plane.Point{X: 2816, Y: 4000}}},
		Seats:  []atlas.Seat{{At: plane.Point{X: 5000, Y: 1000}, Facing: plane.South}},
		Spawns: []atlas.Spawn{{Name: "start", At: plane.Point{X: 1000, Y: 2000}, Facing: plane.South}},
	}
	for x := range 30 {
		a.Ground[x] = atlas.Water
	}
	if err := a.Prepare(); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestWalksRoundAWallAndStops(t *testing.T) {
	a := park(t)
	at := a.Spawns[0].At
	var f Errand
	goal := plane.Point{X: 5000, Y: 2000}
	if !f.To(a, at, goal, 0) {
		t.Fatal("no way")
	}
	if f.Stop(); f.Going() {
		t.Fatal("goes on after it was told to stop")
	}
	f.To(a, at, goal, 0)
	turns, last := 0, uint8(0)
	for n := range 2000 {
		now := time.Duration(n) * 50 * time.Millisecond / 3
		h, walk, done := f.Run(a, at, now)
		if done {
			if plane.Dist2(at, goal) > 60*60 {
				t.Fatalf("stops at %v", at)
			}
			if f.Going() {
				t.Fatal("done and still going")
			}
			if turns > 60 {
				t.Fatalf("%d turns", turns)
			}
			return
		}
		if n%3 == 0 && h != last {
			turns, last = turns+1, h
		}
		if walk {
			at = atlas.Walk(a, at, last, 1)
		}
	}
	t.Fatalf("never arrives; at %v", at)
}

// Whoever is sent to a door goes through it, also where only a strip of it is
// free and the way there ends at its sill.
func TestWalksIntoADoor(t *testing.T) {
	a := park(t)
	door := plane.Rect{Min: plane.Point{X: 6000, Y: 256}, Max: plane.Point{X: 6448, Y: 432}}
	a.Portals = []atlas.Portal{{Name: "door", Area: door, To: "study", Title: "がくしゅうしつ"}}
	a.Walls = append(a.Walls, plane.Rect{Min: plane.Point{X: 5600, Y: 256}, Max: plane.Point{X: 6900, Y: 330}})
	if err := a.Prepare(); err != nil {
		t.Fatal(err)
	}
	// A machine that comes round to it once in so many ticks, too: whoever is
	// in the door for a tick is through it.
	for _, ticks := range []int{1, 2, 3, 5, 8, 12, 20} {
		through := 0
		var all []plane.Point
		for x := int32(4000); x <= 8000; x += 190 {
			for _, y := range []int32{500, 620, 1500, 3000} {
				if p := (plane.Point{X: x, Y: y}); a.Free(p) {
					all = append(all, p)
				}
			}
		}
		for _, from := range all {
			at := from
			var f Errand
			if !f.To(a, at, door.Middle(), 0) {
				t.Fatalf("no way from %v", from)
			}
			for n := 0; n*ticks < 1200 && !door.Contains(at); n++ {
				h, walk, end := f.Run(a, at, time.Duration(n*ticks)*50*time.Millisecond)
				for k := 0; k < ticks && walk && !door.Contains(at); k++ {
					at = atlas.Walk(a, at, h, atlas.SubSteps)
				}
				if end {
					break
				}
			}
			if door.Contains(at) {
				through++
			} else if ticks == 1 {
				t.Errorf("from %v it ends at %v, before the door", from, at)
			}
		}
		if through != len(all) {
			t.Errorf("a look each %d ms: %d of %d go through the door", ticks*50, through, len(all))
		}
	}
}

// A machine that comes round to it four times a second walks there as well, and
// one that does once a second or less.
func TestWalksOnASlowMachine(t *testing.T) {
	a := park(t)
	for _, ticks := range []int{5, 8, 14, 20} {
		at := a.Spawns[0].At
		goal := plane.Point{X: 5000, Y: 2000}
		var f Errand
		if !f.To(a, at, goal, 0) {
			t.Fatal("no way")
		}
		ended := false
		for n := 0; n < 200 && !ended; n++ {
			h, walk, done := f.Run(a, at, time.Duration(n*ticks)*50*time.Millisecond)
			if walk {
				at = atlas.Walk(a, at, h, ticks*atlas.SubSteps)
			}
			ended = done
		}
		if !ended || plane.Dist2(at, goal) > SeatReach*SeatReach {
			t.Errorf("a look each %d ms: at %v, ended %v", ticks*50, at, ended)
		}
	}
}

// What is seen of oneself is a prediction: the rules may put one beside the
// door that one believed to be in. Then one goes in again.
func TestGoesIntoADoorUntilTheRulesSeeIt(t *testing.T) {
	a := park(t)
	door := plane.Rect{Min: plane.Point{X: 6000, Y: 1000}, Max: plane.Point{X: 6448, Y: 1400}}
	a.Portals = []atlas.Portal{{Name: "door", Area: door, To: "study", Title: "がくしゅうしつ"}}
	if err := a.Prepare(); err != nil {
		t.Fatal(err)
	}
	at := plane.Point{X: 4000, Y: 1200}
	var f Errand
	if !f.To(a, at, door.Middle(), 0) {
		t.Fatal("no way")
	}
	stood, putBack, now := 0, 0, time.Duration(0)
	for ; now < time.Minute; now += 50 * time.Millisecond {
		h, walk, done := f.Run(a, at, now)
		if done {
			break
		}
		if walk {
			at = atlas.Walk(a, at, h, atlas.SubSteps)
			continue
		}
		if !door.Contains(at) {
			t.Fatalf("stands at %v, which is not in the door", at)
		}
		if stood++; stood%20 == 0 && putBack < 3 { // a second later
			putBack++
			at = plane.Point{X: door.Min.X - 90, Y: 1200}
		}
	}
	if putBack != 3 || f.Going() || !door.Contains(at) {
		t.Fatalf("put back %d times, it ends at %v after %v", putBack, at, now)
	}
}

func TestGivesUpWhereItIsStuck(t *testing.T) {
	a := park(t)
	var f Errand
	at := a.Spawns[0].At
	f.To(a, at, plane.Point{X: 5000, Y: 2000}, 0)
	for n := range 400 { // held by something that the map does not know
		if _, walk, done := f.Run(a, at, time.Duration(n)*16*time.Millisecond); done || !walk {
			return
		}
	}
	t.Fatal("pushes for ever")
}

func TestTapOnWater(t *testing.T) {
	a := park(t)
	var f Errand
	if f.To(a, a.Spawns[0].At, plane.Point{X: -9000, Y: -9000}, 0) {
		t.Fatal("walks off the map")
	}
	if !f.To(a, a.Spawns[0].At, plane.Point{X: 3000, Y: 128}, 0) {
		t.Fatal("does not walk up to the shore")
	}
	if SeatNear(a, plane.Point{X: 5100, Y: 1000}, plane.Tile) != 0 || SeatNear(a, plane.Point{X: 1000, Y: 1000}, plane.Tile) != -1 {
		t.Fatal("seats")
	}
	if SeatReach >= atlas.SitWithin {
		t.Fatal("the rules would refuse the seat")
	}
}
