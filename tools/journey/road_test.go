//go:build journey

package journey

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-rod/rod/lib/input"
)

// told are the cards that every child is shown before it comes in.
var told = []string{"watch", "asked", "kept", "leave"}

// seesCards goes through the cards, one tap each.
func (p *person) seesCards() {
	p.t.Helper()
	for _, card := range told {
		p.click(`[data-step=` + card + `] .go`)
	}
}

// maxStep is how many characters may stand before a child at once: point 16 of
// the sheet that the first minute is judged by.
const maxStep = 40

// standing is all that is to be read on the page, as it is seen: no white space,
// no furigana, nothing for voices alone. What a field shows as an example
// counts, and what a list shows as chosen, unless a picture lies over it. What
// is named to be left out is not counted.
const standing = `(left) => {
	const out = [];
	const seen = (e) => e.getClientRects().length && e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
	const own = ".hid, .brand.small, rt, rp, script, style, noscript, option" + left;
	const walk = document.createTreeWalker(document.querySelector("#entrance"), NodeFilter.SHOW_TEXT);
	for (let n; (n = walk.nextNode()); ) {
		const e = n.parentElement;
		if (!e || e.closest(own) || !seen(e)) continue;
		const r = document.createRange();
		r.selectNodeContents(n);
		if ([...r.getClientRects()].some((x) => x.width > 1 && x.height > 1)) out.push(n.data);
	}
	for (const e of document.querySelectorAll("#entrance input")) if (seen(e) && e.placeholder && !e.value && !e.closest(own)) out.push(e.placeholder);
	for (const e of document.querySelectorAll("#entrance select")) if (seen(e) && e.selectedOptions.length) out.push(e.selectedOptions[0].textContent);
	return out.join("").replace(/\s+/g, "");
}`

// settled waits until what comes in has come in.
const settled = `() => Promise.all(document.getAnimations().filter(a => a.effect.getComputedTiming().iterations !== Infinity).map(a => a.finished.catch(() => {})))`

// What is the child's own is of its own choice or its own luck: the names on
// offer, its name, its four words. A child that is to press a button need not
// spell it out.
const (
	childsOwn = ", #names button, #words, .plate, .own"
	buttons   = ", button, summary"
)

// stands is what is to be read, without what is left out.
func (p *person) stands(left string) string {
	p.t.Helper()
	r, err := p.page.Eval(standing, left)
	p.must(err)
	return r.Value.Str()
}

// fewWords looks that no more stands on the page than a child can take in, and
// that it need not be scrolled. What is the child's own is counted and printed;
// it is as long as it happens to be.
func (p *person) fewWords(step, own string) {
	p.t.Helper()
	_, err := p.page.Eval(settled)
	p.must(err)
	text := strings.ReplaceAll(p.stands(childsOwn), own, "")
	n := utf8.RuneCountInString(text)
	p.t.Logf("%-8s %2d characters, %2d with the child's own: %s", step, n, utf8.RuneCountInString(p.stands("")), text)
	most := maxStep
	if step == "look" || step == "again" { // its name stands there too
		most -= utf8.RuneCountInString(longestName())
	}
	if n > most {
		p.t.Errorf("%s: %d characters stand before the child, at most %d", step, n, most)
	}
	if n == 0 {
		p.t.Errorf("%s: nothing was counted", step)
	}
	r, err := p.page.Eval(`() => { const e = document.querySelector("#entrance"); return e.scrollHeight - e.clientHeight }`)
	p.must(err)
	if over := r.Value.Int(); over > 0 {
		p.t.Logf("%-8s is %d pixels longer than the screen", step, over)
	}
	p.picture(step)
}

