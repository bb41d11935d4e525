package entrance

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"

	"kakitsubata/protocol/id"
)

// Offer proposes names that nobody in the city has. ErrAdmission when the pass
// is not valid.
func (d *Desk) Offer(ctx context.Context, p Pass) ([]string, error) {
	if _, _, _, err := d.readPass(p, d.o.Now()); err != nil {
		return nil, err
	}
	// Draws are made before the transaction; forty times what is needed finds
	// enough until nearly every name is taken.
	drawn := make([]string, 0, 40*offers)
	for range cap(drawn) {
		i, err := d.pick(len(d.o.Names.First))
		if err != nil {
			return nil, err
		}
		j, err := d.pick(len(d.o.Names.Second))
		if err != nil {
			return nil, err
		}
		if name := d.o.Names.First[i] + d.o.Names.Second[j]; !slices.Contains(drawn, name) && d.o.Decent(name) {
			drawn = append(drawn, name)
		}
	}
	var out []string
	err := d.o.Store.ViewEntrance(ctx, d.o.City, func(tx Tx) error {
		out = out[:0]
		for _, name := range drawn {
			_, taken, err := tx.Named(nameKey(name))
			if err != nil {
				return err
			}
			if !taken {
				out = append(out, name)
			}
			if len(out) == offers {
				return nil
			}
		}
		return nil
	})
	return out, err
}

// listed reports whether a name is one that Offer could propose.
func (d *Desk) listed(name string) bool {
	for i := range name {
		if d.first[name[:i]] && d.second[name[i:]] {
			return d.o.Decent(name)
		}
	}
	return false
}

// Register makes the visitor: its name, its look, the four words that bring it
// back, and its first ticket. The same pass with the same name may be sent
// again as long as the ticket was not used, since an answer can get lost: it
// gives new words and a new ticket for the same visitor. Errors: ErrAdmission,
// ErrName, ErrLook, ErrTaken, ErrUsed, ErrRevoked.
func (d *Desk) Register(ctx context.Context, p Pass, name string, look id.Look) (Visitor, string, Ticket, error) {
	now := d.o.Now()
	code, self, until, err := d.readPass(p, now)
	switch {
	case err != nil:
		return Visitor{}, "", "", err
	case !d.listed(name):
		return Visitor{}, "", "", ErrName
	case !look.Valid():
		return Visitor{}, "", "", ErrLook
	}
	words, err := d.passphrase()
	if err != nil {
		return Visitor{}, "", "", err
	}
	raw, err := d.random(8)
	if err != nil {
		return Visitor{}, "", "", err
	}
	fresh := id.VisitorID(binary.BigEndian.Uint64(raw))
	s, ticket, err := d.newSession(now)
	if err != nil {
		return Visitor{}, "", "", err
	}
	var v Visitor
	err = d.o.Store.UpdateEntrance(ctx, d.o.City, func(tx Tx) error {
		v = Visitor{ID: fresh, City: d.o.City, Name: name, Look: look, Created: now, Seen: now}
		s.Visitor = fresh
		c, batch, err := findCode(tx, code)
		if err != nil {
			return err
		}
		v.Bracket = batch.Bracket
		rec := VisitorRecord{Visitor: v, NameKey: nameKey(name), Passphrase: d.phraseDigest(fresh, words)}
		if again, ok, err := tx.Spent(self); err != nil {
			return err
		} else if ok {
			return d.registerAgain(tx, again, &rec, &v, &s, words)
		}
		if _, taken, err := tx.Named(rec.NameKey); err != nil || taken {
			return errors.Join(err, unless(!taken, ErrTaken))
		}
		if _, taken, err := tx.Visitor(fresh); err != nil || taken || fresh == 0 {
			return errors.Join(err, errors.New("entrance: a random id was taken"))
		}
		if c.Left < 1 {
			return ErrUsed
		}
		c.Left--
		rec.Sealed, err = seal(Origin{d.o.City, fresh, batch.ID, batch.Label}, d.o.SealTo, d.o.Rand)
		if err != nil {
			return err
		}
		return errors.Join(tx.PutCode(code, c), tx.Spend(self, fresh, now, until),
			tx.PutVisitor(rec), tx.PutSession(s))
	})
	if err != nil {
		return Visitor{}, "", "", err
	}
	return v, words, ticket, nil
}

// registerAgain answers a repeated Register: the visitor of the first one,
// unless its ticket was used, which means that the answer had arrived.
func (d *Desk) registerAgain(tx Tx, who id.VisitorID, rec *VisitorRecord, v *Visitor, s *SessionRecord, words string) error {
	old, ok, err := tx.Visitor(who)
	if err != nil {
		return err
	}
	sessions, err := tx.Sessions(who)
	if err != nil {
		return err
	}
	if !ok || old.NameKey != rec.NameKey || len(sessions) != 1 || sessions[0].Previous != (Digest{}) {
		return ErrAdmission
	}
	old.Passphrase = d.phraseDigest(who, words)
	old.Look = rec.Look
	*v, s.Visitor = old.Visitor, who
	return errors.Join(tx.DropSession(sessions[0]), tx.PutVisitor(old), tx.PutSession(*s))
}

func (d *Desk) passphrase() (string, error) {
	words := make([]string, 0, phraseWords)
	for len(words) < phraseWords {
		i, err := d.pick(len(d.o.Words))
		if err != nil {
			return "", err
		}
		if w := d.o.Words[i]; !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return strings.Join(words, " "), nil
}

func (d *Desk) phraseDigest(v id.VisitorID, words string) Digest {
	return d.digest("words", v.String()+foldWords(words))
}
