package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"sync"
	"time"

	"kakitsubata/client/link"
	"kakitsubata/client/track"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/tools/bots/talk"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// How a bot behaves.
const (
	thinkEvery  = 100 * time.Millisecond // at least; a move at a time at most
	strayTiles  = 10                     // how far it goes at a time
	observeOne  = 10                     // of so many
	reach       = 130                    // units from a corner of its way at which it turns
	steer       = 6                      // of 256: a smaller error of heading is let be
	enterWithin = 15 * time.Second
)

// bot is one visitor. Its own goroutine, live, has all but what mu guards.
type bot struct {
	n        int
	work     workload
	observer bool
	relay    *relay // nil unless it may stall
	book     *ledger
	maps     *atlases
	rand     *rand.Rand
	conn     *link.Conn
	entered  chan struct{} // closed when it is in a room
	leave    chan struct{} // closed to send it home

	mu       sync.Mutex
	inRoom   bool
	wasIn    bool // when the measuring began
	left     bool // it went home as it was told
	over     error
	down, up int64
	first    mark // of the room's pace
	last     mark

	you      id.AvatarID
	phrases  []protocol.PhraseText
	speech   protocol.SpeechMode
	atlas    *atlas.Atlas
	self     protocol.Self // as the server last told, and walked on since
	at       plane.Point
	track    *track.Track // an observer's
	path     []plane.Point
	seq      uint32
	heading  uint8
	gait     protocol.Gait
	angle    float64 // of those that wander
	lately   [differs]uint8
	rooms    int // that it has entered
	thinkAt  time.Time
	restTill time.Time // before it walks again
	progress time.Time // when it last came on
	sayAt    time.Time
	said     int
	sentAt   time.Time
	sight    map[id.AvatarID]sighting
}

type mark struct {
	tick id.Tick
	at   time.Time
}

// sighting is an avatar that an observer has in sight.
type sighting struct {
	since   time.Time
	heading uint8
	gait    protocol.Gait
}

func newBot(n int, o options, book *ledger, maps *atlases) *bot {
	r := rand.New(rand.NewPCG(o.seed, uint64(n)))
	now := time.Now()
	b := &bot{
		n: n, work: o.work, observer: n%observeOne == 0, book: book, maps: maps, rand: r,
		entered: make(chan struct{}), leave: make(chan struct{}),
		thinkAt: now.Add(time.Duration(r.Int64N(int64(thinkEvery)))), sight: make(map[id.AvatarID]sighting),
		angle: r.Float64() * 2 * math.Pi,
	}
	if o.work.sayEvery > 0 {
		b.sayAt = now.Add(time.Duration(r.Int64N(int64(o.work.sayEvery))))
	}
	return b
}

func (b *bot) dial(ctx context.Context, base *url.URL, secret string, bots int) error {
	u := *base
	u.Scheme = map[string]string{"http": "ws", "https": "wss"}[base.Scheme]
	u.Path, u.RawQuery = "/ws", b.work.query(b.n, bots)
	if b.stalls() {
		r, err := newRelay(base.Host)
		if err != nil {
			return err
		}
		b.relay = r
		go r.run() // ends with either socket
		u.Host = r.listener.Addr().String()
	}
	c, err := link.Dial(ctx, u.String(), map[string][]string{
		"Authorization": {"Bot " + secret},
		"Origin":        {base.Scheme + "://" + u.Host},
	})
	b.conn = c
	if err != nil && b.relay != nil {
		b.relay.close()
	}
	return err
}

// stalls reports whether it is one of those that do not read for a while. They
// never observe.
func (b *bot) stalls() bool { return b.work.stall && b.n%observeOne == observeOne/2 }

// wait waits until the bot is in a room, or will not be.
func (b *bot) wait(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, enterWithin)
	defer cancel()
	select {
	case <-b.entered:
	case <-ctx.Done():
	}
}

