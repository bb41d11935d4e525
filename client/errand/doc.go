// Package errand walks one's own avatar somewhere by itself: to a place that
// was tapped on the canvas, or chosen by its name from a list. An Errand plans
// the way on the map, says where to head now, notices when it is stuck, and
// remembers what the child wants to do there. It moves nobody: whoever steers
// the scene does as Run says. It draws nothing, reads no clock and knows
// neither ebiten nor the browser.
package errand
