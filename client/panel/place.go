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
func (b *box) face() rect { return face(b.headX, b.headY+tall*b.k, b.k) }

// tall is from the feet to the top of the head, in art pixels.
const tall = 36

// face is where the face of somebody is who stands there.
func face(footX, footY, k float64) rect {
	return rect{footX - 9*k, footY - 32*k, footX + 9*k, footY - 16*k}
}

// body is somebody from the head to the shoes.
func body(footX, footY, k float64) rect {
	return rect{footX - 11*k, footY - 35*k, footX + 11*k, footY + 4*k}
}

// figure is somebody from the head to the ring, who stands there.
func figure(footX, footY, k float64) rect {
	return rect{footX - 13*k, footY - 38*k, footX + 13*k, footY + 7*k}
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
	// A stem goes down to the head, or as far as it crosses nobody's words, no
	// face that speaks and nothing of the page's own.
	for i := range boxes {
		b := &boxes[i]
		if b.small || b.stem <= 0 {
			continue
		}
		for j := range boxes {
			if o := &boxes[j]; j != i {
				b.stop(o.body())
				if !o.far && o.who != b.who {
					b.stop(o.face())
				}
			}
		}
		for _, t := range taken {
			b.stop(t)
		}
	}
}

// stop ends the stem above what it would cross.
func (b *box) stop(c rect) {
	if c.y0 >= b.y+b.h && c.x0 < b.headX+4 && c.x1 > b.headX-4 {
		b.stem = max(0, min(b.stem, c.y0-b.y-b.h-tailH-placeGap))
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
