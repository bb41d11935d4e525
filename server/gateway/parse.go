package gateway

import (
	"encoding/binary"
	"fmt"
	"io"

	"kakitsubata/protocol"
	"kakitsubata/server/session"
)

// Opcodes of RFC 6455, 5.2.
const (
	opMore   = 0
	opText   = 1
	opBinary = 2
	opClose  = 8
	opPing   = 9
	opPong   = 10
)

// parser reads a client's frames out of the pieces in which they come. What it
// keeps is bounded by the largest frame.
type parser struct {
	part   []byte // of a frame that has not come whole
	whole  []byte // the fragments of a binary frame so far
	more   bool   // fragments follow
	broken bool   // what follows can't be read any more
}

// take reads p, which it writes upon. Each binary frame goes to give until that
// is false, or give is nil; control frames go to control. It fails with
// session.ErrFrame for what is no frame of ours, session.ErrClosed when give
// said so, and io.EOF at a close frame.
func (r *parser) take(p []byte, give func([]byte) bool, control func(opcode byte, p []byte)) (err error) {
	if r.broken {
		return nil
	}
	if len(r.part) > 0 {
		p = append(r.part, p...)
	}
	for {
		opcode, last, size, head, ferr := r.head(p)
		if ferr != nil {
			r.broken, r.part, r.whole = true, nil, nil
			return ferr
		}
		if head == 0 || len(p) < head+size {
			break
		}
		payload := p[head : head+size : head+size]
		unmask(payload, p[head-4:head])
		p = p[head+size:]
		switch {
		case opcode == opClose:
			r.broken = true
			return io.EOF
		case opcode >= opClose:
			control(opcode, payload)
			continue
		case !last || opcode == opMore:
			r.whole = append(r.whole, payload...)
			if r.more = !last; r.more {
				continue
			}
			payload, r.whole = r.whole, nil
		}
		if give != nil && !give(payload) {
			give, err = nil, session.ErrClosed
		}
	}
	if len(p) > 0 {
		r.part = append([]byte(nil), p...)
	} else {
		r.part = nil
	}
	return err
}

// head reads a frame's head; its length is zero when it has not come whole.
func (r *parser) head(p []byte) (opcode byte, last bool, size, head int, err error) {
	if len(p) < 2 {
		return 0, false, 0, 0, nil
	}
	opcode, last = p[0]&0xf, p[0]&0x80 != 0
	size, head = int(p[1]&0x7f), 6
	wrong := func(what string) (byte, bool, int, int, error) {
		return 0, false, 0, 0, fmt.Errorf("%w: %s", session.ErrFrame, what)
	}
	switch {
	case p[0]&0x70 != 0:
		return wrong("a reserved bit is set")
	case p[1]&0x80 == 0:
		return wrong("it is not masked")
	case opcode >= opClose && (!last || size > 125):
		return wrong("a control frame in pieces, or too long")
	case opcode == opText:
		return wrong("it is text")
	case opcode > opPong || opcode > opBinary && opcode < opClose:
		return wrong("an unknown kind")
	case opcode == opMore && !r.more, opcode == opBinary && r.more:
		return wrong("pieces of two frames")
	}
	switch size {
	case 126:
		if head = 8; len(p) >= 4 {
			size = int(binary.BigEndian.Uint16(p[2:]))
		}
	case 127:
		if head = 14; len(p) >= 10 {
			size = int(min(binary.BigEndian.Uint64(p[2:]), 1<<30))
		}
	}
	if len(p) < head {
		return 0, false, 0, 0, nil
	}
	if opcode < opClose && size+len(r.whole) > protocol.MaxIntentBytes {
		return wrong(fmt.Sprintf("more than %d bytes", protocol.MaxIntentBytes))
	}
	return opcode, last, size, head, nil
}

func unmask(p, key []byte) {
	for i := range p {
		p[i] ^= key[i&3]
	}
}
