package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	modwords "kakitsubata/assets/words/moderation"
	"kakitsubata/moderation"
	"kakitsubata/moderation/classifier"
	"kakitsubata/moderation/trajectory"
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

// benchTexts are talk in which nothing is found, and talk in which something
// is. Neither costs memory: reasons and spans are written where the last ones
// were.
var benchTexts = []struct{ name, text string }{
	{"nothing", "きょうの給食カレーだった！おかわりしたよ。みんなは何がすき？ぼくはあげパンがすき。 マイクラで家つくった lol kawaii ne ｶﾜｲｲ 123 すごーーい、いっしょにあそぼ〜😀 "},
	{"found", "今日も ともだちが むしする。もう学校いきたくない、しんどい…だれにも言えん oi gente, eu tenho fome e quero ir pra casa hoje à noite "},
}

// benchLengths are how many letters, and the 99th percentile that is promised.
var benchLengths = []struct {
	n       int
	promise time.Duration
}{{10, 100 * time.Microsecond}, {20, 100 * time.Microsecond}, {50, 100 * time.Microsecond}, {100, 100 * time.Microsecond}, {200, 500 * time.Microsecond}}

// What reading lists, model and plan may take, and what they may hold on to.
const (
	startPromise  = 300 * time.Millisecond
	memoryPromise = 40 << 20 // bytes
)

// benchStart prints what it takes to read all that judges, once more.
func benchStart(out io.Writer) error {
	heap := func() uint64 {
		runtime.GC()
		runtime.GC() // what finalizers and pools held goes in the second round
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, begin := heap(), time.Now()
	j, err := classifier.Load(modwords.Lists)
	if err != nil {
		return err
	}
	first := time.Since(begin)
	p, err := trajectory.Load(modwords.Lists)
	if err != nil {
		return err
	}
	all := time.Since(begin)
	held := heap() - before
	runtime.KeepAlive(j)
	runtime.KeepAlive(p)
	fmt.Fprintf(out, "start: lists and model %d ms, memory's plan %d ms, together %d ms; promised %d\n",
		first.Milliseconds(), (all - first).Milliseconds(), all.Milliseconds(), startPromise.Milliseconds())
	fmt.Fprintf(out, "held: %.1f MB; promised %d\n", float64(held)/(1<<20), memoryPromise>>20)
	return nil
}

// benchAll prints the cost by length beside what was promised.
func benchAll(j *classifier.Judge, out io.Writer) error {
	if err := benchStart(out); err != nil {
		return err
	}
	fmt.Fprintf(out, "%8s %8s %10s %10s %12s %8s\n", "talk", "letters", "mean ns", "p99 ns", "promised p99", "allocs")
	for _, text := range benchTexts {
		all := []rune(strings.Repeat(text.text, 8))
		for _, c := range benchLengths {
			var us []moderation.Utterance
			for at := 0; at+c.n <= len(all) && len(us) < 64; at += 7 {
				u := said(string(all[at : at+c.n]))
				if len(j.Score(u).Reasons) == 0 || text.name == "found" {
					us = append(us, u)
				}
			}
			if len(us) == 0 {
				return fmt.Errorf("no talk of %d letters in which %s is found", c.n, text.name)
			}
			mean, p99, allocs := cost(j, us)
			fmt.Fprintf(out, "%8s %8d %10d %10d %12d %8.2f\n", text.name, c.n, mean, p99, c.promise.Nanoseconds(), allocs)
		}
	}
	return nil
}

// cost is what a verdict on us costs: nanoseconds, and allocations.
func cost(j *classifier.Judge, us []moderation.Utterance) (mean, p99 int64, allocs float64) {
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
	return total.Nanoseconds() / int64(len(took)), took[len(took)*99/100].Nanoseconds(), float64(after.Mallocs-before.Mallocs) / float64(len(took))
}
