package panel

import (
	"math"
	"syscall/js"

	"kakitsubata/client/scene"
	"kakitsubata/protocol/id"
)

type nameplate struct {
	e     js.Value
	name  string
	class string
	w     float64
	round int
	off   bool // not on the page
	under bool // there is no place for it
	spot  spot
	x, y  float64
}

// reworded has every name and every bubble written anew.
func (h *heads) reworded() {
	for _, n := range h.names {
		n.class = ""
	}
	for i := range h.bubbles {
		h.bubbles[i].text = ""
	}
}

// namePaint is the class of somebody's name.
func namePaint(a *scene.Avatar) string {
	class := "nameplate"
	switch {
	case a.Own:
		class += " own"
	case a.Kind == id.Companion:
		class += " companion"
	case a.Kind == id.Bot:
		class += " bot"
	}
	if a.Ghost {
		class += " ghost"
	}
	if a.Hidden {
		class += " hiddenone"
	}
	return class
}

const plateH = 17 // CSS pixels

func (h *heads) writeNames(p *Panel, v View, as []scene.Avatar, w, ht float64) {
	ox, oy, own := p.scene.Own()
	h.plates, h.plated, h.faces = h.plates[:0], h.plated[:0], h.faces[:0]
	k := p.world.Scale()
	for i := range as {
		a := &as[i]
		if a.Fade < 0.2 {
			continue
		}
		x, y := v.CSS(a.X, a.Y)
		if x < -80 || y < -40 || x > w+80 || y > ht+60 {
			continue
		}
		h.faces = append(h.faces, face(x, y, k))
		if a.Name == "" {
			continue
		}
		far := math.Hypot(a.X-ox, a.Y-oy)
		if len(as) > crowd && !a.Own && own && far > nearNames {
			continue
		}
		n := h.names[a.ID]
		if n == nil {
			n = &nameplate{e: el("div", "")}
			h.names[a.ID] = n
			h.over.Call("prepend", n.e)
		}
		if class := namePaint(a); n.name != a.Name || n.class != class {
			n.name, n.class = a.Name, class
			n.e.Set("className", class)
			write(n.e, a.Name, false)
			if key := kindKey(a.Kind); key != "" {
				kind := el("span", "kind")
				write(kind, trKana(key), false) // too small for furigana
				n.e.Call("append", kind)
			}
			n.w = 0
			if n.off {
				n.off = false // to be measured
				show(n.e, true)
			}
		}
		n.round = h.round
		rank := far
		if a.Own {
			rank = -1
		}
		h.plates = append(h.plates, plate{footX: x, footY: y, k: k, h: plateH, rank: rank, of: len(h.plated), own: a.Own, spot: n.spot, off: n.under})
		h.plated = append(h.plated, n)
	}
}

func (h *heads) placeNames(w float64) {
	for i := range h.plates {
		h.plates[i].w = h.plated[h.plates[i].of].w
	}
	settle(h.plates, h.faces, h.taken, w)
	for i := range h.plates {
		at := &h.plates[i]
		n := h.plated[at.of]
		n.spot = at.spot
		if n.under = at.off; n.under != n.off {
			n.off = n.under
			show(n.e, !n.off)
		}
		if x, y := math.Round(at.x), math.Round(at.y); !n.off && (x != n.x || y != n.y) {
			n.x, n.y = x, y
			translate(n.e, x, y)
		}
		if at.own && !at.off {
			h.ownName = rect{at.x, at.y, at.x + at.w, at.y + at.h}
			h.keep = append(h.keep, h.ownName)
		}
	}
	for k, n := range h.names {
		if n.round == h.round {
			continue
		}
		if !n.off {
			n.off = true
			show(n.e, false)
		}
		if h.round-n.round > 1800 {
			n.e.Call("remove")
			delete(h.names, k)
		}
	}
}
