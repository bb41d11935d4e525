package draw

import "kakitsubata/world/plane"

// keysHeading turns pressed directions into a heading; false when they cancel.
func keysHeading(left, right, up, down bool) (uint8, bool) {
	x, y := 0, 0
	if left {
		x--
	}
	if right {
		x++
	}
	if up {
		y--
	}
	if down {
		y++
	}
	if x == 0 && y == 0 {
		return 0, false
	}
	return plane.Heading(plane.Point{}, plane.Point{X: int32(x), Y: int32(y)}), true
}

// stickHeading is the heading of a thumb that is (dx, dy) from where it was set
// down, in steps of a 32nd turn; false inside of the dead zone.
func stickHeading(dx, dy, dead float64) (uint8, bool) {
	if dx*dx+dy*dy < dead*dead {
		return 0, false
	}
	h := plane.Heading(plane.Point{}, plane.Point{X: int32(dx * 16), Y: int32(dy * 16)})
	return (h + 4) &^ 7, true
}
