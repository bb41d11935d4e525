package console

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
)

const goodPassword = "しょうぶ園の朝 42"

// rig is a console on a real loopback server with a real casebook.
type rig struct {
	t       *testing.T
	console *Console
	store   *fakeStore
	city    *fakeCity
	book    *casebook.Book
	server  *httptest.Server
	mu      sync.Mutex
	at      time.Time
	stop    context.CancelFunc
}

func newRig(t *testing.T, change ...func(*Options)) *rig {
	t.Helper()
	g := &rig{t: t, store: newFakeStore(), city: newFakeCity(), at: time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC)}
	g.book = casebook.New(g.store, "kariya", g.now)
	o := Options{City: "kariya", Live: g.city, Cases: g.book, Store: g.store, Now: g.now, Log: slog.New(slog.DiscardHandler)}
	for _, f := range change {
		f(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	c.liveEvery, c.lookUpEvery = 10*time.Millisecond, 20*time.Millisecond
	g.console = c
	ctx, stop := context.WithCancel(context.Background())
	g.stop = stop
	var wg sync.WaitGroup
	wg.Go(func() { _ = g.book.Run(ctx) })
	wg.Go(func() { _ = c.Run(ctx) })
	g.server = httptest.NewUnstartedServer(c)
	// Live pages must outlast these.
	g.server.Config.ReadTimeout = 2 * time.Second
	g.server.Config.WriteTimeout = 2 * time.Second
	g.server.Start()
	t.Cleanup(func() { stop(); g.server.Close(); wg.Wait() })
	return g
}

func (g *rig) now() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.at
}

func (g *rig) pass(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.at = g.at.Add(d)
}

func (g *rig) account(name string, role Role) {
	g.t.Helper()
	if err := g.console.AddAccount(context.Background(), name, goodPassword, role); err != nil {
		g.t.Fatal(err)
	}
}

func (g *rig) raise(level moderation.Concern, words string) id.CaseID {
	g.t.Helper()
	n, err := g.book.Raise(context.Background(), moderation.Alarm{
		Utterance: moderation.Utterance{
			City: "kariya", Room: plaza, Speaker: 7, Name: "ふわふわペンギン", Bracket: id.El56, Text: words, At: g.now(),
			Before: []moderation.Line{{At: g.now().Add(-5 * time.Second), Speaker: 8, Name: "きらきらカエル", Text: "<b>どうしたの</b>"}},
		},
		Verdict: moderation.Verdict{Concern: level, Reasons: []moderation.Reason{{Rule: "distress.want-to-vanish", Category: moderation.SelfHarm, Severity: 3, Spans: []moderation.Span{{From: 0, To: 2}}}}},
		Shown:   true,
	})
	if err != nil {
		g.t.Fatal(err)
	}
	return n
}

// browser is a client with cookies that follows no redirect.
type browser struct {
	*http.Client
	g *rig
}

func (g *rig) browser() *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, g}
}

func (b *browser) do(r *http.Request) (int, string, http.Header) {
	b.g.t.Helper()
	res, err := b.Do(r)
	if err != nil {
		b.g.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.g.t.Fatal(err)
	}
	return res.StatusCode, string(body), res.Header
}

func (b *browser) get(path string) (int, string, http.Header) {
	b.g.t.Helper()
	r, _ := http.NewRequest("GET", b.g.server.URL+path, nil)
	return b.do(r)
}

