package main

import (
	"testing"

	"kakitsubata/tools/art/paint"
)

// Grey stays what it is for all eyes; without colour all is grey; without
// green-sensitive cones a red and a green of one lightness come nearer.
func TestEyes(t *testing.T) {
	m := paint.New(4, 1)
	m.P = []paint.C{{R: 120, G: 120, B: 120, A: 255}, {R: 200, G: 60, B: 40, A: 255}, {R: 70, G: 130, B: 40, A: 255}, {R: 255, G: 255, B: 255, A: 9}}
	for _, e := range eyes {
		s := seen(m, e.m)
		for _, i := range []int{0, 3} {
			c, was := s.P[i], m.P[i]
			if d := max(int(c.R)-int(was.R), int(was.R)-int(c.R), int(c.G)-int(was.G), int(was.G)-int(c.G), int(c.B)-int(was.B), int(was.B)-int(c.B)); d > 1 || c.A != was.A {
				t.Errorf("%s: %v became %v", e.name, was, c)
			}
		}
		for _, c := range s.P {
			if e.name == "grey" && (c.R != c.G || c.G != c.B) {
				t.Errorf("grey: %v", c)
			}
		}
		was, now := int(m.P[1].R)-int(m.P[2].R), int(s.P[1].R)-int(s.P[2].R)
		if max(now, -now) >= was {
			t.Errorf("%s: red and green are %d apart, as before", e.name, now)
		}
	}
	for v := range 256 {
		if stored(linear(uint8(v))) != uint8(v) {
			t.Errorf("%d does not come back", v)
		}
	}
}
