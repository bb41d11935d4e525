package thing

import (
	"slices"
	"strings"

	"kakitsubata/tools/art/paint"
)

// Light is a lamp's light, relative to the foot of its thing, in pixels.
type Light struct {
	DX, DY, R int
	Colour    string // hexadecimal
}

// Label is where words of a sign stand: the middle of a free area W wide and H
// high, relative to the foot of its thing, in pixels.
type Label struct{ DX, DY, W, H int }

// A Thing is one kind of prop. Either it has frames, or it is Flat.
type Thing struct {
	Frames       []*paint.Img // of one size
	FootX, FootY int          // the pixel that stands on the prop's point
	MS           int          // how long a frame is shown, when there are several
	Lights       []Light
	Label        *Label // where its words stand, when it may have some

	// Round is half the width of the soft shadow at the foot; Wall is half the
	// width of a front that darkens the ground before it. Feet are where the soft
	// shadows lie, relative to the foot, of what stands on several; none: one, there.
	Round float64
	Wall  int
	Feet  [][2]int

	Shine  float64  // how far its own light keeps it out of the dark, 0 to 1
	Cast   bool     // it comes and goes, so the client draws its shadow
	Only   []string // seasons in which it is there; none: all
	Over   bool     // drawn above all that stands
	Script []Step   // how it moves
	Parts  []Part
	Clock  *Clock
	Shy    *Shy
	Touch  string // the effect that answers a touch; none: the client's own choice

	// Flat paints a thing that lies on the ground; it has no frames.
	Flat func(ground *paint.Img, x, y int)
}

// Stands is where its soft shadows lie, relative to its foot.
func (t Thing) Stands() [][2]int {
	if len(t.Feet) == 0 {
		return [][2]int{{}}
	}
	return t.Feet
}

// Base is the lowest row of its picture that is not empty.
func (t Thing) Base() int {
	f := t.Frames[0]
	for y := f.H - 1; y >= 0; y-- {
		for x := range f.W {
			if f.At(x, y).A != 0 {
				return y
			}
		}
	}
	return 0
}

