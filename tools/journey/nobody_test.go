//go:build journey

package journey

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"
)

// found is what a child finds where nobody is: measured on the page.
type found struct {
	Picture [2]float64 `json:"picture"` // its size, in CSS pixels
	Text    string     `json:"text"`    // without furigana
	Button  [2]float64 `json:"button"`
	Label   string     `json:"label"`
	Whole   bool       `json:"whole"` // all of it is on the page, and nothing lies over the button
	Buttons int        `json:"buttons"`
}

// measures finds the picture, the sentence and the button in a box.
func (p *person) measures(box string) (f found) {
	p.t.Helper()
	r, err := p.page.Eval(`(box) => {
		const b = document.querySelector(box);
		const size = e => { const r = e.getBoundingClientRect(); return [r.width, r.height] };
		const bare = e => { const c = e.cloneNode(true); c.querySelectorAll("rt").forEach(x => x.remove()); return c.textContent.trim() };
		const drawn = e => e.matches("img, canvas, svg") || getComputedStyle(e).backgroundImage.includes("url(");
		const pics = [...b.querySelectorAll(".scenery, .pic")].filter(e => [e, ...e.children].some(x => drawn(x) && size(x)[0] > 8));
		const says = [...b.querySelectorAll("p")].map(bare).join(" ");
		const bs = [...b.querySelectorAll("button[data-deed]:not(#sheet-x)")];
		const r = bs[0]?.getBoundingClientRect();
		const on = bs[0] && document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
		const q = b.getBoundingClientRect();
		return JSON.stringify({ picture: pics[0] ? size(pics[0]) : [0, 0], text: says, button: bs[0] ? size(bs[0]) : [0, 0], label: bs[0] ? bare(bs[0]) : "", buttons: bs.length,
			whole: !!on && bs[0].contains(on) && q.left >= -1 && q.top >= -1 && q.right <= innerWidth + 1 && q.bottom <= innerHeight + 1 }) }`, box)
	p.must(err)
	p.must(json.Unmarshal([]byte(r.Value.Str()), &f))
	return f
}

// isTold demands a picture, a sentence and one thing to do, in both sizes of a
// page, and leaves pictures of them.
func (p *person) isTold(box, what string) {
	p.t.Helper()
	p.see(box + " button[data-deed]:not(#sheet-x)")
	for _, s := range twoScreens {
		p.size(s.w, s.h, s.dpr)
		f := p.isToldHere(box, fmt.Sprintf("%s-%dx%d", what, s.w, s.h))
		p.t.Logf("%s: picture %.0f×%.0f, %q, button %.0f×%.0f %q", what, f.Picture[0], f.Picture[1], f.Text, f.Button[0], f.Button[1], f.Label)
	}
}

// isToldHere demands it of the page as it is.
func (p *person) isToldHere(box, what string) (f found) {
	p.t.Helper()
	waitFor(p.t, 20*time.Second, what+" to stand on the page", func() bool { f = p.measures(box); return f.Whole })
	time.Sleep(300 * time.Millisecond)
	p.picture(what)
	if f.Picture[0] < 40 || f.Picture[1] < 40 {
		p.t.Errorf("%s: the picture is %v", what, f.Picture)
	}
	if n := len([]rune(f.Text)); n < 8 || n > 90 {
		p.t.Errorf("%s: it says %q", what, f.Text)
	}
	if f.Button[0] < 44 || f.Button[1] < 44 || f.Label == "" || f.Buttons != 1 {
		p.t.Errorf("%s: %d buttons, the first %v %q", what, f.Buttons, f.Button, f.Label)
	}
	return f
}

// listened reports whether the listener is in the room.
func (p *person) listened() bool {
	return slices.ContainsFunc(p.believes().Avatars, func(o other) bool { return o.Kind == "companion" })
}

func (p *person) shown(box string) bool {
	r, err := p.page.Eval(`(box) => { const b = document.querySelector(box); return !!b && b.getClientRects().length > 0 }`, box)
	p.must(err)
	return r.Value.Bool()
}

// begins is past the entrance and the first minute's guide, with the room seen.
func (p *person) begins(bracket string) *person {
	p.t.Helper()
	p.comesIn(bracket)
	p.seesRoom()
	p.click("#guide button")
	return p
}

func (p *person) seesRoom() {
	p.t.Helper()
	waitFor(p.t, 60*time.Second, "the room to be seen", func() bool {
		r, err := p.page.Eval(`() => { const s = window.kakitsubata?.state(); return !!s && document.querySelector("#entrance").hidden && s.view.ready && !s.view.covered }`)
		return err == nil && r.Value.Bool()
	})
}

