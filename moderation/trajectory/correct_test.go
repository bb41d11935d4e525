package trajectory

import (
	"testing"
	"time"

	"kakitsubata/moderation"
)

// A second look that sees nothing takes the signs of that utterance away, and of
// no other; one that sees more puts them there.
func TestCorrect(t *testing.T) {
	m := New(load(t), nil, nil)
	run(m, time.Minute, grooming[:3], near(2)...)
	p := m.known[1]
	before, all := len(p.marks), m.marks
	if before < 2 {
		t.Fatalf("%d signs", before)
	}
	of := p.marks[0].of
	m.Correct(moderation.Utterance{ID: of, Speaker: 1}, moderation.Verdict{})
	for _, k := range p.marks {
		if k.of == of {
			t.Errorf("it is still there: %+v", k)
		}
	}
	if len(p.marks) == 0 || m.marks != all-(before-len(p.marks)) {
		t.Errorf("%d signs of %d are left, %d counted", len(p.marks), before, m.marks)
	}
	n := len(p.marks)
	u := said(9, 1, 4*time.Minute, "だれもいない")
	u.Near = near(2)
	m.Correct(u, moderation.Verdict{Reasons: []moderation.Reason{{Category: moderation.Loneliness, Severity: 2}}})
	if len(p.marks) != n+1 || p.marks[n].of != u.ID || !p.marks[n].heardBy(2) {
		t.Errorf("signs %+v", p.marks[n:])
	}
	m.Correct(moderation.Utterance{ID: 1, Speaker: 77}, moderation.Verdict{}) // nobody
}
