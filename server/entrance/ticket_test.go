package entrance

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"kakitsubata/protocol/id"
)

func TestTicketRotation(t *testing.T) {
	b := newBench(t, nil)
	v, _, t0 := b.visitor("ふわふわうさぎ")
	resume := func(x Ticket) (Ticket, error) {
		got, next, err := b.Resume(ctx, x)
		if err == nil && got.ID != v.ID {
			t.Errorf("the ticket of %v let %v in", v.ID, got.ID)
		}
		return next, err
	}
	t1, err := resume(t0)
	if err != nil {
		t.Fatal(err)
	}
	// The answer was lost: the old one gives the same new one, for a while.
	for range 3 {
		b.pass(30 * time.Second)
		if again, err := resume(t0); err != nil || again != t1 {
			t.Fatalf("the old ticket gives another or none: %v", err)
		}
	}
	t2, err := resume(t1)
	if err != nil || t2 == t1 {
		t.Fatal(err)
	}
	// t1 was used, so t0 is over at once, and t1 is the one with grace.
	_, err = resume(t0)
	want(t, "a replayed ticket", err, ErrTicket)
	if again, err := resume(t1); err != nil || again != t2 {
		t.Fatal(err)
	}
	t3, err := resume(t2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Peek(ctx, t3); err != nil {
		t.Error(err)
	}
	// A copy that is shown when its grace is over ends the session for both.
	b.pass(3 * time.Minute)
	_, err = b.Peek(ctx, t2)
	want(t, "Peek at an old ticket", err, ErrTicket)
	_, err = resume(t2)
	want(t, "an old ticket", err, ErrTicket)
	_, err = resume(t3)
	want(t, "the session of a copied ticket", err, ErrTicket)
}

func TestTicketEnds(t *testing.T) {
	b := newBench(t, nil)
	_, words, ticket := b.visitor("ふわふわうさぎ")
	b.pass(30*24*time.Hour + time.Second)
	_, err := b.Peek(ctx, ticket)
	want(t, "Peek", err, ErrTicket)
	_, _, err = b.Resume(ctx, ticket)
	want(t, "Resume", err, ErrTicket)
	if _, _, err := b.Return(ctx, "ふわふわうさぎ", words); err != nil {
		t.Errorf("the words do not outlast the ticket: %v", err)
	}
	for _, x := range []Ticket{"", "x", "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAB", Ticket(make([]byte, 1<<16))} {
		_, _, err := b.Resume(ctx, x)
		want(t, "a made-up ticket", err, ErrTicket)
	}
}

// Many that resume with one ticket at once all get the same new one.
func TestResumeRace(t *testing.T) {
	b := newBench(t, nil)
	_, _, ticket := b.visitor("ふわふわうさぎ")
	var mu sync.Mutex
	got := make(map[Ticket]int)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, next, err := b.Resume(ctx, ticket)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			got[next]++
		})
	}
	wg.Wait()
	if len(got) != 1 {
		t.Errorf("%d different tickets follow one", len(got))
	}
}

func TestFewBrowsers(t *testing.T) {
	b := newBench(t, nil)
	_, words, first := b.visitor("ふわふわうさぎ")
	tickets := []Ticket{first}
	for range maxSessions {
		b.pass(time.Minute)
		_, x, err := b.Return(ctx, "ふわふわうさぎ", words)
		if err != nil {
			t.Fatal(err)
		}
		tickets = append(tickets, x)
	}
	_, err := b.Peek(ctx, first)
	want(t, "the browser longest unused", err, ErrTicket)
	for _, x := range tickets[1:] {
		if _, err := b.Peek(ctx, x); err != nil {
			t.Error(err)
		}
	}
}

func TestPreferences(t *testing.T) {
	b := newBench(t, func(o *Options) { o.MaxHidden = 3 })
	v, words, ticket := b.visitor("ふわふわうさぎ")
	look := id.NewLook(2, 2, 2, 2, 2, 2)
	want(t, "SetLook", b.SetLook(ctx, v.ID, look), nil)
	want(t, "a bad look", b.SetLook(ctx, v.ID, 0xf), ErrLook)
	want(t, "SetLook of nobody", b.SetLook(ctx, 99, look), ErrNobody)
	for i := range 3 {
		want(t, "SetHidden", b.SetHidden(ctx, v.ID, id.VisitorID(100+i), true), nil)
		want(t, "SetHidden twice", b.SetHidden(ctx, v.ID, id.VisitorID(100+i), true), nil)
	}
	want(t, "one too many", b.SetHidden(ctx, v.ID, 200, true), ErrHidden)
	want(t, "itself", b.SetHidden(ctx, v.ID, v.ID, true), ErrNobody)
	want(t, "shown again", b.SetHidden(ctx, v.ID, 101, false), nil)
	want(t, "shown again twice", b.SetHidden(ctx, v.ID, 101, false), nil)
	want(t, "SetLastRoom", b.SetLastRoom(ctx, v.ID, id.RoomID{City: "kariya", Place: "marsh", Copy: 2}), nil)

	got, err := b.Visitor(ctx, v.ID)
	if err != nil || got.Look != look || fmt.Sprint(got.Hidden) != "[0000000000000064 0000000000000066]" || got.LastRoom != "kariya/marsh/2" {
		t.Errorf("Visitor = %+v, %v", got, err)
	}
	if _, _, err := b.Return(ctx, v.Name, words); err != nil {
		t.Errorf("preferences changed the words: %v", err)
	}
	if x, _, err := b.Resume(ctx, ticket); err != nil || x.Look != look {
		t.Errorf("Resume = %+v, %v", x, err)
	}
	_, err = b.Visitor(ctx, 99)
	want(t, "nobody", err, ErrNobody)
}

// A disk that fails lets nobody in, and is no wrong try.
func TestFailingStore(t *testing.T) {
	b := newBench(t, func(o *Options) { o.WrongBurst = 3 })
	code := b.mint("one", 1, 5, time.Hour)[0]
	p := b.redeem(code)
	v, words, ticket := b.visitor("ふわふわうさぎ")
	broken := errors.New("the disk is full")
	b.o.Store = &failing{b.store, broken}
	for range 10 {
		_, err := b.Redeem(ctx, code)
		want(t, "Redeem", err, broken)
		_, _, err = b.Return(ctx, "ふわふわうさぎ", words)
		want(t, "Return", err, broken)
	}
	_, _, _, err := b.Register(ctx, p, "ふわふわメロン", 0)
	want(t, "Register", err, broken)
	_, _, err = b.Resume(ctx, ticket)
	want(t, "Resume", err, broken)
	_, err = b.Peek(ctx, ticket)
	want(t, "Peek", err, broken)
	want(t, "SetLook", b.SetLook(ctx, v.ID, 0), broken)
	b.o.Store = b.store
	if _, _, _, err := b.Register(ctx, p, "ふわふわメロン", 0); err != nil {
		t.Errorf("a failed Register left something: %v", err)
	}
	if _, _, err := b.Resume(ctx, ticket); err != nil {
		t.Errorf("a failed Resume left something: %v", err)
	}
}

// failing does a transaction's work and then can't keep it.
type failing struct {
	Store
	err error
}

func (f *failing) UpdateEntrance(ctx context.Context, c id.CityID, do func(Tx) error) error {
	return f.Store.UpdateEntrance(ctx, c, func(tx Tx) error { return errors.Join(do(tx), f.err) })
}

func (f *failing) ViewEntrance(ctx context.Context, c id.CityID, do func(Tx) error) error {
	return f.Store.ViewEntrance(ctx, c, func(tx Tx) error { return f.err })
}
