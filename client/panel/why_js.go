package panel

import (
	"strconv"
	"syscall/js"
	"time"

	"kakitsubata/client/scene"
	"kakitsubata/protocol/id"
)

// why is the private card above the line: why one's words were not shown, what
// one can do, and one tap to say that it is wrong. The log says the same aloud,
// so that the card is not read twice.
type why struct {
	box, said, wrong, close js.Value
	card                    card
	line                    int // that is shown; zero when none is
	of                      id.UtteranceID
	state                   scene.Appeal
	until                   time.Duration
}

const (
	whyFor    = 2 * time.Minute // an unanswered card goes by itself
	thanksFor = 8 * time.Second
)

func (w *why) init(talk, form js.Value) {
	w.box, w.said = el("div", "why"), el("p", "")
	w.box.Set("id", "why")
	w.box.Call("setAttribute", "role", "group")
	w.wrong, w.close = button("", false, "wrong", "appeal", 0), button("", false, "fine", "why-x", 0)
	row := el("div", "taps")
	row.Call("append", w.wrong, w.close)
	w.box.Call("append", w.said, row)
	show(w.box, false)
	talk.Call("insertBefore", w.box, form)
}

// tell shows a line that says why. The newest is the one that counts.
func (w *why) tell(p *Panel, l *scene.Line) {
	w.line, w.of, w.state = l.N, l.Utterance, l.Appeal
	w.until = p.scene.Now() + whyFor
	write(w.said, l.Text, l.Markup)
	write(w.wrong, tr("why.wrong"), true)
	write(w.close, tr("act.got-it"), true)
	w.box.Call("setAttribute", "aria-label", trPlain("why.label"))
	w.wrong.Get("dataset").Set("n", strconv.FormatUint(uint64(w.of), 10))
	show(w.wrong, true)
	w.wrong.Set("disabled", false)
	p.stand(w.box)
}

// step follows the appeal, and lets the card go when its time is over.
func (w *why) step(p *Panel) {
	if w.line == 0 {
		return
	}
	if p.scene.Now() > w.until {
		w.hide(p)
		return
	}
	lines, _ := p.scene.Log()
	for i := range lines {
		l := &lines[i]
		if l.N != w.line || l.Appeal == w.state {
			continue
		}
		w.state = l.Appeal
		w.wrong.Set("disabled", l.Appeal == scene.Appealing)
		if l.Appeal == scene.HasAppealed {
			// Where the keyboard was stays a button that can be pressed.
			if document.Get("activeElement").Equal(w.wrong) {
				focus(w.close)
			}
			show(w.wrong, false)
			w.until = p.scene.Now() + thanksFor
		}
	}
}

// thanked shows what the server says to an appeal, where the question was.
func (w *why) thanked(p *Panel, l *scene.Line) bool {
	if w.line == 0 || w.state == scene.HasAppealed {
		return false
	}
	lines, _ := p.scene.Log()
	for i := range lines {
		if lines[i].N == w.line && lines[i].Appeal == scene.HasAppealed {
			write(w.said, l.Text, l.Markup)
			return true
		}
	}
	return false
}

func (w *why) hide(p *Panel) {
	inside := w.box.Call("contains", document.Get("activeElement")).Bool()
	w.line = 0
	show(w.box, false)
	if inside {
		focus(p.canvas)
	}
}

// appeal says that a verdict was wrong.
func (p *Panel) appeal(n int) {
	p.scene.Appeal(id.UtteranceID(n))
}

// appealButton is the same tap in the log, for whoever comes to it later.
func appealButton(l *scene.Line) js.Value {
	b := button(tr("why.wrong"), true, "wrong", "appeal", 0)
	b.Get("dataset").Set("n", strconv.FormatUint(uint64(l.Utterance), 10))
	b.Set("disabled", l.Appeal == scene.Appealing)
	return b
}
