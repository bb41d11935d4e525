// Package frame is what a room shows at one tick, encoded once for everybody
// who looks: each cell of the interest grid at most twice, what changed and
// all of it, into bytes that are never written again. A room's goroutine
// makes frames with an Encoder; each viewer's write pump picks the cells in
// sight with its own Eyes. It never encodes for one viewer and knows neither
// sockets nor sessions: cost must not grow with the square of the crowd.
package frame
