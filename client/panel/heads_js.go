package panel

import (
	"math"
	"slices"
	"strconv"
	"syscall/js"
	"time"

	"kakitsubata/client/scene"
	"kakitsubata/protocol/id"
)

// View is where the canvas shows the world, for the panel to place words by.
type View interface {
	CSS(x, y float64) (float64, float64) // of a point in units
}

const (
	bubblePool = 16
	crowd      = 25      // names are hidden when more are here
	nearNames  = 6 * 256 // units within which names are shown in a crowd
	headUnits  = 36 * 16 // from foot to the top of the head
	portalLift = 52 * 16 // where a gate's sign hangs
	signLift   = 26 * 16 // where a thing's sign hangs
	lowPage    = 420     // CSS pixels: a phone on its side, or with its keyboard open
	twinNear   = 8 * 256
	toastTime  = 6 * time.Second // that a line of the machine is shown for
)

// heads is the words over the canvas: names, bubbles, signs.
type heads struct {
	over    js.Value
	names   map[id.AvatarID]*nameplate
	bubbles [bubblePool]bubble
	boxes   []box
	order   []int
	signals []sign
	hung    hung
	note    js.Value
	noteTil time.Duration
	round   int
}

type nameplate struct {
	e     js.Value
	name  string
	class string
	w     float64
	round int
	off   bool
}

type bubble struct {
	e, in, said js.Value
	n           int // the line it shows; zero when it is free
	text        string
	class       string
	w, h        float64
	placed      bool
	x, y        float64
	used        bool
}

type sign struct {
	e    js.Value
	x, y float64 // units
	w, h float64
	gate bool
	twin int // another sign with the same words near it, or -1
	off  bool
}

// hung is what the signs that hang were made for.
type hung struct {
	room, set int
	scale     float64
	mapped    bool
}

func (h *heads) init(over js.Value) {
	h.over = over
	h.names = map[id.AvatarID]*nameplate{}
	for i := range h.bubbles {
		b := &h.bubbles[i]
		b.e, b.in, b.said = el("div", "bubble"), el("div", "in"), el("span", "")
		b.in.Call("append", b.said)
		b.e.Call("append", b.in, el("i", "tail"), el("i", "stem"))
		show(b.e, false)
		over.Call("append", b.e)
	}
	h.note = el("div", "bubble toast")
	show(h.note, false)
	over.Call("append", h.note)
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
		words := s.e.Get("textContent").String()
		for k := range h.signals[:len(h.signals)-1] {
			o := &h.signals[k]
			if !o.gate && math.Hypot(o.x-s.x, o.y-s.y) < twinNear && o.e.Get("textContent").String() == words {
				s.twin = k // a board beside the gate says it already
			}
		}
	}
}

// toast shows a line of the machine for a while, when the log is closed.
func (h *heads) toast(p *Panel, s string, markup bool) {
	text(h.note, "")
	in, said := el("div", "in"), el("span", "")
	add(said, s, markup)
	in.Call("append", said)
	h.note.Call("append", in)
	show(h.note, true)
	h.noteTil = p.scene.Now() + toastTime
}

// Place puts names, bubbles and signs where the view has their owners. w and h
// are the page's size in CSS pixels.
func (p *Panel) Place(v View, w, h float64) {
	hd := &p.heads
	hd.round++
	as := p.scene.Avatars()
	hd.placeNames(p, v, as, w, h)
	hd.placeBubbles(p, v, as, w, h)
	hd.placeSigns(v, w, h)
	if hd.noteTil > 0 {
		if p.scene.Now() > hd.noteTil {
			hd.noteTil = 0
			show(hd.note, false)
		} else {
			translate(hd.note, math.Round((w-hd.note.Get("offsetWidth").Float())/2), 62)
		}
	}
}

