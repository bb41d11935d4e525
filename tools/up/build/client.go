package build

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/andybalholm/brotli"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
)

// IndexName is the file of a client's folder that names the others.
const IndexName = "client.json"

// brotliLevel is where the time goes. Measured on a client of 12.2 MB and one
// busy core: level 5 2.48 MB in 1.3 s, 9 2.40 MB in 5.9 s, 10 2.15 MB in 26 s,
// 11 2.09 MB in 48 s. Nobody waits a minute to save an eighth.
const brotliLevel = 9

// Index is what client.json says.
type Index struct {
	Wasm      string `json:"wasm"`      // file name of the client
	WasmBytes int64  `json:"wasmBytes"` // its size once unpacked, for the progress bar
	Text      string `json:"text"`      // file name of text mode, which draws nothing
	TextBytes int64  `json:"textBytes"` // its size once unpacked
	Exec      string `json:"exec"`      // file name of Go's loader
}

// Client builds the browser client of the module in root into the folder out,
// which it makes if need be, and tells log how it goes. What an earlier build
// left in the folder is removed. One build at a time works in a folder; a
// second waits. Errors say what to do where somebody can do something; a full
// disk wraps ErrNoRoom.
func Client(ctx context.Context, root, out string, log io.Writer) error {
	if err := roomy(ctx, root); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return fmt.Errorf("build: %w", full(err))
	}
	unlock, err := lock(ctx, filepath.Join(out, ".lock"))
	if err != nil {
		return err
	}
	defer unlock()

	p := newProgress(log, "client")
	loader, err := loader(ctx, root)
	if err != nil {
		return err
	}
	wasm, err := link(ctx, root, out, p, "client", "./client")
	if err != nil {
		return err
	}
	text, err := link(ctx, root, out, p, "text", "./client/text")
	if err != nil {
		return err
	}
	index := Index{
		Wasm: hashed("client", ".wasm", wasm), WasmBytes: int64(len(wasm)),
		Text: hashed("text", ".wasm", text), TextBytes: int64(len(text)),
		Exec: hashed("wasm_exec", ".js", loader),
	}
	var todo errgroup.Group
	todo.Go(func() error { return pack(ctx, p, out, index.Wasm, wasm) })
	todo.Go(func() error { return pack(ctx, p, out, index.Text, text) })
	todo.Go(func() error { return pack(ctx, p, out, index.Exec, loader) })
	if err := todo.Wait(); err != nil {
		return err
	}
	said, err := json.MarshalIndent(index, "", "  ")
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	if err := write(out, IndexName, append(said, '\n')); err != nil {
		return err
	}
	return sweep(out, index)
}

// link builds a package for the browser. The linker's output stays beside what
// is served (a name with a dot is not served), because the go command leaves it
// alone when nothing changed.
func link(ctx context.Context, root, out string, p *progress, stem, what string) ([]byte, error) {
	linked, err := filepath.Abs(filepath.Join(out, "."+stem+".wasm"))
	if err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	err = goBuild(ctx, root, p, []string{"GOOS=js", "GOARCH=wasm"},
		"-buildvcs=false", "-trimpath", "-ldflags=-s -w", "-o", linked, what)
	if err != nil {
		return nil, err
	}
	wasm, err := os.ReadFile(linked)
	if err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	p.say("%s, %s built", stem, megabytes(int64(len(wasm))))
	return wasm, nil
}

// loader reads wasm_exec.js of the Go that builds: the two must be of one
// version.
func loader(ctx context.Context, root string) ([]byte, error) {
	env, err := goEnv(ctx, root, "GOROOT", "GOVERSION")
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(filepath.Join(env[0], "lib", "wasm", "wasm_exec.js"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("build: %s in %s has no lib/wasm/wasm_exec.js; install Go 1.26 or newer from go.dev, whole: %w", env[1], env[0], err)
	}
	if err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	return b, nil
}

func hashed(stem, ext string, content []byte) string {
	sum := sha256.Sum256(content)
	return stem + "-" + hex.EncodeToString(sum[:6]) + ext
}

// pack writes a file and its two packed forms, each only if it is not there:
// the name holds the content's hash and a file appears whole or not at all.
func pack(ctx context.Context, p *progress, dir, name string, content []byte) error {
	var todo errgroup.Group
	for ext, squeeze := range map[string]func([]byte) ([]byte, error){
		"":    func(b []byte) ([]byte, error) { return b, nil },
		".br": squeezeBrotli(ctx),
		".gz": squeezeGzip,
	} {
		todo.Go(func() error {
			if _, err := os.Stat(filepath.Join(dir, name+ext)); err == nil {
				return nil
			}
			b, err := squeeze(content)
			if err != nil {
				return fmt.Errorf("build: %s%s: %w", name, ext, err)
			}
			if err := write(dir, name+ext, b); err != nil {
				return err
			}
			if len(content) > 1<<20 { // only what takes a while is worth a line
				p.say("%s%s, %s", name, ext, megabytes(int64(len(b))))
			}
			return nil
		})
	}
	return todo.Wait()
}

func squeezeBrotli(ctx context.Context) func([]byte) ([]byte, error) {
	return func(b []byte) ([]byte, error) {
		var out bytes.Buffer
		w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: brotliLevel, LGWin: 24})
		for len(b) > 0 { // in pieces, so that Ctrl-C need not wait for the end
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			n := min(len(b), 256<<10)
			if _, err := w.Write(b[:n]); err != nil {
				return nil, err
			}
			b = b[n:]
		}
		err := w.Close()
		return out.Bytes(), err
	}
}

func squeezeGzip(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

// write makes a file appear whole: a name that is there is a file that is
// finished, whatever stopped the build before.
func write(dir, name string, content []byte) error {
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return fmt.Errorf("build: %w", full(err))
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the first error is the one to tell
		return fmt.Errorf("build: %s: %w", name, full(err))
	}
	return nil
}

// mine are the names that this package gives; sweep leaves others alone.
var mine = regexp.MustCompile(`^((client|text)-[0-9a-f]{12}\.wasm|wasm_exec-[0-9a-f]{12}\.js)(\.br|\.gz)?$|^\.new-`)

// sweep removes what the index no longer names.
func sweep(dir string, index Index) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	current := map[string]bool{}
	for _, name := range []string{index.Wasm, index.Text, index.Exec} {
		current[name], current[name+".br"], current[name+".gz"] = true, true, true
	}
	for _, e := range entries {
		if !mine.MatchString(e.Name()) || current[e.Name()] {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("build: %w", err)
		}
	}
	return nil
}

// lock keeps a second build out of a folder; the kernel lets go of it however
// this process ends.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("build: %w", full(err))
	}
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			_ = f.Close()
			return nil, fmt.Errorf("build: %s: %w", path, err)
		}
		if err := pause(ctx); err != nil {
			_ = f.Close()
			return nil, fmt.Errorf("build: another build works in %s: %w", filepath.Dir(path), err)
		}
	}
}
