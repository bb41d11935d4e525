package link

import (
	"math/rand/v2"
	"time"
)

// Bounds of the waiting between two tries.
const (
	FirstRetry = 300 * time.Millisecond
	LastRetry  = 15 * time.Second
)

// Backoff says how long to wait before the next try. Waits double, up to
// LastRetry, and each is drawn from the upper half of its span, so that a
// school class that lost its server together does not return in one instant.
// The zero value is ready; it is a value without a clock.
type Backoff struct {
	tries int
	least time.Duration
	rng   *rand.Rand
}

// NewBackoff draws its jitter from seed, so that a test can repeat it.
func NewBackoff(seed uint64) Backoff {
	return Backoff{rng: rand.New(rand.NewPCG(seed, 0x6b616b69))}
}

// Next is the wait before the next try: between half and all of FirstRetry,
// doubled with each call. What AtLeast asked for is added once.
func (b *Backoff) Next() time.Duration {
	span := LastRetry
	if b.tries < 16 && FirstRetry<<b.tries < LastRetry {
		span = FirstRetry << b.tries
	}
	b.tries++
	half := int64(span / 2)
	var jitter int64
	if b.rng != nil {
		jitter = b.rng.Int64N(half + 1)
	} else {
		jitter = rand.Int64N(half + 1)
	}
	wait := b.least + time.Duration(half+jitter)
	b.least = 0
	return wait
}

// AtLeast makes the next wait longer by d: what the server asked for as it
// closed. The jitter stays on top of it.
func (b *Backoff) AtLeast(d time.Duration) { b.least = max(0, d) }

// Reset forgets the failures, after a connection that has proved itself.
func (b *Backoff) Reset() { b.tries, b.least = 0, 0 }

// Tries is the number of waits since the last Reset.
func (b *Backoff) Tries() int { return b.tries }
