package panel

import (
	"slices"
	"strconv"
	"syscall/js"

	"kakitsubata/client/scene"
	"kakitsubata/protocol/id"
)

const maxShown = 200

// wordbook is the log as it stands on the page.
type wordbook struct {
	box     js.Value
	n       int // of the newest line shown
	changed int
	rows    []row
	unread  int
	isOpen  bool
}

type row struct {
	n    int
	e    js.Value
	fate scene.Fate
	read bool // with furigana

	appeal scene.Appeal
}

func (w *wordbook) init(box js.Value) {
	w.box = box
	w.keepEnd()
}

// keepEnd leaves the newest words in sight when the log becomes lower, as when
// a phone is turned or its keyboard opens, but for who has scrolled back.
func (w *wordbook) keepEnd() {
	end := true
	box := w.box
	box.Call("addEventListener", "scroll", js.FuncOf(func(js.Value, []js.Value) any {
		end = box.Get("scrollHeight").Float()-box.Get("scrollTop").Float()-box.Get("clientHeight").Float() < endNear
		return nil
	}))
	js.Global().Get("ResizeObserver").New(js.FuncOf(func(js.Value, []js.Value) any {
		if end {
			box.Set("scrollTop", box.Get("scrollHeight"))
		}
		return nil
	})).Call("observe", box)
}

// endNear is how far from its end a log may be and still be at it, in CSS pixels.
const endNear = 24

// labelLog says what stands in a log that is empty.
func (p *Panel) labelLog() { p.log.Get("dataset").Set("empty", trKana("empty.log")) }

// step appends what is new, and mends one's own lines as their fate is known.
func (w *wordbook) step(p *Panel) {
	lines, changed := p.scene.Log()
	if changed != w.changed {
		w.changed = changed
		w.forget(lines)
		for i := range lines {
			w.mend(&lines[i])
		}
	}
	fresh := false
	for i := range lines {
		l := &lines[i]
		if l.N <= w.n {
			continue
		}
		w.n = l.N
		fresh = true
		w.rows = append(w.rows, row{n: l.N, e: w.render(l), fate: l.Fate, appeal: l.Appeal, read: l.Markup})
		if l.Kind != scene.LineOwn && !w.isOpen {
			w.unread++
		}
		if l.Kind == scene.LineWhisper {
			p.openWhisper(l)
		}
		switch {
		case l.Appeal != scene.NoAppeal:
			p.why.tell(p, l)
		case l.Kind == scene.LineSystem && p.why.thanked(p, l):
		case l.Kind == scene.LineSystem && !w.isOpen:
			p.heads.toast(p, said(l), l.Markup)
		}
	}
	if !fresh {
		return
	}
	for len(w.rows) > maxShown {
		w.rows[0].e.Call("remove")
		w.rows = w.rows[1:]
	}
	w.box.Set("scrollTop", w.box.Get("scrollHeight"))
	w.badge(p)
}

func (w *wordbook) badge(p *Panel) {
	d := p.logtab.Get("dataset")
	if w.unread == 0 {
		d.Delete("new")
		return
	}
	d.Set("new", strconv.Itoa(min(w.unread, 99)))
}

func (w *wordbook) toggle(p *Panel) {
	w.isOpen = !w.isOpen
	state := "no"
	if w.isOpen {
		state, w.unread = "yes", 0
		w.badge(p)
	}
	p.logbox.Get("dataset").Set("open", state)
	p.logtab.Call("setAttribute", "aria-expanded", w.isOpen)
	w.box.Set("scrollTop", w.box.Get("scrollHeight"))
}

func (w *wordbook) render(l *scene.Line) js.Value {
	e := el("p", "")
	fill(e, l)
	w.box.Call("append", e)
	return e
}

func fill(e js.Value, l *scene.Line) {
	text(e, "")
	switch l.Kind {
	case scene.LineSystem:
		e.Set("className", "system")
	case scene.LineWhisper:
		e.Set("className", "whisper")
		b := el("span", "badge")
		add(b, l.Name, true)
		e.Call("append", b)
	default:
		e.Set("className", "heard")
		name := l.Name
		if l.Kind == scene.LineOwn {
			e.Set("className", "own")
		}
		who := el("span", "who")
		add(who, name, false)
		if l.By == id.Companion {
			who.Call("append", kindNote("play.machine"))
		}
		e.Call("append", who)
	}
	says := el("span", "said")
	switch l.Fate {
	case scene.Sending:
		says.Set("className", "said sending")
	case scene.Unsaid:
		says.Set("className", "said unsaid")
	}
	add(says, said(l), l.Markup)
	says.Get("classList").Call("toggle", "spaced", spaced(said(l)))
	e.Call("append", says)
	if l.Appeal == scene.MayAppeal || l.Appeal == scene.Appealing {
		e.Call("append", " ", appealButton(l))
	}
}

// forget takes the rows away whose words the log no longer has: they were
// taken back, or are too old.
func (w *wordbook) forget(lines []scene.Line) {
	w.rows = slices.DeleteFunc(w.rows, func(r row) bool {
		gone := !slices.ContainsFunc(lines, func(l scene.Line) bool { return l.N == r.n })
		if gone {
			r.e.Call("remove")
		}
		return gone
	})
}

func (w *wordbook) mend(l *scene.Line) {
	read := l.Kind == scene.LineHeard && l.Markup
	if l.Kind != scene.LineOwn && l.Appeal == scene.NoAppeal && !read {
		return
	}
	for i := len(w.rows) - 1; i >= 0; i-- {
		if r := &w.rows[i]; r.n == l.N {
			if r.fate == l.Fate && r.appeal == l.Appeal && r.read == l.Markup && l.Kind != scene.LineOwn {
				return
			}
			inside := r.e.Call("contains", document.Get("activeElement")).Bool()
			fill(r.e, l)
			r.fate, r.appeal, r.read = l.Fate, l.Appeal, l.Markup
			if inside { // its button went, or is another one now
				focus(w.box)
			}
			return
		}
	}
}
