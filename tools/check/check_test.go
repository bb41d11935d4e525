package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A module with every kind of ending goes through the real go command: what
// counts is what go test says, not what this program believes it says.
func TestGoTestCounts(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example\n\ngo 1.26\n",
		"good/good_test.go": `package good
import "testing"
func TestOne(t *testing.T) { t.Log("unsaid") }
func TestParts(t *testing.T) { for _, n := range []string{"a", "b"} { t.Run(n, func(*testing.T) {}) } }
func FuzzSeeds(f *testing.F) { f.Add(1); f.Fuzz(func(*testing.T, int) {}) }
func ExampleGood() { println(); // Output:
}
`,
		"bad/bad_test.go": `package bad
import "testing"
func TestFine(t *testing.T) { t.Log("unsaid") }
func TestParts(t *testing.T) {
	t.Run("a", func(*testing.T) {})
	t.Run("b", func(t *testing.T) { t.Error("said by b") })
}
func TestAfterParts(t *testing.T) {
	t.Run("a", func(*testing.T) {})
	t.Error("said after the parts")
}
func TestSkipped(t *testing.T) { t.Skip("said by the skip") }
`,
		"panics/panics_test.go":   "package panics\nimport \"testing\"\nfunc TestPanic(*testing.T) { panic(\"said by the panic\") }\nfunc TestNeverRun(*testing.T) {}\n",
		"exits/exits_test.go":     "package exits\nimport (\"os\"; \"testing\")\nfunc TestMain(*testing.M) { println(\"said by main\"); os.Exit(3) }\n",
		"broken/broken_test.go":   "package broken\nvar _ = saidByTheCompiler\n",
		"empty/empty.go":          "package empty\n",
		"excluded/only_js.go":     "package excluded\n",
		"excluded/only_here.go":   "package excluded\n",
		"excluded/has_test.go":    "package excluded\nimport \"testing\"\nfunc TestIt(*testing.T) {}\n",
		"excluded/tagged_test.go": "//go:build never\n\npackage excluded\nimport \"testing\"\nfunc TestNot(*testing.T) {}\n",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	got, err := (&desk{root: dir, out: &out}).goTest(t.Context(), nil, false, "-vet=off", "-count=1", "./...")
	if err != nil {
		t.Error(err)
	}
	// good: One, a, b, one seed, the example. bad: Fine, Parts/a, AfterParts/a.
	// excluded: It.
	if got.passed != 9 {
		t.Errorf("%d passed, want 9", got.passed)
	}
	want := "example/bad.TestAfterParts example/bad.TestParts/b example/broken (outside its tests) " +
		"example/exits (outside its tests) example/panics.TestPanic"
	slices.Sort(got.failed)
	if strings.Join(got.failed, " ") != want {
		t.Errorf("failed\n%q, want\n%q", got.failed, want)
	}
	var summary strings.Builder
	report(&summary, []result{{name: "test", tally: got}})
	for _, s := range []string{"said by b", "said after the parts", "said by the panic"} {
		if !strings.Contains(summary.String(), s) {
			t.Errorf("the summary lacks %q:\n%s", s, summary.String())
		}
	}
	if strings.Join(got.skipped, " ") != "example/bad.TestSkipped" {
		t.Errorf("skipped %q", got.skipped)
	}
	for _, s := range []string{"said by b", "said after the parts", "said by the skip", "said by the panic", "said by main",
		"undefined: saidByTheCompiler", "ok   example/good (5 in ", "none example/empty", "FAIL example/bad", "SKIP example/bad.TestSkipped"} {
		if !strings.Contains(out.String(), s) {
			t.Errorf("the output lacks %q", s)
		}
	}
	if strings.Contains(out.String(), "unsaid") {
		t.Error("what a passing test logs is shown")
	}
	if t.Failed() {
		t.Log(out.String())
	}
}

// A go command that is stopped says no last word; its tests must not be lost.
func TestUnfinishedCounts(t *testing.T) {
	var out bytes.Buffer
	r := &reader{out: &out, packages: map[string]*onePackage{}}
	r.read(strings.NewReader(`{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestB"}
{"Action":"output","Package":"p","Test":"TestB","Output":"half a word\n"}
not of test2json
{"Action":"out`))
	r.unfinished()
	if r.tally.passed != 1 || len(r.tally.failed) != 1 || r.tally.failed[0] != "p.TestB (did not end)" {
		t.Errorf("%+v", r.tally)
	}
	var summary strings.Builder
	report(&summary, []result{{name: "test", tally: r.tally}})
	if !strings.Contains(summary.String(), "half a word") {
		t.Errorf("the summary does not say what the lost test printed last:\n%s", summary.String())
	}
	for _, s := range []string{"half a word", "not of test2json"} {
		if !strings.Contains(out.String(), s) {
			t.Errorf("lost %q", s)
		}
	}
}

func TestReport(t *testing.T) {
	for name, c := range map[string]struct {
		results []result
		last    string
		ok      bool
	}{
		"all is well":            {[]result{{name: "vet"}, {name: "test", tally: tally{passed: 3}}}, "3 passed, 0 failed", true},
		"a step without tests":   {[]result{{name: "vet", err: errors.New("x")}, {name: "test", tally: tally{passed: 3}}}, "3 passed, 1 failed", false},
		"failed tests":           {[]result{{name: "test", tally: tally{passed: 3, failed: []string{"a", "b"}}}}, "3 passed, 2 failed", false},
		"once, not twice":        {[]result{{name: "test", err: errors.New("x"), tally: tally{failed: []string{"a"}}}}, "0 passed, 1 failed", false},
		"a skip is no success":   {[]result{{name: "test", tally: tally{passed: 3, skipped: []string{"a"}}}}, "3 passed, 1 failed", false},
		"nothing was run at all": {[]result{{name: "test", err: errors.New("not run")}}, "0 passed, 1 failed", false},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if ok := report(&out, c.results); ok != c.ok {
				t.Errorf("ok is %v", ok)
			}
			lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
			if last := lines[len(lines)-1]; last != c.last {
				t.Errorf("the last line is %q, want %q", last, c.last)
			}
		})
	}
}

// A stopped step leaves nothing behind, not even a grandchild.
func TestExecStopsTheWholeGroup(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out := &firstLine{come: make(chan string, 1)}
	done := make(chan error, 1)
	go func() {
		d := &desk{root: t.TempDir(), out: out}
		done <- d.exec(ctx, command{args: []string{"sh", "-c", "sleep 300 & echo $!; wait"}, out: out, errs: out})
	}()
	pid, err := strconv.Atoi(strings.TrimSpace(<-out.come))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; err == nil {
		t.Error("a stopped command is no success")
	}
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if dead(pid) {
			return
		}
	}
	t.Errorf("process %d still runs", pid)
}

// dead also takes a zombie for dead: who reaps it depends on the machine.
func dead(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && strings.Contains(string(stat), ") Z ")
}

type firstLine struct{ come chan string }

func (f *firstLine) Write(b []byte) (int, error) {
	select {
	case f.come <- string(b):
	default:
	}
	return len(b), nil
}

func TestGofmtFinds(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte("package a\nvar  x int\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := gofmt(t.Context(), &desk{root: dir, out: &bytes.Buffer{}})
	if err == nil || !strings.Contains(err.Error(), "a.go") {
		t.Errorf("got %v", err)
	}
}

func TestUnknownStep(t *testing.T) {
	if _, err := run(t.Context(), []string{"nonsense"}); err == nil || !strings.Contains(err.Error(), "journey") {
		t.Errorf("got %v; the error should name the steps", err)
	}
}
