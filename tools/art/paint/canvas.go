package paint

import "math"

// Img is a picture of art pixels. What is outside of it is empty, and drawing
// there does nothing.
type Img struct {
	W, H int
	P    []C // row by row
}

// New makes an empty picture.
func New(w, h int) *Img { return &Img{w, h, make([]C, w*h)} }

// Clone copies the picture.
func (m *Img) Clone() *Img { return &Img{m.W, m.H, append([]C(nil), m.P...)} }

func (m *Img) in(x, y int) bool { return x >= 0 && y >= 0 && x < m.W && y < m.H }

// At is the colour of a pixel; empty outside.
func (m *Img) At(x, y int) C {
	if !m.in(x, y) {
		return C{}
	}
	return m.P[y*m.W+x]
}

// Set colours a pixel.
func (m *Img) Set(x, y int, c C) {
	if m.in(x, y) {
		m.P[y*m.W+x] = c
	}
}

// Over lays a colour with the strength a on a pixel that is not empty.
func (m *Img) Over(x, y int, c C, a float64) {
	if o := m.At(x, y); o.A != 0 {
		n := Mix(o, c, a)
		n.A = o.A
		m.Set(x, y, n)
	}
}

// ShadowTint is what a full shadow multiplies by: violet, never grey.
var ShadowTint = [3]float64{0.62, 0.60, 0.82}

// Mul multiplies a pixel by t; k of 0 to 1 is the strength.
func (m *Img) Mul(x, y int, t [3]float64, k float64) {
	if !m.in(x, y) {
		return
	}
	o := m.At(x, y)
	m.Set(x, y, C{R: u8(float64(o.R) * (1 - k + k*t[0])), G: u8(float64(o.G) * (1 - k + k*t[1])), B: u8(float64(o.B) * (1 - k + k*t[2])), A: o.A, K: o.K})
}

// Screen lights a pixel; unlike adding, it never burns out to white.
func (m *Img) Screen(x, y int, c C, k float64) {
	if !m.in(x, y) {
		return
	}
	o := m.At(x, y)
	s := func(a, b uint8) uint8 { return u8(255 - (255-float64(a))*(255-float64(b)*min(1, k))/255) }
	m.Set(x, y, C{R: s(o.R, c.R), G: s(o.G, c.G), B: s(o.B, c.B), A: o.A, K: o.K})
}

// Rect fills a rectangle.
func (m *Img) Rect(x, y, w, h int, c C) {
	for j := y; j < y+h; j++ {
		for i := x; i < x+w; i++ {
			m.Set(i, j, c)
		}
	}
}

// Shade asks for the colour at a place of an ellipse: nx and ny run from -1 to
// 1, x and y are pixels. An empty colour leaves the pixel alone.
type Shade func(nx, ny float64, x, y int) C

// Flat is one colour everywhere.
func Flat(c C) Shade { return func(_, _ float64, _, _ int) C { return c } }

// Ellipse fills an ellipse.
func (m *Img) Ellipse(cx, cy, rx, ry float64, f Shade) {
	for y := int(cy - ry - 1); y <= int(cy+ry+1); y++ {
		for x := int(cx - rx - 1); x <= int(cx+rx+1); x++ {
			nx, ny := (float64(x)+0.5-cx)/rx, (float64(y)+0.5-cy)/ry
			if nx*nx+ny*ny > 1 {
				continue
			}
			if c := f(nx, ny, x, y); c.A != 0 {
				m.Set(x, y, c)
			}
		}
	}
}

// Blit copies all that is not empty of s to (x, y), mirrored when flip is set.
func (m *Img) Blit(s *Img, x, y int, flip bool) {
	for j := range s.H {
		for i := range s.W {
			k := i
			if flip {
				k = s.W - 1 - i
			}
			if c := s.At(k, j); c.A == 255 {
				m.Set(x+i, y+j, c)
			}
		}
	}
}

// Outline is the picture with its selective outline: an empty pixel beside a
// filled one takes that one's colour mixed toward ink, less where light falls.
func (m *Img) Outline(k float64) *Img {
	o := m.Clone()
	for y := range m.H {
		for x := range m.W {
			if m.At(x, y).A != 0 {
				continue
			}
			for i, d := range [4][2]int{{0, -1}, {-1, 0}, {1, 0}, {0, 1}} {
				n := m.At(x+d[0], y+d[1])
				if n.A == 0 {
					continue
				}
				kk := k
				if i >= 2 {
					kk -= 0.12
				}
				o.Set(x, y, Mix(n, Ink, kk))
				break
			}
		}
	}
	return o
}

// Shadow multiplies an ellipse on the ground, softened at its rim by dither.
func (m *Img) Shadow(cx, cy, rx, ry, k float64) {
	for y := int(cy - ry - 1); y <= int(cy+ry+1); y++ {
		for x := int(cx - rx - 1); x <= int(cx+rx+1); x++ {
			nx, ny := (float64(x)+0.5-cx)/rx, (float64(y)+0.5-cy)/ry
			d := nx*nx + ny*ny
			if d <= 0.8 || (d <= 1 && (x+y)&1 == 0) {
				m.Mul(x, y, ShadowTint, k)
			}
		}
	}
}

// Glow lights a disc in dithered rings, so that it stays pixel art.
func (m *Img) Glow(cx, cy, r float64, c C, k float64) {
	for y := int(cy - r); y <= int(cy+r); y++ {
		for x := int(cx - r); x <= int(cx+r); x++ {
			d := math.Hypot(float64(x)+0.5-cx, float64(y)+0.5-cy) / r
			if d >= 1 {
				continue
			}
			v := math.Floor((1-d)*(1-d)*10+Bayer(x, y)) / 10
			m.Screen(x, y, c, v*k)
		}
	}
}

// Crop is a copy of a part.
func (m *Img) Crop(x, y, w, h int) *Img {
	o := New(w, h)
	for j := range h {
		for i := range w {
			o.P[j*w+i] = m.At(x+i, y+j)
		}
	}
	return o
}

// Zoom enlarges by a whole number.
func (m *Img) Zoom(n int) *Img {
	o := New(m.W*n, m.H*n)
	for y := range o.H {
		for x := range o.W {
			o.P[y*o.W+x] = m.P[(y/n)*m.W+x/n]
		}
	}
	return o
}

// Shift moves the rows above y by dx pixels: a tree that sways.
func (m *Img) Shift(y, dx int) *Img {
	o := New(m.W, m.H)
	for j := range m.H {
		d := 0
		if j < y {
			d = dx
		}
		for i := range m.W {
			o.Set(i+d, j, m.At(i, j))
		}
	}
	return o
}

// Rows draws letters as pixels of a palette, one string a row; a letter that
// has no colour is empty. The picture has a border of one empty pixel.
func Rows(rows []string, pal map[byte]C) *Img {
	w := 0
	for _, r := range rows {
		w = max(w, len(r))
	}
	m := New(w+2, len(rows)+2)
	for y, r := range rows {
		for x := range len(r) {
			if c, ok := pal[r[x]]; ok {
				m.Set(x+1, y+1, c)
			}
		}
	}
	return m
}

// Remade is the picture with what is of one material made of another.
func (m *Img) Remade(from, to Material) *Img {
	o := m.Clone()
	for i, c := range o.P {
		if c.K == from {
			o.P[i].K = to
		}
	}
	return o
}

// Lasting is the picture as it is in every season.
func (m *Img) Lasting() *Img {
	o := m.Clone()
	for i := range o.P {
		o.P[i].K = Lasting
	}
	return o
}
