package lexicon

import (
	"slices"
	"unicode"
)

// edge is what lies between a rune of a view and the one before it.
type edge uint8

const (
	joined  edge = iota
	stretch      // this vowel only lengthens the kana before it: ー, small, or one of many
	turn         // another script begins
	gap          // something that is no letter was dropped, or the text begins
)

// view is one way to look at a text: its runes, and of each what it is.
type view struct {
	name  string
	runes []rune
	marks []mark
}

// mark is what else is known of a rune of a view.
type mark struct {
	exact    rune  // as the rune, with katakana kept
	from, to int32 // the run of original runes that it stands for
	before   edge  // what lies before it
}

// exact is a copy of the runes with katakana kept.
func (v *view) exact() []rune {
	out := make([]rune, len(v.marks))
	for i := range out {
		out[i] = v.marks[i].exact
	}
	return out
}

func (v *view) reset() { v.runes, v.marks = v.runes[:0], v.marks[:0] }

// add is for what is seldom; what is done for every rune appends to slices of
// its own.
func (v *view) add(r rune, m mark) {
	v.runes = append(v.runes, r)
	v.marks = append(v.marks, m)
}

// views of one text; a scorer keeps one and fills it again and again, so that
// a look costs no memory.
type views struct {
	folds  *folds
	plain  view // folded; spaces, marks and lengthening kept
	tight  view // letters and digits alone; ー made a vowel, repeats collapsed
	short  view // tight without lengthening vowels; empty if there are none
	romaji view // tight with Latin letters read as kana; empty if there are none
	sound  view // as it is read aloud: Latin letters, kanji and signs as kana, each number as one 0; nil readings leave it empty
	kana   view // scratch: plain with Latin letters read as kana
	read   view // scratch: kana with kanji and signs read as kana

	readings *readings
}

func newViews() *views { return newViewsAloud(nil) }

// newViewsAloud has the sound view too.
func newViewsAloud(r *readings) *views {
	vs := &views{folds: foldTable(), readings: r}
	vs.plain.name, vs.tight.name, vs.short.name, vs.romaji.name, vs.sound.name = "plain", "tight", "short", "romaji", "sound"
	return vs
}

// look fills every view of s.
func (vs *views) look(s string) {
	vs.lookTight(s)
	vs.romaji.reset()
	kana := &vs.plain
	if slices.ContainsFunc(vs.plain.runes, isLatin) {
		kana = &vs.kana
		if toKana(&vs.plain, kana) {
			tighten(kana, &vs.romaji)
		}
	}
	vs.sound.reset()
	if vs.readings != nil {
		vs.readings.aloud(kana, &vs.read)
		tighten(&vs.read, &vs.sound)
		oneNumber(&vs.sound)
	}
}

// oneNumber makes each run of digits one 0: three days or five are alike.
func oneNumber(v *view) {
	n, inside := 0, false
	for i, r := range v.runes {
		m := v.marks[i]
		if !isDigit(r) {
			inside = false
		} else if inside {
			v.marks[n-1].to = m.to
			continue
		} else {
			r, inside = '0', true
		}
		m.exact = r
		v.runes[n], v.marks[n] = r, m
		n++
	}
	v.runes, v.marks = v.runes[:n], v.marks[:n]
}

func (vs *views) foldInto(s string, v *view) {
	rs, ms := v.runes[:0], v.marks[:0]
	at := int32(-1)
	for _, r := range s {
		at++
		f := vs.folds.of(r)
		if f > 0 {
			rs, ms = append(rs, hiragana(f)), append(ms, mark{f, at, at + 1, joined})
			continue
		}
		for _, e := range vs.folds.some[-f] {
			n := len(rs)
			if e == voiced || e == semiVoiced {
				if n == 0 {
					continue
				}
				if j, ok := voice(ms[n-1].exact, e); ok {
					ms[n-1].exact, rs[n-1] = j, hiragana(j)
					ms[n-1].to = at + 1
				}
				continue
			}
			if e == ' ' && n > 0 && rs[n-1] == ' ' {
				continue
			}
			rs, ms = append(rs, hiragana(e)), append(ms, mark{e, at, at + 1, joined})
		}
	}
	v.runes, v.marks = rs, ms
}

type script uint8

const (
	other script = iota
	hira
	kata
	kanji
	latin
	digit
	letter // of any other alphabet
)

// scripts are those of the runes that most texts are of, but for kanji.
var scripts = func() (all [0x3100]script) {
	for r := range all {
		all[r] = scriptByRange(rune(r))
	}
	return all
}()

