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
	W, H   int     // canvas, in device pixels
	Dpr    float64 // device pixels in a CSS pixel
	S      int     // device pixels in an art pixel
	CamX   float64 // left edge, in art pixels; a whole number of device pixels
	CamY   float64
	MapW   int // the map, in art pixels
	MapH   int
	Foot   float64 // art pixels at the lower edge that the page covers
	FocusX float64 // where the camera looks, in art pixels
	FocusY float64
}

// UnitsPerPixel is world units in an art pixel.
const UnitsPerPixel = 16

// CSS is where a point of the world, in units, lies on the page, in CSS pixels.
func (v *View) CSS(x, y float64) (float64, float64) {
	k := float64(v.S) / v.Dpr
	return (x/UnitsPerPixel - v.CamX) * k, (y/UnitsPerPixel - v.CamY) * k
}

// World is the point of the world, in units, under a canvas point in device pixels.
func (v *View) World(px, py float64) (x, y float64) {
	return (px/float64(v.S) + v.CamX) * UnitsPerPixel, (py/float64(v.S) + v.CamY) * UnitsPerPixel
}

// Size is what is seen, in art pixels.
func (v *View) Size() (w, h float64) {
	return float64(v.W) / float64(v.S), float64(v.H) / float64(v.S)
}

const (
	cameraHalf = 0.12 // seconds in which half of the way is gone
	lookAhead  = 24   // art pixels
)

// camera follows a point like a critically damped spring.
type camera struct {
	set          bool
	x, y         float64 // what it looks at
	vx, vy       float64
	aheadX       float64
	aheadY       float64
	dragX, dragY float64 // an observer's own wish
}

// run moves on by dt seconds toward (tx, ty), which goes along (dx, dy), a
// direction of length one or zero.
func (c *camera) run(dt, tx, ty, dx, dy float64, calm bool) {
	if !c.set {
		*c = camera{set: true, x: tx, y: ty, dragX: c.dragX, dragY: c.dragY}
		return
	}
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
// it is smaller, and on a device pixel.
func (c *camera) frame(v *View) {
	w, h := v.Size()
	fy := 0.5
	switch {
	case float64(v.H)/v.Dpr < 420:
		fy = 0.58 // a low view: words need the room above
	case h > w:
		fy = 0.42 // the chat field is below
	}
	v.FocusX, v.FocusY = c.x, c.y
	v.CamX = snap(edge(c.x-w/2, w, float64(v.MapW)), v.S)
	// What lies behind the chat field may be outside of the map: the lowest
	// rows of the map come up from behind it.
	v.CamY = snap(edge(c.y-h*fy, h, float64(v.MapH)+v.Foot), v.S)
}

func edge(at, seen, size float64) float64 {
	if size <= seen {
		return (size - seen) / 2
	}
	return min(max(at, 0), size-seen)
}

func snap(v float64, s int) float64 { return math.Round(v*float64(s)) / float64(s) }
