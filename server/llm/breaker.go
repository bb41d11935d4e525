package llm

import "time"

// The breaker's pace.
const (
	breakAfter  = 3                // failures in a row
	breakFirst  = 10 * time.Second // how long nobody tries then
	breakLimit  = 5 * time.Minute  // and at most, doubling each time
	breakFactor = 2
)

// A breaker spares a model that fails: after some failures in a row calls are
// refused for a while, then a single one may try. It is pure: time comes in.
type breaker struct {
	failures int           // in a row
	pause    time.Duration // the last pause; zero when closed
	until    time.Time     // refused before this
	trying   bool          // one call is out to see whether the model is back
}

// A pass is a permission to call.
type pass uint8

const (
	refused pass = iota
	allowed
	trial // the one call that sees whether the model is back
)

// allow says whether a call may be made now. Who may must give the pass back
// by done, or by forgo.
func (b *breaker) allow(now time.Time) pass {
	switch {
	case b.pause == 0:
		return allowed
	case b.trying || now.Before(b.until):
		return refused
	}
	b.trying = true
	return trial
}

// forgo gives a pass back without an outcome: the caller went away.
func (b *breaker) forgo(p pass) {
	if p == trial {
		b.trying = false
	}
}

// done gives a pass back and tells how the call ended.
func (b *breaker) done(now time.Time, p pass, ok bool) {
	if ok {
		*b = breaker{}
		return
	}
	b.failures++
	switch {
	case p == trial: // it is not back
		b.trying = false
		b.pause = min(b.pause*breakFactor, breakLimit)
	case b.pause == 0 && b.failures >= breakAfter:
		b.pause = breakFirst
	default: // too few, or a call from before the pause: nothing new
		return
	}
	b.until = now.Add(b.pause)
}

// open reports whether calls are refused now.
func (b *breaker) open(now time.Time) bool {
	return b.pause > 0 && (b.trying || now.Before(b.until))
}
