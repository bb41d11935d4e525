package trajectory

import (
	"slices"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/lexicon"
	"kakitsubata/protocol/id"
)

const (
	crowdLives = 15 * time.Minute
	maxActs    = 32
)

// crowd is who hurt whom of late in one room, and the pieces of numbers that
// several say. It is never stored.
type crowd struct {
	last   time.Time
	acts   []act
	pieces []piece
}

type act struct {
	line   moderation.Line
	of     id.UtteranceID
	weight int
	plea   bool
}

// room finds or makes what is known of a room, and keeps the map bounded.
func (t *Trajectory) room(r id.RoomID) *crowd {
	c := t.rooms[r]
	if c == nil {
		if len(t.rooms) >= maxRooms {
			t.quietest()
		}
		c = &crowd{}
		t.rooms[r] = c
	}
	c.last = t.now
	c.acts = slices.DeleteFunc(c.acts, func(a act) bool { return t.now.Sub(a.line.At) >= crowdLives })
	c.pieces = slices.DeleteFunc(c.pieces, func(x piece) bool { return t.now.Sub(x.line.At) >= crowdLives })
	return c
}

// quietest drops the room whose last words are oldest; of equals the first by
// name, so that the same talk gives the same memory.
func (t *Trajectory) quietest() {
	var out id.RoomID
	var at time.Time
	for r, c := range t.rooms {
		if at.IsZero() || c.last.Before(at) || c.last.Equal(at) && r.String() < out.String() {
			out, at = r, c.last
		}
	}
	delete(t.rooms, out)
}

// pile looks for several against one.
func (t *Trajectory) pile(found []finding, u moderation.Utterance, near []moderation.Hearer, p *past) []finding {
	x := act{line: moderation.Line{At: t.now, Speaker: u.Speaker, Name: u.Name, Text: u.Text}, of: u.ID, plea: t.special[plea]}
	for i := range p.marks {
		m := &p.marks[i]
		if t.plan.stages[m.stage].family == t.plan.bully && m.of == u.ID && m.at.Equal(t.now) {
			x.weight += m.weight
		}
	}
	if x.weight == 0 {
		x.weight = t.spite()
	}
	if x.weight == 0 && !x.plea {
		return found
	}
	c := t.room(u.Room)
	if len(c.acts) >= maxActs {
		c.acts = slices.Delete(c.acts, 0, 1)
	}
	c.acts = append(c.acts, x)
	return t.against(found, c, u, near)
}

// spite is what the trained scorer half believes of words that hurt: too
// little for one who says it, not for one of several.
func (t *Trajectory) spite() int {
	c := slices.Index(lexicon.Categories(), moderation.Insult)
	if t.lean == nil || c < 0 || t.letters() < leanLetters {
		return 0
	}
	if p := t.lean(c); p >= one*10/100 {
		return 2 * p
	}
	return 0
}

// several is how much of what makes a case, in hundredths, is enough from so
// many: the more join in, the less each must say. beg is the same where one
// begs them to stop.
var several = [5]int{100, 100, 75, 60, 50}

const beg = 40

// against judges the acts of a room.
func (t *Trajectory) against(found []finding, c *crowd, u moderation.Utterance, near []moderation.Hearer) []finding {
	by := map[id.VisitorID]int{}
	pleas := map[id.VisitorID]bool{}
	sum, n := 0, 0
	for _, a := range c.acts {
		if a.weight > 0 {
			by[a.line.Speaker] += a.weight
			sum += a.weight
			n++
		}
		if a.plea {
			pleas[a.line.Speaker] = true
		}
	}
	for v := range pleas { // who begs and snaps back is no aggressor
		if by[v] > 0 && by[v] <= 2*one && len(by) > 1 {
			sum -= by[v]
			delete(by, v)
			n--
		}
	}
	third := len(near) == 0
	for _, h := range near {
		third = third || by[h.Visitor] == 0
	}
	begged := false
	for v := range pleas {
		begged = begged || by[v] == 0
	}
	me := by[u.Speaker] > 0
	fam := &t.plan.families[t.plan.bully]
	x := finding{category: moderation.Insult, level: moderation.Case, rule: "trajectory/several against one"}
	for _, a := range c.acts {
		x.lines = append(x.lines, a.line)
		x.caused = append(x.caused, a.of)
	}
	switch {
	case me && len(by) >= 2 && third && (n >= 3 && sum >= fam.kase*several[min(len(by), 4)]/100 || begged && n >= 2 && sum >= fam.kase*beg/100):
		return append(found, x)
	case !me && begged && n >= 2 && sum >= fam.kase/2:
		// The case is theirs who do it.
		x.category, x.rule, x.level = moderation.BullyingVictim, "trajectory/begs to stop", moderation.Watch
		return append(found, x)
	}
	return found
}

// follows is how often it takes: children walk together.
const follows = 3

// See notes that a visitor follows another, or is alone with them after that.
// It raises nothing by itself: it weighs beside what is said, at most once an
// hour for a pair.
func (t *Trajectory) See(s moderation.Presence) {
	if s.At.After(t.now) {
		t.now = s.At
	}
	stage, ok := t.plan.byName["grooming.near"]
	if !ok || s.Followed < follows || s.Visitor == 0 || s.Visitor == s.Other {
		return
	}
	p := t.of(s.Visitor, t.now)
	for i := range p.marks {
		m := &p.marks[i]
		if m.stage == stage && slices.Contains(m.near, s.Other) && t.now.Sub(m.at) < time.Hour {
			return
		}
	}
	w := t.plan.stages[stage].weight
	if s.Alone {
		w += w / 2
	}
	t.add(p, mark{at: t.now, stage: stage, weight: w, near: []id.VisitorID{s.Other}, text: "（ついて行った）"})
}
