package node

import (
	"sync"
	"time"

	"kakitsubata/protocol/id"
)

// A queue is who waits outside while the city is too busy for anybody new, in
// the order in which they came. A browser asks again by itself; who has not
// asked for a while has gone.
type queue struct {
	mu    sync.Mutex
	order []waiting
}

type waiting struct {
	visitor id.VisitorID
	asked   time.Time
}

const (
	queueAgain  = 5 * time.Second  // a browser that waits asks this often
	queueForget = 20 * time.Second // and is forgotten when it has not for so long
)

// ask is the visitor's place in the queue, from 1, or zero when it may come in.
// While the city is not busy one comes in with each ask, the first first.
func (q *queue) ask(v id.VisitorID, busy bool, now time.Time) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	kept := q.order[:0]
	at := -1
	for _, w := range q.order {
		if w.visitor == v {
			at = len(kept)
			w.asked = now
		} else if now.Sub(w.asked) > queueForget {
			continue
		}
		kept = append(kept, w)
	}
	q.order = kept
	switch {
	case !busy && at <= 0:
		if at == 0 {
			q.order = q.order[1:]
		} else if len(q.order) > 0 {
			break // others came before
		}
		return 0
	case at >= 0:
		return at + 1
	}
	q.order = append(q.order, waiting{v, now})
	return len(q.order)
}

// length is how many wait.
func (q *queue) length(now time.Time) (n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, w := range q.order {
		if now.Sub(w.asked) <= queueForget {
			n++
		}
	}
	return n
}
