package thing

import (
	"math"

	"kakitsubata/tools/art/paint"
)

// The festival of the Mando: a big figure of paper and bamboo, lit from inside.

func festival(k map[string]Thing) {
	figure := lit(Thing{Frames: []*paint.Img{mando(0), mando(1)}, FootX: 72, FootY: 186, MS: 900, Wall: 46},
		Light{0, -120, 96, "FF9A3A"}, Light{0, -40, 84, "FFB45A"})
	k["mando-figure"] = figure
	k["mando-small"] = lit(Thing{Frames: []*paint.Img{smallMando(0), smallMando(1)}, FootX: 17, FootY: 52, MS: 700, Round: 13}, Light{0, -30, 44, "FFA84A"})
	k["stage"] = worded(lit(wall(stage(), 118), Light{-70, -40, 70, "FFB45A"}, Light{70, -40, 70, "FFB45A"}), Label{0, -99, 96, 12})
	k["taiko"] = standing(taiko(), 18)
	k["chochin"] = lit(standing(chochin(paint.Lantern), 9), Light{0, -36, 44, "FF9A3A"})
	for name, n := range map[string]int{"lanterns": 168, "lanterns-short": 104} {
		t := Thing{Frames: []*paint.Img{lanternString(n, 0), lanternString(n, 1)}, FootX: n/2 + 3, FootY: 76, MS: 1100, Over: true, Round: 7, Feet: [][2]int{{-n/2 - 1, 0}, {n / 2, 0}}}
		for i := range n / 24 {
			x := 14 + i*24
			t.Lights = append(t.Lights, Light{x - n/2, sag(n, x) - 62, 24, "FFA84A"})
		}
		k[name] = t
	}
	hung := k["lanterns"]
	hung.Only = []string{"mando"}
	k["lanterns-mando"] = hung
	for i, dye := range []string{"", "-b", "-c"} {
		r := []paint.Ramp{
			paint.NewRamp("8F2D3F", "C23F52", "E8606A"), paint.NewRamp("33247A", "5A46C0", "7E68E0"), paint.NewRamp("1F5A58", "2F8480", "4FB0A4"),
		}[i]
		k["banner"+dye] = Thing{Frames: []*paint.Img{banner(r, 0), banner(r, 1)}, FootX: 4, FootY: 70, MS: 500, Round: 8}
	}
	k["stall-c"] = lit(standing(stall(2), 26), Light{0, -30, 34, "FFC878"})
	k["festival-ring"] = Thing{Flat: festivalRing}
	k["flute-stand"] = standing(fluteStand(), 18)
	k["log-bench"] = standing(logBench(), 18)
}

// festivalRing is the inlay under the big figure: waves of vermilion stone about a
// field of light.
func festivalRing(m *paint.Img, x0, y0 int) {
	for y := y0 - 92; y < y0+92; y++ {
		for x := x0 - 160; x < x0+160; x++ {
			dx, dy := float64(x-x0), float64(y-y0)/.56
			d, o := math.Hypot(dx, dy), m.At(x, y)
			a := math.Atan2(dy, dx)
			wave := 6 * math.Sin(a*18)
			switch {
			case d+wave > 140 && d < 152:
				m.Set(x, y, paint.Mix(o, paint.Hex("C8503A"), .5))
			case d >= 152 && d < 156:
				m.Set(x, y, paint.Mix(o, paint.Hex("7A3A3A"), .55))
			case d > 104 && d < 108:
				m.Set(x, y, paint.Mix(o, paint.Hex("E8A82E"), .6))
			case d < 104:
				m.Over(x, y, paint.Hex("FFE9B0"), .30)
				if ray := a * 12 / math.Pi; ray-math.Floor(ray) < .5 && d > 60 {
					m.Over(x, y, paint.Hex("F2A24A"), .22)
				}
			}
		}
	}
}

