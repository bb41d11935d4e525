package session

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/entrance"
	"kakitsubata/server/frame"
	"kakitsubata/world"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// A visit that can't begin tells whoever waits for it, by number.
func TestFullCityIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &stage{full: "plaza"}
		s := New(Options{City: c, Visitor: entrance.Visitor{ID: 101}, Avatar: 1, Place: "plaza", Meter: new(Meter)})
		if err := s.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		p := newPipe()
		if err := s.Serve(t.Context(), p); !errors.Is(err, ErrClosed) {
			t.Errorf("served: %v", err)
		}
		if l := find[*protocol.Leaving](p.events(t)); len(l) != 1 || l[0].Code != protocol.LeaveFull || !l[0].Again || l[0].After == 0 {
			t.Errorf("told %+v", l)
		}
	})
}

// views steps a meadow with avatar 1 in it to a tick.
func views(t *testing.T, tick id.Tick) *frame.Frame {
	t.Helper()
	a := &atlas.Atlas{
		Place: "plaza", Width: 16, Height: 16, Earshot: 8 * plane.Tile, Ground: make([]atlas.Terrain, 16*16),
		Spawns: []atlas.Spawn{{Name: "entrance", At: plane.Point{X: 8 * plane.Tile, Y: 8 * plane.Tile}}},
	}
	if err := a.Prepare(); err != nil {
		t.Fatal(err)
	}
	room := id.RoomID{City: "test", Place: "plaza", Copy: 1}
	r := world.New(a, world.Options{Room: room})
	r.Step(tick, []world.Command{world.Enter(1, protocol.Who{Name: "くま"}, "")})
	return frame.NewEncoder(room, a).Encode(r.View())
}

// A room that broke opens afresh with a younger clock: a slow reader must not
// be shown the old one's last frame after it, nor wait for the clock to catch up.
func TestRoomOpensAfresh(t *testing.T) {
	c := &stage{}
	play(t, c, func(s *Session, p *pipe) {
		stuck := make(chan struct{})
		p.stuck = stuck
		s.Send(&protocol.Beat{}) // the write pump is busy with it
		synctest.Wait()
		s.See(views(t, 5000), new(frame.Press))
		s.Tell(frame.Note{Op: frame.Over, Room: s.Room().ID()})
		synctest.Wait()
		close(stuck)
		synctest.Wait()
		s.See(views(t, 7), new(frame.Press))
		synctest.Wait()
		f := find[*protocol.Frame](p.events(t))
		if len(f) != 1 || f[0].Tick != 7 {
			t.Errorf("shown %+v", f)
		}
		if c.did(world.OpLeave) != 1 {
			t.Error("the old room keeps the avatar")
		}
		time.Sleep(time.Second)
		s.Tell(frame.Note{Op: frame.Over, Room: s.Room().ID()})
		synctest.Wait()
		if l := find[*protocol.Leaving](p.events(t)); len(l) != 1 || l[0].Code != protocol.LeaveFault || !l[0].Again {
			t.Errorf("a room that breaks whenever one comes: %+v", l)
		}
	})
}

// Words that were judged while their speaker went through a portal are said
// where it is now.
func TestWordsFollowTheirSpeaker(t *testing.T) {
	c := &stage{}
	play(t, c, func(s *Session, p *pipe) {
		gate := moderation.NewGate(moderation.Options{Scorers: []moderation.Scorer{kind{}}})
		ctx, cancel := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		wg.Go(func() { _ = gate.Run(ctx) })
		wait := make(chan struct{})
		c.judge = func(u moderation.Utterance) (moderation.Answer, error) {
			<-wait
			return gate.Submit(ctx, u)
		}
		p.say(&protocol.Say{Seq: 1, Text: "いってきます"})
		synctest.Wait()
		s.Tell(frame.Note{Op: frame.Left, Room: s.Room().ID(), To: "park", Portal: "gate"})
		synctest.Wait()
		c.mu.Lock()
		c.commands, c.rooms = nil, nil
		c.mu.Unlock()
		close(wait)
		synctest.Wait()
		if len(c.commands) != 1 || c.commands[0].Op != world.OpSay || c.rooms[0].Place != "park" {
			t.Errorf("commands %+v in %v", c.commands, c.rooms)
		}
		cancel()
		wg.Wait()
	})
}

type kind struct{}

func (kind) Score(moderation.Utterance) moderation.Verdict { return moderation.Verdict{} }

