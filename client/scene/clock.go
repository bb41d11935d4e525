package scene

import (
	"time"

	"kakitsubata/protocol/id"
)

const (
	tickTime = time.Second / id.TicksPerSecond
	window   = 4 * time.Second // of arrivals that the clock remembers

	minDelay  = 100 * time.Millisecond // others are shown at least so late
	maxDelay  = 400 * time.Millisecond
	minMargin = 15 * time.Millisecond // by which a move should beat its tick
	maxMargin = 500 * time.Millisecond
)

// A clock reads the server's tick from when frames arrive. The frames that
// came fastest tell the truth; the spread of the others is the jitter.
type clock struct {
	set     bool
	base    time.Duration // when tick 0 would have arrived, had it come as fast as the fastest
	goal    time.Duration // what base moves to
	recent  []arrival
	jitter  time.Duration // by which nearly all frames are late at most
	delay   time.Duration // of what is shown of others
	rtt     time.Duration
	rtts    [5]time.Duration // the latest ones, of which the least counts
	rttN    int
	margin  time.Duration
	pings   map[uint32]time.Duration
	nonce   uint32
	pinged  time.Duration
	pingNum int
}

type arrival struct{ at, offset time.Duration }

// start is for a room just entered: its ticks are counted on their own.
func (c *clock) start(now time.Duration, t id.Tick) {
	c.set = true
	c.base = now - time.Duration(t)*tickTime
	c.goal = c.base
	c.recent = c.recent[:0]
	c.delay = max(c.delay, minDelay)
	c.margin = max(c.margin, minMargin+c.jitter/2)
}

// arrived notes that the frame of tick t is here.
func (c *clock) arrived(now time.Duration, t id.Tick) {
	off := now - time.Duration(t)*tickTime
	if !c.set {
		c.start(now, t)
	}
	keep := 0
	for _, a := range c.recent {
		if now-a.at < window {
			c.recent[keep] = a
			keep++
		}
	}
	c.recent = append(c.recent[:keep], arrival{now, off})
	least := off
	for _, a := range c.recent {
		least = min(least, a.offset)
	}
	c.goal = least
	// The third latest of the window: two outliers don't count.
	var late [3]time.Duration
	for _, a := range c.recent {
		d := a.offset - least
		for i := range late {
			if d > late[i] {
				copy(late[i+1:], late[i:])
				late[i] = d
				break
			}
		}
	}
	c.jitter = late[2]
}

// run moves the estimates gently, so that nothing shown jumps with them.
func (c *clock) run(dt time.Duration) {
	c.base = slew(c.base, c.goal, dt/20, 400*time.Millisecond)
	want := min(max(minDelay, tickTime+c.jitter+20*time.Millisecond), maxDelay)
	c.delay = slew(c.delay, want, dt/10, time.Hour)
	if floor := min(minMargin+c.jitter/2, maxMargin); c.margin > floor {
		c.margin = max(floor, c.margin-dt/100)
	}
}

// slew moves v toward goal by at most step, or at once when it is far away.
func slew(v, goal, step, far time.Duration) time.Duration {
	d := goal - v
	if d > far || d < -far {
		return goal
	}
	return v + min(max(d, -step), step)
}

// late notes that a move missed its tick by d.
func (c *clock) late(d time.Duration) {
	c.margin = min(c.margin+d/2+5*time.Millisecond, maxMargin)
}

// own is the time on the server's tick count (tick = time/tickTime) at which
// one's own avatar should be: moves that start there reach the server just before.
func (c *clock) own(now time.Duration) time.Duration {
	return now - c.base + c.rtt + c.margin
}

// shown is the time on the server's tick count at which others are shown.
func (c *clock) shown(now time.Duration) time.Duration {
	return now - c.base - c.delay
}

// ping returns a nonce when it is time to measure again.
func (c *clock) ping(now time.Duration) (uint32, bool) {
	every := 4 * time.Second
	switch {
	case c.pingNum < 4:
		every = 400 * time.Millisecond
	case c.pingNum < 12:
		every = 1500 * time.Millisecond
	}
	if c.pingNum > 0 && now-c.pinged < every {
		return 0, false
	}
	if c.pings == nil || len(c.pings) > 8 {
		c.pings = map[uint32]time.Duration{}
	}
	c.nonce++
	c.pingNum++
	c.pinged = now
	c.pings[c.nonce] = now
	return c.nonce, true
}

func (c *clock) pong(now time.Duration, nonce uint32) {
	sent, ok := c.pings[nonce]
	if !ok {
		return
	}
	delete(c.pings, nonce)
	// A slow one is a stall or a busy moment; moves that come late widen the
	// margin by themselves.
	c.rtts[c.rttN%len(c.rtts)] = now - sent
	c.rttN++
	least := c.rtts[0]
	for _, d := range c.rtts[1:min(c.rttN, len(c.rtts))] {
		least = min(least, d)
	}
	c.rtt = min(least, 800*time.Millisecond)
}

// again is for a new socket: the way may be another one.
func (c *clock) again() {
	c.pings, c.pingNum, c.rttN, c.set = nil, 0, 0, false
}
