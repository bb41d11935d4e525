package store

import (
	"context"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"kakitsubata/protocol/id"
)

// maxCommit bounds how many writes share one flush.
const maxCommit = 256

// A job is one write that waits to be committed.
type job struct {
	city id.CityID
	f    func(*txn) error
	err  error      // of f, in the round that was committed
	done chan error // buffered: whoever commits never waits for the caller
}

// update runs f in a transaction. Writes that arrive while one is being flushed
// to disk are committed together by the first of their callers: nobody waits
// for more than the flush under way and the next one, and there is no goroutine
// to keep. f may run several times. If ctx ends before f was begun, nothing is
// written; once begun, it is waited for, so that nobody is left in doubt.
func (s *Store) update(ctx context.Context, city id.CityID, f func(*txn) error) error {
	if err := check(ctx, city); err != nil {
		return err
	}
	j := &job{city: city, f: f, done: make(chan error, 1)}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return ErrClosed
	}
	s.queue = append(s.queue, j)
	s.mu.Unlock()

	select {
	case err := <-j.done:
		return err
	case s.lead <- struct{}{}:
		for {
			batch := s.take()
			if len(batch) == 0 {
				break
			}
			s.commit(batch)
			if slices.Contains(batch, j) {
				break
			}
		}
		<-s.lead
	case <-ctx.Done():
		if s.withdraw(j) {
			return ctx.Err()
		}
	}
	return <-j.done
}

func (s *Store) take() []*job {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(len(s.queue), maxCommit)
	batch := slices.Clone(s.queue[:n])
	s.queue = slices.Delete(s.queue, 0, n)
	return batch
}

func (s *Store) withdraw(j *job) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.queue, j)
	if i < 0 {
		return false
	}
	s.queue = slices.Delete(s.queue, i, i+1)
	return true
}

// commit runs the jobs in order in one transaction. One that fails after it has
// written is taken out, and the others run anew without it.
func (s *Store) commit(batch []*job) {
	for len(batch) > 0 {
		bad := -1
		err := s.db.Update(func(tx *bbolt.Tx) error {
			for i, j := range batch {
				t := &txn{tx: tx, city: j.city}
				j.err = guard(j.f, t)
				if j.err != nil && t.wrote {
					bad = i
					return j.err
				}
			}
			return nil
		})
		if bad >= 0 {
			batch[bad].done <- batch[bad].err
			batch = slices.Delete(batch, bad, bad+1)
			continue
		}
		for _, j := range batch {
			if err != nil {
				j.done <- explain(s.db.Path(), err)
				continue
			}
			j.done <- j.err
		}
		return
	}
}

func guard(f func(*txn) error, t *txn) (err error) {
	defer func() {
		if r := recover(); r != nil {
			t.wrote = true // who knows
			err = fmt.Errorf("store: a transaction panicked: %v", r)
		}
	}()
	return f(t)
}
