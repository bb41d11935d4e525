package track

import (
	"errors"
	"fmt"
	"iter"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// maxKnown is of how many avatars it is remembered who they are. No room holds
// as many at once.
const maxKnown = 8192

// ErrLost is a frame that can't be followed, and each after it until one with
// Reset.
var ErrLost = errors.New("track: lost")

// A Mark is an avatar as it is after the newest frame.
type Mark struct {
	Avatar  id.AvatarID
	Who     protocol.Who
	At      plane.Point
	Heading uint8
	Gait    protocol.Gait
	Emote   id.EmoteID
	Ghost   bool
	Gone    bool // out of sight: nothing more is told of it

	frame uint32 // the last that had a record of it
}

// A Track follows one room, from its first frame on. It is for one goroutine.
type Track struct {
	atlas *atlas.Atlas
	tick  id.Tick
	frame uint32
	lost  bool
	marks []Mark
	index map[id.AvatarID]int // of marks
	who   map[id.AvatarID]protocol.Who
}

// New follows a room on a prepared atlas. The first frame must have Reset, as
// the server's first has.
func New(a *atlas.Atlas) *Track {
	return &Track{atlas: a, lost: true, index: make(map[id.AvatarID]int), who: make(map[id.AvatarID]protocol.Who)}
}

// Apply takes the next frame, and tells of everybody who changed, walks, came
// or is gone. A mark is valid until tell returns. tell may be nil.
func (t *Track) Apply(f *protocol.Frame, tell func(*Mark)) error {
	if tell == nil {
		tell = func(*Mark) {}
	}
	if err := t.learn(f.Known); err != nil {
		return t.stray(err)
	}
	switch {
	case f.Reset:
		t.lost = false
	case t.lost:
		return ErrLost
	case f.Tick <= t.tick:
		return t.stray(fmt.Errorf("tick %d after %d", f.Tick, t.tick))
	}
	t.tick = f.Tick
	t.frame++
	for b := f.Motion; len(b) > 0; {
		r, rest, err := protocol.NextRecord(b)
		if err == nil {
			err = t.record(&r, f.Reset, tell)
		}
		if err != nil {
			return t.stray(err)
		}
		b = rest
	}
	for i := 0; i < len(t.marks); i++ {
		m := &t.marks[i]
		switch {
		case m.frame == t.frame:
		case f.Reset:
			t.drop(i, tell)
			i--
		case m.Gait == protocol.Walk:
			t.walk(m)
			tell(m)
		}
	}
	return nil
}

func (t *Track) stray(err error) error {
	t.lost = true
	return fmt.Errorf("%w: %w", ErrLost, err)
}

// learn remembers who is who: the server tells it once, also of those who go
// out of sight and come again.
func (t *Track) learn(known []protocol.Known) error {
	if len(t.who)+len(known) > maxKnown {
		for a := range t.who {
			if _, there := t.index[a]; !there {
				delete(t.who, a)
			}
		}
		if len(t.who)+len(known) > maxKnown {
			return errors.New("too many avatars")
		}
	}
	for i := range known {
		k := &known[i]
		t.who[k.Avatar] = k.Who
		if at, there := t.index[k.Avatar]; there {
			t.marks[at].Who = k.Who
		}
	}
	return nil
}

func (t *Track) record(r *protocol.Record, reset bool, tell func(*Mark)) error {
	at, there := t.index[r.Avatar]
	switch {
	case there && t.marks[at].frame == t.frame:
		return fmt.Errorf("two records of avatar %d", r.Avatar)
	case reset && r.Op != protocol.Stated:
		return fmt.Errorf("avatar %d is not stated anew", r.Avatar)
	case r.Op == protocol.Stated && !there:
		who, known := t.who[r.Avatar]
		if !known {
			return fmt.Errorf("nobody said who avatar %d is", r.Avatar)
		}
		at = len(t.marks)
		t.index[r.Avatar] = at
		t.marks = append(t.marks, Mark{Avatar: r.Avatar, Who: who})
	case !there:
		return fmt.Errorf("avatar %d is not in sight", r.Avatar)
	case r.Op == protocol.Gone:
		t.drop(at, tell)
		return nil
	}
	m := &t.marks[at]
	m.frame = t.frame
	m.Heading = r.Heading
	switch r.Op {
	case protocol.Walks:
		m.Gait = protocol.Walk
		t.walk(m)
	case protocol.Stands:
		m.Gait = protocol.Stand
	case protocol.Stated:
		m.At = plane.Point{X: r.X, Y: r.Y}
		m.Gait, m.Emote, m.Ghost = r.Gait, r.Emote, r.Ghost
	}
	tell(m)
	return nil
}

func (t *Track) walk(m *Mark) { m.At = atlas.Walk(t.atlas, m.At, m.Heading, atlas.SubSteps) }

// drop tells that a mark is gone, and puts the last one in its place.
func (t *Track) drop(at int, tell func(*Mark)) {
	t.marks[at].Gone = true
	tell(&t.marks[at])
	delete(t.index, t.marks[at].Avatar)
	last := len(t.marks) - 1
	if at != last {
		t.marks[at] = t.marks[last]
		t.index[t.marks[at].Avatar] = at
	}
	t.marks[last] = Mark{}
	t.marks = t.marks[:last]
}

// Find is an avatar in sight.
func (t *Track) Find(a id.AvatarID) (Mark, bool) {
	at, there := t.index[a]
	if !there {
		return Mark{}, false
	}
	return t.marks[at], true
}

// Len is how many avatars are in sight.
func (t *Track) Len() int { return len(t.marks) }

// All is everybody in sight, in no order. The marks must not be written, and
// are valid until the next Apply.
func (t *Track) All() iter.Seq[*Mark] {
	return func(yield func(*Mark) bool) {
		for i := range t.marks {
			if !yield(&t.marks[i]) {
				return
			}
		}
	}
}
