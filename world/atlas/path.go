package atlas

import (
	"math"
	"slices"

	"kakitsubata/world/plane"
)

// Path is how to walk from one point to another: the points to head for (see
// Steer), one after the other, without the first. It looks at no more than
// limit tiles.
// Where the goal can't be reached, or not within the limit, the path leads to
// the nearest ground it found; it is empty when that is where one stands.
func Path(a *Atlas, from, to plane.Point, limit int) []plane.Point {
	if !a.Free(from) {
		return nil
	}
	if a.line(from, to, room) {
		return []plane.Point{to}
	}
	s := search{atlas: a, to: to, known: make(map[int32]node)}
	points := s.run(from, limit)
	if len(points) == 0 {
		return nil
	}
	if a.Clear(points[len(points)-1], to) {
		points = append(points, to)
	}
	return smooth(a, from, points)
}

// Steer is the heading in which to walk the next tick to come nearer to a
// point: straight to it or, where that is blocked, the nearest heading that
// gets along. Headings are coarse, so that a walker strays from its line and
// may catch on a corner.
func Steer(a *Atlas, at, to plane.Point) uint8 {
	straight := plane.Heading(at, to)
	const enough = StepUnits * StepUnits / 2
	for turn := uint8(0); turn <= 64; turn += 8 {
		for _, h := range [...]uint8{straight + turn, straight - turn} {
			if plane.Dist2(at, Walk(a, at, h, 1)) >= enough {
				return h
			}
		}
	}
	return straight
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

// A search is A* over tiles.
type search struct {
	atlas *Atlas
	to    plane.Point
	known map[int32]node
	open  []entry // a heap by total, then by tile
}

type node struct {
	at     plane.Point // where one stands in this tile
	before int32       // the tile one came from; -1 at the start
	cost   int32
	closed bool
}

type entry struct {
	total int32 // cost and what is left at least
	tile  int32
}

var neighbours = [...]struct{ x, y, cost int32 }{
	{1, 0, 10}, {0, 1, 10}, {-1, 0, 10}, {0, -1, 10},
	{1, 1, 14}, {-1, 1, 14}, {-1, -1, 14}, {1, -1, 14},
}

// run returns the way to the goal's tile or as near to it as it came.
func (s *search) run(from plane.Point, limit int) []plane.Point {
	width := int32(s.atlas.Width)
	start := from.Y/plane.Tile*width + from.X/plane.Tile
	s.known[start] = node{at: from, before: -1}
	s.push(entry{s.left(start), start})
	best, bestLeft := start, int32(math.MaxInt32)
	for len(s.open) > 0 && limit > 0 {
		limit--
		tile := s.pop()
		here := s.known[tile]
		if here.closed {
			continue
		}
		here.closed = true
		s.known[tile] = here
		left := s.left(tile)
		if left < bestLeft {
			best, bestLeft = tile, left
		}
		if left == 0 {
			break
		}
		for _, d := range neighbours {
			s.visit(tile, here, d.x, d.y, d.cost)
		}
	}
	var points []plane.Point
	for tile := best; tile != start; tile = s.known[tile].before {
		points = append(points, s.known[tile].at)
	}
	slices.Reverse(points)
	return points
}

func (s *search) visit(tile int32, here node, dx, dy, cost int32) {
	width := int32(s.atlas.Width)
	x, y := tile%width+dx, tile/width+dy
	if x < 0 || y < 0 || x >= width || y >= int32(s.atlas.Height) {
		return
	}
	next := y*width + x
	cost += here.cost
	before, seen := s.known[next]
	if seen && before.cost <= cost {
		return
	}
	at := plane.Point{X: x*plane.Tile + plane.Tile/2, Y: y*plane.Tile + plane.Tile/2}
	if !s.atlas.line(here.at, at, room) {
		return
	}
	s.known[next] = node{at: at, before: tile, cost: cost}
	s.push(entry{cost + s.left(next), next})
}

// left is the least cost from a tile to the goal's.
func (s *search) left(tile int32) int32 {
	width := int32(s.atlas.Width)
	dx, dy := tile%width-s.to.X/plane.Tile, tile/width-s.to.Y/plane.Tile
	dx, dy = max(dx, -dx), max(dy, -dy)
	return 10*max(dx, dy) + 4*min(dx, dy)
}

func (e entry) less(o entry) bool {
	return e.total < o.total || e.total == o.total && e.tile < o.tile
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
	top := s.open[0].tile
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
func smooth(a *Atlas, from plane.Point, points []plane.Point) []plane.Point {
	out := points[:0]
	for i := 0; i < len(points); {
		j := i
		for j+1 < len(points) && a.line(from, points[j+1], room) {
			j++
		}
		from = points[j]
		out = append(out, from)
		i = j + 1
	}
	return out
}
