package drive

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"maps"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

func TestSteps(t *testing.T) {
	w := newWalker(3)
	again := newWalker(3)
	for range 5000 {
		x, y := w.x, w.y
		m := w.step()
		if m.X > mapSize || m.Y > mapSize {
			t.Fatalf("%+v is off the map", m)
		}
		if far := math.Hypot(w.x-x, w.y-y); far < 19.9 || far > 50.1 {
			t.Fatalf("went %.1f hundredths of a tile", far)
		}
		if w.stood(m.X, m.Y) {
			t.Fatalf("%+v was there before", m)
		}
		if n := again.step(); n != m {
			t.Fatalf("%+v, then %+v: not the same walk", m, n)
		}
		w.sent(m, 0)
		again.sent(m, 0)
	}
}

func TestTurns(t *testing.T) {
	w := newWalker(5)
	var last []uint8
	walls := 0
	for range 5000 {
		ang := w.ang
		m := w.turn(movesIn)
		for _, h := range last {
			if h == m.Heading {
				t.Fatalf("heading %d is among the last %v", h, last)
			}
		}
		if last = append(last, m.Heading); len(last) > differs {
			last = last[1:]
		}
		if math.Abs(w.ang-ang) > maxTurn {
			walls++
		}
		if w.x < 0 || w.x > mapSize || w.y < 0 || w.y > mapSize || !w.free(w.ang) {
			t.Fatalf("at %.0f,%.0f into a wall", w.x, w.y)
		}
		w.sent(m, 0)
	}
	if walls == 0 || walls > 500 {
		t.Errorf("%d of 5000 moves turned at a wall", walls)
	}
}

func testDrive(traits Traits, avatars int) *drive {
	d := &drive{traits: traits, byKey: make(map[uint64]*client)}
	for i := range avatars {
		c := &client{Conn: &Conn{Key: uint64(i)}, walker: newWalker(i), i: i}
		d.clients = append(d.clients, c)
		d.byKey[c.Key] = c
	}
	d.ready.Store(true)
	d.measuring.Store(true)
	return d
}

func ms(n int64) int64 { return n * 1e6 }

func TestTurnsAreSeen(t *testing.T) {
	d := testDrive(Traits{Headings: true, Interest: true}, 1)
	o := &observer{d: d, seen: make(map[uint64]*seen)}
	c := d.clients[0]
	at := func(now int64) { o.now = ms(now) }
	c.sent(Move{Heading: 1}, ms(0))
	c.sent(Move{Heading: 2}, ms(100))
	at(150)
	o.Came(0)
	o.Turned(0, 2) // sent before it came into view
	c.sent(Move{Heading: 3}, ms(200))
	at(230)
	o.Turned(0, 3)
	o.Turned(0, 3)
	o.Turned(7, 3) // nobody
	c.sent(Move{Heading: 4}, ms(300))
	c.sent(Move{Heading: 5}, ms(400))
	at(450)
	o.Turned(0, 5)
	o.Turned(0, 99) // never sent
	if len(o.latency) != 2 || o.latency[0] != 30 || o.latency[1] != 50 || o.overrun != 1 {
		t.Errorf("%v, %d overrun", o.latency, o.overrun)
	}
}

func TestPlacesAreSeen(t *testing.T) {
	d := testDrive(Traits{}, 1)
	o := &observer{d: d, seen: make(map[uint64]*seen)}
	c := d.clients[0]
	c.sent(Move{X: 1}, ms(0))
	c.sent(Move{X: 2}, ms(100))
	o.now = ms(120)
	o.Pos(0, 2, 0)
	o.Pos(0, 1, 0) // older than what was seen
	d.clients[0].saidAt[3].Store(ms(100))
	o.Said(Words{Avatar: 0, N: 3})
	o.Said(Words{Avatar: 9, N: 3})
	if len(o.latency) != 1 || o.latency[0] != 20 || o.overrun != 1 || len(o.heard) != 1 || o.heard[0] != 20 {
		t.Errorf("%v, %d overrun, heard %v", o.latency, o.overrun, o.heard)
	}
}

// record is a sink that remembers.
type record struct {
	blind
	came   []uint64
	turned map[uint64]uint8
	said   []Words
}

func (r *record) Came(k uint64)            { r.came = append(r.came, k) }
func (r *record) Turned(k uint64, h uint8) { r.turned[k] = h }
func (r *record) Said(w Words)             { r.said = append(r.said, w) }

