package trajectory

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	modwords "kakitsubata/assets/words/moderation"
	"kakitsubata/moderation"
	"kakitsubata/moderation/lexicon"
)

var (
	verbose = flag.Bool("misses", false, "log the misses of the train part (never of the kept part)")
	out     = flag.String("raised", "", "write what was raised in the kept part to this file")
)

type dialogue struct {
	ID     string
	Kind   string
	Note   string
	Expect *struct {
		Category       moderation.Category
		CategoryAccept []moderation.Category `json:"category_accept"`
		SpeakerAccept  []string              `json:"speaker_accept"`
		OnsetTurn      int                   `json:"onset_turn"`
		ByTurn         int                   `json:"by_turn"`
		Level          string
	}
	Turns []struct {
		Speaker, Text string
		Seconds       float64 `json:"t_seconds"`
	}
}

type raisedAt struct {
	Speaker  string              `json:"speaker"`
	Category moderation.Category `json:"category"`
	Turn     int                 `json:"turn"`
	Level    string              `json:"level"`

	level moderation.Concern
	rule  string
}

func dialogues(t *testing.T, part string) (all []dialogue) {
	t.Helper()
	f, err := os.Open("../testdata/dialogues/" + part + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var d dialogue
		if err := json.Unmarshal(in.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

func load(t testing.TB) *Plan {
	t.Helper()
	p, err := Load(modwords.Lists)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func replayer(t testing.TB) *Replay {
	t.Helper()
	lists, err := lexicon.Load(modwords.Lists)
	if err != nil {
		t.Fatal(err)
	}
	return NewReplay(load(t), lists)
}

func (r *Replay) run(d dialogue) (all []raisedAt) {
	var who []string
	for _, turn := range d.Turns {
		if !slices.Contains(who, turn.Speaker) {
			who = append(who, turn.Speaker)
		}
	}
	r.Begin(who...)
	for i, turn := range d.Turns {
		_, raised := r.Say(turn.Speaker, turn.Text, time.Duration(turn.Seconds*float64(time.Second)))
		for _, a := range raised {
			all = append(all, raisedAt{a.Speaker, a.Category, i + 1, a.Level.String(), a.Level, a.Rule})
		}
	}
	return all
}

// figures are what the contract counts.
type figures struct{ recall, noticed, wrong, fa, watch float64 }

func score(t *testing.T, part string, tell bool) figures {
	r := replayer(t)
	var risk, hit, noticed, wrong, turns, fa, watch float64
	by := map[moderation.Category][2]int{}
	var rows []byte
	for _, d := range dialogues(t, part) {
		got := r.run(d)
		row, _ := json.Marshal(struct {
			ID     string     `json:"id"`
			Raised []raisedAt `json:"raised"`
		}{d.ID, append([]raisedAt{}, got...)})
		rows = append(append(rows, row...), '\n')
		if d.Expect == nil {
			turns += float64(len(d.Turns))
			for _, a := range got {
				if a.level >= moderation.Case {
					fa++
					if tell {
						t.Logf("FALSE %s %s: %d %s %s %s\n  %q", d.ID, d.Note, a.Turn, a.Category, a.Level, a.rule, d.Turns[a.Turn-1].Text)
					}
				} else {
					watch++
				}
			}
			continue
		}
		risk++
		e := d.Expect
		var in, some, bad bool
		for _, a := range got {
			right := slices.Contains(e.SpeakerAccept, a.Speaker)
			in = in || right && slices.Contains(e.CategoryAccept, a.Category) && a.level >= levelOf(e.Level) && a.Turn <= e.ByTurn
			some = some || right && a.Turn <= e.ByTurn
			if !right && a.level >= moderation.Case {
				bad = true
				if tell {
					t.Logf("WRONG SPEAKER %s %s: %d %s %s %s\n  %q", d.ID, d.Note, a.Turn, a.Category, a.Level, a.rule, d.Turns[a.Turn-1].Text)
				}
			}
		}
		k := by[e.Category]
		k[0]++
		if in {
			hit++
			k[1]++
		}
		by[e.Category] = k
		if some {
			noticed++
		}
		if bad {
			wrong++
		}
		if tell && (!in || !some) {
			text := ""
			for i, turn := range d.Turns {
				if slices.Contains(e.SpeakerAccept, turn.Speaker) && i < e.ByTurn {
					text += fmt.Sprintf(" %d%s:%s", i+1, turn.Speaker, turn.Text)
				}
			}
			t.Logf("MISS %s %s %s by %d (%v): %s\n  %+v", d.ID, e.Category, e.Level, e.ByTurn, some, text, got)
		}
	}
	if *out != "" && part == "kept" {
		if err := os.WriteFile(*out, rows, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f := figures{hit / risk, noticed / risk, wrong / risk, 1000 * fa / turns, 1000 * watch / turns}
	t.Logf("%s: recall %.1f %% of %g, noticed %.1f %%, wrong speaker %.1f %%, false alarms %.1f and watch %.1f per 1,000 of %g turns",
		part, 100*f.recall, risk, 100*f.noticed, 100*f.wrong, f.fa, f.watch, turns)
	t.Log(by)
	return f
}

func levelOf(s string) moderation.Concern {
	for c := moderation.None; c <= moderation.Urgent; c++ {
		if c.String() == s {
			return c
		}
	}
	return moderation.Urgent + 1
}

// The part that was looked at while the patterns were written.
func TestTrainDialogues(t *testing.T) { score(t, "train", *verbose) }
