package atlas

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"unicode/utf8"

	"kakitsubata/world/plane"
)

// The compact form is one version byte, then varints, texts with their length
// before them, and the ground as runs. The fields come in the order in which
// fields walks them.
const codecVersion = 1

// ErrCode says that bytes are not an encoded atlas.
var ErrCode = errors.New("atlas: not an encoded atlas")

// Encode is the atlas's compact form: the same atlas gives the same bytes.
func Encode(a *Atlas) []byte {
	c := coder{out: []byte{codecVersion}}
	c.atlas(a)
	return c.out
}

// Decode reads what Encode wrote and prepares it. What it allocates is bounded
// by a constant and a multiple of the input; whatever it accepts can be walked
// on, though only Check says whether the place makes sense.
func Decode(b []byte) (*Atlas, error) {
	if len(b) == 0 || b[0] != codecVersion {
		return nil, fmt.Errorf("%w: version", ErrCode)
	}
	c := coder{in: b[1:], reading: true}
	a := new(Atlas)
	c.atlas(a)
	if c.err == nil && len(c.in) > 0 {
		c.fail("bytes after the end")
	}
	if c.err != nil {
		return nil, c.err
	}
	if err := a.Prepare(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCode, err)
	}
	return a, nil
}

// Name is the place and what is in it: <place>-<12 hexadecimal digits>. An
// atlas with another content has another name, so that it may be cached.
func (a *Atlas) Name() string {
	sum := sha256.Sum256(Encode(a))
	return string(a.Place) + "-" + hex.EncodeToString(sum[:6])
}

// A coder walks an atlas's fields, reading or writing: the layout is written
// once and serves both.
type coder struct {
	reading bool
	in      []byte
	out     []byte
	err     error
}

func (c *coder) fail(what string) {
	if c.err == nil {
		c.err = fmt.Errorf("%w: %s", ErrCode, what)
	}
	c.in = nil
}

func (c *coder) atlas(a *Atlas) {
	text(c, &a.Place, MaxName)
	text(c, &a.Title, MaxText)
	number(c, &a.Width, MaxTiles)
	number(c, &a.Height, MaxTiles)
	number(c, &a.Earshot, MaxEarshot)
	c.ground(a)
	list(c, &a.Walls, MaxThings, 4, c.rect)
	list(c, &a.Seats, MaxThings, 3, func(s *Seat) { c.point(&s.At); c.octet(&s.Facing) })
	list(c, &a.Portals, MaxThings, 8, func(p *Portal) {
		text(c, &p.Name, MaxName)
		c.rect(&p.Area)
		text(c, &p.To, MaxName)
		text(c, &p.At, MaxName)
		text(c, &p.Title, MaxText)
	})
	list(c, &a.Spawns, MaxThings, 4, func(s *Spawn) {
		text(c, &s.Name, MaxName)
		c.point(&s.At)
		c.octet(&s.Facing)
	})
	list(c, &a.Zones, MaxThings, 8, func(z *Zone) {
		text(c, &z.Name, MaxName)
		c.rect(&z.Area)
		number(c, &z.Earshot, MaxEarshot)
		c.flag(&z.Quiet)
		text(c, &z.Title, MaxText)
	})
	list(c, &a.Props, MaxThings, 5, func(p *Prop) {
		text(c, &p.Kind, MaxName)
		c.point(&p.At)
		text(c, &p.Text, MaxText)
		c.flag(&p.Flip)
	})
	list(c, &a.Traits, MaxTraits, 2, func(t *Trait) {
		text(c, &t.Name, MaxName)
		text(c, &t.Value, MaxText)
	})
}

// ground is runs of a terrain: the terrain, then how many tiles less one.
func (c *coder) ground(a *Atlas) {
	if !c.reading {
		for i := 0; i < len(a.Ground); {
			n := 1
			for i+n < len(a.Ground) && a.Ground[i+n] == a.Ground[i] {
				n++
			}
			c.out = append(c.out, byte(a.Ground[i]))
			c.out = binary.AppendUvarint(c.out, uint64(n-1))
			i += n
		}
		return
	}
	total := a.Width * a.Height
	if c.err != nil {
		return
	}
	a.Ground = make([]Terrain, 0, total)
	for len(a.Ground) < total {
		var t uint8
		var n int
		c.octet(&t)
		number(c, &n, total-len(a.Ground)-1)
		if c.err != nil {
			return
		}
		for range n + 1 {
			a.Ground = append(a.Ground, Terrain(t))
		}
	}
}

func (c *coder) octet(p *uint8) {
	switch {
	case !c.reading:
		c.out = append(c.out, *p)
	case len(c.in) == 0:
		c.fail("too short")
	default:
		*p, c.in = c.in[0], c.in[1:]
	}
}

func (c *coder) flag(p *bool) {
	var b uint8
	if *p {
		b = 1
	}
	c.octet(&b)
	if b > 1 {
		c.fail("a flag that is neither")
	}
	*p = b == 1
}

// number carries what is from 0 to limit.
func number[T ~int | ~int32](c *coder, p *T, limit int) {
	if !c.reading {
		c.out = binary.AppendUvarint(c.out, uint64(max(0, *p)))
		return
	}
	v, n := binary.Uvarint(c.in)
	if n <= 0 || v > uint64(limit) {
		c.fail("a number out of range")
		return
	}
	*p, c.in = T(v), c.in[n:]
}

// Points lie in the map, or at most on its far edges.
const maxUnit = MaxTiles * plane.Tile

func (c *coder) point(p *plane.Point) {
	number(c, &p.X, maxUnit)
	number(c, &p.Y, maxUnit)
}

func (c *coder) rect(r *plane.Rect) {
	c.point(&r.Min)
	c.point(&r.Max)
}

func text[T ~string](c *coder, p *T, limit int) {
	if !c.reading {
		c.out = binary.AppendUvarint(c.out, uint64(len(*p)))
		c.out = append(c.out, *p...)
		return
	}
	var n int
	number(c, &n, limit)
	if n > len(c.in) {
		c.fail("too short")
		return
	}
	if !utf8.Valid(c.in[:n]) {
		c.fail("text that is not UTF-8")
		return
	}
	*p, c.in = T(c.in[:n]), c.in[n:]
}

// list carries at most limit things of at least so many bytes each: a count
// that the rest of the input can't hold is refused before it is allocated.
func list[T any](c *coder, p *[]T, limit, least int, each func(*T)) {
	n := len(*p)
	number(c, &n, limit)
	if c.reading {
		if c.err != nil || n == 0 {
			return
		}
		if n > len(c.in)/least {
			c.fail("a list longer than the rest")
			return
		}
		*p = make([]T, n)
	}
	for i := 0; i < n && c.err == nil; i++ {
		each(&(*p)[i])
	}
}
