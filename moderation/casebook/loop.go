package casebook

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kakitsubata/moderation"
)

// serve runs in the loop, as does all of this file.
func (b *Book) serve(a *ask) {
	switch a.kind {
	case askRaise:
		b.raise(a)
	case askReport:
		b.keep(a, b.reported(a.report))
	case askManual:
		b.keep(a, b.manual(a))
	case askAppeal:
		b.appeal(a)
	case askRetract:
		b.keep(a, b.retracted(a.alarm))
	case askReconsider:
		if c := b.reconsidered(a.alarm); c != nil {
			b.keep(a, c)
		} else {
			a.give(answer{})
		}
	case askStep:
		a.give(answer{err: b.advance(a)})
	case askSanction:
		a.give(answer{err: b.sanction(a.sanction)})
	case askLift:
		a.give(answer{err: b.lift(a)})
	case askSanctions:
		s, err := b.sanctions()
		a.give(answer{sanctions: s, err: err})
	case askLive:
		a.give(answer{cases: b.live()})
	case askCase:
		c, err := b.find(a)
		a.give(answer{cases: []Case{c}, err: err})
	}
}

func (b *Book) raise(a *ask) {
	al := a.alarm
	c := b.raised(al)
	if a.taken.Load() {
		c.unshown() // the caller has given up, so nobody saw the words
	}
	kept := b.keep(a, c)
	if !kept || al.Mute < lastingMute {
		return
	}
	now := b.now()
	// A mute that is not kept ends with the process: no reason to fail the case.
	_ = b.sanction(Sanction{Visitor: al.Utterance.Speaker, From: now, Until: now.Add(al.Mute), Why: "gate", Case: c.ID})
}

// raised is the case of an alarm: a new one, or the visitor's open one with
// more on it.
func (b *Book) raised(al moderation.Alarm) *Case {
	u, v := al.Utterance, al.Verdict
	c := Case{
		City: b.city, Opened: b.now(), Level: v.Concern, Source: Gate,
		Room: u.Room, Visitor: u.Speaker, Name: u.Name, Bracket: u.Bracket,
		Reasons: v.Reasons, Mark: u.Kind != 0,
	}
	c.addCategories(v.Labels())
	if old := b.gather(&c); old != nil {
		return b.grown(old, al)
	}
	c.take(al, b.now())
	c.note(b.now(), "", al.Note)
	return &c
}

// grown is old with one more alarm on it.
func (b *Book) grown(old *Case, al moderation.Alarm) *Case {
	v, c := al.Verdict, old.clone()
	c.addCategories(v.Labels())
	c.addReasons(v.Reasons)
	if v.Concern > c.Level {
		// Whoever took it took something less.
		c.Level, c.State, c.By, c.Acknowledged = v.Concern, Open, "", time.Time{}
	}
	c.Room = al.Utterance.Room
	c.take(al, b.now())
	if !slices.ContainsFunc(c.Notes, func(n Note) bool { return n.By == "" && n.Text == al.Note }) {
		c.note(b.now(), "", al.Note) // a thing once
	}
	return &c
}

// gather finds the open case that c belongs to: the same visitor, opened or
// grown within gatherFor, of the same source and reporter, need with need and
// harm with harm.
func (b *Book) gather(c *Case) *Case {
	if c.Visitor == 0 {
		return nil
	}
	for _, o := range b.open {
		if o.Visitor == c.Visitor && o.Source == c.Source && o.Reporter == c.Reporter && o.Mark == c.Mark &&
			o.Support() == c.Support() && c.Opened.Sub(o.Told) < gatherFor {
			return o
		}
	}
	return nil
}

func (b *Book) reported(r Report) *Case {
	now := b.now()
	c := Case{
		City: b.city, Opened: now, Told: now, Level: moderation.Case, Source: Reporting, Why: r.Why,
		Room: r.Room, Visitor: r.Visitor, Name: r.Name, Bracket: r.Bracket, Reporter: r.Reporter, Mark: r.Mark,
	}
	if old := b.gather(&c); old != nil {
		more := old.clone()
		if r.Why != more.Why {
			more.note(now, "", r.Why)
		}
		more.Told, c = now, more
	}
	c.addLines(r.Lines)
	return &c
}

