package node

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/console"
)

func (g *guest) awaitLeaving(code protocol.Code) {
	g.t.Helper()
	g.await("its leaving", func(e protocol.Event) bool {
		l, ok := e.(*protocol.Leaving)
		return ok && l.Code == code && l.Text != ""
	})
}

// Staff close the day: whoever is in goes home, nobody comes in, and a restart
// does not forget it.
func TestStaffCloseTheDay(t *testing.T) {
	data := t.TempDir()
	c := open(t, data, nil)
	a := c.enter(id.El34)
	today := time.Now().In(c.n.pack.Zone).Format(dayLayout)
	tomorrow := time.Now().In(c.n.pack.Zone).AddDate(0, 0, 1).Format(dayLayout) // a test may run over midnight
	close := []console.DayHours{{City: "kariya", Day: today, Staff: "mori", Why: "台風"}, {City: "kariya", Day: tomorrow, Staff: "mori", Why: "台風"}}
	if err := c.n.store.PutDayHours(t.Context(), close); err != nil {
		t.Fatal(err)
	}
	if !c.n.Open() {
		t.Fatal("closed before it was told")
	}
	if err := c.n.HoursChanged(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.n.closeDoor()
	a.awaitLeaving(protocol.LeaveClosed)
	c.close()

	c = open(t, data, nil)
	if c.n.Open() {
		t.Error("open again after a restart")
	}
	if err := c.n.store.DropDayHours(t.Context(), "kariya", []string{today, tomorrow}); err != nil {
		t.Fatal(err)
	}
	if err := c.n.HoursChanged(t.Context()); err != nil || !c.n.Open() {
		t.Errorf("not open again: %v", err)
	}
}

func TestHoursOfADay(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	at := func(clock string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04", time.Now().In(c.n.pack.Zone).Format("2006-01-02 ")+clock, c.n.pack.Zone)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	day := at("00:00").Format(dayLayout)
	if err := c.n.store.PutDayHours(t.Context(), []console.DayHours{{City: "kariya", Day: day, Spans: []console.Span{{From: 900, To: 1080}, {From: 1200, To: 1440}}}}); err != nil {
		t.Fatal(err)
	}
	if err := c.n.HoursChanged(t.Context()); err != nil {
		t.Fatal(err)
	}
	for clock, want := range map[string]bool{"14:59": false, "15:00": true, "17:59": true, "18:00": false, "20:00": true, "23:59": true} {
		if got := c.n.openAt(at(clock)); got != want {
			t.Errorf("%s: %v", clock, got)
		}
	}
	if !c.n.openAt(at("03:00").AddDate(0, 0, 1)) {
		t.Error("the next day is changed too")
	}
}

// New words end the old ones, and the visit that goes on with them.
func TestNewWords(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a := c.enter(id.El34)
	v, err := c.n.Find(t.Context(), a.name)
	if err != nil || v.Name != a.name || v.Bracket != id.El34 {
		t.Fatalf("%+v, %v", v, err)
	}
	words, err := c.n.Reissue(t.Context(), v.ID)
	if err != nil || len(words) != 4 {
		t.Fatalf("%q, %v", words, err)
	}
	a.awaitLeaving(protocol.LeaveTicket)
	b := c.guest()
	back := func(words []string) int {
		return b.post("/api/return", map[string]any{"name": a.name, "passphrase": strings.Join(words, " ")}, nil)
	}
	if s := back(a.words); s == 200 {
		t.Error("the old words still open")
	}
	if s := back(words); s != 200 {
		t.Errorf("the new words are answered with %d", s)
	}
}

// A child whose words rest may still say the phrases: they are harmless, and
// nobody is to be cut off from a greeting or a call for help.
func TestMutedMaySayPhrases(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a, b := c.enter(id.El34), c.enter(id.El34)
	v, err := c.n.Find(t.Context(), a.name)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.n.Mute(t.Context(), v.ID, time.Hour, "mori", "やすみ", 0); err != nil {
		t.Fatal(err)
	}
	if got := a.say("こんにちは"); got.Outcome != protocol.Muted || got.Wait == 0 {
		t.Fatalf("%+v", got)
	}
	a.seq++
	phrase := c.n.pack.Phrases[0].ID
	a.send(&protocol.Phrase{Seq: a.seq, Phrase: phrase})
	b.await("the phrase", func(e protocol.Event) bool {
		p, ok := e.(*protocol.Phrased)
		return ok && p.Phrase == phrase
	})
}

// A mute is for what hurts others. A muted child's cry for help is shown, and
// calls a person.
func TestMutedMayCryForHelp(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a, b := c.enter(id.El56), c.enter(id.El56)
	v, err := c.n.Find(t.Context(), a.name)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.n.Mute(t.Context(), v.ID, time.Hour, "mori", "やすみ", 0); err != nil {
		t.Fatal(err)
	}
	if got := a.say("もう しにたい"); got.Outcome != protocol.Shown {
		t.Errorf("%+v", got)
	}
	b.awaitHeard("もう しにたい")
	if cases, err := c.n.book.Live(t.Context()); err != nil || len(cases) != 1 || !cases[0].Support() {
		t.Errorf("%+v, %v", cases, err)
	}
}

// What staff have judged comes out by the socket.
func TestFeedbackBySocket(t *testing.T) {
	data := t.TempDir()
	c := open(t, data, nil)
	a := c.enter(id.El56)
	a.say("もう しにたい")
	a.await("the notice", func(e protocol.Event) bool { _, ok := e.(*protocol.Notice); return ok })
	cases, err := c.n.book.Live(t.Context())
	if err != nil || len(cases) != 1 || len(cases[0].Alerts()) != 1 {
		t.Fatalf("%+v, %v", cases, err)
	}
	if err := c.n.store.AddJudgement(context.Background(), console.Judgement{
		City: "kariya", Case: cases[0].ID, Utterance: cases[0].Alerts()[0].Utterance, At: time.Now(), Staff: "mori", Finding: console.FoundRight,
	}); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	tally, err := DialAdmin(data).Feedback(&out)
	if err != nil || tally.Written != 1 || tally.Right != 1 {
		t.Errorf("%+v, %v", tally, err)
	}
	if s := out.String(); !strings.Contains(s, `"text":"もう しにたい"`) || !strings.Contains(s, `"duty":"support"`) {
		t.Errorf("%s", s)
	}
}
