//go:build journey

package journey

import (
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/proto"
)

// opensCase opens the newest case on the staff page that says this.
func (p *person) opensCase(about string) {
	p.t.Helper()
	waitFor(p.t, 30*time.Second, "a case of "+about, func() bool {
		for _, e := range p.all("[id^=open-]") {
			if s, err := e.Text(); err == nil && strings.Contains(s, about) {
				p.tap(e)
				return true
			}
		}
		return false
	})
	p.see("#words")
}

// An insult is blocked; the child is told why in kind words, says that it is
// wrong by one tap, and a person finds it on the staff page.
func TestAppeal(t *testing.T) {
	c := open(t)
	staff := c.visitor("staff")
	staff.signsIn()
	a, b := c.visitor("a"), c.visitor("b")
	wire := b.wire()
	a.comesIn("el34")
	b.comesIn("el34")
	a.says("おまえ きもい、あっちいけ")
	a.see("#why .wrong")
	a.picture("why")
	if !a.sees("かなしく") && !a.sees("悲しく") {
		t.Errorf("the child is not told why: %s", a.text("#why"))
	}
	a.openToAll("why")
	if strings.Contains(a.text("#why"), "NG") {
		t.Error("the child is only told no")
	}
	size, err := a.see("#why .wrong").Shape()
	a.must(err)
	if box := size.Box(); box.Height < 44 || box.Width < 44 {
		t.Errorf("the button is %vx%v", box.Width, box.Height)
	}
	a.click("#why .wrong")
	waitFor(t, 15*time.Second, "the thanks", func() bool { return strings.Contains(a.text("#why"), "ありがとう") })
	a.picture("thanked")
	if els := a.all("#why .wrong:not([hidden])"); len(els) != 0 {
		t.Error("one may tap again")
	}
	a.click("#why .fine")
	waitFor(t, 5*time.Second, "the card to go", func() bool { return len(a.all("#why:not([hidden])")) == 0 })

	staff.opensCase("ちがうよ")
	staff.picture("appeal")
	for _, want := range []string{"おまえきもい", "まわりの子には見えていません", "悪口"} {
		if !staff.sees(want) {
			t.Errorf("the appeal's page lacks %s", want)
		}
	}
	staff.click(`.judge button[value=wrong]`)
	staff.see(".flash.good")
	staff.picture("judged")
	if !strings.Contains(staff.text(".judged"), "まちがい") {
		t.Errorf("the judgement is not there: %s", staff.text(".judged"))
	}
	if w := wire(); strings.Contains(w, "きもい") {
		t.Error("blocked words are on the other's wire")
	}
}

// A number in pieces: the first are shown, the piece that completes it is not.
func TestSplitNumber(t *testing.T) {
	c := open(t)
	a, b := c.visitor("a"), c.visitor("b")
	wire := b.wire()
	a.comesIn("jh")
	b.comesIn("jh")
	a.says("まず 090")
	waitFor(t, 15*time.Second, "b to hear the first piece", func() bool { return b.heard("まず 090") })
	time.Sleep(2 * time.Second)
	a.says("つぎ 1234")
	waitFor(t, 15*time.Second, "b to hear the second piece", func() bool { return b.heard("つぎ 1234") })
	time.Sleep(2 * time.Second)
	a.says("さいご 5678")
	a.see("#why .wrong")
	a.picture("held")
	b.picture("without")
	time.Sleep(time.Second)
	if w := wire(); strings.Contains(w, "5678") {
		t.Error("the piece that completes the number is on the other's wire")
	}
	if b.sees("5678") {
		t.Error("the piece that completes the number is on the other's page")
	}
	if a.believes().Muted > 0 {
		t.Error("a number mutes the child")
	}
}

// A child in acute distress is shown, not muted, sees whom to call, and the
// staff page has it as urgent, whatever page is open.
func TestAcuteDistress(t *testing.T) {
	c := open(t)
	staff := c.visitor("staff")
	staff.signsIn()
	staff.goTo("/staff/hours")
	a, b := c.visitor("a").comesIn("jh"), c.visitor("b").comesIn("jh")
	const cry = "いま ベランダにいる。もうしぬ"
	a.says(cry)
	a.see("#sheet a.tel")
	waitFor(t, 15*time.Second, "b to hear the cry", func() bool { return b.heard("ベランダ") })
	waitFor(t, 20*time.Second, "the alarm on the staff page", func() bool { return strings.Contains(staff.text("#alarm"), "緊急") })
	staff.picture("alarm")
	if a.believes().Muted > 0 {
		t.Error("a cry for help mutes the child")
	}
	a.click("#sheet-x")
	if els := a.all("#why:not([hidden])"); len(els) != 0 {
		t.Error("the child is told off")
	}
	time.Sleep(2 * time.Second)
	a.says("きいてくれて ありがとう")
	waitFor(t, 15*time.Second, "the child to be heard again", func() bool { return b.heard("きいてくれて") })
	staff.goTo("/staff/")
	staff.picture("overview")
	if !strings.Contains(staff.text(".case.urgent"), "緊急") {
		t.Error("the case is not urgent")
	}
	staff.opensCase("緊急")
	staff.picture("case")
	if !staff.sees(strings.ReplaceAll(cry, " ", "")) {
		t.Error("the words are not on the case")
	}
}

