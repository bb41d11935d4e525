package atlas

import (
	"math/rand/v2"
	"testing"

	"kakitsubata/world/plane"
)

func TestPathIsWalkableAndArrives(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	arrived, partly := 0, 0
	for range 80 {
		a := random(t, r)
		for range 8 {
			from, ok1 := somewhere(a, r)
			to, ok2 := somewhere(a, r)
			if !ok1 || !ok2 {
				continue
			}
			path := Path(a, from, to, 1000)
			at := from
			for i, p := range path {
				if !a.Clear(at, p) {
					t.Fatalf("leg %d of %v from %v: %v to %v is not clear", i, path, from, at, p)
				}
				at = p
			}
			if len(path) > 0 && plane.Dist2(at, to) >= plane.Dist2(from, to)+4*plane.Tile*plane.Tile {
				t.Fatalf("from %v to %v the path ends far off, at %v", from, to, at)
			}
			if at != to {
				partly++
				continue
			}
			arrived++
			if end, ticks := follow(a, from, path); plane.Dist2(end, to) > 64*64 {
				t.Fatalf("from %v by %v: stuck at %v after %d ticks", from, path, end, ticks)
			}
		}
	}
	if arrived < 50 || partly < 10 {
		t.Errorf("%d paths arrived, %d led nearer only: the test looks at too little", arrived, partly)
	}
}

// follow walks as a client does: each tick towards the next point, until it
// is nearer than a tick's way.
func follow(a *Atlas, at plane.Point, path []plane.Point) (plane.Point, int) {
	ticks := 0
	for _, p := range path {
		for plane.Dist2(at, p) > 40*40 && ticks < 2000 {
			substeps := SubSteps
			if plane.Dist2(at, p) < 64*64 {
				substeps = 1
			}
			at = Walk(a, at, Steer(a, at, p), substeps)
			ticks++
		}
	}
	return at, ticks
}

const maze = `
	################
	#....#.........#
	#.##.#.#######.#
	#.#..#.#.....#.#
	#.#.##.#.###.#.#
	#.#....#...#...#
	#.########.#####
	#..........#...#
	################`

func TestPathThroughAMaze(t *testing.T) {
	a := draw(t, maze, nil)
	from, to := middleOf(1, 1), middleOf(9, 5)
	path := Path(a, from, to, 500)
	if len(path) == 0 || path[len(path)-1] != to {
		t.Fatalf("path %v doesn't lead to %v", path, to)
	}
	if end, _ := follow(a, from, path); plane.Dist2(end, to) > 64*64 {
		t.Errorf("followed it to %v", end)
	}
	if len(path) > 12 {
		t.Errorf("%d points: it was not smoothed: %v", len(path), path)
	}
	for range 5 {
		again := Path(a, from, to, 500)
		if len(again) != len(path) {
			t.Fatalf("another path: %v, then %v", path, again)
		}
		for i := range path {
			if path[i] != again[i] {
				t.Fatalf("another path: %v, then %v", path, again)
			}
		}
	}
}

func TestPathToWhatCannotBeReached(t *testing.T) {
	a := draw(t, maze, nil)
	// The cell in the south-east is closed; so is a wall.
	for _, to := range []plane.Point{middleOf(13, 7), middleOf(11, 6), {X: -9999, Y: 50}} {
		path := Path(a, middleOf(1, 1), to, 500)
		for _, p := range path {
			if !a.Free(p) {
				t.Errorf("to %v: by %v, which is not free", to, p)
			}
		}
	}
	// The limit bounds the search: with little of it one gets only nearer.
	if path := Path(a, middleOf(1, 1), middleOf(9, 5), 3); len(path) > 0 && path[len(path)-1] == middleOf(9, 5) {
		t.Error("three tiles were enough for the whole maze")
	}
	if path := Path(a, middleOf(0, 0), middleOf(1, 1), 100); path != nil {
		t.Errorf("from within a wall: %v", path)
	}
	if path := Path(a, middleOf(1, 1), plane.Point{X: middleOf(1, 1).X, Y: middleOf(1, 3).Y}, 100); len(path) != 1 {
		t.Errorf("along a free line: %v", path)
	}
}

// A way leads round the gates that lie between, and into the one it is for.
func TestPathGoesThroughNoGateOnItsWay(t *testing.T) {
	a := draw(t, `
	################
	#..............#
	#..............#
	#..............#
	#..............#
	#..............#
	#..............#
	#..............#
	################`, nil)
	gate := plane.Rect{Min: plane.Point{X: 6 * plane.Tile, Y: 3 * plane.Tile}, Max: plane.Point{X: 8 * plane.Tile, Y: 6 * plane.Tile}}
	a.Portals = []Portal{{Name: "gate", Area: gate, To: "elsewhere"}}
	r := rand.New(rand.NewPCG(4, 4))
	round := 0
	for range 300 {
		from, _ := somewhere(a, r)
		to, _ := somewhere(a, r)
		path := Path(a, from, to, 1000)
		if len(path) == 0 && plane.Dist2(from, to) > plane.Tile*plane.Tile || len(path) > 0 && path[len(path)-1] != to {
			t.Fatalf("from %v to %v: %v", from, to, path)
		}
		if gate.Contains(from) || gate.Contains(to) {
			continue
		}
		if len(path) > 1 {
			round++
		}
		at := from
		for _, p := range path {
			for i := range int32(200) {
				if q := (plane.Point{X: at.X + (p.X-at.X)*i/200, Y: at.Y + (p.Y-at.Y)*i/200}); gate.Contains(q) {
					t.Fatalf("from %v to %v by %v: through the gate at %v", from, to, path, q)
				}
			}
			at = p
		}
	}
	if round < 30 {
		t.Errorf("only %d ways led round: the test looks at too little", round)
	}
}

func BenchmarkPath(b *testing.B) {
	const promise = 200_000 // ns through the maze
	a := draw(b, maze, nil)
	for b.Loop() {
		Path(a, middleOf(1, 1), middleOf(9, 5), 500)
	}
	b.ReportMetric(promise, "ns-promised")
}
