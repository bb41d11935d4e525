//go:build journey

package journey

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"kakitsubata/assets/words"
)

// brokenWords lists the kana words that are seen in two lines although they
// would fit into one.
const brokenWords = `() => {
	const out = [];
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n; (n = walk.nextNode()); ) {
		const e = n.parentElement;
		if (!e || !e.getClientRects().length || !e.checkVisibility() || e.closest(".hid, rt, script, style, noscript, canvas")) continue;
		const room = e.closest("p, li, button, h1, h2, h3, label, div, td") || e;
		const wide = room.clientWidth;
		const words = /[^\s\u3000。、！？「」（）・…]+/g;
		for (let m; (m = words.exec(n.data)); ) {
			if (m[0].length < 2 || !/^[\u3040-\u30ffー]+$/.test(m[0])) continue;
			const r = document.createRange();
			r.setStart(n, m.index);
			r.setEnd(n, m.index + m[0].length);
			const rects = [...r.getClientRects()].filter((x) => x.width > 0);
			const lines = new Set(rects.map((x) => Math.round(x.top)));
			const whole = rects.reduce((w, x) => w + x.width, 0);
			if (lines.size > 1 && whole < wide - 8) out.push(m[0] + " in: " + (room.textContent || "").trim().slice(0, 60));
		}
	}
	return out.join("\n");
}`

// unbroken looks whether every kana word is seen in one line.
func (p *person) unbroken(where string) {
	p.t.Helper()
	r, err := p.page.Eval(brokenWords)
	p.must(err)
	if s := r.Value.Str(); s != "" {
		p.t.Errorf("%s: words that are broken:\n%s", where, s)
		p.picture("broken")
	}
}

// longestName is as long as the city's lists make one.
func longestName() string {
	longest := func(list []string) string {
		return slices.MaxFunc(list, func(a, b string) int { return utf8.RuneCountInString(a) - utf8.RuneCountInString(b) })
	}
	return longest(words.NameFirst()) + longest(words.NameSecond())
}

// rename writes another name where one is read.
func (p *person) rename(selector, name string) {
	p.t.Helper()
	_, err := p.page.Eval(`(s, name) => { document.querySelector(s).textContent = name }`, selector, name)
	p.must(err)
}

// oneLine wants a text in a single line.
func (p *person) oneLine(selector string) {
	p.t.Helper()
	r, err := p.page.Eval(`(s) => {
		const r = document.createRange();
		r.selectNodeContents(document.querySelector(s));
		return new Set([...r.getClientRects()].map((x) => Math.round(x.top))).size;
	}`, selector)
	p.must(err)
	if n := r.Value.Int(); n != 1 {
		p.t.Errorf("%s takes %d lines", selector, n)
		p.picture("broken")
	}
}

// Whoever just learns to read finds each word whole, on the smallest screen,
// in all that stands between the first page and the first talk.
func TestNoKanaWordIsBroken(t *testing.T) {
	c := open(t)
	a := c.visitor("a")
	a.size(320, 568, 2)
	a.goTo("/")
	a.see(`[data-step=hello] [data-go=watch]`)
	waitFor(t, 20*time.Second, "the words", func() bool { return a.attribute("html", "data-reader") == "ja-12" })
	a.unbroken("hello")
	a.click(`[data-step=hello] [data-go=watch]`)
	a.seesCards()
	a.unbroken("code")
	a.write("#code", c.codes["el12"])
	a.click(`#form-code button[type=submit]`)
	a.see(`#names button`)
	long := longestName()
	a.rename(`#names button`, long)
	a.unbroken("names")
	a.click(`#names button`)
	a.see(`#look-go`)
	a.rename(`#look-name`, long)
	for _, w := range []int{320, 568, 844, 1366} {
		a.size(w, 568, 2)
		a.unbroken(fmt.Sprintf("look, %d wide", w))
		a.oneLine(`#look-name`)
	}
	a.size(320, 568, 2)
	a.click(`#look-more summary`)
	a.unbroken("choices of a look")
	a.picture("look")
	a.click(`#look-go`)
	waitFor(t, 20*time.Second, "the four words", func() bool { return a.text("#words li") != "" })
	a.unbroken("four words")
	a.picture("four-words")
	a.click(`#words-go`)
	a.arrives()
	a.see("#guide")
	a.unbroken("guide, walking")
	a.picture("guide-1")
	// Walk, greet, and be told of the doors.
	a.click("#guide .guide-skip, #guide button")
	for _, b := range []string{"#b-phrase", "#b-help", "#b-around"} {
		r, err := a.page.Eval(`(s) => { const e = document.querySelector(s); return !!e && e.getClientRects().length > 0 }`, b)
		a.must(err)
		if !r.Value.Bool() {
			continue
		}
		a.click(b)
		a.see("#sheet")
		time.Sleep(500 * time.Millisecond)
		a.unbroken("sheet of " + b)
		a.picture("sheet-" + strings.TrimPrefix(b, "#b-"))
		a.click("#sheet-x")
	}
}
