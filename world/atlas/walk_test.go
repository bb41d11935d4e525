package atlas

import (
	"math"
	"math/rand/v2"
	"testing"

	"kakitsubata/world/plane"
)

func TestFreeAgainstTwin(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	free := 0
	for range 60 {
		a := random(t, r)
		edge := a.Bounds().Max
		for range 400 {
			p := plane.Point{X: r.Int32N(edge.X+400) - 200, Y: r.Int32N(edge.Y+400) - 200}
			want := freeByHand(a, p)
			if a.Free(p) != want {
				t.Fatalf("Free(%v) = %v", p, !want)
			}
			if want {
				free++
			}
		}
		for _, p := range []plane.Point{{X: math.MinInt32, Y: 300}, {X: math.MaxInt32, Y: 300}, {X: 300, Y: math.MinInt32}, {X: 300, Y: math.MaxInt32}} {
			if a.Free(p) {
				t.Fatalf("Free(%v), far outside", p)
			}
		}
	}
	if free < 2000 {
		t.Errorf("only %d points were free: the test looks at nothing", free)
	}
}

// Random walks in random places: each sub-step goes along x, then along y,
// over free ground only, and stops short only against something solid.
func TestWalkNeverEntersAnythingSolid(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	walks, slid := 0, 0
	for range 12 {
		a := random(t, r)
		p, ok := somewhere(a, r)
		if !ok {
			continue
		}
		for i := range 3 * 256 {
			heading := uint8(i) // all of them, each held for a while
			for range 1 + r.IntN(6) {
				next := Walk(a, p, heading, 1)
				d := plane.Step(heading, StepUnits)
				checkPart(t, a, p, plane.Point{X: next.X, Y: p.Y}, d.X, true)
				checkPart(t, a, plane.Point{X: next.X, Y: p.Y}, next, d.Y, false)
				if next != p.Add(d) {
					slid++
				}
				p = next
				walks++
			}
			if r.IntN(8) == 0 {
				from := p
				p = Walk(a, from, heading, SubSteps)
				q := from
				for range SubSteps {
					q = Walk(a, q, heading, 1)
				}
				if p != q {
					t.Fatalf("Walk of %d sub-steps from %v to heading %d = %v, one by one %v", SubSteps, from, heading, p, q)
				}
			}
		}
	}
	if walks < 20_000 || slid < 1000 {
		t.Errorf("%d sub-steps, %d of them against something: the test looks at too little", walks, slid)
	}
}

// checkPart looks at every unit of a way along one axis.
func checkPart(t *testing.T, a *Atlas, from, to plane.Point, want int32, alongX bool) {
	t.Helper()
	unit, length := plane.Point{Y: 1}, to.Y-from.Y
	if alongX {
		unit, length = plane.Point{X: 1}, to.X-from.X
	}
	if length < 0 || length == 0 && want < 0 {
		unit, length, want = plane.Point{X: -unit.X, Y: -unit.Y}, -length, -want
	}
	if length > want || want < 0 && length != 0 {
		t.Fatalf("from %v to %v: %d units of %d", from, to, length, want)
	}
	p := from
	for range length {
		p = p.Add(unit)
		if !freeByHand(a, p) {
			t.Fatalf("on the way from %v to %v: %v is solid", from, to, p)
		}
	}
	if length < want && freeByHand(a, p.Add(unit)) {
		t.Fatalf("from %v to %v: stopped although %v is free", from, to, p.Add(unit))
	}
}

func TestWalkInTheOpen(t *testing.T) {
	a := draw(t, `
		........ ........ ........ ........ ........ ........ ........ ........`, nil)
	for h := range 256 {
		d := plane.Step(uint8(h), StepUnits)
		want := plane.Point{X: 1000 + 3*d.X, Y: 1000 + 3*d.Y}
		if got := Walk(a, plane.Point{X: 1000, Y: 1000}, uint8(h), SubSteps); got != want {
			t.Errorf("heading %d: %v, want %v", h, got, want)
		}
	}
}

func TestWalkSlidesAlongAWall(t *testing.T) {
	a := draw(t, `
		########
		#......#
		#......#
		#......#
		#......#
		#......#
		#......#
		########`, nil)
	p := middleOf(4, 4)
	for range 100 {
		p = Walk(a, p, 32, SubSteps) // to the south-east, into the corner
	}
	if want := (plane.Point{X: 7*plane.Tile - FootX, Y: 7*plane.Tile - FootY}); p != want {
		t.Errorf("rests at %v, want the corner %v", p, want)
	}
	along := Walk(a, plane.Point{X: p.X, Y: middleOf(0, 2).Y}, 32, SubSteps)
	if along.X != p.X || along.Y <= middleOf(0, 2).Y {
		t.Errorf("slid to %v along the east wall", along)
	}
}

