package node

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/entrance"
	"kakitsubata/server/session"
)

// Every number has words, for every reader.
func TestEveryCodeHasWords(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	for _, b := range append([]id.Reader{id.ReaderNone}, id.Readers[:]...) {
		for code := protocol.LeaveDrain; code <= protocol.LeaveWatchEnded; code++ {
			text := c.n.Says(code, b)
			if text == "" || text == c.n.Says(9999, b) && code != protocol.LeaveFault {
				t.Errorf("leaving %d has no words of its own: %q", code, text)
			}
		}
		for code := protocol.RefuseMalformed; code <= protocol.RefuseLater; code++ {
			if text := c.n.Says(code, b); text == "" || text == c.n.Says(9999, b) {
				t.Errorf("refusal %d has no words of its own: %q", code, text)
			}
		}
		for o := protocol.Masked; o <= protocol.NotJudged; o++ {
			if c.n.Outcome(o, b) == "" {
				t.Errorf("outcome %d has no words", o)
			}
		}
		for _, key := range []string{
			"entrance.fault", "entrance.tired", "speech.open", "speech.unwatched", "speech.shut", "speech.bracket",
			"report.thanks", "muted.by-staff", "unmuted.now",
		} {
			if c.n.Sentence(key, b) == "" {
				t.Errorf("%s is empty", key)
			}
		}
	}
	for _, err := range []error{
		entrance.ErrCode, entrance.ErrUsed, entrance.ErrExpired, entrance.ErrRevoked, entrance.ErrAdmission,
		entrance.ErrName, entrance.ErrTaken, entrance.ErrLook, entrance.ErrPassphrase, entrance.ErrTired,
		entrance.ErrTicket, errors.New("any other"),
	} {
		if c.n.Sentence(entrance.Sentence(err), id.ReaderNone) == "" {
			t.Errorf("%v has no words", err)
		}
	}
}

// Whoever insults and runs can be reported all the same.
func TestReportOfOneWhoLeft(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a, b := c.enter(id.El56), c.enter(id.El56)
	a.say("きみの ぼうし、へんなの")
	b.awaitHeard("きみの ぼうし、へんなの")
	avatar := c.n.people.byVisitor(visitorOf(c, a.name)).Avatar()
	a.send(&protocol.Leave{})
	a.await("Leaving", func(e protocol.Event) bool { _, ok := e.(*protocol.Leaving); return ok })
	eventually(t, "whoever left to count no more", func() bool { return len(c.n.people.all()) == 1 })
	b.send(&protocol.Report{Avatar: avatar, Reason: protocol.ReportMean})
	b.await("thanks", func(e protocol.Event) bool { _, ok := e.(*protocol.Notice); return ok })
	cases, _ := c.n.book.Live(t.Context())
	if len(cases) != 1 || cases[0].Name != a.name || cases[0].Bracket != id.El56 || len(cases[0].Lines) == 0 {
		t.Errorf("cases: %+v", cases)
	}
}

// So can the listener, which is nobody's record.
func TestReportOfTheListener(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a := c.enter(id.El56)
	me := c.n.people.all()[0]
	err := c.n.Report(t.Context(), session.Report{
		By: me.Visitor().ID, OfName: c.n.pack.Companion.Name, Room: me.Room().ID(), Reason: protocol.ReportScary, At: time.Now(),
	})
	cases, _ := c.n.book.Live(t.Context())
	if err != nil || len(cases) != 1 || cases[0].Name != c.n.pack.Companion.Name || a.name == "" {
		t.Errorf("%v: %+v", err, cases)
	}
}

func visitorOf(c *city, name string) id.VisitorID {
	for _, s := range c.n.people.all() {
		if s.Visitor().Name == name {
			return s.Visitor().ID
		}
	}
	c.t.Fatalf("%s is not here", name)
	return 0
}

