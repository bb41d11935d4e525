package thing

import (
	"math"

	"kakitsubata/tools/art/paint"
)

// stoneLantern is a garden lantern of stone, lit.
func stoneLantern() *paint.Img {
	m := paint.New(26, 44)
	p := func(x, y, w, h int, v float64) {
		for j := 0; j < h; j++ {
			for i := 0; i < w; i++ {
				m.Set(x+i, y+j, paint.Stone.Pick(max(0, min(.99, v-float64(i)/float64(w)*.35+(paint.Hash(x+i, y+j, 3)-.5)*.2)), .2, i, j))
			}
		}
	}
	p(6, 38, 14, 4, .6)
	p(10, 26, 6, 12, .66)
	p(6, 23, 14, 3, .8)
	p(8, 14, 10, 9, .62)
	m.Rect(10, 15, 6, 7, paint.Hex("FFD97A"))
	m.Rect(11, 16, 3, 4, paint.Hex("FFF7D6"))
	for y := 0; y < 6; y++ {
		p(11-y-1, 8+y, 6+y*2, 1, .82-float64(y)*.06)
	}
	p(11, 4, 4, 4, .85)
	return m.Outline(.68)
}

// paperLantern is a ball of paper on ribs, lit from inside.
// stone lantern and paper lantern
func paperLantern(r float64, sw paint.Ramp) *paint.Img {
	n := int(r*2) + 6
	m := paint.New(n, n+6)
	cx, cy := float64(n)/2, float64(n)/2+2
	m.Ellipse(cx, cy, r, r*1.08, func(nx, ny float64, x, y int) paint.C {
		v := 0.98 - (nx*nx*0.5+ny*ny*0.25)*0.8
		if (y-int(cy))%3 == 0 {
			v -= 0.13
		}
		return sw[max(0, min(len(sw)-1, int(v*float64(len(sw)))))]
	})
	m.Rect(int(cx-r*0.5), int(cy-r*1.08)-1, int(r)+1, 2, paint.Hex("3A2636"))
	m.Rect(int(cx-r*0.5), int(cy+r*1.08)-1, int(r)+1, 2, paint.Hex("3A2636"))
	m.Rect(int(cx), int(cy+r*1.08)+1, 1, 3, paint.Hex("D6452F"))
	return m.Outline(0.55)
}

// bonbori is a paper lantern on a post, for cherry time.
func bonbori(r paint.Ramp) *paint.Img {
	m := paint.New(20, 50)
	post(m, 9, 22, 2, 26)
	m.Rect(7, 46, 6, 2, paint.Wood[0])
	m.Blit(paperLantern(7, r), 0, 1, false)
	return m.Outline(.6)
}

// teaHouse is a small house with a thatched look, its paper doors half open.
func teaHouse() *paint.Img {
	m := paint.New(150, 112)
	plaster(m, 14, 46, 122, 54)
	for _, x := range []int{14, 44, 74, 104, 132} { // posts
		for y := 46; y < 104; y++ {
			for i := range 4 {
				m.Set(x+i, y, paint.Mix(woodAt(y, x+i, 4, false), paint.Wood[0], .3))
			}
		}
	}
	shoji := func(x, w int) {
		m.Rect(x, 54, w, 44, paint.Hex("FFF3D8"))
		for i := 0; i < w; i += 8 {
			m.Rect(x+i, 54, 1, 44, paint.Wood[2])
		}
		for y := 54; y < 98; y += 9 {
			m.Rect(x, y, w, 1, paint.Wood[2])
		}
		m.Rect(x, 86, w, 12, paint.Mix(paint.Wood[2], paint.Wood[3], .5))
		m.Rect(x, 54, 1, 44, paint.Wood[1])
		m.Rect(x+w-1, 54, 1, 44, paint.Wood[1])
	}
	shoji(18, 26)
	shoji(108, 24)
	doorway(m, 50, 54, 52, 44)
	shoji(48, 16)
	shoji(90, 14)
	m.Rect(66, 78, 20, 3, paint.Wood[2]) // a low table, a pot, a scroll
	m.Rect(72, 73, 6, 5, paint.Hex("3F5A52"))
	m.Rect(80, 75, 3, 3, paint.Hex("FFFDF4"))
	m.Rect(74, 57, 6, 12, paint.Hex("FFFDF4"))
	m.Rect(76, 59, 2, 7, paint.Iris[2])
	for i := range 4 { // noren over the way in
		m.Rect(64+i*7, 50, 6, 9, paint.Iris[1])
		m.Rect(64+i*7, 50, 1, 9, paint.Iris[2])
	}
	m.Rect(62, 49, 30, 2, paint.Wood[3])
	planks(m, 8, 98, 134, 8, 4, false, paint.Hex("FFE2AA"), .15) // veranda
	m.Rect(8, 98, 134, 1, paint.Wood[5])
	m.Rect(8, 106, 134, 3, paint.Wood[0])
	slab(m, 62, 104, 28, 6, paint.Stone[3]) // stepping stone
	roof(m, 75, 12, 84, 142, 38, paint.NewRamp("4A3B3A", "6B5348", "8A6E58", "A98C6C", "D2B88E"))
	under(m, 14, 50, 34, 5)
	under(m, 104, 50, 32, 5)
	return m.Outline(.68)
}

