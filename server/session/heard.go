package session

import (
	"sync"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

// maxHeard bounds what is kept of a minute.
const maxHeard = 60

// heard keeps what a visitor heard and said in the last minute, in memory
// alone, for the one who reads a case. The room's goroutine writes, the
// session's read.
type heard struct {
	mu    sync.Mutex
	lines []heardLine
}

type heardLine struct {
	moderation.Line
	of   id.UtteranceID
	gone bool // taken back since
}

func (h *heard) add(of id.UtteranceID, l moderation.Line) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.trim(l.At)
	if len(h.lines) == maxHeard {
		h.lines = append(h.lines[:0], h.lines[1:]...)
	}
	h.lines = append(h.lines, heardLine{Line: l, of: of})
}

// since is the last minute, for whoever reads a report: what was taken back
// may be why the child reports.
func (h *heard) since(now time.Time) []moderation.Line { return h.list(now, true) }

// standing is the last minute without what was taken back: nobody is judged by
// words that are no longer there.
func (h *heard) standing(now time.Time) []moderation.Line { return h.list(now, false) }

func (h *heard) list(now time.Time, all bool) (out []moderation.Line) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.trim(now)
	out = make([]moderation.Line, 0, len(h.lines))
	for _, l := range h.lines {
		if all || !l.gone {
			out = append(out, l.Line)
		}
	}
	return out
}

// retract marks words that were taken back.
func (h *heard) retract(of id.UtteranceID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range h.lines {
		if h.lines[i].of == of {
			h.lines[i].gone = true
		}
	}
}

func (h *heard) trim(now time.Time) {
	old := 0
	for old < len(h.lines) && now.Sub(h.lines[old].At) > protocol.HeardFor {
		old++
	}
	h.lines = append(h.lines[:0], h.lines[old:]...)
}
