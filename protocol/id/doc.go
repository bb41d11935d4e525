// Package id names things: visitors, avatars, rooms, cases. It holds types
// alone, owns nothing, imports nothing of ours, and all may import it. Each
// kind of id is a type of its own, so that the compiler refuses a visitor
// where an avatar is meant: the first is a secret of the server, the second
// is what everybody in the room may know.
package id
