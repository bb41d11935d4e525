package thing

import (
	"math"

	"kakitsubata/tools/art/paint"
)

// station is the front of the railway station, with its clock.
func station() *paint.Img {
	m := paint.New(300, 112)
	courses(m, 6, 26, 288, 82)
	plinth(m, 6, 98, 288, 10)
	pane(m, 20, 48, 80, 46, 16)
	pane(m, 200, 48, 80, 46, 16)
	doorway(m, 116, 50, 68, 58)
	for _, x := range []int{128, 138, 148, 158, 168} { // ticket gates
		m.Rect(x, 84, 3, 12, paint.Glass[2])
		m.Rect(x, 84, 3, 2, paint.Glass[4])
	}
	m.Rect(148, 50, 3, 58, paint.Hex("4A5672"))
	awning(m, 104, 38, 92, 12, paint.Hex("E8584A"), paint.Hex("FFF6E6"))
	slab(m, 110, 36, 80, 17, paint.Hex("3A4A6E")) // the sign
	m.Rect(111, 37, 78, 15, paint.Hex("FFFDF4"))
	m.Rect(111, 50, 78, 2, paint.Hex("E0475A"))
	m.Rect(102, 36, 96, 3, paint.Hex("A83A3A"))
	m.Rect(102, 36, 96, 1, paint.Hex("F28A72"))
	slope(m, 0, 8, 272, 300, 20, paint.Brick)
	under(m, 6, 29, 288, 7)
	for y := 2; y < 36; y++ { // clock tower
		for x := 132; x < 168; x++ {
			m.Set(x, y, paint.Plaster.Pick(.9-float64(x-132)/36*.35, .3, x, y))
		}
	}
	for y := range 8 {
		m.Rect(132-y/3, y-1, 36+y/3*2, 1, paint.Roof[min(4, 1+y/3)])
	}
	m.Ellipse(150, 21, 11, 11, paint.Flat(paint.Iron[2]))
	m.Ellipse(150, 21, 9, 9, paint.Flat(paint.Hex("FFFDF4")))
	for _, p := range [][2]int{{150, 13}, {150, 29}, {142, 21}, {158, 21}} {
		m.Set(p[0], p[1], paint.Hex("9A8FA8"))
	}
	return m.Outline(0.7)
}

// board is a notice board with paper on it.
func board() *paint.Img {
	m := paint.New(50, 48)
	for _, x := range []int{6, 41} {
		m.Rect(x, 10, 3, 36, paint.Wood[1])
		m.Rect(x, 10, 1, 36, paint.Wood[3])
	}
	for y := 8; y < 36; y++ {
		for x := 2; x < 48; x++ {
			c := woodAt(x, y, 7, false)
			if x > 4 && x < 45 && y > 10 && y < 33 {
				c = paint.Mix(paint.Hex("3F7A5E"), paint.Hex("2F6450"), paint.Noise(float64(x)/4, float64(y)/4, 5))
			}
			m.Set(x, y, c)
		}
	}
	for i, p := range [][4]int{{7, 13, 11, 14}, {20, 12, 10, 9}, {33, 13, 10, 12}, {21, 23, 9, 8}} {
		c := []paint.C{paint.Hex("FFFDF4"), paint.Hex("FFE9A0"), paint.Hex("FFD0DE"), paint.Hex("CDE8F6")}[i]
		m.Rect(p[0]+1, p[1]+1, p[2], p[3], paint.Hex("254E40"))
		m.Rect(p[0], p[1], p[2], p[3], c)
		for y := 3; y < p[3]-1; y += 2 {
			m.Rect(p[0]+2, p[1]+y, p[2]-4-(y*3)%3, 1, paint.Mix(c, paint.Ink, .4))
		}
		m.Set(p[0]+p[2]/2, p[1], paint.Hex("E0475A"))
	}
	for y := 0; y < 6; y++ {
		for x := -1 + 0; x < 50; x++ {
			if x >= 3-y && x < 47+y {
				m.Set(x, 3+y, paint.Mix(woodAt(x, y*3+1, 6, false), paint.Hex("B0605A"), .4))
			}
		}
	}
	return m.Outline(.66)
}

