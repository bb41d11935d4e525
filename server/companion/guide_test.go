package companion

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

var plaza = id.RoomID{City: "kariya", Place: "plaza", Copy: 1}

func tile(x, y int32) plane.Point { return plane.Point{X: x*plane.Tile + 128, Y: y*plane.Tile + 128} }

// meadow is 48 by 24 tiles of grass with a hedge in the middle that has a gap
// at its south end, a door in the west, a gate in the east, and a quiet corner.
func meadow(t testing.TB) *atlas.Atlas {
	t.Helper()
	a := &atlas.Atlas{
		Place: "plaza", Title: "はらっぱ", Width: 48, Height: 24, Earshot: atlas.DefaultEarshot,
		Ground:  make([]atlas.Terrain, 48*24),
		Walls:   []plane.Rect{{Min: plane.Point{X: 20 * 256, Y: 0}, Max: plane.Point{X: 21 * 256, Y: 18 * 256}}},
		Spawns:  []atlas.Spawn{{Name: "door", At: tile(3, 12)}},
		Portals: []atlas.Portal{{Name: "gate", Area: plane.Rect{Min: plane.Point{X: 45 * 256, Y: 10 * 256}, Max: plane.Point{X: 47 * 256, Y: 13 * 256}}, To: "park", Title: "こうえん"}},
		Zones:   []atlas.Zone{{Name: "corner", Area: plane.Rect{Min: plane.Point{X: 30 * 256, Y: 0}, Max: plane.Point{X: 48 * 256, Y: 6 * 256}}, Quiet: true, Earshot: atlas.QuietEarshot, Title: "しずかに"}},
	}
	a.Walls = append(a.Walls, plane.Rect{Min: plane.Point{X: 12 * 256, Y: 4 * 256}, Max: plane.Point{X: 13 * 256, Y: 5*256 - 64}}) // a bench
	a.Seats = []atlas.Seat{{At: plane.Point{X: 12*256 + 128, Y: 5*256 - 100}, Facing: plane.South}}
	if err := a.Prepare(); err != nil {
		t.Fatal(err)
	}
	return a
}

// stage is a real room with a guide that sees it, on a clock of its own. It
// does what the node does, without a gate.
type stage struct {
	t        *testing.T
	room     *world.Room
	guide    *Guide
	now      time.Time
	tick     id.Tick
	delay    int           // ticks until an action reaches the room
	pending  [][]Action    // by tick to come
	heard    []Heard       // until the next Step
	said     []string      // by companions, in order
	saidTo   []id.AvatarID //
	log      []string      // of all actions
	here     map[id.AvatarID]bool
	asks     []Ask
	answers  []Answer
	brackets map[id.AvatarID]id.Bracket
	hid      []Hid
}

func newStage(t *testing.T, o Options) *stage {
	return &stage{t: t, room: world.New(meadow(t), world.Options{Room: plaza}), guide: New(o),
		now: time.Unix(1_000_000, 0), delay: 2, here: map[id.AvatarID]bool{}, brackets: map[id.AvatarID]id.Bracket{}}
}

// visitor puts somebody at a point by walking there outside of the guide's sight.
func (s *stage) visitor(avatar id.AvatarID, to plane.Point, b id.Bracket) {
	s.t.Helper()
	s.brackets[avatar] = b
	s.step(world.Enter(avatar, protocol.Who{Kind: id.Visitor, Name: fmt.Sprintf("こ%d", avatar)}, "door"))
	s.walk(avatar, to)
}

