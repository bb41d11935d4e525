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
	words := flag.String("words", "assets/words/moderation", "folder of the lists")
	kept := flag.Bool("kept", true, "judge by the kept part")
	cv := flag.Bool("cv", true, "cross validate and choose thresholds")
	write := flag.Bool("write", false, "write the model")
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
	look(lex, rows)
	fmt.Println(len(rows), "rows", time.Since(begin))
	t := classifier.Thresholds{Watch: 250, Case: 500, Urgent: 500, Spare: 100}
	for i := range t.Label {
		t.Label[i], t.Block[i] = 350, 600
	}
	if *cv {
		scores := make([]classifier.Scores, len(rows))
		for f := range folds {
			var learn []*row
			for _, r := range rows {
				if r.fold != f {
					learn = append(learn, r)
				}
			}
			m := fit(learn, standard)
			for i, r := range rows {
				if r.fold == f {
					m.Score(r.feats, &scores[i])
				}
			}
		}
		fmt.Println("cross validated", time.Since(begin))
		report(os.Stdout, judge(lex, rows, scores, &t))
	}
	m := fit(rows, standard)
	m.Thresholds = t
	b, err := m.Encode()
	fmt.Println("model", len(m.Keys), "features", len(b), "bytes", err, time.Since(begin))
	if *write {
		os.WriteFile(*words+"/"+classifier.ModelFile, b, 0o644)
	}
	if *kept {
		ks, err := readRows(*data, "kept-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		look(lex, ks)
		scores := make([]classifier.Scores, len(ks))
		for i, r := range ks {
			m.Score(r.feats, &scores[i])
		}
		report(os.Stdout, judge(lex, ks, scores, &t))
	}
}

func judge(lex *lexicon.Lexicon, rows []*row, scores []classifier.Scores, t *classifier.Thresholds) (out []judged) {
	var s lexicon.Seen
	for i, r := range rows {
		lex.See(r.Text, &s)
		u := moderation.Utterance{Text: r.Text}
		out = append(out, judged{r, moderation.Settle(u, classifier.Rule(t, lex, &scores[i]))})
	}
	return out
}
