package draw

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"kakitsubata/client/scene"
	"kakitsubata/client/sound"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
)

// live runs what moves without anybody's doing: effects, the air, and what
// avatars stir up.
func (g *Game) live(as []scene.Avatar, dt time.Duration) {
	now, calm := g.scene.Now(), g.out.Calm()
	f := &g.fx
	f.most = maxParticles
	if g.burden > full {
		f.most = lowParticles
	}
	f.run(now, dt)
	for k, m := range g.moods {
		if g.frame-m.seen > 600 {
			delete(g.moods, k)
		}
	}
	if !g.ready {
		return
	}
	for i := range as {
		a := &as[i]
		m := g.mood(a)
		x, y := g.feet(a)
		g.tread(a, m, x, y, calm)
		g.feelings(as, a, m, x, y, calm)
		if m.asleep && !calm && now-m.dozed > 1700*time.Millisecond && a.Kind != id.Companion {
			m.dozed = now
			f.add(particle{name: "z", x: x + 7, y: y - 30, vx: 5, vy: -9, until: now + 1500*time.Millisecond})
		}
	}
	if calm {
		return
	}
	f.blow(now, g.air(), &g.view, g.burden > full)
	if n := len(g.far); n > 0 && now > g.hum {
		// A murmur is heard by the eye: now and then a note goes up from it.
		g.hum = now + time.Duration(max(12000/n, 350))*time.Millisecond
		one := &g.far[rand.IntN(n)]
		f.add(particle{name: "fx-note", x: one.x / UnitsPerPixel, y: one.y/UnitsPerPixel - headTop, vx: 3, vy: -10, until: now + 1200*time.Millisecond})
	}
	g.twinkle(now)
}

// air is what floats in the place just now.
func (g *Game) air() floating {
	a := g.scene.Atlas()
	if a == nil {
		return floating{}
	}
	if g.outdoors() {
		switch g.sky {
		case Rain:
			return floating{"drop", 70, -26, 230}
		case Snow:
			return floating{"fx-snow", 46, -6, 17}
		}
	}
	d := g.pics.days
	return d.airOf(a.Trait("air"), a.Trait("light"), g.pics.season, g.light)
}

// outdoors reports whether weather reaches the place.
func (g *Game) outdoors() bool {
	a := g.scene.Atlas()
	if a == nil {
		return false
	}
	l := a.Trait("light")
	return l != "indoors" && l != "stars"
}

// twinkle shows that a gate is one.
func (g *Game) twinkle(now time.Duration) {
	if now < g.sparkle {
		return
	}
	g.sparkle = now + 420*time.Millisecond
	a := g.scene.Atlas()
	if a == nil {
		return
	}
	w, h := g.view.Size()
	for i := range a.Portals {
		r := a.Portals[i].Area
		x := float64(r.Min.X+rand.Int32N(max(1, r.Max.X-r.Min.X))) / UnitsPerPixel
		y := float64(r.Min.Y+rand.Int32N(max(1, r.Max.Y-r.Min.Y))) / UnitsPerPixel
		if x > g.view.CamX && x < g.view.CamX+w && y > g.view.CamY && y < g.view.CamY+h {
			g.fx.add(particle{name: "fx-sparkle", x: x, y: y, vy: -8, until: now + 900*time.Millisecond})
		}
	}
}

func (f *effects) under(g *Game, screen *ebiten.Image, tint ebiten.ColorScale) {
	now := g.scene.Now()
	for i := range f.once {
		o := &f.once[i]
		g.mark(screen, o.name, int((now-o.since)/o.ms), o.x, o.y, 1, tint)
	}
}

