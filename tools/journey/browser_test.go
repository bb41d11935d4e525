//go:build journey

package journey

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/launcher/flags"
	"github.com/go-rod/rod/lib/proto"
)

// window is one running Chromium.
type window struct {
	once sync.Once
	it   *rod.Browser
	err  error
}

// browser is the one for all journeys; blind is one that can't draw by WebGL.
var browser, blind window

// open starts it, once; each person has its own cookies in it.
func (w *window) open(t *testing.T, more ...flags.Flag) *rod.Browser {
	t.Helper()
	w.once.Do(func() {
		path := os.Getenv("KAKITSUBATA_CHROMIUM")
		if path == "" {
			path = "/usr/bin/chromium"
		}
		l := launcher.New().Bin(path).Leakless(false).NoSandbox(true).HeadlessNew(true).
			Set("disable-quic").Set("no-first-run").Set("disable-background-networking").
			Set("disable-component-update").Set("disable-sync").Set("mute-audio").
			Set("use-gl", "angle").Set("use-angle", "swiftshader").Set("enable-unsafe-swiftshader").Set("ignore-gpu-blocklist").Set("disable-gpu-compositing").
			Set("disable-background-timer-throttling").Set("disable-backgrounding-occluded-windows").Set("disable-renderer-backgrounding")
		for _, f := range more {
			l = l.Set(f)
		}
		var address string
		if address, w.err = l.Launch(); w.err == nil {
			w.it = rod.New().ControlURL(address)
			w.err = w.it.Connect()
		}
	})
	if w.err != nil {
		t.Fatalf("no browser: %v", w.err)
	}
	return w.it
}

// person is somebody with a browser of their own.
type person struct {
	t    *testing.T
	c    *city
	name string // what this journey calls them
	page *rod.Page
	step int
}

// visitor opens a browser window the size of a school tablet.
func (c *city) visitor(name string) *person {
	c.t.Helper()
	return c.visitorIn(browser.open(c.t), name)
}

// visitorWithout has a machine without WebGL.
func (c *city) visitorWithout(name string) *person {
	c.t.Helper()
	return c.visitorIn(blind.open(c.t, "disable-3d-apis"), name)
}

func (c *city) visitorIn(b *rod.Browser, name string) *person {
	c.t.Helper()
	incognito, err := b.Incognito()
	if err != nil {
		c.t.Fatal(err)
	}
	page, err := incognito.Page(proto.TargetCreateTarget{})
	if err != nil {
		c.t.Fatal(err)
	}
	// A school tablet speaks Japanese.
	if v, err := (proto.BrowserGetVersion{}).Call(page); err == nil {
		_ = page.SetUserAgent(&proto.NetworkSetUserAgentOverride{UserAgent: v.UserAgent, AcceptLanguage: "ja-JP"})
	}
	page = page.Timeout(15 * time.Minute)
	p := &person{t: c.t, c: c, name: name, page: page}
	p.must(page.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: 1024, Height: 768, DeviceScaleFactor: 1}))
	c.t.Cleanup(func() {
		if c.t.Failed() {
			p.picture("failed")
		}
		_ = page.CancelTimeout().Close()
	})
	return p
}

func (p *person) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatalf("%s: %v", p.name, err)
	}
}

// goTo opens a page and waits until its whole text is there.
func (p *person) goTo(path string) {
	p.t.Helper()
	p.must(p.page.Navigate(p.c.url(path)))
	waitFor(p.t, 60*time.Second, path+" to be read", func() bool {
		r, err := p.page.Eval(`() => document.readyState !== "loading"`)
		return err == nil && r.Value.Bool()
	})
}

