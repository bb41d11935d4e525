//go:build journey

package journey

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// says types a line and sends it with Enter.
func (p *person) says(text string) {
	p.t.Helper()
	p.write("#line", text)
	p.press(input.Enter)
}

// walks gives the keys back to the world.
func (p *person) toWorld() {
	p.t.Helper()
	_, err := p.page.Eval(`() => document.querySelector("body > canvas").focus()`)
	p.must(err)
}

// wire is every byte of text that came down this page's sockets.
func (p *person) wire() func() string {
	p.must(proto.NetworkEnable{}.Call(p.page))
	got := make(chan string, 4096)
	go p.page.EachEvent(func(e *proto.NetworkWebSocketFrameReceived) {
		select {
		case got <- e.Response.PayloadData:
		default:
		}
	})()
	var all strings.Builder
	return func() string {
		for {
			select {
			case s := <-got:
				all.WriteString(decode(s))
			default:
				return all.String()
			}
		}
	}
}

func TestTwoChildrenMeet(t *testing.T) {
	c := open(t)
	a, b := c.visitor("a"), c.visitor("b")
	wire := b.wire()
	a.comesIn("el12")
	a.picture("alone")
	b.comesIn("jh")
	waitFor(t, 20*time.Second, "both to see each other", func() bool {
		return len(a.believes().Avatars) >= 2 && len(b.believes().Avatars) >= 2
	})
	a.picture("together")

	a.says("やっほー、いっしょに あそぼう")
	waitFor(t, 15*time.Second, "b to hear a", func() bool { return b.heard("いっしょに あそぼう") })
	if !b.sees("いっしょにあそぼう") {
		t.Error("the words are not on the page")
	}
	b.picture("hears")

	// What is hidden from others is on nobody's wire.
	time.Sleep(2 * time.Second)
	a.says("でんわは 090-1234-5678 だよ")
	waitFor(t, 15*time.Second, "b to hear the masked line", func() bool { return b.heard("でんわは") })
	time.Sleep(2 * time.Second)
	a.says("おまえ しね")
	waitFor(t, 15*time.Second, "a to be told", func() bool { return a.sees("いいかた") || a.text("#log") != "" })
	time.Sleep(time.Second)
	a.picture("told-kindly")
	for _, never := range []string{"1234", "5678", "しね"} {
		if w := wire(); strings.Contains(w, never) {
			i := strings.Index(w, never)
			t.Errorf("%q is on the other's wire: %q", never, w[max(0, i-60):i+20])
		}
		if b.sees(never) {
			t.Errorf("%q is on the other's page", never)
		}
	}
	if !strings.Contains(wire(), "あそぼう") {
		t.Error("the wire was not listened to")
	}

	// b walks out of earshot.
	b.toWorld()
	far := func() bool { return b.distance(a) > 9.5 }
	for _, k := range []input.Key{input.ArrowDown, input.ArrowLeft, input.ArrowRight, input.ArrowUp} {
		if b.holds(k, 6*time.Second, far) {
			break
		}
	}
	if !far() {
		t.Fatalf("b could not walk away: %.1f tiles", b.distance(a))
	}
	b.picture("far")
	time.Sleep(2 * time.Second)
	a.says("ちかくの ひとだけ きこえるよ")
	waitFor(t, 15*time.Second, "a to hear itself", func() bool { return a.heard("ちかくの ひとだけ") })
	time.Sleep(time.Second)
	if b.heard("ちかくの ひとだけ") || strings.Contains(wire(), "ちかくの") {
		t.Error("far words were heard")
	}
}

func TestChildInDistress(t *testing.T) {
	c := open(t)
	staff := c.visitor("staff")
	staff.signsIn()
	a, b := c.visitor("a"), c.visitor("b")
	a.comesIn("el56")
	b.comesIn("el56")
	a.says("もう しにたい")
	a.see("#sheet a.tel")
	a.picture("notice")
	waitFor(t, 15*time.Second, "the words to be shown", func() bool { return b.heard("もう") })
	waitFor(t, 20*time.Second, "the case to be on the staff page", func() bool {
		return strings.Contains(staff.text("body"), "self_harm") || strings.Contains(staff.text("body"), "自傷") ||
			len(staff.all("[id^=case-]")) > 0
	})
	staff.picture("case")
	a.click("#sheet-x")
	time.Sleep(2 * time.Second)
	a.says("きいてくれて ありがとう")
	waitFor(t, 15*time.Second, "the child not to be muted", func() bool { return b.heard("きいてくれて") })
	staff.click("[id^=open-]")
	staff.see("form")
	staff.picture("case-opened")
}

