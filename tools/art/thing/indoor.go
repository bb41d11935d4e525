package thing

import (
	"math"

	"kakitsubata/tools/art/paint"
)

var spines = paint.NewRamp("C0467A", "E89A2A", "3F7A5E", "5870D8", "EDE6DC", "8F2D3F", "2FA39A", "B98250", "6C50D2")

// books fills a shelf's row: spines of several heights, one or two leaning.
func books(m *paint.Img, x, y, w, h, seed int) {
	for i := 0; i < w; {
		bw := 2 + int(paint.Hash(x+i, y, seed)*3)
		bh := h - int(paint.Hash(x+i, y, seed+1)*4)
		if paint.Hash(x+i, y, seed+2) < .10 {
			i += bw
			continue
		}
		bw = min(bw, w-i)
		c := spines[int(paint.Hash(x+i, y, seed+3)*float64(len(spines)))]
		c = paint.Mix(c, paint.Hex("FFE8C0"), .12)
		m.Rect(x+i, y+h-bh, bw, bh, c)
		m.Rect(x+i, y+h-bh, 1, bh, paint.Mix(c, paint.Hex("FFFFFF"), .3))
		m.Rect(x+i+bw-1, y+h-bh, 1, bh, paint.Mix(c, paint.Ink, .35))
		if bw > 2 {
			m.Rect(x+i, y+h-bh+2, bw-1, 1, paint.Mix(c, paint.Hex("FFF7D6"), .6))
		}
		i += bw
	}
}

// shelf is a book shelf of rows boards, w pixels wide.
func shelf(w, rows, seed int) *paint.Img {
	h := rows*14 + 10
	m := paint.New(w+2, h+2)
	planks(m, 1, 1, w, h, 5, false, paint.Wood[0], .15)
	for r := range rows {
		y := 6 + r*14
		m.Rect(4, y, w-6, 12, paint.Mix(paint.Wood[0], paint.Ink, .35))
		books(m, 5, y+1, w-8, 11, seed+r*7)
		under(m, 4, y, w-6, 2)
		m.Rect(3, y+12, w-4, 2, paint.Wood[3])
		m.Rect(3, y+13, w-4, 1, paint.Wood[1])
	}
	m.Rect(1, 1, w, 3, paint.Wood[4])
	m.Rect(1, 1, w, 1, paint.Wood[5])
	m.Rect(1, 1, 2, h, paint.Wood[3])
	m.Rect(w-1, 1, 2, h, paint.Wood[1])
	m.Rect(1, h-2, w, 3, paint.Wood[0])
	return m.Outline(.66)
}

// desk is a long table: a top seen from above, a front below. lamps are set on
// it; books lie open where there is room.
func desk(w int, lamps bool, seed int) *paint.Img {
	m := paint.New(w+2, 58)
	const top = 20
	for y := range 22 {
		for i := range w {
			c := woodAt(i, y+1, 11, false)
			m.Set(1+i, top+y, paint.Mix(c, paint.Hex("FFE2AA"), .34))
		}
	}
	m.Rect(1, top, w, 1, paint.Wood[5])
	m.Rect(1, top+22, w, 2, paint.Wood[2])
	planks(m, 3, top+24, w-4, 7, 7, false, paint.Wood[0], .35)
	for _, x := range []int{3, w - 5} {
		m.Rect(x, top+24, 4, 12, paint.Wood[1])
		m.Rect(x, top+24, 1, 12, paint.Wood[3])
	}
	for i := range w / 40 {
		x := 14 + i*40 + int(paint.Hash(i, seed, 1)*6)
		y := top + 5 + int(paint.Hash(i, seed, 2)*6)
		switch int(paint.Hash(i, seed, 3) * 4) {
		case 0: // an open book
			m.Rect(x, y, 14, 8, paint.Hex("FFFDF4"))
			m.Rect(x+7, y, 1, 8, paint.Hex("C3B8C8"))
			for k := 1; k < 7; k += 2 {
				m.Rect(x+1, y+k, 5, 1, paint.Hex("B9AFC4"))
				m.Rect(x+8, y+k, 5, 1, paint.Hex("B9AFC4"))
			}
			m.Rect(x, y+8, 14, 1, paint.Hex("C0467A"))
		case 1: // a pile
			for k := range 3 {
				c := spines[(i+k+seed)%len(spines)]
				m.Rect(x+k%2, y+6-k*3, 12, 3, c)
				m.Rect(x+k%2, y+6-k*3, 12, 1, paint.Mix(c, paint.Hex("FFFFFF"), .35))
			}
		case 2: // paper and a pencil
			m.Rect(x, y, 10, 9, paint.Hex("FFFDF4"))
			m.Rect(x+2, y+2, 6, 1, paint.Hex("B9AFC4"))
			m.Rect(x+2, y+4, 5, 1, paint.Hex("B9AFC4"))
			m.Rect(x+12, y+2, 1, 7, paint.Hex("E89A2A"))
			m.Set(x+12, y+1, paint.Ink)
		}
	}
	if lamps {
		for x := 28; x < w; x += 40 {
			m.Rect(x-3, top+12, 7, 2, paint.Iron[1])
			m.Rect(x, top-2, 1, 14, paint.Iron[2])
			for k := range 5 {
				m.Rect(x-3-k/2, top-8+k, 7+k/2*2, 1, []paint.C{paint.Hex("4FA38A"), paint.Hex("3F8F78"), paint.Hex("2F7A66"), paint.Hex("2F7A66"), paint.Hex("FFE9A0")}[k])
			}
		}
	}
	return m.Outline(.64)
}

