// Package tiled reads a place as a city drew it in Tiled (README.md beside
// this says how) and gives the atlas. It reads every form in which Tiled saves
// an orthogonal map: XML and JSON, all packings of tiles, groups, infinite maps,
// tilesets in files of their own. It reads once, at start: a broken map is
// refused with an error that names the file, the object and the fault, all
// faults at once, and never takes more memory than the largest map would. It
// keeps nothing, and the client never sees it.
package tiled
