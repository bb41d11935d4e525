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
	crowd      = 25        // names are hidden when more are here
	nearNames  = 6 * 256   // units within which names are shown in a crowd
	headUnits  = tall * 16 // from foot to the top of the head
	portalLift = 52 * 16   // where a gate's sign hangs
	signLift   = 26 * 16   // where a thing's sign hangs
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
	faces   []rect
	keep    []rect // the child's own figure and name, which signs leave in sight
	self    rect   // its figure, from the head to the ring
	ownFace rect
	ownName rect
	pageW   float64 // what all was placed for
	pageH   float64
	seenIn  int
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

type bubble struct {
	e, in, said js.Value
	way         js.Value // says that the words are on their way
	n           int      // the line it shows; zero when it is free
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

func (h *heads) init(over js.Value) {
	h.over = over
	h.names = map[id.AvatarID]*nameplate{}
	for i := range h.bubbles {
		b := &h.bubbles[i]
		b.e, b.in, b.said = el("div", "bubble"), el("div", "in"), el("span", "said")
		b.way = el("small", "way")
		b.in.Call("append", b.said, b.way)
		b.e.Call("append", b.in, el("i", "tail"), el("i", "stem"))
		show(b.e, false)
		over.Call("append", b.e)
	}
	for _, sel := range [...]string{"#guide", "#logbox", "#why", "#state", "#mode", "#say", "#top .corner", "#top .chips"} {
		if e := document.Call("querySelector", sel); e.Truthy() {
			h.own = append(h.own, e)
		}
	}
	h.note = el("div", "bubble toast")
	show(h.note, false)
	over.Call("append", h.note)
}

// toast shows a line of the machine for a while, when the log is closed.
func (h *heads) toast(p *Panel, s string, markup bool) {
	text(h.note, "")
	in, said := el("div", "in"), el("span", "said")
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
	if _, n := p.scene.Room(); w != hd.pageW || h != hd.pageH || n != hd.seenIn {
		hd.pageW, hd.pageH, hd.seenIn = w, h, n
		hd.anew()
	}
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
		p.standAside(v, w, h)
		hd.measureOwn()
	}
	hd.keep = hd.keep[:0]
	hd.self, hd.ownFace, hd.ownName = rect{}, rect{}, rect{}
	if x, y, ok := p.scene.Own(); ok {
		x, y = v.CSS(x, y)
		k := p.world.Scale()
		hd.self, hd.ownFace = figure(x, y, k), face(x, y, k)
		hd.keep = append(hd.keep, hd.self)
	}
	hd.placeNames(w)
	hd.placeSigns(v, w, h)
	hd.placeBubbles(p, v, as, w, h)
	if hd.noteTil > 0 {
		if p.scene.Now() > hd.noteTil {
			hd.noteTil = 0
			show(hd.note, false)
		} else {
			hd.placeNote(w)
		}
	}
}

// placeNote puts the line of the machine below the page's chips, and below a
// card that stands there.
func (h *heads) placeNote(w float64) {
	wide, high := h.note.Get("offsetWidth").Float(), h.note.Get("offsetHeight").Float()
	x := math.Round((w - wide) / 2)
	r := rect{x, cardTop - placeGap, x + wide, cardTop - placeGap + high}
	for moved := true; moved; { // always down, so this ends
		moved = false
		for _, t := range h.taken {
			if r.hits(t) {
				moved, r = true, r.to(t.y1+.5)
			}
		}
	}
	translate(h.note, r.x0, math.Round(r.y0))
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
		if r := bounds(e); r.x1-r.x0 > 2 && r.y1-r.y0 > 2 {
			h.taken = append(h.taken, rect{r.x0 - rim, r.y0 - 2*rim, r.x1 + rim, r.y1 + rim})
		}
	}
}

// leaf is a card and its element.
type leaf struct {
	*card
	e js.Value
}

// stand shows a card: the very next frame finds its place, or for a moment it
// would lie over the child.
func (p *Panel) stand(card js.Value) {
	show(card, true)
	p.heads.ownNext = 0
}

