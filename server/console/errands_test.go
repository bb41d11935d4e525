package console

import (
	"context"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
)

// days posts the hours form with several days.
func (b *browser) hours(days []string, form ...string) (int, string) {
	v := url.Values{"day": days}
	for i := 0; i < len(form); i += 2 {
		v.Set(form[i], form[i+1])
	}
	r := b.postRequest("/staff/hours")
	r.Body, r.ContentLength = body(v.Encode())
	code, text, _ := b.do(r)
	return code, text
}

func TestOpeningHours(t *testing.T) { // it is Tuesday, 15:00 in the city
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	b := g.signedIn("tanaka")
	var trace []string
	g.store.trace = func(s string) { trace = append(trace, s) }
	code, text := b.hours([]string{"2026-11-24", "2026-11-25"}, "mode", "times", "t0", "16:00", "t1", "18:30", "t2", "20:00", "t3", "22:00", "why", "当番が少ない")
	if code != 303 {
		t.Fatalf("%d %s", code, text)
	}
	if !slices.Equal(trace, []string{"deed", "hours"}) || g.city.changed != 1 {
		t.Errorf("%v, told %d times", trace, g.city.changed)
	}
	if h := g.store.hours["2026-11-25"]; !slices.Equal(h.Spans, []Span{{960, 1110}, {1200, 1320}}) || h.Staff != "tanaka" || h.Why != "当番が少ない" {
		t.Errorf("%+v", h)
	}
	_, page, _ := b.get("/staff/hours")
	for _, want := range []string{"11月24日（火）", "16:00–18:30、20:00–22:00", "きまり：15:00–22:00。tanaka：当番が少ない", "12月7日（月）"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if code, _ := b.hours([]string{"2026-11-24"}, "mode", "closed", "why", "台風"); code != 303 || len(g.store.hours["2026-11-24"].Spans) != 0 {
		t.Errorf("%d %+v", code, g.store.hours)
	}
	if code, _ := b.hours([]string{"2026-11-24"}, "mode", "frame", "why", "はれた"); code != 303 || len(g.store.hours) != 1 {
		t.Errorf("%d %+v", code, g.store.hours)
	}
	if d := g.store.deeds; len(d) != 3 || d[0].Kind != DeedHours || !strings.Contains(d[0].Text, "11月24日（火）・11月25日（水）を「16:00–18:30、20:00–22:00」にした：当番が少ない") {
		t.Errorf("%+v", d)
	}
	if _, page, _ := b.get("/staff/deeds"); !strings.Contains(page, "にした：台風") {
		t.Error("the log page does not show it")
	}
	for _, bad := range []struct {
		days []string
		form []string
	}{
		{nil, []string{"mode", "closed", "why", "x"}},
		{[]string{"2026-12-24"}, []string{"mode", "closed", "why", "x"}}, // too far
		{[]string{"2026-11-24"}, []string{"mode", "closed"}},
		{[]string{"2026-11-24"}, []string{"mode", "odd", "why", "x"}},
		{[]string{"2026-11-24"}, []string{"mode", "times", "why", "x"}},
		{[]string{"2026-11-24"}, []string{"mode", "times", "why", "x", "t0", "16:00"}},
		{[]string{"2026-11-24"}, []string{"mode", "times", "why", "x", "t0", "18:00", "t1", "16:00"}},
		{[]string{"2026-11-24"}, []string{"mode", "times", "why", "x", "t0", "16:00", "t1", "18:00", "t2", "17:00", "t3", "19:00"}},
		{[]string{"2026-11-24"}, []string{"mode", "times", "why", "x", "t0", "14:00", "t1", "18:00"}},               // before the city's week
		{[]string{"2026-11-24"}, []string{"mode", "times", "why", "x", "t0", "16:00", "t1", "0:00"}},                // after it
		{[]string{"2026-11-24", "2026-11-29"}, []string{"mode", "times", "why", "x", "t0", "16:00", "t1", "18:00"}}, // Sunday is closed
	} {
		if code, text := b.hours(bad.days, bad.form...); code != 422 || !strings.Contains(text, `class="flash bad"`) {
			t.Errorf("%v %v: %d", bad.days, bad.form, code)
		}
	}
	if len(g.store.deeds) != 3 || g.city.changed != 3 {
		t.Error("what was refused was done")
	}
	g.store.failDeeds = os.ErrClosed
	if code, _ := b.hours([]string{"2026-11-26"}, "mode", "closed", "why", "x"); code != 503 || len(g.store.hours) != 1 {
		t.Errorf("changed without a log: %d", code)
	}
}

func TestNewWordsForAChild(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	b := g.signedIn("tanaka")
	var trace []string
	g.store.trace, g.city.trace = func(s string) { trace = append(trace, s) }, func(s string) { trace = append(trace, s) }
	if code, text, _ := b.post("/staff/reissue", "name", "だれか"); code != 404 || !strings.Contains(text, "見つかりません") {
		t.Errorf("%d", code)
	}
	code, text, _ := b.post("/staff/reissue", "name", penguin.Name)
	if code != 200 || !strings.Contains(text, "小学5・6年") || strings.Contains(text, "しろくま") {
		t.Errorf("%d %s", code, text)
	}
	known := []string{"name", penguin.Name, "visitor", penguin.ID.String()}
	for _, bad := range [][]string{
		append(known, "why", "学校で会った"),                                                            // not met
		append(known, "met", "yes"),                                                               // no why
		{"name", penguin.Name, "visitor", "0000000000000009", "met", "yes", "why", "x"},           // of another step
		{"name", "", "visitor", penguin.ID.String(), "met", "yes", "why", strings.Repeat("あ", 9)}, // nobody
	} {
		if code, text, _ := b.post("/staff/reissue", bad...); code < 400 || strings.Contains(text, "しろくま") {
			t.Errorf("%v: %d", bad, code)
		}
	}
	if trace != nil {
		t.Fatalf("%v", trace)
	}
	code, text, h := b.post("/staff/reissue", append(known, "met", "yes", "why", "学校の相談室で会った")...)
	if code != 200 || !strings.Contains(text, "しろくま") || !strings.Contains(text, "のはら") || h.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %s", code, text)
	}
	if !slices.Equal(trace, []string{"deed", "reissue"}) {
		t.Errorf("order: %v", trace)
	}
	if d := g.store.deeds[0]; d.Kind != DeedPassphrase || d.Visitor != penguin.ID || !strings.Contains(d.Text, "学校の相談室で会った") || strings.Contains(d.Text, "しろくま") {
		t.Errorf("%+v", d)
	}
}

