package thing

import (
	"math"

	"kakitsubata/tools/art/paint"
)

// The oasis by the motorway: the big wheel, a market, a small train like a duck.

const (
	cabins  = 12
	wheelR  = 84     // from the hub to a cabin, in pixels
	turning = 96_000 // a turn of the wheel, in milliseconds
)

func oasis(k map[string]Thing) {
	wheel := Thing{FootX: 104, FootY: 222, MS: turning / cabins / 4, Wall: 60}
	for f := range 4 {
		wheel.Frames = append(wheel.Frames, bigWheel(f))
	}
	for i := range cabins {
		wheel.Parts = append(wheel.Parts, Part{Kind: "gondola" + []string{"", "-b", "-c"}[i%3], Start: turning * i / cabins, At: []int{0, -112}})
	}
	for i := range 6 {
		a := float64(i) * math.Pi / 3
		wheel.Lights = append(wheel.Lights, Light{int(wheelR * math.Cos(a)), -112 + int(wheelR*math.Sin(a)), 34, []string{"FF9CB4", "FFD890", "A8D8FF"}[i%3]})
	}
	k["ferris-wheel"] = wheel
	for i, dye := range []string{"", "-b", "-c"} {
		r := []paint.Ramp{paint.NewRamp("A82E50", "E0476A", "FF8AA0"), paint.NewRamp("C07A1E", "F0B03A", "FFE08A"), paint.NewRamp("2A6AA8", "4A9AD8", "96D0F4")}[i]
		k["gondola"+dye] = Thing{Frames: []*paint.Img{gondola(r)}, FootX: 10, FootY: 4, Script: turn()}
	}
	k["market"] = worded(lit(wall(market(), 106), Light{-60, -26, 50, "FFB45A"}, Light{40, -26, 50, "FFB45A"}), Label{0, -66, 84, 10})
	k["bath-house"] = lit(wall(bathHouse(), 62), Light{0, -30, 50, "FFB45A"})
	k["duck-train"] = Thing{Frames: []*paint.Img{duckTrain(0), duckTrain(1)}, FootX: 64, FootY: 34, MS: 260, Round: 10, Feet: wheels(-54, 48), Script: []Step{
		{To: []int{420, 0}, PX: 44, Frames: []int{0, 1}, MS: 260},
		{For: 6000, Frames: []int{0}},
		{To: []int{0, 0}, PX: 44, Frames: []int{0, 1}, MS: 260, Flip: true},
		{For: 6000, Frames: []int{0}, Flip: true},
	}}
	k["slide"] = wall(slide(), 44)
	for i, dye := range []string{"", "-b", "-c"} {
		r := []paint.Ramp{paint.NewRamp("8F3048", "D8506A", "FFA0AC"), paint.NewRamp("4A5672", "8C9AB4", "DCE4EE"), paint.NewRamp("2A6A68", "4AA8A0", "A8E4D8")}[i]
		k["car"+dye] = standing(car(r), 30)
	}
	k["parking"] = Thing{Flat: parking}
	k["fountain"] = Thing{Frames: []*paint.Img{fountain(0), fountain(1), fountain(2)}, FootX: 40, FootY: 56, MS: 180, Round: 36}
	k["crepe-cart"] = lit(standing(crepeCart(), 22), Light{0, -30, 34, "FFC878"})
	k["balloons"] = Thing{Frames: []*paint.Img{balloons(0), balloons(1)}, FootX: 16, FootY: 58, MS: 800, Round: 11}
}

// wheels are points from the one to the other x, 17 apart, under what is long.
func wheels(from, to int) [][2]int {
	var out [][2]int
	for x := from; x <= to; x += 17 {
		out = append(out, [2]int{x, 0})
	}
	return out
}

// turn is a cabin's way round the hub, clockwise from the top.
func turn() []Step {
	const corners = 48
	steps := make([]Step, corners)
	at := func(i int) []int {
		a := 2*math.Pi*float64(i)/corners - math.Pi/2
		return []int{int(math.Round(wheelR * math.Cos(a))), int(math.Round(wheelR * math.Sin(a)))}
	}
	for i := range steps {
		steps[i] = Step{To: at(i + 1), For: turning / corners}
	}
	steps[0].At = at(0)
	return steps
}

