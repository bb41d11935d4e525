package session

import (
	"sync"

	"kakitsubata/protocol"
	"kakitsubata/server/frame"
)

// maxEvents bounds the event lane. At earshot's pace it is a minute of a
// lively plaza; a reader that far behind has a dead socket.
const maxEvents = 256

// An outbox is what waits for one socket: the latest frame of the room, which
// a newer one replaces, and events, which are never dropped. Events overflow
// into a leaving.
type outbox struct {
	ring func() // wakes who takes; never blocks

	mu      sync.Mutex
	events  []frame.Note
	state   *frame.Frame
	leaving *protocol.Leaving
}

// tell queues an event. It is false when the lane is full or closing.
func (o *outbox) tell(n frame.Note) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.leaving != nil || len(o.events) >= maxEvents {
		return false
	}
	o.events = append(o.events, n)
	if !n.Soon {
		o.ring()
	}
	return true
}

// see takes the newest frame for whoever writes next.
func (o *outbox) see(f *frame.Frame) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.leaving == nil {
		o.state = f
	}
}

// forget drops the frame: it is of a room that the viewer has left.
func (o *outbox) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.state = nil
}

// leave queues the last event of all. The first leaving wins: it is false for
// a later one.
func (o *outbox) leave(l protocol.Leaving) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.leaving != nil {
		return false
	}
	o.leaving = &l
	o.ring()
	return true
}

// take empties the outbox into buf. A frame that is brought just now is newer
// than the one that waits; with nil it is the one that waits.
func (o *outbox) take(buf []frame.Note, f *frame.Frame) ([]frame.Note, *frame.Frame, *protocol.Leaving) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if f == nil {
		f = o.state
	}
	o.state = nil
	buf = append(buf[:0], o.events...)
	clear(o.events)
	if o.events = o.events[:0]; len(buf) == 0 {
		o.events = nil // it has become quiet
	}
	return buf, f, o.leaving
}

func (o *outbox) depth() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.events)
}
