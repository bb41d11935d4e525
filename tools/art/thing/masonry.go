package thing

import (
	"math"

	"kakitsubata/tools/art/paint"
)

// stoneWall fills a wall of irregular fitted stones (ishigaki), as jittered
// cells: each has its own tone, a lit upper edge and a dark joint. slope is how
// far the wall spreads at its foot.
func stoneWall(m *paint.Img, x0, y0, w, h int, slope float64) {
	const S = 9.0
	pt := func(i, j int) (float64, float64) {
		off := 0.0
		if j&1 == 1 {
			off = 0.5
		}
		return (float64(i) + off + 0.15 + 0.6*paint.Hash(i, j, 201)) * S * 1.25, (float64(j) + 0.15 + 0.6*paint.Hash(i, j, 202)) * S * 0.85
	}
	for y := 0; y < h; y++ {
		t := float64(y) / float64(h)
		in := slope * (1 - t) * (1 - t) // curved like a fan
		for x := int(in); x < w-int(in); x++ {
			b1, b2, bi, bj := 1e9, 1e9, 0, 0
			ci, cj := int(math.Floor(float64(x)/S/1.25)), int(math.Floor(float64(y)/S/0.85))
			var dx1, dy1 float64
			for j := cj - 2; j <= cj+2; j++ {
				for i := ci - 2; i <= ci+2; i++ {
					px, py := pt(i, j)
					dx, dy := float64(x)-px, (float64(y)-py)*1.2
					d := math.Max(math.Abs(dx)*0.82, math.Abs(dy)) + 0.35*math.Hypot(dx, dy)
					if d < b1 {
						b2, b1, bi, bj, dx1, dy1 = b1, d, i, j, dx, dy
					} else if d < b2 {
						b2 = d
					}
				}
			}
			v := 0.52 + (paint.Hash(bi, bj, 203)-.5)*0.36 - dx1*0.018 - dy1*0.030 + (paint.Noise(float64(x)/2, float64(y)/2, 33)-.5)*0.16
			v -= t * 0.12
			if b2-b1 < 1.2 {
				v = 0.06
			} else if b2-b1 < 2.6 && dy1 < 0 {
				v += 0.16
			}
			c := paint.Stone.Pick(max(0, min(.99, v)), 0.3, x, y)
			c = paint.Mix(c, paint.Hex("C9A98A"), 0.12*paint.Hash(bi, bj, 204))
			if t > 0.66 && paint.Noise(float64(x)/7, float64(y)/5, 207) > 0.62 && b2-b1 > 1 {
				c = paint.Mix(c, paint.Leaf[3], 0.42) // moss
			}
			m.Set(x0+x, y0+y, c)
		}
	}
}

// roof is a roof of kawara tiles around the middle cx, wTop wide at the ridge, w
// at the eaves, h high; the eaves turn up at both ends.
func roof(m *paint.Img, cx, yTop, wTop, w, h int, r paint.Ramp) {
	r = r.Of(paint.Tiling)
	for x := -w / 2; x <= w/2; x++ {
		u := math.Abs(float64(x)) / (float64(w) / 2)
		lift := math.Pow(u, 4) * 5
		eave := float64(h) - lift
		for y := 0; y < h; y++ {
			t := float64(y) / float64(h)
			half := float64(wTop)/2 + (float64(w)/2-float64(wTop)/2)*math.Pow(t, 0.72)
			if math.Abs(float64(x)) > half || float64(y) > eave {
				continue
			}
			col := ((x % 4) + 4) % 4
			v := [4]float64{0.72, 0.55, 0.38, 0.16}[col]
			if (y+((x/4)&1)*1)%4 == 3 {
				v -= 0.18
			}
			v += 0.16 - t*0.22 - float64(x)/float64(w)*0.25
			c := r.Pick(max(0, min(.99, v)), 0.2, x+400, y)
			if float64(y) > eave-2 {
				c = r[0]
				if col < 2 {
					c = r[3]
				}
			}
			m.Set(cx+x, yTop+y, c)
		}
	}
	m.Rect(cx-wTop/2-1, yTop-2, wTop+3, 3, r[1])
	m.Rect(cx-wTop/2-1, yTop-2, wTop+3, 1, r[4])
	for _, s := range []int{-1, 1} { // ridge ends
		x := cx + s*(wTop/2+1)
		m.Rect(x-1, yTop-5, 3, 4, r[1])
		m.Set(x+s, yTop-6, r[2])
		m.Set(x, yTop-4, paint.Hex("F2CF72"))
		m.Set(x+s, yTop-5, paint.Hex("F2CF72"))
	}
}

// plaster fills a wall, shaded below the eaves.
func plaster(m *paint.Img, x, y, w, h int) {
	for j := 0; j < h; j++ {
		for i := 0; i < w; i++ {
			v := 0.86 - float64(i)/float64(w)*0.30 + (paint.Noise(float64(i)/6, float64(j)/6, 17)-.5)*0.18
			if j < 5 {
				v -= 0.46 - float64(j)*0.07 // ambient occlusion under the eaves
			}
			m.Set(x+i, y+j, paint.Plaster.Pick(max(0, min(.99, v)), 0.3, i, j))
		}
	}
}

// Plank is woodAt for grounds: a pixel of planks.
func Plank(x, y, plank int, vert bool) paint.C { return woodAt(x, y, plank, vert) }

// woodAt is a pixel of planks that are plank pixels wide and lie along x, or
// along y when vert is set.
func woodAt(x, y, plank int, vert bool) paint.C {
	if vert {
		x, y = y, x
	}
	row := y / plank
	v := 0.56 + (paint.Hash(row, x/37, 71)-.5)*0.22 + (paint.Noise(float64(x)/9, float64(y)*1.3, 72)-.5)*0.30
	switch y % plank {
	case 0:
		v += 0.18
	case plank - 1:
		v = 0.12
	}
	if (x+row*13)%37 == 0 {
		v = 0.16
	}
	return paint.Wood.Pick(max(0, min(.99, v)), 0.2, x, y)
}

