package thing

import (
	"cmp"
	"math"
	"slices"

	"kakitsubata/tools/art/paint"
)

// cl is a cluster of leaves: a ball at (x, y) of radius r; z orders them from
// back to front.
type cl struct {
	x, y, r, z float64
	evergreen  bool
}

func ball(x, y, r, z float64) cl { return cl{x: x, y: y, r: r, z: z} }

// crown paints leaf clusters from back to front: each cluster is a shaded ball
// with a ragged rim and leaf dabs. whole is how much the crown as one is lit
// from the upper left.
func crown(m *paint.Img, cs []cl, r paint.Ramp, seed int, whole float64) {
	slices.SortStableFunc(cs, func(a, b cl) int { return cmp.Compare(a.z, b.z) })
	var x0, x1, y0, y1 = 1e9, -1e9, 1e9, -1e9
	for _, c := range cs {
		x0, x1 = min(x0, c.x-c.r), max(x1, c.x+c.r)
		y0, y1 = min(y0, c.y-c.r), max(y1, c.y+c.r)
	}
	n := float64(len(r))
	for i, c := range cs {
		for y := int(c.y - c.r - 2); y <= int(c.y+c.r+2); y++ {
			for x := int(c.x - c.r - 2); x <= int(c.x+c.r+2); x++ {
				dx, dy := (float64(x)+.5-c.x)/c.r, (float64(y)+.5-c.y)/(c.r*0.86)
				d := math.Hypot(dx, dy)
				a := math.Atan2(dy, dx)
				rim := 1 + 0.13*math.Sin(a*7+float64(i)*1.7+float64(seed)) + (paint.Noise(float64(x)/2, float64(y)/2, seed+i)-.5)*0.34
				if d > rim {
					continue
				}
				l := 0.50 - dx*0.26 - dy*0.46 // light from upper left
				// whole-crown light, so that clusters below are darker
				gx, gy := (float64(x)-x0)/(x1-x0)-.5, (float64(y)-y0)/(y1-y0)-.5
				l += (-gx*0.16 - gy*0.34) * whole
				l += (paint.Noise(float64(x)/2.2, float64(y)/1.8, seed+40+i) - .5) * 0.42
				if d > rim-0.22 && dy > 0.15 {
					l -= 0.26 // each cluster casts on the one behind: dark foot
				}
				v := max(0, min(0.999, l))
				o := r[int(v*n)]
				if c.evergreen {
					o.K = paint.Needle
				}
				m.Set(x, y, o)
			}
		}
	}
	// Rim light on the silhouette, top and left.
	top := r[len(r)-1]
	for y := 0; y < m.H; y++ {
		for x := 0; x < m.W; x++ {
			if m.At(x, y).A != 0 && m.At(x, y-1).A == 0 && float64(x) < (x0+x1)/2+4 && paint.Hash(x, y, seed) < 0.75 {
				m.Set(x, y, paint.Mix(m.At(x, y), top, 0.75))
			}
		}
	}
}

func trunk(m *paint.Img, cx, top, bot, w int, r paint.Ramp) {
	for y := top; y <= bot; y++ {
		ww := w
		if y > bot-3 {
			ww += (y - bot + 3)
		}
		for x := cx - ww; x <= cx+ww; x++ {
			t := float64(x-cx+ww) / float64(2*ww+1)
			v := 0.72 - t*0.62 + (paint.Noise(float64(x)*0.9, float64(y)/4, 7)-.5)*0.35
			if y < top+5 {
				v -= 0.28
			}
			m.Set(x, y, r[max(0, min(len(r)-2, int(v*float64(len(r)-1))))])
		}
	}
}