func scriptOf(exact rune) script {
	if uint32(exact) < uint32(len(scripts)) {
		return scripts[exact]
	}
	if exact >= 0x4e00 && exact <= 0x9fff {
		return kanji
	}
	return scriptByRange(exact)
}

func scriptByRange(exact rune) script {
	switch {
	case exact >= 'a' && exact <= 'z':
		return latin
	case exact >= '0' && exact <= '9':
		return digit
	case exact < 0x80:
		return other
	case exact == long:
		return other
	case exact >= 'ぁ' && exact <= 'ゖ' || exact == 'ゝ' || exact == 'ゞ':
		return hira
	case exact >= 'ァ' && exact <= 'ヺ' || exact == 'ヽ' || exact == 'ヾ':
		return kata
	case exact >= 0x4e00 && exact <= 0x9fff || exact == '々' || exact == '〇' || exact >= 0x3400 && exact <= 0x4dbf:
		return kanji
	case unicode.IsLetter(exact) || unicode.IsDigit(exact):
		return letter
	}
	return other
}

func kana(s script) bool { return s == hira || s == kata }

// tighten keeps the letters and digits of src, makes ー and small vowels the
// vowels they stand for, and collapses repeats: three and more of a rune to
// one, a vowel that goes on and on to one.
func tighten(src, dst *view) {
	rs, ms := dst.runes[:0], dst.marks[:0]
	before, run := gap, 0
	last := other
	for i, r := range src.runes {
		m := &src.marks[i]
		ex := m.exact
		sc := scriptOf(ex)
		n := len(rs)
		if sc == other {
			w := rune(0)
			if ex == long || r == '~' || r == '〜' {
				if n > 0 && before == joined {
					w = vowel(rs[n-1])
				}
				if w == 0 && ex == long {
					continue
				}
			}
			if w == 0 {
				before = gap
				continue
			}
			r, ex, sc, before = w, w, last, stretch
		}
		if l := large(r); l != r {
			r, ex = l, ex+1
			if before == joined {
				before = stretch
			}
		}
		if last != sc && before < turn && (kana(last) && kana(sc) || last == latin || sc == latin || last == letter || sc == letter) {
			before = turn
		}
		if n == 0 || rs[n-1] != r || sc == digit {
			rs, ms = append(rs, r), append(ms, mark{ex, m.from, m.to, before})
			before, last, run = joined, sc, 1
			continue
		}
		run++
		lengthens := run == 2 && n > 1 && vowel(r) == r && vowel(rs[n-2]) == r
		switch {
		case run > 3 || lengthens:
			ms[n-1].to = m.to
			if lengthens {
				run = 1 // stays one vowel, however long it is
				if ms[n-1].before == joined {
					ms[n-1].before = stretch
				}
			}
		case run == 3: // of two, one stays, which covers all
			rs, ms = rs[:n-1], ms[:n-1]
			ms[n-2].to = m.to
		default:
			rs, ms = append(rs, r), append(ms, mark{ex, m.from, m.to, before})
		}
		before, last = joined, sc
	}
	dst.runes, dst.marks = rs, ms
}

// shorten leaves out each vowel that only lengthens the kana before it: one
// that is written so, and あ and え after their like (しにたあい, しねえ), but not
// い, う and お, which are letters of ordinary words (たのしい). It leaves dst
// empty if there is none.
func shorten(src, dst *view) {
	rs, ms := dst.runes[:0], dst.marks[:0]
	kept := 0 // as far as src is in dst
	for i, r := range src.runes {
		b := src.marks[i].before
		if i == 0 || b > stretch || b == joined && r != 'あ' && r != 'え' || vowel(r) != r || vowel(src.runes[i-1]) != r {
			continue
		}
		rs, ms = append(rs, src.runes[kept:i]...), append(ms, src.marks[kept:i]...)
		kept = i + 1
		ms[len(ms)-1].to = src.marks[i].to
	}
	if kept > 0 {
		rs, ms = append(rs, src.runes[kept:]...), append(ms, src.marks[kept:]...)
	}
	dst.runes, dst.marks = rs, ms
}

// lookTight fills the plain, tight and short views of s alone: what patterns are
// kept in.
func (vs *views) lookTight(s string) {
	vs.foldInto(s, &vs.plain)
	tighten(&vs.plain, &vs.tight)
	shorten(&vs.tight, &vs.short)
}

// span is the run of original runes of [from, to) in v.
func (v *view) span(from, to int) (int, int) { return int(v.marks[from].from), int(v.marks[to-1].to) }
