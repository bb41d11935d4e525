package scene

import (
	"testing"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/plane"
)

const you id.AvatarID = 7

// here is a scene in a room at tick 100, with its atlas.
func here(t *testing.T) *Scene {
	t.Helper()
	s := New()
	s.Apply(0, &protocol.Welcome{You: you, Name: "ふわふわペンギン", Phrases: []protocol.PhraseText{{Phrase: 3, Text: "{遊|あそ}ぼう"}}})
	s.Apply(0, &protocol.Entered{Room: "kariya/field/1", Title: "はら", Atlas: "field-1", Tick: 100, X: 4096, Y: 3072})
	s.SetAtlas("field-1", field(t))
	if s.Life() != Here || s.Wanted() != "" {
		t.Fatal("not in the room")
	}
	return s
}

func person(a id.AvatarID, x, y int32) protocol.Avatar {
	return protocol.Avatar{Avatar: a, X: x, Y: y, Who: &protocol.Who{Name: "だれか"}}
}

func frame(tick id.Tick, cells ...protocol.Cell) *protocol.Frame {
	return &protocol.Frame{Tick: tick, Self: protocol.Self{X: 4096, Y: 3072}, Cells: cells}
}

func seen(s *Scene, now time.Duration) map[id.AvatarID]Avatar {
	s.Tick(now)
	m := map[id.AvatarID]Avatar{}
	for _, a := range s.Avatars() {
		m[a.ID] = a
	}
	return m
}

func TestCellsTellWhoIsThere(t *testing.T) {
	s := here(t)
	ms := time.Millisecond
	s.Apply(10*ms, frame(101, protocol.Cell{Index: 1, Full: true, Avatars: []protocol.Avatar{person(1, 100, 100), person(2, 200, 200), person(3, 300, 300)}}))
	if m := seen(s, 20*ms); len(m) != 4 || !m[you].Own {
		t.Fatalf("sees %d, want three and oneself", len(m))
	}
	// 1 goes over to cell 2 (whatever order the cells come in), 2 vanishes, 3 says nothing.
	s.Apply(60*ms, frame(102,
		protocol.Cell{Index: 1, Gone: []id.AvatarID{1, 2}},
		protocol.Cell{Index: 2, Avatars: []protocol.Avatar{person(1, 150, 100)}}))
	m := seen(s, 400*ms)
	if _, ok := m[2]; ok || len(m) != 3 {
		t.Fatalf("sees %v", m)
	}
	// A full cell forgets whoever it does not list.
	s.Apply(410*ms, frame(103, protocol.Cell{Index: 1, Full: true}))
	m = seen(s, 900*ms)
	if _, ok := m[3]; ok || len(m) != 2 {
		t.Fatalf("sees %v", m)
	}
	if m[1].Name != "だれか" {
		t.Fatal("who it is was forgotten")
	}
	// Out of sight and in again: it does not fly there.
	s.Apply(910*ms, frame(104, protocol.Cell{Index: 2, Full: true}))
	s.Tick(930 * ms)
	s.Apply(960*ms, frame(105, protocol.Cell{Index: 5, Full: true, Avatars: []protocol.Avatar{person(1, 9000, 4000)}}))
	if a := seen(s, 970*ms)[1]; a.X != 9000 || a.Y != 4000 {
		t.Fatalf("stands at %v, %v", a.X, a.Y)
	}
}

func TestWhatDidNotChangeHeldStill(t *testing.T) {
	s := here(t)
	at := func(tick id.Tick) time.Duration { return time.Duration(tick-100) * tickTime }
	s.Apply(at(101), frame(101, protocol.Cell{Index: 1, Full: true, Avatars: []protocol.Avatar{person(1, 1000, 1000)}}))
	for tick := id.Tick(102); tick < 140; tick++ {
		s.Apply(at(tick), frame(tick))
		s.Tick(at(tick))
	}
	// It sets off at tick 140: until then it must stand, not glide.
	s.Apply(at(140), frame(140, protocol.Cell{Index: 1, Avatars: []protocol.Avatar{{Avatar: 1, X: 1057, Y: 1000, Gait: protocol.Walk}}}))
	if a := seen(s, at(140))[1]; a.X != 1000 {
		t.Fatalf("already at %v", a.X)
	}
	s.Apply(at(141), frame(141, protocol.Cell{Index: 1, Avatars: []protocol.Avatar{{Avatar: 1, X: 1114, Y: 1000, Gait: protocol.Walk}}}))
	s.Apply(at(142), frame(142, protocol.Cell{Index: 1, Avatars: []protocol.Avatar{{Avatar: 1, X: 1171, Y: 1000, Gait: protocol.Walk}}}))
	if a := seen(s, at(143))[1]; a.X <= 1000 || a.X >= 1171 {
		t.Fatalf("at %v, want between", a.X)
	}
}

