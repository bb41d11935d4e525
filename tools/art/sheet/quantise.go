package sheet

import (
	"cmp"
	"image"
	"image/color"
	"slices"

	"kakitsubata/tools/art/paint"
)

// shade is a colour of a picture and how many pixels have it.
type shade struct {
	c paint.C
	n int
}

// Quantise brings a picture down to at most n colours, 2 to 256, by median cut.
// Alpha and material are kept as they are: colours of different alpha are never
// mixed, so that empty pixels stay empty and marked ones marked, nor leaves with
// walls. A picture that has no more colours than that keeps them all.
func Quantise(m *paint.Img, n int) *image.Paletted {
	out, _ := Seasonal(m, n)
	return out
}

// Seasonal is Quantise that also gives the palette's colours with their
// materials: those that last come first.
func Seasonal(m *paint.Img, n int) (*image.Paletted, []paint.C) {
	shades := census(m)
	var own []paint.C
	for _, b := range split(shades, n) {
		own = append(own, mean(b))
	}
	slices.SortStableFunc(own, func(a, b paint.C) int { return cmp.Compare(a.K, b.K) })
	nearest := make(map[paint.C]uint8, len(shades))
	for _, s := range shades {
		nearest[s.c] = closest(own, s.c)
	}
	pal := make(color.Palette, 0, len(own))
	for _, c := range own {
		pal = append(pal, c.NRGBA())
	}
	out := image.NewPaletted(image.Rect(0, 0, m.W, m.H), pal)
	for i, c := range m.P {
		out.Pix[i] = nearest[plain(c)]
	}
	return out, own
}

// plain makes all empty pixels alike.
func plain(c paint.C) paint.C {
	if c.A == 0 {
		return paint.C{}
	}
	return c
}

func census(m *paint.Img) []shade {
	count := map[paint.C]int{}
	for _, c := range m.P {
		count[plain(c)]++
	}
	out := make([]shade, 0, len(count))
	for c, n := range count {
		out = append(out, shade{c, n})
	}
	slices.SortFunc(out, func(a, b shade) int { return cmp.Compare(key(a.c), key(b.c)) })
	return out
}

func key(c paint.C) uint64 {
	return uint64(c.A)<<32 | uint64(c.K)<<24 | uint64(c.R)<<16 | uint64(c.G)<<8 | uint64(c.B)
}

func channel(c paint.C, ch int) int {
	return int([3]uint8{c.R, c.G, c.B}[ch])
}

// spread is the widest channel of a box and how much it weighs.
func spread(b []shade) (ch int, weight int) {
	total := 0
	for _, s := range b {
		total += s.n
	}
	for i, w := range [3]int{3, 4, 2} { // the eye sees green best
		lo, hi := 255, 0
		for _, s := range b {
			lo, hi = min(lo, channel(s.c, i)), max(hi, channel(s.c, i))
		}
		if d := (hi - lo) * w; d > weight {
			ch, weight = i, d
		}
	}
	// Rare colours count too: they are eyes, flowers and glints.
	root := 1
	for root*root*root < total {
		root++
	}
	return ch, weight * weight * root
}

func split(shades []shade, n int) [][]shade {
	var boxes [][]shade
	for from := 0; from < len(shades); { // one box for each alpha and material
		to := from
		for to < len(shades) && shades[to].c.A == shades[from].c.A && shades[to].c.K == shades[from].c.K {
			to++
		}
		boxes = append(boxes, slices.Clone(shades[from:to]))
		from = to
	}
	for len(boxes) < n {
		best, at, ch := 0, -1, 0
		for i, b := range boxes {
			if len(b) < 2 {
				continue
			}
			if c, w := spread(b); w > best {
				best, at, ch = w, i, c
			}
		}
		if at < 0 {
			break
		}
		a, b := halve(boxes[at], ch)
		boxes[at] = a
		boxes = append(boxes, b)
	}
	return boxes
}

func halve(b []shade, ch int) (lo, hi []shade) {
	slices.SortFunc(b, func(x, y shade) int {
		return cmp.Or(cmp.Compare(channel(x.c, ch), channel(y.c, ch)), cmp.Compare(key(x.c), key(y.c)))
	})
	total := 0
	for _, s := range b {
		total += s.n
	}
	sum, at := 0, 1
	for i, s := range b[:len(b)-1] {
		sum += s.n
		at = i + 1
		if 2*sum >= total {
			break
		}
	}
	return b[:at], b[at:]
}

func mean(b []shade) paint.C {
	var r, g, bl, n int
	for _, s := range b {
		r, g, bl, n = r+int(s.c.R)*s.n, g+int(s.c.G)*s.n, bl+int(s.c.B)*s.n, n+s.n
	}
	return paint.C{R: uint8((r + n/2) / n), G: uint8((g + n/2) / n), B: uint8((bl + n/2) / n), A: b[0].c.A, K: b[0].c.K}
}

func closest(pal []paint.C, c paint.C) uint8 {
	best, at := 1<<30, 0
	for i, q := range pal {
		if q.A != c.A || q.K != c.K {
			continue
		}
		dr, dg, db := int(q.R)-int(c.R), int(q.G)-int(c.G), int(q.B)-int(c.B)
		if d := 3*dr*dr + 4*dg*dg + 2*db*db; d < best {
			best, at = d, i
		}
	}
	return uint8(at)
}
