// Package tiled reads a place as a city drew it in Tiled (README.md beside
// this says how) and gives the atlas. It is the door of go-tiled. It reads
// once, at start: a broken map is refused with an error that names the file,
// the object and the fault, all faults at once. It keeps nothing, and the
// client never sees it.
package tiled
