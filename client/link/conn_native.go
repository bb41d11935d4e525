//go:build !js

package link

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"kakitsubata/protocol"
)

// Conn is one open WebSocket. Its methods may be called from any goroutine.
type Conn struct {
	ws     *websocket.Conn
	in     *inbox
	out    chan []byte
	once   sync.Once
	done   chan struct{}
	joined sync.WaitGroup
}

// Dial opens a WebSocket at url with the header given (a cookie, an origin).
// It runs a reader and a writer until Close or the other side's close.
func Dial(ctx context.Context, url string, header map[string][]string) (*Conn, error) {
	d := websocket.Dialer{
		HandshakeTimeout: 10 * time.Second,
		Subprotocols:     []string{protocol.Subprotocol},
	}
	ws, resp, err := d.DialContext(ctx, url, header)
	if err != nil {
		if resp != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrDial, resp.Status, err)
		}
		return nil, fmt.Errorf("%w: %w", ErrDial, err)
	}
	ws.SetReadLimit(protocol.MaxEventBytes)
	c := &Conn{ws: ws, in: newInbox(), out: make(chan []byte, maxOutFrames), done: make(chan struct{})}
	c.joined.Add(2)
	go c.read()
	go c.write()
	return c, nil
}

func (c *Conn) read() {
	defer c.joined.Done()
	for {
		kind, frame, err := c.ws.ReadMessage()
		if err != nil {
			end := &Closing{Code: websocket.CloseAbnormalClosure, Err: err}
			var ce *websocket.CloseError
			if errors.As(err, &ce) {
				end = &Closing{Code: ce.Code, Reason: ce.Text}
			}
			c.end(end)
			return
		}
		if kind != websocket.BinaryMessage {
			continue
		}
		if err := c.in.put(frame); err != nil {
			c.end(&Closing{Code: websocket.CloseAbnormalClosure, Err: err})
			return
		}
	}
}

func (c *Conn) write() {
	defer c.joined.Done()
	for {
		select {
		case <-c.done:
			return
		case frame := <-c.out:
			_ = c.ws.SetWriteDeadline(time.Now().Add(protocol.SilenceLimit))
			if err := c.ws.WriteMessage(websocket.BinaryMessage, frame); err != nil {
				c.end(&Closing{Code: websocket.CloseAbnormalClosure, Err: err})
				return
			}
		}
	}
}

func (c *Conn) end(why *Closing) {
	c.in.close(why)
	c.once.Do(func() {
		close(c.done)
		_ = c.ws.Close()
	})
}

// Send queues one frame. It never waits: ErrFull when the socket is too slow,
// ErrClosed when it is gone: always once Next or Err told of the end.
func (c *Conn) Send(frame []byte) error {
	if c.in.err() != nil { // not done, which closes a moment after the end is told
		return ErrClosed
	}
	select {
	case c.out <- frame:
		return nil
	default:
		return ErrFull
	}
}

// Poll returns the next received frame, or false when there is none now.
func (c *Conn) Poll() ([]byte, bool) { return c.in.poll() }

// Next waits for a frame. After the last one it returns a *Closing.
func (c *Conn) Next(ctx context.Context) ([]byte, error) { return c.in.next(ctx) }

// Err is nil while the socket is open, and a *Closing after.
func (c *Conn) Err() error { return c.in.err() }

// Close says goodbye on the socket and waits for its goroutines.
func (c *Conn) Close() {
	_ = c.ws.WriteControl(websocket.CloseMessage,
		websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
	c.end(&Closing{Code: websocket.CloseNormalClosure})
	c.joined.Wait()
}
