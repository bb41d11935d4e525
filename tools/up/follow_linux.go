package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// followParent asks the kernel for a TERM when "go run" ends: it passes on
// neither INT nor TERM, and who stops it would leave a server behind. Only the
// go command is followed, so that a script which starts this program and goes
// its way leaves a server on purpose. The wish outlives exec.
func followParent() {
	parent := os.Getppid()
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", parent))
	if err != nil || strings.TrimSpace(string(name)) != "go" {
		return
	}
	runtime.LockOSThread() // the wish is the thread's, and the thread's is the exec
	if unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGTERM), 0, 0, 0) != nil {
		return
	}
	if os.Getppid() != parent { // it ended in between: nobody would tell
		os.Exit(1)
	}
}
