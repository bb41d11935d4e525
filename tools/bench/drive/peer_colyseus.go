package drive

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
)

// colyseus speaks the 0.18 room protocol: HTTP seat reservation, WebSocket, JOIN_ROOM
// acknowledgement, msgpack messages (ROOM_DATA), and the binary schema patches, of which it
// decodes exactly what State{players: map<{x, y, dir}>} needs.
type colyseus struct {
	addr  string
	rooms map[int]string
	view  bool
}

// First bytes of its messages.
const (
	colJoin    = 10
	colError   = 11
	colMessage = 13
	colState   = 14
	colPatch   = 15
)

// colRef is one object of its schema.
type colRef struct {
	kind  byte // one of those below
	key   uint64
	x, y  uint16
	items map[uint64]uint64 // of the map: the avatar's reference by its index
}

const (
	colRoot   = 1
	colMap    = 2
	colAvatar = 3
)

func (a *colyseus) Open(i, room int) (*Conn, error) {
	path := "create/plaza"
	if id := a.rooms[room]; id != "" {
		path = "joinById/" + id
	}
	res, err := http.Post("http://"+a.addr+"/matchmake/"+path, "application/json", strings.NewReader("{}"))
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	var seat struct{ SessionID, RoomID, ProcessID string }
	if err == nil {
		err = json.Unmarshal(b, &seat)
	}
	if err != nil || seat.SessionID == "" {
		return nil, fmt.Errorf("drive: colyseus gives no seat: %s (%v)", b, err)
	}
	a.rooms[room] = seat.RoomID
	c, err := dial(a.addr, fmt.Sprintf("/%s/%s?sessionId=%s", seat.ProcessID, seat.RoomID, seat.SessionID), nil)
	if err != nil {
		return nil, err
	}
	c.Key = hashKey([]byte(seat.SessionID))
	c.any = map[uint64]*colRef{0: {kind: colRoot}}
	for {
		b, _, err := c.read(nil)
		if err != nil {
			return nil, err
		}
		switch b[0] {
		case colJoin: // acknowledge; the full state follows
			return c, c.write(opBinary, []byte{colJoin})
		case colError:
			return nil, fmt.Errorf("drive: colyseus error %q", b)
		}
	}
}

func mp16(d []byte, v uint16) []byte { return append(d, 0xcd, byte(v>>8), byte(v)) }

func (*colyseus) Move(d []byte, _ *Conn, m Move) []byte {
	d = append(d, colMessage, 0xa1, 'm', 0x93)
	return append(mp16(mp16(d, m.X), m.Y), m.Octant)
}

func (*colyseus) Say(d []byte, _ *Conn, w Words) []byte {
	s := w.plain()
	return append(append(d, colMessage, 0xa1, 's', 0xd9, byte(len(s))), s...)
}

func (a *colyseus) Traits() Traits { return Traits{Interest: a.view} }

func (*colyseus) Classify(h []byte) Kind {
	if len(h) == 0 {
		return Other
	}
	switch h[0] {
	case colPatch:
		return Snapshot
	case colMessage:
		return Heard
	}
	return Other
}

type rd struct {
	b []byte
	i int
}

func (r *rd) u8() byte    { v := r.b[r.i]; r.i++; return v }
func (r *rd) u16() uint16 { v := binary.LittleEndian.Uint16(r.b[r.i:]); r.i += 2; return v }
func (r *rd) num() uint64 {
	p := r.u8()
	switch {
	case p < 0x80:
		return uint64(p)
	case p == 0xcc:
		return uint64(r.u8())
	case p == 0xcd:
		return uint64(r.u16())
	case p == 0xce:
		v := binary.LittleEndian.Uint32(r.b[r.i:])
		r.i += 4
		return uint64(v)
	case p == 0xcb:
		v := math.Float64frombits(binary.LittleEndian.Uint64(r.b[r.i:]))
		r.i += 8
		return uint64(v)
	}
	panic(fmt.Sprintf("drive: schema number 0x%x at %d", p, r.i))
}

func (r *rd) str() []byte {
	p := r.u8()
	n := int(p & 0x1f)
	if p == 0xd9 {
		n = int(r.u8())
	} else if p == 0xda {
		n = int(r.u16())
	}
	s := r.b[r.i : r.i+n]
	r.i += n
	return s
}

func (a *colyseus) Decode(c *Conn, b []byte, s Sink) {
	if b[0] == colMessage { // type string, MessagePack [sessionId, text]
		r := &rd{b, 1}
		if string(r.str()) != "s" || r.u8() != 0x92 {
			return
		}
		r.str()
		if w, ok := readPlain(r.str()); ok {
			s.Said(w)
		}
		return
	}
	if b[0] != colState && b[0] != colPatch {
		return
	}
	refs := c.any.(map[uint64]*colRef)
	r := &rd{b, 1}
	cur := refs[0]
	dirty := map[*colRef]bool{}
	for r.i < len(b) {
		if b[r.i] == 255 {
			r.i++
			id := r.num()
			if cur = refs[id]; cur == nil {
				panic(fmt.Sprintf("drive: unknown refId %d", id))
			}
			continue
		}
		op := r.u8()
		switch cur.kind {
		case colRoot:
			if op&0xc0 != 64 {
				id := r.num()
				if refs[id] == nil {
					refs[id] = &colRef{kind: colMap, items: map[uint64]uint64{}}
				}
			}
		case colMap:
			if op == 10 {
				clear(cur.items)
				continue
			}
			idx := r.num()
			var key uint64
			if op&128 != 0 {
				key = hashKey(r.str())
			}
			if op&64 != 0 && op != 192 { // delete
				delete(cur.items, idx)
				continue
			}
			id := r.num()
			if op&128 != 0 {
				if r.i < len(b) && b[r.i] == 213 {
					r.i++
					r.num()
				}
				p := refs[id]
				if p == nil {
					p = &colRef{kind: colAvatar}
					refs[id] = p
				}
				p.kind, p.key = colAvatar, key
				cur.items[idx] = id
			}
		case colAvatar:
			k := op & 0x3f
			if op&0xc0 == 64 {
				continue
			}
			switch k {
			case 0:
				cur.x = r.u16()
			case 1:
				cur.y = r.u16()
			case 2:
				r.u8()
			default:
				panic(fmt.Sprintf("drive: unknown field %d", k))
			}
			dirty[cur] = true
		}
	}
	for p := range dirty {
		s.Pos(p.key, p.x, p.y)
	}
}
