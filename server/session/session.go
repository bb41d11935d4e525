package session

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/entrance"
	"kakitsubata/server/frame"
	"kakitsubata/server/volley"
	"kakitsubata/world"
)

// Errors of a visit.
var (
	ErrOver   = errors.New("session: the visit is over")
	ErrClosed = errors.New("session: the socket is closed")
	ErrFull   = errors.New("session: every copy of the place is full") // of City.Enter
	ErrFrame  = errors.New("session: not a frame")                     // of Conn.Read: text, or far too long
	ErrFault  = errors.New("session: a fault of ours")                 // a panic, which ends this visit alone
)

// A Conn is one socket that is read by whoever has it: each Read is one
// intent, good until the next Read, which one goroutine calls. Read fails when
// nothing, not even an answer to a Ping, came for protocol.SilenceLimit, and
// with ErrFrame for what is no frame at all.
type Conn interface {
	Line
	Read() ([]byte, error)
}

// A Line is what a visit needs of a socket. TryWrite, Write and Ping are called
// by one goroutine at a time, Close by any. Write fails when the other end does
// not read for too long. After Close, reading ends.
type Line interface {
	// TryWrite sends events in one go, as far as it goes without waiting, when
	// the volley is fired or at once; then it tells done. If there is more,
	// Write must be called before anything else is tried: it sends what was left
	// first. It is false when the line is busy and has taken nothing.
	TryWrite(events [][]byte, v *volley.Volley, done func(more bool, err error)) bool
	// Write sends what was left, and then an event if there is one.
	Write(event []byte) error
	Ping() error
	Close(code protocol.Code, text string) error
}

// A Room takes commands. Do never blocks: what does not fit is refused.
type Room interface {
	ID() id.RoomID
	Do(world.Command) error
}

// City is what a visit needs of the running city.
type City interface {
	// Enter puts the avatar into a copy of the place. The session is told
	// by a Note of its Entered before it sees the first frame.
	Enter(ctx context.Context, s *Session, place id.PlaceID, at string) (Room, error)
	// Visitor tells who is behind an avatar that is present: zero and a name
	// for a companion.
	Visitor(id.AvatarID) (v id.VisitorID, name string, ok bool)
	// Shun sends a companion away from the avatar by; false if it is none.
	Shun(by, companion id.AvatarID) bool
	// Avatars lists the present avatars of these visitors.
	Avatars([]id.VisitorID) []id.AvatarID
	// Speech is what a bracket may say just now, in a reader's words.
	Speech(id.Bracket, id.Reader) protocol.Speech
	// HasPhrase reports whether the city pack has a phrase.
	HasPhrase(id.PhraseID) bool
	// Says words a leaving or a refusal for a reader, Outcome what became of an
	// utterance, Sentence whatever else the city says.
	Says(protocol.Code, id.Reader) string
	Outcome(protocol.Outcome, id.Reader) string
	Sentence(key string, r id.Reader) string
	// Notice is the kind notice for what was seen in a cry for help.
	Notice(labels []moderation.Category, b id.Bracket, r id.Reader) *protocol.Notice
	// Welcome is the first event of a socket.
	Welcome(*Session) *protocol.Welcome
	// Aloud has words read that the session was told: a Reading follows them, some
	// time or never. It never waits.
	Aloud(s *Session, of id.UtteranceID, text string)
	// Hide remembers whom a visitor does not want to hear.
	Hide(ctx context.Context, v, other id.VisitorID, hidden bool) error
	// Report calls staff to look at a visitor.
	Report(ctx context.Context, r Report) error
	// Judge passes an utterance through the gate.
	Judge(ctx context.Context, u moderation.Utterance) (moderation.Answer, error)
	// Retracted reports whether words were taken back, and by what verdict:
	// they are shown to nobody any more.
	Retracted(id.UtteranceID) (moderation.Verdict, bool)
	// Why words what became of an utterance (Masked, Blocked or Muted) with the
	// reason, TakenBack that it was retracted.
	Why(protocol.Outcome, moderation.Verdict, id.Reader) string
	TakenBack(moderation.Verdict, id.Reader) string
	// Appeal calls staff to look at a verdict.
	Appeal(ctx context.Context, a Appeal) error
	// Remember keeps the place where the visitor was last, some time soon.
	Remember(v id.VisitorID, place id.PlaceID)
}

