package panel

import (
	"syscall/js"
	"time"

	"kakitsubata/client/scene"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

// plight is what is so just now and can't be overlooked: the connection is
// lost, the city is full, nobody is here. Each is told with a picture and one
// thing to do; nothing is ever blank.
type plight struct {
	box   js.Value
	card  card
	now   plightKind
	tried time.Duration // when the button to connect again was pressed, or zero
	out   bool          // there is no room to be seen, and it was said why
	kept  []js.Value    // pictures, fetched while there is somebody to ask
	text  string
	since time.Duration // alone, or without a connection
	lone  bool
	room  int
	done  int // the room in which being alone was put away
	gone  int // and that in which the listener's being away was
}

type plightKind uint8

const (
	noPlight   plightKind = iota
	plightLost            // coming back by itself
	plightFull            // the server says how long the queue is
	plightAlone
	plightAway // alone, and the listener does not come either
)

// sceneOf is the city's picture of a plight; else there is the listener.
var sceneOf = map[plightKind]string{plightLost: "lost", plightFull: "full", plightAway: "away"}

const (
	lostAfter  = 2500 * time.Millisecond // a short break needs no words
	aloneAfter = 4 * time.Second
	awayAfter  = 25 * time.Second
	tryFor     = 2 * time.Second // between two tries by hand

	picturesAfter = 5 * time.Second // what is seen first goes before
)

func (w *plight) init() { w.box = byID("state") }

func (w *plight) run(p *Panel) {
	if w.kept == nil && p.scene.Life() == scene.Here && p.scene.Now() > picturesAfter {
		w.kept = fetchSheets()
	}
	if w.tried > 0 && p.scene.Now()-w.tried > tryFor {
		w.tried = 0
		w.press(false)
	}
	kind, words := w.look(p)
	w.outside(p, kind)
	if kind == w.now && words == w.text {
		return
	}
	w.now, w.text = kind, words
	text(w.box, "")
	if kind == noPlight {
		show(w.box, false)
		return
	}
	p.stand(w.box)
	add := func(key, act, deed string) {
		s := words
		if key != "" {
			s = tr(key)
		}
		pic := el("div", "scenery") // the listener, on some grass
		if s := pageWords.Call("scene", sceneOf[kind]); s.Truthy() {
			wide := stateWide
			if js.Global().Get("innerWidth").Float() < narrow {
				wide = stateSmall
			}
			pic = scenery(s, wide)
		} else {
			pic.Get("dataset").Set("ground", "grass")
			pic.Call("append", el("i", "pic"))
		}
		w.box.Call("append", pic, para(s, ""), button(tr(act), true, "", deed, 0))
	}
	switch kind {
	case plightLost:
		add("state.lost", "state.again", "redial")
	case plightFull:
		add("", "state.again", "redial")
	case plightAlone:
		add("state.alone", "card.wave", "alone-wave")
	case plightAway:
		add("state.away", "state.elsewhere", "away-around")
	}
}

// outside lets the page be seen although there is no room to draw: who waits at
// the door, or may not come in, must be told. The still picture of the start is
// behind it until there is one.
func (w *plight) outside(p *Panel, kind plightKind) {
	out := !p.world.Ready() && (w.out || kind == plightFull || kind == plightLost || p.scene.Life() == scene.Left)
	if out == w.out {
		return
	}
	if w.out = out; out {
		p.Drawing()
	}
	document.Get("documentElement").Get("classList").Call("toggle", "outside", out)
}

// redial connects again at once, not too often, and says that it does.
func (w *plight) redial(p *Panel) {
	if w.tried > 0 || p.Redial == nil {
		return
	}
	w.tried = p.scene.Now()
	w.press(true)
	p.Redial()
}

func (w *plight) press(down bool) {
	b := w.box.Call("querySelector", "button[data-deed=redial]")
	if b.IsNull() {
		return
	}
	b.Call("setAttribute", "aria-disabled", down) // not disabled: that would lose the focus
	key := "state.again"
	if down {
		key = "state.trying"
	}
	write(b, tr(key), true)
}

// look judges what is so.
func (w *plight) look(p *Panel) (plightKind, string) {
	s := p.scene
	now := s.Now()
	if s.Observer() || s.Life() == scene.Left {
		return noPlight, ""
	}
	if s.Life() != scene.Here {
		if w.lone {
			w.lone, w.since = false, now
		}
		if l := s.Leaving(); l.Again && l.Text != "" && l.Code == protocol.LeaveFull {
			return plightFull, l.Text
		}
		if now-w.since > lostAfter && s.Life() == scene.Returning {
			return plightLost, ""
		}
		return noPlight, ""
	}
	_, room := s.Room()
	alone, listener := true, false
	as := s.Avatars()
	for i := range as {
		if !as[i].Own {
			alone = false
			listener = listener || as[i].Kind == id.Companion
		}
	}
	if !alone || len(s.Crowd()) > 0 || listener || room != w.room || !w.lone {
		w.room, w.lone, w.since = room, true, now
		return noPlight, ""
	}
	switch since := now - w.since; {
	case p.guide.step != noStep: // one thing to do at a time
	case since > awayAfter && w.gone != room:
		return plightAway, ""
	case since > aloneAfter && w.done != room && w.gone != room:
		return plightAlone, ""
	}
	return noPlight, ""
}
