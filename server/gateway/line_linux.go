package gateway

import (
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"kakitsubata/protocol"
	"kakitsubata/server/session"
)

// line is a session.Line over a descriptor that a poll reads.
type line struct {
	outlet
	poll  *poll
	fd    int
	inlet inlet // nil when no visit was begun; good once settled is closed
	ended func()

	reading sync.Mutex // whoever holds it owns what follows
	parser  parser
	heard   time.Time
	pong    time.Time
	gone    bool // the descriptor may be another's

	over    atomic.Bool // reading is, for the visit
	closed  atomic.Bool // by us
	waiting atomic.Bool // a writer does, for the other end to read
	room    chan struct{}
	settle  sync.Once
	settled chan struct{} // closed when it is known whether a visit was begun
	drain   sync.Once
	drained chan struct{} // closed when nothing of the other end can be lost any more
}

// inlet is what a session.Inlet does.
type inlet interface {
	Take(p []byte) (more bool)
	Lost(err error)
}

// adopt takes an upgraded socket away from gorilla and the runtime; false when
// it can't, and the socket is as it was.
func (p *poll) adopt(c *conn) (*line, bool) {
	s, ok := c.net.(syscall.Conn) // not so with TLS
	if !ok {
		return nil, false
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return nil, false
	}
	l := &line{poll: p, fd: -1, heard: time.Now(), room: make(chan struct{}, 1), drained: make(chan struct{}), settled: make(chan struct{})}
	cerr := raw.Control(func(fd uintptr) { l.fd, err = unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 0) })
	if cerr != nil || err != nil {
		return nil, false
	}
	_ = c.ws.Close() // its own descriptor; the socket lives on in ours
	l.shot.FD, l.aim = l.fd, true
	l.outlet.send, l.shot.Done = l.flushFD, l.fired
	return l, true
}

// lent says what takes the frames, or that no visit was begun.
func (l *line) lent(in inlet) {
	l.settle.Do(func() {
		l.inlet = in
		close(l.settled)
	})
}

// flushFD sends what is framed, and waits for the other end to read.
func (l *line) flushFD(d time.Duration) error {
	defer l.waiting.Store(false)
	var late <-chan time.Time
	for {
		l.waiting.Store(true) // before it is tried: room made afterwards is told
		n, err := unix.Write(l.fd, l.out)
		switch err {
		case nil:
			if l.out = l.out[n:]; len(l.out) == 0 {
				l.out = nil
				return nil
			}
			continue
		case unix.EINTR:
			continue
		case unix.EAGAIN:
		default:
			l.out = nil
			return err
		}
		if late == nil {
			timer := time.NewTimer(d)
			defer timer.Stop()
			late = timer.C
		}
		select {
		case <-l.room:
		case <-late:
			l.out = nil
			return os.ErrDeadlineExceeded
		}
	}
}

// Close says why, and gives the other end a moment to answer.
func (l *line) Close(code protocol.Code, text string) error {
	if l.closed.Swap(true) {
		return nil
	}
	err := l.farewell(code, text)
	l.end(session.ErrClosed)
	return err
}
