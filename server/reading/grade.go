package reading

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"kakitsubata/protocol/id"
)

//go:embed kyoiku.txt
var kyoiku string

// grades tells in which year of elementary school a kanji is taught.
var grades = sync.OnceValue(func() map[rune]int {
	m := make(map[rune]int, 1026)
	for line := range strings.Lines(kyoiku) {
		year, kanji, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || len(year) != 1 || year[0] < '1' || year[0] > '6' {
			continue // a comment
		}
		for _, r := range kanji {
			m[r] = int(year[0] - '0')
		}
	}
	return m
})

// taught is the last year whose kanji a reader has learnt; 9 is all of them.
func taught(r id.Reader) int {
	switch r {
	case id.Ja34:
		return 2
	case id.Ja56:
		return 4
	case id.Ja:
		return 9
	}
	return 0
}

// beyond reports whether a word has a kanji that is taught after a year.
func beyond(word string, year int) bool {
	if year >= 9 {
		return false
	}
	g := grades()
	for _, r := range word {
		if !unicode.Is(unicode.Han, r) || r == '々' {
			continue
		}
		if at, ok := g[r]; !ok || at > year {
			return true
		}
	}
	return false
}

// At is authored text as a reader of Japanese gets it. The youngest get kana,
// the middle years furigana on words with a kanji that they have not learnt,
// grown-ups no furigana at all; newcomers get it on all words. The spaces that
// help the youngest and newcomers to find where a word ends go where grown-ups
// write none. Who reads another language gets what newcomers get. Malformed
// markup is kept as it stands.
func At(markup string, r id.Reader) string {
	switch r {
	case id.ReaderNone, id.Ja12:
		return Kana(markup)
	case id.Ja34, id.Ja56, id.Ja:
		year := taught(r)
		return closeUp(replace(markup, func(base, ruby string) string {
			if beyond(base, year) {
				return "{" + base + "|" + ruby + "}"
			}
			return base
		}))
	}
	return markup
}

// Lessen leaves of somebody's words with furigana on every kanji what a reader
// needs: nothing on what it has learnt. Unlike At it changes nothing else.
func Lessen(marked string, r id.Reader) string {
	year := taught(r)
	if r == id.Ja {
		year = 0 // whoever asks for furigana at all gets it
	}
	return replace(marked, func(base, ruby string) string {
		if beyond(base, year) {
			return "{" + base + "|" + ruby + "}"
		}
		return base
	})
}

// Words are the annotated words of a text, and their readings.
func Words(markup string) map[string]string {
	out := map[string]string{}
	_ = walk(markup, func(string) {}, func(base, ruby string) { out[base] = ruby })
	return out
}

// closeUp takes away the spaces between Japanese words. After a mark that ends
// a sentence with feeling there stays a wide one, as print has it.
func closeUp(s string) string {
	if !strings.Contains(s, " ") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != ' ' {
			b.WriteByte(s[i])
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+1:])
		switch {
		case before == '！' || before == '？':
			if after != utf8.RuneError {
				b.WriteRune('　')
			}
		case before < utf8.RuneSelf && before != '}' && after < utf8.RuneSelf && after != '{':
			b.WriteByte(' ')
		}
	}
	return b.String()
}