func TestAQuietRoomSendsNoFrames(t *testing.T) {
	s := here(t)
	at := func(tick id.Tick) time.Duration { return time.Duration(tick-100) * tickTime }
	s.Apply(at(101), frame(101, protocol.Cell{Index: 1, Full: true, Avatars: []protocol.Avatar{person(1, 1000, 1000)}}))
	var last float64 = 1000
	for now := at(101); now < at(170); now += 16 * time.Millisecond {
		for tick := id.Tick(160); tick <= 165; tick++ { // nothing came since tick 101
			if d := now - at(tick); d >= 0 && d < 16*time.Millisecond {
				s.Apply(now, frame(tick, protocol.Cell{Index: 1, Avatars: []protocol.Avatar{{Avatar: 1, X: 1000 + 57*int32(tick-159), Y: 1000, Gait: protocol.Walk}}}))
			}
		}
		x := seen(s, now)[1].X
		if x-last > 30 {
			t.Fatalf("it jumps by %v units at %v", x-last, now)
		}
		last = x
	}
	if last < 1300 {
		t.Fatalf("it came no further than %v", last)
	}
}

func TestAStalledWalkerGoesOnAndStops(t *testing.T) {
	s := here(t)
	at := func(tick id.Tick) time.Duration { return time.Duration(tick-100) * tickTime }
	for tick := id.Tick(101); tick < 120; tick++ {
		a := person(1, 4500+57*int32(tick-101), 1000)
		a.Gait = protocol.Walk
		s.Apply(at(tick), frame(tick, protocol.Cell{Index: 1, Full: tick == 101, Avatars: []protocol.Avatar{a}}))
		s.Tick(at(tick))
	}
	x := seen(s, at(120))[1].X
	y := seen(s, at(124))[1].X
	z := seen(s, at(140))[1].X
	last := float64(4500 + 57*18)
	if y <= x || z > last+57*(extrapolate+1) || z < last {
		t.Fatalf("walked %v, %v, %v; last known %v", x, y, z, last)
	}
}

func TestOwnWordsFromSendingToShown(t *testing.T) {
	s := here(t)
	if !s.Say("こんにちは") {
		t.Fatal("not sent")
	}
	out := s.Tick(time.Millisecond)
	say, ok := out[0].(*protocol.Say)
	if !ok || say.Text != "こんにちは" {
		t.Fatalf("sent %v", out)
	}
	b := s.Bubbles()
	if len(b) != 1 || b[0].Fate != Sending || b[0].Avatar != you {
		t.Fatalf("bubbles %+v", b)
	}
	s.Apply(2*time.Millisecond, &protocol.Answer{Seq: say.Seq, Outcome: protocol.Masked, Text: "ばんごうは かくしたよ"})
	s.Apply(3*time.Millisecond, &protocol.Heard{Avatar: you, Text: "こん●ちは"})
	lines, _ := s.Log()
	if b = s.Bubbles(); len(b) != 1 || b[0].Fate != Said || b[0].Text != "こん●ちは" {
		t.Fatalf("bubbles %+v", b)
	}
	if len(lines) != 2 || lines[0].Fate != Said || lines[0].Text != "こん●ちは" || lines[1].Kind != LineSystem {
		t.Fatalf("log %+v", lines)
	}
	s.Tick(20 * time.Second)
	if len(s.Bubbles()) != 0 {
		t.Fatal("the bubble stays")
	}
}

func TestRefusedWordsVanishAndSayWhy(t *testing.T) {
	s := here(t)
	s.Say("ばーか")
	say := s.Tick(time.Millisecond)[0].(*protocol.Say)
	s.Apply(2*time.Millisecond, &protocol.Answer{Seq: say.Seq, Outcome: protocol.Muted, Wait: 10, Text: "すこし おやすみ"})
	s.Tick(3 * time.Millisecond)
	lines, _ := s.Log()
	if len(s.Bubbles()) != 0 || lines[0].Fate != Unsaid || lines[1].Text != "すこし おやすみ" {
		t.Fatalf("log %+v, bubbles %+v", lines, s.Bubbles())
	}
	if s.Muted() == 0 || s.Say("ねえ") {
		t.Fatal("speaks while muted")
	}
	s.Tick(11 * time.Second)
	if s.Muted() != 0 || !s.Say("ねえ") {
		t.Fatal("stays mute")
	}
}

