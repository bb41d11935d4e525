//go:build journey

package journey

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kakitsubata/tools/up/build"
)

// built is the client and the server, built once for all journeys by the code
// that tools/up uses.
var built struct {
	root, server, client, pictures string
}

func TestMain(m *testing.M) {
	if err := buildAll(); err != nil {
		fmt.Fprintln(os.Stderr, "journey:", err)
		os.Exit(1)
	}
	code := m.Run()
	for _, w := range []*window{&browser, &blind} {
		if w.it != nil {
			_ = w.it.Close()
		}
	}
	os.Exit(code)
}

func buildAll() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	root, err := build.Root(ctx)
	if err != nil {
		return err
	}
	built.root = root
	built.client = filepath.Join(root, "build", "public")
	built.server = filepath.Join(root, "build", "server")
	built.pictures = filepath.Join(root, "build", "journey")
	if err := os.MkdirAll(built.pictures, 0o755); err != nil {
		return err
	}
	if err := build.Client(ctx, root, built.client, os.Stderr); err != nil {
		return err
	}
	return build.Server(ctx, root, built.server, os.Stderr)
}

// city is a running server.
type city struct {
	t     *testing.T
	addr  string
	data  string
	flags []string
	cmd   *exec.Cmd
	log   *os.File
	codes map[string]string // by bracket
	link  string            // staff sign-in
	out   sync.WaitGroup
}

// open starts a server on a free port, as a demonstration.
func open(t *testing.T, flags ...string) *city {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &city{t: t, addr: l.Addr().String(), data: t.TempDir(), flags: flags}
	l.Close()
	if c.log, err = os.Create(filepath.Join(built.pictures, strings.ReplaceAll(t.Name(), "/", "-")+".log")); err != nil {
		t.Fatal(err)
	}
	c.start()
	t.Cleanup(func() {
		c.stop(syscall.SIGTERM)
		c.log.Close()
	})
	return c
}

func (c *city) url(path string) string { return "http://" + c.addr + path }

// start runs the server on the same port and data as before.
func (c *city) start() {
	c.t.Helper()
	args := append([]string{"-addr", c.addr, "-data", c.data, "-client", built.client, "-ollama", "off", "-demo"}, c.flags...)
	c.cmd = exec.Command(built.server, args...)
	c.cmd.Dir = c.data
	c.cmd.Stderr = c.log
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	greeted := make(chan struct{})
	c.codes = make(map[string]string)
	c.out.Go(func() { c.read(out, greeted) })
	select {
	case <-greeted:
	case <-time.After(30 * time.Second):
		c.t.Fatalf("the server did not greet; see %s", c.log.Name())
	}
	waitFor(c.t, 10*time.Second, "the server to be ready", func() bool {
		res, err := http.Get(c.url("/readyz"))
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
}

// read takes the codes and the link from the greeting.
func (c *city) read(out io.Reader, greeted chan struct{}) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		switch {
		case len(f) >= 2 && strings.HasPrefix(f[1], "KKT-"):
			c.codes[f[0]] = f[1]
		case len(f) == 1 && strings.Contains(f[0], "/staff/"):
			c.link = f[0]
		case len(f) > 0 && f[0] == "Ctrl-C":
			close(greeted)
		}
	}
}

// stop ends the server; SIGKILL is how a machine fails.
func (c *city) stop(sig syscall.Signal) {
	if c.cmd == nil {
		return
	}
	_ = c.cmd.Process.Signal(sig)
	c.out.Wait()
	_ = c.cmd.Wait()
	c.cmd = nil
}

// waitFor polls until what is so, and fails the test when it isn't in time.
func waitFor(t *testing.T, d time.Duration, what string, is func() bool) {
	t.Helper()
	end := time.Now().Add(d)
	for !is() {
		if time.Now().After(end) {
			t.Fatalf("waited %v for %s", d, what)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
