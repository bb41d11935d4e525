//go:build journey

package journey

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// size gives the page another size, as on another device.
func (p *person) size(w, h int, dpr float64) {
	p.t.Helper()
	p.must(p.page.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: w, Height: h, DeviceScaleFactor: dpr, Mobile: dpr > 1}))
	time.Sleep(1500 * time.Millisecond)
}

// paces is what the page says of how long its own work took.
type paces struct {
	View struct {
		Update     float64 `json:"updateMs"`
		UpdateMost float64 `json:"updateMostMs"`
		Draw       float64 `json:"drawMs"`
		DrawMost   float64 `json:"drawMostMs"`
		Scale      float64 `json:"scale"`
		Low        bool    `json:"low"`
	} `json:"view"`
	Avatars []struct{} `json:"avatars"`
}

func (p *person) pace() (v paces) {
	r, err := p.page.Eval(`() => JSON.stringify(window.kakitsubata.state())`)
	p.must(err)
	p.must(json.Unmarshal([]byte(r.Value.Str()), &v))
	return v
}

// TestDrawTime measures in the page, with 60 avatars about, how long moving on
// and drawing take; times are printed and not asserted, since they are the
// machine's. What is asserted is that all of them are there and that the world
// is drawn.
func TestDrawTime(t *testing.T) {
	c := open(t)
	c.crowd("plaza", 59)
	a := c.visitor("a")
	a.must(a.page.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: 1366, Height: 768, DeviceScaleFactor: 1}))
	a.comesIn("el34")
	waitFor(t, 60*time.Second, "the crowd", func() bool { return len(a.pace().Avatars) >= 50 })
	time.Sleep(12 * time.Second)
	v := a.pace()
	t.Logf("1366x768, %d avatars: draw %.1f ms (95th %.1f), moving on %.1f ms (95th %.1f); promised: draw under 8 ms",
		len(v.Avatars), v.View.Draw, v.View.DrawMost, v.View.Update, v.View.UpdateMost)
	if v.View.Draw == 0 {
		t.Error("nothing was drawn")
	}
	a.picture("sixty")
	for _, s := range []struct {
		name string
		w, h int
		dpr  float64
	}{{"phone", 320, 568, 2}, {"phone-turned", 844, 390, 3}, {"tablet", 1024, 768, 1}} {
		a.size(s.w, s.h, s.dpr)
		a.picture(s.name)
	}
}

// TestAChildFeelsAnswered: a key moves at once, an emote shows at once, one's
// own words are there before the server says anything.
func TestAChildFeelsAnswered(t *testing.T) {
	c := open(t)
	a := c.visitor("a").comesIn("el34")
	waitFor(t, 60*time.Second, "the room to be seen", func() bool {
		r, err := a.page.Eval(`() => document.querySelector("#entrance").hidden && !window.kakitsubata.state().view.covered`)
		return err == nil && r.Value.Bool()
	})
	a.toWorld()
	before := a.believes().Self
	if !a.holds(input.ArrowDown, 10*time.Second, func() bool { return a.believes().Self.Y > before.Y+100 }) {
		t.Error("a key moves nobody")
	}
	a.press(input.KeyE)
	a.see("#ring")
	a.picture("ring")
	a.click("#ring button")
	waitFor(t, 5*time.Second, "the emote", func() bool {
		r, err := a.page.Eval(`() => window.kakitsubata.state().avatars.some(x => x.own && x.emote > 0)`)
		return err == nil && r.Value.Bool()
	})
	a.picture("emote")
}
