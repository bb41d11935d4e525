package entrance

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"slices"
	"time"
)

// Redeem checks a code as it was typed and gives an admission. The code's use
// is counted at Register. Errors: ErrCode, ErrUsed, ErrExpired, ErrRevoked,
// *Tired.
func (d *Desk) Redeem(ctx context.Context, typed string) (Admission, error) {
	canonical, err := readCode(typed)
	if err != nil {
		return Admission{}, err // a slip of the pen that could never be right: not charged
	}
	nonce, err := d.random(secretBytes)
	if err != nil {
		return Admission{}, err
	}
	var a Admission
	err = d.try(ErrCode, func(now time.Time) error {
		dg := d.digest("code", canonical)
		return d.o.Store.ViewEntrance(ctx, d.o.City, func(tx Tx) error {
			code, batch, err := findCode(tx, dg)
			switch {
			case err != nil:
				return err
			case code.Left < 1:
				return ErrUsed
			case !now.Before(code.Expires):
				return ErrExpired
			}
			a.Bracket, a.Until = batch.Bracket, now.Add(d.o.AdmissionLife)
			a.Pass = d.writePass(dg, a.Until, nonce)
			return nil
		})
	})
	if err != nil {
		return Admission{}, err
	}
	return a, nil
}

func findCode(tx Tx, dg Digest) (CodeRecord, BatchRecord, error) {
	code, ok, err := tx.Code(dg)
	if err != nil || !ok {
		return code, BatchRecord{}, errors.Join(err, unless(ok, ErrCode))
	}
	batch, ok, err := tx.Batch(code.Batch)
	if err != nil || !ok {
		return code, batch, errors.Join(err, unless(ok, ErrCode))
	}
	return code, batch, unless(batch.Revoked.IsZero(), ErrRevoked)
}

func unless(ok bool, err error) error {
	if ok {
		return nil
	}
	return err
}

// A pass is the code's digest, when it ends, and a nonce, under a MAC: the
// desk need not remember it until it is used.
const passBytes = 32 + 8 + secretBytes

func (d *Desk) writePass(code Digest, until time.Time, nonce []byte) Pass {
	b := slices.Clone(code[:])
	b = binary.BigEndian.AppendUint64(b, uint64(until.Unix()))
	b = append(b, nonce...)
	mac := d.digest("pass", string(b))
	return Pass(base64.RawURLEncoding.EncodeToString(append(b, mac[:]...)))
}

// readPass returns the digests of the code and of the pass itself.
func (d *Desk) readPass(p Pass, now time.Time) (code, self Digest, until time.Time, err error) {
	b, err := base64.RawURLEncoding.DecodeString(string(p))
	if err != nil || len(b) != passBytes+len(Digest{}) {
		return code, self, until, ErrAdmission
	}
	mac := d.digest("pass", string(b[:passBytes]))
	if subtle.ConstantTimeCompare(mac[:], b[passBytes:]) != 1 {
		return code, self, until, ErrAdmission
	}
	until = time.Unix(int64(binary.BigEndian.Uint64(b[32:])), 0)
	if !now.Before(until) {
		return code, self, until, ErrAdmission
	}
	copy(code[:], b)
	return code, mac, until, nil
}