// A panic of ours ends one visit, by number, and is an error of its Run.
func TestPanicEndsOneVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &stage{judge: func(moderation.Utterance) (moderation.Answer, error) { panic("ひみつの ことば") }}
		s := New(Options{City: c, Visitor: entrance.Visitor{ID: 101}, Avatar: 1, Place: "plaza", Meter: new(Meter)})
		ended := make(chan error, 1)
		go func() { ended <- s.Run(t.Context()) }()
		p := newPipe()
		go func() { _ = s.Serve(t.Context(), p) }()
		synctest.Wait()
		p.say(&protocol.Say{Seq: 1, Text: "こんにちは"})
		err := <-ended
		if !errors.Is(err, ErrFault) || !containsNoWords(err) {
			t.Errorf("ended with %v", err)
		}
		synctest.Wait()
		if l := find[*protocol.Leaving](p.events(t)); len(l) != 1 || l[0].Code != protocol.LeaveFault || !l[0].Again {
			t.Errorf("told %+v", l)
		}
	})
}

func containsNoWords(err error) bool {
	for _, r := range err.Error() {
		if r > 0x3000 {
			return false
		}
	}
	return true
}

// What is refused is answered each time, unless it is a flood; a store in
// trouble is not held against the child.
func TestEveryRefusalIsAnswered(t *testing.T) {
	c := &stage{unkept: true}
	play(t, c, func(_ *Session, p *pipe) {
		p.events(t)
		for range 3 {
			p.say(&protocol.Hide{Avatar: 60, Hidden: true})
			p.say(&protocol.Report{Avatar: 5})
		}
		synctest.Wait()
		count := map[protocol.Code]int{}
		for _, r := range find[*protocol.Refused](p.events(t)) {
			count[r.Code]++
		}
		if count[protocol.RefuseRange] != 3 || count[protocol.RefuseLater] != 3 {
			t.Errorf("answered %v", count)
		}
	})
}

// Hiding writes to the disk: one child can't keep it busy.
func TestHidesAreRare(t *testing.T) {
	c := &stage{}
	play(t, c, func(_ *Session, p *pipe) {
		for i := range 60 {
			p.say(&protocol.Hide{Avatar: 5, Hidden: i%2 == 0})
		}
		synctest.Wait()
		if c.hides > hideBurst {
			t.Errorf("%d writes", c.hides)
		}
	})
}

// Patience comes back: an hour of small mistakes is no flood.
func TestPatienceComesBack(t *testing.T) {
	play(t, &stage{}, func(s *Session, p *pipe) {
		for range 3 * patienceBurst {
			p.say(&protocol.Phrase{Phrase: 99})
			time.Sleep(2 * time.Second)
		}
		if !s.Connected() {
			t.Error("it had to leave")
		}
	})
}

// What an older socket still sends acts no more for the visit.
func TestLateGoodbye(t *testing.T) {
	c := &stage{}
	play(t, c, func(s *Session, p *pipe) {
		stuck := make(chan struct{})
		p.stuck = stuck // its leaving does not get through
		q := newPipe()
		go func() { _ = s.Serve(context.Background(), q) }()
		synctest.Wait()
		p.say(&protocol.Move{Seq: 1})
		p.say(&protocol.Leave{})
		synctest.Wait()
		if !s.Connected() || c.did(world.OpMove) != 0 || len(find[*protocol.Leaving](q.events(t))) != 0 {
			t.Error("the older socket ended the visit of the newer")
		}
		close(stuck)
		q.Close(0, "")
		synctest.Wait()
	})
}

func TestNoFrameAtAll(t *testing.T) {
	play(t, &stage{}, func(_ *Session, p *pipe) {
		p.up <- nil
		synctest.Wait()
		if l := find[*protocol.Leaving](p.events(t)); len(l) != 1 || l[0].Code != protocol.LeaveMalformed {
			t.Errorf("told %+v", l)
		}
	})
}

// The server is never silent for longer than it promises.
func TestBeat(t *testing.T) {
	play(t, &stage{}, func(s *Session, p *pipe) {
		p.events(t)
		time.Sleep(100 * time.Millisecond)
		for range 5 {
			s.Send(&protocol.Lamp{})
			synctest.Wait()
			p.events(t)
			time.Sleep(protocol.BeatEvery)
			synctest.Wait()
			if len(find[*protocol.Beat](p.events(t))) == 0 {
				t.Fatal("silent for longer")
			}
		}
	})
}
