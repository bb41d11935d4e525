package main

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// A relay stands between a bot and the server and can stop to read what the
// server sends, as a tablet does whose network is gone: what is under way
// piles up in the server's socket.
type relay struct {
	listener net.Listener
	server   net.Conn

	mu    sync.Mutex
	until time.Time // nothing is read before
}

// stallFor is how long a relay that stalls does not read.
const stallFor = 5 * time.Second

// smallBuffer lets a stall reach the server soon.
const smallBuffer = 4 << 10

func newRelay(server string) (*relay, error) {
	to, err := net.DialTimeout("tcp", server, enterWithin)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, to.Close())
	}
	if c, ok := to.(*net.TCPConn); ok {
		_ = c.SetReadBuffer(smallBuffer)
	}
	return &relay{listener: l, server: to}, nil
}

// run carries one connection until either side ends it.
func (r *relay) run() {
	bot, err := r.listener.Accept()
	_ = r.listener.Close()
	if err != nil {
		_ = r.server.Close()
		return
	}
	var up sync.WaitGroup
	up.Go(func() {
		_, _ = io.Copy(r.server, bot)
		_ = r.server.Close()
	})
	buf := make([]byte, smallBuffer)
	for {
		r.wait()
		n, err := r.server.Read(buf)
		if n > 0 {
			if _, err := bot.Write(buf[:n]); err != nil {
				break
			}
		}
		if err != nil {
			break
		}
	}
	_ = r.server.Close()
	_ = bot.Close()
	up.Wait()
}

func (r *relay) stall(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.until = now.Add(stallFor)
}

func (r *relay) wait() {
	r.mu.Lock()
	until := r.until
	r.mu.Unlock()
	time.Sleep(time.Until(until))
}

func (r *relay) close() {
	_ = r.listener.Close()
	_ = r.server.Close()
}
