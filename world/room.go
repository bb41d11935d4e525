package world

import (
	"slices"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// EmoteTicks is how long an emote is shown.
const EmoteTicks = 32

// Options of a room.
type Options struct {
	Room     id.RoomID
	Capacity int // how many avatars it holds; 0 means any number
}

// Room is one live copy of a place.
type Room struct {
	atlas   *atlas.Atlas
	options Options
	tick    id.Tick

	avatars []*avatar // by ascending id
	index   map[id.AvatarID]*avatar
	seats   []id.AvatarID // who sits where; zero is nobody

	arrivals uint32 // how many have entered
	changes  uint32 // how many have entered or left
	digest   uint64 // of all facts so far

	// Of the Step going on: reused, so that a steady room allocates nothing.
	facts    []Fact
	audience []id.AvatarID
	spoken   []Command

	view  View
	dirty bool // something was changed that a view shows
}

type avatar struct {
	id       id.AvatarID
	who      *protocol.Who // never written after entering
	at       plane.Point
	heading  uint8
	gait     protocol.Gait
	ghost    bool
	emote    id.EmoteID
	emoteEnd id.Tick // first tick without the emote
	seat     int     // index, or -1
	risesTo  plane.Point
	gate     int // the portal it stands in, or -1: it catches whoever comes from outside

	ack     uint32 // the last move applied
	seen    uint32 // the last move taken
	started bool   // any move was taken since it came (back)
	pending [protocol.MaxPending]move
	waiting int
}

type move struct {
	seq     uint32
	tick    id.Tick
	heading uint8
	gait    protocol.Gait
}

// New makes an empty room on a prepared atlas.
func New(a *atlas.Atlas, options Options) *Room {
	return &Room{
		atlas:   a,
		options: options,
		index:   make(map[id.AvatarID]*avatar),
		seats:   make([]id.AvatarID, len(a.Seats)),
		dirty:   true,
	}
}

// ID is the room's name.
func (r *Room) ID() id.RoomID { return r.options.Room }

// Atlas is the place it is a copy of.
func (r *Room) Atlas() *atlas.Atlas { return r.atlas }

// Tick is the last one stepped.
func (r *Room) Tick() id.Tick { return r.tick }

// Len is how many avatars are in it, ghosts too.
func (r *Room) Len() int { return len(r.avatars) }

// Step is one tick: the commands in their order, then everybody walks one
// tick's way, then what was said is heard, then portals are gone through.
// A tick that is not after the last one counts as the next; after a gap the
// room has moved one tick on, not many. Facts are valid until the next Step.
func (r *Room) Step(now id.Tick, in []Command) []Fact {
	if now <= r.tick {
		now = r.tick + 1
	}
	r.tick = now
	r.facts, r.audience, r.spoken = clearFacts(r.facts), r.audience[:0], r.spoken[:0]

	for i := range in {
		r.do(&in[i])
	}
	for _, a := range r.avatars {
		r.advance(a)
	}
	for i := range r.spoken {
		r.utter(&r.spoken[i])
	}
	clear(r.spoken) // keep no words longer than needed
	r.throughPortals()

	for i := range r.facts {
		r.digest = r.facts[i].mix(r.digest)
	}
	return r.facts
}

func clearFacts(facts []Fact) []Fact {
	clear(facts)
	return facts[:0]
}

func (r *Room) do(c *Command) {
	if c.Op == OpEnter || c.Op == OpAppear {
		r.enter(c)
		return
	}
	a := r.index[c.Avatar]
	if a == nil {
		return // it left meanwhile
	}
	switch c.Op {
	case OpLeave:
		r.leave(a)
	case OpMove:
		r.move(a, c)
	case OpSay, OpPhrase:
		r.spoken = append(r.spoken, *c)
	case OpEmote:
		if c.Emote == id.EmoteNone || c.Emote >= id.EmoteEnd {
			r.refuse(a.id, protocol.RefuseRange)
			return
		}
		a.emote, a.emoteEnd = c.Emote, r.tick+EmoteTicks
		r.dirty = true
	case OpSit:
		r.sit(a, c.Seat)
	case OpHaunt:
		r.haunt(a, c.Ghost)
	}
}

func (r *Room) refuse(who id.AvatarID, code protocol.Code) {
	r.facts = append(r.facts, Fact{Op: Refused, Avatar: who, Code: code})
}

func (r *Room) enter(c *Command) {
	switch {
	case c.Avatar == 0 || r.index[c.Avatar] != nil:
		r.refuse(c.Avatar, protocol.RefuseRange)
		return
	case r.options.Capacity > 0 && len(r.avatars) >= r.options.Capacity:
		r.refuse(c.Avatar, protocol.LeaveFull)
		return
	}
	at, facing := c.Spot, c.Heading
	switch {
	case c.Op == OpEnter:
		at, facing = r.arrive(c.At)
	case !r.atlas.Free(at) || !r.outside(at):
		r.refuse(c.Avatar, protocol.RefuseRange)
		return
	}
	who := c.Who
	a := &avatar{
		id: c.Avatar, who: &who, at: at, heading: facing,
		seat: -1, gate: r.atlas.PortalAt(at),
	}
	r.arrivals++
	r.changes++
	r.index[a.id] = a
	i, _ := r.find(a.id)
	r.avatars = slices.Insert(r.avatars, i, a)
	r.dirty = true
	r.facts = append(r.facts, Fact{Op: Entered, Avatar: a.id, Who: who, At: at})
}

func (r *Room) find(who id.AvatarID) (int, bool) {
	return slices.BinarySearchFunc(r.avatars, who, func(a *avatar, who id.AvatarID) int {
		return int(int64(a.id) - int64(who))
	})
}

// leave takes an avatar out. What it said in this step is heard before.
func (r *Room) leave(a *avatar) {
	for i := range r.spoken {
		if c := &r.spoken[i]; c.Avatar == a.id {
			r.utter(c)
			*c = Command{}
		}
	}
	r.facts = append(r.facts, Fact{Op: Left, Avatar: a.id, Who: *a.who, At: a.at})
	r.remove(a)
}

func (r *Room) remove(a *avatar) {
	r.rise(a)
	i, _ := r.find(a.id)
	r.avatars = slices.Delete(r.avatars, i, i+1)
	delete(r.index, a.id)
	r.changes++
	r.dirty = true
}

// advance applies an avatar's moves that are due, and walks.
func (r *Room) advance(a *avatar) {
	for a.waiting > 0 && a.pending[0].tick <= r.tick {
		r.turn(a)
	}
	if a.gait == protocol.Walk {
		if to := atlas.Walk(r.atlas, a.at, a.heading, atlas.SubSteps); to != a.at {
			a.at = to
			r.dirty = true
		}
	}
	if a.emote != id.EmoteNone && r.tick >= a.emoteEnd {
		a.emote = id.EmoteNone
		r.dirty = true
	}
}

func (r *Room) throughPortals() {
	for i := 0; i < len(r.avatars); {
		a := r.avatars[i]
		before := a.gate
		a.gate = r.atlas.PortalAt(a.at)
		if a.gate < 0 || a.gate == before || a.seat >= 0 {
			i++
			continue
		}
		p := &r.atlas.Portals[a.gate]
		r.facts = append(r.facts, Fact{Op: Left, Avatar: a.id, Who: *a.who, At: a.at, To: p.To, ToAt: p.At, Gate: p.Name})
		r.remove(a)
	}
}

// utter lets those within earshot hear what was said: everybody who is as
// near as both ends allow and hears at all. Whom a visitor hides is its
// session's to know.
func (r *Room) utter(c *Command) {
	speaker := r.index[c.Avatar]
	if speaker == nil {
		return
	}
	reach := int64(r.atlas.EarshotAt(speaker.at))
	from := len(r.audience)
	for _, a := range r.avatars {
		if a != speaker && !r.hears(a, speaker, reach) {
			continue
		}
		r.audience = append(r.audience, a.id)
	}
	f := Fact{
		Op: Heard, Avatar: speaker.id, Who: *speaker.who, At: speaker.at,
		Words: c.Words, Utterance: c.Utterance, Phrase: c.Phrase,
		Audience: r.audience[from:len(r.audience):len(r.audience)],
	}
	if c.Op == OpPhrase {
		f.Op = Phrased
	}
	r.facts = append(r.facts, f)
}

func (r *Room) hears(a, speaker *avatar, reach int64) bool {
	d2 := plane.Dist2(a.at, speaker.at)
	if a.ghost || d2 > reach*reach {
		return false
	}
	own := int64(r.atlas.EarshotAt(a.at))
	return d2 <= own*own
}
