package furigana

import (
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"kakitsubata/server/reading"
)

var open = sync.OnceValues(func() (*Dictionary, error) {
	return Open(map[string]string{"亀城公園": "きじょうこうえん", "刈谷": "かりや"})
})

func dictionary(t testing.TB) *Dictionary {
	t.Helper()
	d, err := open()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestMark(t *testing.T) {
	d := dictionary(t)
	for text, want := range map[string]string{
		"":           "",
		"ひらがなと カタカナ": "ひらがなと カタカナ",
		"今日は森で虫を探そう": "{今日|きょう}は{森|もり}で{虫|むし}を{探|さが}そう",
		"お母さんに電話番号を聞いた":   "お{母|かあ}さんに{電話|でんわ}{番号|ばんごう}を{聞|き}いた",
		"引っ越しした":          "{引|ひ}っ{越|こ}しした",
		"一人で来た":           "{一人|ひとり}で{来|き}た",
		"二人とも":            "{二人|ふたり}とも",
		"1人で遊ぶ":           "{1人|ひとり}で{遊|あそ}ぶ",
		"七人いた":            "{七人|しちにん}いた",
		"十一人いる":           "{十一人|じゅういちにん}いる",
		"子豚が三匹":           "{子豚|こぶた}が{三匹|さんびき}",
		"猫が3匹と犬が１０匹":      "{猫|ねこ}が3{匹|びき}と{犬|いぬ}が１０{匹|ぴき}",
		"二十三匹":            "{二十三匹|にじゅうさんびき}",
		"百匹":              "{百匹|ひゃっぴき}",
		"何匹いるの":           "{何匹|なんびき}いるの",
		"二十日に会おう":         "{二十日|はつか}に{会|あ}おう",
		"20日":             "{20日|はつか}",
		"9月1日と十月一日":       "9{月|がつ}{1日|ついたち}と{十月|じゅうがつ}{一日|ついたち}",
		"今日中にやる":          "{今日中|きょうじゅう}にやる",
		"一回戦で負けた":         "{一回戦|いっかいせん}で{負|ま}けた",
		"一日中ねてた":          "{一日中|いちにちじゅう}ねてた",
		"四月から四年生":         "{四月|しがつ}から{四年生|よねんせい}",
		"九時に寝る":           "{九時|くじ}に{寝|ね}る",
		"四時間目":            "{四時間目|よじかんめ}",
		"人気のない所":          "{人気|ひとけ}のない{所|ところ}",
		"人気がある":           "{人気|にんき}がある",
		"小人がいた":           "{小人|こびと}がいた",
		"辛い":              "辛い",
		"亀城公園で待ってる":       "{亀城公園|きじょうこうえん}で{待|ま}ってる",
		"刈谷の祭り":           "{刈谷|かりや}の{祭|まつ}り",
		"{漢字|かんじ}と書いた":    "{漢字|かんじ}と書いた",
		"食べ物と飲み物":         "{食|た}べ{物|もの}と{飲|の}み{物|もの}",
		"大丈夫？ 一緒に帰ろう":     "{大丈夫|だいじょうぶ}？ {一緒|いっしょ}に{帰|かえ}ろう",
		"三日月がきれい":         "{三日月|みかづき}がきれい",
		"一番好き":            "{一番|いちばん}{好|す}き",
		"だるい。Switchやりたい笑": "だるい。Switchやりたい{笑|わらい}",
	} {
		if got := d.Mark(text); got != want {
			t.Errorf("%s\n is %s\nwant %s", text, got, want)
		}
	}
}

func roundTrip(t *testing.T, d *Dictionary, text string) {
	t.Helper()
	got := d.Mark(text)
	if !Has(text) || !utf8.ValidString(text) {
		if got != text {
			t.Fatalf("%q was changed to %q", text, got)
		}
		return
	}
	if err := reading.Valid(got); err != nil {
		t.Fatalf("%q gives %q: %v", text, got, err)
	}
	if back := reading.Plain(got); back != text {
		t.Fatalf("%q gives %q, which is %q without furigana", text, got, back)
	}
}

// Whatever is typed: without furigana it is the same again.
func FuzzMark(f *testing.F) {
	for _, s := range []string{"今日は一人", "十一人二十日何匹", "1000000匹", "〇〇七", "三四匹", "漢\x00字", "\xff漢", "々々人", "{漢|か}", "一二三人", "万人何千人", "ヶ月", "10.5匹", "2026年11月23日月曜日"} {
		f.Add(s)
	}
	d := dictionary(f)
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 800 {
			return
		}
		roundTrip(t, d, s)
	})
}

// Everything of our own lists reads itself as it says.
func TestOwnLists(t *testing.T) {
	d := dictionary(t)
	for word, want := range d.words {
		roundTrip(t, d, word)
		if want == "-" || strings.Contains(word, ":") {
			continue
		}
		got := d.Mark(word)
		if k := reading.Kana(got); k != want {
			t.Errorf("%s reads %s, want %s", word, got, want)
		}
	}
	for c := range d.counters {
		for _, n := range []string{"一", "三", "十", "二十四", "百", "千", "1", "30", "何"} {
			roundTrip(t, d, n+c)
		}
	}
}

func BenchmarkMark(b *testing.B) {
	d := dictionary(b)
	b.Logf("promised: nothing of this is on the road of a tick; a line is read in well under a millisecond")
	for b.Loop() {
		d.Mark("今日は一人で公園に行って、友達を三人見つけたよ。")
	}
}
