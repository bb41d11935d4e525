package place

import (
	"math"

	"kakitsubata/tools/art/paint"
	"kakitsubata/tools/art/thing"
	"kakitsubata/world/atlas"
)

// mask says which tiles hold a terrain.
type mask struct {
	w, h int
	m    []bool
}

func (k *mask) has(x, y int) bool {
	x, y = max(0, min(k.w-1, x)), max(0, min(k.h-1, y))
	return k.m[y*k.w+x]
}

func (k *mask) v(x, y int) float64 {
	if k.has(x, y) {
		return 1
	}
	return 0
}

// field is the blob rule: bilinear of the tiles' middles, so that the edge in a
// tile depends on its eight neighbours only and neighbours always meet. Above
// 0.5 is inside.
func (k *mask) field(px, py float64) float64 {
	fx, fy := px/16-0.5, py/16-0.5
	xi, yi := int(math.Floor(fx)), int(math.Floor(fy))
	tx, ty := fx-float64(xi), fy-float64(yi)
	a := k.v(xi, yi)*(1-tx) + k.v(xi+1, yi)*tx
	b := k.v(xi, yi+1)*(1-tx) + k.v(xi+1, yi+1)*tx
	return a*(1-ty) + b*ty
}

// any reports whether the mask holds at least one tile.
func (k *mask) any() bool {
	for _, b := range k.m {
		if b {
			return true
		}
	}
	return false
}

// ragged is how far the edge strays at a pixel.
func ragged(x, y float64, s int) float64 {
	return (paint.Noise(x/4, y/4, s)-0.5)*0.30 + (paint.Noise(x/2, y/2, s+9)-0.5)*0.12
}

func grassAt(x, y int) paint.C {
	fx, fy := float64(x), float64(y)
	v := paint.Fbm(fx/46, fy/34, 3)
	v = 0.30 + (v-0.5)*0.72 + (paint.Noise(fx/5, fy/3, 8)-0.5)*0.10
	c := paint.Grass.Pick(max(0.02, min(0.72, v)), 0.22, x, y)
	switch b := paint.Noise(fx/1.6, fy/3.2, 15); { // single blades
	case b > 0.91:
		c = paint.Mix(c, paint.Grass[4], 0.26)
	case b < 0.07:
		c = paint.Mix(c, paint.Grass[0], 0.24)
	}
	return c
}

// tufts stamps tufts and flowers where ok says that there is lawn. Flowers keep
// together: scatter without clumps looks like dirt.
func tufts(m *paint.Img, ok func(x, y int) bool, flowers paint.Ramp) {
	g := paint.Grass
	for cy := 0; cy <= m.H/6; cy++ {
		for cx := 0; cx <= m.W/6; cx++ {
			r := paint.Hash(cx, cy, 77)
			x, y := cx*6+int(paint.Hash(cx, cy, 5)*6), cy*6+int(paint.Hash(cx, cy, 6)*6)
			if !ok(x, y) || !ok(x+3, y+2) || !ok(x-2, y-2) {
				continue
			}
			clump := paint.Noise(float64(x)/30, float64(y)/26, 21)
			switch {
			case r < 0.10+0.5*max(0, clump-0.45): // two or three blades, light tips, dark foot
				m.Set(x, y, g[4])
				m.Set(x, y+1, g[3])
				m.Set(x+1, y+2, g[0])
				m.Set(x+2, y, g[3])
				m.Set(x+2, y+1, g[2])
				m.Set(x, y+2, g[0])
				if r < 0.12 {
					m.Set(x+1, y-1, g[5])
					m.Set(x+1, y, g[4])
					m.Set(x+3, y+1, g[4])
					m.Set(x+3, y+2, g[0])
				}
				m.Set(x+1, y+1, g[1])
			case clump > 0.62 && r > 0.80:
				c := flowers[int(paint.Hash(cx, cy, 9)*float64(len(flowers)))].Of(paint.Posy)
				m.Set(x, y, c)
				m.Set(x+1, y, paint.Mix(c, paint.Ink, 0.12))
				m.Set(x, y-1, paint.Mix(c, paint.Hex("FFFFFF"), 0.5))
				m.Set(x-1, y, c)
				m.Set(x, y+1, g[0])
				m.Set(x+1, y+1, g[1])
			}
		}
	}
}

func sandAt(x, y int) paint.C {
	v := 0.62 + (paint.Fbm(float64(x)/30, float64(y)/22, 41)-0.5)*0.55
	switch {
	case paint.Hash(x, y, 4) < 0.010:
		return paint.Sand[1]
	case paint.Hash(x, y+1, 4) < 0.010:
		return paint.Sand[4]
	}
	return paint.Sand.Pick(v, 0.28, x, y)
}

