package draw

import (
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"kakitsubata/client/errand"
	"kakitsubata/client/scene"
	"kakitsubata/client/sound"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
)

// Key is a key whose meaning is the page's.
type Key uint8

// Keys.
const (
	KeySpeak Key = iota
	KeyEmote
	KeyBack
)

// Sky is the weather that a child chose to see.
type Sky uint8

// Skies. Clear leaves the air to the season.
const (
	Clear Sky = iota
	Rain
	Snow
	SkyEnd // one past the last
)

// Outside is what the canvas asks of the page around it. All is called from
// the game's own goroutine, but Fetch, which may wait.
type Outside interface {
	Step()                                        // each frame, after the hands were read: events in, intents out
	Typing() bool                                 // keys belong to a field or a sheet
	Calm() bool                                   // reduced motion
	Fetch(path string, limit int) ([]byte, error) // a file of the server
	Avatar(id.AvatarID)                           // an avatar was tapped
	Read(text string)                             // a sign was walked up to
	Press(Key)
	Sound(cue sound.Cue, n int)
	Clock() time.Time // what the device's clock says
	Placed(*View)     // the camera is where it will be drawn
	Drawing()         // once: the first frame is drawn
}

// Game is an ebiten.Game.
type Game struct {
	scene   *scene.Scene
	out     Outside
	pics    *pictures
	view    View
	canvas  canvas
	cam     camera
	hands   hands
	answers int
	answer  string
	walk    errand.Errand
	fx      effects
	room    int // the room that props and ground belong to
	ready   bool
	props   []prop
	set     int // times that the props were set
	moods   map[id.AvatarID]*mood
	draws   []drawable
	far     []figure

	murmurs murmurs
	stamps  map[*string]*ebiten.Image
	last    time.Duration
	frame   int
	drawn   bool

	clock   time.Time // by the city
	light   daylight
	sky     Sky
	sparkle time.Duration // when gates twinkle next
	hum     time.Duration // when a note goes up from the murmur next
	shone   time.Duration // when the light was last looked at
	dated   bool          // with the city's almanac
	wet     float64       // how near water is, 0 to 1

	adorned int           // shaders that were made, or can't be
	seen    time.Duration // since when the world is seen, as adorn counts

	wipe       wipe
	wipeShader *ebiten.Shader
	wipeUnis   map[string]any
	wipeAt     [2]float32
	wipeR      [1]float32
	veil       *ebiten.Image

	op      ebiten.DrawImageOptions // used again and again
	slow    slowness
	burden  burden
	next    burden // from the next room on
	chosen  bool   // the child said how much is drawn
	half    bool   // 30 frames a second
	painted time.Duration
	updated pace
	drew    pace
}

// New makes a game that shows a scene.
func New(s *scene.Scene, out Outside) *Game {
	g := &Game{
		scene: s, out: out, pics: newPictures(out.Fetch), moods: map[id.AvatarID]*mood{}, murmurs: murmurs{},
		stamps: map[*string]*ebiten.Image{}, veil: ebiten.NewImage(1, 1),
	}
	g.wipeUnis = map[string]any{"Middle": g.wipeAt[:], "Radius": g.wipeR[:]}
	g.light = daylight{r: 1, g: 1, b: 1}
	g.wipe.begin(0, true)
	g.walk.Stop()
	return g
}

// footCSS is how high the chat field is, in CSS pixels.
const footCSS = 66

// Run draws until the page goes away.
func (g *Game) Run() error {
	g.pics.start()
	ebiten.SetTPS(ebiten.SyncWithFPS) // the scene goes by the clock, not by counted updates
	ebiten.SetScreenClearedEveryFrame(false)
	g.canvas.own()
	return ebiten.RunGameWithOptions(g, &ebiten.RunGameOptions{InitUnfocused: true, DisableHiDPI: true})
}

// View is what the canvas shows now.
func (g *Game) View() View { return g.view }

// Ready reports whether the room that the scene is in can be seen.
func (g *Game) Ready() bool {
	_, n := g.scene.Room()
	return n > 0 && g.ready && g.room == n
}

// Scale is how many CSS pixels an art pixel takes.
func (g *Game) Scale() float64 {
	if g.view.Scale == 0 {
		return 1
	}
	return g.view.Scale
}

