package second

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
	"kakitsubata/server/llm"
)

// A Model streams an answer: llm.Model, or a stand-in for it.
type Model interface {
	Chat(ctx context.Context, r llm.Request, each func(delta string) error) error
}

// Deeds is what a look may lead to. The looker calls it from one goroutine.
type Deeds interface {
	// Reconsider writes what was found on a case; zero if there is none to write
	// it on and it is not enough for one.
	Reconsider(ctx context.Context, al moderation.Alarm) (id.CaseID, error)
	// Correct puts right what the gate's memory noted of an utterance.
	Correct(ctx context.Context, u moderation.Utterance, v moderation.Verdict) error
	// Comfort gives the kind notice to the speaker, in whom only the second look
	// found need.
	Comfort(al moderation.Alarm)
	// TakeBack takes shown words from everybody who was told them, with a case.
	TakeBack(ctx context.Context, al moderation.Alarm) error
}

// Limits; see Options.
const (
	DefaultQueue  = 32
	DefaultWithin = 20 * time.Second // for one look, waiting for the model included

	staleAfter = 2 * time.Minute // a look that has waited so long is dropped
	idle       = 5 * time.Second // between the model's words
	maxWords   = 256             // tokens of an answer
	deedWait   = 5 * time.Second // for writing what follows

	// A model that takes much back is more likely wrong than the children: above
	// this it makes cases instead.
	maxBack  = 6
	backSpan = 10 * time.Minute
)

// Options of a Looker. Zero values take the defaults above.
type Options struct {
	Model  Model
	Name   string // of the model, for cases
	Deeds  Deeds
	Queue  int           // looks that wait; more are dropped
	Within time.Duration // for one look
	Now    func() time.Time
	Log    *slog.Logger // gets faults, never words
}

// Looker is the second tier. It is a moderation.Follower.
type Looker struct {
	o     Options
	queue chan waiting
	back  [maxBack]time.Time // when words were taken back: Run's own
	next  int

	mu     sync.Mutex
	pause  pause
	status Status
}

type waiting struct {
	judged moderation.Judged
	since  time.Time
}

// Status is the second tier as metrics and staff see it. Counters never fall.
type Status struct {
	Model     string
	Waiting   int
	Paused    bool          // after failures in a row; one look tries again in time
	Looked    uint64        // answers that made sense
	Raised    uint64        // of these
	Lowered   uint64        // of these
	Retracted uint64        // of these
	Braked    uint64        // would have been retracted, but too many were
	Dropped   uint64        // not looked at: full, stale, paused
	Failed    uint64        // looks without an answer that made sense
	Unkept    uint64        // deeds that could not be written in time
	Took      time.Duration // all looks that were answered
	Slowest   time.Duration // and the longest
	Err       string        // the last failure; it holds no words of anybody
}

// New makes a looker. It starts nothing.
func New(o Options) *Looker {
	if o.Queue <= 0 {
		o.Queue = DefaultQueue
	}
	if o.Within <= 0 {
		o.Within = DefaultWithin
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Looker{o: o, queue: make(chan waiting, o.Queue), status: Status{Model: o.Name}}
}

// Judged implements moderation.Follower: it lays down what is worth a look and
// returns at once. What does not fit is counted and dropped; words that nobody
// keeps in mind yet leave half of the queue to those that somebody does.
func (l *Looker) Judged(j moderation.Judged) {
	if !Wants(&j) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.o.Now()
	room := j.Verdict.Concern > moderation.None || 2*len(l.queue) < cap(l.queue)
	if room && !l.pause.open(now) {
		select {
		case l.queue <- waiting{j, now}:
			return
		default:
		}
	}
	l.status.Dropped++
}

// Run looks until ctx ends, at one utterance after the other. It returns nil.
func (l *Looker) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case w := <-l.queue:
			if ctx.Err() == nil {
				l.take(ctx, w)
			}
		}
	}
}

// Status is a snapshot. It may be called by anybody.
func (l *Looker) Status() Status {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.status
	s.Waiting, s.Paused = len(l.queue), l.pause.open(l.o.Now())
	return s
}

func (l *Looker) count(n *uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*n++
}

// take looks at one utterance. A fault in it is a failed look and ends nothing.
func (l *Looker) take(ctx context.Context, w waiting) {
	defer func() {
		if r := recover(); r != nil {
			l.o.Log.Error("second: panic", "kind", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			l.failed(errors.New("second: a fault of its own"))
		}
	}()
	began := l.o.Now()
	if l.skips(began, w.since) {
		l.count(&l.status.Dropped)
		return
	}
	f, err := l.look(ctx, &w.judged.Utterance)
	switch {
	case err == nil:
		l.answered(l.o.Now().Sub(began))
		l.follow(ctx, &w.judged, f)
	case ctx.Err() != nil: // the end
	case errors.Is(err, llm.ErrPaused), errors.Is(err, llm.ErrBusy):
		l.count(&l.status.Dropped)
	default:
		l.failed(err)
	}
}

func (l *Looker) skips(now, since time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return now.Sub(since) > staleAfter || l.pause.open(now)
}

func (l *Looker) answered(took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pause = pause{}
	l.status.Looked++
	l.status.Took += took
	l.status.Slowest = max(l.status.Slowest, took)
}

func (l *Looker) failed(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status.Failed++
	l.status.Err = err.Error()
	l.pause.fail(l.o.Now())
}

// look asks the model.
func (l *Looker) look(ctx context.Context, u *moderation.Utterance) (Finding, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, l.o.Within, llm.ErrSlow)
	defer cancel()
	var b strings.Builder
	err := l.o.Model.Chat(ctx, llm.Request{
		System: rubric, Turns: []llm.Turn{{Role: llm.User, Text: record(u)}},
		Priority: llm.Judge, Words: maxWords, Cold: true, Schema: schema,
		First: l.o.Within, Idle: min(idle, l.o.Within), Whole: l.o.Within,
	}, func(delta string) error { b.WriteString(delta); return nil })
	if err != nil {
		return Finding{}, err
	}
	return parse(b.String())
}

