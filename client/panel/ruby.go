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

// short is the beginning of a text, for a row of a list.
func short(s string) string {
	r := []rune(s)
	if len(r) <= 16 {
		return s
	}
	return string(r[:15]) + "…"
}
