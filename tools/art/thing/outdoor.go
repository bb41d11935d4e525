package thing

import (
	"math"

	"kakitsubata/tools/art/paint"
)

// Flat things of the open air: painted into the ground.

// plazaRing is the inlay of the station plaza: two rings of stone and a field
// of light around the middle.
func plazaRing(m *paint.Img, x0, y0 int) {
	for y := y0 - 110; y < y0+110; y++ {
		for x := x0 - 190; x < x0+190; x++ {
			dx, dy := float64(x-x0), float64(y-y0)/0.56
			d, o := math.Hypot(dx, dy), m.At(x, y)
			a := math.Atan2(dy, dx) * 40 / math.Pi
			part := a - math.Floor(a)
			switch {
			case d > 166 && d < 184:
				c := paint.Mix(o, paint.Hex("D98A74"), 0.45)
				if part < 0.10 || d > 182.2 || d < 167.6 {
					c = paint.Mix(o, paint.Hex("8E5A5E"), 0.5)
				}
				m.Set(x, y, c)
			case d > 98 && d < 108:
				c := paint.Mix(o, paint.Hex("6E90A8"), 0.42)
				if part < 0.16 || d < 99.4 {
					c = paint.Mix(o, paint.Hex("55637F"), 0.5)
				}
				m.Set(x, y, c)
			case d < 98:
				m.Over(x, y, paint.Hex("FFF6DC"), 0.30)
			case d < 164 && d >= 108: // the six petals of the city's flower, in small violet stones
				b := math.Abs(math.Mod(math.Atan2(dy, dx)+math.Pi*13/6, math.Pi/3) - math.Pi/6)
				t := (d - 108) / 56
				w := 0.10 + 0.36*math.Sin(math.Pi*math.Pow(t, 1.25)*.94)
				if t > .8 {
					w *= math.Sqrt(1 - (t-.8)*5)
				}
				stone := paint.Hash(x/5+y/4%2*91, y/4, 7)
				switch {
				case b > w:
				case b > w-0.045:
					m.Set(x, y, paint.Mix(o, paint.Hex("5A4A8A"), 0.50))
				case b < 0.05 && t < .78:
					m.Set(x, y, paint.Mix(o, paint.Hex("FFE9A0"), 0.55+stone*.3))
				case y%4 == 3 || (x+y/4%2*2)%5 == 4:
					m.Set(x, y, paint.Mix(o, paint.Hex("B4A8D8"), 0.50))
				default:
					m.Set(x, y, paint.Mix(o, paint.Hex("8576C0"), 0.34+stone*.26))
				}
			}
		}
	}
}

// treeGrate is the iron ring around the foot of a tree that stands in paving.
func treeGrate(m *paint.Img, x0, y0 int) {
	m.Ellipse(float64(x0), float64(y0), 20, 11, paint.Flat(paint.Hex("8E8490")))
	m.Ellipse(float64(x0), float64(y0), 18, 9.6, func(nx, ny float64, x, y int) paint.C {
		d := math.Hypot(nx, ny)
		if d < .62 {
			return paint.Mix(paint.Earth.Pick(.5+paint.Hash(x, y, 3)*.3, .3, x, y), paint.Grass[1], .3)
		}
		if a := math.Atan2(ny, nx) * 22 / math.Pi; a-math.Floor(a) < .4 {
			return paint.Hex("5A5468")
		}
		return paint.Hex("756E80")
	})
}

// tactile is a piece of yellow paving for the feet of the blind, 8 by 16.
func tactile(m *paint.Img, x0, y0 int) {
	for y := y0 - 16; y < y0; y++ {
		for x := x0 - 4; x < x0+4; x++ {
			c := paint.Hex("F2C84B")
			switch {
			case x&3 == 1 && y&3 == 1:
				c = paint.Hex("FFE58A")
			case x&3 == 2 && y&3 == 2:
				c = paint.Hex("C99A2E")
			}
			m.Set(x, y, c)
		}
	}
}

