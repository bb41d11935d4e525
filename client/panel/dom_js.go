package panel

import (
	"strconv"
	"syscall/js"
)

var document = js.Global().Get("document")

func byID(id string) js.Value { return document.Call("getElementById", id) }

// el makes an element. Its class is ours, never somebody's words.
func el(tag, class string) js.Value {
	e := document.Call("createElement", tag)
	if class != "" {
		e.Set("className", class)
	}
	return e
}

func text(e js.Value, s string) { e.Set("textContent", s) }

// write fills an element with words: as they are, or with furigana when the
// words are authored.
func write(e js.Value, s string, markup bool) {
	text(e, "")
	add(e, s, markup)
}

func add(e js.Value, s string, markup bool) {
	tongue(e, s)
	if !markup {
		e.Call("append", s)
		return
	}
	for _, p := range pieces(s) {
		if p.reading == "" {
			e.Call("append", p.text)
			continue
		}
		r, rt := el("ruby", ""), el("rt", "")
		text(rt, p.reading)
		r.Call("append", p.text, rt)
		e.Call("append", r)
	}
}

func para(s, class string) js.Value {
	p := el("p", class)
	add(p, s, true)
	return p
}

func show(e js.Value, on bool) { e.Set("hidden", !on) }

var still = js.ValueOf(map[string]any{"preventScroll": true})

// focus moves the focus, and nothing else: the page never scrolls.
func focus(e js.Value) { e.Call("focus", still) }

// translate moves an element by transform alone: no layout.
func translate(e js.Value, x, y float64) {
	e.Get("style").Set("transform", "translate3d("+px(x)+","+px(y)+",0)")
}

func itoa(n int) string { return strconv.Itoa(n) }

func px(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) + "px" }

// A deed is something the child did to the page. Callbacks only note it; Step
// acts on it, in the game's own goroutine.
type deed struct {
	what string
	n    int
	text string
}

// on calls f for an event; f must not wait.
func on(target js.Value, event string, f func(e js.Value)) {
	target.Call("addEventListener", event, js.FuncOf(func(_ js.Value, args []js.Value) any {
		f(args[0])
		return nil
	}))
}

// onCapture is on, before the element itself (or Ebitengine) hears of it.
func onCapture(target js.Value, event string, f func(e js.Value)) {
	target.Call("addEventListener", event, js.FuncOf(func(_ js.Value, args []js.Value) any {
		f(args[0])
		return nil
	}), true)
}

// button is a button that does a deed. Its listener is the panel's one
// listener for clicks: what the button means is in its data.
func button(label string, markup bool, class, what string, n int) js.Value {
	b := el("button", class)
	b.Set("type", "button")
	write(b, label, markup)
	d := b.Get("dataset")
	d.Set("deed", what)
	d.Set("n", strconv.Itoa(n))
	return b
}
