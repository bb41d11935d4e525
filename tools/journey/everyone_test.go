//go:build journey

package journey

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// focused reports whether the element with the focus matches.
func (p *person) focused(selector string) bool {
	p.t.Helper()
	r, err := p.page.Eval(`(s) => { const e = document.activeElement; return !!e && e !== document.body && e.matches(s) }`, selector)
	p.must(err)
	return r.Value.Bool()
}

// tabsTo presses Tab until the focus is there, as somebody without a mouse
// would, and makes sure that it can be seen.
func (p *person) tabsTo(selector string) {
	p.t.Helper()
	for range 80 {
		if p.focused(selector) {
			r, err := p.page.Eval(`() => {
				let e = document.activeElement;
				if (e.matches("input[type=radio].hid")) e = e.parentElement;
				const s = getComputedStyle(e);
				return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 }`)
			p.must(err)
			if !r.Value.Bool() {
				p.picture("focus-not-seen")
				p.t.Errorf("%s: the focus on %s can't be seen", p.name, selector)
			}
			return
		}
		p.press(input.Tab)
		time.Sleep(15 * time.Millisecond)
	}
	p.picture("no-focus")
	p.t.Fatalf("%s: Tab never comes to %s", p.name, selector)
}

// enters presses Enter on an element found by Tab.
func (p *person) enters(selector string) {
	p.t.Helper()
	p.tabsTo(selector)
	p.press(input.Enter)
	time.Sleep(150 * time.Millisecond)
}

// keysIn goes through the entrance by keyboard alone.
func (p *person) keysIn(bracket string) {
	p.t.Helper()
	p.goTo("/")
	p.see(`[data-step=hello] [data-go=watch]`)
	p.enters(`[data-step=hello] [data-go=watch]`)
	for _, card := range told {
		p.enters(`[data-step=` + card + `] .go`)
	}
	p.tabsTo(`#code`)
	p.must(p.page.InsertText(p.c.codes[bracket]))
	p.press(input.Enter)
	p.see(`#names button`)
	p.enters(`#names button`)
	p.see(`#look-go`)
	p.see(`#parts input[type=radio]`)
	p.tabsTo(`#parts input[type=radio]`)
	before := p.look()
	p.press(input.ArrowRight)
	if p.look() == before {
		p.t.Errorf("%s: an arrow key changes no part of the look", p.name)
	}
	p.enters(`#look-go`)
	waitFor(p.t, 20*time.Second, p.name+" to be told the four words", func() bool { return p.text("#words li") != "" })
	p.enters(`#words-go`)
}

// look is which choices of the dressing room are taken.
func (p *person) look() string {
	p.t.Helper()
	r, err := p.page.Eval(`() => [...document.querySelectorAll("#parts input:checked")].map(e => e.getAttribute("aria-label")).join()`)
	p.must(err)
	return r.Value.Str()
}

func TestKeyboardAlone(t *testing.T) {
	c := open(t)
	a := c.visitor("a")
	a.keysIn("el56")
	a.arrives()
	time.Sleep(time.Second)
	a.picture("in")
	from := a.believes().Self
	if !a.holds(input.ArrowDown, 8*time.Second, func() bool { return a.believes().Self.Y > from.Y+256 }) {
		t.Fatal("the arrow key does not walk")
	}
	// Speak, and give the keys back to the world.
	a.press(input.Enter)
	waitFor(t, 5*time.Second, "Enter to lead to the line", func() bool { return a.focused("#line") })
	a.must(a.page.InsertText("こんにちは、キーボードだよ"))
	a.press(input.Enter)
	waitFor(t, 20*time.Second, "the words to be said", func() bool { return a.heard("キーボードだよ") })
	a.press(input.Escape)
	if !a.focused("body > canvas") {
		t.Error("Escape does not give the keys back to the world")
	}
	// An emote by its key.
	a.press(input.KeyE)
	a.see("#ring button")
	waitFor(t, 5*time.Second, "the first emote to have the focus", func() bool { return a.focused("#ring button") })
	a.press(input.ArrowRight)
	a.press(input.Enter)
	waitFor(t, 10*time.Second, "the keys to be the world's again", func() bool { return a.focused("body > canvas") })
	// A door by its name.
	room := a.believes().Room
	a.press(input.KeyL)
	a.see("#sheet [data-deed=to-door]")
	a.picture("around")
	a.enters("#sheet [data-deed=to-door]")
	waitFor(t, 60*time.Second, "the child to be in another room", func() bool { r := a.believes().Room; return r != "" && r != room })
	a.picture("other-room")
	// Out again.
	a.enters("#b-leave")
	a.see("#sheet [data-deed=leave]")
	a.press(input.Escape)
	waitFor(t, 5*time.Second, "Escape to close the sheet", func() bool { return a.text("#sheet") == "" })
	a.enters("#b-leave")
	a.enters("#sheet [data-deed=leave]")
	waitFor(t, 20*time.Second, "goodbye", func() bool { return a.sees("またね") })
	a.picture("goodbye")
}

