// Package place paints the ground of a place from its atlas, and the place as
// a child would see it.
//
// It owns how terrains look and meet, and what lies on them: shadows, flat
// things, the wood at a map's edge, the walls of a room. What stands is drawn
// by the client from the sheet of things; Preview does the same here, so that
// a map can be judged without a server.
package place
