package draw

import (
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"kakitsubata/client/scene"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

func TestScaleIsTheGuides(t *testing.T) {
	for _, c := range []struct {
		w, h int
		dpr  float64
		want int
	}{
		{640, 1136, 2, 3}, {1170, 2532, 3, 5}, {2532, 1170, 3, 5}, {1024, 768, 1, 2}, {2048, 1536, 2, 4}, {1366, 768, 1, 2}, {1, 1, 1, 2},
	} {
		if got := Scale(c.w, c.h, c.dpr); got != c.want {
			t.Errorf("%dx%d@%v: %d, want %d", c.w, c.h, c.dpr, got, c.want)
		}
	}
}

func TestViewGoesThereAndBack(t *testing.T) {
	v := View{CamX: 100, CamY: 33}
	v.Fit(390, 844, 3, 0, 0)
	x, y := v.CSS(5000, 3000)
	wx, wy := v.World(x, y)
	if math.Abs(wx-5000) > UnitsPerPixel/2+1e-6 || math.Abs(wy-3000) > UnitsPerPixel/2+1e-6 {
		t.Fatalf("%v, %v", wx, wy)
	}
}

func TestCameraStaysOnTheMapAndComesToRest(t *testing.T) {
	var c camera
	v := View{MapW: 1024, MapH: 768}
	v.Fit(1024, 768, 1, 0, 0)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		c.run(1.0/60, rng.Float64()*1400-200, rng.Float64()*1000-100, 1, 0, false)
		c.frame(&v)
		if v.CamX < 0 || v.CamY < 0 || v.CamX+512 > 1024 || v.CamY+384 > 768 {
			t.Fatalf("shows what is outside: %v, %v", v.CamX, v.CamY)
		}
	}
	for range 240 {
		c.run(1.0/60, 500, 400, 0, 0, false)
	}
	if math.Abs(c.x-500) > 0.1 || math.Abs(c.y-400) > 0.1 {
		t.Fatalf("rests at %v, %v", c.x, c.y)
	}
	v.Foot = 30
	for range 240 {
		c.run(1.0/60, 500, 760, 0, 0, false)
	}
	if c.frame(&v); v.CamY+384-30 != 768 {
		t.Fatalf("the lowest row of the map is at %v", 768-v.CamY)
	}
	v.MapW, v.MapH = 100, 100
	c.frame(&v)
	if v.CamX != (100-512)/2.0 {
		t.Fatalf("a small map is at %v", v.CamX)
	}
}

// On every screen the canvas covers the page, with whole device pixels in each
// of its own, and has no more of them than that takes.
func TestViewFits(t *testing.T) {
	for _, dpr := range []float64{1, 1.25, 1.5, 2, 2.625, 3} {
		for w := 300.0; w < 2000; w += 37 {
			for _, h := range []float64{390, 568, 768, 1079} {
				var v View
				v.Fit(w, h, dpr, 0, 66)
				if n := v.Scale * dpr; math.Abs(n-math.Round(n)) > 1e-9 {
					t.Fatalf("%vx%v@%v: %v device pixels in an art pixel", w, h, dpr, n)
				}
				if cw, ch := float64(v.W)*v.Scale, float64(v.H)*v.Scale; cw < w-1e-9 || ch < h-1e-9 || cw >= w+v.Scale || ch >= h+v.Scale {
					t.Fatalf("%vx%v@%v: the canvas is %vx%v", w, h, dpr, cw, ch)
				}
			}
		}
	}
}

// Who walks straight on stands still on the screen, however the frames fall,
// and the view never goes back.
func TestWalkingDoesNotTremble(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, speed := range []float64{20, 51.2, 64, 77.7} { // art pixels a second
		var c camera
		v := View{MapW: 100000, MapH: 768}
		v.Fit(1366, 768, 1, 0, 0)
		x, last, changes := 1000.0, 0.0, 0
		screen := math.NaN()
		for i := range 1200 {
			dt := (1 + rng.Float64()*2) / 120
			x += speed * dt
			c.run(dt, x, 300, 1, 0, false)
			c.frame(&v)
			if v.CamX != math.Round(v.CamX) {
				t.Fatalf("the view is at %v", v.CamX)
			}
			if i < 240 { // the camera comes along
				last = v.CamX
				continue
			}
			if v.CamX < last {
				t.Fatalf("at %v the view goes back by %v", speed, last-v.CamX)
			}
			last = v.CamX
			if at := math.Round(x) - v.CamX; at != screen {
				screen = at
				changes++
			}
		}
		if changes > 6 {
			t.Errorf("at %v art pixels a second one's place on the screen changes %d times in 16 s", speed, changes)
		}
	}
}