// An observer's ticket opens one look; the room's visitors see the lamp, also
// when they come in later, and it goes out.
func TestObserver(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a := c.enter(id.El56)
	room := c.n.people.all()[0].Room().ID()
	ticket, err := c.n.Watch(t.Context(), "tanaka", room)
	if err != nil {
		t.Fatal(err)
	}
	cookie := "kkt_watch=" + ticket
	eye := c.guest()
	eye.name = "observer"
	eye.dialAs("/ws?watch=1", cookie)
	eye.await("Entered", func(e protocol.Event) bool { _, ok := e.(*protocol.Entered); return ok })
	lamp := func(on bool) func(protocol.Event) bool {
		return func(e protocol.Event) bool { l, ok := e.(*protocol.Lamp); return ok && l.On == on }
	}
	a.await("the lamp", lamp(true))
	a.say("こんにちは、だれか いますか")
	eye.awaitHeard("こんにちは、だれか いますか")
	eye.send(&protocol.Say{Seq: 1, Text: "はい"})
	eye.await("a refusal", func(e protocol.Event) bool {
		r, ok := e.(*protocol.Refused)
		return ok && r.Code == protocol.RefuseObserver
	})
	_, e := c.knock("/ws?watch=1", protocol.Subprotocol, cookie, "", "")
	c.turnedAway("a ticket for the second time", protocol.LeaveTicket, e)
	a.events = nil
	c.n.Unwatch("tanaka")
	eye.await("Leaving", func(e protocol.Event) bool {
		l, ok := e.(*protocol.Leaving)
		return ok && l.Code == protocol.LeaveWatchEnded && !l.Again
	})
	a.await("the lamp to go out", lamp(false))
}