// walk takes a visitor somewhere, the world standing still for the guide.
func (s *stage) walk(avatar id.AvatarID, to plane.Point) {
	s.t.Helper()
	for range 2000 {
		at, _, ok := s.room.View().Find(avatar)
		if !ok {
			s.t.Fatalf("%d is not there", avatar)
		}
		path := atlas.Path(s.room.Atlas(), at.At(), to, 5000)
		for len(path) > 1 && plane.Dist2(at.At(), path[0]) < 60*60 {
			path = path[1:]
		}
		if len(path) == 0 || plane.Dist2(at.At(), to) < 60*60 {
			s.step(world.Move(avatar, uint32(s.tick)+1, 0, 0, protocol.Stand))
			return
		}
		s.step(world.Move(avatar, uint32(s.tick)+1, 0, plane.Heading(at.At(), path[0]), protocol.Walk))
	}
	s.t.Fatalf("%d can't reach %v", avatar, to)
}

// step is one tick of the room alone.
func (s *stage) step(commands ...world.Command) {
	s.tick++
	if len(s.pending) > 0 {
		for _, a := range s.pending[0] {
			commands = append(commands, s.command(a)...)
		}
		s.pending = s.pending[1:]
	}
	for _, f := range s.room.Step(s.tick, commands) {
		if f.Op == world.Left && f.To != "" && s.guide.Owns(f.Avatar) {
			s.t.Errorf("companion %d went through a portal", f.Avatar)
		}
	}
}

func (s *stage) command(a Action) []world.Command {
	switch a.Op {
	case Come:
		return []world.Command{world.Enter(a.Avatar, protocol.Who{Kind: id.Companion, Name: a.Name, Look: a.Look}, a.At)}
	case Appear:
		return []world.Command{world.Appear(a.Avatar, protocol.Who{Kind: id.Companion, Name: a.Name, Look: a.Look}, a.Spot, a.Heading)}
	case Write:
		return []world.Command{world.Emote(a.Avatar, id.EmoteTyping)}
	case Walk:
		return []world.Command{world.Move(a.Avatar, a.Seq, a.Tick, a.Heading, protocol.Walk)}
	case Stand:
		return []world.Command{world.Move(a.Avatar, a.Seq, a.Tick, a.Heading, protocol.Stand)}
	case Go:
		return []world.Command{world.Leave(a.Avatar)}
	}
	return nil
}

// run lets room and guide go on together.
func (s *stage) run(d time.Duration) {
	s.t.Helper()
	for range int(d / (50 * time.Millisecond)) {
		s.step()
		s.now = s.now.Add(50 * time.Millisecond)
		var in Input
		switch {
		case s.tick%SightEvery == 0:
			in.Sights = []Sight{s.sight()}
		case s.tick%4 != 0:
			continue
		}
		in.Heard, in.Answers, in.Hid = s.heard, s.answers, s.hid
		s.heard, s.answers, s.hid = nil, nil, nil
		s.take(s.guide.Step(s.now, in))
	}
}

func (s *stage) sight() Sight {
	out := Sight{Room: plaza, Tick: s.tick, Atlas: s.room.Atlas()}
	for _, a := range s.room.View().States() {
		out.Avatars = append(out.Avatars, Seen{Avatar: a.Avatar, Kind: a.Who.Kind, At: a.At(), Name: a.Who.Name, Ghost: a.Ghost, Bracket: s.brackets[a.Avatar], Emote: a.Emote})
	}
	return out
}

func (s *stage) take(out Output) {
	s.t.Helper()
	s.asks = append(s.asks, out.Asks...)
	for _, a := range out.Actions {
		s.log = append(s.log, fmt.Sprintf("%d %+v", s.tick, a))
		switch a.Op {
		case Come, Appear:
			s.here[a.Avatar] = true
		case Go:
			delete(s.here, a.Avatar)
		case Say:
			s.said = append(s.said, a.Text)
			s.saidTo = append(s.saidTo, a.To)
			if n := utf8.RuneCountInString(a.Text); n > MaxRunes || n == 0 {
				s.t.Errorf("said %d characters: %s", n, a.Text)
			}
		}
		for len(s.pending) < s.delay {
			s.pending = append(s.pending, nil)
		}
		s.pending[s.delay-1] = append(s.pending[s.delay-1], a)
	}
}

