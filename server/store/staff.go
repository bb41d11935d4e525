package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"kakitsubata/protocol/id"
	"kakitsubata/server/console"
)

var _ console.Store = (*Store)(nil)

// AddAccount writes a new account; console.ErrTaken when the name is in use.
func (s *Store) AddAccount(ctx context.Context, a console.Account) error {
	return s.update(ctx, a.City, func(t *txn) error { return addAccount(t, a) })
}

func addAccount(t *txn, a console.Account) error {
	key := t.key(string(a.Staff))
	if t.has(bAccounts, key) {
		return fmt.Errorf("%w: %s", console.ErrTaken, a.Staff)
	}
	return write(t, bAccounts, key, &a)
}

// PutAccount overwrites an account; console.ErrUnknown when there is none.
func (s *Store) PutAccount(ctx context.Context, a console.Account) error {
	return s.update(ctx, a.City, func(t *txn) error { return putAccount(t, a) })
}

func putAccount(t *txn, a console.Account) error {
	key := t.key(string(a.Staff))
	if !t.has(bAccounts, key) {
		return fmt.Errorf("%w: %s", console.ErrUnknown, a.Staff)
	}
	return write(t, bAccounts, key, &a)
}

// Account reads one; console.ErrUnknown when there is none.
func (s *Store) Account(ctx context.Context, city id.CityID, staff id.StaffID) (console.Account, error) {
	return record[console.Account](ctx, s, city, bAccounts, string(staff))
}

// Accounts lists all of a city, by name.
func (s *Store) Accounts(ctx context.Context, city id.CityID) (out []console.Account, err error) {
	err = s.view(ctx, city, func(t *txn) error {
		p := t.key()
		return t.ascend(bAccounts, p, p, func(_, value []byte) (bool, error) {
			return true, appendValue(value, &out)
		})
	})
	return out, err
}

// record reads one value of the console's; console.ErrUnknown when there is none.
func record[V any](ctx context.Context, s *Store, city id.CityID, bucket []byte, name string) (v V, err error) {
	err = s.view(ctx, city, func(t *txn) error {
		var ok bool
		v, ok, err = read[V](t, bucket, t.key(name))
		if err == nil && !ok {
			err = console.ErrUnknown
		}
		return err
	})
	return v, err
}

func appendValue[V any](value []byte, out *[]V) error {
	var v V
	if err := decode(value, &v); err != nil {
		return err
	}
	*out = append(*out, v)
	return nil
}

// AddStaffSession writes a session.
func (s *Store) AddStaffSession(ctx context.Context, n console.Session) error {
	return s.update(ctx, n.City, func(t *txn) error { return write(t, bStaffSession, t.key(n.Key[:]), &n) })
}

// SeeStaffSession sets Seen; console.ErrUnknown when there is no such session.
func (s *Store) SeeStaffSession(ctx context.Context, city id.CityID, key console.Key, seen time.Time) error {
	return s.update(ctx, city, func(t *txn) error {
		n, ok, err := read[console.Session](t, bStaffSession, t.key(key[:]))
		switch {
		case err != nil:
			return err
		case !ok:
			return console.ErrUnknown
		}
		n.Seen = seen
		return write(t, bStaffSession, t.key(key[:]), &n)
	})
}

// StaffSession reads one; console.ErrUnknown when there is none.
func (s *Store) StaffSession(ctx context.Context, city id.CityID, key console.Key) (console.Session, error) {
	return record[console.Session](ctx, s, city, bStaffSession, string(key[:]))
}

// DropStaffSession removes one; nil when there is none.
func (s *Store) DropStaffSession(ctx context.Context, city id.CityID, key console.Key) error {
	return s.update(ctx, city, func(t *txn) error { return t.drop(bStaffSession, t.key(key[:])) })
}

// DropStaffSessions removes those of a member of staff ("" for everybody) that
// were started before a time.
func (s *Store) DropStaffSessions(ctx context.Context, city id.CityID, staff id.StaffID, before time.Time) error {
	return s.update(ctx, city, func(t *txn) error {
		var over [][]byte
		p := t.key()
		err := t.ascend(bStaffSession, p, p, func(rest, value []byte) (bool, error) {
			var n console.Session
			if err := decode(value, &n); err != nil {
				return false, err
			}
			if (staff == "" || n.Staff == staff) && n.Started.Before(before) {
				over = append(over, bytes.Clone(rest))
			}
			return true, nil
		})
		if err != nil {
			return err
		}
		for _, rest := range over {
			if err := t.drop(bStaffSession, t.key(rest)); err != nil {
				return err
			}
		}
		return nil
	})
}

// PutStaffLink writes a link.
func (s *Store) PutStaffLink(ctx context.Context, l console.Link) error {
	return s.update(ctx, l.City, func(t *txn) error { return write(t, bStaffLinks, t.key(l.Key[:]), &l) })
}

// StaffLink reads one; console.ErrUnknown when there is none.
func (s *Store) StaffLink(ctx context.Context, city id.CityID, key console.Key) (console.Link, error) {
	return record[console.Link](ctx, s, city, bStaffLinks, string(key[:]))
}