// live reads and acts until the socket ends or the context does.
func (b *bot) live(ctx context.Context) {
	defer b.conn.Close()
	for {
		// A bot thinks at times of its own: if it did so when frames come, its
		// intents would all reach the server just after a tick.
		wake, cancel := context.WithDeadline(ctx, b.thinkAt)
		frame, err := b.conn.Next(wake)
		cancel()
		now := time.Now()
		switch {
		case ctx.Err() != nil || b.home():
			b.send(&protocol.Leave{}, now)
			time.Sleep(50 * time.Millisecond) // the goodbye goes out before the socket does
			return
		case errors.Is(err, context.DeadlineExceeded):
		case err != nil:
			b.fail(err)
			return
		default:
			b.count(int64(len(frame)+head(len(frame))), 0)
			e, err := protocol.DecodeEvent(frame)
			if err == nil {
				err = b.take(ctx, e, now)
			}
			if err != nil {
				b.fail(err)
				return
			}
		}
		if !now.Before(b.thinkAt) {
			b.think(now)
			b.act(now)
		}
	}
}

// head is how many bytes a WebSocket frame has before its payload.
func head(n int) int {
	switch {
	case n < 126:
		return 2
	case n < 1<<16:
		return 4
	}
	return 10
}

func (b *bot) take(ctx context.Context, e protocol.Event, now time.Time) error {
	switch e := e.(type) {
	case *protocol.Welcome:
		b.you, b.phrases = e.You, e.Phrases
	case *protocol.Entered:
		a, err := b.maps.get(ctx, e.Atlas)
		if err != nil {
			return err
		}
		b.book.forget(b.you)
		b.atlas, b.at, b.path = a, plane.Point{X: e.X, Y: e.Y}, nil
		b.gait, b.restTill = protocol.Stand, time.Time{}
		b.self = protocol.Self{}
		b.track = track.New(a)
		clear(b.sight)
		if b.rooms++; b.rooms > 1 {
			b.book.passedPortal()
		}
		b.came()
	case *protocol.Frame:
		return b.see(e, now)
	case *protocol.Speech:
		b.speech = e.Mode
	case *protocol.Heard:
		if e.Avatar != b.you {
			b.book.heardWords(e.Text, now)
		}
	case *protocol.Phrased:
		if e.Avatar != b.you {
			b.book.heardPhrase(e.Avatar, e.Phrase, now)
		}
	case *protocol.Answer:
		b.book.outcome(e.Outcome)
		if e.Outcome == protocol.PhrasesOnly {
			b.speech = protocol.SpeechPhrases
		}
	case *protocol.Leaving:
		return fmt.Errorf("told to leave with code %d: %s", e.Code, e.Text)
	}
	return nil
}

// see follows a frame: every bot its own avatar, and who observes everybody's.
func (b *bot) see(f *protocol.Frame, now time.Time) error {
	b.tick(f.Tick, now)
	switch {
	case f.Self != nil:
		b.self = *f.Self
	case b.self.Gait == protocol.Walk:
		p := atlas.Walk(b.atlas, b.at, b.self.Heading, atlas.SubSteps)
		b.self.X, b.self.Y = p.X, p.Y
	}
	if at := (plane.Point{X: b.self.X, Y: b.self.Y}); b.self != (protocol.Self{}) && at != b.at {
		b.at, b.progress = at, now
	}
	if !b.observer {
		return nil
	}
	return b.track.Apply(f, func(m *track.Mark) {
		if m.Gone {
			delete(b.sight, m.Avatar)
			return
		}
		s, known := b.sight[m.Avatar]
		if !known {
			s.since = now
		}
		if known && s.heading == m.Heading && s.gait == m.Gait {
			return
		}
		s.heading, s.gait = m.Heading, m.Gait
		b.sight[m.Avatar] = s
		if m.Avatar != b.you {
			b.book.saw(m.Avatar, m.Heading, m.Gait, s.since, now)
		}
	})
}

// act does what is due: walk, speak, or show that it is there.
func (b *bot) act(now time.Time) {
	if b.atlas == nil {
		return
	}
	if b.work.wander {
		b.wander(now)
	} else {
		b.walk(now)
	}
	if every := b.work.sayEvery; every > 0 && !now.Before(b.sayAt) {
		b.sayAt = now.Add(every/2 + time.Duration(b.rand.Int64N(int64(every))))
		b.say(now)
	}
	if now.Sub(b.sentAt) > protocol.BeatEvery {
		b.send(&protocol.Ping{}, now)
	}
}

