package console

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

var update = flag.Bool("update", false, "write the golden file anew")

// said raises one utterance of a visitor of its own.
func (g *rig) said(n int, text string, v moderation.Verdict) id.CaseID {
	g.t.Helper()
	c, err := g.book.Raise(context.Background(), moderation.Alarm{
		Utterance: moderation.Utterance{
			ID: id.UtteranceID(n), City: "kariya", Room: plaza, Speaker: id.VisitorID(n), Name: "ふわふわペンギン", Bracket: id.El56, Text: text, At: g.now(),
		},
		Verdict: v, Shown: v.Show < moderation.Hold,
	})
	if err != nil {
		g.t.Fatal(err)
	}
	return c
}

func (b *browser) judges(c id.CaseID, u int, form ...string) string {
	b.g.t.Helper()
	code, body, h := b.post(fmt.Sprintf("/staff/case/%d/judge", c), append([]string{"utterance", fmt.Sprint(u)}, form...)...)
	if code != 303 {
		b.g.t.Fatalf("%d %s", code, body)
	}
	_, did, _ := strings.Cut(h.Get("Location"), "did=")
	b.g.pass(time.Minute)
	return did
}

// What staff have judged comes out in the format of moderation's own
// utterances. The golden file is read by the trainer's test too.
func TestFeedbackIsGold(t *testing.T) {
	g := newRig(t)
	g.account("lead", RoleLead)
	g.account("tanaka", RoleStaff)
	b := g.signedIn("tanaka")
	insult := moderation.Reason{Rule: "insult.3", Category: moderation.Insult, Severity: 2, View: "plain", Spans: []moderation.Span{{From: 0, To: 2}}}
	spaced := moderation.Reason{Rule: "insult.9", Category: moderation.Insult, Severity: 1, View: "tight"}
	alone := moderation.Reason{Rule: "model/loneliness", Category: moderation.Loneliness, Severity: 1, Concern: moderation.Case, View: "model"}
	memory := moderation.Reason{Rule: "asks.photo", Category: moderation.Grooming, Severity: 2, View: memoryView}
	for n, x := range []struct {
		text  string
		v     moderation.Verdict
		judge []string
	}{
		{"ばかじゃないの", moderation.Verdict{Show: moderation.Block, Concern: moderation.Case, Severity: 2, Reasons: []moderation.Reason{insult}}, []string{"finding", "right"}},
		{"ば か み た い", moderation.Verdict{Show: moderation.Block, Concern: moderation.Case, Severity: 1, Reasons: []moderation.Reason{spaced}}, []string{"finding", "right"}},
		{"おにごっこで しんだ、もう一回", moderation.Verdict{Concern: moderation.Case, Reasons: []moderation.Reason{{Rule: "model/self_harm", Category: moderation.SelfHarm, Severity: 2, View: "model"}}}, []string{"finding", "wrong"}},
		{"だれも話す人いない", moderation.Verdict{Concern: moderation.Case, Reasons: []moderation.Reason{alone, {Rule: "r", Category: moderation.Insult, Concern: moderation.Watch, Severity: 1}}}, []string{"finding", "right"}},
		{"きのうから何も食べてない", moderation.Verdict{Concern: moderation.Case, Reasons: []moderation.Reason{alone}}, []string{"finding", "other", "category", "poverty_hunger", "severity", "2", "duty", "harm"}},
		{"せんぱいに荷物はこべって言われてこわい", moderation.Verdict{Show: moderation.Block, Concern: moderation.Case, Severity: 3, Reasons: []moderation.Reason{{Rule: "dark_job.4", Category: moderation.DarkJob, Severity: 3}}}, []string{"finding", "other", "category", "dark_job", "severity", "3", "duty", "support"}},
		{"しゃしん おくって", moderation.Verdict{Show: moderation.Block, Concern: moderation.Case, Severity: 2, Reasons: []moderation.Reason{memory}}, []string{"finding", "right"}},
		{"090のあとは？", moderation.Verdict{Show: moderation.Mask, Concern: moderation.Case, Severity: 2, Reasons: []moderation.Reason{{Rule: "pii.phone", Category: moderation.PII, Severity: 2}}}, []string{"finding", "right"}},
	} {
		c := g.said(n+1, x.text, x.v)
		if got := b.judges(c, n+1, x.judge...); got != "judged" {
			t.Errorf("%s: %s", x.text, got)
		}
	}
	// Somebody changes their mind: the latest counts, in the old place.
	if got := b.judges(1, 1, "finding", "wrong"); got != "judged" {
		t.Error(got)
	}
	if got := g.signedIn("lead").judges(1, 1, "finding", "right"); got != "judged" {
		t.Error(got)
	}
	var out bytes.Buffer
	tally, err := g.console.Feedback(context.Background(), &out)
	if err != nil || tally != (Tally{Right: 5, Wrong: 1, Other: 2, Written: 7, Several: 1}) {
		t.Errorf("%+v, %v", tally, err)
	}
	const golden = "testdata/train-feedback.jsonl"
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || out.String() != string(want) {
		t.Errorf("%v, got\n%s", err, out.String())
	}
	// The same by the page, for those who may, and on record.
	if code, _, _ := b.post("/staff/feedback"); code != 403 {
		t.Errorf("anybody may take it: %d", code)
	}
	code, body, h := g.signedIn("lead").post("/staff/feedback")
	if code != 200 || body != string(want) || !strings.Contains(h.Get("Content-Disposition"), "train-feedback-kariya-") {
		t.Errorf("%d %s", code, h)
	}
	if d := g.store.deeds; len(d) != 1 || d[0].Kind != DeedFeedback || d[0].Staff != "lead" {
		t.Errorf("%+v", d)
	}
	for _, never := range []string{"ペンギン", "tanaka", "plaza"} {
		if strings.Contains(body, never) {
			t.Errorf("the file holds %s", never)
		}
	}
}

