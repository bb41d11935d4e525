package host

import "time"

// Load is what a room leaves out because its ticks take too long. Words,
// reports and cases are never left out. Each level includes the ones before.
type Load int32

// Loads, in the order in which they come.
const (
	Calm    Load = iota
	Distant      // those far off are counted every five seconds
	Halved       // frames come ten times a second
	Shut         // nobody new comes in; they wait outside
)

// String is calm, distant, halved or shut.
func (l Load) String() string { return [...]string{"calm", "distant", "halved", "shut"}[l] }

// How much of a tick may be busy, and how many ticks in a row it takes to
// believe it: quick to shed, slow to take up again.
const (
	hotShare  = 0.7
	coolShare = 0.35
	hotTicks  = 20
	coolTicks = 200
)

// gauge follows how busy ticks are. It is the room's goroutine's.
type gauge struct {
	load      Load
	hot, cool int
}

// tick takes how long a tick was busy, its delay included.
func (g *gauge) tick(busy, tick time.Duration) Load {
	share := float64(busy) / float64(tick)
	switch {
	case share > hotShare:
		g.hot, g.cool = g.hot+1, 0
	case share < coolShare:
		g.hot, g.cool = 0, g.cool+1
	default:
		g.hot, g.cool = 0, 0
	}
	if g.hot >= hotTicks && g.load < Shut {
		g.load++
		g.hot = 0
	}
	if g.cool >= coolTicks && g.load > Calm {
		g.load--
		g.cool = 0
	}
	return g.load
}
