package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"kakitsubata/protocol/id"
	"kakitsubata/server/node"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			os.Exit(2)
		}
		fmt.Fprintln(os.Stderr, "kakitsubata:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' {
		return subcommand(args)
	}
	cfg, err := configure(args)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	slog.SetDefault(log)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50) // visitors are many small things that stay: half the garbage for little work
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	n, err := node.New(cfg, log)
	if err != nil {
		return err
	}
	return n.Run(ctx, func(addr string) { greet(ctx, n, cfg, addr) })
}

// configure reads the file, then the flags over it.
func configure(args []string) (node.Config, error) {
	cfg := node.Default()
	path, asked := "kakitsubata.toml", false
	for i, a := range args { // the file comes first, whatever the order of flags
		name, value, joined := strings.Cut(strings.TrimPrefix(a, "-"), "=")
		switch {
		case name != "config" && name != "-config":
		case joined:
			path, asked = value, true
		case i+1 < len(args):
			path, asked = args[i+1], true
		}
	}
	if err := cfg.ReadFile(path, asked); err != nil {
		return cfg, err
	}
	f := flag.NewFlagSet("server", flag.ContinueOnError)
	f.String("config", path, "settings; flags go over them")
	f.StringVar(&cfg.Addr, "addr", cfg.Addr, "where children and staff come in")
	f.StringVar(&cfg.Metrics, "metrics", cfg.Metrics, "where /metrics and /debug listen, on this machine alone; or off")
	f.StringVar(&cfg.Data, "data", cfg.Data, "folder of the store and the keys")
	f.StringVar(&cfg.City, "city", cfg.City, "a city pack's name, or its folder")
	f.StringVar(&cfg.Ollama, "ollama", cfg.Ollama, "address of an Ollama for the listener, or off")
	f.StringVar(&cfg.Model, "model", cfg.Model, "the listener's model")
	f.StringVar(&cfg.Client, "client", cfg.Client, "folder of the built browser client")
	f.BoolVar(&cfg.Demo, "demo", cfg.Demo, "a demonstration: prints codes, and speech is open with nobody on duty")
	f.BoolVar(&cfg.Furigana, "furigana", cfg.Furigana, "furigana on what others type, for those who want it: 90 MB of memory once somebody does")
	f.StringVar(&cfg.Shadow, "shadow", cfg.Shadow, "folder of lists, a model or a table that judge beside those in force, with no effect")
	f.IntVar(&cfg.Bench, "bench", cfg.Bench, "how many bench rooms stand beside the city, for bots alone")
	if err := f.Parse(args); err != nil {
		return cfg, flag.ErrHelp // Parse has said why
	}
	if f.NArg() > 0 {
		return cfg, fmt.Errorf("unexpected %q", f.Arg(0))
	}
	return cfg, cfg.Check()
}

var bracketTitles = map[id.Bracket]string{
	id.El12: "小学1・2年", id.El34: "小学3・4年", id.El56: "小学5・6年", id.JuniorHigh: "中学生", id.High: "高校生",
}

// greet tells whoever started the server where to go.
func greet(ctx context.Context, n *node.Node, cfg node.Config, addr string) {
	scheme := "http"
	if cfg.TLSCert != "" {
		scheme = "https"
	}
	base := scheme + "://" + addr
	fmt.Printf("\n  かきつばた  %s\n", base+"/")
	if !cfg.Demo {
		return
	}
	d, err := n.MakeDemo(ctx)
	if err != nil {
		slog.Error("the demonstration could not be prepared", "err", err)
		return
	}
	fmt.Printf("\n  A demonstration: speech is open although nobody may be on duty.\n  Entrance codes (24 hours):\n")
	for _, b := range id.Brackets {
		fmt.Printf("    %-5s %s  %s\n", b, d.Codes[b], bracketTitles[b])
	}
	fmt.Printf("  Staff sign-in (once, 24 hours):\n    %s\n\n  Ctrl-C ends it.\n\n", base+d.Link)
}
