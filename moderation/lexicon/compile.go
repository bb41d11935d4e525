package lexicon

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"kakitsubata/moderation"
)

type ruleKind uint8

const (
	scoring ruleKind = iota
	exception
	context
)

// rule is one pattern, ready to match.
type rule struct {
	kind        ruleKind
	of          int32 // scoring, exception: the row; context: the context's number
	left, right bool
	exact       bool
	gaps        []int
	parts       int32 // how many
	first       int32 // its place in the matcher's progress
}

// viewSet is a set of the views that are searched.
type viewSet uint8

const (
	inTight viewSet = 1 << iota
	inShort
	inRomaji
)

// use is one literal's role in one rule, with what most of its hits need of it:
// few get as far as the rule.
type use struct {
	rule  int32
	slot  int32 // the part's place in the matcher's progress
	runes int32
	part  int16
	gap   int16   // before the part
	exact int32   // its place in the program's exacts, or -1
	in    viewSet // where it counts
	last  bool    // it is the rule's last part
	kind  ruleKind
	left  bool
	right bool
}

type contextInfo struct {
	name  string
	hash  uint32
	where where
	frame uint32 // a bit of frames, of a concept
}

// literal is the uses of one, and which to look at next.
type literal struct {
	first, end int32   // of its uses
	shorter    int32   // one more than the next shorter literal that ends with it, or 0
	where      viewSet // in which views any of its uses counts
}

// program is the lists, compiled. It is never written to again.
type program struct {
	rows     []row
	contexts []contextInfo
	byRow    [][]int32 // contexts of a row
	rules    []rule
	trie     *trie
	literals []literal
	uses     []use // literal by literal
	exacts   [][]rune
	progress int
}

const (
	minLatin  = 3 // letters of a literal, unless a rule asks for its word alone
	minRomaji = 4 // kana of a literal that romaji may match
)

func compile(l *lists) (*program, error) {
	n := l.forms()
	c := compiler{p: &program{rows: l.rows}, vs: newViews(), grow: newSprouts(3 * n), forms: make(map[string]form, n)}
	numbers := map[string][]int32{}
	for _, row := range l.contexts {
		n := int32(len(c.p.contexts))
		c.p.contexts = append(c.p.contexts, contextInfo{name: row.name, hash: hashOf(row.name + strconv.Itoa(int(row.where))), where: row.where})
		numbers[row.name] = append(numbers[row.name], n)
		c.add(row.at, context, n, row.patterns)
	}
	for i, row := range l.rows {
		var ctx []int32
		for _, name := range row.contexts {
			ctx = append(ctx, numbers[name]...)
		}
		c.p.byRow = append(c.p.byRow, ctx)
		c.add(row.at, scoring, int32(i), row.patterns)
		c.add(row.at, exception, int32(i), row.except)
	}
	c.finish()
	return c.p, errors.Join(c.faults...)
}

// forms is how many forms the lists write out, at most: what is made for them
// grows no more.
func (l *lists) forms() (n int) {
	count := func(ps []pattern) {
		for _, p := range ps {
			for _, forms := range p.parts {
				n += len(forms)
			}
		}
	}
	for i := range l.contexts {
		count(l.contexts[i].patterns)
	}
	for i := range l.rows {
		count(l.rows[i].patterns)
		count(l.rows[i].except)
	}
	return n
}

// form is one written form, folded.
type form struct {
	tight, short []rune
	latin, kana  bool
}

type compiler struct {
	p      *program
	vs     *views
	grow   *sprouts
	forms  map[string]form // folded once: the same words stand in many patterns
	uses   []roleOf        // as they came
	latest []int32         // of a literal: one more than its latest use, or 0
	faults []error
}

// roleOf is a use of a literal.
type roleOf struct {
	use
	literal int32
	before  int32 // one more than the use of the literal before, or 0
}

// finish lays the literals and their uses out for the matcher.
func (c *compiler) finish() {
	p := c.p
	var shorter []int32
	p.trie, shorter = c.grow.grown()
	p.literals, p.uses = make([]literal, len(shorter)), make([]use, len(c.uses))
	for i := range c.uses {
		p.literals[c.uses[i].literal].end++
	}
	at := int32(0)
	for i := range p.literals {
		l := &p.literals[i]
		l.shorter, l.first, l.end, at = shorter[i], at, at, at+l.end
	}
	for i := range c.uses {
		u := &c.uses[i]
		l := &p.literals[u.literal]
		l.where |= u.in
		p.uses[l.end] = u.use
		l.end++
	}
}

