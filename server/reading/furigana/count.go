package furigana

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ikawaha/kagome/v2/tokenizer"
)

//go:embed readings.txt
var ownWords string

//go:embed counters.txt
var ownCounters string

// counter is how something is counted: by the last part of the number.
type counter [lastParts]struct{ number, after string }

// Last parts of a number: 1 to 9 are themselves.
const (
	ten       = 10
	hundred   = 11
	thousand  = 12
	what      = 13 // 何
	lastParts = 14
)

var plainNumbers = [lastParts]string{"", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう", "じゅう", "ひゃく", "せん", "なん"}

func lines(text string, each func(fields []string) error) error {
	n := 0
	for line := range strings.Lines(text) {
		n++
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if err := each(f); err != nil {
			return fmt.Errorf("furigana: line %d: %w", n, err)
		}
	}
	return nil
}

func readWords(text string) (map[string]string, error) {
	words := map[string]string{}
	return words, lines(text, func(f []string) error {
		if len(f) != 2 || f[1] != "-" && !kanaOnly(f[1]) {
			return fmt.Errorf("%q is not a word and a reading", f)
		}
		if _, twice := words[f[0]]; twice {
			return fmt.Errorf("%s is there twice", f[0])
		}
		words[f[0]] = f[1]
		return nil
	})
}

func readCounters(text string) (map[string]counter, error) {
	counters := map[string]counter{}
	return counters, lines(text, func(f []string) error {
		var c counter
		switch len(f) {
		case 2:
			for i := 1; i < lastParts; i++ {
				c[i].number, c[i].after = plainNumbers[i], f[1]
			}
		case lastParts:
			for i := 1; i < lastParts; i++ {
				number, after, ok := strings.Cut(f[i], "・")
				if !ok || !kanaOnly(number+after) {
					return fmt.Errorf("%s: %q is not number・counter", f[0], f[i])
				}
				c[i].number, c[i].after = number, after
			}
		default:
			return fmt.Errorf("%s has %d readings, not 1 or %d", f[0], len(f)-1, lastParts-1)
		}
		counters[f[0]] = c
		return nil
	})
}

const kanjiDigits = "〇一二三四五六七八九"

// digit is the value of one figure, or -1.
func digit(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= '０' && r <= '９':
		return int(r - '０')
	}
	if i := strings.IndexRune(kanjiDigits, r); i >= 0 && r != utf8.RuneError {
		return i / len("〇")
	}
	return -1
}

func numeral(r rune) bool { return digit(r) >= 0 || strings.ContainsRune("十百千万何数", r) }

// counted reads a number and what it counts, from one token to the end of
// another. Figures keep themselves, and what they count is read: 3{匹|びき}.
func (d *Dictionary) counted(tokens []tokenizer.Token, i int) (n int, marked string) {
	first, _ := utf8.DecodeRuneInString(tokens[i].Surface)
	if digit(first) < 0 && !strings.ContainsRune("十百千何", first) {
		return 0, ""
	}
	before := last(tokens, i)
	if before != 0 && (numeral(before) || before == '.' || before == '-') {
		return 0, ""
	}
	number, rest, k := "", "", i
	for ; k < len(tokens); k++ { // the number ends where a token does, or within it
		s := tokens[k].Surface
		end := strings.IndexFunc(s, func(r rune) bool { return !numeral(r) || r == '万' || r == '数' })
		if end < 0 {
			number += s
			continue
		}
		number, rest = number+s[:end], s[end:]
		break
	}
	if number == "" || k >= len(tokens) {
		return 0, ""
	}
	if rest != tokens[k].Surface && k == i && !figures(number) {
		// 十分, 三日月: a word of the dictionary as a whole.
		if tokens[k].Class == tokenizer.KNOWN {
			if _, ok := d.counters[rest]; !ok {
				return 0, ""
			}
		}
	}
	head, part := read(number)
	if part == 0 {
		return 0, ""
	}
	for m := k; m < len(tokens) && m < k+3; m++ { // the longest counter wins
		if m > k {
			rest += tokens[m].Surface
		}
		if c, ok := d.counters[rest]; ok {
			reading := c[part]
			n = m - i + 1
			if figures(number) {
				if whole, ok := d.known(before, kanjiOf(number)+rest); ok && whole != "-" {
					marked = "{" + number + rest + "|" + whole + "}"
				} else {
					marked = number + "{" + rest + "|" + reading.after + "}"
				}
			} else {
				marked = "{" + number + rest + "|" + head + reading.number + reading.after + "}"
			}
		}
	}
	return n, marked
}

func figures(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r < utf8.RuneSelf || r >= '０' && r <= '９'
}

// kanjiOf writes figures up to 99 in kanji, as our list of words has them.
func kanjiOf(figures string) string {
	n := 0
	for _, r := range figures {
		if n = n*10 + digit(r); n > 99 || digit(r) < 0 {
			return ""
		}
	}
	s := ""
	if tens := n / 10; tens > 0 {
		if tens > 1 {
			s = string([]rune(kanjiDigits)[tens])
		}
		s += "十"
	}
	if n%10 > 0 {
		s += string([]rune(kanjiDigits)[n%10])
	}
	return s
}

// read is a number up to 9999 but for its last part, read aloud, and the last
// part. Zero is a number that it does not read.
func read(number string) (head string, last int) {
	if number == "何" {
		return "", what
	}
	if figures(number) {
		n := 0
		for _, r := range number {
			v := digit(r)
			if v < 0 || n > 999 {
				return "", 0
			}
			n = n*10 + v
		}
		switch {
		case n == 0:
			return "", 0
		case n%10 > 0:
			return "", n % 10
		case n%100 > 0:
			return "", ten
		case n%1000 > 0:
			return "", hundred
		}
		return "", thousand
	}
	var parts []string
	pending := 0
	for _, r := range number {
		v := digit(r)
		unit := strings.IndexRune("十百千", r) / len("十")
		switch {
		case v > 0 && pending == 0:
			pending = v
			parts, last = append(parts, plainNumbers[v]), v
		case v < 0 && strings.ContainsRune("十百千", r):
			name := scale(pending, ten+unit)
			if pending > 0 {
				parts = parts[:len(parts)-1]
			}
			parts, last, pending = append(parts, name), ten+unit, 0
		default:
			return "", 0 // 一〇, 三四: not read as a number
		}
	}
	tail := parts[len(parts)-1]
	if last >= ten { // the last part is the unit alone: に・じゅう
		tail = strings.TrimSuffix(tail, plainNumbers[last])
		if tail == parts[len(parts)-1] {
			return "", 0 // さんびゃく, はっせん: rare before a counter
		}
		return strings.Join(parts[:len(parts)-1], "") + tail, last
	}
	return strings.Join(parts[:len(parts)-1], ""), last
}

// scale reads so many tens, hundreds or thousands.
func scale(n, unit int) string {
	if n <= 1 {
		return plainNumbers[unit]
	}
	irregular := map[[2]int]string{
		{3, hundred}: "さんびゃく", {6, hundred}: "ろっぴゃく", {8, hundred}: "はっぴゃく", {3, thousand}: "さんぜん", {8, thousand}: "はっせん",
	}
	if s, ok := irregular[[2]int{n, unit}]; ok {
		return s
	}
	return plainNumbers[n] + plainNumbers[unit]
}
