package figure

import (
	"math"
)

// W and H are the size of a cell, FootX and FootY where its feet stand.
const (
	W, H         = 32, 42
	FootX, FootY = 16, 39
)

// directions that are drawn; right is left mirrored.
const (
	down = iota
	left
	up
)

// hair styles, in the order of the look
const (
	short = iota
	curly
	bun
	pony
	twin
	long
)

// dresses
const (
	tee = iota
	hoodie
	gown
	overall
	happi
	sailor
)

// hats
const (
	_ = iota
	cap_
	strawHat
	hachimaki
	beret
)

// arms that are not at the side
const (
	armsDown  = iota
	armWave   // one hand up, out
	armWave2  // one hand up, in
	armsCheer // both up
	armsCheer2
	armsJump   // both out
	armThink   // a hand at the chin
	armsDance  // one up, one out
	armsDance2 // the other way round
	armsClap   // before the chest, apart
	armsClap2  // and together
)

// faces that are not the calm one
const (
	faceCalm = iota
	faceLaugh
	faceAwe
	facePonder
)

// pose is one frame.
type pose struct {
	dir    int
	step   int // -1, 0, 1
	shut   bool
	sit    bool
	arms   int
	breath int // 1: chest and head a pixel lower
	squash bool
	face   int
}

// a cell holds one part of one frame as slots.
type cell struct{ p [W * H]uint8 }

func (m *cell) set(x, y, s int) {
	if x >= 0 && y >= 0 && x < W && y < H {
		m.p[y*W+x] = uint8(s)
	}
}

func (m *cell) rect(x, y, w, h, s int) {
	for j := y; j < y+h; j++ {
		for i := x; i < x+w; i++ {
			m.set(i, j, s)
		}
	}
}