// mando is the big warrior: a box of light, armour, a face under a helmet with
// a golden crest, a fan in his hand. The frames sway by a pixel.
func mando(f int) *paint.Img {
	m := paint.New(144, 190)
	glow := paint.NewRamp("A8502E", "E0803A", "FFB85A", "FFDF94", "FFF3CC")
	red, gold, blue := paint.NewRamp("7A2030", "B83A30", "E0503A", "FF8A5A"), paint.NewRamp("B87A1E", "E8A82E", "FFD84D", "FFF0A8"), paint.NewRamp("1E2F6A", "2E4A9A", "4A70CC", "86A8F2")
	ink := paint.Hex("3A1A26")
	// The base: poles to carry it by, a box of four lit panes with irises.
	planks(m, 10, 170, 124, 5, 5, false, paint.Hex("FFE2AA"), .1)
	planks(m, 18, 178, 108, 5, 5, false, paint.Wood[0], .2)
	m.Rect(30, 138, 84, 46, ink)
	for y := 142; y < 180; y++ {
		for x := 33; x < 111; x++ {
			d := math.Hypot(float64(x-72)/52, float64(y-160)/30)
			m.Set(x, y, glow.Pick(max(0, .98-d*.5), .4, x, y))
		}
	}
	for _, x := range []int{30, 57, 84, 111} {
		m.Rect(x, 138, 3, 46, red[0])
		m.Rect(x, 138, 1, 46, red[2])
	}
	m.Rect(27, 134, 90, 5, red[1])
	m.Rect(27, 134, 90, 1, red[3])
	m.Rect(27, 181, 90, 5, red[0])
	for i := range 3 {
		cx := 46 + i*27
		for _, p := range [][3]int{{0, -8, 3}, {-1, -6, 3}, {0, -6, 2}, {1, -6, 2}, {-8, -2, 3}, {-6, -2, 3}, {6, -2, 2}, {8, -2, 2}, {-7, 0, 3}, {-4, 0, 2}, {-1, -2, 2}, {1, -2, 1}, {4, 0, 1}, {7, 0, 1}, {0, 0, 2}, {-2, 2, 2}, {0, 2, 1}, {2, 2, 1}, {0, 4, 1}, {-1, -4, 2}, {0, -4, 2}, {1, -4, 1}} {
			m.Rect(cx+p[0]-1, 158+p[1], 3, 3, paint.Iris[p[2]])
		}
		m.Rect(cx-1, 156, 3, 3, gold[2])
		m.Rect(cx, 165, 1, 10, paint.Leaf[2])
	}
	// Waves of paper at his feet.
	for i := range 9 {
		x := 32 + i*10
		m.Ellipse(float64(x), 132, 8, 7, func(nx, ny float64, px, py int) paint.C {
			switch d := math.Hypot(nx, ny); {
			case d > .82:
				return paint.Hex("FFFDF4")
			case d > .6:
				return blue[2]
			case d > .45:
				return paint.Hex("C8E4FF")
			}
			return blue[1]
		})
	}
	dx := f
	// The body: a coat of laced plates.
	for row := range 6 {
		w := 31 + row*2
		for x := -w; x <= w; x++ {
			for y := range 9 {
				c := red.Step(.62 - float64(y)*.07 + .2*(1-math.Abs(float64(x))/40))
				switch {
				case (x+60)%8 == 0:
					c = gold[2]
				case y == 0:
					c = gold[1]
				}
				m.Set(72+dx+x, 78+row*9+y, c)
			}
		}
	}
	for y := range 10 { // the sash
		m.Rect(36+dx, 116+y, 72, 1, []paint.C{paint.Iris[2], paint.Iris[3]}[y/3%2])
	}
	m.Ellipse(float64(72+dx), 121, 8, 7, paint.Flat(gold[2]))
	m.Ellipse(float64(72+dx), 121, 5, 4, paint.Flat(paint.Iris[1]))
	for _, s := range []int{-1, 1} { // shoulders, then arms
		for row := range 5 {
			for x := range 20 {
				for y := range 7 {
					c := blue.Step(.75 - float64(y)*.08 - float64(x)*.012)
					if x%6 == 0 {
						c = gold[2]
					}
					if y == 6 {
						c = gold[1]
					}
					m.Set(72+dx+s*(32+x+row), 74+row*7+y, c)
				}
			}
		}
		m.Ellipse(float64(72+dx+s*46), 112, 9, 8, func(nx, ny float64, px, py int) paint.C { return glow.Step(.9 - math.Hypot(nx, ny)*.3 - nx*.1) })
	}
	// In his right hand a round fan with an iris.
	line(m, float64(27+dx), 112, float64(20+dx), 86, paint.Wood[1])
	line(m, float64(28+dx), 112, float64(21+dx), 86, paint.Wood[3])
	m.Ellipse(float64(19+dx), 70, 17, 18, func(nx, ny float64, px, py int) paint.C {
		if d := math.Hypot(nx, ny); d > .88 {
			return gold[1]
		}
		return paint.NewRamp("FFD98A", "FFE9B8", "FFF7DC").Step(.8 - nx*.2 - ny*.2)
	})
	for _, p := range [][3]int{{0, -6, 3}, {-1, -5, 3}, {0, -5, 2}, {1, -5, 2}, {-5, -2, 3}, {-4, -1, 2}, {5, -2, 2}, {4, -1, 1}, {-1, -1, 2}, {0, -1, 2}, {1, -1, 1}, {0, 1, 2}, {-1, 2, 2}, {1, 2, 1}, {0, 3, 1}} {
		m.Rect(19+dx+p[0], 69+p[1], 2, 2, paint.Iris[p[2]])
	}
	mandoHead(m, 72+2*dx, 54, glow, gold, blue)
	return m.Outline(.7)
}

