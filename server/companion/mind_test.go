package companion

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/llm"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// Every line that a child may read, in the words of every reader.
func TestBaseLines(t *testing.T) {
	all := append([]Moment{Greet, Machine, Opener, Quiet, Enough, Beside, Farewell, Heed, Listen}, moments...)
	for _, m := range all {
		if len(baseLines[m]) < 2 {
			t.Errorf("%s has %d lines", m, len(baseLines[m]))
		}
	}
	for m, lines := range baseLines {
		if !slices.Contains(all, m) {
			t.Errorf("%s is no moment", m)
		}
		for _, l := range lines {
			for _, b := range id.Brackets {
				s := render(l, b)
				if n := utf8.RuneCountInString(s); n > MaxRunes || protocol.CheckText(s, MaxRunes) != nil {
					t.Errorf("%s for %v has %d characters: %s", m, b, n, s)
				}
				if strings.ContainsAny(s, "{|}") {
					t.Errorf("%s: markup is left: %s", m, s)
				}
				if strings.Count(s, "?") > 1 {
					t.Errorf("%s asks twice: %s", m, s)
				}
				for _, r := range s {
					if young(b) && unicode.Is(unicode.Han, r) {
						t.Errorf("%s for %v has kanji: %s", m, b, s)
					}
					if !young(b) && r == ' ' {
						t.Errorf("%s for %v has spaces: %s", m, b, s)
					}
				}
				// The script keeps to what a model must keep to.
				if _, ok := tidy(s, id.High); !ok && m != Private && m != Secret && m != Distress && m != Greet {
					t.Errorf("%s: a model could not say: %s", m, s)
				}
			}
		}
	}
	for m := range baseWords {
		if !slices.Contains(moments, m) {
			t.Errorf("%s is never looked for", m)
		}
	}
	for _, l := range baseLines[Distress] {
		if s := render(l, id.High); !strings.Contains(s, "人") || !strings.Contains(s, "おしらせ") {
			t.Errorf("a distress line points to nobody: %s", s)
		}
	}
	for _, l := range baseLines[Machine] {
		if !strings.Contains(l, "機械") && !strings.Contains(l, "コンピューター") {
			t.Errorf("a line does not say that it is a machine: %s", l)
		}
	}
}

