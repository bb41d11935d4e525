package main

import (
	"os"
	"path/filepath"
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
