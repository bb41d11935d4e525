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

// Light is how a place is lit.
type Light struct {
	Tint  [3]float64 // what the world is multiplied by
	Lamps float64    // how strong the lamps are, 0 to 1
	Glow  float64    // how much the water takes the evening's colours, 0 to 1
}

// Noon is full daylight.
var Noon = Light{Tint: [3]float64{1, 1, 1}}

// Still is the light of a place whose trait says that it stands still.
func Still(trait string) (Light, bool) {
	switch trait {
	case Evening:
		return Light{[3]float64{.97, .78, .84}, 1, 1}, true
	case Indoors:
		return Light{[3]float64{1, .97, .92}, .35, 0}, true
	case Festival:
		return Light{[3]float64{.62, .55, .82}, 1, .4}, true
	case Stars:
		return Light{[3]float64{.80, .79, .97}, 1, 0}, true
	case Night:
		return Light{[3]float64{.55, .55, .78}, 1, 0}, true
	}
	return Light{}, false
}

// View is what a preview shows.
type View struct {
	Light  Light
	Season string
	MS     float64 // of the clock by which things move
	Minute int     // of the day, for the clock's hands
	People bool
	Air    string // a kind that floats; none when empty
	Many   int    // on a screen of 480 × 300
}

// sprite is something that stands, with its foot.
type sprite struct {
	img    *paint.Img
	x, y   int // of the picture's corner
	foot   int
	flip   bool
	over   bool
	shine  float64
	cast   [][2]int // where its shadows lie, when they are not in the ground
	lights []thing.Light
	at     [2]int // the foot
}

// Preview draws a place over its baked ground as the client does: ground,
// shadows, what stands by its foot, lights.
func Preview(a *atlas.Atlas, kinds map[string]thing.Thing, ground *paint.Img, v View) *paint.Img {
	m := ground.Clone()
	if v.Light.Glow > 0 {
		Dusk(m, v.Light.Glow)
	}
	s := stage{kinds: kinds, view: v}
	count, number := map[string]int{}, map[string]int{}
	for _, p := range a.Props {
		count[p.Kind]++
	}
	for _, p := range a.Props {
		x, y := Foot(p)
		ahead := 0.0
		if t := kinds[p.Kind]; len(t.Script) > 0 {
			ahead = thing.Length(t.Script) * float64(number[p.Kind]) / float64(count[p.Kind])
			number[p.Kind]++
		}
		s.prop(p.Kind, x, y, p.Flip, ahead, len(s.up))
	}
	if v.People {
		s.up = append(s.up, people(a, m)...)
	}
	slices.SortStableFunc(s.up, func(p, q sprite) int { return cmp.Compare(p.foot, q.foot) })
	for _, u := range s.up {
		for _, f := range u.cast {
			if u.flip {
				f[0] = -f[0]
			}
			m.Shadow(float64(u.at[0]+f[0]), float64(u.at[1]+f[1])-1, 9, 3, .8)
		}
	}
	m = tinted(m, v.Light.Tint)
	for _, over := range [2]bool{false, true} {
		for _, u := range s.up {
			if u.over != over {
				continue
			}
			t := v.Light.Tint
			for i := range t {
				t[i] += (1 - t[i]) * u.shine * v.Light.Lamps
			}
			m.Blit(tinted(u.img, t), u.x, u.y, u.flip)
		}
	}
	if v.Light.Lamps > 0 {
		for _, u := range s.up {
			for _, l := range u.lights {
				m.Glow(float64(u.at[0]+l.DX), float64(u.at[1]+l.DY), float64(l.R), paint.Hex(l.Colour), .62*v.Light.Lamps)
			}
		}
	}
	if f := kinds[v.Air].Frames; len(f) > 0 {
		for i := range v.Many * m.W * m.H / (480 * 300) {
			m.Blit(f[i%len(f)], int(paint.Hash(i, 1, 55)*float64(m.W)), int(paint.Hash(i, 2, 55)*float64(m.H)), false)
		}
	}
	return m
}

func tinted(m *paint.Img, t [3]float64) *paint.Img {
	o := m.Clone()
	for i := range o.P {
		o.Mul(i%o.W, i/o.W, t, 1)
	}
	return o
}

// stage gathers what stands.
type stage struct {
	kinds map[string]thing.Thing
	view  View
	up    []sprite
}

func (s *stage) prop(kind string, x, y int, flip bool, ahead float64, phase int) {
	t := s.kinds[kind]
	if len(t.Frames) == 0 || len(t.Only) > 0 && !slices.Contains(t.Only, s.view.Season) {
		return
	}
	frame := 0
	if len(t.Frames) > 1 && t.MS > 0 {
		frame = (int(s.view.MS)/t.MS + x*7) % len(t.Frames)
	}
	if len(t.Script) > 0 {
		p := thing.Play(t.Script, s.view.MS+ahead)
		if p.Hidden {
			return
		}
		x, y, frame, flip = x+p.X, y+p.Y, p.Frame, flip != p.Flip
	}
	s.put(t, kind, frame, x, y, y, flip)
	for _, p := range t.Parts {
		px, py := x, y
		if p.At != nil {
			px, py = x+p.At[0], y+p.At[1]
		}
		k := s.kinds[p.Kind]
		pose := thing.Play(k.Script, s.view.MS+float64(p.Start))
		if len(k.Frames) > 0 && !pose.Hidden {
			s.put(k, p.Kind, pose.Frame, px+pose.X, py+pose.Y, y, flip != pose.Flip)
		}
	}
	if c := t.Clock; c != nil {
		hands := [2]struct {
			kind  string
			frame int
		}{{c.Hour, s.view.Minute / 15 % thing.HourHands}, {c.Minute, s.view.Minute % thing.MinuteHands}}
		for _, h := range hands {
			s.put(s.kinds[h.kind], h.kind, h.frame, x+c.At[0], y+c.At[1], y, false)
		}
	}
}

func (s *stage) put(t thing.Thing, _ string, frame, x, y, foot int, flip bool) {
	u := sprite{
		img: t.Frames[frame%len(t.Frames)], x: x - t.FootX, y: y - t.FootY, foot: foot,
		flip: flip, over: t.Over, shine: t.Shine, lights: t.Lights, at: [2]int{x, y},
	}
	if t.Cast {
		u.cast = t.Stands()
	}
	if flip {
		u.x = x - (t.Frames[0].W - 1 - t.FootX)
	}
	s.up = append(s.up, u)
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
