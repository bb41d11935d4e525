package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// result is what became of a step.
type result struct {
	name  string
	tally tally
	err   error
	took  time.Duration
}

func (r result) good() bool {
	return r.err == nil && len(r.tally.failed) == 0 && len(r.tally.skipped) == 0
}

func (r result) verdict() string {
	if r.good() {
		return "ok"
	}
	return "FAILED"
}

// failures is how often the step counts among the failed.
func (r result) failures() int {
	n := len(r.tally.failed) + len(r.tally.skipped)
	if r.err != nil && n == 0 {
		n = 1
	}
	return n
}

// report prints the table, the names of what failed and the closing line, and
// returns whether all is well.
func report(out io.Writer, results []result) bool {
	passed, failed := 0, 0
	var whole time.Duration
	fmt.Fprintln(out, "\n== summary")
	table := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "step\tresult\ttime\ttests")
	for _, r := range results {
		tests := ""
		if n := r.tally.passed + len(r.tally.failed) + len(r.tally.skipped); n > 0 {
			tests = fmt.Sprintf("%d passed, %d failed, %d skipped", r.tally.passed, len(r.tally.failed), len(r.tally.skipped))
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", r.name, r.verdict(), seconds(r.took), tests)
		passed += r.tally.passed
		failed += r.failures()
		whole += r.took
	}
	fmt.Fprintf(table, "whole\t\t%s\t\n", seconds(whole))
	_ = table.Flush() // a terminal that is gone has no use for an error

	for _, r := range results {
		for _, name := range r.tally.failed {
			fmt.Fprintf(out, "failed   %s: %s\n", r.name, name)
			if said := r.tally.said[strings.TrimSuffix(name, unended)]; said != "" {
				fmt.Fprintf(out, "         %s\n", strings.ReplaceAll(said, "\n", "\n         "))
			}
		}
		for _, name := range r.tally.skipped {
			fmt.Fprintf(out, "skipped  %s: %s (a skipped test counts as failed)\n", r.name, name)
		}
		if r.err != nil {
			fmt.Fprintf(out, "failed   %s: %s\n", r.name, strings.ReplaceAll(r.err.Error(), "\n", "\n         "))
		}
	}
	fmt.Fprintf(out, "%d passed, %d failed\n", passed, failed)
	return failed == 0
}

func seconds(d time.Duration) string {
	if d >= time.Minute {
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