// bigWheel is rim, spokes and legs; f of four steps to the next cabin.
func bigWheel(f int) *paint.Img {
	m := paint.New(208, 226)
	steel := paint.NewRamp("8A90B0", "B4BAD4", "DCE0F0", "FFFFFF")
	const cx, cy = 104.0, 110.0
	for i := range cabins { // spokes, in twos
		a := 2*math.Pi*(float64(i)+float64(f)/4)/cabins - math.Pi/2
		x, y := cx+wheelR*math.Cos(a), cy+wheelR*math.Sin(a)
		line(m, cx, cy, x, y, steel[1])
		line(m, cx+1, cy, x+1, y, steel[2])
		n := 2*math.Pi*(float64(i)+1+float64(f)/4)/cabins - math.Pi/2
		line(m, cx+(wheelR-14)*math.Cos(a), cy+(wheelR-14)*math.Sin(a), cx+wheelR*math.Cos(n), cy+wheelR*math.Sin(n), steel[0])
	}
	for _, r := range []float64{wheelR, wheelR - 14} {
		for a := 0.0; a < 720; a++ {
			t := a * math.Pi / 360
			x, y := int(math.Round(cx+r*math.Cos(t))), int(math.Round(cy+r*math.Sin(t)))
			c := steel[2]
			if math.Cos(t)+math.Sin(t) > .4 {
				c = steel[0]
			}
			m.Set(x, y, c)
			m.Set(x+1, y, c)
			m.Set(x, y+1, steel[1])
		}
	}
	for i := range 24 { // lamps on the rim
		a := 2 * math.Pi * (float64(i) + float64(f)/2) / 24
		c := []paint.C{paint.Hex("FFD84D"), paint.Hex("FF9CB4"), paint.Hex("8AD8FF")}[i%3]
		m.Rect(int(cx+(wheelR-7)*math.Cos(a))-1, int(cy+(wheelR-7)*math.Sin(a))-1, 2, 2, c)
	}
	for i := range 5 { // legs
		line(m, cx-4+float64(i), cy, 52+float64(i), 216, steel[min(3, 3-i*3/5)])
		line(m, cx+float64(i), cy, 152+float64(i), 216, steel[max(0, 2-i*3/5)])
	}
	line(m, 70, 176, 138, 176, steel[1])
	line(m, 70, 177, 138, 177, steel[0])
	m.Ellipse(cx, cy, 11, 11, func(nx, ny float64, _, _ int) paint.C {
		return paint.NewRamp("7A5CE0", "9478EE", "C6B4FF").Step(.7 - nx*.3 - ny*.3)
	})
	for a := range 6 { // the city's flower on the hub
		t := float64(a) * math.Pi / 3
		m.Rect(int(cx+5*math.Cos(t))-1, int(cy+5*math.Sin(t))-1, 3, 3, paint.Hex("FFFDF4"))
	}
	m.Rect(103, 109, 3, 3, paint.Hex("FFD84D"))
	slab(m, 44, 210, 120, 13, paint.Hex("E8E4F0")) // where one gets on
	m.Rect(44, 214, 120, 2, paint.Hex("9478EE"))
	for i := range 3 {
		m.Rect(92-i*2, 212+i*4, 24+i*4, 4, paint.Stone[5-i])
	}
	return m.Outline(.62)
}

// gondola hangs from its pin at the top.
func gondola(r paint.Ramp) *paint.Img {
	m := paint.New(20, 24)
	m.Rect(9, 3, 2, 4, paint.Iron[2])
	for y := range 5 {
		m.Rect(5-y/2, 6+y, 10+y/2*2, 1, r[2-y/3])
	}
	m.Rect(3, 11, 14, 6, paint.Glass[3])
	m.Rect(3, 11, 4, 6, paint.Glass[4])
	m.Rect(9, 11, 2, 6, r[0])
	for y := range 5 {
		m.Rect(3+y/3, 17+y, 14-y/3*2, 1, r[max(0, 1-y/3)])
	}
	m.Rect(3, 17, 14, 1, r[2])
	return m.Outline(.62)
}

