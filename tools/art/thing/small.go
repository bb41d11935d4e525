package thing

import (
	"math"

	"kakitsubata/tools/art/paint"
)

func sparrow(f int) *paint.Img {
	r := []string{".bb....", "bbeb...", "ybbbbd.", ".wwbbdd", ".wwwbd.", "..y.y.."}
	switch f {
	case 1:
		r = []string{".......", ".bbbbd.", "bebbddd", "ybwwbd.", ".wwww..", "..y.y.."}
	case 2:
		r = []string{"...dd..", "bb.bd..", "ebbbb..", ".wwbbdd", "..ww...", "......."}
	case 3:
		r = []string{".......", "bb.....", "ebbbb..", ".wwbbdd", "..wbd..", "...dd.."}
	}
	return animal(r, map[byte]paint.C{'b': paint.Hex("A86B45"), 'd': paint.Hex("6E4433"), 'e': paint.Hex("2B2345"), 'w': paint.Hex("F4E4D0"), 'y': paint.Hex("E8A23A")})
}

// animal draws rows of letters and outlines them.
func animal(rows []string, pal map[byte]paint.C) *paint.Img {
	return paint.Rows(rows, pal).Outline(.62)
}

var iconInk = map[byte]paint.C{
	'r': paint.Hex("E2476B"), 'R': paint.Hex("B8325A"), 'p': paint.Hex("FF9CB4"), 'o': paint.Hex("F09A2C"), 'O': paint.Hex("C96A1E"),
	'b': paint.Hex("5870D8"), 'B': paint.Hex("3C4FB0"), 'g': paint.Hex("1F7A78"), 'G': paint.Hex("155A58"), 'y': paint.Hex("FFD84D"),
	's': paint.Hex("F7C6A3"), 'S': paint.Hex("D98E73"), 'w': paint.Hex("FFFFFF"), 'k': paint.Ink, 'v': paint.Hex("6C50D2"),
}

// icons are the emotes in the order of the ring: heart, surprise, question,
// note, wave, laugh, clap, sleep.
var icons = [...][]string{
	{".rr...rr..", "rpprrrrrr.", "rpwrrrrrrR", "rprrrrrrrR", ".rrrrrrrR.", "..rrrrrR..", "...rrrR...", "....rR...."},
	{"....oo....", "...oooO...", "...oooO...", "...oooO...", "....oO....", "....oO....", "..........", "....oO....", "....oO...."},
	{"..bbbbb...", ".bbBBbbB..", ".bB..bbB..", ".....bbB..", "....bbB...", "....bB....", "..........", "....bB....", "....bB...."},
	{"....gggg..", "....ggggG.", "....g...G.", "....g...G.", "....g...G.", "..ggg.ggG.", ".gggG.ggG.", ".ggG..gG..", ".........."},
	{"..s.s.s...", "..s.s.s.y.", "s.s.s.s..y", "ss.sssss..", ".sssssss.y", ".ssssssSy.", "..sssssS..", "...sssS...", "...sss...."},
	{"..yyyyyy..", ".yyyyyyyy.", "yykyyyykyy", "ykykyykyky", "yyyyyyyyyo", "yykkkkkkyo", "yyykrrkyyo", ".yyykkyyo.", "..yyyooo.."},
	{"y...y...y.", ".y.....y..", "...ss.....", "..sssSss..", ".ssssSsss.", ".ssssSsss.", ".ssssSsss.", "..sssSss..", "...sSSs..."},
	{"vvvvv.....", "...v......", "..v..vvvv.", ".v......v.", "vvvvv..v..", "......vvvv", "..vvv.....", "...v......", "..vvv....."},
}

// Icon is the picture of the emote n, from 1, in 16 by 16 pixels.
func Icon(n int) *paint.Img {
	m := paint.New(16, 16)
	m.Blit(paint.Rows(icons[n-1], iconInk).Outline(.5), 2, 2, false)
	return m
}

