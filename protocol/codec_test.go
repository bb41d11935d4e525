package protocol

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/vmihailenco/msgpack/v5"

	"kakitsubata/protocol/id"
)

func TestIntentsRoundTrip(t *testing.T) {
	for _, s := range intentSamples() {
		got, err := DecodeIntent(EncodeIntent(s.Value))
		if err != nil || !reflect.DeepEqual(got, s.Value) {
			t.Errorf("%s: got %+v, %v; want %+v", s.Name, got, err, s.Value)
		}
	}
}

func TestEventsRoundTrip(t *testing.T) {
	for _, s := range eventSamples() {
		got, err := DecodeEvent(EncodeEvent(s.Value))
		if err != nil || !reflect.DeepEqual(got, s.Value) {
			t.Errorf("%s: got %+v, %v; want %+v", s.Name, got, err, s.Value)
		}
	}
}

func randomFrame(r *rand.Rand) *Frame {
	f := &Frame{Tick: id.Tick(r.Uint32()), Reset: r.IntN(2) == 0, Known: make([]Known, r.IntN(40))}
	if r.IntN(2) == 0 {
		// Numbers of every length.
		f.Self = &Self{r.Uint32() >> r.IntN(32), int32(r.Uint32()) >> r.IntN(32), int32(r.Uint32()) >> r.IntN(32), uint8(r.Uint32()), Gait(r.Uint32())}
	}
	for i := range f.Known {
		f.Known[i] = Known{id.AvatarID(r.Uint32() >> r.IntN(32)), Who{id.Kind(r.Uint32()), strings.Repeat("犬", r.IntN(MaxNameRunes+1)), id.Look(r.Uint32())}}
	}
	for range r.IntN(3) * r.IntN(200) {
		rec := randomRecord(r)
		f.Motion = AppendRecord(f.Motion, &rec)
	}
	for range r.IntN(3) * r.IntN(200) {
		f.Far = append(f.Far, byte(r.Uint32()))
	}
	return f
}

func randomRecord(r *rand.Rand) Record {
	rec := Record{Op: RecordOp(r.IntN(4)), Avatar: id.AvatarID(r.Uint32() >> r.IntN(32))}
	if rec.Op != Gone {
		rec.Heading = uint8(r.Uint32())
	}
	if rec.Op == Stated {
		rec.X, rec.Y = int32(r.Uint32())>>r.IntN(32), int32(r.Uint32())>>r.IntN(32)
		rec.Gait, rec.Emote, rec.Ghost = Gait(r.IntN(int(Seated)+1)), id.EmoteID(r.IntN(int(id.EmoteEnd))), r.IntN(2) == 0
	}
	return rec
}

// And the server's own way of writing them, which does not allocate, writes the
// same bytes.
func TestRandomFramesRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var buf []byte
	for range 1000 {
		f := randomFrame(r)
		b := EncodeEvent(f)
		got, err := DecodeEvent(b)
		if err != nil || !reflect.DeepEqual(got, f) {
			t.Fatalf("got %+v, %v; want %+v", got, err, f)
		}
		if buf = AppendFrame(buf[:0], f.Tick, f.Reset, f.Self, f.Known, f.Motion, f.Far); !bytes.Equal(buf, b) {
			t.Fatalf("%x, want %x", buf, b)
		}
	}
	f := randomFrame(r)
	if n := testing.AllocsPerRun(10, func() {
		buf = AppendFrame(buf[:0], f.Tick, f.Reset, f.Self, f.Known, f.Motion, f.Far)
	}); n > 0 {
		t.Errorf("allocates %v times", n)
	}
	huge := make([]byte, 1<<16)
	if got, want := AppendFrame(nil, 1, false, nil, nil, huge, huge[1:]), EncodeEvent(&Frame{Tick: 1, Motion: huge, Far: huge[1:]}); !bytes.Equal(got, want) {
		t.Error("long motion is written otherwise")
	}
}

