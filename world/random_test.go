package world

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// anything is the commands of a tick by people who do what they like,
// sensible or not.
func anything(r *rand.Rand, now id.Tick) []Command {
	var in []Command
	for range r.IntN(12) {
		who1 := id.AvatarID(r.IntN(30))
		switch r.IntN(21) {
		case 0, 1, 2, 3:
			in = append(in, Enter(who1, who(who1), []string{"", "here", "there", "east-gate", "?"}[r.IntN(5)]))
		case 4:
			in = append(in, Leave(who1))
		case 5, 6, 7, 8, 9, 10:
			in = append(in, Move(who1, uint32(now)+r.Uint32N(5), now+id.Tick(r.IntN(30))-3, uint8(r.IntN(256)), protocol.Gait(r.IntN(4)/3^1)))
		case 11, 12, 13:
			in = append(in, said(who1, id.UtteranceID(r.Uint64())))
		case 14:
			in = append(in, SayPhrase(who1, id.PhraseID(r.IntN(9))))
		case 15:
			in = append(in, Emote(who1, id.EmoteID(r.IntN(10))))
		case 16, 17:
			in = append(in, Sit(who1, id.SeatID(r.IntN(4))))
		case 18, 19:
			in = append(in, Haunt(who1, r.IntN(3) == 0))
		case 20:
			spot := plane.Point{X: r.Int32N(42*plane.Tile) - plane.Tile, Y: r.Int32N(26*plane.Tile) - plane.Tile}
			in = append(in, Appear(who1, who(who1), spot, uint8(r.IntN(256))))
		}
	}
	return in
}

func TestTheSameCommandsGiveTheSameRoom(t *testing.T) {
	a := garden(t)
	options := Options{Room: id.RoomID{City: "kariya", Place: "garden", Copy: 2}, Capacity: 20}
	ops := make(map[FactOp]int)
	hashes := make(map[uint64]bool)
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 1))
		room := New(a, options)
		var j Journal
		now := id.Tick(0)
		for range 400 {
			now++
			if r.IntN(50) == 0 {
				now = max(20, now) + id.Tick(r.IntN(40)) - id.Tick(r.IntN(20)) // the host was late, or early
			}
			in := anything(r, now)
			if r.IntN(3) == 0 {
				in = nil
			}
			if err := j.Record(now, in); err != nil {
				t.Fatal(err)
			}
			for _, f := range room.Step(now, in) {
				ops[f.Op]++
			}
			now = room.Tick()
			if r.IntN(4) == 0 {
				room.View() // looking changes nothing
			}
		}
		hash := room.Hash()
		hashes[hash] = true

		again, replayed := Replay(a, options, &j)
		if replayed != hash || again.Tick() != room.Tick() || !reflect.DeepEqual(again.View(), room.View()) {
			t.Fatalf("seed %d: replayed to %#x at tick %d, want %#x at %d", seed, replayed, again.Tick(), hash, room.Tick())
		}
		var file bytes.Buffer
		if _, err := j.WriteTo(&file); err != nil {
			t.Fatal(err)
		}
		var read Journal
		if n, err := read.ReadFrom(&file); err != nil || n == 0 {
			t.Fatal(n, err)
		}
		if _, replayed := Replay(a, options, &read); replayed != hash {
			t.Fatalf("seed %d: read from its file it replays to %#x, want %#x", seed, replayed, hash)
		}
		// A journal goes on where it was written.
		for range 5 {
			in := anything(r, now)
			now++
			if err := errors.Join(j.Record(now, in), read.Record(now, in)); err != nil {
				t.Fatal(err)
			}
		}
		_, one := Replay(a, options, &j)
		if _, two := Replay(a, options, &read); one != two {
			t.Fatalf("seed %d: going on after reading gives another room", seed)
		}
	}
	if len(hashes) != 12 {
		t.Errorf("%d hashes of 12 seeds", len(hashes))
	}
	for _, op := range []FactOp{Entered, Left, Heard, Phrased, Refused} {
		if ops[op] < 20 {
			t.Errorf("only %d facts of op %d: the test looks at too little", ops[op], op)
		}
	}
}

