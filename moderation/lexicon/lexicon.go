package lexicon

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"kakitsubata/moderation"
)

// Lexicon scores utterances by lists and patterns. One goroutine at a time
// may use it; Twin gives another one of the same lists.
type Lexicon struct {
	lists  *lists
	vs     *views
	m      *matcher
	ideas  *matcher // of the concepts
	found  []finding
	keep   []finding // scratch
	around []int32   // contexts that were found anywhere, by number
	digs   []digitAt
	starts []start

	// What the latest verdict is made of.
	reasons []moderation.Reason
	spans   []moderation.Span // of the reasons: no more than findings
	hidden  []moderation.Span
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
	var r *readings
	var c *program
	ideas := make(chan error, 1)
	go func() { // beside the lists: a start is short
		r = newReadings(l.readings)
		var err error
		c, err = compileConcepts(l.concepts, r)
		ideas <- err
	}()
	p, err := compile(l)
	if err := errors.Join(err, <-ideas); err != nil {
		return nil, fmt.Errorf("lexicon: %w", err)
	}
	return assemble(l, p, c, r), nil
}

func assemble(l *lists, p, c *program, r *readings) *Lexicon {
	return &Lexicon{lists: l, vs: newViewsAloud(r), m: newMatcher(p), ideas: newMatcher(c)}
}

// Twin is another scorer of the same lists, for another goroutine.
func (x *Lexicon) Twin() *Lexicon { return assemble(x.lists, x.m.p, x.ideas.p, x.vs.readings) }

// Rules is how many patterns were loaded.
func (x *Lexicon) Rules() int { return len(x.lists.rows) }

// Score judges one utterance. The verdict's reasons and spans are the lexicon's:
// they may be read until it looks at the next text. It allocates only to grow
// its memory to the most that was found in one text.
func (x *Lexicon) Score(u moderation.Utterance) moderation.Verdict {
	x.see(u.Text)
	if len(x.found) == 0 {
		return moderation.Verdict{}
	}
	return x.verdict()
}

// see fills the views and found.
func (x *Lexicon) see(text string) {
	x.found, x.around = x.found[:0], x.around[:0]
	x.vs.look(text)
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
}

func (x *Lexicon) search(v *view, in viewSet) {
	x.m.run(v, in)
	for _, c := range x.m.contexts {
		if n := x.m.p.rules[c.rule].of; !slices.Contains(x.around, n) {
			x.around = append(x.around, n)
		}
	}
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

// reports reports whether f is the words of somebody who was hurt: the harm
// named in them was done to the speaker.
func (f *finding) reports() bool {
	switch f.row.category {
	case moderation.BullyingVictim, moderation.AbuseHome, moderation.SexualVictim:
		return true
	}
	return f.row.level.need
}

// told reports whether f, a harm, stands inside what somebody reports of
// themselves: the report overlaps it and begins before it
// (お父さんが …) or goes on after it (… と言われた). What is
// personal is hidden even there.
func (x *Lexicon) told(f *finding) bool {
	if f.row.support() || f.row.category == moderation.PII || f.row.category == moderation.URL {
		return false
	}
	return slices.ContainsFunc(x.found, func(o finding) bool {
		return o.reports() && o.from < f.to && f.from < o.to && (o.to > f.to || o.from < f.from)
	})
}

// verdict weighs what was found: the strictest show, the most urgent concern,
// one reason for each rule.
func (x *Lexicon) verdict() (v moderation.Verdict) {
	n := 0
	for i := range x.found {
		if f := x.found[i]; !x.told(&f) {
			x.keep = append(x.keep[:n], f)
			n++
		}
	}
	x.found, x.keep = x.keep[:n], x.found
	if n == 0 {
		return v
	}
	x.reasons, x.hidden = x.reasons[:0], x.hidden[:0]
	x.spans = slices.Grow(x.spans[:0], n) // reasons point into it: it may not move
	for i := range x.found {
		f := &x.found[i]
		if slices.ContainsFunc(x.found[:i], func(o finding) bool { return o.row == f.row }) {
			continue
		}
		from := len(x.spans)
		for _, o := range x.found[i:] {
			if o.row == f.row {
				x.spans = append(x.spans, moderation.Span{From: o.from, To: o.to})
			}
		}
		spans := x.spans[from:len(x.spans):len(x.spans)]
		a := x.m.p.action(x.lists, f.row)
		if !f.row.support() {
			v.Severity = max(v.Severity, f.row.level.severity)
		} else if f.row.level.mask {
			a.show = moderation.Mask
		}
		if a.show > moderation.Pass {
			x.hidden = append(x.hidden, spans...)
		}
		v.Show, v.Concern = max(v.Show, a.show), max(v.Concern, a.concern)
		x.reasons = append(x.reasons, f.row.reason(f.view, a, spans))
	}
	v.Reasons, v.Spans = x.reasons, union(x.hidden)
	return v
}

// union makes of spans, in their place, an ordered union; nil if there are none.
func union(spans []moderation.Span) []moderation.Span {
	if len(spans) == 0 {
		return nil
	}
	slices.SortFunc(spans, func(a, b moderation.Span) int { return a.From - b.From })
	n := 0
	for _, s := range spans[1:] {
		if last := &spans[n]; s.From <= last.To {
			last.To = max(last.To, s.To)
			continue
		}
		n++
		spans[n] = s
	}
	return spans[:n+1]
}
