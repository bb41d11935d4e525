package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The file is read wherever -config stands and however it is written; flags
// go over it.
func TestConfigure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "k.toml")
	if err := os.WriteFile(path, []byte("addr = \"127.0.0.1:9\"\nmodel = \"m\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"-config", path, "-model", "n"}, {"-model=n", "--config", path}, {"-config=" + path, "-model", "n"}, {"-model", "n", "--config=" + path},
	} {
		cfg, err := configure(args)
		if err != nil || cfg.Addr != "127.0.0.1:9" || cfg.Model != "n" {
			t.Errorf("%q: %+v, %v", args, cfg, err)
		}
	}
	for _, args := range [][]string{{"-config", path + "x"}, {"-config=" + path + "x"}, {"-no-such-flag"}, {"stray"}, {"-addr", "nowhere"}} {
		if _, err := configure(args); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}

// TestMain lets a test run the program itself, for its exit status.
func TestMain(m *testing.M) {
	if os.Getenv("KAKITSUBATA_AS_PROGRAM") != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// Rules on trial that cannot be read stop the start: status 1, and one line that
// names folder, file and fault.
func TestABrokenFileIsNamedAtStart(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"model.bin": "no model", "insult.tsv": "2\t(きもい\n", "verdicts.toml": "[insult]\n"} {
		trial := filepath.Join(dir, name+".trial")
		if err := os.MkdirAll(trial, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(trial, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p := exec.CommandContext(t.Context(), os.Args[0], "-addr", "127.0.0.1:0", "-metrics", "off", "-ollama", "off", "-data", filepath.Join(dir, "data"), "-shadow", trial)
		p.Env, p.Dir = append(os.Environ(), "KAKITSUBATA_AS_PROGRAM=1"), dir
		out, err := p.CombinedOutput()
		var ended *exec.ExitError
		if !errors.As(err, &ended) || ended.ExitCode() != 1 {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range []string{"kakitsubata: ", trial, name + ":"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: no %q in %s", name, want, out)
			}
		}
	}
}
