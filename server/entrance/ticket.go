package entrance

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"slices"
	"time"

	"kakitsubata/protocol/id"
)

// newSession draws a ticket and the session that keeps its digest. The caller
// names the visitor.
func (d *Desk) newSession(now time.Time) (SessionRecord, Ticket, error) {
	raw, err := d.random(2 * secretBytes)
	if err != nil {
		return SessionRecord{}, "", err
	}
	t := writeTicket(raw[secretBytes:])
	return SessionRecord{ID: [16]byte(raw), Current: d.ticketDigest(t), Started: now, Used: now}, t, nil
}

func writeTicket(secret []byte) Ticket {
	return Ticket(base64.RawURLEncoding.EncodeToString(secret))
}

func readTicket(t Ticket) (secret []byte, err error) {
	secret, err = base64.RawURLEncoding.Strict().DecodeString(string(t))
	if err != nil || len(secret) != secretBytes {
		return nil, ErrTicket
	}
	return secret, nil
}

func (d *Desk) ticketDigest(t Ticket) Digest { return d.digest("ticket", string(t)) }

// veil hides the next ticket's secret under the one before it, or uncovers it:
// whoever lost the answer of a Resume still has the old ticket, and nobody who
// reads the store has either. A secret veils one other, once.
func veil(secret, other []byte) (out [16]byte) {
	pad := sha256.Sum256(append([]byte("next ticket\x00"), secret...))
	subtle.XORBytes(out[:], pad[:16], other)
	return out
}

// Resume takes a ticket and gives the one that follows it: a ticket is good
// for one coming-in. The old one gives the same new one again for the grace
// time, unless the new one was used; after that it is a stolen or copied ticket,
// and ends the session for both who hold one. ErrTicket says that it is not
// valid, whatever the reason.
func (d *Desk) Resume(ctx context.Context, t Ticket) (Visitor, Ticket, error) {
	secret, err := readTicket(t)
	if err != nil {
		return Visitor{}, "", err
	}
	fresh, err := d.random(secretBytes)
	if err != nil {
		return Visitor{}, "", err
	}
	now, dg := d.o.Now(), d.ticketDigest(t)
	var v Visitor
	var next Ticket
	var refused error // kept apart: dropping a session must not be undone
	err = d.o.Store.UpdateEntrance(ctx, d.o.City, func(tx Tx) error {
		v, next, refused = Visitor{}, "", nil
		s, ok, err := tx.Session(dg)
		switch {
		case err != nil:
			return err
		case !ok:
			refused = ErrTicket
			return nil
		case now.Sub(s.Used) > d.o.TicketLife, s.Current != dg && !now.Before(s.Grace):
			refused = ErrTicket
			return tx.DropSession(s)
		}
		if s.Current == dg {
			next = writeTicket(fresh)
			s.Previous, s.Current = dg, d.ticketDigest(next)
			s.Next, s.Grace = veil(secret, fresh), now.Add(d.o.Grace)
		} else {
			again := veil(secret, s.Next[:])
			next = writeTicket(again[:])
		}
		s.Used = now
		rec, ok, err := tx.Visitor(s.Visitor)
		if err != nil || !ok {
			return errors.Join(err, unless(ok, ErrTicket))
		}
		rec.Seen = now
		v = rec.Visitor
		return errors.Join(tx.PutSession(s), tx.PutVisitor(rec))
	})
	if err = errors.Join(err, refused); err != nil {
		return Visitor{}, "", err
	}
	return v, next, nil
}

// Peek is the visitor of a ticket, which stays as it is. For pages that greet
// somebody who was here before; a socket needs Resume. ErrTicket.
func (d *Desk) Peek(ctx context.Context, t Ticket) (Visitor, error) {
	_, err := readTicket(t)
	if err != nil {
		return Visitor{}, err
	}
	now, dg := d.o.Now(), d.ticketDigest(t)
	var v Visitor
	err = d.o.Store.ViewEntrance(ctx, d.o.City, func(tx Tx) error {
		s, ok, err := tx.Session(dg)
		switch {
		case err != nil:
			return err
		case !ok, now.Sub(s.Used) > d.o.TicketLife, s.Current != dg && !now.Before(s.Grace):
			return ErrTicket
		}
		rec, ok, err := tx.Visitor(s.Visitor)
		v = rec.Visitor
		return errors.Join(err, unless(ok, ErrTicket))
	})
	if err != nil {
		return Visitor{}, err
	}
	return v, nil
}

// Forget signs a browser out. A ticket that is not valid is no error.
func (d *Desk) Forget(ctx context.Context, t Ticket) error {
	_, err := readTicket(t)
	if err != nil {
		return nil
	}
	dg := d.ticketDigest(t)
	return d.o.Store.UpdateEntrance(ctx, d.o.City, func(tx Tx) error {
		s, ok, err := tx.Session(dg)
		if err != nil || !ok {
			return err
		}
		return tx.DropSession(s)
	})
}

// Visitor is the record of a visitor. ErrNobody.
func (d *Desk) Visitor(ctx context.Context, who id.VisitorID) (Visitor, error) {
	var v Visitor
	err := d.o.Store.ViewEntrance(ctx, d.o.City, func(tx Tx) error {
		rec, ok, err := tx.Visitor(who)
		v = rec.Visitor
		return errors.Join(err, unless(ok, ErrNobody))
	})
	if err != nil {
		return Visitor{}, err
	}
	return v, nil
}

// SetLook changes how a visitor appears. ErrLook, ErrNobody.
func (d *Desk) SetLook(ctx context.Context, who id.VisitorID, look id.Look) error {
	if !look.Valid() {
		return ErrLook
	}
	return d.change(ctx, who, func(v *Visitor) error { v.Look = look; return nil })
}

// SetHidden adds or removes somebody whose words the visitor does not want.
// ErrHidden when there are too many, ErrNobody.
func (d *Desk) SetHidden(ctx context.Context, who, other id.VisitorID, hidden bool) error {
	return d.change(ctx, who, func(v *Visitor) error {
		i := slices.Index(v.Hidden, other)
		switch {
		case hidden == (i >= 0):
			return errSame
		case !hidden:
			v.Hidden = slices.Delete(slices.Clone(v.Hidden), i, i+1)
			return nil
		case other == who || other == 0:
			return ErrNobody
		case len(v.Hidden) >= d.o.MaxHidden:
			return ErrHidden
		}
		v.Hidden = append(slices.Clip(v.Hidden), other)
		return nil
	})
}

// SetLastRoom remembers where a visitor is to come in next time. ErrNobody.
func (d *Desk) SetLastRoom(ctx context.Context, who id.VisitorID, room id.RoomID) error {
	return d.change(ctx, who, func(v *Visitor) error {
		if v.LastRoom == room.String() {
			return errSame
		}
		v.LastRoom = room.String()
		return nil
	})
}

// errSame ends a change that changes nothing.
var errSame = errors.New("entrance: nothing to change")

func (d *Desk) change(ctx context.Context, who id.VisitorID, edit func(*Visitor) error) error {
	err := d.o.Store.UpdateEntrance(ctx, d.o.City, func(tx Tx) error {
		rec, ok, err := tx.Visitor(who)
		if err != nil || !ok {
			return errors.Join(err, unless(ok, ErrNobody))
		}
		if err := edit(&rec.Visitor); err != nil {
			return err
		}
		return tx.PutVisitor(rec)
	})
	return unless(errors.Is(err, errSame), err)
}
