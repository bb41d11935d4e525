package draw

import (
	"math"
	"slices"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"kakitsubata/client/scene"
	"kakitsubata/world/atlas"
)

// prop is a prop of the map, ready to be drawn. In art pixels.
type prop struct {
	index  int // in the atlas
	kind   kind
	x, y   float64 // its point
	flip   bool
	frames []*ebiten.Image
	phase  int
	ring   int64 // how long its script is, in ms
	ahead  int64 // by which it is ahead of the city's clock
	text   string
	wiggle time.Duration // since when
	fled   time.Duration // since when it is away, if it is shy
	now    acted
	parts  []joined
}

// joined is another kind that is drawn right after a prop.
type joined struct {
	kind   kind
	frames []*ebiten.Image
	dx, dy float64
	ring   int64
	ahead  int64
	now    acted
}

func (g *Game) setProps(a *atlas.Atlas) {
	g.set++
	g.props = g.props[:0]
	many := map[string]int{}
	for i := range a.Props {
		many[a.Props[i].Kind]++
	}
	nth := map[string]int{}
	for i := range a.Props {
		p := &a.Props[i]
		k := g.pics.kinds[p.Kind]
		fs := g.pics.frames[p.Kind]
		if len(fs) == 0 && p.Text == "" || len(k.Only) > 0 && g.pics.season != "" && !slices.Contains(k.Only, g.pics.season) {
			continue
		}
		q := prop{
			index: i, kind: k, x: float64(p.At.X) / UnitsPerPixel, y: float64(p.At.Y) / UnitsPerPixel,
			flip: p.Flip, frames: fs, text: p.Text, wiggle: never, fled: never,
		}
		if k.Frames > 1 {
			q.phase = (int(p.At.X) / 16 * 7) % k.Frames
		}
		if q.ring = k.Script.ring(); q.ring > 0 {
			q.ahead = q.ring * int64(nth[p.Kind]) / int64(many[p.Kind])
		}
		nth[p.Kind]++
		q.parts = g.join(k)
		g.props = append(g.props, q)
	}
}

// join finds what is drawn right after a kind: its parts, and a clock's hands.
func (g *Game) join(k kind) (out []joined) {
	for _, p := range k.Parts {
		j := joined{kind: g.pics.kinds[p.Kind], frames: g.pics.frames[p.Kind], ahead: p.Start}
		if len(j.frames) == 0 {
			continue
		}
		if len(p.At) == 2 {
			j.dx, j.dy = float64(p.At[0]), float64(p.At[1])
		}
		j.ring = j.kind.Script.ring()
		out = append(out, j)
	}
	return out
}

// Signs tells the words that stand on things: where their middle is, in units,
// and how much room they have there, in art pixels (none: they hang above).
func (g *Game) Signs(tell func(text string, x, y, w, h float64)) {
	for i := range g.props {
		p := &g.props[i]
		if p.text == "" {
			continue
		}
		if l := p.kind.Label; len(l) == 4 {
			tell(p.text, (p.x+float64(l[0]))*UnitsPerPixel, (p.y+float64(l[1]))*UnitsPerPixel, float64(l[2]), float64(l[3]))
			continue
		}
		tell(p.text, p.x*UnitsPerPixel, (p.y-float64(max(p.kind.FootY, 20))-6)*UnitsPerPixel, 0, 0)
	}
}

// Set counts how often the props were set: their signs may be others then.
func (g *Game) Set() int { return g.set }

// actProps moves what moves by itself.
func (g *Game) actProps(as []scene.Avatar) {
	calm := g.out.Calm()
	ms := g.clock.UnixMilli()
	for i := range g.props {
		p := &g.props[i]
		p.now = acted{frame: -1}
		if p.ring > 0 {
			at := ms + p.ahead
			if calm {
				// Nothing moves: it stands where its script begins, or is not there.
				at = 0
			}
			p.now = p.kind.Script.at(at, p.ring)
		}
		if s := p.kind.Shy; s != nil && !calm {
			g.startle(p, s, as)
		}
		for k := range p.parts {
			if j := &p.parts[k]; j.ring > 0 && !calm {
				j.now = j.kind.Script.at(ms+j.ahead, j.ring)
			}
		}
	}
}