// pavingAt is bonded slabs; each has its own tone, a light upper-left edge and
// a dark joint.
func pavingAt(x, y int) paint.C {
	row := y / 12
	off := 0
	if row&1 == 1 {
		off = 12
	}
	col := (x + off) / 24
	lx, ly := (x+off)%24, y%12
	tone := 0.56 + (paint.Hash(col, row, 2)-0.5)*0.30 + (paint.Fbm(float64(x)/40, float64(y)/40, 6)-0.5)*0.25
	if paint.Hash(col, row, 12) < 0.10 {
		tone -= 0.12
	}
	c := paint.Paving.Pick(tone, 0.25, x, y)
	switch {
	case ly == 11 || lx == 23:
		return paint.Mix(c, paint.Hex("7E6F7A"), 0.42)
	case ly == 0 || lx == 0:
		return paint.Mix(c, paint.Hex("FFFBEA"), 0.35)
	case paint.Hash(x, y, 31) < 0.012:
		return paint.Mix(c, paint.Hex("8A7A80"), 0.25)
	}
	return c
}

// roadAt is asphalt: worn in long patches, here and there a grain.
func roadAt(x, y int) paint.C {
	v := .42 + (paint.Fbm(float64(x)/20, float64(y)/14, 41)-.5)*.5
	return paint.NewRamp("6E6A80", "7C788C", "8A8698", "9894A4").Pick(v, .3, x, y)
}

// waterAt is water of a depth of 0 to 1: long low ripples, thin lines where two
// noises meet.
func waterAt(x, y int, depth float64) paint.C {
	fx, fy := float64(x), float64(y)
	n := paint.Noise(fx/18+.5, fy/5, 51)*0.6 + paint.Noise(fx/9, fy/3, 52)*0.4
	c := paint.Water.Pick(0.56-depth*0.36+(n-0.5)*0.16, 0.16, x, y)
	if l := math.Abs(paint.Noise(fx/22, fy/6, 53) - paint.Noise(fx/17, fy/5+3, 54)); l < 0.016 && n > 0.42 {
		c = paint.Water[4]
		if n > 0.66 {
			c = paint.Water[5]
		}
	}
	return c
}

// wet marks a pixel as water for the client's shader.
func wet(c paint.C) paint.C {
	c.A, c.K = 254, paint.Lasting
	return c
}

// ground paints the open air: lawn, path, paving, water, and how they meet.
type ground struct {
	trail, paving, water *mask
	road                 *mask
	flowers              paint.Ramp
	bank                 paint.Ramp
}

// spared is how far a field must be from any edge for raggedness, at most 0.21,
// to change nothing: most of a map is spared the noise.
const spared = 0.18

func (g *ground) waterField(x, y int) float64 {
	f := g.water.field(float64(x)+.5, float64(y)+.5)
	if f < spared {
		return f
	}
	return f + ragged(float64(x), float64(y), 61)*0.8
}

func (g *ground) trailField(x, y int) float64 {
	f := g.trail.field(float64(x)+.5, float64(y)+.5)
	if f < spared || f > 1-spared {
		return f
	}
	return f + ragged(float64(x), float64(y), 71)
}

func (g *ground) pavingField(x, y int) float64 {
	return g.paving.field(float64(x)+.5, float64(y)+.5)
}

func (g *ground) roadField(x, y int) float64 {
	return g.road.field(float64(x)+.5, float64(y)+.5)
}

func (g *ground) paint(m *paint.Img) {
	for y := range m.H {
		for x := range m.W {
			c := g.landAt(x, y)
			if w := g.waterField(x, y); w > 0.42 {
				c = g.shoreAt(c, w, x, y)
			}
			m.Set(x, y, c)
		}
	}
	tufts(m, func(x, y int) bool {
		return g.trailField(x, y) < 0.44 && g.pavingField(x, y) < 0.44 && g.roadField(x, y) < 0.44 && g.waterField(x, y) < 0.40
	}, g.flowers)
}

// landAt is lawn, path or paving. The lawn stands above the path: its shadow
// falls on the far side, its lip is lit on the near side.
func (g *ground) landAt(x, y int) paint.C {
	c := grassAt(x, y)
	switch p := g.trailField(x, y); {
	case p > 0.5:
		c = sandAt(x, y)
		switch {
		case g.trailField(x, y-1) <= 0.5 || g.trailField(x, y-2) <= 0.5:
			c = paint.Mix(paint.Sand[0], paint.Grass[0], 0.45)
		case p < 0.56 && g.trailField(x, y+2) > 0.5:
			c = paint.Sand[1]
		}
	case p > 0.40 && g.trailField(x, y-2) > 0.5:
		c = paint.Grass[4]
	case p > 0.45:
		c = paint.Grass[1]
	}
	if v := g.pavingField(x, y); v > 0.5 {
		c = pavingAt(x, y)
		if v < 0.60 { // the kerb
			c = paint.Mix(paint.Stone[4], paint.Paving[4], 0.4)
			switch {
			case g.pavingField(x, y+1) <= 0.5:
				c = paint.Stone[2]
			case (x+y)%8 == 0:
				c = paint.Stone[3]
			}
		}
	}
	if v := g.roadField(x, y); v > 0.5 {
		c = roadAt(x, y)
		switch { // a pale kerb, a gutter, a white line
		case v < 0.60:
			c = paint.Stone[4]
			if g.roadField(x, y+1) <= .5 {
				c = paint.Stone[2]
			} else if (x+y)%12 == 0 {
				c = paint.Stone[3]
			}
		case v < 0.66:
			c = paint.Stone[1]
		case v > 0.80 && v < 0.88:
			c = paint.Mix(c, paint.Hex("FFFDF4"), .62)
		}
	}
	return c
}

