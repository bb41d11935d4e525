package console

import (
	"context"
	"errors"
	"time"

	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
)

// Errors of the Store. Whatever else a Store returns is a fault of the disk.
var (
	ErrUnknown  = errors.New("console: no such record")           // account, session or link
	ErrTaken    = errors.New("console: the name is in use")       // AddAccount, SpendLink
	ErrSpent    = errors.New("console: the link is not valid")    // used before, or past its time
	ErrName     = errors.New("console: not an account name")      // see CheckName
	ErrPassword = errors.New("console: the password is too weak") // see CheckPassword
)

// Role is what a member of staff may do.
type Role uint8

// Roles. Append only: they are stored.
const (
	RoleNone  Role = iota
	RoleStaff      // sees rooms and cases, whispers, mutes, watches
	RoleLead       // and keeps the accounts
)

// String is none, staff or lead.
func (r Role) String() string {
	switch r {
	case RoleStaff:
		return "staff"
	case RoleLead:
		return "lead"
	}
	return "none"
}

// ParseRole reads staff or lead.
func ParseRole(s string) (Role, error) {
	switch s {
	case "staff":
		return RoleStaff, nil
	case "lead":
		return RoleLead, nil
	}
	return RoleNone, errors.New("console: a role is staff or lead")
}

// Account is a member of staff. An account is never deleted: what it did
// stays on record under its name.
type Account struct {
	City     id.CityID
	Staff    id.StaffID // the sign-in name, unique in the city
	Role     Role
	Password string    // argon2id as a PHC string, with its own salt and costs
	Created  time.Time //
	By       id.StaffID
	Changed  time.Time // when the password was last set; older sessions are void
	Closed   time.Time // zero while the account may sign in
}

// Key is the SHA-256 of a secret that a browser or a letter carries. The
// secrets themselves are never stored.
type Key [32]byte

// Session is one signed-in browser.
type Session struct {
	City    id.CityID
	Key     Key
	Staff   id.StaffID
	Started time.Time // sets the absolute end
	Seen    time.Time // last activity, to the minute; sets the idle end
}

// Link lets one person set the password of one account, once.
type Link struct {
	City    id.CityID
	Key     Key
	Staff   id.StaffID // the account's name; a proposal when Renews is false
	Role    Role       // of the account it makes; ignored when Renews
	Renews  bool       // sets the password of an account that exists
	By      id.StaffID // "" is the server itself
	Expires time.Time
	Spent   time.Time // zero until it was used
}

// View is one look at children's words: written before anything is shown.
type View struct {
	City  id.CityID
	At    time.Time
	Staff id.StaffID
	Room  id.RoomID // watched, or the zero RoomID
	Case  id.CaseID // opened, or zero
}

// Finding is what a person found about the machine's part in a case.
type Finding uint8

// Findings. Append only: they are stored.
const (
	FoundRight Finding = iota + 1
	FoundWrong         // there was nothing to it
	FoundOther         // there was, but of another category
)

// Duty is what a person found the words to be: the gate's two duties.
type Duty uint8

// Duties. Append only: they are stored.
const (
	DutyNone    Duty = iota
	DutySupport      // the speaker is in need
	DutyHarm         // the words hurt others
)

// Judgement is a person's finding about one alert of a case: what the gate is
// measured by, and learns from. An alert that was judged again has several; the
// latest counts.
type Judgement struct {
	City      id.CityID
	Case      id.CaseID
	Utterance id.UtteranceID // the alert; zero is the case's latest
	At        time.Time
	Staff     id.StaffID
	Finding   Finding
	Category  string // the right one (a moderation.Category) when FoundOther
	Duty      Duty   // when FoundOther
	Severity  int    // 1 to 3 when FoundOther
}

// DeedKind is what kind of thing a member of staff did.
type DeedKind uint8

// Kinds of deed. Append only: they are stored.
const (
	DeedHours      DeedKind = iota + 1 // opening hours were changed
	DeedPassphrase                     // a child got new words
	DeedFeedback                       // judgements were taken out, with children's words
)

// Deed is something that a member of staff did beside the cases: written
// before it is done.
type Deed struct {
	City    id.CityID
	At      time.Time
	Staff   id.StaffID
	Kind    DeedKind
	Visitor id.VisitorID // whom it was about, or zero
	Text    string       // what was done and why, for staff
}

// Span is a part of a day: minutes from midnight, From inclusive, To exclusive;
// To may be 1440.
type Span struct{ From, To int }

// DayHours are the hours that staff have set for one day, in place of the
// city's week.
type DayHours struct {
	City  id.CityID
	Day   string // as 2026-11-24, by the city's clock
	Spans []Span // in order and apart; none is closed all day
	At    time.Time
	Staff id.StaffID
	Why   string
}

