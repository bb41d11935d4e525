//go:build journey

package journey

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"

	"kakitsubata/protocol"
)

// looks are what the page is judged by while one plays: each gives a list of
// what is wrong.
const looks = `() => {
	const shown = (e) => { const r = e.getBoundingClientRect(); return r.width > 1 && r.height > 1 && getComputedStyle(e).visibility !== "hidden" && !e.closest("[hidden]") };
	const name = (e) => (e.id ? "#" + e.id : e.className || e.tagName) + " “" + (e.textContent || e.getAttribute("aria-label") || "").trim().slice(0, 20) + "”";
	const box = (r) => [r.left, r.top, r.right, r.bottom].map(Math.round).join(" ");
	const pressable = "button, a[href], input, select, textarea, summary, [role=button], [data-deed], label.check, label.switch";
	// Nothing that can be pressed is smaller than a finger, outside or covered.
	const small = () => {
		const bad = [];
		const sheet = document.querySelector("#sheet"), open = shown(sheet);
		for (const e of document.querySelectorAll(pressable)) {
			if (!shown(e) || getComputedStyle(e).pointerEvents === "none" || e.disabled) continue;
			const r = e.getBoundingClientRect();
			if (e.id === "skip" && r.bottom <= 0) continue; // it comes with the keyboard's focus
			if (open && !sheet.contains(e)) continue; // below the veil
			if (r.width < 43.5 || r.height < 43.5) bad.push(name(e) + " is " + Math.round(r.width) + "x" + Math.round(r.height));
			const list = e.closest("#sheet-body, #log");
			if (list && list.scrollHeight > list.clientHeight + 1) {
				const l = list.getBoundingClientRect(); // one can scroll to it
				if (r.left < l.left - 1 || r.right > l.right + 1) bad.push(name(e) + " is cut at the side: " + box(r));
				if (r.top < l.top || r.bottom > l.bottom) continue;
			} else if (r.left < -.5 || r.top < -.5 || r.right > innerWidth + .5 || r.bottom > innerHeight + .5) {
				bad.push(name(e) + " is outside: " + box(r));
				continue;
			}
			for (const [x, y] of [[.5, .5], [.12, .2], [.88, .2], [.12, .8], [.88, .8]]) {
				const at = document.elementFromPoint(r.left + r.width * x, r.top + r.height * y);
				if (at !== e && !e.contains(at) && !(at && at.contains(e))) { bad.push(name(e) + " lies under " + (at ? name(at) : "nothing")); break; }
			}
		}
		return bad;
	};
	// Nothing of the page lies over the child's own figure.
	const own = () => {
		const s = kakitsubata.state(), v = s.view, k = v.scale / v.dpr;
		const x = (s.self.x / 16 - v.camX) * k, y = (s.self.y / 16 - v.camY) * k;
		const me = { left: x - 11 * k, top: y - 35 * k, right: x + 11 * k, bottom: y + 4 * k };
		const bad = [];
		if (me.left < 0 || me.top < 0 || me.right > innerWidth || me.bottom > innerHeight) bad.push("oneself is outside: " + box(me));
		for (const e of document.querySelectorAll("#over > .sign, #over > .nameplate:not(.own), #guide, #state, #why, #logbox, #top .chips > *, #top .corner, #say")) {
			const r = e.getBoundingClientRect();
			if (shown(e) && r.left < me.right - 1 && me.left < r.right - 1 && r.top < me.bottom - 1 && me.top < r.bottom - 1) bad.push(name(e) + " (" + box(r) + ") lies over oneself (" + box(me) + ")");
		}
		return bad;
	};
	// Every kanji that the reader has not learnt has its reading above it.
	const kanji = (learnt) => {
		const bad = [], known = new Set(learnt);
		const unread = (s) => [...s].some((c) => /[\u3400-\u9fff]/.test(c) && !known.has(c));
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		for (let n; (n = walk.nextNode()); ) {
			const e = n.parentElement;
			if (!e || e.closest("rt, script, style, noscript, .hid, [hidden]") || !e.getClientRects().length) continue;
			const ruby = e.closest("ruby");
			if (unread(n.data) && !(ruby && ruby.querySelector("rt")?.textContent)) bad.push(name(e.closest("[id]") || e) + ": " + n.data.trim());
		}
		for (const e of document.querySelectorAll("body *")) {
			if (!shown(e)) continue;
			for (const a of ["placeholder", "title", "alt"]) if (unread(e.getAttribute(a) || "")) bad.push(name(e) + "[" + a + "]: " + e.getAttribute(a));
			for (const p of ["::before", "::after"]) if (unread(getComputedStyle(e, p).content)) bad.push(name(e) + p + ": " + getComputedStyle(e, p).content);
		}
		return bad;
	};
	// The way back has its name on the page, whole and under nothing else.
	const says = (name) => {
		for (const e of document.querySelectorAll("#over > .sign")) {
			const c = e.cloneNode(true);
			c.querySelectorAll("rt").forEach((x) => x.remove());
			const r = e.getBoundingClientRect();
			if (!shown(e) || !c.textContent.replace(/\s/g, "").includes(name)) continue;
			const at = document.elementFromPoint((r.left + r.right) / 2, (r.top + r.bottom) / 2);
			if (r.left > -1 && r.top > -1 && r.right < innerWidth + 1 && r.bottom < innerHeight + 1 && at && (at.tagName === "CANVAS" || e.contains(at))) return [];
		}
		return ["no sign says “" + name + "”"];
	};
	window.looks = { says, small, own, kanji };
}`

