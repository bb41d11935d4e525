package frame

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"kakitsubata/client/track"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

var meadowRoom = id.RoomID{City: "test", Place: "meadow", Copy: 1}

// meadow is a room of 96 by 64 tiles with a pond, walls, seats and a gate.
func meadow(t testing.TB) *atlas.Atlas {
	t.Helper()
	at := func(x, y int32) plane.Point { return plane.Point{X: x * plane.Tile, Y: y * plane.Tile} }
	a := &atlas.Atlas{
		Place: "meadow", Title: "はらっぱ", Width: 96, Height: 64, Earshot: 8 * plane.Tile,
		Ground:  make([]atlas.Terrain, 96*64),
		Walls:   []plane.Rect{{Min: at(30, 20), Max: at(31, 30)}, {Min: plane.Point{X: 11111, Y: 9876}, Max: plane.Point{X: 13333, Y: 10001}}},
		Spawns:  []atlas.Spawn{{Name: "entrance", At: at(48, 32)}, {Name: "corner", At: at(4, 4)}, {Name: "east", At: at(90, 50)}},
		Portals: []atlas.Portal{{Name: "gate", Area: plane.Rect{Min: at(52, 30), Max: at(54, 34)}, To: "elsewhere"}},
	}
	for x := 60; x < 70; x++ {
		for y := 24; y < 30; y++ {
			a.Ground[y*96+x] = atlas.Water
		}
	}
	for x := int32(40); x < 56; x++ {
		a.Seats = append(a.Seats, atlas.Seat{At: at(x, 34), Facing: plane.South})
	}
	if err := a.Prepare(); err != nil {
		t.Fatal(err)
	}
	return a
}

// viewer is a client without a picture: what it believes, as protocol/README.md
// says how to.
type viewer struct {
	avatar id.AvatarID
	eyes   Eyes
	track  *track.Track
	marks  map[id.AvatarID]track.Mark // by what it was told
	self   protocol.Self
	far    []byte
	known  map[id.AvatarID]int // how often it was told who it is
	keen   bool                // it never misses a frame, nor sleeps
	asleep bool
	bytes  int
}

func newViewer(avatar id.AvatarID, a *atlas.Atlas) *viewer {
	v := &viewer{avatar: avatar, eyes: NewEyes(avatar)}
	v.enter(a)
	return v
}

func (v *viewer) enter(a *atlas.Atlas) {
	v.eyes.Enter(meadowRoom)
	v.track, v.marks, v.far = track.New(a), map[id.AvatarID]track.Mark{}, nil
	v.known = map[id.AvatarID]int{}
}

func (v *viewer) take(t *testing.T, p []byte) {
	t.Helper()
	v.bytes += len(p)
	e, err := protocol.DecodeEvent(p)
	if err != nil {
		t.Fatal(err)
	}
	f := e.(*protocol.Frame)
	for _, k := range f.Known {
		v.known[k.Avatar]++
	}
	if err := v.track.Apply(f, func(m *track.Mark) {
		if m.Gone {
			delete(v.marks, m.Avatar)
		} else {
			v.marks[m.Avatar] = *m
		}
	}); err != nil {
		t.Fatalf("tick %d: viewer %d: %v", f.Tick, v.avatar, err)
	}
	if len(f.Far) > 0 {
		v.far = f.Far
	}
	if own, ok := v.track.Find(v.avatar); ok {
		v.self = protocol.Self{Ack: v.self.Ack, X: own.At.X, Y: own.At.Y, Heading: own.Heading, Gait: own.Gait}
	}
	if f.Self != nil {
		v.self = *f.Self
	}
}

