// Package atlas is the map of one place: its ground, walls, seats, portals,
// spawns and zones, and the rule of walking on it. Server and client both
// walk by it, so that a prediction is right unless somebody interferes; so it
// holds no float, reads no clock and allocates nothing on a step. It also
// owns the compact form in which the client fetches a place. An Atlas never
// changes once it is prepared: any number of goroutines may read it. How a
// map is drawn or stored by its authors is the business of others (see tiled).
package atlas