func gate() *paint.Img {
	m := paint.New(60, 72)
	for _, x := range []int{7, 48} {
		for y := 22; y < 70; y++ {
			for i := 0; i < 5; i++ {
				m.Set(x+i, y, woodAt(y, x+i, 5, false))
			}
			m.Set(x, y, paint.Wood[4])
		}
		m.Rect(x-1, 66, 7, 4, paint.Stone[3])
		m.Rect(x-1, 66, 7, 1, paint.Stone[5])
	}
	var cs []cl
	for i := 0; i <= 10; i++ {
		a := math.Pi * float64(i) / 10
		cs = append(cs, ball(30-math.Cos(a)*21, 26-math.Sin(a)*17, 5.4+1.2*paint.Hash(i, 2, 3), float64(i%3)))
	}
	crown(m, cs, paint.Leaf, 5, 1)
	for i := 0; i < 34; i++ {
		a := math.Pi * paint.Hash(i, 5, 1)
		r := 19 + paint.Hash(i, 6, 1)*5
		x, y := int(30-math.Cos(a)*r), int(26-math.Sin(a)*r*0.82)
		k := []paint.Ramp{paint.Iris, paint.Iris, paint.Cherry}[i%3]
		m.Rect(x-1, y, 3, 1, k[len(k)-3])
		m.Rect(x, y-1, 1, 3, k[len(k)-2])
		m.Set(x, y, paint.Hex("FFE066"))
	}
	return m.Outline(.62).Lasting()
}

// signpost is a wooden sign; its words are the client's.
func signpost() *paint.Img {
	m := paint.New(52, 40)
	m.Rect(25, 18, 3, 20, paint.Wood[1])
	m.Rect(25, 18, 1, 20, paint.Wood[3])
	for y := 3; y < 19; y++ {
		for x := 4; x < 48; x++ {
			m.Set(x, y, paint.Mix(woodAt(x, y-3, 16, false), paint.Hex("FFE2AA"), 0.25))
		}
	}
	m.Rect(4, 3, 44, 1, paint.Wood[5])
	m.Rect(4, 18, 44, 1, paint.Wood[1])
	return m.Outline(0.66)
}

// lampPost is a street lamp.
func lampPost() *paint.Img {
	m := paint.New(16, 48)
	m.Rect(7, 14, 2, 31, paint.Hex("3E4A63"))
	m.Rect(7, 14, 1, 31, paint.Hex("6B7A96"))
	m.Rect(5, 44, 6, 2, paint.Hex("3E4A63"))
	m.Rect(4, 4, 8, 10, paint.Hex("3E4A63"))
	m.Rect(5, 5, 6, 8, paint.Hex("FFF0B8"))
	m.Rect(5, 5, 2, 8, paint.Hex("FFFFFF"))
	m.Rect(3, 3, 10, 2, paint.Hex("55637F"))
	m.Rect(6, 1, 4, 2, paint.Hex("55637F"))
	return m.Outline(0.7)
}

// bench is a wooden bench.
func bench() *paint.Img {
	m := paint.New(36, 20)
	for y := 2; y < 8; y++ {
		for x := 2; x < 34; x++ {
			m.Set(x, y, woodAt(x, y+1, 3, false))
		}
	}
	for y := 9; y < 14; y++ {
		for x := 1; x < 35; x++ {
			c := woodAt(x, y, 5, false)
			m.Set(x, y, paint.Mix(c, paint.Hex("FFE2AA"), 0.2))
		}
	}
	m.Rect(3, 14, 3, 4, paint.Wood[0])
	m.Rect(30, 14, 3, 4, paint.Wood[0])
	return m.Outline(0.6)
}

// irisBed is a round raised bed of flowers with irises in its middle.
func irisBed() *paint.Img {
	m := paint.New(92, 66)
	m.Ellipse(46, 40, 44, 22, func(nx, ny float64, x, y int) paint.C { return paint.Stone.Pick(.62-nx*.2-ny*.2, .3, x, y) })
	m.Ellipse(46, 36, 44, 22, func(nx, ny float64, x, y int) paint.C {
		c := paint.Stone.Pick(.86-nx*.15, .3, x, y)
		a := math.Atan2(ny, nx) * 16 / math.Pi
		if a-math.Floor(a) < .12 {
			c = paint.Stone[2]
		}
		return c
	})
	m.Ellipse(46, 36, 37, 17, paint.Flat(paint.Earth[1]))
	m.Ellipse(46, 38, 37, 16, func(nx, ny float64, x, y int) paint.C {
		return paint.Leaf.Pick(.42-ny*.2+(paint.Noise(float64(x)/2, float64(y)/2, 4)-.5)*.5, .3, x, y)
	})
	cols := []paint.Ramp{paint.NewRamp("D8405E", "F56A80", "FFB0B8"), paint.NewRamp("E89A2A", "FFC34A", "FFE9A0"), paint.NewRamp("6C50D2", "9478EE", "D6C8FF"), paint.NewRamp("E6E2EE", "FFFFFF", "FFFFFF")}
	for i := 0; i < 120; i++ {
		a, d := paint.Hash(i, 1, 8)*2*math.Pi, math.Sqrt(paint.Hash(i, 2, 8))
		x, y := int(46+math.Cos(a)*34*d), int(37+math.Sin(a)*14*d)
		k := cols[int(d*3.6)%4]
		m.Set(x, y, k[1])
		m.Set(x+1, y, k[0])
		m.Set(x, y-1, k[2])
		m.Set(x-1, y, k[1])
	}
	b := tree("bush", 4).Lasting()
	m.Blit(b, 28, 14, false)
	for i := 0; i < 9; i++ {
		f := iris(i, 0, true).Lasting()
		m.Blit(f, 22+i*6-8+0, 4+max(i-4, 4-i)/2, false)
	}
	return m.Outline(.66).Lasting()
}

