package visit

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"runtime"
	"sync"
	"syscall/js"
	"time"

	"kakitsubata/client/link"
	"kakitsubata/client/panel"
	"kakitsubata/client/scene"
	"kakitsubata/protocol"
	"kakitsubata/world/atlas"
)

const (
	maxAtlas  = 4 << 20
	askAgain  = 3 // failed tries between two looks at whether the ticket is good
	slowFetch = 30 * time.Second
)

// Visit is the turn of things. Its fields belong to whoever holds turn: the
// picture's update, or the slow clock of a page that is not shown.
type Visit struct {
	Scene *scene.Scene
	Panel *panel.Panel // there from Begin on

	ctx    context.Context
	start  time.Time
	turn   sync.Mutex
	line   *link.Line
	watch  bool
	state  link.State
	asked  int
	maps   chan fetched
	asking string // the atlas that is being fetched
	retry  time.Duration
	access chan access
}

type fetched struct {
	name  string
	atlas *atlas.Atlas
}

// access is what the entrance says of this device.
type access struct {
	In     bool   `json:"in"`
	Watch  bool   `json:"watch"`
	Open   *bool  `json:"open"`
	Closed string `json:"closedText"`
}

// New is a visit that has not begun: there is a scene, and nothing in it.
func New() *Visit {
	location := js.Global().Get("location")
	v := &Visit{
		ctx: context.Background(), start: time.Now(), Scene: scene.New(),
		maps: make(chan fetched, 4), access: make(chan access, 1),
	}
	v.watch = js.Global().Get("URLSearchParams").New(location.Get("search")).Call("get", "watch").Equal(js.ValueOf("1"))
	url := "ws://"
	if location.Get("protocol").String() == "https:" {
		url = "wss://"
	}
	url += location.Get("host").String() + "/ws"
	if v.watch {
		url += "?watch=1"
	}
	dial := func(ctx context.Context) (link.Wire, error) {
		c, err := link.Dial(ctx, url, nil)
		if err != nil {
			return nil, err // not a nil *Conn in an interface
		}
		return c, nil
	}
	v.line = link.NewLine(dial, link.PingFrame, link.NewBackoff(uint64(time.Now().UnixNano())))
	return v
}

// Begin takes the page over and dials. view is what tests are told of how the
// world is shown. From here on somebody calls Step, often.
func (v *Visit) Begin(world panel.World, view func() map[string]any) {
	v.line.Start(v.ctx)
	runtime.Gosched() // so that the socket opens while the page is being built
	v.Panel = panel.New(v.Scene, world)
	v.Panel.Redial = func() { v.line.Start(v.ctx) }
	panel.Probe(v.Scene, view)
	v.mind()
}

// mind keeps the connection while the page is not shown: no frame is drawn
// then, so the game does not come by. Nor does it come often while a machine
// that draws by itself makes ready: until the first map is here, what came is
// read by the clock.
func (v *Visit) mind() {
	v.hurry()
	document := js.Global().Get("document")
	hidden := func() bool { return document.Get("hidden").Bool() }
	slow := js.FuncOf(func(js.Value, []js.Value) any {
		if hidden() {
			v.Step()
		}
		return nil
	})
	js.Global().Call("setInterval", slow, 1000)
	document.Call("addEventListener", "visibilitychange", js.FuncOf(func(js.Value, []js.Value) any {
		asleep := hidden()
		if v.turn.TryLock() {
			v.Scene.Asleep(asleep)
			v.turn.Unlock()
		}
		v.Step()
		return nil
	}))
}

func (v *Visit) hurry() {
	var clock js.Value
	var turn js.Func
	turn = js.FuncOf(func(js.Value, []js.Value) any {
		v.Step()
		if v.Scene.Atlas() != nil || v.Scene.Life() == scene.Left {
			js.Global().Call("clearInterval", clock)
			turn.Release()
		}
		return nil
	})
	clock = js.Global().Call("setInterval", turn, 30)
}

func (v *Visit) now() time.Duration { return time.Since(v.start) }

// Step takes one turn: what came is believed, what the child wants is sent.
func (v *Visit) Step() {
	if !v.turn.TryLock() {
		return // the other clock has the turn
	}
	defer v.turn.Unlock()
	now := v.now()
	for {
		frame, ok := v.line.Poll(now)
		if !ok {
			break
		}
		e, err := protocol.DecodeEvent(frame)
		if err != nil {
			if !errors.Is(err, protocol.ErrKind) { // a kind of a later version says nothing to us
				log.Print(err)
			}
			continue
		}
		if l, ok := e.(*protocol.Leaving); ok {
			v.line.Leaving(now, l.Again, time.Duration(l.After)*time.Millisecond)
		}
		v.Scene.Apply(now, e)
	}
	was := v.state
	v.state = v.line.Step(v.ctx, now)
	if was == link.Open && v.state != link.Open {
		v.Scene.Lost(now)
	}
	if v.Scene.Life() == scene.Left && v.state != link.Idle {
		v.line.Hang()
		v.state = link.Idle
	}
	v.ticket()
	v.fetchAtlas(now)
	for _, i := range v.Scene.Tick(now) {
		_ = v.line.Send(now, protocol.EncodeIntent(i)) // a lost line says so by itself
	}
	v.Panel.Step()
}

// fetchAtlas gets the map of the room.
func (v *Visit) fetchAtlas(now time.Duration) {
	for {
		select {
		case f := <-v.maps:
			v.asking = ""
			if f.atlas == nil {
				v.retry = now + time.Second
			} else {
				v.Scene.SetAtlas(f.name, f.atlas)
			}
			continue
		default:
		}
		break
	}
	name := v.Scene.Wanted()
	if name == "" || v.asking != "" || now < v.retry {
		return
	}
	v.asking = name
	ctx, maps := v.ctx, v.maps
	go func() {
		ctx, cancel := context.WithTimeout(ctx, slowFetch)
		defer cancel()
		f := fetched{name: name}
		if b, err := link.Fetch(ctx, "/atlas/"+name, maxAtlas); err != nil {
			log.Print(err)
		} else if f.atlas, err = atlas.Decode(b); err != nil {
			log.Print(err)
			f.atlas = nil
		}
		maps <- f
	}()
}

// ticket asks the entrance, after some vain tries, whether this device may
// still come in: a browser does not tell why a socket was refused.
func (v *Visit) ticket() {
	select {
	case s := <-v.access:
		switch {
		case s.Open != nil && !*s.Open && !v.watch:
			v.Scene.Ended(protocol.LeaveClosed, s.Closed)
		case v.watch && !s.Watch:
			v.Scene.Ended(protocol.LeaveWatchEnded, "")
		case !v.watch && !s.In:
			v.Scene.Ended(protocol.LeaveTicket, "")
		}
	default:
	}
	tries := v.line.Tries()
	if tries < v.asked {
		v.asked = 0
	}
	if v.state != link.Waiting || tries < v.asked+askAgain {
		return
	}
	v.asked = tries
	ctx, to := v.ctx, v.access
	go func() {
		ctx, cancel := context.WithTimeout(ctx, slowFetch)
		defer cancel()
		b, err := link.Fetch(ctx, "/api/state", 1<<20)
		if err != nil {
			return // the server is away, and the line goes on trying
		}
		var s access
		if json.Unmarshal(b, &s) == nil {
			select {
			case to <- s:
			default:
			}
		}
	}()
}

// Fetch gets a file of the server, of at most limit bytes. It waits.
func (v *Visit) Fetch(path string, limit int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(v.ctx, slowFetch)
	defer cancel()
	return link.Fetch(ctx, path, limit)
}
