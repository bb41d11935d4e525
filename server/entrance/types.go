package entrance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kakitsubata/protocol/id"
)

// Errors of a Desk. A child reads a kind sentence for each; see Sentence.
var (
	ErrCode       = errors.New("entrance: no such code")
	ErrUsed       = errors.New("entrance: the code is used up")
	ErrExpired    = errors.New("entrance: the code has expired")
	ErrRevoked    = errors.New("entrance: the code was withdrawn")
	ErrAdmission  = errors.New("entrance: the admission is not valid any more")
	ErrName       = errors.New("entrance: not a name from the lists")
	ErrTaken      = errors.New("entrance: the name is taken")
	ErrLook       = errors.New("entrance: not a look")
	ErrPassphrase = errors.New("entrance: name and words do not match")
	ErrTired      = errors.New("entrance: too many wrong tries") // always inside of a *Tired
	ErrTicket     = errors.New("entrance: the ticket is not valid")
	ErrHidden     = errors.New("entrance: too many hidden visitors")
	ErrNobody     = errors.New("entrance: no such visitor")
	ErrBatch      = errors.New("entrance: not a batch")
)

// Tired is ErrTired with how long to wait.
type Tired struct{ Wait time.Duration }

func (t *Tired) Error() string { return fmt.Sprintf("%v: wait %v", ErrTired, t.Wait) }

// Unwrap is ErrTired.
func (t *Tired) Unwrap() error { return ErrTired }

// Visitor is a child's lasting record, without any secret.
type Visitor struct {
	ID       id.VisitorID
	City     id.CityID
	Kind     id.Kind // always Visitor in the Store: bots come in without the desk
	Name     string
	Bracket  id.Bracket
	Look     id.Look
	Created  time.Time
	Seen     time.Time
	Hidden   []id.VisitorID // whose words this visitor does not want
	LastRoom string         // id.RoomID as text; "" at first
	Words    Words
}

// Ticket is the secret that a browser carries in its cookie: string(t) is the
// cookie's value. It prints as nothing, so that it is not logged by mistake.
type Ticket string

// String hides the secret.
func (Ticket) String() string { return "ticket(hidden)" }

// LogValue hides the secret.
func (t Ticket) LogValue() slog.Value { return slog.StringValue(t.String()) }

// Pass is the secret of an admission, carried back by the page: string(p) is
// what is sent. It prints as nothing.
type Pass string

// String hides the secret.
func (Pass) String() string { return "pass(hidden)" }

// LogValue hides the secret.
func (p Pass) LogValue() slog.Value { return slog.StringValue(p.String()) }

// Admission is a short-lived pass, given for a code, with which one visitor may
// be registered.
type Admission struct {
	Pass    Pass
	Bracket id.Bracket
	Until   time.Time
}

// Batch is an order for codes.
type Batch struct {
	ID      string     // chosen by staff, unique in the city: lower-case letters, digits, hyphens
	Label   string     // who hands them out; kept with the batch, and sealed per visitor
	Bracket id.Bracket // what each code vouches for
	Count   int        // how many codes, 1 to 10,000
	Uses    int        // visitors each code lets in, 1 to 1,000
	Expires time.Time
}

// Alarm tells staff that the entrance is being tried.
type Alarm struct {
	City  id.CityID
	At    time.Time
	Wrong int // wrong tries since the budget was last full
}

// Digest is a keyed hash of a secret: all that is stored of it.
type Digest [32]byte

// The records that a Store keeps. Secrets are in them as digests only.
type (
	// BatchRecord is what is kept of a batch.
	BatchRecord struct {
		Batch
		Created time.Time
		Revoked time.Time // zero while it is valid
	}

	// CodeRecord is one code.
	CodeRecord struct {
		Batch   string
		Left    int // uses left
		Expires time.Time
	}

	// VisitorRecord is a visitor and what opens it.
	VisitorRecord struct {
		Visitor
		NameKey    string // the name as it is compared: unique in the city
		Passphrase Digest
		Sealed     []byte // nacl/box of the origin, to the city's public key; nil without one
	}

	// SessionRecord is one browser of a visitor.
	SessionRecord struct {
		ID       [16]byte
		Visitor  id.VisitorID
		Current  Digest    // of the ticket that is valid now
		Previous Digest    // of the ticket before it; zero at first
		Grace    time.Time // until when the previous one still gives the current one
		Next     [16]byte  // the current ticket, sealed with the previous one
		Started  time.Time
		Used     time.Time
	}

	// FailureRecord counts wrong words for the names of one slot.
	FailureRecord struct {
		Count int
		Last  time.Time
	}
)

// Store keeps records. Its methods take the city because one process may host
// several.
type Store interface {
	// UpdateEntrance runs f in a transaction that sees every earlier one and
	// is seen by every later one; when it returns nil, what f wrote is on disk,
	// and when it returns an error, nothing of it is. f may run several times,
	// and must not keep tx.
	UpdateEntrance(ctx context.Context, city id.CityID, f func(tx Tx) error) error
	// ViewEntrance runs f on one consistent state; f must not write.
	ViewEntrance(ctx context.Context, city id.CityID, f func(tx Tx) error) error
}

// Tx is one transaction. What is not there comes back with ok false; an error
// is a fault of the disk.
type Tx interface {
	Batch(batch string) (r BatchRecord, ok bool, err error)
	PutBatch(r BatchRecord) error
	Batches() ([]BatchRecord, error) // by ID

	Code(d Digest) (r CodeRecord, ok bool, err error)
	PutCode(d Digest, r CodeRecord) error

	// Spent tells whom an admission let in; Spend remembers it until a time.
	Spent(d Digest) (v id.VisitorID, ok bool, err error)
	Spend(d Digest, v id.VisitorID, now, until time.Time) error

	Visitor(v id.VisitorID) (r VisitorRecord, ok bool, err error)
	Named(nameKey string) (v id.VisitorID, ok bool, err error)
	PutVisitor(r VisitorRecord) error // and its name

	// Session finds a session by the digest of its current or previous ticket.
	Session(d Digest) (r SessionRecord, ok bool, err error)
	Sessions(v id.VisitorID) ([]SessionRecord, error) // in no order
	PutSession(r SessionRecord) error
	DropSession(r SessionRecord) error

	Failures(slot uint16) (FailureRecord, error) // zero when there are none
	PutFailures(slot uint16, r FailureRecord) error
}
