package moderation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"kakitsubata/protocol/id"
)

// Errors of Submit. Whatever the error, the words are not shown.
var (
	ErrClosed = errors.New("moderation: the gate is closed")            // not running, or drained
	ErrFull   = errors.New("moderation: too many utterances at once")   // the inbox is full
	ErrSlow   = errors.New("moderation: no verdict in time")            // a scorer hangs
	ErrFault  = errors.New("moderation: a scorer failed")               // a scorer panicked
	ErrNoCase = errors.New("moderation: the concern could not be kept") // the sink refused or was late
)

// Alarm is a concern of Case or Urgent on its way to a person.
type Alarm struct {
	Utterance Utterance
	Verdict   Verdict
	Shown     bool          // whether the words are about to be shown
	Mute      time.Duration // the mute that the words earned, if any
	Note      string        // what a second look did and why, for staff; or that the gate could not judge the words
}

// Sink keeps an alarm before the words are shown, and tells a person. Raise
// returns soon after ctx ends: it runs in the goroutine of whoever submitted.
type Sink interface {
	Raise(ctx context.Context, a Alarm) (id.CaseID, error)
}

// Judged is an utterance that was judged, for whoever looks at it again.
type Judged struct {
	Utterance Utterance
	Scored    Verdict   // of the scorers alone, before the memory and the table
	Verdict   Verdict   // what was decided
	Shown     bool      // whether the words are about to be shown
	Case      id.CaseID // that was written for it, if any
}

// A Follower is told of what visitors say, after it was decided and kept and
// before it is shown. It takes no time and changes nothing of the answer: it
// runs in the goroutine of whoever submitted.
type Follower interface{ Judged(Judged) }

// Answer is what became of an utterance.
type Answer struct {
	Utterance  id.UtteranceID // the words' number, once they were judged
	Cleared    Cleared        // zero unless the words may be shown
	Verdict    Verdict        // what was decided: the scorers' verdicts under the gate's rules
	MutedFor   time.Duration  // how long the speaker must wait, if muted before or by these words
	Case       id.CaseID      // the case it wrote, if any
	Distressed bool           // the speaker may be in need: give the kind notice
}

// Limits of the gate; see Options.
const (
	DefaultInbox    = 1024
	DefaultDeadline = 500 * time.Millisecond // for a verdict
	DefaultCaseWait = 200 * time.Millisecond // for the sink
	DefaultSpeakers = 8192                   // whose strikes and mutes are remembered
)

// Options of a gate. Zero values take the defaults above; without a scorer
// the gate stays closed, and without a sink every concern is ErrNoCase.
type Options struct {
	Scorers  []Scorer
	Memory   Memory // asked after the scorers about what visitors say to each other; may be nil
	Sink     Sink
	Table    *Table // what is done about what is seen; nil leaves it to the scorers
	Follow   []Follower
	Inbox    int
	Deadline time.Duration
	CaseWait time.Duration
	Speakers int
	First    id.UtteranceID // the first id to mint; zero derives it from the clock, so that a restart repeats none
	Now      func() time.Time
	Log      *slog.Logger // gets faults, never words; nil is slog.Default
}

// Gate judges utterances, one at a time, in the order in which they came.
type Gate struct {
	o       Options
	inbox   chan *job
	orders  chan order
	started atomic.Bool
	open    atomic.Bool
	stopped chan struct{}
	tally   tally

	// The loop's own.
	last  id.UtteranceID
	mutes ladder
}

type job struct {
	u      Utterance
	until  time.Time // when the caller stops waiting
	answer chan outcome
}

type outcome struct {
	answer Answer
	alarm  Alarm
	scored Verdict
	err    error
}

