package console

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
	"kakitsubata/server/entrance"
)

// fakeStore is Store and casebook.Store in memory. trace, if set, hears of
// every write in order.
type fakeStore struct {
	mu        sync.Mutex
	accounts  map[id.StaffID]Account
	sessions  map[Key]Session
	links     map[Key]Link
	views     []View
	judged    []Judgement
	cases     map[id.CaseID]casebook.Case
	sanctions []casebook.Sanction
	deeds     []Deed
	hours     map[string]DayHours
	trace     func(string)
	failViews error
	failDeeds error
}

func newFakeStore() *fakeStore {
	return &fakeStore{
		accounts: map[id.StaffID]Account{}, sessions: map[Key]Session{}, links: map[Key]Link{},
		cases: map[id.CaseID]casebook.Case{}, hours: map[string]DayHours{}, trace: func(string) {},
	}
}

func (s *fakeStore) AddAccount(_ context.Context, a Account) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.accounts[a.Staff]; ok {
		return ErrTaken
	}
	s.accounts[a.Staff] = a
	return nil
}

func (s *fakeStore) PutAccount(_ context.Context, a Account) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.accounts[a.Staff]; !ok {
		return ErrUnknown
	}
	s.accounts[a.Staff] = a
	return nil
}

func (s *fakeStore) Account(_ context.Context, _ id.CityID, staff id.StaffID) (Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.accounts[staff]
	if !ok {
		return Account{}, ErrUnknown
	}
	return a, nil
}

func (s *fakeStore) Accounts(context.Context, id.CityID) ([]Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Account
	for _, a := range s.accounts {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b Account) int { return strings.Compare(string(a.Staff), string(b.Staff)) })
	return out, nil
}

func (s *fakeStore) AddStaffSession(_ context.Context, x Session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[x.Key] = x
	return nil
}

func (s *fakeStore) SeeStaffSession(_ context.Context, _ id.CityID, key Key, seen time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, ok := s.sessions[key]
	if !ok {
		return ErrUnknown
	}
	x.Seen = seen
	s.sessions[key] = x
	return nil
}

func (s *fakeStore) StaffSession(_ context.Context, _ id.CityID, key Key) (Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, ok := s.sessions[key]
	if !ok {
		return Session{}, ErrUnknown
	}
	return x, nil
}

func (s *fakeStore) DropStaffSession(_ context.Context, _ id.CityID, key Key) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, key)
	return nil
}

func (s *fakeStore) DropStaffSessions(_ context.Context, _ id.CityID, staff id.StaffID, before time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, x := range s.sessions {
		if (staff == "" || x.Staff == staff) && x.Started.Before(before) {
			delete(s.sessions, k)
		}
	}
	return nil
}

func (s *fakeStore) PutStaffLink(_ context.Context, l Link) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.links[l.Key] = l
	return nil
}

func (s *fakeStore) StaffLink(_ context.Context, _ id.CityID, key Key) (Link, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.links[key]
	if !ok {
		return Link{}, ErrUnknown
	}
	return l, nil
}

func (s *fakeStore) SpendStaffLink(_ context.Context, _ id.CityID, key Key, a Account, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.links[key]
	if !ok || !l.Spent.IsZero() || !now.Before(l.Expires) {
		return ErrSpent
	}
	_, exists := s.accounts[a.Staff]
	if exists && !l.Renews {
		return ErrTaken
	}
	if !exists && l.Renews {
		return ErrUnknown
	}
	l.Spent = now
	s.links[key], s.accounts[a.Staff] = l, a
	return nil
}

func (s *fakeStore) AddView(_ context.Context, v View) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failViews != nil {
		return s.failViews
	}
	s.views = append(s.views, v)
	s.trace("view")
	return nil
}

func (s *fakeStore) Views(_ context.Context, _ id.CityID, before time.Time, limit int) ([]View, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []View
	for _, v := range slices.Backward(s.views) {
		if (before.IsZero() || v.At.Before(before)) && len(out) < limit {
			out = append(out, v)
		}
	}
	return out, nil
}

func (s *fakeStore) AddJudgement(_ context.Context, j Judgement) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.judged = append(s.judged, j)
	return nil
}

func (s *fakeStore) Judgements(_ context.Context, _ id.CityID, from time.Time, limit int) (out []Judgement, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, j := range s.judged {
		if !j.At.Before(from) && len(out) < limit {
			out = append(out, j)
		}
	}
	return out, nil
}

func (s *fakeStore) CaseJudgements(_ context.Context, _ id.CityID, c id.CaseID) ([]Judgement, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.judged), func(j Judgement) bool { return j.Case != c }), nil
}

func (s *fakeStore) AddDeed(_ context.Context, d Deed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failDeeds != nil {
		return s.failDeeds
	}
	s.deeds = append(s.deeds, d)
	s.trace("deed")
	return nil
}

func (s *fakeStore) Deeds(_ context.Context, _ id.CityID, before time.Time, limit int) (out []Deed, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range slices.Backward(s.deeds) {
		if (before.IsZero() || d.At.Before(before)) && len(out) < limit {
			out = append(out, d)
		}
	}
	return out, nil
}

func (s *fakeStore) PutDayHours(_ context.Context, hs []DayHours) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range hs {
		s.hours[h.Day] = h
	}
	s.trace("hours")
	return nil
}

func (s *fakeStore) DropDayHours(_ context.Context, _ id.CityID, days []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range days {
		delete(s.hours, d)
	}
	return nil
}

func (s *fakeStore) DayHours(_ context.Context, _ id.CityID, from string, limit int) (out []DayHours, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range slices.Sorted(maps.Keys(s.hours)) {
		if d >= from && len(out) < limit {
			out = append(out, s.hours[d])
		}
	}
	return out, nil
}

