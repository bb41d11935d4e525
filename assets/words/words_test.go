package words

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

func kana(s string) bool {
	for _, r := range s {
		if !unicode.In(r, unicode.Hiragana, unicode.Katakana) && r != 'ー' {
			return false
		}
	}
	return s != ""
}

func hiragana(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ァ' && r <= 'ヶ' {
			return r - 'ァ' + 'ぁ'
		}
		return r
	}, s)
}

// bad are words that no name may hold, across the joint neither.
var bad = strings.Fields(`ばか あほ しね しぬ しにた ころす ころし うんこ うんち ちんこ ちんちん まんこ
おっぱい えろ えっち ぶす でぶ はげ ちび きもい きもち くそ しっこ おなら げろ まぬけ どじ うざ けつ
おしり ぱんつ へんたい きちがい れいぷ せっくす やくざ きえろ くさい ごみ じごく あくま のろい こわい
いじめ なぐ けが ぶた さる ごりら ふとい ださい むし さつじん どろぼう やりまん さしころ さしいころ`)

// Words that hold one of bad and are innocent.
var innocent = strings.Fields(`てんとうむし かぶとむし すずむし`)

func TestNames(t *testing.T) {
	first, second := NameFirst(), NameSecond()
	if len(first) < 120 || len(second) < 160 {
		t.Fatalf("%d first and %d second words, want 120 and 160", len(first), len(second))
	}
	seen := make(map[string]string)
	for _, a := range first {
		for _, b := range second {
			name := a + b
			if n := len([]rune(name)); n > 16 {
				t.Errorf("%s has %d characters, at most 16", name, n)
			}
			if !kana(name) {
				t.Errorf("%s is not in kana", name)
			}
			plain := hiragana(name)
			if other, ok := seen[plain]; ok {
				t.Errorf("%s and %s read the same", name, other)
			}
			seen[plain] = name
			for _, w := range innocent {
				plain = strings.Replace(plain, w, "□", 1)
			}
			for _, w := range bad {
				if strings.Contains(plain, w) {
					t.Errorf("%s + %s holds %q", a, b, w)
				}
			}
		}
	}
	t.Logf("%d names", len(seen))
}

// shapes are kana that a child's hand or eye mixes up.
var shapes = []string{"さきち", "ぬめ", "ねれわ", "はほけ", "るろ", "いり", "あお", "くへ", "まよ", "たな", "こに", "つし", "うら", "ゆひ"}

// sound folds what sounds or is written nearly alike: dots, small kana, long
// vowels. It is written apart from the entrance's own fold, on purpose.
func sound(s string) string {
	vowels := map[rune]string{
		'あ': "あかさたなはまやらわ", 'い': "いきしちにひみりえけせてねへめれ", 'う': "うくすつぬふむゆるおこそとのほもよろ",
		'え': "えけせてねへめれ", 'お': "おこそとのほもよろ",
	}
	big := strings.NewReplacer("ぁ", "あ", "ぃ", "い", "ぅ", "う", "ぇ", "え", "ぉ", "お", "っ", "つ", "ゃ", "や", "ゅ", "ゆ",
		"ょ", "よ", "ゎ", "わ", "を", "お", "ー", "", "\u3099", "", "\u309a", "")
	var out []rune
	for _, r := range big.Replace(norm.NFD.String(s)) {
		if n := len(out); n > 0 && strings.ContainsRune(vowels[r], out[n-1]) {
			continue
		}
		out = append(out, r)
	}
	return string(out)
}

func shape(s string) string {
	return strings.Map(func(r rune) rune {
		for _, g := range shapes {
			if strings.ContainsRune(g, r) {
				return []rune(g)[0]
			}
		}
		return r
	}, s)
}

func TestPassphrase(t *testing.T) {
	list := Passphrase()
	if len(list) < 1024 {
		t.Fatalf("%d words, want at least 1024", len(list))
	}
	seen := make(map[string]string)
	for _, w := range list {
		if n := len([]rune(w)); n < 2 || n > 4 || !kana(w) || hiragana(w) != w {
			t.Errorf("%q is not two to four hiragana", w)
		}
		if k := shape(sound(w)); seen[k] != "" {
			t.Errorf("%s and %s are too alike", w, seen[k])
		} else {
			seen[k] = w
		}
		for _, b := range bad {
			if w == b || len(b) > len("しね") && strings.Contains(w, b) {
				t.Errorf("%s holds %q", w, b)
			}
		}
	}
}
