package keepsake

// grid is a code while it is drawn.
type grid struct {
	size  int
	dark  []bool
	fixed []bool // patterns and format: no data goes there, no mask touches it
}

func (g *grid) set(x, y int, dark bool) {
	if x >= 0 && y >= 0 && x < g.size && y < g.size {
		g.dark[y*g.size+x], g.fixed[y*g.size+x] = dark, true
	}
}

// draw lays the bytes out and takes the mask that disturbs a reader least.
func draw(number int, v *version, data []byte) *Code {
	g := &grid{size: 17 + 4*number}
	g.dark, g.fixed = make([]bool, g.size*g.size), make([]bool, g.size*g.size)
	g.patterns(number, v)
	g.fill(data)
	best, least := []bool(nil), 0
	for mask := range 8 {
		m := &grid{size: g.size, dark: append([]bool(nil), g.dark...), fixed: g.fixed}
		m.mask(mask)
		m.format(mask)
		if p := m.penalty(); best == nil || p < least {
			best, least = m.dark, p
		}
	}
	return &Code{Size: g.size, dark: best}
}

func (g *grid) patterns(number int, v *version) {
	for i := range g.size { // timing
		g.set(6, i, i%2 == 0)
		g.set(i, 6, i%2 == 0)
	}
	for _, c := range [][2]int{{3, 3}, {g.size - 4, 3}, {3, g.size - 4}} { // finders, with their light rims
		for y := -4; y <= 4; y++ {
			for x := -4; x <= 4; x++ {
				d := max(abs(x), abs(y))
				g.set(c[0]+x, c[1]+y, d != 2 && d != 4)
			}
		}
	}
	last := len(v.align) - 1
	for i, y := range v.align {
		for j, x := range v.align {
			if i == 0 && (j == 0 || j == last) || i == last && j == 0 {
				continue // a finder is there
			}
			for dy := -2; dy <= 2; dy++ {
				for dx := -2; dx <= 2; dx++ {
					g.set(x+dx, y+dy, max(abs(dx), abs(dy)) != 1)
				}
			}
		}
	}
	g.format(0) // keeps the place free
	if number >= 7 {
		w := number<<12 | remainder(number, 12, 0x1F25)
		for i := range 18 {
			dark := w>>i&1 == 1
			g.set(i/3, g.size-11+i%3, dark)
			g.set(g.size-11+i%3, i/3, dark)
		}
	}
}

// remainder is v·2^n modulo a generator of degree n.
func remainder(v, n, generator int) int {
	r := v << n
	for i := 2*n - 1; i >= n; i-- {
		if r>>i&1 == 1 {
			r ^= generator << (i - n)
		}
	}
	return r
}

// format writes level M and the mask, twice.
func (g *grid) format(mask int) {
	const levelM = 0
	f := levelM<<3 | mask
	f = (f<<10 | remainder(f, 10, 0x537)) ^ 0x5412
	bit := func(i int) bool { return f>>i&1 == 1 }
	for i := range 6 {
		g.set(8, i, bit(i))
		g.set(5-i, 8, bit(9+i))
	}
	g.set(8, 7, bit(6))
	g.set(8, 8, bit(7))
	g.set(7, 8, bit(8))
	for i := range 8 {
		g.set(g.size-1-i, 8, bit(i))
	}
	for i := 8; i < 15; i++ {
		g.set(8, g.size-15+i, bit(i))
	}
	g.set(8, g.size-8, true)
}

// fill lays bits out in columns of two, up and down in turn, from the right.
func (g *grid) fill(data []byte) {
	i := 0
	for right := g.size - 1; right >= 1; right -= 2 {
		if right == 6 {
			right = 5 // the timing column
		}
		for k := range g.size {
			y := k
			if (right+1)&2 == 0 {
				y = g.size - 1 - k
			}
			for _, x := range []int{right, right - 1} {
				if g.fixed[y*g.size+x] {
					continue
				}
				if i < 8*len(data) {
					g.dark[y*g.size+x] = data[i/8]>>(7-i%8)&1 == 1
					i++
				}
			}
		}
	}
}

var masks = [8]func(x, y int) bool{
	func(x, y int) bool { return (x+y)%2 == 0 },
	func(_, y int) bool { return y%2 == 0 },
	func(x, _ int) bool { return x%3 == 0 },
	func(x, y int) bool { return (x+y)%3 == 0 },
	func(x, y int) bool { return (x/3+y/2)%2 == 0 },
	func(x, y int) bool { return x*y%2+x*y%3 == 0 },
	func(x, y int) bool { return (x*y%2+x*y%3)%2 == 0 },
	func(x, y int) bool { return ((x+y)%2+x*y%3)%2 == 0 },
}

func (g *grid) mask(n int) {
	for y := range g.size {
		for x := range g.size {
			if i := y*g.size + x; !g.fixed[i] && masks[n](x, y) {
				g.dark[i] = !g.dark[i]
			}
		}
	}
}

// penalty is the standard's: long runs, squares, what looks like a finder, and
// too much of one colour.
func (g *grid) penalty() int {
	p, dark := 0, 0
	at := func(x, y int, turned bool) bool {
		if turned {
			x, y = y, x
		}
		return g.dark[y*g.size+x]
	}
	for _, turned := range []bool{false, true} {
		for y := range g.size {
			run, history := 0, 0
			for x := range g.size {
				d := at(x, y, turned)
				if x > 0 && d == at(x-1, y, turned) {
					run++
				} else {
					run = 1
				}
				switch {
				case run == 5:
					p += 3
				case run > 5:
					p++
				}
				history = history << 1 & 0x7FF
				if d {
					history |= 1
				}
				if x >= 10 && (history == 0b10111010000 || history == 0b00001011101) {
					p += 40
				}
			}
		}
	}
	for y := range g.size {
		for x := range g.size {
			d := g.dark[y*g.size+x]
			if d {
				dark++
			}
			if x > 0 && y > 0 && d == at(x-1, y, false) && d == at(x, y-1, false) && d == at(x-1, y-1, false) {
				p += 3
			}
		}
	}
	return p + abs(dark*20-len(g.dark)*10)/len(g.dark)*10
}

func abs(v int) int { return max(v, -v) }
