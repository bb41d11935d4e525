package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/entrance"
	"kakitsubata/server/frame"
	"kakitsubata/server/volley"
	"kakitsubata/world"
)

// pipe is a Conn whose other end the test holds.
type pipe struct {
	up     chan []byte
	down   chan []byte
	stuck  chan struct{} // while open, Write waits
	once   sync.Once
	closed chan struct{}
	rest   [][]byte // tried while stuck
	code   protocol.Code
}

func newPipe() *pipe {
	p := &pipe{up: make(chan []byte, 4096), down: make(chan []byte, 4096), stuck: make(chan struct{}), closed: make(chan struct{})}
	close(p.stuck)
	return p
}

func (p *pipe) Read() ([]byte, error) {
	select {
	case b := <-p.up:
		if b == nil {
			return nil, ErrFrame
		}
		return b, nil
	case <-p.closed:
		return nil, io.EOF
	}
}

func (p *pipe) Write(b []byte) error {
	<-p.stuck
	for rest := p.rest; len(rest) > 0; rest = rest[1:] {
		p.rest = nil
		if err := p.Write(rest[0]); err != nil {
			return err
		}
	}
	if b == nil {
		return nil
	}
	select {
	case p.down <- append([]byte(nil), b...):
		return nil
	case <-p.closed:
		return io.ErrClosedPipe
	}
}

func (p *pipe) TryWrite(events [][]byte, _ *volley.Volley, done func(bool, error)) bool {
	select {
	case <-p.stuck:
	default:
		for _, e := range events {
			p.rest = append(p.rest, append([]byte(nil), e...))
		}
		done(true, nil)
		return true
	}
	for _, e := range events {
		if err := p.Write(e); err != nil {
			done(false, err)
			return true
		}
	}
	done(false, nil)
	return true
}

func (p *pipe) Ping() error { return nil }

func (p *pipe) Close(c protocol.Code, _ string) error {
	p.once.Do(func() { p.code = c; close(p.closed) })
	return nil
}

func (p *pipe) say(i protocol.Intent) { p.up <- protocol.EncodeIntent(i) }

// events drains what came down.
func (p *pipe) events(t *testing.T) (out []protocol.Event) {
	t.Helper()
	for {
		select {
		case b := <-p.down:
			e, err := protocol.DecodeEvent(b)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, e)
		default:
			return out
		}
	}
}

func find[E protocol.Event](events []protocol.Event) (found []E) {
	for _, e := range events {
		if x, ok := e.(E); ok {
			found = append(found, x)
		}
	}
	return found
}

// stage is a City of one room that does nothing by itself.
type stage struct {
	mu        sync.Mutex
	commands  []world.Command
	rooms     []id.RoomID // where the commands came to
	judged    []moderation.Utterance
	judge     func(moderation.Utterance) (moderation.Answer, error)
	mode      protocol.SpeechMode
	reports   []Report
	appeals   []Appeal
	retracted map[id.UtteranceID]moderation.Verdict
	unkept    bool // the store takes nothing
	hides     int
	full      id.PlaceID
	entered   []id.PlaceID
}

func (c *stage) Enter(_ context.Context, s *Session, p id.PlaceID, _ string) (Room, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.full == p {
		return nil, ErrFull
	}
	c.entered = append(c.entered, p)
	room := id.RoomID{City: "test", Place: p, Copy: 1}
	e := &protocol.Entered{Room: room.String()}
	s.Tell(frame.Note{Op: frame.Entered, Room: room, Entered: e, Bytes: protocol.EncodeEvent(e)})
	return &stageRoom{c, room}, nil
}

type stageRoom struct {
	c  *stage
	id id.RoomID
}

func (r *stageRoom) ID() id.RoomID { return r.id }
func (r *stageRoom) Do(c world.Command) error {
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	r.c.commands, r.c.rooms = append(r.c.commands, c), append(r.c.rooms, r.id)
	return nil
}

func (c *stage) did(op world.Op) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range c.commands {
		if x.Op == op {
			n++
		}
	}
	return n
}

