package lexicon

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// Signal is one thing that a Reader saw: the name of its line in the file,
// and where it stands, in runes of the text.
type Signal struct {
	Name     string
	From, To int
}

// Digit is one digit, however it was written (0, ０, ゼロ, 零, まる), in runes of
// the text. Spelled says that it was a word and not a numeral.
type Digit struct {
	Value    byte
	Spelled  bool
	From, To int
}

// Reader looks for signals: named patterns that say little by themselves, and
// much to whoever remembers. It is to a scorer with memory what the lists are
// to Lexicon: same patterns, same views, same contexts. One goroutine at a
// time may use it.
type Reader struct {
	rows    []row
	vs      *views
	m       *matcher
	signals []Signal
	digits  []Digit
}

// ReadSignals reads the lines of one file of a folder of lists: name, pattern,
// exceptions, note. Contexts are those of the folder. Its error names the file
// and the line of every fault.
func ReadSignals(fsys fs.FS, file string) (*Reader, error) {
	l := &lists{}
	common := ""
	err := errors.Join(
		eachLine(fsys, contextsFile, l.contextLine),
		eachLine(fsys, file, func(at string, cells []string) (err error) {
			if cell(cells, 0) == "!except" {
				common = cell(cells, 1)
				return nil
			}
			r := row{at: at, id: cell(cells, 0)}
			if r.patterns, err = parsePatterns(cell(cells, 1)); err != nil {
				return err
			}
			if err := r.exceptions(common + " " + cell(cells, 2)); err != nil {
				return err
			}
			l.rows = append(l.rows, r)
			return nil
		}),
	)
	if err == nil {
		err = errors.Join(l.checkContexts()...)
	}
	if err != nil {
		return nil, fmt.Errorf("lexicon: %w", err)
	}
	named := map[string]bool{}
	for i := range l.rows {
		for _, c := range l.rows[i].contexts {
			named[c] = true
		}
	}
	l.contexts = slices.DeleteFunc(l.contexts, func(c contextRow) bool { return !named[c.name] })
	p, err := compile(l)
	if err != nil {
		return nil, fmt.Errorf("lexicon: %w", err)
	}
	return &Reader{rows: l.rows, vs: newViews(), m: newMatcher(p)}, nil
}

// Twin is another reader of the same file, for another goroutine.
func (r *Reader) Twin() *Reader {
	return &Reader{rows: r.rows, vs: newViews(), m: newMatcher(r.m.p)}
}

// Names lists the names of all lines, in the order of the file, as often as
// they stand there.
func (r *Reader) Names() []string {
	var out []string
	for i := range r.rows {
		out = append(out, r.rows[i].id)
	}
	return out
}

// Read looks for signals in text. What it returns is valid until the next
// Read.
func (r *Reader) Read(text string) []Signal {
	r.signals = r.signals[:0]
	r.vs.look(text)
	r.search(&r.vs.tight, inTight)
	if len(r.vs.short.runes) > 0 {
		r.search(&r.vs.short, inShort)
	}
	if len(r.vs.romaji.runes) > 0 {
		r.search(&r.vs.romaji, inRomaji)
	}
	return r.signals
}

func (r *Reader) search(v *view, in viewSet) {
	r.m.run(v, in)
next:
	for _, s := range r.m.scored {
		if r.m.excused(s) {
			continue
		}
		from, to := v.span(int(s.from), int(s.to))
		x := Signal{r.rows[r.m.p.rules[s.rule].of].id, from, to}
		for _, o := range r.signals {
			if o == x {
				continue next
			}
		}
		r.signals = append(r.signals, x)
	}
}

// Digits lists the digits of the text that was read last. What it returns is
// valid until the next Read.
func (r *Reader) Digits() []Digit {
	r.digits = r.digits[:0]
	v := &r.vs.plain
	inside := false
	for at := 0; at < len(v.runes); {
		d, n := readDigit(v.runes, at, inside)
		if n == 0 {
			inside = inside && between(v.runes[at])
			at++
			continue
		}
		from, to := v.span(at, at+n)
		r.digits = append(r.digits, Digit{d, !isDigit(v.runes[at]), from, to})
		inside = true
		at += n
	}
	return r.digits
}

// Letters calls yield for every letter and digit of the text that was read
// last, folded (small, half-width, hiragana), with its place in the text.
func (r *Reader) Letters(yield func(letter rune, at int)) {
	for i, l := range r.vs.plain.runes {
		if scriptOf(r.vs.plain.marks[i].exact) != other {
			yield(l, int(r.vs.plain.marks[i].from))
		}
	}
}

// Handle reports whether the text that was read last has, besides the runes
// that skip says are not of it, only what names of accounts are made of (Latin
// letters, numerals, . _ -), how many of them, and whether not all are letters.
func (r *Reader) Handle(skip func(at int) bool) (length int, odd, ok bool) {
	for i, l := range r.vs.plain.runes {
		switch at := int(r.vs.plain.marks[i].from); {
		case skip(at):
		case isHandle(l):
			length++
			odd = odd || !isLatin(l)
		case scriptOf(r.vs.plain.marks[i].exact) != other:
			return 0, false, false
		}
	}
	return length, odd, length > 0
}
