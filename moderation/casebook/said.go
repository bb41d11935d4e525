package casebook

import (
	"slices"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// Said is one utterance on a case: the words, what the gate thought of them and
// what became of them.
type Said struct {
	Utterance id.UtteranceID
	At        time.Time
	Words     string // unmasked
	Shown     bool   // whether others saw them, perhaps with a part masked
	Masked    bool
	Level     moderation.Concern
	Severity  int // 0 to 3, of the harm
	Reasons   []moderation.Reason
	Retracted time.Time // when they were taken back from those who heard; zero if not
}

// MaxSaid is how many utterances a case keeps: the first half and the last.
const MaxSaid = 40

func said(al moderation.Alarm) Said {
	u, v := al.Utterance, al.Verdict
	return Said{
		Utterance: u.ID, At: u.At, Words: u.Text, Shown: al.Shown, Masked: al.Shown && v.Show == moderation.Mask,
		Level: v.Concern, Severity: v.Severity, Reasons: v.Reasons,
	}
}

// say puts an utterance on the case. One that is there already, seen by another
// tier, gains what is new.
func (c *Case) say(s Said) {
	c.Words, c.Shown, c.Utterance = s.Words, s.Shown, s.Utterance
	for i := range c.Said {
		if c.Said[i].Utterance != s.Utterance || s.Utterance == 0 {
			continue
		}
		old := c.Said[i]
		s.Reasons = append(old.Reasons[:len(old.Reasons):len(old.Reasons)], s.Reasons...)
		s.Level, s.Severity = max(s.Level, old.Level), max(s.Severity, old.Severity)
		if s.Retracted.IsZero() {
			s.Retracted = old.Retracted
		}
		c.Said[i] = s
		return
	}
	c.Said = append(c.Said, s)
	if over := len(c.Said) - MaxSaid; over > 0 {
		c.Said = slices.Delete(c.Said, MaxSaid/2, MaxSaid/2+over)
	}
}

// take puts an alarm on the case, with what was heard before it.
func (c *Case) take(al moderation.Alarm, now time.Time) {
	u := al.Utterance
	c.Told = now
	c.say(said(al))
	c.addLines(u.Before)
	c.addLines([]moderation.Line{{At: u.At, Speaker: u.Speaker, Name: u.Name, Text: u.Text}})
}

// unshown notes that the latest words were not shown after all.
func (c *Case) unshown() {
	c.Shown = false
	for i := range c.Said {
		if c.Said[i].Utterance == c.Utterance {
			c.Said[i].Shown, c.Said[i].Masked = false, false
		}
	}
}

// Alerts are the utterances that raised the case, oldest first. A case of
// before Said was kept has its latest alone.
func (c *Case) Alerts() []Said {
	if len(c.Said) > 0 || c.Words == "" {
		return c.Said
	}
	return []Said{{
		Utterance: c.Utterance, At: c.Told, Words: c.Words, Shown: c.Shown, Level: c.Level, Reasons: c.Reasons,
	}}
}

// Appeal is a visitor's tap on "that's wrong", about words that were held back.
type Appeal struct {
	Utterance moderation.Utterance // with its ID, and what was heard before it
	Verdict   moderation.Verdict
	Retracted bool      // the words were shown at first
	About     id.CaseID // the case that the words have written; zero if none
}

// appealed remembers which utterances have appealed, so that a second tap
// writes nothing.
type appealed struct {
	ring [1024]struct {
		utterance id.UtteranceID
		of        id.CaseID
	}
	next int
}

func (p *appealed) add(u id.UtteranceID, c id.CaseID) {
	p.ring[p.next%len(p.ring)].utterance, p.ring[p.next%len(p.ring)].of = u, c
	p.next++
}

func (p *appealed) find(u id.UtteranceID) (id.CaseID, bool) {
	for i := range p.ring {
		if p.ring[i].utterance == u {
			return p.ring[i].of, true
		}
	}
	return 0, false
}

// appeal runs in the loop.
func (b *Book) appeal(a *ask) {
	u := a.appeal.Utterance
	if c, ok := b.appeals.find(u.ID); ok {
		a.give(answer{id: c})
		return
	}
	if c := b.appealing(a.appeal); b.keep(a, c) {
		b.appeals.add(u.ID, c.ID)
	}
}

// appealing is the case of an appeal: the visitor's open one with one more
// utterance on it, or a new one.
func (b *Book) appealing(ap Appeal) *Case {
	u, v, now := ap.Utterance, ap.Verdict, b.now()
	c := Case{
		City: b.city, Opened: now, Level: moderation.Case, Source: Appealing, About: ap.About,
		Room: u.Room, Visitor: u.Speaker, Name: u.Name, Bracket: u.Bracket, Reasons: v.Reasons, Mark: u.Kind != 0,
	}
	c.addCategories(v.Labels())
	if old := b.gather(&c); old != nil {
		more := old.clone()
		more.addCategories(v.Labels())
		more.addReasons(v.Reasons)
		if more.About == 0 {
			more.About = ap.About
		}
		c = more
	}
	c.take(moderation.Alarm{Utterance: u, Verdict: v, Shown: ap.Retracted || v.Show == moderation.Mask}, now)
	if ap.Retracted {
		c.takeBack(u.ID, now)
	}
	return &c
}

// retracted is the case of words that were taken back.
func (b *Book) retracted(al moderation.Alarm) *Case {
	al.Shown, al.Verdict.Concern = true, max(al.Verdict.Concern, moderation.Case)
	var c *Case
	if o, _ := b.said(al.Utterance); o != nil {
		c = b.grown(o, al)
	} else {
		c = b.raised(al)
	}
	c.takeBack(al.Utterance.ID, b.now())
	return c
}

// said finds the open case of the gate that u has raised, and u on it.
func (b *Book) said(u moderation.Utterance) (*Case, int) {
	for _, o := range b.open {
		if o.Source != Gate || o.Visitor != u.Speaker {
			continue
		}
		if i := slices.IndexFunc(o.Said, func(s Said) bool { return s.Utterance == u.ID }); i >= 0 {
			return o, i
		}
	}
	return nil, -1
}

// reconsidered is the case of words that were looked at again; nil if there is
// nothing to write.
func (b *Book) reconsidered(al moderation.Alarm) *Case {
	level := al.Verdict.Concern
	o, i := b.said(al.Utterance)
	switch {
	case o == nil && level < moderation.Case:
		return nil
	case o == nil:
		return b.raised(al)
	case level >= o.Said[i].Level:
		return b.grown(o, al)
	}
	c := o.clone()
	s := &c.Said[i]
	s.Reasons = append(s.Reasons[:len(s.Reasons):len(s.Reasons)], al.Verdict.Reasons...)
	if s.Level < moderation.Urgent && s.Severity < moderation.MaxSeverity && c.State == Open {
		s.Level = level
		c.lower()
	}
	c.addReasons(al.Verdict.Reasons)
	c.note(b.now(), "", al.Note)
	return &c
}

// lower makes the case no more than what is on it. It stays in the list: that
// nothing is left of it is for a person to say.
func (c *Case) lower() {
	if c.Level >= moderation.Urgent || len(c.Said) >= MaxSaid { // some may have gone from it
		return
	}
	most := moderation.Watch
	for _, s := range c.Said {
		most = max(most, s.Level)
	}
	c.Level = min(c.Level, most)
}

func (c *Case) takeBack(u id.UtteranceID, at time.Time) {
	for i := range c.Said {
		if c.Said[i].Utterance == u {
			c.Said[i].Retracted = at
		}
	}
}