func TestACaseByHand(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	b := g.signedIn("tanaka")
	if code, _, _ := b.post("/staff/new", "why", ""); code != 422 {
		t.Errorf("without a reason: %d", code)
	}
	if code, text, _ := b.post("/staff/new", "why", "気になる", "name", "だれか"); code != 422 || !strings.Contains(text, "気になる") {
		t.Errorf("about nobody: %d", code)
	}
	if code, _, _ := b.post("/staff/new", "why", "気になる", "category", "odd"); code != 422 {
		t.Errorf("an unknown category: %d", code)
	}
	code, _, h := b.post("/staff/new", "why", "一人で泣くしぐさ", "name", penguin.Name, "category", "loneliness", "level", "urgent")
	if code != 303 || h.Get("Location") != "/staff/case/1?did=opened" {
		t.Fatalf("%d %s", code, h.Get("Location"))
	}
	k, err := g.book.Case(context.Background(), 1)
	if err != nil || k.Source != casebook.Manual || k.By != "tanaka" || k.Visitor != 7 || k.Level != moderation.Urgent || k.Room != plaza {
		t.Errorf("%+v, %v", k, err)
	}
	if _, page, _ := b.get("/staff/case/1"); !strings.Contains(page, "一人で泣くしぐさ") || strings.Contains(page, "/judge") {
		t.Error("the page lacks the reason, or asks to judge a machine that said nothing")
	}
	if _, _, h := b.post("/staff/case/1/close", "text", "話した"); !strings.Contains(h.Get("Location"), "did=closed") {
		t.Errorf("a case by hand ends without a finding: %s", h.Get("Location"))
	}
	if code, _, _ := b.post("/staff/new", "why", "だれのことかわからない"); code != 303 {
		t.Errorf("%d", code)
	}
	if _, page, _ := b.get("/staff/case/2"); strings.Contains(page, "/whisper") || strings.Contains(page, "/mute") {
		t.Error("nobody can be spoken to")
	}
}

