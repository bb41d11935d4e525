package lexicon

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestViews(t *testing.T) {
	vs := newViews()
	for _, c := range []struct{ in, tight, short, romaji string }{
		{"しにたい", "しにたい", "", ""},
		{"シ　ニ・タ★イ", "しにたい", "", ""},
		{"ｼﾆﾀｲ ｶﾞﾝﾊﾞﾚ ﾊﾟﾝ", "しにたいがんばれぱん", "", ""},
		{"し\u200bに\u00adた\ufe0fい\u2060", "しにたい", "", ""},
		{"か\u3099き\u3099 は゜", "がぎぱ", "", ""},
		{"しにたーーい", "しにたあい", "しにたい", ""},
		{"しにたああああい", "しにたあい", "しにたい", ""},
		{"しにたぁい〜〜", "しにたあい", "しにたい", ""},
		{"しねぇぇぇ", "しねえ", "しね", ""},
		{"しししし", "し", "", ""},
		{"ばーか", "ばあか", "ばか", ""},
		{"ＳＨＩＮＥ", "shine", "", "しね"},
		{"shinitai yo", "shinitaiyo", "", "しにたいよ"},
		{"konnichiha", "konnichiha", "", "こんにちは"},
		{"gakkou ikitakunai", "gakkouikitakunai", "", "がっこういきたくない"},
		{"ｄｉｅ dіe", "diedie", "", "ぢえぢえ"},
		{"não", "nao", "", "なお"},
		{"Không", "khong", "", "kほんg"},
		{"①②㍿", "12株式会社", "", ""},
		{"", "", "", ""},
		{"😀😀", "", "", ""},
	} {
		vs.look(c.in)
		if got := string(vs.tight.runes); got != c.tight {
			t.Errorf("%q tight: %q, want %q", c.in, got, c.tight)
		}
		if got := string(vs.short.runes); got != c.short {
			t.Errorf("%q short: %q, want %q", c.in, got, c.short)
		}
		if got := string(vs.romaji.runes); got != c.romaji {
			t.Errorf("%q romaji: %q, want %q", c.in, got, c.romaji)
		}
	}
}

// checkViews holds what is true of every text.
func checkViews(t *testing.T, vs *views, s string) {
	t.Helper()
	vs.look(s)
	n := int32(utf8.RuneCountInString(s))
	for _, v := range []*view{&vs.plain, &vs.tight, &vs.short, &vs.romaji} {
		if len(v.runes) != len(v.marks) {
			t.Fatalf("%q %s: lengths differ", s, v.name)
		}
		for i := range v.runes {
			if v.marks[i].from < 0 || v.marks[i].from >= v.marks[i].to || v.marks[i].to > n {
				t.Fatalf("%q %s: rune %d stands for [%d,%d) of %d", s, v.name, i, v.marks[i].from, v.marks[i].to, n)
			}
			if i > 0 && v.marks[i].from < v.marks[i-1].from {
				t.Fatalf("%q %s: goes back at %d", s, v.name, i)
			}
		}
	}
	plain, tight := string(vs.plain.runes), string(vs.tight.runes)
	vs.look(plain)
	if got := string(vs.plain.runes); got != plain {
		t.Fatalf("%q: plain is %q, and plain of it %q", s, plain, got)
	}
	vs.look(tight)
	if got := string(vs.tight.runes); got != tight {
		t.Fatalf("%q: tight is %q, and tight of it %q", s, tight, got)
	}
}

var viewSeeds = []string{
	"", "しにたい", "ｼﾆﾀｲ", "か\u3099\u3099\u309a", "\u3099", "ーーー", "あーーあ", "ああああしにたああああい", "しっっっね", "ｱｱｱ", "ﬁﬁﬁ", "ﷺ", "İıẞß", "각각각", "각",
	"a\u0301a\u0301a\u0301", "e\u0301\u0302\u0303", "👨‍👩‍👧‍👦", "\U000e0041", "㍿㍿㍿㍿", "①①①①", "ゟヿ", "ヽヾゝゞ", "うううゔゔゔ", "\ufffd", "たぁぁあぁー", "nnnnna", "kkka", "がーが゛",
	"ゔー゛", "\u1fbd\u1ffe", "ΣςσΑ", "Ａａａａ", "２２２２", "ｳﾞｳﾞｳﾞ", "はﾟﾞ", "\u0345", "ﾠㅤ",
}

func FuzzViews(f *testing.F) {
	for _, s := range viewSeeds {
		f.Add(s)
	}
	vs := newViews()
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		checkViews(t, vs, s)
	})
}

func TestEveryRuneFoldsOnce(t *testing.T) {
	vs := newViews()
	for r := rune(0); r < foldLimit; r++ {
		if r >= 0xd800 && r < 0xe000 {
			continue
		}
		checkViews(t, vs, "た"+strings.Repeat(string(r), 4)+"い")
	}
}

func TestSpansPointAtWhatWasTyped(t *testing.T) {
	x := load(t)
	for text, want := range map[string]string{
		"ねえ、お・ま・え　き　も　い　よ":                 "お・ま・え　き　も　い",
		"電話は０９０−１２３４−５６７８だよ":               "０９０−１２３４−５６７８",
		"みてみて https://example.com/a?b=c ね": "https://example.com/a?b=c",
		"メールは taro\u200b.y@example.com です": "taro\u200b.y@example.com",
		"ﾃﾞﾝﾜ 〇九〇の一二三四の五六七八 !":             "〇九〇の一二三四の五六七八",
	} {
		v := x.Score(utter(text))
		rs := []rune(text)
		var got []string
		for _, s := range v.Spans {
			got = append(got, string(rs[s.From:s.To]))
		}
		if !slices.Equal(got, []string{want}) {
			t.Errorf("%q hides %q, want %q", text, got, want)
		}
	}
}
