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
	LoneFor     = 20 * time.Second // with nobody near, before it comes
	CompanyFor  = 3 * time.Second  // with another visitor near, before it leaves
	LeaveAlone  = 10 * time.Minute // after being asked to
	RestFor     = 3 * time.Minute  // before it meets the same visitor again
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
	notBefore  map[string]time.Time // visitors that are not met before

	desk  desk // what waits for Run
	tally tally
}

// room is what the guide knows of a room.
type room struct {
	sight Sight
	seen  time.Time
	lone  map[id.AvatarID]time.Time // since when
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
		notBefore:  make(map[string]time.Time),
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
	}
	for _, h := range in.Hid {
		if c := g.companions[h.Companion]; c != nil && c.visitor.Avatar == h.Visitor {
			g.putOff(c.visitor, now.Add(LeaveAlone))
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
		r = &room{}
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

// comeTo sends companions to those in a room who have been alone long enough.
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
		switch {
		case !alone || met[v.Avatar] || now.Sub(since) < LoneFor || now.Before(g.notBefore[key(v)]):
			continue
		case here >= MaxPerRoom || len(g.companions) >= MaxInAll:
			return
		}
		door, ok := doorNear(r.sight.Atlas, v.At)
		if !ok {
			g.putOff(*v, now.Add(RestFor)) // nowhere to come from: look again later
			continue
		}
		c := &companion{
			avatar: g.avatar(), room: where, visitor: *v, state: coming, since: now, heard: now, door: door,
			seed: g.seed ^ uint64(v.Avatar)<<32 ^ uint64(g.next),
		}
		g.companions[c.avatar] = c
		g.tally.met.Add(1)
		here++
		out.Actions = append(out.Actions, Action{
			Op: Come, Room: where, Avatar: c.avatar, At: door.name, Name: g.script.Name, Look: g.script.Look,
		})
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

// putOff leaves a visitor alone until then.
func (g *Guide) putOff(v Seen, until time.Time) {
	if g.notBefore[key(&v)].Before(until) {
		g.notBefore[key(&v)] = until
	}
}

// forget drops what is over.
func (g *Guide) forget(now time.Time) {
	for where, r := range g.rooms {
		if now.Sub(r.seen) > roomSilence {
			delete(g.rooms, where)
		}
	}
	maps.DeleteFunc(g.notBefore, func(_ string, until time.Time) bool { return !now.Before(until) })
	if len(g.notBefore) > maxRemember {
		// More names than a city has children: keep those that asked last.
		names := slices.SortedFunc(maps.Keys(g.notBefore), func(a, b string) int {
			return cmp.Or(g.notBefore[a].Compare(g.notBefore[b]), cmp.Compare(a, b))
		})
		for _, n := range names[:len(names)-maxRemember] {
			delete(g.notBefore, n)
		}
	}
}
