package moderation

import (
	"strings"
	"testing"
	"time"

	"kakitsubata/protocol/id"
)

// recorder is a memory whose answers are read off the words.
type recorder struct {
	heard  []Utterance
	near   [][]Hearer
	gone   []id.VisitorID
	traces []Trace
}

func (m *recorder) Note(u Utterance, near []Hearer, v Verdict) (add Verdict, alerts []Alert) {
	m.heard, m.near = append(m.heard, u), append(m.near, near)
	earlier := Line{At: u.At.Add(-time.Hour), Speaker: u.Speaker, Name: "a", Text: "earlier"}
	now := Line{At: u.At, Speaker: u.Speaker, Name: u.Name, Text: u.Text}
	switch {
	case strings.HasPrefix(u.Text, "last "):
		add = Verdict{Show: Mask, Severity: 2, Spans: []Span{{5, len(u.Text)}}, Reasons: []Reason{{Rule: "pieces", Category: PII, Severity: 2, View: "history"}}}
	case u.Text == "slide" || u.Text == "slide last 5":
		add = Verdict{Concern: Case, Reasons: []Reason{{Rule: "slide", Category: SelfHarm, Severity: 1, Concern: Case, View: "history"}}}
		alerts = []Alert{{Speaker: u.Speaker, Category: SelfHarm, Level: Case, Lines: []Line{earlier, now}}}
		if u.Text != "slide" {
			add = add.Merge(Verdict{Show: Block, Severity: 2, Spans: []Span{{11, 12}}, Reasons: []Reason{{Rule: "pieces", Category: PII, Severity: 2, View: "history"}}})
		}
	case u.Text == "fault":
		panic("secret words")
	}
	return add, alerts
}

func (m *recorder) Changed() []Trace              { defer func() { m.traces = nil }(); return m.traces }
func (m *recorder) Forget(v id.VisitorID)         { m.gone = append(m.gone, v) }
func visitor(text string) Utterance               { return Utterance{Speaker: 1, Kind: id.Visitor, Text: text} }
func (r *rig) submit(u Utterance) (Answer, error) { return r.gate.Submit(r.t.Context(), u) }

func TestWhatIsRememberedIsHiddenAndTold(t *testing.T) {
	bubble(t, func(t *testing.T) {
		m := &recorder{traces: []Trace{{Visitor: 1}}}
		r := open(t, Options{Memory: m})
		defer r.close()
		if a, err := r.submit(visitor("first")); err != nil || a.Cleared.Text() != "first" {
			t.Errorf("%+v, %v", a, err)
		}
		if a, err := r.submit(visitor("last 5678")); err != nil || a.Cleared.Text() != "last ＊＊＊＊" || a.MutedFor != 0 {
			t.Errorf("%q, %v", a.Cleared.Text(), err)
		}
		u := visitor("slide")
		u.At = time.Now()
		u.Before = []Line{{At: u.At.Add(-time.Second), Speaker: 2, Text: "hi"}, {At: u.At, Speaker: 1, Text: "me"}, {At: u.At, Speaker: 2, Text: "again"}}
		a, err := r.submit(u)
		if err != nil || !a.Distressed || a.Cleared.Text() != "slide" || a.Case == 0 {
			t.Errorf("%+v, %v", a, err)
		}
		al := r.sink.alarms[len(r.sink.alarms)-1]
		if n := len(al.Utterance.Before); n != 4 || al.Utterance.Before[0].Text != "earlier" || !al.Shown {
			t.Errorf("the alarm has %+v", al.Utterance.Before)
		}
		if len(u.Before) != 3 || u.Before[0].Text != "hi" {
			t.Errorf("the caller's lines were changed: %+v", u.Before)
		}
		if near := m.near[len(m.near)-1]; len(near) != 1 || near[0].Visitor != 2 {
			t.Errorf("near are %+v", near)
		}
		if got, err := r.gate.Traces(t.Context()); err != nil || len(got) != 1 {
			t.Errorf("%v, %v", got, err)
		}
		if err := r.gate.Forget(t.Context(), 9); err != nil || len(m.gone) != 1 {
			t.Errorf("%v, %v", m.gone, err)
		}
	})
}

// Whatever the memory thinks, who is in need is not blocked.
func TestTheMemorySilencesNoNeed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Options{Memory: &recorder{}})
		defer r.close()
		a, err := r.submit(visitor("slide last 5"))
		if err != nil || a.Cleared.Text() != "slide last ＊" || a.MutedFor != 0 {
			t.Errorf("%q, muted %v, %v", a.Cleared.Text(), a.MutedFor, err)
		}
	})
}

func TestAFaultOfTheMemoryCloses(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Options{Memory: &recorder{}})
		defer r.close()
		a, err := r.submit(visitor("fault"))
		if err == nil || !a.Cleared.Zero() || r.gate.Counters().Fault != 1 {
			t.Errorf("%+v, %v", a, err)
		}
		if a, err := r.submit(visitor("after")); err != nil || a.Cleared.Text() != "after" {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

// Bots, the listener and staff leave nothing behind.
func TestOnlyVisitorsAreRemembered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		m := &recorder{}
		r := open(t, Options{Memory: m})
		defer r.close()
		for _, u := range []Utterance{
			{Speaker: 1, Kind: id.Bot, Text: "a"}, {Speaker: 1, Kind: id.Companion, Road: Companion, Text: "a"},
			{Speaker: 1, Road: Staff, Text: "a"}, {Speaker: 1, Kind: id.Visitor, Road: Name, Text: "a"},
		} {
			if _, err := r.submit(u); err != nil {
				t.Error(err)
			}
		}
		if len(m.heard) != 0 {
			t.Errorf("remembered %+v", m.heard)
		}
	})
	bubble(t, func(t *testing.T) {
		r := open(t, Options{})
		defer r.close()
		if got, err := r.gate.Traces(t.Context()); err != nil || got != nil {
			t.Errorf("without a memory: %v, %v", got, err)
		}
	})
}