func TestPhraseIsShownInTheReadersWords(t *testing.T) {
	s := here(t)
	s.Apply(0, &protocol.Speech{Mode: protocol.SpeechPhrases})
	if s.Say("ねえ") {
		t.Fatal("free text although it is shut")
	}
	if s.Phrase(99) || !s.Phrase(3) {
		t.Fatal("phrases")
	}
	s.Apply(time.Millisecond, &protocol.Phrased{Avatar: you, Phrase: 3})
	s.Apply(time.Millisecond, &protocol.Phrased{Avatar: 1, Name: "だれか", Phrase: 3})
	b := s.Bubbles()
	if len(b) != 2 || b[0].Fate != Said || b[1].Text != "{遊|あそ}ぼう" || !b[1].Markup {
		t.Fatalf("%+v", b)
	}
}

func TestWordsThatGotNoAnswer(t *testing.T) {
	s := here(t)
	s.Say("ねえ")
	s.Tick(answerWithin + 2*time.Second)
	lines, _ := s.Log()
	if len(lines) != 2 || lines[0].Fate != Unsaid || lines[1].Kind != LineSystem {
		t.Fatalf("%+v", lines)
	}
	s.Say("ねえ")
	s.Lost(answerWithin + 3*time.Second)
	lines, _ = s.Log()
	if len(lines) != 4 || lines[2].Fate != Unsaid || len(s.Bubbles()) != 0 {
		t.Fatalf("%+v", lines)
	}
}

func TestHiddenIsSilentAtOnce(t *testing.T) {
	s := here(t)
	s.Apply(time.Millisecond, &protocol.Heard{Avatar: 1, Name: "だれか", Text: "やあ"})
	s.Hide(1, true)
	s.Apply(2*time.Millisecond, &protocol.Heard{Avatar: 1, Name: "だれか", Text: "おーい"})
	lines, _ := s.Log()
	if len(s.Bubbles()) != 0 || len(lines) != 1 || !s.IsHidden(1) {
		t.Fatalf("%+v %+v", s.Bubbles(), lines)
	}
	s.Apply(3*time.Millisecond, &protocol.Hidden{Avatar: 1, Hidden: false})
	s.Apply(4*time.Millisecond, &protocol.Heard{Avatar: 1, Name: "だれか", Text: "おーい"})
	if len(s.Bubbles()) != 1 {
		t.Fatal("not heard again")
	}
}

func TestThingsKeptAreBounded(t *testing.T) {
	s := here(t)
	for i := range 1000 {
		s.Apply(time.Millisecond, &protocol.Heard{Avatar: id.AvatarID(i%100 + 1), Name: "だれか", Text: "やあ"})
		s.Apply(time.Millisecond, &protocol.Notice{Title: "t"})
		s.Apply(time.Millisecond, &protocol.Hidden{Avatar: id.AvatarID(5000 + i), Hidden: true})
	}
	lines, _ := s.Log()
	if len(lines) != maxLog || len(s.Bubbles()) > maxBubbles || len(s.Notices()) > maxNotices || len(s.hidden) > maxHidden {
		t.Fatalf("%d lines, %d bubbles, %d notices, %d hidden", len(lines), len(s.Bubbles()), len(s.Notices()), len(s.hidden))
	}
	if lines[maxLog-1].N != 1000+1000 && lines[maxLog-1].N <= lines[0].N {
		t.Fatal("lines are not counted")
	}
	n := s.Notices()[3].N
	s.PutAway(n)
	for _, x := range s.Notices() {
		if x.N == n {
			t.Fatal("a notice that was put away is there")
		}
	}
}

func TestAnotherRoom(t *testing.T) {
	s := here(t)
	s.Apply(time.Millisecond, frame(101, protocol.Cell{Index: 1, Full: true, Avatars: []protocol.Avatar{person(1, 100, 100)}}))
	s.Steer(plane.East, true)
	s.Tick(50 * time.Millisecond)
	s.Tick(100 * time.Millisecond)
	s.Apply(110*time.Millisecond, &protocol.Entered{Room: "kariya/marsh/1", Atlas: "marsh-1", Tick: 90000, X: 512, Y: 768})
	if s.Wanted() != "marsh-1" {
		t.Fatal("no new atlas wanted")
	}
	m := seen(s, 120*time.Millisecond)
	if len(m) != 1 || m[you].X != 512 || m[you].Y != 768 {
		t.Fatalf("sees %v", m)
	}
	s.SetAtlas("field-1", field(t)) // came too late
	if s.Atlas() != nil {
		t.Fatal("walks on the map of another place")
	}
	if _, n := s.Room(); n != 2 {
		t.Fatal("rooms are not counted")
	}
}

