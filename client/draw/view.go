package draw

import "math"

// Scale is how many device pixels an art pixel takes, for a canvas of w by h
// device pixels at a device pixel ratio: an integer, so that no pixel is
// bigger than its neighbour. Phones, either way up, see less of the world.
func Scale(w, h int, dpr float64) int {
	short := min(w, h)
	k := 320.0
	if float64(short)/dpr < 600 {
		k = 208
	}
	return max(int(float64(short)/k), int(math.Ceil(1.4*dpr)), 1)
}

// View is the part of the world that the canvas shows.
type View struct {
	W, H   int     // canvas, in art pixels
	PageW  float64 // the page, in CSS pixels: up to an art pixel less than the canvas
	PageH  float64
	Scale  float64 // CSS pixels in an art pixel; a whole number of device pixels
	CamX   float64 // left edge, in whole art pixels
	CamY   float64
	MapW   int // the map, in art pixels
	MapH   int
	Foot   int     // art pixels at the lower edge that the page covers
	FocusX float64 // where the camera looks, in art pixels
	FocusY float64
}

// UnitsPerPixel is world units in an art pixel.
const UnitsPerPixel = 16

// Fit makes the view as large as a page of w by h CSS pixels needs it, with art
// pixels bigger by so many device pixels than usual; foot is what the page
// covers at its lower edge, in CSS pixels.
func (v *View) Fit(w, h, dpr float64, bigger int, foot float64) {
	s := float64(Scale(max(int(w*dpr), 1), max(int(h*dpr), 1), dpr) + bigger)
	v.PageW, v.PageH, v.Scale = w, h, s/dpr
	v.W, v.H = max(int(math.Ceil(w*dpr/s)), 1), max(int(math.Ceil(h*dpr/s)), 1)
	v.Foot = int(math.Round(foot * dpr / s))
}

// CSS is where a point of the world, in units, is drawn on the page, in CSS pixels.
func (v *View) CSS(x, y float64) (float64, float64) {
	return (math.Round(x/UnitsPerPixel) - v.CamX) * v.Scale, (math.Round(y/UnitsPerPixel) - v.CamY) * v.Scale
}

// World is the point of the world, in units, under a point of the page in CSS pixels.
func (v *View) World(px, py float64) (x, y float64) {
	return (px/v.Scale + v.CamX) * UnitsPerPixel, (py/v.Scale + v.CamY) * UnitsPerPixel
}

// Size is what is seen, in art pixels.
func (v *View) Size() (w, h float64) { return float64(v.W), float64(v.H) }

const (
	cameraHalf = 0.12 // seconds in which half of the way is gone
	lookAhead  = 24   // art pixels
)

// camera follows a point like a critically damped spring.
type camera struct {
	set          bool
	x, y         float64 // what it looks at
	vx, vy       float64
	ownX, ownY   float64 // what it follows
	offX, offY   float64 // from the view's edge to that, in whole art pixels
	aheadX       float64
	aheadY       float64
	dragX, dragY float64 // an observer's own wish
}

// run moves on by dt seconds toward (tx, ty), which goes along (dx, dy), a
// direction of length one or zero.
func (c *camera) run(dt, tx, ty, dx, dy float64, calm bool) {
	if !c.set {
		*c = camera{set: true, x: tx, y: ty, ownX: tx, ownY: ty, dragX: c.dragX, dragY: c.dragY}
		return
	}
	c.ownX, c.ownY = tx, ty
	if calm {
		c.aheadX, c.aheadY = 0, 0
		c.x, c.y = tx, ty
		return
	}
	f := 1 - math.Exp(-dt/0.3) // eases in over about 0.6 s
	c.aheadX += (dx*lookAhead - c.aheadX) * f
	c.aheadY += (dy*lookAhead - c.aheadY) * f
	c.x, c.vx = spring(c.x, c.vx, tx+c.aheadX, dt)
	c.y, c.vy = spring(c.y, c.vy, ty+c.aheadY, dt)
}

func spring(x, v, goal, dt float64) (float64, float64) {
	const omega = 1.678 / cameraHalf
	e := x - goal
	j := v + omega*e
	k := math.Exp(-omega * dt)
	return goal + (e+j*dt)*k, (v - omega*j*dt) * k
}

// frame sets where v looks: clamped to the map, or the map in the middle when
// it is smaller, and on an art pixel.
func (c *camera) frame(v *View) {
	w, h := v.Size()
	fy := 0.5
	switch {
	case v.PageH < 420:
		fy = 0.58 // a low view: words need the room above
	case h > w:
		fy = 0.42 // the chat field is below
	}
	v.FocusX, v.FocusY = c.x, c.y
	v.CamX = edge(hold(c.ownX, c.x-w/2, &c.offX), w, float64(v.MapW))
	// What lies behind the chat field may be outside of the map: the lowest
	// rows of the map come up from behind it.
	v.CamY = edge(hold(c.ownY, c.y-h*fy, &c.offY), h, float64(v.MapH+v.Foot))
}

// hold puts a view's edge on an art pixel, near where it should be, so that
// what is followed does not tremble: both are rounded, and their distance
// changes only when it is wrong by more than half a pixel.
func hold(own, at float64, off *float64) float64 {
	if d := own - at; math.Abs(d-*off) > .75 {
		*off = math.Round(d)
	}
	return math.Round(own) - *off
}

func edge(at, seen, size float64) float64 {
	if size <= seen {
		return math.Floor((size - seen) / 2)
	}
	return min(max(at, 0), size-seen)
}