// market is a hall of fresh things, its stands under awnings.
func market() *paint.Img {
	m := paint.New(224, 118)
	planks(m, 8, 36, 208, 76, 9, false, paint.Hex("F2DCB8"), .5)
	plinth(m, 8, 104, 208, 8)
	slab(m, 62, 40, 100, 16, paint.Hex("3F6B5A"))
	m.Rect(64, 42, 96, 12, paint.Hex("FFFDF4"))
	for i, a := range []paint.C{paint.Hex("E8584A"), paint.Hex("3F9A66"), paint.Hex("F0A04A")} {
		x := 14 + i*70
		if i == 1 {
			doorway(m, x+8, 66, 40, 46)
			m.Rect(x+27, 66, 2, 46, paint.Hex("4A5672"))
			continue
		}
		for y := range 34 {
			for w := range 58 {
				m.Set(x+w, 66+y, paint.Warm.Pick(max(0, .95-math.Hypot(float64(w-29)/42, float64(y-8)/34)*.55), .4, x+w, y))
			}
		}
		for r := range 2 { // crates of fruit
			for c := range 5 {
				cx, cy := x+2+c*11, 80+r*12
				dye := paint.NewRamp("F2762E", "D8405E", "7AC050", "FFD84D", "9A5CC0", "E89A5A")[(c+r*2+i)%6]
				for p := range 6 {
					m.Ellipse(float64(cx+2+p%3*3), float64(cy+p/3*3), 2.2, 2.2, paint.Flat(paint.Mix(dye, paint.Hex("FFFFFF"), float64(p%2)*.25)))
				}
				m.Rect(cx, cy+4, 10, 6, paint.Wood[3])
				m.Rect(cx, cy+4, 10, 1, paint.Wood[5])
				m.Rect(cx, cy+7, 10, 1, paint.Wood[1])
			}
		}
		awning(m, x-4, 56, 66, 15, a, paint.Hex("FFF6E6"))
	}
	awning(m, 80, 56, 64, 12, paint.Hex("3F9A66"), paint.Hex("FFF6E6"))
	slope(m, 0, 8, 190, 224, 28, paint.NewRamp("6A3A3A", "8F4E46", "B86A56", "D88E70", "F2BC98"))
	under(m, 8, 38, 208, 6)
	slab(m, 62, 40, 100, 16, paint.Hex("3F6B5A"))
	m.Rect(64, 42, 96, 12, paint.Hex("FFFDF4"))
	return m.Outline(.68)
}

// bathHouse is the hot spring, with steam from its roof.
func bathHouse() *paint.Img {
	m := paint.New(136, 108)
	plaster(m, 8, 44, 120, 58)
	planks(m, 8, 82, 120, 22, 6, true, paint.Wood[0], .2)
	for _, x := range []int{18, 94} {
		m.Rect(x, 56, 24, 20, paint.Wood[1])
		m.Rect(x+2, 58, 20, 16, paint.Hex("FFE6AE"))
		for i := 1; i < 5; i++ {
			m.Rect(x+2+i*4, 58, 1, 16, paint.Wood[2])
		}
	}
	doorway(m, 52, 58, 32, 46)
	for i := range 4 { // noren with a sign of hot water
		m.Rect(50+i*9, 56, 9, 16, paint.Hex("3A58A8"))
		m.Rect(50+i*9, 56, 1, 16, paint.Hex("6A88D0"))
	}
	for i := range 3 {
		m.Rect(61+i*5, 59+i%2, 2, 7, paint.Hex("FFFDF4"))
	}
	m.Rect(59, 67, 16, 2, paint.Hex("FFFDF4"))
	roof(m, 68, 16, 78, 132, 34, paint.NewRamp("2E3A4A", "41526A", "5A7088", "7C96AB", "A9C0CB"))
	roof(m, 68, 6, 26, 44, 14, paint.NewRamp("2E3A4A", "41526A", "5A7088", "7C96AB", "A9C0CB"))
	under(m, 8, 46, 120, 6)
	return m.Outline(.68)
}

