package trajectory

import (
	"strings"
	"testing"
	"time"

	"kakitsubata/moderation"
)

// told is the highest concern about personal data that each speaker of a talk
// gets, without a trained scorer: what the memory sees by itself.
func toldOf(raised []Raised) map[string]moderation.Concern {
	out := map[string]moderation.Concern{}
	for _, a := range raised {
		if a.Category == moderation.PII {
			out[a.Speaker] = max(out[a.Speaker], a.Level)
		}
	}
	return out
}

// What leads to a child, given bit by bit, calls staff by whoever gave it.
func TestWhatIsGivenBitByBitIsACase(t *testing.T) {
	for _, x := range []struct {
		who   string
		lines []string
	}{
		{"B", []string{"A: どこの小学校？", "B: ひばり台小", "A: 何年何組？", "B: 5の3", "A: 名字は", "B: みねぎしだよ"}},
		{"B", []string{"A: 住所は？", "B: さざなみ町のほう", "A: 何丁目？", "B: 2丁目", "A: 何号室？", "B: 405", "A: 下の名前も教えて", "B: みのり"}},
		{"A", []string{"A: 郵便局を左にまがってさ", "B: うん", "A: 角から三軒目がうちだよ", "B: へえ", "A: 表札がよこいって書いてある"}},
		{"A", []string{"A: うちの門の色はみどり、表札はおおしまだよ", "B: みえた", "A: 毎日5時までひとりだよ"}},
		{"B", []string{"A: あの子の家しってる？", "B: あの子の家わかるよ、図書館の裏のマンションだね", "B: 4丁目だったかな 801号室"}},
		{"A", []string{"B: でんわしていい？", "A: まえのほうだけ書くよ、080の4417", "B: うしろは", "A: うしろは夜にね、はい 2936"}},
		{"A", []string{"B: インスタやってる？", "A: やってるよ nene まで小文字", "B: うん", "A: そのあとアンダーバー koma"}},
	} {
		_, raised := chat(t, x.lines...)
		got := toldOf(raised)
		if got[x.who] < moderation.Case {
			t.Errorf("%q: %s is %v: %+v", x.lines, x.who, got[x.who], raised)
		}
		for who, level := range got {
			if who != x.who && level >= moderation.Case {
				t.Errorf("%q: %s is %v, who gave nothing", x.lines, who, level)
			}
		}
	}
}

// What is asked but not answered, invented, a score or a line's number leads
// to nobody.
func TestTalkThatGivesNothingIsNoCase(t *testing.T) {
	for _, lines := range [][]string{
		{"A: 何年何組？", "B: ひみつ", "A: 名字は", "B: 言わないよー", "A: どこ小？", "B: えっと、ないしょ"},
		{"A: 4の2と5の1、どっちが勝った？", "B: 5の1", "A: 何対何", "B: 21対18", "A: 強いね"},
		{"A: 70番のバスのる？", "B: 80番のほうがはやい", "A: 次は 4417 の車両だった", "B: 電車好きだなあ"},
		{"A: スコア080だった", "B: つぎは？", "A: 1200点", "B: その次", "A: 2284点"},
		{"A: マイクラで赤い屋根の家つくった", "B: どこ", "A: 川の左にまがって三軒目", "B: マイクラの村のとなりだね"},
		{"A: 犬の名前は？", "B: こむぎ", "A: かわいい", "B: 三歳だよ"},
		{"A: LINEって小学生でもいい？", "B: ok まで聞いてないな", "A: つぎは home の宿題やろ", "B: うん"},
		{"A: インスタしってる？", "B: 名前だけ", "A: つぎの大会は2026年までない", "B: 最後は12月だったね"},
		{"A: ディスコードやってる？", "B: まだ", "A: つぎのマラソンは1.5kmまで走る", "B: 最後まで走れるかな"},
		{"A: ぼくの名字は言わないけど", "B: うん", "A: 小学校のプール楽しかった", "B: こっちの学校もだよ"},
	} {
		shown, raised := chat(t, lines...)
		for who, level := range toldOf(raised) {
			if level >= moderation.Case {
				t.Errorf("%q: %s is %v: %+v", lines, who, level, raised)
			}
		}
		for i, s := range shown {
			if strings.Contains(s, "＊") {
				t.Errorf("%q: %d is hidden: %q", lines, i, s)
			}
		}
	}
}

// Who is got to tell by a pretext is kept in mind; staff look at who asked.
func TestWhoWasTrickedIsNotTheCase(t *testing.T) {
	_, raised := chat(t,
		"A: アンケートに答えた人に景品をおくります", "B: やったー", "A: お名前をフルでどうぞ", "B: いしぐろ ひなた",
		"A: 学校とクラスもおねがいします", "B: 4の1です", "A: 住所は？", "B: さざなみ町の2の8")
	got := toldOf(raised)
	if got["A"] < moderation.Case || got["B"] >= moderation.Case {
		t.Errorf("%v: %+v", got, raised)
	}
}

// Two who tell each other where they live are two who must be told better.
func TestWhoTellEachOtherAreBothCases(t *testing.T) {
	_, raised := chat(t,
		"A: うちの門の色はみどり、表札はおおしまだよ", "B: みえるかな", "A: 毎日5時までひとりだよ",
		"B: 郵便局を左にまがってさ", "A: うん", "B: 角から三軒目がうちだよ", "B: 表札がよこいって書いてある")
	if got := toldOf(raised); got["A"] < moderation.Case || got["B"] < moderation.Case {
		t.Errorf("%v: %+v", got, raised)
	}
}

// A question waits minutes for its answer, not days; and a name follows at once
// or not at all.
func TestAQuestionIsForgotten(t *testing.T) {
	r := NewReplay(load(t), nil)
	r.Begin("A", "B")
	for _, x := range []struct {
		who, text string
		at        time.Duration
		want      string
	}{
		{"A", "何年何組？", 0, ""},
		{"B", "3組", time.Minute, classStage},
		{"A", "何年何組？", time.Hour, ""},
		{"B", "2組", 2 * time.Hour, ""},
		{"A", "名字は", 3 * time.Hour, ""},
		{"B", "うんとね", 3*time.Hour + time.Second, ""},
		{"B", "おやつ", 3*time.Hour + time.Minute, ""},
	} {
		r.Say(x.who, x.text, x.at)
		got := ""
		for _, m := range r.memory.known[r.who(x.who)].marks {
			if s := r.plan.stages[m.stage].name; m.of == r.last && strings.HasPrefix(s, "tells.") {
				got += s
			}
		}
		if got != x.want {
			t.Errorf("%s %q: a sign of %q, want %q", x.who, x.text, got, x.want)
		}
	}
}

// Words of a child that gives its own data stay as they are but for the piece
// that completes a number or a name; nothing blocks them.
func TestWhoGivesTheirOwnIsNotSilenced(t *testing.T) {
	shown, _ := chat(t, "A: どこの小学校？", "B: ひばり台小", "A: 何年何組？", "B: 5の3", "A: 名字は", "B: みねぎしだよ")
	if shown[1] != "ひばり台小" || shown[3] != "5の3" || shown[5] != "みねぎしだよ" {
		t.Errorf("%q", shown)
	}
}