// check fails unless the viewer believes exactly what is in sight.
func (v *viewer) check(t *testing.T, f *Frame) {
	t.Helper()
	want := map[id.AvatarID]world.State{}
	me, _, _ := f.View.Find(v.avatar)
	sight := map[uint16]bool{}
	for c := range f.View.Grid.Sight(me.Cell, f.Crowd) {
		sight[c] = true
	}
	for _, s := range f.View.States() {
		if v.avatar == 0 || sight[s.Cell] {
			want[s.Avatar] = s
		}
	}
	told := map[id.AvatarID]track.Mark{}
	for m := range v.track.All() {
		told[m.Avatar] = *m
		if n, ok := v.marks[m.Avatar]; !ok || n.At != m.At || n.Heading != m.Heading || n.Gait != m.Gait || n.Emote != m.Emote || n.Ghost != m.Ghost || n.Who != m.Who {
			t.Fatalf("tick %d: viewer %d was told %+v, tracked is %+v", f.Tick, v.avatar, n, *m)
		}
	}
	if len(v.marks) != len(told) || len(told) != len(want) {
		t.Fatalf("tick %d: viewer %d was told of %d avatars and believes in %d, %d are in sight\n%v\n%v", f.Tick, v.avatar, len(v.marks), len(told), len(want),
			slices.Sorted(maps.Keys(told)), slices.Sorted(maps.Keys(want)))
	}
	for a, w := range want {
		m := told[a]
		if m.Who != *w.Who {
			t.Fatalf("tick %d: viewer %d believes that %d is %+v, it is %+v", f.Tick, v.avatar, a, m.Who, *w.Who)
		}
		if m.At != w.At() || m.Heading != w.Heading || m.Gait != w.Gait || m.Emote != w.Emote || m.Ghost != w.Ghost {
			t.Fatalf("tick %d: viewer %d believes %+v, it is %+v", f.Tick, v.avatar, m, w)
		}
	}
	if v.avatar == 0 {
		return
	}
	if self, _ := f.Self(v.avatar); v.self != self {
		t.Fatalf("tick %d: viewer %d believes to be %+v, it is %+v", f.Tick, v.avatar, v.self, self)
	}
	if string(v.far) != string(f.count) {
		t.Fatalf("tick %d: viewer %d counts %x, it is %x", f.Tick, v.avatar, v.far, f.count)
	}
}

// play is a room in which everything happens that can, by lot.
type play struct {
	*world.Room
	rng  *rand.Rand
	tick id.Tick
	seq  uint32
	in   map[id.AvatarID]bool
	look id.Look
}

func newPlay(a *atlas.Atlas, seed uint64) *play {
	return &play{
		Room: world.New(a, world.Options{Room: meadowRoom, Capacity: 300}),
		rng:  rand.New(rand.NewPCG(seed, 2)), in: map[id.AvatarID]bool{},
	}
}

func (p *play) enter(a id.AvatarID) world.Command {
	p.in[a] = true
	p.look++
	at := []string{"entrance", "corner", "east"}[p.rng.IntN(3)]
	return world.Enter(a, protocol.Who{Kind: id.Kind(a % 3), Name: fmt.Sprintf("くま%d", a), Look: p.look}, at)
}

// step lets the room come near a number of avatars. Those up to stay never go.
func (p *play) step(crowd int, stay id.AvatarID) {
	var cmds []world.Command
	for a := id.AvatarID(1); a <= stay; a++ {
		if !p.in[a] {
			cmds = append(cmds, p.enter(a))
		}
	}
	n := p.rng.IntN(12)
	if p.rng.IntN(8) == 0 {
		n = 0 // a quiet tick
	}
	for range n {
		a := id.AvatarID(1 + p.rng.IntN(crowd))
		if !p.in[a] {
			cmds = append(cmds, p.enter(a))
			continue
		}
		switch p.rng.IntN(24) {
		case 0:
			cmds = append(cmds, world.Emote(a, id.EmoteID(1+p.rng.IntN(int(id.EmoteEnd)-1))))
		case 1, 2, 3:
			cmds = append(cmds, world.Sit(a, id.SeatID(p.rng.IntN(16))))
		case 4:
			cmds = append(cmds, world.Haunt(a, p.rng.IntN(2) == 0))
		case 5:
			if a > stay {
				cmds = append(cmds, world.Leave(a))
				if p.in[a] = false; p.rng.IntN(3) == 0 { // and is here again, with another hat
					cmds = append(cmds, p.enter(a))
				}
			}
		default:
			p.seq++
			cmds = append(cmds, world.Move(a, p.seq, p.tick+id.Tick(p.rng.IntN(6)), uint8(p.rng.Uint32()), protocol.Gait(min(1, p.rng.IntN(4)))))
		}
	}
	for a := range p.in {
		if p.in[a] && int(a) > crowd {
			cmds = append(cmds, world.Leave(a))
			p.in[a] = false
		}
	}
	p.tick++
	for _, f := range p.Step(p.tick, cmds) {
		if f.Op == world.Left && f.To != "" {
			p.in[f.Avatar] = false
		}
	}
}

