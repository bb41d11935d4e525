package plane

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestStepIsTheSineRounded(t *testing.T) {
	for h := range 256 {
		sin, cos := math.Sincos(float64(h) * 2 * math.Pi / 256)
		for _, units := range []int32{0, 1, 19, 57, 256, 100_000, 1 << 24} {
			got := Step(uint8(h), units)
			wantX, wantY := cos*float64(units), sin*float64(units)
			// Half a unit of rounding, and a 2^31th of each unit for the table.
			slack := 0.5 + float64(units)/(1<<31) + 1e-9
			if math.Abs(float64(got.X)-wantX) > slack || math.Abs(float64(got.Y)-wantY) > slack {
				t.Errorf("Step(%d, %d) = %v, want (%f, %f)", h, units, got, wantX, wantY)
			}
			back := Step(uint8(h)+128, units)
			if back != (Point{-got.X, -got.Y}) {
				t.Errorf("Step(%d, %d) = %v, opposite is %v", h, units, got, back)
			}
			if neg := Step(uint8(h), -units); neg != back {
				t.Errorf("Step(%d, %d) = %v, want %v", h, -units, neg, back)
			}
		}
	}
	for h, want := range map[uint8]Point{East: {100, 0}, South: {0, 100}, West: {-100, 0}, North: {0, -100}} {
		if got := Step(h, 100); got != want {
			t.Errorf("Step(%d, 100) = %v, want %v", h, got, want)
		}
	}
}

func TestHeadingOfEachStep(t *testing.T) {
	for _, units := range []int32{10_000, 1 << 20, 1 << 30} {
		for h := range 256 {
			from := Point{-7, 12}
			if got := Heading(from, from.Add(Step(uint8(h), units))); got != uint8(h) {
				t.Errorf("Heading of Step(%d, %d) = %d", h, units, got)
			}
		}
	}
}

// nearest is the heading by floats, and whether it is clear which.
func nearest(d Point) (uint8, bool) {
	turns := math.Atan2(float64(d.Y), float64(d.X)) / (2 * math.Pi) * 256
	_, frac := math.Modf(turns + 512.5)
	return uint8(int(math.Floor(turns+512.5)) & 255), frac > 1e-6 && frac < 1-1e-6
}

func TestHeadingIsTheArcTangentRounded(t *testing.T) {
	checked := 0
	check := func(d Point) {
		want, clear := nearest(d)
		if !clear || d == (Point{}) {
			return
		}
		checked++
		if got := Heading(Point{}, d); got != want {
			t.Fatalf("Heading to %v = %d, want %d", d, got, want)
		}
	}
	for x := int32(-60); x <= 60; x++ {
		for y := int32(-60); y <= 60; y++ {
			check(Point{x, y})
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		size := int32(1) << r.IntN(31)
		check(Point{r.Int32N(size) - size/2, r.Int32N(size) - size/2})
	}
	if checked < 150_000 {
		t.Errorf("only %d directions were clear", checked)
	}
	if got := Heading(Point{5, 5}, Point{5, 5}); got != 0 {
		t.Errorf("Heading to itself = %d, want 0", got)
	}
	// The greatest differences that there are.
	far := Point{math.MaxInt32, math.MaxInt32}
	if got := Heading(Point{math.MinInt32, math.MinInt32}, far); got != 32 {
		t.Errorf("Heading across everything = %d, want 32", got)
	}
}

func TestRect(t *testing.T) {
	r := Rect{Point{10, 20}, Point{30, 40}}
	for p, want := range map[Point]bool{{10, 20}: true, {29, 39}: true, {30, 39}: false, {29, 40}: false, {9, 20}: false} {
		if r.Contains(p) != want {
			t.Errorf("%v.Contains(%v) = %v", r, p, !want)
		}
	}
	if r.Middle() != (Point{20, 30}) || r.Empty() || !(Rect{Point{1, 1}, Point{1, 5}}).Empty() {
		t.Error("Middle or Empty is wrong")
	}
	// Two boxes overlap when some point is in both.
	rnd := rand.New(rand.NewPCG(3, 4))
	box := func() Rect {
		at := Point{rnd.Int32N(8), rnd.Int32N(8)}
		return Rect{at, at.Add(Point{1 + rnd.Int32N(4), 1 + rnd.Int32N(4)})}
	}
	for range 5_000 {
		a, b := box(), box()
		common := false
		for x := range int32(12) {
			for y := range int32(12) {
				p := Point{x, y}
				common = common || a.Contains(p) && b.Contains(p)
			}
		}
		if a.Overlaps(b) != common || b.Overlaps(a) != common {
			t.Fatalf("%v.Overlaps(%v) = %v, want %v", a, b, !common, common)
		}
	}
}

// The grid against a twin that knows no arithmetic of cells but where each
// cell lies.
func TestGridAgainstTwin(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		width, height := 8+r.IntN(120), 8+r.IntN(120)
		g := NewGrid(width, height)
		columns, rows := (width+2)/3, (height+2)/3
		if g.Cells() != columns*rows || g.Columns() != columns {
			t.Fatalf("grid of %d × %d tiles: %d cells in %d columns", width, height, g.Cells(), g.Columns())
		}
		cell := func(i int) Rect {
			at := Point{int32(i%columns) * 768, int32(i/columns) * 768}
			return Rect{at, at.Add(Point{768, 768})}
		}
		for range 50 {
			p := Point{r.Int32N(int32(width) * Tile), r.Int32N(int32(height) * Tile)}
			got := g.Cell(p)
			if !cell(int(got)).Contains(p) {
				t.Fatalf("Cell(%v) = %d, which is %v", p, got, cell(int(got)))
			}
			own := cell(int(got))
			for _, crowd := range []bool{false, true} {
				var want []uint16
				for i := range columns * rows {
					other := cell(i)
					dx, dy := (other.Min.X-own.Min.X)/768, (other.Min.Y-own.Min.Y)/768
					sees := dx >= -8 && dx <= 8 && dy >= -6 && dy <= 6
					if crowd { // the gap between the two, in units
						gx := max(other.Min.X-own.Max.X, own.Min.X-other.Max.X, 0)
						gy := max(other.Min.Y-own.Max.Y, own.Min.Y-other.Max.Y, 0)
						sees = gx*gx+gy*gy < 12*12*Tile*Tile
					}
					if sees {
						want = append(want, uint16(i))
					}
					if g.Sees(got, uint16(i), crowd) != sees {
						t.Fatalf("Sees(%d, %d, %v) = %v in %d columns", got, i, crowd, !sees, columns)
					}
				}
				if sight := slices.Collect(g.Sight(got, crowd)); !slices.Equal(sight, want) {
					t.Fatalf("Sight(%d, %v) = %v, want %v", got, crowd, sight, want)
				}
			}
		}
		for _, p := range []Point{{math.MinInt32, math.MinInt32}, {math.MaxInt32, math.MaxInt32}, {-1, 5}} {
			if int(g.Cell(p)) >= g.Cells() {
				t.Fatalf("Cell(%v) = %d of %d", p, g.Cell(p), g.Cells())
			}
		}
	}
}

func TestNothingAllocates(t *testing.T) {
	g := NewGrid(64, 64)
	var sum int
	n := testing.AllocsPerRun(100, func() {
		p := Step(uint8(sum), 10_000).Add(Point{8000, 8000})
		sum += int(Heading(Point{}, p))
		for c := range g.Sight(g.Cell(p), sum%2 == 0) {
			sum += int(c)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
