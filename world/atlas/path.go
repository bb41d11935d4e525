package atlas

import (
	"math"
	"slices"

	"kakitsubata/world/plane"
)

// Path is how to walk from one point to another: the points to head for (see
// Steer), one after the other, without the first. It looks at no more than so
// many tiles of ground. Where the goal can't be reached, or not within the
// limit, the path leads to the nearest ground it found; it is empty when that
// is where one stands. It goes through no portal but one that it begins or ends
// in: nobody is sent to another place who walks to a bench.
func Path(a *Atlas, from, to plane.Point, limit int) []plane.Point {
	if !a.Free(from) {
		return nil
	}
	gates := a.gatesBetween(from, to)
	if a.line(from, to, room) && !crosses(gates, from, to) {
		return []plane.Point{to}
	}
	s := search{atlas: a, to: to, gates: gates, known: make(map[int32]node)}
	points := s.run(from, limit*(plane.Tile/mesh)*(plane.Tile/mesh))
	last := from
	if len(points) > 0 {
		last = points[len(points)-1]
	}
	if last != to && s.clear(last, to) {
		points = append(points, to)
	}
	return s.smooth(from, points)
}

// gatesBetween lists the portals that a way may not cross, with some room about
// them where neither end needs it.
func (a *Atlas) gatesBetween(from, to plane.Point) (gates []plane.Rect) {
	for i := range a.Portals {
		g := a.Portals[i].Area
		wide := plane.Rect{Min: g.Min.Sub(plane.Point{X: room, Y: room}), Max: g.Max.Add(plane.Point{X: room, Y: room})}
		switch {
		case g.Contains(from) || g.Contains(to):
		case wide.Contains(from) || wide.Contains(to):
			gates = append(gates, g)
		default:
			gates = append(gates, wide)
		}
	}
	return gates
}

// crosses reports whether a straight line leads through one of some boxes.
func crosses(boxes []plane.Rect, from, to plane.Point) bool {
	line := plane.Rect{
		Min: plane.Point{X: min(from.X, to.X), Y: min(from.Y, to.Y)},
		Max: plane.Point{X: max(from.X, to.X) + 1, Y: max(from.Y, to.Y) + 1},
	}
	for _, b := range boxes {
		if b.Overlaps(line) && cuts(b, from, to) {
			return true
		}
	}
	return false
}

// cuts reports whether a straight line leads through a box that its own box
// overlaps: then some corners lie on either side of it.
func cuts(b plane.Rect, from, to plane.Point) bool {
	dx, dy := int64(to.X-from.X), int64(to.Y-from.Y)
	left, right := false, false
	for _, c := range [...]plane.Point{b.Min, b.Max, {X: b.Min.X, Y: b.Max.Y}, {X: b.Max.X, Y: b.Min.Y}} {
		side := dx*int64(c.Y-from.Y) - dy*int64(c.X-from.X)
		left, right = left || side <= 0, right || side >= 0
	}
	return left && right
}

// Steer is the heading in which to walk the next tick to come nearer to a
// point: straight to it or, where something is in the way, aside, to the side
// on which the way ahead is sooner free. Headings are coarse, so that a walker
// strays from its line and may catch on a corner.
func Steer(a *Atlas, at, to plane.Point) uint8 {
	straight := plane.Heading(at, to)
	if a.getsAlong(at, straight) {
		return straight
	}
	const aside = 16 // sub-steps, a little over a tile
	left, right := at, at
	for range aside {
		left, right = Walk(a, left, straight-64, 1), Walk(a, right, straight+64, 1)
		if a.getsAlong(left, straight) {
			return straight - 64
		}
		if a.getsAlong(right, straight) {
			return straight + 64
		}
	}
	return straight
}

// getsAlong reports whether a sub-step goes at least half its way.
func (a *Atlas) getsAlong(at plane.Point, heading uint8) bool {
	return plane.Dist2(at, Walk(a, at, heading, 1)) >= StepUnits*StepUnits/4
}

// Clear reports whether a straight line can be walked from one point of free
// ground to another, the ends included.
func (a *Atlas) Clear(from, to plane.Point) bool { return a.line(from, to, 0) }

// A walker strays from its line by some units, so a path keeps away from
// solid things by room, but near its ends.
const (
	room   = 24
	nearby = plane.Tile / 2
)

func (a *Atlas) line(from, to plane.Point, room int32) bool {
	const stride = FootY / 2 // nothing is so thin that a foot box could miss it
	dx, dy := int64(to.X)-int64(from.X), int64(to.Y)-int64(from.Y)
	length := max(dx, -dx, dy, -dy)
	if length > 2*MaxTiles*plane.Tile {
		return false
	}
	n := length/stride + 1
	for i := range n + 1 {
		p := plane.Point{X: from.X + int32(dx*i/n), Y: from.Y + int32(dy*i/n)}
		if !a.Free(p) {
			return false
		}
		if room == 0 || i*stride < nearby || (n-i)*stride < nearby {
			continue
		}
		if !a.Free(plane.Point{X: p.X - room, Y: p.Y - room}) || !a.Free(plane.Point{X: p.X + room, Y: p.Y + room}) ||
			!a.Free(plane.Point{X: p.X - room, Y: p.Y + room}) || !a.Free(plane.Point{X: p.X + room, Y: p.Y - room}) {
			return false
		}
	}
	return true
}

