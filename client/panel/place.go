package panel

import (
	"math"
	"slices"
)

// box is a bubble that wants a place on the page, in CSS pixels.
type box struct {
	who          uint32 // whose words they are
	w, h         float64
	headX, headY float64 // the point above the speaker's head
	k            float64 // CSS pixels of an art pixel: how big the speaker's face is
	x, y         float64 // where it goes: its left upper corner
	stem         float64 // how far it was pushed up
	turn         float64 // of a chip at the edge: where the speaker is, in radians
	far          bool    // the speaker is off the screen: a chip at the edge
	small        bool    // no room was left: only a chip with dots
	below        bool    // no room was left above: it hangs under the feet
	upper        bool    // the speaker said something newer, which hangs below it
}

// rect is a part of the page.
type rect struct{ x0, y0, x1, y1 float64 }

func (a rect) hits(b rect) bool { return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1 }

const (
	placeEdge = 8 // from the screen's edge
	placeGap  = 4
	tailH     = 10
	tailRoom  = 12  // from a bubble's corner to its tail
	maxRise   = 3   // heights that a bubble may be pushed up,
	leastRise = 240 // or so far
	chipW     = 38
	chipH     = 24
	chatRow   = 84 // at the lower edge, the page's own
	nowhere   = -1000
	lowPage   = 420 // pages that are lower are phones on their side, or have their keyboard open
	narrow    = 480 // pages that are narrower are phones, upright
)

// face is the speaker's, which no words may cover.
func (b *box) face() rect {
	return rect{b.headX - 9*b.k, b.headY + 4*b.k, b.headX + 9*b.k, b.headY + 20*b.k}
}

// body is what a bubble covers.
func (b *box) body() rect {
	if b.small {
		return rect{b.x, b.y, b.x + chipW, b.y + chipH}
	}
	return rect{b.x, b.y, b.x + b.w, b.y + b.h}
}

// arrange places bubbles so that none covers another, nor the face of anybody
// who speaks: the newest first, each above its speaker, pushed up or a little
// aside until it is free, hung below the feet where there is nothing above,
// and shrunk to a chip when all of that is too far. top is where the page's
// own chips end, and taken is what else the page needs for itself. The boxes
// are taken in the order given: the newest first.
func arrange(boxes []box, taken []rect, w, h, top float64) {
	for i := range boxes {
		b := &boxes[i]
		b.stem, b.small, b.below, b.upper, b.turn = 0, false, false, false, 0
		b.far = b.headX < -12*b.k || b.headX > w+12*b.k || b.headY < -30*b.k || b.headY > h-chatRow/2
		for j := range i {
			b.upper = b.upper || boxes[j].who == b.who && !boxes[j].small
		}
	}
	for i := range boxes {
		b := &boxes[i]
		if b.far {
			b.atEdge(boxes[:i], taken, w, h, top)
			continue
		}
		if !b.above(boxes, taken, i, w, top) && !b.under(boxes, taken, i, w, h) {
			b.shrink(boxes, taken, i, top)
		}
	}
	// A stem goes down to the head, or as far as nobody's words are crossed.
	for i := range boxes {
		b := &boxes[i]
		if b.small || b.stem <= 0 {
			continue
		}
		for j := range boxes {
			if c := boxes[j].body(); j != i && c.y0 >= b.y+b.h && c.x0 < b.headX+4 && c.x1 > b.headX-4 {
				b.stem = max(0, min(b.stem, c.y0-b.y-b.h-tailH-placeGap))
			}
		}
	}
}

// shifts are how far aside a bubble may be, in parts of its width: its tail
// still points at the speaker.
var shifts = [...]float64{0, -.28, .28, -.44, .44}

