package store

import (
	"bytes"
	"testing"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

func TestTracesLastUntilTheyExpire(t *testing.T) {
	path := t.TempDir() + "/city.db"
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, now := t.Context(), time.Unix(1e9, 0)
	day := 24 * time.Hour
	put := func(now time.Time, ts ...moderation.Trace) {
		t.Helper()
		if err := s.PutTraces(ctx, "kariya", now, ts); err != nil {
			t.Fatal(err)
		}
	}
	want := func(now time.Time, visitors ...id.VisitorID) {
		t.Helper()
		got, err := s.Traces(ctx, "kariya", now, 10)
		if err != nil || len(got) != len(visitors) {
			t.Fatalf("%d traces, %v; want %v", len(got), err, visitors)
		}
		for i, v := range visitors {
			if got[i].Visitor != v {
				t.Errorf("trace %d is of %d, want %d", i, got[i].Visitor, v)
			}
		}
	}
	put(now, moderation.Trace{Visitor: 1, Until: now.Add(day), Body: []byte("a")}, moderation.Trace{Visitor: 2, Until: now.Add(3 * day), Body: []byte("b")},
		moderation.Trace{Visitor: 3, Until: now.Add(2 * day), Body: []byte("c")})
	want(now, 2, 3, 1)
	put(now, moderation.Trace{Visitor: 1, Until: now.Add(5 * day), Body: []byte("d")}, moderation.Trace{Visitor: 2})
	want(now, 1, 3)
	if got, err := s.Traces(ctx, "anjo", now, 10); err != nil || len(got) != 0 {
		t.Errorf("another city has %v, %v", got, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(path); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	want(now.Add(2*day), 1)
	got, _ := s.Traces(ctx, "kariya", now, 10)
	if len(got) != 1 || !bytes.Equal(got[0].Body, []byte("d")) || !got[0].Until.Equal(now.Add(5*day)) {
		t.Errorf("kept %v: what expired is still there, or what is kept has changed", got)
	}
	put(now.Add(6 * day)) // nothing to write
	put(now.Add(6*day), moderation.Trace{Visitor: 9, Until: now.Add(7 * day)})
	want(now, 9)
}