// mesh is how far the points lie apart that a search looks at, in units: half
// a tile, so that the middle of a passage of one tile is among them.
const mesh = plane.Tile / 2

// A search is A* over a mesh of points.
type search struct {
	atlas *Atlas
	to    plane.Point
	gates []plane.Rect // not to be crossed
	known map[int32]node
	open  []entry // a heap by total, then by place
}

// A place is a point of the mesh, counted row by row.
type node struct {
	at     plane.Point // the point; for the first place, where one stands
	before int32       // the place one came from; -1 at the start
	cost   int32
	closed bool
}

type entry struct {
	total int32 // cost and what is left at least
	place int32
}

var neighbours = [...]struct{ x, y, cost int32 }{
	{1, 0, 10}, {0, 1, 10}, {-1, 0, 10}, {0, -1, 10},
	{1, 1, 14}, {-1, 1, 14}, {-1, -1, 14}, {1, -1, 14},
}

func (s *search) clear(from, to plane.Point) bool {
	return s.atlas.Clear(from, to) && !crosses(s.gates, from, to)
}

func (s *search) columns() int32 { return int32(s.atlas.Width)*(plane.Tile/mesh) + 1 }
func (s *search) rows() int32    { return int32(s.atlas.Height)*(plane.Tile/mesh) + 1 }

// run returns the way to a point from where the goal can be walked to, or to
// the place nearest to it that was found.
func (s *search) run(from plane.Point, limit int) []plane.Point {
	const almost = 10 * plane.Tile / mesh // a tile's way
	start := (from.Y+mesh/2)/mesh*s.columns() + (from.X+mesh/2)/mesh
	s.known[start] = node{at: from, before: -1}
	s.push(entry{s.left(start), start})
	best, bestLeft := start, int32(math.MaxInt32)
	for len(s.open) > 0 && limit > 0 {
		limit--
		place := s.pop()
		here := s.known[place]
		if here.closed {
			continue
		}
		here.closed = true
		s.known[place] = here
		left := s.left(place)
		if left < bestLeft {
			best, bestLeft = place, left
		}
		if left <= almost && s.clear(here.at, s.to) {
			best = place
			break
		}
		for _, d := range neighbours {
			s.visit(place, here, d.x, d.y, d.cost)
		}
	}
	var points []plane.Point
	for place := best; place != start; place = s.known[place].before {
		points = append(points, s.known[place].at)
	}
	slices.Reverse(points)
	return points
}

func (s *search) visit(place int32, here node, dx, dy, cost int32) {
	x, y := place%s.columns()+dx, place/s.columns()+dy
	if x < 0 || y < 0 || x >= s.columns() || y >= s.rows() {
		return
	}
	next := y*s.columns() + x
	cost += here.cost
	before, seen := s.known[next]
	if seen && before.cost <= cost {
		return
	}
	at := plane.Point{X: x * mesh, Y: y * mesh}
	if !s.clear(here.at, at) {
		return
	}
	s.known[next] = node{at: at, before: place, cost: cost}
	s.push(entry{cost + s.left(next), next})
}

// left is the least cost from a place to the goal's.
func (s *search) left(place int32) int32 {
	dx, dy := place%s.columns()-s.to.X/mesh, place/s.columns()-s.to.Y/mesh
	dx, dy = max(dx, -dx), max(dy, -dy)
	return 10*max(dx, dy) + 4*min(dx, dy)
}

func (e entry) less(o entry) bool {
	return e.total < o.total || e.total == o.total && e.place < o.place
}

func (s *search) push(e entry) {
	s.open = append(s.open, e)
	for i := len(s.open) - 1; i > 0; {
		up := (i - 1) / 2
		if !s.open[i].less(s.open[up]) {
			return
		}
		s.open[i], s.open[up] = s.open[up], s.open[i]
		i = up
	}
}

func (s *search) pop() int32 {
	top := s.open[0].place
	last := len(s.open) - 1
	s.open[0] = s.open[last]
	s.open = s.open[:last]
	for i := 0; ; {
		least := i
		for _, child := range [...]int{2*i + 1, 2*i + 2} {
			if child < last && s.open[child].less(s.open[least]) {
				least = child
			}
		}
		if least == i {
			return top
		}
		s.open[i], s.open[least] = s.open[least], s.open[i]
		i = least
	}
}

// smooth leaves out the points that one can walk past in a straight line.
func (s *search) smooth(from plane.Point, points []plane.Point) []plane.Point {
	out := points[:0]
	for i := 0; i < len(points); {
		j := i
		for j+1 < len(points) && s.atlas.line(from, points[j+1], room) && !crosses(s.gates, from, points[j+1]) {
			j++
		}
		from = points[j]
		out = append(out, from)
		i = j + 1
	}
	return out
}
