package world

import (
	"cmp"
	"slices"

	"kakitsubata/world/plane"
)

// The manners of arriving, in units.
const (
	before = 2 * plane.Tile     // whoever comes through a gate stands so far before it
	elbows = 7 * plane.Tile / 4 // room for a face and a name
	bodies = 3 * plane.Tile / 4 // nearer than that two stand on one spot
)

// around is how many tiles from where they arrive people may come to stand.
const around = 7

// arrive finds where somebody stands who comes in by a spawn or a portal: on
// the nearest spot with room about it, else the nearest that nobody stands on,
// else where one's turn is. Spots lie a whole tile apart, can be walked to and
// are in no portal. It reads the room and the map alone, so a journal's replay
// gives the same.
func (r *Room) arrive(name string) (plane.Point, uint8) {
	centre, facing, _ := r.atlas.Arrival(name)
	if r.atlas.PortalAt(centre) >= 0 {
		centre = r.beforeGate(centre, facing)
	}
	var reached lattice
	taken, narrow := r.about(centre, bodies), r.about(centre, elbows)
	reached.set(plane.Point{})
	var room []plane.Point // spots on which one could stand at all
	free := -1             // the first of them that nobody stands on
	for _, d := range spots {
		p := centre.Add(plane.Point{X: d.X * plane.Tile, Y: d.Y * plane.Tile})
		if d != (plane.Point{}) && !r.stepsTo(&reached, centre, d) {
			continue
		}
		if !r.outside(p) {
			continue
		}
		room = append(room, p)
		switch {
		case taken.has(d):
		case !narrow.has(d):
			return p, facing
		case free < 0:
			free = len(room) - 1
		}
	}
	switch {
	case free >= 0:
		return room[free], facing
	case len(room) > 0:
		return room[int(r.arrivals%uint32(len(room)))], facing
	}
	return centre, facing
}

// beforeGate is where one stands who has come through a gate: before it, to
// the south, where it is seen best, else into the map, else wherever there is
// a clear way. Without any it is the gate itself, which catches nobody who
// arrives in it.
func (r *Room) beforeGate(gate plane.Point, facing uint8) plane.Point {
	for _, h := range [...]uint8{plane.South, facing, facing + 64, facing + 128, facing + 192} {
		if p := gate.Add(plane.Step(h, before)); r.outside(p) && r.atlas.Clear(gate, p) {
			return p
		}
	}
	return gate
}

// outside reports whether a point is in no portal.
func (r *Room) outside(p plane.Point) bool { return r.atlas.PortalAt(p) < 0 }

// stepsTo reports whether the spot d around a centre can be walked to from a
// neighbour that is no farther from the centre and was reached before.
func (r *Room) stepsTo(reached *lattice, centre, d plane.Point) bool {
	to := centre.Add(plane.Point{X: d.X * plane.Tile, Y: d.Y * plane.Tile})
	for _, side := range [...]plane.Point{{X: -1}, {X: 1}, {Y: -1}, {Y: 1}} {
		n := d.Add(side)
		if !reached.has(n) {
			continue
		}
		if r.atlas.Clear(centre.Add(plane.Point{X: n.X * plane.Tile, Y: n.Y * plane.Tile}), to) {
			reached.set(d)
			return true
		}
	}
	return false
}

// about marks the spots around a centre to which somebody is nearer than
// within, at most two tiles: one look at each avatar for all the spots.
func (r *Room) about(centre plane.Point, within int64) (marks lattice) {
	for _, a := range r.avatars {
		at := a.at.Sub(centre)
		left, top := floor(at.X)-1, floor(at.Y)-1
		for y := top; y < top+4; y++ {
			for x := left; x < left+4; x++ {
				if plane.Dist2(at, plane.Point{X: x * plane.Tile, Y: y * plane.Tile}) < within*within {
					marks.set(plane.Point{X: x, Y: y})
				}
			}
		}
	}
	return marks
}

// floor is the tile that a displacement lies in.
func floor(v int32) int32 {
	if v < 0 {
		return -((-v + plane.Tile - 1) / plane.Tile)
	}
	return v / plane.Tile
}

// A lattice is a set of spots, counted in tiles from a centre.
type lattice [2*around + 1][2*around + 1]bool

func (l *lattice) has(d plane.Point) bool {
	return max(d.X, -d.X) <= around && max(d.Y, -d.Y) <= around && l[d.Y+around][d.X+around]
}

func (l *lattice) set(d plane.Point) {
	if max(d.X, -d.X) <= around && max(d.Y, -d.Y) <= around {
		l[d.Y+around][d.X+around] = true
	}
}

// spots is where people may come to stand, in tiles: the nearest first and,
// of those as near, those beside before those behind, whose faces are seen.
var spots = func() (out []plane.Point) {
	for y := int32(-around); y <= around; y++ {
		for x := int32(-around); x <= around; x++ {
			out = append(out, plane.Point{X: x, Y: y})
		}
	}
	slices.SortStableFunc(out, func(p, q plane.Point) int {
		return cmp.Or(
			cmp.Compare(plane.Dist2(p, plane.Point{}), plane.Dist2(q, plane.Point{})),
			cmp.Compare(max(p.Y, -p.Y), max(q.Y, -q.Y)),
		)
	})
	return out
}()
