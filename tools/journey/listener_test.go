//go:build journey

package journey

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// listening notes in the page itself what hangs over the listener's head, as a
// frame begins, and when: in ms since Enter was last pressed. What hung there
// before does not count.
const listening = `() => {
	window.listened = [];
	let from = 0, last = [];
	addEventListener("keydown", (e) => { if (e.key === "Enter") { from = e.timeStamp; window.listened = []; } }, true);
	const look = () => {
		const now = [...document.querySelectorAll("#over .bubble.companion")].filter((e) => e.checkVisibility() && !e.classList.contains("out"))
			.map((e) => {
				const c = e.querySelector(".said").cloneNode(true); c.querySelectorAll("rt,rp").forEach((x) => x.remove());
				return e.classList.contains("typing") ? "…" : c.textContent.trim();
			});
		for (const s of now) if (!last.includes(s)) window.listened.push({ ms: performance.now() - from, said: s });
		last = now;
		requestAnimationFrame(look);
	};
	requestAnimationFrame(look);
}`

type listened struct {
	Ms   float64 `json:"ms"`
	Said string  `json:"said"`
}

// listens waits until the listener has said some more lines since Enter was
// pressed.
func (p *person) listens(lines int) (all, said []listened) {
	p.t.Helper()
	waitFor(p.t, 19*time.Second, "the listener to answer", func() bool {
		r, err := p.page.Eval(`() => JSON.stringify(window.listened)`)
		if err != nil || json.Unmarshal([]byte(r.Value.Str()), &all) != nil {
			return false
		}
		said = slices.DeleteFunc(slices.Clone(all), func(l listened) bool { return l.Said == "…" })
		return len(said) >= lines
	})
	return all, said
}

// TestLoneChildIsAnswered prints how long after a lone child's words the
// listener has answered them: when it has to come first, and when it is there.
// It comes long before it would have come by itself.
func TestLoneChildIsAnswered(t *testing.T) {
	c := open(t)
	a := c.visitor("a").comesIn("el12")
	_, err := a.page.Eval(listening)
	a.must(err)
	a.says("きょうは いぬが いたよ")
	waitFor(t, 15*time.Second, "the listener to come", func() bool {
		return slices.ContainsFunc(a.believes().Avatars, func(o other) bool { return o.Kind == "companion" })
	})
	a.picture("comes")
	all, said := a.listens(1)
	a.picture("answered")
	t.Logf("it comes: %+v", all)
	if all[0].Said != "…" {
		t.Errorf("no dots before %+v", said[0])
	}
	if _, said = a.listens(2); !strings.Contains(said[0].Said+said[1].Said, "きかい") {
		t.Errorf("it does not say that it is a machine: %+v", said)
	}
	a.picture("machine")
	for _, words := range []string{"うん", "ねこも すき", "きょうは ゲームを したよ"} {
		a.says(words)
		all, _ = a.listens(1)
		t.Logf("it is there: %+v", all)
	}
	n := 0
	for _, o := range a.believes().Avatars {
		if o.Kind == "companion" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d listeners", n)
	}
}

// TestSlowModelOfTheListener prints the same with a model that takes 8 s: the
// child is told first that it was heard, and then reads the model's words.
func TestSlowModelOfTheListener(t *testing.T) {
	address := ollama(t, 8*time.Second, func(string) string {
		return `{"duty":"none","category":"none","severity":0,"level":"none","confidence":50,"quote":"","reason":""}`
	})
	c := open(t, "-ollama", address, "-model", "tiny")
	a := c.visitor("a").comesIn("el12")
	_, err := a.page.Eval(listening)
	a.must(err)
	a.says("きょうは いぬが いたよ")
	a.listens(1)
	a.picture("heard")
	all, said := a.listens(3)
	a.picture("answered")
	t.Logf("it comes: %+v", all)
	if !strings.Contains(said[2].Said, "そうなんだね") {
		t.Errorf("the model's words are not there: %+v", said)
	}
	a.says("ねこも すき")
	all, said = a.listens(2)
	t.Logf("it is there: %+v", all)
	if !strings.Contains(said[1].Said, "そうなんだね") {
		t.Errorf("the model's words are not there: %+v", said)
	}
}
