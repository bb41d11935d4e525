package classifier

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"kakitsubata/moderation"
	"kakitsubata/moderation/lexicon"
)

// ModelFile is the model's name in the folder of lists.
const ModelFile = "model.bin"

// Judge is the first tier: the lists and the model under one rule. One
// goroutine at a time may use it; Twin gives another one.
type Judge struct {
	lex      *lexicon.Lexicon
	model    *Model
	seen     lexicon.Seen
	features []uint32
	scores   Scores
}

// Load reads the lists and the model of a folder. A missing or broken file is
// named.
func Load(fsys fs.FS) (*Judge, error) {
	lex, err := lexicon.Load(fsys)
	b, merr := fs.ReadFile(fsys, ModelFile)
	if merr != nil {
		return nil, errors.Join(err, fmt.Errorf("classifier: %w", merr))
	}
	m, merr := Decode(b)
	if merr != nil {
		merr = fmt.Errorf("%s: %w", ModelFile, merr)
	}
	if err := errors.Join(err, merr); err != nil {
		return nil, err
	}
	return New(lex, m), nil
}

// New is a judge by these lists and this model.
func New(lex *lexicon.Lexicon, m *Model) *Judge { return &Judge{lex: lex, model: m} }

// Twin is another judge by the same lists and model, for another goroutine.
func (j *Judge) Twin() *Judge { return New(j.lex.Twin(), j.model) }

// Lists is the judge's lexicon. It is the judge's own: not for another
// goroutine.
func (j *Judge) Lists() *lexicon.Lexicon { return j.lex }

// Scores is what the model said of the text judged last.
func (j *Judge) Scores() *Scores { return &j.scores }

// Score judges one utterance.
func (j *Judge) Score(u moderation.Utterance) moderation.Verdict {
	j.lex.See(u.Text, &j.seen)
	j.features = Features(&j.seen, j.features[:0])
	j.model.Score(j.features, &j.scores)
	return Rule(&j.model.Thresholds, j.lex, &j.scores)
}

// Harm categories follow the support ones in lexicon.Categories.
const firstHarm = 10

// Evidence of the model, in thousandths.
func (s *Scores) caseScore() int   { return int(s[HeadSupport]) * int(s[HeadGrave]) / 1000 }
func (s *Scores) urgentScore() int { return int(s[HeadAcute]) }

// HarmScore is how sure the model is that the words hurt others by their
// likeliest category of harm.
func (s *Scores) HarmScore() (category, score int) {
	category = firstHarm
	for c := firstHarm; c < 20; c++ {
		if s[c] > s[category] {
			category = c
		}
	}
	return category, int(s[HeadHarm])
}

// Rule joins the lists' findings and the model's scores.
func Rule(t *Thresholds, lex *lexicon.Lexicon, s *Scores) (v moderation.Verdict) {
	v = lex.Verdict()
	cats := lexicon.Categories()
	listed := v.Labels()
	harmCat, harm := s.HarmScore()
	support := int(s[HeadSupport])
	sev := 1
	if s[HeadGrave] >= 500 {
		sev = 2
	}
	if s[HeadAcute] >= 500 {
		sev = 3
	}

	if len(v.Reasons) > 0 {
		v = t.temper(v, support, harm)
	}
	add := func(r moderation.Reason, show moderation.Show) {
		v.Reasons = append(v.Reasons, r)
		v.Concern = max(v.Concern, r.Concern)
		v.Show = max(v.Show, show)
	}

	// A child in need.
	if support >= int(t.Watch) && support >= harm {
		concern := moderation.Watch
		if s.caseScore() >= int(t.Case) {
			concern = moderation.Case
			if s.urgentScore() >= int(t.Urgent) {
				concern = moderation.Urgent
			}
		}
		best := 0
		for c := range cats {
			if s[c] > s[best] {
				best = c
			}
		}
		for c, name := range cats {
			if c == best || s[c] >= t.Label[c] {
				r := moderation.Reason{Rule: "model/" + HeadName(c), Category: name, Severity: sev, Need: c >= firstHarm, Concern: concern, View: "model"}
				add(r, moderation.Pass)
			}
		}
		return v
	}

	// Harm.
	name := cats[harmCat]
	if harm >= int(t.Block[harmCat]) {
		show, concern := act(name, sev)
		if slices.Contains(listed, name) && v.Show == moderation.Mask && show == moderation.Mask {
			concern = max(concern, v.Concern)
		} else if show == moderation.Mask && sev == 1 && name == moderation.Insult {
			show = moderation.Pass // nothing to locate, nothing that must be hidden
		} else if show == moderation.Mask {
			show = moderation.Block
		}
		if show > moderation.Pass {
			v.Severity = max(v.Severity, sev)
		}
		add(moderation.Reason{Rule: "model/" + HeadName(harmCat), Category: name, Severity: sev, Concern: concern, View: "model"}, show)
	}
	for c, cat := range cats {
		if s[c] < t.Label[c] || c == harmCat && harm >= int(t.Block[harmCat]) {
			continue
		}
		concern := moderation.None
		if !cat.Support() || support >= int(t.Watch)/2 {
			concern = moderation.Watch
		}
		add(moderation.Reason{Rule: "model/" + HeadName(c), Category: cat, Severity: 1, Concern: concern, View: "model"}, moderation.Pass)
	}
	return v
}

// temper takes back what the lists alone would do where the model is sure that
// they are mistaken: nothing graver than severity 2.
func (t *Thresholds) temper(v moderation.Verdict, support, harm int) moderation.Verdict {
	if v.Severity >= 3 {
		return v
	}
	if support+harm < int(t.Spare) {
		v.Show, v.Severity, v.Spans = moderation.Pass, 0, nil
		v.Concern = min(v.Concern, moderation.Watch)
		v.Reasons = slices.Clone(v.Reasons)
		for i := range v.Reasons {
			v.Reasons[i].Concern = min(v.Reasons[i].Concern, moderation.Watch)
		}
	}
	return v
}

// act is the levels table's word on a category and severity.
func act(c moderation.Category, sev int) (moderation.Show, moderation.Concern) {
	switch c {
	case moderation.Insult:
		return [...]moderation.Show{0, moderation.Mask, moderation.Block, moderation.Block}[sev], [...]moderation.Concern{0, moderation.None, moderation.Watch, moderation.Case}[sev]
	case moderation.Threat:
		return moderation.Block, [...]moderation.Concern{0, moderation.Watch, moderation.Case, moderation.Urgent}[sev]
	case moderation.Grooming:
		return [...]moderation.Show{0, moderation.Pass, moderation.Block, moderation.Block}[sev], [...]moderation.Concern{0, moderation.Watch, moderation.Case, moderation.Urgent}[sev]
	case moderation.DarkJob, moderation.Drugs:
		return moderation.Block, moderation.Case
	case moderation.Sexual:
		return moderation.Block, [...]moderation.Concern{0, moderation.Watch, moderation.Watch, moderation.Case}[sev]
	case moderation.PII, moderation.URL:
		return moderation.Mask, moderation.Watch
	case moderation.Spam:
		return moderation.Block, moderation.None
	}
	return [...]moderation.Show{0, moderation.Pass, moderation.Block, moderation.Block}[sev], moderation.Watch
}
