package keepsake

import (
	"errors"
	"strconv"
	"strings"
)

// ErrLong is for text that does not fit into the largest code drawn here.
var ErrLong = errors.New("keepsake: too long for a code that a tablet's camera can read")

// Code is a QR code: a square of Size modules, without the quiet zone of four
// modules that belongs around it.
type Code struct {
	Size int
	dark []bool
}

// Dark reports whether the module at a column and row is dark; outside none is.
func (c *Code) Dark(x, y int) bool {
	return x >= 0 && y >= 0 && x < c.Size && y < c.Size && c.dark[y*c.Size+x]
}

// Path is the code as the path of an SVG whose unit is a module, dark areas
// filled.
func (c *Code) Path() string {
	var b strings.Builder
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			n := 0
			for c.Dark(x+n, y) {
				n++
			}
			if n == 0 {
				continue
			}
			b.WriteString("M" + strconv.Itoa(x) + " " + strconv.Itoa(y) + "h" + strconv.Itoa(n) + "v1h-" + strconv.Itoa(n) + "z")
			x += n
		}
	}
	return b.String()
}

// Card is the code of a name and its words, to be read by people too.
func Card(name string, words []string) (*Code, error) {
	return Encode("かきつばた\nなまえ " + name + "\nことば " + strings.Join(words, " "))
}

// version is one size of code at error correction level M, which survives a
// seventh of it being dirty.
type version struct {
	check  int    // error correction bytes in a block
	blocks [2]int // how many blocks of the shorter and of the longer kind
	data   int    // bytes of data in a shorter block; a longer has one more
	align  []int  // where alignment patterns are
}

// versions 1 to 10: up to 213 bytes, and modules that a cheap camera still sees.
var versions = []version{
	{10, [2]int{1, 0}, 16, nil},
	{16, [2]int{1, 0}, 28, []int{6, 18}},
	{26, [2]int{1, 0}, 44, []int{6, 22}},
	{18, [2]int{2, 0}, 32, []int{6, 26}},
	{24, [2]int{2, 0}, 43, []int{6, 30}},
	{16, [2]int{4, 0}, 27, []int{6, 34}},
	{18, [2]int{4, 0}, 31, []int{6, 22, 38}},
	{22, [2]int{2, 2}, 38, []int{6, 24, 42}},
	{22, [2]int{3, 2}, 36, []int{6, 26, 46}},
	{26, [2]int{4, 1}, 43, []int{6, 28, 50}},
}

func (v *version) bytes() int { return v.data*(v.blocks[0]+v.blocks[1]) + v.blocks[1] }

// Encode draws text as bytes of UTF-8, in the smallest code that holds it.
func Encode(text string) (*Code, error) {
	for n := range versions {
		v := &versions[n]
		lengthBits := 8
		if n+1 >= 10 {
			lengthBits = 16
		}
		if 4+lengthBits+8*len(text) > 8*v.bytes() {
			continue
		}
		return draw(n+1, v, v.interleave(v.payload(text, lengthBits))), nil
	}
	return nil, ErrLong
}

// bits collects bits, the highest first.
type bits struct {
	b []byte
	n int
}

func (w *bits) put(v, n int) {
	for i := n - 1; i >= 0; i-- {
		if w.n%8 == 0 {
			w.b = append(w.b, 0)
		}
		w.b[w.n/8] |= byte(v>>i&1) << (7 - w.n%8)
		w.n++
	}
}

func (v *version) payload(text string, lengthBits int) []byte {
	var w bits
	w.put(0b0100, 4) // bytes
	w.put(len(text), lengthBits)
	for i := range len(text) {
		w.put(int(text[i]), 8)
	}
	w.put(0, min(4, 8*v.bytes()-w.n)) // the end
	for pad := byte(0xEC); len(w.b) < v.bytes(); pad ^= 0xEC ^ 0x11 {
		w.b = append(w.b, pad)
	}
	return w.b
}

// interleave cuts the data into blocks, gives each its check bytes, and deals
// them out in turn.
func (v *version) interleave(data []byte) []byte {
	var blocks, checks [][]byte
	for i := range v.blocks[0] + v.blocks[1] {
		n := v.data
		if i >= v.blocks[0] {
			n++
		}
		blocks, checks = append(blocks, data[:n]), append(checks, check(data[:n], v.check))
		data = data[n:]
	}
	var out []byte
	for i := range v.data + 1 {
		for _, b := range blocks {
			if i < len(b) {
				out = append(out, b[i])
			}
		}
	}
	for i := range v.check {
		for _, c := range checks {
			out = append(out, c[i])
		}
	}
	return out
}

// exp and log are the powers of 2 in the field of 256 elements over x^8 + x^4 +
// x^3 + x^2 + 1.
var exp, log = func() (e [255]byte, l [256]byte) {
	v := 1
	for i := range 255 {
		e[i], l[v] = byte(v), byte(i)
		if v <<= 1; v > 255 {
			v ^= 0x11D
		}
	}
	return e, l
}()

func times(a, b byte) byte {
	if a == 0 || b == 0 {
		return 0
	}
	return exp[(int(log[a])+int(log[b]))%255]
}

// check is the remainder of data divided by the Reed-Solomon generator of degree n.
func check(data []byte, n int) []byte {
	g := make([]byte, n) // without the leading 1
	g[n-1] = 1
	root := byte(1)
	for range n {
		for j := range n {
			g[j] = times(g[j], root)
			if j+1 < n {
				g[j] ^= g[j+1]
			}
		}
		root = times(root, 2)
	}
	rest := make([]byte, n)
	for _, d := range data {
		f := d ^ rest[0]
		copy(rest, rest[1:])
		rest[n-1] = 0
		for j := range n {
			rest[j] ^= times(g[j], f)
		}
	}
	return rest
}
