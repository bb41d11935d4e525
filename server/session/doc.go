// Package session is one visit: a visitor, its avatar and, most of the time,
// a socket. It owns the socket's two-lane outbox, the visitor's rate buckets
// and what the visitor heard in the last minute; it carries intents to the
// room and words to the gate, and outlives its socket by a minute, so that a
// child whose tablet lost the network finds its avatar where it stood. It
// never decides who hears whom, never judges words, and never waits for a
// slow reader: state skips ticks, events overflow into a numbered leaving.
package session
