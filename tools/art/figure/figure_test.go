package figure

import (
	"testing"

	"kakitsubata/protocol/id"
	"kakitsubata/tools/art/paint"
)

// TestEveryPartHasColours: each slot that any part uses is coloured in every
// look, so that no look has a hole.
func TestEveryPartHasColours(t *testing.T) {
	used := map[uint8]bool{}
	pix, w, h := Sheet()
	if len(pix) != w*h || w%W != 0 || h%H != 0 {
		t.Fatalf("a sheet of %d × %d with %d pixels", w, h, len(pix))
	}
	for _, s := range pix {
		used[s] = true
	}
	delete(used, 0)
	for _, p := range Palettes() {
		want := 1
		for _, f := range p.By {
			want *= counts[f]
		}
		if len(p.Colours) != want {
			t.Errorf("palette of slot %d has %d rows, not %d", p.Slot, len(p.Colours), want)
		}
		for _, row := range p.Colours {
			if len(row) != len(p.Colours[0]) || p.Slot+len(row) > Slots {
				t.Errorf("palette of slot %d has a row of %d", p.Slot, len(row))
			}
		}
		for i := range p.Colours[0] {
			delete(used, uint8(p.Slot+i))
		}
	}
	for s := range used {
		t.Errorf("slot %d is used and has no colour", s)
	}
}

// TestEveryLookComposes walks through every choice of each field, with others
// that change beside it, and asks for a body of the usual size.
func TestEveryLookComposes(t *testing.T) {
	seen := map[string]id.Look{}
	for i := range 6 * 6 * 5 {
		look := id.NewLook(i, i/6, i, i/6, i+i/6, i/36)
		for c := range columns {
			m := Compose(look, c)
			filled := 0
			for _, p := range m.P {
				if p.A != 0 {
					filled++
				}
			}
			if filled < 300 || filled > W*H*3/4 {
				t.Fatalf("look %06x, frame %d: %d pixels", look, c, filled)
			}
			if c == 0 {
				k := key(m)
				if other, ok := seen[k]; ok && other != look {
					t.Errorf("looks %06x and %06x are alike", look, other)
				}
				seen[k] = look
			}
		}
	}
}

// TestFeetStand: when standing, the lowest pixels are at the foot, in every
// direction.
func TestFeetStand(t *testing.T) {
	for _, c := range []int{0, 3, 6} {
		m := Compose(id.NewLook(0, 0, 0, 0, 0, 0), c)
		low := 0
		for i, p := range m.P {
			if p.A != 0 {
				low = i / W
			}
		}
		if low < FootY-1 || low > FootY+1 {
			t.Errorf("frame %d stands at %d, not %d", c, low, FootY)
		}
	}
}

func TestFramesAreColumns(t *testing.T) {
	shown := map[int]bool{}
	for name, f := range Frames() {
		for _, c := range f {
			if c < 0 || c >= len(columns) {
				t.Errorf("%s shows column %d of %d", name, c, len(columns))
			}
			shown[c] = true
		}
	}
	if len(shown) != len(columns) {
		t.Errorf("%d of %d columns are shown", len(shown), len(columns))
	}
}

func key(m *paint.Img) string {
	b := make([]byte, 0, 3*len(m.P))
	for _, c := range m.P {
		b = append(b, c.R, c.G, c.B)
	}
	return string(b)
}
