package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"kakitsubata/protocol"
	"kakitsubata/server/session"
)

const (
	// gatherFor is how long frames may come together after some were read:
	// they count at their room's next tick, up to 50 ms away, and a waking for
	// each costs more than reading it.
	gatherFor = 4 * time.Millisecond
	// sweepEvery is how often silent sockets are looked for.
	sweepEvery = time.Second
)

// errSilent is why a socket that nothing came from is given up.
var errSilent = errors.New("gateway: the other end is silent")

// A poll reads many sockets with one goroutine: a goroutine for each would
// cost its stack, a waking and a second system call for every few bytes. The
// sockets are plain descriptors, taken away from the runtime's own poller.
// Where there is no poll, each socket has a reader of its own: see conn.
type poll struct {
	ep   *os.File // an epoll, which the runtime's poller watches
	raw  syscall.RawConn
	mu   sync.Mutex
	all  map[int32]*line
	buf  [16 << 10]byte // run's own
	over atomic.Bool
}

// newPoll is nil where the kernel gives none.
func newPoll() *poll {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		_ = unix.Close(fd)
		return nil
	}
	p := &poll{ep: os.NewFile(uintptr(fd), "epoll"), all: make(map[int32]*line)}
	if p.raw, err = p.ep.SyscallConn(); err != nil || p.ep.SetReadDeadline(time.Time{}) != nil { // the runtime does not watch it
		_ = p.ep.Close()
		return nil
	}
	return p
}

// run reads until close. A fault in reading one socket ends that socket.
func (p *poll) run() error {
	events := make([]unix.EpollEvent, 512)
	sweep := time.Now().Add(sweepEvery)
	for {
		n, err := p.wait(events, sweep)
		if p.over.Load() {
			return nil
		}
		if err != nil {
			return fmt.Errorf("gateway: the poll: %w", err)
		}
		now := time.Now()
		for i := range events[:n] {
			p.mu.Lock()
			l := p.all[events[i].Fd]
			p.mu.Unlock()
			if l != nil {
				l.ready(events[i].Events, p.buf[:], now)
			}
		}
		if !now.Before(sweep) {
			sweep = now.Add(sweepEvery)
			p.silence(now)
		}
		if n > 0 {
			time.Sleep(gatherFor)
		}
	}
}

// wait is how many sockets have something to read; none after the limit.
func (p *poll) wait(events []unix.EpollEvent, limit time.Time) (n int, err error) {
	_ = p.ep.SetReadDeadline(limit)
	rerr := p.raw.Read(func(fd uintptr) bool {
		for {
			n, err = unix.EpollWait(int(fd), events, 0)
			if err != unix.EINTR {
				return n != 0 || err != nil
			}
		}
	})
	if errors.Is(rerr, os.ErrDeadlineExceeded) {
		return 0, nil
	}
	return n, errors.Join(rerr, err)
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

// close ends run.
func (p *poll) close() {
	p.over.Store(true)
	_ = p.ep.Close()
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
	l.reading.Lock() // reading begins before add returns
	l.inlet = in
	l.reading.Unlock()
	if err := l.poll.add(l); err != nil {
		l.end(err)
	}
}

// add has the poll read a line from now on.
func (p *poll) add(l *line) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all[int32(l.fd)] = l
	e := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLET, Fd: int32(l.fd)}
	err := p.control(unix.EPOLL_CTL_ADD, l.fd, &e)
	if err != nil {
		delete(p.all, int32(l.fd))
	}
	return err
}

func (p *poll) remove(l *line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, int32(l.fd))
	_ = p.control(unix.EPOLL_CTL_DEL, l.fd, nil)
}

func (p *poll) control(op, fd int, e *unix.EpollEvent) (err error) {
	cerr := p.raw.Control(func(ep uintptr) { err = unix.EpollCtl(int(ep), op, fd, e) })
	return errors.Join(cerr, err)
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