// library is the front of the library: white blocks, tall windows, an iris in
// stained glass over a door that is lit from inside.
func library() *paint.Img {
	m := paint.New(184, 128)
	courses(m, 6, 34, 172, 90)
	plinth(m, 6, 114, 172, 10)
	for _, x := range []int{18, 48, 118, 148} {
		pane(m, x, 58, 18, 46, 9)
		for y := 66; y < 104; y += 9 { // shelves behind the glass
			for i := range 17 {
				c := []paint.C{paint.Hex("C0467A"), paint.Hex("E89A2A"), paint.Hex("3F7A5E"), paint.Hex("5870D8"), paint.Hex("EDE6DC")}[int(paint.Hash(x+i/2, y, 3)*5)]
				for j := range 6 {
					m.Over(x+i, y+j, c, .5)
				}
			}
		}
	}
	for _, x := range []int{74, 106} { // pillars of the porch
		m.Rect(x, 56, 6, 68, paint.Plaster[2])
		m.Rect(x, 56, 2, 68, paint.Plaster[3])
		m.Rect(x+5, 56, 1, 68, paint.Plaster[0])
		slab(m, x-1, 118, 8, 6, paint.Stone[4])
	}
	doorway(m, 82, 72, 22, 52)
	m.Rect(92, 72, 2, 52, paint.Hex("4A5672"))
	m.Rect(89, 98, 2, 6, paint.Hex("FFD84D"))
	m.Rect(96, 98, 2, 6, paint.Hex("FFD84D"))
	slab(m, 70, 58, 46, 12, paint.Hex("3A4A6E")) // the sign
	m.Rect(71, 59, 44, 10, paint.Hex("FFFDF4"))
	slope(m, 0, 12, 132, 184, 24, paint.Roof)
	under(m, 6, 37, 172, 6)
	for y := range 34 { // gable over the porch
		for x := -y; x <= y; x++ {
			c := paint.Plaster.Pick(.86-float64(x)/80, .3, 93+x, y)
			switch {
			case x <= -y+1 || x >= y-1:
				c = paint.Roof[1]
			case x <= -y+3:
				c = paint.Roof[3]
			}
			m.Set(93+x, 20+y, c)
		}
	}
	m.Rect(59, 54, 69, 2, paint.Roof[0])
	stained(m, 93, 43, 9)
	return m.Outline(.7)
}

// stained is a round window of stained glass that shows an iris.
func stained(m *paint.Img, cx, cy, r int) {
	f := float64(r)
	m.Ellipse(float64(cx), float64(cy), f+1.5, f+1.5, paint.Flat(paint.Iron[1]))
	m.Ellipse(float64(cx), float64(cy), f, f, func(nx, ny float64, x, y int) paint.C {
		a := int(math.Floor((math.Atan2(ny, nx) + math.Pi) * 4 / math.Pi))
		return []paint.C{paint.Hex("FFE9A0"), paint.Hex("BFE4FF"), paint.Hex("C8F0C8"), paint.Hex("FFD0DE")}[a&3]
	})
	for _, p := range [][3]int{{0, -5, 3}, {0, -4, 3}, {-1, -4, 2}, {1, -4, 2}, {-1, -3, 3}, {0, -3, 4}, {1, -3, 2}, {-4, -1, 3}, {-3, -1, 3}, {-2, -1, 4}, {4, -1, 2}, {3, -1, 2}, {2, -1, 4}, {-4, 0, 2}, {-3, 0, 2}, {-5, 1, 1}, {4, 0, 1}, {3, 0, 2}, {5, 1, 1}, {-1, -2, 3}, {0, -2, 4}, {1, -2, 2}, {-1, -1, 3}, {0, -1, 4}, {1, -1, 2}, {-1, 0, 2}, {0, 0, 3}, {1, 0, 1}, {0, 1, 2}} {
		c := paint.Iris[p[2]]
		if p[2] == 4 {
			c = paint.Hex("FFD84D")
		}
		m.Set(cx+p[0], cy+p[1], c)
	}
	for i := 2; i < r-1; i++ {
		m.Set(cx, cy+i, paint.Leaf[2])
		m.Set(cx-i/2-1, cy+i, paint.Leaf[3])
		m.Set(cx+i/2+1, cy+i, paint.Leaf[1])
	}
}