// Every fact and every view of random rooms against twins that know no
// index, cell or sorting.
func TestRoomAgainstTwins(t *testing.T) {
	a := garden(t)
	heard, apart := 0, 0
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 2))
		s := newStage(t, a)
		for n := id.AvatarID(1); n < 30; n++ {
			s.step(Enter(n, who(n), ""))
			for {
				p := plane.Point{X: r.Int32N(40 * plane.Tile), Y: r.Int32N(24 * plane.Tile)}
				if a.Free(p) && a.PortalAt(p) < 0 {
					s.room.index[n].at = p
					break
				}
			}
			s.step(Move(n, 1, 0, uint8(r.IntN(256)), protocol.Walk))
		}
		ghosts := make(map[id.AvatarID]bool)
		for range 150 {
			before := make(map[id.AvatarID]bool)
			for _, av := range s.room.avatars {
				before[av.id] = true
			}
			var in []Command
			for range r.IntN(4) {
				n := id.AvatarID(1 + r.IntN(29))
				switch r.IntN(6) {
				case 0, 1:
					if before[n] {
						ghosts[n] = r.IntN(2) == 0
						in = append(in, Haunt(n, ghosts[n]))
					}
				default:
					in = append(in, said(n, 1))
				}
			}
			facts := s.step(in...)
			// Where everybody was when it was heard: still here, or as it left.
			at := make(map[id.AvatarID]plane.Point)
			for _, av := range s.room.avatars {
				at[av.id] = av.at
			}
			for _, f := range facts {
				if f.Op == Left {
					at[f.Avatar] = f.At
				}
			}
			for _, f := range facts {
				if f.Op != Heard {
					continue
				}
				want := []id.AvatarID{}
				for n := range id.AvatarID(30) {
					p, here := at[n]
					d := plane.Dist2(p, f.At)
					near := d <= square(a.EarshotAt(f.At)) && d <= square(a.EarshotAt(p))
					if here && (n == f.Avatar || near && !ghosts[n]) {
						want = append(want, n)
					}
				}
				if !slices.Equal(f.Audience, want) {
					t.Fatalf("%d at %v was heard by %v, want %v", f.Avatar, f.At, f.Audience, want)
				}
				heard += len(want)
				apart += len(at) - len(want)
			}
			checkView(t, s.room)
		}
	}
	if heard < 2000 || apart < 2000 {
		t.Errorf("%d heard something, %d did not: the test looks at too little", heard, apart)
	}
}

func square(n int32) int64 { return int64(n) * int64(n) }

func checkView(t *testing.T, r *Room) {
	t.Helper()
	v := r.View()
	if v.Tick != r.Tick() || v.Len() != r.Len() || v.Room != r.ID() {
		t.Fatalf("view of tick %d with %d, want %d with %d", v.Tick, v.Len(), r.Tick(), r.Len())
	}
	byCell := make(map[uint16][]State)
	for _, a := range r.avatars { // by ascending id
		cell := uint16(a.at.Y/768*int32((r.atlas.Width+2)/3) + a.at.X/768)
		want := State{Avatar: a.id, X: a.at.X, Y: a.at.Y, Who: a.who, Cell: cell, Heading: a.heading, Gait: a.gait, Emote: a.emote, Ghost: a.ghost}
		byCell[cell] = append(byCell[cell], want)
		got, ack, ok := v.Find(a.id)
		if !ok || got != want || ack != a.ack {
			t.Fatalf("Find(%d) = %+v, %d, %v, want %+v, %d", a.id, got, ack, ok, want, a.ack)
		}
	}
	seen := 0
	last := -1
	for cell, states := range v.Cells() {
		if int(cell) <= last || len(states) == 0 || !slices.Equal(states, byCell[cell]) || !slices.Equal(states, v.Cell(cell)) {
			t.Fatalf("cell %d after %d: %+v, want %+v", cell, last, states, byCell[cell])
		}
		last = int(cell)
		seen += len(states)
	}
	if seen != r.Len() || len(v.States()) != seen {
		t.Fatalf("%d in all cells, want %d", seen, r.Len())
	}
	for cell := range uint16(v.Grid.Cells() + 2) {
		if len(v.Cell(cell)) != len(byCell[cell]) {
			t.Fatalf("cell %d holds %d, want %d", cell, len(v.Cell(cell)), len(byCell[cell]))
		}
	}
	if _, _, ok := v.Find(12345); ok {
		t.Fatal("found somebody who is not there")
	}
}

// A view stays as it was while the room goes on: another goroutine may be
// reading it. (The race detector looks on.)
func TestViewsDoNotChange(t *testing.T) {
	a := garden(t)
	room := New(a, Options{})
	r := rand.New(rand.NewPCG(3, 3))
	views := make(chan View, 4)
	sums := make(chan uint64, 1000)
	go func() {
		for v := range views {
			runtime.Gosched()
			sums <- sum(v)
		}
		close(sums)
	}()
	var want []uint64
	for range 300 {
		room.Step(room.Tick()+1, anything(r, room.Tick()))
		v := room.View()
		want = append(want, sum(v))
		views <- v
	}
	close(views)
	i := 0
	for got := range sums {
		if got != want[i] {
			t.Fatalf("view %d changed after it was given away", i)
		}
		i++
	}
}

