package lexicon

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// A trie finds what a plain search finds, the longest first.
func TestTrieFindsWhatStandsThere(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 100))
	word := func(most int) []rune {
		rs := make([]rune, 1+rng.IntN(most))
		for i := range rs {
			rs[i] = []rune("あいうaか漢字\U0001F600")[rng.IntN(8)]
		}
		return rs
	}
	for range 50 {
		s := newSprouts(rng.IntN(40)) // often too few: it grows
		var words [][]rune
		for range 1 + rng.IntN(200) {
			w := word(6)
			n, isNew := s.literal(w)
			if isNew {
				words = append(words, w)
			}
			if !slices.Equal(words[n], w) {
				t.Fatalf("%q is number %d, which is %q", string(w), n, string(words[n]))
			}
		}
		tr, shorter := s.grown()
		text := word(300)
		at := int32(0)
		for i, r := range text {
			at = tr.step(at, r)
			var got, want []string
			for n := tr.nodes[at].ends >> 1; n != 0; n = shorter[n-1] {
				got = append(got, string(words[n-1]))
			}
			for k := range i + 1 {
				if w := text[k : i+1]; slices.ContainsFunc(words, func(x []rune) bool { return slices.Equal(x, w) }) {
					want = append(want, string(w))
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("at %d of %q: %q, want %q", i, string(text), got, want)
			}
			is := walked(tr, at)
			if own := tr.own(at); own >= 0 && string(words[own]) != is || own < 0 && len(got) > 0 && got[0] == is {
				t.Fatalf("node %d is %q, its own word is number %d", at, is, own)
			}
		}
	}
}

// walked is what leads to a node.
func walked(t *trie, n int32) string {
	var rs []rune
	for ; n != 0; n = t.nodes[n].parent {
		rs = append(rs, rune(t.nodes[n].letter>>sorts))
	}
	slices.Reverse(rs)
	return string(rs)
}
