package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
	"kakitsubata/server/console"
	"kakitsubata/server/entrance"
)

// norm makes times comparable: an instant, without a zone or a monotonic part.
func norm[T any](v T) T {
	p := reflect.New(reflect.TypeOf(&v).Elem())
	p.Elem().Set(reflect.ValueOf(&v).Elem())
	normValue(p.Elem())
	return p.Elem().Interface().(T)
}

func normValue(v reflect.Value) {
	if t, ok := v.Interface().(time.Time); ok {
		if t.IsZero() {
			v.Set(reflect.ValueOf(time.Time{}))
		} else {
			v.Set(reflect.ValueOf(time.Unix(0, t.UnixNano()).UTC()))
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			normValue(v.Field(i))
		}
	case reflect.Slice:
		if v.Len() == 0 {
			v.SetZero()
			return
		}
		c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(c, v)
		v.Set(c)
		for i := range v.Len() {
			normValue(v.Index(i))
		}
	}
}

// Random transactions on the file and on entrance.Memory answer alike, those
// that fail half-way too, and after the file was closed and opened.
func TestEntranceTwin(t *testing.T) {
	path := t.TempDir() + "/city.db"
	for seed := range uint64(3) {
		r := rand.New(rand.NewPCG(seed, 7))
		twin := entrance.NewMemory()
		city := id.CityID(fmt.Sprintf("city%d", seed))
		for range 3 {
			s, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			for range 60 {
				n := r.Uint64()
				a := tour(s, city, n)
				b := tour(twin, city, n)
				if a != b {
					t.Fatalf("seed %d, tour %d:\nfile   %s\nmemory %s", seed, n, a, b)
				}
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

var errHalfway = errors.New("half-way")

// tour does a few random things in one transaction and tells what it saw.
func tour(s entrance.Store, city id.CityID, seed uint64) string {
	saw := ""
	err := s.UpdateEntrance(ctx, city, func(tx entrance.Tx) error {
		saw = ""
		r := rand.New(rand.NewPCG(seed, 1))
		note := func(v ...any) { saw += fmt.Sprintln(v...) }
		digest := func() (d entrance.Digest) { d[0], d[31] = byte(r.IntN(6)+1), 9; return d }
		at := func() time.Time { return time.Unix(int64(r.IntN(20)), 0) }
		visitor := func() id.VisitorID { return id.VisitorID(r.IntN(5) + 1) }
		for range 1 + r.IntN(6) {
			switch r.IntN(14) {
			case 0:
				note(tx.PutBatch(entrance.BatchRecord{Batch: entrance.Batch{ID: fmt.Sprint("b", r.IntN(4)), Count: r.IntN(9), Expires: at()}}))
			case 1:
				l, err := tx.Batches()
				note(norm(l), err)
			case 2:
				b, ok, err := tx.Batch(fmt.Sprint("b", r.IntN(4)))
				note(norm(b), ok, err)
			case 3:
				note(tx.PutCode(digest(), entrance.CodeRecord{Batch: "b", Left: r.IntN(3), Expires: at()}))
			case 4:
				c, ok, err := tx.Code(digest())
				note(norm(c), ok, err)
			case 5:
				note(tx.Spend(digest(), visitor(), time.Time{}.Add(time.Hour), at()))
			case 6:
				v, ok, err := tx.Spent(digest())
				note(v, ok, err)
			case 7:
				v := entrance.Visitor{ID: visitor(), City: city, Name: fmt.Sprint("n", r.IntN(99)), Seen: at(), Hidden: []id.VisitorID{visitor()}}
				note(tx.PutVisitor(entrance.VisitorRecord{Visitor: v, NameKey: fmt.Sprint("v", v.ID, r.IntN(2)), Passphrase: digest(), Sealed: []byte{1, 2}}))
			case 8:
				v, ok, err := tx.Visitor(visitor())
				note(norm(v), ok, err)
			case 9:
				v, ok, err := tx.Named(fmt.Sprint("v", visitor(), r.IntN(2)))
				note(v, ok, err)
			case 10:
				x := entrance.SessionRecord{ID: [16]byte{byte(r.IntN(4) + 1)}, Visitor: visitor(), Used: at()}
				// Tickets are of one session alone.
				x.Current, x.Previous = entrance.Digest{x.ID[0], byte(r.IntN(3) + 1)}, entrance.Digest{x.ID[0], 7}
				if old, ok, _ := sessionOf(tx, x.ID); ok && r.IntN(2) == 0 {
					x.Visitor = old.Visitor
				}
				note(tx.PutSession(x))
			case 11:
				x, ok, err := tx.Session(entrance.Digest{byte(r.IntN(4) + 1), byte(r.IntN(3) + 1)})
				note(norm(x), ok, err)
				if ok && r.IntN(3) == 0 {
					note(tx.DropSession(x))
				}
			case 12:
				l, err := tx.Sessions(visitor())
				slices.SortFunc(l, func(a, b entrance.SessionRecord) int { return cmp.Compare(a.ID[0], b.ID[0]) })
				note(norm(l), err)
			case 13:
				slot := uint16(r.IntN(3))
				f, err := tx.Failures(slot)
				note(norm(f), err, tx.PutFailures(slot, entrance.FailureRecord{Count: r.IntN(3), Last: at()}))
			}
		}
		if r.IntN(4) == 0 {
			return errHalfway
		}
		return nil
	})
	return fmt.Sprint(saw, err)
}

func sessionOf(tx entrance.Tx, sid [16]byte) (entrance.SessionRecord, bool, error) {
	for i := range 3 {
		if x, ok, err := tx.Session(entrance.Digest{sid[0], byte(i + 1)}); ok || err != nil {
			return x, ok, err
		}
	}
	return entrance.SessionRecord{}, false, nil
}

func TestSpentIsForgotten(t *testing.T) {
	s := open(t)
	now := time.Unix(1e9, 0)
	spend := func(n byte, now time.Time) error {
		return s.UpdateEntrance(ctx, "kariya", func(tx entrance.Tx) error {
			return tx.Spend(entrance.Digest{n}, 5, now, now.Add(time.Minute))
		})
	}
	for n := range byte(20) {
		want(t, "Spend", spend(n, now), nil)
	}
	there := 0
	for n := range byte(3) {
		want(t, "Spend later", spend(100+n, now.Add(time.Hour)), nil)
	}
	want(t, "Spent", s.ViewEntrance(ctx, "kariya", func(tx entrance.Tx) error {
		for n := range byte(103) {
			if v, ok, err := tx.Spent(entrance.Digest{n}); err != nil {
				return err
			} else if ok && v == 5 {
				there++
			}
		}
		return nil
	}), nil)
	if there != 3 {
		t.Errorf("%d admissions are remembered, 3 can still be used", there)
	}
}

// The desk, whole, over the file.
func TestDeskOverTheFile(t *testing.T) {
	path := t.TempDir() + "/city.db"
	s := openAt(t, path)
	var list []string
	for _, a := range "かきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもらり" {
		for _, b := range "かきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもらり" {
			list = append(list, string(a)+string(b)+"ん")
		}
	}
	desk := func(s *Store) *entrance.Desk {
		d, err := entrance.New(entrance.Options{
			Store: s, City: "kariya", Key: make([]byte, 32), Words: list,
			Names: entrance.Names{First: []string{"ふわふわ"}, Second: []string{"うさぎ", "ペンギン"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := desk(s)
	codes, err := d.MintCodes(ctx, entrance.Batch{ID: "east-1", Bracket: id.El34, Count: 500, Uses: 1, Expires: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.Redeem(ctx, codes[499])
	if err != nil {
		t.Fatal(err)
	}
	v, words, ticket, err := d.Register(ctx, a.Pass, "ふわふわうさぎ", 0)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "SetHidden", d.SetHidden(ctx, v.ID, 7, true), nil)
	_, next, err := d.Resume(ctx, ticket)
	want(t, "Resume", err, nil)
	want(t, "Close", s.Close(), nil)

	d = desk(openAt(t, path))
	got, _, err := d.Resume(ctx, next)
	if err != nil || got.ID != v.ID || got.Bracket != id.El34 || !slices.Equal(got.Hidden, []id.VisitorID{7}) || !got.Created.Equal(v.Created) {
		t.Errorf("after a restart: %+v, %v", got, err)
	}
	_, _, err = d.Return(ctx, "ふわふわうさぎ", words)
	want(t, "Return", err, nil)
	_, err = d.Redeem(ctx, codes[499])
	want(t, "the used code", err, entrance.ErrUsed)
	_, err = d.Redeem(ctx, codes[0])
	want(t, "another code", err, nil)
}

func TestCases(t *testing.T) {
	s := open(t)
	full := &casebook.Case{
		City: "kariya", Opened: time.Unix(1e9, 5), Told: time.Unix(1e9, 9), Level: moderation.Urgent, Source: casebook.Reporting,
		Categories: []moderation.Category{moderation.SelfHarm}, Room: id.RoomID{City: "kariya", Place: "plaza", Copy: 2},
		Visitor: 5, Name: "ふわふわうさぎ", Bracket: id.El56, Reporter: 6, Why: "mean",
		Lines:     []moderation.Line{{At: time.Unix(1e9, 0), Speaker: 5, Name: "a", Text: "きえたい"}},
		Utterance: 77, Words: "きえたい", Shown: true,
		Reasons: []moderation.Reason{{Rule: "r1", Category: moderation.SelfHarm, Severity: 3, View: "raw", Spans: []moderation.Span{{From: 0, To: 4}}}},
		About:   4, Said: []casebook.Said{{Utterance: 77, At: time.Unix(1e9, 0), Words: "きえたい", Shown: true, Masked: true, Level: moderation.Urgent, Severity: 1, Reasons: []moderation.Reason{{Rule: "r1"}}, Retracted: time.Unix(1e9, 4)}},
		State: casebook.Acknowledged, By: "mori", Acknowledged: time.Unix(1e9, 1), Notes: []casebook.Note{{At: time.Unix(1e9, 2), By: "mori", Text: "話した"}}, Mark: true,
	}
	want(t, "PutCase", s.PutCase(ctx, full), nil)
	got, err := s.Case(ctx, "kariya", full.ID)
	if err != nil || full.ID != 1 || !reflect.DeepEqual(norm(got), norm(*full)) {
		t.Errorf("Case =\n%+v, %v, want\n%+v", got, err, *full)
	}
	v := reflect.ValueOf(*full)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("the test leaves %s empty: is it kept?", v.Type().Field(i).Name)
		}
	}
	for i := range 6 {
		c := fresh(id.VisitorID(5 + i%2))
		if i%3 == 0 {
			c.State = casebook.Closed
		}
		want(t, "PutCase", s.PutCase(ctx, c), nil)
	}
	numbers := func(l []casebook.Case, err error) string {
		var out []id.CaseID
		for _, c := range l {
			out = append(out, c.ID)
		}
		return fmt.Sprint(out, err)
	}
	for _, x := range []struct{ what, got, want string }{
		{"OpenCases", numbers(s.OpenCases(ctx, "kariya")), "[1 3 4 6 7] <nil>"},
		{"ClosedCases", numbers(s.ClosedCases(ctx, "kariya", 0, 9)), "[5 2] <nil>"},
		{"ClosedCases below 5", numbers(s.ClosedCases(ctx, "kariya", 5, 9)), "[2] <nil>"},
		{"one of ClosedCases", numbers(s.ClosedCases(ctx, "kariya", 0, 1)), "[5] <nil>"},
		{"VisitorCases", numbers(s.VisitorCases(ctx, "kariya", 5, 9)), "[6 4 2 1] <nil>"},
		{"two of VisitorCases", numbers(s.VisitorCases(ctx, "kariya", 5, 2)), "[6 4] <nil>"},
		{"VisitorCases of nobody", numbers(s.VisitorCases(ctx, "kariya", 9, 2)), "[] <nil>"},
		{"another city", numbers(s.OpenCases(ctx, "kariy")), "[] <nil>"},
	} {
		if x.got != x.want {
			t.Errorf("%s = %s, want %s", x.what, x.got, x.want)
		}
	}
	full.State = casebook.Closed
	want(t, "closing", s.PutCase(ctx, full), nil)
	if got := numbers(s.OpenCases(ctx, "kariya")); got != "[3 4 6 7] <nil>" {
		t.Errorf("after closing: %s", got)
	}
	full.State = casebook.Open
	want(t, "reopening", s.PutCase(ctx, full), nil)
	if got := numbers(s.OpenCases(ctx, "kariya")); got != "[1 3 4 6 7] <nil>" {
		t.Errorf("after reopening: %s", got)
	}
	_, err = s.Case(ctx, "kariya", 99)
	want(t, "no such case", err, casebook.ErrUnknown)
}

func TestSanctions(t *testing.T) {
	s := open(t)
	at := func(sec int64) time.Time { return time.Unix(1e9+sec, 0) }
	put := func(v id.VisitorID, from, until int64, lifted time.Time) {
		want(t, "PutSanction", s.PutSanction(ctx, casebook.Sanction{City: "kariya", Visitor: v, From: at(from), Until: at(until), By: "mori", Why: "w", Case: 3, Lifted: lifted}), nil)
	}
	put(1, 0, 100, time.Time{})
	put(1, 50, 60, time.Time{})
	put(2, 10, 20, time.Time{})
	put(2, 40, 90, time.Time{})
	put(3, 0, 500, at(5))
	active := func(now int64) (out string) {
		l, err := s.ActiveSanctions(ctx, "kariya", at(now))
		for _, n := range l {
			out += fmt.Sprintf("%d@%d ", uint64(n.Visitor), n.From.Unix()-1e9)
		}
		if err != nil {
			return err.Error()
		}
		return out
	}
	for _, x := range []struct {
		now  int64
		want string
	}{{-1, ""}, {0, "1@0 "}, {15, "2@10 1@0 "}, {20, "1@0 "}, {55, "1@50 2@40 1@0 "}, {60, "2@40 1@0 "}, {100, ""}} {
		if got := active(x.now); got != x.want {
			t.Errorf("at %d: %q, want %q", x.now, got, x.want)
		}
	}
	put(1, 0, 100, at(55)) // lifted, in place of the first
	put(2, 40, 58, time.Time{})
	if got := active(57); got != "2@40 1@50 " {
		t.Errorf("after changes: %q", got)
	}
	l, err := s.VisitorSanctions(ctx, "kariya", 1, 9)
	if err != nil || len(l) != 2 || !l[0].From.Equal(at(50)) || l[1].Lifted.IsZero() {
		t.Errorf("VisitorSanctions = %+v, %v", l, err)
	}
	if l, _ := s.VisitorSanctions(ctx, "kariya", 1, 1); len(l) != 1 {
		t.Errorf("at most one: %d", len(l))
	}
}

// A book over the file goes on after a restart.
func TestBookOverTheFile(t *testing.T) {
	path := t.TempDir() + "/city.db"
	for round := range 2 {
		s := openAt(t, path)
		b := casebook.New(s, "kariya", nil)
		run, stop := context.WithCancel(ctx)
		done := make(chan error, 1)
		go func() { done <- b.Run(run) }()
		a := moderation.Alarm{Utterance: moderation.Utterance{ID: 4, City: "kariya", Speaker: id.VisitorID(8 + round), Text: "つらい", At: time.Now()}}
		a.Verdict.Concern = moderation.Urgent
		c, err := b.Raise(ctx, a)
		if err != nil || c != id.CaseID(round+1) {
			t.Fatalf("Raise = %d, %v", c, err)
		}
		live, err := b.Live(ctx)
		if err != nil || len(live) != round+1 {
			t.Errorf("round %d: %d live cases, %v", round, len(live), err)
		}
		stop()
		want(t, "Run", <-done, nil)
		want(t, "Close", s.Close(), nil)
	}
}

func TestStaff(t *testing.T) {
	s := open(t)
	at := func(sec int64) time.Time { return time.Unix(1e9+sec, 0) }
	mori := console.Account{City: "kariya", Staff: "mori", Role: console.RoleLead, Password: "$argon2id$x", Created: at(0), By: "x", Changed: at(1), Closed: at(2)}
	want(t, "AddAccount", s.AddAccount(ctx, mori), nil)
	want(t, "AddAccount twice", s.AddAccount(ctx, mori), console.ErrTaken)
	want(t, "PutAccount of nobody", s.PutAccount(ctx, console.Account{City: "kariya", Staff: "abe"}), console.ErrUnknown)
	got, err := s.Account(ctx, "kariya", "mori")
	if err != nil || norm(got) != norm(mori) {
		t.Errorf("Account = %+v, %v", got, err)
	}
	_, err = s.Account(ctx, "anjo", "mori")
	want(t, "in another city", err, console.ErrUnknown)
	mori.Role = console.RoleStaff
	want(t, "PutAccount", s.PutAccount(ctx, mori), nil)

	link := console.Link{City: "kariya", Key: console.Key{1}, Staff: "abe", Role: console.RoleStaff, Expires: at(100)}
	abe := console.Account{City: "kariya", Staff: "abe", Role: console.RoleStaff}
	want(t, "PutStaffLink", s.PutStaffLink(ctx, link), nil)
	want(t, "too late", s.SpendStaffLink(ctx, "kariya", link.Key, abe, at(100)), console.ErrSpent)
	want(t, "unknown", s.SpendStaffLink(ctx, "kariya", console.Key{9}, abe, at(1)), console.ErrSpent)
	want(t, "a name in use", s.SpendStaffLink(ctx, "kariya", link.Key, mori, at(1)), console.ErrTaken)
	want(t, "SpendStaffLink", s.SpendStaffLink(ctx, "kariya", link.Key, abe, at(1)), nil)
	want(t, "spent", s.SpendStaffLink(ctx, "kariya", link.Key, abe, at(1)), console.ErrSpent)
	if l, err := s.StaffLink(ctx, "kariya", link.Key); err != nil || !l.Spent.Equal(at(1)) {
		t.Errorf("StaffLink = %+v, %v", l, err)
	}
	renew := console.Link{City: "kariya", Key: console.Key{2}, Staff: "abe", Renews: true, Expires: at(100)}
	want(t, "PutStaffLink", s.PutStaffLink(ctx, renew), nil)
	abe.Password = "new"
	want(t, "renewing", s.SpendStaffLink(ctx, "kariya", renew.Key, abe, at(2)), nil)
	list, err := s.Accounts(ctx, "kariya")
	if err != nil || len(list) != 2 || list[0].Staff != "abe" || list[0].Password != "new" || list[1].Role != console.RoleStaff {
		t.Errorf("Accounts = %+v, %v", list, err)
	}

	session := func(n byte, who id.StaffID, started int64) console.Session {
		x := console.Session{City: "kariya", Key: console.Key{n}, Staff: who, Started: at(started), Seen: at(started)}
		want(t, "AddStaffSession", s.AddStaffSession(ctx, x), nil)
		return x
	}
	session(1, "mori", 0)
	session(2, "mori", 10)
	session(3, "abe", 0)
	want(t, "SeeStaffSession", s.SeeStaffSession(ctx, "kariya", console.Key{1}, at(7)), nil)
	if x, err := s.StaffSession(ctx, "kariya", console.Key{1}); err != nil || !x.Seen.Equal(at(7)) || x.Staff != "mori" {
		t.Errorf("StaffSession = %+v, %v", x, err)
	}
	there := func() (out string) {
		for n := range byte(4) {
			if _, err := s.StaffSession(ctx, "kariya", console.Key{n}); err == nil {
				out += fmt.Sprint(n)
			} else {
				want(t, "a session that is gone", err, console.ErrUnknown)
			}
		}
		return out
	}
	want(t, "DropStaffSessions", s.DropStaffSessions(ctx, "kariya", "mori", at(10)), nil)
	if got := there(); got != "23" {
		t.Errorf("left are %s", got)
	}
	want(t, "a dropped session stays so", s.SeeStaffSession(ctx, "kariya", console.Key{1}, at(8)), console.ErrUnknown)
	want(t, "DropStaffSession", s.DropStaffSession(ctx, "kariya", console.Key{2}), nil)
	want(t, "DropStaffSession twice", s.DropStaffSession(ctx, "kariya", console.Key{2}), nil)
	want(t, "everybody's", s.DropStaffSessions(ctx, "kariya", "", at(100)), nil)
	if got := there(); got != "" {
		t.Errorf("left are %s", got)
	}

	for n := range int64(5) {
		want(t, "AddView", s.AddView(ctx, console.View{City: "kariya", At: at(n / 2), Staff: "mori", Case: id.CaseID(n + 1)}), nil)
		want(t, "AddJudgement", s.AddJudgement(ctx, console.Judgement{City: "kariya", At: at(n), Case: id.CaseID(n + 1), Finding: console.FoundRight}), nil)
	}
	views := func(before time.Time, limit int) (out string) {
		l, err := s.Views(ctx, "kariya", before, limit)
		want(t, "Views", err, nil)
		for _, v := range l {
			out += fmt.Sprint(v.Case)
		}
		return out
	}
	if a, b, c := views(time.Time{}, 9), views(at(1), 9), views(time.Time{}, 2); a != "54321" || b != "21" || c != "54" {
		t.Errorf("Views = %s, %s, %s", a, b, c)
	}
	l, err := s.Judgements(ctx, "kariya", at(2), 2)
	if err != nil || len(l) != 2 || l[0].Case != 3 || l[1].Case != 4 {
		t.Errorf("Judgements = %+v, %v", l, err)
	}
}
