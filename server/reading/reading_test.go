package reading

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"kakitsubata/protocol/id"
)

func TestRender(t *testing.T) {
	const s = "{今日|きょう}は {森|もり}で {虫|むし}を さがそう。カブトムシは いるかな"
	const kana = "きょうは もりで むしを さがそう。カブトムシは いるかな"
	const plain = "今日は森で虫をさがそう。カブトムシはいるかな"
	for _, b := range id.Brackets {
		want := plain // three kanji of the first two years
		if b == id.El12 {
			want = kana
		}
		if got := Render(s, b); got != want {
			t.Errorf("Render for %v = %q, want %q", b, got, want)
		}
	}
	if got := Render(s, id.BracketNone); got != kana {
		t.Errorf("Render for nobody in particular = %q, want %q", got, kana)
	}
	if got, want := Plain(s), "今日は 森で 虫を さがそう。カブトムシは いるかな"; got != want {
		t.Errorf("Plain = %q, want %q", got, want)
	}
}

func TestValid(t *testing.T) {
	for _, s := range []string{"", "ひらがな", "{漢字|かんじ}", "{ラ王|ラおう}と {市|し}", "119に {電話|でんわ}"} {
		if err := Valid(s); err != nil {
			t.Errorf("Valid(%q) = %v", s, err)
		}
	}
	for s, why := range map[string]string{
		"{漢字|かんじ":        "without a }",
		"漢字|かんじ}":        "outside of braces",
		"漢字}":            "without a {",
		"{漢字}":           "no |",
		"{|かんじ}":         "no word",
		"{漢字|}":          "not in kana",
		"{漢字|kanji}":     "not in kana",
		"{漢字|漢字}":        "not in kana",
		"{漢{字|かん}じ}":     "no word",
		"あ {字|じ|じ}":      "not in kana",
		"よい {字|じ} と {字}": "at character 12",
		"\xff":           "UTF-8",
	} {
		err := Valid(s)
		if !errors.Is(err, ErrMarkup) || !strings.Contains(err.Error(), why) {
			t.Errorf("Valid(%q) = %v, want a fault with %q", s, err, why)
		}
	}
}

func TestUnread(t *testing.T) {
	for s, want := range map[string]string{
		"ひらがなと カタカナ":        "",
		"{漢字|かんじ}を よむ":      "",
		"{漢字|かんじ}を 読む 読む 字": "読字",
		"こわれた {漢字":          "漢字",
	} {
		if got := Unread(s); got != want {
			t.Errorf("Unread(%q) = %q, want %q", s, got, want)
		}
	}
}

// What is well-formed and fully read comes out without kanji and braces; what
// is malformed comes out unchanged.
func FuzzRender(f *testing.F) {
	for _, s := range []string{"", "{", "}", "|", "{漢字|かんじ}", "{a|ア}{b|い}", "{{漢|か}|ん}", "字{字|じ}", "\xff{漢|\xff}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := Render(s, id.El12)
		if Valid(s) != nil {
			if out != s {
				t.Fatalf("Render changed malformed %q to %q", s, out)
			}
			return
		}
		if strings.ContainsAny(out, "{}|") {
			t.Fatalf("Render(%q) = %q keeps markup", s, out)
		}
		if Unread(s) == "" && strings.ContainsFunc(out, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Fatalf("Render(%q) = %q keeps kanji", s, out)
		}
	})
}