// mandoHead is his face under the helmet, about (cx, cy).
func mandoHead(m *paint.Img, cx, cy int, glow, gold, blue paint.Ramp) {
	ink := paint.Hex("3A1A26")
	for y := range 30 { // hair falls behind
		m.Rect(cx-27-y/6, cy-4+y, 54+y/3, 1, paint.Mix(ink, paint.Hex("5A3A6A"), float64(y%3)*.2))
	}
	m.Ellipse(float64(cx), float64(cy), 23, 25, func(nx, ny float64, x, y int) paint.C {
		return glow.Pick(.99-math.Hypot(nx*.8, ny*.7+.1)*.32-nx*.06, .3, x, y)
	})
	for i := range 11 { // brows rise outward
		m.Rect(cx-5-i, cy-9-i/4+max(0, i-8), 2, 4-i/5, ink)
		m.Rect(cx+4+i, cy-9-i/4+max(0, i-8), 2, 4-i/5, ink)
	}
	for _, s := range []int{-1, 1} {
		x := cx + s*10
		m.Rect(x-5, cy-4, 10, 7, paint.Hex("FFFDF4"))
		m.Rect(x-5, cy-5, 10, 2, ink)
		m.Rect(x-6*s-1, cy-5, 2, 4, ink)
		m.Rect(x-2-s, cy-4, 5, 7, ink)
		m.Rect(x-1-s, cy-4, 3, 5, paint.Hex("8F4A2A"))
		m.Rect(x-1-s, cy-3, 2, 2, paint.Hex("FFFFFF"))
		m.Rect(x-4, cy+3, 8, 1, glow[1])
		m.Ellipse(float64(x+3*s), float64(cy+9), 4, 2.5, paint.Flat(paint.Hex("FF9A7A")))
		for i := range 7 { // painted lines of the festival
			m.Rect(cx+s*(17+i/3), cy-2+i*2, 2, 2, paint.Hex("E0402E"))
		}
	}
	m.Rect(cx-2, cy, 3, 7, glow[2])
	m.Rect(cx+1, cy+1, 1, 6, glow[1])
	m.Rect(cx-3, cy+7, 6, 1, glow[0])
	for i := -8; i <= 8; i++ { // a broad smile
		y := cy + 16 - i*i/14
		m.Rect(cx+i, y-2, 1, 6-i*i/16, ink)
		if i > -7 && i < 7 {
			m.Rect(cx+i, y-1, 1, 2, paint.Hex("FFFDF4"))
			m.Rect(cx+i, y+1, 1, max(0, 2-i*i/16), paint.Hex("D8503A"))
		}
	}
	// Helmet: a bowl of blue ribs, a golden brim, neck guards, the crest.
	m.Ellipse(float64(cx), float64(cy-15), 27, 19, func(nx, ny float64, x, y int) paint.C {
		if ny > .35 {
			return paint.C{}
		}
		if (x-cx+70)%8 == 0 {
			return gold[2]
		}
		return blue.Step(max(0, .74-nx*.3-ny*.42))
	})
	m.Rect(cx-31, cy-10, 62, 4, gold[2])
	m.Rect(cx-31, cy-10, 62, 1, gold[3])
	m.Rect(cx-31, cy-7, 62, 1, gold[0])
	for _, s := range []int{-1, 1} {
		for y := range 28 {
			m.Rect(cx+s*(28+y/5)-3, cy-8+y, 7, 1, []paint.C{blue[1], blue[2], blue[3], gold[1]}[y%4])
		}
	}
	for _, s := range []float64{-1, 1} { // two golden horns that curve up and out
		for t := 0.0; t <= 1; t += .02 {
			x, y := float64(cx)+s*(4+26*math.Sin(t*1.5)), float64(cy-18)-6*t-24*t*t
			w := 4.6 - 3.6*t
			m.Ellipse(x, y, w, w, func(nx, ny float64, _, _ int) paint.C { return gold.Step(max(0, .82-nx*.25-ny*.3)) })
		}
	}
	m.Ellipse(float64(cx), float64(cy-17), 6, 6, paint.Flat(gold[2]))
	m.Ellipse(float64(cx), float64(cy-17), 4, 4, paint.Flat(paint.Hex("D6452F")))
}

