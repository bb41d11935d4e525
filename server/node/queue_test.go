package node

import (
	"testing"
	"time"

	"kakitsubata/protocol/id"
)

func TestQueueIsFair(t *testing.T) {
	var q queue
	now := time.Unix(1_000_000, 0)
	ask := func(v id.VisitorID, busy bool, want int) {
		t.Helper()
		now = now.Add(time.Second)
		if got := q.ask(v, busy, now); got != want {
			t.Fatalf("%d is told place %d, want %d", v, got, want)
		}
	}
	ask(1, false, 0)
	ask(2, true, 1)
	ask(3, true, 2)
	ask(2, true, 1)
	ask(4, false, 3) // not busy any more, but others came before
	ask(3, false, 2)
	ask(2, false, 0)
	ask(3, false, 0)
	ask(5, true, 2)
	if n := q.length(now); n != 2 {
		t.Errorf("%d wait", n)
	}
	now = now.Add(queueForget) // 4 has gone home
	if n := q.length(now.Add(time.Second)); n != 0 {
		t.Errorf("%d wait who have not asked", n)
	}
	ask(5, true, 1)
	ask(5, false, 0)
	ask(6, false, 0)
}
