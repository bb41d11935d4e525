package thing

import (
	"math"

	"kakitsubata/tools/art/paint"
)

// The children's traffic park: a street for karts with a signal that works, an
// old engine, an old tram, a merry-go-round.

func traffic(k map[string]Thing) {
	// The street's signal and the one for crossing: when one is green the other is red.
	cars := []*paint.Img{signal(0), signal(1), signal(2)}
	k["signal"] = lit(Thing{
		Frames: cars, FootX: 11, FootY: 62, MS: 1000, Round: 9,
		Script: []Step{{For: 9000, Frames: []int{0}}, {For: 2000, Frames: []int{1}}, {For: 9000, Frames: []int{2}}},
	}, Light{0, -50, 22, "A8E8B8"})
	walkers := []*paint.Img{walkSignal(false), walkSignal(true), walkSignal(true)}
	k["signal-walk"] = lit(Thing{
		Frames: walkers, FootX: 9, FootY: 46, MS: 1000, Round: 8,
		Script: []Step{{For: 12000, Frames: []int{0}}, {For: 7000, Frames: []int{1}}, {For: 1000, Frames: []int{0}}},
	}, Light{0, -38, 18, "FFB0A0"})
	for i, dye := range []string{"", "-b", "-c"} {
		r := []paint.Ramp{
			paint.NewRamp("8F2D3F", "D83848", "F2706A", "FFB0A0"), paint.NewRamp("22508A", "3A85C4", "62B4E0", "B8E4F6"), paint.NewRamp("B07A1E", "E8B02E", "FFD84D", "FFF0A8"),
		}[i]
		k["kart"+dye] = Thing{Frames: []*paint.Img{kartSide(r), kartDown(r), kartUp(r)}, FootX: 15, FootY: 22, MS: 200, Round: 11, Script: circuit()}
	}
	k["kart-parked"] = standing(kartDown(paint.NewRamp("2A6A4A", "3F9A66", "6FC890", "B8F0CC")), 14)
	k["steam-engine"] = wall(steamEngine(), 84)
	k["tram"] = lit(wall(tram(), 66), Light{0, -30, 60, "FFD8A0"})
	k["merry-go-round"] = Thing{Frames: []*paint.Img{carousel(0), carousel(1), carousel(2), carousel(3)}, FootX: 58, FootY: 106, MS: 260, Round: 50, Lights: []Light{{0, -60, 80, "FFD890"}}}
	k["science-hall"] = worded(lit(wall(scienceHall(), 96), Light{0, -26, 50, "FFB45A"}), Label{0, -54, 64, 10})
	k["stop-sign"] = standing(roadSign(true), 8)
	k["walk-sign"] = standing(roadSign(false), 8)
	k["cone"] = standing(cone(), 8)
	k["zebra"] = Thing{Flat: zebra}
	k["ticket-booth"] = worded(lit(standing(booth(), 20), Light{0, -26, 34, "FFC878"}), Label{0, -45, 36, 8})
}

// circuit is a round of the karts' street, 27 by 13 tiles, its points relative
// to the north-west corner of the middle of the street.
func circuit() []Step {
	const w, h, px = 432, 208, 62
	type leg struct {
		x, y  int
		frame int
		flip  bool
	}
	legs := []leg{{w - 12, 0, 0, false}, {w, 10, 1, false}, {w, h - 10, 1, false}, {w - 12, h, 0, true}, {12, h, 0, true}, {0, h - 10, 2, false}, {0, 10, 2, false}, {12, 0, 0, false}}
	out := make([]Step, len(legs))
	for i, l := range legs {
		out[i] = Step{To: []int{l.x, l.y}, PX: px, Frames: []int{l.frame}, Flip: l.flip}
	}
	out[0].At = []int{12, 0}
	return out
}

// zebra is a crossing over the karts' street, 48 by 38.
func zebra(m *paint.Img, x0, y0 int) {
	for y := y0 - 42; y < y0-4; y++ {
		for x := x0 - 24; x < x0+24; x++ {
			if (x-x0+24)%12 < 7 && paint.Hash(x, y, 8) > .06 {
				m.Over(x, y, paint.Hex("FFFDF4"), .85)
			}
		}
	}
}

