package trajectory

import (
	"slices"

	"kakitsubata/moderation"
)

// Correct implements moderation.Corrigible: a second look has seen u, and its
// signs are those of v now. It raises nothing by itself.
func (t *Trajectory) Correct(u moderation.Utterance, v moderation.Verdict) {
	p := t.known[u.Speaker]
	if p == nil {
		return // forgotten meanwhile
	}
	var near []moderation.Hearer
	n := len(p.marks)
	p.marks = slices.DeleteFunc(p.marks, func(m mark) bool {
		if m.of != u.ID {
			return false
		}
		for _, h := range m.near {
			near = append(near, moderation.Hearer{Visitor: h})
		}
		return true
	})
	if len(p.marks) != n {
		t.marks -= n - len(p.marks)
		p.changed = true
	}
	if len(near) == 0 {
		near = u.Near
	}
	for _, r := range v.Reasons {
		rs, ok := t.plan.reasons[reasonKey{r.Category, r.Need}]
		if grade := min(max(r.Severity, 1), 3); ok && rs.weight[grade] > 0 {
			t.mark(u, near, p, rs.stage, rs.weight[grade])
		}
	}
}
