package drive

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// WebSocket opcodes.
const (
	opText   = 1
	opBinary = 2
	opClose  = 8
	opPing   = 9
	opPong   = 10
)

// Conn is one avatar's WebSocket, with just enough of RFC 6455 to be cheap:
// no fragments, no extensions, a mask of zeros.
type Conn struct {
	Key  uint64  // what snapshots call this avatar
	X, Y float64 // where it begins, in hundredths of a tile; for servers that decide that
	Room int
	str  string // free for the adapter
	any  any    // free for the adapter

	nc   net.Conn
	br   *bufio.Reader
	wmu  sync.Mutex
	wbuf []byte
}

const dialWait = 10 * time.Second

// dial opens a WebSocket at ws://addr/target.
func dial(addr, target string, header http.Header) (*Conn, error) {
	nc, err := net.DialTimeout("tcp", addr, dialWait)
	if err != nil {
		return nil, err
	}
	c := &Conn{nc: nc, br: bufio.NewReaderSize(nc, 32<<10)}
	if err := c.upgrade(addr, target, header); err != nil {
		_ = nc.Close()
		return nil, err
	}
	return c, nil
}

func (c *Conn) upgrade(addr, target string, header http.Header) error {
	u, err := url.Parse("http://" + addr + target)
	if err != nil {
		return err
	}
	r := http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}, Host: addr}
	for k, v := range header {
		r.Header[k] = v
	}
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", "websocket")
	r.Header.Set("Sec-WebSocket-Version", "13")
	r.Header.Set("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==") // a load test has no caches to fool
	_ = c.nc.SetDeadline(time.Now().Add(dialWait))
	defer func() { _ = c.nc.SetDeadline(time.Time{}) }()
	if err := r.Write(c.nc); err != nil {
		return err
	}
	res, err := http.ReadResponse(c.br, &r)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusSwitchingProtocols {
		return fmt.Errorf("drive: the upgrade is answered with %s", res.Status)
	}
	return nil
}

// write sends one frame.
func (c *Conn) write(op byte, p []byte) error {
	c.wmu.Lock()
	defer c.wmu.Unlock()
	b := append(c.wbuf[:0], 0x80|op)
	if len(p) < 126 {
		b = append(b, 0x80|byte(len(p)))
	} else {
		b = append(b, 0x80|126)
		b = binary.BigEndian.AppendUint16(b, uint16(len(p)))
	}
	b = append(b, 0, 0, 0, 0)
	b = append(b, p...)
	c.wbuf = b
	_, err := c.nc.Write(b)
	return err
}

var errMasked = errors.New("drive: a server's frame has a mask")

// head reads the head of a frame: its opcode, and the lengths of its payload
// and of the head itself.
func (c *Conn) head() (op byte, n, size int, err error) {
	b, err := c.br.Peek(2)
	if err != nil {
		return 0, 0, 0, err
	}
	op, n, size = b[0]&15, int(b[1]&127), 2
	if b[1]&0x80 != 0 {
		return 0, 0, 0, errMasked
	}
	switch n {
	case 126:
		if b, err = c.br.Peek(4); err != nil {
			return 0, 0, 0, err
		}
		n, size = int(binary.BigEndian.Uint16(b[2:])), 4
	case 127:
		if b, err = c.br.Peek(10); err != nil {
			return 0, 0, 0, err
		}
		n, size = int(binary.BigEndian.Uint64(b[2:])), 10
	}
	_, err = c.br.Discard(size)
	return op, n, size, err
}

// control answers a control frame of n bytes; a close is an error.
func (c *Conn) control(op byte, n int) error {
	p := make([]byte, n)
	if _, err := io.ReadFull(c.br, p); err != nil {
		return err
	}
	switch op {
	case opPing:
		return c.write(opPong, p)
	case opClose:
		return fmt.Errorf("drive: closed by the server: %x %q", p[:min(2, n)], p[min(2, n):])
	}
	return nil
}

// read returns the next message into buf, and its length with its head.
func (c *Conn) read(buf []byte) ([]byte, int, error) {
	for {
		op, n, size, err := c.head()
		if err != nil {
			return nil, 0, err
		}
		if op >= opClose {
			if err := c.control(op, n); err != nil {
				return nil, 0, err
			}
			continue
		}
		if cap(buf) < n {
			buf = make([]byte, n+n/2)
		}
		buf = buf[:n]
		_, err = io.ReadFull(c.br, buf)
		return buf, n + size, err
	}
}

// skip classifies the next message by its first bytes and throws it away. A
// control frame is answered, and has no bytes.
func (c *Conn) skip(classify func([]byte) Kind) (Kind, int, error) {
	op, n, size, err := c.head()
	if err != nil {
		return Other, 0, err
	}
	if op >= opClose {
		return Other, n + size, c.control(op, n)
	}
	head, err := c.br.Peek(min(n, headBytes))
	if err != nil {
		return Other, 0, err
	}
	k := classify(head)
	_, err = c.br.Discard(n)
	return k, n + size, err
}
