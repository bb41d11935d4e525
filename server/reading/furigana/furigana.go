package furigana

import (
	"fmt"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ikawaha/kagome-dict/ipa"
	"github.com/ikawaha/kagome/v2/tokenizer"
)

// Dictionary reads Japanese. It is not changed after Open and may be used by
// any goroutine.
type Dictionary struct {
	cut      *tokenizer.Tokenizer
	words    map[string]string // our own readings
	longest  int               // of words, in runes
	counters map[string]counter
}

// Open loads the dictionary. names are readings besides our own: the city's
// places.
func Open(names map[string]string) (*Dictionary, error) {
	cut, err := tokenizer.New(ipa.Dict(), tokenizer.OmitBosEos())
	if err != nil {
		return nil, fmt.Errorf("furigana: the dictionary: %w", err)
	}
	d := &Dictionary{cut: cut}
	if d.words, err = readWords(ownWords); err != nil {
		return nil, err
	}
	maps.Copy(d.words, names)
	for w := range d.words {
		d.longest = max(d.longest, utf8.RuneCountInString(w))
	}
	d.counters, err = readCounters(ownCounters)
	return d, err
}

// Has reports whether there is anything to read in a text, and whether it can
// be marked: braces would be taken for marks of ours.
func Has(text string) bool {
	return strings.ContainsFunc(text, han) && !strings.ContainsAny(text, "{|}")
}

func han(r rune) bool { return unicode.Is(unicode.Han, r) }

// Mark is the text with readings, {漢字|かんじ}. Without them it is the text
// again, to the byte. A text that Has not comes back as it is.
func (d *Dictionary) Mark(text string) string {
	if !Has(text) || !utf8.ValidString(text) {
		return text
	}
	tokens := d.cut.Tokenize(text)
	var b strings.Builder
	for i := 0; i < len(tokens); {
		if n, word, reading := d.own(tokens, i); n > 0 {
			mark(&b, word, reading)
			i += n
			continue
		}
		if n, marked := d.counted(tokens, i); n > 0 {
			b.WriteString(marked)
			i += n
			continue
		}
		t := &tokens[i]
		reading, ok := t.Reading()
		if !ok || reading == "*" {
			reading = ""
		}
		mark(&b, t.Surface, hiragana(reading))
		i++
	}
	return b.String()
}

// own finds the longest word of our lists that begins at a token and ends with
// one. A word that begins with a numeral is none behind another numeral.
func (d *Dictionary) own(tokens []tokenizer.Token, i int) (n int, word, reading string) {
	before := last(tokens, i)
	if first, _ := utf8.DecodeRuneInString(tokens[i].Surface); numeral(first) && numeral(before) {
		return 0, "", ""
	}
	joined, runes := "", 0
	for k := i; k < len(tokens); k++ {
		joined += tokens[k].Surface
		if runes += utf8.RuneCountInString(tokens[k].Surface); runes > d.longest {
			break
		}
		if r, ok := d.known(before, joined); ok {
			n, word, reading = k-i+1, joined, r
		}
	}
	return n, word, reading
}

// known is the reading of a word behind a sign.
func (d *Dictionary) known(before rune, word string) (string, bool) {
	if r, ok := d.words[string(before)+":"+word]; ok {
		return r, true
	}
	r, ok := d.words[word]
	return r, ok
}

// last is the sign before a token; 0 at the beginning.
func last(tokens []tokenizer.Token, i int) rune {
	if i == 0 {
		return 0
	}
	r, _ := utf8.DecodeLastRuneInString(tokens[i-1].Surface)
	return r
}

// mark writes a word with its reading over the kanji alone: what is kana in the
// word is not read again. Without a reading, or one that does not fit, it
// writes the word.
func mark(b *strings.Builder, word, reading string) {
	if reading == "" || reading == "-" || !strings.ContainsFunc(word, han) || !kanaOnly(reading) {
		b.WriteString(word)
		return
	}
	if parts, ok := fit([]rune(word), []rune(reading)); ok {
		for _, p := range parts {
			if p.reading == "" {
				b.WriteString(p.text)
			} else {
				b.WriteString("{" + p.text + "|" + p.reading + "}")
			}
		}
		return
	}
	b.WriteString("{" + word + "|" + reading + "}")
}

type part struct{ text, reading string }

// fit lays a reading along a word: kana of the word stand for themselves, a run
// of other signs takes one rune of the reading or more, as few as will do.
func fit(word, reading []rune) ([]part, bool) {
	if len(word) == 0 {
		return nil, len(reading) == 0
	}
	n := 0
	for n < len(word) && kana(word[n]) == kana(word[0]) {
		n++
	}
	if kana(word[0]) {
		if len(reading) < n || hiragana(string(word[:n])) != string(reading[:n]) {
			return nil, false
		}
		rest, ok := fit(word[n:], reading[n:])
		return append([]part{{text: string(word[:n])}}, rest...), ok
	}
	for k := n; k <= len(reading); k++ { // each kanji is read as one kana at least, if that fits
		if rest, ok := fit(word[n:], reading[k:]); ok && k > 0 {
			return append([]part{{string(word[:n]), string(reading[:k])}}, rest...), true
		}
	}
	return nil, false
}

func kana(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana) || r == 'ー' }

func kanaOnly(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return !kana(r) }) }

func hiragana(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ァ' && r <= 'ヶ' {
			return r - 'ァ' + 'ぁ'
		}
		return r
	}, s)
}