// bakery is a small shop with bread in its window.
func bakery() *paint.Img {
	m := paint.New(136, 106)
	for y := 30; y < 102; y++ { // warm plaster
		for x := 6; x < 130; x++ {
			c := paint.NewRamp("D9A878", "EBC69A", "F6DDB8", "FFF0D4").Pick(.84-float64(x)/130*.3+(paint.Noise(float64(x)/6, float64(y)/6, 17)-.5)*.2, .3, x, y)
			m.Set(x, y, c)
		}
	}
	plinth(m, 6, 94, 124, 8)
	for _, x := range []int{6, 64, 126} { // timber
		m.Rect(x, 30, 4, 72, paint.Wood[1])
		m.Rect(x, 30, 1, 72, paint.Wood[3])
	}
	doorway(m, 78, 56, 22, 46)
	m.Rect(78, 56, 22, 2, paint.Hex("FFFDF4"))
	m.Rect(96, 78, 2, 4, paint.Hex("FFD84D"))
	m.Rect(14, 54, 46, 34, paint.Wood[1]) // the window
	for y := range 30 {
		for x := range 42 {
			m.Set(16+x, 56+y, paint.Warm.Pick(max(0, .96-math.Hypot(float64(x-21)/30, float64(y-8)/30)*.6), .4, x, y))
		}
	}
	for row, y := range []int{70, 82} {
		m.Rect(16, y, 42, 2, paint.Wood[2])
		for i := range 6 {
			x := 20 + i*7
			w, c := 4+(i+row)%2, []paint.C{paint.Hex("C9783A"), paint.Hex("E0A050"), paint.Hex("B8632E")}[(i+row)%3]
			m.Rect(x-w/2, y-3, w, 3, c)
			m.Rect(x-w/2+1, y-4, w-2, 1, paint.Mix(c, paint.Hex("FFF0C0"), .5))
		}
	}
	m.Rect(37, 56, 2, 30, paint.Wood[1])
	for i := range 3 { // light on the glass
		for y := range 26 {
			m.Over(20+i*3+y/2, 84-y, paint.Hex("FFFFFF"), .22)
		}
	}
	pane(m, 106, 58, 16, 26, 8)
	awning(m, 8, 40, 120, 15, paint.Hex("F0A04A"), paint.Hex("FFF6E6"))
	slab(m, 72, 24, 34, 15, paint.Wood[3]) // the sign: a loaf, no words
	m.Rect(73, 25, 32, 13, paint.Hex("FFF0D4"))
	m.Ellipse(89, 32, 9, 4.5, func(nx, ny float64, x, _ int) paint.C {
		if x%5 == 0 && ny < .2 {
			return paint.Hex("F6D49A")
		}
		return paint.NewRamp("A85A2A", "C9783A", "E0A050").Step(.9 - nx*.2 - ny*.5)
	})
	slope(m, 0, 6, 108, 136, 25, paint.NewRamp("3F6B5A", "4F8A6C", "66A880", "8CC89A", "C0E6B8"))
	under(m, 6, 32, 124, 5)
	slab(m, 104, -2, 12, 14, paint.Brick[1])
	m.Rect(103, 0, 14, 3, paint.Brick[3])
	slab(m, 72, 24, 34, 15, paint.Wood[3])
	m.Rect(73, 25, 32, 13, paint.Hex("FFF0D4"))
	m.Ellipse(89, 32, 9, 4.5, func(nx, ny float64, x, _ int) paint.C {
		if x%5 == 0 && ny < .2 {
			return paint.Hex("F6D49A")
		}
		return paint.NewRamp("A85A2A", "C9783A", "E0A050").Step(.9 - nx*.2 - ny*.5)
	})
	return m.Outline(.68)
}

