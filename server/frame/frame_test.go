package frame

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// meadow is a room of 64 by 48 tiles without a wall.
func meadow(t testing.TB) *atlas.Atlas {
	a := &atlas.Atlas{
		Place: "meadow", Title: "はらっぱ", Width: 64, Height: 48, Earshot: 8 * plane.Tile,
		Ground: make([]atlas.Terrain, 64*48),
		Spawns: []atlas.Spawn{{Name: "entrance", At: plane.Point{X: 32 * plane.Tile, Y: 24 * plane.Tile}}},
	}
	if err := a.Prepare(); err != nil {
		t.Fatal(err)
	}
	return a
}

// belief is what a client makes of frames, as protocol/README.md says.
type belief struct {
	cells map[uint16]map[id.AvatarID]protocol.Avatar
	who   map[id.AvatarID]protocol.Who
}

func (b *belief) apply(t *testing.T, p []byte) {
	t.Helper()
	e, err := protocol.DecodeEvent(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range e.(*protocol.Frame).Cells {
		if c.Full || b.cells[c.Index] == nil {
			b.cells[c.Index] = make(map[id.AvatarID]protocol.Avatar)
		}
		for _, g := range c.Gone {
			delete(b.cells[c.Index], g)
		}
		for _, a := range c.Avatars {
			if a.Who != nil {
				b.who[a.Avatar] = *a.Who
			}
			a.Who = nil
			b.cells[c.Index][a.Avatar] = a
		}
	}
}

// Whatever ticks a slow viewer misses, after each frame it gets it believes
// exactly what is in sight, and knows who everybody is.
func TestEyesBelieveWhatIsInSight(t *testing.T) {
	room := id.RoomID{City: "test", Place: "meadow", Copy: 1}
	rng := rand.New(rand.NewPCG(1, 2))
	r := world.New(meadow(t), world.Options{Room: room, Capacity: 200})
	enc := NewEncoder(room)
	eyes := map[id.AvatarID]*Eyes{0: NewEyes(0), 1: NewEyes(1), 2: NewEyes(2), 3: NewEyes(3)}
	beliefs := map[id.AvatarID]*belief{}
	for a := range eyes {
		eyes[a].Enter(room)
		beliefs[a] = &belief{map[uint16]map[id.AvatarID]protocol.Avatar{}, map[id.AvatarID]protocol.Who{}}
	}
	in := make(map[id.AvatarID]bool)
	seq := uint32(0)
	for tick := id.Tick(1); tick < 1500; tick++ {
		var cmds []world.Command
		for range rng.IntN(4) {
			a := id.AvatarID(1 + rng.IntN(60))
			switch {
			case !in[a]:
				in[a] = true
				cmds = append(cmds, world.Enter(a, protocol.Who{Name: "あ"}, ""))
			case a > 3 && rng.IntN(30) == 0:
				in[a] = false
				cmds = append(cmds, world.Leave(a))
			case rng.IntN(10) == 0:
				cmds = append(cmds, world.Emote(a, id.EmoteWave))
			default:
				seq++
				cmds = append(cmds, world.Move(a, seq, 0, uint8(rng.Uint32()), protocol.Gait(rng.IntN(2))))
			}
		}
		r.Step(tick, cmds)
		f := enc.Encode(r.View())
		for a, e := range eyes {
			if rng.IntN(3) == 0 {
				continue // this viewer is slow
			}
			p := e.Look(f)
			if p != nil {
				beliefs[a].apply(t, p)
			}
			if a != 0 && !in[a] {
				continue
			}
			compare(t, tick, a, beliefs[a], f)
		}
	}
}

func compare(t *testing.T, tick id.Tick, viewer id.AvatarID, b *belief, f *Frame) {
	t.Helper()
	want := map[id.AvatarID]protocol.Avatar{}
	self, _, _ := f.View.Find(viewer)
	sight := map[uint16]bool{}
	for i := range f.View.Grid.Sight(self.At()) {
		sight[i] = true
	}
	for _, s := range f.View.States() {
		if viewer == 0 || sight[s.Cell] {
			want[s.Avatar] = avatar(&s, false)
		}
	}
	got := map[id.AvatarID]protocol.Avatar{}
	for _, c := range b.cells {
		for a, s := range c {
			if _, twice := got[a]; twice {
				t.Fatalf("tick %d: viewer %d believes that %d is in two cells", tick, viewer, a)
			}
			got[a] = s
			if b.who[a].Name == "" {
				t.Fatalf("tick %d: viewer %d was not told who %d is", tick, viewer, a)
			}
		}
	}
	if len(got) != len(want) {
		t.Fatalf("tick %d: viewer %d believes in %d avatars, %d are in sight", tick, viewer, len(got), len(want))
	}
	for a, w := range want {
		if got[a] != w {
			t.Fatalf("tick %d: viewer %d believes %+v, it is %+v", tick, viewer, got[a], w)
		}
	}
}

// Where nothing happens, nothing is sent.
func TestStillnessIsSilent(t *testing.T) {
	room := id.RoomID{City: "test", Place: "meadow", Copy: 1}
	r := world.New(meadow(t), world.Options{Room: room, Capacity: 10})
	enc := NewEncoder(room)
	e := NewEyes(1)
	e.Enter(room)
	r.Step(1, []world.Command{world.Enter(1, protocol.Who{Name: "ひとり"}, "")})
	if e.Look(enc.Encode(r.View())) == nil {
		t.Fatal("the first frame is not sent")
	}
	for tick := id.Tick(2); tick < 50; tick++ {
		r.Step(tick, nil)
		if p := e.Look(enc.Encode(r.View())); p != nil {
			t.Fatalf("tick %d: %d bytes although nothing happened", tick, len(p))
		}
	}
}

// What the writer puts together is what EncodeEvent would write.
func TestFrameWriterWritesFrames(t *testing.T) {
	cells := []protocol.Cell{
		{Index: 3, Full: true, Avatars: []protocol.Avatar{{Avatar: 9, X: -1, Y: 700, Who: &protocol.Who{Name: "くま"}}}},
		{Index: 300, Gone: []id.AvatarID{4}},
	}
	f := protocol.Frame{Tick: 70000, Self: protocol.Self{Ack: 5, X: 1, Y: 2, Heading: 64, Gait: protocol.Walk}, Cells: cells}
	var w protocol.FrameWriter
	got := w.Write(f.Tick, f.Self, [][]byte{protocol.EncodeCell(&cells[0]), protocol.EncodeCell(&cells[1])})
	if string(got) != string(protocol.EncodeEvent(&f)) {
		t.Errorf("got %x\nwant %x", got, protocol.EncodeEvent(&f))
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, n := range []int{20, 100, 400, 1600} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			room := id.RoomID{City: "test", Place: "meadow", Copy: 1}
			r := world.New(meadow(b), world.Options{Room: room, Capacity: n})
			enc := NewEncoder(room)
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
