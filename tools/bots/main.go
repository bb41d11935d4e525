package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// report is what is printed.
type report struct {
	Connected int     `json:"connected"`
	Refused   int     `json:"refused"`
	Dropped   int     `json:"dropped"`
	Ticks     float64 `json:"ticks_per_second"`
	MoveP50   float64 `json:"move_seen_p50_ms"`
	MoveP99   float64 `json:"move_seen_p99_ms"`
	Down      float64 `json:"down_bytes_per_second"`
	Up        float64 `json:"up_bytes_per_second"`
	Said      int     `json:"said"`
	Heard     int     `json:"heard"`
	HeardP50  float64 `json:"say_heard_p50_ms"`
	HeardP99  float64 `json:"say_heard_p99_ms"`
}

type options struct {
	url     string
	n       int
	seconds float64
	data    string
	secret  string
	seed    uint64
}

func main() {
	var o options
	flag.StringVar(&o.url, "url", "http://127.0.0.1:8080", "the city's address")
	flag.IntVar(&o.n, "n", 100, "how many bots")
	flag.Float64Var(&o.seconds, "seconds", 10, "how long to measure")
	flag.StringVar(&o.data, "data", "./data", "the server's data folder, where the secret lies")
	flag.StringVar(&o.secret, "secret", "", "file with the bots' secret (default <data>/bots-<port>.secret)")
	flag.Uint64Var(&o.seed, "seed", 1, "of the bots' choices")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	r, err := run(ctx, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bots:", err)
		os.Exit(1)
	}
	out, _ := json.Marshal(r) // numbers alone
	fmt.Println(string(out))
}

// dialling is how many bots knock at once.
const dialling = 16

// settle is how long bots walk before the measuring begins, and how long what
// is under way may still arrive after it.
const settle = time.Second

func run(ctx context.Context, o options) (report, error) {
	if o.n < 1 || o.seconds <= 0 {
		return report{}, errors.New("-n and -seconds must be positive")
	}
	base, err := url.Parse(o.url)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return report{}, fmt.Errorf("%q is not an http address", o.url)
	}
	secret, err := readSecret(o, base)
	if err != nil {
		return report{}, err
	}
	book := newLedger()
	maps := &atlases{base: base, known: make(map[string]*mapping)}
	bots := make([]*bot, o.n)
	for i := range bots {
		bots[i] = newBot(i, o, book, maps)
	}

	// Let them in.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	gate := make(chan struct{}, dialling)
	var dials sync.WaitGroup
	for _, b := range bots {
		gate <- struct{}{}
		dials.Go(func() {
			defer func() { <-gate }()
			if err := b.dial(ctx, base, secret); err != nil {
				b.fail(err)
				return
			}
			running.Go(func() { b.live(ctx) })
			b.wait(ctx)
		})
	}
	dials.Wait()
	sleep(ctx, settle)

	// Measure.
	book.begin()
	began := time.Now()
	var r report
	var down, up int64
	for _, b := range bots {
		b.begin()
		if b.in() {
			r.Connected++
		} else {
			r.Refused++
		}
	}
	sleep(ctx, time.Duration(o.seconds*float64(time.Second)))
	took := time.Since(began)
	book.end()
	var ticks float64
	var paced int
	for _, b := range bots {
		d, u := b.bytes()
		down, up = down+d, up+u
		if b.wasIn && !b.in() {
			r.Dropped++
		}
		if pace, ok := b.pace(); ok {
			ticks, paced = ticks+pace, paced+1
		}
	}
	sleep(ctx, settle)

	clients := float64(max(1, r.Connected))
	r.Down, r.Up = round(float64(down)/took.Seconds()/clients), round(float64(up)/took.Seconds()/clients)
	r.Ticks = round(ticks / float64(max(1, paced)))
	book.fill(&r)
	explain(bots, book)
	if r.Connected == 0 {
		return r, fmt.Errorf("no bot came in: %w", errors.Join(firstErrors(bots)...))
	}
	return r, nil
}

func readSecret(o options, base *url.URL) (string, error) {
	path := o.secret
	if path == "" {
		port := base.Port()
		if port == "" {
			port = map[string]string{"http": "80", "https": "443"}[base.Scheme]
		}
		path = filepath.Join(o.data, "bots-"+port+".secret")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("the bots' secret, which the running server writes: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// explain says on stderr what the numbers leave out.
func explain(bots []*bot, book *ledger) {
	fmt.Fprintln(os.Stderr, book.summary())
	for _, err := range firstErrors(bots) {
		fmt.Fprintln(os.Stderr, "bots:", err)
	}
}

// firstErrors is what ended bots, each kind once.
func firstErrors(bots []*bot) (out []error) {
	seen := make(map[string]bool)
	for _, b := range bots {
		if err := b.err(); err != nil && !seen[err.Error()] && len(out) < 5 {
			seen[err.Error()] = true
			out = append(out, err)
		}
	}
	return out
}
