package thing

import (
	"math"

	"kakitsubata/tools/art/paint"
)

// The science and dream hall: a dome with its sky, and what one may try.

func science(k map[string]Thing) {
	k["projector"] = lit(Thing{Frames: []*paint.Img{projector(0), projector(1)}, FootX: 18, FootY: 56, MS: 900, Round: 18}, Light{0, -36, 70, "8AA8FF"})
	k["dome-seat"] = standing(domeSeat(paint.NewRamp("2A2E5C", "3E4484", "5A62AC", "8088D0")), 13)
	k["dome-seat-b"] = standing(domeSeat(paint.NewRamp("4A2E5C", "664484", "8A62AC", "B288D0")), 13)
	k["telescope"] = standing(telescope(), 13)
	k["rocket"] = lit(standing(rocket(), 19), Light{0, -16, 30, "FFB45A"})
	k["orrery"] = lit(Thing{Frames: []*paint.Img{orrery(0), orrery(1), orrery(2), orrery(3), orrery(4), orrery(5)}, FootX: 34, FootY: 56, MS: 420, Round: 18}, Light{0, -36, 46, "FFD890"})
	k["plasma"] = lit(Thing{Frames: []*paint.Img{plasma(0), plasma(1), plasma(2)}, FootX: 15, FootY: 44, MS: 220, Round: 13}, Light{0, -30, 40, "C89AFF"})
	k["craft-table"] = wall(craftTable(), 40)
	k["star-lamp"] = lit(standing(starLamp(), 9), Light{0, -30, 40, "FFD890"})
	for name, f := range map[string]func(*paint.Img, int, int){"dome-floor": domeFloor, "moon-map": moonMap, "planet-map": planetMap, "sky-wall": skyWall, "glow-line": glowLine} {
		k[name] = Thing{Flat: f}
	}
}

// star is one point of the sky: now and then a bright one.
func star(m *paint.Img, x, y int, h float64) {
	c := []paint.C{paint.Hex("8A96E0"), paint.Hex("C8D4FF"), paint.Hex("FFFFFF"), paint.Hex("FFF3C0")}[int(h*4)]
	m.Set(x, y, c)
	if h > .9 {
		for _, d := range [4][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
			m.Set(x+d[0], y+d[1], paint.Hex("9AA8F0"))
		}
	}
}

// figures of the sky: a dipper, a swan and a queen's chair, as points joined.
var figures = [][][2]int{
	{{0, 0}, {14, 4}, {26, 10}, {38, 16}, {42, 28}, {60, 30}, {62, 16}, {38, 16}},
	{{0, 0}, {12, 14}, {22, 26}, {34, 40}, {22, 26}, {4, 32}, {22, 26}, {40, 16}},
	{{0, 0}, {10, 14}, {22, 6}, {32, 20}, {46, 10}},
}

func constellation(m *paint.Img, x, y, n int) {
	for i, p := range figures[n] {
		if i > 0 {
			q := figures[n][i-1]
			steps := max(abs(p[0]-q[0]), abs(p[1]-q[1]))
			for s := 2; s < steps-1; s++ {
				if s%2 == 0 {
					m.Set(x+q[0]+(p[0]-q[0])*s/steps, y+q[1]+(p[1]-q[1])*s/steps, paint.Hex("5A66B8"))
				}
			}
		}
	}
	for _, p := range figures[n] {
		star(m, x+p[0], y+p[1], .99)
		m.Set(x+p[0], y+p[1], paint.Hex("FFFFFF"))
	}
}