// says lets a visitor speak to whoever is near.
func (s *stage) says(avatar id.AvatarID, text string) { s.speaks(Heard{Avatar: avatar, Text: text}) }

func (s *stage) speaks(h Heard) {
	h.Room, h.By, h.Bracket = plaza, id.Visitor, s.brackets[h.Avatar]
	from, _, _ := s.room.View().Find(h.Avatar)
	for _, o := range s.room.View().States() {
		if inEarshot(s.room.Atlas(), from.At(), o.At()) {
			h.Audience = append(h.Audience, o.Avatar)
		}
	}
	s.heard = append(s.heard, h)
}

// companions lists those in the room.
func (s *stage) companions() (out []world.State) {
	for _, a := range s.room.View().States() {
		if a.Who.Kind == id.Companion {
			out = append(out, a)
		}
	}
	return out
}

func (s *stage) dump() string { return strings.Join(s.log, "\n") }

func distance(a, b plane.Point) float64 {
	return float64(plane.Dist2(a, b)) / (plane.Tile * plane.Tile) // of tiles, squared
}

var script = Script{Name: "かきつ"}

func TestLoneVisitorIsMet(t *testing.T) {
	for _, to := range []plane.Point{tile(12, 5), tile(38, 14), tile(4, 12), tile(43, 11), tile(22, 2), tile(47, 23), tile(0, 0)} {
		s := newStage(t, Options{Script: script})
		s.visitor(1, to, id.El12)
		s.run(LoneFor - 500*time.Millisecond)
		if len(s.log) != 0 {
			t.Fatalf("%v: it came too early: %s", to, s.dump())
		}
		s.run(25 * time.Second)
		c := s.companions()
		v, _, _ := s.room.View().Find(1)
		if len(c) != 1 {
			t.Fatalf("%v: %d companions\n%s", to, len(c), s.dump())
		}
		if d := distance(c[0].At(), v.At()); d > 9 || d < 1 {
			t.Errorf("%v: it stands %v tiles² away at %v", to, d, c[0].At())
		}
		if c[0].Gait != protocol.Stand {
			t.Errorf("%v: it does not stand", to)
		}
		if face := int8(plane.Heading(c[0].At(), v.At()) - c[0].Heading); face > turnAt || face < -turnAt {
			t.Errorf("%v: it looks %d past the visitor", to, face)
		}
		if len(s.said) < 2 || !slices.Contains(rendered(Greet, id.El12), s.said[0]) || !slices.Contains(rendered(Machine, id.El12), s.said[1]) {
			t.Errorf("%v: it said %q; it greets, then says what it is", to, s.said)
		}
	}
}

func rendered(m Moment, b id.Bracket) (out []string) {
	for _, l := range script.lines(m) {
		out = append(out, render(l, b))
	}
	return out
}

// Who sits on a bench that nobody can walk on is met before it.
func TestSittingVisitorIsMet(t *testing.T) {
	s := newStage(t, Options{Script: script})
	s.visitor(1, tile(12, 5), id.El12)
	s.step(world.Sit(1, 0))
	s.run(LoneFor + 20*time.Second)
	v, _, _ := s.room.View().Find(1)
	c := s.companions()
	if v.Gait != protocol.Seated || len(c) != 1 || len(s.said) < 2 || distance(c[0].At(), v.At()) > 9 {
		t.Errorf("gait %d, %d companions, said %q\n%s", v.Gait, len(c), s.said, s.dump())
	}
}

func TestWalkingLooksLikeWalking(t *testing.T) {
	s := newStage(t, Options{Script: script})
	s.visitor(1, tile(38, 14), id.High)
	s.run(LoneFor + 25*time.Second)
	walks, stands := 0, 0
	for _, l := range s.log {
		walks += strings.Count(l, "{Op:2")
		stands += strings.Count(l, "{Op:3")
	}
	// About 35 tiles around a hedge: a dozen headings, and no stopping on the way.
	if walks > 30 || stands > 4 {
		t.Errorf("%d orders to walk, %d to stand:\n%s", walks, stands, s.dump())
	}
}

