package companion

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kakitsubata/protocol/id"
)

// stepEvery is how often Run steps when nothing comes in: the finest grain of
// the companions' pauses.
const stepEvery = 200 * time.Millisecond

// maxHeard is how many heard words wait for Run; more are not heard.
const maxHeard = 512

// desk is where others lay down what Run takes up. Nobody waits at it.
type desk struct {
	mu      sync.Mutex
	sights  map[id.RoomID]Sight // the newest of each room
	heard   []Heard
	hid     []Hid
	unsaid  []id.UtteranceID
	answers []Answer
	ring    chan struct{} // something was laid down
	actions chan []Action
}

func newDesk() desk {
	return desk{
		sights: make(map[id.RoomID]Sight), ring: make(chan struct{}, 1), actions: make(chan []Action, 16),
	}
}

func (d *desk) lay(put func()) {
	d.mu.Lock()
	put()
	d.mu.Unlock()
	select {
	case d.ring <- struct{}{}:
	default:
	}
}

func (d *desk) take() Input {
	d.mu.Lock()
	defer d.mu.Unlock()
	in := Input{Heard: d.heard, Hid: d.hid, Unsaid: d.unsaid, Answers: d.answers}
	for _, s := range d.sights {
		in.Sights = append(in.Sights, s)
	}
	slices.SortFunc(in.Sights, func(a, b Sight) int {
		return cmp.Or(cmp.Compare(a.Room.City, b.Room.City), cmp.Compare(a.Room.Place, b.Room.Place), cmp.Compare(a.Room.Copy, b.Room.Copy))
	})
	clear(d.sights)
	d.heard, d.hid, d.unsaid, d.answers = nil, nil, nil, nil
	return in
}

// See hands over a room's sight, best every SightEvery ticks. It never blocks:
// the newest sight of a room counts.
func (g *Guide) See(s Sight) { g.desk.lay(func() { g.desk.sights[s.Room] = s }) }

// Hear hands over something said. It never blocks: what comes faster than a
// companion could listen is lost.
func (g *Guide) Hear(h Heard) {
	g.desk.lay(func() {
		if len(g.desk.heard) < maxHeard {
			g.desk.heard = append(g.desk.heard, h)
		}
	})
}

// Hide tells that a visitor hides a companion. It never blocks.
func (g *Guide) Hide(h Hid) {
	g.desk.lay(func() {
		if len(g.desk.hid) < maxHeard {
			g.desk.hid = append(g.desk.hid, h)
		}
	})
}

// Forget tells that words were taken back: no companion remembers or answers
// them. It never blocks.
func (g *Guide) Forget(u id.UtteranceID) {
	g.desk.lay(func() {
		if len(g.desk.unsaid) < maxHeard {
			g.desk.unsaid = append(g.desk.unsaid, u)
		}
	})
}

// Actions is what companions do while Run runs. The receiver should keep up;
// while it doesn't, the companions wait, and nobody else does.
func (g *Guide) Actions() <-chan []Action { return g.desk.actions }

// Owns reports whether an avatar id is from the companions' range.
func (g *Guide) Owns(a id.AvatarID) bool { return a >= g.first && a-g.first < avatarRange }

// Run steps the guide, and asks the mind beside it, until the context ends.
// It returns nil then, after every question to the mind has ended.
func (g *Guide) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var minds sync.WaitGroup
	defer minds.Wait()
	defer cancel()
	tick := time.NewTicker(stepEvery)
	defer tick.Stop()
	thinking := make(map[id.AvatarID]context.CancelFunc)
	defer func() {
		for _, stop := range thinking {
			stop()
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-g.desk.ring:
		}
		in := g.desk.take()
		out := g.Step(time.Now(), in)
		for avatar, stop := range thinking { // nobody waits for these any more
			if c := g.companions[avatar]; c == nil || c.asked == 0 {
				stop()
				delete(thinking, avatar)
			}
		}
		for _, ask := range out.Asks {
			asking, stop := context.WithTimeout(ctx, thinkFor)
			if old := thinking[ask.Companion]; old != nil {
				old()
			}
			thinking[ask.Companion] = stop
			minds.Go(func() {
				defer stop()
				a := think(asking, g.mind, ask)
				g.desk.lay(func() { g.desk.answers = append(g.desk.answers, a) })
			})
		}
		if len(out.Actions) > 0 {
			select {
			case g.desk.actions <- out.Actions:
			case <-ctx.Done():
				return nil
			}
		}
	}
}

// think asks the mind; a panic in it is an answer like another.
func think(ctx context.Context, m Mind, ask Ask) (a Answer) {
	a = Answer{Companion: ask.Companion, Number: ask.Number}
	defer func() {
		if r := recover(); r != nil {
			a.Text, a.Err = "", fmt.Errorf("companion: the mind panicked: %T", r)
		}
	}()
	a.Text, a.Err = m.Reply(ctx, ask.Conversation)
	return a
}

// tally counts for metrics; anybody may read it.
type tally struct {
	here, met, spoken, scripted, fellBack, asked, thinking, slowest atomic.Int64
}

func (t *tally) thought(d time.Duration) {
	t.asked.Add(1)
	t.thinking.Add(int64(d))
	if d := int64(d); d > t.slowest.Load() {
		t.slowest.Store(d) // one writer: the guide
	}
}

// Status is the companions as metrics and staff see them. Counters never fall.
type Status struct {
	Here     int           // companions just now
	Met      int64         // visitors they came to
	Spoken   int64         // replies by the mind
	Scripted int64         // replies by the script where the mind was not asked
	FellBack int64         // replies by the script because the mind failed or was unfit
	Asked    int64         // questions to the mind that ended
	Thinking time.Duration // they took in all
	Slowest  time.Duration // and one of them at most
}

// Status is a snapshot. It may be called by anybody.
func (g *Guide) Status() Status {
	t := &g.tally
	return Status{
		Here: int(t.here.Load()), Met: t.met.Load(), Spoken: t.spoken.Load(), Scripted: t.scripted.Load(),
		FellBack: t.fellBack.Load(), Asked: t.asked.Load(),
		Thinking: time.Duration(t.thinking.Load()), Slowest: time.Duration(t.slowest.Load()),
	}
}
