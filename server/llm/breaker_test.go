package llm

import (
	"testing"
	"time"
)

func TestBreaker(t *testing.T) {
	var b breaker
	now := time.Unix(0, 0)
	fail := func() {
		t.Helper()
		p := b.allow(now)
		if p == refused {
			t.Fatalf("refused at %v", now)
		}
		b.done(now, p, false)
	}
	fail()
	fail()
	b.done(now, b.allow(now), true) // a success forgets
	fail()
	fail()
	if b.open(now) {
		t.Fatal("open after two in a row")
	}
	early := b.allow(now) // a call that is still out when it opens
	fail()
	if !b.open(now) || b.allow(now) != refused {
		t.Fatal("not open after three in a row")
	}
	for _, pause := range []time.Duration{10, 20, 40, 80, 160, 300, 300} {
		now = now.Add(pause*time.Second - 1)
		if b.allow(now) != refused {
			t.Fatalf("tried before %v s", pause)
		}
		b.done(now, early, false) // lengthens nothing
		now = now.Add(1)
		p := b.allow(now)
		if p != trial || b.allow(now) != refused {
			t.Fatal("exactly one may try")
		}
		b.forgo(early) // another's going away frees nobody
		if b.allow(now) != refused {
			t.Fatal("two may try")
		}
		b.done(now, p, false)
	}
	now = now.Add(breakLimit)
	b.forgo(b.allow(now))
	p := b.allow(now)
	if p != trial {
		t.Fatal("a trial that was forgone can't be tried again")
	}
	b.done(now, p, true)
	if b.open(now) || b.allow(now) != allowed {
		t.Fatal("a success must close it")
	}
}
