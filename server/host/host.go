package host

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/frame"
	"kakitsubata/world"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// Errors of a host.
var (
	ErrOver    = errors.New("host: the room is over")
	ErrFull    = errors.New("host: the room is full")
	ErrBusy    = errors.New("host: the room is too busy for anybody new")
	ErrFlooded = errors.New("host: too many commands wait")
)

// countEvery is how often those out of sight are counted in a crowd, in ticks.
const countEvery = id.TicksPerSecond

// maxInbox bounds the commands that wait for a tick. Sixteen hundred avatars
// at ten intents a second make eighty a tick.
const maxInbox = 8192

// A Viewer looks at a room. Its methods never block. What it has to send for a
// frame it may add to the press's volley, which is fired when all have seen it.
type Viewer interface {
	See(*frame.Frame, *frame.Press)
	Tell(frame.Note)
}

// Options of a host.
type Options struct {
	Room      id.RoomID
	Atlas     *atlas.Atlas
	AtlasName string // as Entered tells it
	Title     string // as Entered tells it
	Capacity  int
	Tireless  bool // sheds nothing: a bench room is to be measured as it is

	// Overhear, if any, is told of all that is said or shown as a phrase, and
	// who hears it, the speaker too. It must not block; the ids are valid until
	// it returns.
	Overhear func(n frame.Note, audience []id.AvatarID)
}

// Meter counts what a room does; read by metrics and staff.
type Meter struct {
	Visitors, Companions, Bots, Observers atomic.Int64
	Ticks                                 atomic.Int64
	StepNanos                             atomic.Int64 // of the last tick, encoding included
	Overruns                              atomic.Int64 // ticks that took longer than a tick
	Load                                  atomic.Int32 // a Load
	Observe                               func(time.Duration)
}

// Host is one live room.
type Host struct {
	o     Options
	tick  time.Duration
	done  chan struct{}
	meter Meter

	latest atomic.Pointer[frame.Frame]

	mu    sync.Mutex
	inbox []letter
	over  bool
}

// A letter is a command, with a viewer when somebody comes.
type letter struct {
	cmd    world.Command
	op     letterOp
	viewer Viewer
	reply  chan error
}

type letterOp uint8

const (
	command letterOp = iota
	join
	watch
	unwatch
)

// New makes a host; the room lives while Run does.
func New(o Options) *Host {
	return &Host{o: o, tick: time.Second / id.TicksPerSecond, done: make(chan struct{})}
}

// ID is the room's.
func (h *Host) ID() id.RoomID { return h.o.Room }

// Atlas is the room's map.
func (h *Host) Atlas() *atlas.Atlas { return h.o.Atlas }

// Title is the place's, with furigana.
func (h *Host) Title() string { return h.o.Title }

// Meter counts what the room does.
func (h *Host) Meter() *Meter { return &h.meter }

// Latest is the newest frame, or nil before the first.
func (h *Host) Latest() *frame.Frame { return h.latest.Load() }

// Done is closed when the room is over.
func (h *Host) Done() <-chan struct{} { return h.done }

// Do hands in a command for the next tick. It never blocks. A leave always
// finds room, and so does what tells that a connection is lost or back.
func (h *Host) Do(c world.Command) error {
	return h.post(letter{cmd: c}, c.Op != world.OpLeave && c.Op != world.OpHaunt)
}

// Join brings an avatar in. The viewer is told of its Entered, and then sees
// frames. ErrFull says that another copy must be tried.
func (h *Host) Join(ctx context.Context, a id.AvatarID, who protocol.Who, at string, v Viewer) error {
	return h.ask(ctx, letter{op: join, cmd: world.Enter(a, who, at), viewer: v, reply: make(chan error, 1)})
}

// Appear is Join at a spot; ErrFull tells as well that nobody can stand there.
func (h *Host) Appear(ctx context.Context, a id.AvatarID, who protocol.Who, spot plane.Point, heading uint8, v Viewer) error {
	return h.ask(ctx, letter{op: join, cmd: world.Appear(a, who, spot, heading), viewer: v, reply: make(chan error, 1)})
}

// Watch lets a viewer without an avatar see and hear the whole room.
func (h *Host) Watch(ctx context.Context, v Viewer) error {
	return h.ask(ctx, letter{op: watch, viewer: v, reply: make(chan error, 1)})
}

// Unwatch ends a Watch.
func (h *Host) Unwatch(v Viewer) { _ = h.post(letter{op: unwatch, viewer: v}, false) }

func (h *Host) ask(ctx context.Context, l letter) error {
	if err := h.post(l, false); err != nil {
		return err
	}
	select {
	case err := <-l.reply:
		return err
	case <-h.done:
		return ErrOver
	case <-ctx.Done():
		switch l.op { // it may have come in meanwhile
		case join:
			_ = h.post(letter{cmd: world.Leave(l.cmd.Avatar)}, false)
		case watch:
			h.Unwatch(l.viewer)
		}
		return ctx.Err()
	}
}