func TestWhoIsNotMet(t *testing.T) {
	tests := []struct {
		name  string
		setup func(*stage)
	}{
		{"two who hear each other", func(s *stage) {
			s.visitor(1, tile(10, 5), id.El12)
			s.visitor(2, tile(15, 5), id.El12)
		}},
		{"one in a quiet corner", func(s *stage) { s.visitor(1, tile(35, 3), id.El12) }},
		{"a bot", func(s *stage) {
			s.step(world.Enter(1, protocol.Who{Kind: id.Bot, Name: "ロボット"}, ""))
		}},
		{"a ghost", func(s *stage) {
			s.visitor(1, tile(10, 5), id.El12)
			s.step(world.Haunt(1, true))
		}},
		{"nobody", func(*stage) {}},
	}
	for _, tt := range tests {
		s := newStage(t, Options{Script: script})
		tt.setup(s)
		s.run(LoneFor + 30*time.Second)
		if len(s.log) > 0 {
			t.Errorf("%s: %s", tt.name, s.dump())
		}
	}
}

func TestGhostAndBotAreNoCompany(t *testing.T) {
	s := newStage(t, Options{Script: script})
	s.visitor(1, tile(10, 5), id.El12)
	s.visitor(2, tile(12, 5), id.El12)
	s.step(world.Haunt(2, true), world.Enter(3, protocol.Who{Kind: id.Bot, Name: "ロボット"}, ""))
	s.run(LoneFor + 15*time.Second)
	if len(s.companions()) != 1 {
		t.Errorf("not met:\n%s", s.dump())
	}
}

// met is a stage on which a visitor has just been greeted.
func met(t *testing.T, o Options, b id.Bracket) *stage {
	t.Helper()
	o.Script = script
	s := newStage(t, o)
	s.visitor(1, tile(12, 12), b)
	s.run(LoneFor + 15*time.Second)
	if len(s.companions()) != 1 || len(s.said) < 2 {
		t.Fatalf("not met:\n%s", s.dump())
	}
	s.said = nil
	return s
}

func TestItAnswers(t *testing.T) {
	s := met(t, Options{}, id.El34)
	s.says(1, "きょうゲームした")
	s.run(3 * time.Second)
	if len(s.said) != 1 || !slices.Contains(rendered(Game, id.El34), s.said[0]) {
		t.Fatalf("said %q", s.said)
	}
	s.says(1, "だれにも言わないでね")
	s.run(6 * time.Second)
	s.speaks(Heard{Avatar: 1, Text: "＊＊＊", Distressed: true, Concern: moderation.Urgent})
	s.run(8 * time.Second)
	s.says(1, "ゲームした")
	s.run(8 * time.Second)
	if len(s.said) != 4 || !slices.Contains(rendered(Secret, id.El34), s.said[1]) ||
		!slices.Contains(rendered(Distress, id.El34), s.said[2]) || !slices.Contains(rendered(Beside, id.El34), s.said[3]) {
		t.Errorf("said %q", s.said)
	}
}

func TestSeveralLinesGetOneAnswer(t *testing.T) {
	s := met(t, Options{}, id.El34)
	s.says(1, "あのね")
	s.run(600 * time.Millisecond)
	s.says(1, "きょうね")
	s.run(600 * time.Millisecond)
	s.says(1, "ねこがいた")
	s.run(5 * time.Second)
	if len(s.said) != 1 || !slices.Contains(rendered(Animals, id.El34), s.said[0]) {
		t.Errorf("said %q", s.said)
	}
}

