package lexicon

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Folding turns one rune into none, one, or a few: compatibility forms are
// undone (NFKD), accents dropped, letters lowered, katakana made hiragana,
// look-alikes of other alphabets made Latin. Voicing marks are joined to the
// kana before them (see Views).
const (
	voiced     = '\u3099'
	semiVoiced = '\u309a'
	long       = 'ー'
)

// folded is what a rune becomes before kana are made one: exact keeps the
// script, plain does not.
type folded struct{ exact, plain []rune }

const foldLimit = 0x20000 // beyond it a rune stays as it is, but for tags

var foldTable = sync.OnceValue(func() []*[256]folded {
	pages := make([]*[256]folded, foldLimit>>8)
	for r := rune(0); r < foldLimit; r++ {
		if stays(r) {
			continue
		}
		f := fold(r)
		if len(f.exact) == 1 && f.exact[0] == r && f.plain[0] == r {
			continue
		}
		p := pages[r>>8]
		if p == nil {
			p = &[256]folded{}
			for i := range p {
				same := []rune{r&^255 + rune(i)}
				p[i] = folded{same, same}
			}
			pages[r>>8] = p
		}
		p[r&255] = f
	}
	return pages
})

// stays reports whether it is known without work that r folds to itself; most
// letters do.
func stays(r rune) bool {
	switch {
	case r < 0x250 || r >= 0x300 && r < 0x2e80:
		return false
	case r >= 0x3400 && r < 0xa000, r >= 0xac00 && r < 0xd7a4: // Han and Hangul
		return true
	}
	var b [utf8.UTFMax]byte
	n := utf8.EncodeRune(b[:], r)
	return norm.NFKD.Properties(b[:n]).Decomposition() == nil && unicode.ToLower(r) == r && hiragana(r) == r && !unicode.IsSpace(r) &&
		r != 'ﾞ' && r != 'ﾟ' && r != '゛' && r != '゜' && lookAlikes[r] == 0 && unicode.In(r, unicode.Lo, unicode.So, unicode.Co, unicode.Sm, unicode.Po) &&
		r != '\u3164' && r != '\uffa0'
}

// lookAlikes are letters of other alphabets that pass for Latin ones.
var lookAlikes = map[rune]rune{
	'а': 'a', 'в': 'b', 'с': 'c', 'е': 'e', 'н': 'h', 'і': 'i', 'к': 'k', 'м': 'm', 'о': 'o', 'р': 'p', 'т': 't', 'у': 'y', 'х': 'x', 'ѕ': 's',
	'α': 'a', 'ε': 'e', 'η': 'n', 'ι': 'i', 'κ': 'k', 'ν': 'v', 'ο': 'o', 'ρ': 'p', 'τ': 't', 'υ': 'u', 'χ': 'x',
	'đ': 'd', 'ł': 'l', 'ø': 'o', 'ı': 'i', '＠': '@',
}

func fold(r rune) folded {
	if r == 0 || unicode.In(r, unicode.Cf, unicode.Cc, unicode.Variation_Selector) && r != '\n' && r != '\t' {
		return folded{}
	}
	// Blank letters that NFKD leaves alone or makes of other blank ones.
	switch r {
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800', '\u17b4', '\u17b5':
		return folded{}
	case '゛', 'ﾞ':
		return folded{[]rune{voiced}, []rune{voiced}}
	case '゜', 'ﾟ':
		return folded{[]rune{semiVoiced}, []rune{semiVoiced}}
	}
	var exact []rune
	for _, d := range norm.NFKD.String(string(r)) {
		if d != voiced && d != semiVoiced && unicode.In(d, unicode.Mn, unicode.Me) {
			continue
		}
		exact = append(exact, d)
	}
	exact = []rune(norm.NFC.String(string(exact)))
	plain := make([]rune, 0, len(exact))
	for i, d := range exact {
		if unicode.IsSpace(d) {
			d = ' '
		}
		d = unicode.ToLower(d)
		if l, ok := lookAlikes[d]; ok {
			d = l
		}
		exact[i] = d
		plain = append(plain, hiragana(d))
	}
	return folded{exact, plain}
}

func hiragana(r rune) rune {
	if r >= 'ァ' && r <= 'ヶ' || r == 'ヽ' || r == 'ヾ' {
		return r - 0x60
	}
	return r
}

// foldOf never allocates once the table is built.
func foldOf(pages []*[256]folded, r rune) (f folded, same bool) {
	if r >= 0xe0000 && r < 0xe1000 {
		return folded{}, false
	}
	if r < 0 || r >= foldLimit || pages[r>>8] == nil {
		return folded{}, true
	}
	f = pages[r>>8][r&255]
	return f, false
}

// voice joins a mark to the kana before it; ok is false if there is no such
// kana.
func voice(r, mark rune) (rune, bool) {
	k := hiragana(r)
	shift := r - k // of katakana
	var v rune
	switch {
	case mark == voiced && k == 'う':
		v = 'ゔ'
	case mark == voiced && (k >= 'か' && k <= 'ち' && k%2 == 1 || k >= 'つ' && k <= 'と' && k%2 == 0):
		v = k + 1
	case k >= 'は' && k <= 'ほ' && (k-'は')%3 == 0:
		v = k + 1
		if mark == semiVoiced {
			v = k + 2
		}
	default:
		return r, false
	}
	return v + shift, true
}

// vowels of ぁ to ゔ, in the order of Unicode.
var vowels = []rune("ああいいううええおおああいいううええおおああいいううええおおああいいうううええおおあいうえおあああいいいうううえええおおおあいうえおああううおおあいうえおああいえお\x00う")

// vowel is the vowel kana that lengthens k, or 0.
func vowel(k rune) rune {
	if k < 'ぁ' || k > 'ゔ' {
		return 0
	}
	return vowels[k-'ぁ']
}

// large is the full form of a small vowel.
func large(k rune) rune {
	switch k {
	case 'ぁ', 'ぃ', 'ぅ', 'ぇ', 'ぉ':
		return k + 1
	}
	return k
}
