package entrance

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"kakitsubata/protocol/id"
)

// Memory is a Store that forgets with the process: for tests, and what a
// lasting Store is compared with.
type Memory struct {
	mu     sync.Mutex
	cities map[id.CityID]*memory
}

// NewMemory makes an empty one.
func NewMemory() *Memory { return &Memory{cities: make(map[id.CityID]*memory)} }

type memory struct {
	batches  map[string]BatchRecord
	codes    map[Digest]CodeRecord
	spent    map[Digest]spent
	visitors map[id.VisitorID]VisitorRecord
	names    map[string]id.VisitorID
	sessions map[[16]byte]SessionRecord
	tickets  map[Digest][16]byte
	failures map[uint16]FailureRecord
	undo     []func() // of the transaction that is running
}

type spent struct {
	visitor id.VisitorID
	until   time.Time
}

func (m *Memory) city(c id.CityID) *memory {
	x := m.cities[c]
	if x == nil {
		x = &memory{
			batches:  make(map[string]BatchRecord),
			codes:    make(map[Digest]CodeRecord),
			spent:    make(map[Digest]spent),
			visitors: make(map[id.VisitorID]VisitorRecord),
			names:    make(map[string]id.VisitorID),
			sessions: make(map[[16]byte]SessionRecord),
			tickets:  make(map[Digest][16]byte),
			failures: make(map[uint16]FailureRecord),
		}
		m.cities[c] = x
	}
	return x
}

// UpdateEntrance runs f alone, and undoes what it wrote when it fails.
func (m *Memory) UpdateEntrance(ctx context.Context, c id.CityID, f func(Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	x := m.city(c)
	x.undo = nil
	if err := f(x); err != nil {
		for _, back := range slices.Backward(x.undo) {
			back()
		}
		return err
	}
	return nil
}

// ViewEntrance runs f alone.
func (m *Memory) ViewEntrance(ctx context.Context, c id.CityID, f func(Tx) error) error {
	return m.UpdateEntrance(ctx, c, f)
}

// put writes one entry, or removes it, and remembers how it was.
func put[K comparable, V any](x *memory, in map[K]V, k K, v V, keep bool) {
	old, was := in[k]
	x.undo = append(x.undo, func() {
		if was {
			in[k] = old
		} else {
			delete(in, k)
		}
	})
	if keep {
		in[k] = v
	} else {
		delete(in, k)
	}
}

func (x *memory) Batch(b string) (BatchRecord, bool, error) { r, ok := x.batches[b]; return r, ok, nil }
func (x *memory) PutBatch(r BatchRecord) error              { put(x, x.batches, r.ID, r, true); return nil }

func (x *memory) Batches() ([]BatchRecord, error) {
	var out []BatchRecord
	for _, r := range x.batches {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b BatchRecord) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

func (x *memory) Code(d Digest) (CodeRecord, bool, error) { r, ok := x.codes[d]; return r, ok, nil }
func (x *memory) PutCode(d Digest, r CodeRecord) error    { put(x, x.codes, d, r, true); return nil }
func (x *memory) Spent(d Digest) (id.VisitorID, bool, error) {
	s, ok := x.spent[d]
	return s.visitor, ok, nil
}

func (x *memory) Spend(d Digest, v id.VisitorID, now, until time.Time) error {
	for k, s := range x.spent {
		if s.until.Before(now) {
			put(x, x.spent, k, s, false)
		}
	}
	put(x, x.spent, d, spent{v, until}, true)
	return nil
}

func (x *memory) Visitor(v id.VisitorID) (VisitorRecord, bool, error) {
	r, ok := x.visitors[v]
	r.Hidden = slices.Clone(r.Hidden)
	return r, ok, nil
}

func (x *memory) Named(key string) (id.VisitorID, bool, error) {
	v, ok := x.names[key]
	return v, ok, nil
}

func (x *memory) PutVisitor(r VisitorRecord) error {
	if old, ok := x.visitors[r.ID]; ok && old.NameKey != r.NameKey {
		put(x, x.names, old.NameKey, 0, false)
	}
	put(x, x.names, r.NameKey, r.ID, true)
	put(x, x.visitors, r.ID, r, true)
	return nil
}

func (x *memory) Session(d Digest) (SessionRecord, bool, error) {
	sid, ok := x.tickets[d]
	return x.sessions[sid], ok, nil
}

func (x *memory) Sessions(v id.VisitorID) ([]SessionRecord, error) {
	var out []SessionRecord
	for _, s := range x.sessions {
		if s.Visitor == v {
			out = append(out, s)
		}
	}
	return out, nil
}

func (x *memory) PutSession(r SessionRecord) error {
	if old, ok := x.sessions[r.ID]; ok {
		if err := x.DropSession(old); err != nil {
			return err
		}
	}
	put(x, x.sessions, r.ID, r, true)
	put(x, x.tickets, r.Current, r.ID, true)
	if r.Previous != (Digest{}) {
		put(x, x.tickets, r.Previous, r.ID, true)
	}
	return nil
}

func (x *memory) DropSession(r SessionRecord) error {
	old := x.sessions[r.ID]
	put(x, x.tickets, old.Current, r.ID, false)
	put(x, x.tickets, old.Previous, r.ID, false)
	put(x, x.sessions, r.ID, r, false)
	return nil
}

func (x *memory) Failures(slot uint16) (FailureRecord, error) { return x.failures[slot], nil }
func (x *memory) PutFailures(slot uint16, r FailureRecord) error {
	put(x, x.failures, slot, r, r.Count > 0)
	return nil
}
