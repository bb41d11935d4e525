package moderation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kakitsubata/protocol/id"
)

// rig is a gate in a bubble, with a scorer that reads verdicts off the words.
type rig struct {
	t    *testing.T
	gate *Gate
	sink *sink
	stop context.CancelFunc
	done chan error
}

// sink keeps alarms; the hooks make it fail.
type sink struct {
	mu     sync.Mutex
	alarms []Alarm
	fail   error
	hang   bool
	panics bool
}

func (s *sink) Raise(ctx context.Context, a Alarm) (id.CaseID, error) {
	switch {
	case s.panics:
		panic("a sink of the test")
	case s.hang:
		<-ctx.Done()
		return 0, ctx.Err()
	case s.fail != nil:
		return 0, s.fail
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alarms = append(s.alarms, a)
	return id.CaseID(len(s.alarms)), nil
}

type scorerFunc func(Utterance) Verdict

func (f scorerFunc) Score(u Utterance) Verdict { return f(u) }

// byWords reads verdicts off words such as "cry", "insult" and "mask:3-5".
func byWords(u Utterance) (v Verdict) {
	for _, w := range strings.Fields(u.Text) {
		switch {
		case w == "sad":
			v = v.Merge(Verdict{Concern: Watch, Reasons: []Reason{{Category: Loneliness, Severity: 1, Concern: Watch}}})
		case w == "cry":
			v = v.Merge(Verdict{Concern: Urgent, Reasons: []Reason{{Category: SelfHarm, Severity: 3, Concern: Urgent}}})
		case w == "light":
			v = v.Merge(Verdict{Show: Block, Severity: 1, Reasons: []Reason{{Category: Spam, Severity: 1}}})
		case w == "insult":
			at := strings.Index(u.Text, w)
			v = v.Merge(Verdict{Show: Block, Severity: 2, Spans: []Span{{at, at + len(w)}}, Reasons: []Reason{{Category: Insult, Severity: 2}}})
		case w == "threat":
			v = v.Merge(Verdict{Show: Block, Severity: 3, Concern: Case, Reasons: []Reason{{Category: Threat, Severity: 3, Concern: Case}}})
		case w == "number":
			at := strings.Index(u.Text, w)
			v = v.Merge(Verdict{Show: Mask, Severity: 2, Spans: []Span{{at, at + len(w)}}, Reasons: []Reason{{Category: PII, Severity: 2}}})
		case w == "hold":
			v = v.Merge(Verdict{Show: Hold})
		case w == "panic":
			panic("secret words")
		}
	}
	return v
}

func open(t *testing.T, o Options) *rig {
	t.Helper()
	r := &rig{t: t, sink: &sink{}, done: make(chan error, 1)}
	if o.Scorers == nil {
		o.Scorers = []Scorer{scorerFunc(byWords)}
	}
	if o.Sink == nil {
		o.Sink = r.sink
	}
	o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	r.gate = NewGate(o)
	ctx, stop := context.WithCancel(t.Context())
	r.stop = stop
	go func() { r.done <- r.gate.Run(ctx) }()
	synctest.Wait()
	return r
}

func (r *rig) close() error { r.stop(); return <-r.done }

func (r *rig) say(who id.VisitorID, text string) (Answer, error) {
	return r.gate.Submit(r.t.Context(), Utterance{Speaker: who, Text: text})
}

// shown is what others see, or the reason why they see nothing.
func (r *rig) shown(who id.VisitorID, text string) string {
	r.t.Helper()
	a, err := r.say(who, text)
	switch {
	case err != nil && !a.Cleared.Zero():
		r.t.Fatalf("%q: cleared beside %v", text, err)
	case err != nil:
		return err.Error()
	case a.Cleared.Zero():
		return fmt.Sprintf("not shown, muted for %v", a.MutedFor)
	}
	return a.Cleared.Text()
}

func (r *rig) want(who id.VisitorID, text, want string) {
	r.t.Helper()
	if got := r.shown(who, text); got != want {
		r.t.Errorf("%q: %s, want %s", text, got, want)
	}
}

func bubble(t *testing.T, f func(t *testing.T)) { t.Helper(); synctest.Test(t, f) }

func TestWordsPassMaskOrStop(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Options{})
		defer r.close()
		r.want(1, "hello", "hello")
		r.want(1, "my number here", "my ＊＊＊＊＊＊ here")
		r.want(1, "hold", "not shown, muted for 0s")
		r.want(1, "an insult", "not shown, muted for 10s")
		if n := len(r.sink.alarms); n != 0 {
			t.Errorf("%d alarms for what concerns nobody", n)
		}
		c := r.gate.Counters()
		if c.Shows != [4]uint64{1, 1, 1, 1} || c.Mutes != 1 {
			t.Errorf("counted %+v", c)
		}
	})
}

