package casebook

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

const city = id.CityID("kariya")

var errDisk = errors.New("disk full")

// fake is a store in memory that can fail and be slow.
type fake struct {
	mu        sync.Mutex
	cases     map[id.CaseID]Case
	sanctions map[string]Sanction
	writes    int
	fail      bool
	slow      time.Duration
}

func newFake() *fake {
	return &fake{cases: map[id.CaseID]Case{}, sanctions: map[string]Sanction{}}
}

func (f *fake) set(fail bool, slow time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail, f.slow = fail, slow
}

func (f *fake) begin() error {
	f.mu.Lock()
	slow, fail := f.slow, f.fail
	f.mu.Unlock()
	time.Sleep(slow)
	if fail {
		return errDisk
	}
	return nil
}

func (f *fake) PutCase(_ context.Context, c *Case) error {
	if err := f.begin(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.writes++
	if c.ID == 0 {
		c.ID = id.CaseID(len(f.cases) + 1)
	}
	f.cases[c.ID] = c.clone()
	return nil
}

func (f *fake) Case(_ context.Context, _ id.CityID, n id.CaseID) (Case, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, ok := f.cases[n]
	if !ok {
		return Case{}, ErrUnknown
	}
	return c.clone(), nil
}

func (f *fake) OpenCases(context.Context, id.CityID) (out []Case, err error) {
	if err := f.begin(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.cases {
		if c.State != Closed {
			out = append(out, c.clone())
		}
	}
	return out, nil
}

func (f *fake) PutSanction(_ context.Context, s Sanction) error {
	if err := f.begin(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sanctions[fmt.Sprint(s.City, s.Visitor, s.From.UnixNano())] = s
	return nil
}

func (f *fake) ActiveSanctions(_ context.Context, _ id.CityID, now time.Time) (out []Sanction, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.sanctions {
		if s.Active(now) {
			out = append(out, s)
		}
	}
	return out, nil
}

func (f *fake) stored(n id.CaseID) Case {
	c, _ := f.Case(context.Background(), city, n)
	return c
}

type rig struct {
	*Book
	t     *testing.T
	store *fake
	stop  context.CancelFunc
	done  chan error
}

func run(t *testing.T, store *fake) *rig {
	t.Helper()
	r := &rig{Book: New(store, city, nil), t: t, store: store, done: make(chan error, 1)}
	ctx, stop := context.WithCancel(t.Context())
	r.stop = stop
	go func() { r.done <- r.Run(ctx) }()
	synctest.Wait()
	return r
}

func (r *rig) close() error { r.stop(); return <-r.done }

// alarm is what the gate raises when who says text.
func alarm(who id.VisitorID, level moderation.Concern, cat moderation.Category, text string) moderation.Alarm {
	return moderation.Alarm{
		Shown: true,
		Utterance: moderation.Utterance{ID: 5, City: city, Room: id.RoomID{City: city, Place: "plaza", Copy: 1}, Speaker: who, Name: "n", Bracket: id.El34, Text: text, At: time.Now(),
			Before: []moderation.Line{{At: time.Now().Add(-time.Second), Speaker: 99, Name: "other", Text: "before " + text}}},
		Verdict: moderation.Verdict{Concern: level, Reasons: []moderation.Reason{{Rule: "r", Category: cat, Severity: 2, Concern: level}}},
	}
}

func (r *rig) raise(who id.VisitorID, level moderation.Concern, cat moderation.Category, text string) id.CaseID {
	r.t.Helper()
	n, err := r.Raise(r.t.Context(), alarm(who, level, cat, text))
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

func told(t *testing.T, f <-chan Case) Case {
	t.Helper()
	synctest.Wait()
	select {
	case c, ok := <-f:
		if !ok {
			t.Fatal("the channel was lost")
		}
		return c
	default:
		t.Fatal("nothing was told")
		return Case{}
	}
}

func TestWritesFirstThenTells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		defer r.close()
		f, cancel := r.Follow(4)
		defer cancel()
		n := r.raise(1, moderation.Urgent, moderation.SelfHarm, "cry")
		c := told(t, f)
		if c.ID != n || c.Words != "cry" || !c.Shown || c.Level != moderation.Urgent || c.State != Open || len(c.Lines) != 2 || !c.Support() {
			t.Errorf("told %+v", c)
		}
		if s := r.store.stored(n); s.Words != "cry" || s.City != city {
			t.Errorf("stored %+v", s)
		}
		live, err := r.Live(t.Context())
		if err != nil || len(live) != 1 || live[0].ID != n {
			t.Errorf("live %v %v", live, err)
		}
	})
}

func TestAFailingStoreTellsNobodyAndForgetsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		f, cancel := r.Follow(4)
		defer cancel()
		r.store.set(true, 0)
		if _, err := r.Raise(t.Context(), alarm(1, moderation.Urgent, moderation.SelfHarm, "cry")); !errors.Is(err, ErrNotKept) || !errors.Is(err, errDisk) {
			t.Fatalf("%v", err)
		}
		synctest.Wait()
		if len(f) != 0 || r.Unkept() != 1 {
			t.Errorf("told %d, unkept %d", len(f), r.Unkept())
		}
		r.store.set(false, 0)
		time.Sleep(retryEvery)
		c := told(t, f)
		if c.Words != "cry" || c.Shown || r.Unkept() != 0 {
			t.Errorf("%+v, unkept %d", c, r.Unkept())
		}
		// At the end, what can't be kept is named.
		r.store.set(true, 0)
		_, _ = r.Raise(t.Context(), alarm(2, moderation.Case, moderation.SelfHarm, "cry"))
		if err := r.close(); !errors.Is(err, ErrNotKept) {
			t.Errorf("Run: %v", err)
		}
	})
}