func (c *stage) Visitor(a id.AvatarID) (id.VisitorID, string, bool) {
	return id.VisitorID(a) + 100, "だれか", a < 50
}
func (c *stage) Shun(_, a id.AvatarID) bool                   { return a == 77 }
func (c *stage) Avatars(v []id.VisitorID) (out []id.AvatarID) { return nil }
func (c *stage) HasPhrase(p id.PhraseID) bool                 { return p < 10 }
func (c *stage) Says(protocol.Code, id.Reader) string         { return "また きてね" }
func (c *stage) Outcome(protocol.Outcome, id.Reader) string   { return "だいじょうぶ" }
func (c *stage) Sentence(string, id.Reader) string            { return "ありがとう" }
func (c *stage) Welcome(*Session) *protocol.Welcome           { return &protocol.Welcome{You: 1} }
func (c *stage) Remember(id.VisitorID, id.PlaceID)            {}
func (c *stage) Aloud(*Session, id.UtteranceID, string)       {}
func (c *stage) Speech(id.Bracket, id.Reader) protocol.Speech { return protocol.Speech{Mode: c.mode} }
func (c *stage) Notice([]moderation.Category, id.Bracket, id.Reader) *protocol.Notice {
	return &protocol.Notice{Title: "はなしてくれて ありがとう"}
}
func (c *stage) Why(o protocol.Outcome, v moderation.Verdict, _ id.Reader) string {
	return fmt.Sprint("why ", o, v.Labels())
}
func (c *stage) TakenBack(v moderation.Verdict, _ id.Reader) string {
	return fmt.Sprint("taken back ", v.Labels())
}
func (c *stage) Retracted(u id.UtteranceID) (moderation.Verdict, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.retracted[u]
	return v, ok
}
func (c *stage) Appeal(_ context.Context, a Appeal) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.unkept {
		return errors.New("the disk is full")
	}
	c.appeals = append(c.appeals, a)
	return nil
}
func (c *stage) Report(_ context.Context, r Report) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.unkept {
		return errors.New("the disk is full")
	}
	c.reports = append(c.reports, r)
	return nil
}
func (c *stage) Hide(context.Context, id.VisitorID, id.VisitorID, bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hides++
	return nil
}
func (c *stage) Judge(_ context.Context, u moderation.Utterance) (moderation.Answer, error) {
	c.mu.Lock()
	c.judged = append(c.judged, u)
	c.mu.Unlock()
	if c.judge == nil {
		return moderation.Answer{}, moderation.ErrClosed
	}
	return c.judge(u)
}

// play runs a session on a stage, with a first socket, in a bubble.
func play(t *testing.T, c *stage, f func(s *Session, p *pipe)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := New(Options{City: c, Visitor: entrance.Visitor{ID: 101, Name: "ふわふわペンギン"}, Avatar: 1, Place: "plaza", Meter: new(Meter)})
		var wg sync.WaitGroup
		wg.Go(func() { _ = s.Run(ctx) })
		p := newPipe()
		wg.Go(func() { _ = s.Serve(ctx, p) })
		synctest.Wait()
		f(s, p)
		cancel()
		wg.Wait()
	})
}

func TestFirstEvents(t *testing.T) {
	play(t, &stage{}, func(_ *Session, p *pipe) {
		e := p.events(t)
		if len(e) < 2 {
			t.Fatalf("only %d events", len(e))
		}
		if _, ok := e[0].(*protocol.Welcome); !ok {
			t.Errorf("the first event is %T", e[0])
		}
		if len(find[*protocol.Entered](e)) != 1 {
			t.Error("the room is not told once")
		}
	})
}

func TestGhostAndReturn(t *testing.T) {
	c := &stage{}
	play(t, c, func(s *Session, p *pipe) {
		p.Close(0, "")
		synctest.Wait()
		if s.Connected() || c.did(world.OpHaunt) == 0 {
			t.Fatal("the avatar does not haunt")
		}
		time.Sleep(protocol.GhostFor - time.Second)
		q := newPipe()
		done := make(chan error, 1)
		go func() { done <- s.Serve(context.Background(), q) }()
		synctest.Wait()
		if !s.Connected() || len(find[*protocol.Entered](q.events(t))) != 1 {
			t.Fatal("the visit does not go on")
		}
		if c.did(world.OpLeave) != 0 {
			t.Fatal("the avatar has left")
		}
		q.Close(0, "")
		time.Sleep(protocol.GhostFor + time.Second)
		synctest.Wait()
		if c.did(world.OpLeave) != 1 {
			t.Error("the ghost stays for ever")
		}
		if err := s.Serve(context.Background(), newPipe()); !errors.Is(err, ErrOver) {
			t.Errorf("a visit that is over takes a socket: %v", err)
		}
		<-done
	})
}

