package link

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"kakitsubata/protocol"
)

func TestBackoffGrowsWithinItsBounds(t *testing.T) {
	for seed := range uint64(50) {
		b := NewBackoff(seed)
		span := FirstRetry
		for range 20 {
			if w := b.Next(); w < span/2 || w > span {
				t.Fatalf("seed %d: wait %v outside of [%v, %v]", seed, w, span/2, span)
			}
			span = min(span*2, LastRetry)
		}
		b.AtLeast(3 * time.Second)
		if w := b.Next(); w < 3*time.Second+LastRetry/2 || w > 3*time.Second+LastRetry {
			t.Fatalf("asked to wait 3s: %v", w)
		}
		if b.Reset(); b.Next() > FirstRetry {
			t.Fatal("the first wait after a reset is not short")
		}
	}
}

func TestBackoffSpreadsAClass(t *testing.T) {
	seen := map[time.Duration]bool{}
	for seed := range uint64(30) {
		b := NewBackoff(seed)
		seen[b.Next().Round(time.Millisecond)] = true
	}
	if len(seen) < 20 {
		t.Fatalf("30 clients return at only %d instants", len(seen))
	}
}

func TestPulse(t *testing.T) {
	p := NewPulse(0)
	if p.Due(protocol.BeatEvery-1) || !p.Due(protocol.BeatEvery) {
		t.Fatal("due at the wrong time")
	}
	p.Sent(protocol.BeatEvery)
	if p.Due(protocol.BeatEvery + 1) {
		t.Fatal("due just after sending")
	}
	if p.Dead(protocol.SilenceLimit-1) || !p.Dead(protocol.SilenceLimit) {
		t.Fatal("dead at the wrong time")
	}
	p.Heard(protocol.SilenceLimit)
	if p.Dead(protocol.SilenceLimit + 1) {
		t.Fatal("dead just after hearing")
	}
}

// A double of a socket.
type fake struct {
	frames [][]byte
	sent   int
	end    error
	closed bool
}

func (f *fake) Send([]byte) error {
	if f.end != nil {
		return f.end
	}
	f.sent++
	return nil
}
func (f *fake) Poll() ([]byte, bool) {
	if len(f.frames) == 0 {
		return nil, false
	}
	x := f.frames[0]
	f.frames = f.frames[1:]
	return x, true
}
func (f *fake) Err() error { return f.end }
func (f *fake) Close()     { f.closed = true; f.end = ErrClosed }

// until steps l from the time given and returns when it reached the state. It
// belongs in a synctest bubble: a dialler answers before the next step, however
// busy the machine.
func until(t *testing.T, l *Line, from time.Duration, want State) time.Duration {
	t.Helper()
	now := from
	for range 20000 {
		synctest.Wait()
		if l.Step(t.Context(), now) == want {
			return now
		}
		now += 10 * time.Millisecond
	}
	t.Fatalf("state %d never came", want)
	return 0
}

func TestLineReturnsAfterLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var wires []*fake
		fails := 0
		l := NewLine(func(context.Context) (Wire, error) {
			if fails > 0 {
				fails--
				return nil, ErrDial
			}
			w := new(fake)
			wires = append(wires, w)
			return w, nil
		}, PingFrame, NewBackoff(1))
		l.Start(t.Context())
		now := until(t, l, 0, Open)
		now += 6 * time.Second
		wires[0].frames = [][]byte{{1}}
		if _, ok := l.Poll(now); !ok {
			t.Fatal("no frame")
		}
		l.Step(t.Context(), now)
		if wires[0].sent != 1 {
			t.Fatal("did not say that it is there")
		}
		fails = 3
		wires[0].end = &Closing{Code: 1006}
		lost := until(t, l, now, Waiting)
		now = until(t, l, lost, Open)
		if now-lost > 4*time.Second || l.Turn() != 2 {
			t.Fatalf("came back after %v, turn %d", now-lost, l.Turn())
		}
	})
}

func TestLineGivesUpAHalfOpenSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := new(fake)
		l := NewLine(func(context.Context) (Wire, error) { return w, nil }, PingFrame, NewBackoff(1))
		l.Start(t.Context())
		open := until(t, l, 0, Open)
		gone := until(t, l, open, Waiting)
		if d := gone - open; d > protocol.SilenceLimit+100*time.Millisecond || d < protocol.SilenceLimit {
			t.Fatalf("noticed after %v", d)
		}
		if !w.closed || !errors.Is(l.Last(), ErrHalfOpen) {
			t.Fatalf("closed %v, last %v", w.closed, l.Last())
		}
	})
}

func TestLineDoesNotTakeAFrozenPageForSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := new(fake)
		l := NewLine(func(context.Context) (Wire, error) { return w, nil }, PingFrame, NewBackoff(1))
		l.Start(t.Context())
		now := until(t, l, 0, Open) // at zero, the first step of all
		if now != 0 || l.Step(t.Context(), now+time.Minute) != Open {
			t.Fatalf("open since %v, gave a socket up that it could not listen to", now)
		}
	})
}

