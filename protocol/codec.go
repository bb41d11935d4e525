package protocol

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"unicode/utf8"

	"github.com/vmihailenco/msgpack/v5"
)

// Errors of decoding. A frame that can't be decoded is refused whole.
var (
	ErrFrame   = errors.New("protocol: malformed frame")
	ErrKind    = errors.New("protocol: unknown kind")
	ErrTooLong = errors.New("protocol: field too long")
	ErrText    = errors.New("protocol: text is not clean UTF-8")
)

// A codec walks a value's fields in wire order, reading or writing: each
// layout is written once and serves both sides.
type codec struct {
	enc *msgpack.Encoder // nil when reading
	dec *msgpack.Decoder
	in  *bytes.Reader // what dec reads, without a buffer between them
	err error
}

func (c *codec) fail(err error) {
	if c.err == nil && err != nil {
		c.err = err
	}
}

// array opens an array of n fields. A reader accepts more, which end skips:
// fields are appended by later versions.
func (c *codec) array(n int) (extra int) {
	if c.err != nil {
		return 0
	}
	if c.enc != nil {
		c.fail(c.enc.EncodeArrayLen(n))
		return 0
	}
	got, err := c.dec.DecodeArrayLen()
	if err != nil {
		c.fail(fmt.Errorf("%w: %w", ErrFrame, err))
		return 0
	}
	if got < n || got > n+16 {
		c.fail(fmt.Errorf("%w: array of %d, want %d", ErrFrame, got, n))
		return 0
	}
	return got - n
}

func (c *codec) end(extra int) {
	if extra > 0 && c.err == nil {
		c.fail(skip(c.in, extra))
	}
}

// list carries a length of at most limit, then calls each for every element.
func (c *codec) list(n, limit int, grow func(int), each func(int)) {
	if c.err != nil {
		return
	}
	if c.enc != nil {
		c.fail(c.enc.EncodeArrayLen(n))
	} else {
		got, err := c.dec.DecodeArrayLen()
		switch {
		case err != nil:
			c.fail(fmt.Errorf("%w: %w", ErrFrame, err))
			return
		case got < 0 || got > limit:
			c.fail(fmt.Errorf("%w: list of %d, limit %d", ErrTooLong, got, limit))
			return
		case got > c.in.Len():
			// An element has a byte at least: a length that the frame can't hold
			// must not make grow allocate.
			c.fail(fmt.Errorf("%w: list of %d in %d bytes", ErrFrame, got, c.in.Len()))
			return
		}
		n = got
		grow(n)
	}
	for i := 0; i < n && c.err == nil; i++ {
		each(i)
	}
}

func (c *codec) uint(v, limit uint64) uint64 {
	if c.err != nil {
		return v
	}
	if c.enc != nil {
		c.fail(c.enc.EncodeUint(v))
		return v
	}
	got, negative, err := c.integer()
	if err == nil && (negative || got > limit) {
		err = fmt.Errorf("integer is not in 0 to %d", limit)
	}
	if err != nil {
		c.fail(fmt.Errorf("%w: %w", ErrFrame, err))
		return 0
	}
	return got
}

var errNotInteger = errors.New("not an integer")

// integer reads any integer. A negative one comes as the bits of its int64.
// The library alone would also read nil, floats and strings as numbers, and
// turn -1 into 2^64-1 and back.
func (c *codec) integer() (v uint64, negative bool, err error) {
	code, err := c.dec.PeekCode()
	if err != nil {
		return 0, false, err
	}
	switch {
	case code <= 0x7f, code >= 0xcc && code <= 0xcf:
		v, err = c.dec.DecodeUint64()
		return v, false, err
	case code >= 0xe0, code >= 0xd0 && code <= 0xd3:
		i, err := c.dec.DecodeInt64()
		return uint64(i), i < 0, err
	}
	return 0, false, errNotInteger
}