// Words that were shown and should not have been: a person takes them back.
// They vanish from everybody's page, and the speaker is told why, kindly.
func TestRetraction(t *testing.T) {
	c := open(t)
	staff := c.visitor("staff")
	staff.signsIn()
	a, b := c.visitor("a").comesIn("hs"), c.visitor("b").comesIn("hs")
	const words = "らくして かせげる しごと しらない？ おかねがいる"
	a.says(words)
	waitFor(t, 15*time.Second, "b to hear a", func() bool { return b.heard("かせげる") })
	b.click("#b-log")
	b.picture("heard")
	staff.opensCase("闇バイト")
	staff.picture("case")
	// The machine takes it for a child that is drawn in; a person knows better.
	staff.click(".other summary")
	_, err := staff.see(".other select[name=category]").Eval(`function() { this.value = "dark_job" }`)
	staff.must(err)
	staff.click(".other form button")
	staff.click(`form[action$="/retract"] button`)
	staff.see(".flash.good")
	staff.picture("taken-back")
	waitFor(t, 15*time.Second, "the words to vanish from b's page", func() bool { return !b.heard("かせげる") && !b.sees("かせげる") })
	b.picture("gone")
	a.see("#why .wrong")
	a.picture("why")
	if !strings.Contains(a.text("#why"), "とりけしました") {
		t.Errorf("the speaker is told %s", a.text("#why"))
	}
	if len(staff.all(".said.retracted")) == 0 {
		t.Error("the case does not show what was taken back")
	}
}

// Every staff page, at the width of a laptop and of a phone.
func TestStaffPages(t *testing.T) {
	c := open(t)
	staff := c.visitor("staff")
	staff.signsIn()
	a := c.visitor("a").comesIn("el56")
	a.says("おまえ きもい、あっちいけ")
	a.click("#why .wrong")
	time.Sleep(2 * time.Second)
	a.says("もう しにたい") // muted, and heard all the same
	a.see("#sheet a.tel")
	name := a.believes().Name
	staff.goTo("/staff/")
	staff.opensCase("ちがうよ")
	staff.click(`.judge button[value=right]`)
	staff.see(".flash.good")
	pages := []string{"", "case/1", "case/2", "closed", "reports", "appeals", "new", "hours", "views", "deeds", "feedback", "accounts", "password", "reissue", "nothing-here"}
	for _, size := range []struct {
		name          string
		width, height int
	}{{"wide", 1024, 768}, {"phone", 390, 844}} {
		staff.must(staff.page.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: size.width, Height: size.height, DeviceScaleFactor: 1}))
		for _, p := range pages {
			staff.goTo("/staff/" + p)
			staff.see("main h1, main form, main section")
			time.Sleep(300 * time.Millisecond)
			staff.whole(size.name + "-" + strings.ReplaceAll(p, "/", "-"))
			staff.openToAll(size.name + " /staff/" + p)
			r, err := staff.page.Eval(`() => document.documentElement.scrollWidth - innerWidth`)
			staff.must(err)
			if over := r.Value.Int(); over > 0 {
				t.Errorf("%s %s is %d pixels too wide", size.name, p, over)
			}
		}
	}
	// New words for a child, in two steps.
	staff.goTo("/staff/reissue")
	staff.write("#name", name)
	staff.click("main form button")
	staff.click("#why")
	staff.must(staff.page.InsertText("学校の相談室で会った"))
	staff.click("input[name=met]")
	staff.click(`form:nth-of-type(2) button.main`)
	staff.see(".four li")
	staff.whole("reissued")
	staff.openToAll("reissued")
	if n := len(strings.Fields(staff.lines(".four li"))); n != 4 {
		t.Errorf("%d words", n)
	}
	waitFor(t, 20*time.Second, "the old visit to end", func() bool { return !a.believes().Connected })
}