// standAside puts the page's cards beside the child's own figure, and beside
// one another: at the lower edge they lie one upon the other by themselves.
func (p *Panel) standAside(v View, w, h float64) {
	x, y, ok := p.scene.Own()
	if !ok {
		return
	}
	x, y = v.CSS(x, y)
	own := rect{x - ownWide, y - 40*p.world.Scale(), x + ownWide, y + plateH + 2*rim}
	log := bounds(p.logbox)
	var others []rect
	for _, c := range [...]leaf{{&p.plight.card, p.plight.box}, {&p.guide.card, p.guide.box}, {&p.why.card, p.why.box}} {
		r := bounds(c.e)
		if r.x1-r.x0 < 2 {
			continue // it is not on the page
		}
		c.w, c.h, c.low = r.x1-r.x0, r.y1-r.y0, rect{}
		was := c.at
		if was == standLow {
			c.low = r
		}
		if c.choose(own, log, others, w, h); c.at != was {
			c.e.Get("dataset").Set("at", c.at.String())
		}
		if c.at != standLow {
			others = append(others, c.body(c.at, log, w, h))
		}
	}
}

// bounds is what an element covers.
func bounds(e js.Value) rect {
	r := e.Call("getBoundingClientRect")
	return rect{r.Get("left").Float(), r.Get("top").Float(), r.Get("right").Float(), r.Get("bottom").Float()}
}

// ownWide is how far a figure's name reaches to each side, in CSS pixels.
const ownWide = 60

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
		case b.gone == 0:
			h.take(b)
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
	h.fade(p.scene.Now())
	for i := range h.boxes {
		h.put(&h.bubbles[h.order[i]], &h.boxes[i])
	}
}

// anew has everything measured and put straight to its place in this frame:
// the page has another size, or shows another room.
func (h *heads) anew() {
	h.ownNext = 0
	for i := range h.bubbles {
		b := &h.bubbles[i]
		b.text, b.placed, b.farW = "", false, 0
		if b.gone != 0 {
			h.take(b)
		}
	}
}

// take takes a bubble away that has faded.
func (h *heads) take(b *bubble) {
	b.n, b.gone = 0, 0
	show(b.e, false)
}

// fade lets bubbles go whose words are over: at once where others speak now.
func (h *heads) fade(now time.Duration) {
	for i := range h.bubbles {
		b := &h.bubbles[i]
		if b.gone == 0 {
			continue
		}
		r := rect{b.x, b.y, b.x + b.w, b.y + b.h}
		inWay := r.hits(h.ownFace) || slices.ContainsFunc(h.boxes, func(o box) bool { return r.hits(o.face()) || r.hits(o.body()) })
		if inWay || now-b.gone > bubbleOut {
			h.take(b)
		}
	}
}

// bubbleOut is how long a bubble fades.
const bubbleOut = 160 * time.Millisecond

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
		onWay := b != nil && b.Fate == scene.Sending
		if onWay {
			write(e.way, trKana("play.sending"), false)
		}
		show(e.way, onWay)
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
	// A bubble glides to its place where that is free all the way; it does not
	// glide with the camera.
	x, y := math.Round(to.x), to.y
	if d := y - b.y; b.placed && math.Abs(d) > 3 && math.Abs(d) < 160 {
		if at := b.y + d*h.glide; h.free(to, at) {
			y = at
		}
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

// free reports whether a bubble covers neither words nor a face that speaks on
// its way, at a height.
func (h *heads) free(b *box, y float64) bool {
	r := b.body().to(y)
	for i := range h.boxes {
		if o := &h.boxes[i]; o != b && (r.hits(o.body()) || !o.far && o.who != b.who && r.hits(o.face())) {
			return false
		}
	}
	return true
}

// set writes a property when it is another one: reading styles is cheap, and
// writing them is not.
func (h *heads) set(style js.Value, name, value string, was *string) {
	if *was != value {
		*was = value
		style.Call("setProperty", name, value)
	}
}
