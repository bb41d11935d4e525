package companion

import (
	"context"
	"hash/fnv"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"kakitsubata/protocol/id"
)

// MaxRunes is how long anything is that a companion says.
const MaxRunes = 60

// Scripted is the mind that is always there: it knows by some words what a
// visitor speaks of, reflects it, asks one open question, and does not say
// the same twice in a conversation while it has something else to say. It
// keeps no state: the same conversation gives the same line.
type Scripted struct {
	script Script
	words  map[Moment][]word // the script's and the package's
}

// NewScripted makes the mind of a script.
func NewScripted(s Script) *Scripted {
	m := &Scripted{script: s, words: make(map[Moment][]word)}
	for _, moment := range moments {
		for _, w := range slices.Concat(baseWords[moment], s.Words[moment]) {
			if f := foldWord(w); f.text != "" {
				m.words[moment] = append(m.words[moment], f)
			}
		}
	}
	return m
}

// Reply is Line; it never fails.
func (m *Scripted) Reply(_ context.Context, c Conversation) (string, error) {
	return m.Line(c), nil
}

// Line is what to say at the conversation's moment. For Listen it finds the
// moment in the visitor's last words.
func (m *Scripted) Line(c Conversation) string {
	moment := c.Moment
	if moment == Listen || moment == "" {
		moment = m.moment(c.last())
	}
	if c.Distressed && moment.small() {
		moment = Beside // no small talk after a cry for help
	}
	lines := m.script.lines(moment)
	if moment == Listen {
		if quote, ok := quotable(c.last()); ok {
			lines = slices.Concat(quotes(quote), lines)
		}
	}
	return pick(lines, c)
}

// moments are looked for in this order: what matters most is found first.
var moments = []Moment{
	Distress, Alone, Secret, Private, Machine, Rude, Bye,
	Sad, Angry, Friends, Family, School, Sleepy, Bored,
	Game, Food, Animals, Happy, About, Thanks, Hello, Dialect,
}

// small reports whether a model may answer: everything else is answered by
// lines that people wrote.
func (m Moment) small() bool {
	switch m {
	case Listen, Hello, Thanks, Game, Food, School, Friends, Family, Animals,
		Sleepy, Bored, Sad, Angry, Happy, Dialect:
		return true
	}
	return false
}

// moment is what somebody speaks of.
func (m *Scripted) moment(text string) Moment {
	f := fold(text)
	for _, moment := range moments {
		for _, w := range m.words[moment] {
			if w.in(f) {
				return moment
			}
		}
	}
	return Listen
}

// word is something to be looked for in folded text.
type word struct {
	text       string
	whole, end bool // it must be all of the text, or its end
}

func foldWord(s string) word {
	return word{fold(s), strings.HasPrefix(s, "="), strings.HasSuffix(s, "$")}
}

func (w word) in(folded string) bool {
	switch {
	case w.whole:
		return folded == w.text
	case w.end:
		return strings.HasSuffix(folded, w.text)
	}
	return strings.Contains(folded, w.text)
}

// fold makes words comparable: width and case folded, katakana as hiragana,
// without spaces, long vowels' bars and punctuation.
func fold(s string) string {
	return strings.ReplaceAll(foldKana(s), "ー", "")
}

// foldKana is fold that keeps the long vowels' bars.
func foldKana(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKC.String(s) {
		switch {
		case r >= 'ァ' && r <= 'ヶ':
			r -= 'ァ' - 'ぁ'
		case r == '〜' || unicode.IsSpace(r) || unicode.IsPunct(r):
			continue
		case unicode.IsSymbol(r): // ♪ and the like
			continue
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// pick takes a line that was not said lately, by the conversation's seed; when
// all were, the one whose turn is longest ago.
func pick(lines []string, c Conversation) string {
	if len(lines) == 0 {
		return ""
	}
	h := fnv.New64a()
	for range 8 {
		h.Write([]byte{byte(c.Seed)})
		c.Seed >>= 8
	}
	for _, t := range c.Turns {
		h.Write([]byte(t.Text))
		h.Write([]byte{0})
	}
	h.Write([]byte(c.Moment))
	start := int(h.Sum64() % uint64(len(lines)))
	best, bestAge := "", -1
	for i := range lines {
		line := render(lines[(start+i)%len(lines)], c.Bracket)
		age := slices.IndexFunc(backwards(c.Turns), func(t Turn) bool { return t.Own && t.Text == line })
		if age < 0 {
			return line
		}
		if age > bestAge {
			best, bestAge = line, age
		}
	}
	return best
}

func backwards(turns []Turn) []Turn {
	turns = slices.Clone(turns)
	slices.Reverse(turns)
	return turns
}

// quotable reports whether words can be given back: a few of them, nothing
// hidden, no question, nothing but Japanese letters.
func quotable(s string) (string, bool) {
	s = strings.TrimRight(strings.TrimSpace(s), "。、!！…〜～")
	if n := utf8.RuneCountInString(s); n < 2 || n > 10 {
		return "", false
	}
	for _, r := range s {
		if !japanese(r) {
			return "", false
		}
	}
	for _, end := range []string{"か", "の", "よね"} { // questions without a mark
		if strings.HasSuffix(s, end) {
			return "", false
		}
	}
	return s, true
}

func japanese(r rune) bool {
	return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) || r == 'ー' || r == '々'
}

func quotes(words string) []string {
	return []string{
		"「" + words + "」の おはなし、もっと ききたいな。",
		"「" + words + "」なんだね。そのとき、どんな {気持|きも}ちだった?",
		"「" + words + "」かあ。それから どうなったの?",
	}
}

// young reports whether a reader is given kana alone.
func young(b id.Bracket) bool { return b == id.El12 || b == id.El34 }
