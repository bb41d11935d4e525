//go:build linux

package main

import (
	"encoding/binary"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// System calls of io_uring, the same on every architecture.
const (
	sysSetup = 425
	sysEnter = 426
)

// uring is the least io_uring that can hand a batch of socket sends to the
// kernel with one system call.
type uring struct {
	fd             int
	sqMem, cqMem   []byte
	sqes           []byte
	sqHead, sqTail *uint32
	sqMask         uint32
	sqArr          unsafe.Pointer
	cqHead, cqTail *uint32
	n              uint32
}

func newRing(n uint32) (*uring, error) {
	var p [120]byte // struct io_uring_params
	fd, _, e := syscall.Syscall(sysSetup, uintptr(n), uintptr(unsafe.Pointer(&p)), 0)
	if e != 0 {
		return nil, e
	}
	u32 := func(o int) uint32 { return binary.LittleEndian.Uint32(p[o:]) }
	sqN, cqN := u32(0), u32(4)
	sq, cq := 40, 80
	r := &uring{fd: int(fd), n: sqN}
	var err error
	if r.sqMem, err = unix.Mmap(r.fd, 0, int(u32(sq+24)+sqN*4), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_POPULATE); err != nil {
		return nil, err
	}
	if r.cqMem, err = unix.Mmap(r.fd, 0x8000000, int(u32(cq+20)+cqN*16), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_POPULATE); err != nil {
		return nil, err
	}
	if r.sqes, err = unix.Mmap(r.fd, 0x10000000, int(sqN*64), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_POPULATE); err != nil {
		return nil, err
	}
	at := func(m []byte, o uint32) *uint32 { return (*uint32)(unsafe.Pointer(&m[o])) }
	r.sqHead, r.sqTail, r.sqMask = at(r.sqMem, u32(sq)), at(r.sqMem, u32(sq+4)), *at(r.sqMem, u32(sq+8))
	r.sqArr = unsafe.Pointer(&r.sqMem[u32(sq+24)])
	r.cqHead, r.cqTail = at(r.cqMem, u32(cq)), at(r.cqMem, u32(cq+4))
	return r, nil
}

func (r *uring) writeAll(fds []int32, frame []byte) {
	for len(fds) > 0 {
		k := min(uint32(len(fds)), r.n)
		tail := *r.sqTail
		for j := uint32(0); j < k; j++ {
			i := (tail + j) & r.sqMask
			e := r.sqes[i*64 : i*64+64]
			clear(e)
			e[0] = 26 // IORING_OP_SEND
			binary.LittleEndian.PutUint32(e[4:], uint32(fds[j]))
			binary.LittleEndian.PutUint64(e[16:], uint64(uintptr(unsafe.Pointer(&frame[0]))))
			binary.LittleEndian.PutUint32(e[24:], uint32(len(frame)))
			binary.LittleEndian.PutUint32(e[28:], unix.MSG_NOSIGNAL|unix.MSG_DONTWAIT)
			*(*uint32)(unsafe.Add(r.sqArr, i*4)) = i
		}
		*r.sqTail = tail + k
		_, _, _ = syscall.Syscall6(sysEnter, uintptr(r.fd), uintptr(k), uintptr(k), 1, 0, 0)
		*r.cqHead = *r.cqTail
		fds = fds[k:]
	}
}
