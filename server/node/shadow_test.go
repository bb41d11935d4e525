package node

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	modwords "kakitsubata/assets/words/moderation"
	"kakitsubata/moderation/shadow"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

// table is the city's table with one line changed.
func table(t *testing.T, old, new string) string {
	t.Helper()
	b, err := os.ReadFile("../../assets/cities/kariya/verdicts.toml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), old) {
		t.Fatalf("the table does not say %q", old)
	}
	return strings.ReplaceAll(string(b), old, new)
}

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func list(t *testing.T, name string) string {
	t.Helper()
	b, err := modwords.Lists.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A candidate that would block what is masked changes nothing for the child,
// and the report says what it would have done, without the words.
func TestAShadowHasNoEffectAndIsTold(t *testing.T) {
	data := t.TempDir()
	dir := folder(t, map[string]string{"verdicts.toml": table(t, `{ show = "mask", level = "scored", mute = "10s" }`, `{ show = "block", level = "case", mute = "1m" }`)})
	c := open(t, data, func(cfg *Config) { cfg.Shadow = dir })
	a, b := c.enter(id.El56), c.enter(id.JuniorHigh)
	if x := a.say("でんわは 090-1234-5678 だよ"); x.Outcome != protocol.Masked {
		t.Errorf("answered %+v", x)
	}
	a.say("きょうの きゅうしょく、カレーだった")
	b.awaitHeard("きょうの きゅうしょく、カレーだった")
	eventually(t, "the shadow to have judged", func() bool { return c.n.shadow.Counters().Judged == 2 })
	if k := c.n.shadow.Counters(); k.Changed != 1 || k.Faults != 0 || k.Missed != 0 {
		t.Errorf("%+v", k)
	}
	if cases, err := c.n.book.Live(t.Context()); err != nil || len(cases) != 0 {
		t.Errorf("a shadow wrote a case: %+v %v", cases, err)
	}
	families, err := c.n.metrics.registry.Gather()
	if err != nil || !strings.Contains(func() (s string) {
		for _, f := range families {
			s += f.GetName() + " "
		}
		return s
	}(), "kakitsubata_shadow_total") {
		t.Errorf("no figures of the shadow: %v", err)
	}
	if s := c.n.State(); !strings.Contains(s.Shadow, "verdicts.toml") {
		t.Errorf("staff read %q of the rules on trial", s.Shadow)
	}
	name := a.name
	c.close()

	var out bytes.Buffer
	if err := ShadowReport(&out, data, time.Now()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"(verdicts.toml)", "judged 2, changed 1 (50.00 %)", "staff: 1 more told", "mask", "block case 1m0s", "pii"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	files, err := filepath.Glob(filepath.Join(data, shadowFolder, "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%q %v", files, err)
	}
	kept, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"5678", "でんわ", "カレー", name} {
		if bytes.Contains(kept, []byte(never)) || strings.Contains(out.String(), never) {
			t.Errorf("%s is kept", never)
		}
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

// Days are added up over starts, and go after a month whether there is still a
// candidate or not.
func TestShadowDaysAddUpAndExpire(t *testing.T) {
	dir := t.TempDir()
	tally := func(day string) *shadow.Tally {
		return &shadow.Tally{Day: day, Rules: shadow.Rules{Live: "aaaaaaaa", Candidate: "bbbbbbbb", Files: []string{"model.bin"}}, Judged: 3, Changed: 1,
			Counts: []shadow.Count{{Change: shadow.Change{Rule: "insult/x", Category: "insult", Bracket: "jh"}, N: 1}}}
	}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, day := range []string{"2026-11-23", "2026-11-23", "2026-10-01"} {
		if err := keepTally(filepath.Join(dir, shadowFolder), tally(day)); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := ShadowReport(&out, dir, now); err != nil || !strings.Contains(out.String(), "judged 6, changed 2 ") {
		t.Errorf("%v\n%s", err, out.String())
	}
	n := &Node{cfg: Config{Data: dir}, log: slog.New(slog.DiscardHandler)}
	n.keepShadow(now)
	left, err := filepath.Glob(filepath.Join(dir, shadowFolder, "*"))
	if err != nil || len(left) != 1 || !strings.Contains(left[0], "2026-11-23") {
		t.Errorf("%q %v", left, err)
	}

	// A day that cannot be read is named, and nothing is written over it.
	if err := os.WriteFile(left[0], []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := keepTally(filepath.Join(dir, shadowFolder), tally("2026-11-23")); err == nil || !strings.Contains(err.Error(), filepath.Base(left[0])) {
		t.Errorf("written over: %v", err)
	}
	if err := ShadowReport(&out, dir, now); err == nil || !strings.Contains(err.Error(), filepath.Base(left[0])) {
		t.Errorf("%v", err)
	}
}

// A broken candidate stops the start; its folder, file and fault are named.
func TestABrokenShadowStopsTheStart(t *testing.T) {
	model := list(t, "model.bin")
	flipped := []byte(model)
	flipped[len(flipped)/2] ^= 1
	for want, files := range map[string]map[string]string{
		"model.bin: classifier: broken model":           {"model.bin": string(flipped)},
		"model.bin: classifier: broken model: no model": {"model.bin": "no model at all"},
		"insult.tsv:1: level \"9\"":                     {"insult.tsv": "9\tきもい"},
		"trajectory.tsv:1: \"nonsense\" is none of":     {"trajectory.tsv": "nonsense\tx"},
		"verdicts.toml: insult.1: is missing":           {"verdicts.toml": table(t, "[insult]\n1 = { show", "[insult]\n#1 = { show")},
		"insutl.tsv: \"insutl\" is no category":         {"insutl.tsv": "2\tきもい"},
		"model.bni is none of":                          {"model.bni": model},
		"neither *.tsv nor model.bin":                   {},
	} {
		cfg := Default()
		cfg.Addr, cfg.Data, cfg.Ollama, cfg.Metrics = "127.0.0.1:0", t.TempDir(), "off", "off"
		cfg.Shadow = folder(t, files)
		n, err := New(cfg, slog.New(slog.DiscardHandler))
		if err == nil {
			_ = n.store.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), cfg.Shadow) {
			t.Errorf("%q: %v", want, err)
		}
	}
	cfg := Default()
	cfg.Addr, cfg.Data, cfg.Ollama, cfg.Metrics = "127.0.0.1:0", t.TempDir(), "off", "off"
	cfg.Shadow = filepath.Join(t.TempDir(), "nowhere")
	if _, err := New(cfg, slog.New(slog.DiscardHandler)); !errors.Is(err, shadow.ErrFolder) {
		t.Errorf("a folder that is not there: %v", err)
	}
}