// balloon is an emote in its small paper balloon.
func balloon(n, f int) *paint.Img {
	m := paint.New(24, 28)
	edge, fill := paint.Hex("3A2F56"), paint.Hex("FFFDF7")
	rounded := func(x, y, w, h int, c paint.C) {
		m.Rect(x+2, y, w-4, h, c)
		m.Rect(x+1, y+1, w-2, h-2, c)
		m.Rect(x, y+2, w, h-4, c)
	}
	rounded(1, 1+f, 22, 20, edge)
	for i := range 4 {
		m.Rect(9+i/2, 20+f+i, 6-i, 1, edge)
	}
	rounded(2, 2+f, 20, 18, fill)
	m.Rect(10, 19+f, 4, 2, fill)
	m.Rect(11, 21+f, 2, 1, fill)
	m.Rect(4, 18+f, 16, 1, paint.Mix(fill, edge, .14))
	m.Blit(Icon(n), 4, 3+f, false)
	return m
}

// Bubble is the nine-slice of a speech bubble, 18 by 18 with corners of 6, and
// its tail; the listener has paper of its own.
func Bubble(listener bool) (frame, tail *paint.Img) {
	edge, fill := paint.Hex("3A2F56"), paint.Hex("FFFDF7")
	if listener {
		edge, fill = paint.Hex("5A46A8"), paint.Hex("EFE8FF")
	}
	inset := [6]int{4, 2, 1, 1, 0, 0}
	frame = paint.New(18, 18)
	for y := range 18 {
		in := inset[min(5, min(y, 17-y))]
		frame.Rect(in, y, 18-2*in, 1, edge)
		if y > 0 && y < 17 {
			in = max(1, inset[max(0, min(5, min(y, 17-y)-1))]+1)
			frame.Rect(in, y, 18-2*in, 1, fill)
		}
	}
	frame.Rect(5, 16, 8, 1, paint.Mix(fill, edge, .16))
	tail = paint.New(9, 6)
	for y := range 6 {
		l, w := y, 8-y*7/5
		if w <= 0 {
			w = 1
		}
		tail.Rect(l, y, max(1, w), 1, edge)
		if w > 2 {
			tail.Rect(l+1, y, w-2, 1, fill)
		}
	}
	return frame, tail
}

// ring is an ellipse of one pixel's width.
func ring(m *paint.Img, cx, cy, rx, ry float64, c paint.C) {
	m.Ellipse(cx, cy, rx, ry, func(nx, ny float64, x, y int) paint.C {
		ix, iy := (float64(x)+.5-cx)/(rx-1), (float64(y)+.5-cy)/(ry-1)
		if ix*ix+iy*iy <= 1 {
			return paint.C{}
		}
		return c
	})
}

// footShadow is the soft shadow under an avatar: pixels that carry alpha.
func footShadow() *paint.Img {
	m := paint.New(24, 10)
	c := paint.Ink
	c.A = 96
	m.Ellipse(12, 5, 10, 4, func(nx, ny float64, x, y int) paint.C {
		if d := nx*nx + ny*ny; d > .75 && (x+y)&1 == 1 {
			return paint.C{}
		}
		return c
	})
	return m
}

// shippo is the old pattern of circles that overlap, 96 by 96, a breath lighter
// than what it lies on: what is outside of a small room is no empty page.
func shippo() *paint.Img {
	m := paint.New(96, 96)
	line, bud := paint.Hex("F2CF92"), paint.Hex("C6B4FF")
	line.A, bud.A = 26, 40
	for y := range m.H {
		for x := range m.W {
			for _, c := range [5][2]int{{0, 0}, {32, 0}, {0, 32}, {32, 32}, {16, 16}} {
				switch d := math.Hypot(float64(x%32-c[0]), float64(y%32-c[1])); {
				case math.Abs(d-16) < .6:
					m.Set(x, y, line)
				case d < 1.5:
					m.Set(x, y, bud)
				}
			}
		}
	}
	return m
}

// ownRing marks one's own avatar.
func ownRing() *paint.Img {
	m := paint.New(30, 16)
	ring(m, 15, 8, 14, 7, paint.Hex("B87A1E"))
	ring(m, 15, 7.5, 13.5, 6.5, paint.Hex("FFD84D"))
	return m
}

func tapRing(f int) *paint.Img {
	m := paint.New(28, 16)
	r := 13 - 2.2*float64(f)
	ring(m, 14, 8, r, r*.52, paint.Hex("FFFFFF"))
	ring(m, 14, 8, r-2.5, (r-2.5)*.52, paint.Hex("2FA39A"))
	return m
}

