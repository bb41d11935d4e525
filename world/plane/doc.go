// Package plane is the world's integer geometry: points, boxes, headings and
// the interest grid. Every operation gives the same bits on every machine, so
// that a client's prediction and a journal's replay agree with the server; so
// there are no floats here, not even for a sine. It owns no state and knows
// nothing of rooms.
package plane
