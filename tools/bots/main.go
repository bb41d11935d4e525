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
	work    workload
	metrics string
}

func main() {
	var o options
	flag.StringVar(&o.url, "url", "http://127.0.0.1:8080", "the city's address")
	flag.IntVar(&o.n, "n", 100, "how many bots")
	flag.Float64Var(&o.seconds, "seconds", 10, "how long to measure")
	flag.StringVar(&o.data, "data", "./data", "the server's data folder, where the secret lies")
	flag.StringVar(&o.secret, "secret", "", "file with the bots' secret (default <data>/bots-<port>.secret)")
	flag.Uint64Var(&o.seed, "seed", 1, "of the bots' choices")
	work := flag.String("workload", "city", "city, w1, w2, w3, churn or stall")
	flag.StringVar(&o.metrics, "metrics", "", "the server's metrics address, such as http://127.0.0.1:9090/metrics, to say on stderr what it takes before and after")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	var r report
	if o.work, err = findWorkload(*work); err == nil {
		r, err = run(ctx, o)
	}
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
	if o.work.stall && base.Scheme != "http" {
		return report{}, errors.New("bots that stall need an http address")
	}
	secret, err := readSecret(o, base)
	if err != nil {
		return report{}, err
	}
	var before, busy figures
	if o.metrics != "" {
		if before, err = readFigures(ctx, o.metrics); err != nil {
			return report{}, fmt.Errorf("%s: %w", o.metrics, err)
		}
	}
	out := newOuting(ctx, o, base, secret)
	r, err := out.measure()
	if o.metrics != "" && err == nil {
		busy, err = readFigures(ctx, o.metrics)
	}
	out.end()
	if o.metrics != "" && err == nil {
		var after figures
		after, err = settled(ctx, o.metrics, before, 20*time.Second)
		fmt.Fprintf(os.Stderr, "server: before %v; with bots %v; after %v\n", before, busy, after)
	}
	return r, err
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