// see waits until an element is there and can be seen.
func (p *person) see(selector string) *rod.Element {
	p.t.Helper()
	var last error
	end := time.Now().Add(60 * time.Second)
	for time.Now().Before(end) {
		els, err := p.page.Elements(selector)
		last = err
		for _, e := range els {
			if ok, err := e.Visible(); err == nil && ok {
				return e
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.t.Fatalf("%s: does not see %s (%v)", p.name, selector, last)
	return nil
}

func (p *person) click(selector string) {
	p.t.Helper()
	p.tap(p.see(selector))
}

// tap presses the mouse on an element, once it stands still and nothing lies
// over it.
func (p *person) tap(e *rod.Element) {
	p.t.Helper()
	e = e.Timeout(30 * time.Second)
	mouse := p.page.Timeout(30 * time.Second).Mouse
	var last proto.Point
	waitFor(p.t, 20*time.Second, p.name+" to reach a button", func() bool {
		if e.ScrollIntoView() != nil {
			return false
		}
		shape, err := e.Shape()
		if err != nil || shape.OnePointInside() == nil {
			return false
		}
		at, before := *shape.OnePointInside(), last
		last = at
		if at != before {
			return false
		}
		free, err := e.Eval(`function(x, y) { const t = document.elementFromPoint(x, y);
			return !!t && (this === t || this.contains(t) || t.contains(this) && t.tagName === "LABEL") }`, at.X, at.Y)
		return err == nil && free.Value.Bool()
	})
	p.must(mouse.MoveTo(last))
	p.must(mouse.Click(proto.InputMouseButtonLeft, 1))
}

func (p *person) write(selector, text string) {
	p.t.Helper()
	p.click(selector)
	p.must(p.see(selector).SelectAllText())
	p.must(p.page.InsertText(text))
}

func (p *person) press(k input.Key) {
	p.t.Helper()
	p.must(p.page.Keyboard.Press(k))
	p.must(p.page.Keyboard.Release(k))
}

// sees reports whether text is anywhere on the page, read as furigana-free.
func (p *person) sees(text string) bool {
	return strings.Contains(p.text("body"), text)
}

// text is what an element says without its furigana and white space.
func (p *person) text(selector string) string {
	p.t.Helper()
	r, err := p.page.Eval(`(s) => [...document.querySelectorAll(s)].filter(e => e.getClientRects().length).map(e => {
		const c = e.cloneNode(true); c.querySelectorAll("rt,rp,script,style,[hidden]").forEach(x => x.remove());
		return c.textContent }).join("\n").replace(/\s+/g, "")`, selector)
	p.must(err)
	return r.Value.Str()
}

// picture leaves a screenshot to be looked at.
func (p *person) picture(what string) {
	p.step++
	// One that is taken just when a form is answered may never come.
	take := func() ([]byte, error) {
		page := p.page.Timeout(15 * time.Second)
		defer page.CancelTimeout()
		return page.Screenshot(false, nil)
	}
	b, err := take()
	for range 20 { // a page that is just being changed for another can't be taken
		if err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
		b, err = take()
	}
	if err != nil {
		p.t.Logf("%s: no picture of %s: %v", p.name, what, err)
		return
	}
	name := strings.ReplaceAll(fmt.Sprintf("%s-%s-%02d-%s.png", p.t.Name(), p.name, p.step, what), "/", "-")
	if err := os.WriteFile(filepath.Join(built.pictures, name), b, 0o644); err != nil {
		p.t.Log(err)
	}
}

// belief is what the client believes: window.kakitsubata.
type belief struct {
	Connected bool    `json:"connected"`
	Name      string  `json:"name"`
	View      view    `json:"view"`
	Room      string  `json:"room"`
	Tick      int     `json:"tick"`
	Self      point   `json:"self"`
	Avatars   []other `json:"avatars"`
	Log       []line  `json:"log"`
	Lamp      bool    `json:"lamp"`
	Muted     int     `json:"muted"` // milliseconds
}

// view says where the camera is: page pixel = (art pixel - cam) * scale.
type view struct {
	Scale float64 `json:"scale"`
	CamX  float64 `json:"camX"`
	CamY  float64 `json:"camY"`
}

type point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

type other struct {
	ID   int     `json:"id"`
	Name string  `json:"name"`
	X    float64 `json:"x"`
	Y    float64 `json:"y"`
	Kind string  `json:"kind"`
}

type line struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

func (p *person) believes() (b belief) {
	r, err := p.page.Eval(`() => JSON.stringify(window.kakitsubata ? window.kakitsubata.state() : {})`)
	if err != nil {
		return b
	}
	_ = json.Unmarshal([]byte(r.Value.Str()), &b)
	return b
}

// heard reports whether the client was sent a line with this in it.
func (p *person) heard(text string) bool {
	for _, l := range p.believes().Log {
		if strings.Contains(l.Text, text) {
			return true
		}
	}
	return false
}

// comesIn comes in with a code and waits until it stands in a room. The steps
// of the entrance have journeys of their own: here the ticket is asked for
// directly, and the page goes in as it does for whom it knows.
func (p *person) comesIn(bracket string) *person {
	p.t.Helper()
	ticket := p.c.registered(bracket)
	_, err := proto.NetworkSetCookie{Name: ticket.Name, Value: ticket.Value, URL: p.c.url("/"), HTTPOnly: true, SameSite: proto.NetworkCookieSameSiteStrict}.Call(p.page)
	p.must(err)
	p.goTo("/")
	p.see("#again-go")
	_, err = p.page.Eval(`() => sessionStorage.setItem("kkt.guide", "1")`) // it is the first time
	p.must(err)
	p.click("#again-go")
	p.arrives()
	return p
}

// registers goes through the entrance; it returns the name and the four words.
func (p *person) registers(bracket string) (name string, words []string) {
	p.t.Helper()
	p.goTo("/")
	p.click(`[data-step=hello] [data-go=watch]`)
	p.seesCards()
	p.write("#code", p.c.codes[bracket])
	p.click(`#form-code button[type=submit]`)
	p.click(`#names button`)
	p.click(`#look-go`)
	waitFor(p.t, 20*time.Second, p.name+" to be told the four words", func() bool { return p.text("#words li") != "" })
	name = p.text("#words-name")
	words = strings.Fields(p.lines("#words li"))
	p.click(`#words-go`)
	return name, words
}

// lines is what elements say, one line each.
func (p *person) lines(selector string) string {
	p.t.Helper()
	r, err := p.page.Eval(`(s) => [...document.querySelectorAll(s)].map(e => e.textContent.trim()).join("\n")`, selector)
	p.must(err)
	return r.Value.Str()
}

// tapsAvatar clicks another person's figure on the canvas and waits for the
// card.
func (p *person) tapsAvatar(of *person) {
	p.t.Helper()
	name := of.believes().Name
	waitFor(p.t, 30*time.Second, "the card of "+name, func() bool {
		b := p.believes()
		for _, o := range b.Avatars {
			if o.Name != name {
				continue
			}
			k := b.View.Scale
			at := proto.Point{X: (o.X/16 - b.View.CamX) * k, Y: (o.Y/16 - 16 - b.View.CamY) * k} // the middle of the body
			mouse := p.page.Timeout(30 * time.Second).Mouse
			p.must(mouse.MoveTo(at))
			p.must(mouse.Down(proto.InputMouseButtonLeft, 1))
			time.Sleep(60 * time.Millisecond)
			p.must(mouse.Up(proto.InputMouseButtonLeft, 1))
			time.Sleep(700 * time.Millisecond)
			if has, e, err := p.page.Has("#sheet"); err == nil && has {
				ok, err := e.Visible()
				return err == nil && ok
			}
		}
		return false
	})
}

// arrives waits until the child stands in a room.
func (p *person) arrives() {
	p.t.Helper()
	waitFor(p.t, 90*time.Second, p.name+" to stand in the city", func() bool {
		b := p.believes()
		return b.Connected && b.Room != "" && b.Tick > 0
	})
}

// distance to another person in tiles, as p believes.
func (p *person) distance(to *person) float64 {
	a, b := p.believes().Self, to.believes().Self
	return math.Hypot(a.X-b.X, a.Y-b.Y) / 256
}

// holds keeps a key down until something is so.
func (p *person) holds(k input.Key, most time.Duration, until func() bool) bool {
	p.t.Helper()
	p.must(p.page.Keyboard.Press(k))
	defer func() { p.must(p.page.Keyboard.Release(k)) }()
	end := time.Now().Add(most)
	for time.Now().Before(end) {
		if until() {
			return true
		}
		time.Sleep(30 * time.Millisecond)
	}
	return until()
}
