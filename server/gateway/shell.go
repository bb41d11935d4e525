package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// workerPath is the page's service worker. It keeps the shell, so that a second
// visit asks for nothing that is already there.
const workerPath = "/sw.js"

// shell is what the page is made of, as its service worker is told: another
// version is another shell, kept whole or not at all. What is shown only in
// some rooms, to some readers or in one of the two modes is kept when it is
// first used. Nothing that a server answers to somebody in particular is in it.
type shell struct {
	Version string   `json:"version"`
	Core    []string `json:"core"`
}

// coreOf names the files that every visit needs.
func (f *files) coreOf() []string {
	var core []string
	for p := range f.byPath {
		if p == workerPath || p == lostPage || p == troublePage || p == "/index.html" ||
			strings.HasPrefix(p, "/art/") && strings.Count(p, "/") > 2 || strings.HasPrefix(p, "/words/") {
			continue
		}
		core = append(core, p)
	}
	slices.Sort(core)
	return core
}

// tagsOf is all files and what is in them, in few bytes.
func (f *files) tagsOf() []byte {
	var all []string
	for p, it := range f.byPath {
		all = append(all, p+" "+it.tag)
	}
	slices.Sort(all)
	sum := sha256.Sum256([]byte(strings.Join(all, "\n")))
	return sum[:]
}

// worker serves the service worker with the shell of just now above it: the
// client is built beside a running server.
func (f *files) worker(client string) http.HandlerFunc {
	core, tags := f.coreOf(), f.tagsOf()
	script := f.byPath[workerPath]
	return func(w http.ResponseWriter, r *http.Request) {
		if script == nil {
			f.lost(w, r)
			return
		}
		index, err := os.ReadFile(filepath.Join(client, "client.json"))
		s := shell{Core: core}
		if err == nil {
			s.Core = append(slices.Clone(core), "/client/client.json")
		}
		sum := sha256.Sum256(slices.Concat(tags, index, script.raw))
		s.Version = hex.EncodeToString(sum[:8])
		list, err := json.Marshal(s)
		if err != nil {
			f.trouble(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", script.kind)
		h.Set("Cache-Control", "no-cache")
		tag := `"` + s.Version + `"`
		h.Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		it := newFile(workerPath, slices.Concat([]byte("const shell = "), list, []byte(";\n"), script.raw))
		it.send(w, r, http.StatusOK)
	}
}
