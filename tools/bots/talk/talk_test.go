package talk

import (
	"testing"
	"unicode/utf8"
)

func TestSentencesAreUniqueAndShort(t *testing.T) {
	seen := make(map[string]bool)
	for n := range 16 * 16 * 16 * 16 * 8 {
		s := Sentence(n)
		if seen[s] {
			t.Fatalf("%q twice", s)
		}
		seen[s] = true
		if utf8.RuneCountInString(s) > 40 {
			t.Fatalf("%q", s)
		}
	}
}
