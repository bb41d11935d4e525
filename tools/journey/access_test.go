//go:build journey

package journey

import (
	_ "embed"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// looker judges a page by our own rules; see its head.
//
//go:embed access.js
var looker string

// axe-core comes by npm, as its lock file says, into the build folder: it is a
// tool of the tests and in no product.
//
//go:embed axe/package.json
var axePackage []byte

//go:embed axe/package-lock.json
var axeLock []byte

var axe struct {
	once   sync.Once
	script string
	err    error
}

// axeCore is axe-core's source, or why it can't be had here.
func axeCore() (string, error) {
	axe.once.Do(func() { axe.script, axe.err = fetchAxe() })
	return axe.script, axe.err
}

func fetchAxe() (string, error) {
	dir := filepath.Join(built.root, "build", "axe")
	script := filepath.Join(dir, "node_modules", "axe-core", "axe.min.js")
	if b, err := os.ReadFile(script); err == nil {
		return string(b), nil
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	for name, b := range map[string][]byte{"package.json": axePackage, "package-lock.json": axeLock} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return "", err
		}
	}
	c := exec.Command(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error")
	c.Dir = dir
	if said, err := c.CombinedOutput(); err != nil {
		return "", errors.New("npm ci: " + err.Error() + ": " + strings.TrimSpace(string(said)))
	}
	b, err := os.ReadFile(script)
	return string(b), err
}

// finding is something that keeps somebody out.
type finding struct {
	Rule  string `json:"rule"`
	Where string `json:"where"`
	Why   string `json:"why"`
}

// openToAll reports what on the page keeps somebody out: by our own rules
// always, and by axe-core where it can be had.
func (p *person) openToAll(what string) {
	p.t.Helper()
	_, err := p.page.Eval(settled)
	p.must(err)
	p.report(what, "own", `async () => JSON.stringify(await (`+looker+`)())`)
	script, err := axeCore()
	if err != nil {
		p.t.Logf("axe-core can't be had here (%v): %s was judged by our own rules alone", err, what)
		return
	}
	p.report(what, "axe", `async () => {
		if (!window.axe) { `+script+` }
		const r = await axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
		return JSON.stringify(r.violations.filter(v => v.impact === "serious" || v.impact === "critical").flatMap(v =>
			v.nodes.map(n => ({ rule: v.id, where: n.target.join(" "), why: n.failureSummary })))) }`)
}

func (p *person) report(what, by, judge string) {
	p.t.Helper()
	r, err := p.page.Eval(judge)
	if err != nil {
		p.t.Fatalf("%s: %s could not judge %s: %v", p.name, by, what, err)
	}
	var found []finding
	if err := json.Unmarshal([]byte(r.Value.Str()), &found); err != nil {
		p.t.Fatalf("%s: %s said %q of %s", p.name, by, r.Value.Str(), what)
	}
	for _, f := range found {
		p.t.Errorf("%s (%s): %s: %s: %s", what, by, f.Rule, f.Where, strings.Join(strings.Fields(f.Why), " "))
	}
	if len(found) > 0 {
		p.picture("found-" + what)
	}
}

// Every page and sheet that a child sees is open to all.
func TestOpenToAll(t *testing.T) {
	c := open(t)
	a := c.visitor("a")
	a.must(a.page.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: 390, Height: 844, DeviceScaleFactor: 1, Mobile: true}))
	a.goTo("/")
	a.see(`[data-step=hello] [data-go=watch]`)
	a.openToAll("hello")
	a.click(`[data-step=hello] [data-go=return]`)
	a.openToAll("return")
	a.click(`[data-step=return] [data-go=hello]`)
	a.click(`[data-step=hello] [data-go=watch]`)
	a.openToAll("card")
	a.click(`[data-step=watch] [data-go=more]`)
	a.openToAll("all that is told")
	a.click(`#more-back`)
	a.seesCards()
	a.write("#code", "KKT-0000-0000-00000")
	a.click(`#form-code button[type=submit]`)
	waitFor(t, 10*time.Second, "a kind word", func() bool { return a.text("#code-say") != "" })
	a.openToAll("wrong code")
	a.write("#code", c.codes["el12"])
	a.click(`#form-code button[type=submit]`)
	a.see("#names button")
	a.openToAll("names")
	a.click(`#names button`)
	a.see("#look-go")
	a.openToAll("look")
	a.click("#look-more summary")
	a.see("#parts .part")
	a.openToAll("choices of a look")
	a.click("#look-go")
	waitFor(t, 20*time.Second, "the four words", func() bool { return a.text("#words li") != "" })
	a.click("#words-more summary")
	a.click("#words-qr")
	a.openToAll("words")
	a.click("#words-go")
	a.arrives()
	a.see("#guide")
	a.openToAll("play")
	sheets := []struct{ open, see string }{
		{"#b-around", "#sheet [data-deed=to-door]"}, {"#b-help", "#sheet [data-deed=contrast]"},
		{"#b-phrase", "#sheet [data-deed=phrase]"}, {"#b-leave", "#sheet [data-deed=leave]"},
	}
	for _, s := range sheets {
		a.click(s.open)
		a.see(s.see)
		a.openToAll("sheet of " + s.open)
		a.press(input.Escape)
	}
	a.click("#b-help")
	a.click("#sheet [data-deed=dress]")
	a.see("#sheet .part")
	a.openToAll("dressing room")
	a.press(input.Escape)
	a.click("#b-help")
	a.click("#sheet [data-deed=contrast]")
	a.openToAll("clear colours")
	a.press(input.Escape)
	a.says("もう しにたい")
	a.see("#sheet a.tel")
	a.openToAll("notice")
	a.click("#sheet-x")
	// Twice as large is half the page.
	a.must(a.page.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: 512, Height: 384, DeviceScaleFactor: 2}))
	a.openToAll("play at 200 %")
	a.click("#b-help")
	a.see("#sheet [data-deed=contrast]")
	a.openToAll("settings at 200 %")
	a.picture("200-percent")
	a.press(input.Escape)
	a.click("#b-leave")
	a.click("#sheet [data-deed=leave]")
	waitFor(t, 20*time.Second, "goodbye", func() bool { return a.sees("またね") })
	a.openToAll("goodbye")
	a.goTo("/nowhere")
	a.see(".lone .card")
	a.openToAll("not found")
	a.picture("not-found")
	a.goTo("/trouble.html")
	a.see(".lone .card")
	a.openToAll("trouble")

	b := c.visitorWithout("text")
	b.registers("jh")
	b.arrives()
	b.see("#around [data-deed=to-door]")
	b.openToAll("text mode")
}
