package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"kakitsubata/tools/bench/drive"
)

// disturbed runs say little; see doc.go.
func disturbed(r *drive.Result) bool {
	late := !strings.HasPrefix(r.Workload, "c-") && r.InHz < 9.5
	return r.Other0 > .25 || r.Other1+r.DriverCPU > .95 || late
}

// row is what one peer did with one workload.
type row struct {
	workload, peer string
	runs           []drive.Result // those that count
	all            int
	none           bool // all of them are disturbed
}

// med is the median over the runs.
func (w *row) med(f func(*drive.Result) float64) float64 {
	var v []float64
	for i := range w.runs {
		v = append(v, f(&w.runs[i]))
	}
	slices.Sort(v)
	n := len(v)
	return (v[(n-1)/2] + v[n/2]) / 2
}

// readRows reads the raw file's runs since a time.
func readRows(path string, since time.Time) ([]*row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var rows []*row
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r drive.Result
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if at, err := time.Parse(time.RFC3339, r.At); err != nil || at.Before(since) {
			continue
		}
		i := slices.IndexFunc(rows, func(w *row) bool { return w.workload == r.Workload && w.peer == r.Peer })
		if i < 0 {
			i = len(rows)
			rows = append(rows, &row{workload: r.Workload, peer: r.Peer})
		}
		rows[i].runs = append(rows[i].runs, r)
	}
	for _, w := range rows {
		w.all = len(w.runs)
		clean := slices.DeleteFunc(slices.Clone(w.runs), func(r drive.Result) bool { return disturbed(&r) })
		if w.none = len(clean) == 0; !w.none {
			w.runs = clean
		}
	}
	slices.SortStableFunc(rows, func(a, b *row) int {
		an, aSize := size(a.workload)
		bn, bSize := size(b.workload)
		return cmp.Or(cmp.Compare(an, bn), cmp.Compare(aSize, bSize), cmp.Compare(a.peer, b.peer))
	})
	return rows, lines.Err()
}

func size(workload string) (name string, n int) {
	name, count, _ := strings.Cut(workload, "-")
	n, _ = strconv.Atoi(count) // none is zero
	return name, n
}

// Columns that are compared with the best peer.
var compared = []struct {
	title string
	of    func(*drive.Result) float64
}{
	{"CPU", func(r *drive.Result) float64 { return r.CPU }},
	{"down", func(r *drive.Result) float64 { return r.DownBps }},
	{"memory growth", func(r *drive.Result) float64 { return r.RSSMB - r.RSS0MB }},
	{"seen p50", func(r *drive.Result) float64 { return r.P50 }},
	{"seen p99", func(r *drive.Result) float64 { return r.P99 }},
	{"heard p50", func(r *drive.Result) float64 { return r.SayP50 }},
	{"heard p99", func(r *drive.Result) float64 { return r.SayP99 }},
}

func printTable(out io.Writer, path string, since time.Time) error {
	rows, err := readRows(path, since)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "| workload | peer | runs used/all | CPU s/s (user+sys) | µs CPU per snapshot | MB (growth) | down kB/s per client | bytes/snapshot | Hz (p5) | move to seen p50 / p99 ms | skipped | say to heard p50 / p99 ms (hearers) | driver CPU | lost |")
	fmt.Fprintln(out, "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
	for _, w := range rows {
		fmt.Fprintln(out, w.line())
	}
	return printRatios(out, rows)
}

func (w *row) line() string {
	runs := fmt.Sprintf("%d/%d", len(w.runs), w.all)
	if w.none {
		runs = fmt.Sprintf("%d, all disturbed", w.all)
	}
	heard := "–"
	if w.med(func(r *drive.Result) float64 { return r.SayFan }) > 0 {
		heard = fmt.Sprintf("%.0f / %.0f (%.1f)", w.med(func(r *drive.Result) float64 { return r.SayP50 }),
			w.med(func(r *drive.Result) float64 { return r.SayP99 }), w.med(func(r *drive.Result) float64 { return r.SayFan }))
	}
	seen := "–"
	if p := w.med(func(r *drive.Result) float64 { return r.P50 }); p >= 0 {
		seen = fmt.Sprintf("%.0f / %.0f", p, w.med(func(r *drive.Result) float64 { return r.P99 }))
	}
	return fmt.Sprintf("| %s | %s | %s | %.2f (%.2f+%.2f) | %.1f | %.0f (%.0f) | %.1f | %.0f | %.1f (%.1f) | %s | %.0f%% | %s | %.2f | %.0f |",
		w.workload, w.peer, runs,
		w.med(func(r *drive.Result) float64 { return r.CPU }),
		w.med(func(r *drive.Result) float64 { return r.CPUUser }),
		w.med(func(r *drive.Result) float64 { return r.CPUSys }),
		w.med(func(r *drive.Result) float64 { return 1e6 * r.CPU / max(1, r.Hz*float64(r.Clients)) }),
		w.med(func(r *drive.Result) float64 { return r.RSSMB }),
		w.med(func(r *drive.Result) float64 { return r.RSSMB - r.RSS0MB }),
		w.med(func(r *drive.Result) float64 { return r.DownBps / 1000 }),
		w.med(func(r *drive.Result) float64 { return r.BytesPerSnap }),
		w.med(func(r *drive.Result) float64 { return r.Hz }),
		w.med(func(r *drive.Result) float64 { return r.HzP5 }),
		seen, 100*w.med(func(r *drive.Result) float64 { return r.Coalesced }), heard,
		w.med(func(r *drive.Result) float64 { return r.DriverCPU }),
		w.med(func(r *drive.Result) float64 { return float64(r.Dead) }))
}

// keptUp is how many snapshots a second a peer must send to be compared with:
// one that gives up has it easy.
const keptUp = 18

// printRatios sets ours against the best peer, column by column.
func printRatios(out io.Writer, rows []*row) error {
	var b strings.Builder
	for _, own := range rows {
		if own.peer != "ours" {
			continue
		}
		for _, c := range compared {
			best, peer := math.Inf(1), ""
			for _, w := range rows {
				if w.workload != own.workload || w == own || w.med(func(r *drive.Result) float64 { return r.Hz }) < keptUp {
					continue
				}
				if v := w.med(c.of); v > 0 && v < best {
					best, peer = v, w.peer
				}
			}
			if v := own.med(c.of); peer != "" && v > 0 {
				fmt.Fprintf(&b, "| %s | %s | %.2f | %s |\n", own.workload, c.title, v/best, peer)
			}
		}
	}
	if b.Len() == 0 {
		return nil
	}
	_, err := fmt.Fprintf(out, "\n| workload | figure | ours / best peer | best peer |\n| --- | --- | --- | --- |\n%s", b.String())
	return err
}