// above finds the lowest free place over the speaker's head.
func (b *box) above(boxes []box, taken []rect, i int, w, top float64) bool {
	want := b.headY - tailH - placeGap - b.h
	best, bestX, bestY := math.Inf(1), 0.0, 0.0
	for _, s := range shifts {
		x := clamp(b.headX-b.w/2+s*b.w, placeEdge, w-b.w-placeEdge)
		if reach := b.headX - x; s != 0 && (reach < tailRoom || reach > b.w-tailRoom) {
			continue
		}
		y, free := rise(boxes, taken, i, rect{x, want, x + b.w, want + b.h}, top)
		if cost := want - y + math.Abs(s)*8; free && want-y <= max(maxRise*b.h, leastRise) && cost < best {
			best, bestX, bestY = cost, x, y
		}
	}
	if math.IsInf(best, 1) {
		return false
	}
	b.x, b.y = bestX, bestY
	b.stem = want - bestY
	if b.upper {
		b.stem = 0
	}
	return true
}

// rise pushes a place up until nothing is in its way. Each push goes above
// some box for good, so this ends.
func rise(boxes []box, taken []rect, i int, r rect, top float64) (y float64, free bool) {
	for moved := true; moved; {
		moved = false
		for _, t := range taken {
			if r.hits(t) {
				moved, r = true, r.to(t.y0-placeGap-(r.y1-r.y0))
			}
		}
		for j := range boxes {
			o := &boxes[j]
			if j < i {
				if c := o.body().grown(placeGap - .5); r.hits(c) {
					moved, r = true, r.to(c.y0-placeGap/8-(r.y1-r.y0))
				}
			}
			if j != i && !o.far && o.who != boxes[i].who {
				if f := o.face(); r.hits(f) {
					moved, r = true, r.to(f.y0-.5-(r.y1-r.y0))
				}
			}
		}
		if r.y0 < top {
			return 0, false
		}
	}
	return r.y0, true
}

func (a rect) grown(d float64) rect { return rect{a.x0, a.y0 - d, a.x1, a.y1 + d} }

func (a rect) to(y float64) rect { return rect{a.x0, y, a.x1, y + a.y1 - a.y0} }

// under hangs a bubble below the feet and the name, as high as is free.
func (b *box) under(boxes []box, taken []rect, i int, w, h float64) bool {
	want := b.headY + 52*b.k
	best := math.Inf(1)
	for _, s := range shifts {
		x := clamp(b.headX-b.w/2+s*b.w, placeEdge, w-b.w-placeEdge)
		r := rect{x, want, x + b.w, want + b.h}
		for moved := true; moved && r.y1 <= h-chatRow; {
			moved = false
			for _, t := range taken {
				if r.hits(t) {
					moved, r = true, r.to(t.y1+placeGap)
				}
			}
			for j := range boxes {
				o := &boxes[j]
				if c := o.body().grown(placeGap - .5); j < i && r.hits(c) {
					moved, r = true, r.to(c.y1+placeGap/8)
				}
				if f := o.face(); j != i && !o.far && r.hits(f) {
					moved, r = true, r.to(f.y1+.5)
				}
			}
		}
		if cost := r.y0 - want + math.Abs(s)*8; r.y1 <= h-chatRow && r.y0-want <= leastRise/2 && cost < best {
			best, b.x, b.y, b.below = cost, r.x0, r.y0, true
		}
	}
	return b.below
}

// vacant reports whether a place covers no words before the i-th, no face and
// nothing of the page's own.
func vacant(boxes []box, taken []rect, i int, r rect) bool {
	if slices.ContainsFunc(taken, r.hits) {
		return false
	}
	for j := range boxes {
		o := &boxes[j]
		if j < i && r.hits(o.body().grown(placeGap-.5)) || j != i && !o.far && r.hits(o.face()) {
			return false
		}
	}
	return true
}

