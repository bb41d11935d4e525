package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kakitsubata/tools/bench/drive"
)

func TestTable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "raw.jsonl")
	began := time.Now()
	var raw bytes.Buffer
	add := func(peer, workload string, cpu, other, hz float64, at time.Time) {
		_ = json.NewEncoder(&raw).Encode(drive.Result{Peer: peer, Workload: workload, Clients: 800, CPU: cpu, Other0: other,
			Hz: hz, InHz: 10, P50: 30, P99: 60, RSSMB: 60, RSS0MB: 20, At: at.UTC().Format(time.RFC3339)})
	}
	now := began.Add(time.Minute)
	add("ours", "w1-800", 9, 0, 20, began.Add(-time.Hour)) // of another sitting
	add("ours", "w1-800", .2, 0, 20, now)
	add("ours", "w1-800", .9, .5, 20, now) // disturbed
	add("ours", "w1-800", .3, 0, 20, now)
	add("plain", "w1-800", .5, 0, 20, now)
	add("idle", "w1-800", .1, 0, 5, now) // does not keep up
	add("ours", "w1-100", .1, .5, 20, now)
	if err := os.WriteFile(path, raw.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := printTable(&out, path, began); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| w1-800 | ours | 2/3 | 0.25 (", "| 60 (40) |", "| w1-100 | ours | 1, all disturbed | 0.10",
		"| w1-800 | CPU | 0.50 | plain |",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if text := out.String(); strings.Index(text, "w1-100") > strings.Index(text, "w1-800") {
		t.Errorf("out of order:\n%s", text)
	}
}

func TestWrongSettings(t *testing.T) {
	for _, args := range [][]string{
		{"-workloads", "w9"}, {"-workloads", "w1-x"}, {"-peers", "nobody"}, {"-workloads", "c-10"},
		{"-ceiling", "-workloads", "w2"}, {"-cores", "0"}, {"-reps", "0"}, {"-table", "/nowhere"},
	} {
		if err := run(t.Context(), args); err == nil {
			t.Errorf("%v is taken", args)
		}
	}
}