func TestASlowStoreMissesTheCallerNotTheCase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		defer r.close()
		f, cancel := r.Follow(4)
		defer cancel()
		r.store.set(false, 300*time.Millisecond)
		ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer stop()
		if _, err := r.Raise(ctx, alarm(1, moderation.Urgent, moderation.SelfHarm, "cry")); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("%v", err)
		}
		time.Sleep(time.Second)
		if c := told(t, f); c.Shown || c.Words != "cry" {
			t.Errorf("%+v: the gate has closed, so nobody saw it", c)
		}
		if s := r.store.stored(1); s.Shown {
			t.Error("stored as shown")
		}
	})
}

func TestRepeatedConcernsGather(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		defer r.close()
		ctx := t.Context()
		n := r.raise(1, moderation.Case, moderation.SelfHarm, "one")
		time.Sleep(3 * time.Minute)
		if m := r.raise(1, moderation.Case, moderation.Loneliness, "two"); m != n {
			t.Errorf("case %d, want %d", m, n)
		}
		c, err := r.Case(ctx, n)
		if err != nil || len(c.Lines) != 4 || len(c.Categories) != 2 || c.Words != "two" {
			t.Errorf("%+v %v", c, err)
		}
		// Taken by staff, and then it gets worse: nobody has taken that.
		if err := r.Acknowledge(ctx, n, "sato", ""); err != nil {
			t.Fatal(err)
		}
		if m := r.raise(1, moderation.Case, moderation.SelfHarm, "three"); m != n {
			t.Errorf("case %d, want %d", m, n)
		}
		if c, _ := r.Case(ctx, n); c.State != Acknowledged {
			t.Errorf("%s: more of the same reopens nothing", c.State)
		}
		if m := r.raise(1, moderation.Urgent, moderation.SelfHarm, "four"); m != n {
			t.Errorf("case %d, want %d", m, n)
		}
		if c, _ := r.Case(ctx, n); c.State != Open || c.Level != moderation.Urgent || c.By != "" {
			t.Errorf("%+v", c)
		}
		// A later harmless-looking one keeps the level.
		r.raise(1, moderation.Case, moderation.SelfHarm, "five")
		if c, _ := r.Case(ctx, n); c.Level != moderation.Urgent {
			t.Errorf("sank to %s", c.Level)
		}
		// Harm, another visitor, a closed case, and a long silence are new cases.
		if m := r.raise(1, moderation.Case, moderation.Threat, "harm"); m == n {
			t.Error("harm joined need")
		}
		if m := r.raise(2, moderation.Case, moderation.SelfHarm, "other"); m == n {
			t.Error("another visitor joined")
		}
		time.Sleep(gatherFor)
		last := r.raise(1, moderation.Case, moderation.SelfHarm, "later")
		if last == n {
			t.Error("joined after a long silence")
		}
		if err := r.Close(ctx, last, "sato", "talked"); err != nil {
			t.Fatal(err)
		}
		if m := r.raise(1, moderation.Case, moderation.SelfHarm, "again"); m == last {
			t.Error("joined a closed case")
		}
	})
}

