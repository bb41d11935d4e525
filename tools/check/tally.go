package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
)

// tally counts tests: those without subtests of their own, so that a test and
// its parts are not counted twice.
type tally struct {
	passed  int
	failed  []string // "package.Test", and "package" for what failed outside a test
	skipped []string
	said    map[string]string // the ends of what each of the failed printed
}

// goTest runs "go test -json" with args and counts. It shows one line for each
// package that passed, and all that a failed test printed; with each, every
// test's line and output as they come.
func (d *desk) goTest(ctx context.Context, env []string, each bool, args ...string) (tally, error) {
	r, w := io.Pipe()
	reader := &reader{out: d.out, each: each, packages: map[string]*onePackage{}}
	var reading sync.WaitGroup
	reading.Go(func() { reader.read(r) })
	args = append([]string{"go", "test", "-json"}, args...)
	err := d.run(ctx, command{env: env, args: args, out: w, errs: os.Stderr})
	_ = w.Close() // a pipe's writer does not fail to close
	reading.Wait()
	reader.unfinished()
	t := reader.tally
	if err != nil && len(t.failed) > 0 {
		err = nil // go test only repeats what the failed tests say
	}
	return t, err
}

// event is a line of test2json; see "go doc test2json".
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build-output
	Test        string
	Output      string
	Elapsed     float64
	FailedBuild string
}

// reader makes a tally of test2json's lines.
type reader struct {
	out      io.Writer
	each     bool
	packages map[string]*onePackage
	tally    tally
}

type onePackage struct {
	ended  map[string]string // last word on each test; "" while it runs
	output map[string]*bytes.Buffer
}

func (r *reader) read(in io.Reader) {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			r.line(line)
		}
		if err != nil {
			return
		}
	}
}

func (r *reader) line(line []byte) {
	var e event
	if json.Unmarshal(line, &e) != nil {
		_, _ = r.out.Write(line) // not test2json's: the go command's own words
		return
	}
	if e.Action == "build-output" {
		_, _ = io.WriteString(r.out, e.Output)
		return
	}
	if e.Package == "" {
		return
	}
	p := r.packages[e.Package]
	if p == nil {
		p = &onePackage{ended: map[string]string{}, output: map[string]*bytes.Buffer{}}
		r.packages[e.Package] = p
	}
	switch e.Action {
	case "output":
		p.write(e.Test, e.Output)
		if r.each {
			_, _ = io.WriteString(r.out, e.Output)
		}
	case "run":
		p.ended[e.Test] = ""
	case "pass", "fail", "skip":
		if e.Test != "" {
			p.ended[e.Test] = e.Action
			return
		}
		delete(r.packages, e.Package)
		r.close(e, p)
	}
}

func (p *onePackage) write(test, s string) {
	b := p.output[test]
	if b == nil {
		b = &bytes.Buffer{}
		p.output[test] = b
	}
	b.WriteString(s)
}

// close counts a package that has ended and says so.
func (r *reader) close(e event, p *onePackage) {
	var t tally
	var show []string
	for _, name := range p.tests() {
		full := e.Package + "." + name
		switch verdict := p.ended[name]; {
		case verdict == "skip":
			t.skipped = append(t.skipped, full)
		case p.parent(name, verdict): // its parts are counted
		case verdict == "pass":
			t.passed++
		case verdict == "":
			t.failed = append(t.failed, full+unended)
		default:
			t.failed = append(t.failed, full)
		}
		if v := p.ended[name]; v == "fail" || v == "" {
			show = append(show, name)
		}
	}
	for _, name := range show {
		if b := p.output[name]; b != nil {
			if r.tally.said == nil {
				r.tally.said = map[string]string{}
			}
			r.tally.said[e.Package+"."+name] = ends(b.String())
		}
	}
	failed := e.Action == "fail" || len(t.failed) > 0
	switch {
	case failed:
		if len(t.failed) == 0 {
			t.failed = append(t.failed, e.Package+" (outside its tests)")
		}
		fmt.Fprintf(r.out, "FAIL %s\n", e.Package)
		if !r.each {
			for _, name := range append(show, "") {
				if b := p.output[name]; b != nil {
					_, _ = r.out.Write(b.Bytes())
				}
			}
		}
	case len(p.ended) == 0:
		fmt.Fprintf(r.out, "none %s (no tests)\n", e.Package)
	default:
		fmt.Fprintf(r.out, "ok   %s (%d in %.1f s)\n", e.Package, t.passed, e.Elapsed)
	}
	for _, name := range t.skipped {
		fmt.Fprintf(r.out, "SKIP %s\n", name)
		short := strings.TrimPrefix(name, e.Package+".")
		if b := p.output[short]; b != nil && !r.each {
			_, _ = r.out.Write(b.Bytes())
		}
	}
	r.tally.passed += t.passed
	r.tally.failed = append(r.tally.failed, t.failed...)
	r.tally.skipped = append(r.tally.skipped, t.skipped...)
}

// unended follows the name of a test that was cut off.
const unended = " (did not end)"

// ends are the first and the last lines of what a failed test printed, for the
// summary: whoever keeps only the end of a long check still learns why.
func ends(s string) string {
	const each = 12
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	if len(lines) > 2*each {
		lines = slices.Concat(lines[:each], []string{"..."}, lines[len(lines)-each:])
	}
	return strings.Join(lines, "\n")
}

// unfinished counts packages of which the go command never said the last word,
// because it was stopped itself.
func (r *reader) unfinished() {
	for name, p := range r.packages {
		r.close(event{Action: "fail", Package: name}, p)
	}
	clear(r.packages)
}

func (p *onePackage) tests() []string {
	out := make([]string, 0, len(p.ended))
	for name := range p.ended {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// parent reports whether a test's verdict says no more than its subtests' do.
// A test that failed although its subtests passed speaks for itself.
func (p *onePackage) parent(name, verdict string) bool {
	parts, same := false, false
	for other, v := range p.ended {
		if strings.HasPrefix(other, name+"/") {
			parts = true
			same = same || v == verdict
		}
	}
	return parts && (verdict == "pass" || same)
}
