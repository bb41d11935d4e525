package thing

import (
	"math"

	"kakitsubata/tools/art/paint"
)

// The consultation room: small, of wood, with tea, a cushion and a door that one
// can see.

func quiet(k map[string]Thing) {
	k["tea-table"] = Thing{Frames: []*paint.Img{teaTable(0), teaTable(1), teaTable(2)}, FootX: 32, FootY: 44, MS: 380, Wall: 26}
	k["armchair"] = standing(armchair(paint.NewRamp("3C6A5A", "4F8A74", "74B094", "A6D6BC")), 17)
	k["armchair-b"] = standing(armchair(paint.NewRamp("8F5A3A", "B87A52", "DDA27A", "F6CCA4")), 17)
	k["floor-lamp"] = lit(standing(floorLamp(), 12), Light{0, -44, 60, "FFC878"})
	k["stove"] = lit(Thing{Frames: []*paint.Img{stove(0), stove(1), stove(2)}, FootX: 20, FootY: 56, MS: 300, Wall: 14}, Light{0, -14, 50, "FF9A3A"})
	k["plush"] = standing(plush(paint.NewRamp("A8784E", "D8A878", "F2D2A8")), 11)
	k["plush-b"] = standing(plush(paint.NewRamp("8A86A8", "C8C4DC", "F0EEF8")), 11)
	k["vase"] = standing(vase(), 9)
	k["toy-shelf"] = wall(toyShelf(), 30)
	k["hut"] = worded(lit(wall(hut(), 34), Light{0, -22, 40, "FFB45A"}), Label{0, -50, 52, 10})
	for name, f := range map[string]func(*paint.Img, int, int){"garden-window": gardenWindow, "soft-rug": softRug, "hanging": hanging} {
		k[name] = Thing{Flat: f}
	}
}

// teaTable is round and low: a pot that steams, two cups, biscuits.
func teaTable(f int) *paint.Img {
	m := paint.New(64, 48)
	m.Ellipse(32, 34, 29, 11, paint.Flat(paint.Wood[1]))
	for _, x := range []int{10, 50} {
		m.Rect(x, 34, 4, 10, paint.Wood[1])
	}
	m.Ellipse(32, 30, 29, 11, func(nx, ny float64, x, y int) paint.C {
		return paint.Mix(woodAt(x, y, 7, false), paint.Hex("FFE2AA"), .38)
	})
	for _, x := range []int{14, 47} {
		m.Ellipse(float64(x)+1.5, 31, 4, 2.4, paint.Flat(paint.Hex("C8E0D8")))
		m.Ellipse(float64(x)+1.5, 29, 3.4, 2, paint.Flat(paint.Hex("FFFDF4")))
		m.Rect(x, 28, 4, 1, paint.Hex("B8903A"))
	}
	m.Ellipse(32, 25, 8, 6.5, func(nx, ny float64, _, _ int) paint.C {
		return paint.NewRamp("2A5A58", "3A7A74", "5AA098", "9AD4C8").Step(max(0, .7-nx*.35-ny*.3))
	})
	m.Rect(29, 17, 6, 2, paint.Hex("3A7A74"))
	m.Rect(31, 15, 2, 2, paint.Hex("FFD84D"))
	line(m, 39, 25, 44, 21, paint.Hex("3A7A74"))
	line(m, 39, 26, 44, 22, paint.Hex("2A5A58"))
	ring(m, 24, 24, 4, 5, paint.Hex("2A5A58"))
	m.Ellipse(32, 36, 7, 2.6, paint.Flat(paint.Hex("FFF6E6")))
	for i := range 4 {
		m.Rect(27+i*3, 34+i%2, 3, 2, paint.Hex("D89A52"))
	}
	for i := range 4 { // steam
		y := 13 - i*3 - f%2
		m.Rect(44+[]int{0, 1, 0, -1}[(i+f)%4], y+6, 2-i/3, 2, paint.Hex("FFFDF8"))
	}
	return m.Outline(.6)
}

func armchair(r paint.Ramp) *paint.Img {
	m := paint.New(40, 40)
	for y := range 20 {
		in := max(0, 4-y)
		m.Rect(6+in, 3+y, 28-2*in, 1, r[max(0, 3-y/6)])
	}
	for y := range 8 {
		m.Rect(9, 22+y, 22, 1, r[max(1, 3-y/3)])
	}
	for _, x := range []int{3, 30} {
		for y := range 16 {
			m.Rect(x, 17+y, 7, 1, r[max(0, 2-y/6)])
		}
		m.Rect(x, 17, 7, 2, r[3])
	}
	m.Rect(9, 30, 22, 4, r[0])
	m.Rect(6, 34, 3, 4, paint.Wood[1])
	m.Rect(31, 34, 3, 4, paint.Wood[1])
	m.Rect(13, 12, 14, 9, paint.Mix(r[3], paint.Hex("FFF6E0"), .55)) // a cushion
	m.Rect(13, 12, 14, 1, paint.Hex("FFFDF4"))
	m.Rect(13, 20, 14, 1, r[1])
	return m.Outline(.62)
}

