package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A machine with an apt-get of our own: what is asked of it, and what is said
// when it can't help. sudo is there as well, so that the account does not
// matter.
func TestProvide(t *testing.T) {
	const sudo = "#!/bin/sh\n[ \"$1\" = -n ] && shift\nexec \"$@\"\n"
	for name, c := range map[string]struct {
		apt     string // "" for none
		there   bool
		want    string // in the error; "" for none
		updated bool
	}{
		"all is there":      {apt: "exit 1", there: true},
		"installed":         {apt: `echo "$DEBIAN_FRONTEND $*" >> said; for last; do :; done; [ "$last" = update ] || touch "$last"`, updated: true},
		"a stale list":      {apt: `[ "$1" = update ] && exit 1; touch thing`},
		"no apt-get":        {want: "as root: apt-get install --no-install-recommends thing"},
		"a refusal":         {apt: "exit 100", want: "could not be installed"},
		"a lie":             {apt: "exit 0", want: "still lacking after the installation: a thing"},
		"nobody is waiting": {apt: `read -r answer && exit 1; touch thing`},
	} {
		t.Run(name, func(t *testing.T) {
			root, bin := t.TempDir(), t.TempDir()
			script := func(name, text string) {
				if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			// Of the real machine only what the scripts use.
			for _, program := range []string{"sh", "touch", "true"} {
				script(program, "#!/bin/sh\nPATH=/usr/bin:/bin\nexport PATH\nexec "+program+" \"$@\"\n")
			}
			script("env", "#!/bin/sh\nDEBIAN_FRONTEND=${1#*=}\nexport DEBIAN_FRONTEND\nshift\nexec \"$@\"\n")
			script("sudo", sudo)
			if c.apt != "" {
				script("apt-get", "#!/bin/sh\n"+c.apt+"\n")
			}
			t.Setenv("PATH", bin)
			if c.there {
				if err := os.WriteFile(filepath.Join(root, "thing"), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var out bytes.Buffer
			err := provide(t.Context(), &desk{root: root, out: &out}, []need{{
				what: "a thing", packages: []string{"thing"},
				find: func(context.Context, *desk) (string, error) {
					if _, err := os.Stat(filepath.Join(root, "thing")); err != nil {
						return "", errors.New("not there")
					}
					return "there", nil
				},
			}})
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q\n%s", err, c.want, out.String())
			}
			if c.updated {
				said, err := os.ReadFile(filepath.Join(root, "said"))
				want := "noninteractive update\nnoninteractive -o DPkg::Lock::Timeout=120 install -y --no-install-recommends thing\n"
				if err != nil || string(said) != want {
					t.Errorf("apt-get was asked\n%s(%v), want\n%s", said, err, want)
				}
			}
		})
	}
}
