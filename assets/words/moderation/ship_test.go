package moderation_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	modwords "kakitsubata/assets/words/moderation"
)

// What nobody but the server reads never reaches a browser: the client is not
// built of it, and no file that is served holds a line of it.
func TestNeverShipped(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "kakitsubata/client")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range strings.Fields(string(out)) {
		if p == "kakitsubata/moderation" || strings.HasPrefix(p, "kakitsubata/moderation/") || strings.HasPrefix(p, "kakitsubata/assets/words") {
			t.Errorf("the client is built of %s", p)
		}
	}
	served := "../../public"
	n := 0
	secret := pieces(t)
	err = filepath.WalkDir(served, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		n++
		for _, s := range secret {
			if bytes.Contains(b, s) {
				t.Errorf("%s holds %q", name, s)
				break
			}
		}
		return err
	})
	if err != nil || n == 0 {
		t.Fatal(n, err)
	}
}

// pieces are the longest line of every list, and the model's beginning.
func pieces(t *testing.T) (out [][]byte) {
	t.Helper()
	names, err := fs.Glob(modwords.Lists, "*")
	if err != nil || len(names) < 20 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(modwords.Lists, name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, ".tsv") {
			out = append(out, b[:64])
			continue
		}
		var longest []byte
		for _, l := range bytes.Split(b, []byte("\n")) {
			if len(l) > len(longest) {
				longest = l
			}
		}
		out = append(out, longest)
	}
	return out
}
