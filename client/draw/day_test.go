package draw

import (
	"image"
	"image/color"
	"os"
	"testing"
	"time"
)

func kariya(t *testing.T) *days {
	t.Helper()
	b, err := os.ReadFile("../../assets/public/art/kariya/days.json")
	if err != nil {
		t.Fatal(err)
	}
	d, err := parseDays(b)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheYearOfTheCity(t *testing.T) {
	d := kariya(t)
	seen := map[string]int{}
	for day := range 365 {
		s := d.season(time.Date(2026, 1, 1+day, 12, 0, 0, 0, time.UTC))
		if s == "" {
			t.Fatalf("day %d has no season", day)
		}
		seen[s]++
	}
	for _, s := range []string{"cherry", "iris", "summer", "mando", "autumn", "winter"} {
		if seen[s] < 5 {
			t.Errorf("%s lasts %d days", s, seen[s])
		}
	}
	if s := d.season(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)); s != "winter" {
		t.Errorf("the new year is %s", s)
	}
}

func TestTheLightGoesWithoutAJump(t *testing.T) {
	d := kariya(t)
	last := d.at("", time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	for m := 1; m <= 24*60; m++ {
		l := d.at("", time.Date(2026, 6, 1, 0, m, 0, 0, time.UTC))
		for _, v := range [][2]float32{{l.r, last.r}, {l.g, last.g}, {l.b, last.b}, {l.lamps, last.lamps}, {l.glow, last.glow}} {
			if diff := v[0] - v[1]; diff > .04 || diff < -.04 {
				t.Fatalf("minute %d: from %+v to %+v", m, last, l)
			}
			if v[0] < 0 || v[0] > 1 {
				t.Fatalf("minute %d: %+v", m, l)
			}
		}
		// Faces stay readable at any hour.
		if l.r*.3+l.g*.59+l.b*.11 < .45 || brighter(l.g) < .7 {
			t.Fatalf("minute %d is too dark: %+v", m, l)
		}
		last = l
	}
	if l := d.at("indoors", time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)); l != stills["indoors"] {
		t.Errorf("a lit room goes by the clock: %+v", l)
	}
	if l := (*days)(nil).at("", time.Now()); l.r != 1 || l.lamps != 0 {
		t.Errorf("without an almanac it is %+v", l)
	}
}

func TestTheCitysClock(t *testing.T) {
	nine := 9.0
	at := time.Date(2026, 3, 19, 23, 30, 0, 0, time.UTC)
	if l := (&days{utc: &nine}).local(at); l.Day() != 20 || l.Hour() != 8 {
		t.Errorf("it is %v", l)
	}
	if l := (&days{}).local(at); !l.Equal(at) || l.Hour() != 23 {
		t.Errorf("without a zone it is %v", l)
	}
}

func TestAirOfAPlace(t *testing.T) {
	d := kariya(t)
	day, night := daylight{r: 1, g: 1, b: 1}, daylight{lamps: 1}
	if a := d.airOf("", "", "cherry", day); a.kind != "fx-petal" || a.n == 0 {
		t.Errorf("%+v", a)
	}
	if a := d.airOf("none", "", "cherry", day); a.n != 0 {
		t.Errorf("%+v", a)
	}
	if a := d.airOf("fx-star", "stars", "cherry", night); a.kind != "fx-star" {
		t.Errorf("%+v", a)
	}
	if a := d.airOf("", "indoors", "cherry", day); a.n != 0 {
		t.Errorf("petals blow into the house: %+v", a)
	}
}

func TestBadAlmanacsAreRefused(t *testing.T) {
	for _, s := range []string{
		`{`, `{"seasons":[["x","13-40"]]}`, `{"light":[[25,1,1,1,0,0]]}`, `{"light":[[1,2,1,1,0,0]]}`,
		`{"air":{"x":{"day":["a",1]}}}`, `{"utc":99}`,
	} {
		if _, err := parseDays([]byte(s)); err == nil {
			t.Errorf("%s is taken", s)
		}
	}
	for _, s := range []string{`{"a":{"from":999}}`, `{"a":{"x":"12"}}`, `{"a":{"x":"GGGGGGGG"}}`, `{"a":{"from":"x"}}`} {
		if _, err := parseSeasons([]byte(s)); err == nil {
			t.Errorf("%s is taken", s)
		}
	}
}

func TestASeasonIsAnotherPalette(t *testing.T) {
	s, err := parseSeasons([]byte(`{"a.png":{"from":1,"autumn":"0102030480808000"}}`))
	if err != nil {
		t.Fatal(err)
	}
	p := color.Palette{color.Black, color.White, color.White}
	s.dress("a.png", "autumn", p)
	if p[0] != color.Black || p[1] != (color.NRGBA{1, 2, 3, 4}) || p[2] != (color.NRGBA{128, 128, 128, 0}) {
		t.Errorf("%v", p)
	}
	short := color.Palette{color.Black}
	s.dress("a.png", "autumn", short)
	s.dress("b.png", "winter", short)
	if short[0] != color.Black {
		t.Error("another picture's colours")
	}
}

func TestChunksAreTheWholeGround(t *testing.T) {
	src := image.NewPaletted(image.Rect(0, 0, 600, 300), color.Palette{color.RGBA{10, 20, 30, 255}, color.NRGBA{200, 100, 50, 254}})
	for i := range src.Pix {
		src.Pix[i] = uint8(i * 7 % 13 % 2)
	}
	s := newSoil(src)
	all := pieces(s.bounds())
	if all != image.Rect(0, 0, 3, 2) {
		t.Fatal(all)
	}
	buf := make([]byte, chunk*chunk*4)
	seen := 0
	for y := all.Min.Y; y < all.Max.Y; y++ {
		for x := all.Min.X; x < all.Max.X; x++ {
			w, h := s.cut(x, y, buf)
			for j := range h {
				for i := range w {
					r, g, b, a := src.At(x*chunk+i, y*chunk+j).RGBA()
					if got := buf[(j*w+i)*4:][:4]; got[0] != byte(r>>8) || got[1] != byte(g>>8) || got[2] != byte(b>>8) || got[3] != byte(a>>8) {
						t.Fatalf("%d,%d: %v", x*chunk+i, y*chunk+j, got)
					}
					seen++
				}
			}
		}
	}
	if seen != 600*300 {
		t.Fatalf("%d pixels", seen)
	}
	if n := testing.AllocsPerRun(10, func() { s.cut(1, 0, buf) }); n != 0 {
		t.Errorf("cutting a chunk allocates %v times", n)
	}
}

func TestAPictureWithoutPaletteIsGivenOne(t *testing.T) {
	m := image.NewRGBA(image.Rect(5, 5, 40, 30))
	for y := 5; y < 30; y++ {
		for x := 5; x < 40; x++ {
			m.SetRGBA(x, y, color.RGBA{uint8(x * 6), uint8(y * 8), 0, 255})
		}
	}
	s := newSoil(m)
	if s.bounds() != image.Rect(0, 0, 35, 25) || len(s.pix.Palette) > 256 {
		t.Fatalf("%v, %d colours", s.bounds(), len(s.pix.Palette))
	}
	if c := s.palette[s.pix.Pix[0]]; c != 0xff00281e {
		t.Errorf("%08x", c)
	}
}
