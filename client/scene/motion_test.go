package scene

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"testing"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// field is a small place with a wall and some water in it.
func field(t testing.TB) *atlas.Atlas {
	t.Helper()
	a := &atlas.Atlas{
		Place: "field", Title: "はら", Width: 40, Height: 24, Earshot: atlas.DefaultEarshot,
		Ground: make([]atlas.Terrain, 40*24),
		Walls:  []plane.Rect{{Min: plane.Point{X: 3000, Y: 2000}, Max: plane.Point{X: 3400, Y: 4000}}},
		Seats:  []atlas.Seat{{At: plane.Point{X: 2000, Y: 2000}, Facing: plane.South}},
		Spawns: []atlas.Spawn{{Name: "start", At: plane.Point{X: 4096, Y: 3072}, Facing: plane.South}},
	}
	for x := 10; x < 20; x++ {
		a.Ground[16*40+x] = atlas.Water
	}
	if err := a.Prepare(); err != nil {
		t.Fatal(err)
	}
	return a
}

const startTick = 5000

// rules is the server's side of walking, as the wire's contract has it.
type rules struct {
	a       *atlas.Atlas
	tick    id.Tick
	pos     plane.Point
	heading uint8
	gait    protocol.Gait
	ack     uint32
	last    uint32
	waiting []*protocol.Move
	other   plane.Point
	otherH  uint8
	late    int
}

func (r *rules) move(m *protocol.Move) {
	if m.Seq <= r.last {
		return
	}
	r.last = m.Seq
	if m.Tick > r.tick+protocol.MaxLead {
		m.Tick = r.tick + protocol.MaxLead
	}
	if m.Tick <= r.tick {
		r.late++
	}
	if len(r.waiting) == protocol.MaxPending {
		r.apply()
	}
	r.waiting = append(r.waiting, m)
}

func (r *rules) apply() {
	m := r.waiting[0]
	r.waiting = r.waiting[1:]
	r.heading, r.gait, r.ack = m.Heading, m.Gait, m.Seq
}

// frame steps, and tells of it as server/frame does: turns, and one's own state
// when it is not as foreseen.
func (r *rules) frame(rng *rand.Rand) *protocol.Frame {
	before, first := *r, r.tick == startTick
	r.step(rng)
	f := &protocol.Frame{Tick: r.tick, Reset: first}
	tell := func(r protocol.Record) { f.Motion = protocol.AppendRecord(f.Motion, &r) }
	if first {
		f.Known = []protocol.Known{{Avatar: 9, Who: protocol.Who{Name: "にこにこパンダ"}}, {Avatar: 7}}
		tell(protocol.Record{Op: protocol.Stated, Avatar: 9, X: r.other.X, Y: r.other.Y, Heading: r.otherH, Gait: protocol.Walk})
		tell(protocol.Record{Op: protocol.Stated, Avatar: 7, X: r.pos.X, Y: r.pos.Y, Heading: r.heading, Gait: r.gait})
	} else {
		if r.otherH != before.otherH {
			tell(protocol.Record{Op: protocol.Walks, Avatar: 9, Heading: r.otherH})
		}
		if r.heading != before.heading || r.gait != before.gait {
			tell(protocol.Record{Op: protocol.RecordOp(protocol.Walk - r.gait), Avatar: 7, Heading: r.heading})
		}
	}
	if first || r.ack != before.ack || r.tick%id.TicksPerSecond == 7 {
		f.Self = &protocol.Self{Ack: r.ack, X: r.pos.X, Y: r.pos.Y, Heading: r.heading, Gait: r.gait}
	}
	return f
}

func (r *rules) step(rng *rand.Rand) {
	r.tick++
	for len(r.waiting) > 0 && r.waiting[0].Tick <= r.tick {
		r.apply()
	}
	if r.gait == protocol.Walk {
		r.pos = atlas.Walk(r.a, r.pos, r.heading, atlas.SubSteps)
	}
	if rng.IntN(30) == 0 {
		r.otherH = uint8(rng.IntN(256))
	}
	r.other = atlas.Walk(r.a, r.other, r.otherH, atlas.SubSteps)
}