func TestMoments(t *testing.T) {
	m := NewScripted(Script{Words: map[Moment][]string{Dialect: {"だらー", "りんよ"}}})
	for text, want := range map[string]Moment{
		"マイクラやった":       Game,
		"まいくらで勝った":      Game,
		"給食おいしかった":      School,
		"きょうのごはんカレーだった": Food,
		"ともだちとけんかした":    Angry,
		"友達できた":         Friends,
		"ねむーい":          Sleepy,
		"暇〜":            Bored,
		"ひまわり見た":        Listen,
		"さみしい":          Sad,
		"つらい…":          Sad,
		"あいつらが来た":       Listen,
		"もう死にたい":        Distress,
		"シニタイ":          Distress,
		"ｷｴﾀｲ":          Distress,
		"たすけて!":         Distress,
		"なぐられた":         Distress,
		"見つけられた":        Listen,
		"ひみつきち作った":      Listen,
		"ひみつにしてね":       Secret,
		"ひとりにしてね":       Alone,
		"ひとりであそんだ":      Listen,
		"あなたは人間?":       Machine,
		"AIなの?":         Machine,
		"ぼーっとする":        Listen,
		"バイバイ":          Bye,
		"またね":           Bye,
		"またねむくなった":      Sleepy,
		"うちのねこがかわいい":    Animals,
		"やったー!":         Happy,
		"きみはなにがすき":      Happy, // what it likes is asked by the way
		"なんさい?":         About,
		"ありがとう":         Thanks,
		"こんにちは":         Hello,
		"やあ":            Hello,
		"いやあ":           Listen,
		"そうだらー":         Dialect,
		"やくそくした":        Listen,
		"そのまま":          Listen,
		"これおもしろいですし":    Listen,
		"うん":            Listen,
		"":              Listen,
		"!!!":           Listen,
		"きもい":           Rude,
		"住所は刈谷市":        Private,
		"お母さんに怒られた":     Family,
		"学校行きたくない":      School,
		"家に帰りたくない":      Distress,
		"ﾎﾟｹﾓﾝ":         Game,
		"ＧＡＭＥじゃなくてゲーム":  Game,
		"しないための工夫":      Listen,
		"ばかり見てる":        Listen,
		"ばーか":           Rude,
	} {
		if got := m.moment(text); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

func TestLineIsDeterministicAndFresh(t *testing.T) {
	m := NewScripted(script)
	for _, moment := range moments {
		c := Conversation{Moment: moment, Bracket: id.El12, Seed: 5}
		seen := map[string]bool{}
		for range baseLines[moment] {
			line := m.Line(c)
			if line != m.Line(c) {
				t.Fatalf("%s: another line for the same conversation", moment)
			}
			if line == "" || seen[line] {
				t.Fatalf("%s: %q comes again before the others", moment, line)
			}
			seen[line] = true
			c.Turns = append(c.Turns, Turn{Own: true, Text: line})
		}
		if last := c.Turns[len(c.Turns)-1].Text; m.Line(c) == last && len(seen) > 1 {
			t.Errorf("%s: the same twice in a row", moment)
		}
	}
	lines := map[string]bool{}
	for seed := range uint64(50) {
		lines[m.Line(Conversation{Moment: Greet, Seed: seed})] = true
	}
	if len(lines) != len(baseLines[Greet]) {
		t.Errorf("seeds give %d of %d greetings", len(lines), len(baseLines[Greet]))
	}
}

func TestCityLinesCountFirst(t *testing.T) {
	m := NewScripted(Script{Lines: map[Moment][]string{Greet: {"{刈谷|かりや}へ ようこそ。"}}})
	if got := m.Line(Conversation{Moment: Greet, Bracket: id.El12}); got != "かりやへ ようこそ。" {
		t.Error(got)
	}
	if got := m.Line(Conversation{Moment: Greet, Bracket: id.High}); got != "刈谷へようこそ。" {
		t.Error(got)
	}
	if got := render("{こわれた", id.High) + render("a}b|c{", id.High) + render("{x}", id.El12); got != "{こわれたa}b|c{{x}" {
		t.Error(got)
	}
}

func TestQuotes(t *testing.T) {
	for in, want := range map[string]string{"つかれた。": "つかれた", "ねこかった!": "ねこかった"} {
		if got, ok := quotable(in); !ok || got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
	for _, in := range []string{"", "あ", "＊＊＊だよ", "そうなの", "すきなの?", "とてもとてもとてもながいことば", "abc", "{あ|い}", "a@b"} {
		if got, ok := quotable(in); ok {
			t.Errorf("%q is quoted as %q", in, got)
		}
	}
}

func TestTidy(t *testing.T) {
	for _, tt := range []struct {
		in   string
		b    id.Bracket
		want string
	}{
		{"  そうなんだ。\nどんなゲーム?\nまだある。", id.El12, "そうなんだ。 どんなゲーム?"},
		{"「うれしいね！」", id.El12, "うれしいね！"},
		{"アシスタント: いいね。", id.El12, "いいね。"},
		{"**いいね**。", id.El12, "いいね。"},
		{"うん", id.El12, "うん"},
		{"今日は学校どうだった？", id.High, "今日は学校どうだった？"},
		{"すごい!!! やったね!!! もっと!", id.El12, "すごい!やったね!"},
		{"い\u200bい\x07ね。", id.El12, "いいね。"},
		{strings.Repeat("あ", 100), id.El12, strings.Repeat("あ", MaxRunes-1) + "…"},
		{"みじかい。" + strings.Repeat("あ", 100) + "。", id.El12, "みじかい。"},
	} {
		if got, ok := tidy(tt.in, tt.b); !ok || strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(tt.want, " ", "") {
			t.Errorf("%q: %q, %v; want %q", tt.in, got, ok, tt.want)
		}
	}
	for _, in := range []string{
		"", " ", "。。。", "!?", "hello there", "\x00\xff\xfe", "12345", "你好吗", "▼◇※♂♀あ",
		"なまえは なに?", "ナマエおしえて", "何歳ですか。", "どこに住んでるの？", "でんわばんごうを おしえて。", "ＬＩＮＥやってる?", "しゃしん みせて。",
		"ふたりだけの ひみつにするね。", "だれにも いわないよ。", "約束するよ。", "ぼくは人間だよ。", "きかいじゃないよ。", "こんど 会おうね。",
		"https://example.jp を みてね。", "みてね a@b.jp。", "0566をよんでね。", "あほは しね",
	} {
		if got, ok := tidy(in, id.High); ok {
			t.Errorf("%q became %q", in, got)
		}
	}
	if got, ok := tidy("今日はどうだった？", id.El12); ok {
		t.Errorf("kanji for the first year: %q", got)
	}
}

func FuzzTidy(f *testing.F) {
	f.Add("そうなんだ。\nどんなゲーム?", uint8(id.El12))
	f.Add("\xff\xfe{あ|い}::::「」。。。", uint8(id.High))
	f.Add(strings.Repeat("あ?", 90), uint8(id.El34))
	f.Fuzz(func(t *testing.T, s string, b uint8) {
		got, ok := tidy(s, id.Bracket(b))
		if ok && protocol.CheckText(got, MaxRunes) != nil {
			t.Fatalf("%q became %q", s, got)
		}
		NewScripted(script).Line(Conversation{Moment: Listen, Turns: []Turn{{Text: s}}, Bracket: id.Bracket(b)})
	})
}

// ollama stands in for the model's server.
func ollama(t *testing.T, h http.HandlerFunc) *llm.Model {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	t.Cleanup(s.CloseClientConnections)
	m, err := llm.Dial(s.URL, "tiny")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func say(w io.Writer, words string, done bool) {
	json.NewEncoder(w).Encode(map[string]any{"message": map[string]string{"role": "assistant", "content": words}, "done": done})
	w.(http.Flusher).Flush()
}

func TestThinker(t *testing.T) {
	var asked struct {
		Messages []struct{ Role, Content string }
		Options  struct {
			Predict     int `json:"num_predict"`
			Temperature float64
		}
	}
	stopped := make(chan struct{})
	m := ollama(t, func(w http.ResponseWriter, r *http.Request) {
		json.NewDecoder(r.Body).Decode(&asked)
		for _, c := range "そうなんだ。どんなゲーム？それから" {
			say(w, string(c), false)
		}
		<-r.Context().Done() // it is cut off once it has said enough
		close(stopped)
	})
	got, err := NewThinker(m, Script{Name: "かきつ"}).Reply(context.Background(), Conversation{
		Bracket: id.El12, Turns: []Turn{{Own: true, Text: "こんにちは。"}, {Text: "ゲームした"}}})
	if got != "そうなんだ。どんなゲーム？" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	<-stopped
	if len(asked.Messages) != 3 || asked.Messages[0].Role != "system" || asked.Messages[1].Role != "assistant" || asked.Messages[2].Content != "ゲームした" ||
		asked.Options.Predict != maxTokens {
		t.Errorf("asked %+v", asked)
	}
	for _, rule := range []string{"かきつ", "機械", "ひらがなだけ", "秘密", "住所"} {
		if !strings.Contains(asked.Messages[0].Content, rule) {
			t.Errorf("the prompt does not speak of %s", rule)
		}
	}
	m = ollama(t, func(w http.ResponseWriter, r *http.Request) { say(w, "きみの なまえは?", true) })
	if got, err := NewThinker(m, script).Reply(context.Background(), Conversation{}); !errors.Is(err, ErrUnfit) {
		t.Errorf("%q, %v", got, err)
	}
	m = ollama(t, func(w http.ResponseWriter, r *http.Request) { http.Error(w, "{}", 500) })
	if _, err := NewThinker(m, script).Reply(context.Background(), Conversation{}); !errors.Is(err, llm.ErrBroken) {
		t.Errorf("%v", err)
	}
}

// stuck is a mind that thinks until its context ends, or panics.
type stuck struct {
	calls atomic.Int32
	panic bool
}

func (m *stuck) Reply(ctx context.Context, c Conversation) (string, error) {
	m.calls.Add(1)
	if m.panic {
		panic("x")
	}
	<-ctx.Done()
	return "", ctx.Err()
}

// Run goes on while a mind hangs, and ends with its context.
func TestRunIsNotHeldUp(t *testing.T) {
	for _, panics := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) { runWith(t, &stuck{panic: panics}) })
	}
}

func runWith(t *testing.T, mind *stuck) {
	g := New(Options{Script: script, Mind: mind})
	a := meadow(t)
	// A companion that stands before its visitor already.
	c := &companion{avatar: FirstAvatar, room: plaza, state: talking, heard: time.Now(), visitor: Seen{Avatar: 1, At: tile(10, 10), Name: "こ"}}
	g.companions[c.avatar] = c
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- g.Run(ctx) }()
	var said []string
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case as := <-g.Actions():
				for _, x := range as {
					said = append(said, x.Text)
				}
			}
		}
	}()
	tick := id.Tick(0)
	pass := func(d time.Duration, other plane.Point) {
		for range d / (500 * time.Millisecond) {
			tick += SightEvery
			g.See(Sight{Room: plaza, Atlas: a, Tick: tick, Avatars: []Seen{
				{Avatar: 1, At: tile(10, 10), Name: "こ"}, {Avatar: c.avatar, Kind: id.Companion, At: tile(8, 10)}, {Avatar: 2, At: other, Name: "さ"}}})
			time.Sleep(500 * time.Millisecond)
		}
		synctest.Wait()
	}
	pass(500*time.Millisecond, tile(40, 20)) // it sees the room before it hears in it
	g.Hear(Heard{Room: plaza, Avatar: 1, By: id.Visitor, Text: "ゲームした", Audience: []id.AvatarID{c.avatar}})
	pass(2*time.Second, tile(40, 20))
	if mind.calls.Load() != 1 {
		t.Errorf("asked %d times", mind.calls.Load())
	}
	spoken := slices.ContainsFunc(said, func(s string) bool { return slices.Contains(rendered(Game, 0), s) })
	if spoken != mind.panic {
		t.Errorf("panics %v, said %q: the script speaks at once for a mind that panics, and waits for one that thinks", mind.panic, said)
	}
	// While it thinks, somebody comes: the farewell is not late.
	pass(CompanyFor+2*time.Second, tile(11, 10))
	if n := len(said); n == 0 || !slices.ContainsFunc(said, func(s string) bool { return slices.Contains(rendered(Farewell, 0), s) }) {
		t.Errorf("panics %v: said %q", mind.panic, said)
	}
	g.Hear(Heard{Room: plaza, Avatar: 1, By: id.Visitor, Text: "まって", Audience: []id.AvatarID{c.avatar}})
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// Who hands things over never waits, though nobody runs the guide.
func TestHandingOverNeverBlocks(t *testing.T) {
	g := New(Options{Script: script})
	done := make(chan struct{})
	go func() {
		for range 10 * maxHeard {
			g.See(Sight{Room: plaza, Atlas: &atlas.Atlas{}})
			g.Hear(Heard{})
			g.Hide(Hid{})
		}
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("it blocks")
	}
	if in := g.desk.take(); len(in.Sights) != 1 || len(in.Heard) != maxHeard || len(in.Hid) != maxHeard {
		t.Errorf("%d sights, %d heard, %d hid", len(in.Sights), len(in.Heard), len(in.Hid))
	}
}
