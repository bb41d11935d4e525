package session

import (
	"sync"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
)

// maxHeard bounds what is kept of a minute.
const maxHeard = 60

// heard keeps what a visitor heard and said in the last minute, in memory
// alone, for the one who reads a case. The room's goroutine writes, the
// session's read.
type heard struct {
	mu    sync.Mutex
	lines []moderation.Line
}

func (h *heard) add(l moderation.Line) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.trim(l.At)
	if len(h.lines) == maxHeard {
		h.lines = append(h.lines[:0], h.lines[1:]...)
	}
	h.lines = append(h.lines, l)
}

func (h *heard) since(now time.Time) []moderation.Line {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.trim(now)
	return append([]moderation.Line(nil), h.lines...)
}

func (h *heard) trim(now time.Time) {
	old := 0
	for old < len(h.lines) && now.Sub(h.lines[old].At) > protocol.HeardFor {
		old++
	}
	h.lines = append(h.lines[:0], h.lines[old:]...)
}
