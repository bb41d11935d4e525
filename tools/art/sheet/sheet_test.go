package sheet

import (
	"fmt"
	"image"
	"image/color"
	"testing"

	"kakitsubata/tools/art/paint"
)

func TestPackKeepsPiecesApart(t *testing.T) {
	var ps []*Piece
	for i := range 40 {
		w, h := 3+int(paint.Hash(i, 1, 1)*40), 3+int(paint.Hash(i, 2, 1)*50)
		p := &Piece{Name: fmt.Sprint(i)}
		for f := range 1 + i%3 {
			m := paint.New(w, h)
			m.Rect(0, 0, w, h, paint.C{R: uint8(i + 1), G: uint8(f), A: 255})
			p.Frames = append(p.Frames, m)
		}
		ps = append(ps, p)
	}
	page := Pack(ps, 256)
	for i, p := range ps {
		for f, m := range p.Frames {
			for y := range m.H {
				for x := range m.W {
					if c := page.At(p.X+f*m.W+x, p.Y+y); c.R != uint8(i+1) || c.G != uint8(f) {
						t.Fatalf("piece %d, frame %d: at (%d, %d) lies %v", i, f, x, y, c)
					}
				}
			}
		}
	}
	forward := page
	for i, j := 0, len(ps)-1; i < j; i, j = i+1, j-1 {
		ps[i], ps[j] = ps[j], ps[i]
	}
	back := Pack(ps, 256)
	for i := range forward.P {
		if forward.P[i] != back.P[i] {
			t.Fatal("the order of the input changes the page")
		}
	}
}

func TestQuantiseKeepsFewColoursAndAlpha(t *testing.T) {
	m := paint.New(16, 16)
	for i := range m.P {
		m.P[i] = paint.C{R: uint8(i % 40), G: uint8(i % 7), B: 3, A: 255}
		if i%16 > 11 {
			m.P[i].A = 254
		}
		if i < 16 {
			m.P[i] = paint.C{R: 9} // empty, whatever its colour says
		}
	}
	few := Quantise(m, 256)
	for i, c := range m.P {
		got := few.At(i%16, i/16).(color.NRGBA)
		if c.A == 0 && got.A != 0 || c.A != 0 && got != c.NRGBA() {
			t.Fatalf("pixel %d: %v became %v though there is room for all", i, c, got)
		}
	}
	some := Quantise(m, 12)
	if len(some.Palette) > 12 {
		t.Errorf("%d colours, not 12", len(some.Palette))
	}
	for i, c := range m.P {
		if got := some.At(i%16, i/16).(color.NRGBA); got.A != c.A {
			t.Fatalf("pixel %d: alpha %d became %d", i, c.A, got.A)
		}
	}
	if r := some.Bounds(); r != image.Rect(0, 0, 16, 16) {
		t.Error(r)
	}
}