// Requests from other pages, or in other clothes, are not ours.
func TestForeignPages(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	for name, header := range map[string]map[string]string{
		"foreign origin": {"Content-Type": "application/json", "Origin": "https://evil.example"},
		"null origin":    {"Content-Type": "application/json", "Origin": "null"},
		"cross-site":     {"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"},
		"same-site":      {"Content-Type": "application/json", "Sec-Fetch-Site": "same-site"},
		"a form":         {"Content-Type": "application/x-www-form-urlencoded"},
		"plain text":     {"Content-Type": "text/plain"},
	} {
		r, _ := http.NewRequest(http.MethodPost, c.base+"/api/code", strings.NewReader(`{"code":"`+c.demo.Codes[id.El12]+`"}`))
		for k, v := range header {
			r.Header.Set(k, v)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusForbidden || len(res.Cookies()) > 0 {
			t.Errorf("%s: %s", name, res.Status)
		}
	}
}

func TestCookies(t *testing.T) {
	for _, proxy := range []bool{false, true} {
		c := open(t, t.TempDir(), func(cfg *Config) {
			if proxy {
				cfg.TrustedProxy = []string{"127.0.0.1"}
			}
		})
		post := func(path, body, cookie string) *http.Cookie {
			r, _ := http.NewRequest(http.MethodPost, c.base+path, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Cookie", cookie)
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if len(res.Cookies()) != 1 {
				t.Fatalf("%s: %s with %v", path, res.Status, res.Cookies())
			}
			k := res.Cookies()[0]
			if !k.HttpOnly || k.SameSite != http.SameSiteStrictMode || k.Secure != proxy {
				t.Errorf("%s: %s", path, k)
			}
			return k
		}
		pass := post("/api/code", `{"code":"`+c.demo.Codes[id.El12]+`"}`, "")
		names, err := c.n.desk.Offer(t.Context(), entrance.Pass(pass.Value))
		if err != nil {
			t.Fatal(err)
		}
		look := id.NewLook(0, 0, 0, 0, 0, 0)
		ticket := post("/api/register", `{"name":"`+names[0]+`","look":`+strconv.Itoa(int(look))+`,"keep":true}`, "kkt_pass="+pass.Value)
		if ticket.MaxAge == 0 || !strings.HasSuffix(ticket.Value, ".keep") {
			t.Errorf("a device that shall remember gets %s", ticket)
		}
		c.close()
	}
}

// The client's folder, and nothing beside it.
func TestClientFiles(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	dir := c.cfg.Client
	for name, text := range map[string]string{"a-1.js": "plain", "a-1.js.br": "brotli", "client.json": "{}", "../secret": "secret"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_ = os.Mkdir(filepath.Join(dir, "sub"), 0o700)
	get := func(path, accept string) *http.Response {
		r, _ := http.NewRequest(http.MethodGet, c.base, nil)
		r.URL.Opaque = path
		r.Header.Set("Accept-Encoding", accept)
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res
	}
	for _, path := range []string{
		"/client/", "/client/..%2fsecret", "/client/%2e%2e/secret", "/client/..%5csecret", "/client/sub", "/client/sub/",
		"/client/a-1.js%00", "/client/.hidden", "/client//etc/passwd", "/client/nothing.js",
	} {
		if res := get(path, "br"); res.StatusCode == http.StatusOK || res.Header.Get("Cache-Control") != "" {
			t.Errorf("%s: %s %v", path, res.Status, res.Header)
		}
	}
	for accept, enc := range map[string]string{"br, gzip": "br", "gzip": "", "": "", "br;q=0": ""} {
		res := get("/client/a-1.js", accept)
		if res.StatusCode != http.StatusOK || res.Header.Get("Content-Encoding") != enc || res.Header.Get("Vary") != "Accept-Encoding" ||
			!strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("accepting %q: %s %v", accept, res.Status, res.Header)
		}
	}
	if res := get("/client/client.json", ""); res.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("the index may be kept: %v", res.Header)
	}
}

// A data folder deep in a tree works from near it, and else is told by length.
func TestDeepDataFolder(t *testing.T) {
	deep := filepath.Join(t.TempDir(), strings.Repeat("d", 60), strings.Repeat("e", 60))
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := socketPath(deep); err == nil || !strings.Contains(err.Error(), "-data") {
		t.Errorf("from afar: %v", err)
	}
	t.Chdir(filepath.Dir(deep))
	c := open(t, deep, nil)
	if _, err := DialAdmin(deep).Link("x", "staff"); err != nil {
		t.Error(err)
	}
	c.close()
}

// The policy lets the page speak to its own host alone.
func TestPolicy(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	res, err := http.Get(c.base + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	host := strings.TrimPrefix(c.base, "http://")
	p := res.Header.Get("Content-Security-Policy")
	if res.StatusCode != http.StatusOK || !strings.Contains(p, "connect-src 'self' ws://"+host+" wss://"+host+";") || strings.Contains(p, "unsafe-inline") {
		t.Errorf("%s: %s", res.Status, p)
	}
}

// The figures count, and name nobody.
func TestMetrics(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a := c.enter(id.El56)
	a.say("こんにちは")
	a.await("a frame", func(e protocol.Event) bool { _, ok := e.(*protocol.Frame); return ok })
	got := map[string]float64{}
	eventually(t, "a tick to be counted", func() bool { // after its frame is sent
		families, err := c.n.metrics.registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			if strings.Contains(f.String(), a.name) || strings.Contains(f.String(), "こんにちは") {
				t.Errorf("%s tells too much", f.GetName())
			}
			for _, m := range f.GetMetric() {
				key := strings.TrimPrefix(f.GetName(), "kakitsubata_")
				for _, l := range m.GetLabel() {
					key += " " + l.GetValue()
				}
				got[key] = m.GetGauge().GetValue() + m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
			}
		}
		return got["tick_seconds"] > 0
	})
	for key, want := range map[string]float64{
		"visitors visitor": 1, "visitors bot": 0, "sockets": 1, "rooms": 1, "verdicts_total pass": 1, "slow_total": 0, "cases_unkept": 0,
	} {
		if v, ok := got[key]; !ok || v != want {
			t.Errorf("%s is %v, want %v (known: %v)", key, v, want, ok)
		}
	}
	for _, key := range []string{"tick_seconds", "intents_total", "bytes_total down", "frames_total"} {
		if got[key] == 0 {
			t.Errorf("%s is nothing", key)
		}
	}
}