func TestACryIsShownAndToldFirst(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Options{})
		defer r.close()
		a, err := r.say(1, "cry")
		if err != nil || a.Cleared.Text() != "cry" || !a.Distressed || a.Case != 1 || a.MutedFor != 0 {
			t.Fatalf("%+v %v", a, err)
		}
		al := r.sink.alarms[0]
		if !al.Shown || al.Utterance.Text != "cry" || al.Utterance.ID != a.Cleared.Utterance() {
			t.Errorf("alarm %+v", al)
		}
		// In one breath with harm: the harm is hidden, the cry is not.
		r.want(1, "cry insult", "cry ＊＊＊＊＊＊")
		// Harm that must never be shown stays hidden, but nobody is punished.
		a, err = r.say(1, "cry threat")
		if err != nil || !a.Cleared.Zero() || !a.Distressed || a.MutedFor != 0 || a.Case == 0 {
			t.Errorf("%+v %v", a, err)
		}
	})
}

func TestAMuteNeverSilencesACry(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Options{})
		defer r.close()
		r.want(1, "insult", "not shown, muted for 10s")
		time.Sleep(4 * time.Second)
		r.want(1, "hello", "not shown, muted for 6s")
		r.want(1, "sad", "not shown, muted for 6s")
		r.want(1, "cry", "cry")
		if len(r.sink.alarms) != 1 {
			t.Errorf("%d alarms", len(r.sink.alarms))
		}
		r.want(2, "hello", "hello") // another is not muted
		time.Sleep(6 * time.Second)
		r.want(1, "hello", "hello")
	})
}

func TestTheLadder(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Options{})
		defer r.close()
		for _, d := range []time.Duration{10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 10 * time.Minute} {
			a, err := r.say(1, "insult")
			if err != nil || a.MutedFor != d {
				t.Fatalf("muted for %v, want %v (%v)", a.MutedFor, d, err)
			}
			if told := a.Case != 0; told != (d >= 2*time.Minute) {
				t.Errorf("a mute of %v: case %d", d, a.Case)
			}
			time.Sleep(d)
		}
		time.Sleep(30 * time.Minute)
		r.want(1, "insult", "not shown, muted for 10s") // forgiven
		// A light one mutes only when it is repeated.
		r.want(2, "light", "not shown, muted for 0s")
		r.want(2, "light", "not shown, muted for 10s")
		if al := r.sink.alarms[0]; al.Mute != 2*time.Minute || al.Shown {
			t.Errorf("alarm %+v", al)
		}
	})
}

func TestStaffMuteAndUnmute(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Options{})
		ctx := t.Context()
		if err := r.gate.Mute(ctx, 7, time.Hour, "asked to stop twice"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if d := r.gate.MutedFor(ctx, 7); d != 59*time.Minute {
			t.Errorf("muted for %v", d)
		}
		list, err := r.gate.Mutes(ctx)
		if err != nil || len(list) != 1 || list[0].Visitor != 7 || list[0].Reason != "asked to stop twice" {
			t.Errorf("%v %v", list, err)
		}
		r.want(7, "hello", "not shown, muted for 59m0s")
		r.want(7, "cry", "cry")
		if err := r.gate.Unmute(ctx, 7); err != nil {
			t.Fatal(err)
		}
		r.want(7, "hello", "hello")
		if err := r.gate.Mute(ctx, 7, 0, ""); err == nil {
			t.Error("a mute of no length")
		}
		r.close()
		if err := r.gate.Mute(ctx, 7, time.Hour, ""); !errors.Is(err, ErrClosed) {
			t.Errorf("after the end: %v", err)
		}
	})
}