func TestReportsAndAppealsHaveLists(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	b := g.signedIn("tanaka")
	if _, page, _ := b.get("/staff/appeals"); !strings.Contains(page, "申し出はありません") {
		t.Error("an empty list says nothing")
	}
	ctx := context.Background()
	if _, err := g.book.Report(ctx, casebook.Report{Reporter: 8, Visitor: 7, Name: "ことりメロン", Room: plaza, Why: "こわい"}); err != nil {
		t.Fatal(err)
	}
	about := g.said(5, "ばか", moderation.Verdict{Concern: moderation.Case, Show: moderation.Block, Reasons: []moderation.Reason{{Category: moderation.Insult}}})
	n, err := g.book.Appeal(ctx, casebook.Appeal{
		Utterance: moderation.Utterance{ID: 5, City: "kariya", Room: plaza, Speaker: 5, Name: "ゆきうさぎ", Text: "ばか", At: g.now()},
		Verdict:   moderation.Verdict{Show: moderation.Block, Reasons: []moderation.Reason{{Category: moderation.Insult}}}, About: about,
	})
	if err != nil || n == about {
		t.Fatal(n, err)
	}
	if _, page, _ := b.get("/staff/reports"); !strings.Contains(page, "ことりメロン") || strings.Contains(page, "ゆきうさぎ") {
		t.Error("the reports are wrong")
	}
	if _, page, _ := b.get("/staff/appeals"); !strings.Contains(page, "ゆきうさぎ") || strings.Contains(page, "ことりメロン") {
		t.Error("the appeals are wrong")
	}
	if _, page, _ := b.get("/staff/case/3"); !strings.Contains(page, "「ちがうよ」の申し出") || !strings.Contains(page, `href="/staff/case/2"`) {
		t.Error("the appeal's page does not say what it is")
	}
}

// A person takes words back that were shown and hurt; never a child's own need.
func TestStaffTakeWordsBack(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	b := g.signedIn("tanaka")
	harm := g.said(1, "らくに かせげるよ", moderation.Verdict{Concern: moderation.Case, Reasons: []moderation.Reason{{Category: moderation.DarkJob, Severity: 2}}})
	need := g.said(2, "もうつかれた", moderation.Verdict{Concern: moderation.Case, Reasons: []moderation.Reason{{Category: moderation.SelfDenial, Severity: 2}}})
	held := g.said(3, "ばか", moderation.Verdict{Show: moderation.Block, Concern: moderation.Case, Reasons: []moderation.Reason{{Category: moderation.Insult, Severity: 2}}})
	back := func(c id.CaseID, u string) string {
		_, _, h := b.post("/staff/case/"+strconv.Itoa(int(c))+"/retract", "utterance", u)
		_, did, _ := strings.Cut(h.Get("Location"), "did=")
		return did
	}
	for c, u := range map[id.CaseID]string{need: "2", held: "3", harm: "9"} {
		if got := back(c, u); got != "state" {
			t.Errorf("case %d: %s", c, got)
		}
	}
	if _, page, _ := b.get("/staff/case/2"); strings.Contains(page, "/retract") {
		t.Error("a child's need may be taken back")
	}
	if got := back(harm, "1"); got != "retracted" || !slices.Equal(g.city.back, []id.UtteranceID{1}) {
		t.Errorf("%s %v", got, g.city.back)
	}
	if got := back(harm, "1"); got != "state" || len(g.city.back) != 1 {
		t.Errorf("twice: %s", got)
	}
	// A person may see harm where the machine saw need.
	b.judges(need, 2, "finding", "other", "category", "dark_job", "severity", "2", "duty", "support")
	if got := back(need, "2"); got != "state" {
		t.Errorf("still in need: %s", got)
	}
	b.judges(need, 2, "finding", "other", "category", "dark_job", "severity", "2", "duty", "harm")
	if got := back(need, "2"); got != "retracted" || len(g.city.back) != 2 {
		t.Errorf("judged as harm: %s", got)
	}
	k, err := g.book.Case(context.Background(), harm)
	if err != nil || k.Said[0].Retracted.IsZero() || len(k.Notes) != 1 || len(k.Said[0].Reasons) != 1 || len(k.Lines) != 1 {
		t.Errorf("%+v, %v", k, err)
	}
	if _, page, _ := b.get("/staff/case/1"); !strings.Contains(page, "取り消しました") {
		t.Error("the page does not say so")
	}
}

func TestTheCityInWords(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	g.city.rooms[0].Load = LoadShut
	g.city.state = State{Title: "刈谷市", Waiting: 12, Second: "第一段だけ"}
	_, page, _ := g.signedIn("tanaka").get("/staff/")
	for _, want := range []string{"外で順番待ち", "12人", "第一段だけ", "新しい子は外で順番待ち", "閉じています"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}
