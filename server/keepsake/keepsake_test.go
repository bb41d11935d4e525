package keepsake

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// read is a reader written from the standard's other side: it finds out by the
// format's words what was meant, and takes the code apart again.
func read(c *Code) (string, error) {
	number := (c.Size - 17) / 4
	bit := func(x, y int) int {
		if c.Dark(x, y) {
			return 1
		}
		return 0
	}
	first, second := 0, 0
	for _, at := range [][2]int{{0, 8}, {1, 8}, {2, 8}, {3, 8}, {4, 8}, {5, 8}, {7, 8}, {8, 8}, {8, 7}, {8, 5}, {8, 4}, {8, 3}, {8, 2}, {8, 1}, {8, 0}} {
		first = first<<1 | bit(at[0], at[1])
	}
	for i := range 7 {
		second = second<<1 | bit(8, c.Size-1-i)
	}
	for i := range 8 {
		second = second<<1 | bit(c.Size-8+i, 8)
	}
	// The words of level M, from the standard's table.
	mask := -1
	for m, w := range []int{0x5412, 0x5125, 0x5E7C, 0x5B4B, 0x45F9, 0x40CE, 0x4F97, 0x4AA0} {
		if first == w && second == w {
			mask = m
		}
	}
	if mask < 0 {
		return "", fmt.Errorf("format %015b, %015b", first, second)
	}
	if number >= 7 {
		want := map[int]int{7: 0x07C94, 8: 0x085BC, 9: 0x09A99, 10: 0x0A4D3}[number]
		a, b := 0, 0
		for i := 17; i >= 0; i-- {
			a, b = a<<1|bit(i/3, c.Size-11+i%3), b<<1|bit(c.Size-11+i%3, i/3)
		}
		if a != want || b != want {
			return "", fmt.Errorf("version %018b, %018b, want %018b", a, b, want)
		}
	}
	v := &versions[number-1]
	g := &grid{size: c.Size, dark: make([]bool, c.Size*c.Size), fixed: make([]bool, c.Size*c.Size)}
	g.patterns(number, v)
	var raw []byte
	n := 0
	for right, up := c.Size-1, true; right > 0; right, up = right-2, !up {
		if right == 6 {
			right--
		}
		for k := range c.Size {
			y := k
			if up {
				y = c.Size - 1 - k
			}
			for _, x := range []int{right, right - 1} {
				if g.fixed[y*c.Size+x] {
					continue
				}
				if n%8 == 0 {
					raw = append(raw, 0)
				}
				d := c.Dark(x, y) != masks[mask](x, y)
				if d {
					raw[n/8] |= 1 << (7 - n%8)
				}
				n++
			}
		}
	}
	blocks := make([][]byte, v.blocks[0]+v.blocks[1])
	i := 0
	for k := range v.data + 1 {
		for j := range blocks {
			if k < v.data || j >= v.blocks[0] {
				blocks[j] = append(blocks[j], raw[i])
				i++
			}
		}
	}
	var data []byte
	for _, b := range blocks {
		data = append(data, b...)
	}
	for range v.check {
		for j := range blocks {
			blocks[j] = append(blocks[j], raw[i])
			i++
		}
	}
	for j, b := range blocks { // what is whole is zero at each root of the generator
		for k := range v.check {
			sum := byte(0)
			for _, x := range b {
				sum = times(sum, exp[k]) ^ x
			}
			if sum != 0 {
				return "", fmt.Errorf("block %d is broken", j)
			}
		}
	}
	at := 0
	take := func(n int) (x int) {
		for range n {
			x, at = x<<1|int(data[at/8]>>(7-at%8)&1), at+1
		}
		return x
	}
	if m := take(4); m != 4 {
		return "", fmt.Errorf("mode %d", m)
	}
	length := 8
	if number >= 10 {
		length = 16
	}
	var text []byte
	for range take(length) {
		text = append(text, byte(take(8)))
	}
	return string(text), nil
}

func TestCodesOfEverySizeAreReadBack(t *testing.T) {
	sizes := map[int]bool{}
	for n := range 214 {
		text := strings.Repeat("かきつばた0", 20)[:n]
		c, err := Encode(text)
		if err != nil {
			t.Fatalf("%d bytes: %v", n, err)
		}
		sizes[c.Size] = true
		if got, err := read(c); err != nil || got != text {
			t.Fatalf("%d bytes, %d modules: %q, %v", n, c.Size, got, err)
		}
	}
	if len(sizes) != len(versions) {
		t.Errorf("%d sizes", len(sizes))
	}
	if _, err := Encode(strings.Repeat("a", 214)); !errors.Is(err, ErrLong) {
		t.Errorf("got %v", err)
	}
}

// One dirty module breaks a block: the reader above would notice.
func TestTheReaderNotices(t *testing.T) {
	c, err := Card("ふわふわペンギン", []string{"さくら", "いるか", "もみじ", "ほたる"})
	if err != nil {
		t.Fatal(err)
	}
	c.dark[(c.Size-1)*c.Size+c.Size-1] = !c.dark[(c.Size-1)*c.Size+c.Size-1]
	if _, err := read(c); err == nil {
		t.Error("a dirty code is read")
	}
}

func TestCardHoldsTheWordsAndNothingElse(t *testing.T) {
	words := []string{"さくら", "いるか", "もみじ", "ほたる"}
	c, err := Card("ふわふわペンギン", words)
	if err != nil {
		t.Fatal(err)
	}
	got, err := read(c)
	if err != nil {
		t.Fatal(err)
	}
	if want := "かきつばた\nなまえ ふわふわペンギン\nことば さくら いるか もみじ ほたる"; got != want {
		t.Errorf("holds %q", got)
	}
	for _, never := range []string{"http", "://", "?", "kkt", "www."} {
		if strings.Contains(strings.ToLower(got), never) {
			t.Errorf("a telephone would open it: %q", got)
		}
	}
}

func TestPathCoversTheDark(t *testing.T) {
	c, err := Encode("kakitsubata")
	if err != nil {
		t.Fatal(err)
	}
	seen := make([]bool, c.Size*c.Size)
	for part := range strings.SplitSeq(strings.TrimPrefix(c.Path(), "M"), "M") {
		var x, y, w, back int
		if n, err := fmt.Sscanf(part, "%d %dh%dv1h-%dz", &x, &y, &w, &back); n != 4 || err != nil || w != back {
			t.Fatalf("%q: %v", part, err)
		}
		for i := range w {
			seen[y*c.Size+x+i] = true
		}
	}
	for i, d := range c.dark {
		if d != seen[i] {
			t.Fatalf("module %d", i)
		}
	}
}
