package moderation

import (
	"context"
	"errors"
	"slices"
	"time"

	"kakitsubata/protocol/id"
)

// rungs of the ladder: each mute earned within cleanAfter of the last strike
// is longer than the one before.
var rungs = [...]time.Duration{10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute}

const (
	staffRung  = 2 * time.Minute  // a mute of this length, and longer, tells staff
	cleanAfter = 30 * time.Minute // without a strike, and all is forgotten
)

// Muted is one speaker who must wait.
type Muted struct {
	Visitor id.VisitorID
	Until   time.Time
	Reason  string // as staff gave it; empty if the gate muted
}

// ladder is who must wait and who struck how often. The loop owns it.
type ladder struct {
	limit int
	of    map[id.VisitorID]*standing
}

type standing struct {
	until   time.Time // muted until
	reason  string
	strikes int
	rung    int // of the next mute
	last    time.Time
}

func newLadder(limit int) ladder {
	return ladder{limit: limit, of: make(map[id.VisitorID]*standing)}
}

func (l *ladder) left(v id.VisitorID, now time.Time) time.Duration {
	s := l.of[v]
	if s == nil {
		return 0
	}
	return max(0, s.until.Sub(now))
}

// strike counts a blocked harm and returns the mute it earned: at least so
// long, or the next rung. With nothing at least the first is let go.
func (l *ladder) strike(v id.VisitorID, least time.Duration, now time.Time) time.Duration {
	s := l.at(v, now)
	if now.Sub(s.last) >= cleanAfter {
		s.strikes, s.rung = 0, 0
	}
	s.last = now
	s.strikes++
	if least == 0 && s.strikes < 2 {
		return 0
	}
	d := max(least, rungs[s.rung])
	s.rung = min(s.rung+1, len(rungs)-1)
	if end := now.Add(d); end.After(s.until) {
		s.until, s.reason = end, ""
	}
	return s.until.Sub(now)
}

// at finds or makes v's standing, and keeps the map bounded.
func (l *ladder) at(v id.VisitorID, now time.Time) *standing {
	if s := l.of[v]; s != nil {
		return s
	}
	if len(l.of) >= l.limit {
		l.forget(now)
	}
	s := &standing{}
	l.of[v] = s
	return s
}

// forget drops who is clean, and if that is not enough the quarter of the
// rest that is nearest to being clean: those who are not muted, then those
// whose mute ends soonest.
func (l *ladder) forget(now time.Time) {
	type entry struct {
		v    id.VisitorID
		free time.Time
	}
	var rest []entry
	for v, s := range l.of {
		free := s.last.Add(cleanAfter)
		if s.until.After(free) {
			free = s.until
		}
		if !free.After(now) {
			delete(l.of, v)
			continue
		}
		if s.until.After(now) {
			free = s.until.Add(cleanAfter)
		}
		rest = append(rest, entry{v, free})
	}
	if len(rest) < l.limit {
		return
	}
	slices.SortFunc(rest, func(a, b entry) int { return a.free.Compare(b.free) })
	for _, e := range rest[:len(rest)/4+1] {
		delete(l.of, e.v)
	}
}

type orderKind uint8

const (
	orderMute orderKind = iota
	orderUnmute
	orderLeft
	orderList
	orderTraces // of the memory
	orderForget
	orderCorrect
	orderSee
)

type order struct {
	kind    orderKind
	visitor id.VisitorID
	judged  Judged
	seen    []Presence
	length  time.Duration
	reason  string
	answer  chan reply
}

type reply struct {
	left   time.Duration
	list   []Muted
	traces []Trace
	err    error
}

func (l *ladder) obey(o order, now time.Time) reply {
	switch o.kind {
	case orderMute:
		s := l.at(o.visitor, now)
		s.until, s.reason = now.Add(o.length), o.reason
	case orderUnmute:
		// Staff judged: what led here is forgotten too.
		delete(l.of, o.visitor)
	case orderLeft:
		return reply{left: l.left(o.visitor, now)}
	case orderList:
		var out []Muted
		for v, s := range l.of {
			if s.until.After(now) {
				out = append(out, Muted{v, s.until, s.reason})
			}
		}
		slices.SortFunc(out, func(a, b Muted) int { return a.Until.Compare(b.Until) })
		return reply{list: out}
	}
	return reply{}
}

// send hands an order to the loop; it waits for Run to begin.
func (g *Gate) send(ctx context.Context, o order) (reply, error) {
	o.answer = make(chan reply, 1)
	select {
	case g.orders <- o:
		r := <-o.answer
		return r, r.err
	case <-g.stopped:
		return reply{}, ErrClosed
	case <-ctx.Done():
		return reply{}, ctx.Err()
	}
}

// Mute makes a visitor wait for d from now, in place of any mute there was.
// It is what staff do; the reason is shown to staff only. Errors: ErrClosed
// once the gate has stopped, ctx's while a scorer hangs.
func (g *Gate) Mute(ctx context.Context, v id.VisitorID, d time.Duration, reason string) error {
	if d <= 0 {
		return errors.New("moderation: a mute must last")
	}
	_, err := g.send(ctx, order{kind: orderMute, visitor: v, length: d, reason: reason})
	return err
}

// Unmute lets a visitor speak at once and forgets the strikes.
func (g *Gate) Unmute(ctx context.Context, v id.VisitorID) error {
	_, err := g.send(ctx, order{kind: orderUnmute, visitor: v})
	return err
}

// MutedFor is how long the visitor must still wait; zero also when the gate
// does not answer, since Submit decides anyway.
func (g *Gate) MutedFor(ctx context.Context, v id.VisitorID) time.Duration {
	r, _ := g.send(ctx, order{kind: orderLeft, visitor: v})
	return r.left
}

// Mutes lists who must wait, soonest free first.
func (g *Gate) Mutes(ctx context.Context) ([]Muted, error) {
	r, err := g.send(ctx, order{kind: orderList})
	return r.list, err
}
