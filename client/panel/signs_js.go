package panel

import (
	"math"
	"slices"
	"strconv"
	"syscall/js"

	"kakitsubata/world/plane"
)

type sign struct {
	e    js.Value
	x, y float64 // units
	w, h float64
	ew   float64 // how big it is when it points from the edge
	eh   float64
	dx   float64 // how far it gave way
	dy   float64
	flat bool // it is painted on its thing
	gate bool
	door plane.Point // that a gate's sign leads to
	twin int         // another sign with the same words near it, or -1
	off  bool
	edge bool // it points from the edge of the page
}

// hung is what the signs that hang were made for.
type hung struct {
	room, set int
	scale     float64
	mapped    bool
}

// hang hangs up the names of gates and the texts of things, when the room or
// the scale is another one.
func (h *heads) hang(p *Panel) {
	now := hung{room: p.room, set: p.world.Set(), scale: p.world.Scale(), mapped: p.scene.Atlas() != nil}
	if now == h.hung {
		return
	}
	if h.hung.scale != now.scale {
		h.over.Get("style").Call("setProperty", "--k", strconv.FormatFloat(now.scale, 'f', 3, 64))
		for i := range h.bubbles {
			h.bubbles[i].text = "" // its size is another one
		}
	}
	h.hung = now
	for i := range h.signals {
		h.signals[i].e.Call("remove")
	}
	h.signals = h.signals[:0]
	a := p.scene.Atlas()
	if a == nil || !p.world.Ready() {
		h.hung = hung{}
		return
	}
	put := func(s string, x, y float64, class string, gate bool) *sign {
		e := el("div", class)
		add(e, s, true)
		h.over.Call("prepend", e)
		h.signals = append(h.signals, sign{e: e, x: x, y: y, w: e.Get("offsetWidth").Float(), h: e.Get("offsetHeight").Float(), gate: gate, twin: -1})
		return &h.signals[len(h.signals)-1]
	}
	p.world.Signs(func(s string, x, y, w, ht float64) {
		if len([]rune(plainText(s))) > 14 {
			return // one walks up to read it
		}
		d := put(mapText(s), x, y, "sign", false)
		if w*now.scale >= d.w-12 && ht*now.scale >= d.h-9 {
			d.e.Set("className", "sign flat") // it fits on the thing itself
			d.flat = true
			d.w, d.h = d.e.Get("offsetWidth").Float(), d.e.Get("offsetHeight").Float()
			return
		}
		if ht > 0 {
			d.y -= ht * 16
		}
	})
	for i := range a.Portals {
		p := &a.Portals[i]
		m := p.Area.Middle()
		s := put(mapText(p.Title), float64(m.X), float64(m.Y)-portalLift, "sign gate", true)
		s.door = m
		s.e.Get("classList").Call("add", "edge")
		s.ew, s.eh = s.e.Get("offsetWidth").Float(), s.e.Get("offsetHeight").Float()
		s.e.Get("classList").Call("remove", "edge")
		s.e.Get("dataset").Set("deed", "door")
		s.e.Get("dataset").Set("n", strconv.Itoa(len(h.signals)-1))
		words := s.e.Get("textContent").String()
		for k := range h.signals[:len(h.signals)-1] {
			o := &h.signals[k]
			if !o.gate && math.Hypot(o.x-s.x, o.y-s.y) < twinNear && o.e.Get("textContent").String() == words {
				s.twin = k // a board beside the gate says it already
			}
		}
	}
}

func (h *heads) placeSigns(v View, w, ht float64) {
	h.doors = h.doors[:0]
	h.keep = append(h.keep, h.taken...)
	page := rect{placeEdge / 2, placeEdge, w - placeEdge/2, ht - chatRow}
	for i := range h.signals {
		s := &h.signals[i]
		x, y := v.CSS(s.x, s.y)
		in := x > -s.w/2 && x < w+s.w/2 && y > 0 && y < ht
		said := in && s.twin >= 0 && !h.signals[s.twin].off // a board beside it says it
		at := rect{x - s.w/2, y - s.h/2, x + s.w/2, y + s.h/2}
		switch {
		case s.gate:
			// Half of a name at the page's edge is no name.
			whole := said || x > s.w*.3 && x < w-s.w*.3 && y > 8 && y < ht-chatRow
			if whole && !said {
				at, whole = giveWay(at, h.keep, page, s.dx, s.dy)
			}
			h.doors = append(h.doors, pointer{x: x, y: y, w: s.ew, h: s.eh, seen: whole})
			if !whole {
				continue // it may be pointed at
			}
		case s.flat:
			in = in && !at.hits(h.self) && !slices.ContainsFunc(h.taken, at.hits) // who stands before it hides it
		case in && x > 0 && x < w && at.y0 > 0:
			at, in = giveWay(at, h.keep, page, s.dx, s.dy)
		default:
			in = in && !slices.ContainsFunc(h.taken, at.hits) // what is under a button says nothing
		}
		h.hangSign(s, in && !said, false)
		if in && !said {
			s.dx, s.dy = at.x0-x+s.w/2, at.y0-y+s.h/2
			translate(s.e, math.Round(at.x0), math.Round(at.y0))
			if s.gate {
				h.keep = append(h.keep, at) // no other one over it
			}
		}
	}
	want := 2
	if w < narrow || ht < lowPage {
		want = 1
	}
	point(h.doors, h.keep, w, ht, 64, chatRow+8, want)
	h.around = append(append(h.around[:0], h.taken...), h.ownFace, h.ownName)
	k := -1
	for i := range h.signals {
		s := &h.signals[i]
		if !s.gate {
			continue
		}
		k++
		d := &h.doors[k]
		if d.seen {
			continue
		}
		h.hangSign(s, d.on, true)
		if d.on {
			h.around = append(h.around, d.body())
			s.e.Get("style").Call("setProperty", "--turn", strconv.FormatFloat(d.angle, 'f', 1, 64)+"rad")
			translate(s.e, math.Round(d.ex), math.Round(d.ey))
		}
	}
}

// hangSign shows a sign, or not, as it hangs on its thing or at the edge.
func (h *heads) hangSign(s *sign, on, edge bool) {
	if s.off == on {
		s.off = !on
		show(s.e, on)
	}
	if on && edge != s.edge {
		s.edge = edge
		s.e.Get("classList").Call("toggle", "edge", edge)
	}
}

// walkTo goes to the door that a sign points at.
func (h *heads) walkTo(p *Panel, n int) {
	if n >= 0 && n < len(h.signals) && h.signals[n].gate {
		p.world.Walk(h.signals[n].door, -1, -1)
	}
}