// Kinds is every kind that a map may name, and those that the client sets.
func Kinds() map[string]Thing {
	k := map[string]Thing{}
	for i, s := range []string{"", "-b", "-c"} {
		k["tree-broad"+s] = swaying(tree("broad", []int{3, 8, 21}[i]), 52, 22)
		k["tree-cherry"+s] = swaying(tree("cherry", []int{2, 6, 11}[i]), 52, 22)
		k["tree-pine"+s] = standing(tree("pine", []int{4, 7, 9}[i]), 14)
		k["bush"+s] = standing(tree("bush", []int{3, 5, 8}[i]), 13)
		k["azalea"+s] = standing(tree("azalea", []int{2, 5, 9}[i]), 13)
		k["iris"+s] = Thing{Frames: []*paint.Img{irisClump(i+1, 0), irisClump(i+1, 1)}, FootX: 32, FootY: 46, MS: 1100, Round: 15, Feet: [][2]int{{-10, 4}, {8, 0}}}
		k["reeds"+s] = Thing{Frames: []*paint.Img{reeds(i+1, 0), reeds(i+1, 1)}, FootX: 22, FootY: 32, MS: 900, Round: 18}
		k["shelf"+s] = wall(shelf(46, 4, 11+i*17), 23)
		k["shelf-low"+s] = wall(shelf(46, 2, 5+i*13), 23)
	}
	k["iris-one"] = Thing{Frames: []*paint.Img{iris(1, 0, true), iris(1, 1, true)}, FootX: 11, FootY: 32, MS: 1300, Round: 7}
	k["iris-white"] = Thing{Frames: []*paint.Img{iris(whiteSeed(), 0, true), iris(whiteSeed(), -1, true)}, FootX: 11, FootY: 32, MS: 1300, Round: 7}

	// The town.
	house := worded(wall(station(), 144), Label{0, -67, 76, 12})
	house.Clock = &Clock{[]int{0, -89}, "hand-hour", "hand-minute"}
	house.Lights = []Light{{-90, -40, 58, "A8C8FF"}, {90, -40, 58, "A8C8FF"}, {0, -26, 60, "FFC878"}}
	k["station"] = house
	k["library"] = worded(lit(wall(library(), 86), Light{0, -24, 52, "FFB45A"}, Light{-54, -44, 40, "FFC878"}, Light{54, -44, 40, "FFC878"}), Label{1, -63, 44, 10})
	k["bakery"] = lit(wall(bakery(), 62), Light{-30, -30, 40, "FFB45A"})
	k["bus"] = standing(bus(), 50)
	k["bus-stop"] = worded(standing(busStop(), 10), Label{0, -38, 18, 8})
	k["stall"] = lit(standing(stall(0), 26), Light{0, -30, 34, "FFC878"})
	k["stall-b"] = lit(standing(stall(1), 26), Light{0, -30, 34, "FFC878"})
	k["bicycles"] = standing(bicycles(), 26)
	k["fence"] = wall(fence(), 24)
	k["planter"] = standing(planter(paint.Cherry, 1), 18)
	k["planter-b"] = standing(planter(paint.NewRamp("B8632E", "E89A2A", "FFC34A", "FFE9A0", "FFF7D6"), 2), 18)
	k["planter-c"] = standing(planter(paint.NewRamp("33247A", "6C50D2", "9478EE", "C6B4FF", "E9E6FF"), 3), 18)
	k["vending"] = lit(standing(vending(), 16), Light{0, -26, 26, "DCEBFF"})
	k["postbox"] = standing(postbox(), 11)
	k["lamp"] = lit(standing(lampPost(), 9), Light{0, -36, 50, "FFC46A"}, Light{0, -4, 58, "E8A050"})
	k["bench"] = standing(bench(), 16)
	k["board"] = worded(standing(board(), 20), Label{0, -40, 48, 8})
	k["sign"] = worded(standing(signpost(), 9), Label{0, -27, 42, 14})
	k["iris-bed"] = Thing{Frames: []*paint.Img{irisBed()}, FootX: 46, FootY: 62, Round: 44, Feet: [][2]int{{0, -3}}}
	k["pennants"] = Thing{Frames: []*paint.Img{pennants(150, 0), pennants(150, 1)}, FootX: 78, FootY: 64, MS: 420, Round: 7, Feet: [][2]int{{-75, 0}, {74, 0}}}
	k["gate"] = lit(Thing{Frames: []*paint.Img{gate()}, FootX: 30, FootY: 70, Round: 10, Feet: [][2]int{{-21, 0}, {20, 0}}}, Light{0, -14, 40, "A8F0E8"})

	k["deck"] = worded(wall(deck(), 60), Label{40, -70, 36, 8})
	snowy := standing(snowman(), 13)
	snowy.Only = []string{"winter"}
	k["snowman"] = snowy
	k["sunflowers"] = Thing{Frames: []*paint.Img{sunflowers(0), sunflowers(1)}, FootX: 28, FootY: 47, MS: 900, Only: []string{"summer", "mando"}, Round: 10, Feet: [][2]int{{-19, -1}, {-7, 0}, {5, -1}, {17, 0}}}

	// The castle park.
	k["turret"] = Thing{Frames: []*paint.Img{turret()}, FootX: 64, FootY: 153, Wall: 52}
	k["castle-wall"] = wall(castleWall(1), 24)
	k["castle-wall-long"] = wall(castleWall(2), 48)
	k["castle-gate"] = Thing{Frames: []*paint.Img{castleGate()}, FootX: 56, FootY: 102, Wall: 54}
	k["stone-lantern"] = lit(standing(stoneLantern(), 11), Light{0, -24, 48, "FF9A3A"})
	k["bonbori"] = lit(standing(bonbori(paint.NewRamp("A84A78", "CF6C94", "F0A0BC", "FFD0DC", "FFEAEE", "FFF6F0")), 9), Light{0, -36, 34, "FF9CB4"})
	k["tea-house"] = lit(wall(teaHouse(), 64), Light{0, -30, 50, "FFB45A"})
	k["tea-bench"] = standing(teaBench(), 18)
	k["parasol"] = standing(parasol(), 20)
	k["koi"] = Thing{Frames: []*paint.Img{koi(0), koi(1)}, FootX: 13, FootY: 6, MS: 400, Script: []Step{
		{To: []int{-26, 3}, PX: 7, Frames: []int{0, 1}, MS: 400},
		{For: 2600, Frames: []int{0, 1}, MS: 800},
		{To: []int{0, 0}, PX: 7, Frames: []int{0, 1}, MS: 400, Flip: true},
		{For: 2100, Frames: []int{0, 1}, MS: 800, Flip: true},
	}}

	// The marsh.
	k["shelter"] = standing(shelter(), 44)
	k["heron"] = Thing{Frames: []*paint.Img{heron(0), heron(1)}, FootX: 7, FootY: 16, MS: 2600, Round: 7}
	k["stump"] = standing(stump(), 12)

	// Indoors.
	k["desk"] = wall(desk(160, true, 1), 78)
	k["desk-b"] = wall(desk(160, true, 4), 78)
	k["desk-short"] = wall(desk(80, false, 2), 38)
	k["stool"] = standing(stool(), 9)
	k["sofa"] = standing(sofa(paint.NewRamp("3C3A8A", "5656B4", "7A7AD4", "A4A6EE")), 30)
	k["sofa-b"] = standing(sofa(paint.NewRamp("8F4A3A", "B8684A", "D88E66", "F2BC92")), 30)
	k["low-table"] = standing(lowTable(), 20)
	k["pot"] = standing(pot(3), 11)
	k["pot-b"] = standing(pot(8), 11)
	k["counter"] = worded(wall(counter(), 46), Label{0, -10, 80, 10})
	k["ladder"] = standing(ladder(), 8)
	k["globe"] = standing(globe(), 10)
	k["cart"] = standing(cart(), 15)
	// Its foot is its upper edge: who stands in the doorway stands before it.
	k["door-frame"] = lit(Thing{Frames: []*paint.Img{doorFrame()}, FootX: 34, FootY: 4}, Light{0, 46, 36, "FFE0A0"})
	k["quiet-sign"] = worded(standing(quietSign(), 9), Label{0, -36, 30, 8})

	for name, f := range map[string]func(*paint.Img, int, int){
		"plaza-ring": plazaRing, "tree-grate": treeGrate, "tactile": tactile, "road": road, "crossing": crossing, "glow-pool": glowPool, "petals": petals, "picnic-mat": picnicMat, "stones": stones,
		"lily-pad": func(m *paint.Img, x, y int) { lilypad(m, x, y, 6, false) }, "lily-flower": func(m *paint.Img, x, y int) { lilypad(m, x, y, 7, true) },
		"window": window, "sunbeam": sunbeam, "stained-window": stainedWindow, "stained-beam": stainedBeam, "wall-clock": wallClock, "poster": poster, "rug": rug, "cushion": zabuton, "mat": mat,
	} {
		k[name] = Thing{Flat: f}
	}
	moving(k)
	festival(k)
	traffic(k)
	oasis(k)
	science(k)
	quiet(k)
	shining(k, .9, "mando-figure", "mando-small", "lanterns", "lanterns-short", "lanterns-mando", "chochin", "bonbori", "star-lamp", "signal", "signal-walk", "plasma", "projector", "floor-lamp")
	shining(k, .55, "lamp", "stone-lantern", "stall", "stall-b", "stall-c", "ferris-wheel", "gondola", "gondola-b", "gondola-c", "merry-go-round", "tram", "vending", "train", "train-orange", "orrery", "stove", "crepe-cart")
	shining(k, .3, "stage", "gate", "market", "station", "library", "science-hall", "bakery", "hut", "tea-house", "bath-house", "rocket", "ticket-booth", "balloons")
	casting(k)
	edging(k)
	answering(k)
	effects(k)
	return k
}

