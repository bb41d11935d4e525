package scene

import (
	"time"

	"kakitsubata/client/track"
	"kakitsubata/protocol"
	"kakitsubata/world/plane"
)

const (
	// maxWaitingFrames is how many frames wait for the atlas: ten seconds' worth.
	maxWaitingFrames = 200
	// askEvery is how often the server is asked to begin anew, at most.
	askEvery = 2 * time.Second
)

// sight is what is known of a room's avatars before anything is smoothed.
type sight struct {
	track   *track.Track // nil until the atlas is here
	waiting []*protocol.Frame
	lost    bool // until a frame begins anew
	asked   time.Duration
	asks    int
	self    protocol.Self // as it was last told
	crowd   protocol.Crowd
	murmurs []Murmur
}

// A Murmur is how many avatars are in a block of the map that one does not see
// one by one.
type Murmur struct {
	X, Y float64 // the block's middle, in units
	N    int
}

// Crowd is those whom one knows to be there, and does not see. It is empty but
// in a lively room. The slice is valid until the next Apply.
func (s *Scene) Crowd() []Murmur { return s.sight.murmurs }

func (s *Scene) framed(now time.Duration, f *protocol.Frame) {
	if s.life != Here {
		return
	}
	s.frames++
	if f.Tick < s.newest {
		return // older than what is known; the room was left since
	}
	s.clock.arrived(now, f.Tick)
	switch {
	case s.atlas != nil:
		s.follow(now, f)
	case s.sight.lost:
	case len(s.sight.waiting) >= maxWaitingFrames:
		s.sight.waiting, s.sight.lost = nil, true
	default:
		s.sight.waiting = append(s.sight.waiting, f)
	}
}

// mapped follows the frames that waited for the atlas.
func (s *Scene) mapped(now time.Duration) {
	s.sight.track = track.New(s.atlas)
	waited := s.sight.waiting
	s.sight.waiting = nil
	for _, f := range waited {
		s.follow(now, f)
	}
}

// follow takes a frame in its turn.
func (s *Scene) follow(now time.Duration, f *protocol.Frame) {
	v := &s.sight
	before := s.newest
	err := v.track.Apply(f, func(m *track.Mark) { s.mark(now, f.Tick, before, m) })
	if len(f.Far) > 0 {
		c, badly := protocol.ReadCrowd(f.Far)
		if badly == nil {
			v.crowd = c
		}
	}
	v.lost = err != nil
	s.newest = max(s.newest, f.Tick)
	s.murmur()
	if s.welcome.You == 0 || !s.own.placed {
		return
	}
	switch own, seen := v.track.Find(s.welcome.You); {
	case f.Self != nil:
		v.self = *f.Self
	case err == nil && seen:
		// It did as it was told: the records have it, and nothing newer was applied.
		v.self = protocol.Self{Ack: v.self.Ack, X: own.At.X, Y: own.At.Y, Heading: own.Heading, Gait: own.Gait}
	default:
		return
	}
	if late := s.own.reconcile(s.atlas, f.Tick, v.self); late > 0 {
		s.clock.late(time.Duration(late) * tickTime)
	}
}

// ask asks the server to begin anew when its frames could not be followed: who
// wakes is told everything.
func (s *Scene) ask(now time.Duration, out []protocol.Intent) []protocol.Intent {
	v := &s.sight
	if !v.lost || s.atlas == nil || v.asks > 0 && now-v.asked < askEvery {
		return out
	}
	v.asked, v.asks = now, v.asks+1
	return append(out, &protocol.Asleep{Asleep: !s.asleep}, &protocol.Asleep{Asleep: s.asleep})
}

// murmur counts those of the crowd who are not seen one by one.
func (s *Scene) murmur() {
	v := &s.sight
	v.murmurs = v.murmurs[:0]
	if len(v.crowd) == 0 {
		return
	}
	const block = protocol.BlockTiles * plane.Tile
	columns := (s.atlas.Width + protocol.BlockTiles - 1) / protocol.BlockTiles
	rows := (s.atlas.Height + protocol.BlockTiles - 1) / protocol.BlockTiles
	seen := make(map[uint16]int)
	for m := range v.track.All() {
		seen[uint16(int(m.At.Y/block)*columns+int(m.At.X/block))]++
	}
	for b := range columns * rows {
		n := int(v.crowd[uint16(b)]) - seen[uint16(b)]
		middle := plane.Point{X: int32(b%columns)*block + block/2, Y: int32(b/columns)*block + block/2}
		if n <= 0 || s.near(middle) {
			continue
		}
		v.murmurs = append(v.murmurs, Murmur{X: float64(middle.X), Y: float64(middle.Y), N: n})
	}
}

// near reports whether one sees others one by one there.
func (s *Scene) near(p plane.Point) bool {
	const reach = protocol.NearTiles * plane.Tile
	own, ok := s.sight.track.Find(s.welcome.You)
	return ok && plane.Dist2(own.At, p) < reach*reach
}
