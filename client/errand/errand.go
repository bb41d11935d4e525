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
)

// Errand is a way and what to do at its end. Its zero value is no errand, but
// for Seat and Sign: Stop sets them to none.
type Errand struct {
	Seat    int // to sit down on at the end; -1 for none
	Sign    int // prop to read at the end; -1 for none
	points  []plane.Point
	door    plane.Rect // a portal's area in which the way ends; empty for none
	heading uint8
	aimed   bool
	best    int64 // nearest that the next point was
	bestAt  time.Duration
	again   bool // tried another way already
	was     plane.Point
	going   bool // was is where one stood when Run was last asked
}

// To plans the way, with nothing to do at its end. It reports whether there is
// one. A way to a portal ends inside of it, and not a step before. Times are
// the caller's own monotonic clock.
func (f *Errand) To(a *atlas.Atlas, from, at plane.Point, now time.Duration) bool {
	*f = Errand{Seat: -1, Sign: -1}
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
	if p, free := a.FreeNear(from, 2*plane.Tile); free {
		from = p // one may be sitting where nobody can stand
	}
	f.points = atlas.Path(a, from, goal, pathLimit)
	f.best, f.bestAt = 1<<62, now
	return len(f.points) > 0 || plane.Dist2(from, goal) < arriveNear*arriveNear
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

// Run says where to head now. done is true once, at the end of the way.
func (f *Errand) Run(a *atlas.Atlas, at plane.Point, now time.Duration) (heading uint8, walk, done bool) {
	was := at
	if f.going && plane.Dist2(f.was, at) < 4*plane.Tile*4*plane.Tile { // not carried elsewhere
		was = f.was
	}
	f.was, f.going = at, true
	for len(f.points) > 0 {
		d := passed(was, at, f.points[0]) // a slow machine asks seldom: a point walked past was reached
		near := int64(arriveNear)
		if len(f.points) > 1 {
			near = 2 * arriveNear
		}
		if d > near*near {
			break
		}
		if len(f.points) == 1 && !f.door.Empty() && !f.door.Contains(at) {
			break // on the threshold
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