func TestCameraIsHalfThereInItsHalfLife(t *testing.T) {
	var c camera
	c.run(0, 0, 0, 0, 0, false)
	for range 24 {
		c.run(cameraHalf*1.0/24, 100, 0, 0, 0, false)
	}
	if c.x < 40 || c.x > 60 {
		t.Fatalf("after its half-life it is at %v of 100", c.x)
	}
}

func TestHeadings(t *testing.T) {
	for _, c := range []struct {
		l, r, u, d bool
		want       uint8
		ok         bool
	}{
		{false, true, false, false, 0, true}, {false, false, false, true, 64, true}, {true, false, true, false, 160, true},
		{true, true, false, false, 0, false}, {true, true, true, false, 192, true},
	} {
		if h, ok := keysHeading(c.l, c.r, c.u, c.d); ok != c.ok || ok && h != c.want {
			t.Errorf("%+v: %d %v", c, h, ok)
		}
	}
	if _, ok := stickHeading(3, 3, 8); ok {
		t.Error("the dead zone lives")
	}
	if h, ok := stickHeading(40, 2, 8); !ok || h != 0 {
		t.Error(h)
	}
	if h, _ := stickHeading(-30, 30, 8); h != 96 {
		t.Error(h)
	}
}

// TestSheetsOfTheCity reads the very files that the page serves.
func TestSheetsOfTheCity(t *testing.T) {
	open := func(name string) (image.Image, []byte) {
		f, err := os.Open("../../assets/public/art/" + name + ".png")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		img, err := png.Decode(f)
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile("../../assets/public/art/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		return img, b
	}
	img, b := open("props")
	kinds, err := parseProps(b, img.Bounds().Dx(), img.Bounds().Dy())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"fx-shadow", "fx-own", "fx-tap", "fx-blocked", "fx-dust", "fx-leaf", "fx-ripple", "fx-petal", "fx-firefly", "fx-sparkle", "fx-around", "emote-1", "emote-8", "gate"} {
		if kinds[name].W == 0 {
			t.Errorf("no %s", name)
		}
	}
	for name, want := range map[string]int{"lanterns-mando": 2, "cat": 0} {
		if k := kinds[name]; !k.Cast || len(k.Feet) != want {
			t.Errorf("%s: cast %v on %d feet, not %d", name, k.Cast, len(k.Feet), want)
		}
	}
	img, b = open("looks")
	l, err := parseLooks(b, img)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"down", "left", "up", "blink-down", "blink-left", "breathe-down", "sit-down", "sit-left", "sit-up", "sleep", "wave", "cheer"} {
		if len(l.Frames[name]) == 0 {
			t.Errorf("no %s", name)
		}
	}
	if _, err := parseProps(b, 8, 8); err == nil {
		t.Error("frames outside of the picture are taken")
	}
	seen := map[string]bool{}
	for i := range 40 {
		look := id.NewLook(i, i/2, i/3, i/5, i/7, i/11)
		pic := l.compose(look)
		if pic.Bounds().Dx() != l.columns*l.W || pic.Bounds().Dy() != l.H {
			t.Fatal(pic.Bounds())
		}
		if filled(pic) < 1000 {
			t.Fatalf("look %x is nearly empty", look)
		}
		seen[string(pic.Pix)] = true
	}
	if len(seen) < 38 {
		t.Errorf("40 looks give only %d pictures", len(seen))
	}
}

func filled(m *image.RGBA) (n int) {
	r := m.Bounds()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if m.RGBAAt(x, y).A != 0 {
				n++
			}
		}
	}
	return n
}

func TestPlainLooksServeUntilTheSheetIsThere(t *testing.T) {
	l := plainLooks()
	pic := l.compose(id.NewLook(1, 2, 3, 4, 5, 0))
	for name, fs := range l.Frames {
		for _, f := range fs {
			if n := filled(pic.SubImage(image.Rect(f*l.W, 0, (f+1)*l.W, l.H)).(*image.RGBA)); n == 0 && f < l.columns {
				t.Errorf("%s: frame %d is empty", name, f)
			}
		}
	}
	if l.frame("no such", 3) != l.Frames["down"][3] {
		t.Error("an unknown animation")
	}
}

