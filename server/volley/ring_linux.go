package volley

import (
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What linux/io_uring.h says, and x/sys does not.
const (
	entries    = 128 // shots in one system call
	getEvents  = 1   // IORING_ENTER_GETEVENTS
	opSend     = 26  // IORING_OP_SEND
	oneMapping = 1   // IORING_FEAT_SINGLE_MMAP
	offRing    = 0   // IORING_OFF_SQ_RING
	offEntries = 0x10000000
)

// params is struct io_uring_params.
type params struct {
	entries, completions, flags, cpu, idle, features, wq uint32
	_                                                    [3]uint32
	sq                                                   sqOffsets
	cq                                                   cqOffsets
}

type sqOffsets struct {
	head, tail, mask, entries, flags, dropped, array, _ uint32
	_                                                   uint64
}

type cqOffsets struct {
	head, tail, mask, entries, overflow, events, flags, _ uint32
	_                                                     uint64
}

// submission is struct io_uring_sqe, as sends use it.
type submission struct {
	op, flags uint8
	prio      uint16
	fd        int32
	off       uint64
	addr      uint64
	length    uint32
	how       uint32
	token     uint64
	_         [3]uint64
}

// completion is struct io_uring_cqe.
type completion struct {
	token  uint64
	result int32
	flags  uint32
}

// ring is one io_uring. The kernel makes the sends while we enter it, since
// they may not wait; so all is over when entering is.
type ring struct {
	fd             int
	shared, queue  []byte // mappings
	tail           *uint32
	mask           uint32
	subs           []submission
	cqHead, cqTail *uint32
	cqMask         uint32
	comps          []completion
}

// newRing is nil where the kernel does not know io_uring, or forbids it.
func newRing() *ring {
	var p params
	fd, _, e := unix.Syscall(unix.SYS_IO_URING_SETUP, entries, uintptr(unsafe.Pointer(&p)), 0)
	if e != 0 {
		return nil
	}
	r := &ring{fd: int(fd)}
	if p.features&oneMapping == 0 || r.open(&p) != nil {
		r.close()
		return nil
	}
	return r
}

func (r *ring) open(p *params) (err error) {
	const how = unix.MAP_SHARED | unix.MAP_POPULATE
	size := max(p.sq.array+p.entries*4, p.cq.events+p.completions*uint32(unsafe.Sizeof(completion{})))
	if r.shared, err = unix.Mmap(r.fd, offRing, int(size), unix.PROT_READ|unix.PROT_WRITE, how); err != nil {
		return err
	}
	if r.queue, err = unix.Mmap(r.fd, offEntries, int(p.entries)*int(unsafe.Sizeof(submission{})), unix.PROT_READ|unix.PROT_WRITE, how); err != nil {
		return err
	}
	word := func(o uint32) *uint32 { return (*uint32)(unsafe.Pointer(&r.shared[o])) }
	r.tail, r.mask = word(p.sq.tail), *word(p.sq.mask)
	r.subs = unsafe.Slice((*submission)(unsafe.Pointer(&r.queue[0])), p.entries)
	array := unsafe.Slice(word(p.sq.array), p.entries)
	for i := range array {
		array[i] = uint32(i) // submissions lie in their order
	}
	r.cqHead, r.cqTail, r.cqMask = word(p.cq.head), word(p.cq.tail), *word(p.cq.mask)
	r.comps = unsafe.Slice((*completion)(unsafe.Pointer(&r.shared[p.cq.events])), p.completions)
	return nil
}

func (r *ring) close() {
	for _, m := range [][]byte{r.shared, r.queue} {
		if m != nil {
			_ = unix.Munmap(m)
		}
	}
	_ = unix.Close(r.fd)
}

// fire sends all shots. It is false when the ring broke; each shot is told all
// the same.
func (r *ring) fire(shots []*Shot) bool {
	for len(shots) > 0 {
		n := min(len(shots), len(r.subs))
		if !r.salvo(shots[:n]) {
			for _, s := range shots {
				if s != nil {
					s.Done(0, unix.EIO)
				}
			}
			return false
		}
		shots = shots[n:]
	}
	return true
}

// salvo sends as many shots as the queue holds, and strikes out those told.
func (r *ring) salvo(shots []*Shot) bool {
	tail := *r.tail
	for i, s := range shots {
		at := &r.subs[(tail+uint32(i))&r.mask]
		*at = submission{op: opSend, fd: int32(s.FD), length: uint32(len(s.Bytes)),
			how: unix.MSG_NOSIGNAL | unix.MSG_DONTWAIT, token: uint64(i)}
		if len(s.Bytes) > 0 {
			at.addr = uint64(uintptr(unsafe.Pointer(&s.Bytes[0])))
		}
	}
	atomic.StoreUint32(r.tail, tail+uint32(len(shots)))
	for handed, told := 0, 0; told < len(shots); {
		n, _, e := unix.Syscall6(unix.SYS_IO_URING_ENTER, uintptr(r.fd), uintptr(len(shots)-handed), uintptr(len(shots)-told), getEvents, 0, 0)
		switch e {
		case 0:
			handed += int(n)
		case unix.EINTR, unix.EAGAIN, unix.EBUSY:
		default:
			return false
		}
		told += r.reap(shots)
	}
	return true
}

// reap tells what the kernel has done.
func (r *ring) reap(shots []*Shot) (n int) {
	head := *r.cqHead
	for tail := atomic.LoadUint32(r.cqTail); head != tail; head++ {
		c := r.comps[head&r.cqMask]
		s := shots[c.token]
		shots[c.token] = nil
		n++
		switch e := unix.Errno(-c.result); {
		case c.result >= 0:
			s.Done(int(c.result), nil)
		case e == unix.EAGAIN || e == unix.EINTR:
			s.Done(0, nil)
		default:
			s.Done(0, e)
		}
	}
	atomic.StoreUint32(r.cqHead, head)
	return n
}