// looksAt says what is wrong on the page by one of the looks.
func (p *person) looksAt(by string, args ...any) []string {
	p.t.Helper()
	_, err := p.page.Eval(`() => { if (!window.looks) (` + looks + `)() }`)
	p.must(err)
	_, err = p.page.Eval(`() => Promise.all(document.getAnimations().filter((a) => a.effect.getComputedTiming().iterations !== Infinity).map((a) => a.finished.catch(() => {})))`)
	p.must(err) // what comes in has come in
	r, err := p.page.Eval(`(by, ...args) => JSON.stringify(window.looks[by](...args))`, append([]any{by}, args...)...)
	p.must(err)
	var bad []string
	p.must(json.Unmarshal([]byte(r.Value.Str()), &bad))
	return bad
}

// finds reports what a look finds wrong, with a picture.
func (p *person) finds(where, by string, args ...any) {
	p.t.Helper()
	bad := p.looksAt(by, args...)
	for _, b := range bad {
		p.t.Errorf("%s, %s: %s", where, by, b)
	}
	if len(bad) > 0 {
		p.picture("wrong-" + by + "-" + strings.ReplaceAll(where, " ", "-"))
	}
}

// settled waits until the room is seen, the camera has come to rest, and cards
// and signs have had the time to find their places.
func (p *person) settled() {
	p.t.Helper()
	waitFor(p.t, 60*time.Second, "the room to be seen", func() bool {
		r, err := p.page.Eval(`() => { const v = window.kakitsubata.state().view; return document.querySelector("#entrance").hidden && v.ready && !v.covered }`)
		return err == nil && r.Value.Bool()
	})
	p.rests()
}

// playScreens are the sizes of screens that play is measured on.
var playScreens = []screen{smallPhone, {568, 320, 2}, {844, 390, 2}, {1366, 768, 1}}

var smallPhone = screen{320, 568, 2}

// twoScreens are the smallest and the largest of them.
var twoScreens = [2]screen{smallPhone, {1366, 768, 1}}

type screen struct {
	w, h int // CSS pixels
	dpr  float64
}

