package moderation

import (
	"errors"
	"testing"

	"kakitsubata/protocol/id"
)

type follower struct {
	seen   []Judged
	panics bool
}

func (f *follower) Judged(j Judged) {
	if f.seen = append(f.seen, j); f.panics {
		panic("a follower of the test")
	}
}

// Followers see what visitors say, with what became of it; one that panics
// changes nothing.
func TestFollowers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := &follower{panics: true}
		r := open(t, Options{Follow: []Follower{f}})
		defer r.close()
		for _, text := range []string{"hello", "threat", "cry"} {
			if _, err := r.submit(visitor(text)); err != nil {
				t.Fatal(err)
			}
		}
		r.sink.fail = errors.New("the disk is full")
		if _, err := r.submit(visitor("cry again")); !errors.Is(err, ErrNoCase) {
			t.Fatal(err)
		}
		u := visitor("beep")
		u.Kind = id.Bot
		if _, err := r.submit(u); err != nil {
			t.Fatal(err)
		}
		if len(f.seen) != 4 {
			t.Fatalf("seen %+v", f.seen)
		}
		if j := f.seen[0]; !j.Shown || j.Case != 0 || j.Utterance.ID == 0 {
			t.Errorf("hello: %+v", j)
		}
		if j := f.seen[1]; j.Shown || j.Case != 1 || j.Scored.Severity != 3 || j.Verdict.Reasons[0].Tier != 1 {
			t.Errorf("threat: %+v", j)
		}
		if j := f.seen[2]; !j.Shown || j.Case != 2 || j.Verdict.Concern != Urgent {
			t.Errorf("cry: %+v", j)
		}
		if j := f.seen[3]; j.Shown || j.Case != 0 {
			t.Errorf("what could not be kept is not shown: %+v", j)
		}
	})
}
