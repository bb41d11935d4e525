package node

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kakitsubata/assets"
	modwords "kakitsubata/assets/words/moderation"
	"kakitsubata/protocol/id"
)

// Whatever path is asked for, no list, no model and no table is given out.
func TestWhatJudgesIsNotServed(t *testing.T) {
	names, err := fs.Glob(modwords.Lists, "*")
	if err != nil || len(names) < 20 {
		t.Fatalf("%q %v", names, err)
	}
	// marks are whole lines, and pieces of the model.
	marks := map[string]string{}
	for _, name := range names {
		text := list(t, name)
		if name == "model.bin" {
			for at := 0; at+24 < len(text); at += len(text) / 64 {
				marks[text[at:at+24]] = name
			}
			continue
		}
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") && strings.Contains(line, "\t") && len(line) > 12 {
				marks[line] = name
			}
		}
	}
	marks[`{ show = "mask", level = "scored"`] = "verdicts.toml"

	data := t.TempDir()
	c := open(t, data, func(cfg *Config) { cfg.Shadow = folder(t, map[string]string{"insult.tsv": list(t, "insult.tsv")}) })
	// Even where somebody put lists beside the data, or into the city's folder.
	if err := os.WriteFile(filepath.Join(data, "insult.tsv"), []byte(list(t, "insult.tsv")), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.cfg.Client, "client.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}

	get := func(path string, header ...string) (int, []byte) {
		r, err := http.NewRequest(http.MethodGet, c.base, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.URL.Opaque = path
		r.Header.Set("Accept-Encoding", "identity")
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, b
	}
	look := func(path string, body []byte) {
		for mark, name := range marks {
			if bytes.Contains(body, []byte(mark)) {
				t.Fatalf("%s gives out %.30q of %s", path, mark, name)
			}
		}
	}

	served := 0
	public, err := fs.Sub(assets.Public, "public")
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(public, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".png") {
			return err
		}
		if status, body := get("/" + path); status == http.StatusOK {
			served++
			look(path, body)
		}
		return nil
	})
	if err != nil || served < 10 {
		t.Errorf("%d files are served: %v", served, err)
	}
	paths := []string{"/", "/healthz", "/readyz", "/client/", "/client/client.json", "/staff/", "/staff/login", "/metrics", "/debug/pprof/", "/api/state", "/sw.js", "/atlas/kijo", "/atlas/plaza"}
	for _, r := range id.Readers {
		path := fmt.Sprintf("/words/%s.json", r)
		status, body := get(path)
		if status != http.StatusOK {
			t.Errorf("%s is answered with %d", path, status)
		}
		look(path, body)
	}
	for _, path := range paths {
		_, body := get(path)
		look(path, body)
	}
	for _, name := range append(names, "verdicts.toml", "kakitsubata.db", "entrance.key", "shadow/") {
		for _, at := range []string{
			"/", "/client/", "/words/", "/words/moderation/", "/assets/words/moderation/", "/moderation/", "/art/", "/staff/", "/staff/static/", "/api/",
			"/client/../", "/client/..%2f", "/client/%2e%2e/", "/art/../../words/moderation/", "/..%2fwords%2fmoderation%2f", "/cities/kariya/", "/client/..%5c",
		} {
			status, body := get(at + name)
			if status == http.StatusOK {
				t.Errorf("%s is answered with %d", at+name, status)
			}
			look(at+name, body)
		}
	}
}
