package panel

import (
	"math"
	"strconv"
	"syscall/js"
	"time"

	"kakitsubata/client/scene"
)

// guide is the first minute: three things to try, one at a time, each told in
// one short sentence and over as soon as it is done. It stops nobody and can be
// put away at any time. The entrance leaves a mark for who comes for the first
// time; here it is taken away.
type guide struct {
	box     js.Value
	card    card
	step    guideStep
	at      scenePoint
	set     bool
	room    int
	greeted bool
	until   time.Duration
}

type scenePoint struct{ x, y float64 }

type guideStep uint8

const (
	noStep guideStep = iota
	stepWalk
	stepGreet
	stepDoor
	stepDone
)

const (
	guideMark = "kkt.guide"
	walkedFor = 2 * 256 // units: two tiles are a walk
	praiseFor = 3500 * time.Millisecond
)

// session is the browser's memory of this tab, or nothing where there is none.
func session() js.Value {
	defer func() { _ = recover() }() // a page that may keep nothing throws
	return js.Global().Get("sessionStorage")
}

func (g *guide) init() {
	g.box = byID("guide")
	g.card.flat = true
	if s := session(); s.Truthy() && s.Call("getItem", guideMark).Truthy() {
		s.Call("removeItem", guideMark)
		g.step = stepWalk
	}
}

// run goes on to the next step when this one is done.
func (g *guide) run(p *Panel) {
	if g.step == noStep || p.scene.Life() != scene.Here || !p.world.Ready() || p.world.Covered() {
		return
	}
	_, room := p.scene.Room()
	x, y, ok := p.scene.Own()
	if !ok {
		return
	}
	if !g.set {
		g.set, g.at, g.room = true, scenePoint{x, y}, room
		g.tell(p)
	}
	switch g.step {
	case stepWalk:
		if math.Hypot(x-g.at.x, y-g.at.y) > walkedFor || room != g.room {
			g.next(p)
		}
	case stepGreet:
		if g.greeted {
			g.next(p)
		}
	case stepDoor:
		if room != g.room {
			g.next(p)
		}
	case stepDone:
		if p.scene.Now() > g.until {
			g.end()
		}
	}
}

func (g *guide) next(p *Panel) {
	g.step++
	_, g.room = p.scene.Room()
	g.until = p.scene.Now() + praiseFor
	p.world.Heard(NoiseStamp, int(g.step))
	g.tell(p)
}

func (g *guide) end() {
	g.step = noStep
	show(g.box, false)
	hint("")
}

// tell shows the step, and marks the button that it is about.
func (g *guide) tell(p *Panel) {
	text(g.box, "")
	key, button := "guide.done", ""
	switch g.step {
	case stepWalk:
		key = "guide.walk"
		switch {
		case !p.world.Drawn():
			key = "guide.walk-list"
		case js.Global().Call("matchMedia", "(pointer: fine)").Get("matches").Bool():
			key = "guide.walk-keys"
		}
	case stepGreet:
		key, button = "guide.greet", "b-emote"
	case stepDoor:
		key = "guide.door"
	}
	hint(button)
	if g.step != stepDone {
		n := el("span", "n")
		text(n, strconv.Itoa(int(g.step))+"/3")
		n.Call("setAttribute", "aria-label", trPlain("guide.step", "n", int(g.step)))
		g.box.Call("append", n)
	}
	g.box.Call("append", para(tr(key), ""))
	if g.step != stepDone {
		g.box.Call("append", skipButton())
	}
	g.box.Get("classList").Call("toggle", "done", g.step == stepDone)
	p.stand(g.box)
}

func skipButton() js.Value { return button(tr("act.skip"), true, "", "guide-skip", 0) }

// hint lets a button be seen as the one to press now; none without an id.
func hint(id string) {
	old := document.Call("querySelectorAll", ".hinted")
	for i := range old.Length() {
		old.Index(i).Get("classList").Call("remove", "hinted")
	}
	if id != "" {
		byID(id).Get("classList").Call("add", "hinted")
	}
}
