package figure

import "math"

// hem is how low the hair hangs at the side of the head, by style.
var hem = [...]float64{short: 17, curly: 20, bun: 16.5, pony: 17, twin: 17.5, long: 22}

// drawHair is the hair over the head.
func drawHair(m *cell, style int, p pose) {
	side, back := p.dir == left, p.dir == up
	hy := p.lift()
	fy := float64(hy)
	rx, ry, cy := 9.0, 8.4, 13.4+fy
	low := hem[style] + fy
	m.ell(16, cy+1.4, rx, ry+2.6, func(nx, _ float64, x, y int) int {
		yy := float64(y) + .5
		top := (yy - cy) / ry
		if top < -1 || top < 0 && math.Hypot(nx, top) > 1 {
			return 0
		}
		bare := false
		switch {
		case back:
			bare = yy > max(low, 20.6+fy)
		case side: // looking left: the face is on the left
			bang := 12.5 + fy + [3]float64{0, 1.4, .4}[x%3]
			bare = x < 13 && yy > bang ||
				x >= 13 && x < 16 && yy > 15.5+fy ||
				x >= 16 && x < 18 && yy > 15+fy && yy < 18+fy || // the ear
				x < 18 && yy > min(low, 18.5+fy) ||
				yy > max(low, 20.4+fy)
		default:
			// A clear brow: hair that touches the eyes looks angry.
			fringe := 12.4 + fy + [4]float64{1.6, .4, 0, 1}[(x+1)%4]
			switch style {
			case short:
				fringe -= 1.3
			case bun, pony:
				fringe = 11.2 + fy + math.Abs(float64(x)-18)*0.35
			}
			bare = x > 9 && x < 22 && yy > fringe || yy > low
		}
		if bare {
			return 0
		}
		return hairShade(nx, top, x, y)
	})
	switch style {
	case short:
		for i, d := range [][2]int{{12, 4}, {15, 3}, {19, 4}, {22, 6}} {
			m.rect(d[0], d[1]+hy, 2, 2, hair0+1+i%2)
			m.set(d[0]+1-i%2, d[1]-1+hy, hair0+2)
		}
	case curly:
		for i := range 9 {
			a := math.Pi*float64(i)/8 + math.Pi
			m.ell(16+math.Cos(a)*8.2, 12+fy+math.Sin(a)*7, 3.1, 3.0, hairShade)
		}
		if side {
			m.ell(22, 16+fy, 4, 4.4, hairShade)
		} else {
			m.ell(7.6, 16+fy, 2.8, 3.4, hairShade)
			m.ell(24.4, 16+fy, 2.8, 3.4, hairShade)
		}
	case bun:
		m.ell(16+float64(b2i(side))*4, 4.6+fy, 4.2, 3.8, hairShade)
		m.rect(13+b2i(side)*4, 7+hy, 6, 1, tiePink)
	case pony:
		switch {
		case back:
			m.ell(16, 17+fy, 3.4, 8, hairShade)
			m.rect(14, 10+hy, 4, 2, tieGold)
		case side:
			m.rect(22, 10+hy, 2, 3, tieGold)
		default:
			m.rect(21, 9+hy, 2, 2, tieGold)
		}
	case twin:
		if back {
			m.ell(6, 20+fy, 3.2, 6.6, hairShade)
			m.ell(26, 20+fy, 3.2, 6.6, hairShade)
		}
		if side {
			m.rect(20, 14+hy, 3, 2, tiePink)
		} else {
			m.rect(7, 13+hy, 2, 3, tiePink)
			m.rect(23, 13+hy, 2, 3, tiePink)
		}
	case long:
		switch {
		case back:
			m.ell(16, 19+fy, 9.2, 11, hairShade)
		case side:
			m.ell(21, 20+fy, 4.4, 10, hairShade)
		default:
			m.rect(7, 16+hy, 2, 11, hair0+2)
			m.rect(23, 16+hy, 2, 11, hair0+1)
		}
	}
}
