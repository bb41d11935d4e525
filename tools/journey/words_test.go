//go:build journey

package journey

import (
	"strings"
	"testing"
	"time"
)

// attribute is what an element's attribute says.
func (p *person) attribute(selector, name string) string {
	p.t.Helper()
	r, err := p.page.Eval(`(s, n) => { const e = document.querySelector(s); return e ? e.getAttribute(n) || "" : "" }`, selector, name)
	p.must(err)
	return r.Value.Str()
}

// chooses takes an option of a list, as a pointer or a keyboard would.
func (p *person) chooses(selector, value string) {
	p.t.Helper()
	_, err := p.page.Eval(`(s, v) => { const e = document.querySelector(s); e.value = v; e.dispatchEvent(new Event("change", { bubbles: true })) }`, selector, value)
	p.must(err)
}

// A child who reads Portuguese comes in, and is spoken to in Portuguese by page,
// game and server; Japanese on that page says that it is Japanese. What others
// type comes with furigana, and the choice holds on the next visit.
func TestLanguages(t *testing.T) {
	c := open(t)
	a, b := c.visitor("a"), c.visitor("b")
	a.goTo("/")
	a.see(`[data-step=hello] [data-go=watch]`)
	for _, reader := range []string{"ja-12", "ja-easy", "en", "vi", "tl", "zh", "pt"} {
		was := a.text("[data-step=hello]")
		a.chooses("#reader", reader)
		waitFor(t, 10*time.Second, "the page in "+reader, func() bool {
			return a.attribute("html", "data-reader") == reader && (reader == "ja-12" || a.text("[data-step=hello]") != was)
		})
		a.picture("hello-" + reader)
	}
	if l := a.attribute("html", "lang"); l != "pt-BR" || !a.sees("Éaminhaprimeiravez") {
		t.Errorf("the page is %s: %s", l, a.text("#entrance"))
	}
	a.click(`[data-step=hello] [data-go=watch]`)
	a.picture("promise-pt")
	a.seesCards()
	a.write("#code", "KKT-AAAA-AAAA-AAAAA")
	a.click(`#form-code button[type=submit]`)
	waitFor(t, 10*time.Second, "a Portuguese answer", func() bool { return strings.Contains(a.text("#code-say"), "cartão") })
	a.write("#code", c.codes["el34"])
	a.click(`#form-code button[type=submit]`)
	a.click(`#names button`)
	a.click(`#look-go`)
	a.picture("words-pt")
	a.click(`#words-go`)
	a.arrives()
	b.comesIn("el34")
	waitFor(t, 30*time.Second, "them to see each other", func() bool { return len(a.believes().Avatars) > 1 && len(b.believes().Avatars) > 1 })
	a.picture("play-pt")
	a.click("#b-help")
	waitFor(t, 10*time.Second, "the settings in Portuguese", func() bool { return strings.Contains(a.text("#sheet-title"), "Ajustes") })
	a.picture("settings-pt")
	a.click("#sheet-x")
	a.click("#b-phrase")
	waitFor(t, 10*time.Second, "phrases in Portuguese", func() bool { return strings.Contains(a.text("#sheet-body"), "Vamosbrincar") })
	a.picture("phrases-pt")
	a.click("#sheet-x")

	b.says("今日は一人で公園を散歩したよ")
	waitFor(t, 20*time.Second, "furigana on what b said", func() bool {
		r, err := a.page.Eval(`() => [...document.querySelectorAll("#log .heard .said")].some(e => e.querySelector("ruby rt") && e.lang === "ja" && e.textContent.includes("さんぽ"))`)
		return err == nil && r.Value.Bool()
	})
	a.click("#b-log")
	a.picture("furigana-pt")

	a.goTo("/")
	waitFor(t, 20*time.Second, "the choice to hold", func() bool { return a.attribute("html", "data-reader") == "pt" && a.sees("Oidenovo") })
	a.picture("again-pt")
}
