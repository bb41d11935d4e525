package moderation

import (
	"slices"

	"kakitsubata/protocol/id"
)

// Settle makes of what the scorers propose what is done: by the table, and
// under the rules that neither a scorer nor a table may break:
//
//   - A child in need is never silenced. Words whose every reason is one of
//     support are at most masked. Where harm comes in the same breath, its
//     spans are masked and the rest is shown; only harm of severity 3, or harm
//     without a span to hide, keeps its verdict, and even then the speaker is
//     neither struck nor muted (see judge).
//   - The companion speaks about need and is not in need itself: its reasons
//     of support say nothing.
//   - Harm of the gravest severity is never shown, not even in part.
//   - A mask that hides nothing, on harm, is a block.
//   - A name with a hole in it is no name.
func (t *Table) Settle(u Utterance, v Verdict) Verdict {
	if u.Road == Companion || u.Kind == id.Companion {
		v = withoutSupport(v)
	}
	v = t.decide(u.Bracket, v)
	support, harm := sides(v)
	switch {
	case support && !harm:
		v.Show = min(v.Show, Mask)
		v.Severity = 0
	case support && v.Distressed() && v.Severity < 3 && !grave(v) && len(v.Spans) > 0:
		v.Show = min(v.Show, Mask)
	case grave(v):
		v.Show = Block
	}
	if v.Show == Mask && maskText(u.Text, v.Spans) == u.Text {
		v.Show = Block
		if support && !harm {
			v.Show = Pass
		}
	}
	if u.Road == Name && v.Show > Pass {
		v.Show = Block
	}
	return v
}

// grave reports whether somebody would hide harm of the gravest severity.
func grave(v Verdict) bool {
	if v.Show > Pass && v.Severity >= MaxSeverity {
		return true
	}
	return slices.ContainsFunc(v.Reasons, func(r Reason) bool {
		return !r.Support() && !r.Part && r.Show > Pass && r.Severity >= MaxSeverity
	})
}

func sides(v Verdict) (support, harm bool) {
	for _, r := range v.Reasons {
		if r.Support() {
			support = true
		} else {
			harm = true
		}
	}
	return support, harm
}

func withoutSupport(v Verdict) Verdict {
	support, harm := sides(v)
	if !support {
		return v
	}
	if !harm {
		return Verdict{}
	}
	v.Reasons = slices.DeleteFunc(slices.Clone(v.Reasons), Reason.Support)
	return v
}

// distressed reports whether u's speaker is a child who should get the notice.
func distressed(u Utterance, v Verdict) bool {
	return (u.Road == Say || u.Road == Name) && u.Kind == id.Visitor && v.Distressed()
}

// calls reports whether a must reach a person. Bots are not children, and the
// companion's slips are counted, not investigated.
func calls(a Alarm) bool {
	u := a.Utterance
	return a.Verdict.Concern >= Case && u.Kind == id.Visitor && u.Road != Companion && u.Road != Staff
}

// Settle is Table.Settle without a table: what the scorers propose, under the
// rules that none may break.
func Settle(u Utterance, v Verdict) Verdict { return (*Table)(nil).Settle(u, v) }
