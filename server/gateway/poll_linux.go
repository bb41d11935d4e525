package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"kakitsubata/protocol"
	"kakitsubata/server/session"
)

const (
	// lookEvery is how often the poll looks. Nothing wakes it: frames count at
	// their room's next tick, up to 50 ms away, and a waking for each would cost
	// more than reading it.
	lookEvery = 4 * time.Millisecond
	// sweepEvery is how often silent sockets are looked for.
	sweepEvery = time.Second
)

// Errors of a poll.
var (
	errSilent = errors.New("gateway: the other end is silent")
	errOver   = errors.New("gateway: the poll is over")
)

// A poll reads many sockets with one goroutine: a goroutine for each would
// cost its stack, a waking and a second system call for every few bytes. The
// sockets are plain descriptors, taken away from the runtime's own poller.
// Where there is no poll, each socket has a reader of its own: see conn.
type poll struct {
	ep   int
	come chan struct{}  // has a token when there is somebody to read again
	buf  [16 << 10]byte // run's own

	mu   sync.Mutex
	all  map[int32]*line
	over bool
}

// newPoll is nil where the kernel gives none.
func newPoll() *poll {
	ep, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil
	}
	return &poll{ep: ep, come: make(chan struct{}, 1), all: make(map[int32]*line)}
}

// run reads until ctx ends. A fault in reading one socket ends that socket.
func (p *poll) run(ctx context.Context) error {
	defer p.close()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	events := make([]unix.EpollEvent, 512)
	sweep := time.Now()
	for {
		if p.empty() {
			look.Stop()
			select {
			case <-p.come:
			case <-ctx.Done():
				return nil
			}
			look.Reset(lookEvery)
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return nil
		}
		now := time.Now()
		for n := len(events); n == len(events); {
			var err error
			switch n, err = unix.EpollWait(p.ep, events, 0); err {
			case nil, unix.EINTR:
			default:
				return fmt.Errorf("gateway: the poll: %w", err)
			}
			for i := range events[:max(n, 0)] {
				if l := p.line(events[i].Fd); l != nil {
					l.ready(events[i].Events, p.buf[:], now)
				}
			}
		}
		if now.Sub(sweep) > sweepEvery {
			sweep = now
			p.silence(now)
		}
	}
}

func (p *poll) empty() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.all) == 0
}

func (p *poll) line(fd int32) *line {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.all[fd]
}

func (p *poll) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	_ = unix.Close(p.ep)
}

// silence gives up those whom nothing came from.
func (p *poll) silence(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.all {
		if now.Sub(l.heard) > protocol.SilenceLimit {
			l.end(errSilent)
		}
	}
}

// open lends a line to a visit, and reads it from now on.
func (p *poll) open(s *session.Session, l *line) error {
	in, err := s.Open(context.Background(), l)
	if err != nil {
		return err
	}
	l.begin(in)
	return nil
}

// begin has a line read from now on.
func (l *line) begin(in inlet) {
	l.lent(in)
	if err := l.poll.add(l); err != nil {
		l.end(err)
	}
}

// add has the poll read a line from now on.
func (p *poll) add(l *line) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return errOver
	}
	e := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLET, Fd: int32(l.fd)}
	if err := unix.EpollCtl(p.ep, unix.EPOLL_CTL_ADD, l.fd, &e); err != nil {
		return fmt.Errorf("gateway: the poll: %w", err)
	}
	p.all[int32(l.fd)] = l
	select {
	case p.come <- struct{}{}:
	default:
	}
	return nil
}

func (p *poll) remove(l *line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, int32(l.fd))
	if !p.over {
		_ = unix.EpollCtl(p.ep, unix.EPOLL_CTL_DEL, l.fd, nil) // closing it does so too
	}
}

// ready reads what has come, and tells a writer that there is room.
func (l *line) ready(events uint32, buf []byte, now time.Time) {
	defer func() {
		if r := recover(); r != nil {
			slog.Error("a socket broke", "fault", r, "stack", string(debug.Stack()))
			l.end(session.ErrFault)
		}
	}()
	l.serve(events, buf, now)
}

func (l *line) serve(events uint32, buf []byte, now time.Time) {
	if events&(unix.EPOLLOUT|unix.EPOLLHUP|unix.EPOLLERR) != 0 && l.waiting.Load() {
		select {
		case l.room <- struct{}{}:
		default:
		}
	}
	if events&^unix.EPOLLOUT == 0 {
		return
	}
	l.reading.Lock()
	defer l.reading.Unlock()
	for !l.gone {
		n, err := unix.Read(l.fd, buf)
		switch {
		case err == unix.EINTR:
			continue
		case err == unix.EAGAIN:
			return
		case err != nil:
			l.end(err)
			return
		case n == 0:
			l.end(io.EOF)
			return
		}
		l.heard = now
		if err := l.take(buf[:n]); err != nil {
			l.end(err)
		}
		if n < len(buf) && events&(unix.EPOLLRDHUP|unix.EPOLLHUP|unix.EPOLLERR) == 0 {
			return // whatever comes now is another event
		}
	}
}

// take reads frames.
func (l *line) take(p []byte) error {
	if l.over.Load() {
		return l.parser.take(p, nil, l.control)
	}
	return l.parser.take(p, l.inlet.Take, l.control)
}

// control answers a ping.
func (l *line) control(opcode byte, p []byte) {
	if opcode != opPing || l.heard.Sub(l.pong) < pongEvery {
		return
	}
	l.pong = l.heard
	p = append([]byte(nil), p...)
	go func() { _ = l.command(opPong, p) }() // it may have to wait for the other end
}

// end tells the visit, once, that reading is over; afterwards, that the other
// end has answered the close.
func (l *line) end(err error) {
	if !l.over.CompareAndSwap(false, true) {
		l.drain.Do(func() { close(l.drained) })
		return
	}
	if !errors.Is(err, session.ErrFrame) && !errors.Is(err, session.ErrClosed) {
		l.drain.Do(func() { close(l.drained) }) // it has gone
	}
	go l.finish(err)
}

// finish waits for the last to be written and for the other end to have read
// it, and closes the socket.
func (l *line) finish(err error) {
	defer l.ended()
	<-l.settled // we may have closed it meanwhile
	if l.inlet != nil {
		l.inlet.Lost(err)
	} else if l.poll.add(l) != nil { // it was told to go at once, and may have sent something
		l.drain.Do(func() { close(l.drained) })
	}
	select {
	case <-l.drained:
	case <-time.After(closeWait):
	}
	l.poll.remove(l)
	l.reading.Lock()
	defer l.reading.Unlock()
	l.w.Lock()
	defer l.w.Unlock()
	l.gone, l.shut = true, true
	if err := unix.Close(l.fd); err != nil {
		slog.Error("a socket could not be closed", "err", err)
	}
}