func TestLineNoticesSilenceAfterAFrozenPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := new(fake)
		l := NewLine(func(context.Context) (Wire, error) { return w, nil }, PingFrame, NewBackoff(1))
		l.Start(t.Context())
		thawed := until(t, l, 0, Open) + time.Hour
		w.frames = [][]byte{{1}} // it came while the page slept, and is read before the step
		if _, ok := l.Poll(thawed); !ok {
			t.Fatal("no frame")
		}
		gone := until(t, l, thawed, Waiting)
		if d := gone - thawed; d > protocol.SilenceLimit+100*time.Millisecond || d < protocol.SilenceLimit {
			t.Fatalf("noticed after %v", d)
		}
	})
}

func TestLineObeysLeaving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLine(func(context.Context) (Wire, error) { return new(fake), nil }, PingFrame, NewBackoff(1))
		l.Start(t.Context())
		now := until(t, l, 0, Open)
		l.Leaving(now, true, 2*time.Second)
		l.wire.(*fake).end = ErrClosed
		now = until(t, l, now, Waiting)
		if w := l.RetryIn(now); w < 2*time.Second {
			t.Fatalf("asked to wait 2s, waits %v", w)
		}
		now = until(t, l, now, Open)
		l.Leaving(now, false, 0)
		l.wire.(*fake).end = ErrClosed
		now = until(t, l, now, Idle)
		if l.Step(t.Context(), now+time.Hour) != Idle {
			t.Fatal("came back although told not to")
		}
		l.Start(t.Context())
		until(t, l, now, Open)
	})
}

func TestLineLeavingReadAfterTheSocketClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLine(func(context.Context) (Wire, error) { return new(fake), nil }, PingFrame, NewBackoff(1))
		l.Start(t.Context())
		now := until(t, l, 0, Open)
		l.wire.(*fake).end = ErrClosed
		now = until(t, l, now, Waiting)
		l.Leaving(now, false, 0)
		if l.State() != Idle {
			t.Fatal("still waits to come back")
		}
	})
}

func server(t *testing.T, f func(*websocket.Conn)) string {
	t.Helper()
	up := websocket.Upgrader{Subprotocols: []string{protocol.Subprotocol}}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/file" {
			_, _ = w.Write([]byte("0123456789"))
			return
		}
		c, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer c.Close()
		f(c)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestConnEchoesAndTellsHowItClosed(t *testing.T) {
	url := server(t, func(c *websocket.Conn) {
		for range 100 {
			_, b, err := c.ReadMessage()
			if err != nil {
				return
			}
			_ = c.WriteMessage(websocket.BinaryMessage, b)
		}
		_ = c.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(4001, "drain"))
	})
	c, err := Dial(t.Context(), strings.Replace(url, "http", "ws", 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		if err := c.Send([]byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 100 {
		b, err := c.Next(t.Context())
		if err != nil || len(b) != 1 || b[0] != byte(i) {
			t.Fatalf("frame %d: %v %v", i, b, err)
		}
	}
	_, err = c.Next(t.Context())
	var end *Closing
	if !errors.As(err, &end) || end.Code != 4001 || !errors.Is(err, ErrClosed) {
		t.Fatalf("closing: %v", err)
	}
	if err := c.Send(nil); !errors.Is(err, ErrClosed) {
		t.Fatalf("send after close: %v", err)
	}
	c.Close()
}

// Whoever learned of the end must not have a frame taken, even in the moment
// before the goroutines of the socket know.
func TestConnTakesNothingOnceItToldItsEnd(t *testing.T) {
	hold := make(chan struct{})
	url := server(t, func(*websocket.Conn) { <-hold })
	c, err := Dial(t.Context(), strings.Replace(url, "http", "ws", 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	defer close(hold)
	c.in.close(&Closing{Code: 4001}) // the first half of end
	if _, err := c.Next(t.Context()); !errors.Is(err, ErrClosed) {
		t.Fatalf("next: %v", err)
	}
	if err := c.Send([]byte{1}); !errors.Is(err, ErrClosed) {
		t.Fatalf("send after the end was told: %v", err)
	}
}

func TestConnIsBounded(t *testing.T) {
	url := server(t, func(c *websocket.Conn) {
		for range maxInFrames * 2 {
			if c.WriteMessage(websocket.BinaryMessage, []byte{1}) != nil {
				return
			}
		}
		_, _, _ = c.ReadMessage()
	})
	c, err := Dial(t.Context(), strings.Replace(url, "http", "ws", 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for c.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	if !errors.Is(c.Err(), ErrOverrun) {
		t.Fatal(c.Err())
	}
	n := 0
	for _, ok := c.Poll(); ok; _, ok = c.Poll() {
		n++
	}
	if n != maxInFrames {
		t.Fatalf("kept %d frames", n)
	}
}

func TestFetch(t *testing.T) {
	url := server(t, func(*websocket.Conn) {}) + "/file"
	if b, err := Fetch(t.Context(), url, 10); err != nil || string(b) != "0123456789" {
		t.Fatalf("%q %v", b, err)
	}
	if _, err := Fetch(t.Context(), url, 9); !errors.Is(err, ErrFetch) {
		t.Fatal("a file over the limit was taken")
	}
	if _, err := Fetch(t.Context(), url+"x", 9); !errors.Is(err, ErrFetch) {
		t.Fatal("a missing file was taken")
	}
}
