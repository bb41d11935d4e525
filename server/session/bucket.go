package session

import "time"

// A bucket is a token bucket: burst at once, then one each every. Time comes
// in as a value. For one goroutine.
type bucket struct {
	burst float64
	every time.Duration
	level float64
	last  time.Time
}

func newBucket(burst int, every time.Duration) bucket {
	return bucket{burst: float64(burst), every: every, level: float64(burst)}
}

// take spends a token if there is one; else it says how long until there is.
func (b *bucket) take(now time.Time) (wait time.Duration, ok bool) { return b.spend(now, 1) }

// spend is take of n tokens.
func (b *bucket) spend(now time.Time, n float64) (wait time.Duration, ok bool) {
	if !b.last.IsZero() {
		b.level = min(b.burst, b.level+float64(now.Sub(b.last))/float64(b.every))
	}
	b.last = now
	if b.level < n {
		return time.Duration((n - b.level) * float64(b.every)), false
	}
	b.level -= n
	return 0, true
}
