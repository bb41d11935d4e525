package moderation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"kakitsubata/protocol/id"
)

// A Memory is a scorer that remembers: what a speaker, and a pair of speakers,
// say over minutes and days. The gate's loop owns it; time comes in with the
// utterances.
type Memory interface {
	// Note takes u, who may hear it, and what the scorers think of it. It gives
	// what they could not see, to be merged into their verdict, and every alert
	// that is new, the scorers' own too: a concern that was raised before is
	// told again only if it has grown or a day has passed.
	Note(u Utterance, near []Hearer, v Verdict) (Verdict, []Alert)
	// Changed is what has changed since the last call, to be stored.
	Changed() []Trace
	// Forget drops all that is known of a visitor.
	Forget(v id.VisitorID)
}

// A Corrigible memory takes a second look's word for its own: what it noted of
// an utterance is put right by what v says. An utterance without a text was
// taken back: its words are forgotten. Nothing that is put right shows more.
type Corrigible interface {
	Correct(u Utterance, v Verdict)
}

// A Watchful memory takes what rooms see: who follows whom.
type Watchful interface {
	See(Presence)
}

// Presence is what rooms see of two visitors: who is with whom. It is a value;
// whoever knows the rooms makes it.
type Presence struct {
	At       time.Time
	Visitor  id.VisitorID
	Other    id.VisitorID
	Alone    bool // nobody else is within earshot of them
	Followed int  // how often of late Visitor came into a room right after Other
}

// Hearer is somebody who is there when words are said.
type Hearer struct {
	Visitor id.VisitorID
	Bracket id.Bracket // BracketNone if it is not known
}

// Alert is a concern that a Memory raises, with what led to it.
type Alert struct {
	Speaker  id.VisitorID
	Category Category
	Level    Concern
	Direct   bool   // the utterance alone says so; the scorers' verdict has it already
	Rule     string // what was seen, for staff
	Lines    []Line // what caused it, oldest first, the utterance itself the last
	Caused   []id.UtteranceID
}

// Trace is what a Memory knows of one visitor, as a store keeps it.
type Trace struct {
	Visitor id.VisitorID
	Until   time.Time // it expires; zero drops what is stored
	Body    []byte    // the Memory's own
}

// Hearers is who may hear u as far as is known: whom the room named, else
// whoever was heard of late.
func (u Utterance) Hearers() []Hearer {
	if u.Near != nil {
		return u.Near
	}
	var out []Hearer
	for _, l := range u.Before {
		if l.Speaker == 0 || l.Speaker == u.Speaker || slices.ContainsFunc(out, func(h Hearer) bool { return h.Visitor == l.Speaker }) {
			continue
		}
		out = append(out, Hearer{Visitor: l.Speaker})
	}
	return out
}

// remember asks the memory, if there is one. Its fault is a fault of the gate:
// what it would have held is not shown.
func (g *Gate) remember(u Utterance, v Verdict) (w Verdict, before []Line, ok bool) {
	if g.o.Memory == nil || u.Kind != id.Visitor || u.Road != Say {
		return v, u.Before, true
	}
	defer func() {
		if r := recover(); r != nil {
			g.logPanic(fmt.Sprintf("%T", g.o.Memory), r)
			w, before, ok = v, u.Before, false
		}
	}()
	add, alerts := g.o.Memory.Note(u, u.Hearers(), v)
	before = u.Before
	for _, a := range alerts {
		for _, l := range a.Lines {
			if !slices.Contains(before, l) && !(l.Speaker == u.Speaker && l.At.Equal(u.At) && l.Text == u.Text) {
				before = append(before[:len(before):len(before)], l)
			}
		}
	}
	if len(before) > len(u.Before) {
		slices.SortStableFunc(before, func(a, b Line) int { return a.At.Compare(b.At) })
	}
	return v.Merge(add), before, true
}

// Traces is what the gate's memory has to store since the last call. Errors:
// ErrClosed once the gate has stopped, ctx's while a scorer hangs.
func (g *Gate) Traces(ctx context.Context) ([]Trace, error) {
	if g.o.Memory == nil {
		return nil, nil
	}
	r, err := g.send(ctx, order{kind: orderTraces})
	return r.traces, err
}

// Forget drops what the gate's memory knows of a visitor.
func (g *Gate) Forget(ctx context.Context, v id.VisitorID) error {
	if g.o.Memory == nil {
		return nil
	}
	_, err := g.send(ctx, order{kind: orderForget, visitor: v})
	return err
}

// Correct puts right what the gate's memory noted of an utterance.
func (g *Gate) Correct(ctx context.Context, u Utterance, v Verdict) error {
	if _, ok := g.o.Memory.(Corrigible); !ok {
		return nil
	}
	_, err := g.send(ctx, order{kind: orderCorrect, judged: Judged{Utterance: u, Verdict: v}})
	return err
}

// See shows the gate's memory what rooms see.
func (g *Gate) See(ctx context.Context, seen []Presence) error {
	if _, ok := g.o.Memory.(Watchful); !ok || len(seen) == 0 {
		return nil
	}
	_, err := g.send(ctx, order{kind: orderSee, seen: seen})
	return err
}

// recall obeys the orders that are the memory's.
func (g *Gate) recall(o order) (r reply) {
	defer func() {
		if p := recover(); p != nil {
			g.logPanic(fmt.Sprintf("%T", g.o.Memory), p)
			r = reply{err: errors.New("moderation: the memory failed")}
		}
	}()
	switch o.kind {
	case orderForget:
		g.o.Memory.Forget(o.visitor)
		return reply{}
	case orderCorrect:
		g.o.Memory.(Corrigible).Correct(o.judged.Utterance, o.judged.Verdict)
		return reply{}
	case orderSee:
		for _, p := range o.seen {
			g.o.Memory.(Watchful).See(p)
		}
		return reply{}
	}
	return reply{traces: g.o.Memory.Changed()}
}