// ell fills an ellipse with the slot that f gives; zero leaves a pixel alone.
func (m *cell) ell(cx, cy, rx, ry float64, f func(nx, ny float64, x, y int) int) {
	for y := int(cy - ry - 1); y <= int(cy+ry+1); y++ {
		for x := int(cx - rx - 1); x <= int(cx+rx+1); x++ {
			nx, ny := (float64(x)+0.5-cx)/rx, (float64(y)+0.5-cy)/ry
			if nx*nx+ny*ny > 1 {
				continue
			}
			if s := f(nx, ny, x, y); s != 0 {
				m.set(x, y, s)
			}
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func clampInt(lo, hi, v int) int { return max(lo, min(hi, v)) }

// lift is how far head and body move down from the standing pose.
func (p pose) lift() int {
	y := p.breath
	if p.step != 0 {
		y--
	}
	if p.sit {
		y += 3
	}
	if p.arms == armsCheer2 || p.arms == armsJump {
		y--
	}
	if p.squash {
		y += 2
	}
	return y
}

// handAt is where the hand is that may carry a thing, and false when both are
// busy before the chest.
func (p pose) handAt() (x, y int, ok bool) {
	y0 := p.lift()
	switch {
	case p.arms == armsClap || p.arms == armsClap2:
		return 0, 0, false
	case p.arms == armsCheer:
		return 4, 16 + y0, true
	case p.arms == armsCheer2:
		return 2, 16 + y0, true
	case p.arms == armsJump || p.arms == armsDance2:
		return 3, 25 + y0, true
	case p.arms == armsDance:
		return 4, 17 + y0, true
	case p.sit && p.dir == left:
		return 11, 30 + y0, true
	case p.sit:
		return 9, 31 + y0, true
	case p.dir == left:
		return 14 - p.step*3, 31 + y0, true
	case p.dir == up:
		return 22, 31 + y0 - b2i(p.step < 0), true
	}
	return 8, 31 + y0 - b2i(p.step > 0), true
}

func hairShade(nx, ny float64, x, _ int) int {
	if ny > -0.50 && ny < -0.22 && math.Abs(nx+0.1) < 0.62 && x%5 != 2 {
		return hair0 + 3
	}
	l := 0.66 - nx*0.26 - ny*0.42 + 0.10*math.Sin(float64(x)*1.9+ny*2)
	return hair0 + clampInt(0, 2, int(l*3.2))
}

// drawBack is the hair behind the body.
func drawBack(m *cell, style int, p pose) {
	if p.dir == up {
		return
	}
	side := p.dir == left
	fy, st := float64(p.lift()), float64(p.step)
	tail := func(cx, cy, rx, ry float64) { m.ell(cx, cy, rx, ry, hairShade) }
	switch style {
	case long:
		m.ell(16, 20+fy, 9.5, 12, func(nx, _ float64, _, _ int) int { return hair0 + clampInt(0, 1, int((0.6-nx*0.4)*2)) })
	case pony:
		if side {
			tail(25, 17+fy-st, 3.2, 7)
			tail(24, 11+fy, 3, 3)
		} else {
			tail(24, 11+fy, 4, 4.5)
		}
	case twin:
		if side {
			tail(22, 21+fy, 3.4, 7)
		} else {
			tail(6, 20+fy+st*.6, 3.2, 6.6)
			tail(26, 20+fy-st*.6, 3.2, 6.6)
		}
	}
}

// drawBody is legs, clothes and arms.
func drawBody(m *cell, dress int, p pose) {
	drawLegs(m, dress, p)
	drawClothes(m, dress, p)
	y0 := p.lift()
	arm := func(x, y, dx int) {
		bare := dress == tee || dress == gown
		for i := range 7 {
			xx := x + dx*i/6
			s, l := top0+2, top0+3
			if bare && i > 3 {
				s, l = skin0+1, skin0+2
			}
			m.rect(xx, y+i, 3, 1, s)
			m.set(xx, y+i, l)
		}
		m.rect(x+dx, y+7, 3, 2, skin0+1)
	}
	switch {
	case p.sit && p.dir == left:
		arm(14, 24+y0, -2)
	case p.sit:
		arm(9, 24+y0, 1)
		arm(20, 24+y0, -1)
	case p.dir == left:
		arm(15, 24+y0, -p.step*3)
	case p.arms == armWave || p.arms == armWave2 || p.arms == armThink:
		arm(8, 24+y0, 0)
	case p.arms != armsDown:
	default:
		arm(9, 24+y0-b2i(p.step > 0), -1)
		arm(20, 24+y0-b2i(p.step < 0), 1)
	}
}

func drawLegs(m *cell, dress int, p pose) {
	leg := func(x, top, bot, w int, back bool) {
		b := b2i(!back)
		for y := top; y <= bot; y++ {
			s := low0 + b
			if dress == gown || dress == sailor || (y > bot-2 && dress != overall && dress != hoodie) {
				s = skin0 + b
			}
			m.rect(x, y, w, 1, s)
		}
		m.rect(x-1, bot+1, w+1, 2, shoe0+b)
		m.rect(x-1, bot+2, w+1, 1, shoe0)
		if !back {
			m.set(x, bot+1, shoe0+2)
		}
	}
	thigh := low0 + 1
	if dress == gown || dress == sailor {
		thigh = skin0 + 1
	}
	y0 := p.lift()
	switch {
	case p.sit && p.dir == left:
		m.rect(9, 34, 8, 3, thigh)
		m.rect(9, 36, 8, 1, thigh-1)
		m.rect(9, 37, 3, 1, skin0+1)
		m.rect(8, 38, 4, 2, shoe0+1)
		m.rect(8, 39, 4, 1, shoe0)
		m.set(9, 38, shoe0+2)
	case p.sit && p.dir == up:
		m.rect(11, 35, 10, 2, thigh-1)
	case p.sit:
		for _, x := range []int{11, 17} {
			m.rect(x, 35, 4, 2, thigh)
			m.rect(x, 37, 4, 3, shoe0+1)
			m.rect(x, 39, 4, 1, shoe0)
			m.rect(x, 37, 3, 1, shoe0+2)
		}
	case p.dir == left && p.step == 0:
		leg(16, 32, 36, 3, true)
		leg(14, 32, 36, 3, false)
	case p.dir == left:
		leg(16-p.step*3+1, 32, 35, 3, p.step > 0)
		leg(14+p.step*3-1, 32, 36-b2i(p.step > 0), 3, p.step < 0)
	default:
		leg(12, 32+y0, 36-2*b2i(p.step > 0), 3, false)
		leg(17, 32+y0, 36-2*b2i(p.step < 0), 3, false)
	}
}

func drawClothes(m *cell, dress int, p pose) {
	side, back := p.dir == left, p.dir == up
	y0 := p.lift()
	top, bot := 22+y0, 33+y0
	for y := top; y <= bot; y++ {
		t := float64(y-top) / float64(bot-top)
		hw := 4.6 + t*1.0
		switch {
		case (dress == gown || dress == sailor) && t > 0.5:
			hw += (t - 0.5) * 5
		case dress == happi:
			hw += 0.6
		}
		if side {
			hw -= 0.9
		}
		if p.squash {
			hw += 0.8
		}
		for x := int(16 - hw); x < int(16+hw+0.5); x++ {
			nx := (float64(x) + .5 - 16) / hw
			v := 2
			if nx > 0.45 {
				v = 1
			} else if nx < -0.5 {
				v = 3
			}
			if t > 0.85 {
				v = max(0, v-1)
			}
			m.set(x, y, clothesAt(dress, p, nx, t, v, x, y, top, bot))
		}
	}
	switch {
	case dress == sailor && !back:
		m.rect(15, top+3, 2, 3, scarf)
		m.set(14, top+4, scarf)
		m.set(17, top+4, scarfDark)
	case dress == overall && !back && !side:
		m.set(13, top+4, button)
		m.set(18, top+4, button)
	case dress == hoodie:
		m.rect(12, top, 8, 1, top0+3)
		if !back && !side {
			m.rect(14, top+2, 1, 2, white)
			m.rect(18, top+2, 1, 2, white)
		}
	}
}

// clothesAt is the slot of a pixel of the clothes: nx of -1 to 1 across, t of
// 0 to 1 down, v the light.
func clothesAt(dress int, p pose, nx, t float64, v, x, y, top, bot int) int {
	back := p.dir == up
	s := top0 + v
	low := low0 + clampInt(0, 2, v-1)
	edge := trim + b2i(v < 2)
	ax := math.Abs(nx)
	switch dress {
	case tee:
		switch {
		case t > 0.72:
			return low
		case y == top+4 || y == top+6:
			return edge
		}
	case hoodie:
		switch {
		case t > 0.72:
			return low
		case !back && y > top+4 && y < top+8 && ax < 0.55:
			return top0 + max(0, v-1)
		}
	case overall:
		if t > 0.62 || t > 0.40 && ax < 0.78 || math.Abs(ax-0.55) < 0.16 {
			return low
		}
	case gown:
		switch {
		case y == bot-1:
			return trim
		case y == top+5:
			return trimShade
		case t > 0.5 && (x*7+(y-top)*5)%11 == 0:
			return trim
		}
	case sailor:
		switch {
		case t > 0.48 && x%3 == 0:
			return low0
		case t > 0.48:
			return low
		case t < 0.28 && y == top+2:
			return white
		case t < 0.28:
			return trim
		}
	case happi:
		switch {
		case t > 0.86:
			return low
		case y == bot-3:
			return trim
		case back && ax < 0.5 && t > 0.2 && t < 0.62:
			return trim
		case !back && ax < 0.20:
			return paper
		case !back && ax < 0.42:
			return trim
		}
	}
	return s
}

// drawHead is head and face.
func drawHead(m *cell, _ int, p pose) {
	side, back := p.dir == left, p.dir == up
	hy := p.lift()
	rx := 8.0
	if side {
		rx = 7.6
	}
	if p.squash {
		rx += 0.6
	}
	if !back && !side {
		m.rect(7, 15+hy, 2, 3, skin0)
		m.rect(23, 15+hy, 2, 3, skin0)
	}
	m.ell(16, 15+float64(hy), rx, 7.6, func(nx, ny float64, _, _ int) int {
		switch {
		case ny > 0.72 || nx > 0.78:
			return skin0
		case nx < -0.3 && ny > 0 && ny < 0.5:
			return skin0 + 2
		}
		return skin0 + 1
	})
	eye := func(x int) {
		switch {
		case p.face == faceLaugh: // two small hills
			m.rect(x, 15+hy, 2, 1, eyeDark)
			m.set(x-1, 16+hy, eyeDark)
			m.set(x+2, 16+hy, eyeDark)
			return
		case p.shut:
			m.rect(x, 17+hy, 2, 1, eyeDark)
			return
		case p.face == facePonder: // it looks up
			m.rect(x, 13+hy, 2, 1, eyeBright)
			m.rect(x, 14+hy, 2, 3, eyeDark)
			m.set(x+1, 14+hy, white)
			return
		}
		m.rect(x, 14+hy, 2, 3, eyeDark)
		m.rect(x, 17+hy, 2, 1, eyeBright)
		m.set(x, 15+hy, white)
	}
	switch {
	case back:
	case side:
		eye(10)
		m.rect(11, 18+hy, 3, 1, cheek)
		m.rect(9, 19+hy, 2, 1, mouth)
		m.rect(17, 15+hy, 2, 3, skin0)
	default:
		eye(12)
		eye(18)
		m.rect(10, 18+hy, 2, 1, cheek)
		m.rect(20, 18+hy, 2, 1, cheek)
		switch {
		case p.face == faceAwe:
			m.rect(15, 19+hy, 2, 3, mouth)
			m.rect(15, 20+hy, 2, 1, tongue)
		case p.face == facePonder:
			m.rect(15, 20+hy, 2, 1, mouth)
		default:
			m.set(14, 19+hy, mouth)
			m.set(17, 19+hy, mouth)
			m.rect(15, 20+hy, 2, 1, mouth)
			if p.arms != armsDown || p.face == faceLaugh {
				m.rect(15, 19+hy, 2, 1, white)
				m.rect(15, 20+hy, 2, 1, tongue)
			}
			if p.face == faceLaugh {
				m.rect(14, 19+hy, 4, 1, mouth)
				m.rect(14, 20+hy, 4, 1, tongue)
				m.rect(15, 21+hy, 2, 1, mouth)
			}
		}
	}
}

// drawFront is what comes before the face: raised hands.
func drawFront(m *cell, dress int, p pose) {
	y0 := p.lift()
	bare := dress == tee || dress == gown
	raised := func(x, dx, tip int) { // shoulder at x, going out by dx
		for i := range 7 {
			s := top0 + 2
			if bare && i > 3 {
				s = skin0 + 1
			}
			m.rect(x+dx*i/3, 24+y0-i, 3, 1, s)
		}
		m.rect(tip, 15+y0, 3, 3, skin0+1)
		m.set(tip, 15+y0, skin0+2)
	}
	// out stretches an arm to a side, rising by dy in all.
	out := func(x, dx, dy int) {
		for i := range 6 {
			s := top0 + 2
			if bare && i > 2 {
				s = skin0 + 1
			}
			m.rect(x+dx*i, 25+y0-dy*i/5, 1, 3, s)
		}
		m.rect(x+dx*6-b2i(dx < 0), 25+y0-dy, 2, 3, skin0+1)
	}
	// bent brings an arm before the chest, its hand at (hx, hy).
	bent := func(x, hx, hy int) {
		for i := range 4 {
			m.rect(x, 24+y0+i, 3, 1, top0+2)
		}
		at := min(x, hx)
		m.rect(at, 28+y0, max(x, hx)-at+2, 2, top0+1)
		m.rect(hx, hy+y0, 3, 3, skin0+1)
		m.set(hx, hy+y0, skin0+2)
	}
	switch p.arms {
	case armsJump:
		out(22, 1, 3)
		out(9, -1, 3)
	case armsDance:
		raised(7, -1, 4)
		out(22, 1, 1)
	case armsDance2:
		raised(22, 1, 25)
		out(9, -1, 1)
	case armsClap:
		bent(9, 11, 26)
		bent(20, 18, 26)
	case armsClap2:
		bent(9, 13, 26)
		bent(20, 16, 26)
	case armThink:
		bent(20, 17, 21)
	case armWave:
		raised(22, 1, 24)
	case armWave2:
		raised(22, 2, 27)
	case armsCheer:
		raised(22, 1, 25)
		raised(7, -1, 4)
	case armsCheer2:
		raised(22, 2, 27)
		raised(7, -2, 2)
	}
}

// drawHat is the hat, over all but raised hands.
func drawHat(m *cell, hat int, p pose) {
	side, back := p.dir == left, p.dir == up
	hy := p.lift()
	f := float64(hy)
	shade := func(nx, ny float64, _, _ int) int { return hat0 + clampInt(0, 3, int((0.62-nx*0.3-ny*0.4)*4)) }
	switch hat {
	case cap_:
		m.ell(16, 10.5+f, 9, 7, func(nx, ny float64, x, y int) int {
			if ny > 0.05 {
				return 0
			}
			return shade(nx, ny, x, y)
		})
		m.rect(8, 10+hy, 17, 1, hat0)
		switch {
		case side:
			m.rect(4, 11+hy, 10, 2, hat0+1)
			m.rect(4, 11+hy, 10, 1, hat0+2)
		case !back:
			m.rect(8, 11+hy, 16, 2, hat0+1)
			m.rect(9, 11+hy, 14, 1, hat0+3)
			m.rect(15, 6+hy, 3, 3, paper)
		}
		m.set(16, 3+hy, hat0+3)
	case strawHat:
		m.ell(16, 11+f, 13, 3.6, shade)
		m.ell(16, 8.5+f, 8, 6, func(nx, ny float64, x, y int) int {
			switch {
			case ny > 0.5:
				return 0
			case (x+y)%3 == 0:
				return max(hat0, shade(nx, ny, x, y)-1)
			}
			return shade(nx, ny, x, y)
		})
		m.rect(9, 9+hy, 14, 2, scarf)
	case hachimaki:
		m.rect(8, 10+hy, 17, 2, paper)
		m.rect(8, 11+hy, 17, 1, paperShade)
		if !back {
			m.rect(15-b2i(side)*4, 10+hy, 2, 2, scarf)
		}
		if side || back {
			m.rect(24, 9+hy, 3, 2, paper)
			m.rect(25, 11+hy, 2, 2, paperShade)
		}
	case beret:
		m.ell(15, 7.5+f, 9.5, 4.6, shade)
		m.set(15, 2+hy, hat0)
		m.set(15, 3+hy, hat0+1)
	}
}