// signal is a street's signal: 0 green, 1 yellow, 2 red shines.
func signal(on int) *paint.Img {
	m := paint.New(34, 64)
	m.Rect(10, 18, 3, 44, paint.Iron[2])
	m.Rect(10, 18, 1, 44, paint.Iron[3])
	m.Rect(8, 60, 7, 3, paint.Iron[1])
	m.Rect(10, 14, 22, 2, paint.Iron[2])
	slab(m, 4, 4, 29, 12, paint.Iron[0])
	m.Rect(4, 4, 29, 1, paint.Iron[2])
	for i := range 3 {
		c := []paint.C{paint.Hex("2E6A58"), paint.Hex("7A6430"), paint.Hex("7A3038")}[i]
		if i == on {
			c = []paint.C{paint.Hex("5CF0B0"), paint.Hex("FFD84D"), paint.Hex("FF5A50")}[i]
		}
		m.Ellipse(float64(9+i*9)+.5, 10, 3.6, 3.8, func(nx, ny float64, _, _ int) paint.C {
			if i == on && nx+ny < -.5 {
				return paint.Hex("FFFFFF")
			}
			return c
		})
	}
	return m.Outline(.66)
}

// walkSignal shows a red one who stands or a green one who walks.
func walkSignal(walk bool) *paint.Img {
	m := paint.New(20, 48)
	m.Rect(8, 22, 3, 24, paint.Iron[2])
	m.Rect(8, 22, 1, 24, paint.Iron[3])
	m.Rect(6, 44, 7, 2, paint.Iron[1])
	slab(m, 3, 2, 13, 22, paint.Iron[0])
	stand := []string{".rr.", ".rr.", "rrrr", "rrrr", ".rr.", ".rr.", ".rr."}
	step := []string{".gg.", ".gg.", "gggg", "ggg.", ".gg.", "g.gg", "g..g"}
	dim := paint.Hex("3A4A55")
	red, green := dim, dim
	if walk {
		green = paint.Hex("6CF0C0")
	} else {
		red = paint.Hex("FF6A5A")
	}
	m.Blit(paint.Rows(stand, map[byte]paint.C{'r': red}), 6, 3, false)
	m.Blit(paint.Rows(step, map[byte]paint.C{'g': green}), 6, 13, false)
	return m.Outline(.66)
}

// driver is the head of who drives.
func driver(m *paint.Img, x, y int) {
	m.Ellipse(float64(x), float64(y), 5, 5, func(nx, ny float64, _, _ int) paint.C {
		return paint.NewRamp("C8CAD8", "E8EAF2", "FFFFFF").Step(.75 - nx*.3 - ny*.3)
	})
}

func kartSide(r paint.Ramp) *paint.Img {
	m := paint.New(30, 25)
	driver(m, 13, 7)
	m.Rect(14, 7, 4, 3, paint.Hex("4A5672"))
	m.Rect(9, 11, 9, 5, paint.Iron[1])
	m.Rect(18, 11, 2, 4, paint.Iron[2])
	for y := range 6 {
		m.Rect(3+max(0, 2-y), 13+y, 24-max(0, 3-y), 1, r[min(3, 3-y/2)])
	}
	m.Rect(22, 15, 4, 2, r[3])
	m.Rect(2, 12, 3, 5, r[0])
	for _, x := range []int{8, 22} {
		m.Ellipse(float64(x), 19, 4, 4, paint.Flat(paint.Hex("3A3550")))
		m.Ellipse(float64(x), 19, 1.6, 1.6, paint.Flat(paint.Hex("C3CAD0")))
	}
	return m.Outline(.66)
}

func kartDown(r paint.Ramp) *paint.Img {
	m := paint.New(30, 25)
	driver(m, 15, 6)
	m.Rect(12, 6, 6, 3, paint.Hex("4A5672"))
	m.Rect(9, 10, 12, 5, paint.Iron[1])
	for _, x := range []int{5, 21} {
		m.Rect(x, 13, 4, 9, paint.Hex("3A3550"))
	}
	for y := range 9 {
		m.Rect(9, 13+y, 12, 1, r[max(0, 3-y/3)])
	}
	m.Rect(11, 16, 8, 2, r[3])
	m.Rect(8, 21, 14, 2, r[0])
	m.Rect(10, 19, 2, 2, paint.Hex("FFF0B8"))
	m.Rect(18, 19, 2, 2, paint.Hex("FFF0B8"))
	return m.Outline(.66)
}