func abs(i int) int { return max(i, -i) }

// smallMando is a children's lantern on a stick.
func smallMando(f int) *paint.Img {
	m := paint.New(34, 54)
	post(m, 16, 30, 2, 22)
	planks(m, 9, 48, 16, 4, 4, false, paint.Wood[0], .2)
	glow := paint.NewRamp("B0582E", "F0903A", "FFC06A", "FFE8A8", "FFF7DC")
	m.Ellipse(float64(17+f), 19, 13, 14, func(nx, ny float64, x, y int) paint.C { return glow.Pick(.96-math.Hypot(nx, ny)*.45, .3, x, y) })
	for _, s := range []int{-1, 1} { // a fish's face
		m.Rect(17+f+s*5-1, 14, 3, 4, paint.Hex("FFFDF4"))
		m.Rect(17+f+s*5, 15, 2, 3, paint.Ink)
		for i := range 5 {
			m.Rect(17+f+s*(12+i/2), 16+i, 2, 4, paint.Hex("E0503A"))
		}
	}
	m.Rect(14+f, 22, 7, 2, paint.Hex("8F2D2A"))
	for i := range 5 {
		m.Rect(10+f+i*3, 26+i%2, 3, 2, paint.Hex("F2762E"))
	}
	m.Rect(12+f, 5, 11, 2, paint.Hex("D6452F"))
	return m.Outline(.66)
}

