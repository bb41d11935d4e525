package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/classifier"
	"kakitsubata/moderation/lexicon"
	"kakitsubata/moderation/trajectory"
)

// replay follows each talk by the model that has not learned from it, through
// the memory that the gate has, and prints what staff would get.
func replay(plan *trajectory.Plan, lex *lexicon.Lexicon, talks []*dialogue, parts [folds]*classifier.Model, t *classifier.Thresholds, misses bool, out io.Writer) error {
	var runs [folds]*trajectory.Replay
	var judges [folds]*classifier.Judge
	for f, m := range parts {
		m.Thresholds = *t
		j := classifier.New(lex.Twin(), m)
		runs[f], judges[f] = trajectory.NewReplay(plan, j.Lean, j), j
	}
	var right, noticed, wrong share
	turns, alarms, minded := 0, 0, 0
	for _, d := range talks {
		got := follow(runs[d.fold()], judges[d.fold()], d)
		if d.Expect == nil {
			turns += len(d.Turns)
			for _, a := range got {
				if a.Level < moderation.Case {
					minded++
					continue
				}
				alarms++
				if misses {
					fmt.Fprintf(out, "FALSE\t%s\t%s\t%d %s %s %.2f %.2f %.40s\t%s\n", d.ID, d.Note, a.turn, a.Category, a.Level, a.grave, a.acute, a.Rule, d.Turns[a.turn-1].Text)
				}
			}
			continue
		}
		in, some, bad := d.told(got)
		right.add(in)
		noticed.add(some)
		wrong.add(bad)
		if misses {
			fmt.Fprintf(out, "TALK %v\t%s\t%s\t%s %s by %d of %v", in, d.ID, d.Note, d.Expect.Category, d.Expect.Level, d.Expect.By, d.Expect.Speakers)
			for _, a := range got {
				fmt.Fprintf(out, "; %s %d %s %s %.2f %.2f %.30s", a.Speaker, a.turn, a.Category, a.Level, a.grave, a.acute, a.Rule)
			}
			fmt.Fprintln(out)
		}
	}
	fmt.Fprintf(out, "\nTalks, each by a model that has not learned from it\n%-20s %5d/%-5d %5.1f%%\n%-20s %5d/%-5d %5.1f%%\n%-20s %5d/%-5d %5.1f%%\n",
		"recall", right.k, right.n, right.pct(), "noticed", noticed.k, noticed.n, noticed.pct(), "wrong speaker", wrong.k, wrong.n, wrong.pct())
	if turns > 0 {
		fmt.Fprintf(out, "false alarms %d, kept in mind %d, of %d harmless turns: %.1f and %.1f per 1,000\n",
			alarms, minded, turns, 1000*float64(alarms)/float64(turns), 1000*float64(minded)/float64(turns))
	}
	return nil
}

// raisedAt is an alert after a turn, the first of which is 1.
type raisedAt struct {
	trajectory.Raised
	turn         int
	grave, acute float32
}

func follow(r *trajectory.Replay, j *classifier.Judge, d *dialogue) (all []raisedAt) {
	var who []string
	for _, t := range d.Turns {
		if !slices.Contains(who, t.Speaker) {
			who = append(who, t.Speaker)
		}
	}
	r.Begin(who...)
	for i, t := range d.Turns {
		_, raised := r.Say(t.Speaker, t.Text, time.Duration(t.Seconds*float64(time.Second)))
		p := j.Chances()
		for _, a := range raised {
			all = append(all, raisedAt{a, i + 1, p[classifier.Grave], p[classifier.Acute]})
		}
	}
	return all
}

// told reports whether what was expected was raised in time, whether anything
// was of whom it was expected, and whether staff were called to somebody else.
func (d *dialogue) told(got []raisedAt) (in, some, bad bool) {
	e := d.Expect
	for _, a := range got {
		right := slices.Contains(e.Speakers, a.Speaker)
		in = in || right && slices.Contains(e.Categories, a.Category) && a.Level >= levels[e.Level] && a.turn <= e.By
		some = some || right && a.turn <= e.By
		bad = bad || !right && a.Level >= moderation.Case
	}
	return in, some, bad
}
