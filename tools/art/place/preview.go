package place

import (
	"cmp"
	"math"
	"slices"

	"kakitsubata/protocol/id"
	"kakitsubata/tools/art/figure"
	"kakitsubata/tools/art/paint"
	"kakitsubata/tools/art/thing"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// Tint is what the client multiplies a place of a light by.
func Tint(light string) [3]float64 {
	switch light {
	case Evening:
		return [3]float64{.97, .78, .84}
	case Indoors:
		return [3]float64{1, .97, .92}
	}
	return [3]float64{1, 1, 1}
}

// sprite is something that stands, with its foot.
type sprite struct {
	img    *paint.Img
	x, y   int // of the picture's corner
	foot   int
	flip   bool
	lights []thing.Light
}

// Preview draws a place over its baked ground as a client would, with some
// people in it.
func Preview(a *atlas.Atlas, kinds map[string]thing.Thing, ground *paint.Img) *paint.Img {
	m := ground.Clone()
	var up []sprite
	for _, p := range a.Props {
		t := kinds[p.Kind]
		if t.Flat != nil {
			continue
		}
		x, y := Foot(p)
		s := sprite{t.Frames[0], x - t.FootX, y - t.FootY, y, p.Flip, t.Lights}
		if p.Flip {
			s.x = x - (t.Frames[0].W - 1 - t.FootX)
		}
		up = append(up, s)
	}
	up = append(up, people(a, m)...)
	slices.SortStableFunc(up, func(p, q sprite) int { return cmp.Compare(p.foot, q.foot) })
	for _, s := range up {
		m.Blit(s.img, s.x, s.y, s.flip)
	}
	light := a.Trait("light")
	tint := Tint(light)
	for i := range m.P {
		m.Mul(i%m.W, i/m.W, tint, 1)
	}
	if light == Evening {
		for _, s := range up {
			for _, l := range s.lights {
				m.Glow(float64(s.x+s.img.W/2+l.DX), float64(s.foot+l.DY), float64(l.R), paint.Hex(l.Colour), .62)
			}
		}
	}
	return m
}

// people are a handful of visitors on seats and about the spawns, and the
// listener, with their shadows.
func people(a *atlas.Atlas, m *paint.Img) []sprite {
	var out []sprite
	stand := func(look id.Look, column, x, y int) {
		m.Shadow(float64(x), float64(y)-1, 8, 3, .85)
		out = append(out, sprite{img: figure.Compose(look, column), x: x - figure.FootX, y: y - figure.FootY, foot: y})
	}
	frames := figure.Frames()
	for i, s := range a.Seats {
		if i%3 != 1 {
			continue
		}
		name := [4]string{"sit-left", "sit-down", "sit-left", "sit-up"}[s.Facing/64&3]
		stand(id.NewLook(i*7, i*5, i+1, i*3, i*11+1, i/2), frames[name][0], int(s.At.X/Units), int(s.At.Y/Units))
	}
	for i := range 10 {
		s := a.Spawns[i%len(a.Spawns)]
		turn, far := float64(i)*2.4, 2+1.7*math.Sqrt(float64(i)*4)
		p, ok := a.FreeNear(plane.Point{
			X: s.At.X + int32(far*math.Cos(turn)*plane.Tile*1.3),
			Y: s.At.Y + int32((far*math.Sin(turn)*.8+4)*plane.Tile),
		}, 4*plane.Tile)
		if !ok {
			continue
		}
		name := []string{"down", "left", "up", "wave"}[i%4]
		x, y := int(p.X/Units), int(p.Y/Units)
		if i == 5 {
			m.Shadow(float64(x), float64(y)-1, 9, 3, .85)
			out = append(out, sprite{img: figure.Listener(0, 1), x: x - figure.ListenerFootX, y: y - figure.ListenerFootY, foot: y})
			continue
		}
		stand(id.NewLook(i, i*2+1, i+2, i*5, i+3, i*3), frames[name][i%len(frames[name])], x, y)
	}
	return out
}
