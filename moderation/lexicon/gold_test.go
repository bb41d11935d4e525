package lexicon

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"kakitsubata/moderation"
)

// gold is one judged sentence, in the format of the moderation contract.
type gold struct {
	ID       string                `json:"id"`
	Text     string                `json:"text"`
	Labels   []moderation.Category `json:"labels"`
	Duty     string                `json:"duty"`
	Kind     string                `json:"kind"`
	Near     string                `json:"near"`
	Obscured bool                  `json:"obfuscated"`
	Severity int                   `json:"severity"`
	Expected struct {
		Shown    any    `json:"shown"`
		Escalate string `json:"escalate"`
	} `json:"expected"`
}

func readGold(t testing.TB, name string) (rows []gold) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	for in.Scan() {
		var g gold
		if err := json.Unmarshal(in.Bytes(), &g); err != nil {
			t.Fatalf("%s:%d: %v", name, len(rows)+1, err)
		}
		rows = append(rows, g)
	}
	return rows
}

// share is k of n.
type share struct{ k, n int }

func (s *share) add(hit bool) {
	s.n++
	if hit {
		s.k++
	}
}

func (s share) rate() float64 {
	if s.n == 0 {
		return 1
	}
	return float64(s.k) / float64(s.n)
}

func TestGold(t *testing.T) {
	rows := readGold(t, "testdata/utterances.jsonl")
	if len(rows) < 400 {
		t.Fatalf("only %d sentences", len(rows))
	}
	x := load(t)
	figures := map[string]*share{}
	at := func(name string) *share {
		if figures[name] == nil {
			figures[name] = &share{}
		}
		return figures[name]
	}
	concern := map[string]moderation.Concern{"none": moderation.None, "watch": moderation.Watch, "case": moderation.Case, "urgent": moderation.Urgent}
	var all share
	for _, g := range rows {
		v := x.Score(utter(g.Text))
		hidden := v.Show >= moderation.Hold || v.Show == moderation.Mask && len(v.Spans) > 0
		acted := hidden || v.Concern >= moderation.Case
		if g.Kind != "positive" {
			at("acted on, " + g.Kind).add(acted)
			if acted {
				t.Logf("false alarm %s %q near %s: %s %s %v", g.ID, g.Text, g.Near, v.Show, v.Concern, v.Labels())
			}
			continue
		}
		hit := slices.ContainsFunc(g.Labels, func(c moderation.Category) bool { return slices.Contains(v.Labels(), c) })
		all.add(hit)
		at("recall " + string(g.Labels[0])).add(hit)
		if g.Obscured {
			at("recall when obscured").add(hit)
		}
		want := concern[g.Expected.Escalate]
		missed := !hit
		if g.Duty == "support" {
			at("support blocked").add(v.Show > moderation.Mask)
			at("support noticed").add(v.Concern >= moderation.Watch)
			at("support raised").add(v.Concern >= want)
			missed = missed || v.Concern < want
		} else if g.Expected.Shown != true {
			at("harm stopped").add(hidden)
			missed = missed || !hidden
		}
		if want == moderation.Urgent {
			at("urgent reaches staff").add(v.Concern >= moderation.Case)
		}
		if missed {
			t.Logf("miss %s %q %v: %s %s %v", g.ID, g.Text, g.Labels, v.Show, v.Concern, v.Labels())
		}
	}
	names := make([]string, 0, len(figures))
	for n := range figures {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		t.Logf("%-26s %3d/%-3d %5.1f%%", n, figures[n].k, figures[n].n, 100*figures[n].rate())
	}
	t.Logf("%-26s %3d/%-3d %5.1f%%", "recall", all.k, all.n, 100*all.rate())
}
