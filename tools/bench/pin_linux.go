package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// pin becomes a program that has one core, at a niceness. Its runtime then
// counts one core, too.
func pin(core, nice string, args []string) error {
	n, err := strconv.Atoi(core)
	if err != nil {
		return err
	}
	level, err := strconv.Atoi(nice)
	if err != nil {
		return err
	}
	program, err := exec.LookPath(args[0])
	if err != nil {
		return err
	}
	runtime.LockOSThread() // the thread that is pinned must be the one that execs
	var set unix.CPUSet
	set.Set(n)
	if err := unix.SchedSetaffinity(0, &set); err != nil {
		return fmt.Errorf("core %d: %w", n, err)
	}
	if level != 0 {
		if err := unix.Setpriority(unix.PRIO_PROCESS, 0, level); err != nil {
			return fmt.Errorf("niceness %d: %w", level, err)
		}
	}
	return syscall.Exec(program, args, os.Environ())
}
