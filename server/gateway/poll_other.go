//go:build !linux

package gateway

import (
	"context"

	"kakitsubata/server/session"
)

// poll is not there: each socket has a reader of its own.
type poll struct{}

type line struct {
	session.Line
	ended func()
}

func newPoll() *poll                             { return nil }
func (*poll) run(context.Context) error          { return nil }
func (*poll) adopt(*conn) (*line, bool)          { return nil, false }
func (*line) lent(any)                           {}
func (*poll) open(*session.Session, *line) error { return session.ErrOver }
