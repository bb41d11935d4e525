package thing

import (
	"math"

	"kakitsubata/tools/art/paint"
)

// What moves by itself in the town: the clock, trains, cats, birds.

// line draws from one pixel to another.
func line(m *paint.Img, x0, y0, x1, y1 float64, c paint.C) {
	n := math.Ceil(max(math.Abs(x1-x0), math.Abs(y1-y0), 1))
	for i := 0.0; i <= n; i++ {
		m.Set(int(math.Round(x0+(x1-x0)*i/n)), int(math.Round(y0+(y1-y0)*i/n)), c)
	}
}

// hands is a clock's hand in n positions.
func hands(n int, length float64, c paint.C) []*paint.Img {
	out := make([]*paint.Img, n)
	for i := range out {
		m := paint.New(17, 17)
		a := 2 * math.Pi * float64(i) / float64(n)
		line(m, 8, 8, 8+length*math.Sin(a), 8-length*math.Cos(a), c)
		m.Set(8, 8, paint.Hex("E2476B"))
		out[i] = m
	}
	return out
}

// cars is a train of three cars with a band of a dye, seen from its side.
func cars(r paint.Ramp) *paint.Img {
	m := paint.New(380, 38)
	for k := range 3 {
		m.Blit(train(r), k*126, 0, false)
	}
	return m
}

// passing is a train that comes once in a while, from the west or the east.
func passing(m *paint.Img, wait, px int, west bool) Thing {
	from, to := -780, 780
	if !west {
		from, to = 780, -780
	}
	return Thing{
		Frames: []*paint.Img{m}, FootX: m.W / 2, FootY: 36, Round: 10, Feet: wheels(-m.W/2+12, m.W/2-8),
		Script: []Step{{At: []int{from, 0}, For: wait, Hide: true}, {To: []int{to, 0}, PX: px, Flip: !west}},
	}
}

var furs = []map[byte]paint.C{
	{'o': paint.Hex("E8953E"), 'd': paint.Hex("C26E2A"), 'w': paint.Hex("FFF3E0"), 'e': paint.Hex("2B2345"), 'p': paint.Hex("F0808A")},
	{'o': paint.Hex("F4EFE8"), 'd': paint.Hex("5A4E5C"), 'w': paint.Hex("FFFDF8"), 'e': paint.Hex("2B2345"), 'p': paint.Hex("F0808A")},
}

// cat is one of a fur: asleep twice, sitting, walking twice.
func cats(fur int) []*paint.Img {
	sleep := []string{
		"...............",
		"...............",
		"...............",
		".......ooooo...",
		"....oooodoodoo.",
		".o.oodooddoodoo",
		"ooooodooooooood",
		"oewwoooooooodod",
		"owpwwooooooodd.",
		".wwwwdddddddd..",
		"...............",
	}
	breathe := append([]string{}, sleep...)
	breathe[2], breathe[3] = ".......oooo....", "....ooodoooodo."
	sit := []string{
		".o...o.........",
		"ooo.ooo........",
		"ooooooo.....oo.",
		"oeowoeo.....od.",
		"owwpwwo.....od.",
		".wwwww.ooo..od.",
		"..wwoooododood.",
		"..wwoodooodood.",
		"..wwooooooood..",
		"..ww.oo..dood..",
		"..ww.ww..wwdd..",
	}
	walk := func(legs [2]string) []string {
		return []string{
			"............oo.",
			".o.o.........oo",
			"ooooo.........d",
			"oeooeo.......od",
			"owpwwooodoodoo.",
			".wwwooodoodooo.",
			"..woooooooooo..",
			"..wwooooooood..",
			legs[0], legs[1],
			"...............",
		}
	}
	var out []*paint.Img
	for _, rows := range [][]string{sleep, breathe, sit, walk([2]string{"..w.oo...oo.d..", ".w...o..o....d."}), walk([2]string{"...wo.....od...", "...w.o...o.d..."})} {
		out = append(out, animal(rows, furs[fur]))
	}
	return out
}

// stroller is a cat that sleeps, wakes, walks off and comes back.
func stroller(fur, x, y int) Thing {
	f := cats(fur)
	return Thing{
		Frames: f, FootX: 8, FootY: 11, MS: 1200, Round: 6,
		Script: []Step{
			{For: 15000, Frames: []int{0, 1}, MS: 1300},
			{For: 2500, Frames: []int{2}},
			{To: []int{x, y}, PX: 22, Frames: []int{3, 4}, MS: 170, Flip: x > 0},
			{For: 9000, Frames: []int{2}},
			{To: []int{0, 0}, PX: 22, Frames: []int{3, 4}, MS: 170, Flip: x < 0},
			{For: 2000, Frames: []int{2}},
		},
	}
}

// shySparrow flies up when somebody comes near.
func shySparrow() Thing {
	t := Thing{FootX: 4, FootY: 7, MS: 700, Round: 3}
	for f := range 4 {
		t.Frames = append(t.Frames, sparrow(f))
	}
	t.Script = []Step{
		{For: 5200, Frames: []int{0, 1}, MS: 700},
		{To: []int{8, 1}, PX: 30, Frames: []int{0}},
		{For: 6100, Frames: []int{0, 0, 1}, MS: 500},
		{To: []int{0, 0}, PX: 30, Frames: []int{0}, Flip: true},
	}
	t.Shy = &Shy{Near: 40, Frames: []int{2, 3}, MS: 80, To: []int{34, -90}, PX: 130, Back: 9000}
	return t
}

// ducks swim: two frames.
func duck(f int) *paint.Img {
	rows := []string{
		"..gg..........",
		".gggg.........",
		"yygeg....w....",
		"..ggg..wwbb...",
		"...wbbbbbbbbw.",
		"..bbbbbbbbbbw.",
		"...bbbbbbbbb..",
	}
	rows = append(rows, [2]string{".s..sssssss..s", "s..sssssssss.."}[f])
	return animal(rows, map[byte]paint.C{'g': paint.Hex("2F7A5A"), 'e': paint.Ink, 'y': paint.Hex("F0B03A"), 'w': paint.Hex("FFFDF4"), 'b': paint.Hex("9A7A66"), 's': paint.Hex("C8EEF6")})
}

// swimmer goes to and fro on the water.
func swimmer(dx, dy int) Thing {
	return Thing{
		Frames: []*paint.Img{duck(0), duck(1)}, FootX: 8, FootY: 9, MS: 500,
		Script: []Step{
			{To: []int{-dx, dy}, PX: 10, Frames: []int{0, 1}, MS: 500},
			{For: 4000, Frames: []int{0}},
			{To: []int{0, 0}, PX: 10, Frames: []int{0, 1}, MS: 500, Flip: true},
			{For: 5000, Frames: []int{0}, Flip: true},
		},
	}
}

// moving adds what moves in the town.
func moving(k map[string]Thing) {
	k["hand-hour"] = Thing{Frames: hands(HourHands, 5, paint.Ink), FootX: 8, FootY: 8, MS: 60000}
	k["hand-minute"] = Thing{Frames: hands(MinuteHands, 7, paint.Ink), FootX: 8, FootY: 8, MS: 60000}
	k["train"] = passing(cars(paint.NewRamp("B8384A", "E0475A", "FF8A8A")), 30000, 150, true)
	k["train-orange"] = passing(cars(paint.NewRamp("C0682A", "F08A3A", "FFC07A")), 46000, 130, false)
	k["cat"] = stroller(0, 46, 14)
	k["cat-white"] = stroller(1, -40, 8)
	k["sparrow"] = shySparrow()
	k["duck"] = swimmer(52, 6)
}