func TestLinesAreBoundedAndNotDoubled(t *testing.T) {
	var c Case
	at := time.Unix(1e9, 0)
	line := func(i int) moderation.Line {
		return moderation.Line{At: at.Add(time.Duration(i) * time.Second), Text: fmt.Sprint(i)}
	}
	for i := range 3 * MaxLines {
		c.addLines([]moderation.Line{line(i)})
		c.addLines([]moderation.Line{line(i)})
	}
	if len(c.Lines) != MaxLines || c.Lines[0].Text != "0" || c.Lines[MaxLines-1].Text != fmt.Sprint(3*MaxLines-1) {
		t.Errorf("%d lines, %s to %s", len(c.Lines), c.Lines[0].Text, c.Lines[len(c.Lines)-1].Text)
	}
}

func TestReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		defer r.close()
		heard := []moderation.Line{{At: time.Now(), Speaker: 2, Name: "b", Text: "rude"}}
		n, err := r.Report(t.Context(), Report{Reporter: 1, Visitor: 2, Name: "b", Why: "mean", Lines: heard})
		if err != nil {
			t.Fatal(err)
		}
		c, _ := r.Case(t.Context(), n)
		if c.Source != Reporting || c.Reporter != 1 || c.Visitor != 2 || c.Level != moderation.Case || !slices.Equal(c.Lines, heard) {
			t.Errorf("%+v", c)
		}
		// The same reporter again adds to it; another opens another.
		if m, _ := r.Report(t.Context(), Report{Reporter: 1, Visitor: 2, Why: "again"}); m != n {
			t.Errorf("case %d, want %d", m, n)
		}
		if m, _ := r.Report(t.Context(), Report{Reporter: 3, Visitor: 2, Why: "mean"}); m == n {
			t.Error("two reporters in one case")
		}
		for _, bad := range []Report{{}, {Reporter: 1}, {Reporter: 1, Visitor: 1}} {
			if _, err := r.Report(t.Context(), bad); !errors.Is(err, ErrWrong) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
	})
}

