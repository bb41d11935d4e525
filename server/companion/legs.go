package companion

import (
	"cmp"
	"math"
	"slices"
	"time"

	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// Walking is planned in ticks of the room. A sight is some ticks old when its
// commands arrive, so a plan begins a little later than the sight, and reaches
// beyond the next one; moves are stamped with the tick they are for.
const (
	lag       = 5  // ticks between a sight and the first tick that can be planned
	horizon   = 18 // ticks after a sight that a plan reaches, less than the wire's lead of 20
	maxSteps  = 5  // moves in one plan: the room keeps few in waiting
	pathTiles = 3000
	stride    = atlas.SubSteps * atlas.StepUnits // units in a tick
	arrived   = 40                               // units from the goal
	inPlace   = 26 * plane.Tile / 10             // near enough to stay where it is
)

// legs is how a companion walks: what it has ordered, and until when.
type legs struct {
	seq    uint32
	orders []order // the one in force and those that wait for their tick
	until  id.Tick // planned until here
	stands bool    // the last order is to stand
	stuck  bool    // and it was given because there is no way on
	out    bool    // it was sent to the door
}

type order struct {
	tick    id.Tick
	heading uint8
	walk    bool
}

// rests reports whether at a tick it stands and means to.
func (l *legs) rests(at id.Tick) bool {
	return l.stands && at >= l.until
}

func (l *legs) order(c *companion, o order, out *Output) {
	l.seq++
	l.orders = append(l.orders, o)
	l.stands = !o.walk
	op := Stand
	if o.walk {
		op = Walk
	}
	out.Actions = append(out.Actions, Action{
		Op: op, Room: c.room, Avatar: c.avatar, Seq: l.seq, Tick: o.tick, Heading: o.heading,
	})
}

// force is the order in force at a tick. Before the first one it stands.
func (l *legs) force(at id.Tick) order {
	var now order
	for _, o := range l.orders {
		if o.tick <= at {
			now = o
		}
	}
	return now
}

// ahead is where it will be at a later tick, by its orders.
func (l *legs) ahead(a *atlas.Atlas, p plane.Point, from, to id.Tick) plane.Point {
	for t := from + 1; t <= to; t++ {
		if o := l.force(t); o.walk {
			p = atlas.Walk(a, p, o.heading, atlas.SubSteps)
		}
	}
	return p
}

// move plans the next second by a fresh sight.
func (c *companion) move(now time.Time, s *Sight, out *Output) {
	l := &c.legs
	if l.until > s.Tick+horizon { // the room began anew
		*l = legs{seq: l.seq}
	}
	// Keep the order in force, forget those before it.
	if i := slices.IndexFunc(l.orders, func(o order) bool { return o.tick > s.Tick }); i > 1 {
		l.orders = slices.Delete(l.orders, 0, i-1)
	} else if i < 0 && len(l.orders) > 1 {
		l.orders = slices.Delete(l.orders, 0, len(l.orders)-1)
	}
	if l.until > s.Tick+horizon/2 {
		return // sights come faster than plans end
	}
	begin := max(s.Tick+lag, l.until)
	p := l.ahead(s.Atlas, c.at, s.Tick, begin-1)
	switch c.state {
	case walking:
		c.trace(s, begin, p, standNear(s.Atlas, p, c.visitor.At), out)
	case talking:
		if goal := c.aside(s, p); goal != p || !l.stands {
			c.trace(s, begin, p, goal, out)
			return
		}
		face := plane.Heading(p, c.visitor.At)
		if turn := int8(face - l.force(begin).heading); turn > turnAt || turn < -turnAt {
			l.order(c, order{tick: begin, heading: face}, out)
			l.until = begin
		}
	case leaving:
		if len(c.queue) == 0 && now.After(c.sayAt) {
			l.out = true
			c.trace(s, begin, p, c.door.at, out)
		}
	}
}

// trace orders the way from p to a goal, as far as the horizon. It stops
// before a portal: going through one is for visitors.
func (c *companion) trace(s *Sight, begin id.Tick, p, goal plane.Point, out *Output) {
	l, a := &c.legs, s.Atlas
	path := atlas.Path(a, p, goal, pathTiles)
	var now order // in force when the plan begins
	if n := len(l.orders); n > 0 {
		now = l.orders[n-1]
	}
	left := maxSteps
	stand := func(t id.Tick) {
		heading := now.heading
		if c.state != leaving {
			heading = plane.Heading(p, c.visitor.At)
		}
		if now.walk || heading != now.heading || !l.stands {
			l.order(c, order{tick: t, heading: heading}, out)
			l.until = t
		}
		l.stuck = plane.Dist2(p, goal) > standAt*standAt
	}
	for t := begin; t < s.Tick+horizon; t++ {
		for len(path) > 1 && plane.Dist2(p, path[0]) < stride*stride {
			path = path[1:]
		}
		if len(path) == 0 || len(path) == 1 && plane.Dist2(p, path[0]) <= arrived*arrived {
			stand(t)
			return
		}
		heading := plane.Heading(p, path[0])
		if !now.walk || heading != now.heading {
			if left == 0 {
				l.until = t // the next sight goes on from here
				return
			}
			left--
			now = order{tick: t, heading: heading, walk: true}
		}
		next := atlas.Walk(a, p, now.heading, atlas.SubSteps)
		closer := plane.Dist2(next, path[0]) < plane.Dist2(p, path[0])
		if next == p || len(path) == 1 && !closer || a.PortalAt(next) >= 0 && a.PortalAt(p) < 0 {
			stand(t)
			return
		}
		if now.tick == t {
			l.order(c, now, out)
		}
		p = next
	}
	l.until = s.Tick + horizon
}

// aside is where to stand in a talk: where it is, unless the visitor has come
// to rest where it would be hidden. It makes room, and follows nobody.
func (c *companion) aside(s *Sight, p plane.Point) plane.Point {
	if !c.still || plane.Dist2(p, c.visitor.At) > nearAt*nearAt {
		return p
	}
	return standNear(s.Atlas, p, c.visitor.At)
}

// standNear is where to stand with a visitor: where one is, if that is near and
// as good as any; else two tiles away where it hides least, on the side one
// comes from, on free ground outside of portals from which the visitor can be
// walked up to, unless it sits on something that can't be walked on.
func standNear(a *atlas.Atlas, from, visitor plane.Point) plane.Point {
	best, found := visitor, false
	for i := range 16 {
		q := visitor.Add(plane.Step(uint8(i*16), standAt))
		if a.PortalAt(q) >= 0 || !a.Free(q) || a.Free(visitor) && !a.Clear(visitor, q) {
			continue
		}
		if !found || cmp.Or(
			cmp.Compare(hides(q, visitor), hides(best, visitor)),
			cmp.Compare(plane.Dist2(from, q), plane.Dist2(from, best)),
		) < 0 {
			best, found = q, true
		}
	}
	near := plane.Dist2(from, visitor) <= inPlace*inPlace && a.PortalAt(from) < 0
	if near && hides(from, visitor) <= hides(best, visitor) {
		return from
	}
	return best
}

// calledAt is how far from where it will stand a companion appears that a visitor
// calls.
const calledAt = 2 * plane.Tile

// spotOn is where it appears: near the end of the way from its door, on free
// ground outside of portals where nobody is.
func spotOn(s *Sight, way []plane.Point) (plane.Point, bool) {
	for left := int32(calledAt); left >= 0; left -= plane.Tile / 2 {
		p := before(way, left)
		taken := slices.ContainsFunc(s.Avatars, func(o Seen) bool { return plane.Dist2(o.At, p) < plane.Tile*plane.Tile })
		if !taken && s.Atlas.Free(p) && s.Atlas.PortalAt(p) < 0 {
			return p, true
		}
	}
	return plane.Point{}, false
}

// before is the point on a way that lies so far before its end.
func before(way []plane.Point, left int32) plane.Point {
	for i := len(way) - 1; i > 0; i-- {
		d := way[i-1].Sub(way[i])
		long := int32(math.Sqrt(float64(plane.Dist2(way[i-1], way[i]))))
		if left < long {
			return way[i].Add(plane.Point{
				X: int32(int64(d.X) * int64(left) / int64(long)), Y: int32(int64(d.Y) * int64(left) / int64(long)),
			})
		}
		left -= long
	}
	return way[0]
}

// hides is how much of a visitor somebody at p hides, as it is seen from the
// south with its words over its head: nothing from beside, a little of the
// words from aslant behind, more of them from behind, the face from before,
// and everything where they stand on one spot.
func hides(p, visitor plane.Point) int {
	d := p.Sub(visitor)
	beside := max(d.X, -d.X) >= plane.Tile
	switch {
	case beside && d.Y >= -plane.Tile && d.Y <= plane.Tile/2:
		return 0
	case beside && d.Y < 0:
		return 1
	case beside:
		return 2
	case d.Y <= -plane.Tile:
		return 3
	case d.Y >= plane.Tile:
		return 4
	}
	return 5
}

// atDoor reports whether it is where it may vanish: at its door, or where the
// way to it ends.
func (c *companion) atDoor(s *Sight) bool {
	return c.legs.out && (plane.Dist2(c.at, c.door.at) <= doorAt*doorAt || c.legs.rests(s.Tick))
}

// door is a spawn or portal by which companions come and go.
type door struct {
	name string
	at   plane.Point
}

// doorNear is the nearest door from which a companion can walk up to a point,
// but not so near that it would appear out of the blue, and the way from there.
func doorNear(a *atlas.Atlas, to plane.Point) (door, []plane.Point, bool) {
	var doors []door
	add := func(name string) {
		if at, _, ok := a.Arrival(name); ok && a.Free(at) {
			doors = append(doors, door{name, at})
		}
	}
	for i := range a.Spawns {
		add(a.Spawns[i].Name)
	}
	for i := range a.Portals {
		add(a.Portals[i].Name)
	}
	const shy = 4 * plane.Tile
	slices.SortFunc(doors, func(x, y door) int {
		dx, dy := plane.Dist2(x.at, to), plane.Dist2(y.at, to)
		if tooNear := (dx < shy*shy); tooNear != (dy < shy*shy) {
			if tooNear {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(dx, dy), cmp.Compare(x.name, y.name))
	})
	for _, d := range doors[:min(len(doors), 4)] {
		way := append([]plane.Point{d.at}, atlas.Path(a, d.at, standNear(a, d.at, to), pathTiles)...)
		if plane.Dist2(way[len(way)-1], to) <= nearAt*nearAt {
			return d, way, true
		}
	}
	return door{}, nil, false
}