// Two solid tiles that touch at a corner leave no way between them, and a
// wall one unit thin is a wall.
func TestNoWayThroughCornersAndThinWalls(t *testing.T) {
	corner := draw(t, `
		....#...
		....#...
		....#...
		....#...
		...#....
		...#....
		...#....
		...#....`, nil)
	thin := draw(t, `
		........ ........ ........ ........ ........ ........ ........ ........`,
		func(a *Atlas) {
			a.Walls = []plane.Rect{{Min: plane.Point{X: 1000}, Max: plane.Point{X: 1001, Y: 8 * plane.Tile}}}
		})
	r := rand.New(rand.NewPCG(3, 3))
	for name, a := range map[string]*Atlas{"corner": corner, "thin": thin} {
		west := func(p plane.Point) bool {
			if name == "thin" {
				return p.X < 1000
			}
			return p.X < 3*plane.Tile || p.X < 4*plane.Tile && p.Y < 4*plane.Tile
		}
		p := plane.Point{X: 500, Y: 4 * plane.Tile}
		for range 30_000 {
			h := uint8(r.IntN(256))
			if r.IntN(3) > 0 {
				h = uint8(r.IntN(128) - 64) // mostly eastward
			}
			if p = Walk(a, p, h, SubSteps); !west(p) {
				t.Fatalf("%s: got through to %v", name, p)
			}
		}
	}
}

func TestWalkFromWithinSomethingStays(t *testing.T) {
	a := draw(t, `
		########
		#......#
		#......#
		#......#
		#......#
		#......#
		#......#
		########`, nil)
	for _, p := range []plane.Point{{X: 10, Y: 10}, {X: -500, Y: 3}, middleOf(0, 0), {X: math.MaxInt32, Y: math.MaxInt32}} {
		for h := range 256 {
			if got := Walk(a, p, uint8(h), SubSteps); got != p {
				t.Fatalf("from %v to %v", p, got)
			}
		}
	}
}

// The rule of walking is shared by server and browser, old and new: where
// this long walk ends must not change unless the protocol's version does.
func TestWalkGolden(t *testing.T) {
	a := draw(t, `
		################
		#..............#
		#..##....~~....#
		#..##....~~....#
		#..............#
		#.....#...#....#
		#......#.#.....#
		#..............#
		################`, func(a *Atlas) {
		a.Walls = []plane.Rect{
			{Min: plane.Point{X: 700, Y: 1100}, Max: plane.Point{X: 777, Y: 1201}},
			{Min: plane.Point{X: 3000, Y: 300}, Max: plane.Point{X: 3011, Y: 1000}},
		}
	})
	p := middleOf(1, 1)
	sum := uint64(14695981039346656037)
	state := uint32(1)
	for range 20_000 {
		state = state*1664525 + 1013904223
		for range state >> 28 {
			p = Walk(a, p, uint8(state>>16), SubSteps)
			sum = (sum ^ uint64(uint32(p.X))) * 1099511628211
			sum = (sum ^ uint64(uint32(p.Y))) * 1099511628211
		}
	}
	if wantAt, want := (plane.Point{X: 2896, Y: 860}), uint64(0x4f0261b78676956f); p != wantAt || sum != want {
		t.Errorf("ends at %v with %#x, want %v with %#x", p, sum, wantAt, want)
	}
}

func TestWalkAllocatesNothing(t *testing.T) {
	a := random(t, rand.New(rand.NewPCG(4, 4)))
	p, _ := somewhere(a, rand.New(rand.NewPCG(5, 5)))
	h := uint8(0)
	if n := testing.AllocsPerRun(1000, func() { p = Walk(a, p, h, SubSteps); h += 37 }); n != 0 {
		t.Errorf("%v allocations for a step", n)
	}
}

func BenchmarkWalk(b *testing.B) {
	const promise = 500 // ns for one avatar's tick
	r := rand.New(rand.NewPCG(6, 6))
	a := random(b, r)
	p, _ := somewhere(a, r)
	h := uint8(0)
	for b.Loop() {
		p = Walk(a, p, h, SubSteps)
		h += 37
	}
	b.ReportMetric(promise, "ns-promised")
}