func TestOursDecodes(t *testing.T) {
	a := newOurs(Target{})
	m := &atlas.Atlas{Width: 64, Height: 64, Earshot: 256, Ground: make([]atlas.Terrain, 64*64), Spawns: []atlas.Spawn{{}}}
	if err := m.Prepare(); err != nil {
		t.Fatal(err)
	}
	c := &Conn{any: newSight(9, m)}
	r := &record{turned: make(map[uint64]uint8)}
	tick := id.Tick(0)
	frame := func(known []protocol.Known, records ...protocol.Record) {
		tick++
		f := &protocol.Frame{Tick: tick, Reset: tick == 1, Known: known}
		for i := range records {
			f.Motion = protocol.AppendRecord(f.Motion, &records[i])
		}
		b := protocol.EncodeEvent(f)
		if a.Classify(b[:min(len(b), headBytes)]) != Snapshot {
			t.Fatalf("%x is no snapshot", b)
		}
		a.Decode(c, b, r)
	}
	stated := func(a id.AvatarID, x int32, h uint8) protocol.Record {
		return protocol.Record{Op: protocol.Stated, Avatar: a, X: x, Y: 1000, Heading: h, Gait: protocol.Walk}
	}
	still := stated(9, 1000, 0)
	still.Gait = protocol.Stand
	const edge = 1000 + near*plane.Tile
	frame([]protocol.Known{{Avatar: 9}, {Avatar: 1}, {Avatar: 2}, {Avatar: 3}},
		still, stated(1, 1100, 5), stated(2, 1200, 6), stated(3, edge+50, 128))
	frame(nil, protocol.Record{Op: protocol.Walks, Avatar: 1, Heading: 7}, protocol.Record{Op: protocol.Gone, Avatar: 2}) // 3 walks near
	frame(nil, stated(2, 1300, 8))
	frame(nil, protocol.Record{Op: protocol.Walks, Avatar: 3, Heading: 0})
	frame(nil, protocol.Record{Op: protocol.Walks, Avatar: 3, Heading: 1}) // out of reach
	if want := []uint64{9, 1, 2, 3, 2}; !slices.Equal(r.came, want) {
		t.Errorf("came %v, want %v", r.came, want)
	}
	if want := map[uint64]uint8{9: 0, 1: 7, 2: 8, 3: 0}; !maps.Equal(r.turned, want) {
		t.Errorf("turned %v, want %v", r.turned, want)
	}

	for _, w := range []Words{{3, 1}, {99, 63}} {
		i, err := protocol.DecodeIntent(a.Say(nil, c, w))
		if err != nil {
			t.Fatal(err)
		}
		text := i.(*protocol.Say).Text
		if protocol.CheckText(text, protocol.MaxSayRunes) != nil {
			t.Errorf("%q can't be said", text)
		}
		b := protocol.EncodeEvent(&protocol.Heard{Text: text})
		if a.Classify(b) != Heard {
			t.Errorf("%x is not heard", b)
		}
		a.Decode(c, b, r)
	}
	if len(r.said) != 2 || r.said[0] != (Words{3, 1}) || r.said[1] != (Words{99, 63}) {
		t.Errorf("said %v", r.said)
	}
}

func TestWords(t *testing.T) {
	w, ok := readPlain([]byte(Words{12, 3}.plain()))
	if !ok || w != (Words{12, 3}) {
		t.Errorf("%v %v", w, ok)
	}
	for _, s := range []string{"", "u1", "x1.2.", "ua.2.", "u1.b."} {
		if _, ok := readPlain([]byte(s)); ok {
			t.Errorf("%q is read", s)
		}
	}
}

func TestWorkloads(t *testing.T) {
	for s, want := range map[string][3]int{ // avatars, rooms, observers of four
		"w1-800": {800, 1, 4}, "w2": {1000, 40, 4}, "w2-80": {2000, 80, 4}, "w3": {100, 1, 4}, "c-1000": {1000, 1, 4}, "w1-2": {2, 1, 2},
	} {
		w, err := ParseWorkload(s)
		if err != nil {
			t.Fatal(err)
		}
		observers := 0
		for i := range w.Avatars() {
			if w.observes(i, 4) {
				observers++
			}
		}
		if got := [3]int{w.Avatars(), w.Rooms, observers}; got != want {
			t.Errorf("%s: %v, want %v", s, got, want)
		}
	}
	for _, s := range []string{"", "w1", "w1-", "w1-0", "w3-5", "w4", "c"} {
		if _, err := ParseWorkload(s); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
}

// socket serves each connection by hand, after the upgrade.
func socket(t *testing.T, serve func(net.Conn, *bufio.ReadWriter)) string {
	var open sync.WaitGroup
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "websocket" || r.URL.Query().Get("room") == "full" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		c, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		open.Add(1)
		defer open.Done()
		defer c.Close()
		_, _ = c.Write([]byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"))
		serve(c, rw)
	}))
	t.Cleanup(func() { open.Wait(); s.Close() })
	return strings.TrimPrefix(s.URL, "http://")
}

