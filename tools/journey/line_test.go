//go:build journey

package journey

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// homeLine is a way to the city as slow as a home's: so many bytes a second
// down, so much time to there and back, whatever uses it (pages, workers,
// sockets). It counts what came down. While it is held nothing goes up.
type homeLine struct {
	addr  string
	delay time.Duration // each way
	down  atomic.Int64
	held  sync.RWMutex // locked by whoever holds it
	mu    sync.Mutex
	free  time.Time // when the line down has sent all that it took
}

const (
	lineBytes = 10e6 / 8              // a second
	lineDelay = 20 * time.Millisecond // each way
)

// homeLine begins one that ends with the test.
func (c *city) homeLine(t *testing.T) *homeLine { return c.farLine(t, lineDelay) }

// farLine is a homeLine that takes so long each way.
func (c *city) farLine(t *testing.T, delay time.Duration) *homeLine {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &homeLine{addr: l.Addr().String(), delay: delay}
	var all sync.WaitGroup
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	all.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", c.addr)
			if err != nil {
				_ = near.Close()
				continue
			}
			mu.Lock()
			open[near], open[far] = true, true
			mu.Unlock()
			all.Go(func() { h.carry(far, near, false) })
			all.Go(func() { h.carry(near, far, true) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for c := range open {
			_ = c.Close()
		}
		mu.Unlock()
		all.Wait()
	})
	return h
}

// carry passes on what it reads, late by the delay and no faster than the line.
func (h *homeLine) carry(to io.WriteCloser, from io.ReadCloser, down bool) {
	type parcel struct {
		b  []byte
		at time.Time
	}
	way := make(chan parcel, 256)
	go func() {
		defer close(way)
		for {
			b := make([]byte, 8<<10)
			n, err := from.Read(b)
			if n > 0 {
				at := time.Now()
				if down {
					h.down.Add(int64(n))
					at = h.take(n)
				}
				way <- parcel{b[:n], at.Add(h.delay)}
			}
			if err != nil {
				return
			}
		}
	}()
	for p := range way {
		time.Sleep(time.Until(p.at))
		if !down {
			h.held.RLock()
		}
		_, err := to.Write(p.b)
		if !down {
			h.held.RUnlock()
		}
		if err != nil {
			_ = from.Close()
			break
		}
	}
	_ = to.Close()
	for range way { // lets the reader end
	}
}

// take is when the line has sent so many more bytes.
func (h *homeLine) take(n int) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := time.Now(); h.free.Before(now) {
		h.free = now
	}
	h.free = h.free.Add(time.Duration(float64(n) / lineBytes * float64(time.Second)))
	return h.free
}