// follow does what follows from a finding.
func (l *Looker) follow(ctx context.Context, j *moderation.Judged, f Finding) {
	deed, level := Decide(j, f)
	braked := deed == Retract && !l.mayTakeBack()
	if braked {
		l.count(&l.status.Braked)
		if deed = Raise; j.Verdict.Concern >= level {
			deed = Leave
		}
	}
	if deed == Leave {
		return
	}
	// What was found is written although the city closes meanwhile.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deedWait)
	defer cancel()
	al := l.alarm(j, f, deed, level)
	var err error
	switch deed {
	case Retract:
		err = l.o.Deeds.TakeBack(ctx, al)
		l.count(&l.status.Retracted)
	case Raise:
		if al.Verdict.Distressed() && !j.Verdict.Distressed() {
			l.o.Deeds.Comfort(al)
		}
		_, kept := l.o.Deeds.Reconsider(ctx, al)
		err = errors.Join(kept, l.o.Deeds.Correct(ctx, al.Utterance, al.Verdict))
		l.count(&l.status.Raised)
	case Lower:
		_, err = l.o.Deeds.Reconsider(ctx, al)
		if level == moderation.None {
			err = errors.Join(err, l.o.Deeds.Correct(ctx, al.Utterance, moderation.Verdict{}))
		}
		l.count(&l.status.Lowered)
	}
	if err != nil {
		l.count(&l.status.Unkept)
		l.o.Log.Error("second: what was found is not kept", "deed", deed.String(), "utterance", uint64(al.Utterance.ID), "err", err)
	}
}

func (l *Looker) mayTakeBack() bool {
	now := l.o.Now()
	if oldest := l.back[l.next]; !oldest.IsZero() && now.Sub(oldest) < backSpan {
		return false
	}
	l.back[l.next] = now
	l.next = (l.next + 1) % maxBack
	return true
}

// alarm is what goes on the case.
func (l *Looker) alarm(j *moderation.Judged, f Finding, d Deed, level moderation.Concern) moderation.Alarm {
	al := moderation.Alarm{Utterance: j.Utterance, Shown: j.Shown, Note: l.note(j, f, d, level)}
	al.Verdict = moderation.Verdict{Show: j.Verdict.Show, Concern: level}
	r := moderation.Reason{
		Category: f.Category, Severity: f.Severity, Need: f.Duty == Support && !f.Category.Support(), Concern: level,
		Score: float32(f.Confidence) / certain, Tier: 2, Version: l.o.Name, Spans: spans(j.Utterance.Text, f.Quote),
	}
	switch {
	case d == Lower: // of what the first tier saw there is less
		if r.Category = moderation.Category(""); len(j.Verdict.Reasons) > 0 {
			first := j.Verdict.Reasons[0]
			r.Category, r.Need, r.Severity = first.Category, first.Need, first.Severity
		}
		r.Rule = "second/less"
	case d == Retract:
		r.Rule, r.Show = "second/"+string(f.Category), moderation.Block
	default:
		r.Rule = "second/" + string(f.Category)
	}
	if f.Duty == Harm {
		al.Verdict.Severity = f.Severity
	}
	al.Verdict.Reasons = []moderation.Reason{r}
	return al
}

// levelWords are the levels as staff read them.
var levelWords = [...]string{"なし", "観察", "確認", "緊急"}

func (l *Looker) note(j *moderation.Judged, f Finding, d Deed, level moderation.Concern) string {
	did := "を" + levelWords[j.Verdict.Concern] + "から" + levelWords[level] + "にした"
	if d == Retract {
		did = "の表示を取り消した"
	}
	s := fmt.Sprintf("AIの見なおし（第二段・%s・確からしさ%d％）：「%s」%s。", l.o.Name, f.Confidence, j.Utterance.Text, did)
	if f.Reason != "" {
		s += "理由：" + f.Reason
	}
	return s
}

// spans is where a quote stands in a text, in runes.
func spans(text, quote string) []moderation.Span {
	before, _, ok := strings.Cut(text, quote)
	if quote == "" || !ok {
		return nil
	}
	from := len([]rune(before))
	return []moderation.Span{{From: from, To: from + len([]rune(quote))}}
}
