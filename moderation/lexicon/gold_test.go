package lexicon

import (
	"bufio"
	"encoding/json"
	"maps"
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

// figures of one gold file.
type figures map[string]*share

func (f figures) at(name string) *share {
	if f[name] == nil {
		f[name] = &share{}
	}
	return f[name]
}

func (f figures) print(t *testing.T) {
	for _, n := range slices.Sorted(maps.Keys(f)) {
		t.Logf("%-26s %3d/%-3d %5.1f%%", n, f[n].k, f[n].n, 100*f[n].rate())
	}
}

var concerns = map[string]moderation.Concern{
	"none": moderation.None, "watch": moderation.Watch, "case": moderation.Case, "urgent": moderation.Urgent,
}

// judge scores a file and logs every miss and false alarm.
func judge(t *testing.T, x *Lexicon, rows []gold) figures {
	f := figures{}
	for _, g := range rows {
		v := x.Score(utter(g.Text))
		hidden := v.Show >= moderation.Hold || v.Show == moderation.Mask && len(v.Spans) > 0
		if g.Kind != "positive" {
			acted := hidden || v.Concern >= moderation.Case
			f.at("false alarm, " + g.Kind).add(acted)
			if acted {
				t.Logf("false alarm %s %q near %s: %s %s %v", g.ID, g.Text, g.Near, v.Show, v.Concern, v.Labels())
			}
			continue
		}
		hit := slices.ContainsFunc(g.Labels, func(c moderation.Category) bool { return slices.Contains(v.Labels(), c) })
		f.at("recall").add(hit)
		f.at("recall " + string(g.Labels[0])).add(hit)
		if g.Obscured {
			f.at("recall, obscured").add(hit)
		}
		want := concerns[g.Expected.Escalate]
		if want == moderation.Urgent {
			f.at("urgent reaches staff").add(v.Concern >= moderation.Case)
		}
		missed := !hit
		if g.Duty == "support" {
			f.at("support blocked").add(v.Show > moderation.Mask)
			if v.Show > moderation.Mask {
				t.Logf("blocked %s %q %v", g.ID, g.Text, v.Labels())
			}
			f.at("support noticed").add(v.Concern >= moderation.Watch)
			f.at("support raised").add(v.Concern >= want)
			missed = missed || v.Concern < want
		} else if g.Expected.Shown != true {
			f.at("harm stopped").add(hidden)
			missed = missed || !hidden
		}
		if missed {
			t.Logf("miss %s %q %v: %s %s %v", g.ID, g.Text, g.Labels, v.Show, v.Concern, v.Labels())
		}
	}
	return f
}

// The floors are what lists can hold; a trained scorer is measured by others.
// utterances.jsonl is what the lists were tuned on, kept.jsonl is not.
func TestGold(t *testing.T) {
	x := load(t)
	for _, c := range []struct {
		file        string
		rows        int
		least, most map[string]float64
	}{
		{"testdata/utterances.jsonl", 400,
			map[string]float64{"recall": .97, "urgent reaches staff": .98, "support noticed": .97, "harm stopped": .97, "recall pii": .98, "recall, obscured": .93},
			map[string]float64{"support blocked": 0, "false alarm, benign": 0, "false alarm, hard_negative": .02}},
		{"testdata/kept.jsonl", 120,
			map[string]float64{"recall": .5, "recall pii": .9},
			map[string]float64{"support blocked": 0, "false alarm, benign": 0, "false alarm, hard_negative": .06}},
	} {
		t.Run(c.file, func(t *testing.T) {
			rows := readGold(t, c.file)
			if len(rows) < c.rows {
				t.Fatalf("only %d sentences", len(rows))
			}
			f := judge(t, x, rows)
			f.print(t)
			for name, floor := range c.least {
				if got := f.at(name).rate(); got < floor {
					t.Errorf("%s is %.3f, must be at least %.3f", name, got, floor)
				}
			}
			for name, roof := range c.most {
				if got := f.at(name).rate(); got > roof {
					t.Errorf("%s is %.3f, must be at most %.3f", name, got, roof)
				}
			}
		})
	}
}

// No two gold sentences are the same, in one file or in both.
func TestGoldHasNoDoubles(t *testing.T) {
	vs := newViews()
	seen := map[string]string{}
	for _, name := range []string{"testdata/utterances.jsonl", "testdata/kept.jsonl"} {
		for _, g := range readGold(t, name) {
			vs.look(g.Text)
			k := string(vs.plain.runes)
			if seen[k] != "" {
				t.Errorf("%s and %s are the same: %q", seen[k], g.ID, g.Text)
			}
			seen[k] = g.ID
		}
	}
}

// A child in need is never hidden, whatever harmless thing comes with it.
func TestSupportIsNeverBlocked(t *testing.T) {
	x := load(t)
	rows := append(readGold(t, "testdata/utterances.jsonl"), readGold(t, "testdata/kept.jsonl")...)
	var need, plain []string
	for _, g := range rows {
		switch {
		case g.Duty == "support":
			need = append(need, g.Text)
		case g.Kind == "benign":
			plain = append(plain, g.Text)
		}
	}
	for i, s := range need {
		for k := range 5 {
			text := plain[(i*5+k)%len(plain)] + "。" + s
			if v := x.Score(utter(text)); v.Show > moderation.Mask {
				t.Errorf("%q is hidden: %v", text, v.Labels())
			}
		}
	}
}
