package second

import (
	"math/rand/v2"
	"testing"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

const words = "あの子とは もう遊ばないで"

// judged is an utterance of a child that the first tier has looked at.
func judged(show moderation.Show, level moderation.Concern, rs ...moderation.Reason) moderation.Judged {
	v := moderation.Verdict{Show: show, Concern: level, Reasons: rs}
	return moderation.Judged{
		Utterance: moderation.Utterance{ID: 7, Speaker: 3, Kind: id.Visitor, Bracket: id.El56, Text: words},
		Scored:    v, Verdict: v, Shown: show <= moderation.Mask,
	}
}

func reason(c moderation.Category, severity int, level moderation.Concern) moderation.Reason {
	return moderation.Reason{Rule: "model/" + string(c), Category: c, Severity: severity, Concern: level}
}

var certainHarm = Finding{Duty: Harm, Category: moderation.Insult, Severity: 2, Level: moderation.Case, Confidence: 95, Quote: "もう遊ばないで"}

func TestWants(t *testing.T) {
	bot := judged(moderation.Pass, moderation.Case, reason(moderation.Insult, 1, moderation.Case))
	bot.Utterance.Kind = id.Bot
	listener := judged(moderation.Pass, moderation.Case, reason(moderation.Insult, 1, moderation.Case))
	listener.Utterance.Kind, listener.Utterance.Road = id.Companion, moderation.Companion
	grave := judged(moderation.Block, moderation.Case, reason(moderation.Threat, 3, moderation.Case))
	grave.Verdict.Severity = 3
	for name, c := range map[string]struct {
		j    moderation.Judged
		want bool
	}{
		"plain talk":               {judged(moderation.Pass, moderation.None), false},
		"a label alone":            {judged(moderation.Pass, moderation.None, reason(moderation.Insult, 1, moderation.None)), true},
		"kept in mind":             {judged(moderation.Pass, moderation.Watch, reason(moderation.Loneliness, 1, moderation.Watch)), true},
		"a case that was shown":    {judged(moderation.Pass, moderation.Case, reason(moderation.Loneliness, 2, moderation.Case)), true},
		"a case that was held":     {judged(moderation.Block, moderation.Case, reason(moderation.Insult, 2, moderation.Case)), true},
		"held, and no concern":     {judged(moderation.Block, moderation.None, reason(moderation.Spam, 1, moderation.None)), false},
		"masked, and no concern":   {judged(moderation.Mask, moderation.None, reason(moderation.PII, 2, moderation.None)), false},
		"urgent":                   {judged(moderation.Pass, moderation.Urgent, reason(moderation.SelfHarm, 3, moderation.Urgent)), false},
		"held for grave harm":      {grave, false},
		"a bot":                    {bot, false},
		"the listener":             {listener, false},
		"words without their mark": {moderation.Judged{}, false},
	} {
		if got := Wants(&c.j); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestDecide(t *testing.T) {
	watched := judged(moderation.Pass, moderation.Watch, reason(moderation.Insult, 1, moderation.Watch))
	raised := judged(moderation.Pass, moderation.Case, reason(moderation.Insult, 2, moderation.Case))
	lonely := judged(moderation.Pass, moderation.Case, reason(moderation.Loneliness, 2, moderation.Case))
	muted := judged(moderation.Block, moderation.None, reason(moderation.Insult, 2, moderation.None))
	muted.Verdict.Concern = moderation.Case
	built := judged(moderation.Pass, moderation.Watch, reason(moderation.Grooming, 1, moderation.Watch))
	built.Verdict.Concern, built.Verdict.Reasons = moderation.Case, append(built.Verdict.Reasons, reason(moderation.Grooming, 2, moderation.Case))
	held := judged(moderation.Block, moderation.Case, reason(moderation.Insult, 2, moderation.Case))
	masked := judged(moderation.Mask, moderation.Watch, reason(moderation.PII, 2, moderation.Watch))
	masked.Verdict.Spans = []moderation.Span{{From: 6, To: 13}}
	nothing := Finding{Confidence: 95}
	with := func(f Finding, change func(*Finding)) Finding { change(&f); return f }
	cry := Finding{Duty: Support, Category: moderation.SelfHarm, Severity: 3, Level: moderation.Urgent, Confidence: 95, Quote: words}
	for name, c := range map[string]struct {
		j     moderation.Judged
		f     Finding
		deed  Deed
		level moderation.Concern
	}{
		"harm that was shown":                {watched, certainHarm, Retract, moderation.Case},
		"harm that was held":                 {held, certainHarm, Leave, moderation.Case},
		"harm of severity 1":                 {watched, with(certainHarm, func(f *Finding) { f.Severity = 1 }), Raise, moderation.Case},
		"harm, and hardly sure":              {watched, with(certainHarm, func(f *Finding) { f.Confidence = 89 }), Raise, moderation.Case},
		"harm, and not sure":                 {watched, with(certainHarm, func(f *Finding) { f.Confidence = 69 }), Leave, moderation.Watch},
		"harm that somebody else said":       {watched, with(certainHarm, func(f *Finding) { f.Quote = "ほかの言葉" }), Raise, moderation.Case},
		"harm without words":                 {watched, with(certainHarm, func(f *Finding) { f.Quote = " " }), Raise, moderation.Case},
		"harm that is hidden already":        {masked, certainHarm, Raise, moderation.Case},
		"harm, of one in need":               {lonely, certainHarm, Leave, moderation.Case},
		"harm that is called urgent":         {watched, with(certainHarm, func(f *Finding) { f.Level, f.Quote = moderation.Urgent, "" }), Raise, moderation.Case},
		"harm in a case, called urgent":      {raised, with(certainHarm, func(f *Finding) { f.Level, f.Quote = moderation.Urgent, "" }), Leave, moderation.Case},
		"need where nothing was":             {judged(moderation.Pass, moderation.None), cry, Raise, moderation.Case},
		"acute need in a case":               {lonely, cry, Raise, moderation.Urgent},
		"acute need, hardly sure":            {lonely, with(cry, func(f *Finding) { f.Confidence = 89 }), Leave, moderation.Case},
		"nothing, in mind":                   {watched, nothing, Lower, moderation.None},
		"nothing, a case":                    {raised, nothing, Lower, moderation.Watch},
		"nothing, hardly sure":               {raised, with(nothing, func(f *Finding) { f.Confidence = 89 }), Leave, moderation.Case},
		"nothing, but it built up over days": {built, nothing, Leave, moderation.Case},
		"nothing, but the speaker was muted": {muted, nothing, Leave, moderation.Case},
		"need that is smaller":               {lonely, Finding{Duty: Support, Category: moderation.Loneliness, Severity: 1, Level: moderation.Watch, Confidence: 99}, Leave, moderation.Case},
	} {
		if deed, level := Decide(&c.j, c.f); deed != c.deed || level != c.level {
			t.Errorf("%s: %v %v, want %v %v", name, deed, level, c.deed, c.level)
		}
	}
}

// Whatever a model says, within the form: what the rules forbid does not come
// out of it.
func TestLiesChangeNothingForTheWorse(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 4))
	cats := moderation.Categories()
	seen := map[Deed]int{}
	for range 200000 {
		var rs []moderation.Reason
		for range r.IntN(3) {
			rs = append(rs, moderation.Reason{
				Category: cats[r.IntN(len(cats))], Severity: 1 + r.IntN(3), Need: r.IntN(6) == 0, Concern: moderation.Concern(r.IntN(4)),
			})
		}
		j := judged(moderation.Show(r.IntN(4)), moderation.Concern(r.IntN(4)), rs...)
		j.Verdict.Severity = r.IntN(4)
		j.Scored.Concern = moderation.Concern(r.IntN(4))
		f := Finding{
			Duty: Duty(r.IntN(3)), Category: cats[r.IntN(len(cats))], Severity: r.IntN(4), Level: moderation.Concern(r.IntN(4)),
			Confidence: 60 + r.IntN(41), Quote: []string{"", "もう", "ない言葉"}[r.IntN(3)],
		}
		was := j.Verdict.Concern
		deed, level := Decide(&j, f)
		seen[deed]++
		supported := need(&j)
		switch {
		case was == moderation.Urgent && (deed != Leave || level != was):
			t.Fatalf("urgent became %v %v", deed, level)
		case deed == Retract && (!j.Shown || supported || f.Duty != Harm || f.Severity < 2 || f.Confidence < surest || f.Quote != "もう"):
			t.Fatalf("taken back: %+v %+v", j, f)
		case deed == Retract && level < max(was, moderation.Case):
			t.Fatalf("taken back without a case: %v", level)
		case deed == Raise && (level <= was || level == moderation.Urgent && (was != moderation.Case || f.Duty != Support)):
			t.Fatalf("raised from %v to %v by %+v", was, level, f)
		case deed == Lower && (level != was-1 || j.Verdict.Severity == 3 || f.Duty != NoDuty || f.Confidence < surest):
			t.Fatalf("lowered from %v to %v by %+v", was, level, f)
		case deed == Leave && level != was:
			t.Fatalf("left at %v, was %v", level, was)
		}
	}
	for d := Leave; d <= Retract; d++ {
		if seen[d] == 0 {
			t.Errorf("never %v", d)
		}
	}
}
