package world

import (
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// move takes a Move: those of an avatar wait in the order of their numbers,
// each for its tick, but not before the one ahead of it.
func (r *Room) move(a *avatar, c *Command) {
	if c.Gait > protocol.Walk {
		r.refuse(a.id, protocol.RefuseRange)
		return
	}
	// Numbers may wrap: what is less than half the way ahead is newer.
	if a.ghost || a.started && int32(c.Seq-a.seen) <= 0 {
		return
	}
	a.started, a.seen = true, c.Seq
	if a.waiting == len(a.pending) {
		r.turn(a) // the oldest at once
	}
	due := min(max(c.Tick, r.tick), r.tick+protocol.MaxLead)
	if a.waiting > 0 {
		due = max(due, a.pending[a.waiting-1].tick)
	}
	a.pending[a.waiting] = move{seq: c.Seq, tick: due, heading: c.Heading, gait: c.Gait}
	a.waiting++
}

// turn applies the oldest move that waits.
func (r *Room) turn(a *avatar) {
	m := a.pending[0]
	a.waiting--
	copy(a.pending[:], a.pending[1:])
	a.ack = m.seq
	r.dirty = true
	if m.gait == protocol.Walk {
		r.rise(a)
	}
	if a.seat >= 0 {
		return // one sits as the seat faces
	}
	a.heading, a.gait = m.heading, m.gait
}

// sit puts an avatar on a seat that is free and near.
func (r *Room) sit(a *avatar, seat id.SeatID) {
	switch {
	case int(seat) >= len(r.seats):
		r.refuse(a.id, protocol.RefuseRange)
		return
	case a.ghost || r.seats[seat] == a.id:
		return
	case r.seats[seat] != 0 || plane.Dist2(a.at, r.atlas.Seats[seat].At) > atlas.SitWithin*atlas.SitWithin:
		r.refuse(a.id, protocol.RefuseTaken)
		return
	}
	r.rise(a)
	if a.waiting > 0 {
		a.ack, a.waiting = a.pending[a.waiting-1].seq, 0
	}
	s := r.atlas.Seats[seat]
	r.seats[seat] = a.id
	a.seat, a.risesTo = int(seat), a.at
	a.at, a.heading, a.gait = s.At, s.Facing, protocol.Seated
	r.dirty = true
}

// rise puts an avatar that sits back to where it stood before.
func (r *Room) rise(a *avatar) {
	if a.seat < 0 {
		return
	}
	r.seats[a.seat] = 0
	a.seat, a.at, a.gait = -1, a.risesTo, protocol.Stand
	r.dirty = true
}

func (r *Room) haunt(a *avatar, ghost bool) {
	a.ghost = ghost
	if a.gait == protocol.Walk {
		a.gait = protocol.Stand
	}
	r.dirty = true
	// Whoever comes back counts its moves from anywhere, and has had none
	// applied yet.
	a.started, a.waiting, a.seen, a.ack = false, 0, 0, 0
}
