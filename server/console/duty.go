package console

import (
	"slices"
	"sync"
	"time"

	"kakitsubata/protocol/id"
)

// dutyFor is how long somebody counts as present after their last request
// without an open page.
const dutyFor = 2 * time.Minute

// streamsEach bounds the live pages of one session; a browser opens no more
// than six connections to one origin and needs some for the pages themselves.
const streamsEach = 4

// duty knows which sessions have somebody in front of them.
type duty struct {
	mu      sync.Mutex
	seats   map[Key]*seat
	on      []id.StaffID  // sorted, each once
	changed chan struct{} // closed when on changes, then replaced
}

type seat struct {
	staff   id.StaffID
	last    time.Time
	streams []*stream          // oldest first
	opened  map[id.CaseID]bool // cases whose look is in the view log
}

// stream is one live page. end is closed, once, to make it stop; out then says
// whether the session is over or just too many pages are open.
type stream struct {
	end chan struct{}
	out bool
}

func newDuty() *duty {
	return &duty{seats: make(map[Key]*seat), changed: make(chan struct{})}
}

// state is who is on duty, and a channel that is closed when that changes.
func (d *duty) state() ([]id.StaffID, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.on, d.changed
}

func (d *duty) seat(key Key, staff id.StaffID, now time.Time) *seat {
	s := d.seats[key]
	if s == nil {
		s = &seat{staff: staff, opened: make(map[id.CaseID]bool)}
		d.seats[key] = s
	}
	s.last = now
	return s
}

// touch counts one request of a session.
func (d *duty) touch(key Key, staff id.StaffID, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seat(key, staff, now)
	d.count(now)
}

// open adds a live page; the session's oldest makes room for it.
func (d *duty) open(key Key, staff id.StaffID, now time.Time) *stream {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.seat(key, staff, now)
	if len(s.streams) >= streamsEach {
		close(s.streams[0].end)
		s.streams = s.streams[1:]
	}
	st := &stream{end: make(chan struct{})}
	s.streams = append(s.streams, st)
	d.count(now)
	return st
}

// opened notes that a session's look at a case has been logged.
func (d *duty) opened(key Key, c id.CaseID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.seats[key]; s != nil {
		s.opened[c] = true
	}
}

// hasOpened tells whether it has been, as far as this process remembers.
func (d *duty) hasOpened(key Key, c id.CaseID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.seats[key]
	return s != nil && s.opened[c]
}

// shut removes a live page that ended by itself.
func (d *duty) shut(key Key, st *stream, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.seats[key]
	if s == nil {
		return
	}
	if i := slices.Index(s.streams, st); i >= 0 {
		s.streams = slices.Delete(s.streams, i, i+1)
		s.last = now
	}
	d.count(now)
}

// leave forgets a session and ends its live pages.
func (d *duty) leave(key Key, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.remove(key)
	d.count(now)
}

// leaveAll does so for every session of a member of staff.
func (d *duty) leaveAll(staff id.StaffID, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for key, s := range d.seats {
		if s.staff == staff {
			d.remove(key)
		}
	}
	d.count(now)
}

func (d *duty) remove(key Key) {
	if s := d.seats[key]; s != nil {
		for _, st := range s.streams {
			st.out = true
			close(st.end)
		}
		delete(d.seats, key)
	}
}

// tire lets those go who have not been heard of for a while.
func (d *duty) tire(now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.count(now)
}

func (d *duty) count(now time.Time) {
	var on []id.StaffID
	for key, s := range d.seats {
		if len(s.streams) == 0 && now.Sub(s.last) >= dutyFor {
			delete(d.seats, key)
			continue
		}
		if !slices.Contains(on, s.staff) {
			on = append(on, s.staff)
		}
	}
	slices.Sort(on)
	if slices.Equal(on, d.on) {
		return
	}
	d.on = on
	close(d.changed)
	d.changed = make(chan struct{})
}
