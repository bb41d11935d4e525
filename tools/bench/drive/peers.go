package drive

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// ceiling is tools/bench/ceiling: it sends, and wants nothing.
type ceiling struct{ addr string }

func (a ceiling) Open(i, _ int) (*Conn, error) {
	c, err := dial(a.addr, "/", nil)
	if err == nil {
		c.Key = uint64(i)
	}
	return c, err
}
func (ceiling) Move(d []byte, _ *Conn, _ Move) []byte { return d }
func (ceiling) Say(d []byte, _ *Conn, _ Words) []byte { return d }
func (ceiling) Classify([]byte) Kind                  { return Snapshot }
func (ceiling) Decode(*Conn, []byte, Sink)            {}
func (ceiling) Traits() Traits                        { return Traits{} }

// plainNode is peers/node/ws-json.js.
type plainNode struct{ addr string }

func (a plainNode) Open(_, room int) (*Conn, error) {
	c, err := dial(a.addr, fmt.Sprintf("/?room=%d", room), nil)
	if err != nil {
		return nil, err
	}
	for {
		b, _, err := c.read(nil)
		if err != nil {
			return nil, err
		}
		var m struct {
			T string
			I uint64
		}
		if json.Unmarshal(b, &m) == nil && m.T == "hi" {
			c.Key = m.I
			return c, nil
		}
	}
}

func (plainNode) Traits() Traits { return Traits{Text: true} }

func (plainNode) Move(d []byte, _ *Conn, m Move) []byte {
	d = append(d, `{"t":"m","x":`...)
	d = strconv.AppendUint(d, uint64(m.X), 10)
	d = append(d, `,"y":`...)
	d = strconv.AppendUint(d, uint64(m.Y), 10)
	d = append(d, `,"d":`...)
	d = strconv.AppendUint(d, uint64(m.Octant), 10)
	return append(d, '}')
}

func (plainNode) Say(d []byte, _ *Conn, w Words) []byte {
	return append(append(append(d, `{"t":"s","m":"`...), w.plain()...), `"}`...)
}

func (plainNode) Classify(h []byte) Kind {
	switch {
	case bytes.HasPrefix(h, []byte(`{"t":"sn`)):
		return Snapshot
	case bytes.HasPrefix(h, []byte(`{"t":"sa`)):
		return Heard
	}
	return Other
}

func (a plainNode) Decode(_ *Conn, b []byte, s Sink) {
	switch a.Classify(b) {
	case Snapshot: // {"i":1,"x":2,"y":3,"d":4} again and again: the numbers in their order
		k := bytes.IndexByte(b, '[')
		if k < 0 {
			return
		}
		var v [4]uint64
		n, in := 0, false
		for _, ch := range b[k:] {
			switch {
			case ch >= '0' && ch <= '9':
				if !in {
					v[n], in = 0, true
				}
				v[n] = v[n]*10 + uint64(ch-'0')
			case in:
				in = false
				if n++; n == len(v) {
					s.Pos(v[0], uint16(v[1]), uint16(v[2]))
					n = 0
				}
			}
		}
	case Heard:
		var m struct{ M string }
		if json.Unmarshal(b, &m) == nil {
			if w, ok := readPlain([]byte(m.M)); ok {
				s.Said(w)
			}
		}
	}
}

// plainGo is peers/gorilla.
type plainGo struct{ addr string }

func (a plainGo) Open(_, room int) (*Conn, error) {
	c, err := dial(a.addr, fmt.Sprintf("/ws?room=%d", room), nil)
	if err != nil {
		return nil, err
	}
	for {
		b, _, err := c.read(nil)
		if err != nil {
			return nil, err
		}
		if key, ok := bytes.CutPrefix(b, []byte{0x82, 0xa1, 't', 0xa2, 'h', 'i', 0xa1, 'i'}); ok { // {t: "hi", i: …}
			c.Key, _ = mpUint(key, 0)
			return c, nil
		}
	}
}

func (plainGo) Traits() Traits { return Traits{} }

func (plainGo) Move(d []byte, _ *Conn, m Move) []byte {
	return append(d, 0x84, 0xa1, 't', 0xa1, 'm', 0xa1, 'x', 0xcd, byte(m.X>>8), byte(m.X),
		0xa1, 'y', 0xcd, byte(m.Y>>8), byte(m.Y), 0xa1, 'd', m.Octant)
}

func (plainGo) Say(d []byte, _ *Conn, w Words) []byte {
	s := w.plain()
	d = append(d, 0x82, 0xa1, 't', 0xa1, 's', 0xa1, 'm', 0xd9, byte(len(s)))
	return append(d, s...)
}

func (plainGo) Classify(h []byte) Kind {
	if len(h) > 7 && h[1] == 0xa1 && h[2] == 't' {
		switch {
		case h[3] == 0xa4 && h[4] == 's' && h[5] == 'n':
			return Snapshot
		case h[3] == 0xa3 && h[4] == 's' && h[5] == 'a':
			return Heard
		}
	}
	return Other
}

func (a plainGo) Decode(_ *Conn, b []byte, s Sink) {
	switch a.Classify(b) {
	case Snapshot:
		i := bytes.Index(b, []byte{0xa1, 'p'})
		if i < 0 {
			return
		}
		i += 2
		n := 0
		switch {
		case b[i]&0xf0 == 0x90:
			n, i = int(b[i]&15), i+1
		case b[i] == 0xdc:
			n, i = int(b[i+1])<<8|int(b[i+2]), i+3
		default:
			return
		}
		for ; n > 0; n-- {
			fields := int(b[i] & 15)
			i++
			var key, x, y, v uint64
			for ; fields > 0; fields-- {
				name := b[i+1]
				v, i = mpUint(b, i+2)
				switch name {
				case 'i':
					key = v
				case 'x':
					x = v
				case 'y':
					y = v
				}
			}
			s.Pos(key, uint16(x), uint16(y))
		}
	case Heard:
		i := bytes.Index(b, []byte{0xa1, 'm', 0xd9}) // longer than a fixstr
		if i < 0 || len(b) < i+4 {
			return
		}
		if w, ok := readPlain(b[i+4 : min(len(b), i+4+int(b[i+3]))]); ok {
			s.Said(w)
		}
	}
}

// mpUint reads one MessagePack unsigned integer.
func mpUint(b []byte, i int) (uint64, int) {
	switch c := b[i]; {
	case c < 0x80:
		return uint64(c), i + 1
	case c == 0xcc:
		return uint64(b[i+1]), i + 2
	case c == 0xcd:
		return uint64(b[i+1])<<8 | uint64(b[i+2]), i + 3
	case c == 0xce:
		return uint64(b[i+1])<<24 | uint64(b[i+2])<<16 | uint64(b[i+3])<<8 | uint64(b[i+4]), i + 5
	}
	panic(fmt.Sprintf("drive: MessagePack byte 0x%x is no unsigned integer", b[i]))
}
