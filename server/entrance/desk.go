package entrance

import (
	"crypto/hmac"
	crand "crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"time"

	"kakitsubata/protocol/id"
)

// Options of a Desk. Store, City, Key, Names and Words must be given.
type Options struct {
	Store Store
	City  id.CityID
	Key   []byte // 32 random bytes that are not in the Store
	Names Names
	Words []string // hiragana words for passphrases; no two with the same fold

	SealTo *[32]byte              // the city's public key; nil keeps no origin
	Decent func(name string) bool // refuses names beside the lists; nil refuses none
	Alarm  func(Alarm)            // called by a request that used up the budget; must not block

	Now  func() time.Time // time.Now
	Rand io.Reader        // crypto/rand

	AdmissionLife time.Duration // 30 minutes
	TicketLife    time.Duration // 30 days without use
	Grace         time.Duration // 2 minutes in which a lost new ticket is given again
	WrongBurst    int           // 120 wrong tries at once, in the whole city
	WrongEvery    time.Duration // and one more each 250 milliseconds
	MaxHidden     int           // 200
}

// Names are the lists that display names are made of: one of First, then one
// of Second.
type Names struct{ First, Second []string }

const (
	minWords     = 1024 // four of these are 40 bits
	phraseWords  = 4
	offers       = 4 // names shown at once
	maxSessions  = 4 // browsers that keep a visitor's ticket
	freeFailures = 3 // wrong words for one name before a delay
	maxFailDelay = 30 * time.Second
	failuresFade = time.Hour
	failureSlots = 1 << 16
	secretBytes  = 16
)

// Desk is the entrance of one city. All methods may be called by many
// goroutines at once.
type Desk struct {
	o      Options
	first  map[string]bool
	second map[string]bool
	budget budget
}

// New checks the options and makes the desk. It starts nothing.
func New(o Options) (*Desk, error) {
	switch {
	case o.Store == nil || o.City == "":
		return nil, errors.New("entrance: no store or no city")
	case len(o.Key) < 32:
		return nil, fmt.Errorf("entrance: the key has %d bytes, at least 32", len(o.Key))
	case len(o.Names.First) == 0 || len(o.Names.Second) == 0:
		return nil, errors.New("entrance: no words for names")
	case len(o.Words) < minWords:
		return nil, fmt.Errorf("entrance: %d words for passphrases, at least %d", len(o.Words), minWords)
	}
	folds := make(map[string]string)
	for _, w := range o.Words {
		f := foldWords(w)
		if other, ok := folds[f]; ok || f == "" {
			return nil, fmt.Errorf("entrance: the passphrase words %q and %q are too alike", w, other)
		}
		folds[f] = w
	}
	o.Key = slices.Clone(o.Key)
	setDefault(&o.AdmissionLife, 30*time.Minute)
	setDefault(&o.TicketLife, 30*24*time.Hour)
	setDefault(&o.Grace, 2*time.Minute)
	setDefault(&o.WrongBurst, 120)
	setDefault(&o.WrongEvery, 250*time.Millisecond)
	setDefault(&o.MaxHidden, 200)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = crand.Reader
	}
	if o.Decent == nil {
		o.Decent = func(string) bool { return true }
	}
	if o.Alarm == nil {
		o.Alarm = func(Alarm) {}
	}
	d := &Desk{o: o, first: make(map[string]bool), second: make(map[string]bool)}
	for _, w := range o.Names.First {
		d.first[w] = true
	}
	for _, w := range o.Names.Second {
		d.second[w] = true
	}
	d.budget = budget{burst: float64(o.WrongBurst), step: o.WrongEvery}
	return d, nil
}

func setDefault[T comparable](p *T, v T) {
	var zero T
	if *p == zero {
		*p = v
	}
}

// digest is the keyed hash of a secret. The purpose and the city are hashed
// with it: a digest of one kind is never one of another.
func (d *Desk) digest(purpose, secret string) Digest {
	m := hmac.New(sha256.New, d.o.Key)
	io.WriteString(m, purpose)
	m.Write([]byte{0})
	io.WriteString(m, string(d.o.City))
	m.Write([]byte{0})
	io.WriteString(m, secret)
	return Digest(m.Sum(nil))
}

func (d *Desk) random(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(d.o.Rand, b); err != nil {
		return nil, fmt.Errorf("entrance: no randomness: %w", err)
	}
	return b, nil
}

func (d *Desk) pick(n int) (int, error) {
	i, err := crand.Int(d.o.Rand, big.NewInt(int64(n)))
	if err != nil {
		return 0, fmt.Errorf("entrance: no randomness: %w", err)
	}
	return int(i.Int64()), nil
}

// try runs one attempt that could be a guess, within the city's budget: a
// wrong one (an error that guess names) is charged for.
func (d *Desk) try(guess error, attempt func(now time.Time) error) error {
	now := d.o.Now()
	if wait := d.budget.take(now); wait > 0 {
		return &Tired{wait}
	}
	err := attempt(now)
	if !errors.Is(err, guess) {
		d.budget.giveBack()
		return err
	}
	if call, wrong := d.budget.guessed(now); call {
		d.o.Alarm(Alarm{City: d.o.City, At: now, Wrong: wrong})
	}
	return err
}

// Sentence names the sentence of a city pack that tells a child of an error.
func Sentence(err error) string {
	for _, s := range []struct {
		err error
		key string
	}{
		{ErrCode, "entrance.code"}, {ErrUsed, "entrance.used"}, {ErrExpired, "entrance.expired"},
		{ErrRevoked, "entrance.revoked"}, {ErrAdmission, "entrance.admission"}, {ErrName, "entrance.name"},
		{ErrTaken, "entrance.taken"}, {ErrLook, "entrance.look"}, {ErrPassphrase, "entrance.passphrase"},
		{ErrTired, "entrance.tired"}, {ErrTicket, "entrance.ticket"},
	} {
		if errors.Is(err, s.err) {
			return s.key
		}
	}
	return "entrance.fault"
}
