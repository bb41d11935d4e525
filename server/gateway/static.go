package gateway

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// files serves a tree from memory, with tags, and compressed where that pays.
type files struct {
	byPath map[string]*file
}

type file struct {
	kind     string
	tag      string
	raw      []byte
	packed   map[string][]byte // by encoding
	lifetime string
}

func loadFiles(tree fs.FS) (*files, error) {
	f := &files{byPath: make(map[string]*file)}
	err := fs.WalkDir(tree, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(p, ".go") {
			return err
		}
		raw, err := fs.ReadFile(tree, p)
		if err != nil {
			return err
		}
		f.byPath["/"+p] = newFile(p, raw)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("gateway: public files: %w", err)
	}
	if index, ok := f.byPath["/index.html"]; ok {
		f.byPath["/"] = index
	}
	return f, nil
}

func newFile(p string, raw []byte) *file {
	sum := sha256.Sum256(raw)
	kind := contentType(p)
	f := &file{kind: kind, tag: `"` + hex.EncodeToString(sum[:8]) + `"`, raw: raw, packed: map[string][]byte{}, lifetime: "no-cache"}
	if strings.HasPrefix(kind, "text/") || strings.Contains(kind, "json") || strings.Contains(kind, "svg") {
		f.packed = pack(sum, raw)
	}
	return f
}

// packs keeps what was compressed, by its hash: the files are the program's
// own and few, and the best compression is slow.
var packs sync.Map

// pack compresses a file, by the name of the encoding.
func pack(sum [sha256.Size]byte, raw []byte) map[string][]byte {
	if p, ok := packs.Load(sum); ok {
		return p.(map[string][]byte)
	}
	var br, gz bytes.Buffer
	w := brotli.NewWriterLevel(&br, brotli.BestCompression)
	_, _ = w.Write(raw) // a buffer does not fail
	_ = w.Close()
	g, _ := gzip.NewWriterLevel(&gz, 9)
	_, _ = g.Write(raw)
	_ = g.Close()
	p := map[string][]byte{"br": br.Bytes(), "gzip": gz.Bytes()}
	packs.Store(sum, p)
	return p
}

func contentType(p string) string {
	switch path.Ext(p) {
	case ".wasm":
		return "application/wasm"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".webmanifest":
		return "application/manifest+json"
	}
	if k := mime.TypeByExtension(path.Ext(p)); k != "" {
		return k
	}
	return "application/octet-stream"
}

func (f *files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	it, ok := f.byPath[r.URL.Path]
	if !ok {
		f.lost(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", it.lifetime)
	h.Set("ETag", it.tag)
	if r.Header.Get("If-None-Match") == it.tag {
		h.Add("Vary", "Accept-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	it.send(w, r, http.StatusOK)
}

// send writes a file in the best form that the browser takes.
func (it *file) send(w http.ResponseWriter, r *http.Request, status int) {
	h := w.Header()
	h.Set("Content-Type", it.kind)
	h.Add("Vary", "Accept-Encoding")
	body := it.raw
	for _, enc := range []string{"br", "gzip"} {
		if p := it.packed[enc]; p != nil && accepts(r, enc) {
			h.Set("Content-Encoding", enc)
			body = p
			break
		}
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the other end left: nothing to do
	}
}

// Pages for what goes wrong. They are files as others, for who looks at them.
const (
	lostPage    = "/lost.html"
	troublePage = "/trouble.html"
)

// lost answers a request for what is not there: a page to people, a line to
// programs.
func (f *files) lost(w http.ResponseWriter, r *http.Request) {
	if it := f.byPath[lostPage]; it != nil && reads(r) {
		w.Header().Set("Cache-Control", "no-store")
		it.send(w, r, http.StatusNotFound)
		return
	}
	http.NotFound(w, r)
}

// trouble answers a request that broke in our hands.
func (f *files) trouble(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if it := f.byPath[troublePage]; it != nil && reads(r) {
		it.send(w, r, http.StatusInternalServerError)
		return
	}
	http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
}

// reads reports whether somebody is going to look at the answer.
func reads(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/html") }

// accepts reads Accept-Encoding as far as browsers write it.
func accepts(r *http.Request, enc string) bool {
	for _, v := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(v), ";")
		if name == enc && strings.TrimSpace(q) != "q=0" {
			return true
		}
	}
	return false
}

// clientFiles serves the built browser client from its folder. Names with a
// hash in them never change what they hold.
func clientFiles(dir string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/client/")
		if name == "" || strings.ContainsAny(name, `/\`) || strings.HasPrefix(name, ".") {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", contentType(name))
		h.Add("Vary", "Accept-Encoding")
		if name == "client.json" {
			h.Set("Cache-Control", "no-cache")
		} else {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		full := filepath.Join(dir, name)
		for _, enc := range [][2]string{{"br", ".br"}, {"gzip", ".gz"}} {
			if !accepts(r, enc[0]) {
				continue
			}
			if f, err := os.Open(full + enc[1]); err == nil {
				defer f.Close()
				if st, err := f.Stat(); err == nil {
					h.Set("Content-Encoding", enc[0])
					http.ServeContent(w, r, "", st.ModTime(), f)
					return
				}
			}
		}
		f, err := os.Open(full)
		if err != nil {
			h.Del("Cache-Control")
			http.NotFound(w, r)
			return
		}
		defer f.Close()
		st, err := f.Stat()
		if err != nil || st.IsDir() {
			h.Del("Cache-Control")
			http.NotFound(w, r)
			return
		}
		http.ServeContent(w, r, "", st.ModTime(), f)
	})
}
