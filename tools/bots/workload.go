package main

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// A workload is what bots do.
type workload struct {
	name     string
	perRoom  int           // bots of a bench room; 0: they are all over the city
	wander   bool          // ten moves a second, by the definition in tools/bench
	portals  bool          // they make for portals
	sayEvery time.Duration // on average; 0: they are silent
	turnover time.Duration // one leaves and one comes this often
	stall    bool          // one in ten does not read for five seconds, again and again
}

const (
	wanderEvery = 100 * time.Millisecond
	maxTurn     = 0.4 // radians, each way
	differs     = 12  // latest moves whose headings are all different
	allInOne    = 1 << 30
)

var workloads = []workload{
	{name: "city", sayEvery: 5 * time.Second},
	{name: "w1", perRoom: allInOne, wander: true},
	{name: "w2", perRoom: 25, wander: true},
	{name: "w3", perRoom: allInOne, wander: true, sayEvery: time.Second},
	{name: "churn", portals: true, sayEvery: 5 * time.Second, turnover: time.Second / 20},
	{name: "stall", perRoom: allInOne, wander: true, stall: true},
}

func findWorkload(name string) (workload, error) {
	for _, w := range workloads {
		if w.name == name {
			return w, nil
		}
	}
	return workload{}, fmt.Errorf("unknown workload %q: want city, w1, w2, w3, churn or stall", name)
}

// query asks the bots' entrance for the i-th of so many bots.
func (w workload) query(i, bots int) string {
	q := "bot=" + strconv.Itoa(i)
	if w.perRoom == 0 {
		return q
	}
	rooms := (bots + w.perRoom - 1) / w.perRoom
	return q + "&room=" + strconv.Itoa(1+i%rooms)
}

// think is when a bot thinks next. Those that wander keep a strict pace, each
// from a moment of its own.
func (b *bot) think(now time.Time) {
	if !b.work.wander {
		b.thinkAt = now.Add(thinkEvery + time.Duration(b.rand.Int64N(int64(thinkEvery/2))))
		return
	}
	for !b.thinkAt.After(now) {
		b.thinkAt = b.thinkAt.Add(wanderEvery)
	}
}

// wander sends the next move of the definition's walk: a turn of up to ±0.4
// rad, or at a wall any new heading.
func (b *bot) wander(now time.Time) {
	for range 1000 { // a bot that is walled in gives up
		angle := b.angle + (b.rand.Float64()-.5)*2*maxTurn
		if !b.open(toHeading(angle)) {
			angle = b.rand.Float64() * 2 * math.Pi
		}
		h := toHeading(angle)
		if b.went(h) || !b.open(h) {
			continue
		}
		b.angle = angle
		b.lately[b.seq%differs] = h
		b.move(h, protocol.Walk, now)
		return
	}
}

func toHeading(angle float64) uint8 { return uint8(int(math.Round(angle*128/math.Pi)) & 255) }

// open reports whether nothing is in the way until the next move.
func (b *bot) open(heading uint8) bool {
	const substeps = int(wanderEvery/(time.Second/20)) * atlas.SubSteps
	want := plane.Point{}
	for range substeps {
		want = want.Add(plane.Step(heading, atlas.StepUnits))
	}
	return atlas.Walk(b.atlas, b.at, heading, substeps) == b.at.Add(want)
}

func (b *bot) went(heading uint8) bool {
	for i := range min(b.seq, differs) {
		if b.lately[(b.seq-1-i)%differs] == heading {
			return true
		}
	}
	return false
}

// toPortal is a way to one of the room's portals.
func (b *bot) toPortal() []plane.Point {
	if len(b.atlas.Portals) == 0 {
		return nil
	}
	p := b.atlas.Portals[b.rand.IntN(len(b.atlas.Portals))]
	return atlas.Path(b.atlas, b.at, p.Area.Middle(), 20000)
}
