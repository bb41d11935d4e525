package drive

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// nakama speaks its protobuf realtime protocol (format=protobuf) and the payloads of
// peers/nakama/match.go.
type nakama struct {
	addr  string
	rooms map[int]string
}

func (a *nakama) post(path, auth, body string, v any) error {
	rq, err := http.NewRequest(http.MethodPost, "http://"+a.addr+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	if auth != "" {
		rq.Header.Set("Authorization", auth)
	}
	rq.Header.Set("Content-Type", "application/json")
	rs, err := http.DefaultClient.Do(rq)
	if err != nil {
		return err
	}
	defer rs.Body.Close()
	b, err := io.ReadAll(rs.Body)
	if err != nil {
		return err
	}
	if rs.StatusCode != 200 {
		return fmt.Errorf("drive: nakama: %s: %s", path, b)
	}
	return json.Unmarshal(b, v)
}

func pbBytes(d []byte, field int, b []byte) []byte {
	d = binary.AppendUvarint(d, uint64(field<<3|2))
	d = binary.AppendUvarint(d, uint64(len(b)))
	return append(d, b...)
}

func (a *nakama) Open(i, room int) (*Conn, error) {
	if a.rooms[room] == "" {
		var r struct{ Payload string }
		if err := a.post("/v2/rpc/mkmatch?http_key=defaulthttpkey", "", `""`, &r); err != nil {
			return nil, err
		}
		a.rooms[room] = r.Payload
	}
	var tok struct{ Token string }
	auth := "Basic " + base64.StdEncoding.EncodeToString([]byte("defaultkey:"))
	if err := a.post("/v2/account/authenticate/custom?create=true", auth, fmt.Sprintf(`{"id":"benchuser%06d"}`, i), &tok); err != nil {
		return nil, err
	}
	c, err := dial(a.addr, "/ws?lang=en&status=false&format=protobuf&token="+tok.Token, nil)
	if err != nil {
		return nil, err
	}
	id := a.rooms[room]
	c.str = id
	if err := c.write(opBinary, pbBytes(nil, 16, pbBytes(nil, 1, []byte(id)))); err != nil {
		return nil, err
	}
	for {
		b, _, err := c.read(nil)
		if err != nil {
			return nil, err
		}
		op, data := nkData(b)
		if op == 1 && len(data) == 2 {
			c.Key = uint64(room)<<32 | uint64(binary.LittleEndian.Uint16(data))
			c.Room = room
			return c, nil
		}
		if len(b) > 0 && b[0] == 11<<3|2 {
			return nil, fmt.Errorf("drive: nakama error %q", b)
		}
	}
}

// nkData finds opcode and data of a MatchData envelope; data may be cut short in a head.
func nkData(b []byte) (op uint64, data []byte) {
	if len(b) == 0 || b[0] != 14<<3|2 {
		return 0, nil
	}
	_, n := binary.Uvarint(b[1:])
	i := 1 + n
	for i < len(b) {
		tag := b[i]
		i++
		v, n := binary.Uvarint(b[i:])
		if n <= 0 {
			return
		}
		i += n
		if tag&7 == 2 {
			if tag>>3 == 4 {
				return op, b[i:min(len(b), i+int(v))]
			}
			i += int(v)
		} else if tag>>3 == 3 {
			op = v
		}
	}
	return
}

func nkSend(d []byte, id string, op byte, data []byte) []byte {
	n := 2 + len(id) + 2 + 2 + len(data)
	d = append(d, 15<<3|2)
	d = binary.AppendUvarint(d, uint64(n))
	d = append(d, 1<<3|2, byte(len(id)))
	d = append(d, id...)
	d = append(d, 2<<3, op, 3<<3|2, byte(len(data)))
	return append(d, data...)
}

func (*nakama) Move(d []byte, c *Conn, m Move) []byte {
	return nkSend(d, c.str, 10, []byte{byte(m.X), byte(m.X >> 8), byte(m.Y), byte(m.Y >> 8), m.Octant})
}

func (*nakama) Say(d []byte, c *Conn, w Words) []byte { return nkSend(d, c.str, 11, []byte(w.plain())) }
func (*nakama) Traits() Traits                        { return Traits{} }
func (*nakama) Classify(h []byte) Kind {
	switch op, _ := nkData(h); op {
	case 2:
		return Snapshot
	case 3:
		return Heard
	}
	return Other
}

func (*nakama) Decode(c *Conn, b []byte, s Sink) {
	op, d := nkData(b)
	switch op {
	case 2:
		for ; len(d) >= 7; d = d[7:] {
			s.Pos(uint64(c.Room)<<32|uint64(binary.LittleEndian.Uint16(d)), binary.LittleEndian.Uint16(d[2:]), binary.LittleEndian.Uint16(d[4:]))
		}
	case 3:
		if w, ok := readPlain(d[2:]); ok {
			s.Said(w)
		}
	}
}
