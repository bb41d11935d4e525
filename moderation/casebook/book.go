package casebook

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

const (
	storeWait   = 5 * time.Second  // for one call of the store
	retryEvery  = 2 * time.Second  // for what the store did not take
	maxUnkept   = 1024             // cases that wait for the store; beyond it the oldest of the lowest level goes
	gatherFor   = 10 * time.Minute // repeated concerns of one visitor join an open case this long
	lastingMute = time.Minute      // a mute of this length, and longer, is kept as a sanction
	inboxLen    = 64
)

// Book owns the open cases of one city.
type Book struct {
	store   Store
	city    id.CityID
	now     func() time.Time
	inbox   chan *ask
	started atomic.Bool
	stopped chan struct{}
	unkept  atomic.Int64

	mu        sync.Mutex // followers only; held for no wait
	followers map[chan Case]struct{}
	ended     bool

	// The loop's own.
	open    map[id.CaseID]*Case
	backlog []*Case // not yet written, or written before a change
	appeals appealed
}

// New returns a book that answers once it runs. A nil now is time.Now.
func New(store Store, city id.CityID, now func() time.Time) *Book {
	if now == nil {
		now = time.Now
	}
	return &Book{
		store: store, city: city, now: now,
		inbox:     make(chan *ask, inboxLen),
		stopped:   make(chan struct{}),
		followers: make(map[chan Case]struct{}),
		open:      make(map[id.CaseID]*Case),
	}
}

type askKind uint8

const (
	askRaise askKind = iota
	askReport
	askManual
	askAppeal
	askRetract
	askReconsider
	askStep
	askSanction
	askLift
	askSanctions
	askLive
	askCase
)

// ask is one request to the loop.
type ask struct {
	kind     askKind
	alarm    moderation.Alarm
	report   Report
	appeal   Appeal
	fresh    Case
	step     step
	id       id.CaseID
	staff    id.StaffID
	text     string
	sanction Sanction

	taken  atomic.Bool // by the loop with its answer, or by the caller who left
	answer chan answer
}

type answer struct {
	id        id.CaseID
	cases     []Case
	sanctions []Sanction
	err       error
}

// Run reads the open cases and answers until ctx ends; then it writes what is
// still in the inbox, tries once more what the store refused, and lets the
// followers go. Its error names what is lost.
func (b *Book) Run(ctx context.Context) error {
	if !b.started.CompareAndSwap(false, true) {
		return errors.New("casebook: a book runs once")
	}
	defer b.end()
	sctx, cancel := context.WithTimeout(ctx, storeWait)
	cases, err := b.store.OpenCases(sctx, b.city)
	cancel()
	if err != nil {
		return fmt.Errorf("casebook: read the open cases: %w", err)
	}
	for i := range cases {
		c := cases[i].clone()
		b.open[c.ID] = &c
	}
	retry := time.NewTicker(retryEvery)
	defer retry.Stop()
	for {
		select {
		case a := <-b.inbox:
			b.serve(a)
		case <-retry.C:
			b.retry()
		case <-ctx.Done():
			return b.drain()
		}
	}
}

func (b *Book) drain() error {
	for {
		select {
		case a := <-b.inbox:
			b.serve(a)
			continue
		default:
		}
		break
	}
	b.retry()
	if n := len(b.backlog); n > 0 {
		return fmt.Errorf("%w: %d cases are lost", ErrNotKept, n)
	}
	return nil
}

func (b *Book) end() {
	close(b.stopped)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	for f := range b.followers {
		close(f)
	}
	clear(b.followers)
}

// Unkept is how many cases wait for the store: not zero means that the disk
// is in trouble.
func (b *Book) Unkept() int { return int(b.unkept.Load()) }

