package entrance

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// nameKey is a display name as it is compared: without blanks, wide or narrow
// alike, and in hiragana, since a child may type ぺんぎん for ペンギン.
func nameKey(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKC.String(s) {
		if !unicode.IsSpace(r) {
			b.WriteRune(hiragana(r))
		}
	}
	return b.String()
}

func hiragana(r rune) rune {
	if r >= 'ァ' && r <= 'ヶ' {
		return r - 'ァ' + 'ぁ'
	}
	return r
}

// foldWords is four words as they are compared. What a six-year-old mixes up
// is one and the same: katakana and hiragana, dots (か and が, は and ぱ), small
// and large kana (や and ゃ), を and お, long vowels (おかあさん and おかーさん,
// とけい and とけえ), blanks and punctuation. No two words of a good list have
// the same fold, so that next to nothing is lost by it; see New.
func foldWords(s string) string {
	var out []rune
	for _, r := range norm.NFKD.String(s) {
		r = hiragana(r)
		if r == 'ー' {
			continue
		}
		if i := strings.IndexRune(smallKana, r); i >= 0 {
			r = []rune(largeKana)[i/len("ぁ")]
		}
		if r < 'あ' || r > 'ん' {
			continue // dots, blanks, whatever isn't kana
		}
		if n := len(out); n > 0 && long(out[n-1], r) {
			continue
		}
		out = append(out, r)
	}
	return string(out)
}

const (
	smallKana = "ぁぃぅぇぉっゃゅょゎを"
	largeKana = "あいうえおつやゆよわお"
)

// rows lists the kana that end in each vowel.
var rows = map[rune]string{
	'あ': "あかさたなはまやらわ",
	'い': "いきしちにひみりえけせてねへめれ",
	'う': "うくすつぬふむゆるおこそとのほもよろ",
	'え': "えけせてねへめれ",
	'お': "おこそとのほもよろ",
}

// long reports whether a vowel only lengthens the kana before it.
func long(before, r rune) bool { return strings.ContainsRune(rows[r], before) }