// ladder leans on a tall shelf.
func ladder() *paint.Img {
	m := paint.New(24, 70)
	for y := 2; y < 68; y++ {
		x := 3 + (68-y)/16
		m.Rect(x, y, 2, 1, paint.Wood[3])
		m.Rect(x+14, y, 2, 1, paint.Wood[2])
		if y%9 == 4 {
			m.Rect(x+2, y, 12, 2, paint.Wood[4])
			m.Rect(x+2, y+1, 12, 1, paint.Wood[2])
		}
	}
	return m.Outline(.6)
}

// stool is a round seat.
func stool() *paint.Img {
	m := paint.New(18, 18)
	m.Rect(3, 8, 2, 8, paint.Wood[1])
	m.Rect(13, 8, 2, 8, paint.Wood[1])
	m.Rect(8, 9, 2, 7, paint.Wood[0])
	m.Ellipse(9, 7, 7.5, 4.6, paint.Flat(paint.Wood[2]))
	m.Ellipse(9, 5.6, 7.5, 4.4, func(nx, ny float64, _, _ int) paint.C {
		return paint.NewRamp("1F7A78", "2FA39A", "4CC7B4", "8BE6CF").Step(max(0, min(.99, .6-nx*.3-ny*.3)))
	})
	return m.Outline(.62)
}

// sofa is soft, for two; seen from the front.
func sofa(r paint.Ramp) *paint.Img {
	m := paint.New(68, 38)
	block := func(x, y, w, h int, v float64) {
		for j := range h {
			for i := range w {
				if (i == 0 || i == w-1) && (j == 0 || j == h-1) {
					continue
				}
				m.Set(x+i, y+j, r.Pick(max(0, min(.99, v-float64(i)/float64(w)*.2-float64(j)/float64(h)*.25)), .2, x+i, y+j))
			}
		}
	}
	block(5, 3, 58, 18, .78)
	m.Rect(33, 5, 1, 14, r[0])
	block(8, 17, 52, 9, .98)
	m.Rect(33, 17, 1, 9, r[1])
	block(6, 25, 56, 8, .45)
	block(2, 11, 8, 22, .85)
	block(58, 11, 8, 22, .65)
	m.Rect(5, 33, 4, 3, paint.Wood[0])
	m.Rect(59, 33, 4, 3, paint.Wood[0])
	for y := range 9 { // a cushion
		m.Rect(14+y/5, 9+y, 11, 1, paint.Mix(paint.Hex("FFD84D"), paint.Hex("F09A2C"), float64(y)/9))
	}
	return m.Outline(.62)
}

// lowTable is round, with a pot of tea.
func lowTable() *paint.Img {
	m := paint.New(48, 32)
	m.Rect(10, 18, 3, 12, paint.Wood[0])
	m.Rect(35, 18, 3, 12, paint.Wood[0])
	m.Ellipse(24, 17, 22, 9, paint.Flat(paint.Wood[1]))
	m.Ellipse(24, 14, 22, 9, func(nx, ny float64, x, y int) paint.C {
		return paint.Mix(woodAt(x, y, 8, false), paint.Hex("FFE2AA"), .3)
	})
	m.Rect(20, 6, 9, 7, paint.Hex("3F6B5A"))
	m.Rect(20, 6, 3, 6, paint.Hex("66A880"))
	m.Rect(22, 4, 5, 2, paint.Hex("2F5A4A"))
	m.Rect(29, 8, 3, 2, paint.Hex("3F6B5A"))
	for _, x := range []int{11, 34} {
		m.Rect(x, 13, 5, 4, paint.Hex("FFFDF4"))
		m.Rect(x, 13, 5, 1, paint.Hex("8CC85A"))
	}
	return m.Outline(.62)
}

