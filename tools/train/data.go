package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kakitsubata/moderation"
	"kakitsubata/moderation/classifier"
	"kakitsubata/moderation/lexicon"
)

// row is one judged utterance.
type row struct {
	ID         string                `json:"id"`
	Text       string                `json:"text"`
	Labels     []moderation.Category `json:"labels"`
	Duty       string                `json:"duty"`
	Kind       string                `json:"kind"`
	Near       string                `json:"near"`
	Obfuscated bool                  `json:"obfuscated"`
	Severity   int                   `json:"severity"`
	Expected   struct {
		Shown  any    `json:"shown"`
		Accept []any  `json:"shown_accept"`
		Level  string `json:"escalate"`
	} `json:"expected"`

	letters int // features that come of letters; the rest of meanings
	feats   []uint32
	kinds   []lexicon.Kind
	frames  uint32
	fold    int
	calm    bool // of a talk without danger
	turn    bool // of a talk: learned from, but no measure, for its judgement is the talk's
	talk    *dialogue
	at      int // which turn of it
}

// readRows reads every file of dir that begins with prefix, in the order of
// their names.
func readRows(dir, prefix string) (rows []*row, err error) {
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
			if strings.TrimSpace(in.Text()) == "" {
				continue
			}
			r := &row{}
			if err := json.Unmarshal(in.Bytes(), r); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, n, err)
			}
			sum := sha256.Sum256([]byte(r.Text))
			r.fold = int(sum[0]) % folds
			rows = append(rows, r)
		}
		if err := in.Err(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		f.Close()
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s: no %s*.jsonl", dir, prefix)
	}
	return rows, nil
}

// look fills the features of rows.
func look(lex *lexicon.Lexicon, rows []*row) {
	var s lexicon.Seen
	for _, r := range rows {
		lex.See(r.Text, &s)
		r.feats = classifier.Letters(&s, nil)
		r.letters = len(r.feats)
		r.feats = classifier.Meanings(&s, r.feats)
		r.kinds, r.frames = slices.Clone(s.Kinds), s.Frames
	}
}

// targets are what each head should say of r.
func (r *row) targets() (y [classifier.Heads]bool) {
	for _, l := range r.Labels {
		y[slices.Index(lexicon.Categories(), l)] = true
	}
	y[classifier.HeadSupport] = r.Duty == "support"
	y[classifier.HeadHarm] = r.Duty == "harm"
	y[classifier.HeadGrave] = r.Severity >= 2
	y[classifier.HeadAcute] = r.Severity >= 3
	return y
}