// duckTrain is an engine like a duck with two cars.
func duckTrain(f int) *paint.Img {
	m := paint.New(128, 38)
	yellow := paint.NewRamp("C08A1E", "F0B82E", "FFDC5A", "FFF2B0")
	for i, c := range []paint.Ramp{paint.NewRamp("A83A50", "E0607A", "FFA8B4"), paint.NewRamp("2A7A78", "4AB0A4", "A8E8D8")} {
		x := 4 + i*40
		slab(m, x, 16, 36, 14, c[1])
		m.Rect(x, 16, 36, 2, c[2])
		m.Rect(x, 28, 36, 2, c[0])
		m.Rect(x+2, 6, 2, 10, paint.Iron[2])
		m.Rect(x+32, 6, 2, 10, paint.Iron[2])
		awning(m, x-1, 3, 38, 6, c[1], paint.Hex("FFF6E6"))
		m.Rect(x+36, 26, 5, 2, paint.Iron[1])
	}
	m.Ellipse(102, 22, 19, 10, func(nx, ny float64, _, _ int) paint.C { return yellow.Step(max(0, .75-nx*.25-ny*.3)) })
	m.Ellipse(112, 12, 10, 9, func(nx, ny float64, _, _ int) paint.C { return yellow.Step(max(0, .8-nx*.3-ny*.3)) })
	m.Rect(120, 12, 7, 3, paint.Hex("F2762E"))
	m.Rect(120, 15, 5, 1, paint.Hex("B84A1E"))
	m.Rect(114, 9, 3, 4, paint.Ink)
	m.Rect(115, 9, 1, 1, paint.Hex("FFFFFF"))
	m.Ellipse(98, 22, 9, 5, paint.Flat(yellow[3]))
	for i, x := range []int{12, 32, 52, 72, 94, 110} {
		m.Ellipse(float64(x), 31, 4.4, 4.4, paint.Flat(paint.Hex("3A3550")))
		m.Rect(x-1+(i+f)%2, 30, 2, 2, paint.Hex("C3CAD0"))
	}
	return m.Outline(.62)
}

// slide is a tower with a roof and two chutes.
func slide() *paint.Img {
	m := paint.New(96, 98)
	for _, x := range []int{34, 58} {
		post(m, x, 30, 4, 64)
	}
	for y := 0; y < 62; y++ { // a chute to the right
		x := 60 + y*30/62
		if y > 54 {
			x += (y - 54)
		}
		m.Rect(x-2, 34+y, 16-y/10, 1, paint.Hex("3A85C4"))
		m.Rect(x, 34+y, 10-y/12, 1, paint.Hex("62B4E0"))
		m.Rect(x, 34+y, 3, 1, paint.Hex("B8E4F6"))
	}
	for y := range 8 { // a ladder to the left
		m.Rect(22-y, 40+y*7, 16, 2, paint.Hex("F0B03A"))
	}
	for y := range 56 {
		m.Rect(34-y/4, 36+y, 2, 1, paint.Hex("D8404E"))
		m.Rect(22-y/5, 38+y, 2, 1, paint.Hex("D8404E"))
	}
	planks(m, 30, 40, 36, 8, 4, false, paint.Hex("FFE2AA"), .2)
	for x := 32; x < 64; x += 5 {
		m.Rect(x, 30, 2, 11, paint.Hex("F0B03A"))
	}
	for y := range 22 {
		for x := -y; x <= y; x++ {
			c := paint.NewRamp("8F2D3F", "D8404E", "F2706A", "FFA090").Step(max(0, .65-float64(x)/40-float64(y%6/5)*.2)).Of(paint.Tiling)
			m.Set(48+x, 6+y, c)
		}
	}
	m.Rect(47, 2, 3, 5, paint.Hex("FFD84D"))
	return m.Outline(.64)
}

func car(r paint.Ramp) *paint.Img {
	m := paint.New(70, 40)
	for y := range 14 {
		in := max(0, 8-y)
		m.Rect(12+in, 4+y, 42-in*2+in/2, 1, r[2-y/7])
	}
	m.Rect(18, 7, 14, 9, paint.Glass[2])
	m.Rect(35, 7, 15, 9, paint.Glass[2])
	m.Rect(18, 7, 4, 9, paint.Glass[4])
	m.Rect(36, 7, 4, 9, paint.Glass[4])
	for y := range 14 {
		m.Rect(4, 17+y, 62, 1, r[max(0, 2-y/4)])
	}
	m.Rect(4, 17, 62, 1, paint.Mix(r[2], paint.Hex("FFFFFF"), .5))
	m.Rect(4, 22, 3, 4, paint.Hex("FFE9A0"))
	m.Rect(63, 22, 3, 4, paint.Hex("E0475A"))
	m.Rect(36, 19, 5, 2, r[0])
	for _, x := range []int{17, 53} {
		m.Ellipse(float64(x), 31, 6.5, 6.5, paint.Flat(paint.Hex("3A3550")))
		m.Ellipse(float64(x), 31, 3, 3, paint.Flat(paint.Hex("C3CAD0")))
	}
	return m.Outline(.66)
}

