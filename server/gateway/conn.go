package gateway

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"kakitsubata/protocol"
)

// writeWait is how long a write may wait for a reader that does not read.
const writeWait = 10 * time.Second

// closeBase is the WebSocket close code of protocol code 0.
const closeBase = 4000

// conn is a session.Conn over a WebSocket.
type conn struct {
	ws     *websocket.Conn
	closed atomic.Bool
}

func newConn(ws *websocket.Conn) *conn {
	ws.SetReadLimit(protocol.MaxIntentBytes)
	alive := func(string) error { return ws.SetReadDeadline(time.Now().Add(protocol.SilenceLimit)) }
	_ = alive("")
	ws.SetPongHandler(alive)
	return &conn{ws: ws}
}

var errText = errors.New("gateway: frames are binary")

func (c *conn) Read() ([]byte, error) {
	kind, p, err := c.ws.ReadMessage()
	if err != nil {
		return nil, err
	}
	_ = c.ws.SetReadDeadline(time.Now().Add(protocol.SilenceLimit))
	if kind != websocket.BinaryMessage {
		return nil, errText
	}
	return p, nil
}

func (c *conn) Write(p []byte) error {
	_ = c.ws.SetWriteDeadline(time.Now().Add(writeWait))
	return c.ws.WriteMessage(websocket.BinaryMessage, p)
}

func (c *conn) Ping() error {
	return c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
}

// Close says why, then gives the other end a moment to read it.
func (c *conn) Close(code protocol.Code, text string) error {
	if c.closed.Swap(true) {
		return nil
	}
	const most = 120 // a close frame holds 123 bytes of reason
	for len(text) > most {
		r := []rune(text)
		text = string(r[:len(r)-1])
	}
	deadline := time.Now().Add(time.Second)
	err := c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(closeBase+int(code), text), deadline)
	_ = c.ws.SetReadDeadline(deadline) // the read pump ends when the answer comes, or then
	return err
}
