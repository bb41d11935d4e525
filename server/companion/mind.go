package companion

import (
	"context"

	"kakitsubata/protocol/id"
)

// A Mind finds the next thing that a companion says. It may be asked by many
// goroutines at once, and must end soon after its context does. On an error
// nothing it said is used.
type Mind interface {
	Reply(ctx context.Context, c Conversation) (string, error)
}

// Conversation is what a mind needs to know. It holds no name and no id: a
// mind has no use for them.
type Conversation struct {
	Bracket    id.Bracket // of the visitor
	Turns      []Turn     // oldest first, at most MaxTurns
	Moment     Moment     // why it speaks; Listen when it answers the last turn
	Distressed bool       // a cry for help was heard lately
	Seed       uint64     // the same seed and turns give the same scripted line
}

// MaxTurns is how much of a conversation is kept: eight of each side.
const MaxTurns = 16

// Turn is one thing said.
type Turn struct {
	Own  bool // by the companion
	Text string

	of id.UtteranceID // of a visitor's words; zero of what nobody can take back
}

// last is what the visitor said last.
func (c Conversation) last() string {
	for i := len(c.Turns) - 1; i >= 0; i-- {
		if !c.Turns[i].Own {
			return c.Turns[i].Text
		}
	}
	return ""
}