func TestItDoesNotHearWhatIsNotMeantForIt(t *testing.T) {
	s := met(t, Options{}, id.El34)
	s.heard = append(s.heard,
		Heard{Room: plaza, Avatar: 1, By: id.Visitor, Text: "やあ"},                                                       // out of earshot
		Heard{Room: plaza, Avatar: 1, By: id.Bot, Text: "やあ", Audience: []id.AvatarID{FirstAvatar}},                     // not a child
		Heard{Room: plaza, Avatar: 77, By: id.Visitor, Text: "やあ", Audience: []id.AvatarID{FirstAvatar}},                // a stranger
		Heard{Room: id.RoomID{Place: "x"}, Avatar: 1, By: id.Visitor, Text: "やあ", Audience: []id.AvatarID{FirstAvatar}}) // elsewhere
	s.run(6 * time.Second)
	if len(s.said) != 0 {
		t.Errorf("said %q", s.said)
	}
}

func TestItSpeaksIntoSilenceThreeTimes(t *testing.T) {
	s := met(t, Options{}, id.El56)
	s.run(5 * time.Minute)
	if len(s.said) != len(silences) || len(s.companions()) != 1 {
		t.Errorf("said %q, %d companions; it breaks three silences and stays", s.said, len(s.companions()))
	}
}

func TestItLeavesWhenAnotherComes(t *testing.T) {
	s := met(t, Options{}, id.JuniorHigh)
	s.visitor(2, tile(9, 12), id.JuniorHigh)
	s.run(CompanyFor + 2*time.Second)
	if len(s.said) != 1 || !slices.Contains(rendered(Farewell, id.JuniorHigh), s.said[0]) {
		t.Fatalf("said %q\n%s", s.said, s.dump())
	}
	s.run(20 * time.Second)
	if len(s.companions()) != 0 || s.guide.Status().Here != 0 {
		t.Errorf("it stays:\n%s", s.dump())
	}
}

func TestSomebodyPassingByIsNoReason(t *testing.T) {
	s := met(t, Options{}, id.JuniorHigh)
	s.visitor(2, tile(9, 12), id.JuniorHigh)
	s.run(time.Second)
	s.step(world.Leave(2))
	s.run(10 * time.Second)
	if len(s.companions()) != 1 || len(s.said) != 0 {
		t.Errorf("said %q\n%s", s.said, s.dump())
	}
}

func TestItDoesNotFollow(t *testing.T) {
	s := met(t, Options{}, id.High)
	s.walk(1, tile(36, 20))
	s.run(30 * time.Second)
	if len(s.companions()) != 0 {
		t.Errorf("it follows:\n%s", s.dump())
	}
	if len(s.said) != 1 || !slices.Contains(rendered(Bye, id.High), s.said[0]) {
		t.Errorf("said %q", s.said)
	}
	s.run(RestFor - time.Minute)
	if len(s.companions()) != 0 {
		t.Error("it is back too soon")
	}
	s.run(time.Minute + LoneFor + 30*time.Second)
	if len(s.companions()) != 1 {
		t.Error("it does not come again")
	}
}

func TestLeftAlone(t *testing.T) {
	ways := map[string]func(*stage){
		"words":  func(s *stage) { s.says(1, "ひとりにしてね") },
		"phrase": func(s *stage) { s.speaks(Heard{Avatar: 1, Phrase: 9}) },
		"hiding": func(s *stage) { s.hid = append(s.hid, Hid{Visitor: 1, Companion: s.companions()[0].Avatar}) },
	}
	for name, way := range ways {
		s := met(t, Options{}, id.El12)
		s.guide.script.Phrases = map[id.PhraseID]string{9: "{一人|ひとり}にしてね"}
		way(s)
		s.run(20 * time.Second)
		if len(s.companions()) != 0 {
			t.Fatalf("%s: it stays", name)
		}
		s.run(LeaveAlone - 21*time.Second)
		if len(s.companions()) != 0 {
			t.Fatalf("%s: it is back within ten minutes", name)
		}
		s.run(LoneFor + 15*time.Second)
		if len(s.companions()) != 1 {
			t.Errorf("%s: it never comes again", name)
		}
	}
}

