package draw

import "kakitsubata/world/plane"

// Drawn says that there is something to be seen.
func (g *Game) Drawn() bool { return true }

// Walk goes somewhere by itself, as after a tap, to sit down or to read there,
// or neither (-1). It reports whether there is a way.
func (g *Game) Walk(to plane.Point, seat, sign int) bool {
	if g.scene.Atlas() == nil || g.scene.Observer() {
		return false
	}
	return g.goTo(to, seat, sign, float64(to.X)/UnitsPerPixel, float64(to.Y)/UnitsPerPixel, g.scene.Now())
}
