package moderation

import "sync/atomic"

// Counters is what the gate did since its start, for metrics.
type Counters struct {
	Shows    [Block + 1]uint64  // verdicts by Show
	Concerns [Urgent + 1]uint64 // verdicts by Concern
	Closed   uint64             // refused: not running, or drained
	Full     uint64             // refused: the inbox was full
	Slow     uint64             // refused: no verdict in time
	Fault    uint64             // refused: a scorer panicked
	NoCase   uint64             // refused: the concern could not be kept
	Mutes    uint64             // mutes that the ladder gave
	Inbox    int                // waiting now
}

type tally struct {
	shows                                    [Block + 1]atomic.Uint64
	concerns                                 [Urgent + 1]atomic.Uint64
	closed, full, slow, fault, noCase, mutes atomic.Uint64
}

func (t *tally) count(v Verdict) {
	t.shows[v.Show].Add(1)
	t.concerns[v.Concern].Add(1)
}

// Counters may be called by any goroutine at any time.
func (g *Gate) Counters() Counters {
	c := Counters{
		Closed: g.tally.closed.Load(),
		Full:   g.tally.full.Load(),
		Slow:   g.tally.slow.Load(),
		Fault:  g.tally.fault.Load(),
		NoCase: g.tally.noCase.Load(),
		Mutes:  g.tally.mutes.Load(),
		Inbox:  len(g.inbox),
	}
	for i := range c.Shows {
		c.Shows[i] = g.tally.shows[i].Load()
	}
	for i := range c.Concerns {
		c.Concerns[i] = g.tally.concerns[i].Load()
	}
	return c
}