func floorLamp() *paint.Img {
	m := paint.New(30, 66)
	m.Rect(14, 22, 2, 40, paint.Wood[1])
	m.Rect(14, 22, 1, 40, paint.Wood[3])
	m.Ellipse(15, 62, 8, 2.6, paint.Flat(paint.Wood[1]))
	for y := range 20 {
		w := 7 + y/3
		for x := -w; x < w; x++ {
			m.Set(15+x, 4+y, paint.NewRamp("F2B85A", "FFD890", "FFEBBE", "FFF7DC").Step(max(0, .9-math.Abs(float64(x+2))/16*.6-float64(y)*.006)))
		}
	}
	m.Rect(2, 23, 26, 1, paint.Hex("D8923A"))
	return m.Outline(.6)
}

// stove is a small wood stove with its fire.
func stove(f int) *paint.Img {
	m := paint.New(40, 60)
	m.Rect(17, 0, 6, 22, paint.Iron[1])
	m.Rect(17, 0, 2, 22, paint.Iron[3])
	slab(m, 5, 22, 30, 30, paint.Iron[1])
	m.Rect(3, 20, 34, 4, paint.Iron[2])
	m.Rect(3, 20, 34, 1, paint.Iron[3])
	m.Rect(9, 29, 22, 16, paint.Hex("3A1A1E"))
	for x := range 20 { // flames
		h := 5 + int(7*paint.Noise(float64(x)/2.6+float64(f)*3.1, 1, 6))
		for y := range h {
			m.Set(10+x, 44-y, paint.NewRamp("D6452F", "F2762E", "FFB347", "FFE29A").Step(1-float64(y)/float64(h)*.9-.05))
		}
	}
	m.Rect(19, 29, 2, 16, paint.Iron[0])
	m.Rect(32, 36, 2, 3, paint.Hex("FFD84D"))
	for _, x := range []int{7, 30} {
		m.Rect(x, 52, 3, 5, paint.Iron[0])
	}
	m.Ellipse(14, 17, 6, 4, paint.Flat(paint.Hex("C8503A"))) // a kettle
	m.Rect(12, 12, 4, 2, paint.Hex("8F3A2A"))
	return m.Outline(.62)
}

// plush is a soft animal that sits.
func plush(r paint.Ramp) *paint.Img {
	m := paint.New(24, 26)
	shade := func(nx, ny float64, _, _ int) paint.C { return r.Step(max(0, .75-nx*.35-ny*.3)) }
	for _, x := range []float64{7, 17} {
		m.Ellipse(x, 5, 3, 3, shade)
	}
	m.Ellipse(12, 18, 7, 6, shade)
	m.Ellipse(6, 21, 3, 2.4, shade)
	m.Ellipse(18, 21, 3, 2.4, shade)
	m.Ellipse(12, 10, 8, 7, shade)
	m.Ellipse(12, 12, 3, 2.4, paint.Flat(paint.Mix(r[2], paint.Hex("FFFFFF"), .6)))
	m.Set(9, 9, paint.Ink)
	m.Set(14, 9, paint.Ink)
	m.Rect(11, 11, 2, 1, paint.Ink)
	return m.Outline(.6)
}

func vase() *paint.Img {
	m := paint.New(24, 46)
	m.Blit(iris(3, 0, true).Lasting(), 1, -2, false)
	for y := range 12 {
		w := 3 + []int{0, 1, 2, 3, 3, 3, 3, 3, 2, 2, 1, 1}[y]
		for x := -w; x < w; x++ {
			m.Set(12+x, 31+y, paint.NewRamp("6A8FA8", "8FB4C8", "BFDCE6", "EAF6FA").Step(max(0, .8-float64(x+w)/float64(2*w)*.7)))
		}
	}
	return m.Outline(.6)
}

// toyShelf holds picture books, blocks and a small clock.
func toyShelf() *paint.Img {
	m := paint.New(64, 48)
	planks(m, 2, 6, 60, 38, 6, false, paint.Hex("FFE2AA"), .25)
	for r := range 2 {
		m.Rect(5, 10+r*17, 54, 13, paint.Mix(paint.Wood[0], paint.Ink, .2))
		under(m, 5, 10+r*17, 54, 2)
	}
	books(m, 6, 11, 26, 12, 4)
	for i, c := range paint.NewRamp("E0475A", "FFC34A", "5A9AE0", "3F9A66") {
		m.Rect(36+i*6, 18-(i%2)*4, 5, 5, c)
		m.Rect(36+i*6, 18-(i%2)*4, 5, 1, paint.Mix(c, paint.Hex("FFFFFF"), .4))
	}
	books(m, 34, 28, 24, 12, 9)
	m.Ellipse(15, 34, 6, 5.6, paint.Flat(paint.Hex("FFD890")))
	m.Ellipse(15, 34, 4.4, 4, paint.Flat(paint.Hex("FFFDF4")))
	m.Rect(15, 31, 1, 4, paint.Ink)
	m.Rect(15, 34, 3, 1, paint.Ink)
	m.Rect(2, 4, 60, 3, paint.Wood[4])
	m.Rect(2, 4, 60, 1, paint.Wood[5])
	return m.Outline(.64)
}

