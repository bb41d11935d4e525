package gateway

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/gorilla/websocket"

	"kakitsubata/protocol"
	"kakitsubata/server/session"
)

// masked frames p as a client does.
func masked(first byte, p []byte) []byte {
	b := frame(nil, 0, p)
	head := len(b) - len(p)
	b[0], b[1] = first, b[1]|0x80
	key := []byte{1, 2, 3, 250}
	b = append(append(append([]byte(nil), b[:head]...), key...), p...)
	unmask(b[head+4:], key)
	return b
}

// read runs a parser over a stream that comes in pieces.
func read(stream []byte, pieces func() int) (got [][]byte, controls []byte, err error) {
	var r parser
	for len(stream) > 0 && err == nil {
		n := min(len(stream), pieces())
		err = r.take(bytes.Clone(stream[:n]), func(p []byte) bool {
			got = append(got, bytes.Clone(p))
			return true
		}, func(opcode byte, _ []byte) { controls = append(controls, opcode) })
		stream = stream[n:]
	}
	return got, controls, err
}

// What gorilla writes is read, however it is cut.
func TestParserReadsGorilla(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for range 40 {
		ours, ws := pairOf(t, &websocket.Dialer{WriteBufferSize: 1 + r.IntN(300)}) // small buffers make fragments
		var want [][]byte
		for range 1 + r.IntN(5) {
			p := make([]byte, r.IntN(protocol.MaxIntentBytes+1))
			for i := range p {
				p[i] = byte(r.Uint32())
			}
			want = append(want, p)
			w, _ := ws.NextWriter(websocket.BinaryMessage)
			_, _ = w.Write(p)
			_ = w.Close()
			_ = ws.WriteMessage(websocket.PingMessage, []byte("ping"))
		}
		_ = ws.Close()
		stream, err := io.ReadAll(ours.net)
		if err != nil {
			t.Fatal(err)
		}
		cut := rand.New(rand.NewPCG(r.Uint64(), 1))
		got, controls, err := read(stream, func() int { return 1 + cut.IntN(700) })
		if err != nil || len(got) != len(want) || len(controls) != len(want) {
			t.Fatalf("%d of %d frames, %d pings, %v", len(got), len(want), len(controls), err)
		}
		for i := range want {
			if !bytes.Equal(got[i], want[i]) {
				t.Fatalf("frame %d of %d bytes is another", i, len(want[i]))
			}
		}
	}
}

func TestParserRefuses(t *testing.T) {
	hello := masked(0x82, []byte("hello"))
	unmasked := frame(nil, opBinary, []byte("hello"))
	absurd := append([]byte{0x82, 0xff}, bytes.Repeat([]byte{0xff}, 12)...)
	for name, tc := range map[string]struct {
		stream []byte
		want   error
		got    int
	}{
		"largest":                {masked(0x82, make([]byte, protocol.MaxIntentBytes)), nil, 1},
		"too large":              {masked(0x82, make([]byte, protocol.MaxIntentBytes+1)), session.ErrFrame, 0},
		"absurd":                 {absurd, session.ErrFrame, 0},
		"too large in pieces":    {append(masked(0x02, make([]byte, 2000)), masked(0x80, make([]byte, 2000))...), session.ErrFrame, 0},
		"text":                   {masked(0x81, []byte("hello")), session.ErrFrame, 0},
		"not masked":             {unmasked, session.ErrFrame, 0},
		"reserved bit":           {masked(0xc2, []byte("x")), session.ErrFrame, 0},
		"unknown kind":           {masked(0x83, []byte("x")), session.ErrFrame, 0},
		"unknown control":        {masked(0x8b, nil), session.ErrFrame, 0},
		"ping in pieces":         {masked(0x09, nil), session.ErrFrame, 0},
		"long ping":              {masked(0x89, make([]byte, 126)), session.ErrFrame, 0},
		"rest without beginning": {masked(0x80, []byte("x")), session.ErrFrame, 0},
		"two beginnings":         {append(masked(0x02, []byte("x")), masked(0x02, []byte("y"))...), session.ErrFrame, 0},
		"good, then bad":         {append(bytes.Clone(hello), unmasked...), session.ErrFrame, 1},
		"close":                  {append(bytes.Clone(hello), masked(0x88, []byte{3, 232})...), io.EOF, 1},
		"nothing":                {masked(0x82, nil), nil, 1},
	} {
		for _, size := range []int{1, 7, 1 << 20} {
			got, _, err := read(tc.stream, func() int { return size })
			if !errors.Is(err, tc.want) || len(got) != tc.got {
				t.Errorf("%s, in pieces of %d: %d frames, %v", name, size, len(got), err)
			}
		}
	}
}

// Whoever says that it is enough gets no more; a close that follows is seen.
func TestParserStops(t *testing.T) {
	var r parser
	calls := 0
	err := r.take(append(masked(0x82, []byte("a")), masked(0x82, []byte("b"))...), func([]byte) bool { calls++; return false }, nil)
	if !errors.Is(err, session.ErrClosed) || calls != 1 {
		t.Fatalf("%d calls, %v", calls, err)
	}
	if err := r.take(masked(0x88, nil), nil, nil); err != io.EOF {
		t.Fatal(err)
	}
}

func FuzzParser(f *testing.F) {
	f.Add(masked(0x82, []byte("hello")), uint8(3))
	f.Add(append(masked(0x02, []byte("he")), masked(0x80, []byte("llo"))...), uint8(1))
	f.Add(append([]byte{0x82, 0xff}, bytes.Repeat([]byte{0xff}, 12)...), uint8(2))
	f.Add([]byte{0x82, 0xfe, 0xff}, uint8(9))
	f.Fuzz(func(t *testing.T, stream []byte, size uint8) {
		var r parser
		for p := stream; len(p) > 0; {
			n := min(len(p), int(size)+1)
			err := r.take(bytes.Clone(p[:n]), func(p []byte) bool { return len(p) <= protocol.MaxIntentBytes || t.Failed() }, func(byte, []byte) {})
			if errors.Is(err, session.ErrClosed) {
				t.Fatal("a frame that is too large was given")
			}
			if most := protocol.MaxIntentBytes + 14 + int(size) + 1; len(r.part)+len(r.whole) > 2*most {
				t.Fatalf("%d bytes are kept", len(r.part)+len(r.whole))
			}
			p = p[n:]
		}
		// Cut otherwise, it gives the same.
		a, _, aerr := read(stream, func() int { return int(size) + 1 })
		b, _, berr := read(stream, func() int { return len(stream) })
		if (aerr == nil) != (berr == nil) || len(a) != len(b) {
			t.Fatalf("%d frames and %v, or %d and %v", len(a), aerr, len(b), berr)
		}
	})
}
