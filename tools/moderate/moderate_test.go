package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func give(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "in.jsonl")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestUtterances(t *testing.T) {
	in := give(t, `{"id":"a","text":"きょうの給食カレーだった！"}
{"id":"b","text":"でんわは090-1234-5678だよ","note":"fields of others are left alone"}

{"id":"c","text":"おまえなんかしね"}
{"id":"d","text":"もう死にたい。今夜屋上からとぶ"}
{"id":"e","text":""}
`)
	var out bytes.Buffer
	if err := run(&out, in, "", "", false); err != nil {
		t.Fatal(err)
	}
	got := map[string]utteranceOut{}
	s := bufio.NewScanner(&out)
	for s.Scan() {
		var o utteranceOut
		if err := json.Unmarshal(s.Bytes(), &o); err != nil {
			t.Fatal(err)
		}
		if o.Labels == nil || o.US < 0 {
			t.Errorf("%s", s.Text())
		}
		got[o.ID] = o
	}
	if o := got["a"]; o.Shown != true || o.Escalate != "none" {
		t.Errorf("%+v", o)
	}
	if o := got["b"]; o.Shown != "masked" || o.Masked == nil || strings.Contains(*o.Masked, "1234") || !strings.HasSuffix(*o.Masked, "だよ") {
		t.Errorf("%+v", o)
	}
	if o := got["c"]; o.Shown != false {
		t.Errorf("%+v", o)
	}
	if o := got["d"]; o.Shown == false || o.Escalate != "urgent" {
		t.Errorf("%+v", o)
	}
	if len(got) != 5 {
		t.Errorf("%d answers", len(got))
	}
}

func TestDialogues(t *testing.T) {
	in := give(t, `{"id":"x","turns":[{"speaker":"A","text":"やっほー","t_seconds":0},{"speaker":"B","text":"おまえをころす。明日ナイフもってく","t_seconds":9.5}]}
{"id":"y","turns":[]}
`)
	var out bytes.Buffer
	if err := run(&out, "", in, "", false); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || lines[1] != `{"id":"y","raised":[]}` {
		t.Fatalf("%q", lines)
	}
	var d dialogueOut
	if err := json.Unmarshal([]byte(lines[0]), &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Raised) == 0 || d.Raised[0].Speaker != "B" || d.Raised[0].Turn != 2 || d.Raised[0].Level != "urgent" {
		t.Errorf("%+v", d)
	}
}

// What cannot be read is refused in one line that says where and why.
func TestBadInput(t *testing.T) {
	for _, c := range []struct{ utterances, dialogues, want string }{
		{utterances: "{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":", want: "line 2: "},
		{utterances: `{"id":"a"}`, want: "line 1: want id and text"},
		{utterances: `{"id":1,"text":"x"}`, want: "line 1: "},
		{utterances: "{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"a\",\"text\":\"y\"}", want: "line 2: id \"a\" stands in line 1 too"},
		{utterances: `{"id":"a","text":"x"} {}`, want: "line 1: more than one value"},
		{utterances: "\xff", want: "line 1: not UTF-8"},
		{utterances: `[]`, want: "line 1: "},
		{dialogues: `{"id":"a"}`, want: "line 1: want id and turns"},
		{dialogues: `{"id":"a","turns":[{"speaker":"A","text":"x"}]}`, want: "line 1: turn 1: want speaker, text and t_seconds"},
		{dialogues: `{"id":"a","turns":[{"speaker":"A","text":"x","t_seconds":5},{"speaker":"A","text":"x","t_seconds":4}]}`, want: "line 1: turn 2: time goes back"},
		{dialogues: `{"id":"a","turns":[{"speaker":"A","text":"x","t_seconds":1e300}]}`, want: "line 1: turn 1: no time"},
	} {
		var out bytes.Buffer
		var err error
		if c.utterances != "" {
			err = run(&out, give(t, c.utterances), "", "", false)
		} else {
			err = run(&out, "", give(t, c.dialogues), "", false)
		}
		var bad badInput
		if !errors.As(err, &bad) || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q %q: %v", c.utterances, c.dialogues, err)
		}
	}
	if err := run(&bytes.Buffer{}, filepath.Join(t.TempDir(), "none"), "", "", false); !errors.As(err, new(badInput)) {
		t.Errorf("no file: %v", err)
	}
}

func TestExplain(t *testing.T) {
	var out bytes.Buffer
	if err := run(&out, "", "", "がっこういきたくない", false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"tight", "sound", "scores", "verdict", "school_refusal"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in\n%s", want, out.String())
		}
	}
}

// A folder with a table that blocks what is masked: the lines it would change
// are named, and summed up.
func TestShadow(t *testing.T) {
	table, err := os.ReadFile("../../assets/cities/kariya/verdicts.toml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	harder := strings.ReplaceAll(string(table), `show = "mask", level = "scored", mute = "10s"`, `show = "block", level = "case", mute = "1m"`)
	if err := os.WriteFile(filepath.Join(dir, "verdicts.toml"), []byte(harder), 0o600); err != nil {
		t.Fatal(err)
	}
	*candidate = dir
	t.Cleanup(func() { *candidate = "" })
	in := give(t, `{"id":"a","text":"きょうの給食カレーだった！"}
{"id":"b","text":"でんわは090-1234-5678だよ"}
`)
	var out bytes.Buffer
	if err := run(&out, in, "", "", false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"b: mask ", " -> block case 1m0s, pii, ", "judged 2, changed 1 (50.00 %)", "(verdicts.toml)"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "a: ") {
		t.Errorf("%s", out.String())
	}
	if err := run(&out, "", in, "", false); !errors.Is(err, errUsage) {
		t.Errorf("talks are not compared: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "model.bin"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(&out, in, "", "", false); err == nil || !strings.Contains(err.Error(), "model.bin: ") || !strings.Contains(err.Error(), dir) {
		t.Errorf("a broken model: %v", err)
	}
}
