package lexicon

import (
	"fmt"
	"io/fs"
	"slices"

	"kakitsubata/moderation"
)

// Lexicon scores utterances by lists and patterns. One goroutine at a time
// may use it; Twin gives another one of the same lists.
type Lexicon struct {
	lists *lists
	vs    *views
	m     *matcher
	found []finding
	digs  []digitAt
}

// finding is one thing seen in one utterance; spans in original runes.
type finding struct {
	row      *row
	view     string
	from, to int
}

// Load reads and compiles the lists of a folder. Its error names the file and
// the line of every fault.
func Load(fsys fs.FS) (*Lexicon, error) {
	l, err := readLists(fsys)
	if err != nil {
		return nil, fmt.Errorf("lexicon: %w", err)
	}
	p, err := compile(l)
	if err != nil {
		return nil, fmt.Errorf("lexicon: %w", err)
	}
	return assemble(l, p), nil
}

func assemble(l *lists, p *program) *Lexicon {
	return &Lexicon{lists: l, vs: newViews(), m: newMatcher(p)}
}

// Twin is another scorer of the same lists, for another goroutine.
func (x *Lexicon) Twin() *Lexicon { return assemble(x.lists, x.m.p) }

// Rules is how many patterns were loaded.
func (x *Lexicon) Rules() int { return len(x.lists.rows) }

// Score judges one utterance. Without a finding it allocates nothing.
func (x *Lexicon) Score(u moderation.Utterance) moderation.Verdict {
	x.found = x.found[:0]
	x.vs.look(u.Text)
	x.search(&x.vs.tight, inTight)
	if len(x.vs.short.runes) > 0 {
		x.search(&x.vs.short, inShort)
	}
	if len(x.vs.romaji.runes) > 0 {
		x.search(&x.vs.romaji, inRomaji)
	}
	x.personal()
	x.links()
	x.repeats()
	if len(x.found) == 0 {
		return moderation.Verdict{}
	}
	return x.verdict()
}

func (x *Lexicon) search(v *view, in viewSet) {
	x.m.run(v, in)
	for _, s := range x.m.scored {
		if x.m.excused(s) {
			continue
		}
		from, to := v.span(int(s.from), int(s.to))
		x.find(&x.m.p.rows[x.m.p.rules[s.rule].of], v.name, from, to)
	}
}

func (x *Lexicon) find(r *row, view string, from, to int) {
	for _, f := range x.found {
		if f.row == r && f.from == from && f.to == to {
			return // the same in another view
		}
	}
	x.found = append(x.found, finding{r, view, from, to})
}

// verdict weighs what was found: the strictest show, the most urgent concern,
// one reason for each rule.
func (x *Lexicon) verdict() (v moderation.Verdict) {
	for i := 0; i < len(x.found); i++ {
		f := x.found[i]
		if slices.ContainsFunc(x.found[:i], func(o finding) bool { return o.row == f.row }) {
			continue
		}
		var spans []moderation.Span
		for _, o := range x.found[i:] {
			if o.row == f.row {
				spans = append(spans, moderation.Span{From: o.from, To: o.to})
			}
		}
		a := x.m.p.action(x.lists, f.row)
		w := moderation.Verdict{Show: a.show, Concern: a.concern, Reasons: []moderation.Reason{f.row.reason(f.view, a, spans)}}
		if !f.row.support() {
			w.Severity = f.row.level.severity
		} else if f.row.level.mask {
			w.Show = moderation.Mask
		}
		if w.Show > moderation.Pass {
			w.Spans = spans
		}
		v = v.Merge(w)
	}
	return v
}
