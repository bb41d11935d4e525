package entrance

import (
	"context"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"kakitsubata/protocol/id"
)

// Return brings a visitor back by its name and its four words, however they
// were typed. Errors: ErrPassphrase whether or not the name exists, *Tired
// after too many wrong tries for the name or in the whole city.
func (d *Desk) Return(ctx context.Context, name, words string) (Visitor, Ticket, error) {
	if len(name) > 256 || len(words) > 1024 {
		return Visitor{}, "", ErrPassphrase
	}
	var v Visitor
	var ticket Ticket
	err := d.try(ErrPassphrase, func(now time.Time) error {
		s, t, err := d.newSession(now)
		if err != nil {
			return err
		}
		// A wrong try is written, so it must not fail the transaction.
		var wrong error
		err = d.o.Store.UpdateEntrance(ctx, d.o.City, func(tx Tx) error {
			v, wrong, err = d.reenter(tx, name, words, s, now)
			return err
		})
		ticket = t
		return errors.Join(err, wrong)
	})
	if err != nil {
		return Visitor{}, "", err
	}
	return v, ticket, nil
}

// reenter does the same work for a name that nobody has as for one with wrong
// words: one look-up, one hash, one comparison, one written failure.
func (d *Desk) reenter(tx Tx, name, words string, s SessionRecord, now time.Time) (v Visitor, wrong, err error) {
	key := nameKey(name)
	slotHash := d.digest("slot", key)
	slot := binary.BigEndian.Uint16(slotHash[:])
	fails, err := tx.Failures(slot)
	if err != nil {
		return v, nil, err
	}
	if now.Sub(fails.Last) > failuresFade {
		fails = FailureRecord{}
	}
	if wait := failDelay(fails.Count) - now.Sub(fails.Last); fails.Count > 0 && wait > 0 {
		return v, &Tired{wait}, nil
	}
	who, known, err := tx.Named(key)
	if err != nil {
		return v, nil, err
	}
	rec, found, err := tx.Visitor(who)
	if err != nil {
		return v, nil, err
	}
	got := d.phraseDigest(who, words)
	match := subtle.ConstantTimeCompare(got[:], rec.Passphrase[:]) == 1
	if !match || !known || !found {
		return v, ErrPassphrase, tx.PutFailures(slot, FailureRecord{fails.Count + 1, now})
	}
	if fails.Count > 0 {
		if err := tx.PutFailures(slot, FailureRecord{}); err != nil {
			return v, nil, err
		}
	}
	rec.Seen, s.Visitor = now, who
	return rec.Visitor, nil, errors.Join(trimSessions(tx, who), tx.PutVisitor(rec), tx.PutSession(s))
}

func failDelay(count int) time.Duration {
	if count < freeFailures {
		return 0
	}
	return min(time.Second<<min(count-freeFailures, 10), maxFailDelay)
}

// trimSessions makes place for one more, the longest unused first.
func trimSessions(tx Tx, v id.VisitorID) error {
	list, err := tx.Sessions(v)
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b SessionRecord) int { return a.Used.Compare(b.Used) })
	for len(list) >= maxSessions {
		if err := tx.DropSession(list[0]); err != nil {
			return err
		}
		list = list[1:]
	}
	return nil
}
