package world

import (
	"slices"
	"testing"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

func TestEnterAndLeave(t *testing.T) {
	s := newStage(t, garden(t))
	f := only(t, s.step(Enter(7, who(7), "there")), Entered)
	if f.Avatar != 7 || f.Who != who(7) || f.At != middle(30, 12) {
		t.Errorf("entered as %+v", f)
	}
	state := s.state(7)
	if state.At() != middle(30, 12) || state.Heading != plane.North || state.Gait != protocol.Stand || *state.Who != who(7) {
		t.Errorf("state %+v", state)
	}
	if f := only(t, s.step(Enter(7, who(7), "")), Refused); f.Code != protocol.RefuseRange {
		t.Errorf("entering twice: %+v", f)
	}
	if f := only(t, s.step(Enter(0, who(0), "")), Refused); f.Code != protocol.RefuseRange {
		t.Errorf("entering as nobody: %+v", f)
	}
	if f := only(t, s.step(Leave(7)), Left); f.Avatar != 7 || f.Who != who(7) || f.To != "" {
		t.Errorf("left as %+v", f)
	}
	if facts := s.step(Leave(7), Move(7, 1, 0, 0, protocol.Walk), Sit(7, 0), said(7, 1)); len(facts) != 0 {
		t.Errorf("commands of somebody who has left: %+v", facts)
	}
	if s.room.Len() != 0 || s.room.View().Len() != 0 {
		t.Error("somebody is still there")
	}
}

func TestAppear(t *testing.T) {
	s := newStage(t, garden(t))
	at := middle(14, 7).Add(plane.Point{X: 33, Y: -20})
	f := only(t, s.step(Appear(7, who(7), at, plane.West)), Entered)
	if state := s.state(7); f.At != at || state.At() != at || state.Heading != plane.West || state.Gait != protocol.Stand {
		t.Errorf("entered as %+v, state %+v", f, state)
	}
	for what, spot := range map[string]plane.Point{
		"a pond": middle(20, 12), "a gate": middle(38, 12), "a wall": middle(0, 5), "nowhere": {X: -9000, Y: 1 << 30},
	} {
		if f := only(t, s.step(Appear(8, who(8), spot, 0)), Refused); f.Code != protocol.RefuseRange || s.room.Len() != 1 {
			t.Errorf("in %s: %+v, %d are there", what, f, s.room.Len())
		}
	}
}

func TestCapacity(t *testing.T) {
	s := newStage(t, garden(t))
	s.room.options.Capacity = 3
	for n := id.AvatarID(1); n <= 3; n++ {
		only(t, s.step(Enter(n, who(n), "")), Entered)
	}
	if f := only(t, s.step(Enter(4, who(4), "")), Refused); f.Code != protocol.LeaveFull || f.Avatar != 4 {
		t.Errorf("the fourth: %+v", f)
	}
	// A place that is given up is free within the same tick.
	facts := s.step(Leave(2), Enter(4, who(4), ""))
	only(t, facts, Left)
	only(t, facts, Entered)
}

func TestMoveWaitsForItsTick(t *testing.T) {
	s := newStage(t, garden(t))
	s.put(1, middle(10, 12))
	now := s.room.Tick()
	s.step(Move(1, 1, now+3, plane.East, protocol.Walk))
	s.step()
	if state := s.state(1); state.At() != middle(10, 12) || state.Gait != protocol.Stand || s.ack(1) != 0 {
		t.Errorf("moved before its tick: %+v", state)
	}
	s.step()
	want := atlas.Walk(s.room.atlas, middle(10, 12), plane.East, atlas.SubSteps)
	if state := s.state(1); state.At() != want || state.Gait != protocol.Walk || state.Heading != plane.East || s.ack(1) != 1 {
		t.Errorf("at its tick: %+v, acknowledged %d", state, s.ack(1))
	}
	s.step(Move(1, 2, 0, plane.North, protocol.Stand)) // zero: at once
	if state := s.state(1); state.At() != want || state.Gait != protocol.Stand || state.Heading != plane.North || s.ack(1) != 2 {
		t.Errorf("after stopping: %+v", state)
	}
}

func TestMoveIsClampedAheadAndBehind(t *testing.T) {
	s := newStage(t, garden(t))
	s.put(1, middle(10, 12))
	now := s.room.Tick() + 1
	s.step(Move(1, 1, 1<<31, plane.East, protocol.Walk))
	s.run(protocol.MaxLead - 1)
	if s.ack(1) != 0 {
		t.Fatal("applied early")
	}
	s.step()
	if s.ack(1) != 1 || s.room.Tick() != now+protocol.MaxLead {
		t.Errorf("not applied at tick %d, MaxLead ahead", s.room.Tick())
	}
	s.step(Move(1, 2, 3, plane.West, protocol.Walk)) // long past
	if s.ack(1) != 2 || s.state(1).Heading != plane.West {
		t.Error("a move of the past was not applied at once")
	}
}

func TestMovesKeepTheirOrder(t *testing.T) {
	s := newStage(t, garden(t))
	s.put(1, middle(10, 12))
	now := s.room.Tick()
	s.step(
		Move(1, 10, now+4, plane.East, protocol.Walk),
		Move(1, 11, now+2, plane.South, protocol.Walk), // not before the one ahead of it
		Move(1, 9, now+1, plane.North, protocol.Walk),  // old
		Move(1, 11, now+1, plane.North, protocol.Walk), // again
	)
	s.run(2)
	if s.ack(1) != 0 || s.state(1).At() != middle(10, 12) {
		t.Fatalf("something was applied: %+v", s.state(1))
	}
	s.step()
	if s.ack(1) != 11 || s.state(1).Heading != plane.South {
		t.Errorf("acknowledged %d, heading %d", s.ack(1), s.state(1).Heading)
	}
	// Numbers wrap around.
	s.room.index[1].seen = 1<<32 - 1
	s.step(Move(1, 2, 0, plane.West, protocol.Walk))
	if s.ack(1) != 2 {
		t.Error("the number after the last was taken for an old one")
	}
	s.step(Move(1, 1<<32-5, 0, plane.East, protocol.Walk))
	if s.ack(1) != 2 {
		t.Error("a number before the wrap was taken for a new one")
	}
}

func TestAFullQueueAppliesTheOldest(t *testing.T) {
	s := newStage(t, garden(t))
	s.put(1, middle(10, 12))
	due := s.room.Tick() + 10
	var in []Command
	for n := range uint32(protocol.MaxPending) {
		in = append(in, Move(1, n+1, due, uint8(n), protocol.Walk))
	}
	s.step(in...)
	if s.ack(1) != 0 {
		t.Fatal("a queue that is just full applied something")
	}
	s.step(Move(1, 99, due, 99, protocol.Stand))
	if s.ack(1) != 1 || s.state(1).Gait != protocol.Walk {
		t.Errorf("acknowledged %d", s.ack(1))
	}
	s.run(10)
	if s.ack(1) != 99 || s.state(1).Heading != 99 {
		t.Errorf("at the end: acknowledged %d, %+v", s.ack(1), s.state(1))
	}
}

func TestMoveWithAnImpossibleGait(t *testing.T) {
	s := newStage(t, garden(t))
	s.put(1, middle(10, 12))
	if f := only(t, s.step(Move(1, 1, 0, 0, protocol.Seated)), Refused); f.Code != protocol.RefuseRange {
		t.Errorf("%+v", f)
	}
}

func TestStepClampsTicks(t *testing.T) {
	r := New(garden(t), Options{})
	r.Step(100, []Command{Enter(1, who(1), ""), Move(1, 1, 0, plane.East, protocol.Walk)})
	at := func() int32 { s, _, _ := r.View().Find(1); return s.X }
	x := at()
	for _, c := range []struct{ now, want id.Tick }{{100, 101}, {5, 102}, {0, 103}, {200, 200}} {
		r.Step(c.now, nil)
		if r.Tick() != c.want {
			t.Errorf("Step(%d): tick %d, want %d", c.now, r.Tick(), c.want)
		}
		if at() != x+3*atlas.StepUnits {
			t.Errorf("Step(%d): %d units on, want one tick's way", c.now, at()-x)
		}
		x = at()
	}
}

func TestSeats(t *testing.T) {
	s := newStage(t, garden(t))
	s.put(1, middle(5, 6))
	s.put(2, middle(6, 6))
	s.step(Move(1, 5, s.room.Tick()+9, plane.East, protocol.Walk)) // waits, and is dropped by sitting
	if facts := s.step(Sit(1, 0)); len(facts) != 0 {
		t.Fatalf("%+v", facts)
	}
	seated := State{Avatar: 1, X: middle(5, 5).X, Y: middle(5, 5).Y, Heading: plane.South, Gait: protocol.Seated}
	same := func(got State) bool {
		got.Who, got.Cell = nil, 0
		return got == seated
	}
	s.run(12)
	if !same(s.state(1)) || s.ack(1) != 5 {
		t.Errorf("seated: %+v, acknowledged %d", s.state(1), s.ack(1))
	}
	for name, c := range map[string]struct {
		in   Command
		code protocol.Code
	}{
		"taken":   {Sit(2, 0), protocol.RefuseTaken},
		"too far": {Sit(2, 2), protocol.RefuseTaken},
		"no seat": {Sit(2, 3), protocol.RefuseRange},
	} {
		if f := only(t, s.step(c.in), Refused); f.Code != c.code || f.Avatar != 2 {
			t.Errorf("%s: %+v", name, f)
		}
	}
	// Standing still and turning do not stand up; sitting again does nothing.
	if facts := s.step(Move(1, 6, 0, plane.North, protocol.Stand), Sit(1, 0)); len(facts) != 0 || !same(s.state(1)) || s.ack(1) != 6 {
		t.Errorf("%+v, %+v, acknowledged %d", facts, s.state(1), s.ack(1))
	}
	// From one seat to the next.
	s.step(Sit(1, 1))
	if s.state(1).At() != middle(6, 5) || s.room.seats[0] != 0 || s.room.seats[1] != 1 {
		t.Errorf("moved to %v; seats %v", s.state(1).At(), s.room.seats)
	}
	// Walking stands up, from where it stood before.
	s.step(Move(1, 7, 0, plane.South, protocol.Walk))
	want := atlas.Walk(s.room.atlas, middle(5, 6), plane.South, atlas.SubSteps)
	if s.state(1).At() != want || s.state(1).Gait != protocol.Walk {
		t.Errorf("stood up to %+v, want %v", s.state(1), want)
	}
	s.step(Sit(2, 1))
	if s.room.seats[1] != 2 {
		t.Error("the seat was not free again")
	}
	s.step(Leave(2))
	if s.room.seats[1] != 0 {
		t.Error("somebody who left still sits")
	}
}

func TestPortalsCatchWhoComesFromOutside(t *testing.T) {
	s := newStage(t, garden(t))
	s.put(1, middle(38, 12))
	// It stands, turns and walks within the gate as long as it likes.
	s.step(Move(1, 1, 0, plane.North, protocol.Walk))
	s.step(Move(1, 2, 0, plane.South, protocol.Walk))
	s.step(Move(1, 3, 0, plane.West, protocol.Walk))
	if facts := s.run(5); len(facts) != 0 {
		t.Fatalf("caught: %+v", facts)
	}
	if s.room.atlas.PortalAt(s.state(1).At()) != -1 {
		t.Fatalf("still in the gate at %v", s.state(1).At())
	}
	s.step(Move(1, 4, 0, plane.East, protocol.Walk))
	f := only(t, s.run(8), Left)
	if f.Avatar != 1 || f.To != "plaza" || f.ToAt != "garden-gate" || f.Gate != "east-gate" || f.Who != who(1) {
		t.Errorf("left as %+v", f)
	}
	if s.room.Len() != 0 {
		t.Error("it is still in the room")
	}
}

func TestPortalBesidePortal(t *testing.T) {
	a := prepared(t, 16, 16, func(a *atlas.Atlas) {
		a.Portals = []atlas.Portal{{Name: "a", Area: tiles(4, 4, 6, 6), To: "pa"}, {Name: "b", Area: tiles(6, 4, 8, 6), To: "pb"}}
	})
	s := newStage(t, a)
	s.put(1, middle(5, 4))
	s.put(2, middle(5, 5))
	if facts := s.run(2); len(facts) != 0 {
		t.Fatalf("%+v", facts)
	}
	// Out of one into the other, and both avatars in one tick.
	s.step(Move(1, 1, 0, plane.East, protocol.Walk), Move(2, 1, 0, plane.East, protocol.Walk))
	var to []id.PlaceID
	for _, f := range s.run(10) {
		to = append(to, f.To)
	}
	if !slices.Equal(to, []id.PlaceID{"pb", "pb"}) || s.room.Len() != 0 {
		t.Errorf("went to %v", to)
	}
}

func TestGhost(t *testing.T) {
	s := newStage(t, garden(t))
	s.put(1, middle(10, 12))
	s.put(2, middle(11, 12))
	s.step(Move(1, 50, 0, plane.South, protocol.Walk), Move(1, 51, s.room.Tick()+5, plane.East, protocol.Walk))
	s.step(Haunt(1, true))
	at := s.state(1).At()
	s.run(10)
	if state := s.state(1); !state.Ghost || state.At() != at || state.Gait != protocol.Stand {
		t.Errorf("as a ghost: %+v, was at %v", state, at)
	}
	s.step(Move(1, 52, 0, plane.South, protocol.Walk), Sit(1, 0))
	if s.state(1).At() != at {
		t.Error("a ghost moved")
	}
	if f := only(t, s.step(said(2, 1)), Heard); !slices.Equal(f.Audience, []id.AvatarID{2}) {
		t.Errorf("a ghost heard something: %v", f.Audience)
	}
	if f := only(t, s.step(said(1, 2)), Heard); !slices.Equal(f.Audience, []id.AvatarID{1, 2}) {
		t.Errorf("what it had said before was heard by %v", f.Audience)
	}
	// Back on another socket, which counts from 1.
	s.step(Haunt(1, false), Move(1, 1, 0, plane.South, protocol.Walk))
	if state := s.state(1); state.Ghost || state.At() == at || s.ack(1) != 1 {
		t.Errorf("back: %+v, acknowledged %d", state, s.ack(1))
	}
}

func TestEmoteEnds(t *testing.T) {
	s := newStage(t, garden(t))
	s.put(1, middle(10, 12))
	s.step(Emote(1, id.EmoteWave))
	s.run(EmoteTicks - 1)
	if s.state(1).Emote != id.EmoteWave {
		t.Error("ended early")
	}
	s.step()
	if s.state(1).Emote != id.EmoteNone {
		t.Error("did not end")
	}
	for _, e := range []id.EmoteID{id.EmoteNone, id.EmoteEnd, 255} {
		if f := only(t, s.step(Emote(1, e)), Refused); f.Code != protocol.RefuseRange {
			t.Errorf("emote %d: %+v", e, f)
		}
	}
}

// Words said in the tick in which somebody leaves are heard, whatever way it
// leaves.
func TestLastWords(t *testing.T) {
	s := newStage(t, garden(t))
	s.put(1, middle(36, 12))
	s.put(2, middle(35, 12))
	facts := s.step(said(1, 9), Leave(1), Leave(2))
	if f := only(t, facts, Heard); !slices.Equal(f.Audience, []id.AvatarID{1, 2}) || f.Utterance != 9 {
		t.Errorf("%+v", f)
	}
	if facts[0].Op != Heard {
		t.Error("it was heard after it had left")
	}
	s.put(1, middle(37, 12))
	s.put(2, middle(35, 12))
	s.step(Move(1, 1, 0, plane.East, protocol.Walk))
	for range 10 {
		facts := s.step(SayPhrase(1, 3))
		if f := only(t, facts, Phrased); !slices.Equal(f.Audience, []id.AvatarID{1, 2}) || f.Phrase != 3 {
			t.Errorf("%+v", f)
		}
		if s.room.Len() == 1 {
			only(t, facts, Left)
			return
		}
	}
	t.Error("it never reached the gate")
}

// A command of the gate's words carries them to the fact untouched, and names
// them for the journal.
func TestSayCarriesWords(t *testing.T) {
	var words moderation.Cleared // the gate alone could fill it
	c := Say(4, words)
	if c.Words != words || c.Utterance != words.Utterance() || c.Runes != words.Runes() || c.Hash != words.Hash() || c.Avatar != 4 {
		t.Errorf("%+v", c)
	}
}
