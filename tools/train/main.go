// Command train builds the model of the gate's first tier from the judged
// utterances, deterministically, and prints how well it does on those that it
// has not seen.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/classifier"
	"kakitsubata/moderation/lexicon"
)

func main() {
	data := flag.String("data", "moderation/testdata/utterances", "folder of judged utterances")
	talk := flag.String("talk", "moderation/testdata/dialogues/train.jsonl", "judged dialogues, of whose turns some are learned from")
	words := flag.String("words", "assets/words/moderation", "folder of the lists")
	kept := flag.Bool("kept", true, "judge by the kept part")
	write := flag.Bool("write", false, "write the model")
	flag.IntVar(&standard.rounds, "rounds", standard.rounds, "")
	flag.IntVar(&standard.keep, "keep", standard.keep, "")
	flag.IntVar(&standard.rare, "rare", standard.rare, "")
	flag.Float64Var(&standard.cost, "cost", standard.cost, "")
	flag.Float64Var(&standard.positive, "positive", standard.positive, "")
	flag.Float64Var(&standard.hard, "hard", standard.hard, "")
	flag.Float64Var(&standard.meaning, "meaning", standard.meaning, "")
	flag.Float64Var(&standard.idf, "idf", standard.idf, "")
	flag.Parse()
	begin := time.Now()
	lex, err := lexicon.Load(os.DirFS(*words))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	rows, err := readRows(*data, "train-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	turns, err := readTurns(*talk)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	rows = append(rows, turns...)
	look(lex, rows)
	fmt.Println(len(rows), "rows", time.Since(begin))
	in := make([][classifier.Inputs]float32, len(rows))
	sums := make([][classifier.Heads]float64, len(rows))
	for f := range folds {
		var learn []*row
		for _, r := range rows {
			if r.fold != f {
				learn = append(learn, r)
			}
		}
		scale := classifier.NewScale(fit(learn, standard))
		for i, r := range rows {
			if r.fold == f {
				scale.Sums(r.feats, &sums[i])
				classifier.Weigh(&sums[i], r.kinds, &in[i])
			}
		}
	}
	p := make([]classifier.Chances, len(rows))
	for f := range folds {
		m := &classifier.Model{}
		fitStack(m, rows, in, func(i int) bool { return rows[i].fold != f })
		for i, r := range rows {
			if r.fold == f {
				m.Chance(&in[i], &p[i])
			}
		}
	}
	t := choose(rows, p)
	fmt.Printf("cross validated %v %+v\n", time.Since(begin), t)
	report(os.Stdout, judge(lex, rows, sums, p, &t))
	recalls(os.Stdout, rows, p)
	m := fit(rows, standard)
	fitStack(m, rows, in, func(int) bool { return true })
	m.Thresholds = t
	b, err := m.Encode()
	fmt.Println("model", len(m.Keys), "features", len(b), "bytes", err, time.Since(begin))
	if *write {
		if err := os.WriteFile(*words+"/"+classifier.ModelFile, b, 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if *kept {
		ks, err := readRows(*data, "kept-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		look(lex, ks)
		p, sums := make([]classifier.Chances, len(ks)), make([][classifier.Heads]float64, len(ks))
		scale := classifier.NewScale(m)
		for i, r := range ks {
			var in [classifier.Inputs]float32
			scale.Sums(r.feats, &sums[i])
			classifier.Weigh(&sums[i], r.kinds, &in)
			m.Chance(&in, &p[i])
		}
		fmt.Println("KEPT")
		report(os.Stdout, judge(lex, ks, sums, p, &t))
		recalls(os.Stdout, ks, p)
	}
}

func judge(lex *lexicon.Lexicon, rows []*row, z [][classifier.Heads]float64, p []classifier.Chances, t *classifier.Thresholds) (out []judged) {
	var s lexicon.Seen
	for i, r := range rows {
		lex.See(r.Text, &s)
		u := moderation.Utterance{Text: r.Text}
		out = append(out, judged{r, moderation.Settle(u, classifier.Rule(t, lex, &z[i], &p[i]))})
	}
	return out
}