// pot is a leafy plant in a pot.
func pot(seed int) *paint.Img {
	m := paint.New(30, 46)
	var cs []cl
	for i := range 7 {
		a := float64(i) / 7 * 2 * math.Pi
		cs = append(cs, ball(15+math.Cos(a)*7, 16+math.Sin(a)*7, 5+paint.Hash(i, seed, 3)*2, math.Sin(a)))
	}
	cs = append(cs, ball(14, 11, 5.5, 3))
	m.Rect(14, 22, 2, 10, paint.Wood[1])
	crown(m, cs, paint.Leaf, seed, 1)
	for y := range 13 {
		in := y / 4
		for x := 7 + in; x < 23-in; x++ {
			m.Set(x, 31+y, paint.NewRamp("8A4A3A", "B0605A", "CC7E66", "E6A07C").Step(max(0, .85-float64(x-7)/16*.7)))
		}
	}
	m.Rect(6, 30, 18, 3, paint.Hex("E6A07C"))
	m.Rect(6, 32, 18, 1, paint.Hex("B0605A"))
	return m.Outline(.62).Lasting()
}

// counter is the librarian's desk with a bell, books to return and a small
// iris in a glass.
func counter() *paint.Img {
	m := paint.New(98, 50)
	for y := range 14 {
		for x := range 96 {
			m.Set(1+x, 14+y, paint.Mix(woodAt(x, y+1, 14, false), paint.Hex("FFE2AA"), .28))
		}
	}
	m.Rect(1, 14, 96, 1, paint.Wood[5])
	planks(m, 3, 28, 92, 20, 23, true, paint.Wood[1], .2)
	m.Rect(1, 28, 96, 2, paint.Wood[1])
	m.Rect(3, 45, 92, 3, paint.Wood[0])
	for x := 8; x < 90; x += 22 {
		m.Rect(x, 33, 16, 9, paint.Mix(paint.Wood[2], paint.Wood[1], .5))
		m.Rect(x, 33, 16, 1, paint.Wood[0])
	}
	for k := range 4 {
		c := spines[(k*3+1)%len(spines)]
		m.Rect(10+k%2, 19-k*3, 14, 3, c)
		m.Rect(10+k%2, 19-k*3, 14, 1, paint.Mix(c, paint.Hex("FFFFFF"), .35))
	}
	m.Rect(46, 18, 7, 3, paint.Hex("FFD84D"))
	m.Rect(47, 16, 5, 2, paint.Hex("FFE9A0"))
	m.Set(49, 15, paint.Hex("B87A1E"))
	m.Rect(76, 12, 5, 9, paint.Hex("BFE4FF"))
	m.Rect(78, 4, 1, 10, paint.Leaf[2])
	m.Rect(76, 1, 5, 3, paint.Iris[3])
	m.Rect(75, 3, 3, 2, paint.Iris[2])
	m.Rect(79, 3, 3, 2, paint.Iris[2])
	m.Set(78, 3, paint.Hex("FFD84D"))
	return m.Outline(.64)
}

// globe stands on a foot.
func globe() *paint.Img {
	m := paint.New(24, 36)
	m.Rect(11, 22, 2, 9, paint.Wood[1])
	m.Rect(6, 31, 12, 3, paint.Wood[2])
	m.Ellipse(12, 12, 9, 9, func(nx, ny float64, x, y int) paint.C {
		v := max(0, min(.99, .7-nx*.35-ny*.35))
		if paint.Noise(float64(x)/4, float64(y)/4, 12) > .55 {
			return paint.Grass.Step(v * .8)
		}
		return paint.Water.Step(v)
	})
	return m.Outline(.64)
}

// cart carries books that come back.
func cart() *paint.Img {
	m := paint.New(36, 36)
	planks(m, 2, 6, 32, 24, 8, false, paint.Wood[0], .1)
	for _, y := range []int{7, 19} {
		m.Rect(4, y, 28, 10, paint.Mix(paint.Wood[0], paint.Ink, .3))
		books(m, 5, y, 26, 10, y)
	}
	m.Rect(2, 29, 32, 2, paint.Wood[3])
	for _, x := range []int{5, 28} {
		m.Rect(x, 31, 4, 3, paint.Iron[0])
	}
	return m.Outline(.64)
}