func framed(op byte, p []byte) []byte {
	b := []byte{0x80 | op}
	switch n := len(p); {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), uint64(n))
	}
	return append(b, p...)
}

func TestConn(t *testing.T) {
	sizes := []int{5, 300, 70000}
	addr := socket(t, func(c net.Conn, rw *bufio.ReadWriter) {
		for range 2 {
			for _, n := range sizes {
				_, _ = c.Write(framed(opBinary, bytes.Repeat([]byte{7}, n)))
			}
		}
		_, _ = c.Write(framed(opPing, []byte("you?")))
		pong := make([]byte, 10)
		if _, err := rw.Read(pong); err != nil || string(pong[6:]) != "you?" || pong[0] != 0x80|opPong {
			t.Errorf("the ping is answered with %x, %v", pong, err)
		}
		_, _ = c.Write(framed(opClose, []byte{0x0f, 0xa1}))
	})
	c, err := dial(addr, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	var buf []byte
	for i, n := range sizes {
		b, size, err := c.read(buf)
		if err != nil || len(b) != n || size != n+[]int{2, 4, 10}[i] {
			t.Fatalf("read %d of %d bytes, %v", len(b), size, err)
		}
		buf = b
	}
	for _, n := range sizes {
		k, size, err := c.skip(func(h []byte) Kind {
			if len(h) != min(n, headBytes) {
				t.Errorf("the head has %d bytes", len(h))
			}
			return Heard
		})
		if err != nil || k != Heard || size <= n {
			t.Fatalf("%v %d %v", k, size, err)
		}
	}
	if _, _, err := c.skip(nil); err != nil { // the ping
		t.Fatal(err)
	}
	if _, _, err := c.skip(nil); err == nil {
		t.Error("a close is no error")
	}
	if _, err := dial(addr, "/?room=full", nil); err == nil {
		t.Error("a refused upgrade is no error")
	}
}

// A whole run against a server that shows each move 20 ms later.
func TestRun(t *testing.T) {
	var mu sync.Mutex
	next := 0
	addr := socket(t, func(c net.Conn, rw *bufio.ReadWriter) {
		mu.Lock()
		next++
		key := byte(next)
		mu.Unlock()
		_, _ = c.Write(framed(opBinary, []byte{0x82, 0xa1, 't', 0xa2, 'h', 'i', 0xa1, 'i', key}))
		p := make([]byte, 6+17)
		for {
			if _, err := rw.Read(p); err != nil {
				return
			}
			move := p[6:]
			time.Sleep(20 * time.Millisecond)
			b := []byte{0x83, 0xa1, 't', 0xa4, 's', 'n', 'a', 'p', 0xa1, 'k', 1, 0xa1, 'p', 0x91, 0x83, 0xa1, 'i', key}
			b = append(b, move[5:15]...) // x and y, with their names
			if _, err := c.Write(framed(opBinary, b)); err != nil {
				return
			}
		}
	})
	w, _ := ParseWorkload("w1-3")
	r, err := Run(t.Context(), Options{Peer: "gorilla-msgpack", Label: "echo", Target: Target{Addr: addr}, Workload: w,
		Warm: 50 * time.Millisecond, For: 600 * time.Millisecond, Observers: 3})
	if err != nil {
		t.Fatal(err)
	}
	if r.Peer != "echo" || r.Clients != 3 || r.Dead != 0 || r.Samples < 1 || r.P50 < 20 || r.Hz <= 0 || r.InHz <= 0 || r.DownBps < 100 {
		t.Errorf("%+v", r)
	}
	if _, err := Run(t.Context(), Options{Peer: "gorilla-msgpack", Target: Target{Addr: "127.0.0.1:1"}, Workload: w}); err == nil {
		t.Error("a server that is not there was driven")
	}
}
