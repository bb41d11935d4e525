package node

import (
	"context"
	"fmt"
	"sync"
	"time"

	modwords "kakitsubata/assets/words/moderation"
	"kakitsubata/moderation"
	"kakitsubata/moderation/classifier"
	"kakitsubata/moderation/trajectory"
)

// What the program brings with it is read once, for every city of a process.
var (
	ownJudge = sync.OnceValues(func() (*classifier.Judge, error) { return classifier.Load(modwords.Lists) })
	ownPlan  = sync.OnceValues(func() (*trajectory.Plan, error) { return trajectory.Load(modwords.Lists) })
)

func (c *Config) judge() (*classifier.Judge, error) {
	if c.lists != nil {
		return classifier.Load(c.lists)
	}
	return ownJudge()
}

func (c *Config) plan() (*trajectory.Plan, error) {
	if c.lists != nil {
		return trajectory.Load(c.lists)
	}
	return ownPlan()
}

// recall makes the gate's memory of what the store has kept of it.
func (n *Node) recall(lean trajectory.Lean) (*trajectory.Trajectory, error) {
	read, err := n.cfg.plan()
	if err != nil {
		return nil, fmt.Errorf("node: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	traces, err := n.traceStore().Traces(ctx, n.pack.City, time.Now(), trajectory.MaxVisitors)
	if err != nil {
		return nil, fmt.Errorf("node: what speakers did: %w", err)
	}
	return trajectory.New(read.Twin(), lean, traces), nil
}

func (n *Node) traceStore() trajectory.Store { return n.store }

// traces are what the gate's memory has to keep, on their way to the store.
type traces struct {
	mu      sync.Mutex
	waiting []moderation.Trace
}

// flush writes what has changed; what the store refuses waits for another time.
func (t *traces) flush(ctx context.Context, n *Node) {
	t.mu.Lock()
	defer t.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	fresh, err := n.gate.Traces(ctx)
	if err != nil {
		n.log.Warn("the gate's memory does not answer", "err", err)
	}
	t.waiting = append(t.waiting, fresh...) // of one visitor the later wins
	if over := len(t.waiting) - 2*trajectory.MaxVisitors; over > 0 {
		t.waiting = append([]moderation.Trace(nil), t.waiting[over:]...)
	}
	if len(t.waiting) == 0 {
		return
	}
	if err := n.traceStore().PutTraces(ctx, n.pack.City, time.Now(), t.waiting); err != nil {
		n.log.Warn("what speakers did is not kept", "waiting", len(t.waiting), "err", err)
		return
	}
	t.waiting = nil
}