// stage is the back of a festival stage: a roof, a curtain of red and white,
// lanterns in a row. The floor before it is the map's.
func stage() *paint.Img {
	m := paint.New(260, 124)
	for _, x := range []int{14, 238} {
		post(m, x, 34, 8, 86)
		slab(m, x-2, 116, 12, 5, paint.Stone[2])
	}
	for y := 44; y < 116; y++ { // curtain
		for x := 22; x < 238; x++ {
			fold := math.Sin(float64(x)/5.2) * .10
			c := paint.NewRamp("A82E3A", "CC4048", "E85C58").Step(.5 + fold*3)
			if (x-22)/18%2 == 1 {
				c = paint.NewRamp("CFC3C8", "EDE6DC", "FFFAEE").Step(.6 + fold*3)
			}
			m.Set(x, y, paint.Mix(c, paint.Ink, max(0, .34-float64(y-44)*.014)))
		}
	}
	for y := 104; y < 116; y++ {
		for x := 22; x < 238; x++ {
			m.Set(x, y, woodAt(x, y, 6, false))
		}
	}
	m.Rect(22, 103, 216, 1, paint.Wood[5])
	for i := range 7 { // violet swags under the eaves
		cx := 37.0 + float64(i)*31
		m.Ellipse(cx, 42, 17, 13, func(nx, ny float64, x, y int) paint.C {
			if ny < 0 {
				return paint.C{}
			}
			return paint.Iris.Step(max(0, .62-nx*.2-ny*.25+float64(int(ny*8)%2)*.12))
		})
	}
	slab(m, 80, 18, 100, 16, paint.Wood[1]) // the board for words
	m.Rect(82, 20, 96, 12, paint.Hex("FFF6E0"))
	roof(m, 130, 8, 176, 252, 34, paint.NewRamp("3A2E4A", "4E4468", "6A6290", "8F8ABC", "BDBCE0"))
	slab(m, 80, 18, 100, 16, paint.Wood[1])
	m.Rect(82, 20, 96, 12, paint.Hex("FFF6E0"))
	for i := range 9 {
		if i != 4 {
			m.Blit(paperLantern(5, paint.Lantern), 10+i*27, 40, false)
		}
	}
	return m.Outline(.68)
}

// taiko is a big drum on its stand.
func taiko() *paint.Img {
	m := paint.New(38, 44)
	for i := range 16 {
		m.Rect(8+i/3, 26+i, 3, 1, paint.Wood[1])
		m.Rect(27-i/3, 26+i, 3, 1, paint.Wood[1])
	}
	m.Rect(5, 40, 28, 2, paint.Wood[2])
	m.Ellipse(19, 18, 16, 15, func(nx, ny float64, _, _ int) paint.C {
		return paint.NewRamp("6E2A2A", "8F3A34", "B0503E", "CC6E4E").Step(max(0, .7-nx*.35-ny*.3))
	})
	m.Ellipse(18, 17, 12, 11.5, func(nx, ny float64, x, y int) paint.C {
		d := math.Hypot(nx, ny)
		if d > .88 {
			if a := math.Atan2(ny, nx) * 10 / math.Pi; a-math.Floor(a) < .5 {
				return paint.Hex("FFD84D")
			}
			return paint.Wood[0]
		}
		return paint.NewRamp("E6D2A8", "F4E6C4", "FFF8E0").Step(.75 - nx*.2 - ny*.25)
	})
	for a := range 3 { // three commas, the drum's mark
		t := float64(a) * 2 * math.Pi / 3
		m.Ellipse(18+4*math.Cos(t), 17+4*math.Sin(t), 2.4, 2.4, paint.Flat(paint.Ink))
	}
	return m.Outline(.66)
}

// chochin is a tall festival lantern on a post.
func chochin(r paint.Ramp) *paint.Img {
	m := paint.New(20, 54)
	post(m, 9, 26, 2, 26)
	m.Rect(6, 50, 8, 2, paint.Wood[0])
	m.Rect(3, 6, 14, 2, paint.Wood[1])
	m.Rect(9, 2, 2, 6, paint.Wood[2])
	m.Ellipse(10, 19, 7, 10, func(nx, ny float64, x, y int) paint.C {
		v := .99 - nx*nx*.5 - ny*ny*.15
		if y%3 == 0 {
			v -= .12
		}
		return r.Step(max(0, v*.95))
	})
	m.Rect(6, 8, 8, 2, paint.Hex("3A2636"))
	m.Rect(6, 28, 8, 2, paint.Hex("3A2636"))
	m.Rect(9, 15, 2, 7, paint.Hex("B83A30"))
	m.Rect(7, 17, 6, 1, paint.Hex("B83A30"))
	return m.Outline(.6)
}

