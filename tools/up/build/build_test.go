package build

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/brotli"
)

// module writes a project as small as can be built.
func module(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	put(t, root, "go.mod", "module example\n\ngo 1.26\n")
	put(t, root, "client/main_js.go", "package main\n\nfunc main() { println(\"one\") }\n")
	put(t, root, "client/text/main_js.go", "package main\n\nfunc main() { println(\"read\") }\n")
	put(t, root, "server/main.go", "package main\n\nfunc main() {}\n")
	return root
}

func put(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func index(t *testing.T, out string) Index {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(out, IndexName))
	if err != nil {
		t.Fatal(err)
	}
	var i Index
	if err := json.Unmarshal(b, &i); err != nil {
		t.Fatal(err)
	}
	return i
}

func served(t *testing.T, out string) []string {
	t.Helper()
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestClient(t *testing.T) {
	root := module(t)
	out := filepath.Join(root, "build", "public")
	var log bytes.Buffer
	if err := Client(t.Context(), root, out, &log); err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	first := index(t, out)
	wasm, err := os.ReadFile(filepath.Join(out, first.Wasm))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(wasm, []byte("\x00asm")) || int64(len(wasm)) != first.WasmBytes {
		t.Errorf("%s is not a wasm of %d bytes", first.Wasm, first.WasmBytes)
	}

	t.Run("packed forms unpack to the same", func(t *testing.T) {
		for _, name := range []string{first.Wasm, first.Text, first.Exec} {
			plain, err := os.ReadFile(filepath.Join(out, name))
			if err != nil {
				t.Fatal(err)
			}
			for ext, open := range map[string]func(io.Reader) (io.Reader, error){
				".br": func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
				".gz": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
			} {
				packed, err := os.ReadFile(filepath.Join(out, name+ext))
				if err != nil {
					t.Fatal(err)
				}
				r, err := open(bytes.NewReader(packed))
				if err != nil {
					t.Fatal(err)
				}
				if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, plain) {
					t.Errorf("%s%s unpacks to something else (%v)", name, ext, err)
				}
			}
		}
	})

	t.Run("a second build writes nothing that is there", func(t *testing.T) {
		before, err := os.Stat(filepath.Join(out, first.Wasm+".br"))
		if err != nil {
			t.Fatal(err)
		}
		if err := Client(t.Context(), root, out, io.Discard); err != nil {
			t.Fatal(err)
		}
		after, err := os.Stat(filepath.Join(out, first.Wasm+".br"))
		if err != nil || !os.SameFile(before, after) {
			t.Errorf("packed again (%v)", err)
		}
		if index(t, out) != first {
			t.Error("the same source got another name")
		}
	})

	t.Run("a change gets a new name and the old one goes", func(t *testing.T) {
		put(t, root, "client/main_js.go", "package main\n\nfunc main() { println(\"two\") }\n")
		put(t, out, "mine.txt", "not of this package")
		put(t, out, ".new-left-by-a-crash", "x")
		if err := Client(t.Context(), root, out, io.Discard); err != nil {
			t.Fatal(err)
		}
		second := index(t, out)
		if second.Wasm == first.Wasm || second.Exec != first.Exec || second.Text != first.Text {
			t.Errorf("got %+v after %+v", second, first)
		}
		want := []string{second.Wasm, second.Wasm + ".br", second.Wasm + ".gz", IndexName, "mine.txt",
			second.Text, second.Text + ".br", second.Text + ".gz",
			second.Exec, second.Exec + ".br", second.Exec + ".gz"}
		if got := served(t, out); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("the folder holds\n%q, want\n%q", got, want)
		}
		if _, err := os.Stat(filepath.Join(out, ".new-left-by-a-crash")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the leavings of a crash stay: %v", err)
		}
	})

	t.Run("a client that does not compile leaves the last one", func(t *testing.T) {
		last := index(t, out)
		put(t, root, "client/main_js.go", "package main\n\nfunc main() { nonsense() }\n")
		var log bytes.Buffer
		err := Client(t.Context(), root, out, &log)
		if err == nil || !strings.Contains(log.String(), "undefined: nonsense") {
			t.Errorf("got %v and %q", err, log.String())
		}
		if index(t, out) != last {
			t.Error("the index changed")
		}
	})
}

func TestClientTwiceAtOnce(t *testing.T) {
	root := module(t)
	out := filepath.Join(root, "public")
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if err := Client(t.Context(), root, out, io.Discard); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if got := served(t, out); len(got) != 10 {
		t.Errorf("the folder holds %q", got)
	}
}

func TestClientStops(t *testing.T) {
	root := module(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Client(ctx, root, filepath.Join(root, "public"), io.Discard); err == nil {
		t.Error("built although it was told to stop")
	}
}

func TestServer(t *testing.T) {
	root := module(t)
	out := filepath.Join(root, "build", "server")
	if err := Server(t.Context(), root, out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(out); err != nil || st.Mode()&0o100 == 0 {
		t.Errorf("no program: %v, %v", st, err)
	}
}

func TestRoot(t *testing.T) {
	root := module(t)
	real, err := filepath.EvalSymlinks(root)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(root, "client"))
	if got, err := Root(t.Context()); err != nil || got != root && got != real {
		t.Errorf("got %s, %v; want %s", got, err, root)
	}
	t.Chdir(t.TempDir())
	if got, err := Root(t.Context()); err == nil {
		t.Errorf("found a project at %s", got)
	}
}

func TestLinesAreWhole(t *testing.T) {
	var got []string
	l := &lines{each: func(s string) { got = append(got, s) }}
	for _, part := range []string{"a", "b\nc", "\n", "\nrest"} {
		if _, err := l.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	l.flush()
	if strings.Join(got, "|") != "ab|c||rest" {
		t.Errorf("got %q", got)
	}
}