func number[T ~uint8 | ~uint16 | ~uint32 | ~uint64](c *codec, p *T) {
	if c.enc != nil { // what is written may be shared: it is only read
		c.uint(uint64(*p), uint64(^T(0)))
		return
	}
	*p = T(c.uint(uint64(*p), uint64(^T(0))))
}

func signed[T ~int32](c *codec, p *T) {
	if c.err != nil {
		return
	}
	if c.enc != nil {
		c.fail(c.enc.EncodeInt(int64(*p)))
		return
	}
	got, negative, err := c.integer()
	switch {
	case err != nil:
	case negative && int64(got) < math.MinInt32, !negative && got > math.MaxInt32:
		err = errors.New("integer is not in 32 bits")
	}
	if err != nil {
		c.fail(fmt.Errorf("%w: %w", ErrFrame, err))
		return
	}
	*p = T(int64(got))
}

// bytes carries a binary string of at most limit bytes.
func (c *codec) bytes(p *[]byte, limit int) {
	if c.err != nil {
		return
	}
	if c.enc != nil {
		c.fail(c.enc.EncodeBytes(append([]byte{}, *p...)))
		return
	}
	code, err := c.dec.PeekCode()
	if err != nil || code < 0xc4 || code > 0xc6 {
		c.fail(fmt.Errorf("%w: not a binary string", ErrFrame))
		return
	}
	n, err := c.dec.DecodeBytesLen()
	switch {
	case err != nil || n < 0 || n > c.in.Len():
		c.fail(fmt.Errorf("%w: binary length", ErrFrame))
		return
	case n > limit:
		c.fail(fmt.Errorf("%w: binary of %d bytes, limit %d", ErrTooLong, n, limit))
		return
	case n == 0:
		*p = nil
		return
	}
	*p = make([]byte, n)
	if err := c.dec.ReadFull(*p); err != nil {
		c.fail(fmt.Errorf("%w: %w", ErrFrame, err))
	}
}

func (c *codec) bool(p *bool) {
	if c.err != nil {
		return
	}
	if c.enc != nil {
		c.fail(c.enc.EncodeBool(*p))
		return
	}
	code, err := c.dec.PeekCode()
	if err != nil || code != 0xc2 && code != 0xc3 {
		c.fail(fmt.Errorf("%w: not a boolean", ErrFrame))
		return
	}
	*p, _ = c.dec.DecodeBool()
}

// text carries a string of at most limit bytes. The length is checked before
// anything is allocated.
func text[T ~string](c *codec, p *T, limit int) {
	if c.err != nil {
		return
	}
	if c.enc != nil {
		c.fail(c.enc.EncodeString(string(*p)))
		return
	}
	code, err := c.dec.PeekCode()
	if err != nil || (code < 0xa0 || code > 0xbf) && (code < 0xd9 || code > 0xdb) {
		c.fail(fmt.Errorf("%w: not a string", ErrFrame))
		return
	}
	n, err := c.dec.DecodeBytesLen()
	switch {
	case err != nil || n < 0:
		c.fail(fmt.Errorf("%w: string length", ErrFrame))
		return
	case n > limit:
		c.fail(fmt.Errorf("%w: string of %d bytes, limit %d", ErrTooLong, n, limit))
		return
	case n > c.in.Len():
		c.fail(fmt.Errorf("%w: string of %d in %d bytes", ErrFrame, n, c.in.Len()))
		return
	}
	buf := make([]byte, n)
	if err := c.dec.ReadFull(buf); err != nil {
		c.fail(fmt.Errorf("%w: %w", ErrFrame, err))
		return
	}
	if !utf8.Valid(buf) {
		c.fail(ErrText)
		return
	}
	*p = T(buf)
}

// encode writes a kind and a value's fields as one msgpack array.
func encode(k Kind, f fielder) []byte {
	var b bytes.Buffer
	c := codec{enc: msgpack.NewEncoder(&b)}
	c.enc.UseCompactInts(true)
	n := uint8(k)
	c.array(f.count() + 1)
	number(&c, &n)
	f.fields(&c)
	if c.err != nil {
		panic(c.err) // a buffer does not fail, and fields checks nothing on writing
	}
	return b.Bytes()
}