// parking marks where a car stands on asphalt: worn white corners and a stop line.
func parking(m *paint.Img, x0, y0 int) {
	line := func(x, y, w, h int) {
		for j := y; j < y+h; j++ {
			for i := x; i < x+w; i++ {
				if paint.Hash(i, j, 8) > .08 {
					m.Over(i, j, paint.Hex("F4F0E6"), .8)
				}
			}
		}
	}
	for _, s := range []int{-1, 1} {
		x := x0 + s*42 - 1
		line(x, y0-34, 2, 44)
		line(min(x, x-s*9), y0+8, 11, 2)
		line(min(x, x-s*9), y0-34, 11, 2)
	}
}

// fountain plays, f of three.
func fountain(f int) *paint.Img {
	m := paint.New(80, 60)
	m.Ellipse(40, 42, 38, 16, func(nx, ny float64, x, y int) paint.C { return paint.Stone.Pick(.5-nx*.2-ny*.1, .3, x, y) })
	m.Ellipse(40, 38, 38, 16, func(nx, ny float64, x, y int) paint.C { return paint.Stone.Pick(.85-nx*.15, .3, x, y) })
	m.Ellipse(40, 38, 32, 12, func(nx, ny float64, x, y int) paint.C {
		d := math.Hypot(nx, ny)
		if int(d*7-float64(f)*.66+9)%3 == 0 && d > .25 {
			return paint.Water[4]
		}
		return paint.Water.Pick(.5-ny*.2, .3, x, y)
	})
	m.Rect(37, 20, 6, 18, paint.Stone[3])
	m.Rect(37, 20, 2, 18, paint.Stone[5])
	m.Ellipse(40, 21, 10, 4, paint.Flat(paint.Stone[4]))
	m.Ellipse(40, 20, 8, 2.6, paint.Flat(paint.Water[3]))
	for i := range 18 { // arcs of drops
		a := float64(i%6) / 6 * 2 * math.Pi
		t := (float64(i/6) + float64(f)/3) / 3
		x := 40 + math.Cos(a)*22*t
		y := 16 - 34*t*(1-t) + 20*t*t + math.Sin(a)*6*t
		m.Rect(int(x), int(y), 2, 2, paint.Water[4+i%2])
	}
	m.Rect(39, 6+f%2, 2, 12, paint.Water[5])
	return m.Outline(.6)
}

func crepeCart() *paint.Img {
	m := paint.New(56, 62)
	planks(m, 6, 32, 44, 20, 7, false, paint.Hex("FFC8D4"), .6)
	m.Rect(6, 32, 44, 3, paint.Hex("FFF6E6"))
	for _, x := range []int{8, 46} {
		m.Rect(x, 14, 2, 20, paint.Wood[2])
	}
	for i := range 4 {
		x := 13 + i*9
		for y := range 8 {
			m.Rect(x+y/2-2, 22+y, 8-y, 1, paint.Hex("F2CF92"))
		}
		m.Ellipse(float64(x)+2, 21, 4, 3, paint.Flat([]paint.C{paint.Hex("FFFDF4"), paint.Hex("FF9CB4")}[i%2]))
		m.Set(x+2, 19, paint.Hex("D83848"))
	}
	awning(m, 2, 6, 52, 12, paint.Hex("E56A9A"), paint.Hex("FFF6E6"))
	for _, x := range []int{15, 41} {
		m.Ellipse(float64(x), 53, 6, 6, paint.Flat(paint.Wood[1]))
		m.Ellipse(float64(x), 53, 3.6, 3.6, paint.Flat(paint.Wood[4]))
	}
	return m.Outline(.64)
}

func balloons(f int) *paint.Img {
	m := paint.New(34, 60)
	dye := paint.NewRamp("E0475A", "FFC34A", "2FA39A", "7A5CE0", "5A9AE0")
	for i, p := range [][2]int{{9, 12}, {22, 9}, {15, 20}, {26, 20}, {7, 24}} {
		x, y := float64(p[0]+(i+f)%2), float64(p[1])
		line(m, x, y+7, 16, 46, paint.Hex("8C93A8"))
		m.Ellipse(x, y, 6, 7, func(nx, ny float64, _, _ int) paint.C {
			if nx < -.2 && ny < -.3 && nx > -.6 {
				return paint.Hex("FFFFFF")
			}
			return paint.Mix(dye[i], paint.Ink, max(0, (nx+ny)*.2))
		})
	}
	m.Rect(12, 46, 9, 11, paint.Wood[3])
	m.Rect(12, 46, 9, 1, paint.Wood[5])
	return m.Outline(.62)
}