// tree draws a tree or bush whose foot is at its bottom middle: broad, cherry,
// pine, bush or azalea.
func tree(kind string, seed int) *paint.Img {
	h := func(i int) float64 { return paint.Hash(i, seed, 99) - .5 }
	switch kind {
	case "broad", "cherry":
		m := paint.New(64, 72)
		r := paint.Leaf
		if kind == "cherry" {
			r = paint.Cherry
		}
		br := paint.Wood
		if kind == "cherry" {
			br = paint.NewRamp("3A2636", "573A48", "7A5460", "9C7678", "B89A92")
		}
		trunk(m, 32, 44, 69, 3, br)
		for i := 0; i < 6; i++ { // two boughs
			m.Rect(28-i, 48-i, 2, 2, br[1])
			m.Rect(35+i, 48-i, 2, 2, br[0])
		}
		cs := []cl{}
		for i := 0; i < 7; i++ {
			a := float64(i)/7*2*math.Pi + h(i)
			cs = append(cs, ball(32+math.Cos(a)*17+h(i+20)*4, 27+math.Sin(a)*12+h(i+30)*3, 9.5+h(i+40)*2.5, math.Sin(a)))
		}
		for i := 0; i < 5; i++ {
			a := float64(i)/5*2*math.Pi + h(i+50)
			cs = append(cs, ball(31+math.Cos(a)*9, 23+math.Sin(a)*7, 8.5+h(i+60)*2, 2+math.Sin(a)))
		}
		cs = append(cs, ball(30, 17, 8, 4))
		crown(m, cs, r, seed, 1)
		return m.Outline(0.62)
	case "pine":
		m := paint.New(48, 78)
		trunk(m, 24, 58, 75, 2, paint.Wood)
		for k := 0; k < 5; k++ {
			yt, w, hh := 50.0-float64(k)*11, 20.0-float64(k)*3.3, 19.0
			for y := yt; y < yt+hh; y++ {
				t := (y - yt) / hh
				half := w * (0.15 + 0.85*t)
				for x := -half - 2; x <= half+2; x++ {
					rag := (paint.Noise((x+30)/2.2, float64(k*7), seed) - .4) * 5
					if math.Abs(x) > half || y > yt+hh-3+rag-math.Abs(x)*0.12 {
						continue
					}
					v := 0.66 - x/w*0.38 - t*0.36 + (paint.Noise(x+40, y/2.5, seed+3)-.5)*0.5
					if y > yt+hh-5+rag {
						v -= 0.25
					}
					m.Set(int(24+x), int(y), paint.Pine[max(0, min(4, int(v*5)))])
				}
			}
		}
		return m.Outline(0.6)
	default: // bush, with flowers when kind is azalea
		m := paint.New(36, 28)
		cs := []cl{ball(10, 17, 8, 0), ball(26, 17, 8, 0.1), ball(18, 12, 8.5, -1), ball(18, 19, 8, 2), ball(12, 20, 6, 3), ball(25, 20, 6, 3)}
		crown(m, cs, paint.Leaf, seed, 1)
		if kind == "azalea" {
			for i := 0; i < 26; i++ {
				x, y := 5+int(paint.Hash(i, seed, 1)*27), 6+int(paint.Hash(i, seed, 2)*17)
				if m.At(x, y).A != 0 && m.At(x+1, y+1).A != 0 && m.At(x-1, y).A != 0 {
					c := paint.Hex("F0629A").Of(paint.Posy)
					if i%3 == 0 {
						c = paint.Hex("FF9CC2").Of(paint.Posy)
					}
					m.Set(x, y, paint.Hex("FFD6E6").Of(paint.Posy))
					m.Set(x+1, y, c)
					m.Set(x-1, y, c)
					m.Set(x, y+1, c)
					m.Set(x, y-1, c)
				}
			}
		}
		return m.Outline(0.62)
	}
}