// NewGate returns a gate that is closed until Run.
func NewGate(o Options) *Gate {
	if o.Inbox <= 0 {
		o.Inbox = DefaultInbox
	}
	if o.Deadline <= 0 {
		o.Deadline = DefaultDeadline
	}
	if o.CaseWait <= 0 {
		o.CaseWait = DefaultCaseWait
	}
	if o.Speakers <= 0 {
		o.Speakers = DefaultSpeakers
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.First == 0 {
		// 1,024 ids a millisecond: later starts begin above what an earlier
		// one can have reached, and ids stay below 2^53.
		o.First = id.UtteranceID(o.Now().UnixMilli()) << 10
	}
	return &Gate{
		o:       o,
		inbox:   make(chan *job, o.Inbox),
		orders:  make(chan order),
		stopped: make(chan struct{}),
		last:    o.First - 1,
		mutes:   newLadder(o.Speakers),
	}
}

// Run judges until ctx ends, then judges what is still in the inbox and
// closes for good. A scorer that hangs is left behind after Deadline, with an
// error. A gate runs once.
func (g *Gate) Run(ctx context.Context) error {
	if len(g.o.Scorers) == 0 {
		return errors.New("moderation: a gate without a scorer stays closed")
	}
	if !g.started.CompareAndSwap(false, true) {
		return errors.New("moderation: a gate runs once")
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		g.loop(ctx)
	}()
	g.open.Store(true)
	<-ctx.Done()
	g.open.Store(false)
	defer close(g.stopped)
	select {
	case <-ended:
		return nil
	case <-time.After(g.o.Deadline):
		return fmt.Errorf("%w: a scorer still runs", ErrSlow)
	}
}

func (g *Gate) loop(ctx context.Context) {
	for {
		select {
		case j := <-g.inbox:
			g.judge(j)
		case o := <-g.orders:
			if o.kind >= orderTraces {
				o.answer <- g.recall(o)
				continue
			}
			o.answer <- g.mutes.obey(o, g.o.Now())
		case <-ctx.Done():
			g.drain()
			return
		}
	}
}

func (g *Gate) drain() {
	for {
		select {
		case j := <-g.inbox:
			g.judge(j)
		default:
			return
		}
	}
}

// Submit asks whether u may be shown. It takes Deadline and CaseWait at most,
// whatever ctx does: a child who cries for help and closes the page at once
// has been heard all the same. An Answer beside an error holds no Cleared;
// its Distressed stands.
func (g *Gate) Submit(ctx context.Context, u Utterance) (Answer, error) {
	if !g.open.Load() {
		g.tally.closed.Add(1)
		return Answer{}, ErrClosed
	}
	j := &job{u: u, until: g.o.Now().Add(g.o.Deadline), answer: make(chan outcome, 1)}
	select {
	case g.inbox <- j:
	default:
		g.tally.full.Add(1)
		return Answer{}, ErrFull
	}
	late := time.NewTimer(g.o.Deadline)
	defer late.Stop()
	select {
	case out := <-j.answer:
		return g.raise(ctx, out)
	case <-late.C:
		g.tally.slow.Add(1)
		return Answer{}, ErrSlow
	case <-g.stopped:
	}
	// The loop may have answered in its last round.
	select {
	case out := <-j.answer:
		return g.raise(ctx, out)
	default:
		g.tally.closed.Add(1)
		return Answer{}, ErrClosed
	}
}

// raise keeps the concern of out, if it has one, before its words are given
// to whoever shows them.
func (g *Gate) raise(ctx context.Context, out outcome) (a Answer, err error) {
	a, err = out.answer, out.err
	defer func() { g.follow(out, a) }()
	if !calls(out.alarm) {
		return a, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), g.o.CaseWait)
	defer cancel()
	a.Case, out.err = g.tell(ctx, out.alarm)
	if out.err != nil {
		g.tally.noCase.Add(1)
		a.Cleared = Cleared{}
		return a, fmt.Errorf("%w: %w", ErrNoCase, out.err)
	}
	return a, err
}

// follow tells the followers. One that panics is left out: what it would have
// seen was judged all the same.
func (g *Gate) follow(out outcome, a Answer) {
	u := out.alarm.Utterance
	if len(g.o.Follow) == 0 || u.Kind != id.Visitor || u.Road != Say {
		return
	}
	defer func() {
		if r := recover(); r != nil {
			g.logPanic("follower", r)
		}
	}()
	for _, f := range g.o.Follow {
		f.Judged(Judged{Utterance: u, Scored: out.scored, Verdict: a.Verdict, Shown: !a.Cleared.Zero() && !u.Unheard, Case: a.Case})
	}
}