// raw is a frame of arbitrary values, in msgpack's own shortest encoding.
func raw(t testing.TB, values ...any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := msgpack.NewEncoder(&b)
	e.UseCompactInts(true)
	if err := e.Encode(values); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestIntentsInAnyIntegerWidth(t *testing.T) {
	want := &Move{Seq: 1, Tick: 2, Heading: 3, Gait: Walk}
	for _, frame := range [][]byte{
		{0x95, 1, 1, 2, 3, 1},
		{0xdc, 0, 5, 0xcc, 1, 0xcd, 0, 1, 0xce, 0, 0, 0, 2, 0xcf, 0, 0, 0, 0, 0, 0, 0, 3, 0xd0, 1},
		{0xdd, 0, 0, 0, 5, 1, 0xd1, 0, 1, 0xd2, 0, 0, 0, 2, 0xd3, 0, 0, 0, 0, 0, 0, 0, 3, 1},
	} {
		got, err := DecodeIntent(frame)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%x: got %+v, %v", frame, got, err)
		}
	}
}

// A later version appends fields: today's reader skips them, whatever they are.
func TestUnknownTrailingFieldsAreSkipped(t *testing.T) {
	extras := []any{nil, true, -5, 3.5, float32(1), "そのあと", []byte{1, 2, 3}, []any{1, []any{2, []any{}}}, map[string]any{"a": []any{1}}, uint64(1) << 63, int64(-1) << 40, strings.Repeat("x", 300)}
	for _, x := range extras {
		got, err := DecodeIntent(raw(t, uint8(KindPing), 9, x, 1))
		if err != nil || !reflect.DeepEqual(got, &Ping{Nonce: 9}) {
			t.Errorf("ping with %v: %+v, %v", x, got, err)
		}
		ev, err := DecodeEvent(raw(t, uint8(KindFrame), 1, true, []any{[]any{1, 2, 3, 4, 1, x}},
			[]any{[]any{7, 1, "名", 5, x}, []any{8, 0, "", 0}}, []byte{4, 9}, []byte{1}, x))
		want := &Frame{Tick: 1, Reset: true, Self: &Self{1, 2, 3, 4, Walk},
			Known: []Known{{7, Who{id.Companion, "名", 5}}, {8, Who{}}}, Motion: []byte{4, 9}, Far: []byte{1}}
		if err != nil || !reflect.DeepEqual(ev, want) {
			t.Errorf("frame with %v: %+v, %v", x, ev, err)
		}
	}
	for _, ext := range []string{"d407aa", "d507aabb", "d607aabbccdd", "d7070102030405060708", "d80701020304050607080102030405060708", "c70307aabbcc", "c8000107aa", "c90000000107aa"} {
		b, _ := hex.DecodeString("930809" + ext)
		if _, err := DecodeIntent(b); err != nil {
			t.Errorf("ext %s: %v", ext, err)
		}
	}
}