// sag is how deep a string of w pixels hangs at x.
func sag(w, x int) int {
	t := float64(x) / float64(w)
	return int(44 * t * (1 - t))
}

// lanternString is lanterns on a string between two poles.
func lanternString(w, f int) *paint.Img {
	m := paint.New(w+6, 78)
	for _, x := range []int{1, w + 2} {
		m.Rect(x, 4, 2, 72, paint.Wood[1])
		m.Rect(x, 4, 1, 72, paint.Wood[3])
	}
	for x := range w {
		m.Set(x+3, 8+sag(w, x), paint.Hex("4A3A50"))
	}
	rose := paint.NewRamp("A84A78", "D8749A", "F4A0B8", "FFC8D4", "FFE6EA", "FFF8F4")
	for i := range w / 24 {
		x := 14 + i*24
		r := paint.Lantern
		if i%2 == 1 {
			r = rose
		}
		m.Blit(paperLantern(6, r), x+3-9+(i+f)%2, 8+sag(w, x), false)
	}
	return m.Outline(.55)
}

// banner is a tall flag beside a stall.
func banner(r paint.Ramp, f int) *paint.Img {
	m := paint.New(24, 72)
	m.Rect(3, 2, 2, 68, paint.Wood[2])
	m.Rect(3, 2, 1, 68, paint.Wood[4])
	m.Rect(4, 4, 17, 1, paint.Wood[3])
	for y := 5; y < 54; y++ {
		dx := 0
		if y > 24 {
			dx = (y/9 + f) % 2
		}
		for x := 5; x < 20; x++ {
			c := r[1]
			switch {
			case x < 7:
				c = r[2]
			case x > 17:
				c = r[0]
			}
			m.Set(x+dx, y, c)
		}
		if y == 12 || y == 24 || y == 36 { // marks in the place of letters
			m.Ellipse(float64(12+dx), float64(y), 4, 4, paint.Flat(paint.Hex("FFF6E0")))
			m.Ellipse(float64(12+dx), float64(y), 2, 2, paint.Flat(r[1]))
		}
	}
	return m.Outline(.62)
}

// fluteStand holds flutes and masks to try.
func fluteStand() *paint.Img {
	m := paint.New(40, 46)
	planks(m, 3, 24, 34, 18, 6, false, paint.Hex("FFE2AA"), .12)
	m.Rect(3, 24, 34, 2, paint.Wood[5])
	for i := range 3 {
		m.Rect(7+i*2, 21+i, 22, 2, []paint.C{paint.Wood[4], paint.Hex("B83A30"), paint.Wood[3]}[i])
	}
	post(m, 5, 4, 2, 22)
	post(m, 33, 4, 2, 22)
	m.Rect(4, 3, 32, 2, paint.Wood[3])
	for i, c := range []paint.C{paint.Hex("FFFDF4"), paint.Hex("F2765A"), paint.Hex("FFE29A")} {
		x := 11 + i*9
		m.Ellipse(float64(x), 11, 4, 5, paint.Flat(c))
		m.Set(x-2, 10, paint.Ink)
		m.Set(x+1, 10, paint.Ink)
		m.Rect(x-1, 13, 2, 1, paint.Hex("C23F3A"))
	}
	return m.Outline(.64)
}

// logBench is half a log on two feet.
func logBench() *paint.Img {
	m := paint.New(42, 18)
	planks(m, 2, 4, 38, 8, 4, false, paint.Hex("FFE2AA"), .2)
	m.Ellipse(4, 8, 3, 4, paint.Flat(paint.Wood[4]))
	m.Rect(2, 11, 38, 1, paint.Wood[0])
	for _, x := range []int{7, 31} {
		m.Rect(x, 12, 4, 4, paint.Wood[0])
	}
	return m.Outline(.62)
}
