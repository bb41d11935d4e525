package session

import (
	"fmt"
	"strconv"
	"testing"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/frame"
	"kakitsubata/server/volley"
	"kakitsubata/world"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// void is a Line that all goes down.
type void struct{}

func (void) TryWrite(_ [][]byte, _ *volley.Volley, done func(bool, error)) bool {
	done(false, nil)
	return true
}
func (void) Write([]byte) error                { return nil }
func (void) Ping() error                       { return nil }
func (void) Close(protocol.Code, string) error { return nil }

// What bringing one walking crowd's frame to all its viewers may cost at most,
// in ns of a tick of 50 ms, the sockets themselves not counted.
var promises = map[int]float64{20: 50_000, 100: 400_000, 400: 2_000_000, 1600: 8_000_000}

func BenchmarkSee(b *testing.B) {
	for _, n := range []int{20, 100, 400, 1600} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			a := &atlas.Atlas{Place: "field", Width: 64, Height: 64, Earshot: 8 * plane.Tile, Ground: make([]atlas.Terrain, 64*64)}
			for i := range n {
				a.Spawns = append(a.Spawns, atlas.Spawn{Name: fmt.Sprint(i),
					At: plane.Point{X: int32(i*37%60+2) * plane.Tile, Y: int32(i*53%60+2) * plane.Tile}})
			}
			if err := a.Prepare(); err != nil {
				b.Fatal(err)
			}
			room := id.RoomID{City: "bench", Place: "field", Copy: 1}
			r := world.New(a, world.Options{Room: room, Capacity: n})
			enc := frame.NewEncoder(room, a)
			cmds := make([]world.Command, n)
			sockets := make([]*socket, n)
			for i := range n {
				cmds[i] = world.Enter(id.AvatarID(i+1), protocol.Who{Name: "くま"}, fmt.Sprint(i))
				sockets[i] = newSocket(void{}, id.AvatarID(i+1), new(Meter), func(err error) { b.Error(err) })
				defer sockets[i].stop()
				sockets[i].out.tell(frame.Note{Op: frame.Entered, Room: room})
			}
			var press frame.Press
			tick := id.Tick(1)
			step := func() *frame.Frame {
				r.Step(tick, cmds)
				tick++
				for i := range n {
					cmds[i] = world.Move(id.AvatarID(i+1), uint32(tick), 0, uint8(int(tick/2)*(i%5+1)*7+i), protocol.Walk)
				}
				return enc.Encode(r.View())
			}
			for range 5 { // all is known, and all walk
				f := step()
				for _, k := range sockets {
					k.see(f, &press)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				f := step()
				b.StartTimer()
				for _, k := range sockets {
					k.see(f, &press)
				}
			}
			b.ReportMetric(promises[n], "ns-promised")
		})
	}
}
