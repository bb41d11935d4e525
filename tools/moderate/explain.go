package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/classifier"
)

func explainOne(j *classifier.Judge, t *moderation.Table, text string, out io.Writer) error {
	u := said(text)
	j.Explain(u, out)
	v := t.Settle(u, j.Score(u))
	fmt.Fprintf(out, "verdict  show %s, concern %s, severity %d\n", v.Show, v.Concern, v.Severity)
	if v.Show == moderation.Mask {
		fmt.Fprintf(out, "masked   %s\n", moderation.Masked(u, v))
	}
	rs := []rune(text)
	for _, r := range v.Reasons {
		fmt.Fprintf(out, "reason   %s %d, concern %s, view %s: %s", r.Category, r.Severity, r.Concern, r.View, r.Rule)
		for _, s := range r.Spans {
			fmt.Fprintf(out, " [%d,%d) %q", s.From, s.To, string(rs[s.From:s.To]))
		}
		fmt.Fprintln(out)
	}
	return nil
}

var benchTexts = []string{
	"きょうの給食カレーだった！おかわりしたよ。みんなは何がすき？ぼくはあげパンがすき。",
	"マイクラで家つくった lol kawaii ne ｶﾜｲｲ 123 すごーーい、いっしょにあそぼ〜😀",
	"今日も ともだちが むしする。もう学校いきたくない、しんどい…だれにも言えん",
	"oi gente, alguém joga minecraft? eu tenho fome e quero ir pra casa hoje à noite",
}

// benchAll prints the cost by length beside what was promised.
func benchAll(j *classifier.Judge, out io.Writer) error {
	all := []rune(strings.Repeat(strings.Join(benchTexts, " "), 8))
	fmt.Fprintf(out, "%8s %10s %10s %12s %8s\n", "letters", "mean ns", "p99 ns", "promised p99", "allocs")
	for _, c := range []struct {
		n       int
		promise time.Duration
	}{{10, 100 * time.Microsecond}, {20, 100 * time.Microsecond}, {50, 100 * time.Microsecond}, {100, 100 * time.Microsecond}, {200, 500 * time.Microsecond}} {
		var us []moderation.Utterance
		for at := 0; at+c.n <= len(all) && len(us) < 64; at += 7 {
			us = append(us, said(string(all[at:at+c.n])))
		}
		for range 20 {
			for _, u := range us {
				j.Score(u)
			}
		}
		took := make([]time.Duration, 0, 20000)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begin := time.Now()
		for i := range cap(took) {
			b := time.Now()
			j.Score(us[i%len(us)])
			took = append(took, time.Since(b))
		}
		total := time.Since(begin)
		runtime.ReadMemStats(&after)
		slices.Sort(took)
		fmt.Fprintf(out, "%8d %10d %10d %12d %8.2f\n", c.n, total.Nanoseconds()/int64(len(took)), took[len(took)*99/100].Nanoseconds(),
			c.promise.Nanoseconds(), float64(after.Mallocs-before.Mallocs)/float64(len(took)))
	}
	return nil
}
