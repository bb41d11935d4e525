package trajectory

import (
	"strings"
	"testing"
	"time"

	"kakitsubata/moderation"
)

// chat runs lines of one dialogue, "A: words", ten seconds apart, and gives
// each as others would see it.
func chat(t *testing.T, lines ...string) (shown []string, raised []Raised) {
	t.Helper()
	r := NewReplay(load(t), nil)
	var who []string
	for _, l := range lines {
		s, _, _ := strings.Cut(l, ": ")
		who = append(who, s)
	}
	r.Begin(who...)
	for i, l := range lines {
		s, text, _ := strings.Cut(l, ": ")
		v, more := r.Say(s, text, time.Duration(i)*10*time.Second)
		raised = append(raised, more...)
		rs := []rune(text)
		if v.Show == moderation.Mask {
			for _, sp := range v.Spans {
				for k := sp.From; k < sp.To; k++ {
					rs[k] = '＊'
				}
			}
		}
		shown = append(shown, string(rs))
	}
	return shown, raised
}

// Every spelling of a telephone number in pieces: the last line is hidden, and
// only it.
func TestTheLastPieceOfANumberIsHidden(t *testing.T) {
	for _, lines := range [][]string{
		{"A: 090", "A: 4172", "A: 5536"},
		{"A: ０８０", "B: うん", "A: ２１４７", "A: ９６０８"},
		{"B: 番号おしえて", "A: ぜろはちぜろ", "A: にーろくいちいち", "B: うん", "A: ななごーさんきゅう"},
		{"A: ｾﾞﾛｷｭｳｾﾞﾛ", "A: ﾖﾝﾖﾝ ﾅﾅﾆｲ", "A: ﾛｸ ｻﾝ ﾊﾁ ｲﾁ"},
		{"A: 最初は〇九〇", "B: つづきは？", "A: 三三八一", "A: 六〇二四"},
		{"A: zero nine zero", "B: ok", "A: three three five one", "A: eight two six six"},
		{"A: zero oito zero", "B: sim", "A: 6114", "A: depois 2975"},
		{"A: không chín không", "A: ba bốn năm sáu", "A: bảy tám một hai"},
		{"A: ①", "B: うん", "A: 0 9 0", "A: 8 8 3 0", "A: 1 9 4 6"},
		{"A: 3827", "A: 5146", "A: 090 さかさにならべて"},
		{"A: じゃあいうよ 070", "B: うん", "A: つぎ 8830", "B: はい", "A: さいごが 1946"},
		{"A: 0566", "B: 刈谷のやつね", "A: いま犬がほえてる", "A: えっと 27", "A: のあと9153"},
		{"A: 080だったよね", "B: うん そのつぎ 2147", "A: うんうん", "B: 9608"},
		{"A: でんわばんごう教えるね", "A: 5512", "A: 3307"},
		{"A: さいしょの3つは080", "A: 真ん中の4つが2213", "A: おわりの4つが9087"},
		{"A: 剣の攻撃力が090で", "B: ん？", "A: 盾が4452", "A: 兜が8891"},
		{"A: ぼくの番号はね、090から", "A: 次が3344で", "A: 最後5566！かけてね"},
		{"A: 090", "A: 4172", "A: 0120"}, // a helpline begins so, and this is none
		{"A: 080", "B: うん", "A: 2211", "A: 0570"},
		{"A: 0566", "A: 21", "A: 0120"},
		{"A: 0904", "A: 4172", "A: 119"},
		{"A: 0️⃣9️⃣0️⃣", "A: 1️⃣8️⃣3️⃣0️⃣", "A: 4️⃣4️⃣6️⃣1️⃣"},
	} {
		shown, raised := chat(t, lines...)
		last := len(lines) - 1
		if !strings.Contains(shown[last], "＊") {
			t.Errorf("%q: the last piece is shown: %q", lines, shown[last])
		}
		for i, s := range shown[:last] {
			if strings.Contains(s, "＊") {
				t.Errorf("%q: a piece before the last is hidden: %d %q", lines, i, s)
			}
		}
		ok := false
		for _, a := range raised {
			ok = ok || a.Category == moderation.PII && len(a.Lines) >= 2 && len(a.Caused) == len(a.Lines)
		}
		if !ok {
			t.Errorf("%q: no alert names the pieces: %+v", lines, raised)
		}
	}
}

func TestNamesInPiecesAreHidden(t *testing.T) {
	for _, lines := range [][]string{
		{"B: らいんのIDは？", "A: まず haru", "A: つぎ _kaki0723"},
		{"B: フレンドなろ", "A: IDわけて書くわ", "A: 前半が kuro9", "A: tori77"},
		{"A: メルアドあるよ", "A: momo.neko", "A: あっと gmail どっと com"},
	} {
		shown, _ := chat(t, lines...)
		if last := shown[len(shown)-1]; !strings.Contains(last, "＊") {
			t.Errorf("%q: %q is shown", lines, last)
		}
	}
}

// Numbers that are nobody's.
func TestOtherNumbersAreShown(t *testing.T) {
	for _, lines := range [][]string{
		{"A: 1番 09", "B: 9でしょ", "A: 2番 080…じゃない 80", "B: 3番 1200", "A: 4番 3.14"},
		{"A: 50m何秒だった", "B: 8", "A: 8秒なに", "B: 8.2", "A: おれ 7", "B: 7.9"},
		{"A: いち、に、さん、し", "B: ご、ろく、しち、はち", "A: いちに、さんし", "A: ぜろ、いち、に"},
		{"A: 9時08分", "B: 3番", "A: 17時", "B: 17時24分"},
		{"A: 1", "B: 2", "A: 3", "B: 4", "A: 5", "B: 6", "A: 7", "B: 8", "A: 9", "B: 10", "A: 11", "B: 12"},
		{"A: 120", "B: 100でいいよ", "A: 90", "B: 95", "A: 90で3個", "B: 270ね"},
		{"A: 25-18", "B: 19-25", "A: 15-13", "B: 2-1で勝った"},
		{"A: パスワードわすれた", "B: 1234", "A: ちがう", "B: 4321"},
		{"A: 0", "B: 0", "A: 1", "B: 0", "A: PK 3対2"},
		{"A: 070円だって", "B: 1200円ある", "A: おつり1130円"},
		{"A: 攻撃力120", "B: 盾が4452", "A: 兜が8891"},
		{"A: 相談の電話番号ものせよう", "B: 0120-0-78310 って下敷きに書いてあった"},
		{"A: 電話ばんごう おしえて", "B: チャイルドラインのなら", "B: 0120", "B: 99", "B: 7777"},
		{"A: 電話ばんごう おしえて", "B: 7", "B: いのちの電話は", "B: 0120", "B: 783", "B: 556"},
		{"A: ok", "B: gg", "A: lol", "B: nice"},
	} {
		shown, raised := chat(t, lines...)
		for i, s := range shown {
			if strings.Contains(s, "＊") {
				t.Errorf("%q: %d is hidden: %q %+v", lines, i, s, raised)
			}
		}
	}
}