// courses fills a wall of white blocks.
func courses(m *paint.Img, x, y, w, h int) {
	joint := paint.Hex("A79AA8")
	for j := range h {
		for i := range w {
			v := 0.82 - float64(j)/float64(h)*0.18 + (paint.Noise(float64(x+i)/8, float64(y+j)/8, 5)-.5)*0.10
			c := paint.Plaster.Pick(v, 0.3, x+i, y+j)
			if j%9 == 8 {
				c = paint.Mix(c, joint, 0.35)
			}
			if (i+(j/9%2)*12)%24 == 0 {
				c = paint.Mix(c, joint, 0.22)
			}
			m.Set(x+i, y+j, c)
		}
	}
}

// plinth is the base of darker stone at the foot of a wall.
func plinth(m *paint.Img, x, y, w, h int) {
	for j := range h {
		for i := range w {
			m.Set(x+i, y+j, paint.Stone.Pick(.55-float64(j)*.03, .3, x+i, y+j))
		}
	}
}

// pane is a window of glass with two slanted reflections, a mullion each bar
// pixels.
func pane(m *paint.Img, gx, gy, w, h, bar int) {
	m.Rect(gx-2, gy-2, w+4, h+4, paint.Iron[2])
	m.Rect(gx-2, gy-2, w+4, 1, paint.Iron[3])
	for y := range h {
		for x := range w {
			v := 0.25 + 0.5*float64(h-y)/float64(h)
			if d := (x + y) % 46; d < 9 || (d > 12 && d < 15) {
				v += 0.22
			}
			if y > h-14 && paint.Noise(float64(x)/7, 3, 99) > 0.55 {
				v -= 0.22
			}
			m.Set(gx+x, gy+y, paint.Glass.Pick(max(0, min(.99, v)), .25, x, y))
		}
	}
	for x := bar; x < w; x += bar {
		m.Rect(gx+x, gy, 2, h, paint.Iron[2])
	}
	m.Rect(gx, gy+h/2, w, 1, paint.Iron[2])
	for i := range 5 {
		for x := range w {
			m.Mul(gx+x, gy+i, paint.ShadowTint, 0.6-float64(i)*.1)
		}
	}
}

// doorway is an open door into a lit room.
func doorway(m *paint.Img, x, y, w, h int) {
	m.Rect(x-3, y-3, w+6, h+3, paint.Hex("4A5672"))
	m.Rect(x-3, y-3, w+6, 1, paint.Iron[3])
	for j := range h {
		for i := range w {
			v := 0.50 + 0.45*float64(j)/float64(h) - math.Abs(float64(i)-float64(w)/2)/float64(w)*0.5
			m.Set(x+i, y+j, paint.Warm.Pick(max(0, min(.99, v)), .4, x+i, y+j))
		}
	}
}

// awning is striped cloth with a scalloped hem.
func awning(m *paint.Img, x, y, w, h int, a, b paint.C) {
	for j := range h {
		for i := range w {
			c := a
			if (i/8)%2 == 1 {
				c = b
			}
			if k := j - (h - 4); k >= 0 && (i%8 > 6-k || i%8 < k-1) {
				continue
			}
			m.Set(x+i, y+j, paint.Mix(c, paint.Ink, float64(j)*0.018))
		}
	}
	m.Rect(x, y, w, 1, paint.Mix(a, paint.Hex("FFFFFF"), .4))
}

// slope is a straight roof: top wide above, w below, h high, from (x, y) of its
// eaves' left end.
func slope(m *paint.Img, x, y, top, w, h int, r paint.Ramp) {
	r = r.Of(paint.Tiling)
	in := float64(w-top) / 2
	for j := range h {
		t := float64(j) / float64(h)
		for i := int(in * (1 - t)); i < w-int(in*(1-t)); i++ {
			v := [4]float64{.72, .60, .48, .30}[i&3] - t*.25 + .05
			if j%5 == 4 {
				v -= .2
			}
			m.Set(x+i, y+j, r.Pick(v, .2, x+i, y+j))
		}
	}
	m.Rect(x, y+h-1, w, 2, paint.Mix(r[0], paint.Ink, .45))
	m.Rect(x+int(in)-1, y-1, top+2, 2, r[len(r)-1])
}

// under shades the rows below an eave.
func under(m *paint.Img, x, y, w, h int) {
	for j := range h {
		for i := range w {
			m.Mul(x+i, y+j, paint.ShadowTint, 0.9-float64(j)*0.8/float64(h))
		}
	}
}

// planks fills a box with wood.
func planks(m *paint.Img, x, y, w, h, plank int, vert bool, tint paint.C, k float64) {
	for j := range h {
		for i := range w {
			c := woodAt(i+x, j, plank, vert)
			if k > 0 {
				c = paint.Mix(c, tint, k)
			}
			m.Set(x+i, y+j, c)
		}
	}
}

// slab is a flat box lit from the upper left: face, light edge, dark edge.
func slab(m *paint.Img, x, y, w, h int, c paint.C) {
	m.Rect(x, y, w, h, c)
	m.Rect(x, y, w, 1, paint.Mix(c, paint.Hex("FFFFFF"), .35))
	m.Rect(x, y+h-1, w, 1, paint.Mix(c, paint.Ink, .3))
}

// post is an upright of wood, lit at its left.
func post(m *paint.Img, x, y, w, h int) {
	m.Rect(x, y, w, h, paint.Wood[1])
	m.Rect(x, y, 1, h, paint.Wood[3])
}
