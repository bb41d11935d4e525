// Package link carries frames between a client and the server: over the
// browser's own WebSocket when built for js, over gorilla's when built
// natively (bots and tests). It also fetches files, decides when to try again
// (Backoff) and when a socket that says nothing is dead (Pulse), and keeps one
// connection alive through all of that (Line).
//
// It owns the socket and its bounded queues. It never looks inside a frame and
// never changes what the client believes: that is scene's. The gorilla and
// net/http imports stay in the files that are not built for js: in a browser
// they would cost megabytes and could not dial.
package link
