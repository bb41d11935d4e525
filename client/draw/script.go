package draw

import (
	"math"
	"time"
)

// step is a part of a prop's way: it stays, walks or hides.
type step struct {
	For    int // ms, of a step that stays, or of one that walks without px
	At     []int
	To     []int
	Px     float64 // art pixels a second, of one that walks
	Frames []int
	Ms     int
	Flip   bool
	Hide   bool
}

// script is a ring of steps.
type script []step

// acted is where a script has a thing: moved from its point, in art pixels.
type acted struct {
	dx, dy float64
	frame  int
	flip   bool
	hidden bool
}

const maxSteps = 64

// sound reports whether a script can be played with that many frames.
func (s script) sound(frames int) bool {
	if len(s) > maxSteps {
		return false
	}
	whole := 0
	for i := range s {
		st := &s[i]
		if len(st.At) != 0 && len(st.At) != 2 || len(st.To) != 0 && len(st.To) != 2 || st.For < 0 || st.Px < 0 {
			return false
		}
		for _, f := range st.Frames {
			if f < 0 || f >= frames {
				return false
			}
		}
		if st.For == 0 && (st.To == nil || st.Px == 0) {
			return false
		}
		whole += max(st.For, 0)
	}
	return whole < 1<<30
}

// start is where a script begins.
func (s script) start() (x, y float64) {
	if len(s) > 0 && len(s[0].At) == 2 {
		return float64(s[0].At[0]), float64(s[0].At[1])
	}
	return 0, 0
}

// long is how long a step takes that begins at (x, y), in ms.
func (st *step) long(x, y float64) int64 {
	if st.To == nil || st.Px == 0 {
		return int64(st.For)
	}
	return int64(math.Round(1000 * math.Hypot(float64(st.To[0])-x, float64(st.To[1])-y) / st.Px))
}

// ring is how long the whole script takes, in ms.
func (s script) ring() (ms int64) {
	x, y := s.start()
	for i := range s {
		ms += s[i].long(x, y)
		if s[i].To != nil {
			x, y = float64(s[i].To[0]), float64(s[i].To[1])
		}
	}
	return ms
}

// at is what a script does at a time in ms; ring is how long it is in all.
func (s script) at(ms, ring int64) (a acted) {
	x, y := s.start()
	if len(s) == 0 || ring <= 0 {
		return acted{dx: x, dy: y}
	}
	left := ((ms % ring) + ring) % ring
	for i := range s {
		st := &s[i]
		long := st.long(x, y)
		if left >= long {
			left -= long
			if st.To != nil {
				x, y = float64(st.To[0]), float64(st.To[1])
			}
			continue
		}
		a = acted{dx: x, dy: y, flip: st.Flip, hidden: st.Hide}
		if st.To != nil && long > 0 {
			k := float64(left) / float64(long)
			a.dx += (float64(st.To[0]) - x) * k
			a.dy += (float64(st.To[1]) - y) * k
		}
		if n := int64(len(st.Frames)); n > 0 {
			a.frame = st.Frames[left/int64(max(st.Ms, 1))%n]
		}
		break
	}
	a.dx, a.dy = math.Round(a.dx), math.Round(a.dy)
	return a
}

// shy is how a thing flies off when somebody comes near, and is back later.
type shy struct {
	Near   float64
	Frames []int
	Ms     int
	To     []int
	Px     float64
	Back   int // ms
}

func (s *shy) sound(frames int) bool {
	if s.Near <= 0 || s.Px <= 0 || len(s.To) != 2 || s.Back < 0 {
		return false
	}
	for _, f := range s.Frames {
		if f < 0 || f >= frames {
			return false
		}
	}
	return true
}

// fled is how long ago a shy thing was startled; negative when it was not.
// near tells whether somebody is near now.
func (s *shy) act(since time.Duration, near bool) (a acted, gone bool) {
	long := time.Duration(1000*math.Hypot(float64(s.To[0]), float64(s.To[1]))/s.Px) * time.Millisecond
	if since >= long+time.Duration(s.Back)*time.Millisecond && !near {
		return acted{}, false
	}
	if since >= long {
		return acted{hidden: true}, true
	}
	k := float64(since) / float64(max(long, 1))
	a = acted{dx: math.Round(float64(s.To[0]) * k), dy: math.Round(float64(s.To[1]) * k), flip: s.To[0] < 0}
	if n := len(s.Frames); n > 0 {
		a.frame = s.Frames[int(since/time.Millisecond)/max(s.Ms, 1)%n]
	}
	return a, true
}

// part is another kind that is drawn right after a thing.
type part struct {
	Kind  string
	Start int64
	At    []int
}

// dial is a clock's face that shows the city's time.
type dial struct {
	At           []int
	Hour, Minute string
}

// dialHands are the frames of a dial's hands at a moment of the city.
func dialHands(local time.Time) (hour, minute int) {
	return (60*local.Hour() + local.Minute()) / 15 % 48, local.Minute()
}
