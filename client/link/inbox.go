package link

import (
	"context"
	"errors"
	"strconv"
	"sync"
)

// Bounds of what waits to be read or written.
const (
	maxInFrames  = 4096
	maxInBytes   = 8 << 20
	maxOutFrames = 256
	maxOutBytes  = 1 << 20
)

// Errors of a connection.
var (
	ErrClosed   = errors.New("link: closed")
	ErrFull     = errors.New("link: too much waits to be sent")
	ErrOverrun  = errors.New("link: frames came faster than they were read")
	ErrHalfOpen = errors.New("link: the other side fell silent")
	ErrDial     = errors.New("link: could not connect")
	ErrFetch    = errors.New("link: could not fetch")
)

// Closing tells how a connection ended. It is an ErrClosed.
type Closing struct {
	Code   int // close code: 1006 when none came
	Reason string
	Err    error // the cause on this side, if any
}

// Error is for logs.
func (c *Closing) Error() string {
	s := "link: closed with code " + strconv.Itoa(c.Code)
	if c.Reason != "" {
		s += ": " + c.Reason
	}
	if c.Err != nil {
		s += ": " + c.Err.Error()
	}
	return s
}

// Unwrap makes errors.Is work for ErrClosed and for the cause.
func (c *Closing) Unwrap() []error {
	if c.Err == nil {
		return []error{ErrClosed}
	}
	return []error{ErrClosed, c.Err}
}

// An inbox holds received frames until somebody reads them. Frames can't be
// dropped singly, since a change presumes the one before: an overrun ends it.
type inbox struct {
	mu     sync.Mutex
	frames [][]byte
	head   int
	bytes  int
	end    *Closing
	news   chan struct{} // holds one token when there may be something new
}

func newInbox() *inbox { return &inbox{news: make(chan struct{}, 1)} }

func (b *inbox) put(frame []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.end != nil {
		return b.end
	}
	if len(b.frames)-b.head >= maxInFrames || b.bytes+len(frame) > maxInBytes {
		return ErrOverrun
	}
	if b.head > 0 && b.head == len(b.frames) {
		b.frames, b.head = b.frames[:0], 0
	}
	b.frames = append(b.frames, frame)
	b.bytes += len(frame)
	b.tell()
	return nil
}

func (b *inbox) close(c *Closing) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.end == nil {
		b.end = c
	}
	b.tell()
}

func (b *inbox) tell() {
	select {
	case b.news <- struct{}{}:
	default:
	}
}

// poll returns the next frame, or nothing. Frames that came before the end are
// still returned after it.
func (b *inbox) poll() ([]byte, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.head == len(b.frames) {
		return nil, false
	}
	f := b.frames[b.head]
	b.frames[b.head] = nil
	b.head++
	b.bytes -= len(f)
	if b.head >= 1024 {
		b.frames = append(b.frames[:0], b.frames[b.head:]...)
		b.head = 0
	}
	return f, true
}

func (b *inbox) err() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.end == nil {
		return nil
	}
	return b.end
}

func (b *inbox) next(ctx context.Context) ([]byte, error) {
	for {
		if f, ok := b.poll(); ok {
			return f, nil
		}
		if err := b.err(); err != nil {
			b.tell() // whoever else waits learns it too
			return nil, err
		}
		select {
		case <-b.news:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