// do sends a to the loop and waits for its answer.
func (b *Book) do(ctx context.Context, a *ask) (answer, error) {
	a.answer = make(chan answer, 1)
	if err := ctx.Err(); err != nil {
		return answer{}, err
	}
	select {
	case b.inbox <- a:
	case <-b.stopped:
		return answer{}, ErrClosed
	case <-ctx.Done():
		return answer{}, ctx.Err()
	}
	select {
	case r := <-a.answer:
		return r, r.err
	case <-b.stopped:
		select {
		case r := <-a.answer: // in the last round
			return r, r.err
		default:
			return answer{}, ErrClosed
		}
	case <-ctx.Done():
	}
	if a.taken.CompareAndSwap(false, true) {
		return answer{}, ctx.Err() // the loop will see that nobody waited
	}
	r := <-a.answer
	return r, r.err
}

// give answers a, and reports whether anybody still waits for it.
func (a *ask) give(r answer) bool {
	if !a.taken.CompareAndSwap(false, true) {
		return false
	}
	a.answer <- r
	return true
}

// Raise writes a concern of the gate, then tells the followers. If ctx ends
// first, the case is written all the same, as not shown, and its followers
// told: only the caller has given up.
func (b *Book) Raise(ctx context.Context, al moderation.Alarm) (id.CaseID, error) {
	r, err := b.do(ctx, &ask{kind: askRaise, alarm: al})
	return r.id, err
}

// Report writes what a visitor reports about another, or about a companion,
// which is no visitor and has a name alone.
func (b *Book) Report(ctx context.Context, rep Report) (id.CaseID, error) {
	if rep.Reporter == 0 || rep.Reporter == rep.Visitor || rep.Visitor == 0 && rep.Name == "" {
		return 0, fmt.Errorf("%w: a report has a reporter and somebody else", ErrWrong)
	}
	r, err := b.do(ctx, &ask{kind: askReport, report: rep})
	return r.id, err
}

// Appeal writes that a visitor says the gate was wrong about its words. The
// same utterance appeals once: later calls give the same case.
func (b *Book) Appeal(ctx context.Context, ap Appeal) (id.CaseID, error) {
	if ap.Utterance.Speaker == 0 || ap.Utterance.ID == 0 || ap.Utterance.Text == "" {
		return 0, fmt.Errorf("%w: an appeal has a speaker and its words", ErrWrong)
	}
	r, err := b.do(ctx, &ask{kind: askAppeal, appeal: ap})
	return r.id, err
}

// Retract writes that words which were shown have been taken back from those
// who heard them, and why; on the case of the utterance if it has an open one,
// else on a new one.
func (b *Book) Retract(ctx context.Context, al moderation.Alarm) (id.CaseID, error) {
	if al.Utterance.Speaker == 0 || al.Utterance.ID == 0 {
		return 0, fmt.Errorf("%w: what is retracted was somebody's", ErrWrong)
	}
	r, err := b.do(ctx, &ask{kind: askRetract, alarm: al})
	return r.id, err
}

// Reconsider writes what a second look found about words that the gate has
// judged: al's verdict is the look's, its Concern the level that it would have.
// More than the words have makes a case or raises theirs. Less lowers it, but
// never what is urgent or grave, and never under a person who has taken the
// case. Less than Case about words without an open case is not written: zero.
func (b *Book) Reconsider(ctx context.Context, al moderation.Alarm) (id.CaseID, error) {
	if al.Utterance.Speaker == 0 || al.Utterance.ID == 0 {
		return 0, fmt.Errorf("%w: what is looked at again was somebody's", ErrWrong)
	}
	r, err := b.do(ctx, &ask{kind: askReconsider, alarm: al})
	return r.id, err
}

// Open writes a case that staff open by hand; of c, what a person knows is
// taken (level, room, visitor, name, bracket, why, lines, categories).
func (b *Book) Open(ctx context.Context, by id.StaffID, c Case) (id.CaseID, error) {
	if by == "" || c.Why == "" {
		return 0, fmt.Errorf("%w: a case by hand has an author and a reason", ErrWrong)
	}
	r, err := b.do(ctx, &ask{kind: askManual, fresh: c.clone(), staff: by})
	return r.id, err
}

