package llm

import (
	"context"
	"sync"
)

// Priority says who goes first when several wait for the model.
type Priority uint8

// Priorities, the least urgent first.
const (
	Talk  Priority = iota // a companion's reply
	Judge                 // a second look at an utterance
	priorities
)

// A queue lets one caller at a time through, the more urgent first, then the
// one who came first. A mutex holds it, for its callers are many and it has
// nothing to do between them.
type queue struct {
	mu      sync.Mutex
	limit   int // waiters at most
	taken   bool
	waiting [priorities][]chan struct{}
}

// enter waits for the turn. It fails with ErrBusy if too many wait already,
// or with the context's error.
func (q *queue) enter(ctx context.Context, p Priority) error {
	p = min(p, priorities-1)
	q.mu.Lock()
	if !q.taken {
		q.taken = true
		q.mu.Unlock()
		return nil
	}
	if q.depthLocked() >= q.limit {
		q.mu.Unlock()
		return ErrBusy
	}
	turn := make(chan struct{}, 1)
	q.waiting[p] = append(q.waiting[p], turn)
	q.mu.Unlock()

	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	for i, c := range q.waiting[p] {
		if c == turn {
			q.waiting[p] = append(q.waiting[p][:i:i], q.waiting[p][i+1:]...)
			q.mu.Unlock()
			return ctx.Err()
		}
	}
	q.mu.Unlock()
	q.leave() // the turn came in the same moment: hand it on
	return ctx.Err()
}

// leave hands the turn to the next.
func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for p := len(q.waiting) - 1; p >= 0; p-- {
		if w := q.waiting[p]; len(w) > 0 {
			q.waiting[p] = w[1:]
			w[0] <- struct{}{}
			return
		}
	}
	q.taken = false
}

// depth is how many wait.
func (q *queue) depth() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.depthLocked()
}

func (q *queue) depthLocked() int {
	n := 0
	for _, w := range q.waiting {
		n += len(w)
	}
	return n
}
