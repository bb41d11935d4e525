package gateway

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
)

// site is a gateway with a few files, and nobody behind it.
func site(t *testing.T) (g *Gateway, client string) {
	t.Helper()
	client = t.TempDir()
	for name, text := range map[string]string{"client.json": `{"wasm":"client-000000000000.wasm"}`, "client-000000000000.wasm": "\x00asm", "client-000000000000.wasm.br": "packed"} {
		if err := os.WriteFile(filepath.Join(client, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	g, err := New(Options{Client: client, Log: slog.New(slog.DiscardHandler), Public: fstest.MapFS{
		"index.html":           {Data: []byte("<p>いりぐち</p>")},
		"app.css":              {Data: bytes.Repeat([]byte("p { color: red }\n"), 100)},
		"sw.js":                {Data: []byte("use(shell)")},
		"lost.html":            {Data: []byte("<p>みつからない</p>")},
		"trouble.html":         {Data: []byte("<p>こまった</p>")},
		"art/looks.png":        {Data: []byte("png")},
		"art/kariya/plaza.png": {Data: []byte("png")},
		"icons/check.svg":      {Data: []byte("<svg/>")},
	}, Staff: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a fault of our own") })})
	if err != nil {
		t.Fatal(err)
	}
	return g, client
}

func get(g http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	return w
}

func TestFilesComePackedAndAreAskedForOnce(t *testing.T) {
	g, _ := site(t)
	plain := get(g, "/app.css").Body.String()
	for enc, open := range map[string]func(io.Reader) (io.Reader, error){
		"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	} {
		w := get(g, "/app.css", "Accept-Encoding", enc)
		if w.Header().Get("Content-Encoding") != enc || w.Body.Len() >= len(plain) {
			t.Errorf("%s: %d bytes, %v", enc, w.Body.Len(), w.Header())
		}
		r, err := open(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(r); err != nil || string(b) != plain {
			t.Errorf("%s: unpacks to %q (%v)", enc, b, err)
		}
	}
	if w := get(g, "/app.css", "Accept-Encoding", "br;q=0"); w.Header().Get("Content-Encoding") != "" {
		t.Error("packed for who does not want it")
	}
	tag := get(g, "/app.css").Header().Get("ETag")
	if w := get(g, "/app.css", "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("got %d and %d bytes", w.Code, w.Body.Len())
	}
	if w := get(g, "/client/client-000000000000.wasm", "Accept-Encoding", "br"); w.Body.String() != "packed" || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%q %v", w.Body, w.Header())
	}
	if w := get(g, "/client/client.json"); w.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("%v", w.Header())
	}
}

func TestWhatIsNotThere(t *testing.T) {
	g, _ := site(t)
	w := get(g, "/nowhere", "Accept", "text/html")
	if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "みつからない") || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %q %v", w.Code, w.Body, w.Header())
	}
	if w := get(g, "/nowhere.js"); w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "<") {
		t.Errorf("a program gets %d %q", w.Code, w.Body)
	}
}

func TestWhatBreaksIsSaid(t *testing.T) {
	g, _ := site(t)
	w := get(g, "/staff/", "Accept", "text/html")
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "こまった") {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	if w := get(g, "/staff/"); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "<") {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

// told is the shell that a service worker is told.
func told(t *testing.T, g *Gateway) (s shell) {
	t.Helper()
	w := get(g, "/sw.js")
	line, rest, _ := strings.Cut(w.Body.String(), "\n")
	text, ok := strings.CutPrefix(line, "const shell = ")
	if !ok || rest != "use(shell)" || w.Header().Get("Cache-Control") != "no-cache" {
		t.Fatalf("%q %v", w.Body, w.Header())
	}
	if err := json.Unmarshal([]byte(strings.TrimSuffix(text, ";")), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestShell(t *testing.T) {
	g, client := site(t)
	s := told(t, g)
	want := []string{"/", "/app.css", "/art/looks.png", "/icons/check.svg", "/client/client.json"}
	if !slices.Equal(s.Core, want) {
		t.Errorf("the shell is %q", s.Core)
	}
	for _, p := range s.Core {
		if get(g, p).Code != http.StatusOK {
			t.Errorf("%s can't be kept", p)
		}
		for _, never := range []string{"/api", "/staff", "/ws", "/atlas"} {
			if strings.HasPrefix(p, never) {
				t.Errorf("%s is somebody's own", p)
			}
		}
	}
	if again := told(t, g); again.Version != s.Version {
		t.Error("the same shell has two versions")
	}
	tag := get(g, "/sw.js").Header().Get("ETag")
	if w := get(g, "/sw.js", "If-None-Match", tag); w.Code != http.StatusNotModified {
		t.Errorf("got %d", w.Code)
	}
	if err := os.WriteFile(filepath.Join(client, "client.json"), []byte(`{}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if other := told(t, g); other.Version == s.Version {
		t.Error("a new client is the same shell")
	}
}
