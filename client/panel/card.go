package panel

import "slices"

// stand is where a card stands on the page.
type stand uint8

const (
	standLow  stand = iota // above the line in which one writes
	standHigh              // below the page's chips
	standLeft              // beside the middle, where the page is too low for both
	standRight
	stands
)

func (s stand) String() string { return [...]string{"low", "high", "left", "right"}[s%stands] }

// card is what the page has to say just now, above the world: the first
// minute's guide, what is so, why words were not shown. It says how big it is
// and where it stands.
type card struct {
	at   stand
	w, h float64
	low  rect // what it covers at the lower edge, while it is there
	flat bool // it is low enough to lie at the lower edge of a low page too
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
	if c.at == standLow && c.low.x1 > c.low.x0 {
		return c.low
	}
	low := h - cardLow
	if c.flat && h < lowPage {
		return rect{w - placeEdge - c.w, low - c.h, w - placeEdge, low}
	}
	if log.y1 > log.y0 && log.x1-log.x0+c.w+4*placeEdge > w {
		low = log.y0
	}
	return rect{w/2 - c.w/2, low - c.h, w/2 + c.w/2, low}
}

// choose finds a place for the card where it covers neither the child's own
// figure and other cards nor, if that can be had, the log. It stays where it is
// for as long as that is such a place, so that it does not jump to and fro.
func (c *card) choose(own, log rect, others []rect, w, h float64) {
	choices := []stand{standLow, standHigh}
	if h < lowPage {
		choices = []stand{standLow, standLeft, standRight}
		if !c.flat {
			choices = choices[1:]
		}
	}
	if i := slices.Index(choices, c.at); i > 0 {
		choices[0], choices[i] = choices[i], choices[0]
	}
	for n := range 3 { // what can't be had goes first
		for _, at := range choices {
			b := c.body(at, log, w, h)
			if !b.hits(own) && (n > 1 || !slices.ContainsFunc(others, b.hits)) && (n > 0 || !b.hits(log)) {
				c.at = at
				return
			}
		}
	}
	c.at = choices[0]
}