// SpendStaffLink marks a link as spent and writes the account, both or neither.
func (s *Store) SpendStaffLink(ctx context.Context, city id.CityID, key console.Key, a console.Account, now time.Time) error {
	return s.update(ctx, city, func(t *txn) error {
		l, ok, err := read[console.Link](t, bStaffLinks, t.key(key[:]))
		switch {
		case err != nil:
			return err
		case !ok, !l.Spent.IsZero(), !now.Before(l.Expires):
			return console.ErrSpent
		}
		account := addAccount
		if l.Renews {
			account = putAccount
		}
		if err := account(t, a); err != nil {
			return err
		}
		l.Spent = now
		return write(t, bStaffLinks, t.key(key[:]), &l)
	})
}

// AddView appends to the view log.
func (s *Store) AddView(ctx context.Context, v console.View) error {
	return s.update(ctx, v.City, func(t *txn) error {
		n, err := t.count("view")
		if err != nil {
			return err
		}
		return write(t, bViews, t.key(v.At, n), &v)
	})
}

// Views lists the log, newest first, those with At before a time (zero: from
// the newest), at most limit.
func (s *Store) Views(ctx context.Context, city id.CityID, before time.Time, limit int) ([]console.View, error) {
	return newest[console.View](ctx, s, city, bViews, before, limit)
}

// newest reads a log whose keys begin with a time.
func newest[V any](ctx context.Context, s *Store, city id.CityID, bucket []byte, before time.Time, limit int) (out []V, err error) {
	err = s.view(ctx, city, func(t *txn) error {
		p := t.key()
		from := after(p)
		if !before.IsZero() {
			from = t.key(before)
		}
		return t.descend(bucket, p, from, func(_, value []byte) (bool, error) {
			if len(out) >= limit {
				return false, nil
			}
			return true, appendValue(value, &out)
		})
	})
	return out, err
}

// AddJudgement appends to the judgements of a case.
func (s *Store) AddJudgement(ctx context.Context, j console.Judgement) error {
	return s.update(ctx, j.City, func(t *txn) error {
		n, err := t.count("judgement")
		if err != nil {
			return err
		}
		return errors.Join(write(t, bJudgements, t.key(j.At, n), &j),
			t.put(bJudgementsOf, t.key(uint64(j.Case), j.At, n), nil))
	})
}

// Judgements lists those of a city from a time on, oldest first, at most limit.
func (s *Store) Judgements(ctx context.Context, city id.CityID, from time.Time, limit int) (out []console.Judgement, err error) {
	err = s.view(ctx, city, func(t *txn) error {
		p, start := t.key(), t.key()
		if !from.IsZero() {
			start = t.key(from)
		}
		return t.ascend(bJudgements, p, start, func(_, value []byte) (bool, error) {
			if len(out) >= limit {
				return false, nil
			}
			return true, appendValue(value, &out)
		})
	})
	return out, err
}

// CaseJudgements lists those of a case, oldest first.
func (s *Store) CaseJudgements(ctx context.Context, city id.CityID, c id.CaseID) (out []console.Judgement, err error) {
	err = s.view(ctx, city, func(t *txn) error {
		p := t.key(uint64(c))
		return t.ascend(bJudgementsOf, p, p, func(rest, _ []byte) (bool, error) {
			j, ok, err := read[console.Judgement](t, bJudgements, t.key(rest))
			if err != nil || !ok {
				return false, errors.Join(err, fmt.Errorf("%w: a judgement is listed and not there", ErrDamaged))
			}
			out = append(out, j)
			return true, nil
		})
	})
	return out, err
}

// AddDeed appends to the log of deeds.
func (s *Store) AddDeed(ctx context.Context, d console.Deed) error {
	return s.update(ctx, d.City, func(t *txn) error {
		n, err := t.count("deed")
		if err != nil {
			return err
		}
		return write(t, bDeeds, t.key(d.At, n), &d)
	})
}

// Deeds lists the log, newest first, those with At before a time (zero: from
// the newest), at most limit.
func (s *Store) Deeds(ctx context.Context, city id.CityID, before time.Time, limit int) ([]console.Deed, error) {
	return newest[console.Deed](ctx, s, city, bDeeds, before, limit)
}

// PutDayHours sets the hours of days, all or none.
func (s *Store) PutDayHours(ctx context.Context, hs []console.DayHours) error {
	if len(hs) == 0 {
		return nil
	}
	return s.update(ctx, hs[0].City, func(t *txn) error {
		var errs []error
		for _, h := range hs {
			errs = append(errs, write(t, bHours, t.key(h.Day), &h))
		}
		return errors.Join(errs...)
	})
}

// DropDayHours gives days back to the city's week.
func (s *Store) DropDayHours(ctx context.Context, city id.CityID, days []string) error {
	return s.update(ctx, city, func(t *txn) error {
		var errs []error
		for _, d := range days {
			errs = append(errs, t.drop(bHours, t.key(d)))
		}
		return errors.Join(errs...)
	})
}

// DayHours lists what is set from a day on, in order, at most limit.
func (s *Store) DayHours(ctx context.Context, city id.CityID, from string, limit int) (out []console.DayHours, err error) {
	err = s.view(ctx, city, func(t *txn) error {
		return t.ascend(bHours, t.key(), t.key(from), func(_, value []byte) (bool, error) {
			if len(out) >= limit {
				return false, nil
			}
			return true, appendValue(value, &out)
		})
	})
	return out, err
}
