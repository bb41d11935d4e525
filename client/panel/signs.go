package panel

import (
	"math"
	"slices"
)

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

// giveWay moves a sign from where it hangs to the nearest place on the page
// where it covers nothing of what is to be kept in sight; of two that are about
// as near it takes the one beside which it was, so that it does not jump to and
// fro. false when there is no such place.
func giveWay(r rect, keep []rect, page rect, wasX, wasY float64) (rect, bool) {
	if r.x0 < page.x0 || r.x1 > page.x1 { // half a name at the page's edge is no name
		x := clamp(r.x0, page.x0, page.x1-(r.x1-r.x0))
		r = rect{x, r.y0, x + r.x1 - r.x0, r.y1}
	}
	if !slices.ContainsFunc(keep, r.hits) {
		return r, true
	}
	best, found, at := math.Inf(1), false, r
	try := func(x, y float64) {
		c := rect{x, y, x + r.x1 - r.x0, y + r.y1 - r.y0}
		if c.x0 < page.x0 || c.x1 > page.x1 || c.y0 < page.y0 || c.y1 > page.y1 || slices.ContainsFunc(keep, c.hits) {
			return
		}
		cost := math.Hypot(x-r.x0, y-r.y0) + math.Hypot(x-r.x0-wasX, y-r.y0-wasY)/2
		if cost < best {
			best, found, at = cost, true, c
		}
	}
	w, h := r.x1-r.x0, r.y1-r.y0
	for _, a := range keep {
		for _, y := range [...]float64{r.y0, a.y0 - h - placeGap, a.y1 + placeGap} {
			try(r.x0, y)
			for _, b := range keep {
				try(b.x0-w-placeGap, y)
				try(b.x1+placeGap, y)
			}
		}
	}
	return at, found
}
