package entrance

import (
	"context"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"time"

	"kakitsubata/protocol/id"
)

// Bots are visitors that measure and try the city. They come in by a secret
// of their own, are marked as what they are, and live in memory alone: nothing
// of them is in the Store, and after a restart they come in anew. The desk
// keeps two generations of at most maxBots: when the newer is full, the older
// is forgotten and its tickets are void.

// AdmitBot lets a bot in. ErrNoBots when the secret is wrong or no bots are
// let in at all; a wrong one is charged like a wrong code.
func (d *Desk) AdmitBot(ctx context.Context, secret string) (Visitor, Ticket, error) {
	err := d.try(ErrNoBots, func(time.Time) error {
		want, got := d.digest("bots", d.o.BotsSecret), d.digest("bots", secret)
		if d.o.BotsSecret == "" || subtle.ConstantTimeCompare(want[:], got[:]) != 1 {
			return ErrNoBots
		}
		return nil
	})
	if err != nil {
		return Visitor{}, "", err
	}
	now := d.o.Now()
	raw, err := d.random(12)
	if err != nil {
		return Visitor{}, "", err
	}
	s, t, err := d.newSession(botTicketSign, now)
	if err != nil {
		return Visitor{}, "", err
	}
	n := binary.BigEndian.Uint32(raw[8:])
	v := Visitor{
		ID:      id.VisitorID(binary.BigEndian.Uint64(raw)),
		City:    d.o.City,
		Kind:    id.Bot,
		Name:    fmt.Sprintf("ボット%04d", n%10000),
		Bracket: id.High,
		Look:    id.NewLook(int(raw[0]), int(raw[1]), int(raw[2]), int(raw[3]), int(raw[4]), int(raw[5])),
		Created: now, Seen: now,
	}
	s.Visitor = v.ID
	err = d.newBots().UpdateEntrance(ctx, d.o.City, func(tx Tx) error {
		if err := tx.PutVisitor(VisitorRecord{Visitor: v, NameKey: v.ID.String()}); err != nil {
			return err
		}
		return tx.PutSession(s)
	})
	if err != nil {
		return Visitor{}, "", err
	}
	return v, t, nil
}

// newBots is the memory for one more bot.
func (d *Desk) newBots() *Memory {
	d.botsMu.Lock()
	defer d.botsMu.Unlock()
	if d.botsIn == maxBots {
		d.bots[0], d.bots[1], d.botsIn = NewMemory(), d.bots[0], 0
	}
	d.botsIn++
	return d.bots[0]
}

func (d *Desk) generations() [2]*Memory {
	d.botsMu.Lock()
	defer d.botsMu.Unlock()
	return d.bots
}

// botsOf is the memory that a bot lives in; nil for everybody else.
func (d *Desk) botsOf(v id.VisitorID) *Memory {
	for _, m := range d.generations() {
		if m.has(d.o.City, v) {
			return m
		}
	}
	return nil
}

// update is a transaction where the session of a ticket is kept.
func (d *Desk) update(ctx context.Context, sign string, dg Digest, f func(Tx) error) error {
	return d.storeOf(sign, dg).UpdateEntrance(ctx, d.o.City, f)
}

func (d *Desk) view(ctx context.Context, sign string, dg Digest, f func(Tx) error) error {
	return d.storeOf(sign, dg).ViewEntrance(ctx, d.o.City, f)
}

func (d *Desk) storeOf(sign string, dg Digest) Store {
	if sign != botTicketSign {
		return d.o.Store
	}
	bots := d.generations()
	if bots[1].holds(d.o.City, dg) {
		return bots[1]
	}
	return bots[0]
}
