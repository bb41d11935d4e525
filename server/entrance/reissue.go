package entrance

import (
	"context"
	"encoding/binary"
	"errors"

	"kakitsubata/protocol/id"
)

// Find is the visitor with a display name, however its kana were typed. It is
// for staff: whoever comes in by the page is told nothing of who exists.
// ErrNobody.
func (d *Desk) Find(ctx context.Context, name string) (v Visitor, err error) {
	if len(name) > 256 {
		return v, ErrNobody
	}
	err = d.o.Store.ViewEntrance(ctx, d.o.City, func(tx Tx) error {
		who, known, err := tx.Named(nameKey(name))
		if err != nil {
			return err
		}
		rec, found, err := tx.Visitor(who)
		if err != nil {
			return err
		}
		v = rec.Visitor
		return unless(known && found, ErrNobody)
	})
	return v, err
}

// Reissue gives a visitor four new words, for a member of staff who has met the
// child in person. The old words and every ticket end with it, so that whoever
// found them stays outside, and wrong tries for the name are forgotten.
// ErrNobody.
func (d *Desk) Reissue(ctx context.Context, v id.VisitorID) (words string, err error) {
	if words, err = d.passphrase(); err != nil {
		return "", err
	}
	err = d.o.Store.UpdateEntrance(ctx, d.o.City, func(tx Tx) error {
		rec, ok, err := tx.Visitor(v)
		if err != nil || !ok {
			return errors.Join(err, unless(ok, ErrNobody))
		}
		sessions, err := tx.Sessions(v)
		if err != nil {
			return err
		}
		for _, s := range sessions {
			if err := tx.DropSession(s); err != nil {
				return err
			}
		}
		rec.Passphrase = d.phraseDigest(v, words)
		slot := d.digest("slot", rec.NameKey)
		return errors.Join(tx.PutVisitor(rec), tx.PutFailures(binary.BigEndian.Uint16(slot[:]), FailureRecord{}))
	})
	if err != nil {
		return "", err
	}
	return words, nil
}
