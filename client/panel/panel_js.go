package panel

import (
	"strconv"
	"sync"
	"syscall/js"
	"time"

	"kakitsubata/client/scene"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/plane"
)

// World is what the panel asks of the world below it: the canvas, or the room
// of text mode.
type World interface {
	Drawn() bool // false in text mode: nothing is to be seen but the page
	// Walk goes somewhere by itself, to sit down or read there, or neither (-1).
	// It reports whether there is a way.
	Walk(to plane.Point, seat, sign int) bool
	Ready() bool   // the room can be seen
	Covered() bool // a wipe hides the room: no words may hang over it
	// Options are what a child may choose of how it looks and sounds; Choose
	// takes the next value of one of them.
	Options() []Option
	Choose(i int)
	Heard(what Noise, n int) // something that may be heard happened; n chooses a pitch
	Scale() float64          // CSS pixels in an art pixel
	Set() int                // grows when Signs tells other ones
	Signs(tell func(text string, x, y, w, h float64))
}

// Option is something that a child may choose.
type Option struct {
	Label  string // the key of its words
	Value  string // the key of what is chosen
	On     bool   // it is switched on
	Hidden bool   // just now there is nothing to choose
}

// Noise is something of the page that may be heard.
type Noise uint8

// Noises.
const (
	NoiseBubble Noise = iota // somebody speaks
	NoiseOpen
	NoiseClose
	NoiseHeld // one's own words were not shown
	NoiseStamp
)

// Panel is the page above the canvas.
type Panel struct {
	Redial func() // connects again at once; called in Step

	scene *scene.Scene
	world World

	mu    sync.Mutex
	deeds []deed

	canvas, game           js.Value
	log, logbox, logtab    js.Value
	line, form, send       js.Value
	phrase, emote          js.Value
	lamp, demo, wire, mute js.Value
	mode, ring, veil       js.Value
	sheet, head, body      js.Value
	title, hear, over      js.Value

	words    wordbook
	why      why
	around   around
	guide    guide
	plight   plight
	heads    heads
	open     opened
	typing   bool
	calm     bool
	calmSet  bool
	room     int
	curtain  time.Duration // since when it is at its stage
	hidden   bool          // what hangs over heads
	stage    curtainStage
	last     shown
	left     bool
	watching bool // an observer's page
	muteAt   int
}

// shown is what the chips showed last, so that they are written only when
// they change.
type shown struct {
	lamp, demo, wire bool
	mode             protocol.SpeechMode
	modeText         string
	first            bool
}

type curtainStage uint8

const (
	noCurtain curtainStage = iota
	covered
	label
)

// New takes the page over. The elements are those of index.html.
func New(s *scene.Scene, w World) *Panel {
	p := &Panel{scene: s, world: w}
	p.canvas = document.Call("querySelector", "body > canvas")
	if !w.Drawn() {
		p.canvas = byID("around") // what has the keys when nothing else has
	}
	for _, e := range []struct {
		to *js.Value
		id string
	}{
		{&p.game, "game"}, {&p.log, "log"}, {&p.logbox, "logbox"}, {&p.logtab, "b-log"},
		{&p.line, "line"}, {&p.form, "say"}, {&p.send, "b-send"}, {&p.phrase, "b-phrase"}, {&p.emote, "b-emote"},
		{&p.lamp, "lamp"}, {&p.demo, "demo"}, {&p.wire, "wire"}, {&p.mute, "mute"}, {&p.mode, "mode"},
		{&p.ring, "ring"}, {&p.veil, "veil"}, {&p.sheet, "sheet"}, {&p.head, "sheet-title"}, {&p.body, "sheet-body"},
		{&p.title, "title"}, {&p.hear, "hear"}, {&p.over, "over"},
	} {
		*e.to = byID(e.id)
	}
	p.last.first = true
	p.words.init(p.log)
	p.labelLog()
	p.why.init(byID("talk"), p.form)
	p.heads.init(p.over)
	p.around.init(byID("around-body"))
	p.guide.init()
	p.plight.init()
	if w.Drawn() {
		p.prepareCanvas()
	} else {
		p.prepareText()
	}
	p.listen()
	p.buildRing()
	show(p.game, true)
	return p
}

// prepareCanvas gives the canvas a name and its turn in the order of focus,
// and our own viewport back to the page.
func (p *Panel) prepareCanvas() {
	p.canvas.Set("tabIndex", 0)
	p.canvas.Call("setAttribute", "role", "application")
	p.labelCanvas()
	metas := document.Call("querySelectorAll", "meta[name=viewport]")
	if n := metas.Length(); n > 1 {
		for i := 1; i < n; i++ {
			metas.Index(i).Call("remove")
		}
		m := metas.Index(0)
		m.Set("content", m.Get("content").String())
	}
}

