package place

import (
	"kakitsubata/tools/art/paint"
	"kakitsubata/tools/art/thing"
	"kakitsubata/world/atlas"
)

// face is how high an inner wall is: it shows its whole face to the south.
const face = 62

// rooms paints the inside of a building: floors, tatami, walls.
func (b baker) rooms() {
	for y := range b.m.H {
		for x := range b.m.W {
			switch b.at(x/Tile, y/Tile) {
			case atlas.Wall:
				b.m.Set(x, y, b.wallAt(x, y))
			case atlas.Tatami:
				b.m.Set(x, y, b.tatamiAt(x, y))
			default:
				b.m.Set(x, y, b.floorAt(x, y))
			}
		}
	}
	for y := range b.m.H { // the foot of walls is darker
		for x := range b.m.W {
			if b.at(x/Tile, y/Tile) == atlas.Wall {
				continue
			}
			if k := b.below(x, y, 10); k > 0 {
				b.m.Mul(x, y, paint.ShadowTint, .62-float64(k)*.06)
			}
			for i := 1; i <= 6; i++ { // and the side in the shade of a wall to the west
				if x-i >= 0 && b.at((x-i)/Tile, y/Tile) == atlas.Wall {
					b.m.Mul(x, y, paint.ShadowTint, .5-float64(i)*.07)
					break
				}
			}
		}
	}
}

// below is how many pixels under a wall's foot a pixel lies, up to n, or 0.
func (b baker) below(x, y, n int) int {
	for k := 1; k <= n; k++ {
		if y-k >= 0 && b.at(x/Tile, (y-k)/Tile) == atlas.Wall {
			return k
		}
	}
	return 0
}

// floorAt is boards; the floor of a place under the stars is dark carpet.
func (b baker) floorAt(x, y int) paint.C {
	if b.a.Trait("light") != Stars || b.at(x/Tile, y/Tile) != atlas.Floor {
		return floorAt(x, y)
	}
	v := .42 + (paint.Fbm(float64(x)/50, float64(y)/40, 19)-.5)*.6
	c := paint.NewRamp("3E4478", "474E88", "525A98", "606AA8").Pick(v, .3, x, y)
	switch u, w := x%32, y%32; {
	case u == 0 || w == 0:
		return paint.Mix(c, paint.Hex("2A2E5C"), .45)
	case (u == 15 || u == 16 || u == 17) && w == 16 || u == 16 && (w == 15 || w == 17):
		return paint.Mix(c, paint.Hex("C8D4FF"), .5)
	}
	return c
}

func floorAt(x, y int) paint.C {
	c := paint.Mix(thing.Plank(x, y, 8, false), paint.Hex("D9AE74"), .58)
	v := paint.Fbm(float64(x)/60, float64(y)/44, 19) - .5
	if v > 0 {
		return paint.Mix(c, paint.Hex("F6D49A"), v*.5)
	}
	return paint.Mix(c, paint.Hex("A8784E"), -v*.5)
}

// tatamiAt is mats of two tiles by one, laid in turns, each with its cloth edge.
func (b baker) tatamiAt(x, y int) paint.C {
	bx, by := x/32, y/32
	lying := (bx+by)&1 == 0
	u, v := x%32, y%32
	w, h, across, along := 32, 16, u, v%16
	if !lying {
		w, h, across, along = 16, 32, u%16, v
	}
	grain := x
	if lying {
		grain = y
	}
	tone := .55 + (paint.Hash(bx, by+v/16, 5)-.5)*.2 + (paint.Noise(float64(x)/9, float64(y)/9, 6)-.5)*.2
	if grain&1 == 0 {
		tone += .10
	}
	c := paint.NewRamp("A8A862", "B8BA70", "C6C882", "D4D696").Pick(tone, .2, x, y)
	cloth := lying && (along < 2 || along >= h-1) || !lying && (across < 2 || across >= w-1)
	if cloth {
		c = paint.Mix(paint.Hex("4F6B4A"), c, .15)
	}
	for _, d := range [4][2]int{{0, -3}, {-3, 0}, {3, 0}, {0, 3}} { // a frame of wood around
		if t := b.at((x+d[0])/Tile, (y+d[1])/Tile); t != atlas.Tatami {
			return paint.Wood[3-(d[0]+d[1]+3)/3]
		}
	}
	return c
}

// wallAt is the face of a wall above the floor to its south, else its top.
func (b baker) wallAt(x, y int) paint.C {
	foot := 0
	for k := 1; k <= face; k++ {
		if (y+k)/Tile < b.a.Height && b.at(x/Tile, (y+k)/Tile) != atlas.Wall {
			foot = k
			break
		}
	}
	if foot == 0 {
		c := paint.Mix(paint.Wood[0], paint.Ink, .45)
		for _, d := range [4][2]int{{0, -3}, {-3, 0}, {3, 0}, {0, face + 3}} {
			tx, ty := (x+d[0])/Tile, (y+d[1])/Tile
			if b.at(tx, ty) != atlas.Wall && ty < b.a.Height {
				return paint.Wood[2]
			}
		}
		return c
	}
	switch {
	case foot > face-4:
		return paint.Wood[2-(face-foot)/3]
	case foot <= 2:
		return paint.Wood[0]
	case foot <= 15: // wainscot
		c := paint.Mix(thing.Plank(x, y, 8, true), paint.Wood[2], .4)
		if foot == 15 {
			c = paint.Wood[5]
		}
		if foot == 14 {
			c = paint.Wood[3]
		}
		return c
	}
	v := .80 - float64(face-foot)/face*.06 + (paint.Noise(float64(x)/7, float64(y)/7, 17)-.5)*.14
	if over := face - 4 - foot; over < 6 {
		v -= .34 - float64(over)*.055
	}
	plasterwork := paint.NewRamp("C9AE8E", "E2CBA6", "F2E2C0", "FBF1DA")
	if b.a.Trait("light") == Stars {
		plasterwork = paint.NewRamp("3A3E78", "4A5090", "5C64A8", "727CC0")
	}
	c := plasterwork.Pick(max(0, min(.99, v)), .25, x, y)
	if x%96 < 5 { // pillars
		c = paint.Wood[[5]int{4, 3, 2, 2, 1}[x%96]]
	}
	return c
}