func (h *Host) post(l letter, bounded bool) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over {
		return ErrOver
	}
	if bounded && len(h.inbox) >= maxInbox {
		return ErrFlooded
	}
	h.inbox = append(h.inbox, l)
	return nil
}

// Run steps the room until ctx ends or its rules panic, which is returned as
// an error. A room that overruns its tick slows alone: it never steps twice
// to catch up.
func (h *Host) Run(ctx context.Context) (err error) {
	l := loop{
		Host:    h,
		room:    world.New(h.o.Atlas, world.Options{Room: h.o.Room, Capacity: h.o.Capacity}),
		encoder: frame.NewEncoder(h.o.Room, h.o.Atlas),
		viewers: make(map[id.AvatarID]Viewer),
		joining: make(map[id.AvatarID]letter),
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("host: %s: %v\n%s", h.o.Room, r, debug.Stack())
		}
		l.close()
	}()
	if !h.await(ctx) {
		return nil
	}
	t := time.NewTicker(h.tick)
	defer t.Stop()
	var last time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
			begun := time.Now()
			late := time.Duration(0) // ticks that the room, or the machine, was too busy for
			if !last.IsZero() {
				late = max(0, begun.Sub(last)-h.tick)
			}
			last = begun
			l.step()
			took := time.Since(begun)
			h.meter.Load.Store(int32(l.gauge.tick(took+late, h.tick)))
			h.meter.Ticks.Add(1)
			h.meter.StepNanos.Store(int64(took))
			if took > h.tick {
				h.meter.Overruns.Add(1)
			}
			if h.meter.Observe != nil {
				h.meter.Observe(took)
			}
		}
	}
}

// beats is how many times within a tick rooms step, some at each: rooms that
// step one after the other wake the machine once.
const beats = 5

// await waits for the next beat; false when ctx ends.
func (h *Host) await(ctx context.Context) bool {
	const beat = time.Second / id.TicksPerSecond / beats
	select {
	case <-time.After(beat - time.Since(epoch)%beat):
		return true
	case <-ctx.Done():
		return false
	}
}

// epoch is when beats began.
var epoch = time.Now()

// loop is what Run's goroutine alone knows.
type loop struct {
	*Host
	room     *world.Room
	encoder  *frame.Encoder
	gauge    gauge
	now      id.Tick
	viewers  map[id.AvatarID]Viewer
	row      []Viewer // of viewers; empty when somebody came or left since
	joining  map[id.AvatarID]letter
	watchers []Viewer
	letters  []letter
	commands []world.Command
	press    frame.Press
}

func (l *loop) step() {
	l.mu.Lock()
	l.letters, l.inbox = l.inbox, l.letters[:0]
	l.mu.Unlock()
	l.now++
	l.commands = l.commands[:0]
	lampWas := len(l.watchers) > 0
	for _, t := range l.letters {
		switch t.op {
		case command:
			l.commands = append(l.commands, t.cmd)
		case join:
			if l.gauge.load == Shut && !l.o.Tireless {
				t.reply <- ErrBusy
				continue
			}
			l.joining[t.cmd.Avatar] = t
			l.commands = append(l.commands, t.cmd)
		case watch:
			l.watchers = append(l.watchers, t.viewer)
			t.viewer.Tell(l.enteredNote(0, 0))
			t.reply <- nil
		case unwatch:
			if i := slices.Index(l.watchers, t.viewer); i >= 0 {
				l.watchers = slices.Delete(l.watchers, i, i+1)
			}
		}
	}
	clear(l.letters)
	if lamp := len(l.watchers) > 0; lamp != lampWas {
		l.tellAll(l.lampNote())
	}
	for _, f := range l.room.Step(l.now, l.commands) {
		l.fact(f)
	}
	l.meter.Observers.Store(int64(len(l.watchers)))
	load := l.gauge.load
	if l.o.Tireless {
		load = Calm
	}
	if load >= Halved && l.now%2 == 1 {
		return
	}
	l.encoder.CountEvery = countEvery
	if load >= Distant {
		l.encoder.CountEvery = 5 * countEvery
	}
	f := l.encoder.Encode(l.room.View())
	l.latest.Store(f)
	for _, v := range l.seeing() {
		v.See(f, &l.press)
	}
	for _, v := range l.watchers {
		v.See(f, &l.press)
	}
	l.press.Volley.Fire()
}

// seeing is all viewers but the watchers, in one row: going through a map each
// tick is dear.
func (l *loop) seeing() []Viewer {
	if len(l.row) != len(l.viewers) {
		l.row = slices.AppendSeq(l.row[:0], maps.Values(l.viewers))
	}
	return l.row
}

