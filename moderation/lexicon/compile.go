package lexicon

import (
	"errors"
	"fmt"
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

// use is one literal's role in one rule.
type use struct {
	rule   int32
	part   int32
	runes  int32
	exact  []rune // nil unless the rule is exact
	short  bool   // also in the short view
	romaji bool   // also in the romaji view
}

type contextInfo struct {
	name  string
	where where
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
	c := compiler{p: &program{rows: l.rows}, vs: newViews(), ids: map[string]int32{}}
	numbers := map[string][]int32{}
	for _, row := range l.contexts {
		n := int32(len(c.p.contexts))
		c.p.contexts = append(c.p.contexts, contextInfo{row.name, row.where})
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

type compiler struct {
	p        *program
	vs       *views
	ids      map[string]int32 // of literals
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
	tight, exact := c.vs.tightOf(form)
	if tight == "" {
		return errors.New("no letters to look for")
	}
	runes := []rune(tight)
	alone := r.parts == 1 && r.left && r.right
	if len(runes) == 1 && r.kind == scoring && r.parts == 1 && !alone {
		return errors.New("one letter matches everywhere")
	}
	if r.kind == scoring && r.parts == 1 && !alone && allLatin(runes) && len(runes) < minLatin {
		return fmt.Errorf("fewer than %d letters match everywhere", minLatin)
	}
	u := use{rule: n, part: part, runes: int32(len(runes))}
	if r.exact {
		u.exact = []rune(exact)
	} else {
		shorten(&c.vs.tight, &c.vs.short)
		u.short = len(c.vs.short.runes) == 0
		u.romaji = allKana(runes) && (len(runes) >= minRomaji || alone || r.kind != scoring || r.parts > 1)
	}
	li, ok := c.ids[tight]
	if !ok {
		li = int32(len(c.literals))
		c.ids[tight] = li
		c.literals = append(c.literals, runes)
		c.p.uses = append(c.p.uses, nil)
	}
	for _, o := range c.p.uses[li] {
		if o.rule == n && o.part == part && !r.exact {
			return nil // two forms that fold to one
		}
	}
	c.p.uses[li] = append(c.p.uses[li], u)
	return nil
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
