package node

import (
	"context"
	"fmt"
	"sync"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/console"
)

// hours are what staff have set for days of their own, in place of the pack's
// week: a copy of what is stored.
type hours struct {
	mu   sync.RWMutex
	days map[string][]console.Span
}

const (
	dayLayout = "2006-01-02"
	daysKept  = 62 // that are read from the store
)

// HoursChanged reads again what staff have set.
func (n *Node) HoursChanged(ctx context.Context) error {
	yesterday := time.Now().In(n.pack.Zone).AddDate(0, 0, -1).Format(dayLayout)
	set, err := n.store.DayHours(ctx, n.pack.City, yesterday, daysKept)
	if err != nil {
		return fmt.Errorf("node: opening hours: %w", err)
	}
	days := make(map[string][]console.Span, len(set))
	for _, h := range set {
		days[h.Day] = h.Spans
	}
	n.hours.mu.Lock()
	defer n.hours.mu.Unlock()
	n.hours.days = days
	return nil
}

// Frame is the hours of the pack's week on a day. A demonstration is open all
// the time.
func (n *Node) Frame(day time.Time) []console.Span {
	if n.cfg.Demo {
		return []console.Span{{From: 0, To: 24 * 60}}
	}
	var out []console.Span
	for _, s := range n.pack.Hours.On(day) {
		out = append(out, console.Span{From: s[0], To: s[1]})
	}
	return out
}

// openAt reports whether children may be in at a time: by what staff have set
// for the day, within the frame, else by the frame.
func (n *Node) openAt(now time.Time) bool {
	local := now.In(n.pack.Zone)
	frame := n.Frame(local)
	n.hours.mu.RLock()
	spans, set := n.hours.days[local.Format(dayLayout)]
	n.hours.mu.RUnlock()
	if !set {
		spans = frame
	}
	at := local.Hour()*60 + local.Minute()
	return within(spans, at) && within(frame, at) // a pack may have grown stricter since
}

func within(spans []console.Span, minute int) bool {
	for _, s := range spans {
		if s.From <= minute && minute < s.To {
			return true
		}
	}
	return false
}

// Open reports whether children may come in.
func (n *Node) Open() bool { return n.openAt(time.Now()) }

// closeDoor sends the children home when the city has closed.
func (n *Node) closeDoor() {
	if n.Open() {
		return
	}
	for _, s := range n.people.all() {
		if s.Kind() == id.Visitor {
			s.End(protocol.LeaveClosed, false)
		}
	}
}
