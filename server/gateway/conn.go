package gateway

import (
	"fmt"
	"io"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/gorilla/websocket"

	"kakitsubata/protocol"
	"kakitsubata/server/session"
)

const (
	// writeWait is how long a write may wait for a reader that does not read.
	writeWait = 10 * time.Second
	// closeWait is how long the other end has to answer a close.
	closeWait = time.Second
	// pongEvery is how often a ping is answered; more often is a flood.
	pongEvery = 100 * time.Millisecond
	// closeBase is the WebSocket close code of protocol code 0.
	closeBase = 4000
)

// conn is a session.Conn over any WebSocket. gorilla reads it.
type conn struct {
	outlet
	ws   *websocket.Conn
	net  net.Conn
	pong time.Time // the last; the reader's own
	in   []byte    // the reader's own

	mu      sync.Mutex // the read deadline: once closed it moves no more
	closed  bool
	aliveAt time.Time
}

func newConn(ws *websocket.Conn) *conn {
	c := &conn{ws: ws, net: ws.NetConn()}
	c.outlet.send, c.shot.Done = c.flushNet, c.fired
	if s, ok := c.net.(syscall.Conn); ok { // not so with TLS
		if raw, err := s.SyscallConn(); err == nil {
			c.aim = raw.Control(func(fd uintptr) { c.shot.FD = int(fd) }) == nil
		}
	}
	// Frames that are too large are refused by Read, with a number; this
	// limit, which gorilla answers with a bare close, is for absurd ones.
	ws.SetReadLimit(1 << 20)
	c.alive(time.Now())
	ws.SetPongHandler(func(string) error { c.alive(time.Now()); return nil })
	ws.SetPingHandler(func(p string) error {
		if now := time.Now(); now.Sub(c.pong) > pongEvery {
			c.pong = now
			c.alive(now)
			_ = c.command(websocket.PongMessage, []byte(p)) // Read notices a dead socket
		}
		return nil
	})
	ws.SetCloseHandler(func(int, string) error { return nil }) // Close says why, once
	return c
}

// alive moves the read deadline; more often than each second is not worth it.
func (c *conn) alive(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed && now.Sub(c.aliveAt) > time.Second {
		c.aliveAt = now
		_ = c.ws.SetReadDeadline(now.Add(protocol.SilenceLimit))
	}
}

func (c *conn) Read() ([]byte, error) {
	kind, r, err := c.ws.NextReader()
	if err != nil {
		return nil, err
	}
	c.alive(time.Now())
	if kind != websocket.BinaryMessage {
		return nil, fmt.Errorf("%w: it is text", session.ErrFrame)
	}
	c.in = c.in[:0]
	for {
		if len(c.in) == cap(c.in) {
			c.in = append(c.in, make([]byte, 64)...)[:len(c.in)]
		}
		n, err := r.Read(c.in[len(c.in):min(cap(c.in), protocol.MaxIntentBytes+1)])
		c.in = c.in[:len(c.in)+n]
		switch {
		case len(c.in) > protocol.MaxIntentBytes:
			return nil, fmt.Errorf("%w: more than %d bytes", session.ErrFrame, protocol.MaxIntentBytes)
		case err == io.EOF:
			return c.in, nil
		case err != nil:
			return nil, err
		}
	}
}

func (c *conn) flushNet(d time.Duration) error {
	_ = c.net.SetWriteDeadline(time.Now().Add(d))
	_, err := c.net.Write(c.out)
	c.out = nil
	return err
}

// Close says why, and gives the other end a moment to answer: Read ends then,
// whatever is still sent.
func (c *conn) Close(code protocol.Code, text string) error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil
	}
	c.closed = true
	_ = c.ws.SetReadDeadline(time.Now().Add(closeWait))
	c.mu.Unlock()
	return c.farewell(code, text)
}

// linger reads what the other end still sends, until it answers the close or
// its moment is over: a socket that is closed with bytes unread is reset, and
// a reset takes the leaving with it. Nobody else reads any more.
func (c *conn) linger() {
	c.mu.Lock()
	if !c.closed {
		c.closed = true
		_ = c.ws.SetReadDeadline(time.Now().Add(closeWait))
	}
	c.mu.Unlock()
	for {
		if _, _, err := c.ws.NextReader(); err != nil {
			break
		}
	}
	c.w.Lock()
	defer c.w.Unlock()
	c.shut = true
	_ = c.ws.Close()
}
