package classifier

import (
	"slices"
	"strings"
	"testing"
	"time"

	modwords "kakitsubata/assets/words/moderation"
	"kakitsubata/moderation"
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

func longText(n int) string { return string([]rune(strings.Repeat(ordinary+mixed, 10))[:n]) }

func load(t testing.TB) *Judge {
	t.Helper()
	j, err := Load(modwords.Lists)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func utter(s string) moderation.Utterance { return moderation.Utterance{Text: s} }

func BenchmarkScore(b *testing.B) {
	j := load(b)
	for _, c := range []struct {
		name    string
		text    string
		promise time.Duration
	}{
		{"20", longText(20), promise100},
		{"100", longText(100), promise100},
		{"200", longText(200), promise200},
		{"200latin", strings.Repeat("shinu hodo waratta ", 11)[:200], promise200},
	} {
		b.Run(c.name, func(b *testing.B) {
			u := utter(c.text)
			took := make([]time.Duration, 0, 1<<16)
			b.ReportAllocs()
			for b.Loop() {
				begin := time.Now()
				j.Score(u)
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