// doorFrame is a way out: posts, a beam and a short iris-coloured curtain.
func doorFrame() *paint.Img {
	m := paint.New(68, 62)
	for _, x := range []int{3, 59} {
		for y := 8; y < 60; y++ {
			for i := range 6 {
				m.Set(x+i, y, woodAt(y, x+i, 6, false))
			}
		}
		m.Rect(x, 8, 1, 52, paint.Wood[4])
	}
	planks(m, 1, 4, 66, 8, 8, false, paint.Hex("FFE2AA"), .1)
	m.Rect(1, 4, 66, 1, paint.Wood[5])
	for i := range 5 {
		x := 10 + i*10
		for y := 12; y < 26; y++ {
			for k := range 9 {
				v := 1.0
				if k == 0 {
					v = 2
				}
				if k > 6 {
					v = 0
				}
				m.Set(x+k, y, paint.Iris[int(v)])
			}
		}
		if i == 1 || i == 3 {
			m.Rect(x+3, 16, 3, 1, paint.Hex("FFFDF0"))
			m.Rect(x+2, 18, 5, 2, paint.Hex("FFFDF0"))
			m.Rect(x+4, 15, 1, 7, paint.Hex("FFFDF0"))
			m.Set(x+4, 18, paint.Hex("FFD84D"))
		}
	}
	under(m, 10, 12, 48, 3)
	return m.Outline(.66)
}

// quietSign is a small standing card: a moon and a closed mouth, no words.
func quietSign() *paint.Img {
	m := paint.New(24, 34)
	post(m, 11, 18, 2, 13)
	m.Rect(6, 30, 12, 2, paint.Wood[0])
	slab(m, 2, 2, 20, 17, paint.Hex("FFF6E2"))
	m.Ellipse(12, 10, 6, 6, paint.Flat(paint.Hex("FFD84D")))
	m.Ellipse(14.5, 9, 5, 5.4, paint.Flat(paint.Hex("FFF6E2")))
	m.Rect(14, 5, 3, 1, paint.Iris[2])
	m.Set(15, 6, paint.Iris[2])
	m.Rect(14, 7, 3, 1, paint.Iris[2])
	return m.Outline(.62)
}

// flat things: painted into the ground

// window is set into an inner wall; its sill's middle is at (x, y).
func window(m *paint.Img, x, y int) {
	const w, h = 34, 38
	x0, y0 := x-w/2, y-h
	m.Rect(x0-3, y0-3, w+6, h+6, paint.Wood[1])
	m.Rect(x0-3, y0-3, w+6, 1, paint.Wood[4])
	for j := range h {
		for i := range w {
			c := paint.Mix(paint.Hex("BFE3F2"), paint.Hex("F2FBFC"), float64(j)/h)
			if t := 20 - int(5*paint.Noise(float64(x0+i)/7, 2, 9)); j > t {
				c = paint.Grass.Pick(.5+float64(j-t)/20, .4, i, j)
			}
			if d := (i + j) % 30; d < 4 {
				c = paint.Mix(c, paint.Hex("FFFFFF"), .45)
			}
			m.Set(x0+i, y0+j, c)
		}
	}
	m.Rect(x-1, y0, 2, h, paint.Wood[2])
	m.Rect(x0, y0+h/2, w, 2, paint.Wood[2])
	m.Rect(x0-5, y, w+10, 4, paint.Wood[3])
	m.Rect(x0-5, y, w+10, 1, paint.Wood[5])
	for _, s := range []int{-1, 1} { // curtains
		for i := range 7 {
			for j := range h + 3 {
				if j > h-8 && i > 4 {
					continue
				}
				c := paint.Plaster[3-i%3/2]
				xx := x + s*(w/2+2-i)
				m.Set(xx, y0-2+j, paint.Mix(c, paint.Hex("FFE9C0"), .3))
			}
		}
	}
}

// sunbeam is a window's light on the floor.
func sunbeam(m *paint.Img, x, y int) {
	for j := range 74 {
		for i := range 36 {
			if i == 17 || i == 18 || j/2 == 17 {
				continue
			}
			xx := x - 18 + i + j/3
			k := .62 * (1 - float64(j)/100)
			if i == 0 || i == 35 {
				k *= .5
			}
			m.Screen(xx, y+j, paint.Hex("FFD890"), k)
		}
	}
}

