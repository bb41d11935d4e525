package gateway

import (
	"encoding/binary"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"kakitsubata/protocol"
	"kakitsubata/server/volley"
)

// outlet is what goes out on a socket. gorilla shakes hands; frames are made
// here, so that a tick's events and its frame are one send, made without
// waiting where nothing holds it up, together with those of others.
type outlet struct {
	w    sync.Mutex // a volley holds it until it is fired
	out  []byte     // framed; what has not gone yet
	shot volley.Shot
	aim  bool // the shot has a descriptor, which stays ours while w is held
	shut bool // the descriptor may be another's
	done func(more bool, err error)
	send func(d time.Duration) error // sends out, and waits at most d for the other end to read
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

// TryWrite is session.Line's.
func (o *outlet) TryWrite(events [][]byte, v *volley.Volley, done func(bool, error)) bool {
	if !o.w.TryLock() {
		return false // a control frame goes out, or a close
	}
	switch {
	case o.shut:
		o.w.Unlock()
		done(false, net.ErrClosed)
	case !o.aim:
		for _, e := range events {
			o.out = frame(o.out, websocket.BinaryMessage, e)
		}
		o.w.Unlock()
		done(true, nil)
	default:
		from := len(v.Arena)
		for _, e := range events {
			v.Arena = frame(v.Arena, websocket.BinaryMessage, e)
		}
		o.shot.Bytes, o.done = v.Arena[from:len(v.Arena):len(v.Arena)], done
		v.Add(&o.shot)
	}
	return true
}

// fired is told what a volley sent.
func (o *outlet) fired(sent int, err error) {
	done, rest := o.done, o.shot.Bytes[sent:]
	o.shot.Bytes, o.done = nil, nil
	more := err == nil && len(rest) > 0
	if more {
		o.out = append(o.out, rest...)
	}
	o.w.Unlock()
	done(more, err)
}

// Write is session.Line's.
func (o *outlet) Write(event []byte) error {
	o.w.Lock()
	defer o.w.Unlock()
	if event != nil {
		o.out = frame(o.out, websocket.BinaryMessage, event)
	}
	return o.flush(writeWait)
}

// Ping is session.Line's.
func (o *outlet) Ping() error { return o.command(websocket.PingMessage, nil) }

// command sends a control frame.
func (o *outlet) command(opcode byte, p []byte) error {
	o.w.Lock()
	defer o.w.Unlock()
	o.out = frame(o.out, opcode, p)
	return o.flush(closeWait)
}

// farewell sends a close.
func (o *outlet) farewell(code protocol.Code, text string) error {
	const most = 120 // a close frame holds 123 bytes of reason
	for len(text) > most {
		r := []rune(text)
		text = string(r[:len(r)-1])
	}
	return o.command(websocket.CloseMessage, websocket.FormatCloseMessage(closeBase+int(code), text))
}

func (o *outlet) flush(d time.Duration) error {
	switch {
	case o.shut:
		return net.ErrClosed
	case len(o.out) == 0:
		return nil
	}
	return o.send(d)
}
