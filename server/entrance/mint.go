package entrance

import (
	"context"
	"errors"
	"fmt"

	"kakitsubata/protocol/id"
)

// MintCodes makes a batch of codes and returns them as they are printed. They
// are never to be had again. ErrBatch when the order is out of range or the
// batch's ID is in use.
func (d *Desk) MintCodes(ctx context.Context, b Batch) ([]string, error) {
	now := d.o.Now()
	switch {
	case !plainID(b.ID):
		return nil, fmt.Errorf("%w: the id %q (lower-case letters, digits, hyphens)", ErrBatch, b.ID)
	case b.Bracket < id.El12 || b.Bracket > id.High:
		return nil, fmt.Errorf("%w: bracket %v", ErrBatch, b.Bracket)
	case b.Count < 1 || b.Count > 10000 || b.Uses < 1 || b.Uses > 1000:
		return nil, fmt.Errorf("%w: %d codes of %d uses", ErrBatch, b.Count, b.Uses)
	case len(b.Label) > maxLabel:
		return nil, fmt.Errorf("%w: the label has %d bytes, at most %d", ErrBatch, len(b.Label), maxLabel)
	case !b.Expires.After(now):
		return nil, fmt.Errorf("%w: it expires before it begins", ErrBatch)
	}
	codes := make([]string, b.Count)
	digests := make([]Digest, b.Count)
	for i := range codes {
		printed, canonical, err := printCode(d.o.Rand)
		if err != nil {
			return nil, err
		}
		codes[i], digests[i] = printed, d.digest("code", canonical)
	}
	err := d.o.Store.UpdateEntrance(ctx, d.o.City, func(tx Tx) error {
		if _, ok, err := tx.Batch(b.ID); ok || err != nil {
			return errors.Join(err, inUse(ok, b.ID))
		}
		if err := tx.PutBatch(BatchRecord{Batch: b, Created: now}); err != nil {
			return err
		}
		for _, dg := range digests {
			if _, ok, err := tx.Code(dg); ok || err != nil {
				return errors.Join(err, inUse(ok, "a code"))
			}
			if err := tx.PutCode(dg, CodeRecord{Batch: b.ID, Left: b.Uses, Expires: b.Expires}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

func inUse(is bool, what string) error {
	if !is {
		return nil
	}
	return fmt.Errorf("%w: %s is in use", ErrBatch, what)
}

func plainID(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// RevokeBatch withdraws all codes of a batch. Visitors who came in with one
// stay. ErrBatch when there is none of that ID.
func (d *Desk) RevokeBatch(ctx context.Context, batch string) error {
	now := d.o.Now()
	return d.o.Store.UpdateEntrance(ctx, d.o.City, func(tx Tx) error {
		b, ok, err := tx.Batch(batch)
		switch {
		case err != nil:
			return err
		case !ok:
			return fmt.Errorf("%w: there is no %q", ErrBatch, batch)
		case !b.Revoked.IsZero():
			return nil
		}
		b.Revoked = now
		return tx.PutBatch(b)
	})
}

// Batches lists the batches of the city by ID.
func (d *Desk) Batches(ctx context.Context) (list []BatchRecord, err error) {
	err = d.o.Store.ViewEntrance(ctx, d.o.City, func(tx Tx) error {
		list, err = tx.Batches()
		return err
	})
	return list, err
}
