package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"kakitsubata/moderation"
)

// dialogue is one judged talk; see moderation/testdata/dialogues.
type dialogue struct {
	ID     string `json:"id"`
	Note   string `json:"note"`
	Expect *struct {
		Category   moderation.Category   `json:"category"`
		Categories []moderation.Category `json:"category_accept"`
		Speakers   []string              `json:"speaker_accept"`
		Onset      int                   `json:"onset_turn"`
		By         int                   `json:"by_turn"`
		Level      string                `json:"level"`
	} `json:"expect"`
	Turns []struct {
		Speaker string  `json:"speaker"`
		Text    string  `json:"text"`
		Seconds float64 `json:"t_seconds"`
	} `json:"turns"`
}

// fold is the part that the whole talk belongs to.
func (d *dialogue) fold() int {
	sum := sha256.Sum256([]byte(d.ID))
	return int(sum[0]) % folds
}

// readTalks reads every dialogue of dir whose file begins with prefix, in the
// order of their names.
func readTalks(dir, prefix string) (all []*dialogue, err error) {
	names, err := filepath.Glob(filepath.Join(dir, prefix+"*.jsonl"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		in := bufio.NewScanner(f)
		in.Buffer(nil, 1<<20)
		for n := 1; in.Scan(); n++ {
			d := &dialogue{}
			if err := json.Unmarshal(in.Bytes(), d); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, n, err)
			}
			all = append(all, d)
		}
		if err := in.Err(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		f.Close()
	}
	return all, nil
}

// turnsOf are the turns of dialogues whose judgement stands for each of
// them: what is said in harmless talk, before the danger, and by who is only
// there is harmless; what raises the case is of its category. A model that has
// seen single utterances alone takes short answers for need.
func turnsOf(talks []*dialogue) (rows []*row) {
	seen := map[string]bool{}
	for _, d := range talks {
		for i, t := range d.Turns {
			r, ok := d.row(i)
			if !ok || seen[t.Text] {
				continue
			}
			seen[t.Text] = true
			rows = append(rows, r)
		}
	}
	return rows
}

// row is turn i as an utterance, if what it is can be told.
func (d *dialogue) row(i int) (*row, bool) {
	t := d.Turns[i]
	r := &row{ID: fmt.Sprintf("%s-%d", d.ID, i+1), Text: t.Text, Duty: "none", Kind: "benign", fold: d.fold(), turn: true, talk: d, at: i}
	r.Expected.Shown, r.Expected.Level = true, "none"
	e := d.Expect
	if e == nil {
		r.calm = true
		return r, true
	}
	if !slices.Contains(e.Speakers, t.Speaker) {
		// Who is hurt says things that are not harmless.
		return r, e.Category != moderation.Insult && e.Category != moderation.Threat && e.Category != moderation.BullyingVictim
	}
	switch at := i + 1; {
	case at < e.Onset-1:
		return r, true
	case at < e.By-1 || at > e.By+1 || e.Level == "watch":
		return nil, false
	}
	c := e.Category
	if c == moderation.BullyingVictim && len(e.Speakers) > 1 {
		c = moderation.Insult // it is those who do it who speak
	}
	r.Labels, r.Duty, r.Kind, r.Severity = []moderation.Category{c}, "harm", "positive", 2
	if c.Support() {
		r.Duty = "support"
	}
	if e.Level == "urgent" {
		r.Severity = 3
	}
	r.Expected.Shown, r.Expected.Level = c.Support(), e.Level
	return r, true
}
