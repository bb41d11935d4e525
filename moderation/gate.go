package moderation

import (
	"context"
	"errors"
	"time"

	"kakitsubata/protocol/id"
)

// Errors of Submit. Whatever the error, the words are not shown.
var (
	ErrClosed = errors.New("moderation: the gate is closed")            // not running, or draining
	ErrFull   = errors.New("moderation: too many utterances at once")   // the inbox is full
	ErrSlow   = errors.New("moderation: no verdict in time")            // a scorer hangs
	ErrFault  = errors.New("moderation: a scorer failed")               // a scorer panicked
	ErrNoCase = errors.New("moderation: the concern could not be kept") // the sink refused or was late
)

// Alarm is a concern of Case or Urgent on its way to a person.
type Alarm struct {
	Utterance Utterance
	Verdict   Verdict
	Shown     bool // whether the words are about to be shown
}

// Sink keeps an alarm before the words are shown, and tells a person.
type Sink interface {
	Raise(ctx context.Context, a Alarm) (id.CaseID, error)
}

// Answer is what became of an utterance.
type Answer struct {
	Cleared    Cleared       // zero unless the words may be shown
	Verdict    Verdict       // as the scorers gave it
	MutedFor   time.Duration // how long the speaker must wait, if muted
	Case       id.CaseID     // the case it wrote, if any
	Distressed bool          // the speaker may be in need: give the kind notice
}

// Limits of the gate; see Options.
const (
	DefaultInbox    = 1024
	DefaultDeadline = 500 * time.Millisecond // for a verdict
	DefaultCaseWait = 200 * time.Millisecond // for the sink
)

// Options of a gate. Zero values take the defaults above.
type Options struct {
	Scorers  []Scorer
	Sink     Sink
	Inbox    int
	Deadline time.Duration
	CaseWait time.Duration
	Now      func() time.Time
}