func TestOlderSocketLeaves(t *testing.T) {
	play(t, &stage{}, func(s *Session, p *pipe) {
		p.events(t)
		q := newPipe()
		go s.Serve(context.Background(), q)
		synctest.Wait()
		l := find[*protocol.Leaving](p.events(t))
		if len(l) != 1 || l[0].Code != protocol.LeaveElsewhere || l[0].Again {
			t.Errorf("the older socket is told %+v", l)
		}
		if !s.Connected() {
			t.Error("the newer socket is not lent")
		}
		q.Close(0, "")
		synctest.Wait()
	})
}

// A socket that never reads costs a bounded amount and leaves by number.
func TestSlowReader(t *testing.T) {
	play(t, &stage{}, func(s *Session, p *pipe) {
		p.events(t)
		stuck := make(chan struct{})
		p.stuck = stuck
		for range 3 * maxEvents {
			s.Send(&protocol.Heard{Text: "やっほー"})
		}
		synctest.Wait()
		if d := s.Depth(); d > maxEvents {
			t.Errorf("%d events wait", d)
		}
		close(stuck)
		synctest.Wait()
		l := find[*protocol.Leaving](p.events(t))
		if len(l) != 1 || l[0].Code != protocol.LeaveSlow || !l[0].Again {
			t.Errorf("told %+v", l)
		}
	})
}

func TestBadInput(t *testing.T) {
	move := protocol.EncodeIntent(&protocol.Move{Seq: 1})
	for name, tc := range map[string]struct {
		frame  []byte
		times  int
		refuse protocol.Code
		leave  protocol.Code
	}{
		"unknown kind":     {[]byte{0x91, 0x7f}, 1, protocol.RefuseKind, 0},
		"not msgpack":      {[]byte{0xc1}, 1, protocol.RefuseMalformed, 0},
		"array bomb":       {[]byte{0xdd, 4, 0, 0, 0}, 1, protocol.RefuseMalformed, 0},
		"bytes bomb":       {[]byte{0x93, 2, 0, 0xc6, 0x7f, 0xff, 0xff, 0xff}, 1, protocol.RefuseMalformed, 0},
		"truncated":        {move[:len(move)-1], 1, protocol.RefuseMalformed, 0},
		"control in text":  {protocol.EncodeIntent(&protocol.Say{Text: "a\x00b"}), 1, protocol.RefuseText, 0},
		"not UTF-8":        {protocol.EncodeIntent(&protocol.Say{Text: "\xff\xfe"}), 1, protocol.RefuseText, 0},
		"too long":         {protocol.EncodeIntent(&protocol.Say{Text: string(make([]byte, 1500))}), 1, protocol.RefuseText, 0},
		"no such phrase":   {protocol.EncodeIntent(&protocol.Phrase{Phrase: 99}), 1, protocol.RefuseRange, 0},
		"no such avatar":   {protocol.EncodeIntent(&protocol.Report{Avatar: 60}), 1, protocol.RefuseRange, 0},
		"flood":            {move, 1000, protocol.RefuseFast, protocol.LeaveFlood},
		"garbage for long": {[]byte{0xc1}, 50, protocol.RefuseMalformed, protocol.LeaveMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, &stage{}, func(_ *Session, p *pipe) {
				p.events(t)
				for range tc.times {
					p.up <- tc.frame
				}
				synctest.Wait()
				e := p.events(t)
				r := find[*protocol.Refused](e)
				if len(r) == 0 || r[0].Code != tc.refuse || r[0].Text == "" {
					t.Errorf("refused %+v", r)
				}
				if len(r) > 30 {
					t.Errorf("a flood is answered %d times", len(r))
				}
				l := find[*protocol.Leaving](e)
				if tc.leave == 0 && len(l) != 0 || tc.leave != 0 && (len(l) != 1 || l[0].Code != tc.leave) {
					t.Errorf("leaving %+v", l)
				}
			})
		})
	}
}

