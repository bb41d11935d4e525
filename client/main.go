//go:build js

// Command client is the game in the browser. It joins the parts: link brings
// frames, scene believes them, draw shows the world, panel the words. It alone
// knows all four, and owns the order in which they take their turn.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"sync"
	"syscall/js"
	"time"

	"kakitsubata/client/draw"
	"kakitsubata/client/link"
	"kakitsubata/client/panel"
	"kakitsubata/client/scene"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
)

const (
	maxAtlas  = 4 << 20
	askAgain  = 3 // failed tries between two looks at whether the ticket is good
	slowFetch = 30 * time.Second
)

func main() {
	a := newApp()
	if err := a.game.Run(); err != nil {
		log.Print(err)
	}
}

// app is the turn of things. Its fields belong to whoever holds turn: the
// game's update, or the slow clock of a page that is not shown.
type app struct {
	ctx    context.Context
	start  time.Time
	turn   sync.Mutex
	line   *link.Line
	scene  *scene.Scene
	game   *draw.Game
	panel  *panel.Panel
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

func newApp() *app {
	location := js.Global().Get("location")
	a := &app{
		ctx: context.Background(), start: time.Now(), scene: scene.New(),
		maps: make(chan fetched, 4), access: make(chan access, 1),
	}
	a.watch = js.Global().Get("URLSearchParams").New(location.Get("search")).Call("get", "watch").Equal(js.ValueOf("1"))
	url := "ws://"
	if location.Get("protocol").String() == "https:" {
		url = "wss://"
	}
	url += location.Get("host").String() + "/ws"
	if a.watch {
		url += "?watch=1"
	}
	dial := func(ctx context.Context) (link.Wire, error) {
		c, err := link.Dial(ctx, url, nil)
		if err != nil {
			return nil, err // not a nil *Conn in an interface
		}
		return c, nil
	}
	a.line = link.NewLine(dial, link.PingFrame, link.NewBackoff(uint64(time.Now().UnixNano())))
	a.game = draw.New(a.scene, a)
	a.panel = panel.New(a.scene, a.game)
	panel.Probe(a.scene, a.view)
	a.line.Start(a.ctx)
	a.mind()
	return a
}

// mind keeps the connection while the page is not shown: no frame is drawn
// then, so the game does not come by.
func (a *app) mind() {
	document := js.Global().Get("document")
	hidden := func() bool { return document.Get("hidden").Bool() }
	slow := js.FuncOf(func(js.Value, []js.Value) any {
		if hidden() {
			a.Step()
		}
		return nil
	})
	js.Global().Call("setInterval", slow, 1000)
	document.Call("addEventListener", "visibilitychange", js.FuncOf(func(js.Value, []js.Value) any {
		asleep := hidden()
		if a.turn.TryLock() {
			a.scene.Asleep(asleep)
			a.turn.Unlock()
		}
		a.Step()
		return nil
	}))
}

func (a *app) now() time.Duration { return time.Since(a.start) }

// Step takes one turn: what came is believed, what the child wants is sent.
func (a *app) Step() {
	if !a.turn.TryLock() {
		return // the other clock has the turn
	}
	defer a.turn.Unlock()
	now := a.now()
	for {
		frame, ok := a.line.Poll(now)
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
			a.line.Leaving(now, l.Again, time.Duration(l.After)*time.Millisecond)
		}
		a.scene.Apply(now, e)
	}
	was := a.state
	a.state = a.line.Step(a.ctx, now)
	if was == link.Open && a.state != link.Open {
		a.scene.Lost(now)
	}
	if a.scene.Life() == scene.Left && a.state != link.Idle {
		a.line.Hang()
		a.state = link.Idle
	}
	a.ticket()
	a.fetchAtlas(now)
	for _, i := range a.scene.Tick(now) {
		_ = a.line.Send(now, protocol.EncodeIntent(i)) // a lost line says so by itself
	}
	a.panel.Step()
}

// fetchAtlas gets the map of the room.
func (a *app) fetchAtlas(now time.Duration) {
	for {
		select {
		case f := <-a.maps:
			a.asking = ""
			if f.atlas == nil {
				a.retry = now + time.Second
			} else {
				a.scene.SetAtlas(f.name, f.atlas)
			}
			continue
		default:
		}
		break
	}
	name := a.scene.Wanted()
	if name == "" || a.asking != "" || now < a.retry {
		return
	}
	a.asking = name
	ctx, maps := a.ctx, a.maps
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
func (a *app) ticket() {
	select {
	case s := <-a.access:
		switch {
		case s.Open != nil && !*s.Open && !a.watch:
			a.scene.Ended(protocol.LeaveClosed, s.Closed)
		case a.watch && !s.Watch:
			a.scene.Ended(protocol.LeaveWatchEnded, "")
		case !a.watch && !s.In:
			a.scene.Ended(protocol.LeaveTicket, "")
		}
	default:
	}
	tries := a.line.Tries()
	if tries < a.asked {
		a.asked = 0
	}
	if a.state != link.Waiting || tries < a.asked+askAgain {
		return
	}
	a.asked = tries
	ctx, to := a.ctx, a.access
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

// Typing, Calm, Fetch, Avatar, Read, Press, Placed and Drawing make the app
// the outside of draw.

func (a *app) Typing() bool { return a.panel.Typing() }

func (a *app) Calm() bool { return a.panel.Calm() }

func (a *app) Fetch(path string, limit int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(a.ctx, slowFetch)
	defer cancel()
	return link.Fetch(ctx, path, limit)
}

func (a *app) Avatar(who id.AvatarID) { a.panel.OpenCard(who) }

func (a *app) Read(text string) { a.panel.Read(text) }

func (a *app) Press(k draw.Key) {
	switch k {
	case draw.KeySpeak:
		a.panel.Speak()
	case draw.KeyEmote:
		a.panel.ShowRing()
	case draw.KeyBack:
		a.panel.Back()
	}
}

func (a *app) Placed(v *draw.View) {
	a.panel.Place(v, float64(v.W)/v.Dpr, float64(v.H)/v.Dpr)
}

func (a *app) Drawing() { a.panel.Drawing() }

// view is how the canvas shows the world, for tests that click on it.
func (a *app) view() map[string]any {
	v := a.game.View()
	return map[string]any{
		"scale": v.S, "dpr": v.Dpr, "camX": v.CamX, "camY": v.CamY, "width": v.W, "height": v.H,
		"mapWidth": v.MapW, "mapHeight": v.MapH, "ready": a.game.Ready(), "low": a.game.Low(),
	}
}
