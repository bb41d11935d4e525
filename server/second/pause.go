package second

import "time"

// The breaker's pace.
const (
	pauseAfter = 3                // failures in a row
	pauseFirst = 30 * time.Second // how long nobody looks then
	pauseLimit = 5 * time.Minute  // and at most, doubling each time
)

// A pause is the second tier's own breaker, above that of the model's door:
// that one knows a server that fails, this one also a model that answers
// nonsense. After some failures in a row nothing is looked at for a while; the
// first look after it is the trial. It is pure: time comes in.
type pause struct {
	failures int
	length   time.Duration
	until    time.Time
}

func (p *pause) open(now time.Time) bool { return now.Before(p.until) }

func (p *pause) fail(now time.Time) {
	if p.failures++; p.failures < pauseAfter {
		return
	}
	p.length = min(max(2*p.length, pauseFirst), pauseLimit)
	p.until = now.Add(p.length)
}
