package main

import (
	"context"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kakitsubata/client/link"
	"kakitsubata/client/track"
	"kakitsubata/protocol"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

func at(ms int) time.Time { return time.Unix(1000, 0).Add(time.Duration(ms) * time.Millisecond) }

func TestMoveSeen(t *testing.T) {
	l := newLedger()
	l.sent(1, sentMove{1, protocol.Walk, at(0)}) // before the measuring
	l.begin()
	l.sent(1, sentMove{10, protocol.Walk, at(100)})
	l.sent(1, sentMove{20, protocol.Walk, at(200)})
	l.sent(1, sentMove{20, protocol.Stand, at(300)})
	l.saw(1, 5, protocol.Walk, at(0), at(210))     // as it was before
	l.saw(1, 20, protocol.Walk, at(0), at(250))    // a tick was skipped: both are seen now
	l.saw(1, 20, protocol.Walk, at(0), at(260))    // by another observer, later
	l.saw(1, 20, protocol.Stand, at(320), at(330)) // came into sight after the move was sent
	l.sent(2, sentMove{1, protocol.Walk, at(0)})
	l.forget(2)
	l.saw(2, 1, protocol.Walk, at(0), at(900))
	var r report
	l.fill(&r)
	if len(l.seen) != 2 || r.MoveP50 != 50 || r.MoveP99 != 150 {
		t.Errorf("%v, %+v", l.seen, r)
	}
}

func TestSayHeard(t *testing.T) {
	l := newLedger()
	l.begin()
	l.saidWords("あ", at(0))
	l.saidPhrase(7, 3, at(0))
	l.heardWords("あ", at(40))
	l.heardWords("あ", at(60))
	l.heardWords("い", at(60))
	l.heardPhrase(7, 3, at(20))
	l.heardPhrase(8, 3, at(20))
	l.end()
	l.saidWords("う", at(0))
	var r report
	l.fill(&r)
	if r.Said != 2 || r.Heard != 3 || r.HeardP50 != 40 || r.HeardP99 != 60 {
		t.Errorf("%+v", r)
	}
}

func motion(records ...protocol.Record) (b []byte) {
	for i := range records {
		b = protocol.AppendRecord(b, &records[i])
	}
	return b
}

// An observer notes when each turn was first seen, of those who were in sight.
func TestSight(t *testing.T) {
	meadow := &atlas.Atlas{Width: 16, Height: 16, Earshot: 256, Ground: make([]atlas.Terrain, 256), Spawns: []atlas.Spawn{{}}}
	if err := meadow.Prepare(); err != nil {
		t.Fatal(err)
	}
	b := newBot(0, options{}, newLedger(), nil)
	b.you, b.atlas, b.track = 1, meadow, track.New(meadow)
	b.book.begin()
	see := func(f *protocol.Frame, ms int) {
		t.Helper()
		if err := b.see(f, at(ms)); err != nil {
			t.Fatal(err)
		}
	}
	b.book.sent(5, sentMove{9, protocol.Walk, at(0)}) // before it came into sight
	see(&protocol.Frame{Tick: 1, Reset: true, Self: &protocol.Self{X: 1000, Y: 1000, Gait: protocol.Walk},
		Known: []protocol.Known{{Avatar: 1}, {Avatar: 5}},
		Motion: motion(protocol.Record{Op: protocol.Stated, Avatar: 1, X: 1000, Y: 1000, Gait: protocol.Walk},
			protocol.Record{Op: protocol.Stated, Avatar: 5, X: 2000, Y: 2000, Heading: 9, Gait: protocol.Walk})}, 50)
	b.book.sent(5, sentMove{7, protocol.Walk, at(60)})
	see(&protocol.Frame{Tick: 2}, 100)
	if b.at != (plane.Point{X: 1057, Y: 1000}) {
		t.Errorf("walks to %v", b.at)
	}
	see(&protocol.Frame{Tick: 3, Motion: motion(protocol.Record{Op: protocol.Walks, Avatar: 5, Heading: 7})}, 150)
	see(&protocol.Frame{Tick: 4}, 200)
	if len(b.book.seen) != 1 || b.book.seen[0] != 90*time.Millisecond {
		t.Errorf("seen after %v", b.book.seen)
	}
	see(&protocol.Frame{Tick: 5, Motion: motion(protocol.Record{Op: protocol.Gone, Avatar: 5})}, 250)
	if _, there := b.sight[5]; there || len(b.sight) != 1 {
		t.Errorf("%+v", b.sight)
	}
	if err := b.see(&protocol.Frame{Tick: 6, Motion: []byte{0xff}}, at(300)); err == nil {
		t.Error("what can't be followed is followed")
	}
}

func TestPercentile(t *testing.T) {
	var d []time.Duration
	if percentile(d, 50) != 0 {
		t.Error("of nothing")
	}
	for i := 100; i > 0; i-- {
		d = append(d, time.Duration(i)*time.Millisecond)
	}
	if percentile(d, 50) != 50 || percentile(d, 99) != 99 || percentile(d[:1], 1) != 100 {
		t.Error(percentile(d, 50), percentile(d, 99), percentile(d[:1], 1))
	}
}

func TestBadOptions(t *testing.T) {
	ctx := context.Background()
	for _, o := range []options{
		{url: "http://127.0.0.1:1", n: 0, seconds: 1},
		{url: "http://127.0.0.1:1", n: 1, seconds: 0},
		{url: "127.0.0.1:8080", n: 1, seconds: 1},
		{url: "ftp://x", n: 1, seconds: 1},
		{url: "http://127.0.0.1:1", n: 1, seconds: 1, data: t.TempDir()},
	} {
		if _, err := run(ctx, o); err == nil {
			t.Errorf("%+v", o)
		}
	}
}

// Nobody is let in: the report says so, and why.
func TestRefused(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	secret := filepath.Join(t.TempDir(), "s")
	if err := os.WriteFile(secret, []byte("x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := run(context.Background(), options{url: s.URL, n: 3, seconds: 0.01, secret: secret})
	if r.Refused != 3 || r.Connected != 0 || err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestWorkloadQueries(t *testing.T) {
	for name, want := range map[string][2]string{
		"city": {"bot=3", "bot=30"}, "churn": {"bot=3", "bot=30"}, "w1": {"bot=3&room=1", "bot=30&room=1"}, "w2": {"bot=3&room=4", "bot=30&room=3"},
	} {
		w, err := findWorkload(name)
		if got := [2]string{w.query(3, 100), w.query(30, 100)}; err != nil || got != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if _, err := findWorkload("w9"); err == nil {
		t.Error("w9 is taken")
	}
}

// Who wanders sends ten different headings a second and never runs into a wall.
func TestWander(t *testing.T) {
	meadow := &atlas.Atlas{Width: 16, Height: 16, Earshot: 256, Ground: make([]atlas.Terrain, 256), Spawns: []atlas.Spawn{{}}}
	if err := meadow.Prepare(); err != nil {
		t.Fatal(err)
	}
	w, _ := findWorkload("w1")
	b := newBot(1, options{work: w}, newLedger(), nil)
	b.conn = dialled(t)
	b.atlas, b.at = meadow, plane.Point{X: 2000, Y: 2000}
	now := time.Now()
	b.thinkAt = now
	b.think(now)
	if d := b.thinkAt.Sub(now); d != wanderEvery {
		t.Errorf("thinks again after %v", d)
	}
	for range 2000 {
		before := b.lately
		b.wander(now)
		for _, h := range before[:min(int(b.seq)-1, differs)] {
			if h == b.heading {
				t.Fatalf("heading %d again: %v", h, before)
			}
		}
		to := atlas.Walk(meadow, b.at, b.heading, 2*atlas.SubSteps)
		if plane.Dist2(b.at, to) < 100*100 {
			t.Fatalf("from %v to %v along %d", b.at, to, b.heading)
		}
		b.at = to
	}
}

// dialled is a connection whose other end only reads.
func dialled(t *testing.T) *link.Conn {
	up := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
		fmt.Fprintf(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
			base64.StdEncoding.EncodeToString(sum[:]))
		_, _ = io.Copy(io.Discard, rw)
		close(up)
	}))
	c, err := link.Dial(t.Context(), strings.Replace(s.URL, "http", "ws", 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); <-up; s.Close() })
	return c
}

func TestRelayStalls(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r, err := newRelay(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	go func() { defer close(over); r.run() }()
	bot, err := net.Dial("tcp", r.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 8)
	pass := func(from, to net.Conn) error {
		if _, err := from.Write([]byte("hallo")); err != nil {
			return err
		}
		_ = to.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		_, err := to.Read(buf)
		return err
	}
	if err := errors.Join(pass(bot, server), pass(server, bot)); err != nil {
		t.Fatal(err)
	}
	r.stall(time.Now().Add(1500*time.Millisecond - stallFor))
	_ = pass(server, bot) // may still be under way
	if err := pass(server, bot); err == nil {
		t.Error("it does not stall")
	}
	if err := pass(bot, server); err != nil {
		t.Errorf("it does not send while it stalls: %v", err)
	}
	_ = bot.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := bot.Read(buf); err != nil {
		t.Errorf("it does not go on: %v", err)
	}
	_ = bot.Close()
	_ = server.Close()
	<-over
}

func TestFigures(t *testing.T) {
	text := "# HELP go_goroutines x\ngo_goroutines 17\nprocess_resident_memory_bytes 1.048576e+07\nother{a=\"b\"} 3\n"
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }))
	defer s.Close()
	f, err := readFigures(t.Context(), s.URL)
	if err != nil || f != (figures{17, 10}) {
		t.Errorf("%v, %v", f, err)
	}
	if f, err := settled(t.Context(), s.URL, figures{goroutines: 16}, 0); err != nil || f.goroutines != 17 {
		t.Errorf("%v, %v", f, err)
	}
	text = "nothing"
	if _, err := readFigures(t.Context(), s.URL); err == nil {
		t.Error("no figures are no error")
	}
}
