package scene

import (
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

const (
	subTime = tickTime / atlas.SubSteps
	// An own avatar that is further off than this was put there: no smoothing.
	leap = 3 * plane.Tile
	// Moves that may wait at the server, less one for the way.
	maxWaiting = protocol.MaxPending - 2
)

// A move is a Move that the server has not confirmed yet.
type move struct {
	seq     uint32
	tick    id.Tick // from which on it holds
	heading uint8
	gait    protocol.Gait
}

// own is one's own avatar, predicted.
type own struct {
	placed  bool
	going   bool          // its time has been set by the clock
	base    protocol.Self // as the rules had it
	baseAt  id.Tick
	moves   []move // not in base, oldest first
	seq     uint32
	n       int64         // substeps predicted since tick 0
	run     time.Duration // the same as a time, with its fraction
	pos     plane.Point   // after n substeps
	prev    plane.Point   // after n-1
	heading uint8
	gait    protocol.Gait
	off     ease
	wish    move // what the child wants just now
	sent    move // what was last told
	sitting bool // asked to sit and not yet answered
	sitAt   time.Duration
	sitSeq  uint32      // the last move before that
	rises   plane.Point // where one stands when one gets up
}

// An ease is a difference between what is shown and what is believed, on its
// way to nothing. In units.
type ease struct{ x, y float64 }

func (e *ease) add(dx, dy float64) {
	e.x += dx
	e.y += dy
	if e.x*e.x+e.y*e.y > leap*leap {
		e.x, e.y = 0, 0
	}
}

// run halves it each 60 ms, and no faster than nearly a walk.
func (e *ease) run(dt time.Duration) {
	if e.x == 0 && e.y == 0 {
		return
	}
	k := 1 - float64(dt)/float64(87*time.Millisecond)
	if k < 0.2 {
		k = 0.2
	}
	e.x *= k
	e.y *= k
	if e.x*e.x+e.y*e.y < 1 {
		e.x, e.y = 0, 0
	}
}

// place puts the avatar where the rules say, with nothing under way: whoever
// was walking to a door stands behind it, or a page that is slow to draw the
// new room would walk on, and out by the same door again.
func (o *own) place(at plane.Point, t id.Tick) {
	seq, wish := o.seq, o.wish
	wish.gait = protocol.Stand
	*o = own{placed: true, seq: seq, wish: wish, pos: at, prev: at, baseAt: t}
	o.base = protocol.Self{X: at.X, Y: at.Y, Heading: plane.South}
	o.heading = plane.South
	o.n = int64(t) * atlas.SubSteps
	o.run = time.Duration(t) * tickTime
}

// advance predicts up to the clock's time. It returns a move to send, at most
// one for each tick that begins.
func (o *own) advance(a *atlas.Atlas, target, dt time.Duration, send func(move)) {
	diff := target - o.run
	switch {
	case diff > 10*tickTime || diff < -10*tickTime || !o.going && diff > tickTime:
		// It begins, or the tab slept, or the server's clock was misread.
		was := o.pos
		o.run = target
		o.n = int64(target / subTime)
		o.replay(a)
		o.off.add(float64(was.X-o.pos.X), float64(was.Y-o.pos.Y))
		o.prev = o.pos
		o.going = true
		return
	default:
		// Up to a tenth faster or slower until it agrees.
		step := dt + min(max(diff-dt, -dt/10), dt/10)
		o.run += max(0, step)
	}
	for o.n < int64(o.run/subTime) {
		if o.n%atlas.SubSteps == 0 {
			o.decide(id.Tick(o.n/atlas.SubSteps)+1, send)
		}
		o.prev = o.pos
		if o.gait == protocol.Walk {
			o.pos = atlas.Walk(a, o.pos, o.heading, 1)
		}
		o.n++
	}
}

// decide turns the wish into a move from tick t on, if it is news.
func (o *own) decide(t id.Tick, send func(move)) {
	w := o.wish
	if o.sitting && w.gait == protocol.Walk {
		o.sitting = false
	}
	if w.gait == o.sent.gait && (w.heading == o.sent.heading || w.gait != protocol.Walk) {
		return
	}
	if o.gait == protocol.Seated && w.gait != protocol.Walk {
		return
	}
	if len(o.moves) >= maxWaiting && o.moves[len(o.moves)-maxWaiting].tick > o.baseAt+1 {
		return // the server could not keep more: the wish waits for the next tick
	}
	o.seq++
	w.seq, w.tick = o.seq, t
	if w.gait != protocol.Walk {
		w.heading = o.sent.heading
	}
	o.sent = w
	o.moves = append(o.moves, w)
	was := o.pos
	o.take(w)
	o.off.add(float64(was.X-o.pos.X), float64(was.Y-o.pos.Y))
	send(w)
}

// reconcile takes the rules' word for tick t. It returns how many ticks the
// tardiest move was late.
func (o *own) reconcile(a *atlas.Atlas, t id.Tick, s protocol.Self) (late id.Tick) {
	if s.Ack > o.seq {
		o.seq = s.Ack // an earlier life of this page counted further
	}
	before := o.base
	o.base, o.baseAt = s, t
	keep := 0
	for _, m := range o.moves {
		if m.seq <= s.Ack {
			continue
		}
		if m.tick <= t {
			late = max(late, t+1-m.tick)
			m.tick = t + 1
		}
		o.moves[keep] = m
		keep++
	}
	o.moves = o.moves[:keep]
	if a == nil {
		o.pos = plane.Point{X: s.X, Y: s.Y}
		o.prev, o.heading, o.gait = o.pos, s.Heading, s.Gait
		o.n = int64(t) * atlas.SubSteps
		o.run = time.Duration(t) * tickTime
		return late
	}
	if s.Gait == protocol.Seated && before.Gait != protocol.Seated {
		// Sitting down dropped the moves that were waiting; one gets up to
		// where one sat down from.
		o.sitting, o.rises = false, plane.Point{X: before.X, Y: before.Y}
		kept := o.moves[:0]
		for _, m := range o.moves {
			if m.seq > o.sitSeq {
				kept = append(kept, m)
			}
		}
		if o.moves = kept; len(kept) == 0 {
			o.sent = move{gait: protocol.Stand}
		}
	}
	if len(o.moves) == 0 && o.sent.gait != s.Gait && s.Gait != protocol.Seated {
		// The rules stopped or started it by themselves: what was told is no
		// longer so, and the wish will be told again.
		o.sent = move{gait: s.Gait, heading: s.Heading}
	}
	was := o.pos
	o.replay(a)
	o.off.add(float64(was.X-o.pos.X), float64(was.Y-o.pos.Y))
	o.prev.X += o.pos.X - was.X
	o.prev.Y += o.pos.Y - was.Y
	return late
}

// replay walks from the base to now through the moves that are under way.
func (o *own) replay(a *atlas.Atlas) {
	o.pos = plane.Point{X: o.base.X, Y: o.base.Y}
	o.heading, o.gait = o.base.Heading, o.base.Gait
	from := int64(o.baseAt) * atlas.SubSteps
	next := 0
	for n := from; n < o.n; {
		for next < len(o.moves) && int64(o.moves[next].tick-1)*atlas.SubSteps <= n {
			o.take(o.moves[next])
			next++
		}
		until := o.n
		if next < len(o.moves) {
			until = min(until, int64(o.moves[next].tick-1)*atlas.SubSteps)
		}
		if o.gait == protocol.Walk {
			o.pos = atlas.Walk(a, o.pos, o.heading, int(min(until-n, 60*atlas.SubSteps)))
		}
		n = until
	}
	for ; next < len(o.moves); next++ {
		if int64(o.moves[next].tick-1)*atlas.SubSteps > o.n {
			break
		}
		o.take(o.moves[next])
	}
}

func (o *own) take(m move) {
	if o.gait == protocol.Seated {
		if m.gait != protocol.Walk {
			return
		}
		o.pos = o.rises
	}
	o.heading, o.gait = m.heading, m.gait
}

// shown is where to draw it, in units.
func (o *own) shown() (x, y float64) {
	f := float64(o.run-time.Duration(o.n)*subTime) / float64(subTime)
	f = min(max(f, 0), 1)
	x = float64(o.prev.X) + float64(o.pos.X-o.prev.X)*f + o.off.x
	y = float64(o.prev.Y) + float64(o.pos.Y-o.prev.Y)*f + o.off.y
	return x, y
}
