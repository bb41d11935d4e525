package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ErrNoRoom is wrapped when the disk is full, or so nearly full that a build
// would fail half-way.
var ErrNoRoom = errors.New("build: no room left on the disk")

// needed is what a build writes into one file system at the least. A first one
// fills the go command's cache with more, and fails with a plain message then.
const needed = 200 << 20

// Root returns the folder of the module that the working folder lies in.
func Root(ctx context.Context) (string, error) {
	if _, err := exec.LookPath("go"); err != nil {
		return "", fmt.Errorf("build: there is no go command on the PATH; Go 1.26 or newer is needed: %w", err)
	}
	c := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}")
	c.Env = append(os.Environ(), "GOWORK=off")
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	dir := strings.TrimSpace(string(out))
	if err != nil || dir == "" {
		return "", fmt.Errorf("build: the working folder is not inside the project (%v)\n%s", err, strings.TrimSpace(stderr.String()))
	}
	return dir, nil
}

// Server builds the server's binary into the file out.
func Server(ctx context.Context, root, out string, log io.Writer) error {
	if err := roomy(ctx, root); err != nil {
		return err
	}
	p := newProgress(log, "server")
	// Without the state of the version control: a folder whose owner is another
	// account would stop the build for it.
	if err := goBuild(ctx, root, p, nil, "-buildvcs=false", "-o", out, "./server"); err != nil {
		return err
	}
	size, err := fileSize(out)
	if err != nil {
		return err
	}
	p.say("%s built", megabytes(size))
	return nil
}

// goBuild runs "go build" in root and passes on what it says, line by line.
func goBuild(ctx context.Context, root string, p *progress, env []string, args ...string) error {
	p.say("building ...")
	c := exec.CommandContext(ctx, "go", append([]string{"build"}, args...)...)
	c.Dir = root
	c.Env = append(append(os.Environ(), "GOWORK=off"), env...)
	// An interrupt lets the go command stop its compilers and tidy up.
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 5 * time.Second
	said := &lines{each: p.line}
	c.Stdout, c.Stderr = said, said

	stop := p.beat(10*time.Second, "still building")
	err := c.Run()
	stop()
	said.flush()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("build: %s: stopped: %w", p.name, ctx.Err())
	case said.mentions("no space left on device"):
		return fmt.Errorf("%w: go build said so while building the %s", ErrNoRoom, p.name)
	case said.mentions("requires go >="), said.mentions("is newer than"):
		return fmt.Errorf("build: this Go is too old for the %s; go.mod says which is needed: %w", p.name, err)
	}
	return fmt.Errorf("build: the %s does not build (go build %s): %w", p.name, strings.Join(args, " "), err)
}

// goEnv asks the go command for its settings, in the order of the names.
func goEnv(ctx context.Context, root string, names ...string) ([]string, error) {
	c := exec.CommandContext(ctx, "go", append([]string{"env"}, names...)...)
	c.Dir = root
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("build: go env: %w", err)
	}
	values := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(values) != len(names) {
		return nil, fmt.Errorf("build: go env answered %d lines to %d names", len(values), len(names))
	}
	return values, nil
}

// roomy looks at the disks before a build, because a full disk in the midst of
// one shows as any of twenty other errors.
func roomy(ctx context.Context, root string) error {
	places, err := goEnv(ctx, root, "GOCACHE", "GOMODCACHE")
	if err != nil {
		return err
	}
	for _, dir := range append(places, root) {
		var st unix.Statfs_t
		for unix.Statfs(dir, &st) != nil && dir != filepath.Dir(dir) {
			dir = filepath.Dir(dir) // not made yet: its parent's disk will hold it
		}
		if free := uint64(st.Bavail) * uint64(st.Bsize); st.Bsize != 0 && free < needed {
			return fmt.Errorf("%w: %s has %s free, a build needs at least %s", ErrNoRoom, dir, megabytes(int64(free)), megabytes(needed))
		}
	}
	return nil
}

// full makes a full disk plain to read in an error of the file system.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", ErrNoRoom, err)
	}
	return err
}

func fileSize(path string) (int64, error) {
	st, err := os.Stat(path)
	if err != nil {
		return 0, fmt.Errorf("build: %w", err)
	}
	return st.Size(), nil
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// progress prints lines that begin with what they are about and end with the
// seconds since the beginning. Safe from several goroutines.
type progress struct {
	mu    sync.Mutex
	log   io.Writer
	name  string
	since time.Time
}

func newProgress(log io.Writer, name string) *progress {
	return &progress{log: log, name: name, since: time.Now()}
}

func (p *progress) say(format string, a ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.log, "%-8s %s (%.1f s)\n", p.name, fmt.Sprintf(format, a...), time.Since(p.since).Seconds())
}

func (p *progress) line(s string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.log, "%-8s | %s\n", p.name, s)
}

// beat says something every so often until stop is called, so that nobody
// takes a slow machine for a dead one.
func (p *progress) beat(every time.Duration, what string) (stop func()) {
	done := make(chan struct{})
	var gone sync.WaitGroup
	gone.Go(func() {
		t := time.NewTicker(every)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				p.say("%s", what)
			case <-done:
				return
			}
		}
	})
	return func() { close(done); gone.Wait() }
}

// lines is a writer that hands on whole lines and keeps the first of them.
type lines struct {
	each func(string)
	rest []byte
	kept []string
}

func (l *lines) Write(b []byte) (int, error) {
	l.rest = append(l.rest, b...)
	for {
		line, after, ok := bytes.Cut(l.rest, []byte("\n"))
		if !ok {
			return len(b), nil
		}
		l.take(string(line))
		l.rest = after
	}
}

func (l *lines) flush() {
	if len(l.rest) > 0 {
		l.take(string(l.rest))
		l.rest = nil
	}
}

func (l *lines) take(s string) {
	if len(l.kept) < 1000 {
		l.kept = append(l.kept, s)
	}
	l.each(s)
}

func (l *lines) mentions(s string) bool {
	for _, k := range l.kept {
		if strings.Contains(k, s) {
			return true
		}
	}
	return false
}

// pause waits a moment for somebody else.
func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(200 * time.Millisecond):
		return nil
	}
}
