package plane

// Tile is the side of a tile in units.
const Tile = 256

// Point is a place on a map or a displacement, in units. (0,0) is the map's
// north-west corner; y grows to the south.
type Point struct{ X, Y int32 }

// Add is the vector sum.
func (p Point) Add(q Point) Point { return Point{p.X + q.X, p.Y + q.Y} }

// Sub is the vector from q to p.
func (p Point) Sub(q Point) Point { return Point{p.X - q.X, p.Y - q.Y} }

// Rect is a box that holds Min and not Max.
type Rect struct{ Min, Max Point }

// Contains reports whether p lies in r.
func (r Rect) Contains(p Point) bool {
	return p.X >= r.Min.X && p.X < r.Max.X && p.Y >= r.Min.Y && p.Y < r.Max.Y
}

// Overlaps reports whether r and s have a point in common.
func (r Rect) Overlaps(s Rect) bool {
	return r.Min.X < s.Max.X && s.Min.X < r.Max.X && r.Min.Y < s.Max.Y && s.Min.Y < r.Max.Y
}

// Empty reports whether r holds no point.
func (r Rect) Empty() bool { return r.Min.X >= r.Max.X || r.Min.Y >= r.Max.Y }

// Middle is the point in the middle, rounded to the north-west.
func (r Rect) Middle() Point {
	return Point{r.Min.X + (r.Max.X-r.Min.X)>>1, r.Min.Y + (r.Max.Y-r.Min.Y)>>1}
}

// Dist2 is the square of the distance, in square units. It is exact for
// points of which no coordinates differ by more than 2^31.
func Dist2(a, b Point) int64 {
	dx, dy := int64(a.X)-int64(b.X), int64(a.Y)-int64(b.Y)
	return dx*dx + dy*dy
}
