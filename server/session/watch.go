package session

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/frame"
)

// Watcher is an observer's socket: eyes and ears without an avatar. It is a
// viewer of one room and cannot act.
type Watcher struct {
	conn    Conn
	k       *socket
	broken  atomic.Pointer[error]
	welcome *protocol.Welcome
	says    func(protocol.Code) string
}

// NewWatcher makes an observer of conn. Texts come from says.
func NewWatcher(conn Conn, welcome *protocol.Welcome, says func(protocol.Code) string, m *Meter) *Watcher {
	w := &Watcher{conn: conn, welcome: welcome, says: says}
	w.k = newSocket(conn, 0, m, func(err error) { w.broken.CompareAndSwap(nil, &err) })
	return w
}

// See takes the room's newest frame, which is written when the press's volley
// is fired. It never blocks.
func (w *Watcher) See(f *frame.Frame, p *frame.Press) { w.k.see(f, p) }

// Tell takes what the room tells. It never blocks.
func (w *Watcher) Tell(n frame.Note) {
	switch n.Op {
	case frame.Over:
		w.End(protocol.LeaveFault)
		return
	case frame.Left, frame.Lamp, frame.Refused:
		return // an observer has no avatar that these concern
	}
	if !w.k.out.tell(n) {
		w.End(protocol.LeaveSlow)
	}
}

// Retract takes words back that may have been seen.
func (w *Watcher) Retract(u id.UtteranceID) {
	if !w.k.out.tell(event(&protocol.Retracted{Utterance: u})) {
		w.End(protocol.LeaveSlow)
	}
}

// End ends the watching with a leaving.
func (w *Watcher) End(code protocol.Code) {
	w.k.out.leave(Leaving(code, false, 0, w.says))
}

// Serve is the observer's read pump; begin puts the watcher into its room once
// the welcome is queued. It returns when the socket ends.
func (w *Watcher) Serve(ctx context.Context, begin func() error) error {
	w.k.out.tell(event(w.welcome))
	if err := begin(); err != nil {
		w.End(protocol.LeaveFault)
	}
	stop := context.AfterFunc(ctx, func() { w.End(protocol.LeaveDrain) })
	defer stop()
	err := w.read()
	w.k.out.leave(readLeaving(err, w.says)) // if nobody said a better one
	<-w.k.written
	if b := w.broken.Load(); b != nil {
		err = errors.Join(err, *b)
	}
	return err
}

func (w *Watcher) read() error {
	intents := newBucket(intentBurst, intentEvery)
	for {
		p, err := w.conn.Read()
		if err != nil {
			return err
		}
		if _, ok := intents.take(time.Now()); !ok {
			w.End(protocol.LeaveFlood)
			return ErrClosed
		}
		intent, err := protocol.DecodeIntent(p)
		if err != nil {
			w.refuse(protocol.RefuseMalformed)
			continue
		}
		switch m := intent.(type) {
		case *protocol.Ping:
			w.k.out.tell(event(&protocol.Pong{Nonce: m.Nonce}))
		case *protocol.Asleep:
			w.k.out.tell(frame.Note{Op: frame.Asleep, On: m.Asleep})
		case *protocol.Leave:
			w.End(protocol.LeaveGoodbye)
			return ErrClosed
		default:
			w.refuse(protocol.RefuseObserver)
		}
	}
}

func (w *Watcher) refuse(code protocol.Code) {
	w.k.out.tell(event(&protocol.Refused{Code: code, Text: w.says(code)}))
}