// Report is a visitor's call to look at another.
type Report struct {
	By, Of         id.VisitorID
	ByName, OfName string
	Bracket        id.Bracket // of the reporter
	Kind           id.Kind    // of the reporter
	Room           id.RoomID
	Reason         protocol.ReportReason
	Lines          []moderation.Line
	At             time.Time
}

// Options of a session.
type Options struct {
	City    City
	Visitor entrance.Visitor
	Kind    id.Kind // Visitor or Bot
	Avatar  id.AvatarID
	Place   id.PlaceID // where the visit begins
	Meter   *Meter
}

// Meter counts what all sessions do.
type Meter struct {
	Intents, Refused, BytesDown, BytesUp, Frames, Slow atomic.Int64
}

// Session is one visit. Run is its life; Open and Serve lend it a socket.
type Session struct {
	city    City
	visitor entrance.Visitor
	kind    id.Kind
	avatar  id.AvatarID
	place   id.PlaceID
	meter   *Meter

	room    atomic.Pointer[Room]
	sock    atomic.Pointer[socket]
	last    atomic.Pointer[frame.Frame]
	refused atomic.Pointer[protocol.Leaving] // why the visit could not begin
	fault   atomic.Pointer[error]            // of the pumps and the errands
	words   atomic.Uint32                    // entrance.Words, packed: they may change during a visit
	heard   heard
	own     own

	mu     sync.Mutex
	hidden map[id.VisitorID]bool

	attach  chan *socket
	detach  chan *socket
	rooms   chan *frame.Note // what the room tells the life: entered, left, lamp, over
	errands chan errand
	ending  atomic.Bool // a goodbye was said: no socket is taken any more
	goodbye chan protocol.Leaving
	done    chan struct{}
}

// New makes a session; it does nothing until Run.
func New(o Options) *Session {
	s := &Session{
		city: o.City, visitor: o.Visitor, kind: o.Kind, avatar: o.Avatar, place: o.Place, meter: o.Meter,
		hidden:  make(map[id.VisitorID]bool, len(o.Visitor.Hidden)),
		attach:  make(chan *socket),
		detach:  make(chan *socket, 4),
		rooms:   make(chan *frame.Note, 16),
		errands: make(chan errand, 4),
		goodbye: make(chan protocol.Leaving, 1),
		done:    make(chan struct{}),
	}
	s.SetWords(o.Visitor.Words)
	for _, v := range o.Visitor.Hidden {
		s.hidden[v] = true
	}
	return s
}

// Avatar is the visit's avatar, the same in every room.
func (s *Session) Avatar() id.AvatarID { return s.avatar }

// Visitor is who visits, as the entrance knew it when the visit began.
func (s *Session) Visitor() entrance.Visitor { return s.visitor }

// Reader is in whose words the visitor is spoken to.
func (s *Session) Reader() id.Reader { return s.Words().For(s.visitor.Bracket) }

// Words is how the visitor wants words to come.
func (s *Session) Words() entrance.Words { return entrance.UnpackWords(s.words.Load()) }

// SetWords changes it, from the next event on.
func (s *Session) SetWords(w entrance.Words) { s.words.Store(w.Pack()) }

// Kind is Visitor or Bot.
func (s *Session) Kind() id.Kind { return s.kind }

// Who is what others see.
func (s *Session) Who() protocol.Who {
	return protocol.Who{Kind: s.kind, Name: s.visitor.Name, Look: s.visitor.Look}
}

// Room is the room the avatar is in, or nil between rooms.
func (s *Session) Room() Room {
	if r := s.room.Load(); r != nil {
		return *r
	}
	return nil
}

