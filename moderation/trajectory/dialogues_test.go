package trajectory

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	modwords "kakitsubata/assets/words/moderation"
	"kakitsubata/moderation"
	"kakitsubata/moderation/classifier"
)

var (
	verbose = flag.Bool("misses", false, "log the misses of the train part (never of the kept part)")
	words   = flag.String("words", "", "read lists and model from this folder instead of those that are built in")
	talk    = flag.String("talk", "../testdata/dialogues", "folder of the dialogues")
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
	names, err := filepath.Glob(filepath.Join(*talk, part+"*.jsonl"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		f, err := os.Open(name)
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
	}
	return all
}

func lists() fs.FS {
	if *words != "" {
		return os.DirFS(*words)
	}
	return modwords.Lists
}

var loaded = sync.OnceValues(func() (*Plan, error) { return Load(lists()) })

func load(t testing.TB) *Plan {
	t.Helper()
	p, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return p.Twin()
}

func replayer(t testing.TB) *Replay {
	t.Helper()
	j, err := classifier.Load(lists())
	if err != nil {
		t.Fatal(err)
	}
	var lean Lean
	if l, ok := any(j).(interface{ Lean(int) int }); ok {
		lean = l.Lean
	}
	return NewReplay(load(t), lean, j)
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
	blame := map[string]int{} // rules that were wrong, by their kind: no words of the kept part
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
					blame["false: "+kind(a.rule)]++
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
				blame["wrong speaker: "+kind(a.rule)]++
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
	t.Log(blame)
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

// The part that is kept apart for judging: nothing was written by looking at
// it, and a failure here is mended by looking at other talk. The floor is what
// the contract asks for.
func TestKeptDialogues(t *testing.T) {
	f := score(t, "kept", false)
	for _, x := range []struct {
		name       string
		got, floor float64
		atMost     bool
	}{
		{"recall", f.recall, 0.65, false},
		{"noticed", f.noticed, 0.80, false},
		{"wrong speaker", f.wrong, 0.05, true},
		{"false alarms per 1,000 turns", f.fa, 4.3, true},
	} {
		if x.atMost && x.got > x.floor || !x.atMost && x.got < x.floor {
			t.Errorf("%s is %.3f, the floor is %.3f", x.name, x.got, x.floor)
		}
	}
}

// kind is a rule without its words.
func kind(rule string) string {
	name, of, _ := strings.Cut(rule, "/")
	if name == "trajectory" || name == "model" {
		of, _, _ = strings.Cut(of, ":")
		return name + "/" + of
	}
	return "lists/" + name
}
