package figure

// things that one may carry, in the order of the look; zero is none.
const (
	_ = iota
	balloon
	lantern
	flower
	net
	book
)

// drawHeld is the thing in one's hand.
func drawHeld(m *cell, thing int, p pose) {
	x, y, ok := p.handAt()
	if !ok || thing == 0 {
		return
	}
	out := -1 // away from the body
	if p.dir == up {
		out = 1
	}
	switch thing {
	case balloon:
		drawBalloon(m, x, y, out, p)
	case lantern:
		m.rect(x+1+out, y, 1, 2, woodDark)
		m.rect(x+out*2, y+1, 3, 1, woodDark)
		lx := max(x+1+out*3, 4)
		m.ell(float64(lx)+.5, float64(y)+4.5, 3, 3.4, func(nx, ny float64, _, yy int) int {
			switch {
			case nx*nx+ny*ny < .25:
				return glowLight
			case (yy-y)%2 == 0:
				return glowDark
			}
			return glowBase
		})
		m.rect(lx-1, y+1, 3, 1, woodDark)
		m.rect(lx-1, y+8, 3, 1, woodDark)
	case flower:
		fx := max(x+1+out, 4)
		m.rect(fx, y-4, 1, 7, leafGreen)
		m.set(fx-out, y-1, leafGreen)
		m.rect(fx-2, y-6, 5, 2, irisBase)
		m.set(fx-3, y-5, irisDark)
		m.set(fx+3, y-5, irisDark)
		m.rect(fx-2, y-4, 1, 1, irisDark)
		m.rect(fx+2, y-4, 1, 1, irisDark)
		m.rect(fx-1, y-8, 3, 2, irisLight)
		m.set(fx, y-5, glowBase)
	case net:
		for i := range 18 {
			m.set(x+1+out*i/5, y+3-i, woodLight)
		}
		nx, ny := float64(x+1+out*4), float64(y-18)
		m.ell(nx+.5, max(ny, 5), 4.2, 4.2, func(dx, dy float64, xx, yy int) int {
			switch d := dx*dx + dy*dy; {
			case d > .62:
				return woodLight
			case (xx+yy)%2 == 0:
				return paper
			}
			return 0
		})
	case book:
		w, h := 6, 7
		if p.dir == left {
			w = 5
		}
		bx := x - 1
		if p.dir == up {
			bx = x - 2
		}
		m.rect(bx, y-4, w, h, held0+1)
		m.rect(bx, y-4, 1, h, held0)
		m.rect(bx+1, y-4, w-1, 1, held0+2)
		m.rect(bx+w-1, y-3, 1, h-1, paper)
		m.rect(bx+2, y-2, w-4, 1, glowLight)
	}
}

// drawBalloon ties a balloon to the hand; it stays in the cell however high
// the hand is.
func drawBalloon(m *cell, x, y, out int, p pose) {
	bx, by := float64(x+1+out*3), float64(max(y-21, 6))
	if p.dir == left {
		bx = float64(x + 12) // it is drawn after who walks
	}
	bx = min(max(bx, 5), W-6)
	for yy := y; float64(yy) > by+5; yy-- {
		t := float64(y-yy) / (float64(y) - by)
		m.set(int(float64(x+1)+(bx-float64(x+1))*t+.5), yy, paperShade)
	}
	m.ell(bx+.5, by, 4.6, 5.2, func(nx, ny float64, _, _ int) int {
		switch {
		case nx < -.25 && nx > -.6 && ny < -.1 && ny > -.6:
			return white
		case nx+ny > .6:
			return held0
		case nx+ny < -.5:
			return held0 + 2
		}
		return held0 + 1
	})
	m.rect(int(bx), int(by+5), 1, 1, held0)
}