// Connected reports whether a socket is lent to the visit.
func (s *Session) Connected() bool { return s.sock.Load() != nil }

// Depth is how many events wait for the socket.
func (s *Session) Depth() int {
	if k := s.sock.Load(); k != nil {
		return k.out.depth()
	}
	return 0
}

// See takes the room's newest frame, which is written when the press's volley
// is fired. It never blocks.
func (s *Session) See(f *frame.Frame, p *frame.Press) {
	s.last.Store(f)
	if k := s.sock.Load(); k != nil {
		k.see(f, p)
	}
}

// Tell takes what the room tells this visitor. It never blocks.
func (s *Session) Tell(n frame.Note) {
	switch n.Op {
	case frame.Heard, frame.Phrased:
		v, _, _ := s.city.Visitor(n.Avatar)
		if n.Avatar != s.avatar && s.Hides(v) {
			return
		}
		n.Soon = true // it goes with this tick's frame
		if n.Op == frame.Heard {
			s.hear(n, v)
			return
		}
	case frame.Refused:
		s.Send(&protocol.Refused{Code: n.Code, Text: s.says(n.Code)})
		return
	case frame.Entered, frame.Left, frame.Lamp, frame.Over:
		select {
		case s.rooms <- &n:
		default: // sixteen changes of room unread: it would believe in the wrong one
			s.End(protocol.LeaveFault, true)
		}
		return
	}
	s.push(n)
}

// hear takes words, unless they were taken back meanwhile. What retracts them
// later comes after them: both hold the lock.
func (s *Session) hear(n frame.Note, speaker id.VisitorID) {
	s.own.mu.Lock()
	defer s.own.mu.Unlock()
	if _, gone := s.city.Retracted(n.Utterance); gone {
		return
	}
	s.heard.add(n.Utterance, moderation.Line{At: n.At, Speaker: speaker, Name: n.Name, Text: n.Text})
	s.own.hear(n.Utterance)
	s.push(n)
	if n.Avatar != s.avatar && s.kind != id.Bot && s.Connected() && s.Words().Ruby(s.visitor.Bracket) {
		s.city.Aloud(s, n.Utterance, n.Text)
	}
}

// Read gives words that the session was told once more, with furigana, unless
// they were taken back meanwhile.
func (s *Session) Read(u id.UtteranceID, marked string) {
	s.own.mu.Lock()
	defer s.own.mu.Unlock()
	if _, gone := s.city.Retracted(u); !gone {
		s.Send(&protocol.Reading{Utterance: u, Text: marked})
	}
}

// Send gives the visitor an event of the city: a whisper, a change of hours.
func (s *Session) Send(e protocol.Event) {
	s.push(frame.Note{Bytes: protocol.EncodeEvent(e)})
}

func (s *Session) push(n frame.Note) {
	if k := s.sock.Load(); k != nil && !k.out.tell(n) && k.out.leave(s.leaving(protocol.LeaveSlow, true, time.Second)) {
		s.meter.Slow.Add(1)
	}
}

// End ends the visit with a leaving.
func (s *Session) End(code protocol.Code, again bool) {
	s.ending.Store(true)
	select {
	case s.goodbye <- s.leaving(code, again, time.Second):
	default:
	}
}

// Hides reports whether the visitor does not want to hear another.
func (s *Session) Hides(v id.VisitorID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return v != 0 && s.hidden[v]
}

func (s *Session) setHidden(v id.VisitorID, hidden bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !hidden {
		delete(s.hidden, v)
		return true
	}
	if len(s.hidden) >= protocol.MaxHidden {
		return false
	}
	s.hidden[v] = true
	return true
}

func (s *Session) hiddenVisitors() []id.VisitorID {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]id.VisitorID, 0, len(s.hidden))
	for v := range s.hidden {
		out = append(out, v)
	}
	return out
}

func (s *Session) says(c protocol.Code) string { return s.city.Says(c, s.Reader()) }

