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
}

type contextInfo struct {
	name  string
	hash  uint32
	where where
	frame uint32 // a bit of frames, of a concept
}

// program is the lists, compiled. It is never written to again.
type program struct {
	rows     []row
	contexts []contextInfo
	byRow    [][]int32 // contexts of a row
	rules    []rule
	trie     *trie
	uses     []use     // literal by literal
	first    []int32   // of a literal's uses; one more than there are literals
	where    []viewSet // of a literal: in which views any of its uses counts
	exacts   [][]rune
	progress int
}

const (
	minLatin  = 3 // letters of a literal, unless a rule asks for its word alone
	minRomaji = 4 // kana of a literal that romaji may match
)

func compile(l *lists) (*program, error) {
	n := l.forms()
	c := compiler{p: &program{rows: l.rows}, vs: newViews(), ids: make(map[string]int32, n), forms: make(map[string]form, n)}
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
	tight, short string
	runes        int // of tight
	latin, kana  bool
}

type compiler struct {
	p        *program
	vs       *views
	ids      map[string]int32 // of literals
	forms    map[string]form  // folded once: the same words stand in many patterns
	literals []string
	uses     [][]use // by literal
	faults   []error
}

// finish lays the literals and their uses out for the matcher.
func (c *compiler) finish() {
	p := c.p
	p.trie = newTrie(c.literals)
	p.first, p.where = make([]int32, 0, len(c.uses)+1), make([]viewSet, len(c.uses))
	for li, us := range c.uses {
		p.first = append(p.first, int32(len(p.uses)))
		p.uses = append(p.uses, us...)
		for i := range us {
			p.where[li] |= us[i].in
		}
	}
	p.first = append(p.first, int32(len(p.uses)))
}

// role is the use of a literal of so many runes as a part of rule n.
func (c *compiler) role(n, part int32, runes int, in viewSet) use {
	r := &c.p.rules[n]
	u := use{rule: n, slot: r.first + part, runes: int32(runes), part: int16(part), exact: -1, in: in, last: part == r.parts-1}
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

func (c *compiler) literal(n, part int32, r rule, form string) error {
	f, ok := c.forms[form]
	if !ok {
		c.vs.lookTight(form)
		runes := c.vs.tight.runes
		f.tight, f.short, f.runes = string(runes), string(c.vs.short.runes), len(runes)
		f.latin, f.kana = allLatin(runes), allKana(runes)
		c.forms[form] = f
	}
	if f.tight == "" {
		return errors.New("no letters to look for")
	}
	alone := r.parts == 1 && r.left && r.right
	if f.runes == 1 && r.kind == scoring && r.parts == 1 && !alone {
		return errors.New("one letter matches everywhere")
	}
	if r.kind == scoring && r.parts == 1 && !alone && f.latin && f.runes < minLatin {
		return fmt.Errorf("fewer than %d letters match everywhere", minLatin)
	}
	u := c.role(n, part, f.runes, inTight)
	if r.exact {
		c.vs.lookTight(form)
		u.exact = int32(len(c.p.exacts))
		c.p.exacts = append(c.p.exacts, slices.Clone(c.vs.tight.exact))
		c.use(f.tight, u)
		return nil
	}
	if r.kind != scoring || f.kana && (f.runes >= minRomaji || alone || r.parts > 1) {
		u.in |= inRomaji
	}
	if f.short == "" {
		u.in |= inShort
	} else if r.kind != scoring {
		// What takes a match back must be found wherever the match is.
		c.use(f.short, c.role(n, part, utf8.RuneCountInString(f.short), inShort))
	}
	c.use(f.tight, u)
	return nil
}

// use notes a literal's role; two forms that fold to one are one.
func (c *compiler) use(lit string, u use) {
	li, ok := c.ids[lit]
	if !ok {
		li = int32(len(c.literals))
		c.ids[lit] = li
		c.literals = append(c.literals, lit)
		c.uses = append(c.uses, nil)
	}
	for i := len(c.uses[li]) - 1; i >= 0; i-- {
		o := &c.uses[li][i]
		if o.rule != u.rule {
			break // rules come one after the other
		}
		if o.part == u.part && o.exact < 0 && u.exact < 0 {
			o.in |= u.in
			return
		}
	}
	c.uses[li] = append(c.uses[li], u)
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
		Rule: r.id, Category: r.category, Severity: r.level.severity, Need: r.level.need, Concern: a.concern, View: view, Spans: spans,
	}
}
