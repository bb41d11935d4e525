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
	for ; extra > 0 && c.err == nil; extra-- {
		c.fail(c.dec.Skip())
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
	code, err := c.dec.PeekCode()
	if err != nil || !integerCode(code) {
		c.fail(fmt.Errorf("%w: not an integer", ErrFrame))
		return 0
	}
	// A negative integer reads as a huge one and falls over the limit.
	got, err := c.dec.DecodeUint64()
	if err == nil && got > limit {
		err = fmt.Errorf("%d is over %d", got, limit)
	}
	if err != nil {
		c.fail(fmt.Errorf("%w: %w", ErrFrame, err))
		return 0
	}
	return got
}

// integerCode excludes nil, floats and everything else that the library
// would silently read as a number.
func integerCode(code byte) bool {
	return code <= 0x7f || code >= 0xe0 || code >= 0xcc && code <= 0xd3
}

func number[T ~uint8 | ~uint16 | ~uint32 | ~uint64](c *codec, p *T) {
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
	code, err := c.dec.PeekCode()
	if err != nil || !integerCode(code) {
		c.fail(fmt.Errorf("%w: not an integer", ErrFrame))
		return
	}
	got, err := c.dec.DecodeInt64()
	if err == nil && (got < math.MinInt32 || got > math.MaxInt32) {
		err = fmt.Errorf("%d is out of range", got)
	}
	c.fail(err)
	*p = T(got)
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

// Encode writes a kind and a value's fields as one msgpack array.
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
	c := codec{dec: msgpack.NewDecoder(r)}
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

// A fielder is a value with a wire layout: so many fields, in this order.
type fielder interface {
	count() int
	fields(*codec)
}
