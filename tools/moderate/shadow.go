package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"kakitsubata/assets/cities"
	modwords "kakitsubata/assets/words/moderation"
	"kakitsubata/moderation"
	"kakitsubata/moderation/classifier"
	"kakitsubata/moderation/shadow"
)

// compareAll judges every line by the rules in force and by those of a folder,
// each line a speaker without a past: the lines that would change, then the
// report that `server shadow` prints of what children said.
func compareAll(j *classifier.Judge, t *moderation.Table, dir string, in io.Reader, out io.Writer) error {
	f, err := shadow.ReadFolder(os.DirFS(dir), modwords.Lists)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	candidate := shadow.Side{Table: t}
	if f.Verdicts != nil {
		if candidate.Table, err = cities.ReadVerdicts(shadow.VerdictsFile, f.Verdicts); err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
	}
	k, err := classifier.Load(f.Lists)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	candidate.Scorer = k
	rules := shadow.Rules{Files: f.Files}
	live, err := shadow.Name(modwords.Lists, t)
	other, err2 := shadow.Name(f.Lists, candidate.Table)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	rules.Live, rules.Candidate = live, other
	items, err := readItems(in)
	if err != nil {
		return err
	}
	sum := shadow.Tally{Rules: rules}
	for _, it := range items {
		c, changed := shadow.Compare(shadow.Side{Scorer: j, Table: t}, candidate, said(it.text))
		sum.Judged++
		if !changed {
			continue
		}
		sum.Add(c, 0)
		if _, err := fmt.Fprintf(out, "%s: %s -> %s, %s, %s\n", it.id, c.Live, c.Shadow, c.Category, c.Rule); err != nil {
			return err
		}
	}
	return shadow.Report(out, []*shadow.Tally{&sum})
}
