package reading

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"kakitsubata/protocol/id"
)

// ErrMarkup is the error of text whose furigana is not well-formed.
var ErrMarkup = errors.New("reading: malformed furigana")

// Render is the text as a child of the bracket gets it that has chosen nothing.
func Render(markup string, b id.Bracket) string { return At(markup, b.Reader()) }

// Plain is the text without furigana, kanji kept.
func Plain(markup string) string {
	return replace(markup, func(base, _ string) string { return base })
}

// Kana is the text with every annotated word replaced by its reading.
func Kana(markup string) string {
	return replace(markup, func(_, ruby string) string { return ruby })
}

// Valid returns nil when every brace opens and closes around a base and a
// reading in kana, and ErrMarkup with the place (in runes) otherwise.
func Valid(markup string) error {
	if !utf8.ValidString(markup) {
		return fmt.Errorf("%w: not UTF-8", ErrMarkup)
	}
	return walk(markup, func(string) {}, func(string, string) {})
}

// Unread lists the kanji that have no reading, each once, in order: what a
// pupil of the first year could not read. Text for children has none.
func Unread(markup string) string {
	var out []rune
	note := func(s string) {
		for _, r := range s {
			if unicode.Is(unicode.Han, r) && !strings.ContainsRune(string(out), r) {
				out = append(out, r)
			}
		}
	}
	if err := walk(markup, note, func(string, string) {}); err != nil {
		note(markup)
	}
	return string(out)
}

func replace(markup string, word func(base, ruby string) string) string {
	if !strings.ContainsAny(markup, "{}") {
		return markup
	}
	var b strings.Builder
	err := walk(markup,
		func(s string) { b.WriteString(s) },
		func(base, ruby string) { b.WriteString(word(base, ruby)) })
	if err != nil {
		return markup
	}
	return b.String()
}

// walk calls text for each run outside of braces and word for each annotated
// word, until the first fault.
func walk(markup string, text func(string), word func(base, ruby string)) error {
	rest := markup
	fault := func(why string) error {
		at := utf8.RuneCountInString(markup[:len(markup)-len(rest)])
		return fmt.Errorf("%w: %s at character %d", ErrMarkup, why, at+1)
	}
	for rest != "" {
		open := strings.IndexAny(rest, "{}|")
		if open < 0 {
			text(rest)
			return nil
		}
		text(rest[:open])
		rest = rest[open:]
		switch rest[0] {
		case '}':
			return fault("a } without a {")
		case '|':
			return fault("a | outside of braces")
		}
		end := strings.IndexByte(rest, '}')
		if end < 0 {
			return fault("a { without a }")
		}
		base, ruby, ok := strings.Cut(rest[1:end], "|")
		switch {
		case !ok:
			return fault("no | between a word and its reading")
		case base == "" || strings.Contains(base, "{"):
			return fault("no word before the |")
		case !kana(ruby):
			return fault("the reading is not in kana")
		}
		word(base, ruby)
		rest = rest[end+1:]
	}
	return nil
}

func kana(s string) bool {
	for _, r := range s {
		if !unicode.In(r, unicode.Hiragana, unicode.Katakana) && r != 'ー' && r != '・' {
			return false
		}
	}
	return s != ""
}
