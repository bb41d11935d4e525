package draw

import (
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"kakitsubata/client/errand"
	"kakitsubata/client/scene"
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
	Placed(*View) // the camera is where it will be drawn
	Drawing()     // once: the first frame is drawn
}

// Game is an ebiten.Game.
type Game struct {
	scene *scene.Scene
	out   Outside
	pics  *pictures
	view  View
	cam   camera
	hands hands
	walk  errand.Errand
	fx    effects
	room  int // the room that props and ground belong to
	ready bool
	props []prop
	set   int // times that the props were set
	moods map[id.AvatarID]*mood
	draws []drawable
	far   []figure

	murmurs murmurs
	last    time.Duration
	frame   int
	slow    slowness
	low     bool
	drawn   bool
}

// New makes a game that shows a scene.
func New(s *scene.Scene, out Outside) *Game {
	g := &Game{scene: s, out: out, pics: newPictures(out.Fetch), moods: map[id.AvatarID]*mood{}, murmurs: murmurs{}}
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
	return ebiten.RunGameWithOptions(g, &ebiten.RunGameOptions{InitUnfocused: true})
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
	if g.view.Dpr == 0 {
		return 1
	}
	return float64(g.view.S) / g.view.Dpr
}

// Low reports whether the game draws less because the machine is slow.
func (g *Game) Low() bool { return g.low }

// SetLow makes the game draw less, or all again.
func (g *Game) SetLow(low bool) { g.low, g.slow = low, slowness{judged: true} }

// LayoutF asks for one canvas pixel per device pixel.
func (g *Game) LayoutF(w, h float64) (float64, float64) {
	dpr := ebiten.Monitor().DeviceScaleFactor()
	g.view.Dpr = dpr
	g.view.W, g.view.H = max(int(w*dpr), 1), max(int(h*dpr), 1)
	g.view.S = Scale(g.view.W, g.view.H, dpr)
	if g.low {
		g.view.S++
	}
	g.view.Foot = footCSS * dpr / float64(g.view.S)
	return float64(g.view.W), float64(g.view.H)
}

// Layout is never called, since LayoutF is there.
func (g *Game) Layout(w, h int) (int, int) { return w, h }

// Update reads the hands, moves the scene on, and places the camera.
func (g *Game) Update() error {
	g.hand()
	g.out.Step()
	now := g.scene.Now()
	dt := now - g.last
	g.last = now
	g.frame++
	if !g.low && g.slow.frame(dt) {
		g.low = true
	}
	g.enter()
	g.pics.work(g.scene.Avatars(), len(g.scene.Crowd()) > 0)
	g.look(min(dt, 100*time.Millisecond))
	g.fx.run(g, min(dt, 100*time.Millisecond))
	g.out.Placed(&g.view)
	return nil
}

// enter sets the stage when the room is another one.
func (g *Game) enter() {
	room, n := g.scene.Room()
	a := g.scene.Atlas()
	if n == 0 {
		return
	}
	if n != g.room {
		g.room, g.ready = n, false
		g.cam.set = false
		g.cam.dragX, g.cam.dragY = 0, 0
		g.walk.Stop()
		g.fx.clear()
		clear(g.moods)
		clear(g.murmurs)
		if r, err := id.ParseRoomID(room.Room); err == nil {
			g.pics.wantGround("/art/" + string(r.City) + "/" + string(r.Place) + ".png")
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
	g.pics.plainGround(a)
	g.pics.newProps = false
	g.setProps(a)
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

// tint is the light of the place.
func (g *Game) tint() (r, gr, b float32, dark bool) {
	a := g.scene.Atlas()
	if a == nil {
		return 1, 1, 1, false
	}
	switch a.Trait("light") {
	case "evening":
		return 0.97, 0.78, 0.84, true
	case "night":
		return 0.55, 0.55, 0.78, true
	case "indoors":
		return 1, 0.97, 0.92, true
	}
	return 1, 1, 1, false
}

// slowness judges once whether the machine is too slow for the full picture.
type slowness struct {
	judged  bool
	frames  int
	slow    int
	started bool
}

const judgedFrames = 120

func (s *slowness) frame(dt time.Duration) bool {
	if s.judged || dt <= 0 || dt > time.Second {
		return false
	}
	s.frames++
	if s.frames == 60 && !s.started {
		// The first second is loading; it says nothing.
		s.started, s.frames, s.slow = true, 0, 0
		return false
	}
	if dt > 24*time.Millisecond {
		s.slow++
	}
	if s.started && s.frames >= judgedFrames {
		s.judged = true
		return s.slow > judgedFrames/2
	}
	return false
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
