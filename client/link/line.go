package link

import (
	"context"
	"errors"
	"time"

	"kakitsubata/protocol"
)

// Wire is what a Line keeps alive: a *Conn, or a test's double.
type Wire interface {
	Send(frame []byte) error
	Poll() ([]byte, bool)
	Err() error
	Close()
}

// Dialer opens a Wire. It may wait as long as its context lets it.
type Dialer func(context.Context) (Wire, error)

// State of a Line.
type State uint8

// States.
const (
	Idle State = iota // not started, or told to stay away
	Dialling
	Open
	Waiting // for the next try
)

// proven is how long a connection must live to make earlier failures forgotten.
const proven = 5 * time.Second

// Line keeps one connection: it dials, notices silence, answers it, and dials
// again after a jittered wait. It belongs to one goroutine, which calls Step
// often (each frame, and about once a second while the page is hidden).
type Line struct {
	dial    Dialer
	ping    func() []byte // a frame that says "I am here"
	backoff Backoff
	pulse   Pulse
	wire    Wire
	state   State
	opened  time.Duration
	retryAt time.Duration
	stay    bool // do not come back after this socket
	dialled chan dialled
	cancel  context.CancelFunc
	last    error
	turn    int // counts sockets, so that a reader knows a new one
	stepped time.Duration
	begun   bool // stepped holds the time of a Step, which may be zero
}

type dialled struct {
	wire Wire
	err  error
}

// NewLine makes a Line that is Idle. ping returns the frame to send when
// nothing else was sent for protocol.BeatEvery.
func NewLine(dial Dialer, ping func() []byte, backoff Backoff) *Line {
	return &Line{dial: dial, ping: ping, backoff: backoff}
}

// Start dials at once, if the line is idle or waiting.
func (l *Line) Start(ctx context.Context) {
	if l.state == Dialling || l.state == Open {
		return
	}
	l.stay = false
	l.call(ctx)
}

func (l *Line) call(ctx context.Context) {
	ctx, l.cancel = context.WithCancel(ctx)
	ch := make(chan dialled, 1)
	l.dialled, l.state = ch, Dialling
	dial := l.dial
	go func() {
		w, err := dial(ctx)
		ch <- dialled{w, err}
	}()
}

// Step moves the line on. It returns the state; after Open read with Poll.
func (l *Line) Step(ctx context.Context, now time.Duration) State {
	// While the page was frozen nothing could be heard: that time is no silence.
	if gap := now - l.stepped; l.begun && gap > protocol.BeatEvery {
		l.pulse.Heard(min(now, l.pulse.heard+gap))
	}
	l.stepped, l.begun = now, true
	switch l.state {
	case Dialling:
		select {
		case d := <-l.dialled:
			if d.err != nil {
				l.last = d.err
				l.rest(now)
				break
			}
			l.wire, l.state, l.opened = d.wire, Open, now
			l.pulse = NewPulse(now)
			l.turn++
		default:
		}
	case Open:
		l.beat(now)
	case Waiting:
		if now >= l.retryAt {
			l.call(ctx)
		}
	}
	return l.state
}

func (l *Line) beat(now time.Duration) {
	if err := l.wire.Err(); err != nil {
		l.lose(now, err)
		return
	}
	if l.pulse.Dead(now) {
		l.wire.Close()
		l.lose(now, ErrHalfOpen)
		return
	}
	if l.pulse.Due(now) && l.ping != nil {
		_ = l.Send(now, l.ping())
	}
	if now-l.opened > proven && l.backoff.Tries() > 0 {
		l.backoff.Reset()
	}
}

func (l *Line) lose(now time.Duration, why error) {
	l.last = why
	l.rest(now)
}

func (l *Line) rest(now time.Duration) {
	if l.cancel != nil {
		l.cancel()
		l.cancel = nil
	}
	if l.stay {
		l.state = Idle
		return
	}
	l.state, l.retryAt = Waiting, now+l.backoff.Next()
}

// Send sends a frame when the line is open, and says so when it is not.
func (l *Line) Send(now time.Duration, frame []byte) error {
	if l.state != Open {
		return ErrClosed
	}
	err := l.wire.Send(frame)
	if err == nil {
		l.pulse.Sent(now)
	}
	if errors.Is(err, ErrFull) {
		// What is lost can't be made good on this socket.
		l.wire.Close()
		l.lose(now, err)
	}
	return err
}

// Poll returns the next frame of the current socket, also what it left behind
// as it closed. Until the next dial succeeds the old socket's frames are read.
func (l *Line) Poll(now time.Duration) ([]byte, bool) {
	if l.wire == nil {
		return nil, false
	}
	f, ok := l.wire.Poll()
	if ok {
		l.pulse.Heard(now)
	}
	return f, ok
}

// Leaving obeys what the server said as it closes: whether to come back by
// oneself, and how long to wait at least.
func (l *Line) Leaving(now time.Duration, again bool, after time.Duration) {
	l.stay = !again
	if again {
		l.backoff.AtLeast(after)
		if l.state == Waiting {
			l.retryAt = now + l.backoff.Next()
		}
		return
	}
	if l.state == Waiting {
		l.state = Idle
	}
}

// Hang closes the line and stays away until Start.
func (l *Line) Hang() {
	l.stay = true
	if l.cancel != nil {
		l.cancel()
		l.cancel = nil
	}
	if l.wire != nil && l.state == Open {
		l.wire.Close()
	}
	if l.state == Dialling {
		// The late answer is closed, not used.
		go func(ch chan dialled) {
			if d := <-ch; d.wire != nil {
				d.wire.Close()
			}
		}(l.dialled)
	}
	l.state = Idle
}

// State is the state after the last Step.
func (l *Line) State() State { return l.state }

// Turn counts the sockets so far.
func (l *Line) Turn() int { return l.turn }

// Tries counts the waits since the last connection that lived.
func (l *Line) Tries() int { return l.backoff.Tries() }

// Last is why the last socket or try ended.
func (l *Line) Last() error { return l.last }

// RetryIn is how long the line still waits; zero when it does not.
func (l *Line) RetryIn(now time.Duration) time.Duration {
	if l.state != Waiting {
		return 0
	}
	return max(0, l.retryAt-now)
}

// PingFrame is a Ping that asks for nothing but an answer.
func PingFrame() []byte { return protocol.EncodeIntent(&protocol.Ping{}) }