// bus is the town's small bus, seen from its side.
func bus() *paint.Img {
	m := paint.New(120, 62)
	m.Rect(4, 8, 112, 46, paint.Hex("FFF6E2"))
	m.Rect(6, 6, 108, 2, paint.Hex("FFFDF4"))
	m.Rect(4, 8, 112, 2, paint.Hex("FFFFFF"))
	m.Rect(4, 38, 112, 10, paint.Iris[3])
	m.Rect(4, 38, 112, 1, paint.Iris[4])
	m.Rect(4, 46, 112, 2, paint.Iris[2])
	m.Rect(4, 48, 112, 5, paint.Hex("D8CFDC"))
	for i := range 5 {
		x := 12 + i*17
		if i == 4 {
			x = 96
		}
		w := 14
		m.Rect(x-1, 13, w+2, 20, paint.Iron[1])
		for y := range 18 {
			for k := range w {
				v := .3 + .45*float64(18-y)/18
				if (k+y)%17 < 4 {
					v += .25
				}
				m.Set(x+k, 14+y, paint.Glass.Pick(min(.99, v), .2, k, y))
			}
		}
	}
	m.Rect(78, 12, 14, 40, paint.Iron[1]) // the door
	m.Rect(79, 13, 6, 38, paint.Glass[3])
	m.Rect(86, 13, 5, 38, paint.Glass[2])
	m.Rect(79, 13, 2, 38, paint.Glass[4])
	m.Rect(112, 28, 4, 5, paint.Hex("FFD84D"))
	m.Rect(113, 40, 3, 4, paint.Hex("FFF0B8"))
	for i, p := range [][2]int{{20, 42}, {38, 42}, {56, 42}} { // flowers along its side
		c := []paint.C{paint.Hex("FFFDF4"), paint.Hex("FFE066"), paint.Hex("FFFDF4")}[i]
		m.Rect(p[0]-2, p[1], 5, 2, c)
		m.Rect(p[0], p[1]-2, 1, 5, c)
		m.Set(p[0], p[1], paint.Hex("F0A04A"))
	}
	for _, x := range []int{26, 96} {
		m.Ellipse(float64(x), 53, 8, 7, paint.Flat(paint.Hex("3A3550")))
		m.Ellipse(float64(x), 53, 4, 3.6, paint.Flat(paint.Hex("C3CAD0")))
		m.Ellipse(float64(x), 53, 1.6, 1.5, paint.Flat(paint.Hex("55637F")))
	}
	return m.Outline(.68)
}

// busStop is a round sign on a pole.
func busStop() *paint.Img {
	m := paint.New(20, 48)
	m.Rect(9, 14, 2, 30, paint.Iron[1])
	m.Rect(9, 14, 1, 30, paint.Iron[3])
	m.Ellipse(10, 9, 8, 7.5, paint.Flat(paint.Iris[2]))
	m.Ellipse(10, 9, 6, 5.6, paint.Flat(paint.Hex("FFFDF4")))
	m.Rect(6, 7, 8, 4, paint.Iris[3])
	m.Rect(7, 7, 2, 2, paint.Glass[4])
	m.Rect(11, 7, 2, 2, paint.Glass[4])
	m.Set(7, 11, paint.Ink)
	m.Set(12, 11, paint.Ink)
	slab(m, 4, 20, 12, 11, paint.Hex("FFFDF4"))
	for y := 22; y < 29; y += 2 {
		m.Rect(6, y, 7-y%3, 1, paint.Hex("8C93A8"))
	}
	slab(m, 4, 43, 12, 3, paint.Stone[2])
	return m.Outline(.66)
}

// fence is a piece of white fence, 48 px long.
func fence() *paint.Img {
	m := paint.New(50, 20)
	for x := 1; x < 49; x += 6 {
		m.Rect(x, 3, 3, 15, paint.Hex("F4F1EA"))
		m.Rect(x+2, 3, 1, 15, paint.Hex("D2CBCF"))
		m.Set(x+1, 2, paint.Hex("FFFFFF"))
	}
	for _, y := range []int{6, 13} {
		m.Rect(1, y, 48, 2, paint.Hex("FFFDF7"))
		m.Rect(1, y+2, 48, 1, paint.Hex("C6BFCC"))
	}
	return m.Outline(.72)
}

