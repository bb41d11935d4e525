package lexicon

import (
	"errors"
	"fmt"
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

// use is one literal's role in one rule.
type use struct {
	rule  int32
	part  int32
	runes int32
	exact []rune  // nil unless the rule is exact
	in    viewSet // where it counts
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
	uses     [][]use // by literal
	progress int
}

const (
	minLatin  = 3 // letters of a literal, unless a rule asks for its word alone
	minRomaji = 4 // kana of a literal that romaji may match
)

func compile(l *lists) (*program, error) {
	c := compiler{p: &program{rows: l.rows}, vs: newViews(), ids: map[string]int32{}, forms: map[string]form{}}
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
	c.p.trie = newTrie(c.literals)
	return c.p, errors.Join(c.faults...)
}

// form is one written form, folded.
type form struct {
	tight, exact, short string
	runes               []rune
}

type compiler struct {
	p        *program
	vs       *views
	ids      map[string]int32 // of literals
	forms    map[string]form  // folded once: the same words stand in many patterns
	literals [][]rune
	faults   []error
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
		f.tight, f.exact = c.vs.tightOf(form)
		f.runes = []rune(f.tight)
		shorten(&c.vs.tight, &c.vs.short)
		f.short = string(c.vs.short.runes)
		c.forms[form] = f
	}
	tight, exact, runes := f.tight, f.exact, f.runes
	if tight == "" {
		return errors.New("no letters to look for")
	}
	alone := r.parts == 1 && r.left && r.right
	if len(runes) == 1 && r.kind == scoring && r.parts == 1 && !alone {
		return errors.New("one letter matches everywhere")
	}
	if r.kind == scoring && r.parts == 1 && !alone && allLatin(runes) && len(runes) < minLatin {
		return fmt.Errorf("fewer than %d letters match everywhere", minLatin)
	}
	u := use{rule: n, part: part, runes: int32(len(runes)), in: inTight}
	if r.exact {
		u.exact = []rune(exact)
		c.use(tight, u)
		return nil
	}
	if r.kind != scoring || allKana(runes) && (len(runes) >= minRomaji || alone || r.parts > 1) {
		u.in |= inRomaji
	}
	if f.short == "" {
		u.in |= inShort
	} else if r.kind != scoring {
		// What takes a match back must be found wherever the match is.
		c.use(f.short, use{rule: n, part: part, runes: int32(utf8.RuneCountInString(f.short)), in: inShort})
	}
	c.use(tight, u)
	return nil
}

// use notes a literal's role; two forms that fold to one are one.
func (c *compiler) use(lit string, u use) {
	li, ok := c.ids[lit]
	if !ok {
		li = int32(len(c.literals))
		c.ids[lit] = li
		c.literals = append(c.literals, []rune(lit))
		c.p.uses = append(c.p.uses, nil)
	}
	for i := len(c.p.uses[li]) - 1; i >= 0; i-- {
		o := &c.p.uses[li][i]
		if o.rule != u.rule {
			break // rules come one after the other
		}
		if o.part == u.part && o.exact == nil && u.exact == nil {
			o.in |= u.in
			return
		}
	}
	c.p.uses[li] = append(c.p.uses[li], u)
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
