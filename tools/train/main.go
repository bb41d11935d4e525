// Command train builds the model of the gate's first tier from the judged
// utterances: the same bytes from the same files, on every machine.
//
//	train            build, print how well it does on what it has not seen, write the model
//	train -check     say whether the written model is of these files; nothing is built
//
// Weights are learned from the files train-*.jsonl and from the turns of the
// talks of dialogues/train*.jsonl. Thresholds are chosen by cross validation on
// the same files. The files kept-*.jsonl are judged, and never learned from.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/classifier"
	"kakitsubata/moderation/lexicon"
	"kakitsubata/moderation/trajectory"
)

// paths of what is read and written.
type paths struct{ data, talks, words string }

func main() {
	var p paths
	flag.StringVar(&p.data, "data", "moderation/testdata/utterances", "`folder` of judged utterances")
	flag.StringVar(&p.talks, "talks", "moderation/testdata/dialogues", "`folder` of judged talks, of whose turns some are learned from")
	flag.StringVar(&p.words, "words", "assets/words/moderation", "`folder` of the lists")
	out := flag.String("o", "", "write the model to this `file` (default: to the lists' folder)")
	check := flag.Bool("check", false, "only say whether the model is of these files")
	misses := flag.Bool("misses", false, "print what cross validation gets wrong")
	flag.Parse()
	if *out == "" {
		*out = filepath.Join(p.words, classifier.ModelFile)
	}
	err := error(nil)
	if *check {
		err = current(p, *out)
	} else {
		err = train(p, *out, *misses, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

// current reports as an error that the model of a file is not of these sources.
func current(p paths, file string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	m, err := classifier.Decode(b)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	want, err := source(p)
	if err != nil {
		return err
	}
	if m.Source != want {
		return fmt.Errorf("%s is older than the data, the lists or the trainer: run go run ./tools/train", file)
	}
	return nil
}

func train(p paths, file string, misses bool, out io.Writer) error {
	from, err := source(p)
	if err != nil {
		return err
	}
	lex, err := lexicon.Load(os.DirFS(p.words))
	if err != nil {
		return err
	}
	rows, err := readRows(p.data, "train-")
	if err != nil {
		return err
	}
	talks, err := readTalks(p.talks, "train")
	if err != nil {
		return err
	}
	turns := turnsOf(talks)
	fmt.Fprintf(out, "%d utterances and %d turns to learn from\n", len(rows), len(turns))
	rows = append(rows, turns...)
	look(lex, rows)

	plan, err := trajectory.Load(os.DirFS(p.words))
	if err != nil {
		return err
	}
	in, unseen, parts := validate(lex, plan, talks, rows)
	t := choose(rows, unseen)
	fmt.Fprintf(out, "\nCross validation, %d parts: what the model says of what it has not learned\n", folds)
	all := judge(lex, rows, unseen, &t)
	report(out, all)
	recalls(out, rows, unseen)
	if misses {
		printMisses(out, all)
	}
	if err := replay(plan, lex, talks, parts, &t, misses, out); err != nil {
		return err
	}

	m := fit(rows, standard)
	fitStack(m, rows, in, func(int) bool { return true })
	m.Thresholds, m.Source = t, from
	b, err := m.Encode()
	if err != nil {
		return err
	}
	if err := judgeKept(p, lex, m, out); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nThresholds: %+v\n%s: %d features, %d bytes\n", t, file, len(m.Keys), len(b))
	return os.WriteFile(file, b, 0o644)
}

// says is what a model says of a row.
type says struct {
	margins [classifier.Heads]float64
	chances classifier.Chances
}

// validate gives the second layer's inputs of every row by a model that has
// not learned from it, what two layers that have not say of it, and the model
// of each part.
func validate(lex *lexicon.Lexicon, plan *trajectory.Plan, talks []*dialogue, rows []*row) (in [][classifier.Inputs]float32, out []says, parts [folds]*classifier.Model) {
	in, out = make([][classifier.Inputs]float32, len(rows)), make([]says, len(rows))
	place := map[*dialogue]map[int]int{} // the row of a turn
	for i, r := range rows {
		if r.turn {
			if place[r.talk] == nil {
				place[r.talk] = map[int]int{}
			}
			place[r.talk][r.at] = i
		}
	}
	for f := range folds {
		var learn []*row
		for _, r := range rows {
			if r.fold != f {
				learn = append(learn, r)
			}
		}
		parts[f] = fit(learn, standard)
		scale := classifier.NewScale(parts[f])
		for i, r := range rows {
			if r.fold == f && !r.turn {
				scale.Sums(r.feats, &out[i].margins)
				classifier.Weigh(&out[i].margins, r.kinds, r.frames, &classifier.Context{}, &in[i])
			}
		}
		j := classifier.New(lex.Twin(), parts[f])
		run := trajectory.NewReplay(plan, nil, j)
		for _, d := range talks {
			if d.fold() != f {
				continue
			}
			run.Begin()
			for at, t := range d.Turns {
				run.Say(t.Speaker, t.Text, time.Duration(t.Seconds*float64(time.Second)))
				if i, ok := place[d][at]; ok {
					x, z := j.Latest()
					in[i], out[i].margins = *x, *z
				}
			}
		}
	}
	for f := range folds {
		m := parts[f]
		fitStack(m, rows, in, func(i int) bool { return rows[i].fold != f })
		for i, r := range rows {
			if r.fold == f {
				m.Chance(&in[i], &out[i].chances)
			}
		}
	}
	return in, out, parts
}

// judgeKept prints the figures of the part that is kept apart.
func judgeKept(p paths, lex *lexicon.Lexicon, m *classifier.Model, out io.Writer) error {
	rows, err := readRows(p.data, "kept-")
	if err != nil {
		return err
	}
	look(lex, rows)
	all := make([]says, len(rows))
	scale := classifier.NewScale(m)
	for i, r := range rows {
		var in [classifier.Inputs]float32
		scale.Sums(r.feats, &all[i].margins)
		classifier.Weigh(&all[i].margins, r.kinds, r.frames, &classifier.Context{}, &in)
		m.Chance(&in, &all[i].chances)
	}
	fmt.Fprintf(out, "\nKept apart: %d utterances\n", len(rows))
	report(out, judge(lex, rows, all, &m.Thresholds))
	recalls(out, rows, all)
	return nil
}

// judge gives the gate's verdict on every row that is a measure.
func judge(lex *lexicon.Lexicon, rows []*row, all []says, t *classifier.Thresholds) (out []judged) {
	var s lexicon.Seen
	for i, r := range rows {
		if r.turn {
			continue
		}
		lex.See(r.Text, &s)
		u := moderation.Utterance{Text: r.Text}
		out = append(out, judged{r, moderation.Settle(u, classifier.Rule(t, lex, &all[i].margins, &all[i].chances, false)), &all[i].chances})
	}
	return out
}

// printMisses prints harmless texts that are acted on, harm that is shown,
// danger that no person sees, and need that is hidden or not noticed.
func printMisses(w io.Writer, all []judged) {
	for _, j := range all {
		hidden, seen := j.hidden(), j.v.Concern >= moderation.Case
		wrong := j.r.Kind != "positive" && (hidden || seen) ||
			j.r.wanted()[classifier.Stop] && !hidden ||
			levels[j.r.Expected.Level] == moderation.Urgent && !seen ||
			j.r.Duty == "support" && (j.v.Show >= moderation.Hold || j.v.Concern == moderation.None)
		if wrong {
			fmt.Fprintf(w, "MISS\t%s\t%s\t%s\tsev%d\t%v %s\tstop %.2f grave %.2f acute %.2f notice %.2f\t%s %s %v\n", j.r.Kind, j.r.Near, j.r.Text, j.r.Severity, j.r.Labels, j.r.Duty,
				j.p[classifier.Stop], j.p[classifier.Grave], j.p[classifier.Acute], j.p[classifier.Notice], j.v.Show, j.v.Concern, slices.Compact(j.v.Labels()))
		}
	}
}
