//go:build linux

package volley

import (
	"bytes"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// gun is one end of a TCP connection that a test fires from; the other reads.
type gun struct {
	shot  Shot
	far   net.Conn
	sent  int
	err   error
	calls int
}

func newGun(t testing.TB, l net.Listener) *gun {
	t.Helper()
	far, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	near, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { near.Close(); far.Close() })
	g := &gun{far: far}
	raw, err := near.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := raw.Control(func(fd uintptr) { g.shot.FD = int(fd) }); err != nil {
		t.Fatal(err)
	}
	g.shot.Done = func(sent int, err error) { g.sent, g.err, g.calls = sent, err, g.calls+1 }
	return g
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// both runs a test with the ring, where there is one, and without.
func both(t *testing.T, f func(t *testing.T, v *Volley)) {
	t.Run("each", func(t *testing.T) { f(t, &Volley{tried: true}) })
	t.Run("together", func(t *testing.T) {
		v := new(Volley)
		defer v.Close()
		f(t, v)
		if v.tried && v.ring == nil {
			t.Log("the kernel gives no ring here: what was tested is the way without")
		}
	})
}

// Whatever is fired arrives, whole and in order, in volleys larger than the
// ring as well.
func TestFire(t *testing.T) {
	both(t, func(t *testing.T, v *Volley) {
		l := listen(t)
		const n, rounds = 300, 3
		guns := make([]*gun, n)
		for i := range guns {
			guns[i] = newGun(t, l)
		}
		for round := range rounds {
			for i, g := range guns {
				g.shot.Bytes = bytes.Repeat([]byte{byte(i), byte(round)}, 10+i)
				v.Add(&g.shot)
			}
			v.Fire()
		}
		for i, g := range guns {
			if g.calls != rounds || g.err != nil || g.sent != 2*(10+i) {
				t.Fatalf("shot %d: told %d times, %d bytes, %v", i, g.calls, g.sent, g.err)
			}
			got := make([]byte, rounds*2*(10+i))
			if _, err := io.ReadFull(g.far, got); err != nil {
				t.Fatal(err)
			}
			var want []byte
			for round := range rounds {
				want = append(want, bytes.Repeat([]byte{byte(i), byte(round)}, 10+i)...)
			}
			if !bytes.Equal(got, want) {
				t.Fatalf("shot %d arrived otherwise", i)
			}
		}
	})
}

// One who does not read, one who has gone and one whose descriptor is closed
// are told so, and hold up nobody.
func TestFaults(t *testing.T) {
	both(t, func(t *testing.T, v *Volley) {
		l := listen(t)
		guns := make([]*gun, 12)
		for i := range guns {
			guns[i] = newGun(t, l)
		}
		deaf, gone, closed := guns[1], guns[2], guns[3]
		_ = gone.far.(*net.TCPConn).SetLinger(0)
		gone.far.Close() // a reset
		closed.shot.FD = 1 << 20
		full := false
		for range 2000 {
			for _, g := range guns {
				g.shot.Bytes = []byte("あさがおが さいたよ")
				if g == deaf {
					g.shot.Bytes = make([]byte, 64<<10)
				}
				v.Add(&g.shot)
			}
			v.Fire()
			for i, g := range guns {
				if g != deaf && g != gone && g != closed && (g.err != nil || g.sent != len(g.shot.Bytes)) {
					t.Fatalf("shot %d was held up: %d, %v", i, g.sent, g.err)
				}
			}
			if full = deaf.err == nil && deaf.sent < len(deaf.shot.Bytes); full {
				break
			}
			for _, g := range guns { // the others read
				if g != deaf && g != gone && g != closed {
					_ = g.far.SetReadDeadline(time.Now().Add(10 * time.Second))
					if _, err := io.ReadFull(g.far, make([]byte, len(g.shot.Bytes))); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		if !full {
			t.Error("who does not read takes everything")
		}
		if gone.err == nil {
			t.Error("who has gone takes everything")
		}
		if closed.err == nil {
			t.Error("a closed descriptor takes everything")
		}
	})
}

func TestBrokenRing(t *testing.T) {
	v := new(Volley)
	defer v.Close()
	l := listen(t)
	guns := make([]*gun, 10)
	fire := func() {
		for _, g := range guns {
			g.shot.Bytes = []byte("おはよう")
			v.Add(&g.shot)
		}
		v.Fire()
	}
	for i := range guns {
		guns[i] = newGun(t, l)
	}
	fire()
	if v.ring == nil {
		t.Log("the kernel gives no ring here")
		return
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if err := unix.Dup3(int(null.Fd()), v.ring.fd, 0); err != nil { // the ring is no ring any more
		t.Fatal(err)
	}
	fire()
	for i, g := range guns {
		if g.calls != 2 || g.err == nil {
			t.Errorf("shot %d: told %d times, %v", i, g.calls, g.err)
		}
	}
	fire() // one by one from here on
	for i, g := range guns {
		if g.calls != 3 || g.err != nil {
			t.Errorf("shot %d: told %d times, %v", i, g.calls, g.err)
		}
	}
}

func BenchmarkFire(b *testing.B) {
	for _, way := range []string{"each", "together"} {
		b.Run(way, func(b *testing.B) {
			v := &Volley{tried: way == "each"}
			defer v.Close()
			l := listen(b)
			guns := make([]*gun, 100)
			for i := range guns {
				guns[i] = newGun(b, l)
				guns[i].shot.Bytes = make([]byte, 200)
				go func() { _, _ = io.Copy(io.Discard, guns[i].far) }()
			}
			b.ReportAllocs()
			for b.Loop() {
				for _, g := range guns {
					v.Add(&g.shot)
				}
				v.Fire()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100, "ns/shot")
		})
	}
}
