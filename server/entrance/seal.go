package entrance

import (
	"bytes"
	"context"
	"crypto/ecdh"
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

// Halves are a city's private key in two parts, one for each of two people.
// One alone tells nothing; they are never on the server.
type Halves [2][32]byte

// NewCityKey makes a key pair, the private one in halves.
func NewCityKey(rand io.Reader) (public [32]byte, h Halves, err error) {
	pub, private, err := box.GenerateKey(rand)
	if err != nil {
		return public, h, fmt.Errorf("entrance: a city key can't be made: %w", err)
	}
	if _, err := io.ReadFull(rand, h[0][:]); err != nil {
		return public, h, fmt.Errorf("entrance: a city key can't be made: %w", err)
	}
	for i := range private {
		h[1][i] = private[i] ^ h[0][i]
	}
	return *pub, h, nil
}

// Open reads a sealed origin with both halves, in whichever order.
func (h Halves) Open(sealed []byte) (Origin, error) {
	var private, public [32]byte
	for i := range private {
		private[i] = h[0][i] ^ h[1][i]
	}
	k, err := ecdh.X25519().NewPrivateKey(private[:])
	if err != nil {
		return Origin{}, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	copy(public[:], k.PublicKey().Bytes())
	return OpenEnvelope(sealed, &public, &private)
}

// Envelope is a visitor's sealed origin; nil when none was kept. Whoever asks
// for it must have it written down first.
func (d *Desk) Envelope(ctx context.Context, who id.VisitorID) ([]byte, error) {
	var sealed []byte
	err := d.o.Store.ViewEntrance(ctx, d.o.City, func(tx Tx) error {
		rec, ok, err := tx.Visitor(who)
		sealed = rec.Sealed
		return errors.Join(err, unless(ok, ErrNobody))
	})
	return sealed, err
}
