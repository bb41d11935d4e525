package entrance

import (
	"context"

	"kakitsubata/protocol/id"
)

// Furigana is whether others' words come with readings.
type Furigana uint8

// Choices. Append only: they are stored.
const (
	FuriganaByReader Furigana = iota // for all but those who read as grown-ups do
	FuriganaOn
	FuriganaOff
)

// Words is how a visitor wants words to come. The zero value is a visitor that
// has chosen nothing.
type Words struct {
	Reader   id.Reader // ReaderNone: as its bracket reads
	Furigana Furigana
}

// For is in whose words a visitor of the bracket is spoken to.
func (w Words) For(b id.Bracket) id.Reader {
	if w.Reader == id.ReaderNone || w.Reader >= id.ReaderEnd {
		return b.Reader()
	}
	return w.Reader
}

// Ruby reports whether others' words come with readings.
func (w Words) Ruby(b id.Bracket) bool {
	if w.Furigana == FuriganaByReader {
		return w.For(b) != id.Ja
	}
	return w.Furigana == FuriganaOn
}

// Pack is w as one number; UnpackWords reads it.
func (w Words) Pack() uint32 { return uint32(w.Reader)<<8 | uint32(w.Furigana) }

// UnpackWords reads what Pack gave.
func UnpackWords(n uint32) Words { return Words{Reader: id.Reader(n >> 8), Furigana: Furigana(n)} }

// SetWords remembers how a visitor wants words to come. ErrNobody.
func (d *Desk) SetWords(ctx context.Context, who id.VisitorID, w Words) error {
	return d.change(ctx, who, func(v *Visitor) error {
		if v.Words == w {
			return errSame
		}
		v.Words = w
		return nil
	})
}
