package figure

import (
	"math"

	"kakitsubata/tools/art/paint"
)

// ListenerW and ListenerH are the size of a cell of the listener's sheet;
// ListenerFootX and ListenerFootY where it stands.
const (
	ListenerW, ListenerH         = 40, 48
	ListenerFootX, ListenerFootY = 20, 45
)

// mood is a row of the listener's sheet.
type mood struct {
	dir                   int
	listens, rests, waves bool
	thinks, speaks        bool
}

const right = up + 1 // only the listener is drawn to the right: its flower is lit from the left

var moods = [...]mood{
	{dir: down}, {dir: left}, {dir: right}, {dir: up},
	{dir: down, listens: true}, {dir: down, rests: true}, {dir: down, waves: true},
	{dir: down, thinks: true}, {dir: down, speaks: true},
}

// ListenerSheet is ゆらり in all its moods, four frames each.
func ListenerSheet() *paint.Img {
	m := paint.New(4*ListenerW, len(moods)*ListenerH)
	for r, md := range moods {
		for f := range 4 {
			m.Blit(listener(md, f), f*ListenerW, r*ListenerH, false)
		}
	}
	return m
}

// Listener is one frame of a row of the sheet.
func Listener(row, frame int) *paint.Img { return listener(moods[row], frame) }