func TestVisitorVanishes(t *testing.T) {
	s := met(t, Options{}, id.El12)
	s.step(world.Leave(1))
	s.run(20 * time.Second)
	if len(s.companions()) != 0 || len(s.said) != 0 {
		t.Errorf("said %q, %d companions", s.said, len(s.companions()))
	}
	s = met(t, Options{}, id.El12)
	s.step(world.Haunt(1, true))
	s.run(5 * time.Second)
	s.step(world.Haunt(1, false))
	s.run(10 * time.Second)
	if len(s.companions()) != 1 {
		t.Error("a short break of the connection sent it away")
	}
}

func TestRoomVanishes(t *testing.T) {
	s := met(t, Options{}, id.El12)
	out := s.guide.Step(s.now.Add(time.Minute), Input{})
	if len(out.Actions) != 1 || out.Actions[0].Op != Go || s.guide.Status().Here != 0 || len(s.guide.rooms) != 0 {
		t.Errorf("%+v, %d here", out, s.guide.Status().Here)
	}
}

func TestNodeDoesNotLetItIn(t *testing.T) {
	s := newStage(t, Options{Script: script})
	s.visitor(1, tile(12, 12), id.El12)
	s.delay = 100000 // its actions come to nothing
	s.run(LoneFor + comeWithin + 10*time.Second)
	if len(s.here) != 0 || s.guide.Status().Here != 0 {
		t.Errorf("it waits for ever:\n%s", s.dump())
	}
	if n := strings.Count(s.dump(), "{Op:1"); n != 1 {
		t.Errorf("it knocked %d times", n)
	}
}

func TestLimits(t *testing.T) {
	g := New(Options{Script: script})
	a := meadow(t)
	a.Earshot = 128 // everybody is lonely
	now := time.Unix(0, 0)
	var sights []Sight
	for n := range 6 {
		s := Sight{Room: id.RoomID{City: "kariya", Place: "plaza", Copy: uint16(n + 1)}, Atlas: a}
		for i := range 20 {
			s.Avatars = append(s.Avatars, Seen{Avatar: id.AvatarID(n*100 + i + 1), At: tile(int32(i%9*2+1), int32(i/9*2+1)), Name: fmt.Sprint(n, i)})
		}
		sights = append(sights, s)
	}
	comes := map[id.RoomID]int{}
	for range 120 { // seen again and again, it never gets a companion in
		out := g.Step(now, Input{Sights: sights})
		for _, x := range out.Actions {
			if x.Op == Come {
				comes[x.Room]++
			}
		}
		if len(g.companions) > MaxInAll {
			t.Fatalf("%d companions", len(g.companions))
		}
		if now = now.Add(500 * time.Millisecond); now.Sub(time.Unix(0, 0)) == LoneFor+time.Second {
			break
		}
	}
	total := 0
	for room, n := range comes {
		if total += n; n > MaxPerRoom {
			t.Errorf("%v: %d", room, n)
		}
	}
	if total != MaxInAll {
		t.Errorf("%d in all", total)
	}
}

func TestTheSameAgain(t *testing.T) {
	play := func() (string, []string) {
		s := met(t, Options{Seed: 42}, id.El34)
		for i, line := range []string{"つかれた", "がっこうで", "ともだちとけんかした", "べつに", "うん", "ばいばい"} {
			s.says(1, line)
			s.run(time.Duration(3+i) * time.Second)
		}
		s.run(20 * time.Second)
		return s.dump(), s.said
	}
	a, said := play()
	b, _ := play()
	if a != b {
		t.Error("the same inputs gave other outputs")
	}
	if len(said) != 6 {
		t.Errorf("said %q", said)
	}
	slices.Sort(said)
	if len(slices.Compact(said)) != 6 {
		t.Errorf("it repeats itself: %q", said)
	}
}

// thinking is a mind that is never called: tests answer its asks themselves.
type thinking struct{ Mind }