func TestRoads(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Options{})
		defer r.close()
		ask := func(u Utterance) Answer {
			t.Helper()
			a, err := r.gate.Submit(t.Context(), u)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		// Staff are neither judged nor muted.
		if err := r.gate.Mute(t.Context(), 5, time.Hour, ""); err != nil {
			t.Fatal(err)
		}
		if a := ask(Utterance{Speaker: 5, Road: Staff, Text: "insult threat number"}); a.Cleared.Text() != "insult threat number" {
			t.Errorf("staff: %+v", a)
		}
		// The companion may speak of need without being in need.
		a := ask(Utterance{Road: Companion, Kind: id.Companion, Text: "cry"})
		if a.Cleared.Text() != "cry" || a.Distressed || a.Case != 0 {
			t.Errorf("companion: %+v", a)
		}
		for range 3 {
			if a := ask(Utterance{Road: Companion, Kind: id.Companion, Text: "cry threat"}); !a.Cleared.Zero() || a.MutedFor != 0 {
				t.Errorf("companion: %+v", a)
			}
		}
		// A name is whole or it is none.
		if a := ask(Utterance{Speaker: 6, Road: Name, Text: "number"}); !a.Cleared.Zero() || a.MutedFor != 0 {
			t.Errorf("name: %+v", a)
		}
		// Bots call nobody.
		if a := ask(Utterance{Speaker: 8, Kind: id.Bot, Text: "cry"}); a.Cleared.Text() != "cry" || a.Case != 0 || a.Distressed {
			t.Errorf("bot: %+v", a)
		}
		if len(r.sink.alarms) != 0 {
			t.Errorf("alarms %+v", r.sink.alarms)
		}
	})
}

func TestASinkThatFailsClosesButTheChildIsHeard(t *testing.T) {
	for name, s := range map[string]*sink{"error": {fail: errors.New("disk full")}, "hang": {hang: true}, "panic": {panics: true}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := open(t, Options{Sink: s})
				defer r.close()
				begin := time.Now()
				a, err := r.say(1, "cry")
				if !errors.Is(err, ErrNoCase) || !a.Cleared.Zero() || !a.Distressed || a.Case != 0 {
					t.Errorf("%+v %v", a, err)
				}
				if d := time.Since(begin); d > DefaultCaseWait {
					t.Errorf("took %v", d)
				}
				r.want(2, "hello", "hello")
				if c := r.gate.Counters(); c.NoCase != 1 {
					t.Errorf("counted %+v", c)
				}
			})
		})
	}
}

func TestACallerWhoLeavesIsHeard(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Options{})
		defer r.close()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		a, err := r.gate.Submit(ctx, Utterance{Speaker: 1, Text: "cry"})
		if err != nil || a.Case != 1 {
			t.Errorf("%+v %v", a, err)
		}
	})
}

func TestFullIsClosed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		free := make(chan struct{})
		r := open(t, Options{Inbox: 2, Scorers: []Scorer{scorerFunc(func(u Utterance) Verdict { <-free; return byWords(u) })}})
		got := make(chan string, 3)
		for i := range 3 { // one with the scorer, two in the inbox
			go func() { got <- r.shown(id.VisitorID(i+1), "hello") }()
			synctest.Wait()
		}
		begin := time.Now()
		if _, err := r.say(9, "cry"); !errors.Is(err, ErrFull) || time.Since(begin) != 0 {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		close(free)
		for range 3 {
			if s := <-got; s != "hello" {
				t.Error(s)
			}
		}
		if c := r.gate.Counters(); c.Full != 1 {
			t.Errorf("counted %+v", c)
		}
		r.close()
	})
}

func TestSlowIsClosed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		free := make(chan struct{})
		r := open(t, Options{Scorers: []Scorer{scorerFunc(func(u Utterance) Verdict { <-free; return Verdict{} })}})
		begin := time.Now()
		if _, err := r.say(1, "hello"); !errors.Is(err, ErrSlow) || time.Since(begin) != DefaultDeadline {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := r.gate.Mute(ctx, 1, time.Hour, ""); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("mute while a scorer hangs: %v", err)
		}
		// The node drains all the same, and is told.
		if err := r.close(); !errors.Is(err, ErrSlow) {
			t.Errorf("Run: %v", err)
		}
		if _, err := r.say(1, "hello"); !errors.Is(err, ErrClosed) {
			t.Errorf("after the end: %v", err)
		}
		close(free)
	})
}

