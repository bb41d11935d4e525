// Command up builds the browser client and the server, and becomes the server:
//
//	go run ./tools/up [the server's flags]
//
// The server gets -demo (its page says so, and it prints entrance codes for a
// day and a sign-in link for staff) and the folder of the client; flags given
// here come after these and win. Paths in flags are meant from the project's
// folder. A second start builds nothing and takes seconds.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"

	"golang.org/x/sync/errgroup"

	"kakitsubata/tools/up/build"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "up:", err)
		os.Exit(1)
	}
}

func run(flags []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root, err := build.Root(ctx)
	if err != nil {
		return err
	}
	public, server := filepath.Join(root, "build", "public"), filepath.Join(root, "build", "server")
	log := &shared{w: os.Stderr}

	both, building := errgroup.WithContext(ctx)
	both.Go(func() error { return build.Client(building, root, public, log) })
	both.Go(func() error { return build.Server(building, root, server, log) })
	if err := both.Wait(); err != nil {
		if ctx.Err() != nil {
			return errors.New("stopped")
		}
		return err
	}
	return become(root, server, append([]string{"-demo", "-client", public}, flags...))
}

// become replaces this process by the server: with no parent of ours in
// between, Ctrl-C and the exit status are the server's own.
func become(root, server string, args []string) error {
	if here, err := os.Getwd(); err == nil && here != root {
		fmt.Fprintf(os.Stderr, "up       paths are meant from %s\n", root)
	}
	if err := os.Chdir(root); err != nil {
		return err
	}
	followParent()
	err := syscall.Exec(server, append([]string{server}, args...), os.Environ())
	return fmt.Errorf("%s cannot be started: %w", server, err)
}

// shared lets both builds write whole lines to one stream.
type shared struct {
	mu sync.Mutex
	w  io.Writer
}

func (s *shared) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(b)
}
