package lexicon

import (
	"errors"
	"fmt"
)

// readingRow is one line of the readings: what is written, how it is read.
type readingRow struct {
	at          string
	word, sound []rune
}

// readings turns kanji, signs and look-alikes into the kana that they are
// read as: children write one word in many ways, and a scorer that learns
// should not have to learn each.
type readings struct {
	trie   *trie
	sounds [][]rune
}

// readingLine reads: the words of one reading between spaces, the reading.
func (l *lists) readingLine(at string, cells []string) error {
	sound := []rune(cell(cells, 1))
	if len(sound) == 0 {
		return errors.New("want words and their reading")
	}
	for i, r := range sound {
		sound[i] = hiragana(r)
	}
	for _, w := range splitForms(cell(cells, 0)) {
		l.readings = append(l.readings, readingRow{at, []rune(w), sound})
	}
	return nil
}

func newReadings(rows []readingRow) *readings {
	vs := newViews()
	words := newSprouts(2 * len(rows))
	r := &readings{}
	for _, row := range rows {
		vs.lookTight(string(row.word))
		if len(vs.plain.runes) == 0 {
			continue
		}
		i, isNew := words.literal(vs.plain.runes)
		if isNew {
			r.sounds = append(r.sounds, nil)
		}
		r.sounds[i] = row.sound // the later line wins
	}
	r.trie, _ = words.grown()
	return r
}

// aloud reads src, the longest word first; what has no reading stays.
func (r *readings) aloud(src, dst *view) {
	rs, ms := dst.runes[:0], dst.marks[:0]
	for i := 0; i < len(src.runes); {
		at, best, n := int32(0), int32(-1), 0
		for k := i; k < len(src.runes); k++ {
			if at = r.trie.edge(at, src.runes[k]); at == 0 {
				break
			}
			if li := r.trie.own(at); li >= 0 {
				best, n = li, k+1-i
			}
		}
		if best < 0 {
			rs, ms = append(rs, src.runes[i]), append(ms, src.marks[i])
			i++
			continue
		}
		for _, k := range r.sounds[best] {
			rs, ms = append(rs, k), append(ms, mark{k, src.marks[i].from, src.marks[i+n-1].to, joined})
		}
		i += n
	}
	dst.runes, dst.marks = rs, ms
}

// conceptRow is one idea and the words for it, in any language.
type conceptRow struct {
	at    string
	name  string
	forms []string
}

// conceptLine reads: a name, and forms between spaces; _ in a form is a space.
func (l *lists) conceptLine(at string, cells []string) error {
	c := conceptRow{at: at, name: cell(cells, 0)}
	if c.name == "" || cell(cells, 1) == "" {
		return errors.New("want a name and words")
	}
	for _, f := range splitForms(cell(cells, 1)) {
		forms, err := expand(f)
		if err != nil {
			return fmt.Errorf("%q: %w", f, err)
		}
		c.forms = append(c.forms, forms...)
	}
	l.concepts = append(l.concepts, c)
	return nil
}
