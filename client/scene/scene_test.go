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

// telling frames: the first one begins anew, and each says who is new in it.
type teller struct{ knows map[id.AvatarID]bool }

func (w *teller) frame(tick id.Tick, records ...protocol.Record) *protocol.Frame {
	f := &protocol.Frame{Tick: tick, Reset: w.knows == nil}
	if f.Reset {
		w.knows = map[id.AvatarID]bool{}
	}
	for i := range records {
		r := &records[i]
		if !w.knows[r.Avatar] {
			w.knows[r.Avatar] = true
			f.Known = append(f.Known, protocol.Known{Avatar: r.Avatar, Who: protocol.Who{Name: "だれか"}})
		}
		f.Motion = protocol.AppendRecord(f.Motion, r)
	}
	return f
}

func person(a id.AvatarID, x, y int32) protocol.Record {
	return protocol.Record{Op: protocol.Stated, Avatar: a, X: x, Y: y}
}

func walks(a id.AvatarID, heading uint8) protocol.Record {
	return protocol.Record{Op: protocol.Walks, Avatar: a, Heading: heading}
}

func gone(a id.AvatarID) protocol.Record { return protocol.Record{Op: protocol.Gone, Avatar: a} }

func seen(s *Scene, now time.Duration) map[id.AvatarID]Avatar {
	s.Tick(now)
	m := map[id.AvatarID]Avatar{}
	for _, a := range s.Avatars() {
		m[a.ID] = a
	}
	return m
}

func TestFramesTellWhoIsThere(t *testing.T) {
	s := here(t)
	var w teller
	ms := time.Millisecond
	s.Apply(10*ms, w.frame(101, person(1, 300, 100), person(2, 300, 200), person(3, 300, 300)))
	if m := seen(s, 20*ms); len(m) != 4 || !m[you].Own {
		t.Fatalf("sees %d, want three and oneself", len(m))
	}
	s.Apply(60*ms, w.frame(102, person(1, 350, 100), gone(2)))
	m := seen(s, 400*ms)
	if _, ok := m[2]; ok || len(m) != 3 {
		t.Fatalf("sees %v", m)
	}
	// One that begins anew forgets whoever it does not state.
	f := w.frame(103, person(1, 350, 100))
	f.Reset = true
	s.Apply(410*ms, f)
	m = seen(s, 900*ms)
	if _, ok := m[3]; ok || len(m) != 2 {
		t.Fatalf("sees %v", m)
	}
	if m[1].Name != "だれか" {
		t.Fatal("who it is was forgotten")
	}
	// Out of sight and in again: it does not fly there, and keeps its name.
	s.Apply(910*ms, w.frame(104, gone(1)))
	s.Tick(930 * ms)
	s.Apply(960*ms, w.frame(105, person(1, 9000, 4000)))
	if a := seen(s, 970*ms)[1]; a.X != 9000 || a.Y != 4000 || a.Name != "だれか" {
		t.Fatalf("stands at %v, %v as %q", a.X, a.Y, a.Name)
	}
}

func tickAt(tick id.Tick) time.Duration { return time.Duration(tick-100) * tickTime }

func TestWhatDidNotChangeHeldStill(t *testing.T) {
	s := here(t)
	var w teller
	at := tickAt
	s.Apply(at(101), w.frame(101, person(1, 1000, 1000), person(2, 1000, 2000)))
	for tick := id.Tick(102); tick < 140; tick++ {
		s.Apply(at(tick), w.frame(tick, walks(2, uint8(tick))))
		s.Tick(at(tick))
	}
	// It sets off at tick 140: until then it must stand, not glide.
	s.Apply(at(140), w.frame(140, walks(1, plane.East)))
	if a := seen(s, at(140))[1]; a.X != 1000 {
		t.Fatalf("already at %v", a.X)
	}
	s.Apply(at(141), w.frame(141))
	s.Apply(at(142), w.frame(142))
	if a := seen(s, at(143))[1]; a.X <= 1000 || a.X >= 1171 {
		t.Fatalf("at %v, want between", a.X)
	}
	if a := seen(s, at(144))[1]; a.X <= 1057 {
		t.Fatalf("at %v: it walks on by itself", a.X)
	}
}