// planter is a box of flowers of a dye.
func planter(r paint.Ramp, seed int) *paint.Img {
	m := paint.New(36, 28)
	for i := range 60 {
		x, y := 4+int(paint.Hash(i, seed, 1)*28), 7+int(paint.Hash(i, seed, 2)*9)
		m.Rect(x, y, 2, 3, paint.Leaf[1+int(paint.Hash(i, seed, 3)*3)])
	}
	for i := range 13 {
		x, y := 5+int(paint.Hash(i, seed, 5)*25), 5+int(paint.Hash(i, seed, 6)*8)
		m.Rect(x-1, y, 3, 2, r[len(r)-3])
		m.Rect(x, y-1, 1, 3, r[len(r)-2])
		m.Set(x, y, paint.Hex("FFE066"))
	}
	planks(m, 2, 16, 32, 9, 4, false, paint.Hex("FFE2AA"), .1)
	m.Rect(2, 16, 32, 1, paint.Wood[5])
	m.Rect(2, 25, 32, 1, paint.Wood[0])
	return m.Outline(.62).Lasting()
}

// vending is a machine that sells drinks.
func vending() *paint.Img {
	m := paint.New(28, 44)
	slab(m, 2, 3, 24, 38, paint.Hex("E8584A"))
	m.Rect(2, 3, 2, 38, paint.Hex("FF8A76"))
	m.Rect(24, 3, 2, 38, paint.Hex("B83A3A"))
	m.Rect(5, 6, 18, 18, paint.Hex("DCF0F8"))
	for r := range 2 {
		for i := range 4 {
			c := []paint.C{paint.Hex("2FA39A"), paint.Hex("F0A04A"), paint.Hex("5870D8"), paint.Hex("E56A9A")}[(i+r)%4]
			m.Rect(6+i*4+i/2, 8+r*9, 3, 6, c)
			m.Rect(6+i*4+i/2, 8+r*9, 1, 6, paint.Mix(c, paint.Hex("FFFFFF"), .5))
		}
		m.Rect(5, 15+r*9, 18, 1, paint.Hex("8C9AB4"))
	}
	m.Rect(6, 27, 9, 2, paint.Hex("FFE29A"))
	m.Rect(18, 26, 4, 5, paint.Hex("55637F"))
	m.Rect(6, 33, 16, 5, paint.Hex("3A3550"))
	m.Rect(6, 33, 16, 1, paint.Hex("8F2D3F"))
	return m.Outline(.68)
}

// postbox is red and round-topped.
func postbox() *paint.Img {
	m := paint.New(20, 36)
	red := paint.NewRamp("8F2D2A", "C23F3A", "E0574A", "F28A72")
	m.Ellipse(10, 9, 8, 6, func(nx, ny float64, x, y int) paint.C { return red.Step(max(0, min(.99, .7-nx*.4-ny*.3))) })
	for x := 3; x < 17; x++ {
		m.Rect(x, 9, 1, 23, red.Step(max(0, .85-float64(x-3)/14*.7)))
	}
	m.Rect(2, 9, 16, 2, red[0])
	m.Rect(5, 14, 10, 2, paint.Ink)
	m.Rect(6, 19, 8, 7, paint.Hex("FFFDF4"))
	m.Rect(7, 21, 6, 1, paint.Hex("8C93A8"))
	m.Rect(7, 23, 4, 1, paint.Hex("8C93A8"))
	m.Rect(2, 31, 16, 3, red[0])
	return m.Outline(.66)
}

// pennants is a string of flags between two poles, w pixels apart, that flutter
// in two frames.
func pennants(w, f int) *paint.Img {
	m := paint.New(w+6, 66)
	for _, x := range []int{2, w + 1} {
		m.Rect(x, 4, 2, 60, paint.Hex("94603F"))
		m.Rect(x, 4, 1, 60, paint.Hex("DBA868"))
		m.Rect(x-1, 2, 4, 3, paint.Hex("FFD84D"))
	}
	dye := paint.NewRamp("E0475A", "FFC34A", "2FA39A", "7A5CE0", "FFFDF4")
	for x := 3; x < w+2; x++ {
		t := float64(x-3) / float64(w-1)
		y := 6 + int(52*t*(1-t))
		if (x-3)%13 != 5 || x > w-8 {
			continue
		}
		c := dye[(x/13)%5]
		for k := range 8 {
			for i := k / 2; i < 8-k/2; i++ {
				cc := c
				if i > 4 {
					cc = paint.Mix(c, paint.Ink, .18)
				}
				m.Set(x+i+(k+2)/4*((x/13+f)%2*2-1)/2, y+1+k, cc)
			}
		}
	}
	m = m.Outline(.66)
	for x := 4; x < w+1; x++ { // the string itself is dark enough
		t := float64(x-3) / float64(w-1)
		m.Set(x, 6+int(52*t*(1-t)), paint.Hex("5A4A66"))
	}
	return m
}

