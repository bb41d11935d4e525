package atlas

import (
	"maps"
	"slices"

	"kakitsubata/protocol/id"
	"kakitsubata/world/plane"
)

// reachRaster is how finely reachability is looked at, in units. It is less
// than a foot box, so that nothing fits between two points of the raster that
// doesn't touch one of them.
const reachRaster = 32

// A reach is what can be walked to: the points of a raster.
type reach struct {
	origin        plane.Point // of raster point (0,0), in [0, reachRaster)
	width, height int
	seen          []bool
}

// flood finds what can be reached on foot from free ground.
func (a *Atlas) flood(from plane.Point) *reach {
	r := &reach{
		origin: plane.Point{X: from.X % reachRaster, Y: from.Y % reachRaster},
		width:  a.Width * plane.Tile / reachRaster,
		height: a.Height * plane.Tile / reachRaster,
	}
	r.seen = make([]bool, r.width*r.height)
	todo := []int{int(from.Y/reachRaster)*r.width + int(from.X/reachRaster)}
	r.seen[todo[0]] = true
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		x, y := i%r.width, i/r.width
		for _, d := range [...][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
			nx, ny := x+d[0], y+d[1]
			if nx < 0 || ny < 0 || nx >= r.width || ny >= r.height {
				continue
			}
			j := ny*r.width + nx
			if !r.seen[j] && a.Free(r.point(nx, ny)) {
				r.seen[j] = true
				todo = append(todo, j)
			}
		}
	}
	return r
}

func (r *reach) point(x, y int) plane.Point {
	return plane.Point{X: int32(x)*reachRaster + r.origin.X, Y: int32(y)*reachRaster + r.origin.Y}
}

// near reports whether a reached point is within a distance of p.
func (r *reach) near(p plane.Point, within int32) bool {
	box := plane.Rect{
		Min: plane.Point{X: p.X - within, Y: p.Y - within},
		Max: plane.Point{X: p.X + within + 1, Y: p.Y + within + 1},
	}
	return r.any(box, func(q plane.Point) bool {
		return plane.Dist2(p, q) <= int64(within)*int64(within)
	})
}

// within reports whether a reached point lies in a box.
func (r *reach) within(box plane.Rect) bool { return r.any(box, box.Contains) }

func (r *reach) any(box plane.Rect, ok func(plane.Point) bool) bool {
	x0, x1 := r.span(box.Min.X, box.Max.X, r.width)
	y0, y1 := r.span(box.Min.Y, box.Max.Y, r.height)
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			if r.seen[y*r.width+x] && ok(r.point(x, y)) {
				return true
			}
		}
	}
	return false
}

func (r *reach) span(from, to int32, size int) (int, int) {
	return max(0, int(from)/reachRaster-1), min(size, int(to)/reachRaster+1)
}

func sortedPlaces(atlases map[id.PlaceID]*Atlas) []id.PlaceID {
	return slices.Sorted(maps.Keys(atlases))
}
