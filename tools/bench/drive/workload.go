package drive

import (
	"fmt"
	"strconv"
	"strings"
)

// Workload is how many avatars are where, and what they do.
type Workload struct {
	Name       string
	Rooms, Per int
	Say        bool // each speaks once a second
	Mute       bool // nobody moves: the ceiling
}

// ParseWorkload reads w1-<avatars>, w2, w2-<rooms>, w3, and for the ceiling
// c-<clients>.
func ParseWorkload(s string) (Workload, error) {
	w := Workload{Name: s, Rooms: 1}
	name, count, counted := strings.Cut(s, "-")
	n, err := strconv.Atoi(count)
	if counted && (err != nil || n < 1) {
		return w, fmt.Errorf("drive: workload %q: %q is no number", s, count)
	}
	switch {
	case name == "w1" && counted:
		w.Per = n
	case name == "c" && counted:
		w.Per, w.Mute = n, true
	case name == "w2":
		w.Rooms, w.Per = 40, 25
		if counted {
			w.Rooms = n
		}
	case name == "w3" && !counted:
		w.Per, w.Say = 100, true
	default:
		return w, fmt.Errorf("drive: unknown workload %q: want w1-<avatars>, w2, w2-<rooms>, w3 or c-<clients>", s)
	}
	return w, nil
}

// Avatars is how many there are in all.
func (w Workload) Avatars() int { return w.Rooms * w.Per }

// observes reports whether avatar i decodes all that it gets: one in each of
// the first rooms, or spread over the only one.
func (w Workload) observes(i, observers int) bool {
	if w.Rooms > 1 {
		return i < min(observers, w.Rooms)
	}
	return i%max(1, w.Per/observers) == 0
}