// Acknowledge lets staff take an open case. The text may be empty.
func (b *Book) Acknowledge(ctx context.Context, c id.CaseID, by id.StaffID, text string) error {
	return b.move(ctx, stepAcknowledge, c, by, text)
}

// Close ends a case with a note.
func (b *Book) Close(ctx context.Context, c id.CaseID, by id.StaffID, text string) error {
	return b.move(ctx, stepClose, c, by, text)
}

// Reopen undoes a Close: every judgement can be undone. The text may be empty.
func (b *Book) Reopen(ctx context.Context, c id.CaseID, by id.StaffID, text string) error {
	return b.move(ctx, stepReopen, c, by, text)
}

// Note writes on a case, in whatever state it is.
func (b *Book) Note(ctx context.Context, c id.CaseID, by id.StaffID, text string) error {
	return b.move(ctx, stepNote, c, by, text)
}

func (b *Book) move(ctx context.Context, s step, c id.CaseID, by id.StaffID, text string) error {
	if by == "" {
		return fmt.Errorf("%w: nobody's name", ErrWrong)
	}
	_, err := b.do(ctx, &ask{kind: askStep, step: s, id: c, staff: by, text: text})
	return err
}

// Sanction keeps a mute that staff gave; a zero From is now.
func (b *Book) Sanction(ctx context.Context, s Sanction) error {
	if s.Visitor == 0 {
		return fmt.Errorf("%w: a sanction is somebody's", ErrWrong)
	}
	_, err := b.do(ctx, &ask{kind: askSanction, sanction: s})
	return err
}

// Lift undoes every sanction that holds for a visitor now.
func (b *Book) Lift(ctx context.Context, v id.VisitorID, by id.StaffID) error {
	_, err := b.do(ctx, &ask{kind: askLift, staff: by, sanction: Sanction{Visitor: v}})
	return err
}

// Sanctions lists those that hold now: what a starting node tells its gate.
func (b *Book) Sanctions(ctx context.Context) ([]Sanction, error) {
	r, err := b.do(ctx, &ask{kind: askSanctions})
	return r.sanctions, err
}

// Live lists the cases that are not closed, the most urgent first and then
// the oldest.
func (b *Book) Live(ctx context.Context) ([]Case, error) {
	r, err := b.do(ctx, &ask{kind: askLive})
	return r.cases, err
}

// Case is one case in any state.
func (b *Book) Case(ctx context.Context, c id.CaseID) (Case, error) {
	r, err := b.do(ctx, &ask{kind: askCase, id: c})
	if err != nil {
		return Case{}, err
	}
	return r.cases[0], nil
}

// Follow tells of every case that was opened or has changed, after it was
// written. A follower whose buffer (at least 1) is full loses its channel: it
// is closed, and the follower reads Live again. The channel is also closed by
// cancel and by the end of the book. To miss nothing, follow first and read
// Live then.
func (b *Book) Follow(buffer int) (cases <-chan Case, cancel func()) {
	f := make(chan Case, max(buffer, 1))
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended {
		close(f)
		return f, func() {}
	}
	b.followers[f] = struct{}{}
	return f, func() { b.drop(f) }
}

func (b *Book) drop(f chan Case) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.followers[f]; ok {
		delete(b.followers, f)
		close(f)
	}
}

func (b *Book) tell(c *Case) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for f := range b.followers {
		select {
		case f <- c.clone():
		default:
			delete(b.followers, f)
			close(f)
		}
	}
}

func (b *Book) live() []Case {
	out := make([]Case, 0, len(b.open))
	for _, c := range b.open {
		out = append(out, c.clone())
	}
	slices.SortFunc(out, func(x, y Case) int {
		if x.Level != y.Level {
			return int(y.Level) - int(x.Level)
		}
		return int(x.ID) - int(y.ID)
	})
	return out
}
