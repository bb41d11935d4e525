package panel

import (
	"reflect"
	"strings"
	"testing"
)

func TestPieces(t *testing.T) {
	for in, want := range map[string][]piece{
		"":                 nil,
		"やあ":               {{"やあ", ""}},
		"{漢字|かんじ}":         {{"漢字", "かんじ"}},
		"お{母|かあ}さん、{森|もり}": {{"お", ""}, {"母", "かあ"}, {"さん、", ""}, {"森", "もり"}},
		"{壊れた":             {{"{壊れた", ""}},
		"{ない}印":            {{"{ない}印", ""}},
		"{a|b|c}":          {{"{a|b|c}", ""}},
		"{{漢|かん}":          {{"{", ""}, {"漢", "かん"}},
		"{空|}":             {{"空", ""}},
		"<b>{字|じ}</b>":     {{"<b>", ""}, {"字", "じ"}, {"</b>", ""}},
	} {
		if got := pieces(in); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
	if got := plainText("お{母|かあ}さん"); got != "お母さん" {
		t.Error(got)
	}
	if got := kanaText("お{母|かあ}さん、{空|}"); got != "おかあさん、空" {
		t.Error(got)
	}
	for in, want := range map[string]string{
		"{池|いけ}の {花|はな}":           "{池|いけ}の {花|はな}",
		"１２３４５６７８９０{漢字|かんじ}１２３４５６": "１２３４５６７８９０{漢字|かんじ}１２３…",
		"１２３４５６７８９０１２３４{漢字|かんじ}五六": "１２３４５６７８９０１２３４…",
	} {
		if got := short(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzPieces(f *testing.F) {
	f.Add("お{母|かあ}さん")
	f.Add("{{|}|{|}}")
	f.Fuzz(func(t *testing.T, s string) {
		n := 0
		for _, p := range pieces(s) {
			n += len(p.text) + len(p.reading)
		}
		if n > len(s) {
			t.Fatalf("%q grew to %d bytes", s, n)
		}
		if !strings.ContainsAny(s, "{") && plainText(s) != s {
			t.Fatalf("%q changed", s)
		}
	})
}

func TestSpaced(t *testing.T) {
	for s, want := range map[string]bool{
		"とびらを あけるよ。": true, "やあ　げんき？": true, "とびらをあけるよ": false, "OK go": false, "OK です": true, "": false, "あ ": false,
	} {
		if spaced(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}
