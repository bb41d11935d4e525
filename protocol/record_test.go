package protocol

import (
	"encoding/hex"
	"errors"
	"maps"
	"math/rand/v2"
	"testing"
)

// records reads a whole motion. Each must get on.
func records(t testing.TB, b []byte) (out []Record, err error) {
	t.Helper()
	for len(b) > 0 {
		r, rest, err := NextRecord(b)
		if err != nil {
			if rest != nil || r != (Record{}) {
				t.Fatalf("%x: refused, and read as %+v", b, r)
			}
			return out, err
		}
		if len(rest) >= len(b) {
			t.Fatalf("%x: it does not get on", b)
		}
		out, b = append(out, r), rest
	}
	return out, nil
}

func TestRecordsRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var want []Record
	var b []byte
	for range 5000 {
		rec := randomRecord(r)
		want, b = append(want, rec), AppendRecord(b, &rec)
	}
	for _, s := range recordSamples() {
		want, b = append(want, s.Value), AppendRecord(b, &s.Value)
	}
	got, err := records(t, b)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d of %d records, %v", len(got), len(want), err)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("got %+v, want %+v", got[i], want[i])
		}
	}
}

// A turn is what crosses the wire most: it is as short as it is said to be.
func TestTurnsAreShort(t *testing.T) {
	if b := AppendRecord(nil, &Record{Op: Walks, Avatar: 4000, Heading: 7}); len(b) != 3 {
		t.Errorf("%x", b)
	}
}

// hostileMotion is what must be refused as motion.
func hostileMotion() [][]byte {
	var out [][]byte
	for _, s := range []string{
		"04", "05", "06", // cut before the heading, the place
		"06000000", "060000", "0600", // cut within a Stated
		"80", "ffffffffff", // a number without an end
		"ffffffffffffffffffff01", "ffffffffffffffffffffff", // more than 64 bits
		"808080808001",           // avatar 2^33
		"06ffffffff1f000000",     // x over 32 bits
		"0600ffffffff1f0000",     // y over 32 bits
		"0680808080808080808080", // x over 64 bits
		"0600000003",             // a gait that there is not
		"06000000f8",             // an emote that there is not
	} {
		b, err := hex.DecodeString(s)
		if err != nil {
			panic(err)
		}
		out = append(out, b)
	}
	return out
}

func TestHostileMotionIsRefused(t *testing.T) {
	for _, b := range hostileMotion() {
		if got, err := records(t, b); !errors.Is(err, ErrFrame) {
			t.Errorf("%x was taken as %+v, %v", b, got, err)
		}
	}
	whole := motion("stated-seated", "walks", "stated-far")
	for n := 1; n < len(whole); n++ {
		if cut, err := records(t, whole[:n]); err == nil && len(cut) == 3 {
			t.Errorf("%d of %d bytes are as good as all", n, len(whole))
		}
	}
}

func TestCrowd(t *testing.T) {
	for s, want := range map[string]Crowd{
		"01": nil, "010000": {0: 0}, "011128": {17: 40}, "011128ac028001": {17: 40, 300: 128}, "01ffff03ffff03": {65535: 65535},
	} {
		b, _ := hex.DecodeString(s)
		if got, err := ReadCrowd(b); err != nil || !maps.Equal(got, want) || want == nil && got != nil {
			t.Errorf("%s: %v, %v; want %v", s, got, err, want)
		}
	}
	for _, b := range hostileCrowds() {
		if got, err := ReadCrowd(b); !errors.Is(err, ErrFrame) {
			t.Errorf("%x was taken as %v, %v", b, got, err)
		}
	}
}

func hostileCrowds() [][]byte {
	return [][]byte{
		nil, {0}, {2, 0, 0}, // another version
		{1, 5}, {1, 0x80}, {1, 5, 0x80}, // cut
		{1, 0x80, 0x80, 4, 1}, {1, 1, 0x80, 0x80, 4}, // over 16 bits
		{1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1},
		{1, 9, 1, 9, 1}, {1, 9, 1, 3, 1}, // a block again, a block before
	}
}

func FuzzMotion(f *testing.F) {
	for _, b := range hostileMotion() {
		f.Add(b)
	}
	for _, s := range recordSamples() {
		f.Add(motion(s.Name))
	}
	f.Add(motion("walks", "stands", "stated-seated", "gone"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, _ := records(t, b)
		if len(got) > len(b) {
			t.Fatalf("%d records in %d bytes", len(got), len(b))
		}
		for _, r := range got {
			again, rest, err := NextRecord(AppendRecord(nil, &r))
			if err != nil || len(rest) > 0 || again != r {
				t.Fatalf("read %+v, wrote and read %+v, %v", r, again, err)
			}
		}
	})
}

func FuzzCrowd(f *testing.F) {
	for _, b := range hostileCrowds() {
		f.Add(b)
	}
	f.Add([]byte{1})
	f.Add([]byte{1, 17, 40, 0xac, 2, 0x80, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		checkAllocations(t, "crowd", b, func() { _, _ = ReadCrowd(b) })
		if c, err := ReadCrowd(b); err == nil && 2*len(c) > len(b) {
			t.Fatalf("%d blocks in %d bytes", len(c), len(b))
		}
	})
}
