package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"kakitsubata/protocol/id"
	"kakitsubata/server/entrance"
)

var _ entrance.Store = (*Store)(nil)

// UpdateEntrance is entrance.Store's.
func (s *Store) UpdateEntrance(ctx context.Context, city id.CityID, f func(tx entrance.Tx) error) error {
	return s.update(ctx, city, func(t *txn) error { return f(door{t}) })
}

// ViewEntrance is entrance.Store's.
func (s *Store) ViewEntrance(ctx context.Context, city id.CityID, f func(tx entrance.Tx) error) error {
	return s.view(ctx, city, func(t *txn) error { return f(door{t}) })
}

// door is a transaction in the entrance's words.
type door struct{ *txn }

func (d door) Batch(b string) (entrance.BatchRecord, bool, error) {
	return read[entrance.BatchRecord](d.txn, bBatches, d.key(b))
}

func (d door) PutBatch(r entrance.BatchRecord) error { return write(d.txn, bBatches, d.key(r.ID), &r) }

func (d door) Batches() (out []entrance.BatchRecord, err error) {
	p := d.key()
	err = d.ascend(bBatches, p, p, func(_, value []byte) (bool, error) {
		var r entrance.BatchRecord
		if err := decode(value, &r); err != nil {
			return false, err
		}
		out = append(out, r)
		return true, nil
	})
	return out, err
}

func (d door) Code(g entrance.Digest) (entrance.CodeRecord, bool, error) {
	return read[entrance.CodeRecord](d.txn, bCodes, d.key(g[:]))
}

func (d door) PutCode(g entrance.Digest, r entrance.CodeRecord) error {
	return write(d.txn, bCodes, d.key(g[:]), &r)
}

func (d door) Spent(g entrance.Digest) (id.VisitorID, bool, error) {
	b := d.get(bSpent, d.key(g[:]))
	return id.VisitorID(number(b)), b != nil, nil
}

// Spend also forgets what may be forgotten: a few at a time, so that no
// transaction is a long one.
func (d door) Spend(g entrance.Digest, v id.VisitorID, now, until time.Time) error {
	const atOnce = 16
	var over [][]byte
	p := d.key()
	err := d.ascend(bSpentEnd, p, p, func(rest, _ []byte) (bool, error) {
		if len(rest) < 8 || number(rest[:8]) >= moment(now) || len(over) == atOnce {
			return false, nil
		}
		over = append(over, append([]byte(nil), rest...))
		return true, nil
	})
	for _, rest := range over {
		err = errors.Join(err, d.drop(bSpentEnd, d.key(rest)), d.drop(bSpent, d.key(rest[8:])))
	}
	return errors.Join(err,
		d.put(bSpent, d.key(g[:]), binary.BigEndian.AppendUint64(nil, uint64(v))),
		d.put(bSpentEnd, d.key(until, g[:]), nil))
}

func (d door) Visitor(v id.VisitorID) (entrance.VisitorRecord, bool, error) {
	return read[entrance.VisitorRecord](d.txn, bVisitors, d.key(uint64(v)))
}

func (d door) Named(nameKey string) (id.VisitorID, bool, error) {
	b := d.get(bNames, d.key(nameKey))
	return id.VisitorID(number(b)), b != nil, nil
}

func (d door) PutVisitor(r entrance.VisitorRecord) error {
	old, ok, err := d.Visitor(r.ID)
	if err != nil {
		return err
	}
	if !ok || old.NameKey != r.NameKey {
		if ok {
			if err := d.drop(bNames, d.key(old.NameKey)); err != nil {
				return err
			}
		}
		if err := d.put(bNames, d.key(r.NameKey), binary.BigEndian.AppendUint64(nil, uint64(r.ID))); err != nil {
			return err
		}
	}
	return write(d.txn, bVisitors, d.key(uint64(r.ID)), &r)
}

func (d door) Session(g entrance.Digest) (r entrance.SessionRecord, ok bool, err error) {
	sid := d.get(bTickets, d.key(g[:]))
	if sid == nil {
		return r, false, nil
	}
	return d.session(sid)
}

func (d door) session(sid []byte) (entrance.SessionRecord, bool, error) {
	return read[entrance.SessionRecord](d.txn, bSessions, d.key(sid))
}

func (d door) Sessions(v id.VisitorID) (out []entrance.SessionRecord, err error) {
	p := d.key(uint64(v))
	err = d.ascend(bSessionsOf, p, p, func(sid, _ []byte) (bool, error) {
		r, ok, err := d.session(sid)
		if err != nil || !ok {
			return false, errors.Join(err, fmt.Errorf("%w: a session is listed and not there", ErrDamaged))
		}
		out = append(out, r)
		return true, nil
	})
	return out, err
}

func (d door) PutSession(r entrance.SessionRecord) error {
	if err := d.DropSession(r); err != nil {
		return err
	}
	err := errors.Join(
		write(d.txn, bSessions, d.key(r.ID[:]), &r),
		d.put(bSessionsOf, d.key(uint64(r.Visitor), r.ID[:]), nil),
		d.put(bTickets, d.key(r.Current[:]), r.ID[:]))
	if r.Previous != (entrance.Digest{}) {
		err = errors.Join(err, d.put(bTickets, d.key(r.Previous[:]), r.ID[:]))
	}
	return err
}

func (d door) DropSession(r entrance.SessionRecord) error {
	old, ok, err := d.session(r.ID[:])
	if err != nil || !ok {
		return err
	}
	return errors.Join(
		d.drop(bSessions, d.key(r.ID[:])),
		d.drop(bSessionsOf, d.key(uint64(old.Visitor), r.ID[:])),
		d.drop(bTickets, d.key(old.Current[:])),
		d.drop(bTickets, d.key(old.Previous[:])))
}

func (d door) Failures(slot uint16) (entrance.FailureRecord, error) {
	r, _, err := read[entrance.FailureRecord](d.txn, bFailures, d.key(slot))
	return r, err
}

func (d door) PutFailures(slot uint16, r entrance.FailureRecord) error {
	if r.Count == 0 {
		return d.drop(bFailures, d.key(slot))
	}
	return write(d.txn, bFailures, d.key(slot), &r)
}