// effects adds what the client places itself.
func effects(k map[string]Thing) {
	small := func(name string, ms int, draw func(int) *paint.Img, n int) {
		t := Thing{MS: ms}
		for f := range n {
			t.Frames = append(t.Frames, draw(f))
		}
		t.FootX, t.FootY = t.Frames[0].W/2, t.Frames[0].H/2
		k[name] = t
	}
	sand, lawn := [2]paint.C{paint.Hex("FFF6E2"), paint.Hex("E6D6BE")}, [2]paint.C{paint.Grass[4], paint.Grass[1]}
	small("fx-shadow", 0, func(int) *paint.Img { return footShadow() }, 1)
	small("fx-own", 0, func(int) *paint.Img { return ownRing() }, 1)
	small("fx-tap", 50, tapRing, 4)
	small("fx-blocked", 70, blockedDust, 3)
	small("fx-dust", 90, func(f int) *paint.Img { return puff(f, sand[0], sand[1]) }, 3)
	small("fx-leaf", 90, func(f int) *paint.Img { return puff(f, lawn[0], lawn[1]) }, 3)
	small("fx-ripple", 90, ripple, 3)
	small("fx-petal", 220, fallenPetal, 3)
	small("fx-firefly", 400, firefly, 3)
	small("fx-sparkle", 120, sparkle, 3)
	small("fx-note", 300, func(f int) *paint.Img { return Icon(4).Crop(f, 0, 15, 16) }, 2)
	small("fx-maple", 200, maple, 3)
	small("fx-snow", 500, flake, 2)
	small("fx-seed", 400, seed, 2)
	small("fx-steam", 260, steam, 3)
	small("fx-star", 700, twinkle, 3)
	small("fx-arrow", 300, arrow, 2)
	k["fx-around"] = Thing{Frames: []*paint.Img{shippo()}}
	for n := 1; n <= len(icons); n++ {
		t := Thing{Frames: []*paint.Img{balloon(n, 1), balloon(n, 0)}, FootX: 12, FootY: 26, MS: 200}
		k["emote-"+string(rune('0'+n))] = t
	}
}