// iris: sword leaves and, where flower is set, a flower with three falls
// (white-gold stripe) and two standards. sway in px. One of three comes once more
// in autumn.
func iris(seed, sway int, flower bool) *paint.Img {
	bloom := paint.Bloom
	if paint.Hash(seed, 6, 4) < .36 {
		bloom = paint.Rebloom
	}
	m := paint.New(22, 34)
	bx := 11
	lr := paint.NewRamp("1E5148", "2F7A50", "4FA055", "86C766").Of(paint.Turf)
	leaf := func(dx float64, h float64, k int) {
		for i := 0.0; i < h; i++ {
			t := i / h
			x := float64(bx) + dx*t*t + float64(sway)*t*t
			y := 32 - i
			m.Set(int(x), int(y), lr[k])
			if t < 0.75 {
				m.Set(int(x)+1, int(y), lr[max(0, k-1)])
			}
		}
	}
	leaf(-7, 15, 1)
	leaf(6, 16, 1)
	leaf(-4, 20, 2)
	leaf(4, 19, 2)
	leaf(-2, 14, 3)
	if !flower {
		leaf(1, 22, 2)
		return m.Outline(0.5)
	}
	hgt := 17 + int(paint.Hash(seed, 1, 4)*3)
	for i := 0; i < hgt; i++ {
		m.Set(bx+sway*i/hgt, 32-i, lr[1])
	}
	x, y := bx+sway, 32-hgt
	d, md, l, hl := paint.Iris[1], paint.Iris[2], paint.Iris[3], paint.Iris[4]
	if paint.Hash(seed, 2, 4) < 0.10 {
		d, md, l, hl = paint.Hex("8D86C9"), paint.Hex("C9C4EE"), paint.Hex("E9E6FF"), paint.Hex("FFFFFF")
	}
	// standards (upright)
	pts := [][3]int{{-1, -7, 3}, {0, -7, 2}, {-2, -6, 3}, {-1, -6, 4}, {0, -6, 2}, {2, -6, 3}, {-2, -5, 3}, {-1, -5, 3}, {0, -5, 1}, {1, -5, 2}, {2, -5, 3}, {-2, -4, 2}, {-1, -4, 3}, {0, -4, 1}, {1, -4, 2}, {2, -4, 2}, {-1, -3, 2}, {0, -3, 2}, {1, -3, 1},
		// left fall
		{-3, -3, 3}, {-4, -3, 4}, {-5, -2, 3}, {-4, -2, 3}, {-3, -2, 5}, {-2, -2, 5}, {-6, -1, 3}, {-5, -1, 2}, {-4, -1, 5}, {-3, -1, 2}, {-2, -1, 2}, {-6, 0, 2}, {-5, 0, 1}, {-4, 0, 2}, {-5, 1, 1},
		// right fall
		{3, -3, 3}, {4, -3, 3}, {5, -2, 2}, {4, -2, 2}, {3, -2, 5}, {2, -2, 5}, {6, -1, 2}, {5, -1, 2}, {4, -1, 5}, {3, -1, 1}, {2, -1, 1}, {6, 0, 1}, {5, 0, 1}, {4, 0, 1}, {5, 1, 1},
		// middle fall
		{-1, -2, 3}, {0, -2, 6}, {1, -2, 2}, {-1, -1, 3}, {0, -1, 6}, {1, -1, 2}, {-2, 0, 3}, {-1, 0, 3}, {0, 0, 5}, {1, 0, 2}, {2, 0, 1}, {-2, 1, 3}, {-1, 1, 2}, {0, 1, 5}, {1, 1, 2}, {2, 1, 1}, {-1, 2, 2}, {0, 2, 2}, {1, 2, 1}, {0, 3, 1}}
	for _, p := range pts {
		c := [...]paint.C{{}, d, md, l, hl, paint.Hex("FFFDF0"), paint.Hex("FFD84D")}[p[2]]
		m.Set(x+p[0], y+p[1], c.Of(bloom))
	}
	return m.Outline(0.62)
}

// lilypad paints a leaf on the water.
func lilypad(m *paint.Img, x, y int, r float64, flower bool) {
	m.Shadow(float64(x)+1, float64(y)+1.5, r+1, r*0.6+1, 0.5)
	m.Ellipse(float64(x), float64(y), r, r*0.6, func(nx, ny float64, px, py int) paint.C {
		if nx > 0.1 && math.Abs(ny-0.1) < nx*0.35 {
			return paint.C{}
		}
		if ny < -0.45 {
			return paint.Grass[5]
		}
		if ny > 0.5 {
			return paint.Leaf[1]
		}
		return paint.Grass.Pick(0.45-ny*0.25, 0.3, px, py)
	})
	if flower {
		m.Rect(x-2, y-2, 4, 2, paint.Hex("F7B9CC"))
		m.Rect(x-1, y-3, 2, 3, paint.Hex("FFF3F5"))
		m.Set(x, y-1, paint.Hex("FFD84D"))
	}
}

