package main

import (
	"kakitsubata/protocol/id"
	"kakitsubata/tools/art/figure"
	"kakitsubata/tools/art/paint"
	"kakitsubata/tools/art/thing"
)

// The pictures of the cards that a child is shown before it comes in, one below
// the other: who watches, what is never asked, what is kept, that one may leave,
// and the entrance card of paper.
const cardW, cardH = 112, 68

const (
	columnDown  = 0 // of the looks' sheet
	columnWave  = 14
	columnThink = 26
	rowSpeaks   = 8 // of the listener's
)

func cards(kinds map[string]thing.Thing) *paint.Img {
	scenes := []func(*paint.Img, map[string]thing.Thing){watches, asks, keeps, leaves, paper}
	all := paint.New(cardW, cardH*len(scenes))
	for i, scene := range scenes {
		m := lawn(i)
		scene(m, kinds)
		all.Blit(m, 0, i*cardH, false)
	}
	return all
}

// The child of the pictures, and the grown-up: by the same steps as all figures.
var (
	cardChild = id.NewLook(0, 1, 2, 0, 2, 0)
	cardAdult = id.NewLook(1, 0, 0, 1, 3, 0)
)

// lawn is a quiet piece of grass with a path through it.
func lawn(seed int) *paint.Img {
	m := paint.New(cardW, cardH)
	for y := range cardH {
		for x := range cardW {
			v := .45 + .3*paint.Fbm(float64(x)/23, float64(y)/17, 40+seed)
			c := paint.Grass.Pick(v, .2, x, y)
			edge := 3 * paint.Fbm(float64(x)/9, 0, 50+seed)
			switch top, low := 47+edge, 63+edge; {
			case float64(y) >= top && float64(y) < low:
				c = paint.Sand.Pick(.5+.3*paint.Fbm(float64(x)/11, float64(y)/7, 60+seed), .2, x, y)
			case float64(y) >= top-1 && float64(y) < top:
				c = paint.Grass[0]
			}
			m.Set(x, y, c)
		}
	}
	return m
}

// stand sets a picture with its foot at (x, y), and a shadow under it.
func stand(m, s *paint.Img, footX, footY, x, y int, round float64, flip bool) {
	m.Shadow(float64(x), float64(y)-1, round, 3, .8)
	m.Blit(s, x-footX, y-footY, flip)
}

func person(m *paint.Img, look id.Look, column, x, y int) {
	stand(m, figure.Compose(look, column), figure.FootX, figure.FootY, x, y, 9, false)
}

// grownUp is a figure with a longer coat and longer legs.
func grownUp(m *paint.Img, column, x, y int) {
	s := figure.Compose(cardAdult, column)
	const coat, legs, more = 27, 34, 4
	tall := paint.New(s.W, s.H+2*more)
	for j := range tall.H {
		from := j
		switch {
		case j >= legs+2*more:
			from = j - 2*more
		case j >= legs+more:
			from = legs
		case j >= coat+more:
			from = j - more
		case j >= coat:
			from = coat
		}
		for i := range s.W {
			tall.Set(i, j, s.At(i, from))
		}
	}
	// The band on the arm says that it is on duty.
	for i := range 4 {
		for j := range 4 {
			if at := tall.At(21+i, 27+j); at.A != 0 {
				tall.Set(21+i, 27+j, paint.Mix(paint.Hex("FFD84D"), at, .15))
			}
		}
	}
	stand(m, tall, figure.FootX, figure.FootY+2*more, x, y, 10, false)
}

// bubble is an empty speech bubble of (w, h) whose tail points down at (x, y).
func bubble(m *paint.Img, listener bool, x0, y0, w, h, x, y int) {
	frame, tail := thing.Bubble(listener)
	const corner = 6
	at := func(i, n int) int {
		switch {
		case i < corner:
			return i
		case i >= n-corner:
			return 18 - (n - i)
		}
		return corner + (i-corner)%(18-2*corner)
	}
	for j := range h {
		for i := range w {
			if c := frame.At(at(i, w), at(j, h)); c.A != 0 {
				m.Set(x0+i, y0+j, c)
			}
		}
	}
	m.Blit(tail, x, y, false)
}

// watches: it is evening, and the lamp is lit because somebody is there.
func watches(m *paint.Img, _ map[string]thing.Thing) {
	for i := range m.P {
		m.Mul(i%cardW, i/cardW, [3]float64{.72, .66, .92}, 1)
	}
	person(m, cardChild, columnWave, 26, 58)
	grownUp(m, columnDown, 86, 60)
	// The bulb of the page's own lamp, on a post.
	m.Shadow(56, 59, 8, 3, .8)
	post := paint.New(12, 32)
	post.Rect(4, 0, 4, 28, paint.Iron[1])
	post.Rect(4, 0, 1, 28, paint.Iron[3])
	post.Rect(2, 28, 8, 2, paint.Iron[1])
	m.Blit(post.Outline(.7), 50, 29, false)
	m.Glow(56, 20, 44, paint.Hex("FFC46A"), .75)
	bulb := paint.New(28, 28)
	bulb.Ellipse(14, 14, 12, 12, func(nx, ny float64, x, y int) paint.C {
		return paint.Lantern[2:].Pick(.45-.5*(nx*.5+ny*.7), .25, x, y)
	})
	m.Blit(bulb.Outline(.55), 42, 6, false)
}

