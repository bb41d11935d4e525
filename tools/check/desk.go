package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	return d.run(ctx, command{env: env, args: args, out: d.out, errs: d.out})
}

// ask runs a command quietly and returns its standard output.
func (d *desk) ask(ctx context.Context, args ...string) (string, error) {
	var out, errs bytes.Buffer
	if err := d.exec(ctx, command{args: args, out: &out, errs: &errs}); err != nil {
		return "", fmt.Errorf("%w\n%s", err, strings.TrimSpace(errs.String()))
	}
	return out.String(), nil
}

// run is exec that shows the command first, so that it can be repeated by hand.
func (d *desk) run(ctx context.Context, c command) error {
	fmt.Fprintf(d.out, "$ %s\n", c)
	return d.exec(ctx, c)
}

// command is what to run; out and errs may be one writer.
type command struct {
	env, args []string
	in        string
	out, errs io.Writer
}

// String is the command as one would type it, without the path of the program
// and the tail of a long list.
func (c command) String() string {
	words := append(slices.Clone(c.env), filepath.Base(c.args[0]))
	if len(c.args) > 12 {
		return strings.Join(append(words, c.args[1:12]...), " ") + " ..."
	}
	return strings.Join(append(words, c.args[1:]...), " ")
}

// grace is how long a command may take to tidy up after Ctrl-C.
const grace = 4 * time.Second

// exec runs a command in the project's folder, in a process group of its own
// that ends with it: neither Ctrl-C nor a step's end leaves a child behind.
// Without an input it reads an empty one, never the terminal.
func (d *desk) exec(ctx context.Context, cmd command) error {
	c := exec.CommandContext(ctx, cmd.args[0], cmd.args[1:]...)
	c.Dir = d.root
	c.Env = append(append(os.Environ(), "GOWORK=off"), cmd.env...)
	if cmd.in != "" {
		c.Stdin = strings.NewReader(cmd.in)
	}
	c.Stdout, c.Stderr = cmd.out, cmd.errs
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
		return fmt.Errorf("%s: it ended but left a process that held its output", cmd)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", cmd, err)
	}
	return nil
}