func TestIntentsRefused(t *testing.T) {
	long := strings.Repeat("あ", MaxSayRunes+1)
	tests := []struct {
		name  string
		frame []byte
		want  error
	}{
		{"empty", nil, ErrFrame},
		{"not an array", []byte{0x01}, ErrFrame},
		{"nil for an array", []byte{0xc0}, ErrFrame},
		{"empty array", []byte{0x90}, ErrFrame},
		{"a map", []byte{0x81, 1, 1}, ErrFrame},
		{"unknown kind", raw(t, 99), ErrKind},
		{"kind zero", raw(t, 0), ErrKind},
		{"kind as text", raw(t, "1"), ErrFrame},
		{"too few fields", raw(t, 1, 1, 2, 3), ErrFrame},
		{"far too many fields", raw(t, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17), ErrFrame},
		{"nil for an integer", raw(t, 8, nil), ErrFrame},
		{"float for an integer", raw(t, 8, 1.0), ErrFrame},
		{"bool for an integer", raw(t, 8, true), ErrFrame},
		{"text for an integer", raw(t, 8, "1"), ErrFrame},
		{"array for an integer", raw(t, 8, []any{}), ErrFrame},
		{"negative", raw(t, 8, -1), ErrFrame},
		{"very negative", raw(t, 8, int64(-1)<<62), ErrFrame},
		{"seq over 32 bits", raw(t, 8, uint64(1)<<32), ErrFrame},
		{"heading over 8 bits", raw(t, 1, 1, 1, 256, 1), ErrFrame},
		{"seated is not a client's gait", raw(t, 1, 1, 1, 0, 2), ErrFrame},
		{"emote none", raw(t, 4, 0), ErrFrame},
		{"emote beyond the ring", raw(t, 4, uint8(id.EmoteEnd)), ErrFrame},
		{"unknown reason", raw(t, 7, 1, 200), ErrFrame},
		{"integer for a bool", raw(t, 9, 1), ErrFrame},
		{"nil for a bool", raw(t, 9, nil), ErrFrame},
		{"nil for text", raw(t, 2, 1, nil), ErrFrame},
		{"bytes for text", raw(t, 2, 1, []byte("a")), ErrFrame},
		{"integer for text", raw(t, 2, 1, 5), ErrFrame},
		{"no text", raw(t, 2, 1, ""), ErrText},
		{"blank text", raw(t, 2, 1, " \u3000"), ErrText},
		{"not UTF-8", raw(t, 2, 1, "a\xff"), ErrText},
		{"surrogate in UTF-8", raw(t, 2, 1, "\xed\xa0\x80"), ErrText},
		{"replacement character", raw(t, 2, 1, "a\uFFFD"), ErrText},
		{"newline", raw(t, 2, 1, "a\nb"), ErrText},
		{"NUL", raw(t, 2, 1, "a\x00"), ErrText},
		{"escape", raw(t, 2, 1, "\x1b[2J"), ErrText},
		{"C1 control", raw(t, 2, 1, "a\u0085"), ErrText},
		{"one character too many", raw(t, 2, 1, long), ErrTooLong},
		{"too many bytes", raw(t, 2, 1, strings.Repeat("a", 4*MaxSayRunes+1)), ErrTooLong},
		{"frame too long", append(raw(t, 10), make([]byte, MaxIntentBytes)...), ErrTooLong},
		{"bytes after the end", append(raw(t, 8, 1), 0), ErrFrame},
		{"two frames", append(raw(t, 10), raw(t, 10)...), ErrFrame},
		{"reserved code as an extra", []byte{0x93, 8, 1, 0xc1}, ErrFrame},
	}
	for _, tt := range tests {
		if got, err := DecodeIntent(tt.frame); got != nil || !errors.Is(err, tt.want) {
			t.Errorf("%s: got %+v, %v; want %v", tt.name, got, err, tt.want)
		}
	}
	if _, err := DecodeIntent(raw(t, 2, 1, strings.Repeat("あ", MaxSayRunes))); err != nil {
		t.Errorf("the longest utterance: %v", err)
	}
}

func TestTruncatedFramesAreRefused(t *testing.T) {
	for _, s := range intentSamples() {
		frame := EncodeIntent(s.Value)
		for n := range frame {
			if _, err := DecodeIntent(frame[:n]); err == nil {
				t.Errorf("%s: %d of %d bytes were taken", s.Name, n, len(frame))
			}
		}
	}
	for _, s := range eventSamples() {
		frame := EncodeEvent(s.Value)
		for n := range frame {
			if _, err := DecodeEvent(frame[:n]); err == nil {
				t.Errorf("%s: %d of %d bytes were taken", s.Name, n, len(frame))
			}
		}
	}
}

