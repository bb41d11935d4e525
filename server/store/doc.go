// Package store is the door of bbolt: one file that keeps what must outlast
// the process. It implements the stores that casebook, entrance and console
// declare, each in their own words, and knows no rule of theirs.
//
// It owns the file, its lock and its schema. Every key begins with the city, so
// that one file can hold several. A write that returned nil is on disk: writes
// that come together are committed together, so that a busy minute costs a few
// flushes and not one each. It keeps no secret in the clear, no position and no
// ordinary talk; who hands it a value may go on using it.
package store
