package entrance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/nacl/box"

	"kakitsubata/protocol/id"
)

// Origin is who handed out the code that a visitor came in with. It leads to a
// school class and no further.
type Origin struct {
	City    id.CityID
	Visitor id.VisitorID
	Batch   string
	Label   string
}

// ErrSealed is the error of an envelope that the keys do not open.
var ErrSealed = errors.New("entrance: the envelope does not open")

// sealedBytes is the length of every origin before it is sealed: an envelope
// does not tell by its size which school is in it.
const sealedBytes = 1024

// maxLabel bounds a batch's label, in bytes, so that every origin fits.
const maxLabel = 300

func seal(o Origin, to *[32]byte, rand io.Reader) ([]byte, error) {
	if to == nil {
		return nil, nil
	}
	text, err := json.Marshal(o)
	if err != nil || len(text) > sealedBytes {
		return nil, fmt.Errorf("entrance: the origin can't be sealed: %d bytes, %w", len(text), err)
	}
	text = append(text, bytes.Repeat([]byte{' '}, sealedBytes-len(text))...)
	return box.SealAnonymous(nil, text, to, rand)
}

// OpenEnvelope reads a sealed origin with both halves of the city's key. The
// server never has the private one: this is for the two people who do, on
// another machine.
func OpenEnvelope(sealed []byte, public, private *[32]byte) (Origin, error) {
	text, ok := box.OpenAnonymous(nil, sealed, public, private)
	if !ok {
		return Origin{}, ErrSealed
	}
	var o Origin
	if err := json.Unmarshal(text, &o); err != nil {
		return Origin{}, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	return o, nil
}