// listener draws a small spirit under an iris flower. Its two sword leaves are
// its ears: they lift when it listens.
func listener(md mood, frame int) *paint.Img {
	dir := md.dir
	m := paint.New(ListenerW, ListenerH)
	bob := [4]int{0, -1, -1, 0}[frame&3]
	f := float64(bob)
	sway := [4]float64{-0.6, 0, 0.6, 0}[frame&3]
	cream := paint.NewRamp("C9B8D8", "E6DAEC", "FBF4F6", "FFFFFF")
	lr := paint.NewRamp("1E5148", "2F7A50", "4FA055", "86C766", "C4EA86")
	// leaf ears
	ear := func(sx float64) {
		lift := 0.0
		if md.listens {
			lift = 7
		}
		for i := 0.0; i < 15; i++ {
			t := i / 14
			x := 20 + sx*(8+t*9-t*t*lift*0.35)
			y := 22 + f - t*(4+lift) + t*t*(5-lift*0.4)
			w := 2.6 * (1 - t*t)
			for j := -w; j <= w; j++ {
				k := 2
				if j > w*0.3 {
					k = 1
				} else if j < -w*0.3 {
					k = 3
				}
				m.Set(int(x), int(y+j), lr[k])
			}
		}
	}
	ear(-1)
	ear(1)
	// gown of petals, and a small cape of three leaves over it
	gown := paint.NewRamp("8E7CC8", "B3A2E4", "D6CAF6", "EFE8FF")
	for y := 30; y <= 44; y++ {
		t := float64(y-30) / 14
		hw := 5.0 + t*4.6
		for x := int(20 - hw); float64(x) < 20+hw; x++ {
			nx := (float64(x) + .5 - 20) / hw
			hem := 43.5 - 2.2*math.Abs(math.Sin(nx*math.Pi*1.5+1.57)) // three scallops
			if float64(y) > hem+f*0.3 {
				continue
			}
			v := 0.74 - nx*0.34 - t*0.22
			if float64(y) > hem-1 {
				v = 0.98
			}
			m.Set(x, y, gown[max(0, min(3, int(v*4)))])
		}
	}
	for i, a := range []float64{-5.5, 5.5, 0} { // cape leaves
		for y := 0.0; y < 9-math.Abs(a)*0.1; y++ {
			t := y / 9
			w := 3.4 * math.Sin(math.Pi*(0.25+t*0.75))
			for x := -w; x <= w; x++ {
				k := 2
				if x > w*0.35 || i == 1 {
					k = 1
				}
				if x < -w*0.4 {
					k = 3
				}
				if math.Abs(x) < 0.5 {
					k = 4
				}
				m.Set(int(20+a*(0.75+t*0.45)+x), int(30+y+f), lr[k])
			}
		}
	}
	// feet
	m.Rect(15, 44, 4, 2, cream[1])
	m.Rect(22, 44, 4, 2, cream[1])
	// small hands
	if dir != up {
		hyy := 34 + bob
		switch {
		case md.listens:
			m.Rect(16, hyy-1, 3, 3, cream[2])
			m.Rect(21, hyy-1, 3, 3, cream[1])
		case md.thinks:
			m.Rect(11, hyy+1, 3, 3, cream[2])
			m.Rect(22, hyy-4, 3, 3, cream[2])
		case md.speaks: // an open hand
			m.Rect(11, hyy+1, 3, 3, cream[2])
			m.Rect(27, hyy-1-frame&1, 4, 2, cream[2])
			m.Rect(27, hyy+1-frame&1, 3, 1, cream[1])
		default:
			m.Rect(11, hyy+1, 3, 3, cream[2])
			if md.waves { // a leaf of its cape goes up with the hand
				m.Rect(30, hyy-5-frame&1, 3, 6+frame&1, lr[2])
				m.Rect(31+frame&1*2, hyy-8-frame&1, 3, 3, cream[2])
			} else {
				m.Rect(26, hyy+1, 3, 3, cream[1])
			}
		}
		m.Rect(18, 31+bob, 4, 3, paint.Hex("FFD84D")) // golden bell
		m.Set(18, 31+bob, paint.Hex("FFF3B0"))
		m.Rect(19, 34+bob, 2, 1, paint.Hex("B87A1E"))
	}
	// head
	m.Ellipse(20, 23+f, 10.4, 8.8, func(nx, ny float64, x, y int) paint.C {
		return cream[max(0, min(3, int((0.78-nx*0.22-ny*0.34)*4)))]
	})
	ox := 0
	switch dir {
	case left:
		ox = -4
	case right:
		ox = 4
	}
	if dir != up {
		e := paint.Hex("3B2A6A")
		if md.rests {
			m.Rect(14+ox, 25+bob, 3, 1, e)
			m.Rect(23+ox, 25+bob, 3, 1, e)
		} else {
			for _, x := range []int{14, 23} {
				if md.thinks {
					m.Rect(x+ox, 21+bob, 3, 4, e)
					m.Rect(x+ox, 21+bob, 3, 1, paint.Hex("6C50D2"))
					m.Set(x+ox+1, 22+bob, paint.Hex("FFFFFF"))
					continue
				}
				m.Rect(x+ox, 22+bob, 3, 4, e)
				m.Rect(x+ox, 25+bob, 3, 1, paint.Hex("6C50D2"))
				m.Set(x+ox, 22+bob, paint.Hex("FFFFFF"))
				m.Set(x+ox, 23+bob, paint.Hex("FFFFFF"))
				m.Set(x+ox+2, 25+bob, paint.Hex("C6B4FF"))
			}
		}
		m.Rect(11+ox/2, 27+bob, 3, 1, paint.Hex("F7A8C0"))
		m.Rect(26+ox/2, 27+bob, 3, 1, paint.Hex("F7A8C0"))
		if md.speaks && frame&1 == 1 {
			m.Rect(19+ox, 28+bob, 2, 1, paint.Hex("8A4A7A"))
			m.Rect(18+ox, 29+bob, 4, 1, paint.Hex("D8708E"))
			m.Rect(19+ox, 30+bob, 2, 1, paint.Hex("8A4A7A"))
		}
		m.Set(18+ox, 28+bob, paint.Hex("8A4A7A"))
		m.Set(19+ox, 29+bob, paint.Hex("8A4A7A"))
		m.Set(20+ox, 29+bob, paint.Hex("8A4A7A"))
		m.Set(21+ox, 28+bob, paint.Hex("8A4A7A"))
	}
	// flower: falls droop over the brow, standards stand up
	petal := func(cx, cy, rx, ry, rot float64, stripe bool, dark float64) {
		for y := int(cy - 12); y <= int(cy+12); y++ {
			for x := int(cx - 12); x <= int(cx+12); x++ {
				dx, dy := float64(x)+.5-cx, float64(y)+.5-cy
				u, v := dx*math.Cos(rot)+dy*math.Sin(rot), -dx*math.Sin(rot)+dy*math.Cos(rot)
				nx, ny := u/rx, v/ry
				d := nx*nx + ny*ny
				if d > 1 {
					continue
				}
				l := 0.66 - dx/14*0.5 - dy/14*0.5 - dark
				if d > 0.72 {
					l += 0.14
				}
				c := paint.Iris[max(0, min(4, int(l*5)))]
				if stripe && math.Abs(nx) < 0.22 && ny > -0.75 && ny < 0.45 {
					c = paint.Hex("FFFDF0")
					if math.Abs(nx) < 0.10 && ny < 0.2 {
						c = paint.Hex("FFD84D")
					}
				}
				m.Set(x, y, c)
			}
		}
	}
	s := sway
	petal(20+s, 7+f, 3.6, 7.2, 0, false, 0.18)
	petal(15+s, 9+f, 3.4, 7.6, -0.42, false, 0)
	petal(25+s, 9+f, 3.4, 7.6, 0.42, false, 0.10)
	petal(10.5, 17.5+f, 3.9, 7.2, 0.95, true, 0)
	petal(29.5, 17.5+f, 3.9, 7.2, -0.95, true, 0.10)
	if dir == up {
		petal(20, 20+f, 5, 8, 0, true, 0.05)
	} else {
		petal(20+float64(ox)*0.5, 15.6+f, 4.6, 5.8, 0, true, -0.02)
	}
	if md.thinks { // three petals drift about its head
		for i := range 3 {
			a := float64(i)*2*math.Pi/3 + float64(frame&3)*math.Pi/6
			x, y := int(19+17*math.Cos(a)), int(12+f+11*math.Sin(a))
			m.Rect(x, y, 3, 2, paint.Hex("FDDCE5"))
			m.Set(x, y, paint.Hex("FFF3F5"))
			m.Set(x+2, y+1, paint.Hex("E993B1"))
		}
	}
	return m.Outline(0.66)
}
