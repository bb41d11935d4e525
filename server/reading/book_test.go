package reading

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"kakitsubata/protocol/id"
)

// The table has as many kanji as the law says, none of them twice.
func TestKyoiku(t *testing.T) {
	n := map[int]int{}
	for _, year := range grades() {
		n[year]++
	}
	want := map[int]int{1: 80, 2: 160, 3: 200, 4: 202, 5: 193, 6: 191}
	for year, k := range want {
		if n[year] != k {
			t.Errorf("year %d has %d kanji, want %d", year, n[year], k)
		}
	}
	for k, year := range map[rune]int{'一': 1, '森': 1, '話': 2, '待': 3, '城': 4, '群': 4, '興': 5, '誌': 6} {
		if grades()[k] != year {
			t.Errorf("%c is of year %d, want %d", k, grades()[k], year)
		}
	}
}

func TestAt(t *testing.T) {
	const s = "{歩|ある}いて、{待|ま}って、{選|えら}んで！ {刈谷|かりや}の {人々|ひとびと}へ。Chrome か Edge で {189|いちはやく}、[n] {回|かい}"
	for r, want := range map[id.Reader]string{
		id.Ja12:   "あるいて、まって、えらんで！ かりやの ひとびとへ。Chrome か Edge で いちはやく、[n] かい",
		id.Ja34:   "歩いて、{待|ま}って、{選|えら}んで！　{刈谷|かりや}の人々へ。ChromeかEdgeで189、[n]回",
		id.Ja56:   "歩いて、待って、選んで！　{刈谷|かりや}の人々へ。ChromeかEdgeで189、[n]回",
		id.Ja:     "歩いて、待って、選んで！　刈谷の人々へ。ChromeかEdgeで189、[n]回",
		id.JaEasy: s,
		id.Pt:     s,
	} {
		if got := At(s, r); got != want {
			t.Errorf("At for %v = %q, want %q", r, got, want)
		}
	}
}

func TestBook(t *testing.T) {
	authored := map[string]string{"a": "{城|しろ}へ {行|い}く", "wait": "あと [n]{秒|びょう}"}
	b := Bind(authored, map[id.Reader]map[string]string{
		id.Ja12: {"a": "おしろへ いく"},
		id.En:   {"a": "Go to the castle", "wait.one": "[n] second to go", "wait.other": "[n] seconds to go"},
		id.Pt:   {"wait.other": "Faltam [n] segundos"},
	})
	for _, x := range []struct {
		key  string
		r    id.Reader
		want string
	}{
		{"a", id.Ja12, "おしろへ いく"}, {"a", id.ReaderNone, "おしろへ いく"}, {"a", id.Ja34, "{城|しろ}へ行く"}, {"a", id.Ja, "城へ行く"},
		{"a", id.En, "Go to the castle"}, {"wait.one", id.En, "[n] second to go"}, {"a", id.Pt, "{城|しろ}へ {行|い}く"}, {"wait", id.Ja, "あと[n]秒"},
		{"b", id.En, ""},
	} {
		if got := b.Text(x.key, x.r); got != x.want {
			t.Errorf("%s for %v is %q, want %q", x.key, x.r, got, x.want)
		}
	}
	if _, lent := b.Texts(id.Pt); !slices.Equal(lent, []string{"a"}) {
		t.Errorf("Portuguese lends %v", lent)
	}
	if _, lent := b.Texts(id.JaEasy); len(lent) > 0 {
		t.Errorf("plain Japanese lends %v", lent)
	}
}

// Each mistake that a translator can make is named with its key.
func TestCheck(t *testing.T) {
	authored := map[string]string{
		"ok": "{人|ひと}", "n": "[n]{人|にん}", "hi": "やあ、[name]", "bare": "人", "broken": "{人|ひと", "void": " ",
	}
	en := map[string]string{"ok": "{人|ひと}", "n.one": "one", "hi": "Hi, [nome]", "bare": "人", "broken": " ", "void": "x", "more": "x"}
	faults := Check(authored, map[id.Reader]map[string]string{
		id.Ja34: {"ok": "人", "bare": "城", "n.one": "x", "n.other": "[n]人"}, id.En: en,
	})
	var all []string
	for _, f := range faults {
		if f.Reader == id.ReaderNone || f.Reader == id.Ja34 || f.Reader == id.En || f.Key == "file" {
			all = append(all, f.Reader.String()+" "+f.String())
		}
	}
	want := []string{
		" bare: no reading for 人", " broken: reading: malformed", " void: is empty",
		"ja-34 bare: no reading for 城",
		"en n: has a form for one and none for others", "en bare: has kanji in it: 人", "en broken: is empty", "en hi: lacks [name]",
		"en hi: puts in [nome], which is not given", "en more: is not a key", "en ok: has furigana",
		"pt file: is missing", "vi file: is missing", "tl file: is missing", "zh file: is missing",
	}
	for i, w := range want {
		if i >= len(all) || !strings.HasPrefix(all[i], w) {
			t.Fatalf("fault %d: want %q of\n%s", i, w, strings.Join(all, "\n"))
		}
	}
	if len(all) != len(want) {
		t.Errorf("more faults than expected:\n%s", strings.Join(all, "\n"))
	}
}

// Whatever the depth, what is read aloud stays the same.
func FuzzAt(f *testing.F) {
	for _, s := range []string{"{今日|きょう}は いい！ {天気|てんき}", "a b", " ", "！ ", "{城|しろ}", "{城|しろ", "あ  い", "\xff う", "{a b|あ} {い い|い}"} {
		f.Add(s)
	}
	squeeze := func(s string) string { return strings.NewReplacer(" ", "", "　", "").Replace(s) }
	f.Fuzz(func(t *testing.T, s string) {
		if Valid(s) != nil {
			return
		}
		for _, r := range id.Readers {
			out := At(s, r)
			if !utf8.ValidString(out) || Valid(out) != nil {
				t.Fatalf("At(%q, %v) = %q is malformed", s, r, out)
			}
			if r != id.Ja12 && squeeze(Plain(out)) != squeeze(Plain(s)) {
				t.Fatalf("At(%q, %v) = %q says something else", s, r, out)
			}
		}
	})
}