func TestNothingIsTakenWithoutALog(t *testing.T) {
	g := newRig(t)
	g.account("lead", RoleLead)
	b := g.signedIn("lead")
	b.judges(g.said(1, "ねむれない", moderation.Verdict{Concern: moderation.Case, Reasons: []moderation.Reason{{Category: moderation.EatingSleep}}}), 1, "finding", "right")
	g.store.failDeeds = os.ErrClosed
	if code, body, _ := b.post("/staff/feedback"); code != 503 || strings.Contains(body, "ねむれない") {
		t.Errorf("%d", code)
	}
}

func TestJudgingAnAlert(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	c := g.said(1, "ばかじゃないの", moderation.Verdict{Show: moderation.Block, Concern: moderation.Case, Reasons: []moderation.Reason{{Rule: "insult.3", Category: moderation.Insult, Spans: []moderation.Span{{From: 0, To: 2}}}}})
	b := g.signedIn("tanaka")
	for _, bad := range [][]string{
		{}, {"finding", "maybe"}, {"finding", "other"}, {"finding", "other", "category", "nonsense", "severity", "2"},
		{"finding", "other", "category", "threat", "severity", "4"}, {"finding", "other", "category", "threat"},
	} {
		if got := b.judges(c, 1, bad...); got != "judgement" {
			t.Errorf("%v: %s", bad, got)
		}
	}
	if got := b.judges(c, 99, "finding", "right"); got != "judgement" {
		t.Errorf("no such alert: %s", got)
	}
	if len(g.store.judged) != 0 {
		t.Fatalf("%+v", g.store.judged)
	}
	b.judges(c, 1, "finding", "wrong")
	b.judges(c, 1, "finding", "other", "category", "threat", "severity", "2")
	_, body, _ := b.get("/staff/case/1")
	for _, want := range []string{"<mark>ばか</mark>じゃないの", "区分は「脅し」・はっきり", "まえの判断（1）", "まちがい（問題のないことば）", "ことばの規則", "insult.3", "まわりの子には見えていません"} {
		if !strings.Contains(body, want) {
			t.Errorf("the case page lacks %s", want)
		}
	}
}

// Expectations are of the kind that the scorer of moderation accepts: what
// should be is among what may be.
func TestExpectationsAgreeWithThemselves(t *testing.T) {
	for _, duty := range []Duty{DutyNone, DutySupport, DutyHarm} {
		for _, c := range moderation.Categories() {
			for sev := range 4 {
				e := expect(duty, c, sev)
				b, _ := json.Marshal(e)
				shown, _ := json.Marshal(e.Shown)
				accept, _ := json.Marshal(e.ShownAccept)
				if !strings.Contains(string(accept), string(shown)) || !strings.Contains(strings.Join(e.EscalateAccept, " "), e.Escalate) {
					t.Errorf("%d %s %d: %s", duty, c, sev, b)
				}
				if duty == DutySupport && strings.Contains(string(accept), "false") {
					t.Errorf("%s: a child in need may be silenced: %s", c, b)
				}
			}
		}
	}
}