// train is one car of a train with a band of a dye.
func train(r paint.Ramp) *paint.Img {
	m := paint.New(128, 38)
	m.Rect(2, 2, 124, 32, paint.Hex("F4F1EA"))
	m.Rect(2, 2, 124, 2, paint.Hex("C6CBD8"))
	m.Rect(2, 21, 124, 6, r[1])
	m.Rect(2, 26, 124, 1, r[0])
	m.Rect(2, 21, 124, 1, r[2])
	m.Rect(2, 29, 124, 5, paint.Hex("8C93A8"))
	for i := range 5 {
		x := 9 + i*23
		if i == 2 { // doors
			m.Rect(x-2, 6, 20, 23, paint.Hex("C6CBD8"))
			m.Rect(x, 8, 7, 12, paint.Hex("2C4E7C"))
			m.Rect(x+9, 8, 7, 12, paint.Hex("2C4E7C"))
			m.Rect(x+7, 6, 2, 23, paint.Hex("8C93A8"))
			continue
		}
		m.Rect(x, 8, 16, 10, paint.Hex("2C4E7C"))
		m.Rect(x, 8, 16, 3, paint.Hex("5C98C4"))
		m.Rect(x+3, 8, 3, 10, paint.Hex("8CC4E0"))
	}
	for _, x := range []int{12, 24, 96, 108} {
		m.Rect(x, 34, 8, 2, paint.Hex("3A3550"))
	}
	return m.Outline(.6)
}

// stall sells cotton candy (0), goldfish (1) or apples (2) under a striped cloth.
func stall(goods int) *paint.Img {
	m := paint.New(60, 74)
	a, b := paint.Hex("E0475A"), paint.Hex("FFF6E6")
	switch goods {
	case 1:
		a = paint.Hex("2F6FB0")
	case 2:
		a = paint.Hex("D98A1E")
	}
	for _, x := range []int{5, 52} {
		m.Rect(x, 18, 3, 54, paint.Wood[1])
		m.Rect(x, 18, 1, 54, paint.Wood[3])
	}
	for y := 26; y < 50; y++ { // lit inside
		for x := 8; x < 52; x++ {
			m.Set(x, y, paint.NewRamp("B06A3A", "DE9A50", "FFC878", "FFE6AE").Pick(max(0, .95-math.Hypot(float64(x-30)/34, float64(y-30)/26)*.8), .3, x, y))
		}
	}
	for y := 48; y < 70; y++ {
		for x := 4; x < 56; x++ {
			c := paint.Mix(woodAt(x, y, 7, false), paint.Hex("FFD08A"), .12)
			if y < 52 {
				c = paint.Mix(paint.Wood[5], paint.Hex("FFF0C8"), float64(52-y)*.12)
			}
			m.Set(x, y, c)
		}
	}
	if goods == 0 {
		for i := 0; i < 4; i++ {
			c := []paint.C{paint.Hex("FFB6D2"), paint.Hex("BFE4FF"), paint.Hex("FFE7A8"), paint.Hex("FFB6D2")}[i]
			x := float64(14 + i*11)
			m.Rect(int(x), 42, 1, 8, paint.Hex("FFFDF4"))
			m.Ellipse(x+.5, 38, 5, 5.5, func(nx, ny float64, px, py int) paint.C {
				if nx+ny < -0.5 {
					return paint.Mix(c, paint.Hex("FFFFFF"), .7)
				}
				if nx+ny > 0.7 {
					return paint.Mix(c, paint.Hex("A05A9A"), .3)
				}
				return c
			})
		}
	} else if goods == 2 { // apples in sugar
		for i := range 5 {
			x := 13 + i*8
			m.Rect(x+1, 46, 1, 5, paint.Hex("FFF6E0"))
			m.Ellipse(float64(x)+1.5, 43, 3.4, 3.4, func(nx, ny float64, _, _ int) paint.C {
				if nx+ny < -.6 {
					return paint.Hex("FFC0B0")
				}
				return paint.NewRamp("A82030", "D83848", "F2605A").Step(.7 - nx*.3 - ny*.3)
			})
		}
	} else {
		m.Rect(9, 44, 42, 7, paint.Hex("489BD3"))
		m.Rect(9, 44, 42, 1, paint.Hex("C8EEF6"))
		for i := 0; i < 6; i++ {
			x, y := 12+i*7, 46+i%3
			m.Rect(x, y, 3, 2, paint.Hex("F2563A"))
			m.Set(x+3, y, paint.Hex("FFB08A"))
		}
	}
	for y := 8; y < 28; y++ { // roof cloth
		t := float64(y-8) / 20
		for x := int(8 - t*6); x < int(52+t*6); x++ {
			s := int((float64(x)-30)/(0.75+t*.25)+60) / 6
			c := a
			if s%2 == 0 {
				c = b
			}
			if y > 24 && (x+60)%6 > 3-(y-25) && (x+60)%6 < y-24 {
				continue
			}
			m.Set(x, y, paint.Mix(c, paint.Ink, t*.16))
		}
	}
	m.Rect(8, 7, 44, 2, paint.Mix(a, paint.Hex("FFFFFF"), .5))
	return m.Outline(.66)
}

