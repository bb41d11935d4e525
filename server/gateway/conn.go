package gateway

import (
	"fmt"
	"io"
	"sync"
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

// conn is a session.Conn over a WebSocket.
type conn struct {
	ws   *websocket.Conn
	pong time.Time // the last; the reader's own

	mu     sync.Mutex // the read deadline: once closed it moves no more
	closed bool
}

func newConn(ws *websocket.Conn) *conn {
	c := &conn{ws: ws}
	// Frames that are too large are refused by Read, with a number; this
	// limit, which gorilla answers with a bare close, is for absurd ones.
	ws.SetReadLimit(1 << 20)
	c.alive()
	ws.SetPongHandler(func(string) error { c.alive(); return nil })
	ws.SetPingHandler(func(p string) error {
		if now := time.Now(); now.Sub(c.pong) > pongEvery {
			c.pong = now
			c.alive()
			_ = ws.WriteControl(websocket.PongMessage, []byte(p), now.Add(closeWait)) // Read notices a dead socket
		}
		return nil
	})
	return c
}

func (c *conn) alive() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		_ = c.ws.SetReadDeadline(time.Now().Add(protocol.SilenceLimit))
	}
}

func (c *conn) Read() ([]byte, error) {
	kind, r, err := c.ws.NextReader()
	if err != nil {
		return nil, err
	}
	c.alive()
	if kind != websocket.BinaryMessage {
		return nil, fmt.Errorf("%w: it is text", session.ErrFrame)
	}
	p, err := io.ReadAll(io.LimitReader(r, protocol.MaxIntentBytes+1))
	if err == nil && len(p) > protocol.MaxIntentBytes {
		return nil, fmt.Errorf("%w: more than %d bytes", session.ErrFrame, protocol.MaxIntentBytes)
	}
	return p, err
}

func (c *conn) Write(p []byte) error {
	_ = c.ws.SetWriteDeadline(time.Now().Add(writeWait))
	return c.ws.WriteMessage(websocket.BinaryMessage, p)
}

func (c *conn) Ping() error {
	return c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(closeWait))
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
	deadline := time.Now().Add(closeWait)
	_ = c.ws.SetReadDeadline(deadline)
	c.mu.Unlock()
	const most = 120 // a close frame holds 123 bytes of reason
	for len(text) > most {
		r := []rune(text)
		text = string(r[:len(r)-1])
	}
	return c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(closeBase+int(code), text), deadline)
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
	_ = c.ws.Close()
}