// Whatever can be pressed while one plays is large enough for a finger, on the
// page, and under nothing else.
func TestEveryTargetIsLargeEnough(t *testing.T) {
	c := open(t)
	a := c.visitor("a").comesIn("el34")
	a.settled()
	for _, s := range playScreens {
		a.size(s.w, s.h, s.dpr)
		where := func(what string) string { return fmt.Sprintf("%dx%d %s", s.w, s.h, what) }
		a.finds(where("play"), "small")
		a.finds(where("play"), "own")
		a.picture(strings.ReplaceAll(where("play"), " ", "-"))
		for _, b := range []string{"#b-around", "#b-help", "#b-phrase", "#b-leave"} {
			a.click(b)
			a.see("#sheet button")
			time.Sleep(400 * time.Millisecond)
			a.finds(where("sheet of "+b[3:]), "small")
			a.click("#sheet-x")
		}
		a.click("#b-emote")
		a.see("#ring button")
		time.Sleep(300 * time.Millisecond)
		a.finds(where("ring"), "small")
		a.click("#b-emote")
		if s.h < 360 {
			continue // the log has no room there
		}
		a.click("#b-log")
		time.Sleep(300 * time.Millisecond)
		a.finds(where("log"), "small")
		a.click("#b-log")
	}
}

// portal is a door of a map: where it leads, what its sign says, and where it is,
// in art pixels.
type portal struct {
	to, title string
	x, y      float64
}

var (
	portalObject = regexp.MustCompile(`(?s)<object [^>]*type="portal" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)">(.*?)</object>`)
	portalTo     = regexp.MustCompile(`name="to" value="([^"]*)"`)
	portalTitle  = regexp.MustCompile(`name="title" value="([^"]*)"`)
	furigana     = regexp.MustCompile(`\{([^|}]*)\|[^}]*\}`)
)

// portalsOf reads the doors of every place from the city's maps.
func portalsOf(t *testing.T) map[string][]portal {
	t.Helper()
	maps, err := filepath.Glob(filepath.Join(built.root, "assets", "cities", "kariya", "maps", "*.tmx"))
	if err != nil || len(maps) < 9 {
		t.Fatal(err, maps)
	}
	all := map[string][]portal{}
	for _, m := range maps {
		text, err := os.ReadFile(m)
		if err != nil {
			t.Fatal(err)
		}
		place := strings.TrimSuffix(filepath.Base(m), ".tmx")
		for _, o := range portalObject.FindAllStringSubmatch(string(text), -1) {
			to, title := portalTo.FindStringSubmatch(o[5]), portalTitle.FindStringSubmatch(o[5])
			if to == nil || title == nil {
				t.Fatalf("%s: a door without a way: %s", place, o[0])
			}
			n := [4]float64{}
			for i := range n {
				n[i], _ = strconv.ParseFloat(o[i+1], 64)
			}
			all[place] = append(all[place], portal{to[1], strings.ReplaceAll(furigana.ReplaceAllString(title[1], "$1"), " ", ""), n[0] + n[2]/2, n[1] + n[3]/2})
		}
	}
	return all
}

func doorTo(ps []portal, to string) *portal {
	for i := range ps {
		if ps[i].to == to {
			return &ps[i]
		}
	}
	return nil
}

// goesThrough takes a door by its name from the list of what is around, and
// waits until the room behind it is seen.
func (p *person) goesThrough(d *portal) {
	p.t.Helper()
	was := p.believes().Room
	p.click("#b-around")
	p.see("#sheet [data-deed=to-door]")
	for _, e := range p.all("#sheet [data-deed=to-door]") {
		r, err := e.Eval(`function(name) { const c = this.cloneNode(true); c.querySelectorAll("rt, small").forEach((x) => x.remove()); return c.textContent.replace(/\s/g, "").includes(name) }`, d.title)
		p.must(err)
		if r.Value.Bool() {
			p.tap(e)
			waitFor(p.t, 90*time.Second, "the way from "+was+" to "+d.title, func() bool { r := p.believes().Room; return r != "" && r != was })
			p.settled()
			return
		}
	}
	p.t.Fatalf("the list of %s names no door %q", was, d.title)
}

