package cities

import (
	"kakitsubata/moderation"
	"kakitsubata/protocol"
)

// groups are what a child is told of a category: one reason for all that is
// the same to a child. A category without one is found by the tests.
var groups = map[moderation.Category]string{
	moderation.PII: "secret", moderation.URL: "secret",
	moderation.Insult: "hurt", moderation.Threat: "hurt",
	moderation.Sexual:   "body",
	moderation.Grooming: "ask",
	moderation.DarkJob:  "danger", moderation.Drugs: "danger",
	moderation.Spam:     "noise",
	moderation.NPCAbuse: "machine",
}

// why is the half of a sentence that says because of what: the gravest harm
// decides. Words of need are masked only where a method is named.
func (p *Pack) why(v moderation.Verdict) string {
	worst, group := 0, ""
	for _, r := range v.Reasons {
		g := groups[r.Category]
		if r.Support() {
			g = "care"
		}
		weight := 1 + r.Severity
		if r.Support() {
			weight = 1 // if nothing else does
		}
		if g != "" && weight > worst {
			worst, group = weight, g
		}
	}
	if group == "" {
		return ""
	}
	return p.sentences["why."+group]
}

// Why is the sentence, as authored, for what became of words: Masked, Blocked
// or Muted, with the reason where there is one.
func (p *Pack) Why(o protocol.Outcome, v moderation.Verdict) string {
	fate := map[protocol.Outcome]string{
		protocol.Masked: "fate.masked", protocol.Blocked: "fate.blocked", protocol.Muted: "fate.muted",
	}[o]
	if because := p.why(v); because != "" && fate != "" {
		return because + p.sentences[fate]
	}
	return p.Outcome(o)
}

// TakenBack is the sentence, as authored, for words that were retracted.
func (p *Pack) TakenBack(v moderation.Verdict) string {
	return p.why(v) + p.sentences["fate.retracted"]
}
