package panel

// box is a bubble that wants a place on the page, in CSS pixels.
type box struct {
	w, h     float64
	headX    float64 // the point above the speaker's head
	headY    float64
	x, y     float64 // where it goes: its left upper corner
	stem     float64 // how far it was pushed up
	far      bool    // the speaker is off the screen: a chip at the edge
	small    bool    // no room was left: only a chip with dots
	priority int     // the greater keeps its place
}

const (
	placeEdge = 8 // from the screen's edge
	placeGap  = 4
	tailH     = 10
	maxRise   = 3 // heights that a bubble may be pushed up
)

// arrange places bubbles so that none covers another: the newest first, each
// above its speaker, pushed up until it is free, and shrunk to a chip when
// that is too high. top is where the page's own chips end. The boxes are taken
// in the order given, so the caller sorts them by priority.
func arrange(boxes []box, w, h, top float64) {
	for i := range boxes {
		b := &boxes[i]
		b.stem, b.small = 0, false
		b.far = b.headX < -20 || b.headX > w+20 || b.headY < -10 || b.headY > h+60
		b.x = clamp(b.headX-b.w/2, placeEdge, w-b.w-placeEdge)
		want := b.headY - tailH - placeGap - b.h
		if b.far {
			b.y = clamp(want, top, h-b.h-90)
		} else {
			b.y = max(want, top)
		}
		lowest := b.y
		// Each push goes above some box for good, so this ends; the bound is
		// for the rounding of fractions.
		for moved, n := true, 0; moved && n <= i; n++ {
			moved = false
			for j := range i {
				if o := &boxes[j]; overlaps(b, o) {
					b.y = o.y - placeGap - b.h
					moved = true
				}
			}
		}
		if b.y < top || lowest-b.y > maxRise*b.h {
			b.small = true
			b.y = max(top, lowest)
			continue
		}
		b.stem = max(0, want-b.y)
	}
}

func overlaps(a, b *box) bool {
	if b.small {
		return false
	}
	const touch = placeGap - 0.5
	return a.x < b.x+b.w && b.x < a.x+a.w && a.y < b.y+b.h+touch && b.y < a.y+a.h+touch
}

func clamp(v, lo, hi float64) float64 {
	if hi < lo {
		return (lo + hi) / 2
	}
	return min(max(v, lo), hi)
}
