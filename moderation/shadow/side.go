package shadow

import "kakitsubata/moderation"

// Side is one set of rules. Its scorer and its memory are its own: nobody else
// may use them.
type Side struct {
	Scorer moderation.Scorer
	Memory moderation.Memory // may be nil
	Table  *moderation.Table
}

// judge is what the side would have done.
func (s Side) judge(u moderation.Utterance) (moderation.Verdict, moderation.Deed) {
	v := s.Scorer.Score(u).Clone() // both sides may ask one scorer
	if s.Memory != nil {
		add, _ := s.Memory.Note(u, u.Hearers(), v)
		v = v.Merge(add)
	}
	v = s.Table.Settle(u, v)
	return v, s.Table.Deed(u, v)
}

// Compare judges u by both. What is the same in what is done and in what is
// hidden is no change; changed is false then.
func Compare(live, candidate Side, u moderation.Utterance) (c Change, changed bool) {
	v, a := live.judge(u)
	w, b := candidate.judge(u)
	if a == b && (a.Show != moderation.Mask || moderation.Masked(u, v) == moderation.Masked(u, w)) {
		return Change{}, false
	}
	r := cause(v)
	if stricter(b, a) {
		r = cause(w)
	}
	return Change{Live: deedOf(a), Shadow: deedOf(b), Category: r.Category, Rule: r.Rule, Bracket: u.Bracket.String()}, true
}

// stricter reports whether a does more than b.
func stricter(a, b moderation.Deed) bool {
	switch {
	case a.Show != b.Show:
		return a.Show > b.Show
	case a.Concern != b.Concern:
		return a.Concern > b.Concern
	}
	return a.Mute >= b.Mute
}

// cause is the reason that does most.
func cause(v moderation.Verdict) (most moderation.Reason) {
	for i, r := range v.Reasons {
		if i == 0 || r.Show > most.Show || r.Show == most.Show && (r.Concern > most.Concern || r.Concern == most.Concern && r.Severity > most.Severity) {
			most = r
		}
	}
	return most
}