// teaBench is a low bench under red felt.
func teaBench() *paint.Img {
	m := paint.New(44, 20)
	m.Rect(3, 4, 38, 8, paint.Hex("D6452F"))
	m.Rect(3, 4, 38, 1, paint.Hex("F28A72"))
	m.Rect(3, 12, 38, 3, paint.Hex("A83A30"))
	for _, x := range []int{5, 36} {
		m.Rect(x, 15, 3, 3, paint.Wood[0])
	}
	return m.Outline(.62)
}

// parasol is the tea garden's big red umbrella.
func parasol() *paint.Img {
	m := paint.New(60, 66)
	post(m, 29, 20, 2, 44)
	m.Rect(25, 61, 10, 3, paint.Stone[1])
	r := paint.NewRamp("8F2D2A", "B83A30", "D6452F", "EE6A4A", "FFA07A")
	m.Ellipse(30, 22, 28, 18, func(nx, ny float64, x, y int) paint.C {
		if ny > 0.05 {
			return paint.C{}
		}
		if (x-30+int(ny*6*nx))%9 == 0 {
			return r[0]
		}
		return r.Step(max(0, min(.99, .68-nx*.34-ny*.25)))
	})
	for x := 2; x < 58; x++ {
		m.Set(x, 23, paint.Hex("FFF0D8"))
		m.Set(x, 24+x%3/2, r[0])
	}
	m.Rect(29, 2, 2, 3, paint.Hex("FFD84D"))
	return m.Outline(.64)
}

// shelter is a wooden roof on posts with a bench under it; its foot is the
// bench's front, so that who sits there is seen.
func shelter() *paint.Img {
	m := paint.New(112, 104)
	for _, x := range []int{20, 88} {
		post(m, x, 40, 4, 48)
	}
	planks(m, 24, 76, 64, 6, 3, false, paint.C{}, 0) // bench: back and seat
	planks(m, 22, 85, 68, 7, 4, false, paint.Hex("FFE2AA"), .2)
	for _, x := range []int{26, 82} {
		m.Rect(x, 92, 3, 9, paint.Wood[0])
	}
	for _, x := range []int{10, 98} {
		post(m, x, 42, 4, 58)
		slab(m, x-1, 97, 6, 5, paint.Stone[2])
	}
	under(m, 18, 44, 76, 10)
	roof(m, 56, 12, 38, 106, 32, paint.NewRamp("3A4A40", "4F6450", "6A8060", "8CA072", "BCCB94"))
	return m.Outline(.66)
}

// heron stands on one leg and turns its head.
func heron(f int) *paint.Img {
	rows := []string{
		"....kww......", "yyyywwww.....", "....kwww.....", "......ww.....", "......ww.....", ".....www.....", "....wwwwww...", "....wwwgwwg..", "....wwwwggggg", ".....wwwwgg..", "......wwg....", ".......k.....", ".......k.....", ".......k.....", ".......k.....", "......kk.....",
	}
	if f == 1 {
		rows = append([]string{"......wwk....", ".....wwwwyyyy", "......wwk...."}, rows[3:]...)
	}
	return animal(rows, map[byte]paint.C{'w': paint.Hex("F6F4FA"), 'g': paint.Hex("AEB6CC"), 'k': paint.Hex("3A4460"), 'y': paint.Hex("F0B03A")})
}

