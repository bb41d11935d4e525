package place

import (
	"fmt"

	"kakitsubata/tools/art/paint"
	"kakitsubata/tools/art/thing"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// Tile is how many pixels a tile is, and Units how many units a pixel.
const (
	Tile  = 16
	Units = plane.Tile / Tile
)

// Values of the trait "light" of places whose light stands still; in all others
// it follows the clock.
const (
	Evening  = "evening"
	Indoors  = "indoors"
	Festival = "festival"
	Stars    = "stars"
	Night    = "night"
)

// Bake paints the whole ground of a place: terrain, flat things, and the
// shadows of what stands. It errs on a prop whose kind nobody can paint.
func Bake(a *atlas.Atlas, kinds map[string]thing.Thing) (*paint.Img, error) {
	for i, p := range a.Props {
		if _, ok := kinds[p.Kind]; !ok {
			return nil, fmt.Errorf("place: %s: prop %d of kind %q at (%d, %d): no such kind", a.Place, i, p.Kind, p.At.X/Units, p.At.Y/Units)
		}
	}
	m := paint.New(a.Width*Tile, a.Height*Tile)
	b := baker{a, m}
	inside := a.Trait("light") == Indoors || a.Trait("light") == Stars
	if inside {
		b.rooms()
	} else {
		b.openAir(a.Trait("bank") == "stone")
	}
	b.flat(kinds)
	b.decks()
	b.shadows(kinds)
	if !inside {
		b.woods()
	}
	return m, nil
}

// Foot is where a prop stands, in pixels.
func Foot(p atlas.Prop) (x, y int) { return int(p.At.X / Units), int(p.At.Y / Units) }

type baker struct {
	a *atlas.Atlas
	m *paint.Img
}

// at is the terrain of a tile; outside of the map it is that of the border.
func (b baker) at(x, y int) atlas.Terrain {
	x, y = max(0, min(b.a.Width-1, x)), max(0, min(b.a.Height-1, y))
	return b.a.Ground[y*b.a.Width+x]
}

func (b baker) mask(has func(x, y int) bool) *mask {
	k := &mask{b.a.Width, b.a.Height, make([]bool, b.a.Width*b.a.Height)}
	for i := range k.m {
		k.m[i] = has(i%k.w, i/k.w)
	}
	return k
}

func (b baker) only(ts ...atlas.Terrain) *mask {
	return b.mask(func(x, y int) bool {
		for _, t := range ts {
			if b.at(x, y) == t {
				return true
			}
		}
		return false
	})
}

func (b baker) openAir(stone bool) {
	g := ground{
		trail: b.under(atlas.Trail, atlas.Sand), paving: b.only(atlas.Paving), water: b.under(atlas.Water), road: b.only(atlas.Road),
		flowers: paint.NewRamp("FFFFFF", "FFE066", "FF9CC2", "FFFFFF"), bank: paint.Earth,
	}
	if stone {
		g.bank = paint.Stone
	}
	g.paint(b.m)
	b.rails()
}

// under is the mask of some terrains, continued below the decks that cross
// them: a deck's tile counts as what most of its land or water neighbours are.
func (b baker) under(ts ...atlas.Terrain) *mask {
	k := b.only(ts...)
	deck := b.only(atlas.Boardwalk, atlas.Bridge)
	known := b.mask(func(x, y int) bool { return !deck.has(x, y) })
	for range max(b.a.Width, b.a.Height) {
		next, sure := append([]bool(nil), k.m...), append([]bool(nil), known.m...)
		open := false
		for y := range k.h {
			for x := range k.w {
				if known.m[y*k.w+x] {
					continue
				}
				yes, all := 0, 0
				for dy := -1; dy <= 1; dy++ {
					for dx := -1; dx <= 1; dx++ {
						if !known.has(x+dx, y+dy) {
							continue
						}
						all++
						if k.has(x+dx, y+dy) {
							yes++
						}
					}
				}
				if all == 0 {
					open = true
					continue
				}
				next[y*k.w+x], sure[y*k.w+x] = 2*yes > all, true
			}
		}
		k.m, known.m = next, sure
		if !open {
			break
		}
	}
	return k
}

// rails paints railway tracks from west to east on ballast, a track for each
// two rows.
func (b baker) rails() {
	k := b.only(atlas.Rail)
	for y := range b.m.H {
		for x := range b.m.W {
			if k.field(float64(x)+.5, float64(y)+.5) < .5 {
				continue
			}
			c := paint.Stone.Pick(.40+(paint.Hash(x, y, 4)-.5)*.34+(paint.Noise(float64(x)/9, float64(y)/5, 8)-.5)*.2, .2, x, y)
			top := y / Tile
			for top > 0 && k.has(x/Tile, top-1) {
				top--
			}
			switch j := (y - top*Tile) % 32; {
			case j >= 10 && j < 26 && x%10 < 5:
				c = paint.Wood[1+(x/10+j/9)%2]
				if x%10 == 0 {
					c = paint.Wood[2]
				}
				if j == 25 {
					c = paint.Wood[0]
				}
			}
			switch j := (y - top*Tile) % 32; j {
			case 12, 21:
				c = paint.Hex("D8DCE8")
			case 13, 22:
				c = paint.Hex("7A7890")
			}
			b.m.Set(x, y, c)
		}
	}
}

func (b baker) flat(kinds map[string]thing.Thing) {
	for _, p := range b.a.Props {
		if f := kinds[p.Kind].Flat; f != nil {
			x, y := Foot(p)
			f(b.m, x, y)
		}
	}
}

// decks paints boardwalks and bridges, with their shade on the water, their
// front and their posts.
func (b baker) decks() {
	k := b.only(atlas.Boardwalk, atlas.Bridge)
	if !k.any() {
		return
	}
	in := func(x, y int) bool {
		return x >= 0 && y >= 0 && x < b.m.W && y < b.m.H && k.m[y/Tile*k.w+x/Tile]
	}
	for y := range b.m.H {
		for x := range b.m.W {
			if !in(x, y) && (in(x-4, y-8) || in(x, y-8)) && b.m.At(x, y).A == 254 {
				b.m.Mul(x, y, paint.ShadowTint, .75)
			}
		}
	}
	for y := range b.m.H {
		for x := range b.m.W {
			if in(x, y) {
				b.m.Set(x, y, b.plankAt(x, y, in))
				continue
			}
			for j := 1; j <= 4; j++ { // the front below the southern edge
				if !in(x, y-j) {
					continue
				}
				c := paint.Wood[max(0, 1-(j-1)/2)]
				if x%7 == 0 {
					c = paint.Ink
				}
				b.m.Set(x, y, c)
				break
			}
		}
	}
	for y := range b.m.H { // posts stand in the water
		for x := range b.m.W {
			if x%24 != 6 || in(x, y) || !in(x, y-1) || !in(x+3, y-1) || b.m.At(x, y+6).A != 254 {
				continue
			}
			b.m.Rect(x, y, 3, 10, paint.Wood[1])
			b.m.Rect(x, y, 1, 10, paint.Wood[3])
			b.m.Rect(x-2, y+10, 7, 1, paint.Hex("DDF5F7"))
		}
	}
}

// run is how many deck tiles lie in a row through a tile, from west to east or
// from north to south.
func (b baker) run(x, y, dx, dy int) int {
	deck := func(x, y int) bool {
		if x < 0 || y < 0 || x >= b.a.Width || y >= b.a.Height {
			return false
		}
		t := b.at(x, y)
		return t == atlas.Boardwalk || t == atlas.Bridge
	}
	n := 1
	for i := 1; deck(x+i*dx, y+i*dy); i++ {
		n++
	}
	for i := 1; deck(x-i*dx, y-i*dy); i++ {
		n++
	}
	return n
}

// deckAt is a plank of a walkway: it spans the whole way, seven pixels wide, with
// its own tone.
func deckAt(x, y int, along bool) paint.C {
	if along { // planks lie along y
		x, y = y, x
	}
	row := y / 7
	v := .60 + (paint.Hash(row, 3, 71)-.5)*.24 + (paint.Noise(float64(x)/11, float64(y)*1.3, 72)-.5)*.26
	switch y % 7 {
	case 0:
		v += .16
	case 6:
		v = .14
	}
	if m := x % Tile; (m == 3 || m == 12) && y%7 == 3 {
		v -= .3 // nails
	}
	return paint.Mix(paint.Wood.Pick(max(0, min(.99, v)), .2, x, y), paint.Hex("C9B49A"), .22)
}

func (b baker) plankAt(x, y int, in func(x, y int) bool) paint.C {
	tx, ty := x/Tile, y/Tile
	across := b.run(tx, ty, 1, 0) > b.run(tx, ty, 0, 1) // the deck leads from west to east, its planks lie along y
	c := deckAt(x, y, across)
	red := b.at(tx, ty) == atlas.Bridge
	if red {
		c = paint.Mix(c, paint.Hex("E8A86A"), .35)
	}
	edge := func(dx, dy int) bool { return !in(x+dx, y+dy) }
	switch {
	case edge(0, -1) || edge(-1, 0):
		c = paint.Mix(c, paint.Wood[5], .6)
	case edge(1, 0):
		c = paint.Mix(c, paint.Wood[0], .5)
	}
	if !red {
		return c
	}
	lacquer := paint.NewRamp("8F2D2A", "B83A30", "D6452F", "F2765A")
	if !across { // rails at both sides, with golden caps
		for i := 1; i <= 4; i++ {
			l, r := edge(-i, 0), edge(i, 0)
			if !l && !r {
				continue
			}
			v := 3 - (i-1)*2/3
			if r {
				v = (i - 1) * 2 / 3
			}
			c = lacquer[v]
			if j := y % 22; j < 5 {
				c = paint.NewRamp("B87A1E", "FFD84D", "FFE9A0", "FFD84D", "8F2D2A")[j]
			}
		}
	}
	return c
}

// shadows darkens the ground once: soft ellipses under what is round, and the
// foot of fronts. They never add up.
func (b baker) shadows(kinds map[string]thing.Thing) {
	k := make([]float64, b.m.W*b.m.H)
	mark := func(x, y int, v float64) {
		if x < 0 || y < 0 || x >= b.m.W || y >= b.m.H || b.at(x/Tile, y/Tile) == atlas.Wall {
			return
		}
		k[y*b.m.W+x] = max(k[y*b.m.W+x], v)
	}
	for _, p := range b.a.Props {
		t := kinds[p.Kind]
		x, y := Foot(p)
		if t.Round > 0 {
			for _, f := range t.Stands() {
				soft(x+f[0], y+f[1], t.Round, mark)
			}
		}
		if t.Wall > 0 {
			front(x, y+t.Base()-t.FootY, t, mark)
		}
	}
	for i, v := range k {
		if v > 0 {
			b.m.Mul(i%b.m.W, i/b.m.W, paint.ShadowTint, v)
		}
	}
}

// soft marks the shadow of what is round: an ellipse shifted to the right by 18 %
// of its width, away from the light.
func soft(x, y int, half float64, mark func(x, y int, v float64)) {
	cx, cy, rx, ry := float64(x)+half*.36, float64(y)-1, half, min(half*.36, 6+half/16)
	for j := int(cy - ry - 1); j <= int(cy+ry+1); j++ {
		for i := int(cx - rx - 1); i <= int(cx+rx+1); i++ {
			nx, ny := (float64(i)+0.5-cx)/rx, (float64(j)+0.5-cy)/ry
			if d := nx*nx + ny*ny; d <= 0.8 || (d <= 1 && (i+j)&1 == 0) {
				mark(i, j, .85)
			}
		}
	}
}

// front marks the shadow of a front whose lowest row is y: the ground between its
// feet and before it, and a strip at the side away from the light.
func front(x, y int, t thing.Thing, mark func(x, y int, v float64)) {
	const under = 8
	for j := -under; j < 10; j++ {
		for i := -t.Wall; i < t.Wall+10-max(0, j)/2; i++ {
			mark(x+i, y+j, .80-max(0, float64(j)*.07))
		}
	}
	for j := -min(22, t.Frames[0].H*3/5); j < 0; j++ {
		for i := range 12 + j/3 {
			mark(x+t.Wall+i, y+j, .7)
		}
	}
}

// woods paints the wall tiles of the open air: a wood seen from outside.
func (b baker) woods() {
	k := b.only(atlas.Wall)
	if !k.any() {
		return
	}
	inside := func(x, y int) bool {
		return k.field(float64(x)+.5, float64(y)+.5)+ragged(float64(x), float64(y), 83)*1.4 > .52
	}
	leaves := thing.Canopy(b.m.W, b.m.H, inside, 31)
	for y := range b.m.H { // its shadow first
		for x := range b.m.W {
			if leaves.At(x, y).A != 0 {
				continue
			}
			for j := 1; j <= 7; j++ {
				if leaves.At(x-j/3, y-j).A != 0 {
					b.m.Mul(x, y, paint.ShadowTint, .8-float64(j)*.06)
					break
				}
			}
		}
	}
	b.m.Blit(leaves, 0, 0, false)
}