func (l *loop) fact(f world.Fact) {
	switch f.Op {
	case world.Entered:
		t, ok := l.joining[f.Avatar]
		if !ok {
			return
		}
		delete(l.joining, f.Avatar)
		l.viewers[f.Avatar] = t.viewer
		l.row = l.row[:0]
		l.count(f.Who.Kind, 1)
		t.viewer.Tell(l.enteredNote(f.At.X, f.At.Y))
		t.viewer.Tell(l.lampNote()) // dark too: the last room's may have been lit
		t.reply <- nil
	case world.Left:
		v, ok := l.viewers[f.Avatar]
		if !ok {
			return
		}
		delete(l.viewers, f.Avatar)
		clear(l.row)
		l.row = l.row[:0]
		l.count(f.Who.Kind, -1)
		if f.To != "" {
			v.Tell(frame.Note{Op: frame.Left, Room: l.o.Room, To: f.To, ToAt: f.ToAt, Portal: f.Gate})
		}
	case world.Refused:
		if t, ok := l.joining[f.Avatar]; ok {
			delete(l.joining, f.Avatar)
			t.reply <- ErrFull
			return
		}
		if v, ok := l.viewers[f.Avatar]; ok {
			v.Tell(frame.Note{Op: frame.Refused, Room: l.o.Room, Code: f.Code})
		}
	case world.Heard:
		e := protocol.Heard{Utterance: f.Words.Utterance(), Avatar: f.Avatar, By: f.Who.Kind, Name: f.Who.Name, Text: f.Words.Text()}
		l.tellAudience(f.Audience, frame.Note{
			Op: frame.Heard, Bytes: protocol.EncodeEvent(&e), Room: l.o.Room,
			Avatar: f.Avatar, By: e.By, Name: e.Name, Text: e.Text, Utterance: e.Utterance, At: time.Now(),
		})
	case world.Phrased:
		e := protocol.Phrased{Avatar: f.Avatar, By: f.Who.Kind, Name: f.Who.Name, Phrase: f.Phrase}
		l.tellAudience(f.Audience, frame.Note{
			Op: frame.Phrased, Bytes: protocol.EncodeEvent(&e), Room: l.o.Room,
			Avatar: f.Avatar, By: e.By, Name: e.Name, Phrase: f.Phrase, At: time.Now(),
		})
	}
}

func (l *loop) tellAudience(audience []id.AvatarID, n frame.Note) {
	for _, a := range audience {
		if v, ok := l.viewers[a]; ok {
			v.Tell(n)
		}
	}
	for _, v := range l.watchers {
		v.Tell(n)
	}
	if l.o.Overhear != nil {
		l.o.Overhear(n, audience)
	}
}

func (l *loop) tellAll(n frame.Note) {
	for _, v := range l.viewers {
		v.Tell(n)
	}
}

func (l *loop) enteredNote(x, y int32) frame.Note {
	e := protocol.Entered{Room: l.o.Room.String(), Title: l.o.Title, Atlas: l.o.AtlasName, Tick: l.now, X: x, Y: y}
	return frame.Note{Op: frame.Entered, Room: l.o.Room, Entered: &e, Bytes: protocol.EncodeEvent(&e)}
}

func (l *loop) lampNote() frame.Note {
	on := len(l.watchers) > 0
	return frame.Note{Op: frame.Lamp, Room: l.o.Room, On: on, Bytes: protocol.EncodeEvent(&protocol.Lamp{On: on})}
}

func (l *loop) count(k id.Kind, n int64) {
	m := &l.meter
	switch k {
	case id.Companion:
		m.Companions.Add(n)
	case id.Bot:
		m.Bots.Add(n)
	default:
		m.Visitors.Add(n)
	}
}

// close ends the room: whoever looks at it is told, whoever waits is answered.
func (l *loop) close() {
	l.press.Volley.Fire() // a fault may have left some waiting
	l.press.Volley.Close()
	l.mu.Lock()
	l.over = true
	rest := l.inbox
	l.inbox = nil
	l.mu.Unlock()
	close(l.done)
	for _, t := range rest {
		if t.reply != nil {
			t.reply <- ErrOver
		}
	}
	for _, t := range l.joining {
		t.reply <- ErrOver
	}
	for _, v := range l.viewers {
		l.tellOver(v)
	}
	for _, v := range l.watchers {
		l.tellOver(v)
	}
}

// tellOver shields the others from a viewer whose fault may be what ended the
// room.
func (l *loop) tellOver(v Viewer) {
	defer func() { _ = recover() }()
	v.Tell(frame.Note{Op: frame.Over, Room: l.o.Room})
}
