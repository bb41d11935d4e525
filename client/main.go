//go:build js

// Command client is the game in the browser: a visit whose world is drawn on a
// canvas. It joins visit and draw, and alone knows both.
package main

import (
	"log"

	"kakitsubata/client/draw"
	"kakitsubata/client/visit"
	"kakitsubata/protocol/id"
)

func main() {
	a := &app{Visit: visit.New()}
	a.game = draw.New(a.Scene, a)
	a.Begin(a.game, a.view)
	if err := a.game.Run(); err != nil {
		log.Print(err)
	}
}

// app is a visit as the outside of draw.
type app struct {
	*visit.Visit
	game *draw.Game
}

// Typing, Calm, Avatar, Read, Press, Placed and Drawing make the app the
// outside of draw, together with what a visit does by itself.

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

func (a *app) Placed(v *draw.View) {
	a.Panel.Place(v, float64(v.W)/v.Dpr, float64(v.H)/v.Dpr)
}

func (a *app) Drawing() { a.Panel.Drawing() }

// view is how the canvas shows the world, for tests that click on it.
func (a *app) view() map[string]any {
	v := a.game.View()
	return map[string]any{
		"scale": v.S, "dpr": v.Dpr, "camX": v.CamX, "camY": v.CamY, "width": v.W, "height": v.H,
		"mapWidth": v.MapW, "mapHeight": v.MapH, "ready": a.game.Ready(), "low": a.game.Low(),
	}
}
