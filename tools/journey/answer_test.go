//go:build journey

package journey

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// watching notes in the page itself when an input came and when its answer was
// first there as a frame began: nothing of what a test needs to look is in it.
const watching = `() => {
	const state = () => window.kakitsubata.state();
	const own = () => state().avatars.find((a) => a.own) || {};
	const says = (text) => [...document.querySelectorAll("#log .said, #over .bubble")].find((e) => e.textContent.includes(text));
	window.answered = {};
	window.watchFor = (what, event, text) => {
		const from = state().self;
		const there = {
			walk: () => { const s = state().self; return s.x !== from.x || s.y !== from.y },
			emote: () => own().emote > 0,
			line: () => !!says(text),
			sheet: () => document.querySelector("#sheet").getClientRects().length > 0,
		}[what];
		delete window.answered[what];
		addEventListener(event, (e) => {
			let frames = 0;
			const look = () => {
				frames++;
				if (!there()) return requestAnimationFrame(look);
				window.answered[what] = { ms: performance.now() - e.timeStamp, frames,
					fate: what === "line" ? (state().log.findLast((l) => l.text === text) || {}).fate : "" };
			};
			requestAnimationFrame(look);
		}, { once: true, capture: true });
	};
}`

// answer is what the page noted.
type answer struct {
	Ms     float64 `json:"ms"`
	Frames int     `json:"frames"` // that began since
	Fate   string  `json:"fate"`
}

// answers waits until the page has answered.
func (p *person) answers(what string) (a answer) {
	p.t.Helper()
	waitFor(p.t, 15*time.Second, p.name+" to be answered: "+what, func() bool {
		r, err := p.page.Eval(`(w) => JSON.stringify(window.answered[w] || null)`, what)
		return err == nil && r.Value.Str() != "null" && json.Unmarshal([]byte(r.Value.Str()), &a) == nil
	})
	return a
}

func (p *person) watchFor(what, event, text string) {
	p.t.Helper()
	_, err := p.page.Eval(`(w, e, t) => window.watchFor(w, e, t)`, what, event, text)
	p.must(err)
}

// rests waits until the child stands still and shows no emote, and the camera
// has come to it.
func (p *person) rests() {
	p.t.Helper()
	var last belief
	waitFor(p.t, 20*time.Second, p.name+" to rest", func() bool {
		time.Sleep(200 * time.Millisecond)
		r, err := p.page.Eval(`() => window.kakitsubata.state().avatars.some((a) => a.own && a.emote > 0)`)
		was := last
		last = p.believes()
		return err == nil && !r.Value.Bool() && last.Self == was.Self && last.View == was.View
	})
}

// inputs are the things that a child does all day: each is done once,
// within a step that may hold the line meanwhile. It returns how the page
// answered them.
func (p *person) inputs(text string, step func(do func())) map[string]answer {
	p.t.Helper()
	got := map[string]answer{}

	p.toWorld()
	p.watchFor("walk", "keydown", "")
	step(func() {
		p.must(p.page.Keyboard.Press(input.ArrowDown))
		got["a key"] = p.answers("walk")
	})
	time.Sleep(700 * time.Millisecond) // far enough to go back
	p.must(p.page.Keyboard.Release(input.ArrowDown))
	p.rests()

	b := p.believes()
	k := b.View.Scale
	back := proto.Point{X: (b.Self.X/16 - b.View.CamX) * k, Y: (b.Self.Y/16 - 56 - b.View.CamY) * k} // where it came from
	p.watchFor("walk", "mousedown", "")
	p.must(p.page.Mouse.MoveTo(back))
	step(func() {
		p.must(p.page.Mouse.Click(proto.InputMouseButtonLeft, 1))
		got["a tap"] = p.answers("walk")
	})
	p.rests()

	// Somebody else, and a button.
	for _, o := range p.believes().Avatars {
		v := p.believes().View
		at := proto.Point{X: (o.X/16 - v.CamX) * v.Scale, Y: (o.Y/16 - 14 - v.CamY) * v.Scale}
		if o.Kind != "visitor" || o.X == b.Self.X && o.Y == b.Self.Y || !p.overWorld(at.X, at.Y) {
			continue
		}
		p.watchFor("sheet", "mousedown", "")
		p.must(p.page.Mouse.MoveTo(at))
		step(func() {
			p.must(p.page.Mouse.Click(proto.InputMouseButtonLeft, 1))
			got["somebody"] = p.answers("sheet")
		})
		p.press(input.Escape)
		waitFor(p.t, 10*time.Second, "the card to go", func() bool { return !p.shown("#sheet") })
		break
	}
	around := p.see("#b-around")
	p.watchFor("sheet", "mouseup", "") // it sinks when it is touched, and works when it is let go
	step(func() {
		p.tap(around)
		got["a button"] = p.answers("sheet")
	})
	p.press(input.Escape)
	waitFor(p.t, 10*time.Second, "the sheet to go", func() bool { return !p.shown("#sheet") })

	p.click("#b-emote")
	e := p.see("#ring button")
	p.watchFor("emote", "mouseup", "")
	step(func() {
		p.tap(e)
		got["an emote"] = p.answers("emote")
	})
	p.rests()

	p.write("#line", text)
	p.watchFor("line", "keydown", text)
	step(func() {
		p.press(input.Enter)
		got["a line"] = p.answers("line")
	})
	return got
}