// shrink leaves a chip with dots near the head; the log has the words.
func (b *box) shrink(boxes []box, taken []rect, i int, top float64) {
	b.small = true
	x := b.headX
	for _, at := range [...][2]float64{{0, -chipH - 2}, {-1, 0}, {1, 0}, {-1, -chipH}, {1, -chipH}} {
		cx := x + at[0]*(9*b.k+chipW/2)
		y := b.headY + at[1]
		r := rect{cx - chipW/2, y, cx + chipW/2, y + chipH}
		if y >= top && vacant(boxes, taken, i, r) {
			b.x, b.y = r.x0, r.y0
			return
		}
	}
	// Nowhere: nothing is better than something over somebody's words.
	b.x, b.y = nowhere, nowhere
}

// atEdge puts a chip at the edge of the page, on the side where the speaker is.
func (b *box) atEdge(before []box, taken []rect, w, h, top float64) {
	b.x = clamp(b.headX-b.w/2, placeEdge, w-b.w-placeEdge)
	b.y = clamp(b.headY-b.h, top, max(top, h-b.h-chatRow))
	down := b.headY < h/2
	hit := func(c rect) bool {
		if !b.body().hits(c) {
			return false
		}
		if b.y = c.y0 - b.h - .5; down {
			b.y = c.y1 + .5
		}
		return true
	}
	for moved := true; moved; { // always the same way, so this ends
		moved = false
		for j := range before {
			moved = hit(before[j].body().grown(placeGap)) || moved
		}
		for _, t := range taken {
			moved = hit(t.grown(placeGap)) || moved
		}
	}
	if b.y < top || b.y+b.h > h-chatRow/2 {
		b.small, b.x, b.y = true, nowhere, nowhere
		return
	}
	b.turn = math.Atan2(b.headY-b.y-b.h/2, b.headX-b.x-b.w/2)
}

// stand is where the card of what is so just now stands on the page.
type stand uint8

const (
	standLow  stand = iota // above the line in which one writes
	standHigh              // below the page's chips
	standLeft              // beside the middle, where the page is too low for both
	standRight
	stands
)

func (s stand) String() string { return [...]string{"low", "high", "left", "right"}[s%stands] }

// card is that card: how big it is, and where it stands.
type card struct {
	at   stand
	w, h float64
}

const (
	cardTop = 66 // below the page's own chips
	cardLow = 62 // the line in which one writes, at the lower edge
)

// body is what the card covers on a page of that size, if it stands there. The
// log has its place at the lower edge too: where there is no room beside
// it, the card is above it.
func (c *card) body(at stand, log rect, w, h float64) rect {
	switch at {
	case standHigh:
		return rect{w/2 - c.w/2, cardTop, w/2 + c.w/2, cardTop + c.h}
	case standLeft:
		return rect{placeEdge, cardTop, placeEdge + c.w, cardTop + c.h}
	case standRight:
		return rect{w - placeEdge - c.w, cardTop, w - placeEdge, cardTop + c.h}
	}
	low := h - cardLow
	if log.y1 > log.y0 && log.x1-log.x0+c.w+4*placeEdge > w {
		low = log.y0
	}
	return rect{w/2 - c.w/2, low - c.h, w/2 + c.w/2, low}
}

// choose finds a place for the card where it covers neither the child's own
// figure nor, if that can be had, the log. It stays where it is for as long as
// that is such a place, so that it does not jump to and fro.
func (c *card) choose(own, log rect, w, h float64) {
	two := [...]stand{standLow, standHigh}
	if h < lowPage {
		two = [...]stand{standLeft, standRight}
	}
	if c.at == two[1] {
		two[0], two[1] = two[1], two[0]
	}
	for _, keep := range [...][]rect{{own, log}, {own}} {
		for _, at := range two {
			if !slices.ContainsFunc(keep, c.body(at, log, w, h).hits) {
				c.at = at
				return
			}
		}
	}
	c.at = two[0]
}

// plate is a name under somebody's feet.
type plate struct {
	x, y, w, h float64
	rank       float64 // the least is shown first
	off        bool    // not shown: another one is there
}