// Store keeps what the console must not forget. Every method is one
// transaction: when it returns nil the change is on disk. Times are compared
// by the console, never by the Store, save where "now" is given.
type Store interface {
	// AddAccount writes a new account; ErrTaken when the name is in use,
	// closed accounts included.
	AddAccount(ctx context.Context, a Account) error
	// PutAccount overwrites an account; ErrUnknown when there is none.
	PutAccount(ctx context.Context, a Account) error
	// Account reads one; ErrUnknown when there is none.
	Account(ctx context.Context, city id.CityID, staff id.StaffID) (Account, error)
	// Accounts lists all of a city, by name.
	Accounts(ctx context.Context, city id.CityID) ([]Account, error)

	// AddStaffSession writes a new session.
	AddStaffSession(ctx context.Context, s Session) error
	// SeeStaffSession sets Seen of a session; ErrUnknown when there is none,
	// so that activity never brings back one that was just dropped.
	SeeStaffSession(ctx context.Context, city id.CityID, key Key, seen time.Time) error
	// StaffSession reads one; ErrUnknown when there is none.
	StaffSession(ctx context.Context, city id.CityID, key Key) (Session, error)
	// DropStaffSession removes one; nil when there is none.
	DropStaffSession(ctx context.Context, city id.CityID, key Key) error
	// DropStaffSessions removes those of a member of staff ("" for everybody)
	// that were started before a time.
	DropStaffSessions(ctx context.Context, city id.CityID, staff id.StaffID, before time.Time) error

	// PutStaffLink writes a link.
	PutStaffLink(ctx context.Context, l Link) error
	// StaffLink reads one; ErrUnknown when there is none.
	StaffLink(ctx context.Context, city id.CityID, key Key) (Link, error)
	// SpendStaffLink marks a link as spent at now and writes the account, both
	// or neither: ErrSpent when the link is unknown, spent, or now is not
	// before Expires; when the link does not renew, ErrTaken as in AddAccount;
	// when it renews, ErrUnknown as in PutAccount.
	SpendStaffLink(ctx context.Context, city id.CityID, key Key, a Account, now time.Time) error

	// AddView appends to the view log.
	AddView(ctx context.Context, v View) error
	// Views lists the log, newest first, those with At before a time (zero: from
	// the newest), at most limit.
	Views(ctx context.Context, city id.CityID, before time.Time, limit int) ([]View, error)

	// AddJudgement appends to the judgements of a case.
	AddJudgement(ctx context.Context, j Judgement) error
	// Judgements lists those of a city from a time on, oldest first, at most limit.
	Judgements(ctx context.Context, city id.CityID, from time.Time, limit int) ([]Judgement, error)
	// CaseJudgements lists those of a case, oldest first.
	CaseJudgements(ctx context.Context, city id.CityID, c id.CaseID) ([]Judgement, error)

	// AddDeed appends to the log of deeds.
	AddDeed(ctx context.Context, d Deed) error
	// Deeds lists that log, newest first, those with At before a time (zero:
	// from the newest), at most limit.
	Deeds(ctx context.Context, city id.CityID, before time.Time, limit int) ([]Deed, error)

	// PutDayHours sets the hours of days, all or none.
	PutDayHours(ctx context.Context, hs []DayHours) error
	// DropDayHours gives days back to the city's week; nil when nothing was set.
	DropDayHours(ctx context.Context, city id.CityID, days []string) error
	// DayHours lists what is set from a day on, in order, at most limit.
	DayHours(ctx context.Context, city id.CityID, from string, limit int) ([]DayHours, error)

	// CasesFrom lists the cases of one source in any state, with an ID below
	// before (zero: from the highest), highest first, at most limit.
	CasesFrom(ctx context.Context, city id.CityID, from casebook.Source, before id.CaseID, limit int) ([]casebook.Case, error)

	// ClosedCases lists closed cases with an ID below before (zero: from the
	// highest), highest first, at most limit. The casebook wrote them.
	ClosedCases(ctx context.Context, city id.CityID, before id.CaseID, limit int) ([]casebook.Case, error)
	// VisitorCases lists the cases of a visitor in any state, highest ID first,
	// at most limit.
	VisitorCases(ctx context.Context, city id.CityID, visitor id.VisitorID, limit int) ([]casebook.Case, error)
	// VisitorSanctions lists the sanctions of a visitor, newest From first, at
	// most limit, ended and lifted ones included.
	VisitorSanctions(ctx context.Context, city id.CityID, visitor id.VisitorID, limit int) ([]casebook.Sanction, error)
}
