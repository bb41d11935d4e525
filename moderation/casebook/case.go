package casebook

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// Errors of a Book.
var (
	ErrClosed  = errors.New("casebook: the book is closed")           // not running, or drained
	ErrUnknown = errors.New("casebook: no such case")                 // of this city
	ErrState   = errors.New("casebook: the case does not allow that") // closed already, taken already
	ErrNotKept = errors.New("casebook: could not be written")         // the store's reason is wrapped
	ErrWrong   = errors.New("casebook: something is missing")         // a call that makes no sense
)

// Source is who opened a case.
type Source uint8

// Sources. Append only: they are stored.
const (
	Gate      Source = iota // a concern of the gate
	Reporting               // a visitor's report
	Manual                  // a member of staff
	Appealing               // a visitor who says that the gate was wrong about its words
)

var sourceNames = [...]string{"gate", "report", "manual", "appeal"}

// String is gate, report, manual or appeal.
func (s Source) String() string {
	if int(s) < len(sourceNames) {
		return sourceNames[s]
	}
	return "source?"
}

// State is how far a case is.
type State uint8

// States. Append only: they are stored.
const (
	Open         State = iota // nobody has taken it
	Acknowledged              // By looks after it
	Closed                    // judged; it can be reopened
)

var stateNames = [...]string{"open", "acknowledged", "closed"}

// String is open, acknowledged or closed.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "state?"
}

// Note is what a member of staff wrote on a case.
type Note struct {
	At   time.Time
	By   id.StaffID
	Text string
}

// MaxLines is how many lines a case keeps: the first half and the last.
const MaxLines = 200

// Case is something that a person must look at.
type Case struct {
	ID           id.CaseID // counted from 1 in its city; zero before the first write
	City         id.CityID
	Opened       time.Time
	Told         time.Time // when it last grew or rose
	Level        moderation.Concern
	Source       Source
	Categories   []moderation.Category
	Room         id.RoomID
	Visitor      id.VisitorID // whom it is about
	Name         string       // Visitor's display name
	Bracket      id.Bracket
	Reporter     id.VisitorID // zero unless Source is Reporting
	About        id.CaseID    // of an appeal: the case that the words have written; zero if none
	Why          string       // the reporter's choice, or staff's words
	Lines        []moderation.Line
	Utterance    id.UtteranceID // of Words
	Words        string         // what was said, unmasked; the latest that raised it
	Shown        bool           // whether others saw Words
	Reasons      []moderation.Reason
	Said         []Said // each utterance that raised the case, oldest first; see Alerts
	State        State
	By           id.StaffID // who took it, or closed it
	Acknowledged time.Time
	Notes        []Note
	Mark         bool // raised by a bot or a test
}

// Support reports whether the case is about a child in need.
func (c *Case) Support() bool {
	return slices.ContainsFunc(c.Reasons, moderation.Reason.Support) ||
		slices.ContainsFunc(c.Categories, moderation.Category.Support)
}

// clone shares nothing that anybody writes to.
func (c *Case) clone() Case {
	d := *c
	d.Categories = slices.Clone(c.Categories)
	d.Lines = slices.Clone(c.Lines)
	d.Reasons = slices.Clone(c.Reasons)
	d.Notes = slices.Clone(c.Notes)
	d.Said = slices.Clone(c.Said)
	return d
}

func (c *Case) addLines(lines []moderation.Line) {
	for _, l := range lines {
		if !slices.Contains(c.Lines, l) {
			c.Lines = append(c.Lines, l)
		}
	}
	slices.SortStableFunc(c.Lines, func(a, b moderation.Line) int { return a.At.Compare(b.At) })
	if over := len(c.Lines) - MaxLines; over > 0 {
		c.Lines = slices.Delete(c.Lines, MaxLines/2, MaxLines/2+over)
	}
}

func (c *Case) addCategories(cats []moderation.Category) {
	for _, k := range cats {
		if !slices.Contains(c.Categories, k) {
			c.Categories = append(c.Categories, k)
		}
	}
}

func (c *Case) addReasons(rs []moderation.Reason) {
	c.Reasons = append(c.Reasons[:len(c.Reasons):len(c.Reasons)], rs...)
	if extra := len(c.Reasons) - MaxLines; extra > 0 {
		c.Reasons = c.Reasons[extra:]
	}
}

func (c *Case) note(at time.Time, by id.StaffID, text string) {
	if text != "" {
		c.Notes = append(c.Notes, Note{at, by, text})
	}
}

// step is one move of a case's state machine, made by a member of staff.
type step uint8

const (
	stepAcknowledge step = iota
	stepClose
	stepReopen
	stepNote
)

// apply makes a move, or says why it can't be made.
func (c *Case) apply(s step, at time.Time, by id.StaffID, text string) error {
	switch s {
	case stepAcknowledge:
		if c.State != Open {
			return fmt.Errorf("%w: case %d is %s by %s", ErrState, c.ID, c.State, c.By)
		}
		c.State, c.By, c.Acknowledged = Acknowledged, by, at
	case stepClose:
		if c.State == Closed {
			return fmt.Errorf("%w: case %d is closed", ErrState, c.ID)
		}
		if text == "" {
			return fmt.Errorf("%w: a case is closed with a note", ErrWrong)
		}
		if c.State == Open {
			c.Acknowledged = at
		}
		c.State, c.By = Closed, by
	case stepReopen:
		if c.State != Closed {
			return fmt.Errorf("%w: case %d is not closed", ErrState, c.ID)
		}
		c.State, c.By, c.Acknowledged = Open, "", time.Time{}
	case stepNote:
		if text == "" {
			return fmt.Errorf("%w: an empty note", ErrWrong)
		}
	}
	c.note(at, by, text)
	return nil
}

// Report is one visitor's tap on another.
type Report struct {
	Reporter id.VisitorID
	Visitor  id.VisitorID
	Name     string // of Visitor
	Bracket  id.Bracket
	Room     id.RoomID
	Why      string
	Lines    []moderation.Line // what the reporter heard in the last minute
	Mark     bool              // by a bot or a test
}

// Sanction is a mute that outlasts a minute. City, Visitor and From name it.
type Sanction struct {
	City     id.CityID
	Visitor  id.VisitorID
	From     time.Time
	Until    time.Time
	By       id.StaffID // empty: the gate
	Why      string
	Case     id.CaseID // zero if none
	Lifted   time.Time // zero unless undone before Until
	LiftedBy id.StaffID
}

// Active reports whether the sanction holds at now.
func (s Sanction) Active(now time.Time) bool {
	return s.Lifted.IsZero() && !now.Before(s.From) && now.Before(s.Until)
}

// Store keeps cases and sanctions. Every call is by the Book's loop, with a
// context that ends; what returned nil survives a crash.
type Store interface {
	PutCase(ctx context.Context, c *Case) error                          // gives c an ID if it has none
	Case(ctx context.Context, city id.CityID, c id.CaseID) (Case, error) // ErrUnknown if there is none
	OpenCases(ctx context.Context, city id.CityID) ([]Case, error)       // Open and Acknowledged
	PutSanction(ctx context.Context, s Sanction) error                   // in place of one with the same name
	ActiveSanctions(ctx context.Context, city id.CityID, now time.Time) ([]Sanction, error)
}
