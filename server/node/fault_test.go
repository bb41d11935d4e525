package node

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	modwords "kakitsubata/assets/words/moderation"
	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

// What follows breaks the gate of a whole node, and looks at what children and
// staff are told.

// breaking is a scorer with a fault: it does something else where words hold a mark.
type breaking struct {
	moderation.Scorer
	mark string
	do   func()
}

func (b breaking) Score(u moderation.Utterance) moderation.Verdict {
	if strings.Contains(u.Text, b.mark) {
		b.do()
	}
	return b.Scorer.Score(u)
}

func faults(t *testing.T, c *city, fault string) float64 {
	t.Helper()
	families, err := c.n.metrics.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != "kakitsubata_gate_faults_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			if m.GetLabel()[0].GetValue() == fault {
				return m.GetCounter().GetValue()
			}
		}
	}
	t.Fatalf("no figure of %s", fault)
	return 0
}

// A scorer that panics: the words are seen by nobody but staff, the speaker is
// told, it is counted, and everybody goes on talking.
func TestAScorerThatPanics(t *testing.T) {
	c := open(t, t.TempDir(), func(cfg *Config) {
		cfg.judgeBy = func(s moderation.Scorer) moderation.Scorer {
			return breaking{s, "とくべつ", func() { panic("とくべつな ことば") }}
		}
	})
	a, b := c.enter(id.El34), c.enter(id.El34)
	for range 2 {
		x := a.say("とくべつな おはなし")
		if x.Outcome != protocol.NotJudged || x.Text == "" || x.Text != c.n.Outcome(protocol.NotJudged, id.Ja34) {
			t.Errorf("answered %+v", x)
		}
	}
	if n := faults(t, c, "fault"); n != 2 {
		t.Errorf("%v faults are counted", n)
	}
	// The speaker is not muted, and no other is harmed.
	if x := a.say("きょうは さむいね"); x.Outcome != protocol.Shown {
		t.Errorf("answered %+v", x)
	}
	b.awaitHeard("きょうは さむいね")
	if x := b.say("ほんとうに さむいね"); x.Outcome != protocol.Shown {
		t.Errorf("answered %+v", x)
	}
	if b.heard("とくべつ") {
		t.Error("words that nobody judged were heard")
	}
	cases, err := c.n.book.Live(t.Context())
	if err != nil || len(cases) != 1 {
		t.Fatalf("%+v %v", cases, err)
	}
	k := cases[0]
	if k.Name != a.name || k.Level != moderation.Case || len(k.Said) != 2 || k.Said[0].Words != "とくべつな おはなし" || k.Said[0].Shown ||
		len(k.Notes) != 1 || !strings.Contains(k.Notes[0].Text, "判定できず") {
		t.Errorf("%+v", k)
	}
	c.close()
	if log := c.log.String(); !strings.Contains(log, "moderation: panic") || strings.Contains(log, "とくべつ") {
		t.Errorf("the log must tell of it without words: %s", log)
	}
}

// A scorer that hangs, and so many who speak that the queue is full: closed,
// told, counted. When it comes back, all goes on.
func TestAScorerThatHangs(t *testing.T) {
	release := make(chan struct{})
	var once sync.Once
	free := func() { once.Do(func() { close(release) }) }
	t.Cleanup(free)
	c := open(t, t.TempDir(), func(cfg *Config) {
		cfg.judgeFor = 3 * time.Second
		cfg.judgeBy = func(s moderation.Scorer) moderation.Scorer {
			return breaking{s, "とまる", func() { <-release }}
		}
	})
	a, b := c.enter(id.El34), c.enter(id.El34)
	if x := a.say("ここで とまる"); x.Outcome != protocol.NotJudged || x.Text == "" {
		t.Errorf("answered %+v", x)
	}
	if n := faults(t, c, "slow"); n != 1 {
		t.Errorf("%v late verdicts are counted", n)
	}
	var crowd sync.WaitGroup
	for range moderation.DefaultInbox {
		crowd.Go(func() {
			_, _ = c.n.gate.Submit(context.Background(), moderation.Utterance{Kind: id.Bot, Text: "やっほー"})
		})
	}
	eventually(t, "the queue to be full", func() bool { return c.n.gate.Counters().Inbox == moderation.DefaultInbox })
	if x := b.say("きこえる？"); x.Outcome != protocol.NotJudged || x.Text == "" {
		t.Errorf("answered %+v", x)
	}
	if n := faults(t, c, "full"); n < 1 {
		t.Errorf("%v are counted as too many", n)
	}
	free()
	crowd.Wait()
	eventually(t, "the gate to go on", func() bool { return b.say("きょうは さむいね").Outcome == protocol.Shown })
	a.awaitHeard("きょうは さむいね")
	if a.heard("きこえる") || b.heard("とまる") {
		t.Error("words that nobody judged were heard")
	}
}

// Lists and model that cannot be read stop the start: file and fault are named.
func TestBrokenRulesStopTheStart(t *testing.T) {
	whole := fstest.MapFS{}
	names, err := fs.Glob(modwords.Lists, "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		whole[name] = &fstest.MapFile{Data: []byte(list(t, name))}
	}
	model := list(t, "model.bin")
	flipped := []byte(model)
	flipped[len(flipped)/2] ^= 0x10
	for _, c := range []struct {
		name, text string // "" takes the file away
		want       []string
	}{
		{"model.bin", "", []string{"model.bin", "file does not exist"}},
		{"model.bin", "no model", []string{"model.bin: ", "broken model", "no model of this version"}},
		{"model.bin", model[:40], []string{"model.bin: ", "broken model"}},
		{"model.bin", model[:len(model)/2], []string{"model.bin: ", "broken model"}},
		{"model.bin", model[:len(model)-1], []string{"model.bin: ", "broken model"}},
		{"model.bin", string(flipped), []string{"model.bin: ", "broken model"}},
		{"levels.tsv", "", []string{"levels.tsv: ", "file does not exist"}},
		{"levels.tsv", "insult\t2\tshout\tcase\n", []string{"levels.tsv:1: ", "shout"}},
		{"insult.tsv", "# fine\n2\t(きもい\n", []string{"insult.tsv:2: ", "a ( without its )"}},
		{"concepts.tsv", "x", []string{"concepts.tsv:1: "}},
		{"trajectory.tsv", "", []string{"trajectory.tsv", "file does not exist"}},
		{"trajectory.tsv", "nonsense\tx\n", []string{"trajectory.tsv:1: "}},
		{"trajectory-signals.tsv", "", []string{"trajectory-signals.tsv", "file does not exist"}},
	} {
		broken := fstest.MapFS{}
		for name, f := range whole {
			if name != c.name {
				broken[name] = f
			} else if c.text != "" {
				broken[name] = &fstest.MapFile{Data: []byte(c.text)}
			}
		}
		cfg := Default()
		cfg.Addr, cfg.Data, cfg.Ollama, cfg.Metrics, cfg.lists = "127.0.0.1:0", t.TempDir(), "off", "off", broken
		n, err := New(cfg, slog.New(slog.DiscardHandler))
		if err == nil {
			_ = n.store.Close()
			t.Errorf("%s %.20q: it starts", c.name, c.text)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s %.20q: %v, want %q", c.name, c.text, err, want)
			}
		}
		// The data file is free again: a mended start is not in its own way.
		if err := os.Remove(cfg.Data + "/kakitsubata.db"); err != nil {
			t.Error(err)
		}
	}
}
