//go:build js

package link

import (
	"context"
	"sync"
	"syscall/js"
	"time"

	"kakitsubata/protocol"
)

// Conn is one open WebSocket of the browser.
type Conn struct {
	ws    js.Value
	in    *inbox
	funcs []js.Func
	once  sync.Once
}

const (
	wsOpen   = 1
	abnormal = 1006
)

// Dial opens a WebSocket at url. A browser sends its own cookies and origin:
// header is not used. It waits, so it must not be called from a js callback.
func Dial(ctx context.Context, url string, _ map[string][]string) (c *Conn, err error) {
	defer func() {
		if r := recover(); r != nil { // a malformed address throws
			c, err = nil, ErrDial
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	c = &Conn{in: newInbox()}
	c.ws = js.Global().Get("WebSocket").New(url, protocol.Subprotocol)
	c.ws.Set("binaryType", "arraybuffer")
	opened := make(chan struct{}, 1)
	closed := make(chan struct{}, 1)
	c.on("open", func(js.Value) { opened <- struct{}{} })
	c.on("message", c.message)
	c.on("close", func(e js.Value) {
		c.in.close(&Closing{Code: e.Get("code").Int(), Reason: e.Get("reason").String()})
		select {
		case closed <- struct{}{}:
		default:
		}
		c.release()
	})
	select {
	case <-opened:
		return c, nil
	case <-closed:
		return nil, ErrDial
	case <-ctx.Done():
		c.Close()
		return nil, ErrDial
	}
}

func (c *Conn) on(name string, f func(e js.Value)) {
	fn := js.FuncOf(func(_ js.Value, args []js.Value) any {
		f(args[0])
		return nil
	})
	c.funcs = append(c.funcs, fn)
	c.ws.Set("on"+name, fn)
}

func (c *Conn) message(e js.Value) {
	data := e.Get("data")
	if data.Type() != js.TypeObject {
		return // text frames are not spoken here
	}
	view := js.Global().Get("Uint8Array").New(data)
	n := view.Length()
	if n > protocol.MaxEventBytes {
		c.fail(ErrOverrun)
		return
	}
	frame := make([]byte, n)
	js.CopyBytesToGo(frame, view)
	if err := c.in.put(frame); err != nil {
		c.fail(err)
	}
}

func (c *Conn) fail(err error) {
	c.in.close(&Closing{Code: abnormal, Err: err})
	c.shut()
}

// shut lets go of the socket. The handlers go first: a half-open socket's
// close event may come a minute later, when nobody cares any more.
func (c *Conn) shut() {
	for _, n := range [...]string{"onopen", "onmessage", "onclose"} {
		c.ws.Set(n, js.Null())
	}
	c.ws.Call("close")
	c.release()
}

func (c *Conn) release() {
	c.once.Do(func() {
		fs := c.funcs
		// Not inside of the callback that is being released.
		time.AfterFunc(time.Second, func() {
			for _, f := range fs {
				f.Release()
			}
		})
	})
}

// Send hands one frame to the browser. It never waits: ErrFull when the
// browser holds too much that is not sent yet, ErrClosed when the socket is gone.
func (c *Conn) Send(frame []byte) error {
	if c.in.err() != nil || c.ws.Get("readyState").Int() != wsOpen {
		return ErrClosed
	}
	if c.ws.Get("bufferedAmount").Int() > maxOutBytes {
		return ErrFull
	}
	buf := js.Global().Get("Uint8Array").New(len(frame))
	js.CopyBytesToJS(buf, frame)
	c.ws.Call("send", buf)
	return nil
}

// Poll returns the next received frame, or false when there is none now.
func (c *Conn) Poll() ([]byte, bool) { return c.in.poll() }

// Next waits for a frame. After the last one it returns a *Closing.
func (c *Conn) Next(ctx context.Context) ([]byte, error) { return c.in.next(ctx) }

// Err is nil while the socket is open, and a *Closing after.
func (c *Conn) Err() error { return c.in.err() }

// Close closes the socket.
func (c *Conn) Close() {
	c.in.close(&Closing{Code: 1000})
	c.shut()
}
