package errand

import (
	"time"

	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

const (
	pathLimit  = 6000 // tiles that a search may look at
	arriveNear = 44   // units: under a tick's walk, so that it does not overshoot
	reaim      = 5    // of 256: a smaller change of heading is not worth a move
	stuckAfter = 600 * time.Millisecond
	stuckLooks = 4 // and no sooner than so many looks: a slow machine looks seldom
	tries      = 4 // other ways looked for, where it ended short or is stuck
	// A door takes on whom the rules see in it; so long one waits for them.
	waitInDoor = 4 * time.Second
)

// Errand is a way and what to do at its end. Its zero value is no errand, but
// for Seat and Sign: Stop sets them to none.
type Errand struct {
	Seat    int // to sit down on at the end; -1 for none
	Sign    int // prop to read at the end; -1 for none
	goal    plane.Point
	points  []plane.Point
	door    plane.Rect // a portal's area in which the way ends; empty for none
	inDoor  bool       // since so long, at the end of the way
	since   time.Duration
	heading uint8
	aimed   bool
	best    int64 // nearest that the next point was
	bestAt  time.Duration
	looks   int // since then
	tries   int // left
	was     plane.Point
	going   bool // was is where one stood when Run was last asked
}

// To plans the way, with nothing to do at its end. It reports whether there is
// one. A way to a portal ends inside of it, and not a step before. Times are
// the caller's own monotonic clock.
func (f *Errand) To(a *atlas.Atlas, from, at plane.Point, now time.Duration) bool {
	*f = Errand{Seat: -1, Sign: -1, tries: tries}
	goal, ok := a.FreeNear(at, plane.Tile*3/2)
	for i := range a.Portals {
		if door := a.Portals[i].Area; door.Contains(at) {
			if p, free := within(a, door); free {
				goal, ok, f.door = p, true, door
			}
		}
	}
	if !ok {
		return false
	}
	f.goal = goal
	return f.plan(a, from, now) || plane.Dist2(from, goal) < arriveNear*arriveNear
}

// plan looks for a way to the goal. It reports whether there is any to go.
func (f *Errand) plan(a *atlas.Atlas, from plane.Point, now time.Duration) bool {
	if p, free := a.FreeNear(from, 2*plane.Tile); free {
		from = p // one may be sitting where nobody can stand
	}
	f.points = atlas.Path(a, from, f.goal, pathLimit)
	f.next(now)
	return len(f.points) > 0
}

// next begins the way to the next point.
func (f *Errand) next(now time.Duration) {
	f.best, f.bestAt, f.looks, f.aimed, f.inDoor = 1<<62, now, 0, false, false
}

// again plans anew where the way ended short of the goal.
func (f *Errand) again(a *atlas.Atlas, from plane.Point, now time.Duration) bool {
	if f.tries == 0 {
		f.points = nil
		return false
	}
	f.tries--
	return f.plan(a, from, now)
}

// within is free ground in an area, as near to its middle as can be.
func within(a *atlas.Atlas, area plane.Rect) (best plane.Point, found bool) {
	const raster = plane.Tile / 16
	middle, least := area.Middle(), int64(0)
	for y := area.Min.Y; y < area.Max.Y; y += raster {
		for x := area.Min.X; x < area.Max.X; x += raster {
			p := plane.Point{X: x, Y: y}
			if d := plane.Dist2(p, middle); (!found || d < least) && a.Free(p) {
				best, least, found = p, d, true
			}
		}
	}
	return best, found
}

// Stop gives the errand up.
func (f *Errand) Stop() { *f = Errand{Seat: -1, Sign: -1} }

// Going reports whether the way is not at its end.
func (f *Errand) Going() bool { return len(f.points) > 0 }

// Run says where to head now. done is true once, at the end of the way. At the
// end of a way to a portal one stands and waits until it takes one on: what is
// seen here is a prediction, and where the rules put one beside it after all,
// one walks on.
func (f *Errand) Run(a *atlas.Atlas, at plane.Point, now time.Duration) (heading uint8, walk, done bool) {
	if len(f.points) == 0 {
		return f.heading, false, false
	}
	was := at
	if f.going && plane.Dist2(f.was, at) < 4*plane.Tile*4*plane.Tile { // not carried elsewhere
		was = f.was
	}
	f.was, f.going = at, true
	for {
		d := passed(was, at, f.points[0]) // a slow machine asks seldom: a point walked past was reached
		near := int64(arriveNear)
		if len(f.points) > 1 {
			near = 2 * arriveNear
		}
		if d > near*near && !f.inDoor {
			break
		}
		if len(f.points) == 1 && !f.door.Empty() {
			if !f.door.Contains(at) {
				f.inDoor = false
				break // on the threshold
			}
			if !f.inDoor {
				f.inDoor, f.since = true, now
			}
			if now-f.since < waitInDoor {
				return f.heading, false, false
			}
			f.points = nil
			return f.heading, false, true
		}
		f.points = f.points[1:]
		f.next(now)
		if len(f.points) > 0 {
			continue
		}
		if plane.Dist2(at, f.goal) < SeatReach*SeatReach || !f.again(a, at, now) {
			return f.heading, false, true
		}
		break
	}
	f.looks++
	if d := plane.Dist2(at, f.points[0]); d < f.best {
		f.best, f.bestAt, f.looks = d, now, 0
	}
	if now-f.bestAt > stuckAfter && f.looks >= stuckLooks && !f.again(a, at, now) {
		return f.heading, false, true
	}
	want := atlas.Steer(a, at, f.points[0])
	if off := int8(want - f.heading); !f.aimed || off > reaim || off < -reaim {
		f.heading, f.aimed = want, true
	}
	return f.heading, true, false
}

// passed is how near one came to p on the way from a to b, squared.
func passed(a, b, p plane.Point) int64 {
	length := plane.Dist2(a, b)
	if length == 0 {
		return plane.Dist2(a, p)
	}
	along := int64(p.X-a.X)*int64(b.X-a.X) + int64(p.Y-a.Y)*int64(b.Y-a.Y)
	along = min(max(along, 0), length)
	return plane.Dist2(p, plane.Point{
		X: a.X + int32(int64(b.X-a.X)*along/length),
		Y: a.Y + int32(int64(b.Y-a.Y)*along/length),
	})
}

// SeatNear is the seat nearest to p within so many units, or -1.
func SeatNear(a *atlas.Atlas, p plane.Point, within int32) int {
	best, found := int64(within)*int64(within)+1, -1
	for i := range a.Seats {
		if d := plane.Dist2(p, a.Seats[i].At); d < best {
			best, found = d, i
		}
	}
	return found
}

// SeatReach is how near a seat must be to sit down, in units: the rules ask
// for 1.5 tiles; a little less, since the prediction may be off.
const SeatReach = plane.Tile * 5 / 4
