//go:build js

// Command client is the game in the browser: a visit whose world is drawn on a
// canvas and heard. It joins visit, draw and sound, and alone knows all three.
package main

import (
	"log"
	"runtime/debug"
	"syscall/js"
	"time"

	"kakitsubata/client/draw"
	"kakitsubata/client/sound"
	"kakitsubata/client/visit"
	"kakitsubata/protocol/id"
)

// What a start leaves behind is looked through once it is over: the collector
// has the same processor as the first frames.
const (
	startGarbage = 400 // percent
	startFor     = 10 * time.Second
)

func main() {
	usual := debug.SetGCPercent(startGarbage)
	time.AfterFunc(startFor, func() { debug.SetGCPercent(usual) })
	a := &app{Visit: visit.New(), sound: sound.New(), shift: shift()}
	a.game = draw.New(a.Scene, a)
	a.Begin(outlook{a.game, a.sound}, a.view)
	if err := a.game.Run(); err != nil {
		log.Print(err)
	}
}

// app is a visit as the outside of draw.
type app struct {
	*visit.Visit
	game  *draw.Game
	sound *sound.Player
	shift time.Duration
}

// shift is by how much the page's clock is ahead of the device's: a page may
// be asked to show another hour, such as ?at=2026-07-25T19:30%2B09:00.
func shift() time.Duration {
	query := js.Global().Get("URLSearchParams").New(js.Global().Get("location").Get("search"))
	if at := query.Call("get", "at"); at.Type() == js.TypeString {
		if t, err := time.Parse("2006-01-02T15:04Z07:00", at.String()); err == nil {
			return time.Until(t)
		}
	}
	return 0
}

// Typing, Calm, Avatar, Read, Press, Sound, Clock, Placed and Drawing make the
// app the outside of draw, together with what a visit does by itself.

func (a *app) Typing() bool { return a.Panel.Typing() }

func (a *app) Calm() bool { return a.Panel.Calm() }

func (a *app) Avatar(who id.AvatarID) { a.Panel.OpenCard(who) }

func (a *app) Read(text string) { a.Panel.Read(text) }

func (a *app) Press(k draw.Key) {
	switch k {
	case draw.KeySpeak:
		a.Panel.Speak()
	case draw.KeyEmote:
		a.Panel.ShowRing()
	case draw.KeyBack:
		a.Panel.Back()
	}
}

func (a *app) Sound(c sound.Cue, n int) { a.sound.Play(c, n) }

func (a *app) Clock() time.Time { return time.Now().Add(a.shift) }

func (a *app) Placed(v *draw.View) {
	a.Panel.Place(v, v.PageW, v.PageH)
	a.sound.Run(a.game.Loops())
}

func (a *app) Drawing() { a.Panel.Drawing() }

// view is how the canvas shows the world, for tests that click on it and
// measure it.
func (a *app) view() map[string]any {
	v := a.game.View()
	update, updateMost, draw, drawMost := a.game.Pace()
	answers, answer := a.game.Answers()
	things := []any{}
	for _, t := range a.game.Touchable() {
		things = append(things, map[string]any{"kind": t.Kind, "read": t.Read, "x": t.X, "y": t.Y})
	}
	return map[string]any{
		"answers": answers, "answer": answer, "things": things,
		"scale": v.Scale, "camX": v.CamX, "camY": v.CamY, "width": v.W, "height": v.H,
		"mapWidth": v.MapW, "mapHeight": v.MapH, "ready": a.game.Ready(), "low": a.game.Low(), "covered": a.game.Covered(),
		"updateMs": update, "updateMostMs": updateMost, "drawMs": draw, "drawMostMs": drawMost,
	}
}
