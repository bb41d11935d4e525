package trajectory

import (
	"strings"
	"testing"
	"time"

	"kakitsubata/moderation"
)

// A second look that sees nothing takes the signs of that utterance away, and of
// no other, but none of a story that would hide words; one that sees more adds.
func TestCorrect(t *testing.T) {
	m := New(load(t), nil, nil)
	run(m, time.Minute, grooming[:3], near(2)...)
	p := m.known[1]
	if len(p.marks) < 2 || !m.plan.families[m.plan.stages[p.marks[0].stage].family].hide {
		t.Fatalf("signs %+v", p.marks)
	}
	before := len(p.marks)
	m.Correct(said(1, 1, 0, grooming[0]), moderation.Verdict{})
	if len(p.marks) != before {
		t.Errorf("signs that hide are gone: %d of %d", len(p.marks), before)
	}
	u := said(9, 1, 4*time.Minute, "だれもいない")
	u.Near = near(2)
	lonely := moderation.Verdict{Reasons: []moderation.Reason{{Category: moderation.Loneliness, Severity: 2}}}
	m.Correct(u, lonely)
	m.Correct(u, lonely)
	if len(p.marks) != before+1 || p.marks[before].of != u.ID || !p.marks[before].heardBy(2) {
		t.Fatalf("signs %+v", p.marks[before:])
	}
	all := m.marks
	m.Correct(u, moderation.Verdict{})
	if len(p.marks) != before || m.marks != all-1 {
		t.Errorf("%d signs, %d counted", len(p.marks), m.marks)
	}
	m.Correct(moderation.Utterance{ID: 1, Speaker: 77}, moderation.Verdict{}) // nobody
}

// Of words that were taken back the signs stay and the words go: from the
// memory, from what is stored, and from later alerts.
func TestCorrectForgetsWords(t *testing.T) {
	m := New(load(t), nil, nil)
	run(m, time.Minute, grooming[:4], near(2)...)
	p := m.known[1]
	m.Changed()
	before := len(p.marks)
	gone := said(2, 1, 0, "")
	m.Correct(gone, moderation.Verdict{Reasons: []moderation.Reason{{Category: moderation.Grooming, Severity: 2}}})
	if len(p.marks) < before {
		t.Errorf("%d signs of %d", len(p.marks), before)
	}
	stored := m.Changed()
	m.Correct(moderation.Utterance{ID: 3}, moderation.Verdict{}) // a person took it back
	for _, k := range p.marks {
		if k.of == 3 && k.text != "" {
			t.Errorf("the memory has %s", k.text)
		}
	}
	if len(stored) != 1 || strings.Contains(string(stored[0].Body), grooming[1]) || !strings.Contains(string(stored[0].Body), grooming[2]) {
		t.Errorf("stored %s", stored)
	}
	_, alerts := m.Note(said(5, 1, 5*time.Minute, grooming[4]), near(2), moderation.Verdict{})
	if len(alerts) == 0 || len(alerts[0].Lines) == 0 {
		t.Fatalf("no alert: %+v", alerts)
	}
	for _, a := range alerts {
		for _, l := range a.Lines {
			if l.Text == "" || l.Text == grooming[1] {
				t.Errorf("an alert has the line %+v", l)
			}
		}
	}
}
