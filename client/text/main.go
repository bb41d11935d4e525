//go:build js

// Command text is the city for reading: the same visit as the game's, with the
// same words, doors, notices and rules, and a list of the room where the game
// has a picture. It needs no WebGL and is a fraction of the game's size,
// because Ebitengine is not in it. Whoever likes it better may choose it.
package main

import (
	"time"

	"kakitsubata/client/errand"
	"kakitsubata/client/panel"
	"kakitsubata/client/scene"
	"kakitsubata/client/visit"
	"kakitsubata/protocol/id"
	"kakitsubata/world/plane"
)

// turns is how often the room is looked at: as often as it can change.
const turns = time.Second / id.TicksPerSecond

func main() {
	r := &room{Visit: visit.New()}
	r.errand.Stop()
	r.Begin(r, r.view)
	for range time.Tick(turns) {
		r.step()
	}
}

// room is the world of somebody who reads it.
type room struct {
	*visit.Visit
	errand errand.Errand
	in     int // which room it is
	told   bool
}

// step walks on, and takes the visit's turn.
func (r *room) step() {
	if _, n := r.Scene.Room(); n != r.in {
		r.in = n
		r.errand.Stop()
		r.Scene.Steer(0, false)
	}
	if a := r.Scene.Atlas(); a != nil && r.errand.Going() {
		seat, sign := r.errand.Seat, r.errand.Sign
		heading, walk, done := r.errand.Run(a, r.Scene.OwnAt(), r.Scene.Now())
		r.Scene.Steer(heading, walk)
		if done {
			r.arrive(seat, sign)
		}
	}
	r.Step()
	// Also somebody who can't be let in, or waits, has something to read.
	if !r.told && (r.Ready() || r.Scene.Leaving().Text != "" || r.Scene.Life() == scene.Left) {
		r.told = true
		r.Panel.Drawing()
	}
}

func (r *room) arrive(seat, sign int) {
	a := r.Scene.Atlas()
	if seat >= 0 && seat < len(a.Seats) && plane.Dist2(r.Scene.OwnAt(), a.Seats[seat].At) < errand.SeatReach*errand.SeatReach {
		r.Scene.Sit(id.SeatID(seat))
	}
	if sign >= 0 && sign < len(a.Props) {
		r.Panel.Read(a.Props[sign].Text)
	}
}

// Walk, Ready and the others make a room a panel's World. There is nothing to
// be drawn, so nothing to be drawn lighter.

func (r *room) Walk(to plane.Point, seat, sign int) bool {
	if r.Scene.Atlas() == nil || r.Scene.Observer() {
		return false
	}
	if !r.errand.To(r.Scene.Atlas(), r.Scene.OwnAt(), to, r.Scene.Now()) {
		r.errand.Stop()
		return false
	}
	r.errand.Seat, r.errand.Sign = seat, sign
	if !r.errand.Going() {
		r.errand.Stop()
		r.arrive(seat, sign)
	}
	return true
}

func (r *room) Drawn() bool { return false }

func (r *room) Ready() bool { return r.Scene.Atlas() != nil }

func (r *room) Covered() bool { return false }

func (r *room) Options() []panel.Option { return nil }

func (r *room) Choose(int) {}

func (r *room) Heard(panel.Noise, int) {}

func (r *room) Scale() float64 { return 1 }

func (r *room) Set() int { return 0 }

func (r *room) Signs(func(text string, x, y, w, h float64)) {}

// view tells tests that nothing is drawn.
func (r *room) view() map[string]any {
	return map[string]any{"text": true, "ready": r.Ready()}
}
