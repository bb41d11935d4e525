package node

import (
	"context"
	"slices"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
	"kakitsubata/world"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

const (
	presenceEvery = time.Second
	followWithin  = 20 * time.Second // who comes into a room so soon after another
	followKept    = 30 * time.Minute
	maxFollows    = 4096 // pairs that are remembered
)

// presence is who is where, and who came after whom: what the gate's memory is
// shown of the rooms. Its Run's goroutine owns it. It is never stored.
type presence struct {
	at      map[id.VisitorID]stay
	follows map[pair][]time.Time
}

type stay struct {
	room, from id.RoomID
	since      time.Time // in room
	left       time.Time // out of it; zero while there
}

type pair struct{ visitor, other id.VisitorID }

// spot is one visitor in a room.
type spot struct {
	visitor id.VisitorID
	bracket id.Bracket
	at      plane.Point
}

func newPresence() *presence {
	return &presence{at: make(map[id.VisitorID]stay), follows: make(map[pair][]time.Time)}
}

// step takes who is where now, and gives what the memory shall see.
func (p *presence) step(now time.Time, rooms map[id.RoomID][]spot, maps func(id.RoomID) *atlas.Atlas) (out []moderation.Presence) {
	here := make(map[id.VisitorID]bool)
	for room, spots := range rooms {
		for _, s := range spots {
			here[s.visitor] = true
			was, known := p.at[s.visitor]
			if known && was.room == room {
				was.left = time.Time{}
				p.at[s.visitor] = was
				continue
			}
			p.at[s.visitor] = stay{room: room, from: was.room, since: now}
		}
	}
	// All stays are known now: who moved just now came after those who moved
	// the same way shortly before.
	for room, spots := range rooms {
		for _, s := range spots {
			if me := p.at[s.visitor]; me.since.Equal(now) && me.from != (id.RoomID{}) {
				p.cameAfter(now, s.visitor, me, room, spots)
			}
		}
	}
	for v, s := range p.at {
		switch {
		case here[v]:
		case s.left.IsZero():
			s.left = now
			p.at[v] = s
		case now.Sub(s.left) > followWithin:
			delete(p.at, v)
		}
	}
	for k, times := range p.follows {
		times = slices.DeleteFunc(times, func(t time.Time) bool { return now.Sub(t) > followKept })
		if len(times) == 0 {
			delete(p.follows, k)
			continue
		}
		p.follows[k] = times
	}
	for k, times := range p.follows {
		a, b := p.at[k.visitor], p.at[k.other]
		if !here[k.visitor] || !here[k.other] || a.room != b.room {
			continue
		}
		if near, alone := together(rooms[a.room], k, maps(a.room)); near {
			out = append(out, moderation.Presence{At: now, Visitor: k.visitor, Other: k.other, Alone: alone, Followed: len(times)})
		}
	}
	return out
}

// cameAfter notes after whom a visitor came into a room.
func (p *presence) cameAfter(now time.Time, v id.VisitorID, me stay, room id.RoomID, spots []spot) {
	for _, o := range spots {
		led := p.at[o.visitor]
		if o.visitor == v || led.from != me.from || !led.since.Before(me.since) || now.Sub(led.since) > followWithin {
			continue
		}
		k := pair{v, o.visitor}
		if len(p.follows) < maxFollows || p.follows[k] != nil {
			p.follows[k] = append(p.follows[k], now)
		}
	}
}

// together reports whether a pair is within earshot, and whether nobody else is
// within earshot of both.
func together(spots []spot, k pair, a *atlas.Atlas) (near, alone bool) {
	at := func(v id.VisitorID) (plane.Point, bool) {
		i := slices.IndexFunc(spots, func(s spot) bool { return s.visitor == v })
		if i < 0 {
			return plane.Point{}, false
		}
		return spots[i].at, true
	}
	x, ok1 := at(k.visitor)
	y, ok2 := at(k.other)
	if !ok1 || !ok2 || !hears(a, x, y) {
		return false, false
	}
	for _, s := range spots {
		if s.visitor != k.visitor && s.visitor != k.other && (hears(a, x, s.at) || hears(a, y, s.at)) {
			return true, false
		}
	}
	return true, true
}

// hears reports whether words of either reach the other, by the world's rule.
func hears(a *atlas.Atlas, x, y plane.Point) bool {
	reach := int64(min(a.EarshotAt(x), a.EarshotAt(y)))
	return plane.Dist2(x, y) <= reach*reach
}

// spots are the visitors of a room, by its newest view.
func (n *Node) spots(states []world.State) (out []spot) {
	for i := range states {
		s := &states[i]
		if s.Who.Kind != id.Visitor || s.Ghost {
			continue
		}
		if v := n.people.byAvatar(s.Avatar); v != nil {
			out = append(out, spot{v.Visitor().ID, v.Visitor().Bracket, s.At()})
		}
	}
	return out
}

// near is who may hear words said now; nil if the room has no view yet.
func (n *Node) near(u moderation.Utterance) []moderation.Hearer {
	h := n.town.find(u.Room)
	if h == nil || u.Kind != id.Visitor {
		return nil
	}
	f := h.Latest()
	if f == nil {
		return nil
	}
	spots := n.spots(f.View.States())
	me := slices.IndexFunc(spots, func(s spot) bool { return s.visitor == u.Speaker })
	if me < 0 {
		return nil
	}
	out := []moderation.Hearer{}
	for i, s := range spots {
		if i != me && hears(h.Atlas(), spots[me].at, s.at) {
			out = append(out, moderation.Hearer{Visitor: s.visitor, Bracket: s.bracket})
		}
	}
	return out
}

// watchRooms shows the gate's memory who follows whom, once a second.
func (n *Node) watchRooms(ctx context.Context) error {
	p := newPresence()
	tick := time.NewTicker(presenceEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			rooms := make(map[id.RoomID][]spot)
			for _, h := range n.town.live() {
				if f := h.Latest(); f != nil && !n.town.places[h.ID().Place].bench {
					if spots := n.spots(f.View.States()); len(spots) > 0 {
						rooms[h.ID()] = spots
					}
				}
			}
			seen := p.step(now, rooms, func(r id.RoomID) *atlas.Atlas { return n.town.places[r.Place].atlas })
			if err := n.gate.See(ctx, seen); err != nil && ctx.Err() == nil {
				n.log.Warn("the gate's memory does not see the rooms", "err", err)
			}
		}
	}
}
