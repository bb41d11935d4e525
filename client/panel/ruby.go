package panel

import "strings"

// A piece is text with its reading, if it has one.
type piece struct{ text, reading string }

// pieces cuts authored markup, {漢字|かんじ}, into text and readings. What is
// no whole mark stays as it is written.
func pieces(markup string) []piece {
	var out []piece
	plain := func(s string) {
		if s == "" {
			return
		}
		if n := len(out); n > 0 && out[n-1].reading == "" {
			out[n-1].text += s
			return
		}
		out = append(out, piece{text: s})
	}
	for markup != "" {
		open := strings.IndexByte(markup, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(markup[open:], '}')
		if end < 0 {
			break
		}
		text, reading, ok := strings.Cut(markup[open+1:open+end], "|")
		if !ok || text == "" || strings.ContainsAny(text, "{|") || strings.ContainsAny(reading, "{|") {
			plain(markup[:open+1])
			markup = markup[open+1:]
			continue
		}
		plain(markup[:open])
		if reading == "" {
			plain(text)
		} else {
			out = append(out, piece{text, reading})
		}
		markup = markup[open+end+1:]
	}
	plain(markup)
	return out
}

// plainText is markup without its readings.
func plainText(markup string) string {
	var b strings.Builder
	for _, p := range pieces(markup) {
		b.WriteString(p.text)
	}
	return b.String()
}

// kanaText is markup with each word as it is read: for where letters are too
// small for furigana, or can carry none.
func kanaText(markup string) string {
	var b strings.Builder
	for _, p := range pieces(markup) {
		if p.reading != "" {
			b.WriteString(p.reading)
		} else {
			b.WriteString(p.text)
		}
	}
	return b.String()
}

// spaced reports whether Japanese has a space where a word ends: then its lines
// end there, and at no letter between.
func spaced(s string) bool {
	var before rune
	for _, r := range s {
		if (before == ' ' || before == '　') && r >= 0x3000 {
			return true
		}
		before = r
	}
	return false
}

// shortLen is how long the beginning of a text is, in letters.
const shortLen = 16

// short is the beginning of a text, for a row of a list, with its furigana.
func short(markup string) string {
	if len([]rune(plainText(markup))) <= shortLen {
		return markup
	}
	var b strings.Builder
	left := shortLen - 1
	for _, p := range pieces(markup) {
		r := []rune(p.text)
		switch {
		case p.reading == "":
			b.WriteString(string(r[:min(left, len(r))]))
		case len(r) <= left:
			b.WriteString("{" + p.text + "|" + p.reading + "}")
		default: // half a word has no reading
			left = 0
		}
		if left -= len(r); left <= 0 {
			break
		}
	}
	return b.String() + "…"
}
