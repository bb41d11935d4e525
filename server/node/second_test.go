package node

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

const (
	mean   = "あの子の ふく へんだよね、みんなで みにいこ" // shown by the first tier, and kept in mind
	lonely = "わたしだけ なかまに いれてくれない"
)

// finding is an answer in the second tier's form.
func finding(duty, category string, severity int, level string, confidence int, quote string) string {
	return fmt.Sprintf(`{"duty":%q,"category":%q,"severity":%d,"level":%q,"confidence":%d,"quote":%q,"reason":"試験のこたえ。"}`, duty, category, severity, level, confidence, quote)
}

// model stands in for an Ollama: it answers looks with what find says.
func model(t *testing.T, find func(said string) string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct {
			Messages []struct{ Content string }
			Format   json.RawMessage
		}
		_ = json.NewDecoder(r.Body).Decode(&q)
		if r.URL.Path != "/api/chat" {
			fmt.Fprint(w, `{"details":{}}`)
			return
		}
		answer := "うん、そうなんだね。"
		if len(q.Format) > 0 {
			_, said, _ := strings.Cut(q.Messages[len(q.Messages)-1].Content, `"said"`)
			found := make(chan string, 1)
			go func() { found <- find(said) }()
			select {
			case answer = <-found:
			case <-r.Context().Done():
				return
			}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"message": map[string]string{"role": "assistant", "content": answer}, "done": true})
	}))
	t.Cleanup(s.Close)
	t.Cleanup(s.CloseClientConnections)
	return s.URL
}

func openWith(t *testing.T, ollama string) *city {
	t.Helper()
	return open(t, t.TempDir(), func(c *Config) { c.Ollama, c.Model = ollama, "tiny" })
}

func isRetracted(e protocol.Event) bool { _, ok := e.(*protocol.Retracted); return ok }