// Low reports whether the game draws less because the machine is slow.
func (g *Game) Low() bool { return max(g.burden, g.next) == least }

// SetLow makes the game draw less, or all again.
func (g *Game) SetLow(low bool) {
	g.burden, g.chosen = full, true
	if low {
		g.burden = least
	}
	g.next = g.burden
}

// Half reports whether only 30 frames a second are drawn; SetHalf says so.
func (g *Game) Half() bool        { return g.half }
func (g *Game) SetHalf(half bool) { g.half = half }

// Sky is the weather that is shown outdoors; SetSky chooses it.
func (g *Game) Sky() Sky       { return g.sky }
func (g *Game) SetSky(sky Sky) { g.sky = sky }

// Covered reports whether a wipe hides the room, so that no words may hang
// over it.
func (g *Game) Covered() bool { return g.wipe.stage == wipeCloses || g.wipe.stage == wipeCovers }

// Pace is how long moving on and drawing took lately, in milliseconds: the
// median and the 95th of a hundred frames of each.
func (g *Game) Pace() (update, updateMost, draw, drawMost float64) {
	update, updateMost = g.updated.read()
	draw, drawMost = g.drew.read()
	return update, updateMost, draw, drawMost
}

// Loops is what the place itself sounds like where one stands.
func (g *Game) Loops() (l sound.Loops) {
	if !g.ready || !g.outdoors() {
		return l
	}
	if g.sky == Rain {
		l.Rain = .8
	}
	if g.light.lamps > .6 && (g.pics.season == "summer" || g.pics.season == "mando" || g.pics.season == "autumn") {
		l.Crickets = .7
	}
	l.Water = g.wet
	return l
}

// LayoutF takes the page's size in CSS pixels and asks for one canvas pixel per
// art pixel.
func (g *Game) LayoutF(w, h float64) (float64, float64) {
	bigger := 0
	if g.burden == least {
		bigger = 1
	}
	g.view.Fit(w, h, g.canvas.dpr(), bigger, footCSS)
	if g.canvas.fit(g.view.W, g.view.H, g.view.Scale) {
		g.painted = 0
	}
	return float64(g.view.W), float64(g.view.H)
}

// Layout is never called, since LayoutF is there.
func (g *Game) Layout(w, h int) (int, int) { return w, h }

// Update reads the hands, moves the scene on, and places the camera.
func (g *Game) Update() error {
	begun := time.Now()
	g.hand()
	g.out.Step()
	now := g.scene.Now()
	dt := now - g.last
	g.last = now
	g.frame++
	if !g.chosen && g.next < least && g.slow.frame(dt) {
		g.next++
		g.burden = lighter // more than that would make the view jump
	}
	g.clock = g.pics.days.local(g.out.Clock())
	g.enter()
	as := g.scene.Avatars()
	g.pics.work(as, len(g.scene.Crowd()) > 0, g.out.Clock(), min(dt/6, 40*time.Millisecond))
	if now-g.shone > 500*time.Millisecond || !g.dated && g.pics.dated {
		g.shone, g.dated = now, g.pics.dated
		g.shine()
	}
	g.actProps(as)
	g.look(min(dt, 100*time.Millisecond))
	g.live(as, min(dt, 100*time.Millisecond))
	g.wipe.run(now, g.Ready() && g.pics.ground.real, g.out.Calm())
	if a := g.scene.Atlas(); a != nil && g.ready && g.pics.ground.soil == nil && !g.Covered() {
		g.pics.ground.set(plainSoil(a), false) // its picture takes too long
	}
	g.adorn(now)
	g.out.Placed(&g.view)
	g.updated.add(time.Since(begun))
	return nil
}

// What a visit may begin without.
const (
	adornAfter = 4 * time.Second  // that the world is seen
	adornMost  = 20 * time.Second // then also under a child that walks
)

// adorn makes the shaders, one at a time, when the child stands still. To
// compile one is a heavy piece of work for a small machine: the browser turns
// the whole compiler into its best code for it, just when the first steps want
// the processor. Until then water rests, and a wipe is a fade.
func (g *Game) adorn(now time.Duration) {
	if g.adorned == adornments || !g.drawn || g.wipe.stage != wipeNone {
		return
	}
	if g.seen == 0 {
		g.seen = now
	}
	own := g.own()
	if since := now - g.seen; since < adornAfter || since < adornMost && own != nil && own.Gait == protocol.Walk {
		return
	}
	g.adorned++
	switch g.adorned {
	case 1:
		g.pics.ground.move()
	case adornments:
		if s, err := ebiten.NewShader(wipeKage); err == nil {
			g.wipeShader = s
		}
	}
	g.seen = now - adornAfter + time.Second // the next one in a second
}

