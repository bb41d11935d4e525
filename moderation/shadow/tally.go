package shadow

import (
	"cmp"
	"slices"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// Deed is moderation.Deed in words, as it is stored.
type Deed struct {
	Show  string `json:"show"`
	Level string `json:"level"`
	Mute  string `json:"mute,omitempty"` // empty where the words are no strike
}

func deedOf(d moderation.Deed) Deed {
	out := Deed{Show: d.Show.String(), Level: d.Concern.String()}
	if d.Mute != moderation.NoMute {
		out.Mute = d.Mute.String()
	}
	return out
}

// String is such as "block case 10s".
func (d Deed) String() string {
	s := d.Show + " " + d.Level
	if d.Mute != "" {
		s += " " + d.Mute
	}
	return s
}

// Change is one way in which the candidate would have done otherwise. Category
// and Rule are those of the stricter of the two.
type Change struct {
	Live     Deed                `json:"live"`
	Shadow   Deed                `json:"shadow"`
	Category moderation.Category `json:"category"`
	Rule     string              `json:"rule"`
	Bracket  string              `json:"bracket"`
}

// Bounds of a Tally.
const (
	MaxChanges  = 1024 // ways; those that are rarer than these are counted alone
	MaxExamples = 3    // cases of one way
)

// Count is how often a change was seen, and where the words of some can be read.
type Count struct {
	Change
	N     int         `json:"n"`
	Cases []id.CaseID `json:"cases,omitempty"`
}

// Tally is what was seen in a day, without a word of it.
type Tally struct {
	Day     string  `json:"day"` // 2026-11-23, in the city's time
	Rules   Rules   `json:"rules"`
	Judged  int     `json:"judged"`  // by both
	Changed int     `json:"changed"` // of them
	Missed  int     `json:"missed"`  // not judged: the shadow was behind
	Faults  int     `json:"faults"`  // not judged: one of the two panicked
	Rare    int     `json:"rare"`    // changed, and not among the counts: too many ways
	Counts  []Count `json:"counts"`  // ordered by Change
}

// Rules names what was compared.
type Rules struct {
	Live      string   `json:"live"`      // the beginning of a hash of all its files
	Candidate string   `json:"candidate"` // likewise
	Files     []string `json:"files"`     // that the candidate brought
}

// Add counts a change; c is the case that the gate has written, or zero.
func (t *Tally) Add(ch Change, c id.CaseID) {
	t.Changed++
	var cases []id.CaseID
	if c != 0 {
		cases = []id.CaseID{c}
	}
	t.count(Count{ch, 1, cases})
}

func (t *Tally) count(c Count) {
	at, known := slices.BinarySearchFunc(t.Counts, c.Change, func(x Count, y Change) int { return order(x.Change, y) })
	switch {
	case known:
		n := &t.Counts[at]
		n.N += c.N
		for _, k := range c.Cases {
			if len(n.Cases) < MaxExamples && !slices.Contains(n.Cases, k) {
				n.Cases = append(n.Cases, k)
			}
		}
	case len(t.Counts) >= MaxChanges:
		t.Rare += c.N
	default:
		c.Cases = slices.Clone(c.Cases)
		t.Counts = slices.Insert(t.Counts, at, c)
	}
}

func order(a, b Change) int {
	return cmp.Or(
		cmp.Compare(a.Live.String(), b.Live.String()), cmp.Compare(a.Shadow.String(), b.Shadow.String()),
		cmp.Compare(a.Category, b.Category), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Bracket, b.Bracket))
}

// Merge adds what o counted, of the same rules.
func (t *Tally) Merge(o *Tally) {
	t.Judged += o.Judged
	t.Changed += o.Changed
	t.Missed += o.Missed
	t.Faults += o.Faults
	t.Rare += o.Rare
	for _, c := range o.Counts {
		t.count(c)
	}
}

// Keep is how long a day's tally is kept, as long as other traces of talk.
const Keep = 30 * 24 * time.Hour