func (s *fakeStore) CasesFrom(_ context.Context, _ id.CityID, from casebook.Source, before id.CaseID, limit int) ([]casebook.Case, error) {
	return s.list(limit, func(k casebook.Case) bool { return k.Source == from && (before == 0 || k.ID < before) }), nil
}

func (s *fakeStore) list(limit int, keep func(casebook.Case) bool) []casebook.Case {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []casebook.Case
	for _, k := range s.cases {
		if keep(k) {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b casebook.Case) int { return int(b.ID) - int(a.ID) })
	return out[:min(len(out), limit)]
}

func (s *fakeStore) ClosedCases(_ context.Context, _ id.CityID, before id.CaseID, limit int) ([]casebook.Case, error) {
	return s.list(limit, func(k casebook.Case) bool {
		return k.State == casebook.Closed && (before == 0 || k.ID < before)
	}), nil
}

func (s *fakeStore) VisitorCases(_ context.Context, _ id.CityID, v id.VisitorID, limit int) ([]casebook.Case, error) {
	return s.list(limit, func(k casebook.Case) bool { return k.Visitor == v }), nil
}

func (s *fakeStore) VisitorSanctions(_ context.Context, _ id.CityID, v id.VisitorID, _ int) ([]casebook.Sanction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.sanctions), func(x casebook.Sanction) bool { return x.Visitor != v }), nil
}

func (s *fakeStore) PutCase(_ context.Context, k *casebook.Case) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k.ID == 0 {
		k.ID = id.CaseID(len(s.cases) + 1)
	}
	s.cases[k.ID] = *k
	return nil
}

func (s *fakeStore) Case(_ context.Context, _ id.CityID, c id.CaseID) (casebook.Case, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.cases[c]
	if !ok {
		return casebook.Case{}, casebook.ErrUnknown
	}
	return k, nil
}

func (s *fakeStore) OpenCases(context.Context, id.CityID) ([]casebook.Case, error) {
	return s.list(1000, func(k casebook.Case) bool { return k.State != casebook.Closed }), nil
}

func (s *fakeStore) PutSanction(_ context.Context, x casebook.Sanction) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sanctions = append(s.sanctions, x)
	return nil
}

func (s *fakeStore) ActiveSanctions(context.Context, id.CityID, time.Time) ([]casebook.Sanction, error) {
	return nil, nil
}

// fakeCity is City with one room and one visitor in it.
type fakeCity struct {
	mu        sync.Mutex
	rooms     []RoomCount
	here      map[id.VisitorID]id.RoomID
	muted     map[id.VisitorID]time.Duration
	whispers  []string
	unwatched []id.StaffID
	refuse    error
	trace     func(string)
	frame     []Span
	state     State
	changed   int
	back      []id.UtteranceID
}

var plaza = id.RoomID{City: "kariya", Place: "plaza", Copy: 1}

func newFakeCity() *fakeCity {
	return &fakeCity{
		rooms: []RoomCount{{Room: plaza, Title: "駅前ひろば", Capacity: 60, Visitors: 3, Companions: 1, Tick: 420 * time.Microsecond}},
		here:  map[id.VisitorID]id.RoomID{7: plaza}, muted: map[id.VisitorID]time.Duration{}, trace: func(string) {},
		frame: []Span{{From: 900, To: 1320}}, state: State{Title: "刈谷市", Speech: SpeechOpen, Open: true},
	}
}

func (c *fakeCity) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

func (c *fakeCity) Retract(u id.UtteranceID, _ moderation.Verdict) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.back = append(c.back, u)
}

// Frame is closed on Sundays.
func (c *fakeCity) Frame(day time.Time) []Span {
	if day.Weekday() == time.Sunday {
		return nil
	}
	return c.frame
}

func (c *fakeCity) HoursChanged(context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changed++
	return nil
}

// penguin is the one visitor whom the city knows.
var penguin = entrance.Visitor{ID: 7, City: "kariya", Name: "ふわふわペンギン", Bracket: id.El56}

func (c *fakeCity) Find(_ context.Context, name string) (entrance.Visitor, error) {
	if name != penguin.Name {
		return entrance.Visitor{}, entrance.ErrNobody
	}
	return penguin, nil
}

func (c *fakeCity) Reissue(_ context.Context, v id.VisitorID) ([]string, error) {
	if v != penguin.ID {
		return nil, entrance.ErrNobody
	}
	c.trace("reissue")
	return []string{"しろくま", "たいこ", "ゆきみち", "のはら"}, nil
}

func (c *fakeCity) Rooms() []RoomCount {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.rooms)
}

func (c *fakeCity) Presence(v id.VisitorID) Presence {
	c.mu.Lock()
	defer c.mu.Unlock()
	room, here := c.here[v]
	return Presence{Here: here, Room: room, Muted: c.muted[v]}
}

func (c *fakeCity) Whisper(_ context.Context, _ id.VisitorID, staff id.StaffID, text string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refuse != nil {
		return c.refuse
	}
	c.whispers = append(c.whispers, string(staff)+": "+text)
	return nil
}

func (c *fakeCity) Mute(_ context.Context, v id.VisitorID, d time.Duration, _ id.StaffID, _ string, _ id.CaseID) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.muted[v] = d
	return nil
}

func (c *fakeCity) Unmute(_ context.Context, v id.VisitorID, _ id.StaffID) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.muted, v)
	return nil
}

func (c *fakeCity) Watch(context.Context, id.StaffID, id.RoomID) (string, error) {
	c.trace("ticket")
	return "ticket-1", nil
}

func (c *fakeCity) Unwatch(staff id.StaffID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unwatched = append(c.unwatched, staff)
}
