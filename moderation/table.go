package moderation

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"kakitsubata/protocol/id"
)

// ErrTable is behind every rule that a table would break.
var ErrTable = errors.New("moderation: a table may not say this")

// AnyNeed stands in a table for a child in need under a category of harm: one
// who is afraid of a drug, or drawn into a dark job.
const AnyNeed Category = "need"

// As scored: what the scorers propose stands.
const (
	ShowAsScored  Show    = 255
	LevelAsScored Concern = 255
)

// NoMute is an Act's Mute for words that are no strike at all.
const NoMute time.Duration = -1

// MaxMute is the longest mute that a table may give. Longer ones are a
// person's to decide.
const MaxMute = 24 * time.Hour

// Act is what is done about words of one category and severity, said by one
// bracket.
type Act struct {
	Show  Show          // of words that a scorer is sure enough about to hide; or ShowAsScored
	Level Concern       // or LevelAsScored
	Mute  time.Duration // the shortest that blocked words earn; 0 lets the first time go; or NoMute
}

// scored leaves all to the scorers and the ladder.
func scored(severity int) Act {
	a := Act{Show: ShowAsScored, Level: LevelAsScored}
	if severity >= 2 {
		a.Mute = rungs[0]
	}
	return a
}

// MaxSeverity is the gravest.
const MaxSeverity = 3

type cell struct {
	category Category
	severity int
	bracket  id.Bracket
}

// Table is a city's word on what becomes of what the scorers see. It is set up
// once and read by many; a nil Table leaves all to the scorers. Two rules stand
// above every table: words of need are never blocked and earn no mute, and
// harm of the gravest severity is never shown.
type Table struct{ acts map[cell]Act }

// TableRows lists what a table speaks of, those of support first.
func TableRows() []Category {
	all := Categories()
	return slices.Insert(all, slices.Index(all, Insult), AnyNeed)
}

// Set writes what is done; BracketNone is every bracket that has no word of its
// own. It refuses what no table may say.
func (t *Table) Set(c Category, severity int, b id.Bracket, a Act) error {
	support := c == AnyNeed || c.Support()
	switch {
	case !slices.Contains(TableRows(), c):
		return fmt.Errorf("%w: %q is not a category", ErrTable, c)
	case severity < 1 || severity > MaxSeverity:
		return fmt.Errorf("%w: severity %d is not from 1 to %d", ErrTable, severity, MaxSeverity)
	case a.Show != ShowAsScored && a.Show != Pass && a.Show != Mask && a.Show != Block:
		return fmt.Errorf("%w: words are shown, masked or blocked", ErrTable)
	case a.Level != LevelAsScored && a.Level > Urgent:
		return fmt.Errorf("%w: no such level", ErrTable)
	case a.Mute != NoMute && (a.Mute < 0 || a.Mute > MaxMute):
		return fmt.Errorf("%w: a mute lasts up to %v", ErrTable, MaxMute)
	case support && a.Show == Block:
		return fmt.Errorf("%w: words of need are never blocked", ErrTable)
	case support && a.Mute != NoMute:
		return fmt.Errorf("%w: a child in need is never muted", ErrTable)
	case support && severity == MaxSeverity && a.Level != Urgent && a.Level != LevelAsScored:
		return fmt.Errorf("%w: acute need is urgent", ErrTable)
	case !support && severity == MaxSeverity && a.Show != Block:
		return fmt.Errorf("%w: harm of severity %d is never shown", ErrTable, MaxSeverity)
	}
	if t.acts == nil {
		t.acts = make(map[cell]Act)
	}
	t.acts[cell{c, severity, b}] = a
	return nil
}

// Act is what the table says of words of a category (or AnyNeed) and severity,
// said by a bracket.
func (t *Table) Act(c Category, severity int, b id.Bracket) Act {
	severity = min(max(severity, 1), MaxSeverity)
	if t != nil {
		if a, ok := t.acts[cell{c, severity, b}]; ok {
			return a
		}
		if a, ok := t.acts[cell{c, severity, id.BracketNone}]; ok {
			return a
		}
	}
	return scored(severity)
}

func (t *Table) of(r *Reason, b id.Bracket) Act {
	if r.Need && !r.Category.Support() {
		return t.Act(AnyNeed, r.Severity, b)
	}
	return t.Act(r.Category, r.Severity, b)
}

// decide makes of the scorers' verdict the table's. What no reason stands
// behind stays as it is: closed is the answer to what is not understood.
func (t *Table) decide(b id.Bracket, v Verdict) Verdict {
	if len(v.Reasons) == 0 || t == nil || len(t.acts) == 0 {
		return v
	}
	var show, claimed Show
	var level, called Concern
	reasons := slices.Clone(v.Reasons)
	spared := false
	for i := range reasons {
		r := &reasons[i]
		a := t.of(r, b)
		claimed, called = max(claimed, r.Show), max(called, r.Concern)
		if s := a.shows(r); s != r.Show {
			spared = spared || s == Pass
			r.Show = s
		}
		if a.Level != LevelAsScored && !(r.Support() && r.Concern == Urgent) {
			r.Concern = a.Level
		}
		show, level = max(show, r.Show), max(level, r.Concern)
	}
	if v.Show > claimed {
		show = max(show, v.Show)
	}
	if v.Concern > called {
		level = max(level, v.Concern)
	}
	if spared {
		v.Spans = nil
		for _, r := range reasons {
			if r.Show > Pass {
				v.Spans = joinSpans(v.Spans, r.Spans)
			}
		}
	}
	v.Show, v.Concern, v.Reasons = show, level, reasons
	return v
}

// shows is what becomes of the words by one reason.
func (a Act) shows(r *Reason) Show {
	switch {
	case r.Show == Pass || a.Show == ShowAsScored:
		return r.Show
	case r.Support(), r.Part:
		return min(r.Show, a.Show)
	case a.Show == Mask && r.Show > Mask && len(r.Spans) == 0:
		return Block // nobody knows what to hide
	}
	return a.Show
}

// mute is what blocked words earn: the shortest mute, and whether they are a
// strike at all.
func (t *Table) mute(u Utterance, v Verdict) (least time.Duration, strike bool) {
	least, blamed := NoMute, false
	for i := range v.Reasons {
		if r := &v.Reasons[i]; r.Show == Block && !r.Support() {
			least, blamed = max(least, t.of(r, u.Bracket).Mute), true
		}
	}
	if !blamed {
		return scored(v.Severity).Mute, true
	}
	return least, least != NoMute
}

// Lines is all that the table says, in one order: two tables that say the same
// have the same lines.
func (t *Table) Lines() []string {
	var out []string
	if t != nil {
		for k, a := range t.acts {
			out = append(out, fmt.Sprintf("%s %d %s %d %d %v", k.category, k.severity, k.bracket, a.Show, a.Level, a.Mute))
		}
	}
	slices.Sort(out)
	return out
}