// TestEveryInputIsAnswered prints how long after an input the page has answered
// it, over a line that takes 200 ms to there and back, and sees that no answer
// needs the server: while nothing reaches it, all are the same, and words are
// shown to their speaker alone, as on their way.
func TestEveryInputIsAnswered(t *testing.T) {
	c := open(t)
	far := c.farLine(t, 100*time.Millisecond)
	child := c.registered("el34")
	a := c.visitor("a")
	_, err := proto.NetworkSetCookie{Name: child.Name, Value: child.Value, URL: "http://" + far.addr + "/", HTTPOnly: true, SameSite: proto.NetworkCookieSameSiteStrict}.Call(a.page)
	a.must(err)
	other := c.visitorWithout("b").comesIn("el34") // a second picture would take the machine from the first
	a.must(a.page.Navigate("http://" + far.addr + "/"))
	a.click("#again-go")
	a.arrives()
	waitFor(t, 60*time.Second, "the room to be seen", func() bool {
		r, err := a.page.Eval(`() => document.querySelector("#entrance").hidden && !window.kakitsubata.state().view.covered`)
		return err == nil && r.Value.Bool()
	})
	time.Sleep(8 * time.Second) // what a first visit does after it has begun is over
	_, err = a.page.Eval(watching)
	a.must(err)

	said := func(text string) bool {
		r, err := a.page.Eval(`(t) => window.kakitsubata.state().log.some((l) => l.text === t && l.fate === "said")`, text)
		return err == nil && r.Value.Bool()
	}
	words := []string{"きょうは いい てんきだね", "おはなが きれいだよ"}
	for i, text := range words {
		got := a.inputs(text, func(do func()) { do() })
		for _, what := range []string{"a key", "a tap", "somebody", "a button", "an emote", "a line"} {
			if got[what].Frames == 0 {
				t.Errorf("round %d: %s was not tried", i+1, what)
			}
			t.Logf("round %d, 200 ms to the server and back: %-8s is answered after %4.0f ms (promised: 100), in frame %d",
				i+1, what, got[what].Ms, got[what].Frames)
		}
		waitFor(t, 15*time.Second, "the words to be said", func() bool { return said(text) })
	}

	// Nothing reaches the server while one waits for an answer: whatever
	// answers is the page.
	const text = "ここで まってるね"
	got := a.inputs(text, func(do func()) {
		far.held.Lock()
		defer far.held.Unlock()
		do()
		if other.heard(text) {
			t.Error("words were heard that no server has judged")
		}
	})
	if fate := got["a line"].Fate; fate != "sending" {
		t.Errorf("words that no server has seen are shown as %q", fate)
	}
	waitFor(t, 20*time.Second, "the words to be said after all", func() bool { return said(text) })
}
