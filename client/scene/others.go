package scene

import (
	"math"
	"time"

	"kakitsubata/client/track"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

const (
	maxStates   = 24
	fadeTime    = 250 * time.Millisecond
	tickWalk    = atlas.StepUnits * atlas.SubSteps
	extrapolate = 5 // ticks that a walking avatar is believed to go on unseen
)

type state struct {
	tick    id.Tick
	at      plane.Point
	heading uint8
	gait    protocol.Gait
}

// other is an avatar as the frames tell.
type other struct {
	id      id.AvatarID
	who     protocol.Who
	states  []state // oldest first
	off     ease
	emote   id.EmoteID
	emoteAt time.Duration
	ghost   bool
	born    time.Duration
	gone    time.Duration // when it vanished; zero while it is there
	shownAt time.Duration // tick time of what was last shown
	x, y    float64
	heading uint8
	gait    protocol.Gait
	walked  float64
	moved   time.Duration // when it was last seen to move
	seen    bool
	own     bool // placed by prediction
}

// put takes a state. before is the tick of the frame before. What did not
// change is not sent, and where nothing changed no frame comes at all: so the
// last state held until then, or until it must have set off to be here by now.
func (o *other) put(a *atlas.Atlas, s state, before, newest id.Tick) {
	x0, y0, _, _ := o.at(a, o.shownAt, newest)
	if n := len(o.states); n > 0 {
		last := o.states[n-1]
		if s.tick <= last.tick {
			o.states[n-1] = s
		} else {
			way := root(float64(plane.Dist2(last.at, s.at)))
			off := s.tick - min(s.tick, id.Tick(math.Ceil(way/tickWalk)))
			if held := min(max(before, off), s.tick-1); held > last.tick {
				last.tick = held
				o.states = append(o.states, last)
			}
			o.states = append(o.states, s)
		}
	} else {
		o.states = append(o.states, s)
	}
	if n := len(o.states) - maxStates; n > 0 {
		o.states = append(o.states[:0], o.states[n:]...)
	}
	if o.seen {
		x1, y1, _, _ := o.at(a, o.shownAt, s.tick)
		o.off.add(x0-x1, y0-y1)
	}
}

// at is where it was, by what is known now, at a time on the tick count.
func (o *other) at(a *atlas.Atlas, t time.Duration, newest id.Tick) (x, y float64, heading uint8, gait protocol.Gait) {
	n := len(o.states)
	if n == 0 {
		return 0, 0, plane.South, protocol.Stand
	}
	i := n - 1
	for i > 0 && time.Duration(o.states[i].tick)*tickTime > t {
		i--
	}
	s := o.states[i]
	x, y = float64(s.at.X), float64(s.at.Y)
	since := t - time.Duration(s.tick)*tickTime
	if since <= 0 {
		return x, y, s.heading, s.gait
	}
	if i+1 < n {
		next := o.states[i+1]
		span := time.Duration(next.tick-s.tick) * tickTime
		dx, dy := float64(next.at.X)-x, float64(next.at.Y)-y
		if dx*dx+dy*dy > leap*leap && next.tick-s.tick < 10 {
			return x, y, s.heading, s.gait // it was put there, it did not walk
		}
		f := float64(since) / float64(span)
		if next.gait == protocol.Walk {
			return x + dx*f, y + dy*f, next.heading, next.gait
		}
		return x + dx*f, y + dy*f, s.heading, s.gait
	}
	if s.gait == protocol.Walk && s.tick == newest && a != nil {
		// Nothing newer from anybody: let it go on for a moment, through no wall.
		steps := min(int(since/subTime), extrapolate*atlas.SubSteps)
		p := atlas.Walk(a, s.at, s.heading, steps)
		x, y = float64(p.X), float64(p.Y)
		if steps < extrapolate*atlas.SubSteps {
			q := atlas.Walk(a, p, s.heading, 1)
			f := float64(since%subTime) / float64(subTime)
			x += float64(q.X-p.X) * f
			y += float64(q.Y-p.Y) * f
		}
	}
	return x, y, s.heading, s.gait
}

// run moves what is shown to the time t.
func (o *other) run(a *atlas.Atlas, now, t, dt time.Duration, newest id.Tick) {
	o.off.run(dt)
	o.shownAt = t
	x, y, h, g := o.at(a, t, newest)
	x += o.off.x
	y += o.off.y
	if o.own {
		return // its place is the prediction's
	}
	if o.seen {
		o.step(now, x, y)
	}
	o.x, o.y, o.heading, o.gait, o.seen = x, y, h, g, true
	// Drop what lies behind, but for one state to start from.
	k := 0
	for k+1 < len(o.states) && time.Duration(o.states[k+1].tick)*tickTime < t-tickTime {
		k++
	}
	if k > 8 {
		o.states = append(o.states[:0], o.states[k:]...)
	}
}

// step notes how far it is shown to go: feet move by it.
func (o *other) step(now time.Duration, x, y float64) {
	dx, dy := x-o.x, y-o.y
	d := dx*dx + dy*dy
	if d >= leap*leap {
		return
	}
	if d > 1 {
		o.moved = now
	}
	o.walked += root(d)
}

// vanish lets an avatar fade away.
func (s *Scene) vanish(now time.Duration, o *other) {
	if o.gone == 0 {
		o.gone = max(now, 1)
	}
}

// mark takes an avatar as it is after tick t. before is the tick of the frame
// before.
func (s *Scene) mark(now time.Duration, t, before id.Tick, m *track.Mark) {
	o := s.others[m.Avatar]
	if m.Gone {
		if o != nil {
			s.vanish(now, o)
		}
		return
	}
	if o == nil {
		if len(s.others) >= maxOthers {
			return
		}
		o = &other{id: m.Avatar, born: now}
		s.others[m.Avatar] = o
	}
	if o.gone != 0 {
		// It was out of sight: where it stood then says nothing of its way here.
		o.states, o.seen, o.off, o.born = o.states[:0], false, ease{}, now
	}
	o.gone, o.who = 0, m.Who
	if m.Emote != o.emote {
		o.emote, o.emoteAt = m.Emote, now
	}
	o.ghost = m.Ghost
	o.put(s.atlas, state{t, m.At, m.Heading, m.Gait}, before, s.newest)
}