// role is the use of a literal of so many runes as a part of rule n.
func (c *compiler) role(n, part int32, runes int, in viewSet) use {
	r := &c.p.rules[n]
	u := use{
		rule: n, slot: r.first + part, runes: int32(runes), part: int16(part), exact: -1, in: in, last: part == r.parts-1,
		kind: r.kind, left: r.left, right: r.right,
	}
	if part > 0 {
		u.gap = int16(r.gaps[part-1])
	}
	return u
}

func (c *compiler) add(at string, kind ruleKind, of int32, patterns []pattern) {
	for _, p := range patterns {
		n := int32(len(c.p.rules))
		r := rule{
			kind: kind, of: of, left: p.left, right: p.right, exact: p.exact, gaps: p.gaps,
			parts: int32(len(p.parts)), first: int32(c.p.progress),
		}
		c.p.progress += len(p.parts)
		c.p.rules = append(c.p.rules, r)
		for part, forms := range p.parts {
			for _, f := range forms {
				if err := c.literal(n, int32(part), r, f); err != nil {
					c.faults = append(c.faults, fmt.Errorf("%s: %q: %w", at, f, err))
				}
			}
		}
	}
}

func (c *compiler) literal(n, part int32, r rule, written string) error {
	f, ok := c.forms[written]
	if !ok {
		c.vs.lookTight(written)
		f.tight, f.short = slices.Clone(c.vs.tight.runes), slices.Clone(c.vs.short.runes)
		f.latin, f.kana = allLatin(f.tight), allKana(f.tight)
		c.forms[written] = f
	}
	if len(f.tight) == 0 {
		return errors.New("no letters to look for")
	}
	alone := r.parts == 1 && r.left && r.right
	if len(f.tight) == 1 && r.kind == scoring && r.parts == 1 && !alone {
		return errors.New("one letter matches everywhere")
	}
	if r.kind == scoring && r.parts == 1 && !alone && f.latin && len(f.tight) < minLatin {
		return fmt.Errorf("fewer than %d letters match everywhere", minLatin)
	}
	u := c.role(n, part, len(f.tight), inTight)
	if r.exact {
		c.vs.lookTight(written)
		u.exact = int32(len(c.p.exacts))
		c.p.exacts = append(c.p.exacts, c.vs.tight.exact())
		c.use(f.tight, u)
		return nil
	}
	if r.kind != scoring || f.kana && (len(f.tight) >= minRomaji || alone || r.parts > 1) {
		u.in |= inRomaji
	}
	if len(f.short) == 0 {
		u.in |= inShort
	} else if r.kind != scoring {
		// What takes a match back must be found wherever the match is.
		c.use(f.short, c.role(n, part, len(f.short), inShort))
	}
	c.use(f.tight, u)
	return nil
}

// use notes a literal's role; two forms that fold to one are one.
func (c *compiler) use(lit []rune, u use) {
	li, isNew := c.grow.literal(lit)
	if isNew {
		c.latest = append(c.latest, 0)
	}
	// Rules come one after the other: those of this one are the latest.
	for i := c.latest[li]; i > 0 && c.uses[i-1].rule == u.rule; i = c.uses[i-1].before {
		o := &c.uses[i-1]
		if o.part == u.part && o.exact < 0 && u.exact < 0 {
			o.in |= u.in
			return
		}
	}
	c.uses = append(c.uses, roleOf{u, li, c.latest[li]})
	c.latest[li] = int32(len(c.uses))
}

func allKana(rs []rune) bool {
	for _, r := range rs {
		if r < 'ぁ' || r > 'ゔ' {
			return false
		}
	}
	return true
}

func allLatin(rs []rune) bool {
	for _, r := range rs {
		if r >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (p *program) action(l *lists, r *row) action {
	if r.level.need {
		return l.need[r.level.severity]
	}
	return l.actions[r.category][r.level.severity]
}

func (r *row) support() bool { return r.level.need || r.category.Support() }

func (r *row) reason(view string, a action, spans []moderation.Span) moderation.Reason {
	return moderation.Reason{
		Rule: r.id, Category: r.category, Severity: r.level.severity, Need: r.level.need, Concern: a.concern, View: view, Spans: spans, Show: a.show,
	}
}