func TestMindAnswers(t *testing.T) {
	s := met(t, Options{Mind: thinking{}}, id.El34)
	s.says(1, "ゲームした")
	s.run(2 * time.Second)
	if len(s.asks) != 1 || len(s.said) != 0 {
		t.Fatalf("asks %+v, said %q", s.asks, s.said)
	}
	c := s.asks[0].Conversation
	if c.last() != "ゲームした" || len(c.Turns) != 3 || !c.Turns[0].Own || c.Bracket != id.El34 {
		t.Errorf("asked %+v", c)
	}
	s.answers = append(s.answers, Answer{Companion: s.asks[0].Companion, Number: s.asks[0].Number, Text: "かきつ: 「いいね。\nどんなゲーム?」もういっぽん。まだある。"})
	s.run(2 * time.Second)
	if !reflect.DeepEqual(s.said, []string{"いいね。 どんなゲーム?"}) {
		t.Errorf("said %q", s.said)
	}
	if st := s.guide.Status(); st.Spoken != 1 || st.Asked != 1 || st.Slowest == 0 {
		t.Errorf("status %+v", st)
	}
}

func TestMindFailsOrHangsOrBabbles(t *testing.T) {
	bad := map[string]func(*stage){
		"error": func(s *stage) {
			s.answers = []Answer{{Companion: s.asks[0].Companion, Number: s.asks[0].Number, Err: errors.New("x")}}
		},
		"silence": func(s *stage) { s.answers = []Answer{{Companion: s.asks[0].Companion, Number: s.asks[0].Number}} },
		"unfit": func(s *stage) {
			s.answers = []Answer{{Companion: s.asks[0].Companion, Number: s.asks[0].Number, Text: "なまえは なに?"}}
		},
		"hang": func(*stage) {},
	}
	for name, do := range bad {
		s := met(t, Options{Mind: thinking{}}, id.El34)
		s.says(1, "ゲームした")
		s.run(2 * time.Second)
		do(s)
		s.run(thinkFor + 2*time.Second)
		heeded := 0 // who waits for long is told first that it was heard
		if name == "hang" {
			heeded = 1
		}
		if len(s.said) != heeded+1 || !slices.Contains(rendered(Game, id.El34), s.said[heeded]) {
			t.Errorf("%s: said %q", name, s.said)
		}
		// A late answer is nobody's any more.
		s.answers = []Answer{{Companion: s.asks[0].Companion, Number: s.asks[0].Number, Text: "おそくなったね。"}}
		s.run(3 * time.Second)
		if len(s.said) != heeded+1 {
			t.Errorf("%s: said %q", name, s.said)
		}
	}
	s := met(t, Options{Mind: thinking{}}, id.High)
	s.says(1, "ゲームした")
	s.run(2 * time.Second)
	s.answers = []Answer{{Companion: s.asks[0].Companion, Number: s.asks[0].Number, Text: strings.Repeat("そうなんだ", 5000)}}
	s.run(2 * time.Second)
	if len(s.said) != 1 || utf8.RuneCountInString(s.said[0]) != MaxRunes {
		t.Errorf("babble: %q", s.said)
	}
}

func TestMindIsNotAskedAboutDistress(t *testing.T) {
	s := met(t, Options{Mind: thinking{}}, id.High)
	s.says(1, "もう消えたい")
	s.run(4 * time.Second)
	s.says(1, "ゲームした") // small talk afterwards is the script's too
	s.run(6 * time.Second)
	if len(s.asks) != 0 || len(s.said) != 2 || !slices.Contains(rendered(Distress, id.High), s.said[0]) {
		t.Errorf("asks %+v, said %q", s.asks, s.said)
	}
	// Nor is an answer used that was under way when the cry came.
	s = met(t, Options{Mind: thinking{}}, id.High)
	s.says(1, "ゲームした")
	s.run(2 * time.Second)
	s.says(1, "もう消えたい")
	s.run(200 * time.Millisecond)
	s.answers = []Answer{{Companion: s.asks[0].Companion, Number: s.asks[0].Number, Text: "いいね。たのしそう。"}}
	s.run(5 * time.Second)
	if len(s.said) != 1 || !slices.Contains(rendered(Distress, id.High), s.said[0]) {
		t.Errorf("said %q", s.said)
	}
}

