package companion

import (
	"slices"
	"time"

	"kakitsubata/protocol/id"
)

const (
	callFor  = 2 * time.Second // a call that nobody could come to is over
	maxCalls = 8               // of one visitor's words that wait for who comes
)

// call is a lone visitor's wish for company: it spoke, and nobody was there to
// hear it, or it waved.
type call struct {
	at   time.Time
	said []saying // oldest first; nothing by who waved
}

// saying is words on their way to a companion.
type saying struct {
	Heard
	text   string
	moment Moment
}

func newRoom() *room { return &room{calls: make(map[id.AvatarID]*call)} }

// call notes that a visitor calls.
func (r *room) call(now time.Time, v id.AvatarID) *call {
	c := r.calls[v]
	if c == nil {
		c = &call{at: now}
		r.calls[v] = c
	}
	return c
}

// unsay drops words that were taken back, and the call that they were.
func (r *room) unsay(u id.UtteranceID) {
	for v, c := range r.calls {
		said := len(c.said)
		c.said = slices.DeleteFunc(c.said, func(s saying) bool { return u != 0 && s.Utterance == u })
		if len(c.said) < said && len(c.said) == 0 {
			delete(r.calls, v)
		}
	}
}

// called takes words that no companion heard: who says them and is heard by
// nobody calls one, unless it says goodbye.
func (g *Guide) called(now time.Time, s saying) {
	if s.moment == Alone || s.moment == Bye && !s.Distressed || !g.unheard(&s.Heard) {
		return
	}
	r := g.rooms[s.Room]
	if r == nil { // its first sight is still to come
		r = newRoom()
		r.seen = now
		g.rooms[s.Room] = r
	}
	if c := r.call(now, s.Avatar); len(c.said) < maxCalls {
		c.said = append(c.said, s)
	}
}

// unheard reports whether no visitor but the speaker heard it. Whom no sight
// has shown yet is a visitor.
func (g *Guide) unheard(h *Heard) bool {
	for _, a := range h.Audience {
		if a == h.Avatar || g.Owns(a) {
			continue
		}
		r := g.rooms[h.Room]
		if r == nil {
			return false
		}
		i := slices.IndexFunc(r.sight.Avatars, func(s Seen) bool { return s.Avatar == a })
		if i < 0 || r.sight.Avatars[i].Kind == id.Visitor {
			return false
		}
	}
	return true
}