// road is a piece of street, 64 by 64, (x, y) in the middle of its lower edge.
func road(m *paint.Img, x0, y0 int) {
	for y := y0 - 64; y < y0; y++ {
		for x := x0 - 32; x < x0+32; x++ {
			v := .40 + (paint.Fbm(float64(x)/20, float64(y)/14, 41)-.5)*.5
			c := paint.NewRamp("6E6A80", "7C788C", "8A8698", "9894A4").Pick(v, .3, x, y)
			switch j := y - (y0 - 64); {
			case j < 3:
				c = paint.Stone[4]
			case j < 5:
				c = paint.Stone[1]
			case j > 28 && j < 32 && ((x%32)+32)%32 < 20:
				c = paint.Hex("EDE6DC")
			case j > 60:
				c = paint.Stone[3]
			}
			m.Set(x, y, c)
		}
	}
}

// crossing is a zebra crossing over a road, 48 by 54.
func crossing(m *paint.Img, x0, y0 int) {
	for y := y0 - 56; y < y0-5; y++ {
		if (y/4)&1 == 0 && (y0-y)%8 < 5 {
			for x := x0 - 24; x < x0+24; x++ {
				m.Over(x, y, paint.Hex("FFFDF4"), .82)
			}
		}
	}
}

// glowPool is the pool of light that lies in a gate.
func glowPool(m *paint.Img, cx, cy int) {
	for y := -10; y <= 10; y++ {
		for x := -24; x <= 24; x++ {
			d := math.Hypot(float64(x)/24, float64(y)/10)
			if d >= 1 {
				continue
			}
			a := math.Atan2(float64(y)/10, float64(x)/24)
			c := paint.Mix(paint.Hex("7FE0E8"), paint.Hex("FFF7C8"), math.Sin(a*3+d*9)*0.5+0.5)
			if d > 0.86 {
				c = paint.Hex("FFFFFF")
			}
			if d < 0.9 || (x+y)&1 == 0 {
				m.Over(cx+x, cy+y, c, 0.35+0.5*d*d)
			}
		}
	}
}

// petals are fallen from a cherry tree.
func petals(m *paint.Img, cx, cy int) {
	for i := range 46 {
		a, d := paint.Hash(i, cx, cy)*2*math.Pi, math.Sqrt(paint.Hash(i, cx+1, cy))
		x, y := cx+int(math.Cos(a)*58*d), cy+int(math.Sin(a)*30*d)
		if m.At(x, y).A == 254 && i%3 > 0 {
			continue
		}
		c := paint.Cherry[2+int(paint.Hash(i, cx, cy+2)*4)]
		m.Over(x, y, c, 1)
		if i%2 == 0 {
			m.Over(x+1, y, paint.Mix(c, paint.Ink, 0.08), 1)
		}
		if i%5 == 0 {
			m.Over(x, y+1, paint.Cherry[2], 1)
		}
	}
}

// picnicMat is a cloth on the lawn with a box of rice balls.
func picnicMat(m *paint.Img, cx, cy int) {
	for y := -15; y < 15; y++ {
		for x := -26; x < 26; x++ {
			c := paint.Hex("5C98C4")
			if (x+30)/6%2 == (y+30)/5%2 {
				c = paint.Hex("EAF4FA")
			}
			if x == -26 || y == -15 {
				c = paint.Mix(c, paint.Hex("FFFFFF"), .5)
			}
			if y > 12 {
				c = paint.Mix(c, paint.Ink, .3)
			}
			m.Set(cx+x, cy+y, c)
		}
	}
	m.Rect(cx-8, cy-4, 18, 10, paint.Hex("8F2D2A"))
	m.Rect(cx-7, cy-4, 16, 8, paint.Hex("3A2636"))
	for i := range 3 {
		m.Rect(cx-5+i*5, cy-2, 4, 4, paint.Hex("FFFFFF"))
		m.Rect(cx-4+i*5, cy, 2, 2, paint.Hex("2B4A3A"))
	}
	m.Rect(cx-20, cy+5, 4, 5, paint.Hex("2FA39A"))
	m.Rect(cx-20, cy+5, 4, 1, paint.Hex("8BE6CF"))
}

// stones are stepping stones across grass or moss.
func stones(m *paint.Img, cx, cy int) {
	for i := range 3 {
		x := cx - 12 + i*12
		y := cy + (i%2)*5 - 3
		m.Shadow(float64(x)+1, float64(y)+1.5, 6.5, 3.6, .8)
		m.Ellipse(float64(x), float64(y), 5.5, 3.2, func(nx, ny float64, px, py int) paint.C {
			return paint.Stone.Pick(max(0, min(.99, .7-nx*.2-ny*.3)), .3, px, py)
		})
	}
}
