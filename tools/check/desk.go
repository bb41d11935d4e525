package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// desk is where the steps work: the project's folder and the terminal.
type desk struct {
	root string
	out  io.Writer
}

// browserTarget makes the go command see the tree as the browser build does.
var browserTarget = []string{"GOOS=js", "GOARCH=wasm"}

// show runs a command and passes on all that it says.
func (d *desk) show(ctx context.Context, env []string, args ...string) error {
	return d.run(ctx, env, d.out, d.out, args...)
}

// ask runs a command quietly and returns its standard output.
func (d *desk) ask(ctx context.Context, args ...string) (string, error) {
	var out, errs bytes.Buffer
	if err := d.exec(ctx, nil, &out, &errs, args...); err != nil {
		return "", fmt.Errorf("%w\n%s", err, strings.TrimSpace(errs.String()))
	}
	return out.String(), nil
}

// run is exec that shows the command first, so that it can be repeated by hand.
func (d *desk) run(ctx context.Context, env []string, out, errs io.Writer, args ...string) error {
	fmt.Fprintf(d.out, "$ %s\n", strings.Join(append(append([]string{}, env...), args...), " "))
	return d.exec(ctx, env, out, errs, args...)
}

// grace is how long a command may take to tidy up after Ctrl-C.
const grace = 4 * time.Second

// exec runs a command in the project's folder without a stdin, in a process
// group of its own that ends with it: neither Ctrl-C nor a step's end leaves a
// child behind.
func (d *desk) exec(ctx context.Context, env []string, out, errs io.Writer, args ...string) error {
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	c.Dir = d.root
	c.Env = append(append(os.Environ(), "GOWORK=off"), env...)
	c.Stdout, c.Stderr = out, errs
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var kill *time.Timer
	c.Cancel = func() error {
		group := -c.Process.Pid
		kill = time.AfterFunc(grace, func() { _ = syscall.Kill(group, syscall.SIGKILL) })
		return syscall.Kill(group, syscall.SIGINT)
	}
	c.WaitDelay = 3 * grace
	err := c.Run()
	if kill != nil {
		kill.Stop()
	}
	if c.Process != nil {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // what the command left running; mostly nothing
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		return fmt.Errorf("%s ended but left a process that holds its output", args[0])
	}
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	return nil
}
