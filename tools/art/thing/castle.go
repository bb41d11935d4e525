package thing

import "kakitsubata/tools/art/paint"

// turret is a two-storey corner tower on its stone base.
func turret() *paint.Img {
	m := paint.New(128, 156)
	stoneWall(m, 12, 98, 104, 56, 9)
	// lower storey
	plaster(m, 26, 72, 76, 28)
	for y := 90; y < 100; y++ {
		for x := 26; x < 102; x++ {
			m.Set(x, y, paint.Mix(woodAt(x, y, 5, false), paint.Roof[0], 0.55))
		}
	}
	for _, x := range []int{36, 58, 80} {
		m.Rect(x, 78, 12, 10, paint.Roof[0])
		for i := 1; i < 12; i += 3 {
			m.Rect(x+i, 79, 1, 8, paint.Plaster[1])
		}
		m.Rect(x-1, 88, 14, 1, paint.Plaster[0])
	}
	roof(m, 64, 54, 62, 104, 24, paint.Roof)
	plaster(m, 38, 34, 52, 22)
	for _, x := range []int{46, 70} {
		m.Rect(x, 40, 12, 9, paint.Roof[0])
		for i := 1; i < 12; i += 3 {
			m.Rect(x+i, 41, 1, 7, paint.Plaster[1])
		}
	}
	roof(m, 64, 12, 34, 78, 25, paint.Roof)
	// gable
	for y := 0; y < 13; y++ {
		for x := -y; x <= y; x++ {
			c := paint.Plaster[2]
			if x == -y || x == y || y == 12 {
				c = paint.Roof[0]
			} else if x >= y-1 || x <= -y+1 {
				c = paint.Roof[3]
			}
			m.Set(64+x, 58+y, c)
		}
	}
	m.Rect(63, 64, 3, 4, paint.Hex("F2CF72"))
	return m.Outline(0.72)
}

// castleWall is a piece of the castle's wall, n times 48 px long: stones below,
// plaster with loopholes above, tiles on top.
func castleWall(n int) *paint.Img {
	w := 48 * n
	m := paint.New(w+2, 84)
	stoneWall(m, 1, 36, w, 46, 0)
	plaster(m, 1, 13, w, 24)
	for i := range n * 2 {
		x := 13 + i*24
		if i%2 == 0 {
			m.Rect(x-2, 20, 4, 8, paint.Ink)
			continue
		}
		for k := range 6 {
			m.Rect(x-k, 21+k, 2*k+1, 1, paint.Ink)
		}
	}
	m.Rect(1, 35, w, 2, paint.Mix(paint.Wood[0], paint.Roof[0], .5))
	tiles(m, 1, 3, w, 12)
	return m.Outline(.7)
}

// tiles is a row of kawara tiles seen from the front.
func tiles(m *paint.Img, x, y, w, h int) {
	for j := range h {
		for i := range w {
			v := [4]float64{0.72, 0.55, 0.38, 0.16}[i&3] + .1 - float64(j)*.02
			if j == 0 {
				v = .95
			}
			if j >= h-2 {
				v = .05
				if j == h-2 && i&3 < 2 {
					v = .7
				}
			}
			m.Set(x+i, y+j, paint.Roof.Pick(max(0, v), .2, i, j))
		}
	}
}

// castleGate is the gate in the wall: two thick posts, a tiled roof, doors open.
func castleGate() *paint.Img {
	m := paint.New(112, 104)
	for _, x := range []int{2, 90} { // stones at both sides
		stoneWall(m, x, 56, 20, 46, 0)
		plaster(m, x, 34, 20, 23)
	}
	for _, x := range []int{20, 82} { // posts
		for y := 36; y < 102; y++ {
			for i := range 10 {
				m.Set(x+i, y, paint.Mix(woodAt(y, x+i, 10, false), paint.Wood[0], .25))
			}
		}
		m.Rect(x, 36, 1, 66, paint.Wood[4])
		slab(m, x-1, 97, 12, 5, paint.Stone[3])
	}
	for i, x := range []int{30, 72} { // doors, folded back
		for y := 46; y < 100; y++ {
			for k := range 10 {
				m.Set(x+k, y, paint.Mix(woodAt(y, x+k, 5, false), paint.Roof[0], .35))
			}
		}
		for y := 52; y < 96; y += 12 {
			m.Rect(x, y, 10, 2, paint.Iron[1])
			m.Rect(x+2+i*5, y, 1, 1, paint.Iron[3])
		}
	}
	planks(m, 16, 36, 80, 9, 9, false, paint.Wood[0], .2)
	m.Rect(16, 36, 80, 1, paint.Wood[4])
	for i := range 12 { // crest of an iris on the beam
		m.Set(56+[...]int{0, 0, 0, -2, -1, 1, 2, -3, 3, 0, -1, 1}[i], 40+[...]int{-2, -1, 0, -1, 0, 0, -1, 1, 1, 1, 1, 1}[i], paint.Hex("F2CF72"))
	}
	under(m, 20, 45, 72, 5)
	roof(m, 56, 10, 78, 106, 27, paint.Roof)
	return m.Outline(.7)
}
