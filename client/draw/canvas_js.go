package draw

import (
	"strconv"
	"syscall/js"
)

// canvas is Ebitengine's, with one pixel for each art pixel: the browser makes
// them bigger when it shows them. That is a quarter of the work on a school
// tablet and a twenty-fifth on a phone, and every pixel is as big as its
// neighbour, whatever is drawn.
type canvas struct {
	el   js.Value
	win  js.Value
	setW js.Value
	setH js.Value
	w, h int
	css  float64 // CSS pixels in an art pixel
}

// own takes the canvas over. Ebitengine sizes it by the page, in its own time;
// from now on that has no effect. It is to be called before the game runs.
func (c *canvas) own() {
	c.win = js.Global()
	c.el = c.win.Get("document").Call("querySelector", "body > canvas")
	object, proto := c.win.Get("Object"), c.win.Get("HTMLCanvasElement").Get("prototype")
	nothing := c.win.Get("Function").Get("prototype") // the function that does nothing
	take := func(name string) js.Value {
		d := object.Call("getOwnPropertyDescriptor", proto, name)
		object.Call("defineProperty", c.el, name, map[string]any{"get": d.Get("get"), "set": nothing, "configurable": true})
		return d.Get("set")
	}
	c.setW, c.setH = take("width"), take("height")
	// Edges that are smoothed four times over and a canvas to be seen through
	// cost a machine without a graphics card half of its time, for nothing:
	// all is drawn on whole pixels, and nothing lies behind.
	context := proto.Get("getContext")
	c.el.Set("getContext", js.FuncOf(func(_ js.Value, args []js.Value) any {
		if len(args) > 1 && args[1].Type() == js.TypeObject {
			args[1].Set("antialias", false)
			args[1].Set("alpha", false)
		}
		all := []any{c.el}
		for _, a := range args {
			all = append(all, a)
		}
		return context.Call("call", all...)
	}))
}

// dpr is how many device pixels a CSS pixel takes; it changes when the page is
// zoomed or comes to another screen.
func (c *canvas) dpr() float64 {
	if d := c.win.Get("devicePixelRatio").Float(); d > 0 {
		return d
	}
	return 1
}

// fit makes the canvas w by h art pixels of so many CSS pixels each. It reports
// whether that is new, and so the canvas empty.
func (c *canvas) fit(w, h int, css float64) bool {
	if w == c.w && h == c.h && css == c.css {
		return false
	}
	c.w, c.h, c.css = w, h, css
	c.setW.Call("call", c.el, w)
	c.setH.Call("call", c.el, h)
	px := func(n int) string { return strconv.FormatFloat(float64(n)*css, 'f', 4, 64) + "px" }
	style := c.el.Get("style")
	style.Set("width", px(w))
	style.Set("height", px(h))
	return true
}
