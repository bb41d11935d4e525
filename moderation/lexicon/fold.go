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

// folds are what runes become before kana are made one: one rune that stands
// for itself, or some, among them a space and marks that join what is before.
type folds struct {
	pages [foldLimit >> 8]*[256]rune // 0 and less is a number of some; without a page runes stay
	some  [][]rune                   // the first is nothing
}

const foldLimit = 0x20000 // beyond it a rune stays as it is, but for tags

var foldTable = sync.OnceValue(func() *folds {
	fs := &folds{some: [][]rune{nil}}
	for r := rune(0); r < foldLimit; r++ {
		if stays(r) {
			continue
		}
		f := fold(r)
		one := len(f) == 1 && f[0] != ' ' && f[0] != voiced && f[0] != semiVoiced
		if one && f[0] == r {
			continue
		}
		p := fs.pages[r>>8]
		if p == nil {
			p = &[256]rune{}
			for i := range p {
				p[i] = r&^255 + rune(i)
			}
			fs.pages[r>>8] = p
		}
		switch {
		case len(f) == 0:
			p[r&255] = 0
		case one:
			p[r&255] = f[0]
		default:
			p[r&255] = -rune(len(fs.some))
			fs.some = append(fs.some, f)
		}
	}
	return fs
})

// of is the rune that r becomes, or 0 or less: what some tells of.
func (fs *folds) of(r rune) rune {
	if uint32(r) >= foldLimit {
		if r >= 0xe0000 && r < 0xe1000 {
			return 0
		}
		return r
	}
	if p := fs.pages[r>>8]; p != nil {
		return p[r&255]
	}
	return r
}

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

func fold(r rune) []rune {
	if r == 0 || unicode.In(r, unicode.Cf, unicode.Cc, unicode.Variation_Selector) && r != '\n' && r != '\t' {
		return nil
	}
	// Blank letters that NFKD leaves alone or makes of other blank ones.
	switch r {
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800', '\u17b4', '\u17b5':
		return nil
	case '゛', 'ﾞ':
		return []rune{voiced}
	case '゜', 'ﾟ':
		return []rune{semiVoiced}
	}
	var exact []rune
	for _, d := range norm.NFKD.String(string(r)) {
		if d != voiced && d != semiVoiced && unicode.In(d, unicode.Mn, unicode.Me) {
			continue
		}
		exact = append(exact, d)
	}
	exact = []rune(norm.NFC.String(string(exact)))
	for i, d := range exact {
		if unicode.IsSpace(d) {
			d = ' '
		}
		d = unicode.ToLower(d)
		if l, ok := lookAlikes[d]; ok {
			d = l
		}
		exact[i] = d
	}
	return exact
}

func hiragana(r rune) rune {
	if r >= 'ァ' && r <= 'ヶ' || r == 'ヽ' || r == 'ヾ' {
		return r - 0x60
	}
	return r
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