// deck is the walkway above the street that leads from the station to the hall:
// pillars, a rail of glass, stairs down to the plaza.
func deck() *paint.Img {
	m := paint.New(132, 104)
	for _, x := range []int{10, 46, 82, 118} { // pillars
		m.Rect(x, 48, 6, 52, paint.Stone[3])
		m.Rect(x, 48, 2, 52, paint.Stone[5])
		m.Rect(x+5, 48, 1, 52, paint.Stone[1])
		slab(m, x-2, 96, 10, 5, paint.Stone[2])
	}
	for y := 56; y < 98; y++ { // the shade below
		for x := 2; x < 130; x++ {
			if m.At(x, y).A != 0 {
				m.Mul(x, y, paint.ShadowTint, max(0, .8-float64(y-56)*.03))
			}
		}
	}
	slab(m, 2, 40, 128, 13, paint.Stone[4])
	m.Rect(2, 50, 128, 3, paint.Stone[2])
	m.Rect(2, 44, 128, 2, paint.Iris[3])
	for y := range 18 { // rail of glass
		for x := 2; x < 130; x++ {
			c := paint.Glass.Pick(.62+float64(18-y)/50+float64((x+y)%30/24)*.2, .3, x, y)
			if x%22 < 2 {
				c = paint.Iron[3]
			}
			m.Set(x, 22+y, c)
		}
	}
	m.Rect(2, 20, 128, 3, paint.Stone[5])
	m.Rect(2, 22, 128, 1, paint.Stone[3])
	for i := range 12 { // stairs to the plaza
		y := 40 + i*5
		m.Rect(30-i/2, y, 44+i, 5, paint.Stone[5-i%2])
		m.Rect(30-i/2, y+3, 44+i, 2, paint.Stone[2])
	}
	for _, s := range []int{28, 74} {
		for y := range 60 {
			dx := y / 10
			if s > 50 {
				dx = -dx
			}
			m.Rect(s-dx, 22+y+18, 2, 1, paint.Iron[3])
			if y%10 == 0 {
				m.Rect(s-dx, 22+y+8, 2, 12, paint.Iron[2])
			}
		}
	}
	slab(m, 86, 26, 40, 12, paint.Hex("FFFDF4"))
	m.Rect(86, 36, 40, 2, paint.Iris[2])
	return m.Outline(.66)
}

// bicycles are three in a rack.
func bicycles() *paint.Img {
	m := paint.New(62, 30)
	for i, c := range paint.NewRamp("E2476B", "2FA39A", "F0A04A") {
		x := 4 + i*14
		ring(m, float64(x)+6, 21, 6, 6.5, paint.Hex("3A3550"))
		ring(m, float64(x)+22, 21, 6, 6.5, paint.Hex("3A3550"))
		for k := range 9 {
			m.Rect(x+6+k, 20-k, 2, 2, c)
			m.Rect(x+14+k*2/3, 12+k, 2, 2, c)
		}
		m.Rect(x+8, 12, 13, 2, c)
		m.Rect(x+6, 8, 5, 2, paint.Ink)
		m.Rect(x+20, 6, 2, 8, paint.Iron[2])
		m.Rect(x+18, 5, 6, 2, paint.Ink)
	}
	m.Rect(2, 26, 58, 2, paint.Iron[3])
	return m.Outline(.55)
}