func (b *Book) manual(a *ask) *Case {
	f, now := a.fresh, b.now()
	c := Case{
		City: b.city, Opened: now, Told: now, Level: max(f.Level, moderation.Case), Source: Manual, Why: f.Why,
		Categories: f.Categories, Room: f.Room, Visitor: f.Visitor, Name: f.Name, Bracket: f.Bracket, Mark: f.Mark,
		State: Acknowledged, By: a.staff, Acknowledged: now,
	}
	c.addLines(f.Lines)
	return &c
}

// keep writes c, tells of it and answers a. What the store refuses stays in
// the backlog, and is told when it is written.
func (b *Book) keep(a *ask, c *Case) bool {
	if err := b.put(c); err != nil {
		if a.kind == askRaise {
			c.unshown() // the gate closes on an error
		}
		a.give(answer{err: err})
		b.wait(c)
		return false
	}
	b.hold(c)
	if !a.give(answer{id: c.ID}) && a.kind == askRaise && c.Shown {
		c.unshown()
		if b.put(c) != nil {
			b.wait(c)
		}
	}
	b.tell(c)
	return true
}

// hold makes c what the book knows of its case.
func (b *Book) hold(c *Case) {
	if c.State == Closed {
		delete(b.open, c.ID)
		return
	}
	b.open[c.ID] = c
}

func (b *Book) put(c *Case) error {
	ctx, cancel := context.WithTimeout(context.Background(), storeWait)
	defer cancel()
	if err := b.store.PutCase(ctx, c); err != nil {
		return fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	if c.ID == 0 {
		return fmt.Errorf("%w: the store gave no number", ErrNotKept)
	}
	// What waited of this case is older than what was just written.
	b.backlog = slices.DeleteFunc(b.backlog, func(o *Case) bool { return o == c || o.ID == c.ID })
	b.unkept.Store(int64(len(b.backlog)))
	return nil
}

// wait puts c in the backlog. An open case that grew while the store was away
// waits once, in its latest form.
func (b *Book) wait(c *Case) {
	if c.ID != 0 {
		b.hold(c)
		for i, o := range b.backlog {
			if o.ID == c.ID {
				b.backlog[i] = c
				return
			}
		}
	}
	if len(b.backlog) >= maxUnkept {
		least := 0
		for i, o := range b.backlog {
			if o.Level < b.backlog[least].Level {
				least = i
			}
		}
		b.backlog = append(b.backlog[:least], b.backlog[least+1:]...)
	}
	b.backlog = append(b.backlog, c)
	b.unkept.Store(int64(len(b.backlog)))
}

// retry writes the backlog in order until the store refuses again.
func (b *Book) retry() {
	for len(b.backlog) > 0 {
		c := b.backlog[0]
		if b.put(c) != nil {
			return
		}
		b.hold(c)
		b.tell(c)
	}
}

// advance makes a step on a case; nothing changes if it can't be written.
func (b *Book) advance(a *ask) error {
	c, err := b.find(a)
	if err != nil {
		return err
	}
	if err := c.apply(a.step, b.now(), a.staff, a.text); err != nil {
		return err
	}
	if err := b.put(&c); err != nil {
		return err
	}
	b.hold(&c)
	b.tell(&c)
	return nil
}

func (b *Book) find(a *ask) (Case, error) {
	if c := b.open[a.id]; c != nil {
		return c.clone(), nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeWait)
	defer cancel()
	c, err := b.store.Case(ctx, b.city, a.id)
	if err != nil {
		return Case{}, fmt.Errorf("casebook: case %d: %w", a.id, err)
	}
	return c.clone(), nil
}

func (b *Book) sanction(s Sanction) error {
	s.City = b.city
	if s.From.IsZero() {
		s.From = b.now()
	}
	if !s.Until.After(s.From) {
		return fmt.Errorf("%w: a sanction must last", ErrWrong)
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeWait)
	defer cancel()
	if err := b.store.PutSanction(ctx, s); err != nil {
		return fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	return nil
}

func (b *Book) sanctions() ([]Sanction, error) {
	ctx, cancel := context.WithTimeout(context.Background(), storeWait)
	defer cancel()
	return b.store.ActiveSanctions(ctx, b.city, b.now())
}

func (b *Book) lift(a *ask) error {
	all, err := b.sanctions()
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.Visitor != a.sanction.Visitor {
			continue
		}
		s.Lifted, s.LiftedBy = b.now(), a.staff
		if err := b.sanction(s); err != nil {
			return err
		}
	}
	return nil
}
