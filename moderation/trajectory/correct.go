package trajectory

import (
	"slices"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// Correct implements moderation.Corrigible: a second look has seen u. If it sees
// nothing in it, the signs of u go, but for those of stories that would hide
// words: nothing that a second look says lets more be shown. Otherwise what it
// sees is added. Words that were taken back come without a text, perhaps by
// their number alone: their signs stay, the words are forgotten. It raises
// nothing by itself.
func (t *Trajectory) Correct(u moderation.Utterance, v moderation.Verdict) {
	if u.Text == "" && u.ID != 0 {
		t.unsay(u.ID)
	}
	p := t.known[u.Speaker]
	if p == nil {
		return // forgotten meanwhile
	}
	near := u.Near
	for _, m := range p.marks {
		if m.of == u.ID && len(near) == 0 {
			for _, h := range m.near {
				near = append(near, moderation.Hearer{Visitor: h})
			}
		}
	}
	if len(v.Reasons) == 0 && u.Text != "" {
		n := len(p.marks)
		p.marks = slices.DeleteFunc(p.marks, func(m mark) bool {
			return m.of == u.ID && !t.plan.families[t.plan.stages[m.stage].family].hide
		})
		if len(p.marks) != n {
			t.marks -= n - len(p.marks)
			p.changed = true
		}
	}
	for _, r := range v.Reasons {
		grade := min(max(r.Severity, 1), 3)
		for _, rs := range t.plan.reasons[reasonKey{r.Category, r.Need}] {
			if rs.weight[grade] > 0 && !signed(p, u, rs.stage) {
				t.mark(u, near, p, rs.stage, rs.weight[grade])
			}
		}
	}
}

func signed(p *past, u moderation.Utterance, stage int) bool {
	return slices.ContainsFunc(p.marks, func(m mark) bool { return m.of == u.ID && m.stage == stage })
}

// unsay forgets the words of an utterance wherever they are kept.
func (t *Trajectory) unsay(u id.UtteranceID) {
	for _, p := range t.known {
		for i := range p.marks {
			if m := &p.marks[i]; m.of == u && m.text != "" {
				m.text, p.changed = "", true
			}
		}
		drop(p.pieces.list, u)
	}
	for _, c := range t.rooms {
		for i := range c.acts {
			if c.acts[i].of == u {
				c.acts[i].line.Text = ""
			}
		}
		drop(c.pieces, u)
	}
}

// drop keeps the digits of a piece: what completes a number is hidden still.
func drop(list []piece, u id.UtteranceID) {
	for i := range list {
		if list[i].of == u {
			list[i].line.Text = ""
		}
	}
}
