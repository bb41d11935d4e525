package classifier

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"kakitsubata/moderation"
	"kakitsubata/moderation/lexicon"
	"kakitsubata/protocol/id"
)

// ModelFile is the model's name in the folder of lists.
const ModelFile = "model.bin"

// Judge is the first tier: the lists and the model under one rule. Of what
// was said before it remembers a few numbers for minutes, and no word. One
// goroutine at a time may use it; Twin gives another one that has heard nothing.
type Judge struct {
	lex      *lexicon.Lexicon
	scale    *Scale
	seen     lexicon.Seen
	features []uint32
	sums     [Heads]float64
	inputs   [Inputs]float32
	chances  Chances
	talks    talks
	context  Context
	reasons  []moderation.Reason // of the latest verdict
}

// Load reads the lists and the model of a folder. A missing or broken file is
// named.
func Load(fsys fs.FS) (*Judge, error) {
	model := make(chan error, 1)
	var m *Model
	go func() { // beside the lists: a start is short
		var err error
		m, err = readModel(fsys)
		model <- err
	}()
	lex, err := lexicon.Load(fsys)
	if err := errors.Join(err, <-model); err != nil {
		return nil, err
	}
	return New(lex, m), nil
}

func readModel(fsys fs.FS) (*Model, error) {
	b, err := fs.ReadFile(fsys, ModelFile)
	if err != nil {
		return nil, fmt.Errorf("classifier: %w", err)
	}
	m, err := Decode(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ModelFile, err)
	}
	return m, nil
}

// New is a judge by these lists and this model.
func New(lex *lexicon.Lexicon, m *Model) *Judge {
	return &Judge{lex: lex, scale: NewScale(m), talks: talks{of: make(map[id.VisitorID]*talker)}}
}

// Twin is another judge by the same lists and model, for another goroutine.
func (j *Judge) Twin() *Judge { return New(j.lex.Twin(), j.scale.m) }

// Score judges one utterance. The verdict's reasons and spans are the judge's:
// they may be read until the next Score. It allocates only for a speaker who was
// not heard of late, and to grow its memory to the most that one text needs.
func (j *Judge) Score(u moderation.Utterance) moderation.Verdict {
	j.lex.See(u.Text, &j.seen)
	if len(j.seen.Plain) == 0 || u.Road == moderation.Name { // the model has learned from sentences
		j.sums, j.inputs, j.chances = [Heads]float64{}, [Inputs]float32{}, Chances{}
		return j.lex.Verdict()
	}
	j.features = Features(&j.seen, j.features[:0])
	j.scale.Sums(j.features, &j.sums)
	j.talks.before(&u, &j.context)
	Weigh(&j.sums, j.seen.Kinds, j.seen.Frames, &j.context, &j.inputs)
	j.talks.note(&u, &j.sums, j.seen.Frames)
	j.scale.m.Chance(&j.inputs, &j.chances)
	v := rule(&j.scale.m.Thresholds, j.lex, &j.sums, &j.chances, j.context.Lines > 0, j.reasons[:0])
	j.reasons = v.Reasons
	if len(v.Reasons) == 0 {
		v.Reasons = nil
	}
	for i := range v.Reasons {
		if r := &v.Reasons[i]; r.View == "model" {
			r.Version = j.scale.m.version
		}
	}
	return v
}

// Version names the model: the beginning of its hash.
func (j *Judge) Version() string { return j.scale.m.version }

// Latest is what the second layer read of the text that was scored last, and
// what the heads said of it: for the trainer.
func (j *Judge) Latest() (*[Inputs]float32, *[Heads]float64) { return &j.inputs, &j.sums }

// Rule joins what the lists found in the text that lex saw last with the
// chances that the model gives; talk says that others were heard before. The
// verdict is the caller's. See README.md of moderation.
func Rule(t *Thresholds, lex *lexicon.Lexicon, z *[Heads]float64, p *Chances, talk bool) moderation.Verdict {
	return rule(t, lex, z, p, talk, nil).Clone()
}

var ruleNames = func() (names [20]string) {
	for c := range names {
		names[c] = "model/" + OutputName(c)
	}
	return names
}()