// decode reads the kind, lets pick choose the value, and reads its fields.
func decode(frame []byte, limit int, pick func(Kind) fielder) (fielder, error) {
	if len(frame) > limit {
		return nil, fmt.Errorf("%w: frame of %d bytes, limit %d", ErrTooLong, len(frame), limit)
	}
	r := bytes.NewReader(frame)
	c := codec{dec: msgpack.NewDecoder(r), in: r}
	got, err := c.dec.DecodeArrayLen()
	if err != nil || got < 1 {
		return nil, fmt.Errorf("%w: not an array", ErrFrame)
	}
	var k uint8
	number(&c, &k)
	if c.err != nil {
		return nil, c.err
	}
	f := pick(Kind(k))
	if f == nil {
		return nil, fmt.Errorf("%w: %d", ErrKind, k)
	}
	extra := got - 1 - f.count()
	if extra < 0 || extra > 16 {
		return nil, fmt.Errorf("%w: kind %d has %d fields, want %d", ErrFrame, k, got-1, f.count())
	}
	f.fields(&c)
	c.end(extra)
	if c.err != nil {
		return nil, c.err
	}
	if _, err := r.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: bytes after the end", ErrFrame)
	}
	return f, nil
}

// skip passes over n values of any type, however nested, with neither
// recursion nor allocation: the library's own Skip recurses as deep as the
// sender likes, and allocates what a string's length claims.
func skip(r *bytes.Reader, n int) error {
	for ; n > 0; n-- {
		if n > r.Len() { // a value has a byte at least
			return fmt.Errorf("%w: truncated", ErrFrame)
		}
		code, _ := r.ReadByte()
		fixed, lengthBytes, children := 0, 0, 0
		switch {
		case code <= 0x7f, code >= 0xe0, code == 0xc0, code == 0xc2, code == 0xc3:
		case code <= 0x8f:
			n += 2 * int(code&15)
		case code <= 0x9f:
			n += int(code & 15)
		case code <= 0xbf:
			fixed = int(code & 31)
		case code == 0xc1:
			return fmt.Errorf("%w: the code c1", ErrFrame)
		case code <= 0xc6: // bin
			lengthBytes = 1 << (code - 0xc4)
		case code <= 0xc9: // ext: a byte of type beside the data
			lengthBytes, fixed = 1<<(code-0xc7), 1
		case code <= 0xcb: // floats
			fixed = 4 << (code - 0xca)
		case code <= 0xcf:
			fixed = 1 << (code - 0xcc)
		case code <= 0xd3:
			fixed = 1 << (code - 0xd0)
		case code <= 0xd8: // fixext
			fixed = 1 + 1<<(code-0xd4)
		case code <= 0xdb: // str
			lengthBytes = 1 << (code - 0xd9)
		case code <= 0xdd: // arrays
			lengthBytes, children = 2<<(code-0xdc), 1
		default: // maps
			lengthBytes, children = 2<<(code-0xde), 2
		}
		length := 0
		for range lengthBytes {
			b, err := r.ReadByte()
			if err != nil {
				return fmt.Errorf("%w: truncated", ErrFrame)
			}
			length = length<<8 | int(b)
		}
		if length > r.Len() {
			return fmt.Errorf("%w: truncated", ErrFrame)
		}
		if children > 0 {
			n += children * length
		} else {
			fixed += length
		}
		if fixed > r.Len() {
			return fmt.Errorf("%w: truncated", ErrFrame)
		}
		r.Seek(int64(fixed), io.SeekCurrent)
	}
	return nil
}

// A fielder is a value with a wire layout: so many fields, in this order.
type fielder interface {
	count() int
	fields(*codec)
}
