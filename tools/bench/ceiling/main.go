//go:build linux

// Command ceiling measures what sockets alone cost: one frame of so many bytes
// to each client at each tick, no game, no input. Its CPU per frame bounds any
// server on the same machine. The modes:
//
//	gorilla-chan      a goroutine for each client, woken over a channel; framed for each
//	gorilla-loop      one goroutine writes to all, framed for each
//	gorilla-prepared  the same, framed once
//	net-chan          as gorilla-chan, framed once, plain net.Conn
//	net-loop          one goroutine, framed once, plain net.Conn
//	raw-fd            write(2) without the runtime's poller
//	iouring           one system call for a batch of sends
package main

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"github.com/gorilla/websocket"
)

// outlet takes one tick's frame: f is framed, p is its payload.
type outlet interface{ send(f, p []byte) }

type gorillaChan chan []byte

func (g gorillaChan) send(_, p []byte) { offer(g, p) }

type netChan chan []byte

func (n netChan) send(f, _ []byte) { offer(n, f) }

func offer(c chan []byte, b []byte) {
	select {
	case c <- b:
	default:
	}
}

type gorillaLoop struct{ c *websocket.Conn }

func (g gorillaLoop) send(_, p []byte) { _ = g.c.WriteMessage(websocket.BinaryMessage, p) }

type netLoop struct{ c net.Conn }

func (n netLoop) send(f, _ []byte) { _, _ = n.c.Write(f) }

type rawFD int

func (r rawFD) send(f, _ []byte) {
	_, _, _ = syscall.RawSyscall(syscall.SYS_WRITE, uintptr(r), uintptr(unsafe.Pointer(&f[0])), uintptr(len(f)))
}

// crowd is everybody who gets frames.
type crowd struct {
	mode string
	ring *uring

	mu       sync.Mutex
	outlets  []outlet
	prepared []*websocket.Conn
	fds      []int32
}

func main() {
	addr := flag.String("addr", "127.0.0.1:7409", "where to listen")
	mode := flag.String("mode", "net-loop", "see the package's text")
	size := flag.Int("size", 200, "payload in bytes")
	hz := flag.Int("hz", 20, "frames a second")
	flag.Parse()
	if err := run(*addr, *mode, *size, *hz); err != nil {
		fmt.Fprintln(os.Stderr, "ceiling:", err)
		os.Exit(1)
	}
}

func run(addr, mode string, size, hz int) error {
	c := &crowd{mode: mode}
	switch mode {
	case "gorilla-chan", "gorilla-loop", "gorilla-prepared", "net-chan", "net-loop", "raw-fd":
	case "iouring":
		ring, err := newRing(4096)
		if err != nil {
			return fmt.Errorf("io_uring: %w", err)
		}
		c.ring = ring
	default:
		return fmt.Errorf("unknown mode %q", mode)
	}
	go c.beat(size, hz)
	if strings.HasPrefix(mode, "gorilla") {
		return http.ListenAndServe(addr, http.HandlerFunc(c.gorilla))
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		go c.plain(conn)
	}
}

func (c *crowd) beat(size, hz int) {
	payload := make([]byte, size)
	for range time.Tick(time.Second / time.Duration(hz)) {
		payload = append([]byte(nil), payload...) // the last one may still be under way
		payload[0]++
		frame := frameOf(payload)
		c.mu.Lock()
		switch c.mode {
		case "gorilla-prepared":
			if m, err := websocket.NewPreparedMessage(websocket.BinaryMessage, payload); err == nil {
				for _, w := range c.prepared {
					_ = w.WritePreparedMessage(m)
				}
			}
		case "iouring":
			c.ring.writeAll(c.fds, frame)
		default:
			for _, o := range c.outlets {
				o.send(frame, payload)
			}
		}
		c.mu.Unlock()
	}
}

func frameOf(p []byte) []byte {
	if len(p) < 126 {
		return append([]byte{0x82, byte(len(p))}, p...)
	}
	b := binary.BigEndian.AppendUint16([]byte{0x82, 126}, uint16(len(p)))
	return append(b, p...)
}

func (c *crowd) add(o outlet) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.outlets = append(c.outlets, o)
}

func (c *crowd) gorilla(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{WriteBufferSize: 4096, ReadBufferSize: 1024}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	switch c.mode {
	case "gorilla-prepared":
		c.mu.Lock()
		c.prepared = append(c.prepared, conn)
		c.mu.Unlock()
	case "gorilla-loop":
		c.add(gorillaLoop{conn})
	default:
		ch := make(gorillaChan, 64)
		c.add(ch)
		go func() {
			for b := range ch {
				_ = conn.WriteMessage(websocket.BinaryMessage, b)
			}
		}()
	}
	go drain(conn.NetConn())
}

func (c *crowd) plain(conn net.Conn) {
	if upgrade(conn) != nil {
		_ = conn.Close()
		return
	}
	switch c.mode {
	case "net-loop":
		c.add(netLoop{conn})
	case "net-chan":
		ch := make(netChan, 64)
		c.add(ch)
		go func() {
			for b := range ch {
				_, _ = conn.Write(b)
			}
		}()
	default:
		raw, err := conn.(*net.TCPConn).SyscallConn()
		if err != nil {
			return
		}
		_ = raw.Control(func(fd uintptr) {
			if c.mode == "raw-fd" {
				c.add(rawFD(fd))
				return
			}
			c.mu.Lock()
			defer c.mu.Unlock()
			c.fds = append(c.fds, int32(fd))
		})
	}
	drain(conn) // keeps conn, and so its descriptor, alive
}

func drain(c net.Conn) {
	b := make([]byte, 512)
	for {
		if _, err := c.Read(b); err != nil {
			return
		}
	}
}

var errKey = errors.New("no WebSocket key")

// upgrade answers a WebSocket's opening.
func upgrade(conn net.Conn) error {
	r, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return err
	}
	key := r.Header.Get("Sec-WebSocket-Key")
	if key == "" {
		return errKey
	}
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	_, err = fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	return err
}