// reed draws one bulrush, growing up from (x, y).
func reed(m *paint.Img, x, y, h int, lean int) {
	for i := 0; i < h; i++ {
		xx := x + lean*i*i/(h*h)
		m.Set(xx, y-i, paint.Leaf[3].Of(paint.Turf))
		if i < h/2 {
			m.Set(xx+1, y-i, paint.Leaf[1].Of(paint.Turf))
		}
		if i > h-7 && i < h-1 {
			m.Rect(xx, y-i, 2, 1, paint.Wood[1])
			m.Set(xx, y-i, paint.Wood[3])
		}
	}
}

// Canopy is a wood seen from outside: leaves over all that inside says, w by h
// pixels, lighter to the south where the wood ends.
func Canopy(w, h int, inside func(x, y int) bool, seed int) *paint.Img {
	const step = 9
	m := paint.New(w, h)
	dark := make(paint.Ramp, len(paint.Leaf))
	for i, c := range paint.Leaf {
		dark[i] = paint.Mix(c, paint.Hex("1B4A4E"), 0.34)
	}
	var near, far []cl
	for j := -1; j <= h/step+1; j++ {
		for i := -1; i <= w/step+1; i++ {
			x := i*step + int(paint.Hash(i, j, seed)*step)
			y := j*step + int(paint.Hash(i, j, seed+1)*step)
			cx, cy := max(0, min(w-1, x)), max(0, min(h-1, y))
			if !inside(cx, cy) {
				continue
			}
			c := cl{
				x: float64(x), y: float64(y), r: 7.5 + 3*paint.Hash(i, j, seed+2), z: float64(y),
				evergreen: paint.Noise(float64(i)/3.1, float64(j)/2.3, seed+4) > .54, // they stand together
			}
			if inside(cx, min(h-1, cy+22)) && inside(max(0, cx-20), cy) && inside(min(w-1, cx+20), cy) || paint.Hash(i, j, seed+3) < 0.2 {
				c.evergreen = true // deep in the wood it is quiet all the year
				far = append(far, c)
			} else {
				near = append(near, c)
			}
		}
	}
	crown(m, far, dark[:4], seed, 0)
	front := paint.New(w, h)
	crown(front, near, paint.Leaf, seed+7, 0)
	m.Blit(front.Outline(0.5), 0, 0, false)
	return m.Outline(0.62)
}

// reeds is a stand of bulrushes with the water's light at their foot.
func reeds(seed, sway int) *paint.Img {
	m := paint.New(44, 36)
	for i := range 9 {
		x := 6 + i*4 + int(paint.Hash(i, seed, 1)*3)
		h := 15 + int(paint.Hash(i, seed, 2)*14)
		reed(m, x, 33-int(paint.Hash(i, seed, 3)*5), h, sway+int(paint.Hash(i, seed, 4)*5)-2)
	}
	return m.Outline(.5)
}

// irisClump is six or so irises that stand together.
func irisClump(seed, frame int) *paint.Img {
	m := paint.New(64, 58)
	for row := range 3 {
		for k := range 3 {
			x := 3 + k*17 + (row%2)*6 + int(paint.Hash(k, row, seed)*8) - 4
			y := row*9 + int(paint.Hash(k, row, seed+9)*7)
			if row == 0 && k == 2 || row == 2 && k == 0 && seed%2 == 0 {
				continue
			}
			sway := int(paint.Hash(k, row, seed+3)*3) - 1
			if frame == 1 {
				sway += [3]int{1, 0, -1}[(k+row+seed)%3]
			}
			m.Blit(iris(seed*31+k*7+row*3, sway, paint.Hash(k, row, seed+20) > 0.16), x, y, false)
		}
	}
	return m
}
