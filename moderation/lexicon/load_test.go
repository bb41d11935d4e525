package lexicon

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"kakitsubata/moderation"
)

const listFolder = "../../assets/words/moderation"

func load(t testing.TB) *Lexicon {
	t.Helper()
	x, err := Load(os.DirFS(listFolder))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func utter(text string) moderation.Utterance { return moderation.Utterance{Text: text} }

// small is a folder of lists with the given files in place of its own.
func small(files map[string]string) fstest.MapFS {
	var levels strings.Builder
	for _, c := range allCategories {
		show := "block"
		if c.Support() {
			show = "pass"
		}
		for _, s := range []string{"1", "2", "3"} {
			levels.WriteString(string(c) + "\t" + s + "\t" + show + "\tcase\n")
		}
	}
	fs := fstest.MapFS{
		"levels.tsv":   {Data: []byte(levels.String())},
		"contexts.tsv": {Data: []byte("told\tafter\tって…言われ\nplay\tanywhere\tゲーム\n")},
		"numbers.tsv":  {Data: []byte("0120-99-7777\ta helpline\n")},
	}
	for name, s := range files {
		fs[name] = &fstest.MapFile{Data: []byte(s)}
	}
	return fs
}

func TestFaultsNameFileAndLine(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"insult.tsv", "# fine\n2\t(きもい", "insult.tsv:2: pattern \"(きもい\": a ( without its )"},
		{"insult.tsv", "2\tきもい)", "insult.tsv:1: pattern \"きもい)\": a ) too many"},
		{"insult.tsv", "9\tきもい", "insult.tsv:1: level \"9\""},
		{"insult.tsv", "2*\tきもい", "insult.tsv:1: * is for support"},
		{"insult.tsv", "2\t", "insult.tsv:1: pattern \"\": nothing to look for"},
		{"insult.tsv", "2\tき", "insult.tsv:1: \"き\": one letter matches everywhere"},
		{"insult.tsv", "2\tab", "insult.tsv:1: \"ab\": fewer than 3 letters"},
		{"insult.tsv", "2\t★★", "insult.tsv:1: \"★★\": no letters to look for"},
		{"insult.tsv", "2\tきもい…", "insult.tsv:1: pattern \"きもい…\": a part that may be empty"},
		{"insult.tsv", "2\tき.*い", "insult.tsv:1: pattern \"き.*い\": '*' has no meaning here"},
		{"insult.tsv", "2\tきもい\t@nobody", "insult.tsv:1: no context @nobody"},
		{"insult.tsv", "2\tきもい\t(か", "insult.tsv:1: exception \"(か\": a ( without its )"},
		{"insult.tsv", "2\t" + strings.Repeat("(あい|うえ|おか|きく|けこ)", 6), "insult.tsv:1: pattern \"(あい|うえ|おか|きく|けこ)(あい|うえ|おか|きく|けこ)(あい|うえ|おか|きく|けこ)(あい|うえ|おか|きく|けこ)(あい|うえ|おか|きく|けこ)(あい|うえ|おか|きく|けこ)\": more than 4096 forms"},
		{"self_harm.tsv", "need2\tしにたい", "self_harm.tsv:1: a category of support is need anyway"},
		{"rude.tsv", "2\tきもい", "rude.tsv: \"rude\" is no category"},
		{"levels.tsv", "self_harm\t2\tblock\tcase", "levels.tsv:1: support is never hidden"},
		{"levels.tsv", "need\t2\tmask\tcase", "levels.tsv:1: need is never hidden"},
		{"levels.tsv", "insult\t2\tshout\tcase", "levels.tsv:1: \"shout\" is none of pass, mask, hold, block"},
		{"levels.tsv", "insult\t2\tblock\tcase", "levels.tsv: nothing about self_harm"},
		{"contexts.tsv", "told\tbeside\tって", "contexts.tsv:1: \"beside\" is none of anywhere, before, after"},
		{"numbers.tsv", "O120\ta helpline", "numbers.tsv:1: \"O120\" is no number"},
	} {
		_, err := Load(small(map[string]string{c.name: c.text}))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: %v, want %q", c.name, c.text, err, c.want)
		}
	}
	fs := small(nil)
	delete(fs, "levels.tsv")
	if _, err := Load(fs); err == nil || !strings.Contains(err.Error(), "levels.tsv") {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := Load(small(nil)); err != nil {
		t.Errorf("the good one: %v", err)
	}
}

