//go:build journey

package journey

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// touched is what the page says of its answers to taps, and of what stands in
// view.
type touched struct {
	Room string `json:"room"`
	Self point  `json:"self"`
	View struct {
		view
		Answers int    `json:"answers"`
		Answer  string `json:"answer"`
		Things  []struct {
			Kind string  `json:"kind"`
			Read bool    `json:"read"`
			X    float64 `json:"x"`
			Y    float64 `json:"y"`
		} `json:"things"`
	} `json:"view"`
}

func (p *person) touches() (v touched) {
	r, err := p.page.Eval(`() => JSON.stringify(window.kakitsubata.state())`)
	p.must(err)
	p.must(json.Unmarshal([]byte(r.Value.Str()), &v))
	return v
}

// overWorld reports whether a finger at a point of the page touches the world.
func (p *person) overWorld(x, y float64) bool {
	r, err := p.page.Eval(`(x, y) => x > 8 && y > 8 && x < innerWidth - 8 && y < innerHeight - 8 && document.elementFromPoint(x, y)?.tagName === "CANVAS"`, x, y)
	p.must(err)
	return r.Value.Bool()
}

// answersTap taps a point and says what answered; "" is a dead touch.
func (p *person) answersTap(x, y float64) string {
	before := p.touches().View.Answers
	mouse := p.page.Timeout(30 * time.Second).Mouse
	p.must(mouse.MoveTo(proto.Point{X: x, Y: y}))
	p.must(mouse.Down(proto.InputMouseButtonLeft, 1))
	time.Sleep(60 * time.Millisecond)
	p.must(mouse.Up(proto.InputMouseButtonLeft, 1))
	for range 60 {
		if v := p.touches().View; v.Answers > before {
			return v.Answer
		}
		time.Sleep(50 * time.Millisecond)
	}
	return ""
}

// Whatever looks as if it could be touched answers: ten different things and
// more from each of two rooms on, wherever the taps lead (a door is gone through),
// the ground, oneself and the water among them.
func TestNoDeadTouch(t *testing.T) {
	for _, place := range []string{"plaza", "marsh"} {
		t.Run(place, func(t *testing.T) {
			c := open(t, "-city", startingAt(t, place))
			a := c.visitor("a")
			a.must(a.page.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: 1366, Height: 768, DeviceScaleFactor: 1}))
			a.comesIn("el34")
			waitFor(t, 60*time.Second, "the room to be seen", func() bool {
				r, err := a.page.Eval(`() => document.querySelector("#entrance").hidden && !window.kakitsubata.state().view.covered && window.kakitsubata.state().view.ready`)
				return err == nil && r.Value.Bool()
			})
			time.Sleep(2 * time.Second)
			done := map[string]string{}
			// Things, one of each kind, from wherever one stands by then.
			for range 40 {
				found := false
				for _, th := range a.touches().View.Things {
					name := strings.TrimSuffix(strings.TrimSuffix(th.Kind, "-b"), "-c")
					if _, was := done[name]; was || !a.overWorld(th.X, th.Y) {
						continue
					}
					found = true
					by := a.answersTap(th.X, th.Y)
					done[name] = by
					if by == "" {
						t.Errorf("a %s does not answer", th.Kind)
						a.picture("dead-" + name)
					}
					if len(done)%4 == 1 {
						a.picture("tap-" + name)
					}
					if th.Read {
						waitFor(t, 30*time.Second, "what stands on the "+name, func() bool {
							r, err := a.page.Eval(`() => { const s = document.querySelector("#sheet"); return !!s && s.getClientRects().length > 0 }`)
							return err == nil && r.Value.Bool()
						})
						a.picture("read-" + name)
						a.press(input.Escape)
						time.Sleep(400 * time.Millisecond)
					}
					break
				}
				if !found || len(done) >= 12 {
					break
				}
			}
			// The ground, oneself and, where there is some, water. The last tap
			// may still have a way to go.
			v := a.touches()
			waitFor(t, 30*time.Second, "the last way to end", func() bool {
				was := v
				time.Sleep(700 * time.Millisecond)
				v = a.touches()
				return v.Self == was.Self && v.View.CamX == was.View.CamX && v.View.CamY == was.View.CamY
			})
			k := v.View.Scale
			x, y := (v.Self.X/16-v.View.CamX)*k, (v.Self.Y/16-v.View.CamY)*k
			if by := a.answersTap(x, y-14*k); by != "avatar" {
				t.Errorf("oneself answers by %q", by)
			}
			a.press(input.Escape)
			time.Sleep(300 * time.Millisecond)
			if by := a.answersTap(x+10, y+30*k); by == "" {
				t.Error("the ground does not answer")
			}
			if place == "marsh" {
				wet := false
				for i := 0; i < 60 && !wet; i++ {
					px, py := float64(100+i%10*120), float64(90+i/10*100)
					wet = a.overWorld(px, py) && a.answersTap(px, py) == "water"
				}
				if !wet {
					t.Error("no water answers")
				}
			}
			list := []string{}
			for name, by := range done {
				list = append(list, fmt.Sprintf("%s: %s", name, by))
			}
			t.Logf("%d kinds tapped: %s", len(done), strings.Join(list, ", "))
			if len(done) < 8 { // with ground and oneself that is ten
				t.Errorf("only %d kinds of things are in reach of a finger", len(done))
			}
		})
	}
}
