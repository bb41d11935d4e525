package gateway

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/gorilla/websocket"

	"kakitsubata/protocol"
	"kakitsubata/server/session"
	"kakitsubata/server/volley"
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

// conn is a session.Conn over a WebSocket. gorilla shakes hands and reads;
// what goes out is framed here, so that a tick's events and its frame are one
// system call, made without waiting where nothing holds it up.
type conn struct {
	ws   *websocket.Conn
	net  net.Conn
	raw  bool      // bytes may go past the connection, to its descriptor: not so with TLS
	pong time.Time // the last; the reader's own
	in   []byte    // the reader's own

	mu      sync.Mutex // the read deadline: once closed it moves no more
	closed  bool
	aliveAt time.Time

	w    sync.Mutex // what goes out; a volley holds it until it is fired
	out  []byte     // framed; what has not gone yet
	shot volley.Shot
	done func(more bool, err error)
	over bool // the descriptor may be another's
}

func newConn(ws *websocket.Conn) *conn {
	c := &conn{ws: ws, net: ws.NetConn()}
	if s, ok := c.net.(syscall.Conn); ok {
		if raw, err := s.SyscallConn(); err == nil {
			// The descriptor stays ours while w is held: close waits for it.
			c.raw = raw.Control(func(fd uintptr) { c.shot.FD = int(fd) }) == nil
		}
	}
	c.shot.Done = c.fired
	// Frames that are too large are refused by Read, with a number; this
	// limit, which gorilla answers with a bare close, is for absurd ones.
	ws.SetReadLimit(1 << 20)
	c.alive(time.Now())
	ws.SetPongHandler(func(string) error { c.alive(time.Now()); return nil })
	ws.SetPingHandler(func(p string) error {
		if now := time.Now(); now.Sub(c.pong) > pongEvery {
			c.pong = now
			c.alive(now)
			_ = c.control(websocket.PongMessage, []byte(p)) // Read notices a dead socket
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

// frame adds a frame to b: a server's frames are not masked.
func frame(b []byte, opcode byte, p []byte) []byte {
	b = append(b, 0x80|opcode)
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

// flush sends what is framed, and waits at most d for the other end to read.
func (c *conn) flush(d time.Duration) error {
	if len(c.out) == 0 {
		return nil
	}
	_ = c.net.SetWriteDeadline(time.Now().Add(d))
	_, err := c.net.Write(c.out)
	c.out = nil
	if err == nil {
		_ = c.net.SetWriteDeadline(time.Time{}) // a try must not find it passed
	}
	return err
}

func (c *conn) TryWrite(events [][]byte, v *volley.Volley, done func(bool, error)) bool {
	if !c.w.TryLock() {
		return false // a control frame goes out, or a close
	}
	switch {
	case c.over:
		c.w.Unlock()
		done(false, net.ErrClosed)
	case !c.raw:
		for _, e := range events {
			c.out = frame(c.out, websocket.BinaryMessage, e)
		}
		c.w.Unlock()
		done(true, nil)
	default:
		from := len(v.Arena)
		for _, e := range events {
			v.Arena = frame(v.Arena, websocket.BinaryMessage, e)
		}
		c.shot.Bytes, c.done = v.Arena[from:len(v.Arena):len(v.Arena)], done
		v.Add(&c.shot)
	}
	return true
}

// fired is told what a volley sent.
func (c *conn) fired(sent int, err error) {
	done, rest := c.done, c.shot.Bytes[sent:]
	c.shot.Bytes, c.done = nil, nil
	more := err == nil && len(rest) > 0
	if more {
		c.out = append(c.out, rest...)
	}
	c.w.Unlock()
	done(more, err)
}

func (c *conn) Write(event []byte) error {
	c.w.Lock()
	defer c.w.Unlock()
	if event != nil {
		c.out = frame(c.out, websocket.BinaryMessage, event)
	}
	return c.flush(writeWait)
}

func (c *conn) control(opcode byte, p []byte) error {
	c.w.Lock()
	defer c.w.Unlock()
	c.out = frame(c.out, opcode, p)
	return c.flush(closeWait)
}

func (c *conn) Ping() error { return c.control(websocket.PingMessage, nil) }

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
	const most = 120 // a close frame holds 123 bytes of reason
	for len(text) > most {
		r := []rune(text)
		text = string(r[:len(r)-1])
	}
	return c.control(websocket.CloseMessage, websocket.FormatCloseMessage(closeBase+int(code), text))
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
	c.over = true
	_ = c.ws.Close()
}