func TestReturning(t *testing.T) {
	s := here(t)
	s.own.seq = 41
	s.Lost(time.Second)
	if s.Life() != Returning {
		t.Fatal("does not say that it returns")
	}
	if m := seen(s, 2*time.Second); len(m) != 1 || !m[you].Ghost {
		t.Fatalf("the world is gone: %v", m)
	}
	s.Apply(3*time.Second, &protocol.Welcome{You: you, Name: "ふわふわペンギン"})
	s.Apply(3*time.Second, &protocol.Entered{Room: "kariya/field/1", Atlas: "field-1", Tick: 160, X: 4000, Y: 3000})
	if s.Life() != Here || s.Wanted() != "" {
		t.Fatal("not back, or it fetches the same map again")
	}
	s.Steer(plane.East, true)
	var m *protocol.Move
	for now := 3 * time.Second; now < 4*time.Second && m == nil; now += 16 * time.Millisecond {
		for _, i := range s.Tick(now) {
			m, _ = i.(*protocol.Move)
		}
	}
	if m == nil || m.Seq != 42 {
		t.Fatalf("moves are counted anew: %+v", m)
	}
	s.Apply(5*time.Second, &protocol.Leaving{Code: protocol.LeaveElsewhere, Text: "ほかの ところで あけたよ"})
	s.Lost(5 * time.Second)
	if s.Life() != Left || s.Leaving().Code != protocol.LeaveElsewhere {
		t.Fatal("does not stay away")
	}
}

func TestAReloadedPageCountsOnFromTheServersWord(t *testing.T) {
	s := here(t)
	f := frame(101)
	f.Self.Ack = 900
	s.Apply(time.Millisecond, f)
	s.Steer(plane.East, true)
	for now := time.Duration(0); now < time.Second; now += 16 * time.Millisecond {
		for _, i := range s.Tick(now) {
			if m, ok := i.(*protocol.Move); ok && m.Seq <= 900 {
				t.Fatalf("the server would ignore move %d", m.Seq)
			}
		}
	}
}

func TestSitAndStandUp(t *testing.T) {
	s := here(t)
	ms := time.Millisecond
	s.Sit(0)
	if out := s.Tick(ms); len(out) == 0 || out[0].(*protocol.Sit).Seat != 0 || !s.OwnSeated() {
		t.Fatalf("%v", out)
	}
	f := frame(101)
	f.Self = protocol.Self{X: 2000, Y: 2000, Heading: plane.South, Gait: protocol.Seated}
	s.Apply(50*ms, f)
	for now := 60 * ms; now < 400*ms; now += 16 * ms {
		for _, i := range s.Tick(now) {
			if _, ok := i.(*protocol.Move); ok {
				t.Fatal("it would stand up by itself")
			}
		}
	}
	if x, y, _ := s.Own(); x != 2000 || y != 2000 || !s.OwnSeated() {
		t.Fatalf("sits at %v, %v", x, y)
	}
	s.Steer(plane.South, true)
	walked := false
	for now := 400 * ms; now < 800*ms; now += 16 * ms {
		for _, i := range s.Tick(now) {
			if m, ok := i.(*protocol.Move); ok && m.Gait == protocol.Walk {
				walked = true
			}
		}
	}
	if _, y, _ := s.Own(); !walked || y <= 2000 || s.OwnSeated() {
		t.Fatal("it can't stand up")
	}
}

func TestNeverMoreMovesThanTheServerKeeps(t *testing.T) {
	s := here(t)
	s.clock.rtt = 700 * time.Millisecond
	pending := 0
	h := uint8(0)
	for now := time.Duration(0); now < 2*time.Second; now += 16 * time.Millisecond {
		h += 8
		s.Steer(h, true)
		for _, i := range s.Tick(now) {
			if _, ok := i.(*protocol.Move); ok {
				pending++
			}
		}
	}
	if pending == 0 || pending > protocol.MaxPending {
		t.Fatalf("%d moves wait at the server, which keeps %d", pending, protocol.MaxPending)
	}
}

func TestObserverHasNoAvatar(t *testing.T) {
	s := New()
	s.Apply(0, &protocol.Welcome{})
	s.Apply(0, &protocol.Entered{Room: "kariya/field/1", Atlas: "field-1", Tick: 100})
	s.SetAtlas("field-1", field(t))
	s.Steer(plane.East, true)
	s.Emote(id.EmoteHeart)
	if s.Say("ねえ") || !s.Observer() {
		t.Fatal("an observer speaks")
	}
	for now := time.Duration(0); now < time.Second; now += 16 * time.Millisecond {
		for _, i := range s.Tick(now) {
			if i.Kind() != protocol.KindPing {
				t.Fatalf("an observer sends %T", i)
			}
		}
	}
	if _, _, ok := s.Own(); ok || len(s.Avatars()) != 0 {
		t.Fatal("an observer is somewhere")
	}
}