// placeOf is the part of a room's name that says where it is.
func placeOf(room string) string {
	_, rest, _ := strings.Cut(room, "/")
	place, _, _ := strings.Cut(rest, "/")
	return place
}

// TestEveryArrivalIsSeen walks the whole city, through every door there and back
// again, by the list of what is around, on the smallest of phones: whoever comes
// out sees itself from head to feet, does not look back at the door, and has the
// name of the way back on the page. On the way every board is read where it
// hangs.
func TestEveryArrivalIsSeen(t *testing.T) {
	c := open(t, "-city", startingAt(t, "plaza"))
	a := c.visitor("a").begins("el34")
	a.settled()
	w := &walk{person: a, portals: portalsOf(t), seen: map[string]bool{}, gone: map[[2]string]bool{}}
	a.size(smallPhone.w, smallPhone.h, smallPhone.dpr)
	w.place("plaza")
	if len(w.seen) != len(w.portals) {
		t.Errorf("of %d places %d can be walked to", len(w.portals), len(w.seen))
	}
	t.Logf("%d doors gone through, there and back; %d boards read in %d places", len(w.gone)/2, w.boards, len(w.seen))
}

// walk is a way through the whole city.
type walk struct {
	*person
	portals map[string][]portal
	seen    map[string]bool
	gone    map[[2]string]bool // from one place to another
	boards  int
}

// place reads the boards of the place that one is in, and goes through each of
// its doors that nobody has gone through yet, and back.
func (w *walk) place(here string) {
	w.t.Helper()
	w.seen[here] = true
	w.reads(here)
	for _, way := range w.portals[here] {
		if w.gone[[2]string{here, way.to}] {
			continue
		}
		there, back := doorTo(w.portals[here], way.to), doorTo(w.portals[way.to], here)
		w.gone[[2]string{here, way.to}], w.gone[[2]string{way.to, here}] = true, true
		w.arrivesBy(there, back, here)
		if !w.seen[way.to] {
			w.place(way.to)
		}
		w.arrivesBy(back, there, way.to)
	}
}

// reads looks at what each board of a place tells.
func (w *walk) reads(here string) {
	w.t.Helper()
	w.click("#b-around")
	w.see("#around-body")
	r, err := w.page.Eval(`() => [...document.querySelectorAll("#around-body [data-deed=read]")].map(b => b.dataset.n).join(" ")`)
	w.must(err)
	w.press(input.Escape)
	for _, n := range strings.Fields(r.Value.Str()) {
		waitFor(w.t, 10*time.Second, "the sheet to go", func() bool { return !w.shown("#sheet") })
		w.click("#b-around")
		w.see("#around-body [data-deed=read]")
		_, err := w.page.Eval(`(n) => document.querySelector("#around-body [data-deed=read][data-n='" + n + "']").click()`, n)
		w.must(err)
		w.see("#sheet .scenery")
		w.isToldHere("#sheet", "board-"+here+"-"+n)
		w.press(input.Escape)
		w.boards++
	}
	waitFor(w.t, 10*time.Second, "the sheet to go", func() bool { return !w.shown("#sheet") })
}

// arrivesBy goes through a door and looks at what is seen behind it, where the
// way back is.
func (p *person) arrivesBy(door, back *portal, from string) {
	p.t.Helper()
	p.goesThrough(door)
	if got := placeOf(p.believes().Room); got != door.to {
		p.t.Fatalf("the door to %s led to %s", door.to, got)
	}
	r, err := p.page.Eval(`() => { const a = window.kakitsubata.state().avatars.find((a) => a.own); return JSON.stringify({ x: a.x / 16, y: a.y / 16, heading: a.heading }) }`)
	p.must(err)
	var me struct{ X, Y, Heading float64 }
	p.must(json.Unmarshal([]byte(r.Value.Str()), &me))
	turn := me.Heading / 256 * 2 * math.Pi
	if ahead := (me.X-back.x)*math.Cos(turn) + (me.Y-back.y)*math.Sin(turn); ahead < -4 {
		p.t.Errorf("from %s to %s: one stands %+v and looks at the door at %.0f %.0f", from, door.to, me, back.x, back.y)
	}
	p.rests()
	at := from + "-" + door.to
	p.finds(at, "own")
	p.finds(at, "small")
	p.finds(at, "says", back.title)
	p.picture(at)
}

