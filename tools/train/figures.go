package main

import (
	"fmt"
	"io"
	"slices"

	"kakitsubata/moderation"
	"kakitsubata/moderation/classifier"
	"kakitsubata/moderation/lexicon"
)

// judged is the gate's verdict on a row.
type judged struct {
	r *row
	v moderation.Verdict
	p *classifier.Chances
}

func (j *judged) hidden() bool { return j.v.Show >= moderation.Mask }
func (j *judged) has(c moderation.Category) bool {
	return slices.ContainsFunc(j.v.Reasons, func(r moderation.Reason) bool { return r.Category == c })
}

var levels = map[string]moderation.Concern{"none": moderation.None, "watch": moderation.Watch, "case": moderation.Case, "urgent": moderation.Urgent}

type share struct{ k, n int }

func (s *share) add(hit bool) {
	s.n++
	if hit {
		s.k++
	}
}

func (s share) pct() float64 {
	if s.n == 0 {
		return 0
	}
	return 100 * float64(s.k) / float64(s.n)
}

var figureNames = []string{"support_blocked", "urgent_recall_case", "urgent_recall", "support_noticed", "support_obf_noticed", "support_raised", "harm_stopped_sev2",
	"harm_obf_stopped", "pii_stopped", "fpr_benign", "fpr_hard", "flag_benign", "flag_hard"}

// figures counts what the contract counts.
func figures(all []judged) map[string]*share {
	f := map[string]*share{}
	at := func(n string) *share {
		if f[n] == nil {
			f[n] = &share{}
		}
		return f[n]
	}
	for i := range all {
		j := &all[i]
		want := levels[j.r.Expected.Level]
		obf := j.r.Obfuscated
		for _, c := range j.r.Labels {
			at("recall." + string(c)).add(j.has(c))
			if obf {
				at("obf." + string(c)).add(j.has(c))
			}
		}
		for _, c := range lexicon.Categories() {
			if j.has(c) {
				at("precision." + string(c)).add(slices.Contains(j.r.Labels, c))
			}
		}
		if want == moderation.Urgent {
			at("urgent_recall").add(j.v.Concern == moderation.Urgent)
			at("urgent_recall_case").add(j.v.Concern >= moderation.Case)
		}
		acted := j.hidden() || j.v.Concern >= moderation.Case
		switch {
		case j.r.Kind == "benign":
			at("fpr_benign").add(acted)
			at("flag_benign").add(acted || j.v.Concern > moderation.None)
		case j.r.Kind == "hard_negative":
			at("fpr_hard").add(acted)
			at("flag_hard").add(acted || j.v.Concern > moderation.None)
			at("near." + j.r.Near).add(acted)
		case j.r.Duty == "support":
			at("support_blocked").add(j.v.Show >= moderation.Hold)
			if want > moderation.None {
				at("support_noticed").add(j.v.Concern >= moderation.Watch)
				at("support_raised").add(j.v.Concern >= want)
				if obf {
					at("support_obf_noticed").add(j.v.Concern >= moderation.Watch)
				}
			}
		case j.r.Duty == "harm" && j.r.Expected.Shown != true:
			if j.r.Severity >= 2 {
				at("harm_stopped_sev2").add(j.hidden())
			}
			if obf {
				at("harm_obf_stopped").add(j.hidden())
			}
			if slices.Contains(j.r.Labels, moderation.PII) {
				at("pii_stopped").add(j.hidden())
			}
		}
	}
	return f
}

func report(w io.Writer, all []judged) {
	f := figures(all)
	macro, least := 0.0, 101.0
	fmt.Fprintf(w, "%-16s %14s %8s %14s %10s\n", "category", "recall", "prec.", "obfuscated", "near: acted")
	get := func(n string) share {
		if f[n] == nil {
			return share{}
		}
		return *f[n]
	}
	for _, c := range lexicon.Categories() {
		r, p, o, n := get("recall."+string(c)), get("precision."+string(c)), get("obf."+string(c)), get("near."+string(c))
		macro += r.pct() / 20
		least = min(least, r.pct())
		fmt.Fprintf(w, "%-16s %4d/%-4d %4.1f%% %6.1f%% %4d/%-3d %4.1f%% %4d/%d\n", c, r.k, r.n, r.pct(), p.pct(), o.k, o.n, o.pct(), n.k, n.n)
	}
	fmt.Fprintf(w, "macro_recall %.1f%%  min_category_recall %.1f%%\n", macro, least)
	for _, n := range figureNames {
		s := get(n)
		fmt.Fprintf(w, "%-20s %5d/%-5d %5.1f%%\n", n, s.k, s.n, s.pct())
	}
}