// finger taps with a finger: start, a moment, end.
func (p *person) finger(selector string) {
	p.t.Helper()
	e := p.see(selector)
	var at proto.Point
	waitFor(p.t, 20*time.Second, selector+" to stand still under a finger", func() bool {
		if e.ScrollIntoView() != nil {
			return false
		}
		s, err := e.Shape()
		if err != nil || s.OnePointInside() == nil {
			return false
		}
		was := at
		at = *s.OnePointInside()
		return at == was
	})
	p.fingerAt(at.X, at.Y)
}

func (p *person) fingerAt(x, y float64) {
	p.t.Helper()
	p.must(proto.InputDispatchTouchEvent{Type: proto.InputDispatchTouchEventTypeTouchStart, TouchPoints: []*proto.InputTouchPoint{{X: x, Y: y}}}.Call(p.page))
	time.Sleep(60 * time.Millisecond)
	p.must(proto.InputDispatchTouchEvent{Type: proto.InputDispatchTouchEventTypeTouchEnd, TouchPoints: []*proto.InputTouchPoint{}}.Call(p.page))
	time.Sleep(120 * time.Millisecond)
}

func TestTouchAlone(t *testing.T) {
	c := open(t)
	a := c.visitor("a")
	a.must(a.page.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: 320, Height: 568, DeviceScaleFactor: 2, Mobile: true}))
	a.must(proto.EmulationSetTouchEmulationEnabled{Enabled: true}.Call(a.page))
	a.goTo("/")
	a.finger(`[data-step=hello] [data-go=watch]`)
	for _, card := range told {
		a.finger(`[data-step=` + card + `] .go`)
	}
	a.finger(`#code`)
	a.must(a.page.InsertText(c.codes["el12"]))
	a.finger(`#form-code button[type=submit]`)
	a.finger(`#names button`)
	a.finger(`#look-more summary`)
	a.finger(`#parts .part:last-child`)
	a.picture("look")
	a.finger(`#look-go`)
	waitFor(t, 20*time.Second, "the four words", func() bool { return a.text("#words li") != "" })
	a.finger(`#words-go`)
	a.arrives()
	time.Sleep(1500 * time.Millisecond)
	a.picture("guide")
	from := a.believes().Self
	a.fingerAt(160, 400)
	waitFor(t, 15*time.Second, "a tap to move the child", func() bool { s := a.believes().Self; return s != from })
	a.finger("#b-emote")
	a.finger("#ring button")
	a.finger("#b-phrase")
	a.picture("phrases")
	a.finger("#sheet [data-deed=phrase]")
	waitFor(t, 20*time.Second, "the phrase to be said", func() bool { return len(a.believes().Log) > 0 })
	a.finger("#b-help")
	a.see("#sheet [data-deed=hand]")
	a.finger("#sheet [data-deed=hand]")
	a.picture("settings")
	a.finger("#sheet-x")
	r, err := a.page.Eval(`() => document.querySelector("#b-send").getBoundingClientRect().x < document.querySelector("#b-emote").getBoundingClientRect().x`)
	a.must(err)
	if !r.Value.Bool() {
		t.Error("for the left hand nothing changed sides")
	}
	a.picture("left-hand")
}