const adornments = 2

// shine asks the clock how light it is, and the ground how near the water.
func (g *Game) shine() {
	a := g.scene.Atlas()
	if a == nil {
		return
	}
	g.light = g.pics.days.at(a.Trait("light"), g.clock)
	if g.outdoors() && g.sky != Clear { // clouds
		g.light.r, g.light.g, g.light.b = g.light.r*.88, g.light.g*.9, g.light.b*.96
	}
	g.wet = 0
	x, y, ok := g.scene.Own()
	if !ok {
		return
	}
	const reach = 5
	best := reach + 1
	for dy := -reach; dy <= reach; dy++ {
		for dx := -reach; dx <= reach; dx++ {
			if g.terrain(x+float64(dx*256), y+float64(dy*256)) == atlas.Water {
				best = min(best, max(dx, -dx)+max(dy, -dy))
			}
		}
	}
	g.wet = float64(max(reach+1-best, 0)) / (reach + 1) * .8
}

// enter sets the stage when the room is another one.
func (g *Game) enter() {
	room, n := g.scene.Room()
	a := g.scene.Atlas()
	if n == 0 {
		return
	}
	if n != g.room {
		if g.wipe.stage == wipeNone || g.wipe.stage == wipeUncovers {
			g.wipe.begin(g.scene.Now(), !g.drawn)
			if g.drawn {
				g.out.Sound(sound.Portal, 0)
			}
		}
		g.room, g.ready = n, false
		g.burden = g.next
		g.cam.set = false
		g.cam.dragX, g.cam.dragY = 0, 0
		g.walk.Stop()
		g.fx.clear()
		clear(g.moods)
		clear(g.murmurs)
		if r, err := id.ParseRoomID(room.Room); err == nil {
			g.pics.want(r)
		}
	}
	if a == nil || g.ready {
		if a != nil && g.pics.newProps {
			g.pics.newProps = false
			g.setProps(a)
		}
		return
	}
	g.ready = true
	g.view.MapW, g.view.MapH = a.Width*16, a.Height*16
	if !g.pics.ground.real {
		g.pics.ground.set(nil, false)
	}
	g.pics.newProps = false
	g.setProps(a)
	g.shine()
}

// look moves the camera.
func (g *Game) look(dt time.Duration) {
	x, y, ok := g.scene.Own()
	x, y = x/UnitsPerPixel, y/UnitsPerPixel-12 // at the chest
	var dx, dy float64
	if ok {
		if own := g.own(); own != nil && own.Gait == protocol.Walk {
			dx, dy = direction(own.Heading)
		}
	} else {
		if !g.cam.set {
			x, y = float64(g.view.MapW)/2, float64(g.view.MapH)/2
			if a := g.scene.Atlas(); a != nil && len(a.Spawns) > 0 {
				x, y = float64(a.Spawns[0].At.X)/UnitsPerPixel, float64(a.Spawns[0].At.Y)/UnitsPerPixel
			}
			g.cam.dragX, g.cam.dragY = x, y
		}
		x, y = g.cam.dragX, g.cam.dragY
	}
	if !g.ready {
		return
	}
	g.cam.run(dt.Seconds(), x, y, dx, dy, g.out.Calm())
	g.cam.frame(&g.view)
}

func (g *Game) own() *scene.Avatar {
	as := g.scene.Avatars()
	for i := range as {
		if as[i].Own {
			return &as[i]
		}
	}
	return nil
}

// terrain is the ground under a point in units.
func (g *Game) terrain(x, y float64) atlas.Terrain {
	a := g.scene.Atlas()
	if a == nil {
		return atlas.Grass
	}
	tx, ty := int(x)/256, int(y)/256
	if tx < 0 || ty < 0 || tx >= a.Width || ty >= a.Height {
		return atlas.Grass
	}
	return a.Ground[ty*a.Width+tx]
}