// Between opening the page and the first step in the plaza, no screen has more
// than forty characters for who just learns to read; how long the road takes is
// printed.
func TestRoadIn(t *testing.T) {
	c := open(t)
	a := c.visitor("a")
	a.size(320, 568, 2)
	name := "" // none yet
	began := time.Now()
	a.goTo("/")
	a.see(`[data-step=hello] [data-go=watch]`)
	waitFor(t, 20*time.Second, "the words", func() bool { return a.attribute("html", "data-reader") == "ja-12" })
	opened := time.Since(began)
	a.fewWords("hello", name)
	a.click(`[data-step=hello] [data-go=watch]`)
	for i, card := range told {
		a.see(`[data-step=` + card + `] .go`)
		if !a.focused(`#h-` + card) {
			t.Errorf("the voice does not read card %d", i+1)
		}
		a.fewWords(card, name)
		a.unbroken(card)
		if i == 1 { // there is a way back, and to all that the city says
			a.click(`[data-step=` + card + `] [data-go=more]`)
			a.see(`#text-leave p`)
			a.unbroken("more")
			a.picture("more")
			for _, s := range []string{"#text-watch p", "#text-kept p", "#text-leave p", "#text-demo p"} {
				if a.text(s) == "" {
					t.Errorf("%s: the long text says nothing", s)
				}
			}
			a.click(`#more-back`)
			a.click(`[data-step=` + card + `] [data-go=` + told[0] + `]`)
			a.click(`[data-step=` + told[0] + `] .go`)
			a.see(`[data-step=` + card + `] .go`)
		}
		a.click(`[data-step=` + card + `] .go`)
	}
	a.fewWords("code", name)
	a.write("#code", c.codes["el12"])
	a.click(`#form-code button[type=submit]`)
	a.see(`#names button`)
	a.fewWords("names", name)
	a.click(`#names button`)
	a.see(`#look-go`)
	a.fewWords("look", name)
	a.click(`#look-more summary`)
	a.see(`#parts .part`)
	a.picture("look-open")
	a.click(`#look-go`)
	waitFor(t, 20*time.Second, "the four words", func() bool { return a.text("#words li") != "" })
	a.fewWords("words", name)
	a.click(`#words-more summary`)
	a.picture("words-open")
	name = a.text("#words-name")
	a.click(`#words-go`)
	a.arrives()
	a.goTo("/")
	a.see(`#again-go`)
	a.fewWords("again", name)

	// The same road at the pace of a child that reads each word that is no
	// button, five letters a second, and looks for a moment for each key of its
	// card's code. Enter goes on where the voice reads.
	b := c.visitor("b")
	b.goTo("/")
	b.see(`[data-step=hello] [data-go=watch]`)
	began = time.Now()
	reads := func() {
		time.Sleep(500*time.Millisecond + time.Duration(utf8.RuneCountInString(b.stands(buttons)))*200*time.Millisecond)
	}
	reads()
	b.click(`[data-step=hello] [data-go=watch]`)
	for _, card := range told {
		waitFor(t, 10*time.Second, "card "+card, func() bool { return b.focused(`#h-` + card) })
		reads()
		b.press(input.Enter)
	}
	reads()
	time.Sleep(time.Duration(len(c.codes["el12"])) * 600 * time.Millisecond)
	b.write("#code", c.codes["el12"])
	b.click(`#form-code button[type=submit]`)
	b.see(`#names button`)
	reads()
	b.click(`#names button`)
	b.see(`#look-go`)
	reads()
	b.click(`#look-go`)
	waitFor(t, 20*time.Second, "the four words", func() bool { return b.text("#words li") != "" })
	four := b.lines("#words li")
	reads()
	b.click(`#words-later`)
	b.arrives()
	in := time.Since(began)
	waitFor(t, 60*time.Second, "the plaza to be seen", func() bool {
		r, err := b.page.Eval(`() => document.querySelector("#entrance").hidden && !window.kakitsubata.state().view.covered`)
		return err == nil && r.Value.Bool()
	})
	b.says("こんにちは")
	waitFor(t, 30*time.Second, "the listener's answer", func() bool {
		return slices.ContainsFunc(b.believes().Log, func(l line) bool { return l.Text != "こんにちは" && l.Text != "" })
	})
	t.Logf("opening took %.1f s; read at five letters a second, the road to the plaza takes %.0f s, and the listener has answered after %.0f s", opened.Seconds(), in.Seconds(), time.Since(began).Seconds())

	// What was put off is shown where one says good night.
	b.click("#b-leave")
	b.see("#sheet .words li")
	if got := b.lines("#sheet .words li"); got != four {
		t.Errorf("the words were %q, and are %q when one leaves", four, got)
	}
	b.picture("words-at-the-end")
}