// Emotes is how many icons there are.
const Emotes = len(icons)

func standing(m *paint.Img, round float64) Thing {
	return Thing{Frames: []*paint.Img{m}, FootX: m.W / 2, FootY: m.H - 2, Round: round}
}

func wall(m *paint.Img, half int) Thing {
	return Thing{Frames: []*paint.Img{m}, FootX: m.W / 2, FootY: m.H - 2, Wall: half}
}

func swaying(m *paint.Img, above int, round float64) Thing {
	t := standing(m, round)
	t.Frames = append(t.Frames, m.Shift(above, 1))
	t.MS = 1000
	return t
}

func worded(t Thing, l Label) Thing {
	t.Label = &l
	return t
}

func lit(t Thing, l ...Light) Thing {
	t.Lights = l
	return t
}

// shining is for things that are of paper or glass with a light inside.
func shining(k map[string]Thing, how float64, names ...string) {
	for _, n := range names {
		t := k[n]
		t.Shine = how
		k[n] = t
	}
}

// casting is for things that move about or are there in a season only: no shadow
// is baked for them.
func casting(k map[string]Thing) {
	for n, t := range k {
		goes := slices.ContainsFunc(t.Script, func(s Step) bool { return s.To != nil || s.Hide })
		if (goes || len(t.Only) > 0) && t.Round > 0 {
			t.Round, t.Cast = 0, true
			k[n] = t
		}
	}
}

// edging gives what reaches the very edge of its picture an outline there: its
// last pixels themselves, since there is no room outside.
func edging(k map[string]Thing) {
	for _, t := range k {
		for _, f := range t.Frames {
			for i, c := range f.P {
				x, y := i%f.W, i/f.W
				if c.A != 0 && (x == 0 || y == 0 || x == f.W-1 || y == f.H-1) && c.Lum() > .5 {
					f.P[i] = paint.Mix(c, paint.Ink, .56)
				}
			}
		}
	}
}

// answers is what flies up from a thing that is touched, by how its name begins.
var answers = []struct{ begins, touch string }{
	{"tree-cherry", "fx-petal"}, {"tree-", "fx-leaf"}, {"bush", "fx-leaf"}, {"reeds", "fx-leaf"}, {"pot", "fx-leaf"}, {"stump", "fx-leaf"},
	{"azalea", "fx-petal"}, {"iris", "fx-petal"}, {"planter", "fx-petal"}, {"vase", "fx-petal"}, {"sunflowers", "fx-petal"},
	{"snowman", "fx-snow"}, {"stove", "fx-steam"}, {"steam-engine", "fx-steam"}, {"tea-", "fx-steam"}, {"bath-house", "fx-steam"},
	{"taiko", "fx-note"}, {"flute-stand", "fx-note"}, {"merry-go-round", "fx-note"}, {"stage", "fx-note"},
	{"fountain", "fx-ripple"}, {"koi", "fx-ripple"}, {"duck", "fx-ripple"},
	{"globe", "fx-star"}, {"telescope", "fx-star"}, {"orrery", "fx-star"}, {"rocket", "fx-star"}, {"projector", "fx-star"}, {"star-lamp", "fx-star"},
}

func answering(k map[string]Thing) {
	for n, t := range k {
		i := slices.IndexFunc(answers, func(a struct{ begins, touch string }) bool { return strings.HasPrefix(n, a.begins) })
		if i >= 0 && t.Flat == nil {
			t.Touch = answers[i].touch
			k[n] = t
		}
	}
}

// whiteSeed is a seed whose iris blooms white.
func whiteSeed() int {
	for s := 0; ; s++ {
		if paint.Hash(s, 2, 4) < 0.10 {
			return s
		}
	}
}
