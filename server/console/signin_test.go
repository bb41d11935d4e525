package console

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
)

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
