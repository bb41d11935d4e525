//go:build unix

package store

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"kakitsubata/protocol/id"
)

// childEnv tells the test binary that it is a child, and what it is to do.
const childEnv = "KAKITSUBATA_STORE_CHILD"

func TestMain(m *testing.M) {
	job, path, ok := strings.Cut(os.Getenv(childEnv), " ")
	switch {
	case !ok:
		os.Exit(m.Run())
	case job == "write":
		childWrites(path)
	case job == "full":
		childFull(path)
	}
}

func child(job, path string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childEnv+"="+job+" "+path)
	c.Stderr = os.Stderr
	return c
}

// childWrites writes cases from several goroutines until it is killed, and
// prints the number of each when it was told that it is kept.
func childWrites(path string) {
	s, err := Open(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var mu sync.Mutex
	for w := range 4 {
		go func() {
			for i := 0; ; i++ {
				c := fresh(id.VisitorID(w*1000000 + i + 1))
				c.Words = strings.Repeat("こまった", 20)
				if err := s.PutCase(ctx, c); err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				mu.Lock()
				fmt.Println(uint64(c.ID), uint64(c.Visitor))
				mu.Unlock()
			}
		}()
	}
	select {}
}

// A process that is killed in the middle of writing loses nothing that it was
// told is kept, and the file opens again at once.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "city.db")
	kept := make(map[uint64]uint64)
	for round := range 3 {
		c := child("write", path)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			number, visitor, ok := strings.Cut(lines.Text(), " ")
			a, err1 := strconv.ParseUint(number, 10, 64)
			b, err2 := strconv.ParseUint(visitor, 10, 64)
			if !ok || err1 != nil || err2 != nil {
				break // the last line may be cut
			}
			if kept[a] != 0 {
				t.Fatalf("round %d: number %d was given twice", round, a)
			}
			kept[a] = b
			if n == 40+round*25 {
				if err := c.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := c.Wait(); err == nil {
			t.Fatal("the child ended by itself")
		}
		s, err := Open(path)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		for number, visitor := range kept {
			got, err := s.Case(ctx, "kariya", id.CaseID(number))
			if err != nil || uint64(got.Visitor) != visitor {
				t.Errorf("round %d: case %d: %+v, %v", round, number, got, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(kept) < 120 {
		t.Errorf("only %d cases were written", len(kept))
	}
	t.Logf("%d cases, three kills", len(kept))
}

// childFull writes until the file may not grow any more, as on a full disk.
func childFull(path string) {
	signal.Ignore(syscall.SIGXFSZ)
	s, err := Open(path)
	if err != nil {
		fmt.Println("open:", err)
		return
	}
	limit := unix.Rlimit{Cur: 1 << 20, Max: 1 << 20}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
		fmt.Println("limit:", err)
		return
	}
	last := uint64(0)
	for range 100 {
		c := fresh(1)
		c.Words = strings.Repeat("x", 1<<16)
		err := s.PutCase(ctx, c)
		if errors.Is(err, ErrFull) {
			_, readErr := s.Case(ctx, "kariya", id.CaseID(last))
			fmt.Println("full", last, c.ID, readErr)
			return
		}
		if err != nil {
			fmt.Println("other:", err)
			return
		}
		last = uint64(c.ID)
	}
	fmt.Println("never full")
}

// A full disk is told as such, takes no number, and what was kept stays.
func TestFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "city.db")
	out, err := child("full", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var last, number uint64
	var readErr string
	if _, err := fmt.Sscan(string(out), new(string), &last, &number, &readErr); err != nil || !strings.HasPrefix(string(out), "full ") || last == 0 || number != 0 || readErr != "<nil>" {
		t.Fatalf("the child says %q", out)
	}
	s := openAt(t, path)
	list, err := s.OpenCases(ctx, "kariya")
	if err != nil || uint64(len(list)) != last {
		t.Errorf("%d cases are there, %d were kept, %v", len(list), last, err)
	}
	c := fresh(1)
	want(t, "with room again", s.PutCase(ctx, c), nil)
	if uint64(c.ID) != last+1 {
		t.Errorf("the next number is %d after %d", c.ID, last)
	}
}

// The gate waits 200 ms for a case. With many at once each still has its own.
func TestManyWritersInTime(t *testing.T) {
	s := open(t)
	var mu sync.Mutex
	var worst time.Duration
	n := 0
	var wg sync.WaitGroup
	for w := range 64 {
		wg.Go(func() {
			for i := range 5 {
				begin := time.Now()
				want(t, "PutCase", s.PutCase(ctx, fresh(id.VisitorID(w*10+i+1))), nil)
				mu.Lock()
				worst = max(worst, time.Since(begin))
				n++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	list, err := s.OpenCases(ctx, "kariya")
	if err != nil || len(list) != n {
		t.Errorf("%d cases of %d, %v", len(list), n, err)
	}
	t.Logf("%d cases by 64 writers, the slowest waited %v", n, worst)
}