func TestLoneChildIsMet(t *testing.T) {
	c := open(t)
	a := c.visitor("a").comesIn("el12")
	waitFor(t, 90*time.Second, "the listener to come and speak", func() bool {
		for _, o := range a.believes().Avatars {
			if o.Kind == "companion" {
				return len(a.believes().Log) > 0
			}
		}
		return false
	})
	a.picture("met")
	waitFor(t, 60*time.Second, "the listener to say that it is a machine", func() bool { return a.heard("きかい") })
	a.says("きょうは ひま だったよ")
	before := len(a.believes().Log)
	waitFor(t, 30*time.Second, "an answer", func() bool { return len(a.believes().Log) > before+1 })
	a.picture("answered")
}

func TestObserverLightsTheLamp(t *testing.T) {
	c := open(t)
	staff := c.visitor("staff")
	staff.signsIn()
	a := c.visitor("a").comesIn("el34")
	if a.believes().Lamp {
		t.Fatal("the lamp is on with nobody there")
	}
	eye := staff.watches()
	waitFor(t, 60*time.Second, "the observer to see the room", func() bool {
		b := eye.believes()
		return b.Connected && len(b.Avatars) >= 1
	})
	waitFor(t, 15*time.Second, "the lamp on the child's page", func() bool { return a.believes().Lamp })
	a.see("#lamp")
	a.picture("lamp")
	eye.picture("watching")
	eye.must(eye.page.Close())
	waitFor(t, 30*time.Second, "the lamp to go out", func() bool { return !a.believes().Lamp })
}

func TestServerIsKilledAndRestarted(t *testing.T) {
	c := open(t)
	a, b := c.visitor("a").comesIn("el34"), c.visitor("b").comesIn("hs")
	c.stop(syscall.SIGKILL)
	waitFor(t, 30*time.Second, "a to notice", func() bool { return !a.believes().Connected })
	a.picture("lost")
	c.start()
	a.arrives()
	b.arrives()
	waitFor(t, 20*time.Second, "both to see each other again", func() bool {
		return len(a.believes().Avatars) >= 2 && len(b.believes().Avatars) >= 2
	})
	a.says("ただいま")
	waitFor(t, 15*time.Second, "b to hear a", func() bool { return b.heard("ただいま") })
	a.picture("back")
}

// Enter while an input method composes takes the candidate; it does not send.
func TestEnterDuringComposition(t *testing.T) {
	c := open(t)
	a := c.visitor("a").comesIn("jh")
	a.click("#line")
	a.must(proto.InputImeSetComposition{Text: "きょう", SelectionStart: 3, SelectionEnd: 3}.Call(a.page))
	a.must(proto.InputDispatchKeyEvent{Type: proto.InputDispatchKeyEventTypeKeyDown, Key: "Process", Code: "Enter", WindowsVirtualKeyCode: 229}.Call(a.page))
	a.must(proto.InputDispatchKeyEvent{Type: proto.InputDispatchKeyEventTypeKeyUp, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13}.Call(a.page))
	time.Sleep(500 * time.Millisecond)
	if len(a.believes().Log) != 0 {
		t.Fatal("Enter during composition sent the line")
	}
	a.must(a.page.InsertText("今日は いい天気だね"))
	a.press(input.Enter)
	waitFor(t, 15*time.Second, "the line to be said once", func() bool { return a.heard("今日は いい天気だね") })
	n := 0 // the listener may answer
	for _, l := range a.believes().Log {
		if l.Name == a.believes().Name {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the line was said %d times", n)
	}
}

// A thumb on the left of the canvas walks; a tap on the ground walks there.
func TestTouch(t *testing.T) {
	c := open(t)
	a := c.visitor("a")
	a.must(a.page.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: 390, Height: 844, DeviceScaleFactor: 2, Mobile: true}))
	a.must(proto.EmulationSetTouchEmulationEnabled{Enabled: true}.Call(a.page))
	a.comesIn("el34")
	a.picture("phone")
	touch := func(kind proto.InputDispatchTouchEventType, points ...*proto.InputTouchPoint) {
		if points == nil {
			points = []*proto.InputTouchPoint{} // the end of a touch has none, and must say so
		}
		a.must(proto.InputDispatchTouchEvent{Type: kind, TouchPoints: points}.Call(a.page))
	}
	at := func(x, y float64) *proto.InputTouchPoint { return &proto.InputTouchPoint{X: x, Y: y} }

	from := a.believes().Self
	touch(proto.InputDispatchTouchEventTypeTouchStart, at(80, 560))
	for i := 1; i <= 10; i++ {
		touch(proto.InputDispatchTouchEventTypeTouchMove, at(80, 560+float64(i)*5))
		time.Sleep(30 * time.Millisecond)
	}
	time.Sleep(1500 * time.Millisecond)
	a.picture("stick")
	touch(proto.InputDispatchTouchEventTypeTouchEnd)
	if to := a.believes().Self; to.Y <= from.Y+128 {
		t.Errorf("the stick moved the child from %+v to %+v", from, to)
	}
	time.Sleep(500 * time.Millisecond)

	from = a.believes().Self
	touch(proto.InputDispatchTouchEventTypeTouchStart, at(300, 300))
	time.Sleep(60 * time.Millisecond)
	touch(proto.InputDispatchTouchEventTypeTouchEnd)
	waitFor(t, 10*time.Second, "the tap to move the child", func() bool {
		to := a.believes().Self
		return to.X != from.X || to.Y != from.Y
	})
	a.picture("tapped")
}