// domeFloor is the round floor under the dome: night-blue carpet with rings, and
// the sky as it lies on it.
func domeFloor(m *paint.Img, cx, cy int) {
	const rx, ry = 216.0, 122.0
	sky := paint.NewRamp("161A3C", "1E2350", "282E66", "343C7E")
	m.Ellipse(float64(cx), float64(cy), rx, ry, func(nx, ny float64, x, y int) paint.C {
		d := math.Hypot(nx, ny)
		switch {
		case d > .985:
			return paint.Hex("C8A04A")
		case d > .955:
			return paint.Hex("3A2F56")
		case d > .945:
			return paint.Hex("7A5CE0")
		}
		band := math.Abs(float64(x-cx)*.5 + float64(y-cy) + 20*math.Sin(float64(x)/40)) // a milky way
		v := .62 - d*.45 + max(0, 1-band/44)*.34 + (paint.Fbm(float64(x)/26, float64(y)/18, 9)-.5)*.5
		return sky.Pick(max(0, min(.99, v)), .35, x, y)
	})
	for i := range 260 {
		a, d := paint.Hash(i, 1, 77)*2*math.Pi, math.Sqrt(paint.Hash(i, 2, 77))*.93
		star(m, cx+int(rx*d*math.Cos(a)), cy+int(ry*d*math.Sin(a)), paint.Hash(i, 3, 77))
	}
	constellation(m, cx-150, cy-34, 0)
	constellation(m, cx+96, cy-52, 1)
	constellation(m, cx+70, cy+50, 2)
}

// moonMap is the moon, woven into the carpet, with its seas and craters.
func moonMap(m *paint.Img, cx, cy int) {
	moon := paint.NewRamp("8A86A8", "A8A4C4", "C8C4DC", "E4E0EE", "F6F2E4")
	m.Ellipse(float64(cx), float64(cy), 40, 40, paint.Flat(paint.Hex("3A3E78")))
	m.Ellipse(float64(cx), float64(cy), 36, 36, func(nx, ny float64, x, y int) paint.C {
		v := .74 - nx*.2 - ny*.2 + (paint.Fbm(float64(x)/14, float64(y)/12, 23)-.5)*.7
		return paint.Mix(moon.Pick(max(0, min(.99, v)), .25, x, y), paint.Hex("525A98"), .22)
	})
	for i := range 11 {
		a, d, r := paint.Hash(i, 1, 31)*2*math.Pi, math.Sqrt(paint.Hash(i, 2, 31))*27, 2+paint.Hash(i, 3, 31)*4
		x, y := float64(cx)+d*math.Cos(a), float64(cy)+d*math.Sin(a)
		m.Ellipse(x, y, r+1, r+1, func(nx, ny float64, _, _ int) paint.C {
			if nx+ny > .5 {
				return paint.Hex("DEDAEA")
			}
			return paint.Hex("8480A6")
		})
		m.Ellipse(x, y, r-1, r-1, paint.Flat(paint.Hex("A6A2C2")))
	}
}

// planetMap is a planet with its rings, woven into the carpet.
func planetMap(m *paint.Img, cx, cy int) {
	m.Ellipse(float64(cx), float64(cy), 44, 40, paint.Flat(paint.Hex("3A3E78")))
	bands := paint.NewRamp("A8784E", "C8966A", "DDB488", "EBCFA4", "F4E2C4")
	rings := func(front bool) {
		for y := -16; y <= 16; y++ {
			for x := -42; x <= 42; x++ {
				d := math.Hypot(float64(x)/42, float64(y+x/6)/12)
				if (y+x/6 > 0) != front || d > 1 || d < .66 || d > .80 && d < .84 {
					continue
				}
				m.Set(cx+x, cy+y, paint.NewRamp("8C84B4", "B4A8CC", "DCD2E4").Step(min(.99, (1-d)*2.8)))
			}
		}
	}
	rings(false)
	m.Ellipse(float64(cx), float64(cy), 25, 25, func(nx, ny float64, x, y int) paint.C {
		v := .72 - nx*.3 - ny*.12 + .18*math.Sin((ny+nx*.16)*13)
		return paint.Mix(bands.Pick(max(0, min(.99, v)), .25, x, y), paint.Hex("525A98"), .12)
	})
	rings(true)
}