// rule is Rule; the verdict's reasons are appended to reasons, their spans are
// lex's.
func rule(t *Thresholds, lex *lexicon.Lexicon, z *[Heads]float64, p *Chances, talk bool, reasons []moderation.Reason) (v moderation.Verdict) {
	day, now := t.Case, t.Acute
	if talk {
		day, now = t.TalkCase, t.TalkAcute
	}
	cats := lexicon.Categories()
	v = lex.Verdict()
	v.Reasons = append(reasons, v.Reasons...)
	need := InNeed(z)
	if len(v.Reasons) > 0 {
		v = t.temper(v, p, need, talk)
	}
	sev := 1
	switch {
	case p[Acute] >= t.Urgent:
		sev = 3
	case p[Grave] >= .5 || z[HeadGrave] > 0:
		sev = 2
	}
	concern := moderation.None
	switch seen := p[Grave] >= day || p[Acute] >= now || v.Concern >= moderation.Case; {
	case seen && p[Acute] >= t.Urgent:
		concern = moderation.Urgent
	case seen:
		concern = moderation.Case
	case p[Notice] >= t.Watch:
		concern = moderation.Watch
	}
	// The likeliest category of the side that speaks stands for the verdict.
	best := 0
	if !need {
		best = FirstHarm
	}
	for c := range cats {
		if (need || !support(c)) && p[c] > p[best] {
			best = c
		}
	}
	show := moderation.Pass
	if !need && p[Stop] >= t.Stop[best] {
		show = moderation.Block
		if v.Show == moderation.Mask && located(v.Reasons, cats[best]) {
			show = moderation.Mask // the lists know where it stands
		}
		v.Severity = max(v.Severity, sev)
	}
	if show == moderation.Pass && concern == moderation.None {
		best = -1 // labels alone, below
	}
	names := func(c int) bool { return c == best || p[c] >= t.Label[c] && (best < 0 || p[c] >= p[best]/3) }
	for c, name := range cats {
		if !names(c) {
			continue
		}
		r := moderation.Reason{Rule: ruleNames[c], Category: name, Severity: 1, View: "model", Score: p[c]}
		r.Need = need && !support(c)
		if c == best {
			r.Severity, r.Concern = sev, concern
			r.Show, r.Part = show, show == moderation.Mask
		} else {
			r.Concern = min(concern, moderation.Watch)
		}
		v.Reasons = append(v.Reasons, r)
	}
	v.Show = max(v.Show, show)
	v.Concern = max(v.Concern, concern)
	return v
}

// lean is what the margin of harm must be above that of support for words to be
// hidden: where it is hard to say who is hurt, the speaker is heard.
const lean = .4

// InNeed reports whether the speaker is the one who is hurt.
func InNeed(z *[Heads]float64) bool { return z[HeadSupport]+lean >= z[HeadHarm] }

// located reports whether rs hide a span of category c.
func located(rs []moderation.Reason, c moderation.Category) bool {
	return slices.ContainsFunc(rs, func(r moderation.Reason) bool { return r.Category == c && len(r.Spans) > 0 })
}

// temper takes back what the lists alone would do where the model is sure that
// they are mistaken; v's reasons are written to. Personal data and links that
// were located stay hidden.
func (t *Thresholds) temper(v moderation.Verdict, p *Chances, need, talk bool) moderation.Verdict {
	private := slices.ContainsFunc(v.Reasons, func(r moderation.Reason) bool {
		return r.Category == moderation.PII || r.Category == moderation.URL
	})
	sure := t.Spare
	if need {
		sure = t.Doubt // words of a child in need are hidden only for a good reason
	}
	if v.Show > moderation.Pass && p[Stop] < sure && (need || v.Severity < 3) {
		v.Severity = 0
		if private {
			v.Show = moderation.Mask
		} else {
			v.Show, v.Spans = moderation.Pass, nil
		}
		for i := range v.Reasons {
			r := &v.Reasons[i]
			r.Part = true
			if r.Category == moderation.PII || r.Category == moderation.URL {
				r.Show = min(r.Show, moderation.Mask)
			} else {
				r.Show = moderation.Pass
			}
		}
	}
	least := t.DaySpare
	if talk && v.Concern == moderation.Case {
		least = t.TalkSpare
	}
	if v.Concern >= moderation.Case && p[Grave] < least && p[Acute] < t.Spare && (talk || v.Concern == moderation.Case) {
		v.Concern = moderation.Watch
		for i := range v.Reasons {
			v.Reasons[i].Concern = min(v.Reasons[i].Concern, moderation.Watch)
		}
	}
	return v
}
