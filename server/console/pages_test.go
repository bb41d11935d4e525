package console

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
)

func TestPagesHoldNothingInline(t *testing.T) {
	g := newRig(t)
	g.account("lead", RoleLead)
	g.raise(moderation.Urgent, "消えたい")
	b := g.signedIn("lead")
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script(?:[^>]*)>[^<]|javascript:|https?://[^"]*\.(css|js)`)
	for _, path := range []string{"/staff/", "/staff/case/1", "/staff/closed", "/staff/reports", "/staff/appeals", "/staff/new",
		"/staff/hours", "/staff/reissue", "/staff/views", "/staff/deeds", "/staff/feedback", "/staff/password", "/staff/accounts"} {
		code, body, _ := b.get(path)
		if code != 200 {
			t.Errorf("%s: %d", path, code)
		}
		if m := inline.FindString(body); m != "" {
			t.Errorf("%s holds %q, which the policy forbids", path, m)
		}
	}
	for _, path := range []string{"staff.css", "live.js", "icon.svg"} {
		if code, _, _ := b.get("/staff/static/" + path); code != 200 {
			t.Errorf("%s: %d", path, code)
		}
	}
}

func TestHostileWordsAreText(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	words := `"><script>alert(1)</script><img src=x onerror=alert(2)>`
	k := g.raise(moderation.Urgent, words)
	if err := g.book.Note(context.Background(), k, "tanaka", "</p><iframe src=//evil.example>"); err != nil {
		t.Fatal(err)
	}
	b := g.signedIn("tanaka")
	code, body, _ := b.get("/staff/case/1")
	if code != 200 {
		t.Fatal(code)
	}
	for _, bad := range []string{"<script>alert", "<img src=x", "<iframe", "<b>どうしたの"} {
		if strings.Contains(body, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if !strings.Contains(body, "&lt;b&gt;どうしたの") || !strings.Contains(body, "<mark>&#34;&gt;</mark>") {
		t.Errorf("the words are not there, or not marked: %s", body)
	}
}

func TestOverviewShowsNoWords(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	g.raise(moderation.Urgent, "もう消えたい")
	_, body, _ := g.signedIn("tanaka").get("/staff/")
	if !strings.Contains(body, "ふわふわペンギン") || strings.Contains(body, "消えたい") || strings.Contains(body, "どうしたの") {
		t.Fatalf("the overview must name the case and quote nothing: %s", body)
	}
	if len(g.store.views) != 0 {
		t.Fatal("looking at the overview is no view")
	}
}

func TestOpeningACaseIsLoggedFirst(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	g.raise(moderation.Case, "ねむれない")
	b := g.signedIn("tanaka")
	g.store.mu.Lock()
	g.store.failViews = errors.New("disk full")
	g.store.mu.Unlock()
	code, body, _ := b.get("/staff/case/1")
	if code != 503 || strings.Contains(body, "ねむれない") {
		t.Fatalf("shown although the log failed: %d", code)
	}
	code, body, _ = b.get("/staff/live?case=1")
	if code != 503 || strings.Contains(body, "ねむれない") {
		t.Fatalf("the live page shows it although the log failed: %d", code)
	}
	g.store.mu.Lock()
	g.store.failViews = nil
	g.store.mu.Unlock()
	if code, body, _ := b.get("/staff/case/1"); code != 200 || !strings.Contains(body, "れない") {
		t.Fatalf("%d", code)
	}
	if len(g.store.views) != 1 || g.store.views[0].Case != 1 || g.store.views[0].Staff != "tanaka" {
		t.Fatalf("%+v", g.store.views)
	}
	if _, body, _ := b.get("/staff/views"); !strings.Contains(body, "ケース 1") {
		t.Fatal("the log page does not show it")
	}
}

func TestWatchWritesTheLogBeforeTheTicket(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	var trace []string
	g.store.trace = func(s string) { trace = append(trace, s) }
	g.city.trace = func(s string) { trace = append(trace, s) }
	b := g.signedIn("tanaka")
	code, _, h := b.post("/staff/watch", "room", plaza.String())
	if code != 303 || h.Get("Location") != "/?watch=1" {
		t.Fatalf("%d %s", code, h.Get("Location"))
	}
	if !slices.Equal(trace, []string{"view", "ticket"}) {
		t.Fatalf("order: %v", trace)
	}
	set := h.Get("Set-Cookie")
	for _, want := range []string{WatchCookie + "=ticket-1", "Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=60"} {
		if !strings.Contains(set, want) {
			t.Errorf("the ticket's cookie lacks %s: %s", want, set)
		}
	}
	g.store.failViews = errors.New("disk full")
	trace = nil
	if code, _, h := b.post("/staff/watch", "room", plaza.String()); code != 503 || h.Get("Set-Cookie") != "" || trace != nil {
		t.Fatalf("a ticket without a log entry: %d %v", code, trace)
	}
	for _, room := range []string{"", "kariya/nowhere/1", "elsewhere/plaza/1", "../../etc"} {
		if _, _, h := b.post("/staff/watch", "room", room); !strings.Contains(h.Get("Location"), "did=noroom") {
			t.Errorf("%q: %s", room, h.Get("Location"))
		}
	}
}

func TestDeedsOnACase(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	k := g.raise(moderation.Urgent, "消えたい")
	b := g.signedIn("tanaka")
	did := func(deed string, form ...string) string {
		t.Helper()
		code, body, h := b.post("/staff/case/1/"+deed, form...)
		if code != 303 {
			t.Fatalf("%s: %d %s", deed, code, body)
		}
		_, did, _ := strings.Cut(h.Get("Location"), "did=")
		return did
	}
	state := func() casebook.Case {
		c, err := g.book.Case(context.Background(), k)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if got := did("acknowledge"); got != "acknowledged" || state().By != "tanaka" || state().State != casebook.Acknowledged {
		t.Fatalf("%s %+v", got, state())
	}
	if got := did("acknowledge"); got != "state" {
		t.Errorf("taken twice: %s", got)
	}
	if got := did("whisper", "text", "だいじょうぶ？\r\nここで聞いているよ。"); got != "whispered" || !slices.Equal(g.city.whispers, []string{"tanaka: だいじょうぶ？ ここで聞いているよ。"}) {
		t.Errorf("%s %q", got, g.city.whispers)
	}
	if n := state().Notes; len(n) != 1 || !strings.Contains(n[0].Text, "ここで聞いているよ") {
		t.Errorf("the whisper is not in the case: %+v", n)
	}
	if got := did("whisper", "text", strings.Repeat("あ", 201)); got != "empty" {
		t.Errorf("too long: %s", got)
	}
	g.city.refuse = ErrRefused
	if got := did("whisper", "text", "ばか"); got != "refused" {
		t.Errorf("refused by the gate: %s", got)
	}
	if got := did("mute", "minutes", "5", "why", "少し休む"); got != "muted" || g.city.muted[7] != 5*time.Minute {
		t.Errorf("%s %v", got, g.city.muted)
	}
	if got := did("mute", "minutes", "100000", "why", "x"); got != "empty" {
		t.Errorf("a mute of any length: %s", got)
	}
	if got := did("unmute"); got != "unmuted" || len(g.city.muted) != 0 {
		t.Errorf("%s %v", got, g.city.muted)
	}
	if got := did("note", "text", "担任に電話した"); got != "noted" {
		t.Errorf("%s", got)
	}
	if got := did("close", "text", "落ち着いた"); got != "judgement" {
		t.Errorf("closed without a finding: %s", got)
	}
	if got := did("judge", "utterance", "0", "finding", "right"); got != "judged" {
		t.Errorf("%s", got)
	}
	if got := did("close", "text", "落ち着いた"); got != "closed" || state().State != casebook.Closed {
		t.Errorf("%s", got)
	}
	if got := did("close", "text", "また"); got != "state" {
		t.Errorf("closed twice: %s", got)
	}
	if _, body, _ := b.get("/staff/closed"); !strings.Contains(body, "ふわふわペンギン") {
		t.Error("not among the closed cases")
	}
	if got := did("reopen"); got != "reopened" || state().State != casebook.Open {
		t.Errorf("%s", got)
	}
	delete(g.city.here, 7)
	if got := did("whisper", "text", "おーい"); got != "away" {
		t.Errorf("nobody there: %s", got)
	}
	if code, _, _ := b.post("/staff/case/99/acknowledge"); code != 404 {
		t.Errorf("no such case: %d", code)
	}
}

func TestFormsAreBounded(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	g.raise(moderation.Case, "ねむれない")
	b := g.signedIn("tanaka")
	if code, _, _ := b.post("/staff/case/1/note", "text", strings.Repeat("x", maxForm)); code != 400 {
		t.Fatalf("%d", code)
	}
}