func blockedDust(f int) *paint.Img {
	m := paint.New(20, 14)
	for i := -3 + f; i <= 3-f; i++ {
		m.Rect(10+i*2, 7+i, 2, 2, paint.Hex("FFF6E2"))
		m.Rect(10+i*2, 7-i, 2, 2, paint.Hex("E6D6BE"))
	}
	return m
}

func puff(f int, light, dark paint.C) *paint.Img {
	m := paint.New(12, 8)
	r := 3.2 - float64(f)*.9
	m.Ellipse(6-float64(f), 5-float64(f)*.8, r, r*.75, func(nx, ny float64, _, _ int) paint.C {
		if nx+ny > .4 {
			return dark
		}
		return light
	})
	return m
}

func ripple(f int) *paint.Img {
	m := paint.New(24, 12)
	r := 4 + 3*float64(f)
	ring(m, 12, 6, r, r*.5, paint.Hex("DDF5F7"))
	return m
}

func fallenPetal(f int) *paint.Img {
	rows := [][]string{{"pw", "rp"}, {"pwp"}, {"p.", "wp"}}[f]
	return paint.Rows(rows, map[byte]paint.C{'p': paint.Hex("F7B9CC"), 'w': paint.Hex("FFF3F5"), 'r': paint.Hex("E993B1")}).Crop(0, 0, 5, 4)
}

func firefly(f int) *paint.Img {
	rows := [][]string{{".....", "..y..", ".ywy.", "..y..", "....."}, {".....", ".....", "..w..", ".....", "....."}, {"..g..", ".gyg.", "gywyg", ".gyg.", "..g.."}}[f]
	return paint.Rows(rows, map[byte]paint.C{'y': paint.Hex("E8FF9A"), 'w': paint.Hex("FDFFD8"), 'g': paint.Hex("B4E07C")}).Crop(1, 1, 5, 5)
}

func sparkle(f int) *paint.Img {
	rows := [][]string{{".....", "..w..", ".....", ".....", "....."}, {"..w..", "..w..", "wwyww", "..w..", "..w.."}, {"w...w", ".....", "..w..", ".....", "w...w"}}[f]
	return paint.Rows(rows, map[byte]paint.C{'w': paint.Hex("FFFFFF"), 'y': paint.Hex("FFE9A0")}).Crop(1, 1, 5, 5)
}

func arrow(f int) *paint.Img {
	m := paint.New(24, 22)
	for i := range 5 {
		y := 3 + i*3 + f
		m.Rect(11, y, 2, 2, paint.Hex("FFF3F5"))
		m.Rect(11, y+2, 2, 1, paint.Cherry[2])
	}
	for i := range 5 {
		for _, x := range []int{11 - i*2, 11 + i*2} {
			m.Rect(x, 17+f-i*2, 2, 2, paint.Hex("FFF3F5"))
			m.Rect(x, 19+f-i*2, 2, 1, paint.Cherry[2])
		}
	}
	return m
}

// Badge is the page's icon, 32 by 32: an iris over water on a rounded square.
func Badge() *paint.Img {
	m := paint.New(32, 32)
	for y := range 32 {
		for x := range 32 {
			dx, dy := max(0, max(7-x, x-24)), max(0, max(7-y, y-24))
			if dx*dx+dy*dy <= 7*7+4 {
				m.Set(x, y, badgeGround(x, y))
			}
		}
	}
	m.Blit(iris(1, 0, true), 5, -3, false)
	return m
}

// Mask is the badge for devices that cut an icon to a shape of their own, 40 by
// 40: its ground goes to the edge, and the iris stays in the middle.
func Mask() *paint.Img {
	m := paint.New(40, 40)
	for y := range 40 {
		for x := range 40 {
			m.Set(x, y, badgeGround(x, max(0, y-4)))
		}
	}
	m.Blit(iris(1, 0, true), 9, 1, false)
	return m
}

// badgeGround is morning over water.
func badgeGround(x, y int) paint.C {
	switch {
	case y == 23 || y == 27 && x%9 < 5:
		return paint.Water[5]
	case y > 23:
		return paint.Water.Pick(.7-float64(y-23)/20, .4, x, y)
	}
	return paint.NewRamp("FFD0C4", "FFE0CC", "FFECD4", "FFF6E6").Pick(1-float64(y)/24, .5, x, y)
}