// prepareText lays the page out as something to be read.
func (p *Panel) prepareText() {
	document.Get("documentElement").Get("dataset").Set("world", "text")
	show(p.canvas, true)
	p.words.toggle(p)
}

func (p *Panel) labelCanvas() {
	if p.world.Drawn() {
		p.canvas.Call("setAttribute", "aria-label", trPlain("play.canvas"))
	}
}

func (p *Panel) note(d deed) {
	p.mu.Lock()
	if len(p.deeds) < 64 {
		p.deeds = append(p.deeds, d)
	}
	p.mu.Unlock()
}

func (p *Panel) listen() {
	// One listener for all buttons, also for those that come later.
	on(p.game, "click", func(e js.Value) {
		b := e.Get("target").Call("closest", "button, .sign.edge")
		if b.IsNull() {
			return
		}
		d := b.Get("dataset")
		if what := d.Get("deed"); what.Type() == js.TypeString {
			n := 0
			if v := d.Get("n"); v.Type() == js.TypeString {
				n, _ = strconv.Atoi(v.String())
			}
			why := ""
			if v := d.Get("why"); v.Type() == js.TypeString {
				why = v.String()
			}
			p.note(deed{what: what.String(), n: n, text: why})
		}
		// A pointer gives the keys back to the world; a keyboard keeps its place.
		if e.Get("detail").Int() > 0 && b.Call("closest", "#sheet").IsNull() && !p.lineFocused() {
			focus(p.canvas)
		}
	})
	for b, what := range map[string]string{
		"b-log": "log", "b-emote": "ring", "b-phrase": "phrases", "b-help": "settings", "b-around": "around", "b-leave": "leave?", "sheet-x": "close",
	} {
		byID(b).Get("dataset").Set("deed", what)
	}
	on(document, "kakitsubata:words", func(js.Value) { p.note(deed{what: "words"}) })
	on(p.veil, "click", func(js.Value) { p.note(deed{what: "close"}) })

	// Enter that ends an input method's composition must not send. Chromium
	// says isComposing; Safari fires it after the composition with keyCode 229.
	composing := false
	on(p.line, "keydown", func(e js.Value) {
		composing = false
		switch e.Get("key").String() {
		case "Enter":
			if e.Get("isComposing").Bool() || e.Get("keyCode").Int() == 229 {
				composing = true
				return
			}
			e.Call("preventDefault")
			p.note(deed{what: "say", text: p.line.Get("value").String()})
		case "Escape":
			if !e.Get("isComposing").Bool() {
				focus(p.canvas)
			}
		}
	})
	on(p.line, "input", func(js.Value) {
		if p.line.Get("value").String() != "" {
			p.note(deed{what: "typing"})
		}
	})
	on(p.form, "submit", func(e js.Value) {
		e.Call("preventDefault")
		if composing {
			return
		}
		p.note(deed{what: "say", text: p.line.Get("value").String()})
	})
	on(document, "focusin", func(e js.Value) {
		t := e.Get("target")
		tag := t.Get("tagName").String()
		p.typing = tag == "INPUT" || tag == "TEXTAREA" || tag == "SELECT"
	})
	on(document, "focusout", func(js.Value) { p.typing = false })

	// Ebitengine keeps every key of the canvas to itself; the page needs Tab to
	// leave it, and the browser its own shortcuts.
	onCapture(document, "keydown", func(e js.Value) {
		key := e.Get("key").String()
		if e.Get("target").Equal(p.canvas) {
			if key == "Tab" || e.Get("ctrlKey").Bool() || e.Get("metaKey").Bool() || e.Get("altKey").Bool() || len(key) > 1 && key[0] == 'F' {
				e.Call("stopPropagation")
			} else if (key == "l" || key == "L") && p.world.Drawn() {
				p.note(deed{what: "around"})
			}
			return
		}
		if !p.ring.Get("hidden").Bool() && p.ring.Call("contains", e.Get("target")).Bool() {
			p.inRing(e, key)
		}
		if key == "Escape" && p.open.kind != sheetNone {
			p.note(deed{what: "close"})
		}
		if key == "Tab" && p.open.kind != sheetNone {
			p.keepFocus(e)
		}
	})
	if vv := js.Global().Get("visualViewport"); vv.Truthy() {
		fit := func(js.Value) {
			// Where the soft keyboard covers the page instead of shrinking it.
			kb := js.Global().Get("innerHeight").Float() - vv.Get("height").Float() - vv.Get("offsetTop").Float()
			p.game.Get("style").Call("setProperty", "--kb", px(max(0, kb)))
		}
		on(vv, "resize", fit)
	}
	motion := js.Global().Call("matchMedia", "(prefers-reduced-motion: reduce)")
	p.calm = motion.Get("matches").Bool() || liked("calm")
	on(document, "kakitsubata:newer", func(js.Value) { p.note(deed{what: "newer"}) })
	on(motion, "change", func(e js.Value) {
		if !p.calmSet {
			p.calm = e.Get("matches").Bool()
		}
	})
}