func TestAQuietRoomSendsNoFrames(t *testing.T) {
	s := here(t)
	var w teller
	s.Apply(tickAt(101), w.frame(101, person(1, 1000, 1000)))
	var last float64 = 1000
	for now := tickAt(101); now < tickAt(170); now += 16 * time.Millisecond {
		for tick := id.Tick(160); tick <= 165; tick++ { // nothing came since tick 101
			if d := now - tickAt(tick); d >= 0 && d < 16*time.Millisecond {
				if tick == 160 {
					s.Apply(now, w.frame(tick, walks(1, plane.East)))
				} else {
					s.Apply(now, w.frame(tick))
				}
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
	var w teller
	at := tickAt
	first := person(1, 4500, 1000)
	first.Gait = protocol.Walk
	s.Apply(at(101), w.frame(101, first))
	for tick := id.Tick(102); tick < 120; tick++ {
		s.Apply(at(tick), w.frame(tick))
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

// Frames that are here before the map wait for it, and are believed then.
func TestFramesWaitForTheAtlas(t *testing.T) {
	s := New()
	s.Apply(0, &protocol.Welcome{You: you, Name: "ふわふわペンギン"})
	s.Apply(0, &protocol.Entered{Room: "kariya/field/1", Title: "はら", Atlas: "field-1", Tick: 100, X: 4096, Y: 3072})
	var w teller
	first := person(1, 4500, 1000)
	first.Gait = protocol.Walk
	s.Apply(tickAt(101), w.frame(101, person(you, 4096, 3072), first))
	for tick := id.Tick(102); tick <= 110; tick++ {
		s.Apply(tickAt(tick), w.frame(tick))
		s.Tick(tickAt(tick))
	}
	s.SetAtlas("field-1", field(t))
	if m, ok := s.sight.track.Find(1); !ok || m.At.X != 4500+9*57 {
		t.Fatalf("%+v, %v", m, ok)
	}
	if out := s.Tick(tickAt(111)); asksAnew(out) {
		t.Error("asks to be told anew although nothing is missing")
	}
}

func asksAnew(out []protocol.Intent) bool {
	n := 0
	for _, i := range out {
		if a, ok := i.(*protocol.Asleep); ok {
			if n++; a.Asleep != (n == 1) {
				return false
			}
		}
	}
	return n == 2
}

// Too many of them are thrown away, and the server begins anew.
func TestTooManyFramesForNoAtlas(t *testing.T) {
	s := New()
	s.Apply(0, &protocol.Welcome{You: you, Name: "ふわふわペンギン"})
	s.Apply(0, &protocol.Entered{Room: "kariya/field/1", Title: "はら", Atlas: "field-1", Tick: 100, X: 4096, Y: 3072})
	var w teller
	tick := id.Tick(101)
	for ; tick < 101+3*maxWaitingFrames; tick++ {
		s.Apply(tickAt(tick), w.frame(tick, person(id.AvatarID(tick), 1000, 1000)))
		if asksAnew(s.Tick(tickAt(tick))) || len(s.sight.waiting) > maxWaitingFrames {
			t.Fatal("asks while it could not use the answer, or keeps them all")
		}
	}
	s.SetAtlas("field-1", field(t))
	if !asksAnew(s.Tick(tickAt(tick))) {
		t.Fatal("does not ask")
	}
	asked := 0
	for ; tick < 800; tick++ { // what was under way says nothing
		s.Apply(tickAt(tick), w.frame(tick))
		if asksAnew(s.Tick(tickAt(tick))) {
			asked++
		}
	}
	if asked == 0 || asked > 6 {
		t.Fatalf("asked %d times again in five seconds", asked)
	}
	anew := teller{}
	s.Apply(tickAt(tick), anew.frame(tick, person(3, 300, 300)))
	if m := seen(s, tickAt(tick)); len(m) != 2 || m[3].X != 300 {
		t.Fatalf("sees %v", m)
	}
	if asksAnew(s.Tick(tickAt(tick) + 10*time.Second)) {
		t.Error("asks again although it was told")
	}
}

// What can't be followed is not believed; the server is asked, and a hidden
// page stays asleep.
func TestALostThread(t *testing.T) {
	s := here(t)
	var w teller
	s.Apply(tickAt(101), w.frame(101, person(1, 300, 300)))
	s.Tick(tickAt(101))
	s.Asleep(true)
	s.Tick(tickAt(101))
	s.Apply(tickAt(102), w.frame(102, walks(99, 0)))
	out := s.Tick(tickAt(102))
	if len(out) < 2 || out[len(out)-2].(*protocol.Asleep).Asleep || !out[len(out)-1].(*protocol.Asleep).Asleep {
		t.Fatalf("sends %v", out)
	}
	s.Apply(tickAt(103), w.frame(103, gone(1)))
	if m := seen(s, tickAt(110)); len(m) != 2 {
		t.Fatalf("believes what it can't know: %v", m)
	}
}

// Without a word about oneself one's own records are the rules' word.
func TestOwnRecordsReconcile(t *testing.T) {
	s := here(t)
	var w teller
	f := w.frame(101, person(you, 4096, 3072))
	f.Self = &protocol.Self{X: 4096, Y: 3072}
	s.Apply(tickAt(101), f)
	s.Apply(tickAt(102), w.frame(102, protocol.Record{Op: protocol.Stated, Avatar: you, X: 2000, Y: 2000, Heading: plane.South, Gait: protocol.Seated}))
	s.Tick(tickAt(103))
	if x, y, _ := s.Own(); x != 2000 || y != 2000 || !s.OwnSeated() {
		t.Fatalf("at %v, %v", x, y)
	}
	g := w.frame(103)
	g.Self = &protocol.Self{Ack: 3, X: 2000, Y: 2000, Heading: plane.South, Gait: protocol.Seated}
	s.Apply(tickAt(104), g)
	s.Apply(tickAt(105), w.frame(104, walks(1000, 0))) // lost
	s.Apply(tickAt(106), w.frame(105))
	if s.own.base.Ack != 3 || !s.OwnSeated() {
		t.Fatalf("%+v", s.own.base)
	}
}

// Who is counted and not seen is a murmur where one does not look closely.
func TestCrowdMurmurs(t *testing.T) {
	s := here(t) // 40 by 24 tiles: 5 by 3 blocks; oneself is at 16, 12
	var w teller
	f := w.frame(101, person(you, 4096, 3072), person(2, 9300, 5500))
	f.Far = []byte{1, 0, 9, 6, 30, 14, 4} // the north-western block, the one in the middle, the last
	s.Apply(tickAt(101), f)
	s.Apply(tickAt(102), w.frame(102)) // as before
	want := []Murmur{{X: 1024, Y: 1024, N: 9}, {X: 9216, Y: 5120, N: 3}}
	got := s.Crowd()
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Fatalf("murmurs %v, want %v", got, want)
	}
	f = w.frame(103)
	f.Far = []byte{9}
	s.Apply(tickAt(103), f) // of a version that is not known
	if len(s.Crowd()) != 2 {
		t.Fatal("a count that can't be read is believed")
	}
	f = w.frame(104)
	f.Far = []byte{1}
	s.Apply(tickAt(104), f)
	if len(s.Crowd()) != 0 {
		t.Fatalf("murmurs %v", s.Crowd())
	}
	s.Apply(tickAt(105), &protocol.Frame{Tick: 105, Far: []byte{1, 0, 9}})
	s.Apply(tickAt(106), &protocol.Entered{Room: "kariya/marsh/1", Atlas: "marsh-1", Tick: 7})
	if len(s.Crowd()) != 0 {
		t.Fatal("the crowd came along")
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
	// The server decides what a muted child may still say: a cry for help.
	if s.Muted() == 0 || !s.Say("たすけて") || len(s.Tick(4*time.Millisecond)) != 1 {
		t.Fatal("a cry for help is kept from the server")
	}
	s.Tick(11 * time.Second)
	if s.Muted() != 0 {
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
	s.Apply(time.Millisecond, new(teller).frame(101, person(1, 300, 100)))
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
	// Nobody said meanwhile that one is to stop: one does not walk on.
	s.SetAtlas("marsh-1", field(t))
	s.Apply(200*time.Millisecond, new(teller).frame(90001))
	for n := range 20 {
		for _, i := range s.Tick(200*time.Millisecond + time.Duration(n)*50*time.Millisecond) {
			if m, ok := i.(*protocol.Move); ok && m.Gait == protocol.Walk {
				t.Fatalf("walks on behind the door: %+v", *m)
			}
		}
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
	f := new(teller).frame(101)
	f.Self = &protocol.Self{Ack: 900, X: 4096, Y: 3072}
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
	f := new(teller).frame(101)
	f.Self = &protocol.Self{X: 2000, Y: 2000, Heading: plane.South, Gait: protocol.Seated}
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

// A frame of a hundred turns, from its bytes to what is drawn.
func BenchmarkFrame(b *testing.B) {
	s := New()
	s.Apply(0, &protocol.Welcome{You: you, Name: "ふわふわペンギン"})
	s.Apply(0, &protocol.Entered{Room: "kariya/field/1", Title: "はら", Atlas: "field-1", Tick: 100, X: 4096, Y: 3072})
	s.SetAtlas("field-1", field(b))
	var w teller
	var all, turns []protocol.Record
	for i := range id.AvatarID(100) {
		p := person(i+1, 4096+int32(i), 3500)
		p.Gait = protocol.Walk
		all = append(all, p)
	}
	s.Apply(0, w.frame(101, all...))
	tick := id.Tick(101)
	b.ReportAllocs()
	for b.Loop() {
		tick++
		turns = turns[:0]
		for i := range all {
			turns = append(turns, walks(all[i].Avatar, uint8(tick)+uint8(i)))
		}
		b.StopTimer()
		frame := protocol.EncodeEvent(w.frame(tick, turns...))
		b.StartTimer()
		e, err := protocol.DecodeEvent(frame)
		if err != nil {
			b.Fatal(err)
		}
		s.Apply(tickAt(tick), e)
		s.Tick(tickAt(tick))
	}
}

func TestAFrameAllocatesNearlyNothing(t *testing.T) {
	s := New()
	s.Apply(0, &protocol.Welcome{You: 1, Name: "わたし"})
	s.Apply(0, &protocol.Entered{Room: "kariya/park/1", Tick: 1, X: 1000, Y: 2000})
	for i := range 60 {
		s.others[id.AvatarID(i+2)] = &other{id: id.AvatarID(i + 2), seen: true}
	}
	now := time.Second
	s.Tick(now)
	s.Avatars()
	if n := testing.AllocsPerRun(100, func() { s.listed = false; s.Avatars(); s.Avatars(); s.Bubbles() }); n != 0 {
		t.Errorf("listing sixty avatars allocates %v times", n)
	}
	if !s.listed {
		t.Error("the list is made anew each time")
	}
	s.Apply(now, &protocol.Hidden{Avatar: 5, Hidden: true})
	for _, a := range s.Avatars() {
		if a.ID == 5 && !a.Hidden {
			t.Error("an old list")
		}
	}
}

func TestTypingIsToldNowAndThen(t *testing.T) {
	s := New()
	s.Apply(0, &protocol.Welcome{You: 1})
	s.Apply(0, &protocol.Entered{Room: "kariya/park/1", Tick: 1})
	told := 0
	for now := time.Duration(0); now < 10*time.Second; now += 50 * time.Millisecond {
		for _, i := range s.Tick(now) {
			if e, ok := i.(*protocol.Emote); ok && e.Emote == id.EmoteTyping {
				told++
			}
		}
		s.Typing()
	}
	if told < 6 || told > 9 {
		t.Errorf("told %d times in ten seconds", told)
	}
	s.Apply(10*time.Second, &protocol.Speech{Mode: protocol.SpeechPhrases})
	s.Tick(20 * time.Second)
	s.Typing()
	for _, i := range s.Tick(21 * time.Second) {
		if _, ok := i.(*protocol.Emote); ok {
			t.Error("told although one cannot write")
		}
	}
	s.Emote(id.EmoteTyping)
	for _, i := range s.Tick(22 * time.Second) {
		if _, ok := i.(*protocol.Emote); ok {
			t.Error("a child chose the dots")
		}
	}
}

// Furigana comes after the words, and says what they say or nothing.
func TestReading(t *testing.T) {
	s := here(t)
	s.Apply(time.Millisecond, &protocol.Heard{Utterance: 7, Avatar: 9, Name: "だれか", Text: "今日は一人"})
	s.Apply(time.Millisecond, &protocol.Reading{Utterance: 8, Text: "{今日|きょう}は{一人|ひとり}"})
	s.Apply(time.Millisecond, &protocol.Reading{Utterance: 7, Text: "{今日|きょう}は{二人|ふたり}"})
	if l, _ := s.Log(); l[0].Markup || l[0].Text != "今日は一人" {
		t.Errorf("another text was believed: %+v", l[0])
	}
	s.Apply(time.Millisecond, &protocol.Reading{Utterance: 7, Text: "{今日|きょう}は{一人|ひとり}"})
	l, changed := s.Log()
	if !l[0].Markup || l[0].Text != "{今日|きょう}は{一人|ひとり}" || changed == 0 || len(l) != 1 {
		t.Errorf("the line is %+v", l[0])
	}
	if b := s.Bubbles(); len(b) != 1 || !b[0].Markup || b[0].Text != l[0].Text {
		t.Errorf("the bubble is %+v", b)
	}
}
