//go:build journey

package journey

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// ollama stands in for a model's server: to the listener it says something
// kind, once it has thought for so long; a look at words is answered by find, as
// soon as it returns.
func ollama(t *testing.T, thinks time.Duration, find func(said string) string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/chat" {
			fmt.Fprint(w, `{"details":{}}`)
			return
		}
		var q struct {
			Messages []struct{ Content string }
			Format   json.RawMessage
			Options  map[string]any
		}
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil || len(q.Messages) == 0 {
			t.Errorf("the server asked %v", err)
			return
		}
		answer := "うん、そうなんだね。"
		if len(q.Format) > 0 {
			if q.Options["temperature"] != 0.0 {
				t.Errorf("a look at temperature %v", q.Options["temperature"])
			}
			_, said, _ := strings.Cut(q.Messages[len(q.Messages)-1].Content, `"said"`)
			answer = find(said)
		} else {
			time.Sleep(thinks)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"message": map[string]string{"role": "assistant", "content": answer}, "done": true})
	}))
	t.Cleanup(s.Close)
	t.Cleanup(s.CloseClientConnections)
	return s.URL
}

// Words that the first tier shows and a local model then finds to hurt others:
// they vanish from the other child's page, the speaker is told why, kindly, and
// the case says that it was the second look.
func TestSecondLook(t *testing.T) {
	heard := make(chan struct{})
	address := ollama(t, 0, func(said string) string {
		<-heard
		if strings.Contains(said, "みにいこ") {
			return `{"duty":"harm","category":"insult","severity":2,"level":"case","confidence":95,"quote":"みんなで みにいこ","reason":"服のことでみんなで見に行こうと誘っている。"}`
		}
		return `{"duty":"none","category":"none","severity":0,"level":"none","confidence":50,"quote":"","reason":""}`
	})
	done := false
	free := func() {
		if !done {
			done = true
			close(heard)
		}
	}
	t.Cleanup(free)
	c := open(t, "-ollama", address, "-model", "tiny")
	staff := c.visitor("staff")
	staff.signsIn()
	a, b := c.visitor("a").comesIn("jh"), c.visitor("b").comesIn("jh")
	waitFor(t, 30*time.Second, "both to see each other", func() bool {
		return len(a.believes().Avatars) >= 2 && len(b.believes().Avatars) >= 2
	})
	a.says("あの子の ふく へんだよね、みんなで みにいこ")
	waitFor(t, 30*time.Second, "b to hear a", func() bool { return b.heard("みにいこ") })
	b.click("#b-log")
	b.picture("heard")
	free()
	waitFor(t, 30*time.Second, "the words to vanish from b's page", func() bool { return !b.heard("みにいこ") && !b.sees("みにいこ") })
	b.picture("gone")
	a.see("#why .wrong")
	a.picture("why")
	a.openToAll("why")
	if r, err := a.page.Eval(`() => { const p = document.querySelector("#why p").getBoundingClientRect();
		return [0.1, 0.5, 0.9].every(x => !!document.elementFromPoint(p.left + x * p.width, p.top + p.height / 2).closest("#why")) }`); err != nil || !r.Value.Bool() {
		t.Errorf("something lies over the reason: %v", err)
	}
	if !strings.Contains(a.text("#why"), "取り消しました") && !strings.Contains(a.text("#why"), "とりけしました") {
		t.Errorf("the speaker is told %s", a.text("#why"))
	}
	if a.believes().Muted > 0 {
		t.Error("the speaker is muted")
	}
	staff.goTo("/staff/")
	if !staff.sees("第一段とAIの見なおし") {
		t.Errorf("the staff page does not say that a second tier judges: %s", staff.text("main"))
	}
	staff.picture("state")
	staff.opensCase("悪口")
	staff.whole("case")
	for _, want := range []string{"AIの見なおし", "tiny", "服のことで", "第二段"} {
		if !staff.sees(want) {
			t.Errorf("the case lacks %s", want)
		}
	}
	if len(staff.all(".said.retracted")) == 0 {
		t.Error("the case does not show what was taken back")
	}
}