func TestPatternsAndExceptions(t *testing.T) {
	x, err := Load(small(map[string]string{
		"insult.tsv":    "2\tきもい\tきもいら @told\n2\t^(あほ|たわけ)$\n1\tおまえ…くさ(い|っ)\n2\t=ガイジ\n3\tどこか_うざい @play\n2\tidiot\n2\tうっせえわ\n2\tうざい……きえろ\t@play\n",
		"self_harm.tsv": "2\tしにたい\n3*\tあのはしから\n",
		"drugs.tsv":     "need2\tくすりこわい\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"きもい":         "block",
		"キモーイ":        "block",
		"ｷﾓｲ":         "block",
		"き も い":       "block",
		"kimoi":       "pass", // too short for romaji
		"きもいらない":      "pass", // an exception overlaps
		"きもいって昨日言われた": "pass", // told
		"きもい。あしたは雨って先生に言われた": "block",
		"あほ":         "block",
		"あほ!":        "block",
		"ねえ、たわけ。":    "block",
		"あほうどり":      "pass",
		"おまえほんとにくさい": "block",
		"おまえはきょうのあさごはんにくさをたべてくさい": "pass", // too far
		"ガイジ":     "block",
		"がいじ":     "pass", // exact
		"ｶﾞｲｼﾞ":   "block",
		"idiot":   "block",
		"IDIOT!!": "block",
		"idiots":  "pass", // another word
		"うっせえわ":   "block",
		"うっせーわ":   "block",
		"うざいからあっちへいってきえろ":     "block",
		"ゲームでうざいからあっちへいってきえろ": "pass",
		"しにたい":     "pass",
		"あのはしから":   "mask",
		"くすりこわい":   "pass",
		"shinitai": "pass",
	} {
		if got := x.Score(utter(text)).Show.String(); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if v := x.Score(utter("shinitai")); !v.Distressed() || v.Reasons[0].View != "romaji" {
		t.Errorf("romaji: %+v", v)
	}
	if v := x.Score(utter("くすりこわい")); !v.Reasons[0].Need {
		t.Errorf("need: %+v", v)
	}
}

// A faulty pattern must not bring the reader down.
func FuzzPattern(f *testing.F) {
	for _, s := range []string{"(a|b)", "a…b", "a……b_c", "^a$", "=", "((", "))", "(|)", "…", "^…$", "a|b", "((a|b)|(c|))d", " | "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ps, err := parsePatterns(s)
		if err != nil {
			return
		}
		for _, p := range ps {
			if len(p.parts) == 0 || len(p.gaps) != len(p.parts)-1 {
				t.Fatalf("%q: %+v", s, p)
			}
			for _, forms := range p.parts {
				if len(forms) == 0 || len(forms) > maxForms {
					t.Fatalf("%q: %d forms", s, len(forms))
				}
			}
		}
	})
}

// The quick look before repeats misses none: wherever a unit is repeated long
// enough, it says so.
func TestMayRepeatMissesNothing(t *testing.T) {
	naive := func(rs []rune, unit int) bool {
		same := 0
		for i := unit; i <= len(rs); i++ {
			if i < len(rs) && rs[i] == rs[i-unit] {
				same++
				continue
			}
			if n := same + unit; unit == 1 && n >= maxSame || n >= minRunes && n/unit >= minTimes {
				return true
			}
			same = 0
		}
		return false
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	hits := 0
	for range 20000 {
		var rs []rune
		for range rnd.IntN(12) {
			rs = append(rs, rune('あ'+rnd.IntN(3)))
		}
		word := make([]rune, 1+rnd.IntN(maxUnit))
		for i := range word {
			word[i] = rune('あ' + rnd.IntN(4))
		}
		for n := minRunes + rnd.IntN(140) - 20; n > 0; n-- {
			rs = append(rs, word[n%len(word)])
		}
		for range rnd.IntN(12) {
			rs = append(rs, rune('あ'+rnd.IntN(3)))
		}
		for unit := 1; unit <= maxUnit; unit++ {
			if naive(rs, unit) {
				hits++
				if !mayRepeat(rs, unit) {
					t.Fatalf("%q: the unit of %d is missed", string(rs), unit)
				}
			}
		}
	}
	if hits < 1000 {
		t.Errorf("only %d repeats were made", hits)
	}
}