// asks: the listener speaks of a name tag, crossed out.
func asks(m *paint.Img, _ map[string]thing.Thing) {
	stand(m, figure.Listener(rowSpeaks, 0), figure.ListenerFootX, figure.ListenerFootY, 26, 60, 9, false)
	bubble(m, true, 44, 8, 60, 38, 48, 45)
	tag := paint.New(40, 26)
	tag.Rect(1, 1, 38, 24, paint.Hex("FFFDF7"))
	tag.Rect(1, 1, 38, 6, paint.Iris[2])
	tag.Rect(16, 2, 8, 2, paint.Iris[0])
	tag.Ellipse(10, 13, 4, 4, paint.Flat(paint.Hex("EFB68D")))
	tag.Ellipse(10, 22, 6, 4, paint.Flat(paint.Iris[3]))
	tag.Rect(19, 12, 16, 2, paint.Stone[3])
	tag.Rect(19, 17, 12, 2, paint.Stone[3])
	m.Blit(tag.Outline(.8), 54, 14, false)
	cross := paint.New(28, 28)
	for i := 3; i < 24; i++ {
		cross.Rect(i, i, 3, 3, paint.Hex("E8641E"))
		cross.Rect(26-i-1, i, 3, 3, paint.Hex("E8641E"))
	}
	m.Blit(cross.Outline(.75), 60, 13, false)
}

// keeps: ordinary words blow away, one with a tear is read by a grown-up.
func keeps(m *paint.Img, _ map[string]thing.Thing) {
	person(m, cardChild, columnThink, 20, 60)
	grownUp(m, columnDown, 92, 60)
	// What is not kept fades away.
	for n, b := range [][4]int{{6, 3, 22, 14}, {31, 1, 14, 10}} {
		fade(m, b[0], b[1], b[2], b[3], .55-.2*float64(n))
	}
	bubble(m, false, 37, 17, 38, 29, 40, 45)
	drop := paint.New(16, 20)
	for y := 2; y < 18; y++ {
		half := min(y-1, 11) / 2
		if y > 12 {
			half = max(0, []int{5, 5, 5, 4, 3, 1}[min(5, y-12)])
		}
		for x := 8 - half; x < 8+half; x++ {
			m := paint.Water.Pick(.75-.04*float64(x)-.01*float64(y), .2, x, y)
			drop.Set(x, y, m)
		}
	}
	drop.Set(5, 12, paint.Hex("FFFFFF"))
	drop.Set(5, 13, paint.Hex("FFFFFF"))
	m.Blit(drop.Outline(.6), 48, 21, false)
}

// fade draws a bubble that is about to be gone: one can see through it.
func fade(m *paint.Img, x0, y0, w, h int, k float64) {
	for j := range h {
		for i := range w {
			sides := min(i, w-1-i) + min(j, h-1-j)
			if sides < 2 {
				continue
			}
			rim := sides == 2 || i == 0 || j == 0 || i == w-1 || j == h-1
			dot := j == h/2 && (i == w/2 || i == w/2-4 || i == w/2+4)
			switch {
			case dot:
				m.Over(x0+i, y0+j, paint.Ink, k)
			case !rim:
				m.Over(x0+i, y0+j, paint.Hex("FFFDF7"), k)
			case (i+j)%3 != 0:
				m.Over(x0+i, y0+j, paint.Hex("FFFDF7"), min(1, k+.4))
			}
		}
	}
}

// leaves: the gate is open, and the child waves on its way.
func leaves(m *paint.Img, kinds map[string]thing.Thing) {
	gate := kinds["gate"]
	m.Blit(gate.Frames[0], 78-gate.FootX, 62-gate.FootY, false)
	for _, l := range gate.Lights {
		m.Glow(float64(78+l.DX), float64(62+l.DY), float64(l.R), paint.Hex(l.Colour), .5)
	}
	for n := range 2 {
		for i := range 5 {
			far := abs(i - 2)
			m.Rect(41+n*6-far, 52+i, 2, 1, paint.Hex("FFFDF7"))
		}
	}
	person(m, cardChild, columnWave, 24, 60)
}

func abs(i int) int { return max(i, -i) }

// paper: the card that the school handed out lies on a desk.
func paper(m *paint.Img, _ map[string]thing.Thing) {
	for y := range cardH {
		for x := range cardW {
			m.Set(x, y, thing.Plank(x, y, 12, false))
		}
	}
	c := paint.New(82, 50)
	c.Rect(1, 1, 80, 48, paint.Hex("FFFDF7"))
	c.Rect(1, 1, 80, 9, paint.Iris[2])
	c.Rect(1, 9, 80, 1, paint.Iris[1])
	c.Rect(1, 47, 80, 2, paint.Hex("E9E1CF"))
	c.Blit(thing.Badge(), 6, 13, false)
	for i := range 3 {
		for j := range 4 {
			c.Rect(44+j*8, 16+i*10, 5, 6, paint.Mix(paint.Ink, paint.Hex("FFFDF7"), .25*paint.Hash(i, j, 7)))
		}
	}
	card := c.Outline(.8)
	for y := range card.H {
		for x := range card.W {
			if card.At(x, y).A != 0 {
				m.Mul(16+x, 12+y, paint.ShadowTint, .8)
			}
		}
	}
	m.Blit(card, 14, 9, false)
}