func (h *heads) placeNames(p *Panel, v View, as []scene.Avatar, w, ht float64) {
	ox, oy, own := p.scene.Own()
	for i := range as {
		a := &as[i]
		if a.Name == "" || a.Fade < 0.2 {
			continue
		}
		if len(as) > crowd && !a.Own && own && (math.Abs(a.X-ox) > nearNames || math.Abs(a.Y-oy) > nearNames) {
			continue
		}
		x, y := v.CSS(a.X, a.Y)
		if x < -80 || y < -40 || x > w+80 || y > ht+60 {
			continue
		}
		n := h.names[a.ID]
		if n == nil {
			n = &nameplate{e: el("div", "")}
			h.names[a.ID] = n
			h.over.Call("prepend", n.e)
		}
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
		if n.name != a.Name || n.class != class {
			n.name, n.class = a.Name, class
			n.e.Set("className", class)
			write(n.e, a.Name, false)
			n.w = n.e.Get("offsetWidth").Float()
		}
		if n.off {
			n.off = false
			show(n.e, true)
			n.w = n.e.Get("offsetWidth").Float()
		}
		n.round = h.round
		translate(n.e, math.Round(x-n.w/2), math.Round(y+5))
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

func (h *heads) placeBubbles(p *Panel, v View, as []scene.Avatar, w, ht float64) {
	bs := p.scene.Bubbles()
	if len(bs) > bubblePool {
		bs = bs[len(bs)-bubblePool:]
	}
	for i := range h.bubbles {
		h.bubbles[i].used = false
	}
	h.boxes, h.order = h.boxes[:0], h.order[:0]
	for i := range bs {
		b := &bs[i]
		k := slices.IndexFunc(as, func(a scene.Avatar) bool { return a.ID == b.Avatar })
		if k < 0 {
			continue // gone, or out of sight: the log has it
		}
		slot := h.slot(b.N)
		if slot < 0 {
			continue
		}
		e := &h.bubbles[slot]
		e.used = true
		class := "bubble"
		if b.By == id.Companion {
			class += " companion"
		}
		if b.Fate == scene.Sending {
			class += " sending"
		}
		if e.n != b.N || e.text != b.Text || e.class != class || e.text == "" {
			if e.n != b.N {
				e.placed = false
			}
			e.n, e.text, e.class = b.N, b.Text, class
			write(e.said, b.Text, b.Markup)
			e.e.Set("className", class)
			show(e.e, true)
			e.w, e.h = e.e.Get("offsetWidth").Float(), e.in.Get("offsetHeight").Float()
		}
		x, y := v.CSS(as[k].X, as[k].Y-headUnits)
		h.boxes = append(h.boxes, box{w: e.w, h: e.h, headX: x, headY: y, priority: b.N})
		h.order = append(h.order, slot)
	}
	for i := range h.bubbles {
		if b := &h.bubbles[i]; b.n != 0 && !b.used {
			b.n = 0
			show(b.e, false)
		}
	}
	// Newest first.
	slices.Reverse(h.boxes)
	slices.Reverse(h.order)
	top := 58.0 // below the page's own chips
	if ht < lowPage {
		top = placeEdge // every row counts
	}
	arrange(h.boxes, w, ht, top)
	for i := range h.boxes {
		h.put(&h.bubbles[h.order[i]], &h.boxes[i])
	}
}

func (h *heads) slot(n int) int {
	free := -1
	for i := range h.bubbles {
		switch b := &h.bubbles[i]; {
		case b.n == n:
			return i
		case b.n == 0 && !b.used && free < 0:
			free = i
		}
	}
	return free
}

func (h *heads) put(b *bubble, to *box) {
	class := b.class
	if to.far {
		class += " far"
	}
	if to.small {
		class += " dots"
		show(b.in, false)
	} else {
		show(b.in, true)
	}
	b.e.Set("className", class)
	// A bubble glides where others push it; it does not glide with the camera.
	x, y := to.x, to.y
	if b.placed && math.Abs(y-b.y) > 3 && math.Abs(y-b.y) < 80 {
		y = b.y + (y-b.y)*0.35
	}
	b.x, b.y, b.placed = x, y, true
	translate(b.e, math.Round(x), math.Round(y))
	st := b.e.Get("style")
	tail := clamp(to.headX-to.x, 12, to.w-12)
	st.Call("setProperty", "--tail", px(tail))
	st.Call("setProperty", "--stem", px(to.stem))
}

func (h *heads) placeSigns(v View, w, ht float64) {
	seen := false
	best, far := -1, math.Inf(1)
	for i := range h.signals {
		s := &h.signals[i]
		x, y := v.CSS(s.x, s.y)
		in := x > -s.w/2 && x < w+s.w/2 && y > 0 && y < ht
		if in && s.twin >= 0 && !h.signals[s.twin].off {
			seen = true
			if !s.off {
				s.off = true
				show(s.e, false)
			}
			continue
		}
		if in {
			if s.off {
				s.off = false
				show(s.e, true)
			}
			if s.gate {
				s.e.Get("classList").Call("remove", "edge")
				seen = seen || x > 0 && x < w
			}
			translate(s.e, math.Round(x-s.w/2), math.Round(y-s.h/2))
			continue
		}
		if s.gate {
			if d := math.Hypot(x-w/2, y-ht/2); d < far {
				best, far = i, d
			}
		}
		if !s.off {
			s.off = true
			show(s.e, false)
		}
	}
	if seen || best < 0 {
		return
	}
	// No door is on the screen: the nearest is pointed at from the edge.
	s := &h.signals[best]
	x, y := v.CSS(s.x, s.y)
	s.off = false
	show(s.e, true)
	s.e.Get("classList").Call("add", "edge")
	const arrow = 26 // that the edge's sign is wider by
	ex := clamp(x-s.w/2, placeEdge, w-s.w-placeEdge-arrow)
	ey := clamp(y, 64, ht-150)
	angle := math.Atan2(y-ey, x-ex-s.w/2)
	s.e.Get("style").Call("setProperty", "--turn", strconv.FormatFloat(angle, 'f', 2, 64)+"rad")
	translate(s.e, math.Round(ex), math.Round(ey))
}
