package atlas

import (
	"math/rand/v2"
	"strings"
	"testing"

	"kakitsubata/world/plane"
)

// draw makes an atlas from a picture: # wall, ~ water, others grass.
func draw(t testing.TB, picture string, more func(*Atlas)) *Atlas {
	t.Helper()
	rows := strings.Fields(picture)
	a := &Atlas{
		Place: "sample", Title: "見本", Width: len(rows[0]), Height: len(rows), Earshot: DefaultEarshot,
		Spawns: []Spawn{{Name: "here", At: middleOf(1, 1), Facing: plane.South}},
	}
	for _, row := range rows {
		for _, c := range []byte(row) {
			switch c {
			case '#':
				a.Ground = append(a.Ground, Wall)
			case '~':
				a.Ground = append(a.Ground, Water)
			default:
				a.Ground = append(a.Ground, Grass)
			}
		}
	}
	if more != nil {
		more(a)
	}
	if err := a.Prepare(); err != nil {
		t.Fatal(err)
	}
	return a
}

func middleOf(x, y int32) plane.Point {
	return plane.Point{X: x*plane.Tile + plane.Tile/2, Y: y*plane.Tile + plane.Tile/2}
}

func tiles(x0, y0, x1, y1 int32) plane.Rect {
	return plane.Rect{
		Min: plane.Point{X: x0 * plane.Tile, Y: y0 * plane.Tile},
		Max: plane.Point{X: x1 * plane.Tile, Y: y1 * plane.Tile},
	}
}

// random is an atlas with solid ground and boxes of any size anywhere.
func random(t testing.TB, r *rand.Rand) *Atlas {
	t.Helper()
	a := &Atlas{
		Place: "random", Title: "{見本|みほん}", Width: MinTiles + r.IntN(16), Height: MinTiles + r.IntN(16),
		Earshot: 1 + r.Int32N(MaxEarshot),
	}
	for range a.Width * a.Height {
		ground := Terrain(r.IntN(int(TerrainEnd)))
		if ground.Solid() && r.IntN(3) > 0 {
			ground = Grass
		}
		a.Ground = append(a.Ground, ground)
	}
	edge := a.Bounds().Max
	box := func(most int32) plane.Rect {
		at := plane.Point{X: r.Int32N(edge.X), Y: r.Int32N(edge.Y)}
		return plane.Rect{Min: at, Max: plane.Point{X: min(edge.X, at.X+1+r.Int32N(most)), Y: min(edge.Y, at.Y+1+r.Int32N(most))}}
	}
	spot := func() plane.Point { return plane.Point{X: r.Int32N(edge.X), Y: r.Int32N(edge.Y)} }
	for range r.IntN(40) {
		a.Walls = append(a.Walls, box(400))
	}
	for range r.IntN(4) {
		a.Walls = append(a.Walls, box(1500))
	}
	for range r.IntN(5) {
		a.Seats = append(a.Seats, Seat{spot(), uint8(r.IntN(256))})
		a.Zones = append(a.Zones, Zone{"zone", box(2000), r.Int32N(3) * 500, r.IntN(2) == 0, "静か"})
		a.Portals = append(a.Portals, Portal{"gate", box(500), "other", "there", "あちら"})
		a.Props = append(a.Props, Prop{"tree-broad", spot(), "木", r.IntN(2) == 0})
		a.Traits = append(a.Traits, Trait{"dark", "true"})
	}
	for range 1 + r.IntN(3) {
		a.Spawns = append(a.Spawns, Spawn{"here", spot(), uint8(r.IntN(256))})
	}
	if err := a.Prepare(); err != nil {
		t.Fatal(err)
	}
	return a
}

// freeByHand is Free's twin, without any index: is the foot box in the map
// and does it overlap nothing solid?
func freeByHand(a *Atlas, p plane.Point) bool {
	foot := plane.Rect{Min: plane.Point{X: p.X - 80, Y: p.Y - 40}, Max: plane.Point{X: p.X + 80, Y: p.Y + 40}}
	if foot.Min.X < 0 || foot.Min.Y < 0 || foot.Max.X > int32(a.Width)*256 || foot.Max.Y > int32(a.Height)*256 {
		return false
	}
	for i, g := range a.Ground {
		x, y := int32(i%a.Width), int32(i/a.Width)
		if (g == Water || g == Wall || g == Rail) && foot.Overlaps(tiles(x, y, x+1, y+1)) {
			return false
		}
	}
	for _, w := range a.Walls {
		if foot.Overlaps(w) {
			return false
		}
	}
	return true
}

// somewhere is free ground.
func somewhere(a *Atlas, r *rand.Rand) (plane.Point, bool) {
	edge := a.Bounds().Max
	for range 200 {
		if p := (plane.Point{X: r.Int32N(edge.X), Y: r.Int32N(edge.Y)}); a.Free(p) {
			return p, true
		}
	}
	return plane.Point{}, false
}
