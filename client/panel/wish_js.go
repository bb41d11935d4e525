package panel

import "syscall/js"

// What a child likes on this device is kept by the page's own script, and seen
// on the root element by the styles. The game tells its wishes by events.

// tell sends an event of the game's to the page's scripts.
func tell(name string, detail js.Value) {
	about := js.Global().Get("Object").New()
	about.Set("detail", detail)
	document.Call("dispatchEvent", js.Global().Get("CustomEvent").New("kakitsubata:"+name, about))
}

// liked reports whether a wish is switched on.
func liked(name string) bool {
	return document.Get("documentElement").Get("dataset").Get(name).Truthy()
}

// wish switches one on or off, and has it kept.
func wish(name string, on bool) {
	value := ""
	switch {
	case on && name == "hand":
		value = "left"
	case on:
		value = "on"
	}
	o := js.Global().Get("Object").New()
	o.Set("name", name)
	o.Set("value", value)
	tell("wish", o)
}

// anew loads the page once more and comes straight back in.
func (p *Panel) anew() {
	if s := session(); s.Truthy() {
		s.Call("setItem", "kkt.enter", "1")
	}
	js.Global().Get("location").Call("replace", "/")
}