func TestOutlineTakesTheFirstNeighbourAndDarkensIt(t *testing.T) {
	sheet := image.NewGray(image.Rect(0, 0, 4, 4))
	sheet.SetGray(1, 1, color.Gray{1})
	l, err := parseLooks([]byte(`{"w":4,"h":4,"footX":2,"footY":3,"slots":2,"ink":"000000","frames":{"down":[0]},
		"layers":[{"row":0,"by":[]}],"palettes":[{"slot":1,"by":[],"colours":[["C8C8C8"]]}]}`), sheet)
	if err != nil {
		t.Fatal(err)
	}
	m := l.compose(0)
	for p, want := range map[image.Point]uint8{{X: 1, Y: 1}: 200, {X: 1, Y: 2}: 64, {X: 2, Y: 1}: 64, {X: 0, Y: 1}: 88, {X: 1, Y: 0}: 88, {X: 0, Y: 0}: 0} {
		if got := m.RGBAAt(p.X, p.Y).R; got != want {
			t.Errorf("%v: %d, want %d", p, got, want)
		}
	}
}

func TestDescriptionsThatMakeNoSense(t *testing.T) {
	sheet := image.NewGray(image.Rect(0, 0, 8, 8))
	for _, s := range []string{
		``, `{}`, `{"w":4,"h":4,"ink":"zz"}`, `{"w":4,"h":4,"ink":"000000","layers":[{"row":9,"by":[]}]}`,
		`{"w":4,"h":4,"ink":"000000","layers":[{"row":0,"by":[7]}]}`, `{"w":4,"h":4,"ink":"000000","palettes":[{"slot":0,"by":[0],"colours":[]}]}`,
		`{"w":4,"h":4,"ink":"000000","frames":{"down":[2]}}`, `{"w":4,"h":4,"ink":"000000","slots":9999}`,
	} {
		if _, err := parseLooks([]byte(s), sheet); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
	var l light
	for _, s := range []string{`[1,2]`, `[1,2,3,"nope"]`, `{}`, `["a",2,3,"FFFFFF"]`} {
		if json.Unmarshal([]byte(s), &l) == nil {
			t.Errorf("%q is taken", s)
		}
	}
}

// The crowd's figures stand on ground, apart, the same ones at every count and
// every time.
func TestMurmurStands(t *testing.T) {
	a := &atlas.Atlas{Place: "p", Width: 24, Height: 16, Ground: make([]atlas.Terrain, 24*16), Earshot: 256, Spawns: []atlas.Spawn{{}}}
	for i := range a.Ground {
		if x := i % 24; x >= 8 && x < 12 || x >= 16 { // half of the second block, all of the third
			a.Ground[i] = atlas.Water
		}
	}
	if err := a.Prepare(); err != nil {
		t.Fatal(err)
	}
	c, again := murmurs{}, murmurs{}
	const block = 8 * plane.Tile
	for b, want := range map[int]int{0: murmurMost, 1: 4, 2: 0} {
		m := scene.Murmur{X: float64(b*block + block/2), Y: block + block/2, N: 400}
		all := c.of(a, m)
		if len(all) < want || want == 0 && len(all) > 0 {
			t.Errorf("block %d: %d figures", b, len(all))
		}
		for i, s := range all {
			if !a.Free(plane.Point{X: int32(s.x), Y: int32(s.y)}) || math.Abs(s.x-m.X) > block/2 || math.Abs(s.y-m.Y) > block/2 || crowded(all[:i], s) {
				t.Errorf("block %d: %+v stands badly", b, s)
			}
			for _, at := range []float64{0, .3, 1, 7} {
				if l := s.bob(at); l < 0 || l > murmurBob {
					t.Errorf("lifted by %v", l)
				}
			}
		}
		for n := 1; n < 60; n++ {
			m.N = n
			some := again.of(a, m)
			if len(some) > n || len(some) != min(figures(n), len(all)) || !slices.Equal(some, all[:len(some)]) {
				t.Fatalf("block %d: %d stand for %d, or others than before", b, len(some), n)
			}
		}
	}
	if figures(0) != 0 || figures(1) != 1 || figures(-4) != 0 || figures(9) <= figures(3) || figures(1<<20) != murmurMost {
		t.Error("figures do not go by the count")
	}
}

// They come out of nothing where one ceases to see people one by one.
func TestMurmurFades(t *testing.T) {
	last := -1.0
	for d := 0.0; d < 30; d += .5 {
		s := spot{x: d * plane.Tile}
		seen := murmurSeen(&s, 0, 0)
		if seen < last || seen > 1 || d <= 12 && seen != 0 {
			t.Errorf("%v tiles away: %v", d, seen)
		}
		last = seen
	}
	if last != 1 {
		t.Errorf("far away: %v", last)
	}
	for l := range id.Look(200) {
		if !slices.Contains(murmurLooks[:], standIn(l)) {
			t.Errorf("look %d", l)
		}
	}
}
