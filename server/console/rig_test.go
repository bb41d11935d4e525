package console

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
)

const goodPassword = "しょうぶ園の朝 42"

// pageTimeout is what the server grants a page that ends.
const pageTimeout = 2 * time.Second

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
	g.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/staff/live" { // a server's time-outs, which a live page must outlast
			soon, control := time.Now().Add(pageTimeout), http.NewResponseController(w)
			_, _ = control.SetReadDeadline(soon), control.SetWriteDeadline(soon)
		}
		c.ServeHTTP(w, r)
	}))
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

func body(s string) (io.ReadCloser, int64) { return io.NopCloser(strings.NewReader(s)), int64(len(s)) }
