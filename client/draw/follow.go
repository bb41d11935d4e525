package draw

import (
	"time"

	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

const (
	pathLimit  = 6000 // tiles that a search may look at
	arriveNear = 44   // units: under a tick's walk, so that it does not overshoot
	reaim      = 5    // of 256: a smaller change of heading is not worth a move
	stuckAfter = 600 * time.Millisecond
)

// follow walks one's own avatar to a place that was tapped.
type follow struct {
	points  []plane.Point
	seat    int // to sit down on at the end; -1 for none
	sign    int // prop to read at the end; -1 for none
	heading uint8
	aimed   bool
	best    int64 // nearest that the next point was
	bestAt  time.Duration
	again   bool // tried another way already
}

// to plans the way. It reports whether there is one.
func (f *follow) to(a *atlas.Atlas, from, at plane.Point, now time.Duration) bool {
	*f = follow{seat: -1, sign: -1}
	goal, ok := a.FreeNear(at, plane.Tile*3/2)
	if !ok {
		return false
	}
	if p, free := a.FreeNear(from, 2*plane.Tile); free {
		from = p // one may be sitting where nobody can stand
	}
	f.points = atlas.Path(a, from, goal, pathLimit)
	f.best, f.bestAt = 1<<62, now
	return len(f.points) > 0 || plane.Dist2(from, goal) < arriveNear*arriveNear
}

func (f *follow) stop() { *f = follow{seat: -1, sign: -1} }

// going reports whether the way is not at its end.
func (f *follow) going() bool { return len(f.points) > 0 }

// run says where to head now. done is true once, at the end of the way.
func (f *follow) run(a *atlas.Atlas, at plane.Point, now time.Duration) (heading uint8, walk, done bool) {
	for len(f.points) > 0 {
		d := plane.Dist2(at, f.points[0])
		near := int64(arriveNear)
		if len(f.points) > 1 {
			near = 2 * arriveNear
		}
		if d > near*near {
			break
		}
		f.points = f.points[1:]
		f.best, f.bestAt, f.aimed = 1<<62, now, false
		if len(f.points) == 0 {
			return f.heading, false, true
		}
	}
	if len(f.points) == 0 {
		return f.heading, false, false
	}
	d := plane.Dist2(at, f.points[0])
	if d < f.best {
		f.best, f.bestAt = d, now
	}
	if now-f.bestAt > stuckAfter {
		last := f.points[len(f.points)-1]
		if f.again {
			f.points = nil
			return f.heading, false, true
		}
		f.points = atlas.Path(a, at, last, pathLimit)
		f.best, f.bestAt, f.again, f.aimed = 1<<62, now, true, false
		if len(f.points) == 0 {
			return f.heading, false, true
		}
	}
	want := atlas.Steer(a, at, f.points[0])
	if off := int8(want - f.heading); !f.aimed || off > reaim || off < -reaim {
		f.heading, f.aimed = want, true
	}
	return f.heading, true, false
}

// seatNear is the seat that somebody at p can reach, or -1.
func seatNear(a *atlas.Atlas, p plane.Point, within int32) int {
	best, found := int64(within)*int64(within)+1, -1
	for i := range a.Seats {
		if d := plane.Dist2(p, a.Seats[i].At); d < best {
			best, found = d, i
		}
	}
	return found
}

// seatReach is how near a seat must be to sit down, in units: the rules ask
// for 1.5 tiles; a little less, since the prediction may be off.
const seatReach = plane.Tile * 5 / 4

func seatID(i int) id.SeatID { return id.SeatID(i) }

// keysHeading turns pressed directions into a heading; false when they cancel.
func keysHeading(left, right, up, down bool) (uint8, bool) {
	x, y := 0, 0
	if left {
		x--
	}
	if right {
		x++
	}
	if up {
		y--
	}
	if down {
		y++
	}
	if x == 0 && y == 0 {
		return 0, false
	}
	return plane.Heading(plane.Point{}, plane.Point{X: int32(x), Y: int32(y)}), true
}

// stickHeading is the heading of a thumb that is (dx, dy) from where it was set
// down, in steps of a 32nd turn; false inside of the dead zone.
func stickHeading(dx, dy, dead float64) (uint8, bool) {
	if dx*dx+dy*dy < dead*dead {
		return 0, false
	}
	h := plane.Heading(plane.Point{}, plane.Point{X: int32(dx * 16), Y: int32(dy * 16)})
	return (h + 4) &^ 7, true
}
