//go:build journey

package journey

import (
	"testing"
	"time"

	"github.com/go-rod/rod/lib/proto"
)

// screens are the sizes that every page is looked at in.
var screens = []struct {
	name          string
	width, height int
	scale         float64
	touch         bool
}{
	{"320x568", 320, 568, 2, true},
	{"844x390", 844, 390, 2, true},
	{"1024x768", 1024, 768, 1, false},
	{"1366x768", 1366, 768, 1, false},
}

func TestPages(t *testing.T) {
	c := open(t)
	for _, s := range screens {
		t.Run(s.name, func(t *testing.T) {
			a := c.visitor("a")
			a.t = t
			a.must(a.page.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: s.width, Height: s.height, DeviceScaleFactor: s.scale, Mobile: s.touch}))
			look := func(what string) {
				time.Sleep(400 * time.Millisecond)
				a.picture(what)
			}
			a.goTo("/")
			a.see(`[data-step=hello] [data-go=watch]`)
			look("hello")
			a.click(`[data-step=hello] [data-go=return]`)
			look("return")
			a.click(`[data-step=return] [data-go=hello]`)
			a.click(`[data-step=hello] [data-go=watch]`)
			for _, card := range told {
				look(card)
				a.click(`[data-step=` + card + `] .go`)
			}
			look("code")
			a.write("#code", c.codes["el34"])
			a.click(`#form-code button[type=submit]`)
			a.see(`#names button`)
			look("names")
			a.click(`#names button`)
			a.see("#look-go")
			time.Sleep(600 * time.Millisecond)
			look("look")
			a.click(`#look-go`)
			a.see("#words-name")
			look("words")
			a.click(`#words-go`)
			a.arrives()
			time.Sleep(2500 * time.Millisecond)
			look("play")
			a.click("#b-around")
			look("around")
			a.click("#sheet-x")
			a.click("#b-help")
			look("settings")
			a.click("#sheet-x")
			a.click("#b-phrase")
			look("phrases")
			a.click("#sheet-x")
			a.click("#b-emote")
			look("ring")
			a.click("#b-emote")
			a.click("#b-log")
			look("log")
			a.click("#b-leave")
			look("leave")
		})
	}
}
