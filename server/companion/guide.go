package companion

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// The companion's manners. Distances are in plane units.
const (
	LoneFor     = 20 * time.Second // with nobody near and nothing said, before it comes
	CompanyFor  = 3 * time.Second  // with another visitor near, before it leaves
	LeaveAlone  = 10 * time.Minute // after being asked to
	RestFor     = 3 * time.Minute  // before it meets the same visitor again unasked
	goneFor     = 4 * time.Second  // away or not to be addressed, before it leaves
	ghostFor    = 10 * time.Second // disconnected, before it leaves
	comeWithin  = 5 * time.Second  // the node must let it in by then
	arriveIn    = 45 * time.Second // or it turns back
	walkOut     = 10 * time.Second // to the door, at most
	roomSilence = 5 * time.Second  // without a sight, a room is gone

	standAt = 2 * plane.Tile     // from the visitor
	nearAt  = 3 * plane.Tile     // near enough to talk
	awayAt  = 6 * plane.Tile     // the visitor walks away
	turnAt  = 24                 // of 256: how far the visitor may go round before it turns
	missAt  = plane.Tile         // off its plan
	doorAt  = 3 * plane.Tile / 2 // from the door, where it vanishes
)

// Limits on companions, and on names that it remembers.
const (
	MaxPerRoom  = 8
	MaxInAll    = 32
	maxRemember = 4096
)

// FirstAvatar begins the default range of companions' avatar ids; the node
// keeps other avatars below it.
const FirstAvatar id.AvatarID = 0xF000_0000

// Options of a Guide.
type Options struct {
	Script Script
	Mind   Mind        // nil: scripted alone
	First  id.AvatarID // the first of a million avatar ids for companions; zero takes FirstAvatar
	Seed   uint64      // the same seed and inputs give the same outputs
}

const avatarRange = 1 << 20

// Guide sends companions to lone visitors. Step is the rules; Run, in run.go,
// calls it and the mind. Either is for one goroutine, and not both at once.
type Guide struct {
	script   Script
	scripted *Scripted
	mind     Mind
	seed     uint64
	first    id.AvatarID
	next     id.AvatarID // offset of the next avatar id

	rooms      map[id.RoomID]*room
	companions map[id.AvatarID]*companion
	peace      map[string]peace // visitors that are let be

	desk  desk // what waits for Run
	tally tally
}

// room is what the guide knows of a room.
type room struct {
	sight Sight
	seen  time.Time
	lone  map[id.AvatarID]time.Time // since when
	calls map[id.AvatarID]*call
}

// New makes a Guide. It starts nothing.
func New(o Options) *Guide {
	if o.First == 0 {
		o.First = FirstAvatar
	}
	return &Guide{
		script: o.Script, scripted: NewScripted(o.Script), mind: o.Mind, seed: o.Seed, first: o.First,
		rooms:      make(map[id.RoomID]*room),
		companions: make(map[id.AvatarID]*companion),
		peace:      make(map[string]peace),
		desk:       newDesk(),
	}
}

// Step takes what happened and says what companions do. It is deterministic,
// asks no mind itself, and takes no longer than some path-finding.
func (g *Guide) Step(now time.Time, in Input) Output {
	var out Output
	for _, s := range in.Sights {
		g.see(now, s)
	}
	for _, h := range in.Heard {
		g.hear(now, h)
	}
	for _, u := range in.Unsaid {
		for _, c := range g.companions {
			c.forget(now, u)
		}
		for _, r := range g.rooms {
			r.unsay(u)
		}
	}
	for _, h := range in.Hid {
		if c := g.companions[h.Companion]; c != nil && c.visitor.Avatar == h.Visitor {
			g.letBe(&c.visitor, now.Add(LeaveAlone))
			c.leave(now, "")
		}
	}
	for _, a := range in.Answers {
		if c := g.companions[a.Companion]; c != nil && c.asked == a.Number && c.asked != 0 {
			g.answered(c, now, a)
		}
	}
	for _, s := range in.Sights {
		g.comeTo(now, s.Room, &out)
	}
	for _, h := range in.Heard { // whoever calls doesn't wait for the next sight
		if r := g.rooms[h.Room]; r != nil && r.calls[h.Avatar] != nil {
			g.comeTo(now, h.Room, &out)
		}
	}
	for _, avatar := range slices.Sorted(maps.Keys(g.companions)) {
		c := g.companions[avatar]
		if g.live(c, now, &out); c.state == gone {
			delete(g.companions, avatar)
		}
	}
	g.forget(now)
	g.tally.here.Store(int64(len(g.companions)))
	return out
}

// see takes a room's new sight, and notes who is alone since when.
func (g *Guide) see(now time.Time, s Sight) {
	r := g.rooms[s.Room]
	if r == nil {
		r = newRoom()
		g.rooms[s.Room] = r
	}
	r.sight, r.seen = s, now
	lone := make(map[id.AvatarID]time.Time)
	for i := range s.Avatars {
		if v := &s.Avatars[i]; addressable(s.Atlas, v) && company(&s, v) == 0 {
			since, known := r.lone[v.Avatar]
			if !known {
				since = now
			}
			lone[v.Avatar] = since
			if v.Emote == id.EmoteWave {
				r.call(now, v.Avatar)
			}
		}
	}
	r.lone = lone
	for _, c := range g.companions {
		if c.room == s.Room {
			c.fresh = true
		}
	}
}

