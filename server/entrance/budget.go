package entrance

import (
	"sync"
	"time"
)

// budget is the city's allowance of wrong tries: a bucket of burst tokens that
// refills by one each step. A try takes a token before it is judged, and has it
// back unless it was a guess.
type budget struct {
	mu      sync.Mutex
	burst   float64
	step    time.Duration
	tokens  float64
	at      time.Time
	wrong   int       // since the bucket was last full
	alarmed time.Time // when staff were last told
}

// alarmEvery is how often staff are told of one siege.
const alarmEvery = 10 * time.Minute

// take reserves one try, or tells how long to wait for one.
func (b *budget) take(now time.Time) (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.at.IsZero() {
		b.tokens, b.at = b.burst, now
	}
	if d := now.Sub(b.at); d > 0 {
		b.tokens, b.at = b.tokens+float64(d)/float64(b.step), now
	}
	if b.tokens >= b.burst {
		b.tokens, b.wrong = b.burst, 0
	}
	if b.tokens >= 1 {
		b.tokens--
		return 0
	}
	return max(time.Duration((1-b.tokens)*float64(b.step)), time.Millisecond)
}

// giveBack returns the token of a try that was no guess.
func (b *budget) giveBack() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens = min(b.tokens+1, b.burst)
}

// guessed keeps the token of a wrong try. It tells whether to call staff, and
// how many were wrong.
func (b *budget) guessed(now time.Time) (call bool, wrong int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wrong++
	if b.tokens >= 1 || !b.alarmed.IsZero() && now.Sub(b.alarmed) < alarmEvery {
		return false, b.wrong
	}
	b.alarmed = now
	return true, b.wrong
}