func (b *bot) walk(now time.Time) {
	for len(b.path) > 0 && plane.Dist2(b.at, b.path[0]) < reach*reach {
		b.path = b.path[1:]
	}
	switch stuck := now.Sub(b.progress) > time.Second; {
	case b.gait == protocol.Stand:
		if now.Before(b.restTill) {
			return
		}
		if b.path = b.stray(); len(b.path) == 0 {
			return
		}
		b.progress = now
		b.move(plane.Heading(b.at, b.path[0]), protocol.Walk, now)
	case len(b.path) == 0 || stuck:
		b.path = nil
		b.move(b.heading, protocol.Stand, now)
		b.restTill = now.Add(500*time.Millisecond + time.Duration(b.rand.Int64N(int64(2*time.Second))))
	default:
		h := plane.Heading(b.at, b.path[0])
		if off := int8(h - b.heading); off > steer || off < -steer {
			b.move(h, protocol.Walk, now)
		}
	}
}

// stray is a way to somewhere near. It may lead through a portal, as children
// go through them.
func (b *bot) stray() []plane.Point {
	if b.work.portals {
		return b.toPortal()
	}
	to := b.at.Add(plane.Point{
		X: (b.rand.Int32N(2*strayTiles+1) - strayTiles) * plane.Tile,
		Y: (b.rand.Int32N(2*strayTiles+1) - strayTiles) * plane.Tile,
	})
	if !b.atlas.Free(to) || plane.Dist2(b.at, to) < 4*reach*reach {
		return nil
	}
	return atlas.Path(b.atlas, b.at, to, 400)
}

func (b *bot) move(heading uint8, gait protocol.Gait, now time.Time) {
	b.seq++
	b.heading, b.gait = heading, gait
	b.book.sent(b.you, sentMove{heading, gait, now})
	b.send(&protocol.Move{Seq: b.seq, Heading: heading, Gait: gait}, now)
}

func (b *bot) say(now time.Time) {
	b.said++
	switch {
	case b.speech == protocol.SpeechOpen:
		text := talk.Sentence(b.said<<10 | b.n&1023)
		b.book.saidWords(text, now)
		b.send(&protocol.Say{Seq: uint32(b.said), Text: text}, now)
	case b.speech == protocol.SpeechPhrases && len(b.phrases) > 0:
		p := b.phrases[b.rand.IntN(len(b.phrases))].Phrase
		b.book.saidPhrase(b.you, p, now)
		b.send(&protocol.Phrase{Seq: uint32(b.said), Phrase: p}, now)
	}
}

// send hands an intent to the socket. A socket that is too slow to take it
// ends soon by itself.
func (b *bot) send(i protocol.Intent, now time.Time) {
	frame := protocol.EncodeIntent(i)
	b.sentAt = now
	if b.conn.Send(frame) == nil {
		b.count(0, int64(len(frame)+head(len(frame))+4)) // a client's frames have a mask
	}
}

// What follows is read by others too.

// home reports whether it is to leave, and notes that it does.
func (b *bot) home() bool {
	select {
	case <-b.leave:
	default:
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inRoom, b.left = false, true
	return true
}

func (b *bot) gone() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.left
}

func (b *bot) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inRoom = false
	if b.over == nil {
		b.over = err
	}
}

func (b *bot) err() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.over
}

func (b *bot) came() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.inRoom {
		b.inRoom = true
		close(b.entered)
	}
	b.first, b.last = mark{}, mark{} // another room, other ticks
}

func (b *bot) in() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.inRoom
}

// begin begins the measuring of what is counted here.
func (b *bot) begin() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wasIn, b.down, b.up, b.first = b.inRoom, 0, 0, mark{}
}

func (b *bot) count(down, up int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.down, b.up = b.down+down, b.up+up
}

func (b *bot) bytes() (down, up int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.down, b.up
}

func (b *bot) tick(t id.Tick, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = mark{t, now}
	if b.first.at.IsZero() {
		b.first = b.last
	}
}

// pace is the ticks a second of the room it was in last; false if it was not
// there long enough to tell.
func (b *bot) pace() (float64, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	took := b.last.at.Sub(b.first.at)
	if took < 2*time.Second {
		return 0, false
	}
	return float64(b.last.tick-b.first.tick) / took.Seconds(), true
}