// shoreAt is water and its banks: the far bank shows its wall of earth, the
// near one a lit lip.
func (g *ground) shoreAt(c paint.C, w float64, x, y int) paint.C {
	if w <= 0.5 {
		switch {
		case g.waterField(x, y-2) > 0.5 && g.pavingField(x, y) > 0.5:
			return paint.Stone[5]
		case g.waterField(x, y-2) > 0.5:
			return paint.Grass[5]
		case w > 0.465 && g.pavingField(x, y) <= 0.5:
			return paint.Grass[0]
		}
		return c
	}
	k := 1
	for k <= 6 && g.waterField(x, y-k) > 0.5 {
		k++
	}
	switch {
	case k <= 4:
		return g.bank.Pick(0.95-float64(k)*0.19+(paint.Noise(float64(x)/2, float64(y)/3, 4)-.5)*0.3, 0.3, x, y)
	case k == 5:
		return wet(paint.Mix(paint.Water[0], g.bank[0], 0.3))
	}
	breath := math.Sin(float64(x)/5+paint.Noise(float64(x)/9, float64(y)/9, 5)*6) * 0.6
	c = waterAt(x, y, paint.Smooth(max(0, min(1, (w-0.5)/0.5))))
	switch {
	case w < 0.555+breath*0.02:
		c = paint.Hex("DDF5F7") // foam
	case w > 0.60+breath*0.03 && w < 0.635+breath*0.03:
		c = paint.Water[4]
	}
	return wet(c)
}

// Dusk gives water the colours of the evening sky, k of 0 to 1: it keeps the
// day's lightness and takes its hue from the sky, since a flat multiply over
// blue would give mud. The client's shader does the same.
func Dusk(m *paint.Img, k float64) {
	for i, o := range m.P {
		if o.A != 254 {
			continue
		}
		l := o.Lum()
		u := 4 * max(0, min(.999, 1.15*float64(i/m.W)/float64(m.H)-.08))
		c := paint.Mix(paint.Evening[int(u)], paint.Evening[int(u)+1], u-math.Floor(u))
		if l > .62 {
			c = paint.Mix(c, paint.Hex("FFF0DC"), 1.4*(l-.55))
		} else {
			c = paint.Mix(c, paint.Hex("3A3A86"), 1.5*max(0, .56-l))
		}
		x, y := float64(i%m.W), float64(i/m.W)
		low := math.Abs(x-.62*float64(m.W)-8*math.Sin(y/7)) / (26 + 60*y/float64(m.H)) // a column of low sun
		if low < 1 && paint.Noise(x/16, y/2.5, 88) > .42+.4*low {
			c = paint.Mix(c, paint.Hex("FFE9B0"), .75)
		}
		m.P[i] = wet(paint.Mix(o, c, k))
	}
}

// Swatches is one tile of each terrain in a row, in the order of their numbers:
// what people see in Tiled.
func Swatches() *paint.Img {
	m := paint.New(Tile*int(atlas.TerrainEnd), Tile)
	for t := range atlas.TerrainEnd {
		for y := range Tile {
			for x := range Tile {
				var c paint.C
				switch t {
				case atlas.Grass:
					c = grassAt(x+40, y+40)
				case atlas.Trail:
					c = sandAt(x, y)
				case atlas.Sand:
					c = paint.Mix(sandAt(x, y), paint.Hex("FFF6DC"), .4)
				case atlas.Paving:
					c = pavingAt(x+4, y+4)
				case atlas.Water:
					c = waterAt(x, y, .4)
				case atlas.Floor:
					c = floorAt(x, y)
				case atlas.Wall:
					c = paint.Mix(paint.Ink, paint.Leaf[1], float64((x/4+y/4)&1)*.6)
				case atlas.Boardwalk:
					c = thing.Plank(x, y, 5, false)
				case atlas.Bridge:
					c = paint.Mix(thing.Plank(x, y, 5, false), paint.Hex("D6452F"), .5)
				case atlas.Rail:
					c = paint.Stone[1+(x/3)&1]
					if y == 4 || y == 11 {
						c = paint.Stone[5]
					}
				case atlas.Road:
					c = roadAt(x, y)
				case atlas.Tatami:
					c = paint.Hex("C6C882")
					if y == 0 || x == 0 {
						c = paint.Hex("4F6B4A")
					}
				}
				m.Set(int(t)*Tile+x, y, c)
			}
		}
	}
	return m
}
