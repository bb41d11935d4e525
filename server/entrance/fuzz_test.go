package entrance

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// What a code is read as reads as itself.
func FuzzReadCode(f *testing.F) {
	for _, s := range []string{"", "KKT-0000-0000-00000", "ＫＫＴー００００", "kkt 0000 0000 0000 0", "\xff\xfe", "OIL", strings.Repeat("0", 13)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := readCode(s)
		if err != nil {
			return
		}
		if again, err := readCode(c); err != nil || again != c || len(c) != codeSigns+1 {
			t.Fatalf("%q reads as %q and that as %q, %v", s, c, again, err)
		}
	})
}

// Folding is idempotent, and blanks and script do not matter to it.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "さくら うみ ねこ ほし", "サクラ・ウミ", "ｶﾞｯｺｳ", "ーーあああ", "\xff", "おおかみ", "こうえん"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		x := foldWords(s)
		if again := foldWords(x); again != x {
			t.Fatalf("%q folds to %q and that to %q", s, x, again)
		}
		if y := foldWords(strings.Join(strings.Split(s, " "), "　")); utf8.ValidString(s) && y != x {
			t.Fatalf("blanks change %q to %q", x, y)
		}
		if len(x) > 3*len(s) {
			t.Fatalf("%q grows to %q", s, x)
		}
	})
}