// way is one direction of a link: in order, each at its own pace, with stalls.
type way struct {
	rng    *rand.Rand
	base   time.Duration
	jitter time.Duration
	stall  time.Duration // now and then nothing passes for so long
	last   time.Duration
	until  time.Duration
	queue  []parcel
}

type parcel struct {
	at time.Duration
	b  []byte
}

func (w *way) send(now time.Duration, b []byte) {
	d := w.base
	if w.jitter > 0 {
		d += time.Duration(math.Abs(w.rng.NormFloat64()) * float64(w.jitter))
	}
	if w.stall > 0 && now > w.until+3*time.Second && w.rng.IntN(100) == 0 {
		w.until = now + w.stall
	}
	at := max(now+d, w.last, w.until)
	w.last = at
	w.queue = append(w.queue, parcel{at, b})
}

func (w *way) due(now time.Duration) [][]byte {
	var out [][]byte
	for len(w.queue) > 0 && w.queue[0].at <= now {
		out = append(out, w.queue[0].b)
		w.queue = w.queue[1:]
	}
	return out
}

type shape struct {
	name   string
	oneWay time.Duration
	jitter time.Duration
	stall  time.Duration
	fps    int
}

// measured is what a child would see, in art pixels (16 units).
type measured struct {
	own, others   []float64 // by how much a frame's step was more than a walk's
	ownP99, ownX  float64
	oth99, othX   float64
	late          int
	moves         int
	settled       float64 // between shown and true place after standing a second
	lead          time.Duration
	seen          int
	frozen, steps int // frames in which a walking other did not move
}

func play(t *testing.T, sh shape, seconds int, seed uint64) measured {
	t.Helper()
	a := field(t)
	rng := rand.New(rand.NewPCG(seed, 7))
	start := a.Spawns[0].At
	r := &rules{a: a, tick: startTick, pos: start, heading: plane.South, other: plane.Point{X: 5000, Y: 3000}, otherH: 10}
	up := &way{rng: rng, base: sh.oneWay, jitter: sh.jitter, stall: sh.stall}
	down := &way{rng: rng, base: sh.oneWay, jitter: sh.jitter, stall: sh.stall}
	s := New()
	down.send(0, protocol.EncodeEvent(&protocol.Welcome{You: 7, Name: "ふわふわペンギン"}))
	down.send(0, protocol.EncodeEvent(&protocol.Entered{Room: "kariya/field/1", Atlas: "field-1", Tick: r.tick, X: start.X, Y: start.Y}))
	var m measured
	var lastX, lastY, oX, oY float64
	var oSeen bool
	wish, wishAt := false, time.Duration(0)
	var heading uint8
	serverAt := 17 * time.Millisecond
	frame := time.Second / time.Duration(sh.fps)
	end := time.Duration(seconds) * time.Second
	var was time.Duration
	for now := time.Duration(0); now < end+3*time.Second; now += frame + time.Duration(rng.Int64N(int64(time.Millisecond))) {
		for serverAt <= now {
			for _, b := range up.due(serverAt) {
				i, err := protocol.DecodeIntent(b)
				if err != nil {
					t.Fatal(err)
				}
				switch i := i.(type) {
				case *protocol.Move:
					m.moves++
					r.move(i)
				case *protocol.Ping:
					down.send(serverAt, protocol.EncodeEvent(&protocol.Pong{Nonce: i.Nonce, Tick: r.tick}))
				}
			}
			down.send(serverAt, protocol.EncodeEvent(r.frame(rng)))
			serverAt += tickTime
		}
		for _, b := range down.due(now) {
			e, err := protocol.DecodeEvent(b)
			if err != nil {
				t.Fatal(err)
			}
			s.Apply(now, e)
		}
		if s.Wanted() != "" && now > 300*time.Millisecond {
			s.SetAtlas(s.Wanted(), a)
		}
		if now >= wishAt {
			wish = rng.IntN(4) != 0
			heading = uint8(rng.IntN(32) * 8)
			wishAt = now + time.Duration(30+rng.IntN(900))*time.Millisecond
		}
		s.Steer(heading, wish && now < end)
		for _, i := range s.Tick(now) {
			up.send(now, protocol.EncodeIntent(i))
		}
		dt := now - was
		was = now
		x, y, ok := s.Own()
		if !ok {
			continue
		}
		walk := float64(dt) / float64(subTime) * atlas.StepUnits
		if now > 2*time.Second {
			m.own = append(m.own, max(0, math.Hypot(x-lastX, y-lastY)-walk)/16)
			m.steps++
		}
		lastX, lastY = x, y
		for _, o := range s.Avatars() {
			if o.ID != 9 {
				continue
			}
			m.seen++
			if oSeen && now > 2*time.Second {
				d := math.Hypot(o.X-oX, o.Y-oY)
				m.others = append(m.others, max(0, d-walk)/16)
				if d == 0 {
					m.frozen++
				}
			}
			oX, oY, oSeen = o.X, o.Y, true
		}
	}
	m.settled = math.Hypot(lastX-float64(r.pos.X), lastY-float64(r.pos.Y)) / 16
	m.late = r.late
	_, _, _, m.lead = s.Pace()
	m.ownP99, m.ownX = tail(m.own)
	m.oth99, m.othX = tail(m.others)
	return m
}