// uncover hides the names that would lie over others, those of the greatest
// rank first. One that was hidden comes back only when there is room for it,
// so that names do not flicker while people pass.
func uncover(plates []plate) {
	for i := range plates {
		p := &plates[i]
		most := .10
		if p.off {
			most = 0
		}
		p.off = false
		for j := range plates {
			o := &plates[j]
			if j == i || o.off || o.rank > p.rank || o.rank == p.rank && j > i {
				continue
			}
			wide := min(p.x+p.w, o.x+o.w) - max(p.x, o.x)
			high := min(p.y+p.h, o.y+o.h) - max(p.y, o.y)
			if wide > 0 && high > 0 && wide*high > most*min(p.w, o.w)*p.h {
				p.off = true
				break
			}
		}
	}
}

// pointer is a door that may be pointed at from the page's edge.
type pointer struct {
	x, y  float64 // where the door is
	w, h  float64 // how big its sign is
	seen  bool    // its sign is on the page already
	on    bool    // it is pointed at
	ex    float64 // where from: the sign's left upper corner
	ey    float64
	angle float64
}

// point chooses which doors are pointed at, the nearest first, so that with
// those that are seen there are as many as wanted, and where from: beside what
// the page has taken for itself.
func point(doors []pointer, taken []rect, w, h, top, bottom float64, want int) {
	for i := range doors {
		d := &doors[i]
		d.on = false
		if d.seen {
			want--
		}
	}
	for ; want > 0; want-- {
		best, far := -1, math.Inf(1)
		for i := range doors {
			d := &doors[i]
			if dist := math.Hypot(d.x-w/2, d.y-h/2); !d.seen && !d.on && dist < far {
				best, far = i, dist
			}
		}
		if best < 0 {
			return
		}
		d := &doors[best]
		d.on = true
		// On the line from the middle to the door, where it leaves the page.
		dx, dy := d.x-w/2, d.y-(top+h-bottom)/2
		k := min(math.Abs((w/2-d.w/2-placeEdge)/nonzero(dx)), math.Abs(((h-bottom-top)/2-d.h/2)/nonzero(dy)), 1)
		d.ex = clamp(w/2+dx*k-d.w/2, placeEdge, w-d.w-placeEdge)
		d.ey = clamp((top+h-bottom)/2+dy*k-d.h/2, top, h-bottom-d.h)
		if w < narrow { // the sides are where people are: above or below
			d.ey = h - bottom - d.h
			if dy < 0 {
				d.ey = top
			}
		}
		d.avoid(doors, taken, top, h-bottom)
		d.angle = math.Atan2(d.y-d.ey-d.h/2, d.x-d.ex-d.w/2)
	}
}

func (d *pointer) body() rect { return rect{d.ex, d.ey, d.ex + d.w, d.ey + d.h} }

// avoid goes up or down from where other signs and the page's own things are.
func (d *pointer) avoid(doors []pointer, taken []rect, top, low float64) {
	step := func(c rect, down bool) bool {
		if c = c.grown(placeGap); !d.body().hits(rect{c.x0 - placeGap, c.y0, c.x1 + placeGap, c.y1}) {
			return false
		}
		if d.ey = c.y0 - d.h - .5; down {
			d.ey = c.y1 + .5
		}
		return true
	}
	was := d.ey
	for _, down := range [...]bool{d.ey < (top+low)/2, d.ey >= (top+low)/2} {
		d.ey = was
		for moved := true; moved; { // always the same way, so this ends
			moved = false
			for j := range doors {
				if o := &doors[j]; o != d && o.on {
					moved = step(o.body(), down) || moved
				}
			}
			for _, t := range taken {
				moved = step(t, down) || moved
			}
		}
		if d.ey >= top && d.ey+d.h <= low {
			return
		}
	}
	d.on = false // the list of what is around has it
}

func nonzero(v float64) float64 {
	if v == 0 {
		return 1e-9
	}
	return v
}

func clamp(v, lo, hi float64) float64 {
	if hi < lo {
		return (lo + hi) / 2
	}
	return min(max(v, lo), hi)
}