func TestStates(t *testing.T) {
	type move struct {
		step step
		text string
		err  error
		then State
	}
	for name, moves := range map[string][]move{
		"taken, noted, closed": {{stepAcknowledge, "", nil, Acknowledged}, {stepNote, "called the school", nil, Acknowledged}, {stepClose, "done", nil, Closed}},
		"closed at once":       {{stepClose, "a joke", nil, Closed}},
		"taken twice":          {{stepAcknowledge, "", nil, Acknowledged}, {stepAcknowledge, "", ErrState, Acknowledged}},
		"closed twice":         {{stepClose, "a", nil, Closed}, {stepClose, "b", ErrState, Closed}, {stepAcknowledge, "", ErrState, Closed}},
		"closed without words": {{stepClose, "", ErrWrong, Open}},
		"an empty note":        {{stepNote, "", ErrWrong, Open}},
		"reopened":             {{stepReopen, "", ErrState, Open}, {stepClose, "a", nil, Closed}, {stepReopen, "not a joke", nil, Open}, {stepAcknowledge, "", nil, Acknowledged}},
		"a note on a closed":   {{stepClose, "a", nil, Closed}, {stepNote, "b", nil, Closed}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := run(t, newFake())
				defer r.close()
				n := r.raise(1, moderation.Case, moderation.SelfHarm, "x")
				notes := 0
				for _, m := range moves {
					if err := r.move(t.Context(), m.step, n, "sato", m.text); !errors.Is(err, m.err) {
						t.Fatalf("step %d: %v, want %v", m.step, err, m.err)
					}
					if m.err == nil && m.text != "" {
						notes++
					}
					c, err := r.Case(t.Context(), n)
					if err != nil || c.State != m.then || len(c.Notes) != notes {
						t.Fatalf("step %d: %s with %d notes, want %s with %d (%v)", m.step, c.State, len(c.Notes), m.then, notes, err)
					}
					live, _ := r.Live(t.Context())
					if (len(live) == 1) != (m.then != Closed) {
						t.Fatalf("step %d: %d live", m.step, len(live))
					}
				}
			})
		})
	}
}

func TestAStepThatCannotBeWrittenDidNotHappen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		defer r.close()
		n := r.raise(1, moderation.Case, moderation.SelfHarm, "x")
		r.store.set(true, 0)
		if err := r.Acknowledge(t.Context(), n, "sato", ""); !errors.Is(err, ErrNotKept) {
			t.Errorf("%v", err)
		}
		if c, _ := r.Case(t.Context(), n); c.State != Open {
			t.Errorf("%s", c.State)
		}
		r.store.set(false, 0)
		if err := r.Acknowledge(t.Context(), n, "", ""); !errors.Is(err, ErrWrong) {
			t.Errorf("nobody: %v", err)
		}
		if err := r.Acknowledge(t.Context(), 77, "sato", ""); !errors.Is(err, ErrUnknown) {
			t.Errorf("no case: %v", err)
		}
	})
}

// A case that grew while the store was away is not put back to what it was
// by the retry once staff have moved it on.
func TestARetryWritesNothingOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		defer r.close()
		n := r.raise(1, moderation.Case, moderation.SelfHarm, "one")
		r.store.set(true, 0)
		_, _ = r.Raise(t.Context(), alarm(1, moderation.Case, moderation.SelfHarm, "two"))
		r.store.set(false, 0)
		if err := r.Close(t.Context(), n, "sato", "talked"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * retryEvery)
		if c := r.store.stored(n); c.State != Closed || c.Words != "two" || r.Unkept() != 0 {
			t.Errorf("%+v, unkept %d", c, r.Unkept())
		}
	})
}

func TestASlowFollowerIsLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		slow, _ := r.Follow(1)
		quick, cancel := r.Follow(10)
		for i := range 3 {
			r.raise(id.VisitorID(i+1), moderation.Case, moderation.SelfHarm, "x")
		}
		synctest.Wait()
		if <-slow; len(slow) != 0 {
			t.Error("more than the buffer")
		}
		if _, ok := <-slow; ok {
			t.Error("a slow follower kept its channel")
		}
		if len(quick) != 3 {
			t.Errorf("the quick one was told %d", len(quick))
		}
		cancel()
		cancel() // twice is once
		last, _ := r.Follow(1)
		r.close()
		if _, ok := <-last; ok {
			t.Error("told after the end")
		}
		after, _ := r.Follow(1)
		if _, ok := <-after; ok {
			t.Error("told after the end")
		}
	})
}

