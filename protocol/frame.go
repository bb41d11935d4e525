package protocol

import (
	"bytes"

	"github.com/vmihailenco/msgpack/v5"

	"kakitsubata/protocol/id"
)

// FrameWriter writes Frame events from cells that were encoded beforehand, so
// that what many see is encoded once. It is for one goroutine; the zero value
// is ready.
type FrameWriter struct {
	buf bytes.Buffer
	enc *msgpack.Encoder
}

// Write returns one Frame event as EncodeEvent would write it. The cells come
// from EncodeCell. The slice is valid until the next Write.
func (w *FrameWriter) Write(tick id.Tick, self Self, cells [][]byte) []byte {
	w.buf.Reset()
	if w.enc == nil {
		w.enc = msgpack.NewEncoder(&w.buf)
		w.enc.UseCompactInts(true)
	}
	c := codec{enc: w.enc}
	k := uint8(KindFrame)
	c.array(4)
	number(&c, &k)
	number(&c, &tick)
	self.fields(&c)
	c.array(len(cells))
	for _, b := range cells {
		w.buf.Write(b)
	}
	return w.buf.Bytes()
}

// EncodeCell is a cell as it stands inside of a Frame.
func EncodeCell(m *Cell) []byte {
	var b bytes.Buffer
	c := codec{enc: msgpack.NewEncoder(&b)}
	c.enc.UseCompactInts(true)
	m.fields(&c)
	return b.Bytes()
}