// keepFocus lets Tab go round inside of the open sheet.
func (p *Panel) keepFocus(e js.Value) {
	all := p.sheet.Call("querySelectorAll", "button, a[href], input, select")
	n := all.Length()
	if n == 0 {
		return
	}
	first, last := all.Index(0), all.Index(n-1)
	now := document.Get("activeElement")
	back := e.Get("shiftKey").Bool()
	switch {
	case !p.sheet.Call("contains", now).Bool(), !back && now.Equal(last):
		focus(first)
	case back && (now.Equal(first) || now.Equal(p.head)):
		focus(last)
	default:
		return
	}
	e.Call("preventDefault")
}

func (p *Panel) lineFocused() bool { return document.Get("activeElement").Equal(p.line) }

// Typing reports whether keys belong to the page and not to the world.
func (p *Panel) Typing() bool { return p.typing || p.open.kind != sheetNone }

// Calm reports whether motion is to be reduced.
func (p *Panel) Calm() bool { return p.calm }

// Speak puts the child to the line that it speaks by.
func (p *Panel) Speak() {
	if p.scene.Observer() {
		return
	}
	if p.scene.Speech().Mode == protocol.SpeechOpen {
		focus(p.line)
		return
	}
	p.openPhrases()
}

// Back closes what is open.
func (p *Panel) Back() {
	p.showRing(false)
	p.closeSheet()
}

// Drawing tells the entrance that the world can be seen.
func (p *Panel) Drawing() {
	document.Call("dispatchEvent", js.Global().Get("Event").New("kakitsubata:drawing"))
	focus(p.canvas)
}

// Step acts on what the child did and shows what changed.
func (p *Panel) Step() {
	p.mu.Lock()
	deeds := p.deeds
	p.deeds = nil
	p.mu.Unlock()
	for _, d := range deeds {
		p.do(d)
	}
	p.words.step(p)
	p.why.step(p)
	p.chips()
	p.curtains()
	if p.world.Drawn() {
		p.heads.hang(p)
	}
	p.around.step(p)
	p.guide.run(p)
	p.plight.run(p)
	p.notices()
	p.farewell()
}

func (p *Panel) do(d deed) {
	switch d.what {
	case "say":
		p.say(d.text)
	case "typing":
		p.scene.Typing()
	case "door":
		p.heads.walkTo(p, d.n)
	case "log":
		p.words.toggle(p)
	case "ring":
		p.showRing(p.ring.Get("hidden").Bool())
	case "emote":
		p.showRing(false)
		p.guide.greeted = true
		p.scene.Emote(id.EmoteID(d.n))
	case "appeal":
		p.appeal(d.n)
	case "why-x":
		p.why.hide(p)
	case "phrases":
		p.openPhrases()
	case "phrase":
		if p.scene.Phrase(id.PhraseID(d.n)) {
			p.guide.greeted = true
			p.closeSheet()
		}
	case "settings":
		p.openSettings()
	case "close":
		p.closeSheet()
	case "words":
		p.reworded()
	case "newer":
		p.scene.Tell("app.update")
	default:
		if !p.aroundDeed(d) {
			p.sheetDeed(d)
		}
	}
}

// say sends the line, and keeps it when it can't be sent.
func (p *Panel) say(s string) {
	if protocol.CheckText(s, protocol.MaxSayRunes) != nil {
		return
	}
	switch {
	case p.scene.Say(s):
		p.guide.greeted = true
		p.line.Set("value", "")
	case p.scene.Life() != scene.Here:
		p.scene.Tell("play.wire-say")
	}
}

