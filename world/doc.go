// Package world is the rules of a room: who is in it, where, who hears whom,
// who sits, who goes through a portal. A Room is a plain value that somebody
// steps: Step takes the commands of a tick and returns the facts that follow.
// It is deterministic, so that a Journal of commands is a test, a replay and
// a bug report. One goroutine owns a Room; what it gives away to others is the
// View, which never changes.
//
// It treats visitors, companions and bots alike, and observers are unknown to
// it. It never reads the clock, a file or a socket, never looks into words,
// starts nothing and waits for nobody: it imports no net, os, sync or time.
package world