// One tap on an avatar hides it for me, or calls staff with what I heard.
func TestReportAndHide(t *testing.T) {
	c := open(t)
	staff := c.visitor("staff")
	staff.signsIn()
	a, b := c.visitor("a").comesIn("jh"), c.visitor("b").comesIn("el56")
	a.says("その ふく へんだね")
	waitFor(t, 15*time.Second, "b to hear a", func() bool { return b.heard("へんだね") })
	b.tapsAvatar(a)
	b.picture("card")
	b.click(`#sheet-body [data-deed="report?"]`)
	b.picture("reasons")
	b.click(`#sheet-body [data-deed="report"][data-why="1"]`)
	waitFor(t, 20*time.Second, "the case to be on the staff page", func() bool { return len(staff.all("[id^=case-]")) > 0 })
	b.see("#sheet")
	b.picture("thanked")
	b.click("#sheet-x")
	b.tapsAvatar(a)
	b.click(`#sheet-body [data-deed="hide"]`)
	time.Sleep(2 * time.Second)
	a.says("きこえる？")
	waitFor(t, 15*time.Second, "a to hear itself", func() bool { return a.heard("きこえる？") })
	time.Sleep(time.Second)
	if b.heard("きこえる？") {
		t.Error("a hidden visitor is heard")
	}
	b.picture("hidden")
}

// A member of staff whispers to a child from its case.
func TestWhisper(t *testing.T) {
	c := open(t)
	staff := c.visitor("staff")
	staff.signsIn()
	a := c.visitor("a").comesIn("hs")
	a.says("もう しにたい")
	a.see("#sheet a.tel")
	a.click("#sheet-x")
	waitFor(t, 20*time.Second, "the case", func() bool { return len(staff.all("[id^=open-]")) > 0 })
	staff.click("[id^=open-]")
	staff.write("textarea[name=text]", "はなしてくれて ありがとう。いま どこに いるの？")
	staff.click("form[action*=whisper] button")
	waitFor(t, 20*time.Second, "the child to read it", func() bool { return a.sees("いまどこにいるの") })
	a.picture("whispered")
}

// Whoever left comes back with the name and the four words, on any device.
func TestReturn(t *testing.T) {
	c := open(t)
	a := c.visitor("a")
	name, words := a.registers("el34")
	a.arrives()
	b := c.visitor("b")
	b.goTo("/")
	b.click(`[data-step=hello] [data-go=return]`)
	b.write("#r-name", name)
	fields := b.all(`[data-step=return] input.word`)
	for i, w := range words {
		b.tap(fields[i])
		b.must(b.page.InsertText(w))
	}
	b.picture("return")
	b.click(`#form-return button[type=submit]`)
	b.arrives()
	if got := b.believes().Name; got != name {
		t.Errorf("came back as %q, was %q", got, name)
	}
	waitFor(t, 20*time.Second, "the older page to leave", func() bool { return !a.believes().Connected })
	a.picture("elsewhere")
}

// A wrong code is answered kindly, and the page goes on.
func TestWrongCode(t *testing.T) {
	c := open(t)
	a := c.visitor("a")
	a.goTo("/")
	a.see(`[data-step=hello] [data-go=watch]`)
	a.picture("hello")
	a.click(`[data-step=hello] [data-go=watch]`)
	a.picture("card")
	a.seesCards()
	a.write("#code", "KKT-0000-0000-00000")
	a.click(`#form-code button[type=submit]`)
	waitFor(t, 10*time.Second, "a kind word", func() bool { return a.text("#code-say") != "" })
	a.picture("wrong-code")
	a.write("#code", strings.ToLower(strings.ReplaceAll(c.codes["el12"], "-", " ")))
	a.click(`#form-code button[type=submit]`)
	a.see("#names button")
	a.picture("names")
	a.click(`#names button`)
	a.see("#look-go")
	time.Sleep(time.Second)
	a.picture("look")
	a.click(`#look-go`)
	a.see("#words-name")
	a.picture("words")
}