func (p *Panel) buildRing() {
	text(p.ring, "")
	for e := id.EmoteHeart; e < id.EmoteChosen; e++ {
		b := button("", false, "", "emote", int(e))
		b.Call("setAttribute", "role", "menuitem")
		b.Call("setAttribute", "aria-label", trPlain("emote."+itoa(int(e))))
		i := el("i", "")
		i.Get("style").Set("backgroundPosition", px(-32*float64(e-1))+" 0")
		s := el("small", "")
		write(s, tr("emote."+itoa(int(e))), true)
		b.Call("append", i, s)
		p.ring.Call("append", b)
	}
}

// ShowRing opens the ring of emotes, or closes it.
func (p *Panel) ShowRing() { p.showRing(p.ring.Get("hidden").Bool()) }

func (p *Panel) showRing(on bool) {
	if p.scene.Observer() {
		on = false
	}
	inside := p.ring.Call("contains", document.Get("activeElement")).Bool()
	show(p.ring, on)
	p.emote.Call("setAttribute", "aria-expanded", on)
	switch {
	case on:
		focus(p.ring.Call("querySelector", "button"))
	case inside:
		focus(p.canvas)
	}
}

// inRing lets the arrow keys go round the emotes, four to a row.
func (p *Panel) inRing(e js.Value, key string) {
	by := map[string]int{"ArrowRight": 1, "ArrowLeft": -1, "ArrowDown": 4, "ArrowUp": -4}[key]
	switch {
	case key == "Escape":
		p.note(deed{what: "ring"})
	case by != 0:
		all := p.ring.Call("querySelectorAll", "button")
		n := all.Length()
		for i := range n {
			if all.Index(i).Equal(document.Get("activeElement")) {
				focus(all.Index((i + by + n) % n))
				break
			}
		}
	default:
		return
	}
	e.Call("preventDefault")
	e.Call("stopPropagation")
}

// chips shows lamp, demo, connection, silence and mode.
func (p *Panel) chips() {
	s := p.scene
	now := shown{
		lamp: s.Lamp(), demo: s.Welcome().Demo, wire: s.Life() == scene.Returning || s.Life() == scene.Joining,
		mode: s.Speech().Mode, modeText: s.Speech().Text,
	}
	if now != p.last {
		show(p.lamp, now.lamp)
		show(p.demo, now.demo)
		show(p.wire, now.wire)
		p.form.Get("dataset").Set("mode", strconv.Itoa(int(now.mode)))
		show(p.mode, now.mode != protocol.SpeechOpen && now.modeText != "")
		write(p.mode, now.modeText, true)
		show(p.form, s.Life() == scene.Joining || !s.Observer())
		p.demo.Get("dataset").Set("lamp", now.lamp)
		if s.Observer() && !p.watching {
			p.watching = true
			byID("b-leave").Get("dataset").Set("t", "play.end-watch")
			write(byID("b-leave"), tr("play.end-watch"), true)
			if !p.words.isOpen {
				p.words.toggle(p)
			}
		}
		p.last = now
	}
	wait := int((s.Muted() + time.Second - 1) / time.Second)
	if wait == p.muteAt {
		return
	}
	p.muteAt = wait
	show(p.mute, wait > 0)
	// The line stays open: whoever is in need must be able to say so.
	if wait > 0 {
		write(p.mute, tr("play.mute", "n", wait), true)
	}
}

// titleFor is how long the name of a room is shown over it.
const titleFor = 1600 * time.Millisecond

// curtains shows the name of a room as one comes into it, and hides what hangs
// over heads while the way there is covered.
func (p *Panel) curtains() {
	room, n := p.scene.Room()
	now := p.scene.Now()
	if n != p.room && n > 0 {
		p.room = n
		text(p.title, "")
		name := el("span", "")
		title := placeTitle(room.Room, room.Title)
		add(name, title, true)
		p.title.Call("append", name)
		text(p.hear, trPlain("play.arrived", "place", plainText(title)))
		if !p.world.Drawn() {
			return
		}
		p.stage, p.curtain = covered, now
	}
	if hidden := p.world.Covered(); hidden != p.hidden {
		p.hidden = hidden
		// Not taken away: what is hung up meanwhile has to be measured.
		seen := "visible"
		if hidden {
			seen = "hidden"
		}
		p.over.Get("style").Set("visibility", seen)
	}
	switch p.stage {
	case covered:
		if p.world.Ready() && !p.world.Covered() {
			p.stage, p.curtain = label, now
			p.title.Set("className", "label")
			show(p.title, true)
		}
	case label:
		if now-p.curtain > titleFor {
			show(p.title, false)
			p.stage = noCurtain
		}
	}
}
