//go:build journey

package journey

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// kept is what the page's worker keeps on the device: the names of its caches,
// and the paths in them.
func (p *person) kept() (caches, paths []string) {
	p.t.Helper()
	r, err := p.page.Eval(`async () => {
		const names = await caches.keys(), paths = [];
		for (const n of names) for (const r of await (await caches.open(n)).keys()) paths.push(new URL(r.url).pathname);
		return JSON.stringify([names, paths]) }`)
	p.must(err)
	var both [2][]string
	p.must(json.Unmarshal([]byte(r.Value.Str()), &both))
	return both[0], both[1]
}

// keeps waits until the worker has the page.
func (p *person) keeps() (cache string) {
	p.t.Helper()
	waitFor(p.t, 60*time.Second, "the worker to keep the page", func() bool {
		r, err := p.page.Eval(`async () => { const r = await navigator.serviceWorker.getRegistration(); return !!(r && r.active && navigator.serviceWorker.controller) }`)
		return err == nil && r.Value.Bool()
	})
	names, paths := p.kept()
	if len(names) != 1 {
		p.t.Fatalf("it keeps %q", names)
	}
	for _, path := range paths {
		for _, never := range []string{"/api/", "/staff/", "/ws", "/atlas/", "/sw.js"} {
			if strings.HasPrefix(path, never) {
				p.t.Errorf("the device keeps %s", path)
			}
		}
	}
	if all := strings.Join(paths, " "); !strings.Contains(all, "/client/client.json") || !strings.Contains(all, "/app.css") {
		p.t.Errorf("it keeps only %s", all)
	}
	return names[0]
}

// Without a line the page opens and says so kindly; with one it goes on; and
// when there is a newer page it says so and takes it when asked.
func TestKeptOnTheDevice(t *testing.T) {
	c := open(t)
	a := c.visitor("a").comesIn("jh")
	was := a.keeps()

	c.stop(syscall.SIGTERM)
	a.goTo("/")
	a.see("#sorry-again")
	if s := a.text("#sorry-text"); s == "" {
		t.Error("nothing says that there is no line")
	}
	a.picture("offline")

	// The same city, built anew.
	dir := t.TempDir()
	names, err := filepath.Glob(filepath.Join(built.client, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(name) == "client.json" {
			b = append(b, '\n')
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c.flags = append(c.flags, "-client", dir)
	c.start()
	a.goTo("/")
	a.click("#again-go")
	a.arrives()
	waitFor(t, 60*time.Second, "to be told of a newer page", func() bool {
		for _, l := range a.believes().Log {
			if strings.Contains(l.Text, "新しく") || strings.Contains(l.Text, "あたらしく") || strings.Contains(l.Text, "{新|あたら}しく") {
				return true
			}
		}
		return strings.Contains(a.text("#log"), "ひらきなおし")
	})
	a.click("#b-help")
	a.see("#sheet [data-deed=renew]")
	a.picture("newer")
	a.click("#sheet [data-deed=renew]")
	waitFor(t, 60*time.Second, "the newer page to be the one that is kept", func() bool {
		r, err := a.page.Eval(`async () => (await caches.keys()).join()`)
		return err == nil && r.Value.Str() != was && r.Value.Str() != "" && !strings.Contains(r.Value.Str(), ",")
	})
	a.arrives()
}

// TestVisitWeight prints what a visit weighs and how long it takes over a line
// of 10 Mbit/s and 40 ms, from the first byte asked for until the child is seen
// to have walked. It presses the button as soon as there is one, and an arrow
// as soon as the place is seen. Sizes are promised and judged; times are
// printed, and say as much of the machine as of the page.
func TestVisitWeight(t *testing.T) {
	const firstMost, secondMost = 4_000_000, 200_000
	c := open(t)
	h := c.homeLine(t)
	child := c.registered("el34")
	a := c.visitor("a")
	_, err := proto.NetworkSetCookie{Name: child.Name, Value: child.Value, URL: "http://" + h.addr + "/", HTTPOnly: true, SameSite: proto.NetworkCookieSameSiteStrict}.Call(a.page)
	a.must(err)
	time.Sleep(4 * time.Second) // a browser that was just started is busy with itself
	visit := func(what string, most int64) {
		before := h.down.Load()
		a.must(a.page.Navigate("http://" + h.addr + "/"))
		a.click("#again-go")
		waitFor(t, 2*time.Minute, "the place to be seen", func() bool {
			r, err := a.page.Eval(`() => { if (!document.getElementById("entrance").classList.contains("gone")) return false;
				const v = window.kakitsubata.state().view; if (!v.ready || v.covered) return false; performance.mark("seen"); return true }`)
			return err == nil && r.Value.Bool()
		})
		from := a.believes().Self
		moved := func() bool { s := a.believes().Self; return s != from }
		waitFor(t, 3*time.Minute, "to walk", func() bool { return a.holds(input.ArrowDown, 1500*time.Millisecond, moved) })
		r, err := a.page.Eval(`() => { const p = performance, of = (n) => p.getEntriesByType("resource").filter(e => e.name.endsWith(n)).map(e => e.responseEnd)[0] || 0;
			const paint = (p.getEntriesByName("first-contentful-paint")[0] || {}).startTime || 0;
			const mark = (n) => (p.getEntriesByName(n)[0] || {}).startTime || 0;
			return JSON.stringify([Math.max(paint, of("/art/plaza-still.png")), p.now(), mark("kakitsubata:fetched"), mark("kakitsubata:running"), mark("seen")].map(Math.round)) }`)
		a.must(err)
		var ms [5]int
		a.must(json.Unmarshal([]byte(r.Value.Str()), &ms))
		a.keeps() // what the worker fetches is of the visit
		time.Sleep(2 * time.Second)
		weight := h.down.Load() - before
		t.Logf("%-12s %9d bytes (promised at most %d); a picture of the place after %4d ms (3000); walking after %5d ms (6000)", what, weight, most, ms[0], ms[1])
		t.Logf("%-12s the game is here after %4d ms, begins after %4d, and the place is seen without a cover after %4d", what, ms[2], ms[3], ms[4])
		if weight > most {
			t.Errorf("the %s weighs %d bytes, promised are %d", what, weight, most)
		}
	}
	visit("first visit", firstMost)
	visit("second visit", secondMost)
}

// registered is the ticket of a child that has been here before, on another
// device.
func (c *city) registered(bracket string) *http.Cookie {
	c.t.Helper()
	jar, _ := cookiejar.New(nil)
	web := http.Client{Jar: jar}
	post := func(path, body string, into any) *http.Response {
		res, err := web.Post(c.url(path), "application/json", bytes.NewReader([]byte(body)))
		if err != nil {
			c.t.Fatal(err)
		}
		defer res.Body.Close()
		if into != nil {
			if err := json.NewDecoder(res.Body).Decode(into); err != nil {
				c.t.Fatal(err)
			}
		}
		return res
	}
	var offer struct {
		Names []string
		Looks []uint32
	}
	post("/api/code", fmt.Sprintf(`{"code":%q}`, c.codes[bracket]), &offer)
	if len(offer.Names) == 0 || len(offer.Looks) == 0 {
		c.t.Fatal("the code opens nothing")
	}
	res := post("/api/register", fmt.Sprintf(`{"name":%q,"look":%d}`, offer.Names[0], offer.Looks[0]), nil)
	for _, k := range res.Cookies() {
		if k.Name == "kkt_ticket" {
			return k
		}
	}
	c.t.Fatalf("no ticket: %s", res.Status)
	return nil
}