// Run is the visit's life: it enters the city, follows the avatar through
// portals, keeps a ghost while there is no socket, and returns when the visit
// is over. Its only error is ErrFault.
func (s *Session) Run(ctx context.Context) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer close(s.done)
	life := life{Session: s}
	defer func() {
		cancel()
		life.away.Wait()
		if f := s.fault.Load(); f != nil {
			err = errors.Join(err, *f)
		}
	}()
	var last protocol.Leaving
	if err = guard(func() { last = life.run(ctx) }); err != nil {
		last = s.leaving(protocol.LeaveFault, true, 5*time.Second)
	}
	if r := s.Room(); r != nil {
		_ = r.Do(world.Leave(s.avatar)) // a room that is over has forgotten us already
		s.city.Remember(s.visitor.ID, r.ID().Place)
	}
	if k := s.sock.Load(); k != nil {
		k.out.leave(last)
	}
	return err
}

// guard runs f and turns a panic in it into an error. What a panic says may
// hold words; what the runtime says does not.
func guard(f func()) (err error) {
	defer func() {
		r := recover()
		switch e := r.(type) {
		case nil:
		case runtime.Error:
			err = fmt.Errorf("%w: %w\n%s", ErrFault, e, debug.Stack())
		default:
			err = fmt.Errorf("%w: %T\n%s", ErrFault, r, debug.Stack())
		}
	}()
	f()
	return nil
}

// failed ends the visit when a part of it has.
func (s *Session) failed(err error) {
	if err != nil {
		s.fault.CompareAndSwap(nil, &err)
		s.End(protocol.LeaveFault, true)
	}
}

// life is what Run's goroutine alone knows.
type life struct {
	*Session
	entered *protocol.Entered // of the room we are in; nil until it has told
	lamp    bool
	broke   time.Time // when a room ended under us

	away sync.WaitGroup // on errands: most of those who walk say nothing for long
}

func (l *life) run(ctx context.Context) protocol.Leaving {
	if err := l.enter(ctx, l.place, ""); err != nil {
		last := l.refusedEntry(err)
		l.refused.Store(&last)
		return last
	}
	ghost := time.NewTimer(protocol.GhostFor)
	defer ghost.Stop()
	first := l.errands
	for {
		select {
		case w := <-first:
			first = nil // the slot takes what follows
			l.away.Go(func() { l.failed(guard(func() { l.runErrands(ctx, w) })) })
		case <-ctx.Done():
			return l.leaving(protocol.LeaveDrain, true, 2*time.Second)
		case last := <-l.goodbye:
			return last
		case <-ghost.C:
			return l.leaving(protocol.LeaveSilent, true, 0)
		case k := <-l.attach:
			ghost.Stop()
			l.take(k)
		case k := <-l.detach:
			if l.sock.CompareAndSwap(k, nil) {
				ghost.Reset(protocol.GhostFor)
				l.haunt(true)
			}
		case n := <-l.rooms:
			if last, over := l.roomTold(ctx, *n); over {
				return last
			}
		}
	}
}

// take lends a new socket to the visit; an older one leaves.
func (l *life) take(k *socket) {
	defer close(k.lent)
	if old := l.sock.Load(); old != nil {
		old.out.leave(l.leaving(protocol.LeaveElsewhere, false, 0))
	}
	l.haunt(false)
	k.out.tell(event(l.city.Welcome(l.Session)))
	l.sock.Store(k) // what changes from here on is told to k
	for _, a := range l.city.Avatars(l.hiddenVisitors()) {
		k.out.tell(event(&protocol.Hidden{Avatar: a, Hidden: true}))
	}
	speech := l.city.Speech(l.visitor.Bracket, l.Reader())
	k.out.tell(event(&speech))
	if now := l.city.Speech(l.visitor.Bracket, l.Reader()); now != speech {
		k.out.tell(event(&now)) // it changed just now, and that may have been told before
	}
	if l.entered != nil {
		e := *l.entered
		if f := l.last.Load(); f != nil && f.Room == l.Room().ID() {
			if self, ok := f.Self(l.avatar); ok {
				e.Tick, e.X, e.Y = f.Tick, self.X, self.Y
			}
		}
		k.out.tell(frame.Note{Op: frame.Entered, Room: l.Room().ID(), Bytes: protocol.EncodeEvent(&e)})
		k.out.tell(event(&protocol.Lamp{On: l.lamp}))
	}
	if f := l.last.Load(); f != nil {
		k.out.see(f)
	}
}

