package second

import (
	"strings"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// How sure the model must say it is.
const (
	sure   = 70 // to raise
	surest = 90 // to lower, to call staff at once, to take words back
)

// Wants reports whether a second look at j could change anything:
//
//   - what the first tier keeps in mind (watch) or has made a case of;
//   - what was shown as it is although something in it was seen: a list's match
//     that was taken back, or a head of the model above its label's threshold.
//
// Most talk has nothing of this. What is urgent is never looked at, for nobody
// may lower it; nor what was held for grave harm; nor anybody but a child.
func Wants(j *moderation.Judged) bool {
	u, v := &j.Utterance, &j.Verdict
	switch {
	case u.Kind != id.Visitor || u.Road != moderation.Say || u.ID == 0 || u.Text == "":
		return false
	case v.Concern == moderation.Urgent, !j.Shown && v.Severity >= moderation.MaxSeverity:
		return false
	case v.Concern >= moderation.Watch:
		return true
	}
	return j.Shown && v.Show == moderation.Pass && len(j.Scored.Reasons) > 0
}

// Deed is what follows from a look.
type Deed uint8

// Deeds.
const (
	Leave   Deed = iota // nothing changes
	Raise               // to the level beside it
	Lower               // to the level beside it
	Retract             // what was shown is taken back
)

var deedNames = [...]string{"leave", "raise", "lower", "retract"}

// String is leave, raise, lower or retract.
func (d Deed) String() string { return deedNames[min(int(d), len(deedNames)-1)] }

// Decide makes of what the model says what is done, whatever it says:
//
//   - Words are taken back only if they were shown, the model is as sure as can
//     be of harm of severity 2 or more and quotes it from them, and the first
//     tier saw no need in them: a child in need is never silenced.
//   - A raise goes up to a case; to urgent only where there is a case already,
//     a child is in need and the model is as sure as can be.
//   - A lowering is one step, of watch or of a case; only where the model is as
//     sure as can be that there is nothing, and what raised it is what was said
//     just now: not grave, not built up over time, not the speaker's mutes.
//   - What was held stays held.
func Decide(j *moderation.Judged, f Finding) (Deed, moderation.Concern) {
	now := j.Verdict.Concern
	if now == moderation.Urgent {
		return Leave, now
	}
	switch {
	case f.Duty == Harm && f.Severity >= 2 && f.Confidence >= surest && j.Shown && !need(j) && quoted(j, f):
		return Retract, max(now, moderation.Case)
	case f.Duty != NoDuty && f.Level > now && f.Confidence >= sure:
		most := moderation.Case
		if now == moderation.Case && f.Duty == Support && f.Confidence >= surest {
			most = moderation.Urgent
		}
		if to := min(f.Level, most); to > now {
			return Raise, to
		}
	case f.Duty == NoDuty && now > moderation.None && f.Confidence >= surest && lowers(j):
		return Lower, now - 1
	}
	return Leave, now
}

// need reports whether the first tier saw a child in need, however faintly.
func need(j *moderation.Judged) bool {
	for _, v := range []*moderation.Verdict{&j.Scored, &j.Verdict} {
		for i := range v.Reasons {
			if v.Reasons[i].Support() {
				return true
			}
		}
	}
	return false
}

// quoted reports whether the model found its harm in what others saw of the
// words, and not in what was said before or is hidden already.
func quoted(j *moderation.Judged, f Finding) bool {
	seen := j.Utterance.Text
	if j.Verdict.Show == moderation.Mask {
		seen = moderation.Masked(j.Utterance, j.Verdict)
	}
	return strings.TrimSpace(f.Quote) != "" && strings.Contains(seen, f.Quote)
}

// lowers reports whether what raised j may be lowered by a look at the words.
func lowers(j *moderation.Judged) bool {
	v := &j.Verdict
	most := moderation.None
	for i := range v.Reasons {
		if v.Reasons[i].Severity >= moderation.MaxSeverity {
			return false
		}
		most = max(most, v.Reasons[i].Concern)
	}
	// What is above the scorers' own level is the memory's or the ladder's.
	return v.Severity < moderation.MaxSeverity && j.Scored.Concern >= v.Concern && most >= v.Concern
}
