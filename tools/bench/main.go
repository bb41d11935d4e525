package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"kakitsubata/tools/bench/drive"
	"kakitsubata/tools/up/build"
)

// What this program does when it starts itself again.
const (
	pinWord   = "pin"   // pin <core> <niceness> <program> <arguments>: become it, on that core
	driveWord = "drive" // drive <options as JSON>: one drive, its result on stdout
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	switch args := os.Args[1:]; {
	case len(args) > 3 && args[0] == pinWord:
		err = pin(args[1], args[2], args[3:])
	case len(args) == 2 && args[0] == driveWord:
		err = driveOnce(ctx, args[1])
	default:
		err = run(ctx, args)
	}
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// driveLimit ends a drive whose server has stopped to answer.
const driveLimit = 3 * time.Minute

func driveOnce(ctx context.Context, text string) error {
	var o drive.Options
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	time.AfterFunc(driveLimit, func() {
		fmt.Fprintln(os.Stderr, "bench: the drive took too long")
		os.Exit(3)
	})
	r, err := drive.Run(ctx, o)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

// setting is what was asked for.
type setting struct {
	peers     []string
	workloads []string
	reps      int
	warm, dur time.Duration
	ceiling   bool
	size      int
	cores     [2]int // of the server and of the driver
	nice      int
	raw       string
	profile   string
	root      string // of the project
	dir       string // build/bench
	self      string
}

const usage = "comma list of ours, gorilla-msgpack, ws-json, colyseus, colyseus-view, nakama; with -ceiling of its modes"

func run(ctx context.Context, args []string) error {
	s := setting{cores: [2]int{0, 1}}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	peers := f.String("peers", "", usage)
	workloads := f.String("workloads", "", "comma list of w1-<avatars>, w2, w2-<rooms>, w3; with -ceiling of c-<clients>")
	f.IntVar(&s.reps, "reps", 1, "how often each")
	f.DurationVar(&s.warm, "warm", 1500*time.Millisecond, "warm-up after the last join")
	f.DurationVar(&s.dur, "dur", 5*time.Second, "what is measured")
	f.BoolVar(&s.ceiling, "ceiling", false, "measure sockets alone instead of servers")
	f.IntVar(&s.size, "size", 200, "with -ceiling: bytes of a frame")
	f.StringVar(&s.raw, "raw", "", "file that runs are added to (default build/bench/raw.jsonl)")
	f.StringVar(&s.profile, "profile", "", "write a CPU profile of our server while it is measured to this file")
	f.IntVar(&s.nice, "nice", 0, "niceness of server and driver; less than zero needs root, and helps where others work too")
	cores := f.String("cores", "0,1", "core of the server, core of the driver")
	table := f.String("table", "", "only print the table of this file")
	if err := f.Parse(args); err != nil {
		return flag.ErrHelp // Parse has said why
	}
	if *table != "" {
		return printTable(os.Stdout, *table, time.Time{})
	}
	if _, err := fmt.Sscanf(*cores, "%d,%d", &s.cores[0], &s.cores[1]); err != nil || s.reps < 1 {
		return errors.New("want -cores such as 0,1 and -reps of at least 1")
	}
	s.peers, s.workloads = strings.Split("ours,gorilla-msgpack", ","), strings.Split("w1-800,w2", ",")
	if s.ceiling {
		s.peers, s.workloads = ceilingModes, []string{"c-1000"}
	}
	if *peers != "" {
		s.peers = strings.Split(*peers, ",")
	}
	if *workloads != "" {
		s.workloads = strings.Split(*workloads, ",")
	}
	return s.bench(ctx)
}

func (s *setting) bench(ctx context.Context) (err error) {
	if s.root, err = build.Root(ctx); err != nil {
		return err
	}
	if s.self, err = os.Executable(); err != nil {
		return err
	}
	s.dir = filepath.Join(s.root, "build", "bench")
	if s.raw == "" {
		s.raw = filepath.Join(s.dir, "raw.jsonl")
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	var loads []drive.Workload
	for _, name := range s.workloads {
		w, err := drive.ParseWorkload(name)
		if err != nil {
			return err
		}
		if w.Mute != s.ceiling {
			return fmt.Errorf("workload %s: c-<clients> goes with -ceiling, the others without", name)
		}
		loads = append(loads, w)
	}
	var all []peer
	for _, name := range s.peers {
		p, err := s.find(name)
		if err != nil {
			return err
		}
		all = append(all, p)
	}
	for _, p := range all {
		if err := p.build(ctx); err != nil {
			return fmt.Errorf("%s can't be built: %w", p.label, err)
		}
	}
	began := time.Now().Add(-time.Second) // results tell whole seconds
	var faults []error
	for range s.reps {
		for _, w := range loads {
			for _, p := range all {
				r, err := s.once(ctx, p, w)
				if ctx.Err() != nil {
					return ctx.Err()
				}
				if err != nil {
					err = fmt.Errorf("%s, %s: %w", p.label, w.Name, err)
					fmt.Fprintln(os.Stderr, "bench:", err)
					faults = append(faults, err)
					continue
				}
				if err := s.keep(r); err != nil {
					return err
				}
			}
		}
	}
	return errors.Join(append(faults, printTable(os.Stdout, s.raw, began))...)
}

// keep adds a result to the raw file, and shows that there is one.
func (s *setting) keep(r drive.Result) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(s.raw, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(append(b, '\n'))
	note := ""
	if r.P50 >= 0 {
		note = fmt.Sprintf("  move to seen %.0f / %.0f ms", r.P50, r.P99)
	}
	if disturbed(&r) {
		note += "  (disturbed)"
	}
	fmt.Fprintf(os.Stderr, "%-8s %-16s CPU %.2f  %.1f kB/s  %.0f MB  %.1f Hz%s\n",
		r.Workload, r.Peer, r.CPU, r.DownBps/1000, r.RSSMB, r.Hz, note)
	return errors.Join(err, f.Close())
}