// Whatever a viewer misses or sleeps through, after each frame that it gets it
// believes exactly what is in sight; and when it gets none, it still does.
func TestViewersBelieveWhatIsInSight(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3, 4} {
		a := meadow(t)
		p := newPlay(a, seed)
		enc := NewEncoder(meadowRoom, a)
		const stay = 8 // they are the viewers, and none of them leaves but by the gate
		viewers := []*viewer{newViewer(0, a)}
		for i := id.AvatarID(1); i <= stay; i++ {
			viewers = append(viewers, newViewer(i, a))
		}
		viewers[0].keen, viewers[1].keen, viewers[2].keen = true, true, true
		crowds := 0
		was := false
		for p.tick < 1600 {
			crowd := 30
			if at := p.tick % 800; at > 200 && at < 600 {
				crowd = 220
			}
			p.step(crowd, stay)
			if p.tick%400 > 350 && p.rng.IntN(2) == 0 {
				continue // the room sheds load: a frame is of several ticks
			}
			f := enc.Encode(p.View())
			if f.Crowd != was {
				crowds++
				was = f.Crowd
			}
			for _, v := range viewers {
				v.watch(t, p, a, f)
			}
		}
		if crowds < 3 {
			t.Fatalf("seed %d: it became a crowd, or ceased to be one, %d times", seed, crowds)
		}
	}
}

func (v *viewer) watch(t *testing.T, p *play, a *atlas.Atlas, f *Frame) {
	t.Helper()
	if v.avatar != 0 && !p.in[v.avatar] {
		v.enter(a) // it went through the gate, and comes back
		return
	}
	if !v.keen {
		switch p.rng.IntN(40) {
		case 0, 1, 2, 3, 4, 5:
			return // it is slow: this frame is never put together for it
		case 6:
			v.asleep = !v.asleep
			v.eyes.Sleep(v.asleep)
		case 7: // it loses a frame, notices, and asks to be told anew
			v.eyes.Look(f, &paper)
			v.eyes.Sleep(!v.asleep)
			v.eyes.Sleep(v.asleep)
			return
		}
	}
	b := v.eyes.Look(f, &paper)
	if b != nil {
		v.take(t, b)
	} else if v.asleep {
		return
	}
	v.check(t, f)
}

// Who somebody is crosses the wire once, however often it comes and goes.
func TestNamesAreToldOnce(t *testing.T) {
	a := meadow(t)
	r := world.New(a, world.Options{Room: meadowRoom, Capacity: 10})
	enc := NewEncoder(meadowRoom, a)
	v := newViewer(1, a)
	var cmds []world.Command
	cmds = append(cmds, world.Enter(1, protocol.Who{Name: "ひとり"}, "corner"), world.Enter(2, protocol.Who{Name: "ふたり"}, "corner"))
	seen := 0
	for tick := id.Tick(1); tick < 2000; tick++ {
		if tick%250 == 2 { // to and fro, in and out of sight
			h := plane.East
			if tick%500 == 2 {
				h = plane.West
			}
			cmds = append(cmds, world.Move(2, uint32(tick), 0, h, protocol.Walk))
		}
		r.Step(tick, cmds)
		cmds = nil
		before := len(v.marks)
		f := enc.Encode(r.View())
		if b := v.eyes.Look(f, &paper); b != nil {
			v.take(t, b)
		}
		v.check(t, f)
		if before == 1 && len(v.marks) == 2 {
			seen++
		}
	}
	if seen < 2 || v.known[2] != 1 || v.known[1] != 1 {
		t.Errorf("came into sight %d times, was named %d times", seen, v.known[2])
	}
}

