package trajectory

import (
	"slices"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// Limits of what is kept.
const (
	Keep        = 30 * 24 * time.Hour // a sign, a trace
	MaxVisitors = 4096                // who are remembered in memory
	maxMarks    = 48                  // signs of one visitor
	maxAllMarks = 32 << 10            // signs of all
	maxNear     = 8                   // hearers of one sign
	maxRooms    = 512
	againAfter  = 24 * time.Hour // a concern that has not grown is told again
)

// mark is one sign, in one utterance.
type mark struct {
	at     time.Time
	of     id.UtteranceID
	name   string // the speaker's display name then
	text   string
	stage  int
	weight int
	near   []id.VisitorID
}

func (m *mark) heardBy(v id.VisitorID) bool { return len(m.near) == 0 || slices.Contains(m.near, v) }

func (m *mark) line(v id.VisitorID) moderation.Line {
	return moderation.Line{At: m.at, Speaker: v, Name: m.name, Text: m.text}
}

// told is the last alert of a category.
type told struct {
	category moderation.Category
	level    moderation.Concern
	at       time.Time
}

// past is what is known of one visitor.
type past struct {
	visitor id.VisitorID
	bracket id.Bracket
	last    time.Time
	marks   []mark // oldest first
	told    []told
	changed bool

	// Minutes alone, never stored.
	pieces  pieces
	asked   [askedKinds]time.Time // of this visitor
	laughed time.Time
	said    []saying
}

// saying is which pairs of letters something had that was said; no word of it.
type saying struct {
	pairs [4]uint64
	at    time.Time
}

// add keeps m; the oldest makes room.
func (t *Trajectory) add(p *past, m mark) {
	if t.marks++; t.marks > maxAllMarks {
		t.shrink(p)
	}
	if len(p.marks) >= maxMarks {
		p.marks = slices.Delete(p.marks, 0, 1)
	}
	p.marks = append(p.marks, m)
	p.changed = true
}

func (p *past) forget(now time.Time) {
	n := 0
	for n < len(p.marks) && now.Sub(p.marks[n].at) >= Keep {
		n++
	}
	if n > 0 {
		p.marks = slices.Delete(p.marks, 0, n)
		p.changed = true
	}
	p.told = slices.DeleteFunc(p.told, func(t told) bool { return now.Sub(t.at) >= Keep })
}

// news reports whether a concern is to be told, and notes that it was.
func (p *past) news(c moderation.Category, l moderation.Concern, now time.Time) bool {
	for i := range p.told {
		t := &p.told[i]
		if t.category != c {
			continue
		}
		if l <= t.level && now.Sub(t.at) < againAfter {
			return false
		}
		t.level, t.at, p.changed = l, now, true
		return true
	}
	p.told = append(p.told, told{c, l, now})
	p.changed = true
	return true
}

// of finds or makes what is known of v, and keeps the map bounded.
func (t *Trajectory) of(v id.VisitorID, now time.Time) *past {
	if p := t.known[v]; p != nil {
		return p
	}
	if len(t.known) >= t.limit {
		t.shrink(nil)
	}
	p := &past{visitor: v, last: now}
	t.known[v] = p
	return p
}

// shrink counts the signs anew, and if there are too many of them, or of
// visitors, drops the quarter of the visitors who have been silent longest;
// those who have no sign go first, and who speaks stays. What had to be stored
// of them is stored all the same.
func (t *Trajectory) shrink(speaker *past) {
	all := make([]*past, 0, len(t.known))
	t.marks = 0
	for _, p := range t.known {
		t.marks += len(p.marks)
		if p != speaker {
			all = append(all, p)
		}
	}
	if t.marks < maxAllMarks && len(t.known) < t.limit || len(all) == 0 {
		return
	}
	slices.SortFunc(all, func(a, b *past) int {
		if x, y := len(a.marks) > 0, len(b.marks) > 0; x != y {
			if y {
				return -1
			}
			return 1
		}
		if c := a.last.Compare(b.last); c != 0 {
			return c
		}
		return int(a.visitor) - int(b.visitor)
	})
	for _, p := range all[:len(all)/4+1] {
		if p.changed {
			t.leaving = append(t.leaving, t.trace(p))
		}
		delete(t.known, p.visitor)
		t.marks -= len(p.marks)
	}
	if over := len(t.leaving) - t.limit; over > 0 { // nobody stores them
		t.leaving = slices.Delete(t.leaving, 0, over)
	}
}
