//go:build unix

package node

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// fewestFiles is what a full city needs: a socket for each visitor, and room
// for pages and the store.
const fewestFiles = 1024

// enoughFiles refuses to start where visitors would be turned away later for
// want of file handles. The Go runtime has raised the soft limit already.
func enoughFiles() error {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return nil // a system that does not tell has no limit to name
	}
	if l.Cur < fewestFiles {
		return fmt.Errorf("node: this process may open %d files, and needs %d: raise it with `ulimit -n 4096`", l.Cur, fewestFiles)
	}
	return nil
}