func sum(v View) uint64 {
	var d digest
	d.add(uint64(v.Tick))
	for cell, states := range v.Cells() {
		for _, s := range states {
			d.add(uint64(cell), uint64(s.Avatar), uint64(s.Heading), uint64(s.Gait), uint64(s.Emote), flag(s.Ghost))
			d.addPoint(s.At())
			d.addWho(s.Who)
		}
	}
	return uint64(d)
}

func TestAQuietRoomGivesTheSameView(t *testing.T) {
	s := newStage(t, garden(t))
	s.put(1, middle(10, 12))
	s.step()
	before := s.room.View()
	s.run(3)
	after := s.room.View()
	if &before.States()[0] != &after.States()[0] || after.Tick != before.Tick+3 {
		t.Error("nothing happened, and yet the view is another")
	}
	if n := testing.AllocsPerRun(100, func() { s.room.Step(s.room.Tick()+1, nil); s.room.View() }); n != 0 {
		t.Errorf("%v allocations in a room where nothing happens", n)
	}
}

// crowd is a room with people who walk about.
func crowd(t testing.TB, n int) *Room {
	t.Helper()
	a := prepared(t, 128, 96, func(a *atlas.Atlas) {
		for i := range int32(12) {
			a.Walls = append(a.Walls, tiles(8*i+5, 20, 8*i+7, 22), plane.Rect{Min: middle(9*i+4, 50), Max: middle(9*i+5, 53)})
		}
		a.Zones = []atlas.Zone{{Name: "z", Area: tiles(10, 10, 30, 30), Earshot: 700}}
		a.Portals = []atlas.Portal{{Name: "p", Area: tiles(1, 1, 2, 2), To: "x"}}
	})
	room := New(a, Options{})
	r := rand.New(rand.NewPCG(4, 4))
	for i := range n {
		avatar := id.AvatarID(i + 1)
		room.Step(room.Tick()+1, []Command{Enter(avatar, who(avatar), "")})
		at := middle(3+r.Int32N(122), 3+r.Int32N(90))
		if a.Free(at) {
			room.index[avatar].at = at
		}
	}
	return room
}

// turns is a command for every tenth avatar, and some words.
func turns(in []Command, room *Room, n int) []Command {
	in = in[:0]
	tick := room.Tick()
	for i := int(tick) % 10; i < n; i += 10 {
		in = append(in, Move(id.AvatarID(i+1), uint32(tick)+1, tick+2, uint8(int(tick)*7+i), protocol.Walk))
	}
	for i := int(tick) % 200; i < n; i += 200 {
		in = append(in, SayPhrase(id.AvatarID(i+1), 1))
	}
	return in
}

func TestStepAllocatesNothing(t *testing.T) {
	const n = 200
	room := crowd(t, n)
	var in []Command
	turn := func() {
		in = turns(in, room, n)
		room.Step(room.Tick()+1, in)
	}
	for range 1000 {
		turn() // until its buffers have their size
	}
	if room.Len() != n {
		t.Fatalf("%d have left", n-room.Len())
	}
	if allocs := testing.AllocsPerRun(500, turn); allocs != 0 {
		t.Errorf("%v allocations in a step of %d who walk and talk", allocs, n)
	}
	if allocs := testing.AllocsPerRun(100, func() { turn(); room.View() }); allocs > 2 {
		t.Errorf("%v allocations for a step and a view, want 2", allocs)
	}
}

// What a tick of 50 ms may cost at most, in ns: a node steps many rooms.
var promises = map[int]float64{20: 10_000, 100: 50_000, 400: 200_000, 1600: 1_000_000}

func BenchmarkStep(b *testing.B) {
	for _, n := range []int{20, 100, 400, 1600} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			room := crowd(b, n)
			var in []Command
			b.ReportAllocs()
			for b.Loop() {
				in = turns(in, room, n)
				room.Step(room.Tick()+1, in)
			}
			b.ReportMetric(promises[n], "ns-promised")
		})
	}
}

func BenchmarkView(b *testing.B) {
	for _, n := range []int{20, 100, 400, 1600} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			room := crowd(b, n)
			b.ReportAllocs()
			for b.Loop() {
				room.dirty = true
				room.View()
			}
			b.ReportMetric(promises[n], "ns-promised")
		})
	}
}
