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
	text  string
	since time.Duration // alone, or without a connection
	lone  bool
	room  int
	done  int // the room in which being alone was put away
}

type plightKind uint8

const (
	noPlight   plightKind = iota
	plightLost            // coming back by itself
	plightFull            // the server says how long the queue is
	plightAlone
	plightAway // alone, and the listener does not come either
)

const (
	lostAfter  = 2500 * time.Millisecond // a short break needs no words
	aloneAfter = 4 * time.Second
	awayAfter  = 25 * time.Second
)

func (w *plight) init() { w.box = byID("state") }

func (w *plight) run(p *Panel) {
	kind, words := w.look(p)
	if kind == w.now && words == w.text {
		return
	}
	w.now, w.text = kind, words
	text(w.box, "")
	show(w.box, kind != noPlight)
	if kind == noPlight {
		return
	}
	add := func(key, act, deed string) {
		s := words
		if key != "" {
			s = tr(key)
		}
		w.box.Call("append", el("span", "pic"), para(s, ""), button(tr(act), true, "", deed, 0))
	}
	switch kind {
	case plightLost:
		add("state.lost", "act.again", "renew")
	case plightFull:
		add("", "act.again", "renew")
	case plightAlone:
		add("state.alone", "card.wave", "alone-wave")
	case plightAway:
		add("state.away", "state.elsewhere", "around")
	}
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
	case w.done == room, p.guide.step != noStep: // one thing to do at a time
		return noPlight, ""
	case since > awayAfter:
		return plightAway, ""
	case since > aloneAfter:
		return plightAlone, ""
	}
	return noPlight, ""
}
