package casebook

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// blocked is what was said and held back.
func blocked(who id.VisitorID, u id.UtteranceID, text string) moderation.Alarm {
	al := alarm(who, moderation.Case, moderation.Insult, text)
	al.Utterance.ID, al.Shown = u, false
	return al
}

func appealOf(al moderation.Alarm) Appeal {
	return Appeal{Utterance: al.Utterance, Verdict: al.Verdict}
}

func TestAnAppealIsACaseOfItsOwnAndIsWrittenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		defer r.close()
		about, err := r.Raise(t.Context(), blocked(1, 10, "ばか"))
		if err != nil {
			t.Fatal(err)
		}
		ap := appealOf(blocked(1, 10, "ばか"))
		ap.About = about
		n, err := r.Appeal(t.Context(), ap)
		if err != nil || n == about {
			t.Fatalf("%d %v", n, err)
		}
		c := r.store.stored(n)
		if c.Source != Appealing || c.About != about || c.Level != moderation.Case || c.State != Open || c.Shown ||
			len(c.Said) != 1 || c.Said[0].Words != "ばか" || len(c.Said[0].Reasons) != 1 || len(c.Lines) != 2 {
			t.Errorf("%+v", c)
		}
		writes := r.store.writes
		if again, err := r.Appeal(t.Context(), ap); err != nil || again != n || r.store.writes != writes {
			t.Errorf("a second tap: %d %v, %d writes", again, err, r.store.writes-writes)
		}
		if more, err := r.Appeal(t.Context(), appealOf(blocked(1, 11, "あほ"))); err != nil || more != n {
			t.Errorf("the same child soon after: %d %v", more, err)
		}
		if c := r.store.stored(n); len(c.Said) != 2 || c.Said[1].Words != "あほ" || len(c.Categories) != 1 {
			t.Errorf("%+v", c.Said)
		}
		if err := r.Close(t.Context(), n, "mori", "話した"); err != nil {
			t.Fatal(err)
		}
		if again, err := r.Appeal(t.Context(), ap); err != nil || again != n || r.store.stored(n).State != Closed {
			t.Errorf("a tap after the end: %d %v", again, err)
		}
		if other, err := r.Appeal(t.Context(), appealOf(blocked(2, 12, "ばか"))); err != nil || other == n {
			t.Errorf("another child: %d %v", other, err)
		}
		for _, bad := range []Appeal{{}, appealOf(blocked(0, 10, "x")), appealOf(blocked(1, 0, "x")), appealOf(blocked(1, 10, ""))} {
			if _, err := r.Appeal(t.Context(), bad); !errors.Is(err, ErrWrong) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
	})
}

func TestAnAppealThatWasNotKeptMayBeMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		defer r.close()
		r.store.set(true, 0)
		ap := appealOf(blocked(1, 10, "ばか"))
		if _, err := r.Appeal(t.Context(), ap); !errors.Is(err, ErrNotKept) {
			t.Fatal(err)
		}
		r.store.set(false, 0)
		if n, err := r.Appeal(t.Context(), ap); err != nil || n == 0 {
			t.Errorf("%d %v", n, err)
		}
	})
}

func TestWhatIsTakenBackIsOnTheCase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		defer r.close()
		// Words that had no case.
		al := alarm(1, moderation.Watch, moderation.Insult, "きもい")
		al.Utterance.ID = 20
		n, err := r.Retract(t.Context(), al)
		if err != nil {
			t.Fatal(err)
		}
		c := r.store.stored(n)
		if !c.Shown || len(c.Said) != 1 || c.Said[0].Retracted.IsZero() || c.Level != moderation.Case || c.Source != Gate {
			t.Errorf("%+v", c)
		}
		// Words that have one: it grows, and what both tiers saw is there.
		al = alarm(2, moderation.Urgent, moderation.Threat, "おぼえてろ")
		al.Utterance.ID = 21
		old, err := r.Raise(t.Context(), al)
		if err != nil {
			t.Fatal(err)
		}
		later := al
		later.Verdict = moderation.Verdict{Concern: moderation.Case, Severity: 2, Reasons: []moderation.Reason{{Rule: "second", Category: moderation.Threat}}}
		if n, err := r.Retract(t.Context(), later); err != nil || n != old {
			t.Errorf("%d %v", n, err)
		}
		c = r.store.stored(old)
		if len(c.Said) != 1 || len(c.Said[0].Reasons) != 2 || c.Said[0].Retracted.IsZero() || c.Level != moderation.Urgent || c.Said[0].Severity != 2 {
			t.Errorf("%+v", c)
		}
	})
}

// A caller that left has not taken anything back from being shown: only the
// gate's own alarms are closed by that.
func TestALateRetractionStaysShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		defer r.close()
		r.store.set(false, time.Second)
		ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer stop()
		al := alarm(1, moderation.Case, moderation.Insult, "きもい")
		if _, err := r.Retract(ctx, al); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if c := r.store.stored(1); !c.Said[0].Shown || c.Said[0].Retracted.IsZero() {
			t.Errorf("%+v", c.Said)
		}
	})
}

func TestEachUtteranceOfACaseIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		defer r.close()
		var n id.CaseID
		for i := range MaxSaid + 10 {
			al := alarm(1, moderation.Case, moderation.SelfDenial, fmt.Sprint("cry ", i))
			al.Utterance.ID = id.UtteranceID(100 + i)
			var err error
			if n, err = r.Raise(t.Context(), al); err != nil {
				t.Fatal(err)
			}
		}
		c := r.store.stored(n)
		if len(c.Said) != MaxSaid || c.Said[0].Words != "cry 0" || c.Said[MaxSaid-1].Words != fmt.Sprint("cry ", MaxSaid+9) || len(c.Said[3].Reasons) != 1 {
			t.Errorf("%d: %q … %q", len(c.Said), c.Said[0].Words, c.Said[len(c.Said)-1].Words)
		}
	})
}

func TestACaseOfBeforeHasItsLatestWords(t *testing.T) {
	c := Case{Words: "むかし", Utterance: 3, Shown: true, Reasons: []moderation.Reason{{Rule: "r"}}, Level: moderation.Case}
	if a := c.Alerts(); len(a) != 1 || a[0].Words != "むかし" || a[0].Utterance != 3 || !a[0].Shown || len(a[0].Reasons) != 1 {
		t.Errorf("%+v", a)
	}
	if a := (&Case{Source: Reporting}).Alerts(); len(a) != 0 {
		t.Errorf("%+v", a)
	}
}

// A second look raises, lowers and says so on the case; it never lowers what is
// urgent or grave, nor what a person has taken.
func TestASecondLookIsOnTheCase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, newFake())
		defer r.close()
		look := func(al moderation.Alarm, level moderation.Concern) moderation.Alarm {
			al.Verdict = moderation.Verdict{Concern: level, Reasons: []moderation.Reason{{Rule: "second/look", Category: moderation.Insult, Severity: 1, Tier: 2}}}
			al.Note = "second: because"
			return al
		}
		heard := alarm(1, moderation.Watch, moderation.Insult, "へんなの")
		heard.Utterance.ID = 10
		if n, err := r.Reconsider(t.Context(), look(heard, moderation.Watch)); n != 0 || err != nil || r.store.writes != 0 {
			t.Fatalf("less than a case: %d %v", n, err)
		}
		n, err := r.Reconsider(t.Context(), look(heard, moderation.Case))
		if err != nil || n == 0 {
			t.Fatal(n, err)
		}
		c := r.store.stored(n)
		if c.Level != moderation.Case || len(c.Said) != 1 || c.Said[0].Reasons[0].Tier != 2 || len(c.Notes) != 1 || c.Notes[0].By != "" || c.Notes[0].Text != "second: because" {
			t.Errorf("raised: %+v", c)
		}
		if _, err := r.Reconsider(t.Context(), look(heard, moderation.Watch)); err != nil {
			t.Fatal(err)
		}
		if c := r.store.stored(n); c.Level != moderation.Watch || c.State != Open || len(c.Notes) != 2 || len(c.Said[0].Reasons) != 2 {
			t.Errorf("lowered: %+v", c)
		}
		// Another utterance on it keeps it where it is.
		other := alarm(1, moderation.Case, moderation.Insult, "あっちいけ")
		other.Utterance.ID = 11
		if _, err := r.Raise(t.Context(), other); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Reconsider(t.Context(), look(heard, moderation.None)); err != nil {
			t.Fatal(err)
		}
		if c := r.store.stored(n); c.Level != moderation.Case {
			t.Errorf("lowered although another raised it: %v", c.Level)
		}
		if err := r.Acknowledge(t.Context(), n, "mori", ""); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Reconsider(t.Context(), look(other, moderation.None)); err != nil {
			t.Fatal(err)
		}
		if c := r.store.stored(n); c.Level != moderation.Case || c.By != "mori" || c.Said[1].Level != moderation.Case {
			t.Errorf("lowered under a person: %+v", c)
		}
		for i, al := range []moderation.Alarm{
			alarm(2, moderation.Urgent, moderation.SelfHarm, "もうだめ"),
			alarm(3, moderation.Case, moderation.Threat, "おぼえてろ"),
		} {
			al.Utterance.ID = id.UtteranceID(20 + i)
			al.Verdict.Severity = 3
			n, err := r.Raise(t.Context(), al)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := r.Reconsider(t.Context(), look(al, moderation.None)); err != nil {
				t.Fatal(err)
			}
			if c := r.store.stored(n); c.Level != al.Verdict.Concern || c.Said[0].Level != c.Level || len(c.Notes) != 1 {
				t.Errorf("a lie lowered %+v", c)
			}
		}
		if _, err := r.Reconsider(t.Context(), moderation.Alarm{}); !errors.Is(err, ErrWrong) {
			t.Error(err)
		}
	})
}