func kartUp(r paint.Ramp) *paint.Img {
	m := paint.New(30, 25)
	for _, x := range []int{5, 21} {
		m.Rect(x, 12, 4, 10, paint.Hex("3A3550"))
	}
	for y := range 8 {
		m.Rect(9, 12+y, 12, 1, r[max(0, 2-y/4)])
	}
	driver(m, 15, 8)
	m.Rect(9, 14, 12, 4, paint.Iron[2])
	m.Rect(8, 19, 14, 3, r[0])
	m.Rect(9, 20, 2, 1, paint.Hex("FF8A7A"))
	m.Rect(19, 20, 2, 1, paint.Hex("FF8A7A"))
	return m.Outline(.66)
}

// steamEngine is the black engine that stands on its piece of track.
func steamEngine() *paint.Img {
	m := paint.New(182, 84)
	black := paint.NewRamp("1E2033", "2E3148", "434862", "666C8A", "9AA2C0")
	for x := 2; x < 180; x++ { // track
		if x%9 < 5 {
			m.Rect(x, 76, 1, 5, paint.Wood[1])
		}
	}
	m.Rect(0, 74, 182, 2, paint.Stone[4])
	m.Rect(0, 76, 182, 1, paint.Stone[1])
	for y := range 26 { // boiler
		v := .9 - math.Abs(float64(y)-7)/26*1.1
		m.Rect(14, 26+y, 92, 1, black.Step(max(0, v)))
	}
	m.Ellipse(14, 39, 6, 13, func(nx, ny float64, _, _ int) paint.C { return black.Step(max(0, .6-nx*.2-ny*.3)) })
	m.Ellipse(12, 38, 4, 4, paint.Flat(paint.Hex("FFE9A0")))
	m.Rect(24, 10, 9, 17, black[2])
	m.Rect(24, 10, 2, 17, black[4])
	m.Rect(22, 8, 13, 3, black[3])
	for _, d := range [][3]int{{46, 18, 14}, {68, 16, 22}} { // domes
		m.Ellipse(float64(d[0]+d[2]/2), 27, float64(d[2])/2, float64(27-d[1]), func(nx, ny float64, _, _ int) paint.C {
			if ny > 0 {
				return paint.C{}
			}
			return black.Step(.75 - nx*.3 - ny*.1)
		})
	}
	for _, x := range []int{42, 64, 92} {
		m.Rect(x, 26, 1, 26, paint.Hex("C8A04A"))
	}
	m.Rect(14, 50, 96, 3, paint.Hex("B8384A"))
	slab(m, 104, 16, 30, 38, black[2]) // cab
	m.Rect(109, 22, 9, 12, paint.Glass[2])
	m.Rect(121, 22, 9, 12, paint.Glass[2])
	m.Rect(109, 22, 2, 12, paint.Glass[4])
	m.Rect(101, 12, 36, 4, black[1])
	m.Rect(101, 12, 36, 1, black[4])
	slab(m, 108, 40, 22, 7, paint.Hex("8F2D2A")) // its plate
	m.Rect(110, 42, 18, 1, paint.Hex("FFD84D"))
	m.Rect(110, 44, 14, 1, paint.Hex("FFD84D"))
	slab(m, 138, 30, 40, 26, black[2]) // tender
	m.Rect(140, 26, 36, 5, black[0])
	for i := range 12 {
		m.Rect(141+i*3, 25+i%2, 3, 3, black[i%2])
	}
	m.Rect(4, 54, 174, 5, black[0])
	for i := range 4 { // driving wheels
		wheel(m, 40+i*19, 64, 10, black)
	}
	for _, x := range []int{17, 28, 124, 146, 158, 170} {
		wheel(m, x, 68, 6, black)
	}
	m.Rect(30, 64, 74, 3, paint.Stone[4])
	m.Rect(30, 66, 74, 1, paint.Stone[2])
	m.Rect(4, 56, 5, 14, paint.Hex("B8384A"))
	return m.Outline(.6)
}

