package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/sys/unix"

	"kakitsubata/protocol"
	"kakitsubata/server/session"
	"kakitsubata/server/volley"
)

// ear is an inlet that a test listens with.
type ear struct {
	words chan string
	lost  chan error
	deaf  string // it wants no more after this
}

func newEar() *ear { return &ear{words: make(chan string, 4096), lost: make(chan error, 1)} }

func (e *ear) Take(p []byte) bool { e.words <- string(p); return e.deaf == "" || string(p) != e.deaf }
func (e *ear) Lost(err error)     { e.lost <- err }

type polled struct {
	*line
	*ear
	ended chan struct{}
}

// polling starts a poll; open makes sockets of it.
func polling(t *testing.T) (open func() (polled, *websocket.Conn)) {
	t.Helper()
	p := newPoll()
	if p == nil {
		t.Fatal("the kernel gives no poll")
	}
	var run sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	run.Go(func() {
		if err := p.run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { cancel(); run.Wait() })
	return func() (polled, *websocket.Conn) {
		c, far := pair(t)
		l, ok := p.adopt(c)
		if !ok {
			t.Fatal("not adopted")
		}
		x := polled{l, newEar(), make(chan struct{})}
		l.ended = func() { close(x.ended) }
		return x, far
	}
}

func TestPollReadsAndWrites(t *testing.T) {
	open := polling(t)
	const n = 50
	var lines [n]polled
	var fars [n]*websocket.Conn
	for i := range n {
		lines[i], fars[i] = open()
		_ = fars[i].WriteMessage(websocket.BinaryMessage, fmt.Append(nil, "はじめ", i)) // before it is read
		lines[i].begin(lines[i].ear)
		_ = fars[i].WriteMessage(websocket.BinaryMessage, fmt.Append(nil, "つぎ", i))
	}
	var v volley.Volley
	defer v.Close()
	var told sync.WaitGroup
	for i, l := range lines {
		if a, b := <-l.words, <-l.words; a != fmt.Sprint("はじめ", i) || b != fmt.Sprint("つぎ", i) {
			t.Fatal(a, b)
		}
		told.Add(1)
		if !l.TryWrite([][]byte{fmt.Append(nil, "やあ", i), []byte("またね")}, &v, func(more bool, err error) {
			if more || err != nil {
				t.Error(more, err)
			}
			told.Done()
		}) {
			t.Fatal("busy")
		}
	}
	v.Fire()
	told.Wait()
	for i, far := range fars {
		for _, want := range []string{fmt.Sprint("やあ", i), "またね"} {
			if _, p, err := far.ReadMessage(); err != nil || string(p) != want {
				t.Fatalf("%q, %v", p, err)
			}
		}
		_ = far.Close()
	}
	for _, l := range lines {
		<-l.lost
		<-l.ended
	}
}

func TestPollEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		do   func(l polled, far *websocket.Conn)
		want error
	}{
		"the other end goes": {func(_ polled, far *websocket.Conn) { far.Close() }, nil},
		"it closes":          {func(_ polled, far *websocket.Conn) { _ = far.WriteMessage(websocket.CloseMessage, nil) }, nil},
		"it resets":          {func(_ polled, far *websocket.Conn) { _ = far.NetConn().(*net.TCPConn).SetLinger(0); far.Close() }, unix.ECONNRESET},
		"it sends text":      {func(_ polled, far *websocket.Conn) { _ = far.WriteMessage(websocket.TextMessage, []byte("x")) }, session.ErrFrame},
		"the visit has enough": {func(_ polled, far *websocket.Conn) {
			_ = far.WriteMessage(websocket.BinaryMessage, []byte("いらない"))
		}, session.ErrClosed},
		"we close": {func(l polled, _ *websocket.Conn) { _ = l.Close(protocol.LeaveDrain, "") }, session.ErrClosed},
	} {
		t.Run(name, func(t *testing.T) {
			l, far := polling(t)()
			l.deaf = "いらない"
			l.begin(l.ear)
			tc.do(l, far)
			if err := <-l.lost; tc.want != nil && !errors.Is(err, tc.want) {
				t.Errorf("lost: %v", err)
			}
			<-l.ended
			if err := l.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
				t.Errorf("a closed line writes: %v", err)
			}
		})
	}
}

// Whoever does not answer a close, and goes on sending, is not read for ever;
// and what it was told arrives although bytes of its own lie unread.
func TestPollCloseEndsReading(t *testing.T) {
	for _, begun := range []bool{true, false} {
		l, far := polling(t)()
		go func() {
			for far.WriteMessage(websocket.BinaryMessage, make([]byte, 100)) == nil {
			}
		}()
		if begun {
			l.begin(l.ear)
		} else {
			l.lent(nil)
		}
		go func() {
			for range l.words {
			}
		}()
		told := make(chan error, 1)
		go func() {
			for {
				if _, p, err := far.ReadMessage(); err != nil || string(p) == "last" {
					told <- err
					break
				}
			}
		}()
		_ = l.Write([]byte("last"))
		_ = l.Close(protocol.LeaveFlood, strings.Repeat("ながい ことば", 30))
		<-l.ended
		close(l.words)
		if err := <-told; err != nil {
			t.Errorf("the last event is lost: %v", err)
		}
	}
}

// One who does not read holds up nobody: what is tried comes back as more, and
// a Write waits for room alone.
func TestPollSlowReader(t *testing.T) {
	open := polling(t)
	slow, slowFar := open()
	slow.begin(slow.ear)
	quick, quickFar := open()
	quick.begin(quick.ear)
	var v volley.Volley
	defer v.Close()
	big := bytes.Repeat([]byte("あ"), 20_000)
	sent := 0
	for more := false; !more; sent++ {
		if !slow.TryWrite([][]byte{big}, &v, func(m bool, err error) {
			more = m
			if err != nil {
				t.Fatal(err)
			}
		}) {
			t.Fatal("busy")
		}
		quick.TryWrite([][]byte{[]byte("x")}, &v, func(m bool, err error) {
			if m || err != nil {
				t.Fatal(m, err)
			}
		})
		v.Fire()
		if _, _, err := quickFar.ReadMessage(); err != nil {
			t.Fatal(err)
		}
	}
	written := make(chan error, 1)
	go func() { written <- slow.Write([]byte("おわり")) }()
	for i := range sent { // it reads after all
		if _, p, err := slowFar.ReadMessage(); err != nil || !bytes.Equal(p, big) {
			t.Fatalf("frame %d: %d bytes, %v", i, len(p), err)
		}
	}
	if _, p, err := slowFar.ReadMessage(); err != nil || string(p) != "おわり" {
		t.Fatalf("%q, %v", p, err)
	}
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	slow.out = bytes.Repeat(big, 200)
	if err := slow.flushFD(50 * time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a write that nobody reads: %v", err)
	}
}