// skyWall is a piece of the dome's wall, 96 wide, seen from the front: dusk
// behind the city's roofs, stars above.
func skyWall(m *paint.Img, x0, y0 int) {
	sky := paint.NewRamp("6A5AB0", "4A4698", "34387E", "242A64", "181C48")
	for y := y0 - 58; y < y0; y++ {
		for x := x0 - 48; x < x0+48; x++ {
			m.Set(x, y, sky.Pick(float64(y0-y)/58*.98, .6, x, y))
		}
	}
	for i := range 22 {
		star(m, x0-46+int(paint.Hash(i, x0, 5)*92), y0-56+int(paint.Hash(i, x0, 6)*40), paint.Hash(i, x0, 7))
	}
	ink := paint.Hex("1A1838")
	for x := x0 - 48; x < x0+48; { // the town's outline
		w := 6 + int(paint.Hash(x, 1, 4)*12)
		h := 4 + int(paint.Hash(x, 2, 4)*10)
		m.Rect(x, y0-h, min(w, x0+48-x), h, ink)
		if h > 7 {
			m.Rect(x+2, y0-h+3, 2, 2, paint.Hex("FFD890"))
		}
		x += w
	}
	m.Rect(x0-48, y0-60, 96, 2, paint.Hex("3A2F56"))
	m.Rect(x0-48, y0-2, 96, 2, paint.Hex("7A5CE0"))
}

// glowLine leads the way over a dark floor, 16 by 4.
func glowLine(m *paint.Img, x0, y0 int) {
	for x := -8; x < 8; x++ {
		if x&7 < 5 {
			m.Set(x0+x, y0-2, paint.Hex("FFE29A"))
			m.Set(x0+x, y0-1, paint.Hex("F0B03A"))
		}
	}
}

// projector is the ball that makes the stars.
func projector(f int) *paint.Img {
	m := paint.New(36, 60)
	m.Ellipse(18, 54, 14, 4, paint.Flat(paint.Iron[1]))
	m.Rect(12, 36, 12, 18, paint.Iron[2])
	m.Rect(12, 36, 3, 18, paint.Iron[3])
	m.Rect(6, 22, 3, 24, paint.Iron[1])
	m.Rect(27, 22, 3, 24, paint.Iron[1])
	m.Ellipse(18, 24, 13, 13, func(nx, ny float64, x, y int) paint.C {
		return paint.NewRamp("1E2340", "343A60", "545C88", "8A92BC").Step(max(0, .7-nx*.35-ny*.35))
	})
	for i := range 12 {
		a, d := paint.Hash(i, 1, 9)*2*math.Pi, paint.Hash(i, 2, 9)*10
		c := paint.Hex("BFD0FF")
		if (i+f)%3 == 0 {
			c = paint.Hex("FFFFFF")
		}
		m.Set(18+int(d*math.Cos(a)), 24+int(d*math.Sin(a)), c)
	}
	for i := range 4 {
		m.Rect(17, 2+i*2, 2, 1, []paint.C{paint.Hex("9AB4FF"), paint.Hex("DCE6FF")}[(i+f)%2])
	}
	return m.Outline(.6)
}

// domeSeat leans far back.
func domeSeat(r paint.Ramp) *paint.Img {
	m := paint.New(24, 24)
	for y := range 9 {
		m.Rect(5-y/5, 3+y, 14+y/5*2, 1, r[3-y/3])
	}
	for y := range 6 {
		m.Rect(3, 12+y, 18, 1, r[max(0, 2-y/2)])
	}
	m.Rect(2, 10, 3, 9, r[1])
	m.Rect(19, 10, 3, 9, r[0])
	m.Rect(6, 18, 3, 4, paint.Iron[1])
	m.Rect(15, 18, 3, 4, paint.Iron[1])
	return m.Outline(.64)
}