func (l *life) haunt(on bool) {
	if r := l.Room(); r != nil {
		_ = r.Do(world.Haunt(l.avatar, on)) // a full inbox is a room in trouble; it tells us when it ends
	}
}

// roomTold follows the room's word.
func (l *life) roomTold(ctx context.Context, n frame.Note) (last protocol.Leaving, over bool) {
	switch n.Op {
	case frame.Entered:
		l.entered = n.Entered
		l.push(n)
		if l.sock.Load() == nil {
			l.haunt(true)
		}
	case frame.Lamp:
		l.lamp = n.On
		l.push(n)
	case frame.Left:
		return l.pass(ctx, n)
	case frame.Over:
		if r := l.Room(); r == nil || r.ID() != n.Room {
			return last, false
		}
		if time.Since(l.broke) < 5*time.Second {
			return l.leaving(protocol.LeaveFault, true, 5*time.Second), true // it breaks whenever we come
		}
		l.broke = time.Now()
		_ = l.Room().Do(world.Leave(l.avatar)) // it may be another life of the same room
		l.between()
		if err := l.enter(ctx, n.Room.Place, ""); err != nil {
			return l.refusedEntry(err), true
		}
	}
	return last, false
}

// pass goes through a portal. If the place behind it can't be entered, the
// avatar comes back where it was.
func (l *life) pass(ctx context.Context, n frame.Note) (last protocol.Leaving, over bool) {
	from := n.Room.Place
	l.between()
	err := l.enter(ctx, n.To, n.ToAt)
	if err == nil {
		l.city.Remember(l.visitor.ID, n.To)
		return last, false
	}
	l.Send(&protocol.Refused{Code: protocol.RefusePortal, Text: l.says(protocol.RefusePortal)})
	if err := l.enter(ctx, from, n.Portal); err != nil {
		return l.refusedEntry(err), true
	}
	return last, false
}

// between leaves a room behind. Frames of it must not be taken for those of
// the next, which may have the same name and a younger clock.
func (l *life) between() {
	l.room.Store(nil)
	l.last.Store(nil)
	l.entered, l.lamp = nil, false
	if k := l.sock.Load(); k != nil {
		k.out.forget()
	}
}

func (l *life) enter(ctx context.Context, place id.PlaceID, at string) error {
	r, err := l.city.Enter(ctx, l.Session, place, at)
	if err != nil {
		return err
	}
	l.room.Store(&r)
	return nil
}

func (l *life) refusedEntry(err error) protocol.Leaving {
	if errors.Is(err, ErrFull) {
		return l.leaving(protocol.LeaveFull, true, 15*time.Second)
	}
	if errors.Is(err, context.Canceled) {
		return l.leaving(protocol.LeaveDrain, true, 2*time.Second)
	}
	return l.leaving(protocol.LeaveFault, true, 5*time.Second)
}

func (s *Session) leaving(code protocol.Code, again bool, after time.Duration) protocol.Leaving {
	return Leaving(code, again, after, s.says)
}

// Leaving words a leaving. Whoever comes back by itself waits for after.
func Leaving(code protocol.Code, again bool, after time.Duration, says func(protocol.Code) string) protocol.Leaving {
	return protocol.Leaving{Code: code, Again: again, After: uint32(after.Milliseconds()), Text: says(code)}
}

func event(e protocol.Event) frame.Note { return frame.Note{Bytes: protocol.EncodeEvent(e)} }