// startle lets a shy thing fly off from whoever comes near.
func (g *Game) startle(p *prop, s *shy, as []scene.Avatar) {
	near := false
	for i := range as {
		if math.Hypot(as[i].X/UnitsPerPixel-p.x, (as[i].Y/UnitsPerPixel-p.y)*1.6) < s.Near {
			near = true
			break
		}
	}
	now := g.scene.Now()
	if near && p.fled == never {
		p.fled = now
	}
	if p.fled == never {
		return
	}
	a, away := s.act(now-p.fled, near)
	if !away {
		p.fled = never
		return
	}
	p.now = a
}

// foot is where a prop stands just now.
func (p *prop) foot() (x, y float64) { return p.x + p.now.dx, p.y + p.now.dy }

// sees reports whether a prop may be on the screen.
func (g *Game) sees(p *prop) bool {
	w, h := g.view.Size()
	x, y := p.foot()
	wide, high := float64(p.kind.W), float64(p.kind.H)
	if len(p.parts) > 0 { // they may reach out
		wide, high = wide+80, high+80
	}
	return x+wide > g.view.CamX && x-wide < g.view.CamX+w && y+16 > g.view.CamY && y-high < g.view.CamY+h
}

const wiggleTime = 320 * time.Millisecond

func (g *Game) drawProp(screen *ebiten.Image, p *prop, tint ebiten.ColorScale) {
	if len(p.frames) == 0 || p.now.hidden {
		return
	}
	now, calm := g.scene.Now(), g.out.Calm()
	i := max(p.now.frame, 0)
	if n := len(p.frames); p.now.frame < 0 && n > 1 && !calm && g.burden == full {
		i = (int(now/time.Millisecond)/p.kind.Ms + p.phase) % n
	}
	x, y := p.foot()
	if since := now - p.wiggle; since < wiggleTime && !calm {
		x += float64([4]int{1, -1, 1, 0}[since*4/wiggleTime])
	}
	g.picture(screen, p.frames[i], &p.kind, x, y, p.flip != p.now.flip, tint)
	for k := range p.parts {
		j := &p.parts[k]
		if !j.now.hidden {
			g.picture(screen, j.frames[min(max(j.now.frame, 0), len(j.frames)-1)], &j.kind, p.x+j.dx+j.now.dx, p.y+j.dy+j.now.dy, j.now.flip, tint)
		}
	}
	if c := p.kind.Clock; c != nil {
		h, m := dialHands(g.clock)
		g.mark(screen, c.Hour, h, p.x+float64(c.At[0]), p.y+float64(c.At[1]), 1, tint)
		g.mark(screen, c.Minute, m, p.x+float64(c.At[0]), p.y+float64(c.At[1]), 1, tint)
	}
}

// picture draws a frame of a kind with its foot at a point.
func (g *Game) picture(screen, frame *ebiten.Image, k *kind, x, y float64, flip bool, tint ebiten.ColorScale) {
	op := &g.op
	op.GeoM.Reset()
	left := x - float64(k.FootX)
	if flip {
		op.GeoM.Scale(-1, 1)
		op.GeoM.Translate(float64(k.W), 0)
		left = x - float64(k.W-k.FootX)
	}
	g.put(op, left, y-float64(k.FootY))
	op.ColorScale = shone(tint, float32(k.Shine)*g.light.lamps)
	screen.DrawImage(frame, op)
}

// shone is a tint for what has a light inside: k of the way to full light.
func shone(tint ebiten.ColorScale, k float32) ebiten.ColorScale {
	if k <= 0 {
		return tint
	}
	k = min(k, 1)
	tint.SetR(tint.R() + (1-tint.R())*k)
	tint.SetG(tint.G() + (1-tint.G())*k)
	tint.SetB(tint.B() + (1-tint.B())*k)
	return tint
}

// castProps draws the shadows of what moves about.
func (g *Game) castProps(screen *ebiten.Image, tint ebiten.ColorScale) {
	for i := range g.props {
		p := &g.props[i]
		if p.kind.Cast && !p.now.hidden && p.fled == never && g.sees(p) {
			x, y := p.foot()
			if len(p.kind.Feet) == 0 {
				g.mark(screen, "fx-shadow", 0, x, y, 1, tint)
			}
			for _, f := range p.kind.Feet {
				if p.flip != p.now.flip {
					f[0] = -f[0]
				}
				g.mark(screen, "fx-shadow", 0, x+float64(f[0]), y+float64(f[1]), 1, tint)
			}
		}
	}
}