// addressable reports whether a companion may speak to v unasked: a visitor
// that is there, and not in a quiet zone.
func addressable(a *atlas.Atlas, v *Seen) bool {
	if v.Kind != id.Visitor || v.Ghost {
		return false
	}
	z, ok := a.ZoneAt(v.At)
	return !ok || !z.Quiet
}

// company is how many other visitors hear v and are heard by it.
func company(s *Sight, v *Seen) int {
	n := 0
	for i := range s.Avatars {
		o := &s.Avatars[i]
		if o.Kind == id.Visitor && !o.Ghost && o.Avatar != v.Avatar && inEarshot(s.Atlas, v.At, o.At) {
			n++
		}
	}
	return n
}

func inEarshot(a *atlas.Atlas, p, q plane.Point) bool {
	reach := int64(min(a.EarshotAt(p), a.EarshotAt(q)))
	return plane.Dist2(p, q) <= reach*reach
}

// comeTo sends companions to those in a room who are alone and call, or have
// been alone long enough.
func (g *Guide) comeTo(now time.Time, where id.RoomID, out *Output) {
	r := g.rooms[where]
	here := 0
	met := make(map[id.AvatarID]bool)
	for _, c := range g.companions {
		if c.room == where {
			here++
			met[c.visitor.Avatar] = true
		}
	}
	for i := range r.sight.Avatars {
		v := &r.sight.Avatars[i]
		since, alone := r.lone[v.Avatar]
		called, p := r.calls[v.Avatar], g.peace[key(v)]
		switch {
		case !alone || met[v.Avatar] || now.Before(p.alone):
			continue
		case called == nil && (now.Sub(since) < LoneFor || now.Before(p.rest)):
			continue
		case here >= MaxPerRoom || len(g.companions) >= MaxInAll:
			return
		}
		door, way, ok := doorNear(r.sight.Atlas, v.At)
		if !ok {
			g.putOff(v, now.Add(RestFor)) // nowhere to come from: look again later
			delete(r.calls, v.Avatar)
			continue
		}
		c := &companion{
			avatar: g.avatar(), room: where, visitor: *v, state: coming, since: now, heard: now, door: door,
			seed: g.seed ^ uint64(v.Avatar)<<32 ^ uint64(g.next),
		}
		g.companions[c.avatar] = c
		g.tally.met.Add(1)
		here++
		come := Action{Op: Come, Room: where, Avatar: c.avatar, At: door.name, Name: g.script.Name, Look: g.script.Look}
		if called != nil {
			if spot, free := spotOn(&r.sight, way); free {
				come.Op, come.At, come.Spot, come.Heading = Appear, "", spot, plane.Heading(spot, v.At)
			}
		}
		out.Actions = append(out.Actions, come)
		if called != nil {
			delete(r.calls, v.Avatar)
			for _, s := range called.said {
				g.listen(c, now, s.Heard, s.text, s.moment)
			}
		}
	}
}

// avatar is an id that no companion has.
func (g *Guide) avatar() id.AvatarID {
	for {
		a := g.first + g.next
		g.next = (g.next + 1) % avatarRange
		if g.companions[a] == nil {
			return a
		}
	}
}

// key is by what a visitor is remembered: the display name is unique in the
// city, and outlasts an avatar.
func key(v *Seen) string { return v.Name }

// peace is until when a visitor is let be.
type peace struct {
	rest  time.Time // not met unless it calls
	alone time.Time // not met at all: it asked for that
}

func (p peace) over(now time.Time) bool { return !now.Before(p.until()) }

func (p peace) until() time.Time {
	if p.rest.Before(p.alone) {
		return p.alone
	}
	return p.rest
}

// putOff meets a visitor no sooner than then, unless it calls.
func (g *Guide) putOff(v *Seen, until time.Time) {
	if p := g.peace[key(v)]; p.rest.Before(until) {
		p.rest = until
		g.peace[key(v)] = p
	}
}

// letBe leaves a visitor alone until then, as it asked.
func (g *Guide) letBe(v *Seen, until time.Time) {
	if p := g.peace[key(v)]; p.alone.Before(until) {
		p.alone = until
		g.peace[key(v)] = p
	}
}

// forget drops what is over.
func (g *Guide) forget(now time.Time) {
	for where, r := range g.rooms {
		if now.Sub(r.seen) > roomSilence {
			delete(g.rooms, where)
		}
		maps.DeleteFunc(r.calls, func(_ id.AvatarID, c *call) bool { return now.Sub(c.at) > callFor })
	}
	maps.DeleteFunc(g.peace, func(_ string, p peace) bool { return p.over(now) })
	if len(g.peace) > maxRemember {
		// More names than a city has children: keep those that asked last.
		names := slices.SortedFunc(maps.Keys(g.peace), func(a, b string) int {
			return cmp.Or(g.peace[a].until().Compare(g.peace[b].until()), cmp.Compare(a, b))
		})
		for _, n := range names[:len(names)-maxRemember] {
			delete(g.peace, n)
		}
	}
}
