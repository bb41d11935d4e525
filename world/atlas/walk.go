package atlas

import (
	"errors"
	"fmt"

	"kakitsubata/world/plane"
)

// An avatar walks StepUnits in each of SubSteps parts of a tick.
const (
	SubSteps  = 3
	StepUnits = 19
)

// Half of the foot box on which an avatar stands, in units: 10 by 5 pixels of
// art in all. Its middle is the avatar's position.
const (
	FootX = 80
	FootY = 40
)

// What a tile is to a walker. Other values are where its boxes begin.
const (
	tileClear   = 0
	tileBlocked = 1
)

// MaxBoxes is how many tiles the walls of one atlas may cover, counted for
// each wall.
const MaxBoxes = 1 << 18

var errBoxes = errors.New("atlas: too many walls")

// Prepare makes the atlas ready to be walked on. It fails when the numbers of
// the atlas are out of all range; whether the place makes sense is Check's.
func (a *Atlas) Prepare() error {
	if err := a.validate(); err != nil {
		return err
	}
	a.grid = plane.NewGrid(a.Width, a.Height)
	tiles := make([]uint32, a.Width*a.Height)
	for i, t := range a.Ground {
		if t.Solid() {
			tiles[i] = tileBlocked
		}
	}

	// Walls that fill a tile block it; others are counted, then laid out tile
	// by tile, each run ended by an empty box.
	counts := make(map[int]int)
	total, crossings := 0, 0
	for _, w := range a.Walls {
		err := a.crossed(w, func(i int, whole bool) error {
			if total++; total > MaxBoxes {
				return fmt.Errorf("%w: together they cover tiles more than %d times", errBoxes, MaxBoxes)
			}
			switch {
			case tiles[i] == tileBlocked:
			case whole:
				tiles[i] = tileBlocked
			default:
				counts[i]++
				crossings++
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	boxes := make([]plane.Rect, 2, 2+crossings+len(counts)) // 0 and 1 are not places
	for i := range tiles {
		if n := counts[i]; n > 0 && tiles[i] != tileBlocked {
			tiles[i] = uint32(len(boxes))
			boxes = boxes[:len(boxes)+n+1]
		}
	}
	for _, w := range a.Walls {
		_ = a.crossed(w, func(i int, whole bool) error {
			if tiles[i] == tileBlocked {
				return nil
			}
			at := tiles[i]
			for !boxes[at].Empty() {
				at++
			}
			boxes[at] = w
			return nil
		})
	}
	a.tiles, a.boxes = tiles, boxes
	return nil
}

// crossed calls visit for each tile that a wall touches, and says whether it
// fills the tile.
func (a *Atlas) crossed(w plane.Rect, visit func(tile int, whole bool) error) error {
	for y := w.Min.Y / plane.Tile; y*plane.Tile < w.Max.Y; y++ {
		for x := w.Min.X / plane.Tile; x*plane.Tile < w.Max.X; x++ {
			whole := w.Min.X <= x*plane.Tile && w.Max.X >= (x+1)*plane.Tile &&
				w.Min.Y <= y*plane.Tile && w.Max.Y >= (y+1)*plane.Tile
			if err := visit(int(y)*a.Width+int(x), whole); err != nil {
				return err
			}
		}
	}
	return nil
}

// Foot is the box that somebody at p stands on.
func Foot(p plane.Point) plane.Rect {
	return plane.Rect{
		Min: plane.Point{X: p.X - FootX, Y: p.Y - FootY},
		Max: plane.Point{X: p.X + FootX, Y: p.Y + FootY},
	}
}

// Free reports whether somebody may stand at p.
func (a *Atlas) Free(p plane.Point) bool {
	// Not by Foot's sums: they could overflow far outside of the map.
	if p.X < FootX || p.Y < FootY ||
		p.X > int32(a.Width)*plane.Tile-FootX || p.Y > int32(a.Height)*plane.Tile-FootY {
		return false
	}
	return a.clear(Foot(p))
}

// clear reports whether nothing solid overlaps a box that lies in the map.
func (a *Atlas) clear(box plane.Rect) bool {
	for y := box.Min.Y / plane.Tile; y*plane.Tile < box.Max.Y; y++ {
		for x := box.Min.X / plane.Tile; x*plane.Tile < box.Max.X; x++ {
			switch at := a.tiles[int(y)*a.Width+int(x)]; at {
			case tileClear:
			case tileBlocked:
				return false
			default:
				for ; !a.boxes[at].Empty(); at++ {
					if a.boxes[at].Overlaps(box) {
						return false
					}
				}
			}
		}
	}
	return true
}

// Walk is the rule of walking: where somebody is who goes from a point along
// a heading for so many sub-steps of StepUnits. Each sub-step moves first
// along x, then along y, each as far as nothing solid is in the way: so one
// slides along walls, comes to rest against them, and never cuts a corner.
// Who is not on free ground stays where it is.
func Walk(a *Atlas, from plane.Point, heading uint8, substeps int) plane.Point {
	if !a.Free(from) {
		return from
	}
	d := plane.Step(heading, StepUnits)
	p := from
	for range substeps {
		next := plane.Point{X: p.X + a.reach(p, plane.Point{X: d.X}).X, Y: p.Y}
		next.Y += a.reach(next, plane.Point{Y: d.Y}).Y
		if next == p {
			break // it rests: further sub-steps are the same
		}
		p = next
	}
	return p
}

// reach shortens a step along one axis to what is free. A step is shorter
// than the foot box, so whatever blocks a part of it blocks all beyond: the
// longest free part is found by halving.
func (a *Atlas) reach(p, d plane.Point) plane.Point {
	if d == (plane.Point{}) || a.Free(p.Add(d)) {
		return d
	}
	sign, length := plane.Point{X: 1}, d.X
	if d.X == 0 {
		sign, length = plane.Point{Y: 1}, d.Y
	}
	if length < 0 {
		sign, length = plane.Point{X: -sign.X, Y: -sign.Y}, -length
	}
	free, blocked := int32(0), length
	for blocked-free > 1 {
		half := (free + blocked) / 2
		if a.Free(plane.Point{X: p.X + sign.X*half, Y: p.Y + sign.Y*half}) {
			free = half
		} else {
			blocked = half
		}
	}
	return plane.Point{X: sign.X * free, Y: sign.Y * free}
}

// FreeNear is the free ground nearest to p within a distance in units, looked
// for on a raster of a quarter tile; the same always.
func (a *Atlas) FreeNear(p plane.Point, within int32) (plane.Point, bool) {
	if a.Free(p) {
		return p, true
	}
	const raster = plane.Tile / 4
	best, found := p, false
	limit := int64(within)*int64(within) + 1
	for dy := -within / raster; dy <= within/raster; dy++ {
		for dx := -within / raster; dx <= within/raster; dx++ {
			q := p.Add(plane.Point{X: dx * raster, Y: dy * raster})
			if d := plane.Dist2(p, q); d < limit && a.Free(q) {
				best, found, limit = q, true, d
			}
		}
	}
	return best, found
}