func (b *browser) postRequest(path string, form ...string) *http.Request {
	v := url.Values{}
	for i := 0; i < len(form); i += 2 {
		v.Set(form[i], form[i+1])
	}
	r, _ := http.NewRequest("POST", b.g.server.URL+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", b.g.server.URL)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

func (b *browser) post(path string, form ...string) (int, string, http.Header) {
	b.g.t.Helper()
	return b.do(b.postRequest(path, form...))
}

func (b *browser) cookie(name, path string) string {
	u, _ := url.Parse(b.g.server.URL + path)
	for _, c := range b.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func (g *rig) signedIn(name string) *browser {
	g.t.Helper()
	b := g.browser()
	if code, body, h := b.post("/staff/sign-in", "name", name, "password", goodPassword); code != 303 || h.Get("Location") != "/staff/" {
		g.t.Fatalf("sign-in: %d %s", code, body)
	}
	return b
}

func TestSignInShowsTheCity(t *testing.T) {
	g := newRig(t)
	g.account("Tanaka", RoleStaff)
	b := g.browser()
	if code, _, h := b.get("/staff/"); code != 303 || h.Get("Location") != "/staff/sign-in" {
		t.Fatalf("a stranger got %d", code)
	}
	code, body, h := b.post("/staff/sign-in", "name", "ＴＡＮＡＫＡ ", "password", goodPassword)
	if code != 303 {
		t.Fatalf("%d %s", code, body)
	}
	set := h.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Strict", "Path=/staff/"} {
		if !strings.Contains(set, want) {
			t.Errorf("the session cookie lacks %s: %s", want, set)
		}
	}
	value := b.cookie(SessionCookie, "/staff/")
	if len(value) < 24 {
		t.Fatalf("a session secret of %d signs", len(value))
	}
	if _, ok := g.store.sessions[keyOf(value)]; !ok || len(g.store.sessions) != 1 {
		t.Fatal("the session is not stored under its hash")
	}
	code, body, h = b.get("/staff/")
	if code != 200 || !strings.Contains(body, "駅前ひろば") || !strings.Contains(body, "刈谷市") || !strings.Contains(body, "tanaka") {
		t.Fatalf("%d %s", code, body)
	}
	if csp := h.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'self';") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
	if h.Get("Cache-Control") != "no-store" {
		t.Error("a page may be cached")
	}
}

func TestPagesHoldNothingInline(t *testing.T) {
	g := newRig(t)
	g.account("lead", RoleLead)
	g.raise(moderation.Urgent, "消えたい")
	b := g.signedIn("lead")
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script(?:[^>]*)>[^<]|javascript:|https?://[^"]*\.(css|js)`)
	for _, path := range []string{"/staff/", "/staff/case/1", "/staff/closed", "/staff/views", "/staff/password", "/staff/accounts"} {
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

func TestWrongPasswordAndUnknownNameLookTheSame(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	b := g.browser()
	code1, body1, _ := b.post("/staff/sign-in", "name", "tanaka", "password", "ちがうパスワード 1")
	code2, body2, _ := b.post("/staff/sign-in", "name", "suzuki", "password", "ちがうパスワード 1")
	if code1 != 403 || code2 != 403 || strings.ReplaceAll(body1, "tanaka", "") != strings.ReplaceAll(body2, "suzuki", "") {
		t.Fatalf("%d and %d, or the pages differ", code1, code2)
	}
	if b.cookie(SessionCookie, "/staff/") != "" {
		t.Fatal("a session without a password")
	}
}

func TestFailuresDelayThatNameAlone(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	g.account("suzuki", RoleStaff)
	b := g.browser()
	last := 0
	for range triesFree + 2 {
		last, _, _ = b.post("/staff/sign-in", "name", "tanaka", "password", "ちがうパスワード 1")
	}
	if last != 429 {
		t.Fatalf("after %d failures: %d", triesFree+1, last)
	}
	// Not even the right password helps before the delay is over.
	if code, _, h := b.post("/staff/sign-in", "name", "tanaka", "password", goodPassword); code != 429 || h.Get("Retry-After") == "" {
		t.Fatalf("%d", code)
	}
	g.signedIn("suzuki")
	g.pass(triesMax)
	g.signedIn("tanaka")
	g.signedIn("tanaka") // success wipes the count
}

func TestSessionFixation(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	b := g.browser()
	u, _ := url.Parse(g.server.URL + "/staff/")
	b.Jar.SetCookies(u, []*http.Cookie{{Name: SessionCookie, Value: "planted-by-somebody-else", Path: "/staff/"}})
	b.post("/staff/sign-in", "name", "tanaka", "password", goodPassword)
	first := b.cookie(SessionCookie, "/staff/")
	if first == "planted-by-somebody-else" || first == "" {
		t.Fatal("the planted secret was taken")
	}
	b.post("/staff/sign-in", "name", "tanaka", "password", goodPassword)
	if second := b.cookie(SessionCookie, "/staff/"); second == first {
		t.Fatal("a second sign-in kept the secret")
	}
	if len(g.store.sessions) != 1 {
		t.Fatalf("%d sessions: the old one lives on", len(g.store.sessions))
	}
}

func TestForeignPostsAreRefused(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	k := g.raise(moderation.Case, "ねむれない")
	b := g.signedIn("tanaka")
	for name, change := range map[string]func(http.Header){
		"foreign origin":     func(h http.Header) { h.Set("Origin", "https://evil.example"); h.Del("Sec-Fetch-Site") },
		"same site only":     func(h http.Header) { h.Set("Sec-Fetch-Site", "same-site") },
		"cross site":         func(h http.Header) { h.Set("Sec-Fetch-Site", "cross-site"); h.Del("Origin") },
		"opaque origin":      func(h http.Header) { h.Set("Origin", "null") },
		"another port":       func(h http.Header) { h.Set("Origin", "http://127.0.0.1:1"); h.Del("Sec-Fetch-Site") },
		"another scheme":     func(h http.Header) { h.Set("Origin", strings.Replace(g.server.URL, "http:", "https:", 1)) },
		"neither header":     func(h http.Header) { h.Del("Origin"); h.Del("Sec-Fetch-Site") },
		"right site, origin": func(h http.Header) { h.Set("Origin", "https://evil.example") },
	} {
		r := b.postRequest("/staff/case/1/acknowledge")
		change(r.Header)
		if code, _, _ := b.do(r); code != 403 {
			t.Errorf("%s: %d", name, code)
		}
	}
	if c, _ := g.book.Case(context.Background(), k); c.State != casebook.Open {
		t.Fatal("a foreign page took a case")
	}
	if code, _, _ := b.post("/staff/case/1/acknowledge"); code != 303 {
		t.Fatalf("our own page: %d", code)
	}
}

func TestPlainHTTPOnlyOnThisMachine(t *testing.T) {
	proxy := netip.MustParsePrefix("10.0.0.5/32")
	g := newRig(t, func(o *Options) { o.Proxies = []netip.Prefix{proxy} })
	for _, c := range []struct {
		name, remote, host string
		tls                bool
		header             [2]string
		want               bool
	}{
		{"loopback", "127.0.0.1:5000", "127.0.0.1:8080", false, [2]string{}, true},
		{"loopback by name", "[::1]:5000", "localhost:8080", false, [2]string{}, true},
		{"a machine of the net", "192.168.1.9:5000", "192.168.1.2:8080", false, [2]string{}, false},
		{"remote that names loopback", "192.168.1.9:5000", "127.0.0.1:8080", false, [2]string{}, false},
		{"loopback with a public name", "127.0.0.1:5000", "kids.example.jp", false, [2]string{}, false},
		{"an unnamed proxy on this machine", "127.0.0.1:5000", "127.0.0.1:8080", false, [2]string{"X-Forwarded-For", "203.0.113.7"}, false},
		{"a stranger who claims TLS", "203.0.113.7:5000", "kids.example.jp", false, [2]string{"X-Forwarded-Proto", "https"}, false},
		{"the named proxy with TLS", "10.0.0.5:5000", "kids.example.jp", false, [2]string{"X-Forwarded-Proto", "https"}, true},
		{"the named proxy without", "10.0.0.5:5000", "kids.example.jp", false, [2]string{"X-Forwarded-Proto", "http"}, false},
		{"the named proxy, silent", "10.0.0.5:5000", "127.0.0.1:8080", false, [2]string{}, false},
		{"TLS", "203.0.113.7:5000", "kids.example.jp", true, [2]string{}, true},
	} {
		r := httptest.NewRequest("GET", "http://"+c.host+"/staff/sign-in", nil)
		r.RemoteAddr, r.Host = c.remote, c.host
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		if c.header[0] != "" {
			r.Header.Set(c.header[0], c.header[1])
		}
		w := httptest.NewRecorder()
		g.console.ServeHTTP(w, r)
		if got := w.Code == 200; got != c.want {
			t.Errorf("%s: %d", c.name, w.Code)
		}
	}
}

func TestCookieIsSecureUnderTLS(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	r := httptest.NewRequest("POST", "https://kids.example.jp/staff/sign-in", strings.NewReader(url.Values{"name": {"tanaka"}, "password": {goodPassword}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://kids.example.jp")
	w := httptest.NewRecorder()
	g.console.ServeHTTP(w, r)
	if w.Code != 303 || !strings.Contains(w.Header().Get("Set-Cookie"), "; Secure") {
		t.Fatalf("%d %s", w.Code, w.Header().Get("Set-Cookie"))
	}
}

func TestSessionsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(*rig, *browser)
		last bool // whether the session still holds
	}{
		"idle":            {func(g *rig, b *browser) { g.pass(SessionIdle) }, false},
		"used in between": {func(g *rig, b *browser) { g.pass(SessionIdle - time.Minute); b.get("/staff/"); g.pass(2 * time.Hour) }, true},
		"absolute": {func(g *rig, b *browser) {
			for range 12 {
				g.pass(time.Hour)
				b.get("/staff/")
			}
		}, false},
		"signed out": {func(g *rig, b *browser) { b.post("/staff/sign-out") }, false},
		"closed": {func(g *rig, b *browser) {
			g.account("lead", RoleLead)
			g.signedIn("lead").post("/staff/accounts/close", "staff", "tanaka")
		}, false},
		"password renewed": {func(g *rig, b *browser) {
			g.pass(time.Second)
			path, _ := g.console.NewLink(context.Background(), "tanaka", RoleStaff, 0)
			g.browser().post(path, "password", "あたらしい合言葉 77", "again", "あたらしい合言葉 77")
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := newRig(t)
			g.account("tanaka", RoleStaff)
			b := g.signedIn("tanaka")
			kept := b.cookie(SessionCookie, "/staff/")
			c.end(g, b)
			r, _ := http.NewRequest("GET", g.server.URL+"/staff/", nil)
			r.AddCookie(&http.Cookie{Name: SessionCookie, Value: kept})
			code, _, _ := g.browser().do(r)
			if (code == 200) != c.last {
				t.Fatalf("%d", code)
			}
		})
	}
}

func TestLinkMakesTheFirstAccountOnce(t *testing.T) {
	g := newRig(t)
	path, err := g.console.NewLink(context.Background(), "当番", RoleLead, 0)
	if err != nil {
		t.Fatal(err)
	}
	for k := range g.store.links {
		if strings.Contains(path, string(k[:])) {
			t.Fatal("the link is stored in the clear")
		}
	}
	b := g.browser()
	for range 2 { // opening it does not use it up
		if code, body, _ := b.get(path); code != 200 || !strings.Contains(body, `value="当番"`) {
			t.Fatalf("%d %s", code, body)
		}
	}
	for name, form := range map[string][]string{
		"short":     {"name", "当番", "password", "みじかい", "again", "みじかい"},
		"different": {"name", "当番", "password", goodPassword, "again", goodPassword + "x"},
		"bad name":  {"name", "<b>", "password", goodPassword, "again", goodPassword},
		"repeated":  {"name", "当番", "password", "ああああああああああああ", "again", "ああああああああああああ"},
	} {
		if code, _, _ := b.post(path, form...); code != 422 {
			t.Errorf("%s: %d", name, code)
		}
	}
	if code, body, _ := b.post(path, "name", "当番", "password", goodPassword, "again", goodPassword); code != 303 {
		t.Fatalf("%d %s", code, body)
	}
	if code, body, _ := b.get("/staff/accounts"); code != 200 || !strings.Contains(body, "当番") {
		t.Fatalf("not signed in as a lead: %d", code)
	}
	other := g.browser()
	if code, _, _ := other.get(path); code != 410 {
		t.Errorf("opened again: %d", code)
	}
	if code, _, _ := other.post(path, "name", "intruder", "password", goodPassword, "again", goodPassword); code != 410 {
		t.Errorf("used again: %d", code)
	}
	if len(g.store.accounts) != 1 {
		t.Fatal("a second account came of it")
	}
}

func TestLinkExpires(t *testing.T) {
	g := newRig(t)
	path, _ := g.console.NewLink(context.Background(), "当番", RoleLead, time.Hour)
	g.pass(time.Hour)
	if code, _, _ := g.browser().post(path, "name", "当番", "password", goodPassword, "again", goodPassword); code != 410 {
		t.Fatalf("%d", code)
	}
	if code, _, _ := g.browser().get("/staff/link/guess"); code != 410 {
		t.Fatalf("a guess: %d", code)
	}
}

func TestLeadAddsAndClosesAccounts(t *testing.T) {
	g := newRig(t)
	g.account("lead", RoleLead)
	g.account("tanaka", RoleStaff)
	lead, tanaka := g.signedIn("lead"), g.signedIn("tanaka")
	if code, _, _ := tanaka.get("/staff/accounts"); code != 403 {
		t.Errorf("staff see the accounts: %d", code)
	}
	if code, _, _ := tanaka.post("/staff/accounts/link", "staff", "lead", "role", "lead"); code != 403 {
		t.Errorf("staff make links: %d", code)
	}
	code, body, h := lead.post("/staff/accounts/link", "staff", "suzuki", "role", "staff")
	m := regexp.MustCompile(`value="http://[^/]+(/staff/link/[^"]+)"`).FindStringSubmatch(body)
	if code != 200 || m == nil || h.Get("Location") != "" {
		t.Fatalf("%d %s", code, body)
	}
	suzuki := g.browser()
	if code, _, _ := suzuki.post(m[1], "name", "suzuki", "password", goodPassword, "again", goodPassword); code != 303 {
		t.Fatalf("%d", code)
	}
	if a := g.store.accounts["suzuki"]; a.Role != RoleStaff || a.By != "lead" {
		t.Fatalf("%+v", a)
	}
	if _, _, h := lead.post("/staff/accounts/close", "staff", "lead"); !strings.Contains(h.Get("Location"), "did=self") {
		t.Error("a lead closed their own account")
	}
	lead.post("/staff/accounts/close", "staff", "suzuki")
	if code, _, _ := suzuki.get("/staff/"); code != 303 {
		t.Errorf("a closed account still sees the city: %d", code)
	}
	if !slices.Contains(g.city.unwatched, "suzuki") {
		t.Error("a closed account still watches")
	}
	if code, _, _ := g.browser().post("/staff/sign-in", "name", "suzuki", "password", goodPassword); code != 403 {
		t.Errorf("a closed account signs in: %d", code)
	}
}

func TestPasswordChangeSignsOutElsewhere(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	here, there := g.signedIn("tanaka"), g.signedIn("tanaka")
	const next = "はんの木のかげ 2026"
	if code, _, _ := here.post("/staff/password", "old", "ちがうパスワード 1", "password", next, "again", next); code != 403 {
		t.Fatalf("%d", code)
	}
	if code, _, _ := here.post("/staff/password", "old", goodPassword, "password", next, "again", next); code != 303 {
		t.Fatalf("%d", code)
	}
	if code, _, _ := here.get("/staff/"); code != 200 {
		t.Errorf("signed out here: %d", code)
	}
	if code, _, _ := there.get("/staff/"); code != 303 {
		t.Errorf("still signed in there: %d", code)
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
	for _, want := range []string{WatchCookie + "=ticket-1", "Path=/ws", "HttpOnly", "SameSite=Strict", "Max-Age=60"} {
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
	if got := did("close", "text", "落ち着いた", "judgement", "other", "category", "nonsense"); got != "judgement" {
		t.Errorf("an unknown category: %s", got)
	}
	if got := did("close", "text", "落ち着いた", "judgement", "other", "category", "loneliness"); got != "closed" || state().State != casebook.Closed {
		t.Errorf("%s", got)
	}
	if j := g.store.judged; len(j) != 1 || j[0].Finding != FoundOther || j[0].Category != "loneliness" || j[0].Case != k {
		t.Errorf("%+v", j)
	}
	if got := did("close", "text", "また", "judgement", "right"); got != "state" || len(g.store.judged) != 1 {
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

// listen opens a live page and returns its events as they come.
func (b *browser) listen(query string) (events <-chan [2]string, end context.CancelFunc) {
	b.g.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, _ := http.NewRequestWithContext(ctx, "GET", b.g.server.URL+"/staff/live"+query, nil)
	res, err := b.Do(r)
	if err != nil {
		b.g.t.Fatal(err)
	}
	if ct := res.Header.Get("Content-Type"); !strings.HasPrefix(ct, "text/event-stream") {
		b.g.t.Fatalf("%d %s", res.StatusCode, ct)
	}
	out := make(chan [2]string, 64)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(out)
		defer res.Body.Close()
		s := bufio.NewScanner(res.Body)
		s.Buffer(nil, 1<<20)
		event := ""
		for s.Scan() {
			if e, ok := strings.CutPrefix(s.Text(), "event: "); ok {
				event = e
			}
			if d, ok := strings.CutPrefix(s.Text(), "data: "); ok {
				var text string
				_ = json.Unmarshal([]byte(d), &text)
				out <- [2]string{event, text}
			}
		}
	})
	b.g.t.Cleanup(func() { cancel(); wg.Wait() })
	return out, cancel
}

// await reads events until one of that name holds all the words.
func await(t *testing.T, events <-chan [2]string, name string, words ...string) string {
	t.Helper()
	late := time.After(5 * time.Second)
next:
	for {
		select {
		case e, ok := <-events:
			if !ok {
				t.Fatalf("the stream ended before %s with %q", name, words)
			}
			if e[0] != name {
				continue
			}
			for _, w := range words {
				if !strings.Contains(e[1], w) {
					continue next
				}
			}
			return e[1]
		case <-late:
			t.Fatalf("no %s with %q", name, words)
		}
	}
}

func TestLivePageTellsOfANewCase(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	b := g.signedIn("tanaka")
	events, _ := b.listen("?page=now")
	await(t, events, "part", "駅前ひろば", "いま対応がいるケースはありません", "tanaka")
	g.raise(moderation.Urgent, `</li><script>消えたい`)
	if a := await(t, events, "alarm"); !strings.Contains(a, "緊急") {
		t.Errorf("%q", a)
	}
	part := await(t, events, "part", "ふわふわペンギン", `data-urgent="1"`)
	if strings.Contains(part, "消えたい") {
		t.Error("the list quotes a child whose case nobody has opened")
	}
	b.post("/staff/case/1/acknowledge")
	await(t, events, "part", "対応中（tanaka）", `data-open="0"`)
	g.city.mu.Lock()
	g.city.rooms[0].Visitors = 17
	g.city.mu.Unlock()
	await(t, events, "part", ">17<")
	// Longer than the server's time-outs for pages.
	time.Sleep(2200 * time.Millisecond)
	g.city.mu.Lock()
	g.city.rooms[0].Visitors = 18
	g.city.mu.Unlock()
	await(t, events, "part", ">18<")
}

func TestLiveCasePageGrows(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	g.raise(moderation.Case, "ねむれない")
	b := g.signedIn("tanaka")
	b.get("/staff/case/1")
	events, _ := b.listen("?case=1")
	await(t, events, "part", "れない")
	if len(g.store.views) != 1 {
		t.Errorf("one look, logged %d times", len(g.store.views))
	}
	g.pass(5 * time.Second)
	g.raise(moderation.Urgent, "もう消えたい")
	await(t, events, "part", "もう消えたい")
	// A live page that nobody opened the case for is a look of its own.
	other := g.signedIn("tanaka")
	more, _ := other.listen("?case=1")
	await(t, more, "part", "もう消えたい")
	if len(g.store.views) != 2 {
		t.Errorf("a second browser's look: %d entries", len(g.store.views))
	}
}

func TestLivePageEnds(t *testing.T) {
	for name, end := range map[string]func(*rig, *browser){
		"signed out": func(g *rig, b *browser) { b.post("/staff/sign-out") },
		"idle":       func(g *rig, b *browser) { g.pass(SessionIdle) },
	} {
		t.Run(name, func(t *testing.T) {
			g := newRig(t)
			g.account("tanaka", RoleStaff)
			b := g.signedIn("tanaka")
			events, _ := b.listen("?page=now")
			await(t, events, "part")
			end(g, b)
			await(t, events, "out")
		})
	}
	t.Run("drained", func(t *testing.T) {
		g := newRig(t)
		g.account("tanaka", RoleStaff)
		events, _ := g.signedIn("tanaka").listen("?page=now")
		await(t, events, "part")
		g.stop()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := g.server.Config.Shutdown(ctx); err != nil {
			t.Fatalf("the server waits for live pages: %v", err)
		}
	})
	t.Run("nobody", func(t *testing.T) {
		g := newRig(t)
		events, _ := g.browser().listen("?page=now")
		await(t, events, "out")
	})
	t.Run("too many pages", func(t *testing.T) {
		g := newRig(t)
		g.account("tanaka", RoleStaff)
		b := g.signedIn("tanaka")
		oldest, _ := b.listen("?page=now")
		await(t, oldest, "part")
		for range streamsEach {
			b.listen("?")
		}
		await(t, oldest, "elsewhere")
	})
}

func TestDuty(t *testing.T) {
	g := newRig(t)
	g.account("tanaka", RoleStaff)
	if g.console.OnDuty() != 0 {
		t.Fatal("somebody before anybody")
	}
	_, changed := g.console.Duty()
	b := g.signedIn("tanaka")
	<-changed
	if on, _ := g.console.Duty(); !slices.Equal(on, []id.StaffID{"tanaka"}) {
		t.Fatalf("%v", on)
	}
	// An open page keeps somebody on duty without a request.
	events, leave := b.listen("?page=now")
	await(t, events, "part")
	g.pass(dutyFor * 2)
	g.console.duty.tire(g.now())
	if g.console.OnDuty() != 1 {
		t.Fatal("off duty with an open page")
	}
	leave()
	for range events {
	}
	for range 100 { // the server notices in its own time
		g.pass(dutyFor)
		g.console.duty.tire(g.now())
		if g.console.OnDuty() == 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if g.console.OnDuty() != 0 {
		t.Fatal("on duty for ever")
	}
	_, changed = g.console.Duty()
	b.get("/staff/")
	<-changed
	_, changed = g.console.Duty()
	b.post("/staff/sign-out")
	<-changed
	if g.console.OnDuty() != 0 {
		t.Fatal("on duty after signing out")
	}
}
