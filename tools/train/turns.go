package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"kakitsubata/moderation"
)

// dialogue is one judged talk; see moderation/testdata/dialogues.
type dialogue struct {
	ID     string `json:"id"`
	Expect *struct {
		Category moderation.Category `json:"category"`
		Speakers []string            `json:"speaker_accept"`
		Onset    int                 `json:"onset_turn"`
		By       int                 `json:"by_turn"`
		Level    string              `json:"level"`
	} `json:"expect"`
	Turns []struct {
		Speaker string `json:"speaker"`
		Text    string `json:"text"`
	} `json:"turns"`
}

// readTurns reads the turns of dialogues whose judgement stands for each of
// them: what is said in harmless talk, before the danger, and by who is only
// there is harmless; what raises the case is of its category. A model that has
// seen single utterances alone takes short answers for need. No file is no row.
func readTurns(name string) (rows []*row, err error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	seen := map[string]bool{}
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for n := 1; in.Scan(); n++ {
		var d dialogue
		if err := json.Unmarshal(in.Bytes(), &d); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		for i, t := range d.Turns {
			r, ok := d.row(i)
			if !ok || seen[t.Text] {
				continue
			}
			seen[t.Text] = true
			rows = append(rows, r)
		}
	}
	return rows, in.Err()
}

// row is turn i as an utterance, if what it is can be told.
func (d *dialogue) row(i int) (*row, bool) {
	t := d.Turns[i]
	sum := sha256.Sum256([]byte(d.ID)) // a talk stays in one fold
	r := &row{ID: fmt.Sprintf("%s-%d", d.ID, i+1), Text: t.Text, Duty: "none", Kind: "benign", fold: int(sum[0]) % folds, turn: true}
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