// Where nothing happens, nothing is sent.
func TestStillnessIsSilent(t *testing.T) {
	a := meadow(t)
	r := world.New(a, world.Options{Room: meadowRoom, Capacity: 10})
	enc := NewEncoder(meadowRoom, a)
	e, all := NewEyes(1), NewEyes(0)
	e.Enter(meadowRoom)
	all.Enter(meadowRoom)
	r.Step(1, []world.Command{world.Enter(1, protocol.Who{Name: "ひとり"}, "")})
	f := enc.Encode(r.View())
	if e.Look(f, &paper) == nil || all.Look(f, new(Scratch)) == nil {
		t.Fatal("the first frame is not sent")
	}
	sent := 0
	for tick := id.Tick(2); tick < 2000; tick++ {
		r.Step(tick, nil)
		f := enc.Encode(r.View())
		for _, e := range []*Eyes{&e, &all} {
			if p := e.Look(f, &paper); p != nil {
				sent++
			}
		}
	}
	// Everybody's place is stated anew now and then, and that is all.
	if most := 2 * (2000/restateEvery + 1); sent > most {
		t.Fatalf("%d frames in 2000 ticks although nothing happened", sent)
	}
}

// A crowd that walks straight on costs next to nothing on the wire.
func TestWalkingOnIsCheap(t *testing.T) {
	a := meadow(t)
	p := newPlay(a, 9)
	enc := NewEncoder(meadowRoom, a)
	v := newViewer(1, a)
	var cmds []world.Command
	for i := id.AvatarID(1); i <= 60; i++ {
		cmds = append(cmds, p.enter(i), world.Move(i, 1, 0, uint8(i*4), protocol.Walk))
	}
	frames := 0
	for tick := id.Tick(1); tick < 200; tick++ {
		p.Step(tick, cmds)
		cmds = nil
		f := enc.Encode(p.View())
		if _, in := f.Self(1); !in {
			break
		}
		if tick == 2 {
			v.bytes, frames = 0, 0
		}
		if b := v.eyes.Look(f, &paper); b != nil {
			v.take(t, b)
			frames++
		}
		v.check(t, f)
	}
	if frames == 0 || v.bytes > 40*frames {
		t.Errorf("%d bytes in %d frames", v.bytes, frames)
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, n := range []int{20, 100, 400, 1600} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			a := meadow(b)
			r := world.New(a, world.Options{Room: meadowRoom, Capacity: n})
			enc := NewEncoder(meadowRoom, a)
			cmds := make([]world.Command, 0, n)
			for i := range n {
				cmds = append(cmds, world.Enter(id.AvatarID(i+1), protocol.Who{Name: "くま"}, ""))
			}
			r.Step(1, cmds)
			tick, seq := id.Tick(1), uint32(0)
			b.ReportAllocs()
			for b.Loop() {
				tick++
				seq++
				cmds = cmds[:0]
				for i := range n / 2 {
					cmds = append(cmds, world.Move(id.AvatarID(i*2+1), seq, 0, uint8(tick)+uint8(i), protocol.Walk))
				}
				r.Step(tick, cmds)
				enc.Encode(r.View())
			}
		})
	}
}

// paper is shared by all eyes of a test, as by those of a room.
var paper Scratch
