package node

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sort"
	"sync"

	"kakitsubata/assets/cities"
	"kakitsubata/protocol/id"
	"kakitsubata/server/frame"
	"kakitsubata/server/host"
	"kakitsubata/server/session"
	"kakitsubata/world/atlas"
)

// A town is the live rooms of a city. Rooms open when somebody enters and
// stay; one whose rules panicked is forgotten, and opens afresh.
type town struct {
	city    id.CityID
	places  map[id.PlaceID]*place
	order   []id.PlaceID // as the pack has them
	shown   pageBoards   // what is read on their things
	log     *slog.Logger
	observe func(*host.Meter)
	hear    func(frame.Note, []id.AvatarID) // all that is said

	ctx context.Context // the rooms' life; set by run
	wg  sync.WaitGroup

	mu    sync.Mutex
	rooms map[id.RoomID]*host.Host
	over  bool
}

type place struct {
	cities.Place
	atlas   *atlas.Atlas
	encoded []byte
	name    string
	bench   bool // beside the city: for bots alone
}

// maxBroken is how many rooms may break under one who comes in.
const maxBroken = 2

var errPlace = errors.New("node: no such place")

// start lets rooms open, until ctx ends.
func (t *town) start(ctx context.Context) { t.ctx = ctx }

// stop waits until every room is over; ctx of start must have ended.
func (t *town) stop() {
	t.mu.Lock()
	t.over = true
	t.mu.Unlock()
	t.wg.Wait()
}

// room finds a live room, or opens it.
func (t *town) room(r id.RoomID) (*host.Host, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if h := t.rooms[r]; h != nil {
		return h, nil
	}
	p := t.places[r.Place]
	if p == nil || r.City != t.city || int(r.Copy) > p.Copies {
		return nil, fmt.Errorf("%w: %s", errPlace, r)
	}
	if t.over {
		return nil, host.ErrOver
	}
	h := host.New(host.Options{Room: r, Atlas: p.atlas, AtlasName: p.name, Title: p.Title, Capacity: p.Capacity, Tireless: p.bench, Overhear: t.hear})
	t.observe(h.Meter())
	t.rooms[r] = h
	t.wg.Go(func() {
		err := h.Run(t.ctx)
		t.forget(h)
		if err != nil {
			t.log.Error("a room broke and will open afresh", "room", r.String(), "err", err)
		}
	})
	return h, nil
}

// forget takes a room that is over off the list.
func (t *town) forget(h *host.Host) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rooms[h.ID()] == h {
		delete(t.rooms, h.ID())
	}
}

// busy reports whether a room takes nobody new: another copy beside it would
// only share the same machine.
func (t *town) busy() bool {
	for _, h := range t.live() {
		if host.Load(h.Meter().Load.Load()) == host.Shut && !t.places[h.ID().Place].bench {
			return true
		}
	}
	return false
}

// full reports whether every copy of a place has as many avatars as it holds.
func (t *town) full(p id.PlaceID) bool {
	it := t.places[p]
	if it == nil {
		return false
	}
	for n := 1; n <= it.Copies; n++ {
		h := t.find(id.RoomID{City: t.city, Place: p, Copy: uint16(n)})
		if h == nil {
			return false // it can open
		}
		if f := h.Latest(); f == nil || f.View.Len() < it.Capacity {
			return false
		}
	}
	return true
}

// find is a live room, or nil.
func (t *town) find(r id.RoomID) *host.Host {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.rooms[r]
}

// live lists the rooms in the order of the pack, then by copy.
func (t *town) live() []*host.Host {
	t.mu.Lock()
	defer t.mu.Unlock()
	rank := make(map[id.PlaceID]int, len(t.order))
	for i, p := range t.order {
		rank[p] = i - len(t.order) // bench rooms, which are not in the pack, come last
	}
	out := make([]*host.Host, 0, len(t.rooms))
	for _, h := range t.rooms {
		out = append(out, h)
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i].ID(), out[j].ID()
		if a.Place != b.Place {
			return cmp.Or(cmp.Compare(rank[a.Place], rank[b.Place]), cmp.Compare(a.Place, b.Place)) < 0
		}
		return a.Copy < b.Copy
	})
	return out
}

// enter brings a session's avatar into the first copy of a place with room.
func (t *town) enter(ctx context.Context, s *session.Session, p id.PlaceID, at string) (session.Room, error) {
	it := t.places[p]
	if it == nil {
		return nil, fmt.Errorf("%w: %s", errPlace, p)
	}
	for n, broken := 1, 0; n <= it.Copies; n++ {
		h, err := t.room(id.RoomID{City: t.city, Place: p, Copy: uint16(n)})
		if err != nil {
			return nil, err
		}
		err = h.Join(ctx, s.Avatar(), s.Who(), at, s)
		switch {
		case err == nil:
			return h, nil
		case errors.Is(err, host.ErrFull), errors.Is(err, host.ErrBusy):
		case errors.Is(err, host.ErrOver) && ctx.Err() == nil && broken < maxBroken:
			t.forget(h) // it broke just now: the same copy opens afresh
			broken++
			n--
		default:
			return nil, err
		}
	}
	return nil, session.ErrFull
}
