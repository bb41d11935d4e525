package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
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

func TestSight(t *testing.T) {
	b := newBot(0, options{}, newLedger(), nil)
	see := func(cells ...protocol.Cell) { b.see(&protocol.Frame{Cells: cells}, time.Now()) }
	see(protocol.Cell{Index: 1, Full: true, Avatars: []protocol.Avatar{{Avatar: 5}, {Avatar: 6}, {Avatar: 7}}})
	since := b.sight[5].since
	see(protocol.Cell{Index: 1, Gone: []id.AvatarID{5}}, protocol.Cell{Index: 2, Avatars: []protocol.Avatar{{Avatar: 5}}}) // goes over
	if s := b.sight[5]; s.cell != 2 || s.since != since {
		t.Errorf("%+v", s)
	}
	see(protocol.Cell{Index: 1, Full: true, Avatars: []protocol.Avatar{{Avatar: 6}}}) // 7 is not there any more
	see(protocol.Cell{Index: 2, Full: true})                                          // out of sight
	if len(b.sight) != 1 || b.sight[6].cell != 1 {
		t.Errorf("%+v", b.sight)
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
