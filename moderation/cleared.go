package moderation

import (
	"hash/fnv"
	"slices"
	"strings"
	"unicode/utf8"

	"kakitsubata/protocol/id"
)

// Cleared is a sentence that may be shown. Its fields are unexported and the
// gate alone fills them, so whoever holds a non-zero Cleared knows that the
// words were judged. It never leaves its process.
type Cleared struct {
	utterance id.UtteranceID
	text      string
	masked    bool
}

// Utterance is the id that the gate gave the words.
func (c Cleared) Utterance() id.UtteranceID { return c.utterance }

// Text is what may be shown: masked runes are already replaced.
func (c Cleared) Text() string { return c.text }

// Masked reports whether something was hidden.
func (c Cleared) Masked() bool { return c.masked }

// Zero reports whether there are no words: nothing was cleared.
func (c Cleared) Zero() bool { return c == Cleared{} }

// Runes is the length of the text.
func (c Cleared) Runes() int { return utf8.RuneCountInString(c.text) }

// Hash is the FNV-1a of the text: what a journal keeps instead of words.
func (c Cleared) Hash() uint64 {
	h := fnv.New64a()
	h.Write([]byte(c.text))
	return h.Sum64()
}

// maskRune stands for each hidden rune.
const maskRune = '＊'

func mint(u Utterance, v Verdict) Cleared {
	if v.Show != Mask {
		return Cleared{utterance: u.ID, text: u.Text}
	}
	return Cleared{utterance: u.ID, text: maskText(u.Text, v.Spans), masked: true}
}

func maskText(s string, spans []Span) string {
	var b strings.Builder
	i := 0
	for _, r := range s {
		for len(spans) > 0 && i >= spans[0].To {
			spans = spans[1:]
		}
		if len(spans) > 0 && i >= spans[0].From {
			r = maskRune
		}
		b.WriteRune(r)
		i++
	}
	return b.String()
}

// joinSpans is the ordered union of two sets of spans.
func joinSpans(a, b []Span) []Span {
	if len(a)+len(b) == 0 {
		return nil
	}
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(x, y Span) int { return x.From - y.From })
	out := all[:1]
	for _, s := range all[1:] {
		last := &out[len(out)-1]
		if s.From <= last.To {
			last.To = max(last.To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

// Masked is u's text as v would have it shown, with what it hides hidden.
func Masked(u Utterance, v Verdict) string { return maskText(u.Text, v.Spans) }