func (f *effects) over(g *Game, screen *ebiten.Image, tint ebiten.ColorScale) {
	now := g.scene.Now()
	for i := range f.parts {
		p := &f.parts[i]
		t := tint
		if p.name == "fx-firefly" || p.name == "fx-star" || !p.air {
			t = ebiten.ColorScale{} // it shines by itself
		}
		if left := p.until - now; left < 300*time.Millisecond {
			t.ScaleAlpha(float32(left) / float32(300*time.Millisecond))
		}
		switch p.name {
		case "z":
			g.stamp(screen, stampZ, p.x, p.y, t)
		case "drop":
			g.stamp(screen, stampDrop, p.x, p.y, t)
		default:
			g.mark(screen, p.name, int(now/(160*time.Millisecond))+i, p.x, p.y, 1, t)
		}
	}
}

// tread raises dust, leaves or ripples with each second step, and is heard.
func (g *Game) tread(a *scene.Avatar, m *mood, x, y float64, calm bool) {
	const stride = 18 * UnitsPerPixel
	if a.Walked-m.walked < stride {
		return
	}
	m.walked = a.Walked
	if a.Gait != protocol.Walk || a.Kind == id.Companion {
		return
	}
	name, cue := "fx-dust", sound.StepStone
	switch g.terrain(a.X, a.Y) {
	case atlas.Grass:
		name, cue = "fx-leaf", sound.StepGrass
	case atlas.Boardwalk, atlas.Bridge:
		name, cue = "fx-ripple", sound.StepWood
	case atlas.Trail, atlas.Sand:
		cue = sound.StepGrass
	case atlas.Floor, atlas.Tatami:
		name, cue = "", sound.StepWood
	}
	m.steps++
	if a.Own {
		g.out.Sound(cue, m.steps)
	}
	if name == "" || calm {
		return
	}
	side := float64(m.steps%2*4 - 2)
	g.fx.play(g.scene.Now(), name, x+side, y, 3, 90*time.Millisecond)
	if a.Own && name != "fx-ripple" {
		g.fx.play(g.scene.Now(), name, x-side, y+1, 3, 90*time.Millisecond)
	}
}

// feelings lets sparks fly with an emote that has just begun; two who wave
// beside each other clap their hands.
func (g *Game) feelings(as []scene.Avatar, a *scene.Avatar, m *mood, x, y float64, calm bool) {
	if a.Emote == id.EmoteNone || a.Emote >= id.EmoteChosen || a.EmoteAt == m.emoteAt {
		return
	}
	m.emoteAt = a.EmoteAt
	now := g.scene.Now()
	if now-a.EmoteAt > emoteFor {
		return
	}
	g.out.Sound(sound.Emote, int(a.Emote))
	if calm {
		return
	}
	if s := sparks[a.Emote]; s != "" {
		g.fx.burst(now, s, x, y-headTop+4, 5)
	}
	if a.Emote != id.EmoteWave {
		return
	}
	for i := range as {
		b := &as[i]
		if b.ID != a.ID && b.Emote == id.EmoteWave && now-b.EmoteAt < emoteFor && math.Hypot(a.X-b.X, a.Y-b.Y) < fiveWithin {
			bx, by := g.feet(b)
			g.fx.burst(now, "fx-sparkle", (x+bx)/2, (y+by)/2-24, 12)
			g.out.Sound(sound.Stamp, 0)
			return
		}
	}
}

// Small pictures that are written down rather than fetched.
var (
	stampZ    = []string{"####", "..#.", ".#..", "####"}
	stampDrop = []string{"..o", ".o.", ".o.", "o.."}
	stampOwn  = []string{"iiiiiiiii", "igggggggi", ".iggwggi.", "..igwgi..", "...igi...", "....i...."}
)

// stamp draws such a picture with its middle at a point.
func (g *Game) stamp(screen *ebiten.Image, rows []string, x, y float64, tint ebiten.ColorScale) {
	img := g.stamps[&rows[0]]
	if img == nil {
		img = newStamp(rows)
		g.stamps[&rows[0]] = img
	}
	op := &g.op
	op.GeoM.Reset()
	g.put(op, x-float64(len(rows[0])/2), y-float64(len(rows)/2))
	op.ColorScale = tint
	screen.DrawImage(img, op)
}