// In text mode a child without WebGL is in the same room as the others: it
// hears, speaks, meets, sits, reads and goes through doors.
func TestTextMode(t *testing.T) {
	c := open(t)
	a := c.visitorWithout("text")
	a.registers("el34")
	a.arrives()
	a.see("#around")
	a.picture("alone")
	if r, err := a.page.Eval(`() => document.querySelectorAll("body > canvas").length`); err != nil || r.Value.Int() != 0 {
		t.Error("there is a canvas in text mode")
	}
	// On a phone the page is one column: what is not there leaves no gap.
	a.size(320, 568, 2)
	r, err := a.page.Eval(`() => {
		const all = [...document.querySelectorAll("#top, #state, #guide, #around, #logbox")].map((e) => e.getBoundingClientRect()).filter((r) => r.height > 1).sort((a, b) => a.top - b.top);
		return Math.max(...all.slice(1).map((r, i) => r.top - all[i].bottom)) }`)
	a.must(err)
	if gap := r.Value.Num(); gap > 12 {
		t.Errorf("on a phone there is a gap of %.0f pixels", gap)
	}
	a.picture("column")
	a.size(1024, 768, 1)
	b := c.visitor("b").comesIn("el34")
	name := b.believes().Name
	waitFor(t, 30*time.Second, "the list to name the other", func() bool { return strings.Contains(a.text("#around"), name) })
	b.says("やあ、もじの ひと")
	waitFor(t, 15*time.Second, "the words to be read", func() bool { return strings.Contains(a.text("#log"), "もじのひと") })
	a.says("こんにちは、えの ひと")
	waitFor(t, 15*time.Second, "the answer to be heard", func() bool { return b.heard("えの ひと") })
	a.picture("talks")
	a.click("#around [data-deed=card]")
	a.click("#sheet [data-deed=meet]")
	waitFor(t, 30*time.Second, "to walk up to the other", func() bool { return a.distance(b) < 3 })
	a.click("#around [data-deed=read]")
	a.see("#sheet .board")
	a.picture("reads")
	a.press(input.Escape)
	a.click("#around [data-deed=seat]")
	a.see("#around [data-deed=rise]")
	a.picture("sits")
	a.click("#around [data-deed=rise]")
	a.see("#around [data-deed=seat]")
	room := a.believes().Room
	a.click("#around [data-deed=to-door]")
	waitFor(t, 60*time.Second, "to be in another room", func() bool { r := a.believes().Room; return r != "" && r != room })
	a.picture("another-room")
	if !strings.Contains(a.text("#hear"), "") || a.text("#around h2") == "" {
		t.Error("nothing says where one is")
	}
	// Distress is answered here as there.
	time.Sleep(2 * time.Second)
	a.says("もう しにたい")
	a.see("#sheet a.tel")
	a.picture("notice")
}

// What a screen reader would say of each page is left beside the pictures.
func TestReadOut(t *testing.T) {
	c := open(t)
	a := c.visitor("a").comesIn("jh")
	b := c.visitor("b").comesIn("jh")
	b.says("となりに いるよ")
	waitFor(t, 15*time.Second, "the words to come", func() bool { return a.heard("となりに いるよ") })
	tree := a.readOut("play")
	for _, want := range []string{"application", "log", "となりに いるよ", "textbox", b.believes().Name} {
		if !strings.Contains(tree, want) {
			t.Errorf("the tree of the play page does not say %q", want)
		}
	}
	a.press(input.KeyL)
	if !a.focused("#sheet-title") {
		a.toWorld()
		a.press(input.KeyL)
	}
	a.see("#sheet [data-deed=to-door]")
	tree = a.readOut("around")
	if !strings.Contains(tree, "dialog") || !strings.Contains(tree, b.believes().Name) {
		t.Error("the list does not name who is near")
	}
}

// readOut writes down the accessibility tree, as lines of role and name.
func (p *person) readOut(what string) string {
	p.t.Helper()
	got, err := proto.AccessibilityGetFullAXTree{}.Call(p.page)
	p.must(err)
	var out strings.Builder
	for _, n := range got.Nodes {
		if n.Ignored || n.Role == nil || n.Name == nil {
			continue
		}
		role, name := n.Role.Value.Str(), n.Name.Value.Str()
		if role == "InlineTextBox" || role == "none" || name == "" && role == "generic" {
			continue
		}
		fmt.Fprintf(&out, "%s: %s\n", role, name)
	}
	path := filepath.Join(built.pictures, p.t.Name()+"-"+p.name+"-"+what+".txt")
	p.must(os.WriteFile(path, []byte(out.String()), 0o644))
	return out.String()
}
