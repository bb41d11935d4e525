package moderation

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// thrifty writes every verdict where the last one was, as the first tier does.
type thrifty struct {
	reasons []Reason
	spans   []Span
}

func (s *thrifty) Score(u Utterance) (v Verdict) {
	n := 1 + int(u.Text[0]-'a')
	clear(s.reasons[:cap(s.reasons)])
	clear(s.spans[:cap(s.spans)])
	s.reasons, s.spans = s.reasons[:0], s.spans[:0]
	for i := range n {
		s.spans = append(s.spans, Span{From: 2 * i, To: 2*i + 1})
	}
	for i := range n {
		s.reasons = append(s.reasons, Reason{Rule: u.Text[:1], Category: PII, Severity: 2, Concern: Case, Show: Mask, Spans: s.spans[i : i+1]})
	}
	return Verdict{Show: Mask, Concern: Case, Severity: 2, Spans: s.spans, Reasons: s.reasons}
}

// followers are told by many at once.
type followers struct {
	mu   sync.Mutex
	seen []Judged
}

func (f *followers) Judged(j Judged) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen = append(f.seen, j)
}

// What the gate hands on is its own: the scorer's next verdict, and the next
// but one, change nothing of it, whoever keeps it.
func TestWhatTheGateHandsOnStays(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := &followers{}
		r := open(t, Options{Scorers: []Scorer{&thrifty{}, &thrifty{}}, Follow: []Follower{f}})
		defer r.close()
		text := func(i int) string { return strings.Repeat(string(rune('a'+i)), 12) }
		whole := func(name string, i int, v Verdict) {
			t.Helper()
			if len(v.Spans) != i+1 || len(v.Reasons) != 2*(i+1) {
				t.Errorf("%s of %q: %+v", name, text(i), v)
				return
			}
			for k, x := range v.Reasons {
				at := k % (i + 1)
				if x.Rule != text(i)[:1] || len(x.Spans) != 1 || x.Spans[0] != v.Spans[at] || x.Spans[0] != (Span{2 * at, 2*at + 1}) {
					t.Errorf("%s of %q, reason %d: %+v", name, text(i), k, v)
				}
			}
		}
		answers := make([]Answer, 6)
		var all sync.WaitGroup
		for i := range answers { // each reads its own while others are judged
			all.Go(func() {
				var err error
				if answers[i], err = r.submit(visitor(text(i))); err != nil {
					t.Error(err)
				}
				whole("the answer", i, answers[i].Verdict)
			})
		}
		all.Wait()
		for i, a := range answers {
			whole("the answer, later,", i, a.Verdict)
			if want := maskText(text(i), a.Verdict.Spans); a.Cleared.Text() != want || strings.Count(want, string(maskRune)) != i+1 {
				t.Errorf("%q became %q", text(i), a.Cleared.Text())
			}
		}
		for _, al := range r.sink.alarms {
			whole("the alarm", int(al.Utterance.Text[0]-'a'), al.Verdict)
		}
		for _, j := range f.seen {
			whole("the scored", int(j.Utterance.Text[0]-'a'), j.Scored)
		}
		if len(r.sink.alarms) != len(answers) || len(f.seen) != len(answers) {
			t.Errorf("%d alarms, %d followed", len(r.sink.alarms), len(f.seen))
		}
	})
}

func TestCloneHasNothingInCommon(t *testing.T) {
	s := &thrifty{}
	v := s.Score(Utterance{Text: "ccc"})
	was := fmt.Sprintf("%+v", v)
	c := v.Clone()
	_ = append(c.Spans, Span{From: 9})
	for i := range c.Reasons {
		_ = append(c.Reasons[i].Spans, Span{From: 9})
	}
	if got := fmt.Sprintf("%+v", c); got != was {
		t.Errorf("the clone of %s is %s", was, got)
	}
	s.Score(Utterance{Text: "a"})
	if got := fmt.Sprintf("%+v", c); got != was {
		t.Errorf("%s became %s", was, got)
	}
	if c := (Verdict{Reasons: s.reasons[:0], Spans: s.spans[:0]}).Clone(); c.Reasons != nil || c.Spans != nil {
		t.Errorf("of none: %+v", c)
	}
}