func tail(v []float64) (p99, most float64) {
	if len(v) == 0 {
		return 0, 0
	}
	s := append([]float64(nil), v...)
	sort.Float64s(s)
	return s[len(s)*99/100], s[len(s)-1]
}

// TestNothingJumps plays two minutes over each kind of link. A step of a frame
// is 1.2 px of art at a walk; what is measured is what a frame shows beyond it.
func TestNothingJumps(t *testing.T) {
	for _, c := range []struct {
		shape
		own99, ownMost, other99, otherMost float64 // px
	}{
		{shape{"40ms", 20 * time.Millisecond, 0, 0, 60}, 0.2, 0.5, 0.2, 0.5},
		{shape{"40ms-jitter", 20 * time.Millisecond, 8 * time.Millisecond, 0, 60}, 0.2, 0.5, 0.2, 0.5},
		{shape{"150ms-jitter", 75 * time.Millisecond, 20 * time.Millisecond, 0, 60}, 0.3, 1, 0.3, 1},
		{shape{"300ms-jitter", 150 * time.Millisecond, 30 * time.Millisecond, 0, 60}, 0.3, 1, 0.3, 1},
		{shape{"150ms-stalls", 75 * time.Millisecond, 10 * time.Millisecond, 400 * time.Millisecond, 60}, 0.6, 3, 0.6, 5},
		{shape{"40ms-12fps", 20 * time.Millisecond, 8 * time.Millisecond, 0, 12}, 0.8, 2, 0.8, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(3) {
				m := play(t, c.shape, 120, seed)
				line := fmt.Sprintf("seed %d: own p99 %.2f most %.2f px, others p99 %.2f most %.2f px, %d of %d moves late, lead %v, settled %.2f px, frozen %d/%d",
					seed, m.ownP99, m.ownX, m.oth99, m.othX, m.late, m.moves, m.lead.Round(time.Millisecond), m.settled, m.frozen, m.steps)
				t.Log(line)
				if m.moves < 50 || m.seen == 0 {
					t.Fatalf("nothing was measured: %s", line)
				}
				if m.ownP99 > c.own99 || m.ownX > c.ownMost || m.oth99 > c.other99 || m.othX > c.otherMost {
					t.Errorf("it jumps: %s", line)
				}
				if m.settled > 0.1 {
					t.Errorf("at rest it is not where the rules have it: %s", line)
				}
			}
		})
	}
}
