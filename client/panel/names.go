package panel

import (
	"cmp"
	"slices"
)

// plate is a name at somebody's figure.
type plate struct {
	x, y, w, h   float64 // where it goes: its left upper corner
	footX, footY float64 // where its owner stands, in CSS pixels
	k            float64 // CSS pixels of an art pixel
	rank         float64 // the least is shown first
	of           int     // what the caller knows it by
	own          bool
	spot         spot // where it was, and then where it is
	off          bool // not shown: there is no place for it
}

// spot is where a name is at its owner's figure.
type spot uint8

const (
	underFeet spot = iota
	toLeft         // under the feet, most of it to the left
	toRight
	overHead // the own one alone: the child finds itself by it
	spots
)

const (
	plateFall = 5   // from the feet to the name
	plateGap  = 4   // between two names
	plateSide = .36 // of its width: so far aside it still is under its owner's feet
)

// at is what the name covers at a spot, as far on the page as may be.
func (p *plate) at(s spot, w float64) rect {
	x, y := p.footX-p.w/2, p.footY+plateFall
	switch s {
	case toLeft:
		x -= plateSide * p.w
	case toRight:
		x += plateSide * p.w
	case overHead:
		y = p.footY - 39*p.k - p.h
	}
	if p.footX > 0 && p.footX < w { // half a name at the page's edge is no name
		x = clamp(x, 2, w-2-p.w)
	}
	return rect{x, y, x + p.w, y + p.h}
}

// settle finds a place for each name where it covers neither a face, nor a name
// of lesser rank, nor what the page needs for itself, nor, if it is another's,
// the child's own figure, and hides those that have none: whoever is touched is named all the same. A name stays where it is for
// as long as it hardly covers anything, and one that was hidden or elsewhere
// comes back only where there is clearly room: names do not flicker while
// people pass. The plates are sorted by their rank.
func settle(plates []plate, faces, taken []rect, w float64) {
	slices.SortStableFunc(plates, func(a, b plate) int { return cmp.Compare(a.rank, b.rank) })
	var self rect
	if i := slices.IndexFunc(plates, func(p plate) bool { return p.own }); i >= 0 {
		self = body(plates[i].footX, plates[i].footY, plates[i].k)
	}
	for i := range plates {
		p := &plates[i]
		free := func(s spot, wider, most float64) bool {
			r := p.at(s, w)
			c := rect{r.x0 - wider, r.y0, r.x1 + wider, r.y1}
			if !p.own && (s == overHead || r.hits(self)) {
				return false
			}
			return !covers(c, plates[:i], faces, taken, most)
		}
		at := spots
		switch {
		case p.spot != underFeet && free(underFeet, 4, 0):
			at = underFeet
		case !p.off && free(p.spot, 0, .10):
			at = p.spot
		default:
			for s := underFeet; s < spots && at == spots; s++ {
				if free(s, 0, 0) {
					at = s
				}
			}
		}
		if p.off = at == spots && !p.own; p.off {
			continue
		}
		p.spot = min(at, overHead) // the own one better over something than nowhere
		r := p.at(p.spot, w)
		p.x, p.y = r.x0, r.y0
	}
}

// covers reports whether a name would cover more than so much of itself of a
// name that is shown, of a face, or anything of the page's own.
func covers(r rect, shown []plate, faces, taken []rect, most float64) bool {
	area := (r.x1 - r.x0) * (r.y1 - r.y0)
	for j := range shown {
		o := &shown[j]
		if !o.off && r.shared(rect{o.x - plateGap, o.y, o.x + o.w + plateGap, o.y + o.h}) > most*area {
			return true
		}
	}
	for _, f := range faces {
		if r.shared(f) > most*area {
			return true
		}
	}
	return slices.ContainsFunc(taken, r.hits)
}

// shared is how much two parts of the page have in common, in square CSS pixels.
func (a rect) shared(b rect) float64 {
	return max(0, min(a.x1, b.x1)-max(a.x0, b.x0)) * max(0, min(a.y1, b.y1)-max(a.y0, b.y0))
}
