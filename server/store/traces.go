package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// maxSwept bounds how many expired traces one write drops besides its own.
const maxSwept = 256

// PutTraces writes traces in place of the earlier ones of the same visitors
// and drops what has expired by now; a trace with a zero Until drops its
// visitor's.
func (s *Store) PutTraces(ctx context.Context, city id.CityID, now time.Time, traces []moderation.Trace) error {
	if len(traces) == 0 {
		return ctx.Err()
	}
	return s.update(ctx, city, func(t *txn) error {
		for i := range traces {
			n := &traces[i]
			if err := t.dropTrace(uint64(n.Visitor)); err != nil {
				return err
			}
			if !n.Until.After(now) {
				continue
			}
			if err := errors.Join(write(t, bTraces, t.key(uint64(n.Visitor)), n), t.put(bTracesEnd, t.key(n.Until, uint64(n.Visitor)), nil)); err != nil {
				return err
			}
		}
		return t.sweepTraces(now)
	})
}

// Traces lists those that have not expired by now, the one that lasts longest
// first, at most limit, and drops what has expired.
func (s *Store) Traces(ctx context.Context, city id.CityID, now time.Time, limit int) (out []moderation.Trace, err error) {
	err = s.update(ctx, city, func(t *txn) error {
		out = nil
		if err := t.sweepTraces(now); err != nil {
			return err
		}
		p := t.key()
		return t.descend(bTracesEnd, p, after(p), func(rest, _ []byte) (bool, error) {
			if len(out) >= limit {
				return false, nil
			}
			if len(rest) != 16 {
				return false, fmt.Errorf("%w: the end of a trace", ErrDamaged)
			}
			n, ok, err := read[moderation.Trace](t, bTraces, t.key(rest[8:]))
			if err != nil || !ok {
				return false, errors.Join(err, fmt.Errorf("%w: a trace is listed and not there", ErrDamaged))
			}
			if n.Until.After(now) {
				out = append(out, n)
			}
			return true, nil
		})
	})
	return out, err
}

func (t *txn) dropTrace(visitor uint64) error {
	old, ok, err := read[moderation.Trace](t, bTraces, t.key(visitor))
	if err != nil || !ok {
		return err
	}
	return errors.Join(t.drop(bTraces, t.key(visitor)), t.drop(bTracesEnd, t.key(old.Until, visitor)))
}

func (t *txn) sweepTraces(now time.Time) error {
	var gone [][]byte
	p := t.key()
	err := t.ascend(bTracesEnd, p, p, func(rest, _ []byte) (bool, error) {
		if len(rest) != 16 {
			return false, fmt.Errorf("%w: the end of a trace", ErrDamaged)
		}
		if number(rest[:8]) > moment(now) || len(gone) >= maxSwept {
			return false, nil
		}
		gone = append(gone, append([]byte(nil), rest...))
		return true, nil
	})
	for _, rest := range gone {
		err = errors.Join(err, t.drop(bTraces, t.key(rest[8:])), t.drop(bTracesEnd, t.key(rest)))
	}
	return err
}