// Whatever the gate answers but Cleared words, no byte of them goes to the room.
func TestWordsWithoutClearance(t *testing.T) {
	for name, a := range map[string]struct {
		answer  moderation.Answer
		err     error
		outcome protocol.Outcome
		notice  bool
	}{
		"closed":  {moderation.Answer{}, moderation.ErrClosed, protocol.NotJudged, false},
		"blocked": {moderation.Answer{Verdict: moderation.Verdict{Show: moderation.Block}}, nil, protocol.Blocked, false},
		"muted":   {moderation.Answer{MutedFor: 10 * time.Second}, nil, protocol.Muted, false},
		"no case": {moderation.Answer{Distressed: true}, moderation.ErrNoCase, protocol.NotJudged, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := &stage{judge: func(moderation.Utterance) (moderation.Answer, error) { return a.answer, a.err }}
			play(t, c, func(_ *Session, p *pipe) {
				p.events(t)
				p.say(&protocol.Say{Seq: 7, Text: "こんにちは"})
				synctest.Wait()
				if c.did(world.OpSay) != 0 {
					t.Error("it was said all the same")
				}
				e := p.events(t)
				got := find[*protocol.Answer](e)
				if len(got) != 1 || got[0].Seq != 7 || got[0].Outcome != a.outcome {
					t.Errorf("answered %+v", got)
				}
				if notice := len(find[*protocol.Notice](e)) == 1; notice != a.notice {
					t.Errorf("notice: %v", notice)
				}
			})
		})
	}
}

// Where free text is not open it is judged all the same, for its concern.
func TestPhrasesOnlyStillHears(t *testing.T) {
	c := &stage{mode: protocol.SpeechPhrases, judge: func(moderation.Utterance) (moderation.Answer, error) {
		return moderation.Answer{Distressed: true}, nil
	}}
	play(t, c, func(_ *Session, p *pipe) {
		p.events(t)
		p.say(&protocol.Say{Seq: 1, Text: "もう いえに かえりたくない"})
		synctest.Wait()
		e := p.events(t)
		if a := find[*protocol.Answer](e); len(a) != 1 || a[0].Outcome != protocol.PhrasesOnly {
			t.Errorf("answered %+v", a)
		}
		if len(find[*protocol.Notice](e)) != 1 || len(c.judged) != 1 || !c.judged[0].Unheard {
			t.Error("the cry was not heard")
		}
		time.Sleep(2 * sayEvery)
		p.say(&protocol.Phrase{Seq: 2, Phrase: 3})
		synctest.Wait()
		if c.did(world.OpPhrase) != 1 {
			t.Error("a phrase was not said")
		}
	})
}

// A report quotes the last minute that its sender heard, and hidden visitors
// are heard no more.
func TestReportAndHide(t *testing.T) {
	c := &stage{}
	play(t, c, func(s *Session, p *pipe) {
		hear := func(a id.AvatarID, text string) {
			s.Tell(frame.Note{Op: frame.Heard, Avatar: a, Name: "だれか", Text: text, At: time.Now(),
				Bytes: protocol.EncodeEvent(&protocol.Heard{Avatar: a, Text: text})})
		}
		hear(5, "まえの はなし")
		time.Sleep(protocol.HeardFor + time.Second)
		hear(5, "いやなこと")
		p.say(&protocol.Report{Avatar: 5, Reason: protocol.ReportMean})
		synctest.Wait()
		if len(c.reports) != 1 || len(c.reports[0].Lines) != 1 || c.reports[0].Lines[0].Text != "いやなこと" || c.reports[0].Of != 105 {
			t.Fatalf("reported %+v", c.reports)
		}
		p.say(&protocol.Hide{Avatar: 5, Hidden: true})
		synctest.Wait()
		p.events(t)
		hear(5, "まだ いう")
		hear(6, "べつの ひと")
		s.See(views(t, 9), new(frame.Press)) // the tick's frame takes its words along
		synctest.Wait()
		if h := find[*protocol.Heard](p.events(t)); len(h) != 1 || h[0].Avatar != 6 {
			t.Errorf("heard %+v", h)
		}
	})
}

func TestPortalToAFullPlaceLeadsBack(t *testing.T) {
	c := &stage{}
	play(t, c, func(s *Session, p *pipe) {
		p.events(t)
		c.mu.Lock()
		c.full = "park"
		c.mu.Unlock()
		s.Tell(frame.Note{Op: frame.Left, Room: s.Room().ID(), To: "park", Portal: "gate"})
		synctest.Wait()
		e := p.events(t)
		if r := find[*protocol.Refused](e); len(r) != 1 || r[0].Code != protocol.RefusePortal {
			t.Errorf("refused %+v", r)
		}
		if r := s.Room(); r == nil || r.ID().Place != "plaza" || len(find[*protocol.Entered](e)) != 1 {
			t.Error("the avatar is not back")
		}
	})
}
