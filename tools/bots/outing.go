package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"time"
)

// An outing is one run: all bots that ever came, and what they noted.
type outing struct {
	o      options
	base   *url.URL
	secret string
	book   *ledger
	maps   *atlases

	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
	bots    []*bot // in the order of their coming
}

func newOuting(ctx context.Context, o options, base *url.URL, secret string) *outing {
	ctx, cancel := context.WithCancel(ctx)
	return &outing{
		o: o, base: base, secret: secret, book: newLedger(), maps: &atlases{base: base, known: make(map[string]*mapping)},
		ctx: ctx, cancel: cancel,
	}
}

// end sends everybody home.
func (t *outing) end() {
	t.cancel()
	t.running.Wait()
}

// come lets one more bot in, and waits until it is.
func (t *outing) come(b *bot) {
	if err := b.dial(t.ctx, t.base, t.secret, t.o.n); err != nil {
		b.fail(err)
		return
	}
	t.running.Go(func() { b.live(t.ctx) })
	b.wait(t.ctx)
}

func (t *outing) add() *bot {
	b := newBot(len(t.bots), t.o, t.book, t.maps)
	t.bots = append(t.bots, b)
	return b
}

func (t *outing) letIn() {
	gate := make(chan struct{}, dialling)
	var dials sync.WaitGroup
	for range t.o.n {
		b := t.add()
		gate <- struct{}{}
		dials.Go(func() {
			defer func() { <-gate }()
			t.come(b)
		})
	}
	dials.Wait()
	sleep(t.ctx, settle)
}

func (t *outing) measure() (r report, err error) {
	t.letIn()
	span := time.Duration(t.o.seconds * float64(time.Second))
	if t.o.work.stall {
		t.calm(min(span, stallFor))
	}
	t.book.begin()
	began := time.Now()
	for _, b := range t.bots {
		b.begin()
		if b.in() {
			r.Connected++
		} else {
			r.Refused++
		}
	}
	switch {
	case t.o.work.turnover > 0:
		t.churn(span)
	case t.o.work.stall:
		t.stall(span)
	default:
		sleep(t.ctx, span)
	}
	took := time.Since(began)
	t.book.end()
	var ticks float64
	var paced int
	var down, up int64
	for _, b := range t.bots {
		d, u := b.bytes()
		down, up = down+d, up+u
		if b.wasIn && !b.in() && !b.gone() {
			r.Dropped++
		}
		if pace, ok := b.pace(); ok {
			ticks, paced = ticks+pace, paced+1
		}
	}
	sleep(t.ctx, settle)

	clients := float64(max(1, r.Connected))
	r.Down, r.Up = round(float64(down)/took.Seconds()/clients), round(float64(up)/took.Seconds()/clients)
	r.Ticks = round(ticks / float64(max(1, paced)))
	t.book.fill(&r)
	explain(t.bots, t.book)
	if r.Connected == 0 {
		return r, fmt.Errorf("no bot came in: %w", errors.Join(firstErrors(t.bots)...))
	}
	return r, nil
}

// churn lets one leave and one come, again and again.
func (t *outing) churn(span time.Duration) {
	tick := time.NewTicker(t.o.work.turnover)
	defer tick.Stop()
	end := time.After(span)
	var comers sync.WaitGroup
	defer comers.Wait()
	oldest, left := 0, 0
	defer func() { fmt.Fprintf(os.Stderr, "bots: %d left and as many came\n", left) }()
	for {
		select {
		case <-t.ctx.Done():
			return
		case <-end:
			return
		case <-tick.C:
			close(t.bots[oldest].leave)
			oldest++
			left++
			b := t.add()
			comers.Go(func() { t.come(b) })
		}
	}
}

// calm measures how soon moves are seen while nobody stalls, for comparison.
func (t *outing) calm(span time.Duration) {
	t.book.begin()
	sleep(t.ctx, span)
	t.book.end()
	var r report
	t.book.fill(&r)
	t.book.restart()
	fmt.Fprintf(os.Stderr, "bots: while all read, moves are seen after %.0f ms (p50), %.0f ms (p99)\n", r.MoveP50, r.MoveP99)
}

// stall lets one in ten stop reading, then read for as long, again and again.
func (t *outing) stall(span time.Duration) {
	end := time.Now().Add(span)
	for time.Now().Before(end) && t.ctx.Err() == nil {
		for _, b := range t.bots {
			if b.relay != nil {
				b.relay.stall(time.Now())
			}
		}
		sleep(t.ctx, min(2*stallFor, time.Until(end)))
	}
}