func (g *Gate) tell(ctx context.Context, al Alarm) (c id.CaseID, err error) {
	if g.o.Sink == nil {
		return 0, errors.New("no sink")
	}
	defer func() {
		if r := recover(); r != nil {
			g.logPanic("sink", r)
			c, err = 0, errors.New("the sink failed")
		}
	}()
	c, err = g.o.Sink.Raise(ctx, al)
	if err == nil {
		err = ctx.Err() // kept, but too late to be sure of what was told
	}
	return c, err
}

// judge runs in the loop.
func (g *Gate) judge(j *job) {
	now := g.o.Now()
	if !now.Before(j.until) {
		return // nobody waits for it any more
	}
	g.last++
	u := j.u
	u.ID = g.last
	u.Text = strings.ToValidUTF8(u.Text, "\uFFFD")
	if u.Road == Staff {
		v := Verdict{}
		g.tally.count(v)
		j.answer <- outcome{answer: Answer{Utterance: u.ID, Cleared: mint(u, v), Verdict: v}}
		return
	}
	v, ok := g.score(u)
	scored := v
	v, before, fine := g.remember(u, v)
	u.Before, ok = before, ok && fine
	v = firstTier(g.o.Table.Settle(u, v))
	out := outcome{scored: scored, answer: Answer{Utterance: u.ID, Verdict: v, Distressed: distressed(u, v)}}
	a := &out.answer
	if u.Road == Say {
		a.MutedFor = g.mutes.left(u.Speaker, now)
	}
	earned := time.Duration(0)
	switch {
	case !ok:
		g.tally.fault.Add(1)
		out.err = ErrFault
	case a.MutedFor > 0 && !a.Distressed:
		// Told to wait. A concern is raised all the same.
	case v.Show >= Hold:
		if d := g.o.Table.Deed(u, v); d.Mute != NoMute {
			earned = g.mutes.strike(u.Speaker, d.Mute, now)
			a.MutedFor = earned
		}
	default:
		a.Cleared = mint(u, v)
	}
	if earned > 0 {
		g.tally.mutes.Add(1)
	}
	if earned >= staffRung || !ok {
		a.Verdict.Concern = max(a.Verdict.Concern, Case) // what nobody could judge may be a cry for help
	}
	g.tally.count(a.Verdict)
	out.alarm = Alarm{Utterance: u, Verdict: a.Verdict, Shown: !a.Cleared.Zero(), Mute: earned}
	if !ok {
		out.alarm.Note = faultNote
	}
	j.answer <- out
}

// faultNote is what staff read on the case of words that a scorer failed at.
const faultNote = "機械の故障で判定できず、だれにも見せずに止めました。ことばを読んで判断してください。"

// score asks every scorer, also after one has failed: what another has seen
// may be a cry for help.
func (g *Gate) score(u Utterance) (v Verdict, ok bool) {
	ok = true
	for _, s := range g.o.Scorers {
		w, fine := g.ask(s, u)
		ok = ok && fine
		v = v.Merge(w)
	}
	return v, ok
}

// firstTier marks the reasons of the scorers and the memory.
func firstTier(v Verdict) Verdict {
	for i := range v.Reasons {
		if v.Reasons[i].Tier == 0 {
			v.Reasons[i].Tier = 1
		}
	}
	return v
}

func (g *Gate) ask(s Scorer, u Utterance) (v Verdict, ok bool) {
	defer func() {
		if r := recover(); r != nil {
			g.logPanic(fmt.Sprintf("%T", s), r)
			v, ok = Verdict{}, false
		}
	}()
	return s.Score(u).Clone(), true // it outlives the scorer's next
}

// logPanic keeps the value of the panic out of the log: it may hold words.
func (g *Gate) logPanic(who string, r any) {
	g.o.Log.Error("moderation: panic", "in", who, "kind", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
}