func telescope() *paint.Img {
	m := paint.New(44, 54)
	for i := range 5 {
		line(m, 20+float64(i)/3, 26, 10+float64(i)/2, 50, paint.Wood[2+i%2])
		line(m, 22+float64(i)/3, 26, 34+float64(i)/2, 50, paint.Wood[1+i%2])
	}
	for i := -4; i <= 4; i++ { // the tube
		c := paint.NewRamp("2A6AA8", "3A85C4", "62B4E0", "B8E4F6").Step(max(0, min(.99, .5-float64(i)*.1)))
		line(m, 8+float64(i)*.5, 30+float64(i), 34+float64(i)*.5, 10+float64(i), c)
		line(m, 9+float64(i)*.5, 30+float64(i), 35+float64(i)*.5, 10+float64(i), c)
	}
	m.Ellipse(36, 10, 5, 6, paint.Flat(paint.Hex("FFD84D")))
	m.Ellipse(37, 10, 3, 4, paint.Flat(paint.Glass[4]))
	m.Rect(4, 30, 5, 4, paint.Iron[1])
	m.Rect(19, 24, 5, 5, paint.Iron[2])
	return m.Outline(.64)
}

func rocket() *paint.Img {
	m := paint.New(44, 92)
	for y := range 62 {
		w := 9.0
		if y < 22 {
			w = 9 * math.Sqrt(float64(y)/22)
		}
		for x := -int(w); x <= int(w); x++ {
			c := paint.NewRamp("A8AAC4", "CFD0E0", "F0EFF6", "FFFFFF").Step(max(0, .8-float64(x+9)/18*.7))
			if y < 12 || y > 48 && y < 54 {
				c = paint.NewRamp("8F2D3F", "D8404E", "F2706A", "FFA090").Step(max(0, .8-float64(x+9)/18*.7))
			}
			m.Set(22+x, 4+y, c)
		}
	}
	m.Ellipse(22, 32, 5, 5, paint.Flat(paint.Iron[2]))
	m.Ellipse(22, 32, 3.5, 3.5, paint.Flat(paint.Glass[4]))
	for y := range 26 {
		w := min(12, 2+y/2)
		m.Rect(12-w+2, 50+y, w, 1, paint.Hex("D8404E"))
		m.Rect(31, 50+y, w-1, 1, paint.Hex("A82E3E"))
	}
	m.Rect(16, 66, 12, 5, paint.Iron[1])
	slab(m, 8, 78, 28, 10, paint.Hex("33247A"))
	m.Rect(8, 80, 28, 1, paint.Hex("9478EE"))
	m.Rect(18, 71, 8, 7, paint.Iron[2])
	return m.Outline(.64)
}

// orrery has planets on arms that turn, f of six.
func orrery(f int) *paint.Img {
	m := paint.New(68, 60)
	m.Ellipse(34, 53, 13, 4, paint.Flat(paint.Wood[1]))
	m.Rect(32, 26, 4, 27, paint.Hex("C8A04A"))
	m.Rect(32, 26, 1, 27, paint.Hex("FFE29A"))
	type ball struct {
		r, size float64
		c       string
		speed   float64
	}
	balls := []ball{{13, 2.6, "B0B4C8", 3}, {20, 3.4, "62B4E0", 2}, {28, 4.4, "E8A05A", 1}}
	draw := func(back bool) {
		for i, b := range balls {
			a := 2 * math.Pi * (float64(f)*b.speed/6 + float64(i)*.31)
			if (math.Sin(a) < 0) != back {
				continue
			}
			x, y := 34+b.r*math.Cos(a), 24+b.r*.36*math.Sin(a)
			line(m, 34, 26, x, y, paint.Hex("B87A1E"))
			m.Ellipse(x, y, b.size, b.size, func(nx, ny float64, _, _ int) paint.C {
				return paint.Mix(paint.Hex(b.c), paint.Ink, max(0, (nx+ny)*.3))
			})
			if i == 2 {
				ring(m, x, y, 8, 3, paint.Hex("FFE9B0"))
			}
		}
	}
	draw(true)
	m.Ellipse(34, 23, 7, 7, func(nx, ny float64, _, _ int) paint.C {
		return paint.NewRamp("F2962E", "FFC34A", "FFE9A0", "FFFDF0").Step(.8 - nx*.25 - ny*.25)
	})
	draw(false)
	return m.Outline(.62)
}

