package cities

import (
	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
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
func (p *Pack) why(v moderation.Verdict, r id.Reader) string {
	worst, group := 0, ""
	for _, x := range v.Reasons {
		g := groups[x.Category]
		if x.Support() {
			g = "care"
		}
		weight := 1 + x.Severity
		if x.Support() {
			weight = 1 // if nothing else does
		}
		if g != "" && weight > worst {
			worst, group = weight, g
		}
	}
	if group == "" {
		return ""
	}
	return p.Sentence("why."+group, r)
}

// Why is the sentence for what became of words: Masked, Blocked or Muted, with
// the reason where there is one.
func (p *Pack) Why(o protocol.Outcome, v moderation.Verdict, r id.Reader) string {
	fate := map[protocol.Outcome]string{
		protocol.Masked: "fate.masked", protocol.Blocked: "fate.blocked", protocol.Muted: "fate.muted",
	}[o]
	if because := p.why(v, r); because != "" && fate != "" {
		return join(because, p.Sentence(fate, r), r)
	}
	return p.Outcome(o, r)
}

// TakenBack is the sentence for words that were retracted.
func (p *Pack) TakenBack(v moderation.Verdict, r id.Reader) string {
	return join(p.why(v, r), p.Sentence("fate.retracted", r), r)
}

// join makes one text of a reason and what follows from it. Japanese has them
// in one sentence; other languages have two, with a space between.
func join(because, fate string, r id.Reader) string {
	if because == "" || r == id.ReaderNone || r.Japanese() || r == id.Zh {
		return because + fate
	}
	return because + " " + fate
}
