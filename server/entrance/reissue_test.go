package entrance

import (
	"strings"
	"testing"
	"time"
)

func TestNewWordsEndTheOldOnes(t *testing.T) {
	b := newBench(t, nil)
	v, old, ticket := b.visitor("ふわふわペンギン")
	_, other, otherTicket := b.visitor("のんびりうさぎ")
	for range freeFailures + 2 { // the child has tried
		_, _, _ = b.Return(ctx, v.Name, "ちがう ことば です ね")
	}
	found, err := b.Find(ctx, " ふわふわぺんぎん")
	if err != nil || found.ID != v.ID || found.Name != v.Name {
		t.Fatalf("Find = %+v, %v", found, err)
	}
	fresh, err := b.Reissue(ctx, v.ID)
	if err != nil || fresh == old || len(strings.Fields(fresh)) != phraseWords {
		t.Fatalf("Reissue = %q, %v", fresh, err)
	}
	_, _, err = b.Resume(ctx, ticket)
	want(t, "the old ticket", err, ErrTicket)
	back, _, err := b.Return(ctx, v.Name, fresh)
	if err != nil || back.ID != v.ID || back.Look != v.Look {
		t.Errorf("the new words, at once: %+v, %v", back, err)
	}
	_, _, err = b.Return(ctx, v.Name, old)
	want(t, "the old words", err, ErrPassphrase)
	// Nobody else is touched.
	_, _, err = b.Resume(ctx, otherTicket)
	want(t, "another's ticket", err, nil)
	b.pass(time.Minute)
	_, _, err = b.Return(ctx, "のんびりうさぎ", other)
	want(t, "another's words", err, nil)
}

func TestNewWordsForNobody(t *testing.T) {
	b := newBench(t, nil)
	for _, name := range []string{"", "のんびりメロン", strings.Repeat("あ", 200)} {
		_, err := b.Find(ctx, name)
		want(t, name, err, ErrNobody)
	}
	_, err := b.Reissue(ctx, 7)
	want(t, "Reissue", err, ErrNobody)
}