func wheel(m *paint.Img, x, y, r int, black paint.Ramp) {
	m.Ellipse(float64(x), float64(y), float64(r), float64(r), paint.Flat(black[0]))
	m.Ellipse(float64(x), float64(y), float64(r)-1.5, float64(r)-1.5, paint.Flat(black[3]))
	m.Ellipse(float64(x), float64(y), float64(r)-3, float64(r)-3, paint.Flat(black[1]))
	for a := range 4 {
		t := float64(a) * math.Pi / 4
		line(m, float64(x)-float64(r-3)*math.Cos(t), float64(y)-float64(r-3)*math.Sin(t), float64(x)+float64(r-3)*math.Cos(t), float64(y)+float64(r-3)*math.Sin(t), black[3])
	}
	m.Rect(x-1, y-1, 3, 3, paint.Hex("B8384A"))
}

// tram is an old car of the city's street railway, cream over green.
func tram() *paint.Img {
	m := paint.New(144, 80)
	for x := 2; x < 142; x++ {
		if x%9 < 5 {
			m.Rect(x, 72, 1, 5, paint.Wood[1])
		}
	}
	m.Rect(0, 70, 144, 2, paint.Stone[4])
	cream, green := paint.NewRamp("D8C49A", "EAD9B4", "F8ECCC", "FFF8E4"), paint.NewRamp("2A5A4A", "3A7A60", "55A080", "86C8A4")
	for y := range 20 {
		m.Rect(6, 18+y, 132, 1, cream.Step(.9-float64(y)*.02))
	}
	for y := range 22 {
		m.Rect(6, 38+y, 132, 1, green.Step(.8-float64(y)*.03))
	}
	m.Rect(6, 38, 132, 2, paint.Hex("C8923A"))
	for i := range 8 {
		x := 12 + i*15
		if i == 1 || i == 6 { // doors
			m.Rect(x, 20, 12, 40, green[0])
			m.Rect(x+1, 21, 10, 20, paint.Hex("FFE2A0"))
			m.Rect(x+1, 21, 2, 20, paint.Hex("FFF7D6"))
			continue
		}
		m.Rect(x, 20, 12, 17, paint.Iron[1])
		m.Rect(x+1, 21, 10, 15, paint.Hex("FFDE98"))
		m.Rect(x+1, 28, 10, 1, paint.Iron[2])
		m.Rect(x+1, 21, 2, 15, paint.Hex("FFF3CC"))
	}
	for y := range 8 {
		m.Rect(4+max(0, 4-y)*2, 10+y, 136-max(0, 4-y)*4, 1, paint.NewRamp("4A5264", "626C82", "8A94AA", "B4BCCC").Step(.95-float64(y)*.11).Of(paint.Tiling))
	}
	m.Rect(66, 2, 2, 8, paint.Iron[1])
	line(m, 67, 2, 90, 8, paint.Iron[2])
	m.Rect(12, 60, 120, 5, paint.Iron[0])
	for _, x := range []int{30, 48, 96, 114} {
		m.Ellipse(float64(x), 66, 6, 6, paint.Flat(paint.Hex("3A3550")))
		m.Ellipse(float64(x), 66, 2.5, 2.5, paint.Flat(paint.Hex("C3CAD0")))
	}
	m.Ellipse(10, 46, 3, 3, paint.Flat(paint.Hex("FFF0B8")))
	slab(m, 58, 46, 26, 8, paint.Hex("FFFDF4"))
	return m.Outline(.64)
}

