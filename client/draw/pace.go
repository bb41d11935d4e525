package draw

import (
	"slices"
	"time"
)

// pace is how long a piece of work took lately.
type pace struct {
	took [240]time.Duration
	n    int
}

func (p *pace) add(d time.Duration) {
	p.took[p.n%len(p.took)] = d
	p.n++
}

// read is the median and the 95th of a hundred, in milliseconds.
func (p *pace) read() (median, most float64) {
	n := min(p.n, len(p.took))
	if n == 0 {
		return 0, 0
	}
	all := slices.Clone(p.took[:n])
	slices.Sort(all)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return ms(all[n/2]), ms(all[n*95/100])
}

// burden is how much of the full picture is left out for a slow machine.
type burden uint8

const (
	full    burden = iota
	lighter        // fewer particles, slower water, no swaying
	least          // also bigger pixels and no lamps: from the next room on, so that the view does not jump
)

// slowness judges again and again whether the machine keeps up, and never
// takes back what it found.
type slowness struct {
	frames  int
	slow    int
	settled bool // the first second is loading; it says nothing
}

const (
	settleFrames = 60
	judgeFrames  = 150
	slowFrame    = 24 * time.Millisecond
)

// frame takes the time of a frame. It reports true when most of the frames of
// the last while were slow.
func (s *slowness) frame(dt time.Duration) bool {
	if dt <= 0 || dt > time.Second {
		return false // hidden, or asleep
	}
	s.frames++
	if !s.settled {
		if s.frames >= settleFrames {
			*s = slowness{settled: true}
		}
		return false
	}
	if dt > slowFrame {
		s.slow++
	}
	if s.frames < judgeFrames {
		return false
	}
	was := s.slow
	s.frames, s.slow = 0, 0
	return was > judgeFrames/2
}