// smallCity is the pack with a start that holds one child.
func smallCity(t *testing.T) string {
	t.Helper()
	dir := startingAt(t, "plaza")
	file := filepath.Join(dir, "city.toml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	small := regexp.MustCompile(`(?s)(id = "plaza".*?capacity = )\d+(.*?copies = )\d+`).ReplaceAllString(string(text), "${1}1${2}1")
	if err := os.WriteFile(file, []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Nobody here is not nothing: an empty room, an empty board, the listener away,
// the connection lost, the city full. Each has a picture, a sentence and one
// thing to do, which does it.
func TestNobodyIsNotNothing(t *testing.T) {
	t.Run("alone", func(t *testing.T) {
		c := open(t, "-city", startingAt(t, "consult")) // a quiet room: the listener comes to nobody unasked
		a := c.visitor("a").begins("el12")
		a.isTold("#state", "empty-room")
		a.click("#state [data-deed=alone-wave]")
		waitFor(t, 10*time.Second, "the card to go", func() bool { return !strings.Contains(a.text("#state"), "しずか") })
		a.picture("waves")
		waitFor(t, 60*time.Second, "the listener's being away to be told", func() bool { return strings.Contains(a.text("#state"), "ゆらり") })
		a.isTold("#state", "listener-away")
		a.click("#state button")
		a.see("#sheet [data-deed=to-door]")
		a.picture("elsewhere")
		a.press(input.Escape)
		waitFor(t, 10*time.Second, "the sheet and the card to go", func() bool { return !a.shown("#sheet") && !a.shown("#state") })
	})
	t.Run("board", func(t *testing.T) {
		c := open(t)
		a := c.visitor("a").begins("el12")
		a.click("#b-around")
		a.readsRow("おしらせ")
		a.isTold("#sheet", "empty-board")
		a.click("#sheet-body button")
		waitFor(t, 10*time.Second, "the greeting to be said", func() bool { return a.heard("こんにちは") && !a.shown("#sheet") })
		a.picture("greets")

		// The child asks the listener to leave it alone.
		waitFor(t, 60*time.Second, "the listener to come", func() bool { return a.listened() })
		a.click("#b-around")
		a.click("#sheet [data-deed=card]")
		a.click("#sheet [data-deed=hide]")
		waitFor(t, 60*time.Second, "the listener to go", func() bool { return !a.listened() })
		waitFor(t, 60*time.Second, "its being away to be told", func() bool { return strings.Contains(a.text("#state"), "ゆらり") })
		a.isTold("#state", "listener-sent-away")
	})
	t.Run("lost", func(t *testing.T) {
		c := open(t)
		a := c.visitor("a").begins("el34")
		time.Sleep(6 * time.Second) // by then its pictures are there
		c.stop(syscall.SIGKILL)
		waitFor(t, 30*time.Second, "the loss to be told", func() bool { return strings.Contains(a.text("#state"), "つながり") })
		a.isTold("#state", "lost")
		a.click("#state button")
		waitFor(t, 5*time.Second, "the button to say that it tries", func() bool { return strings.Contains(a.text("#state button"), "ためして") })
		a.picture("tries")
		c.start()
		back := time.Now()
		waitFor(t, 30*time.Second, "a press to bring the child back", func() bool {
			if a.believes().Connected {
				return true
			}
			_, _ = a.page.Eval(`() => document.querySelector("#state button[data-deed=redial]:not([aria-disabled=true])")?.click()`)
			time.Sleep(200 * time.Millisecond)
			return false
		})
		t.Logf("back %v after the server", time.Since(back).Round(100*time.Millisecond))
		waitFor(t, 20*time.Second, "the card to go", func() bool { return !strings.Contains(a.text("#state"), "つながり") })
		a.picture("back")
	})
	t.Run("full", func(t *testing.T) {
		c := open(t, "-city", smallCity(t))
		a := c.visitor("a").begins("el56")
		b := c.visitor("b")
		b.registers("el12")
		waitFor(t, 60*time.Second, "the queue to be told", func() bool { return strings.Contains(b.text("#state"), "1ばんめ") })
		b.isTold("#state", "full")
		b.click("#state button")
		waitFor(t, 5*time.Second, "the button to say that it tries", func() bool { return strings.Contains(b.text("#state button"), "ためして") })
		a.click("#b-leave")
		a.click("#sheet [data-deed=leave]")
		waitFor(t, 60*time.Second, "a place to be free, and a press to take it", func() bool {
			if b.believes().Connected && b.believes().Tick > 0 {
				return true
			}
			_, _ = b.page.Eval(`() => document.querySelector("#state button[data-deed=redial]:not([aria-disabled=true])")?.click()`)
			time.Sleep(200 * time.Millisecond)
			return false
		})
		b.seesRoom()
		b.picture("comes-in")
	})
}

// readsRow presses the row of the list of what is around that names a board.
func (p *person) readsRow(words string) {
	p.t.Helper()
	waitFor(p.t, 20*time.Second, "the row of "+words, func() bool {
		r, err := p.page.Eval(`(words) => { const b = [...document.querySelectorAll("#around-body [data-deed=read]")].find(b => b.textContent.includes(words)); b?.click(); return !!b }`, words)
		return err == nil && r.Value.Bool()
	})
}
