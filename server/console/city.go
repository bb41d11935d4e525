package console

import (
	"context"
	"errors"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
	"kakitsubata/server/entrance"
)

// Errors that a City answers with; the page has a sentence for each.
var (
	ErrAway    = errors.New("console: the visitor is not in the city")
	ErrRefused = errors.New("console: the words were refused by the gate")
	ErrNoRoom  = errors.New("console: no such room")
)

// Speech is what visitors may do with words just now.
type Speech uint8

// Modes of speech.
const (
	SpeechOpen    Speech = iota // free text, by bracket
	SpeechPhrases               // fixed phrases alone
	SpeechClosed                // nothing
)

// State is the city as a whole.
type State struct {
	Title    string // the city's name, without furigana markup
	Speech   Speech
	Demo     bool   // the demonstration of tools/up
	Open     bool   // whether children may come in just now
	Waiting  int    // children who wait outside because the city is too busy
	Listener string // what the companion speaks with, in words; "" if unknown
	Second   string // how the second tier of the gate is, in words; "" if unknown
	SecondOK bool   // whether it judges just now
	Shadow   string // the rules on trial that judge beside the gate, in words; "" if none
}

// Load is what a room leaves out because its ticks take too long. Ordered;
// words, reports and cases are never left out.
type Load uint8

// Loads.
const (
	LoadCalm    Load = iota
	LoadDistant      // those far off are counted rarely
	LoadHalved       // and everybody moves ten times a second
	LoadShut         // and nobody new comes in
)

// RoomCount is one live room in numbers.
type RoomCount struct {
	Room       id.RoomID
	Title      string // without furigana markup
	Capacity   int
	Visitors   int // children, ghosts included
	Companions int
	Bots       int
	Observers  int
	Tick       time.Duration // what a step took lately
	Load       Load
}

// Presence is where a visitor is.
type Presence struct {
	Here  bool
	Room  id.RoomID     // if Here
	Muted time.Duration // what is left of a mute; zero if none
}

// City is the running city, as far as staff reach into it. Methods are called
// by many goroutines at once and do not block on a room for longer than ctx.
type City interface {
	State() State
	// Rooms lists the live rooms in a steady order.
	Rooms() []RoomCount
	Presence(visitor id.VisitorID) Presence
	// Whisper shows text to one visitor, with the badge of staff. ErrAway when
	// there is no such avatar, ErrRefused when the gate will not show it.
	Whisper(ctx context.Context, visitor id.VisitorID, staff id.StaffID, text string) error
	// Mute stops a visitor's words for a while and keeps it as a sanction.
	Mute(ctx context.Context, visitor id.VisitorID, d time.Duration, staff id.StaffID, why string, c id.CaseID) error
	// Unmute lifts every mute of a visitor.
	Unmute(ctx context.Context, visitor id.VisitorID, staff id.StaffID) error
	// Watch returns a ticket of 60 s and single use with which the browser may
	// open a socket without an avatar in that room. ErrNoRoom when it is gone.
	Watch(ctx context.Context, staff id.StaffID, room id.RoomID) (ticket string, err error)
	// Retract takes words back from everybody who was told them; the speaker
	// reads a kind sentence with why. Words that are unknown are nothing to do.
	Retract(u id.UtteranceID, v moderation.Verdict)
	// Frame is the hours of the city's week on a day: in order, none when it
	// is closed.
	Frame(day time.Time) []Span
	// HoursChanged tells that DayHours were written: they hold from now on.
	HoursChanged(ctx context.Context) error
	// Find is the child with a display name, however its kana were typed;
	// entrance.ErrNobody.
	Find(ctx context.Context, name string) (entrance.Visitor, error)
	// Reissue gives a child new words; the old ones and every ticket end, and a
	// visit that goes on with one of them. entrance.ErrNobody.
	Reissue(ctx context.Context, visitor id.VisitorID) (words []string, err error)
	// Unwatch ends the sockets and tickets that Watch gave to a member of
	// staff: they signed out, or their account was closed.
	Unwatch(staff id.StaffID)
}

// Cases is the casebook: *casebook.Book has these methods.
type Cases interface {
	Live(ctx context.Context) ([]casebook.Case, error)
	Case(ctx context.Context, c id.CaseID) (casebook.Case, error)
	Acknowledge(ctx context.Context, c id.CaseID, by id.StaffID, text string) error
	Note(ctx context.Context, c id.CaseID, by id.StaffID, text string) error
	Close(ctx context.Context, c id.CaseID, by id.StaffID, text string) error
	Open(ctx context.Context, by id.StaffID, c casebook.Case) (id.CaseID, error)
	Retract(ctx context.Context, al moderation.Alarm) (id.CaseID, error)
	Reopen(ctx context.Context, c id.CaseID, by id.StaffID, text string) error
	Follow(buffer int) (cases <-chan casebook.Case, cancel func())
}

var _ Cases = (*casebook.Book)(nil)
