package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"kakitsubata/tools/bench/drive"
)

// once starts a fresh server, drives it, and ends it.
func (s *setting) once(ctx context.Context, p peer, w drive.Workload) (r drive.Result, err error) {
	addr, err := freeAddr()
	if err != nil {
		return r, err
	}
	args, env := p.command(addr, w)
	server := s.pinned(s.cores[0], args)
	server.Env = append(os.Environ(), env...)
	server.Dir = s.dir // no settings file lies there
	path := filepath.Join(s.dir, p.label+".log")
	log, err := os.Create(path)
	if err != nil {
		return r, err
	}
	defer log.Close()
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		return r, err
	}
	over := make(chan struct{})
	go func() {
		_ = server.Wait() // how it ended is of interest only if it ended too early
		close(over)
	}()
	defer func() { end(server, over) }()
	if err := await(ctx, addr, over); err != nil {
		return r, fmt.Errorf("%w; see %s", err, path)
	}
	o := drive.Options{
		Peer: p.adapter, Label: p.label, Target: drive.Target{Addr: addr}, Workload: w, PID: server.Process.Pid,
		Warm: s.warm, For: s.dur, JoinGap: p.gap, Observers: 4, ServerCore: s.cores[0], OwnCore: s.cores[1],
	}
	if w.Say {
		o.Observers = 20
	}
	if p.secret != nil {
		if o.Target.Secret, err = p.secret(addr); err != nil {
			return r, err
		}
	}
	text, err := json.Marshal(o)
	if err != nil {
		return r, err
	}
	if s.profile == "" || p.admin == "" {
		return s.drive(ctx, string(text))
	}
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error { return s.takeProfile(ctx, p.admin, w) })
	both.Go(func() error {
		r, err = s.drive(ctx, string(text))
		return err
	})
	err = both.Wait()
	return r, err
}

func (s *setting) pinned(core int, args []string) *exec.Cmd {
	return exec.Command(s.self, append([]string{pinWord, strconv.Itoa(core), strconv.Itoa(s.nice)}, args...)...)
}

// drive drives in a process of its own, with one core and one processor.
func (s *setting) drive(ctx context.Context, options string) (r drive.Result, err error) {
	c := s.pinned(s.cores[1], []string{s.self, driveWord, options})
	c.Env = append(os.Environ(), "GOMAXPROCS=1")
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, os.Stderr
	if err := c.Start(); err != nil {
		return r, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Process.Kill() })
	defer stop()
	if err := c.Wait(); err != nil {
		return r, fmt.Errorf("the driver: %w", err)
	}
	return r, json.Unmarshal(out.Bytes(), &r)
}

var errEnded = errors.New("the server ended")

// await waits until a server listens.
func await(ctx context.Context, addr string, over <-chan struct{}) error {
	for limit := time.Now().Add(20 * time.Second); time.Now().Before(limit); {
		if c, err := net.DialTimeout("tcp", addr, time.Second); err == nil {
			return c.Close()
		}
		select {
		case <-over:
			return errEnded
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return errors.New("the server does not listen")
}

// end asks a server to end, then ends it.
func end(server *exec.Cmd, over <-chan struct{}) {
	_ = server.Process.Signal(syscall.SIGTERM)
	select {
	case <-over:
	case <-time.After(3 * time.Second):
		_ = server.Process.Kill()
		<-over
	}
}

// takeProfile fetches a CPU profile of our server of the time that is
// measured: it begins when the last bot has come in and the warm-up is over.
func (s *setting) takeProfile(ctx context.Context, admin string, w drive.Workload) error {
	want := fmt.Sprintf("kakitsubata_sockets %d\n", w.Avatars())
	for {
		text, err := fetch(ctx, "http://"+admin+"/metrics")
		if err != nil {
			return err
		}
		if bytes.Contains(text, []byte(want)) {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	time.Sleep(s.warm)
	seconds := max(1, int(s.dur.Seconds())-1)
	b, err := fetch(ctx, fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", admin, seconds))
	if err != nil {
		return fmt.Errorf("the profile: %w", err)
	}
	return os.WriteFile(s.profile, b, 0o644)
}

func fetch(ctx context.Context, url string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, errors.New(res.Status)
	}
	return io.ReadAll(res.Body)
}