func TestAPanicIsClosedAndTheGateGoesOn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var log strings.Builder
		crash := scorerFunc(func(u Utterance) Verdict {
			if strings.Contains(u.Text, "panic") {
				panic(u.Text)
			}
			return Verdict{}
		})
		good := scorerFunc(func(u Utterance) Verdict {
			u.Text = strings.ReplaceAll(u.Text, "panic", "")
			return byWords(u)
		})
		r := open(t, Options{Scorers: []Scorer{crash, good}})
		r.gate.o.Log = slog.New(slog.NewTextHandler(&log, nil))
		a, err := r.say(1, "panic over a secret")
		if !errors.Is(err, ErrFault) || !a.Cleared.Zero() || a.Distressed || a.MutedFor != 0 {
			t.Errorf("%+v %v", a, err)
		}
		// It may have been a cry for help: a person reads it.
		if n := len(r.sink.alarms); n != 1 || a.Case != 1 || r.sink.alarms[0].Shown || r.sink.alarms[0].Verdict.Concern != Case || r.sink.alarms[0].Note == "" {
			t.Errorf("%d alarms: %+v", n, r.sink.alarms)
		}
		// What another scorer saw still reaches a person.
		a, err = r.say(1, "panic cry")
		if !errors.Is(err, ErrFault) || !a.Cleared.Zero() || !a.Distressed || a.Case == 0 {
			t.Errorf("%+v %v", a, err)
		}
		r.want(1, "hello", "hello")
		if c := r.gate.Counters(); c.Fault != 2 {
			t.Errorf("counted %+v", c)
		}
		r.close()
		if log.Len() == 0 || strings.Contains(log.String(), "secret") {
			t.Errorf("the log must tell of it without words: %s", log.String())
		}
	})
}

func TestClosedBeforeAndAfter(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := NewGate(Options{Scorers: []Scorer{scorerFunc(byWords)}})
		if _, err := g.Submit(t.Context(), Utterance{Text: "hello"}); !errors.Is(err, ErrClosed) {
			t.Errorf("before Run: %v", err)
		}
		if err := NewGate(Options{}).Run(t.Context()); err == nil {
			t.Error("a gate without a scorer ran")
		}
		r := open(t, Options{})
		if err := r.close(); err != nil {
			t.Error(err)
		}
		if _, err := r.say(1, "hello"); !errors.Is(err, ErrClosed) {
			t.Errorf("after Run: %v", err)
		}
		if err := r.gate.Run(t.Context()); err == nil {
			t.Error("ran twice")
		}
	})
}

func TestADrainAnswersWhatIsInside(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Options{Scorers: []Scorer{scorerFunc(func(u Utterance) Verdict {
			time.Sleep(10 * time.Millisecond)
			return byWords(u)
		})}})
		got := make(chan string, 5)
		for i := range 5 {
			go func() { got <- r.shown(id.VisitorID(i+1), "cry") }()
		}
		synctest.Wait()
		if err := r.close(); err != nil {
			t.Error(err)
		}
		for range 5 {
			if s := <-got; s != "cry" {
				t.Error(s)
			}
		}
		if len(r.sink.alarms) != 5 {
			t.Errorf("%d alarms", len(r.sink.alarms))
		}
	})
}

func TestIDsGrowAcrossStarts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var last id.UtteranceID
		for range 3 {
			r := open(t, Options{})
			for range 1000 {
				a, err := r.say(1, "hello")
				if err != nil {
					t.Fatal(err)
				}
				if a.Cleared.Utterance() <= last {
					t.Fatalf("%d after %d", a.Cleared.Utterance(), last)
				}
				last = a.Cleared.Utterance()
			}
			r.close()
			time.Sleep(time.Second)
		}
		if last >= 1<<53 {
			t.Errorf("%d is too large for a browser's numbers", last)
		}
		r := open(t, Options{First: 42})
		defer r.close()
		if a, _ := r.say(1, "hello"); a.Cleared.Utterance() != 42 {
			t.Errorf("first %d", a.Cleared.Utterance())
		}
	})
}

func TestMemoryOfMutesIsBounded(t *testing.T) {
	now := time.Unix(1e9, 0)
	l := newLadder(100)
	for i := range 50 {
		l.obey(order{kind: orderMute, visitor: id.VisitorID(1000 + i), length: time.Hour}, now)
	}
	for i := range 5000 {
		l.strike(id.VisitorID(10000+i), 1, now.Add(time.Duration(i)*time.Millisecond))
		if len(l.of) > 100 {
			t.Fatalf("%d speakers remembered", len(l.of))
		}
	}
	for i := range 50 {
		if l.left(id.VisitorID(1000+i), now.Add(time.Minute)) == 0 {
			t.Fatal("a mute was forgotten for the sake of those who are not muted")
		}
	}
}

func TestBrokenTextIsMended(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Options{})
		defer r.close()
		r.want(1, "a\xffb", "a\uFFFDb")
	})
}
