package draw

import (
	"image"
	"image/color"
	"math"
	"time"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"

	"kakitsubata/client/errand"
	"kakitsubata/client/sound"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// CSS pixels.
const (
	stickRadius = 48
	stickDead   = 8
	dragSlack   = 10
)

const holdTime = 260 * time.Millisecond

// hands is what fingers, mouse and keys are doing.
type hands struct {
	finger  bool // a touch or the mouse is down
	touch   ebiten.TouchID
	mouse   bool
	since   time.Duration
	x0, y0  float64 // where it came down, in CSS pixels
	x, y    float64
	dragged bool
	stick   bool
	held    bool
	keyed   bool
	touches []ebiten.TouchID
}

// hand reads the input and turns it into the scene's wishes.
func (g *Game) hand() {
	h := &g.hands
	now := g.scene.Now()
	heading, keys := g.keys()
	g.point(now)
	if g.scene.Observer() {
		g.pan(heading, keys)
		return
	}
	a := g.scene.Atlas()
	if a == nil {
		return
	}
	switch {
	case keys:
		g.walk.Stop()
		h.keyed = true
		g.scene.Steer(heading, true)
		return
	case h.stick:
		if to, ok := stickHeading(h.x-h.x0, h.y-h.y0, stickDead); ok {
			g.scene.Steer(to, true)
		} else {
			g.scene.Steer(0, false)
		}
		return
	case h.finger && h.held:
		wx, wy := g.view.World(h.x, h.y)
		at := g.scene.OwnAt()
		to := plane.Point{X: int32(wx), Y: int32(wy)}
		if plane.Dist2(at, to) > 160*160 {
			g.scene.Steer((plane.Heading(at, to)+2)&^3, true)
		} else {
			g.scene.Steer(0, false)
		}
		return
	}
	h.keyed = false
	if g.walk.Going() {
		seat, sign := g.walk.Seat, g.walk.Sign
		to, walk, done := g.walk.Run(a, g.scene.OwnAt(), now)
		g.scene.Steer(to, walk)
		if done {
			g.arrive(seat, sign)
		}
		return
	}
	g.scene.Steer(0, false)
}

func (g *Game) arrive(seat, sign int) {
	a := g.scene.Atlas()
	if seat >= 0 && seat < len(a.Seats) && plane.Dist2(g.scene.OwnAt(), a.Seats[seat].At) < errand.SeatReach*errand.SeatReach {
		g.scene.Sit(id.SeatID(seat))
	}
	if sign >= 0 && sign < len(a.Props) {
		g.out.Read(a.Props[sign].Text)
	}
}

func pressed(ks ...ebiten.Key) bool {
	for _, k := range ks {
		if ebiten.IsKeyPressed(k) {
			return true
		}
	}
	return false
}

// keys reads the direction keys, and passes on those that mean something else.
func (g *Game) keys() (uint8, bool) {
	if g.out.Typing() {
		return 0, false
	}
	switch {
	case inpututil.IsKeyJustPressed(ebiten.KeyEnter), inpututil.IsKeyJustPressed(ebiten.KeyNumpadEnter):
		g.out.Press(KeySpeak)
	case inpututil.IsKeyJustPressed(ebiten.KeyE):
		g.out.Press(KeyEmote)
	case inpututil.IsKeyJustPressed(ebiten.KeyEscape):
		g.out.Press(KeyBack)
	case inpututil.IsKeyJustPressed(ebiten.KeySpace):
		g.use()
	}
	return keysHeading(pressed(ebiten.KeyArrowLeft, ebiten.KeyA), pressed(ebiten.KeyArrowRight, ebiten.KeyD),
		pressed(ebiten.KeyArrowUp, ebiten.KeyW), pressed(ebiten.KeyArrowDown, ebiten.KeyS))
}

// point follows one finger or the mouse.
func (g *Game) point(now time.Duration) {
	h := &g.hands
	if !h.finger {
		h.touches = inpututil.AppendJustPressedTouchIDs(h.touches[:0])
		switch {
		case len(h.touches) > 0:
			x, y := ebiten.TouchPosition(h.touches[0])
			g.down(now, float64(x), float64(y), false, h.touches[0])
		case inpututil.IsMouseButtonJustPressed(ebiten.MouseButtonLeft):
			x, y := ebiten.CursorPosition()
			g.down(now, float64(x), float64(y), true, 0)
		}
		return
	}
	up := false
	if h.mouse {
		up = !ebiten.IsMouseButtonPressed(ebiten.MouseButtonLeft)
		x, y := ebiten.CursorPosition()
		h.x, h.y = float64(x), float64(y)
	} else {
		up = inpututil.IsTouchJustReleased(h.touch) || inpututil.TouchPressDuration(h.touch) == 0
		if !up {
			x, y := ebiten.TouchPosition(h.touch)
			h.x, h.y = float64(x), float64(y)
		}
	}
	if !h.dragged && math.Hypot(h.x-h.x0, h.y-h.y0) > dragSlack {
		h.dragged = true
		// The stick is for thumbs: a touch that drags in the left half.
		h.stick = !h.mouse && h.x0 < g.view.PageW*0.45 && !g.scene.Observer()
		h.held = !h.stick
		if h.dragged && !g.scene.Observer() {
			g.walk.Stop()
		}
	}
	if !h.held && !h.stick && now-h.since > holdTime {
		h.held = true
		if !g.scene.Observer() && !g.walkGoesElsewhere() {
			g.walk.Stop()
		}
	}
	if up {
		tap := !h.dragged && !h.stick && now-h.since <= holdTime+400*time.Millisecond
		touch := !h.mouse
		h.finger, h.stick, h.held, h.dragged = false, false, false, false
		if tap && touch {
			g.tap(h.x0, h.y0)
		}
	}
}

// walkGoesElsewhere keeps a seat or sign that was tapped as the goal although
// the finger rested a little.
func (g *Game) walkGoesElsewhere() bool { return g.walk.Seat >= 0 || g.walk.Sign >= 0 }

func (g *Game) down(now time.Duration, x, y float64, mouse bool, t ebiten.TouchID) {
	g.hands = hands{finger: true, mouse: mouse, touch: t, since: now, x0: x, y0: y, x: x, y: y, touches: g.hands.touches}
	if mouse {
		g.tap(x, y) // a mouse means it at once; a finger may be about to drag
	}
}

// pan moves an observer's camera.
func (g *Game) pan(heading uint8, keys bool) {
	h := &g.hands
	if h.finger && h.dragged {
		g.cam.dragX -= (h.x - h.x0) / g.view.Scale
		g.cam.dragY -= (h.y - h.y0) / g.view.Scale
		h.x0, h.y0 = h.x, h.y
	}
	if keys {
		dx, dy := direction(heading)
		g.cam.dragX += dx * 4
		g.cam.dragY += dy * 4
	}
	w, hh := g.view.Size()
	g.cam.dragX = min(max(g.cam.dragX, min(w/2, float64(g.view.MapW)/2)), max(float64(g.view.MapW)-w/2, float64(g.view.MapW)/2))
	g.cam.dragY = min(max(g.cam.dragY, min(hh/2, float64(g.view.MapH)/2)), max(float64(g.view.MapH)-hh/2, float64(g.view.MapH)/2))
}

// tap answers a tap: a person, a seat, a thing, or a place to walk to.
func (g *Game) tap(px, py float64) {
	a := g.scene.Atlas()
	if a == nil {
		return
	}
	now := g.scene.Now()
	wx, wy := g.view.World(px, py)
	x, y := wx/UnitsPerPixel, wy/UnitsPerPixel
	if i := g.avatarAt(x, y); i >= 0 {
		av := g.scene.Avatars()[i]
		if av.Own {
			g.out.Press(KeyEmote)
		} else {
			g.out.Avatar(av.ID)
		}
		g.answered("avatar")
		return
	}
	if g.scene.Observer() {
		return
	}
	to := plane.Point{X: int32(wx), Y: int32(wy)}
	if seat := errand.SeatNear(a, to, plane.Tile*7/8); seat >= 0 {
		g.goTo(a.Seats[seat].At, seat, -1, x, y, now)
		return
	}
	if i := g.propAt(x, y); i >= 0 {
		p := &g.props[i]
		p.wiggle = now
		g.touch(p, x, y, now)
		at := a.Props[p.index].At
		at.Y += plane.Tile / 2
		sign := -1
		if p.text != "" {
			sign = p.index
		}
		if sign >= 0 && a.PortalAt(at) >= 0 { // the way there would lead through the door
			g.walk.Stop()
			g.arrive(-1, sign)
			return
		}
		if p.text != "" || !a.Free(to) {
			g.goTo(at, -1, sign, x, y, now)
			return
		}
	}
	if g.terrain(wx, wy) == atlas.Water {
		g.fx.play(now, "fx-ripple", x, y, 3, 90*time.Millisecond)
		g.fx.play(now, "fx-ripple", x+3, y-2, 3, 140*time.Millisecond)
		g.out.Sound(sound.Splash, 0)
		g.answered("water")
		if g.walk.To(a, g.scene.OwnAt(), to, now) {
			return // to the shore
		}
		g.walk.Stop()
		return
	}
	g.goTo(to, -1, -1, x, y, now)
}

// touch answers a tap on a thing: each in its own way, none not at all.
func (g *Game) touch(p *prop, x, y float64, now time.Duration) {
	switch {
	case p.kind.Shy != nil:
		if p.fled == never {
			p.fled = now
		}
		g.out.Sound(sound.Emote, 4)
		g.answered("flight")
		return
	case p.kind.Touch == "fx-ripple":
		g.fx.play(now, "fx-ripple", x, y, 3, 90*time.Millisecond)
		g.fx.play(now, "fx-ripple", x-3, y+2, 3, 140*time.Millisecond)
		g.out.Sound(sound.Splash, 0)
	case p.kind.Touch == "fx-leaf": // puffs, that stay where they come up
		for i := range 3 {
			g.fx.play(now, "fx-leaf", x+float64(i*6-6), y+float64(i%2*4), 3, time.Duration(90+30*i)*time.Millisecond)
		}
		g.out.Sound(sound.Tap, 0)
	case p.kind.Touch != "":
		g.fx.burst(now, p.kind.Touch, x, y, 5)
		g.out.Sound(sound.Emote, 2)
	case p.ring > 0 && p.kind.H < 48: // something small that lives
		g.fx.burst(now, "fx-petal", x, y-4, 5)
		g.out.Sound(sound.Emote, 2)
	case len(p.kind.Lights) > 0:
		g.fx.burst(now, "fx-firefly", x, y, 5)
		g.out.Sound(sound.Emote, 3)
	default:
		g.fx.burst(now, "fx-sparkle", x, y, 4)
		g.out.Sound(sound.Tap, 0)
	}
	g.answered("touch")
}

// answered counts the answers to taps, for the tests in a browser.
func (g *Game) answered(by string) { g.answers, g.answer = g.answers+1, by }

// Answers is how many taps were answered, and by what the last.
func (g *Game) Answers() (int, string) { return g.answers, g.answer }

// Touchable lists what stands in view: each thing's kind, whether it can be
// read, and where on the page a finger would touch it.
func (g *Game) Touchable() (out []Touchable) {
	a := g.scene.Atlas()
	if _, n := g.scene.Room(); a == nil || !g.ready || n != g.room {
		return nil // between two rooms
	}
	k := g.view.Scale
	for i := range g.props {
		p := &g.props[i]
		px, py := p.foot()
		x, y := px, py-float64(p.kind.FootY)/2
		if !g.sees(p) || p.now.hidden || g.propAt(x, y) != i || g.avatarAt(x, y) >= 0 {
			continue
		}
		out = append(out, Touchable{a.Props[p.index].Kind, p.text != "", (x - g.view.CamX) * k, (y - g.view.CamY) * k})
	}
	return out
}

// Touchable is a thing in view; X and Y are in CSS pixels of the page.
type Touchable struct {
	Kind string
	Read bool
	X, Y float64
}

// goTo plans a way. It reports whether there is one.
func (g *Game) goTo(at plane.Point, seat, sign int, x, y float64, now time.Duration) bool {
	a := g.scene.Atlas()
	if !g.walk.To(a, g.scene.OwnAt(), at, now) {
		g.fx.play(now, "fx-blocked", x, y, 3, 70*time.Millisecond)
		g.answered("blocked")
		g.out.Sound(sound.Blocked, 0)
		if own := g.own(); own != nil {
			g.mood(own).shake = now
		}
		g.walk.Stop()
		return false
	}
	g.walk.Seat, g.walk.Sign = seat, sign
	g.fx.play(now, "fx-tap", x, y, 4, 50*time.Millisecond)
	g.answered("way")
	g.out.Sound(sound.Tap, 0)
	if !g.walk.Going() { // already there
		g.walk.Stop()
		g.arrive(seat, sign)
	}
	return true
}

// avatarAt is the foremost avatar whose body is at an art pixel, or -1. A
// finger is broad: a little beside counts. Others go before oneself: whoever
// stands in somebody's way can still be hidden and reported.
func (g *Game) avatarAt(x, y float64) int {
	best, own, foot := -1, -1, -1.0
	for i, a := range g.scene.Avatars() {
		ax, ay := a.X/UnitsPerPixel, a.Y/UnitsPerPixel
		if math.Abs(x-ax) > 11 || y < ay-36 || y > ay+4 || a.Fade <= 0.3 {
			continue
		}
		if a.Own {
			own = i
		} else if ay > foot {
			best, foot = i, ay
		}
	}
	if best < 0 {
		return own
	}
	return best
}

// propAt is the foremost thing whose picture is at an art pixel, or -1.
func (g *Game) propAt(x, y float64) int {
	best, foot := -1, -1e9
	for i := range g.props {
		p := &g.props[i]
		if p.kind.Over || len(p.frames) == 0 {
			continue
		}
		px, py := p.foot()
		left, top := px-float64(p.kind.FootX), py-float64(p.kind.FootY)
		if x >= left && x < left+float64(p.kind.W) && y >= top && y < py+3 && py > foot && !p.now.hidden {
			best, foot = i, py
		}
	}
	return best
}

// use does what a tap on the nearest usable thing would.
func (g *Game) use() {
	a := g.scene.Atlas()
	if a == nil || g.scene.Observer() {
		return
	}
	at := g.scene.OwnAt()
	now := g.scene.Now()
	best, foot := -1, int64(48*UnitsPerPixel)*int64(48*UnitsPerPixel)
	as := g.scene.Avatars()
	for i := range as {
		if d := plane.Dist2(at, plane.Point{X: int32(as[i].X), Y: int32(as[i].Y)}); !as[i].Own && d < foot {
			best, foot = i, d
		}
	}
	if seat := errand.SeatNear(a, at, errand.SeatReach); seat >= 0 && !g.scene.OwnSeated() {
		g.scene.Sit(id.SeatID(seat))
		return
	}
	for i := range g.props {
		p := &g.props[i]
		if p.text != "" && plane.Dist2(at, a.Props[p.index].At) < 2*plane.Tile*2*plane.Tile {
			p.wiggle = now
			g.out.Read(p.text)
			return
		}
	}
	if best >= 0 {
		g.out.Avatar(as[best].ID)
	}
}

// drawStick shows the stick under the thumb.
func (g *Game) drawStick(screen *ebiten.Image) {
	h := &g.hands
	if !h.stick {
		return
	}
	k := g.view.Scale
	r := int(stickRadius / k)
	p := g.pics
	if p.ring == nil || p.ringSize != r {
		p.ring, p.knob, p.ringSize = disc(r, color.RGBA{255, 253, 247, 255}, 0.75, 0.28), disc(r*5/12, color.RGBA{255, 253, 247, 255}, 1, 0.85), r
	}
	put := func(img *ebiten.Image, x, y float64) {
		var op ebiten.DrawImageOptions
		op.GeoM.Translate(math.Round(x)-float64(img.Bounds().Dx()/2), math.Round(y)-float64(img.Bounds().Dy()/2))
		screen.DrawImage(img, &op)
	}
	dx, dy := (h.x-h.x0)/k, (h.y-h.y0)/k
	if d := math.Hypot(dx, dy); d > float64(r) {
		dx, dy = dx/d*float64(r), dy/d*float64(r)
	}
	put(p.ring, h.x0/k, h.y0/k)
	put(p.knob, h.x0/k+dx, h.y0/k+dy)
}

// disc is a filled circle with an edge of ink.
func disc(r int, c color.RGBA, rim, fill float64) *ebiten.Image {
	img := image.NewRGBA(image.Rect(0, 0, 2*r, 2*r))
	for y := range 2 * r {
		for x := range 2 * r {
			d := math.Hypot(float64(x-r)+.5, float64(y-r)+.5)
			var a float64
			k := c
			switch {
			case d > float64(r):
				continue
			case d > float64(r)*0.92:
				a, k = rim, color.RGBA{0x3A, 0x2F, 0x56, 255}
			default:
				a = fill
			}
			img.SetRGBA(x, y, color.RGBA{uint8(float64(k.R) * a), uint8(float64(k.G) * a), uint8(float64(k.B) * a), uint8(255 * a)})
		}
	}
	return ebiten.NewImageFromImage(img)
}