func TestNewerWordsAreAnsweredOnce(t *testing.T) {
	s := met(t, Options{Mind: thinking{}}, id.High)
	s.says(1, "ゲームした")
	s.run(2 * time.Second)
	s.says(1, "それで勝った")
	s.run(500 * time.Millisecond)
	s.answers = []Answer{{Companion: s.asks[0].Companion, Number: 1, Text: "どんなゲーム?"}}
	s.run(2 * time.Second)
	if len(s.said) != 1 || !slices.Contains(rendered(Heed, id.High), s.said[0]) || len(s.asks) != 2 {
		t.Fatalf("said %q, %d asks", s.said, len(s.asks))
	}
	s.answers = []Answer{{Companion: s.asks[1].Companion, Number: 2, Text: "やったね。"}}
	s.run(2 * time.Second)
	if !reflect.DeepEqual(s.said[1:], []string{"やったね。"}) {
		t.Errorf("said %q", s.said)
	}
}

func BenchmarkStep(b *testing.B) {
	g := New(Options{Script: script})
	a := meadow(b)
	s := Sight{Room: plaza, Atlas: a}
	for i := range 200 {
		s.Avatars = append(s.Avatars, Seen{Avatar: id.AvatarID(i + 1), At: tile(int32(i%19), int32(i/19)), Name: fmt.Sprint(i)})
	}
	now := time.Unix(0, 0)
	for b.Loop() {
		now = now.Add(500 * time.Millisecond)
		s.Tick += SightEvery
		g.Step(now, Input{Sights: []Sight{s}})
	}
}

// Words that were taken back are not in any later conversation, and what a mind
// finds to say to them is not said. A cry for help is answered all the same.
func TestItForgetsWhatWasTakenBack(t *testing.T) {
	s := met(t, Options{Mind: thinking{}}, id.El34)
	unsay := func(u id.UtteranceID) { s.take(s.guide.Step(s.now, Input{Unsaid: []id.UtteranceID{u}})) }
	s.speaks(Heard{Avatar: 1, Utterance: 5, Text: "ゲームした"})
	s.run(2 * time.Second)
	if len(s.asks) != 1 {
		t.Fatalf("asks %+v", s.asks)
	}
	unsay(4) // another's
	unsay(5)
	s.answers = []Answer{{Companion: s.asks[0].Companion, Number: s.asks[0].Number, Text: "どんなゲームかな。"}}
	s.run(3 * time.Second)
	if len(s.said) != 0 {
		t.Errorf("it answers what was taken back: %q", s.said)
	}
	s.speaks(Heard{Avatar: 1, Utterance: 6, Text: "ねこがいた"})
	s.speaks(Heard{Avatar: 1, Utterance: 7, Text: "おなかすいた"})
	s.run(2 * time.Second)
	unsay(7)
	s.run(2 * time.Second)
	last := s.asks[len(s.asks)-1].Conversation
	if len(s.asks) != 3 || last.last() != "ねこがいた" {
		t.Errorf("asked %d times, lastly about %q", len(s.asks), last.last())
	}
	for _, turn := range last.Turns {
		if turn.Text == "ゲームした" || turn.Text == "おなかすいた" {
			t.Errorf("it remembers %q", turn.Text)
		}
	}
	s.speaks(Heard{Avatar: 1, Utterance: 8, Text: "＊＊＊", Distressed: true, Concern: moderation.Urgent})
	s.run(200 * time.Millisecond)
	unsay(8)
	s.run(thinkFor + 2*time.Second)
	if len(s.said) != 2 || !slices.Contains(rendered(Heed, id.El34), s.said[0]) || !slices.Contains(rendered(Distress, id.El34), s.said[1]) {
		t.Errorf("said %q", s.said)
	}
}