// carousel turns: its horses rise and fall, f of four.
func carousel(f int) *paint.Img {
	m := paint.New(116, 110)
	m.Ellipse(58, 92, 54, 15, func(nx, ny float64, x, y int) paint.C { return paint.Stone.Pick(.7-nx*.2-ny*.2, .3, x, y) })
	m.Ellipse(58, 88, 54, 15, func(nx, ny float64, x, y int) paint.C {
		a := math.Atan2(ny, nx)*8/math.Pi + float64(f)*.5
		if int(math.Floor(a))&1 == 0 {
			return paint.Hex("F6D0DC")
		}
		return paint.Hex("FFF6E6")
	})
	m.Rect(50, 34, 16, 52, paint.Hex("FFE9C0"))
	for y := 36; y < 84; y += 2 {
		m.Rect(50, y, 16, 1, paint.Hex("F6C890"))
	}
	m.Rect(50, 34, 3, 52, paint.Hex("FFFDF4"))
	for i := range 4 {
		c := paint.NewRamp("E56A9A", "5A9AE0", "F0B03A", "7AC890")[i]
		for back := range 2 { // those behind first
			a := 2*math.Pi*float64(i)/4 + float64(f)*math.Pi/8 + math.Pi/8
			if (math.Sin(a) < 0) == (back == 1) {
				continue
			}
			x, y := 58+int(44*math.Cos(a)), 74+int(9*math.Sin(a))+[4]int{0, -2, -3, -2}[(f+i)%4]
			m.Rect(x, 32, 1, y-26, paint.Hex("E8B02E"))
			horse(m, x-8, y-8, c, math.Sin(a) < 0)
		}
	}
	for y := range 26 { // the roof of cloth
		t := float64(y) / 26
		w := int(8 + 48*t)
		for x := -w; x <= w; x++ {
			s := int((float64(x)/float64(w)+1)*6+float64(f)*.25) % 2
			c := paint.Hex("E0475A")
			if s == 0 {
				c = paint.Hex("FFF6E6")
			}
			m.Set(58+x, 8+y, paint.Mix(c, paint.Ink, .06+float64(x+w)/float64(2*w)*.22))
		}
	}
	for i := range 13 {
		x := 2 + i*9
		m.Ellipse(float64(x)+2, 35, 5, 4, paint.Flat([]paint.C{paint.Hex("FFD84D"), paint.Hex("7A5CE0")}[i%2]))
		m.Rect(x+1, 36, 2, 2, []paint.C{paint.Hex("FFF7D6"), paint.Hex("FFE29A")}[(i+f)%2])
	}
	m.Rect(57, 1, 2, 8, paint.Hex("E8B02E"))
	m.Rect(59, 2, 7, 4, paint.Hex("7A5CE0"))
	return m.Outline(.64)
}

func horse(m *paint.Img, x, y int, saddle paint.C, flip bool) {
	rows := []string{
		"............mw..", "...........mwwww", "..........mwwwew", ".........mwww...", "t..sss.wwwww....", "twwsssswwwww....", "t.wwwwwwwww.....", "..wwwwwwww......", "..w.w...w.w.....", ".w...w...w.w....",
	}
	h := paint.Rows(rows, map[byte]paint.C{'w': paint.Hex("FFFDF4"), 'm': paint.Hex("C89A5A"), 't': paint.Hex("C89A5A"), 's': saddle, 'e': paint.Ink}).Outline(.6)
	m.Blit(h, x, y, flip)
}

// scienceHall is the house of dreams and learning, with its silver dome.
func scienceHall() *paint.Img {
	m := paint.New(204, 150)
	m.Ellipse(134, 62, 58, 58, func(nx, ny float64, x, y int) paint.C { // the dome
		if ny > .2 {
			return paint.C{}
		}
		v := .74 - nx*.42 - ny*.32
		a := math.Asin(max(-1, min(1, nx/math.Sqrt(max(.05, 1-ny*ny))))) * 5
		if math.Abs(a-math.Round(a)) < .06 || (y-4)%14 == 0 {
			v -= .16
		}
		return paint.NewRamp("6A78A0", "8C9ABE", "AEBBD8", "CFDAEC", "EEF4FC").Pick(max(0, min(.99, v)), .25, x, y).Of(paint.Tiling)
	})
	courses(m, 6, 66, 192, 80)
	plinth(m, 6, 136, 192, 10)
	m.Rect(4, 62, 196, 6, paint.Iron[2])
	m.Rect(4, 62, 196, 1, paint.Iron[3])
	pane(m, 16, 84, 46, 40, 15)
	pane(m, 142, 84, 46, 40, 15)
	for i, c := range []paint.C{paint.Hex("F0B03A"), paint.Hex("E56A9A"), paint.Hex("62B4E0")} { // planets behind the glass
		m.Ellipse(float64(24+i*14), float64(98+i%2*8), 4+float64(i%2), 4+float64(i%2), paint.Flat(c))
	}
	m.Rect(150, 92, 4, 22, paint.Hex("FFF6E6")) // a rocket
	m.Rect(151, 88, 2, 4, paint.Hex("E0475A"))
	m.Rect(148, 108, 2, 6, paint.Hex("E0475A"))
	m.Rect(154, 108, 2, 6, paint.Hex("E0475A"))
	doorway(m, 82, 92, 40, 54)
	m.Rect(101, 92, 2, 54, paint.Hex("4A5672"))
	m.Rect(97, 118, 2, 6, paint.Hex("FFD84D"))
	m.Rect(105, 118, 2, 6, paint.Hex("FFD84D"))
	slab(m, 70, 80, 64, 4, paint.Iron[1])
	slab(m, 68, 86, 68, 14, paint.Hex("33247A"))
	m.Rect(70, 88, 64, 10, paint.Hex("FFFDF4"))
	for i := range 14 { // stars on the wall
		x, y := 10+int(paint.Hash(i, 3, 3)*184), 70+int(paint.Hash(i, 4, 3)*9)
		m.Set(x, y, paint.Hex("F0B03A"))
		m.Set(x+1, y, paint.Hex("FFD84D"))
	}
	return m.Outline(.68)
}