// koi swims below the surface.
func koi(f int) *paint.Img {
	m := paint.New(26, 12)
	for i := range 16 {
		y := 5 + [2]int{0, 1}[(i/5+f)&1]
		h := 4 - (i-6)*(i-6)/14
		c := paint.Hex("F2663A")
		if i > 4 && i < 9 || i == 12 {
			c = paint.Hex("FFF3E6")
		}
		m.Rect(4+i, y-h/2, 1, max(1, h), c)
	}
	m.Rect(20, 4+f, 3, 3, paint.Hex("FFB08A"))
	m.Set(5, 4+f, paint.Ink)
	return m.Outline(.62)
}

// stump is what is left of an old tree, good to sit on.
func stump() *paint.Img {
	m := paint.New(24, 20)
	for x := 3; x < 21; x++ {
		m.Rect(x, 8, 1, 9, paint.Wood.Step(max(0, .55-float64(x-3)/18*.5+(paint.Hash(x, 1, 2)-.5)*.2)))
	}
	m.Ellipse(12, 8, 9, 5, func(nx, ny float64, _, _ int) paint.C {
		d := nx*nx + ny*ny
		if int(d*6)%2 == 0 {
			return paint.Wood[4]
		}
		return paint.Wood[3]
	})
	return m.Outline(.62)
}

// snowman stands there when there is snow.
func snowman() *paint.Img {
	m := paint.New(36, 46)
	snow := paint.NewRamp("A8B8D0", "CBD8E6", "E8F0F6", "FFFFFF")
	shade := func(nx, ny float64, x, y int) paint.C {
		return snow.Pick(max(0, min(.99, .72-nx*.35-ny*.35)), .3, x, y)
	}
	m.Ellipse(18, 34, 12, 10, shade)
	m.Ellipse(18, 18, 9, 9, shade)
	m.Rect(9, 7, 18, 3, paint.Hex("D83848")) // a bucket for a hat
	for y := range 7 {
		m.Rect(11-y/4, 1+y, 14+y/4*2, 1, paint.NewRamp("A82E3E", "D83848", "F2706A").Step(.8-float64(y)*.08))
	}
	m.Rect(14, 15, 2, 3, paint.Ink)
	m.Rect(21, 15, 2, 3, paint.Ink)
	m.Rect(18, 18, 5, 2, paint.Hex("F2962E"))
	m.Rect(15, 22, 6, 1, paint.Hex("8F4A5A"))
	for y := range 4 { // a scarf in the city's violet
		m.Rect(10, 25+y, 17, 1, paint.Iris[2+y%2])
	}
	m.Rect(23, 28, 4, 9, paint.Iris[3])
	m.Set(17, 33, paint.Ink)
	m.Set(17, 38, paint.Ink)
	line(m, 7, 30, 1, 24, paint.Wood[1])
	line(m, 29, 30, 34, 23, paint.Wood[1])
	return m.Outline(.64)
}

// sunflowers are as tall as a child.
func sunflowers(f int) *paint.Img {
	m := paint.New(56, 50)
	for i, x := range []int{8, 20, 32, 44} {
		top := 10 + i%2*5
		sway := (i + f) % 2
		for y := top; y < 47; y++ {
			m.Rect(x+sway*(47-y)/40, y, 2, 1, paint.Leaf[3-y%2])
		}
		for _, l := range [][2]int{{-6, 28}, {4, 33}, {-5, 39}} {
			m.Ellipse(float64(x+l[0]+2), float64(l[1]), 4, 2.2, paint.Flat(paint.Leaf[3]))
		}
		m.Ellipse(float64(x+1+sway), float64(top), 7.5, 7.5, func(nx, ny float64, _, _ int) paint.C {
			a := math.Atan2(ny, nx) * 7 / math.Pi
			if d := math.Hypot(nx, ny); d > .6 && a-math.Floor(a) < .3 {
				return paint.C{}
			}
			return paint.NewRamp("D8921E", "F0B82E", "FFDC5A").Step(.75 - nx*.3 - ny*.3)
		})
		m.Ellipse(float64(x+1+sway), float64(top), 3.4, 3.4, func(nx, ny float64, px, py int) paint.C {
			return paint.NewRamp("4A2E2B", "6E4433", "94603F").Pick(.5-nx*.2-ny*.2, .6, px, py)
		})
	}
	return m.Outline(.58).Lasting()
}
