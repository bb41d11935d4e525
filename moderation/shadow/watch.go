package shadow

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// DefaultQueue is how many utterances wait for the shadow, at most.
const DefaultQueue = 512

// Options of a Watch.
type Options struct {
	Live, Candidate Side
	Rules           Rules
	Zone            *time.Location // whose days are counted; nil is UTC
	Queue           int            // zero is DefaultQueue
	Log             *slog.Logger   // gets faults, never words; nil is slog.Default
}

// Watch is a moderation.Follower that judges by a candidate what was judged
// already. It takes no time of who speaks: what finds the queue full is left
// out and counted.
type Watch struct {
	o     Options
	queue chan heard

	judged, changed, missed, faults atomic.Uint64

	mu   sync.Mutex
	days []*Tally // since the last Take
}

type heard struct {
	u moderation.Utterance
	c id.CaseID
}

// New is a Watch that judges nothing until Run.
func New(o Options) *Watch {
	if o.Queue <= 0 {
		o.Queue = DefaultQueue
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Watch{o: o, queue: make(chan heard, o.Queue)}
}

// Judged implements moderation.Follower.
func (w *Watch) Judged(j moderation.Judged) {
	select {
	case w.queue <- heard{j.Utterance, j.Case}:
	default:
		w.missed.Add(1)
		w.note(j.Utterance.At, func(t *Tally) { t.Missed++ })
	}
}

// Run judges until ctx ends; what waits then is left out. A candidate that
// hangs is left behind.
func (w *Watch) Run(ctx context.Context) error {
	go w.loop(ctx)
	<-ctx.Done()
	return nil
}

func (w *Watch) loop(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case h := <-w.queue:
			w.compare(h)
		}
	}
}

// compare judges one by both. A panic is the candidate's, or at least not the
// gate's: it costs this one comparison.
func (w *Watch) compare(h heard) {
	defer func() {
		if r := recover(); r != nil {
			if w.faults.Add(1) == 1 { // the others are counted: they look alike
				w.o.Log.Error("shadow: panic", "kind", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			}
			w.note(h.u.At, func(t *Tally) { t.Faults++ })
		}
	}()
	ch, changed := Compare(w.o.Live, w.o.Candidate, h.u)
	w.judged.Add(1)
	if changed {
		w.changed.Add(1)
	}
	w.note(h.u.At, func(t *Tally) {
		t.Judged++
		if changed {
			t.Add(ch, h.c)
		}
	})
}

func (w *Watch) note(at time.Time, do func(*Tally)) {
	day := at.In(w.o.Zone).Format(time.DateOnly)
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.days, func(t *Tally) bool { return t.Day == day })
	if i < 0 {
		i = len(w.days)
		w.days = append(w.days, &Tally{Day: day, Rules: w.o.Rules})
	}
	do(w.days[i])
}

// Take gives what was counted since the last Take, by day. Whoever cannot keep
// it gives it back.
func (w *Watch) Take() []*Tally {
	w.mu.Lock()
	defer w.mu.Unlock()
	days := w.days
	w.days = nil
	return days
}

// maxWaiting is how many days wait for a disk that takes nothing.
const maxWaiting = 8

// GiveBack takes again what Take gave and nobody could keep.
func (w *Watch) GiveBack(days []*Tally) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, d := range days {
		i := slices.IndexFunc(w.days, func(t *Tally) bool { return t.Day == d.Day })
		switch {
		case i >= 0:
			w.days[i].Merge(d)
		case len(w.days) < maxWaiting:
			w.days = append(w.days, d)
		}
	}
}

// Counters is what the Watch did since its start, for metrics.
type Counters struct {
	Judged, Changed uint64 // by both; of them done otherwise
	Missed, Faults  uint64 // not judged: the queue was full; a panic
	Waiting         int
}

// Counters may be called by any goroutine at any time.
func (w *Watch) Counters() Counters {
	return Counters{w.judged.Load(), w.changed.Load(), w.missed.Load(), w.faults.Load(), len(w.queue)}
}
