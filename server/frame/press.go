package frame

import "kakitsubata/server/volley"

// Press is what a room lends its viewers, one after the other, to make what
// they are sent in and to send it with. What lies in it is good until the next
// one has it; what the volley holds, until it is fired.
type Press struct {
	Volley  volley.Volley
	Scratch Scratch
	Notes   []Note
	Events  [][]byte
}
