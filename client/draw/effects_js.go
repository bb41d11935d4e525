package draw

import (
	"math/rand/v2"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"kakitsubata/client/scene"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
)

const (
	maxParticles = 200
	maxOnce      = 48
)

// once is an effect that plays its frames and is gone.
type once struct {
	name  string
	x, y  float64
	since time.Duration
	ms    time.Duration // of a frame
	n     int
}

// particle floats.
type particle struct {
	name   string
	x, y   float64
	vx, vy float64 // art pixels a second
	until  time.Duration
}

// effects are small things that pass: dust, rings, petals.
type effects struct {
	once  []once
	parts []particle
	next  time.Duration
}

func (f *effects) clear() { f.once, f.parts = f.once[:0], f.parts[:0] }

func (f *effects) play(now time.Duration, name string, x, y float64, frames int, ms time.Duration) {
	if len(f.once) >= maxOnce {
		copy(f.once, f.once[1:])
		f.once = f.once[:len(f.once)-1]
	}
	f.once = append(f.once, once{name, x, y, now, ms, frames})
}

func (f *effects) burst(now time.Duration, name string, x, y float64, n int) {
	for range n {
		if len(f.parts) >= maxParticles {
			return
		}
		f.parts = append(f.parts, particle{name, x, y, rand.Float64()*40 - 20, -10 - rand.Float64()*25, now + 500*time.Millisecond + time.Duration(rand.IntN(400))*time.Millisecond})
	}
}

func (f *effects) run(g *Game, dt time.Duration) {
	now := g.scene.Now()
	keep := f.once[:0]
	for _, o := range f.once {
		if now-o.since < o.ms*time.Duration(o.n) {
			keep = append(keep, o)
		}
	}
	f.once = keep
	parts := f.parts[:0]
	s := dt.Seconds()
	for _, p := range f.parts {
		if now > p.until {
			continue
		}
		p.x += p.vx * s
		p.y += p.vy * s
		parts = append(parts, p)
	}
	f.parts = parts
	for k, m := range g.moods {
		if g.frame-m.seen > 600 {
			delete(g.moods, k)
		}
	}
	if g.out.Calm() || !g.ready || now < f.next {
		return
	}
	f.ambient(g, now)
}

// ambient keeps the place alive when nobody plays.
func (f *effects) ambient(g *Game, now time.Duration) {
	f.next = now + 350*time.Millisecond
	if g.low {
		f.next += 700 * time.Millisecond
	}
	a := g.scene.Atlas()
	if a == nil || len(f.parts) > 60 {
		return
	}
	w, h := g.view.Size()
	x, y := g.view.CamX+rand.Float64()*w, g.view.CamY+rand.Float64()*h
	switch a.Trait("light") {
	case "evening", "night":
		f.parts = append(f.parts, particle{"fx-firefly", x, y, rand.Float64()*8 - 4, rand.Float64()*6 - 4, now + 4*time.Second})
	case "indoors":
	default:
		f.parts = append(f.parts, particle{"fx-petal", x, g.view.CamY + rand.Float64()*h*0.6, -6 - rand.Float64()*8, 9 + rand.Float64()*6, now + 6*time.Second})
	}
	// A gate twinkles, so that it is seen as one.
	for i := range a.Portals {
		r := a.Portals[i].Area
		px := float64(r.Min.X+rand.Int32N(max(1, r.Max.X-r.Min.X))) / UnitsPerPixel
		py := float64(r.Min.Y+rand.Int32N(max(1, r.Max.Y-r.Min.Y))) / UnitsPerPixel
		if px > g.view.CamX && px < g.view.CamX+w && py > g.view.CamY && py < g.view.CamY+h {
			f.parts = append(f.parts, particle{"fx-sparkle", px, py, 0, -8, now + 900*time.Millisecond})
		}
	}
}

func (f *effects) under(g *Game, screen *ebiten.Image, tint ebiten.ColorScale) {
	now := g.scene.Now()
	for _, o := range f.once {
		g.mark(screen, o.name, int((now-o.since)/o.ms), o.x, o.y, 1, tint)
	}
}

func (f *effects) over(g *Game, screen *ebiten.Image, tint ebiten.ColorScale) {
	now := g.scene.Now()
	for i := range f.parts {
		p := &f.parts[i]
		g.mark(screen, p.name, int(now/(160*time.Millisecond))+i, p.x, p.y, 1, tint)
	}
}

// tread raises dust, leaves or ripples with each second step.
func (g *Game) tread(a *scene.Avatar, m *mood, x, y float64) {
	const stride = 18 * UnitsPerPixel
	if a.Walked-m.walked < stride {
		return
	}
	m.walked = a.Walked
	if a.Gait != protocol.Walk || g.out.Calm() || a.Kind == id.Companion {
		return
	}
	name := "fx-dust"
	switch g.terrain(a.X, a.Y) {
	case atlas.Grass:
		name = "fx-leaf"
	case atlas.Boardwalk, atlas.Bridge:
		name = "fx-ripple"
	case atlas.Floor, atlas.Tatami:
		return
	}
	m.steps++
	g.fx.play(g.scene.Now(), name, x+float64(m.steps%2*4-2), y, 3, 90*time.Millisecond)
}