// roadSign is the red sign to stop, or the blue one for who walks.
func roadSign(stop bool) *paint.Img {
	m := paint.New(22, 46)
	m.Rect(10, 16, 2, 28, paint.Iron[3])
	m.Rect(10, 16, 1, 28, paint.Stone[5])
	if stop {
		for y := range 16 {
			w := 9 - y*9/16
			m.Rect(11-w, 3+y, 2*w, 1, paint.Hex("FFFDF4"))
			if y > 0 && w > 2 {
				m.Rect(12-w, 3+y, 2*w-2, 1, paint.Hex("D83848"))
			}
		}
		m.Rect(7, 6, 8, 3, paint.Hex("FFFDF4"))
		return m.Outline(.66)
	}
	m.Ellipse(11, 11, 9, 9, paint.Flat(paint.Hex("2450A0")))
	m.Ellipse(11, 11, 7.4, 7.4, paint.Flat(paint.Hex("3A85C4")))
	m.Blit(paint.Rows([]string{".ww..", ".ww.w", "wwww.", ".ww..", "w.ww.", "w..w."}, map[byte]paint.C{'w': paint.Hex("FFFFFF")}), 7, 7, false)
	return m.Outline(.66)
}

func cone() *paint.Img {
	m := paint.New(14, 18)
	for y := range 12 {
		w := 1 + y/3
		c := paint.NewRamp("F2762E", "F2762E", "FFF6E6", "F2762E")[y/3]
		m.Rect(7-w, 3+y, 2*w, 1, c)
		m.Rect(7-w, 3+y, 1, 1, paint.Mix(c, paint.Hex("FFFFFF"), .4))
	}
	m.Rect(1, 14, 12, 2, paint.Hex("D8602A"))
	return m.Outline(.62)
}

// booth sells tickets for the rides.
func booth() *paint.Img {
	m := paint.New(52, 66)
	planks(m, 6, 26, 40, 38, 8, true, paint.Hex("BFE4D8"), .55)
	m.Rect(6, 52, 40, 12, paint.Hex("E8584A"))
	m.Rect(6, 52, 40, 1, paint.Hex("FF9A86"))
	m.Rect(13, 32, 26, 18, paint.Wood[1])
	for y := range 15 {
		for x := range 22 {
			m.Set(15+x, 34+y, paint.Warm.Pick(max(0, .95-math.Hypot(float64(x-11)/16, float64(y-6)/14)*.5), .4, x, y))
		}
	}
	m.Rect(11, 49, 30, 3, paint.Wood[4])
	slab(m, 7, 17, 38, 10, paint.Hex("FFFDF4"))
	awning(m, 3, 8, 46, 11, paint.Hex("2FA39A"), paint.Hex("FFF6E6"))
	slab(m, 7, 17, 38, 10, paint.Hex("FFFDF4"))
	return m.Outline(.66)
}
