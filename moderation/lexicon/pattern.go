package lexicon

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Gaps between the parts of a pattern, in runes of the tight view.
const (
	closeGap = 3  // _
	nearGap  = 8  // …
	farGap   = 30 // ……
)

const maxForms = 4096 // that one part may expand to

// pattern is one written pattern, before its literals are folded.
type pattern struct {
	left, right bool // ^ and $: nothing but other letters' ends
	exact       bool // = : katakana is not hiragana here
	parts       [][]string
	gaps        []int // before each part but the first
}

// parsePatterns reads a cell: patterns between " | ".
func parsePatterns(cell string) ([]pattern, error) {
	var out []pattern
	for _, s := range strings.Split(cell, " | ") {
		p, err := parsePattern(strings.TrimSpace(s))
		if err != nil {
			return nil, fmt.Errorf("pattern %q: %w", s, err)
		}
		out = append(out, p)
	}
	return out, nil
}

func parsePattern(s string) (p pattern, err error) {
	s, p.exact = strings.CutPrefix(s, "=")
	s, p.left = strings.CutPrefix(s, "^")
	s, p.right = strings.CutSuffix(s, "$")
	if s == "" {
		return p, errors.New("nothing to look for")
	}
	for gap := 0; ; {
		head, rest := s, ""
		cut := strings.IndexAny(s, "…_")
		if cut >= 0 {
			_, n := utf8.DecodeRuneInString(s[cut:])
			head, rest = s[:cut], s[cut+n:]
		}
		forms, err := expand(head)
		if err != nil {
			return p, err
		}
		p.parts = append(p.parts, forms)
		if len(p.parts) > 1 {
			p.gaps = append(p.gaps, gap)
		}
		if cut < 0 {
			return p, nil
		}
		gap = nearGap
		if s[cut] == '_' {
			gap = closeGap
		} else if far, ok := strings.CutPrefix(rest, "…"); ok {
			rest, gap = far, farGap
		}
		s = rest
	}
}

// expand writes out the alternatives of one part: a(b|c|)d is abd, acd, ad.
func expand(s string) ([]string, error) {
	forms, rest, err := alternatives(s, 0)
	if err != nil {
		return nil, err
	}
	if rest != "" {
		return nil, errors.New("a ) too many")
	}
	for _, f := range forms {
		if strings.TrimSpace(f) == "" {
			return nil, errors.New("a part that may be empty")
		}
	}
	return forms, nil
}

func alternatives(s string, depth int) (forms []string, rest string, err error) {
	branch := []string{""}
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == ')' && depth > 0:
			return append(forms, branch...), s, nil
		case r == ')':
			return append(forms, branch...), s, nil
		case r == '|':
			forms, branch, s = append(forms, branch...), []string{""}, s[n:]
		case r == '(':
			inner, after, err := alternatives(s[n:], depth+1)
			if err != nil {
				return nil, "", err
			}
			if !strings.HasPrefix(after, ")") {
				return nil, "", errors.New("a ( without its )")
			}
			if len(branch)*len(inner) > maxForms {
				return nil, "", fmt.Errorf("more than %d forms", maxForms)
			}
			var all []string
			for _, b := range branch {
				for _, i := range inner {
					all = append(all, b+i)
				}
			}
			branch, s = all, after[1:]
		case strings.ContainsRune("^$=[]*+?\\", r):
			return nil, "", fmt.Errorf("%q has no meaning here", r)
		default:
			for i := range branch {
				branch[i] += s[:n]
			}
			s = s[n:]
		}
	}
	return append(forms, branch...), "", nil
}
