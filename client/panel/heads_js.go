package panel

import (
	"math"
	"slices"
	"strconv"
	"syscall/js"
	"time"

	"kakitsubata/client/scene"
	"kakitsubata/protocol/id"
	"kakitsubata/world/plane"
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
	plates  []plate
	plated  []*nameplate
	doors   []pointer
	signals []sign
	own     []js.Value // the page's own things that nothing may lie over
	ownNext time.Duration
	taken   []rect // where they are
	around  []rect // they, and the signs that point from the edge
	hung    hung
	note    js.Value
	noteTil time.Duration
	round   int
	last    time.Duration
	glide   float64 // the part of its way that a pushed bubble goes in this frame
}

type nameplate struct {
	e     js.Value
	name  string
	class string
	w     float64
	round int
	off   bool // not on the page
	under bool // below another name
	x, y  float64
}

type bubble struct {
	e, in, said js.Value
	n           int // the line it shows; zero when it is free
	from        id.AvatarID
	gone        time.Duration // when it began to fade; zero while it is shown
	dots        bool          // somebody is writing
	text        string
	class       string
	w, h        float64
	farW, farH  float64 // as a chip at the edge
	far         bool
	placed      bool
	x, y        float64
	used        bool
	shown       string // the class that the page has
	tail, stem  string
	turn        string
}