// figure is one of /metrics, by its name and the value of its label.
func (c *city) figure(name, label string) float64 {
	c.t.Helper()
	families, err := c.n.metrics.registry.Gather()
	if err != nil {
		c.t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != "kakitsubata_"+name {
			continue
		}
		for _, m := range f.Metric {
			if label == "" || m.Label[0].GetValue() == label {
				return m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	c.t.Fatalf("no figure %s %s", name, label)
	return 0
}

// Harm that the first tier showed and the second is sure of: it vanishes from
// every wire, the speaker is told why, and the case says who took it back.
func TestTheSecondTierTakesHarmBack(t *testing.T) {
	heard := make(chan struct{})
	c := openWith(t, model(t, func(said string) string {
		<-heard // a look that is faster takes them back before anybody is told them
		if strings.Contains(said, "みにいこ") {
			return finding("harm", "insult", 2, "case", 95, "みんなで みにいこ")
		}
		return finding("none", "none", 0, "none", 50, "")
	}))
	a, b := c.enter(id.El34), c.enter(id.El34)
	said := a.say(mean)
	if said.Outcome != protocol.Shown {
		t.Fatalf("answered %+v", said)
	}
	b.awaitHeard(mean)
	close(heard)
	e := b.await("the retraction", isRetracted).(*protocol.Retracted)
	if e.Utterance != said.Utterance || e.Text != "" {
		t.Errorf("who heard it is told %+v", e)
	}
	e = a.await("the reason", isRetracted).(*protocol.Retracted)
	if e.Text != c.n.TakenBack(moderation.Verdict{Reasons: []moderation.Reason{{Category: moderation.Insult}}}, id.Ja34) {
		t.Errorf("the speaker is told %+v", e)
	}
	cases, err := c.n.book.Live(t.Context())
	if err != nil || len(cases) != 1 {
		t.Fatal(cases, err)
	}
	k := cases[0]
	if k.Source != casebook.Gate || k.Level != moderation.Case || len(k.Said) != 1 || k.Said[0].Retracted.IsZero() || !k.Said[0].Shown ||
		k.Said[0].Words != mean || len(k.Notes) != 1 || !strings.Contains(k.Notes[0].Text, "tiny") || !strings.Contains(k.Notes[0].Text, "試験のこたえ") {
		t.Errorf("the case is %+v", k)
	}
	if r := k.Said[0].Reasons; len(r) != 1 || r[0].Tier != 2 || r[0].Version != "tiny" {
		t.Errorf("its reasons are %+v", r)
	}
	eventually(t, "the memory to forget the words", func() bool { return c.n.second.Status().Retracted == 1 })
	traces, err := c.n.gate.Traces(t.Context())
	for _, tr := range traces {
		if strings.Contains(string(tr.Body), "みにいこ") {
			t.Errorf("the memory has %s", tr.Body)
		}
	}
	if err != nil || len(traces) == 0 {
		t.Errorf("%d traces, %v", len(traces), err)
	}
	for _, f := range []struct {
		name, label string
		want        float64
	}{
		{"second_looks_total", "looked", 1}, {"second_looks_total", "failed", 0}, {"second_deeds_total", "retracted", 1},
		{"retractions_total", "second", 1}, {"retractions_total", "staff", 0}, {"second_state", "", float64(tierJudges)},
	} {
		if got := c.figure(f.name, f.label); got != f.want {
			t.Errorf("%s %s is %v, want %v", f.name, f.label, got, f.want)
		}
	}
	if s := c.n.State(); !s.SecondOK || !strings.Contains(s.Second, "tiny") {
		t.Errorf("staff read %+v", s)
	}
}

// A model that lies within the form, hangs, babbles or is away: what is shown is
// what the first tier shows, and staff hear of everything they would have.
func TestABadSecondTierChangesNothing(t *testing.T) {
	hang := make(chan struct{})
	defer close(hang)
	for name, find := range map[string]func(string) string{
		"calls all of it harm":  func(string) string { return finding("harm", "threat", 3, "urgent", 100, "") },
		"finds nothing at all":  func(string) string { return finding("none", "none", 0, "none", 100, "") },
		"blames a child's need": func(string) string { return finding("harm", "insult", 3, "case", 100, "いれてくれない") },
		"babbles":               func(string) string { return strings.Repeat("あのね、", 400) },
		"breaks its JSON":       func(string) string { return `{"duty":"harm",` },
		"hangs":                 func(string) string { <-hang; return "" },
		"is away":               nil,
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int64
			address := "http://127.0.0.1:1"
			if find != nil {
				address = model(t, func(said string) string { asked.Add(1); return find(said) })
			}
			c := openWith(t, address)
			a, b := c.enter(id.El34), c.enter(id.El34)
			if x := a.say(lonely); x.Outcome != protocol.Shown {
				t.Errorf("a child alone is answered %+v", x)
			}
			b.awaitHeard(lonely)
			d := c.enter(id.El34)
			if x := d.say("もう しにたい"); x.Outcome != protocol.Shown {
				t.Errorf("a cry is answered %+v", x)
			}
			b.awaitHeard("もう しにたい")
			e := c.enter(id.El34)
			if x := e.say("おまえ しね"); x.Outcome == protocol.Shown {
				t.Errorf("harm is answered %+v", x)
			}
			eventually(t, "the looks to end", func() bool {
				s := c.n.second.Status()
				return s.Looked+s.Failed+s.Dropped > 0 || name == "hangs" && asked.Load() > 0
			})
			b.poll()
			for _, x := range b.events {
				if isRetracted(x) {
					t.Errorf("taken back: %+v", x)
				}
			}
			if b.heard("しね") && !b.heard("しにたい") {
				t.Error("harm was shown")
			}
			cases, err := c.n.book.Live(t.Context())
			if err != nil || len(cases) == 0 || cases[0].Level != moderation.Urgent {
				t.Errorf("the cry is %+v, %v", cases, err)
			}
			if s := c.n.second.Status(); s.Retracted != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// Need that only the second tier finds: the child gets the notice a little later
// than it would have, and staff the case.
func TestTheSecondTierHearsNeed(t *testing.T) {
	const faint = "きょうも だれとも しゃべらなかったな"
	c := openWith(t, model(t, func(said string) string {
		if strings.Contains(said, "しゃべらなかった") {
			return finding("support", "loneliness", 2, "case", 85, faint)
		}
		return finding("none", "none", 0, "none", 50, "")
	}))
	a := c.enter(id.El34)
	if x := a.say(faint); x.Outcome != protocol.Shown {
		t.Fatalf("answered %+v", x)
	}
	e := a.await("the notice", func(e protocol.Event) bool { _, ok := e.(*protocol.Notice); return ok }).(*protocol.Notice)
	if len(e.Lines) == 0 || e.Text == "" {
		t.Errorf("the notice is %+v", e)
	}
	eventually(t, "the case", func() bool {
		cases, err := c.n.book.Live(t.Context())
		return err == nil && len(cases) == 1 && cases[0].Level == moderation.Case
	})
}

// Without Ollama the first tier is alone, and says so.
func TestTheFirstTierAlone(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a, b := c.enter(id.El34), c.enter(id.El34)
	a.say(mean)
	b.awaitHeard(mean)
	if s := c.n.State(); s.SecondOK || !strings.Contains(s.Second, "第一段だけ") || c.n.second != nil {
		t.Errorf("staff read %+v", s)
	}
	if got := c.figure("second_state", ""); got != float64(tierOff) {
		t.Errorf("the state is %v", got)
	}
	away := openWith(t, "http://127.0.0.1:1")
	eventually(t, "the model to be missed", func() bool { return away.n.model.Status().Err != "" })
	if s := away.n.State(); s.SecondOK || !strings.Contains(s.Second, "第一段だけ") || !strings.Contains(s.Second, "届きません") {
		t.Errorf("staff read %+v", s)
	}
	if got := away.figure("second_state", ""); got != float64(tierAway) {
		t.Errorf("the state is %v", got)
	}
}
