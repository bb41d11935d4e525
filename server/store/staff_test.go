package store

import (
	"fmt"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
	"kakitsubata/server/console"
)

func judgements(t *testing.T, s *Store, c id.CaseID) (out string) {
	t.Helper()
	l, err := s.CaseJudgements(ctx, "kariya", c)
	want(t, "CaseJudgements", err, nil)
	for _, j := range l {
		out += fmt.Sprint(j.Utterance, ":", j.Staff, " ")
	}
	return out
}

func casesFrom(t *testing.T, s *Store, from casebook.Source, before id.CaseID, limit int) (out string) {
	t.Helper()
	l, err := s.CasesFrom(ctx, "kariya", from, before, limit)
	want(t, "CasesFrom", err, nil)
	for _, c := range l {
		out += fmt.Sprint(c.ID, " ")
	}
	return out
}

func TestJudgementsOfACase(t *testing.T) {
	s := open(t)
	at := time.Unix(1e9, 0)
	for i, j := range []console.Judgement{
		{Case: 3, Utterance: 10, Staff: "mori"}, {Case: 4, Utterance: 11, Staff: "abe"},
		{Case: 3, Utterance: 10, Staff: "abe"}, {Case: 3, Utterance: 12, Staff: "mori"},
	} {
		j.City, j.At = "kariya", at.Add(time.Duration(i/2)*time.Second) // two at the same moment
		want(t, "AddJudgement", s.AddJudgement(ctx, j), nil)
	}
	if got := judgements(t, s, 3); got != "10:mori 10:abe 12:mori " {
		t.Errorf("case 3: %s", got)
	}
	if got := judgements(t, s, 5); got != "" {
		t.Errorf("case 5: %s", got)
	}
}

func TestCasesOfOneSource(t *testing.T) {
	s := open(t)
	for i := range 6 {
		c := fresh(id.VisitorID(i + 1))
		c.Source = casebook.Source(i % 2)
		if i > 3 {
			c.State = casebook.Closed
		}
		want(t, "PutCase", s.PutCase(ctx, c), nil)
		c.Told = time.Unix(1e9, 7)
		want(t, "PutCase again", s.PutCase(ctx, c), nil)
	}
	if a, b, c := casesFrom(t, s, casebook.Reporting, 0, 9), casesFrom(t, s, casebook.Reporting, 6, 1), casesFrom(t, s, casebook.Appealing, 0, 9); a != "6 4 2 " || b != "4 " || c != "" {
		t.Errorf("%s, %s, %s", a, b, c)
	}
}

func TestDeedsAndHours(t *testing.T) {
	s := open(t)
	for i := range 4 {
		d := console.Deed{City: "kariya", At: time.Unix(1e9+int64(i), 0), Staff: "mori", Kind: console.DeedHours, Text: fmt.Sprint("d", i)}
		want(t, "AddDeed", s.AddDeed(ctx, d), nil)
	}
	l, err := s.Deeds(ctx, "kariya", time.Unix(1e9+3, 0), 2)
	if err != nil || len(l) != 2 || l[0].Text != "d2" || l[1].Text != "d1" {
		t.Errorf("Deeds = %+v, %v", l, err)
	}
	hours := func(from string) (out string) {
		l, err := s.DayHours(ctx, "kariya", from, 9)
		want(t, "DayHours", err, nil)
		for _, h := range l {
			out += fmt.Sprint(h.Day, h.Spans, " ")
		}
		return out
	}
	want(t, "PutDayHours", s.PutDayHours(ctx, []console.DayHours{
		{City: "kariya", Day: "2026-11-25"}, {City: "kariya", Day: "2026-11-24", Spans: []console.Span{{From: 900, To: 1320}}}, {City: "kariya", Day: "2026-11-01"},
	}), nil)
	want(t, "PutDayHours of none", s.PutDayHours(ctx, nil), nil)
	if got := hours("2026-11-24"); got != "2026-11-24[{900 1320}] 2026-11-25[] " {
		t.Errorf("%s", got)
	}
	want(t, "DropDayHours", s.DropDayHours(ctx, "kariya", []string{"2026-11-24", "2026-12-24"}), nil)
	if got := hours("2026-11-02"); got != "2026-11-25[] " {
		t.Errorf("%s", got)
	}
}

// A file of before the lists were kept has them after it was opened.
func TestOldFilesAreListedAnew(t *testing.T) {
	path := t.TempDir() + "/city.db"
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		c := fresh(id.VisitorID(i + 1))
		c.Source = casebook.Source(i)
		want(t, "PutCase", s.PutCase(ctx, c), nil)
		want(t, "AddJudgement", s.AddJudgement(ctx, console.Judgement{City: "kariya", Case: 2, Utterance: id.UtteranceID(i), At: time.Unix(1e9, 0), Staff: "mori"}), nil)
	}
	want(t, "without lists", s.db.Update(func(tx *bbolt.Tx) error {
		if err := tx.DeleteBucket(bCasesFrom); err != nil {
			return err
		}
		return tx.DeleteBucket(bJudgementsOf)
	}), nil)
	want(t, "Close", s.Close(), nil)
	s = openAt(t, path)
	if a, b := casesFrom(t, s, casebook.Reporting, 0, 9), judgements(t, s, 2); a != "2 " || b != "0:mori 1:mori 2:mori " {
		t.Errorf("%s, %s", a, b)
	}
}