// hut is the consultation room from outside: a small wooden house with a round
// window.
func hut() *paint.Img {
	m := paint.New(84, 92)
	planks(m, 8, 38, 68, 50, 7, false, paint.Hex("FFE2AA"), .2)
	plinth(m, 8, 82, 68, 6)
	doorway(m, 33, 50, 20, 38)
	m.Rect(49, 70, 2, 3, paint.Hex("FFD84D"))
	for _, x := range []int{20, 66} {
		m.Ellipse(float64(x), 60, 8, 8, paint.Flat(paint.Wood[1]))
		m.Ellipse(float64(x), 60, 6, 6, paint.Flat(paint.Hex("FFE6AE")))
		m.Rect(x, 54, 1, 12, paint.Wood[1])
		m.Rect(x-6, 60, 12, 1, paint.Wood[1])
	}
	slab(m, 14, 36, 56, 12, paint.Wood[2])
	m.Rect(16, 38, 52, 8, paint.Hex("FFF6E0"))
	roof(m, 42, 10, 46, 82, 26, paint.NewRamp("3A4A40", "4F6450", "6A8060", "8CA072", "BCCB94"))
	slab(m, 60, 2, 9, 14, paint.Brick[1])
	m.Rect(59, 2, 11, 3, paint.Brick[3])
	slab(m, 14, 36, 56, 12, paint.Wood[2])
	m.Rect(16, 38, 52, 8, paint.Hex("FFF6E0"))
	return m.Outline(.68)
}

// gardenWindow is a wide window to a garden, painted on the wall above its foot.
func gardenWindow(m *paint.Img, cx, y0 int) {
	x0, w, h := cx-38, 76, 36
	m.Rect(x0-3, y0-h-3, w+6, h+6, paint.Wood[2])
	m.Rect(x0-3, y0-h-3, w+6, 1, paint.Wood[4])
	for y := range h {
		for x := range w {
			c := paint.NewRamp("BFE4F6", "D8F0FA", "EEFAFF").Pick(1-float64(y)/float64(h), .4, x, y)
			if hill := 22 - int(6*math.Sin(float64(x)/15)); y > hill {
				c = paint.Grass.Pick(.55-float64(y-hill)/40, .3, x, y).Of(paint.Turf)
			}
			m.Set(x0+x, y0-h+y, c)
		}
	}
	for i, x := range []int{10, 60} { // two small trees outside
		m.Rect(x0+x-1, y0-16, 3, 9, paint.Wood[1])
		m.Ellipse(float64(x0+x), float64(y0-20), 9, 8, func(nx, ny float64, px, py int) paint.C {
			return []paint.Ramp{paint.Leaf, paint.Cherry}[i].Pick(max(0, .6-nx*.25-ny*.3+(paint.Hash(px, py, 4)-.5)*.25), .3, px, py)
		})
	}
	for x := 0; x <= w; x += 25 {
		m.Rect(x0+x, y0-h, 2, h, paint.Wood[3])
	}
	m.Rect(x0, y0-h/2-4, w, 2, paint.Wood[3])
	for i := range 4 { // curtains
		for y := range h + 4 {
			m.Rect(x0-4+i*3, y0-h-2+y, 2+i%2, 1, []paint.C{paint.Hex("F2D2A8"), paint.Hex("FFEBCB")}[i%2])
			m.Rect(x0+w-8+i*3, y0-h-2+y, 2+i%2, 1, []paint.C{paint.Hex("F2D2A8"), paint.Hex("FFEBCB")}[i%2])
		}
	}
	m.Rect(x0-6, y0+2, w+12, 3, paint.Wood[4])
}

// softRug is a round rug in rings of warm wool.
func softRug(m *paint.Img, cx, cy int) {
	m.Ellipse(float64(cx), float64(cy), 74, 42, func(nx, ny float64, x, y int) paint.C {
		d := math.Hypot(nx, ny)
		c := []paint.C{paint.Hex("FFF0D4"), paint.Hex("F2C89A"), paint.Hex("A6D6BC"), paint.Hex("F8E0BC"), paint.Hex("E8B48A")}[min(4, int(d*5))]
		if paint.Hash(x/2, y, 3) < .3 {
			c = paint.Mix(c, paint.Hex("8F5A3A"), .10)
		}
		return c
	})
}

// hanging is a scroll with an iris, on the wall above its foot.
func hanging(m *paint.Img, cx, y0 int) {
	m.Rect(cx-9, y0-38, 18, 34, paint.Hex("C8A878"))
	m.Rect(cx-7, y0-34, 14, 26, paint.Hex("FFFDF0"))
	m.Rect(cx-11, y0-40, 22, 2, paint.Wood[1])
	m.Rect(cx-11, y0-5, 22, 2, paint.Wood[1])
	m.Blit(iris(1, 0, true).Lasting().Crop(3, 6, 16, 26), cx-8, y0-35, false)
}