// stainedWindow is the library's round iris window, in an inner wall.
func stainedWindow(m *paint.Img, x, y int) {
	m.Ellipse(float64(x), float64(y-17), 19, 19, paint.Flat(paint.Wood[1]))
	m.Ellipse(float64(x), float64(y-17), 17.5, 17.5, paint.Flat(paint.Wood[3]))
	s := paint.New(28, 28)
	stained(s, 14, 14, 11)
	m.Ellipse(float64(x), float64(y-17), 15.5, 15.5, func(nx, ny float64, _, _ int) paint.C {
		a := int(math.Floor((math.Atan2(ny, nx) + math.Pi) * 6 / math.Pi))
		return paint.NewRamp("E9D8FF", "BFE4FF", "FFE9A0", "C8F0C8", "FFD0DE", "D6CAF6")[a%6]
	})
	m.Blit(s, x-14, y-31, false)
}

// stainedBeam is that window's light on the floor: many colours.
func stainedBeam(m *paint.Img, x, y int) {
	cs := paint.NewRamp("C6B4FF", "7FC8FF", "FFD84D", "8CE0A0", "FF9CC2")
	m.Ellipse(float64(x)+14, float64(y)+26, 24, 17, func(nx, ny float64, px, py int) paint.C {
		a := int(math.Floor((math.Atan2(ny, nx) + math.Pi) * 5 / math.Pi))
		m.Screen(px, py, cs[a%5], .42*(1-.4*(nx*nx+ny*ny)))
		return paint.C{}
	})
}

// wallClock hangs on an inner wall.
func wallClock(m *paint.Img, x, y int) {
	m.Ellipse(float64(x), float64(y-12), 11, 11, paint.Flat(paint.Wood[1]))
	m.Ellipse(float64(x), float64(y-12), 9, 9, paint.Flat(paint.Hex("FFFDF4")))
	m.Rect(x, y-18, 1, 7, paint.Ink)
	m.Rect(x-4, y-12, 5, 1, paint.Ink)
	m.Set(x, y-12, paint.Hex("E2476B"))
}

// poster hangs on an inner wall: a pond and irises, no words.
func poster(m *paint.Img, x, y int) {
	m.Rect(x-12, y-28, 24, 28, paint.Hex("FFFDF4"))
	m.Rect(x-10, y-26, 20, 14, paint.Hex("F7B58C"))
	m.Rect(x-10, y-20, 20, 8, paint.Hex("8478CC"))
	for i := range 4 {
		m.Rect(x-8+i*5, y-19, 1, 7, paint.Leaf[2])
		m.Rect(x-9+i*5, y-21+i%2, 3, 2, paint.Iris[1])
	}
	for i := range 3 {
		m.Rect(x-8, y-9+i*3, 16-i*3, 1, paint.Hex("B9AFC4"))
	}
	m.Rect(x-12, y, 24, 1, paint.Hex("8A7A80"))
}

// rug is an oval carpet.
func rug(m *paint.Img, x, y int) {
	r := paint.NewRamp("4C36A8", "6C50D2", "9478EE", "C6B4FF")
	m.Ellipse(float64(x), float64(y), 66, 38, func(nx, ny float64, px, py int) paint.C {
		d := math.Hypot(nx, ny)
		k := []int{1, 2, 1, 3, 1}[min(4, int(d*5))]
		if d > .93 {
			return r[0]
		}
		c := r[k]
		if (px+py)%2 == 0 {
			c = paint.Mix(c, r[0], .14)
		}
		return paint.Mix(c, paint.Hex("E9B8A0"), .42)
	})
}

// zabuton is a cushion on tatami.
func zabuton(m *paint.Img, x, y int) {
	for j := range 14 {
		for i := range 20 {
			if (i == 0 || i == 19) && (j == 0 || j == 13) {
				continue
			}
			c := paint.NewRamp("3C4FB0", "5870D8", "7F97F2").Pick(max(0, .9-float64(i)/20*.5-float64(j)/14*.4), .3, i, j)
			m.Set(x-10+i, y-8+j, c)
		}
	}
	m.Rect(x-10, y+5, 20, 2, paint.Hex("2E3F90"))
	m.Rect(x-1, y-2, 2, 2, paint.Hex("FFD84D"))
}

// mat lies before a door.
func mat(m *paint.Img, x, y int) {
	for j := range 18 {
		for i := range 48 {
			c := paint.Mix(paint.Hex("B0605A"), paint.Hex("8C4A4A"), float64((i/2+j)&1)*.5)
			if i < 2 || i > 45 || j < 2 || j > 15 {
				c = paint.Hex("F4D08E")
			}
			m.Set(x-24+i, y-9+j, c)
		}
	}
}
