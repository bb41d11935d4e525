package lexicon

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// The promise: 100 µs at the 99th percentile for up to 100 letters, 500 µs
// for 200, and no memory.
const (
	promise100 = 100 * time.Microsecond
	promise200 = 500 * time.Microsecond
)

const (
	ordinary = "きょうの給食カレーだった！おかわりしたよ。みんなは何がすき？ぼくはあげパンがすき。"
	mixed    = "マイクラで家つくった lol kawaii ne ｶﾜｲｲ 123 すごーーい、いっしょにあそぼ〜😀"
)

func longText(n int) string {
	rs := []rune(strings.Repeat(ordinary+mixed, 10))
	return string(rs[:n])
}

func BenchmarkScore(b *testing.B) {
	x := load(b)
	for _, c := range []struct {
		name    string
		text    string
		promise time.Duration
	}{
		{"20", longText(20), promise100},
		{"100", longText(100), promise100},
		{"200", longText(200), promise200},
		{"200latin", strings.Repeat("shinu hodo waratta ", 11)[:200], promise200},
		{"200digits", strings.Repeat("0901234567 ", 19)[:200], promise200},
	} {
		b.Run(c.name, func(b *testing.B) {
			u := utter(c.text)
			took := make([]time.Duration, 0, 1<<16)
			b.ReportAllocs()
			for b.Loop() {
				begin := time.Now()
				x.Score(u)
				if len(took) < cap(took) {
					took = append(took, time.Since(begin))
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds()), "p99-ns")
			b.ReportMetric(float64(c.promise.Nanoseconds()), "promised-p99-ns")
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b)
	}
}

func TestAVerdictCostsNoMemory(t *testing.T) {
	x := load(t)
	for text, found := range map[string]bool{
		"": false, ordinary: false, mixed: false, longText(200): false, "090 と 1234": false,
		"でんわは090-1234-5678、しねしね a@b.com": true, strings.Repeat("しね、もう死にたい。", 20): true, strings.Repeat("090-1234-5678 ", 14): true,
	} {
		u := utter(text)
		if v := x.Score(u); len(v.Reasons) > 0 != found {
			t.Fatalf("%q: %v", text, v.Reasons)
		}
		if n := testing.AllocsPerRun(100, func() { x.Score(u) }); n != 0 {
			t.Errorf("%q: %v allocations", text, n)
		}
	}
}

// FuzzScore: no text brings the scorer down, and no span leaves the text.
func FuzzScore(f *testing.F) {
	for _, s := range append([]string{ordinary, mixed, "090-1234-5678", "a@b.com", "〒448-8501", "本名は", "ラインのID", "3丁目12番地", "住吉小の5年2組", "+81 90 1234 5678", "x#1234"}, viewSeeds...) {
		f.Add(s)
	}
	x := load(f)
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "")
		n := len([]rune(s))
		v := x.Score(utter(s))
		for _, sp := range v.Spans {
			if sp.From < 0 || sp.From >= sp.To || sp.To > n {
				t.Fatalf("%q: span %v of %d", s, sp, n)
			}
		}
		w := x.Twin().Score(utter(s))
		if w.Show != v.Show || w.Concern != v.Concern || len(w.Reasons) != len(v.Reasons) {
			t.Fatalf("%q: %+v, and then %+v", s, v, w)
		}
	})
}
