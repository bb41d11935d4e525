package node

import (
	"testing"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

func TestWhoFollowsWhom(t *testing.T) {
	a := &atlas.Atlas{Earshot: 8 * plane.Tile}
	maps := func(id.RoomID) *atlas.Atlas { return a }
	room := func(n int) id.RoomID { return id.RoomID{City: "kariya", Place: "plaza", Copy: uint16(n)} }
	at := func(v id.VisitorID, tiles int32) spot {
		return spot{visitor: v, at: plane.Point{X: tiles * plane.Tile}}
	}
	p, now := newPresence(), time.Unix(1e9, 0)
	step := func(after time.Duration, rooms map[id.RoomID][]spot) []moderation.Presence {
		now = now.Add(after)
		return p.step(now, rooms, maps)
	}
	step(0, map[id.RoomID][]spot{room(1): {at(1, 0), at(2, 1), at(3, 2)}})
	var seen []moderation.Presence
	for i := range 3 { // 2 goes ahead, 1 comes after; 3 walks beside 2
		from, to := room(1+i), room(2+i)
		step(time.Second, map[id.RoomID][]spot{from: {at(1, 0)}, to: {at(2, 1), at(3, 30)}})
		seen = step(5*time.Second, map[id.RoomID][]spot{to: {at(1, 0), at(2, 1), at(3, 30)}})
	}
	var of2 []moderation.Presence
	for _, s := range seen {
		if s.Visitor != 1 {
			t.Errorf("%d did not follow anybody: %+v", s.Visitor, s)
		}
		if s.Other == 2 {
			of2 = append(of2, s)
		}
	}
	if len(of2) != 1 || of2[0].Followed != 3 || !of2[0].Alone {
		t.Fatalf("seen %+v", seen)
	}
	if s := step(time.Second, map[id.RoomID][]spot{room(4): {at(1, 0), at(2, 1), at(3, 2)}}); len(s) == 0 || s[0].Alone {
		t.Errorf("with a third beside them: %+v", s)
	}
	if s := step(time.Second, map[id.RoomID][]spot{room(4): {at(1, 0), at(2, 20)}}); len(s) != 0 {
		t.Errorf("out of earshot: %+v", s)
	}
	// Long after, in another room, or as the first: no following.
	step(time.Second, map[id.RoomID][]spot{room(4): {at(1, 0)}, room(5): {at(2, 0)}})
	if s := step(followWithin+time.Second, map[id.RoomID][]spot{room(5): {at(1, 0), at(2, 1)}}); len(s) != 1 || s[0].Followed != 3 {
		t.Errorf("long after: %+v", s)
	}
	if s := step(followKept, map[id.RoomID][]spot{room(5): {at(1, 0), at(2, 1)}}); len(s) != 0 || len(p.follows) != 0 {
		t.Errorf("half an hour later: %+v", s)
	}
	step(time.Second, nil)
	step(followWithin+time.Second, nil)
	if len(p.at) != 0 {
		t.Errorf("who left is remembered: %+v", p.at)
	}
}

// The room says who may hear words, with their brackets.
func TestTheGateKnowsWhoIsNear(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a, b := c.enter(id.High), c.enter(id.El12)
	if x := a.say("きょうは さむいね"); x.Outcome != protocol.Shown {
		t.Fatalf("answered %+v", x)
	}
	b.awaitHeard("きょうは さむいね")
	var speaker id.VisitorID
	for _, s := range c.n.people.all() {
		if s.Visitor().Bracket == id.High {
			speaker = s.Visitor().ID
		}
	}
	h := c.n.people.byVisitor(speaker)
	near := c.n.near(moderation.Utterance{Room: h.Room().ID(), Speaker: speaker, Kind: id.Visitor})
	if len(near) != 1 || near[0].Bracket != id.El12 {
		t.Errorf("near are %+v", near)
	}
}