// learnt are the kanji of the years of school up to one.
func learnt(t *testing.T, year int) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(built.root, "server", "reading", "kyoiku.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for line := range strings.Lines(string(text)) {
		if n, kanji, ok := strings.Cut(strings.TrimSpace(line), " "); ok && len(n) == 1 && n[0] >= '1' && n[0] <= '6' && int(n[0]-'0') <= year {
			all.WriteString(kanji)
		}
	}
	if all.Len() == 0 && year > 0 {
		t.Fatal("no kanji are taught")
	}
	return all.String()
}

// Who plays can read all that the page says by itself: each kanji that the
// reader's years have not had carries its reading, also on its own words on
// their way, at the listener's name and in every sheet.
func TestEveryKanjiCanBeRead(t *testing.T) {
	for _, r := range []struct {
		bracket string
		year    int
	}{{"el12", 0}, {"el34", 2}, {"el56", 4}} {
		t.Run(r.bracket, func(t *testing.T) {
			c := open(t)
			known := learnt(t, r.year)
			far := c.farLine(t, 50*time.Millisecond)
			child := c.registered(r.bracket)
			a := c.visitor("a")
			_, err := proto.NetworkSetCookie{Name: child.Name, Value: child.Value, URL: "http://" + far.addr + "/", HTTPOnly: true, SameSite: proto.NetworkCookieSameSiteStrict}.Call(a.page)
			a.must(err)
			a.must(a.page.Navigate("http://" + far.addr + "/"))
			a.click("#again-go")
			a.arrives()
			a.settled()
			a.finds("play", "kanji", known)
			waitFor(t, 90*time.Second, "the listener to come and speak", func() bool { return len(a.believes().Log) > 0 })
			a.finds("with the listener", "kanji", known)
			a.picture("listener")
			for _, b := range []string{"#b-around", "#b-help", "#b-phrase", "#b-leave"} {
				a.click(b)
				a.see("#sheet button")
				time.Sleep(300 * time.Millisecond)
				a.finds("sheet of "+b[3:], "kanji", known)
				a.picture("sheet-" + b[3:])
				a.click("#sheet-x")
			}
			a.click("#b-emote")
			a.finds("ring", "kanji", known)
			a.click("#b-emote")
			a.click("#b-log")
			a.finds("log", "kanji", known)
			a.click("#b-log")
			// Words that no server has seen yet say so.
			const text = "ここで まってるね"
			a.write("#line", text)
			func() {
				far.held.Lock()
				defer far.held.Unlock()
				a.press(input.Enter)
				a.see("#over .bubble.sending .way")
				a.finds("on the way", "kanji", known)
				a.picture("on-the-way")
			}()
		})
	}
}

// talkers are n bots who stand where people arrive in a place and say something
// every five seconds, until the test ends.
func (c *city) talkers(place string, n int) {
	c.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var all sync.WaitGroup
	c.t.Cleanup(func() { stop(); all.Wait() })
	for i, there := 0, 0; there < n; i++ {
		if i > 40*n {
			c.t.Fatalf("only %d of %d bots came to %s", there, n, place)
		}
		conn, phrases, at := c.bot(ctx, i)
		if at != place {
			_ = conn.Send(protocol.EncodeIntent(&protocol.Leave{}))
			conn.Close()
			continue
		}
		there++
		all.Go(func() {
			for {
				if _, err := conn.Next(ctx); err != nil {
					return
				}
			}
		})
		all.Go(func() {
			defer conn.Close()
			for seq := uint32(1); ; seq++ {
				if conn.Send(protocol.EncodeIntent(&protocol.Phrase{Seq: seq, Phrase: phrases[(i+int(seq)*5)%len(phrases)].Phrase})) != nil {
					return
				}
				select {
				case <-ctx.Done():
					return
				case <-time.After(5 * time.Second):
				}
			}
		})
	}
}

