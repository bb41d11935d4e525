// Package volley hands what many sockets have to send to the kernel together.
// It owns the ring that it shares with the kernel; it never waits for a reader,
// and never keeps a byte longer than one Fire.
//
// Why: above four hundred avatars a room's cost is the number of its writes,
// and half of a write is entering the kernel for it.
package volley