type sign struct {
	e    js.Value
	x, y float64 // units
	w, h float64
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
	for _, sel := range [...]string{"#guide", "#logbox", "#why", "#state", "#top .corner", "#top .chips"} {
		if e := document.Call("querySelector", sel); e.Truthy() {
			h.own = append(h.own, e)
		}
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
		s.door = m
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

// toast shows a line of the machine for a while, when the log is closed.
func (h *heads) toast(p *Panel, s string, markup bool) {
	text(h.note, "")
	in, said := el("div", "in"), el("span", "")
	add(said, s, markup)
	in.Get("classList").Call("toggle", "spaced", spaced(s))
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
	now := p.scene.Now()
	hd.glide = 1 - math.Exp(-float64(now-hd.last)/float64(40*time.Millisecond))
	hd.last = now
	as := p.scene.Avatars()
	// First all that is new is written, then all of it is measured, then all is
	// put in its place: the page is laid out once for a frame, not for each word.
	hd.writeNames(p, v, as, w, h)
	hd.writeBubbles(p, v, as, w, h)
	hd.measure()
	if now >= hd.ownNext {
		hd.ownNext = now + ownEvery
		if p.plight.now != noPlight {
			p.standAside(v, w, h)
		}
		hd.measureOwn()
	}
	hd.placeNames()
	hd.placeSigns(v, w, h)
	hd.placeBubbles(p, v, as, w, h)
	if hd.noteTil > 0 {
		if p.scene.Now() > hd.noteTil {
			hd.noteTil = 0
			show(hd.note, false)
		} else {
			translate(hd.note, math.Round((w-hd.note.Get("offsetWidth").Float())/2), 62)
		}
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
	h.plates, h.plated = h.plates[:0], h.plated[:0]
	for i := range as {
		a := &as[i]
		if a.Name == "" || a.Fade < 0.2 {
			continue
		}
		far := math.Hypot(a.X-ox, a.Y-oy)
		if len(as) > crowd && !a.Own && own && far > nearNames {
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
		if class := namePaint(a); n.name != a.Name || n.class != class {
			n.name, n.class = a.Name, class
			n.e.Set("className", class)
			write(n.e, a.Name, false)
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
		h.plates = append(h.plates, plate{x: x, y: math.Round(y + 5), h: plateH, rank: rank, off: n.under})
		h.plated = append(h.plated, n)
	}
}

// measure reads the sizes of what was written in this frame.
func (h *heads) measure() {
	for _, n := range h.plated {
		if n.w == 0 {
			n.w = n.e.Get("offsetWidth").Float()
		}
	}
	for _, k := range h.order {
		if b := &h.bubbles[k]; b.w == 0 {
			b.w, b.h = b.e.Get("offsetWidth").Float(), b.in.Get("offsetHeight").Float()
		}
	}
}

// ownEvery is the time between two looks at the page's own things.
const ownEvery = 120 * time.Millisecond

// rim is what a frame and a shadow reach beyond their box, in CSS pixels.
const rim = 4

// measureOwn reads where the page's own things are.
func (h *heads) measureOwn() {
	h.taken = h.taken[:0]
	for _, e := range h.own {
		r := e.Call("getBoundingClientRect")
		x, y, w, ht := r.Get("left").Float(), r.Get("top").Float(), r.Get("width").Float(), r.Get("height").Float()
		if w > 2 && ht > 2 {
			h.taken = append(h.taken, rect{x - rim, y - 2*rim, x + w + rim, y + ht + rim})
		}
	}
}

// standAside puts the card of what is so just now beside the child's own figure.
func (p *Panel) standAside(v View, w, h float64) {
	x, y, ok := p.scene.Own()
	if !ok {
		return
	}
	x, y = v.CSS(x, y)
	k := p.world.Scale()
	own := rect{x - ownWide, y - 40*k, x + ownWide, y + plateH + 2*rim}
	r := p.logbox.Call("getBoundingClientRect")
	log := rect{r.Get("left").Float(), r.Get("top").Float(), r.Get("right").Float(), r.Get("bottom").Float()}
	c := &p.plight.card
	c.w, c.h = p.plight.box.Get("offsetWidth").Float(), p.plight.box.Get("offsetHeight").Float()
	was := c.at
	if c.choose(own, log, w, h); c.at != was {
		p.plight.box.Get("dataset").Set("at", c.at.String())
	}
}

// ownWide is how far a figure's name reaches to each side, in CSS pixels.
const ownWide = 60

func (h *heads) placeNames() {
	for i, n := range h.plated {
		h.plates[i].x = math.Round(h.plates[i].x - n.w/2)
		h.plates[i].w = n.w
	}
	uncover(h.plates)
	for i, n := range h.plated {
		at := &h.plates[i]
		if n.under = at.off; n.under != n.off {
			n.off = n.under
			show(n.e, !n.off)
		}
		if !n.off && (at.x != n.x || at.y != n.y) {
			n.x, n.y = at.x, at.y
			translate(n.e, at.x, at.y)
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

// who is the avatar of that id, or nil.
func who(as []scene.Avatar, a id.AvatarID) *scene.Avatar {
	i, ok := slices.BinarySearchFunc(as, a, func(x scene.Avatar, a id.AvatarID) int { return int(x.ID) - int(a) })
	if !ok {
		return nil
	}
	return &as[i]
}

func (h *heads) writeBubbles(p *Panel, v View, as []scene.Avatar, w, ht float64) {
	bs := p.scene.Bubbles()
	if len(bs) > bubblePool {
		bs = bs[len(bs)-bubblePool:]
	}
	for i := range h.bubbles {
		h.bubbles[i].used = false
	}
	h.boxes, h.order = h.boxes[:0], h.order[:0]
	for i := len(bs) - 1; i >= 0; i-- { // the newest first
		b := &bs[i]
		a := who(as, b.Avatar)
		if a == nil {
			continue // gone, or out of sight: the log has it
		}
		h.want(p, a, b.N, b)
	}
	for i := range as {
		if x, y := v.CSS(as[i].X, as[i].Y); x < 0 || y < 0 || x > w || y > ht {
			continue
		}
		if a := &as[i]; a.Emote == id.EmoteTyping && !a.Own && !a.Hidden && !p.scene.Speaks(a.ID, a.EmoteAt) {
			h.want(p, a, -int(a.ID), nil)
		}
	}
	now := p.scene.Now()
	for i := range h.bubbles {
		b := &h.bubbles[i]
		switch {
		case b.n == 0 || b.used:
		case b.gone == 0 && !p.calm && !b.dots:
			b.gone = now
			b.e.Get("classList").Call("add", "out")
		case b.gone == 0 || now-b.gone > bubbleOut:
			b.n, b.gone = 0, 0
			show(b.e, false)
		}
	}
}

func (h *heads) placeBubbles(p *Panel, v View, as []scene.Avatar, w, ht float64) {
	for _, k := range h.order {
		e := &h.bubbles[k]
		a := who(as, e.from)
		x, y := v.CSS(a.X, a.Y-headUnits)
		b := box{who: uint32(a.ID), w: e.w, h: e.h, headX: x, headY: y, k: p.world.Scale()}
		if e.far {
			b.w, b.h = e.farW, e.farH
		}
		h.boxes = append(h.boxes, b)
	}
	top := 58.0 // below the page's own chips
	if ht < lowPage {
		top = placeEdge // every row counts
	}
	arrange(h.boxes, h.around, w, ht, top)
	for i := range h.boxes {
		h.put(&h.bubbles[h.order[i]], &h.boxes[i])
	}
}

// bubbleOut is how long a bubble fades.
const bubbleOut = 250 * time.Millisecond

// want writes words that are to hang over a head; without words, dots. n tells
// which they are.
func (h *heads) want(p *Panel, a *scene.Avatar, n int, b *scene.Bubble) {
	slot := h.slot(n)
	if slot < 0 {
		return
	}
	e := &h.bubbles[slot]
	e.used, e.gone = true, 0
	class, said, markup := "bubble typing", "…", false
	if b != nil {
		class, said, markup = "bubble", b.Text, b.Markup
		if b.Fate == scene.Sending {
			class += " sending"
		}
	}
	if a.Kind == id.Companion {
		class += " companion"
	}
	if e.n != n || e.text != said || e.class != class || e.text == "" {
		if e.n != n {
			e.placed = false
			if b != nil && b.Fate != scene.Unsaid {
				p.world.Heard(NoiseBubble, int(a.ID))
			}
		}
		e.far, e.farW = false, 0
		e.n, e.text, e.class, e.dots, e.from = n, said, class, b == nil, a.ID
		if e.dots {
			text(e.said, "")
			e.said.Call("append", el("i", ""), el("i", ""), el("i", ""))
		} else {
			write(e.said, said, markup)
		}
		e.in.Get("classList").Call("toggle", "spaced", spaced(said))
		e.said.Get("dataset").Set("name", a.Name)
		e.e.Set("className", class)
		e.shown = class
		show(e.in, true)
		show(e.e, true)
		e.w = 0
	}
	h.order = append(h.order, slot)
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
	switch {
	case to.small:
		class += " dots"
	case to.far:
		class += " far"
	case to.below:
		class += " below"
	}
	if to.upper {
		class += " upper"
	}
	if class != b.shown {
		b.shown = class
		b.e.Set("className", class)
		show(b.in, !to.small)
		if b.far = to.far && !to.small; b.far && b.farW == 0 {
			b.farW, b.farH = b.e.Get("offsetWidth").Float(), b.in.Get("offsetHeight").Float()
		}
	}
	// A bubble glides where others push it; it does not glide with the camera.
	x, y := math.Round(to.x), to.y
	if d := y - b.y; b.placed && math.Abs(d) > 3 && math.Abs(d) < 160 {
		y = b.y + d*h.glide
	}
	if y = math.Round(y); !b.placed || x != b.x || y != b.y {
		translate(b.e, x, y)
	}
	b.x, b.y, b.placed = x, y, true
	st := b.e.Get("style")
	h.set(st, "--tail", px(math.Round(clamp(to.headX-to.x, tailRoom, to.w-tailRoom))), &b.tail)
	h.set(st, "--stem", px(math.Round(max(0, to.stem-(to.y-y)))), &b.stem)
	if to.far {
		h.set(st, "--turn", strconv.FormatFloat(to.turn, 'f', 1, 64)+"rad", &b.turn)
	}
}

// set writes a property when it is another one: reading styles is cheap, and
// writing them is not.
func (h *heads) set(style js.Value, name, value string, was *string) {
	if *was != value {
		*was = value
		style.Call("setProperty", name, value)
	}
}

func (h *heads) placeSigns(v View, w, ht float64) {
	h.doors = h.doors[:0]
	h.around = append(h.around[:0], h.taken...)
	for i := range h.signals {
		s := &h.signals[i]
		x, y := v.CSS(s.x, s.y)
		in := x > -s.w/2 && x < w+s.w/2 && y > 0 && y < ht
		said := in && s.twin >= 0 && !h.signals[s.twin].off // a board beside it says it
		if s.gate {
			// Half of a name at the page's edge is no name.
			whole := said || x > s.w*.3 && x < w-s.w*.3 && y > 8 && y < ht-chatRow
			h.doors = append(h.doors, pointer{x: x, y: y, w: s.w + arrowW, h: s.h + 8, seen: whole})
			if !whole {
				continue // it may be pointed at
			}
		}
		h.hangSign(s, in && !said, false)
		if in && !said {
			translate(s.e, math.Round(x-s.w/2), math.Round(y-s.h/2))
		}
	}
	want := 2
	if w < narrow || ht < lowPage {
		want = 1
	}
	point(h.doors, h.taken, w, ht, 64, chatRow+8, want)
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

// arrowW is what a sign is wider by when it points from the edge.
const arrowW = 30

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
