//go:build journey

package journey

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-rod/rod"
)

// decode reads a WebSocket payload as the browser's tools give it.
func decode(payload string) string {
	b, err := base64.StdEncoding.DecodeString(payload)
	if err != nil {
		return payload
	}
	return string(b)
}

func (p *person) all(selector string) rod.Elements {
	p.t.Helper()
	e, err := p.page.Elements(selector)
	p.must(err)
	return e
}

// signsIn uses the one-time link of the demonstration.
func (p *person) signsIn() {
	p.t.Helper()
	p.goTo(p.c.link[strings.Index(p.c.link, "/staff/"):])
	const password = "みまもりの ひと 2026"
	p.write("#password", password)
	p.write("#again", password)
	p.click("button.main")
	waitFor(p.t, 20*time.Second, "the overview", func() bool {
		i, err := p.page.Info()
		return err == nil && !strings.Contains(i.URL, "/link/")
	})
	p.picture("overview")
}

// watches opens the first room in the window that the staff page opens.
func (p *person) watches() *person {
	p.t.Helper()
	p.goTo("/staff/")
	wait := p.page.WaitOpen()
	p.click(`form[action*="watch"] button`)
	page, err := wait()
	p.must(err)
	return &person{t: p.t, c: p.c, name: "eye", page: page.Timeout(5 * time.Minute)}
}

// whole leaves a picture of the page from its top to its end.
func (p *person) whole(what string) {
	b, err := p.page.Screenshot(true, nil)
	if err != nil {
		p.t.Logf("%s: no picture of %s: %v", p.name, what, err)
		return
	}
	name := p.t.Name() + "-" + p.name + "-" + what + ".png"
	if err := os.WriteFile(filepath.Join(built.pictures, name), b, 0o644); err != nil {
		p.t.Log(err)
	}
}