// covering notes for each frame how many words lie over other words, over the
// face of somebody who speaks, or over the child's own.
const covering = `() => {
	const hits = (a, b) => a.left < b.right - 1.5 && b.left < a.right - 1.5 && a.top < b.bottom - 1.5 && b.top < a.bottom - 1.5;
	const look = () => {
		const s = kakitsubata.state(), v = s.view, k = v.scale / v.dpr;
		const all = [...document.querySelectorAll("#over > .bubble:not(.toast)")].filter((e) => e.getClientRects().length && !e.matches(".dots"));
		const words = all.map((e) => ({ e, who: e.querySelector(".said").dataset.name, r: e.getBoundingClientRect(), says: e.textContent }));
		const bad = [];
		words.forEach((a, i) => words.slice(0, i).forEach((b) => { if (hits(a.r, b.r)) bad.push(a.says + " over " + b.says + " " + [a, b].map((w) => w.e.className + " " + [w.r.left, w.r.top, w.r.right, w.r.bottom].map(Math.round)).join(" / ")) }));
		for (const a of s.avatars) {
			if (!a.own && !words.some((w) => w.who === a.name && !w.e.matches(".out"))) continue;
			const x = (a.x / 16 - v.camX) * k, y = (a.y / 16 - v.camY) * k;
			const face = { left: x - 7 * k, top: y - 30 * k, right: x + 7 * k, bottom: y - 18 * k };
			for (const w of words) if (w.who !== a.name && !w.e.matches(".far") && hits(w.r, face)) bad.push(w.says + " over the face of " + a.name + (w.e.matches(".out") ? " (fading)" : ""));
		}
		return bad;
	};
	window.covering = { since: performance.now(), frames: [] };
	addEventListener("resize", () => { window.covering = { since: performance.now(), frames: [] } });
	const frame = () => {
		const c = window.covering;
		if (c.frames.length < 400) c.frames.push({ ms: Math.round(performance.now() - c.since), bad: look() });
		requestAnimationFrame(frame);
	};
	requestAnimationFrame(frame);
}`

// With eight who talk at once no words lie over others, nor over the face of one
// who speaks; and when the page gets another size, that is so again from its
// first pictures on.
func TestWordsFindTheirPlaces(t *testing.T) {
	c := open(t)
	a := c.visitor("a").comesIn("el34")
	a.settled()
	c.talkers("plaza", 8)
	_, err := a.page.Eval(covering)
	a.must(err)
	for _, s := range append(playScreens, playScreens[0], playScreens[3]) {
		a.must(a.page.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: s.w, Height: s.h, DeviceScaleFactor: s.dpr, Mobile: s.dpr > 1}))
		time.Sleep(1200 * time.Millisecond)
		a.picture(fmt.Sprintf("soon-%dx%d", s.w, s.h))
		time.Sleep(6 * time.Second)
		a.picture(fmt.Sprintf("talk-%dx%d", s.w, s.h))
		r, err := a.page.Eval(`() => JSON.stringify(window.covering.frames)`)
		a.must(err)
		var frames []struct {
			Ms  int
			Bad []string
		}
		a.must(json.Unmarshal([]byte(r.Value.Str()), &frames))
		bad := 0
		for i, f := range frames {
			if len(f.Bad) == 0 {
				continue
			}
			bad++
			if i > 2 { // the page has its new size before the game has drawn for it
				t.Errorf("%dx%d, frame %d, %d ms after: %s", s.w, s.h, i, f.Ms, strings.Join(f.Bad, "; "))
			}
		}
		t.Logf("%dx%d: in %d of %d frames words cover something", s.w, s.h, bad, len(frames))
	}
}