func TestEventNumbersStayInRange(t *testing.T) {
	for _, frame := range [][]byte{
		raw(t, uint8(KindEntered), "r", "t", "a", 1, uint64(1)<<63, 0),                                                    // would wrap to a negative
		raw(t, uint8(KindEntered), "r", "t", "a", 1, int64(1)<<31, 0),                                                     // one over
		raw(t, uint8(KindEntered), "r", "t", "a", 1, -(int64(1)<<31)-1, 0),                                                // one under
		raw(t, uint8(KindHeard), -1, 1, 0, "n", "t"),                                                                      // 64 bits wide, and still not negative
		raw(t, uint8(KindHidden), 1, nil),                                                                                 // nil is not false
		raw(t, uint8(KindNotice), "t", "t", nil),                                                                          // nil is not an empty list
		raw(t, uint8(KindFrame), 1, true, nil, []any{}, []byte{}, []byte{}),                                               // nor of the own avatar
		raw(t, uint8(KindFrame), 1, true, []any{nil}, []any{}, []byte{}, []byte{}),                                        // nor a structure
		raw(t, uint8(KindFrame), 1, true, []any{[]any{1, 2, 3, 4, 1}, []any{1, 2, 3, 4, 1}}, []any{}, []byte{}, []byte{}), // one avatar is one's own
		raw(t, uint8(KindFrame), 1, true, []any{}, []any{}, nil, []byte{}),                                                // nil is not an empty string
		raw(t, uint8(KindFrame), 1, true, []any{}, []any{}, "ab", []byte{}),                                               // text is not bytes
		raw(t, uint8(KindFrame), 1, true, []any{}, []any{}, make([]byte, maxMotion+1), []byte{}),                          // limit of motion
		raw(t, uint8(KindWhisper), strings.Repeat("x", maxName+1), "t"),                                                   // limit of a name
		raw(t, uint8(KindRefused), 1, strings.Repeat("x", maxText+1)),                                                     // limit of a text
	} {
		if got, err := DecodeEvent(frame); err == nil {
			t.Errorf("%x was taken as %+v", frame, got)
		}
	}
}

// bombs are short frames that claim to be long.
func bombs() [][]byte {
	out := [][]byte{}
	for _, s := range []string{
		"dd04000000", "c67fffffff", "dc7fff", "df7fffffff", "db7fffffff", "c97fffffff00",
		"92dd04000000", "9202c67fffffff",
		"930201db7fffffff", "930201da0320", "930201c67fffffff", "930201dd04000000",
		"930801c67fffffff", "930801db7fffffff", "930801dd7fffffff", "930801df7fffffff", "930801c97fffffff07", "930801dd00000100",
		// events: lists inside lists, and bytes
		"970101a16e0101dd04000000c2", "970101a16e0101cd0100c2", "97 01 01 a16e 01 01 dc0100",
		"970301c2dd04000000", "970301c2dc0001", "970301c291", "970301c290dc0800", "970301c290dd04000000", "970301c2909f",
		"970301c29090c67fffffff", "970301c29090c5ffff", "970301c29090c400c600020000", "970301c29090c400c8000107aa", "970301c29090dd0400000090",
		"940ba174a174dd04000000", "940ba174a1749f",
	} {
		b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
		if err != nil {
			panic(err)
		}
		out = append(out, b)
	}
	// As deep as a frame can go: a ping, and a nest of arrays as an extra field.
	out = append(out,
		append([]byte{0x93, 8, 1}, bytes.Repeat([]byte{0x91}, MaxIntentBytes-3)...),
		append([]byte{0x94, byte(KindPong), 1, 1}, bytes.Repeat([]byte{0x91}, MaxEventBytes-4)...))
	return out
}

// perByte and constant bound what decoding may allocate. The dearest honest
// byte is a notice's: 6 bytes on the wire are a line of 80 in memory.
const (
	perByte  = 128
	constant = 4096
)