// plasma is a ball of glass with lightning in it.
func plasma(f int) *paint.Img {
	m := paint.New(30, 48)
	slab(m, 6, 28, 18, 16, paint.Hex("3A2F56"))
	m.Rect(6, 28, 18, 2, paint.Hex("6C50D2"))
	m.Ellipse(15, 16, 12, 12, func(nx, ny float64, x, y int) paint.C {
		return paint.NewRamp("2A1E5A", "3E2A7E", "5A3EA8").Step(max(0, .6-math.Hypot(nx, ny)*.4))
	})
	for i := range 5 {
		a := 2*math.Pi*float64(i)/5 + float64(f)*.7
		x, y := 15.0, 16.0
		for s := range 4 {
			u, v := 15+float64(s+1)*2.7*math.Cos(a+.5*(paint.Hash(i, s, f)-.5)), 16+float64(s+1)*2.7*math.Sin(a+.5*(paint.Hash(i, s, f+9)-.5))
			line(m, x, y, u, v, paint.NewRamp("FFFFFF", "FFD0F8", "E08AF0", "9A6AE8")[s])
			x, y = u, v
		}
	}
	m.Ellipse(15, 16, 2.4, 2.4, paint.Flat(paint.Hex("FFFFFF")))
	m.Set(9, 9, paint.Hex("FFFFFF"))
	m.Set(10, 8, paint.Hex("E8E0FF"))
	return m.Outline(.6)
}

// craftTable has scissors, paper stars, a jar.
func craftTable() *paint.Img {
	m := paint.New(86, 44)
	for y := range 18 {
		for x := range 82 {
			m.Set(2+x, 10+y, paint.Mix(woodAt(x, y+1, 9, false), paint.Hex("FFF0C8"), .5))
		}
	}
	m.Rect(2, 28, 82, 3, paint.Wood[2])
	for _, x := range []int{5, 76} {
		m.Rect(x, 31, 5, 11, paint.Wood[1])
		m.Rect(x, 31, 1, 11, paint.Wood[3])
	}
	for i, c := range paint.NewRamp("E0475A", "FFC34A", "2FA39A", "7A5CE0", "5A9AE0") {
		x, y := 10+i*13, 13+i%2*6
		m.Rect(x, y+1, 7, 3, c)
		m.Rect(x+2, y-1, 3, 7, c)
		m.Set(x+3, y+2, paint.Hex("FFFDF4"))
	}
	m.Rect(72, 4, 8, 11, paint.Glass[3])
	m.Rect(72, 4, 2, 11, paint.Glass[4])
	for i, c := range paint.NewRamp("E0475A", "F0B03A", "3F9A66") {
		m.Rect(73+i*2, 1-i%2, 1, 7, c)
	}
	return m.Outline(.64)
}

func starLamp() *paint.Img {
	m := paint.New(22, 44)
	m.Rect(10, 16, 2, 25, paint.Iron[2])
	m.Rect(7, 40, 8, 2, paint.Iron[1])
	m.Blit(paint.Rows([]string{"....y....", "....y....", "...yyy...", "yyyywyyyy", ".yywwwyy.", "..ywwwy..", "..yyyyy..", ".yyy.yyy.", ".y.....y."}, map[byte]paint.C{'y': paint.Hex("FFD84D"), 'w': paint.Hex("FFF7D6")}), 6, 4, false)
	return m.Outline(.6)
}
