package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
)

var _ casebook.Store = (*Store)(nil)

// PutCase writes a case, and gives it an ID if it has none. The ID is set only
// when the case is on disk.
func (s *Store) PutCase(ctx context.Context, c *casebook.Case) error {
	r := *c
	err := s.update(ctx, c.City, func(t *txn) error {
		if c.ID == 0 {
			n, err := t.count("case")
			if err != nil {
				return err
			}
			r.ID = id.CaseID(n)
		}
		key := t.key(uint64(r.ID))
		if old, ok, err := read[casebook.Case](t, bCases, key); err != nil {
			return err
		} else if ok && old.Visitor != r.Visitor {
			if err := t.drop(bCasesOf, t.key(uint64(old.Visitor), uint64(r.ID))); err != nil {
				return err
			}
		}
		index := t.drop
		if r.State != casebook.Closed {
			index = func(bucket, key []byte) error { return t.put(bucket, key, nil) }
		}
		return errors.Join(write(t, bCases, key, &r), index(bCasesOpen, key),
			t.put(bCasesFrom, t.key(uint64(r.Source), uint64(r.ID)), nil),
			t.put(bCasesOf, t.key(uint64(r.Visitor), uint64(r.ID)), nil))
	})
	if err == nil {
		c.ID = r.ID
	}
	return err
}

// Case reads one; casebook.ErrUnknown when there is none.
func (s *Store) Case(ctx context.Context, city id.CityID, c id.CaseID) (out casebook.Case, err error) {
	err = s.view(ctx, city, func(t *txn) error {
		var ok bool
		out, ok, err = read[casebook.Case](t, bCases, t.key(uint64(c)))
		if err == nil && !ok {
			err = fmt.Errorf("%w: %d", casebook.ErrUnknown, c)
		}
		return err
	})
	return out, err
}

// OpenCases lists the cases that are not closed, oldest first.
func (s *Store) OpenCases(ctx context.Context, city id.CityID) (out []casebook.Case, err error) {
	err = s.view(ctx, city, func(t *txn) error {
		p := t.key()
		return t.ascend(bCasesOpen, p, p, func(rest, _ []byte) (bool, error) {
			return true, appendCase(t, rest, &out)
		})
	})
	return out, err
}

func appendCase(t *txn, number []byte, out *[]casebook.Case) error {
	c, ok, err := read[casebook.Case](t, bCases, t.key(number))
	if err == nil && !ok {
		err = fmt.Errorf("%w: a case is listed and not there", ErrDamaged)
	}
	if err != nil {
		return err
	}
	*out = append(*out, c)
	return nil
}

// ClosedCases lists closed cases with an ID below before (zero: from the
// highest), highest first, at most limit.
func (s *Store) ClosedCases(ctx context.Context, city id.CityID, before id.CaseID, limit int) (out []casebook.Case, err error) {
	err = s.view(ctx, city, func(t *txn) error {
		p := t.key()
		from := after(p)
		if before > 0 {
			from = t.key(uint64(before))
		}
		return t.descend(bCases, p, from, func(rest, value []byte) (bool, error) {
			if len(out) >= limit {
				return false, nil
			}
			if t.has(bCasesOpen, t.key(rest)) {
				return true, nil
			}
			var c casebook.Case
			if err := decode(value, &c); err != nil {
				return false, err
			}
			out = append(out, c)
			return true, nil
		})
	})
	return out, err
}

// VisitorCases lists the cases of a visitor in any state, highest ID first, at
// most limit.
func (s *Store) VisitorCases(ctx context.Context, city id.CityID, visitor id.VisitorID, limit int) (out []casebook.Case, err error) {
	err = s.view(ctx, city, func(t *txn) error {
		p := t.key(uint64(visitor))
		return t.descend(bCasesOf, p, after(p), func(rest, _ []byte) (bool, error) {
			if len(out) >= limit {
				return false, nil
			}
			return true, appendCase(t, rest, &out)
		})
	})
	return out, err
}

// CasesFrom lists the cases of one source in any state, with an ID below before
// (zero: from the highest), highest first, at most limit.
func (s *Store) CasesFrom(ctx context.Context, city id.CityID, from casebook.Source, before id.CaseID, limit int) (out []casebook.Case, err error) {
	err = s.view(ctx, city, func(t *txn) error {
		p := t.key(uint64(from))
		below := after(p)
		if before > 0 {
			below = t.key(uint64(from), uint64(before))
		}
		return t.descend(bCasesFrom, p, below, func(rest, _ []byte) (bool, error) {
			if len(out) >= limit {
				return false, nil
			}
			return true, appendCase(t, rest, &out)
		})
	})
	return out, err
}

// PutSanction writes a sanction in place of one of the same visitor and From.
func (s *Store) PutSanction(ctx context.Context, n casebook.Sanction) error {
	return s.update(ctx, n.City, func(t *txn) error {
		key := t.key(uint64(n.Visitor), n.From)
		old, ok, err := read[casebook.Sanction](t, bSanctions, key)
		if err != nil {
			return err
		}
		if ok {
			if err := t.drop(bSanctionsEnd, t.key(old.Until, uint64(old.Visitor), old.From)); err != nil {
				return err
			}
		}
		if n.Lifted.IsZero() {
			if err := t.put(bSanctionsEnd, t.key(n.Until, uint64(n.Visitor), n.From), nil); err != nil {
				return err
			}
		}
		return write(t, bSanctions, key, &n)
	})
}

// ActiveSanctions lists those that hold at now, the first to end first.
func (s *Store) ActiveSanctions(ctx context.Context, city id.CityID, now time.Time) (out []casebook.Sanction, err error) {
	err = s.view(ctx, city, func(t *txn) error {
		return t.ascend(bSanctionsEnd, t.key(), t.key(now), func(rest, _ []byte) (bool, error) {
			n, ok, err := read[casebook.Sanction](t, bSanctions, t.key(rest[8:]))
			if err != nil || !ok {
				return false, errors.Join(err, fmt.Errorf("%w: a sanction is listed and not there", ErrDamaged))
			}
			if n.Active(now) {
				out = append(out, n)
			}
			return true, nil
		})
	})
	return out, err
}

// VisitorSanctions lists the sanctions of a visitor, newest From first, at most
// limit, ended and lifted ones included.
func (s *Store) VisitorSanctions(ctx context.Context, city id.CityID, visitor id.VisitorID, limit int) (out []casebook.Sanction, err error) {
	err = s.view(ctx, city, func(t *txn) error {
		p := t.key(uint64(visitor))
		return t.descend(bSanctions, p, after(p), func(_, value []byte) (bool, error) {
			if len(out) >= limit {
				return false, nil
			}
			var n casebook.Sanction
			if err := decode(value, &n); err != nil {
				return false, err
			}
			out = append(out, n)
			return true, nil
		})
	})
	return out, err
}

func number(b []byte) uint64 {
	if len(b) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}