func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// checkAllocations fails if reading the frame costs more than its length earns.
func checkAllocations(t *testing.T, what string, frame []byte, f func()) {
	t.Helper()
	limit := uint64(perByte*len(frame) + constant)
	least := ^uint64(0)
	for range 3 { // other goroutines of the test binary allocate too
		if least = min(least, allocated(f)); least <= limit {
			return
		}
	}
	t.Errorf("%s of %d bytes %.24x… allocates %d bytes, limit %d", what, len(frame), frame, least, limit)
}

func TestDecodingAllocatesInProportion(t *testing.T) {
	frames := bombs()
	for _, s := range intentSamples() {
		frames = append(frames, EncodeIntent(s.Value))
	}
	for _, s := range eventSamples() {
		frames = append(frames, EncodeEvent(s.Value))
	}
	big := &Frame{Known: make([]Known, maxAvatars), Motion: make([]byte, maxMotion-maxAvatars*8)}
	frames = append(frames, EncodeEvent(big))
	for _, f := range frames {
		checkAllocations(t, "intent", f, func() { DecodeIntent(f) })
		checkAllocations(t, "event", f, func() { DecodeEvent(f) })
	}
}

func TestBombsAreRefused(t *testing.T) {
	for _, b := range bombs() {
		if got, err := DecodeIntent(b); err == nil {
			t.Errorf("%.16x… was taken as %+v", b, got)
		}
		if got, err := DecodeEvent(b); err == nil {
			t.Errorf("%.16x… was taken as %+v", b, got)
		}
	}
}

func FuzzDecodeIntent(f *testing.F) {
	for _, s := range intentSamples() {
		f.Add(EncodeIntent(s.Value))
	}
	for _, b := range bombs() {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		checkAllocations(t, "intent", frame, func() { DecodeIntent(frame) })
		got, err := DecodeIntent(frame)
		if err != nil {
			return
		}
		again, err := DecodeIntent(EncodeIntent(got))
		if err != nil || !reflect.DeepEqual(again, got) {
			t.Fatalf("%x: read %+v, wrote and read %+v, %v", frame, got, again, err)
		}
		if s, ok := got.(*Say); ok && CheckText(s.Text, MaxSayRunes) != nil {
			t.Fatalf("%q is not clean", s.Text)
		}
	})
}

func FuzzDecodeEvent(f *testing.F) {
	for _, s := range eventSamples() {
		f.Add(EncodeEvent(s.Value))
	}
	for _, b := range bombs() {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		checkAllocations(t, "event", frame, func() { DecodeEvent(frame) })
		got, err := DecodeEvent(frame)
		if err != nil {
			return
		}
		again, err := DecodeEvent(EncodeEvent(got))
		if err != nil || !reflect.DeepEqual(again, got) {
			t.Fatalf("%x: read %+v, wrote and read %+v, %v", frame, got, again, err)
		}
	})
}

// hundred is a frame in which a hundred avatars turn.
func hundred() *Frame {
	f := &Frame{Tick: 70000, Self: &Self{Ack: 900, X: 5000, Y: 5000, Gait: Walk}}
	for i := range 100 {
		f.Motion = AppendRecord(f.Motion, &Record{Op: Walks, Avatar: id.AvatarID(1000 + i), Heading: uint8(i)})
	}
	return f
}

func BenchmarkAppendFrame(b *testing.B) {
	f := hundred()
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendFrame(buf[:0], f.Tick, f.Reset, f.Self, f.Known, f.Motion, f.Far)
	}
}

func BenchmarkDecodeFrame(b *testing.B) {
	frame := EncodeEvent(hundred())
	b.ReportAllocs()
	for b.Loop() {
		e, err := DecodeEvent(frame)
		if err != nil {
			b.Fatal(err)
		}
		for m := e.(*Frame).Motion; len(m) > 0; {
			if _, m, err = NextRecord(m); err != nil {
				b.Fatal(err)
			}
		}
	}
}
