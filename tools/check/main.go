package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"kakitsubata/tools/up/build"
)

// longest is how long the whole may take on two cores; what takes longer
// hangs.
const longest = 40 * time.Minute

func main() {
	ctx, cancel := context.WithTimeoutCause(context.Background(), longest, fmt.Errorf("not done after %v", longest))
	defer cancel()
	end := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // under nohup it stays ignored
		end = append(end, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(ctx, end...)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends this program at once
	ctx = whileParent(ctx)

	ok, err := run(ctx, os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

func run(ctx context.Context, only []string) (ok bool, err error) {
	root, err := build.Root(ctx)
	if err != nil {
		return false, err
	}
	steps := all()
	if len(only) > 0 {
		for _, name := range only {
			if !slices.ContainsFunc(steps, func(s step) bool { return s.name == name }) {
				return false, fmt.Errorf("there is no step %q; there are %s", name, strings.Join(names(steps), ", "))
			}
		}
		steps = slices.DeleteFunc(steps, func(s step) bool { return !slices.Contains(only, s.name) })
	}

	d := &desk{root: root, out: os.Stdout}
	var results []result
	for i, s := range steps {
		r := result{name: s.name}
		if ctx.Err() != nil {
			r.err = errors.New("not run")
			results = append(results, r)
			continue
		}
		fmt.Fprintf(d.out, "\n== %d/%d %s: %s\n", i+1, len(steps), s.name, s.title)
		since := time.Now()
		r.tally, r.err = s.do(ctx, d)
		if ctx.Err() != nil {
			r.err = fmt.Errorf("stopped (%w)", context.Cause(ctx))
		}
		r.took = time.Since(since)
		fmt.Fprintf(d.out, "-- %s: %s in %s\n", s.name, r.verdict(), seconds(r.took))
		if r.err != nil {
			fmt.Fprintf(d.out, "   %s\n", strings.ReplaceAll(r.err.Error(), "\n", "\n   "))
		}
		results = append(results, r)
	}
	return report(d.out, results), nil
}

func names(steps []step) []string {
	out := make([]string, len(steps))
	for i, s := range steps {
		out[i] = s.name
	}
	return out
}

// whileParent ends the context when the parent ends: "go run" passes on no
// signal, so that who stops it would leave tests and browsers running.
func whileParent(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(ctx)
	parent := os.Getppid()
	go func() {
		for range time.Tick(time.Second) {
			if os.Getppid() != parent {
				cancel(errors.New("the go command that started this has ended"))
				return
			}
		}
	}()
	return ctx
}
