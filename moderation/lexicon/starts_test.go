package lexicon

import "testing"

// What personal looks for begins at a start, whatever word it is.
func TestEveryWordHasItsStart(t *testing.T) {
	x := load(t)
	for name, c := range map[string]struct {
		of    sets
		words *wordSet
	}{
		"at": {firstAt, atSigns}, "friend": {firstFriend, friend}, "app": {firstApp, apps}, "post": {firstPost, postWords}, "block": {firstBlock, blockWords},
		"house": {firstHouse, houseWords}, "town": {firstTown, townEnds}, "school": {firstSchool, schoolWords}, "class": {firstClass, words2nen},
		"name": {firstName, nameWords}, "scheme": {firstLink, schemes}, "host": {firstLink, hosts},
	} {
		n := 0
		for _, ws := range c.words.words {
			for _, w := range ws {
				n++
				rs := append([]rune("zz"), w...)
				x.begin(rs)
				if !has(x.starts, 2, c.of) {
					t.Errorf("%s: no start of %q in %v", name, string(w), x.starts)
				}
				if prefixed(w, c.words) != len(w) {
					t.Errorf("%s: %q is not found", name, string(w))
				}
			}
		}
		if n == 0 {
			t.Errorf("%s: no words", name)
		}
	}
	all := []rune("0123456789oqzo ⓪😀年#.@")
	for i := range all {
		x.begin(all)
		if _, n := readDigit(all, i, false); n > 0 && !has(x.starts, i, firstDigit) {
			t.Errorf("no start of the number at %d in %q", i, string(all))
		}
	}
	for _, ws := range spoken {
		for _, w := range ws {
			x.begin(w.word)
			if d, n := readDigit(w.word, 0, false); n == 0 || n == len(w.word) && d != w.d || !has(x.starts, 0, firstDigit) {
				t.Errorf("%q: %d of %d runes, starts %v", string(w.word), d, n, x.starts)
			}
		}
	}
}

func has(all []start, at int, of sets) bool {
	for _, s := range all {
		if s.at == at && s.of&of != 0 {
			return true
		}
	}
	return false
}
