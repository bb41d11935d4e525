package lexicon

import "unicode"

// edge is what lies between a rune of a view and the one before it.
type edge uint8

const (
	joined  edge = iota
	stretch      // this vowel only lengthens the kana before it: ー, small, or one of many
	turn         // another script begins
	gap          // something that is no letter was dropped, or the text begins
)

// view is one way to look at a text. All slices have one element per rune of
// the view; from and to are the run of original runes that it stands for.
type view struct {
	name     string
	runes    []rune
	exact    []rune // as runes, with katakana kept
	from, to []int32
	edge     []edge // what lies before each rune
}

func (v *view) reset() {
	v.runes, v.exact, v.from, v.to, v.edge = v.runes[:0], v.exact[:0], v.from[:0], v.to[:0], v.edge[:0]
}

func (v *view) add(r, exact rune, from, to int32, before edge) {
	v.runes = append(v.runes, r)
	v.exact = append(v.exact, exact)
	v.from = append(v.from, from)
	v.to = append(v.to, to)
	v.edge = append(v.edge, before)
}

// drop takes the last n runes away; what stays before them covers them.
func (v *view) drop(n int) {
	k := len(v.runes) - n
	if k > 0 {
		v.to[k-1] = v.to[len(v.to)-1]
	}
	v.runes, v.exact, v.from, v.to, v.edge = v.runes[:k], v.exact[:k], v.from[:k], v.to[:k], v.edge[:k]
}

// views of one text; a scorer keeps one and fills it again and again, so that
// a look costs no memory.
type views struct {
	pages  []*[256]folded
	raw    []rune
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
	vs := &views{pages: foldTable(), readings: r}
	vs.plain.name, vs.tight.name, vs.short.name, vs.romaji.name, vs.sound.name = "plain", "tight", "short", "romaji", "sound"
	return vs
}

// look fills every view of s.
func (vs *views) look(s string) {
	vs.lookTight(s)
	vs.kana.reset()
	vs.romaji.reset()
	if toKana(&vs.plain, &vs.kana) {
		tighten(&vs.kana, &vs.romaji)
	}
	vs.sound.reset()
	if vs.readings != nil {
		vs.readings.aloud(&vs.kana, &vs.read)
		tighten(&vs.read, &vs.sound)
		oneNumber(&vs.sound)
	}
}

// oneNumber makes each run of digits one 0: three days or five are alike.
func oneNumber(v *view) {
	n := 0
	for i, r := range v.runes {
		if isDigit(r) {
			if i > 0 && isDigit(v.exact[i-1]) && n > 0 && v.runes[n-1] == '0' {
				v.to[n-1] = v.to[i]
				continue
			}
			r = '0'
		}
		v.runes[n], v.from[n], v.to[n], v.edge[n] = r, v.from[i], v.to[i], v.edge[i]
		n++
	}
	copy(v.exact, v.runes[:n])
	v.runes, v.exact, v.from, v.to, v.edge = v.runes[:n], v.exact[:n], v.from[:n], v.to[:n], v.edge[:n]
}

func (vs *views) foldInto(v *view) {
	v.reset()
	for i, r := range vs.raw {
		at := int32(i)
		f, same := foldOf(vs.pages, r)
		if same {
			v.add(r, r, at, at+1, joined)
			continue
		}
		for k, p := range f.plain {
			if p == voiced || p == semiVoiced {
				last := len(v.runes) - 1
				if last < 0 {
					continue
				}
				if j, ok := voice(v.exact[last], p); ok {
					v.exact[last], v.runes[last] = j, hiragana(j)
					v.to[last] = at + 1
				}
				continue
			}
			if p == ' ' && len(v.runes) > 0 && v.runes[len(v.runes)-1] == ' ' {
				continue
			}
			v.add(p, f.exact[k], at, at+1, joined)
		}
	}
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

func scriptOf(exact rune) script {
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
	dst.reset()
	before, run := gap, 0
	last := other
	for i, r := range src.runes {
		ex := src.exact[i]
		sc := scriptOf(ex)
		n := len(dst.runes)
		if ex == long || r == '~' || r == '〜' {
			w := rune(0)
			if n > 0 && before == joined {
				w = vowel(dst.runes[n-1])
			}
			if w == 0 {
				if ex != long {
					before = gap
				}
				continue
			}
			r, ex, sc, before = w, w, last, stretch
		}
		if sc == other {
			before = gap
			continue
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
		if sc == digit || n == 0 || dst.runes[n-1] != r {
			run = 1
		} else {
			run++
		}
		lengthens := n > 0 && run == 2 && n > 1 && vowel(r) == r && vowel(dst.runes[n-2]) == r
		switch {
		case run > 3 || lengthens:
			dst.to[n-1] = src.to[i]
			if lengthens {
				run = 1 // stays one vowel, however long it is
				if dst.edge[n-1] == joined {
					dst.edge[n-1] = stretch
				}
			}
		case run == 3:
			dst.drop(1)
			dst.to[n-2] = src.to[i]
		default:
			dst.add(r, ex, src.from[i], src.to[i], before)
		}
		before, last = joined, sc
	}
}

// shorten leaves out each vowel that only lengthens the kana before it: one
// that is written so, and あ and え after their like (しにたあい, しねえ), but not
// い, う and お, which are letters of ordinary words (たのしい). It leaves dst
// empty if there is none.
func shorten(src, dst *view) {
	dst.reset()
	any := false
	for i, r := range src.runes {
		written := src.edge[i] == stretch || src.edge[i] == joined && (r == 'あ' || r == 'え')
		if i > 0 && written && vowel(r) == r && vowel(src.runes[i-1]) == r {
			any = true
			if n := len(dst.to); n > 0 {
				dst.to[n-1] = src.to[i]
			}
			continue
		}
		dst.add(r, src.exact[i], src.from[i], src.to[i], src.edge[i])
	}
	if !any {
		dst.reset()
	}
}

// lookTight fills the plain, tight and short views of s alone: what patterns are
// kept in.
func (vs *views) lookTight(s string) {
	vs.raw = vs.raw[:0]
	for _, r := range s {
		vs.raw = append(vs.raw, r)
	}
	vs.foldInto(&vs.plain)
	tighten(&vs.plain, &vs.tight)
	shorten(&vs.tight, &vs.short)
}

// span is the run of original runes of [from, to) in v.
func (v *view) span(from, to int) (int, int) { return int(v.from[from]), int(v.to[to-1]) }