func TestSanctions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		defer r.close()
		ctx := t.Context()
		al := alarm(1, moderation.Case, moderation.Insult, "x")
		al.Mute = 10 * time.Minute
		n, err := r.Raise(ctx, al)
		if err != nil {
			t.Fatal(err)
		}
		al.Mute = 10 * time.Second // not worth keeping
		if _, err := r.Raise(ctx, al); err != nil {
			t.Fatal(err)
		}
		if err := r.Sanction(ctx, Sanction{Visitor: 2, Until: time.Now().Add(time.Hour), By: "sato", Why: "why"}); err != nil {
			t.Fatal(err)
		}
		all, err := r.Sanctions(ctx)
		if err != nil || len(all) != 2 {
			t.Fatalf("%v %v", all, err)
		}
		for _, s := range all {
			if s.Visitor == 1 && (s.By != "" || s.Case != n || s.Until.Sub(s.From) != 10*time.Minute) {
				t.Errorf("%+v", s)
			}
		}
		if err := r.Lift(ctx, 2, "kato"); err != nil {
			t.Fatal(err)
		}
		if all, _ := r.Sanctions(ctx); len(all) != 1 || all[0].Visitor != 1 {
			t.Errorf("%+v", all)
		}
		time.Sleep(10 * time.Minute)
		if all, _ := r.Sanctions(ctx); len(all) != 0 {
			t.Errorf("%+v", all)
		}
		if err := r.Sanction(ctx, Sanction{Visitor: 2}); !errors.Is(err, ErrWrong) {
			t.Errorf("no length: %v", err)
		}
	})
}

func TestARestartKnowsTheOpenCases(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		r := run(t, store)
		n := r.raise(1, moderation.Urgent, moderation.SelfHarm, "x")
		if err := r.close(); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Live(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("after the end: %v", err)
		}
		again := run(t, store)
		live, err := again.Live(t.Context())
		if err != nil || len(live) != 1 || live[0].ID != n {
			t.Errorf("%v %v", live, err)
		}
		if m := again.raise(1, moderation.Urgent, moderation.SelfHarm, "y"); m != n {
			t.Errorf("case %d, want %d", m, n)
		}
		again.close()
		store.set(true, 0)
		if err := New(store, city, nil).Run(t.Context()); !errors.Is(err, errDisk) {
			t.Errorf("a store that can't be read: %v", err)
		}
	})
}

// What was told is the follower's own: nothing that the book does later
// changes it.
func TestToldCasesAreCopies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		defer r.close()
		f, cancel := r.Follow(100)
		defer cancel()
		for i := range 20 {
			r.raise(1, moderation.Case, moderation.SelfHarm, fmt.Sprint(i))
		}
		synctest.Wait()
		for i := range 20 {
			c := <-f
			if c.Words != fmt.Sprint(i) || len(c.Reasons) != i+1 || !slices.ContainsFunc(c.Lines, func(l moderation.Line) bool { return l.Text == c.Words }) {
				t.Fatalf("%d: %+v", i, c)
			}
			c.Lines[0].Text = "spoilt"
		}
	})
}

// The book is the gate's sink: a cry goes all the way.
func TestGateAndBook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		defer r.close()
		g := moderation.NewGate(moderation.Options{Sink: r.Book, Scorers: []moderation.Scorer{crying{}}})
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go g.Run(ctx)
		synctest.Wait()
		a, err := g.Submit(ctx, moderation.Utterance{Speaker: 1, Text: "cry"})
		if err != nil || a.Cleared.Zero() || a.Case == 0 {
			t.Fatalf("%+v %v", a, err)
		}
		if s := r.store.stored(a.Case); !s.Shown || s.Words != "cry" {
			t.Errorf("%+v", s)
		}
		r.store.set(false, time.Second)
		a, err = g.Submit(ctx, moderation.Utterance{Speaker: 2, Text: "cry"})
		if !errors.Is(err, moderation.ErrNoCase) || !a.Cleared.Zero() || !a.Distressed {
			t.Errorf("%+v %v", a, err)
		}
		stop()
		synctest.Wait()
		time.Sleep(3 * time.Second)
	})
}

type crying struct{}

func (crying) Score(moderation.Utterance) moderation.Verdict {
	return moderation.Verdict{Concern: moderation.Urgent, Reasons: []moderation.Reason{{Category: moderation.SelfHarm, Concern: moderation.Urgent}}}
}
