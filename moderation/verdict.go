package moderation

import (
	"time"

	"kakitsubata/protocol/id"
)

// Road is where an utterance was headed.
type Road uint8

// Roads. Append only: they are stored in cases.
const (
	Say       Road = iota // a visitor to those within earshot
	Companion             // the listener's own sentence
	Staff                 // a member of staff to one visitor
	Name                  // a display name
)

// Line is something that was heard, as a case keeps it.
type Line struct {
	At      time.Time
	Speaker id.VisitorID
	Name    string
	Text    string
}

// Utterance is one thing that somebody wants to say. Text is what was typed,
// valid UTF-8, no longer than protocol.MaxSayRunes.
type Utterance struct {
	ID      id.UtteranceID
	City    id.CityID
	Room    id.RoomID
	Speaker id.VisitorID
	Name    string // the speaker's display name
	Bracket id.Bracket
	Kind    id.Kind // bots raise no live case
	Road    Road
	Text    string
	At      time.Time
	Unheard bool     // nobody may hear it just now; it is judged for its concern alone
	Before  []Line   // what the speaker heard and said in the last minute, oldest first
	Near    []Hearer // who is within earshot, as far as the room has told; nil if it has not
}

// Show is what becomes of the words. Ordered: a later one is stricter.
type Show uint8

// Shows.
const (
	Pass  Show = iota // as they are
	Mask              // with the spans hidden
	Hold              // not shown unless a second look clears them
	Block             // not shown
)

var showNames = [...]string{"pass", "mask", "hold", "block"}

// String is pass, mask, hold or block.
func (s Show) String() string {
	if int(s) < len(showNames) {
		return showNames[s]
	}
	return "show?"
}

// Concern is how soon a person must know. It is a second axis: it never
// follows from Show, nor Show from it. Ordered.
type Concern uint8

// Concerns.
const (
	None   Concern = iota
	Watch          // kept on the speaker's trajectory only
	Case           // staff look the same day
	Urgent         // staff are alerted now
)

var concernNames = [...]string{"none", "watch", "case", "urgent"}

// String is none, watch, case or urgent.
func (c Concern) String() string {
	if int(c) < len(concernNames) {
		return concernNames[c]
	}
	return "concern?"
}

// Category is what a scorer saw, by the names of the moderation contract.
type Category string

// Categories. Support is a child in need; the rest harm others.
const (
	SelfHarm       Category = "self_harm"
	BullyingVictim Category = "bullying_victim"
	AbuseHome      Category = "abuse_home"
	PovertyHunger  Category = "poverty_hunger"
	SchoolRefusal  Category = "school_refusal"
	Loneliness     Category = "loneliness"
	YoungCarer     Category = "young_carer"
	SexualVictim   Category = "sexual_victim"
	EatingSleep    Category = "eating_sleep"
	SelfDenial     Category = "self_denial"

	Insult   Category = "insult"
	Threat   Category = "threat"
	Sexual   Category = "sexual"
	Grooming Category = "grooming"
	PII      Category = "pii"
	DarkJob  Category = "dark_job"
	Drugs    Category = "drugs"
	Spam     Category = "spam"
	URL      Category = "url"
	NPCAbuse Category = "npc_abuse"
)

// Categories lists all, those of support first.
func Categories() []Category {
	return []Category{
		SelfHarm, BullyingVictim, AbuseHome, PovertyHunger, SchoolRefusal, Loneliness, YoungCarer, SexualVictim, EatingSleep, SelfDenial,
		Insult, Threat, Sexual, Grooming, PII, DarkJob, Drugs, Spam, URL, NPCAbuse,
	}
}

// Support reports whether the category is a child in need.
func (c Category) Support() bool {
	switch c {
	case SelfHarm, BullyingVictim, AbuseHome, PovertyHunger, SchoolRefusal,
		Loneliness, YoungCarer, SexualVictim, EatingSleep, SelfDenial:
		return true
	}
	return false
}

// Span is a run of an utterance's runes: [From, To), in runes of Text.
type Span struct{ From, To int }

// Reason says what in the words led to the verdict; staff read it.
type Reason struct {
	Rule     string // a rule's id, or a head's name
	Category Category
	Severity int     // 1 to 3
	Need     bool    // a child in need speaks, though the category is one of harm: afraid of a drug, drawn into a dark job
	Concern  Concern // what this reason alone calls for
	View     string  // the view of the text in which it was seen
	Spans    []Span

	Show    Show    // what it would do to the words; Pass if it is not sure enough to hide them
	Part    bool    // it is sure of its spans alone: no more than they are hidden
	Score   float32 // of a head, from 0 to 1; zero of a rule
	Tier    uint8   // who says so: 1 the scorers, 2 the second look; zero in cases of before
	Version string  // of the model that says so
}

// Support reports whether the reason is a child in need, by its category or
// because the speaker is the one who is harmed.
func (r Reason) Support() bool { return r.Need || r.Category.Support() }

// Verdict is what the scorers think of an utterance. The zero Verdict passes
// it and calls nobody.
type Verdict struct {
	Show     Show
	Concern  Concern
	Severity int    // 0 to 3, of the harm
	Spans    []Span // what Mask hides, in order, not overlapping
	Reasons  []Reason
}

// Merge takes the stricter of each axis and all spans and reasons. It is
// commutative up to the order of reasons; what it gives may share memory with both.
func (v Verdict) Merge(o Verdict) Verdict {
	v.Show = max(v.Show, o.Show)
	v.Concern = max(v.Concern, o.Concern)
	v.Severity = max(v.Severity, o.Severity)
	v.Spans = joinSpans(v.Spans, o.Spans)
	v.Reasons = append(v.Reasons[:len(v.Reasons):len(v.Reasons)], o.Reasons...)
	return v
}

// Clone is v with reasons and spans of its own, which stay as they are whatever
// becomes of v's. Where v has none the clone's are nil.
func (v Verdict) Clone() Verdict {
	n := len(v.Spans)
	for i := range v.Reasons {
		n += len(v.Reasons[i].Spans)
	}
	all := make([]Span, 0, n) // one piece of memory for all spans
	own := func(s []Span) []Span {
		if len(s) == 0 {
			return nil
		}
		from := len(all)
		all = append(all, s...)
		return all[from:len(all):len(all)]
	}
	v.Spans, v.Reasons = own(v.Spans), append([]Reason(nil), v.Reasons...)
	for i := range v.Reasons {
		v.Reasons[i].Spans = own(v.Reasons[i].Spans)
	}
	return v
}

// Distressed reports whether the speaker may be in need so much that a person
// must know: a reason of support that calls for Case or more. A reason that
// names no concern of its own is taken to be behind the verdict's.
func (v Verdict) Distressed() bool {
	for _, r := range v.Reasons {
		if r.Support() && (r.Concern >= Case || r.Concern == None && v.Concern >= Case) {
			return true
		}
	}
	return false
}

// Labels lists the verdict's categories, each once, in order of appearance.
func (v Verdict) Labels() []Category {
	var out []Category
next:
	for _, r := range v.Reasons {
		for _, c := range out {
			if c == r.Category {
				continue next
			}
		}
		out = append(out, r.Category)
	}
	return out
}

// A Scorer judges one utterance. It is called by one goroutine at a time,
// must not keep u.Before, and must be quick, since it runs in line. The reasons
// and spans that it gives stay its own: they may be read, and not written to,
// until it is called again, so that a verdict costs no memory. Whoever keeps
// one longer, or hands it to another goroutine, keeps a Clone.
type Scorer interface {
	Score(u Utterance) Verdict
}
