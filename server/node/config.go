package node

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"time"

	"github.com/BurntSushi/toml"

	"kakitsubata/moderation"
)

// Config is what a city's engineer may set, in kakitsubata.toml or by flags.
type Config struct {
	Addr    string `toml:"addr"`    // where children and staff come in
	Metrics string `toml:"metrics"` // where /metrics and /debug listen: loopback only; "off"
	Data    string `toml:"data"`    // folder of the store, the keys and the sockets
	City    string `toml:"city"`    // name of a pack, or a folder that holds one
	Ollama  string `toml:"ollama"`  // address of an Ollama, or "off"
	Model   string `toml:"model"`   // the listener's model
	Client  string `toml:"client"`  // folder of the built browser client

	TLSCert      string   `toml:"tls_cert"` // with tls_key: serve HTTPS
	TLSKey       string   `toml:"tls_key"`
	TrustedProxy []string `toml:"trusted_proxy"` // addresses whose X-Forwarded-Proto is believed
	Origins      []string `toml:"origins"`       // pages that may open sockets besides our own

	// SealTo is the city's public key, 64 hexadecimal digits, to which is sealed
	// who handed a visitor's code out; without it no such thing is kept.
	// `server envelope new` makes one.
	SealTo string `toml:"seal_to"`

	// Demo opens speech with nobody on duty, says so on the page, and prints
	// entrance codes and a sign-in link at start. For trying out, not for children.
	Demo bool `toml:"demo"`

	// Furigana lets readers of every age have furigana on what others type, by a
	// dictionary that takes 90 MB of memory once the first of them wants it.
	Furigana bool `toml:"furigana"`

	// Shadow is a folder of lists, a model or a table that judge beside those in
	// force, with no effect; `server shadow` tells what would have changed.
	Shadow string `toml:"shadow"`

	// Bench is how many bench rooms stand beside the city: open ground for
	// tools/bench, which only bots enter.
	Bench int `toml:"bench"`

	DrainFor time.Duration `toml:"-"`

	// judgeFor is how long words wait for a verdict, and then for their case to
	// be kept; zero is the gate's own limits. It is here for tests of what is
	// said, on machines that may be too busy to judge in a child's time.
	judgeFor time.Duration
	// judgeBy stands in the place of the scorer, and lists in that of the lists and
	// the model that the program brings; nil is those. For tests of what is broken.
	judgeBy func(moderation.Scorer) moderation.Scorer
	lists   fs.FS
}

// Default is the configuration of a fresh checkout.
func Default() Config {
	return Config{
		Addr:     "127.0.0.1:8080",
		Metrics:  "127.0.0.1:0",
		Data:     "./data",
		City:     "kariya",
		Ollama:   "http://127.0.0.1:11434",
		Model:    "gemma3:4b",
		Client:   "build/public",
		Furigana: true,
		DrainFor: 5 * time.Second,
	}
}

// ReadFile reads a TOML file over c. A file that is absent changes nothing
// unless it was asked for by name; a key that does not exist is an error.
func (c *Config) ReadFile(path string, asked bool) error {
	md, err := toml.DecodeFile(path, c)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !asked:
		return nil
	case err != nil:
		return fmt.Errorf("node: %s: %w", path, err)
	}
	if extra := md.Undecoded(); len(extra) > 0 {
		return fmt.Errorf("node: %s: unknown key %q", path, extra[0].String())
	}
	return nil
}

// Check names the first setting that can't work.
func (c *Config) Check() error {
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		return fmt.Errorf("node: addr %q: want HOST:PORT, such as 127.0.0.1:8080", c.Addr)
	}
	if c.Metrics != "off" {
		host, _, err := net.SplitHostPort(c.Metrics)
		if err != nil {
			return fmt.Errorf("node: metrics %q: want HOST:PORT or off", c.Metrics)
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return fmt.Errorf("node: metrics %q: figures and profiles are for this machine alone; use 127.0.0.1", c.Metrics)
		}
	}
	if _, err := c.sealTo(); err != nil {
		return err
	}
	if c.Bench < 0 || c.Bench > maxBench {
		return fmt.Errorf("node: bench %d: want 0 to %d", c.Bench, maxBench)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("node: tls_cert and tls_key belong together")
	}
	for _, p := range []string{c.TLSCert, c.TLSKey} {
		if p == "" {
			continue
		}
		if _, err := os.Stat(p); err != nil {
			return fmt.Errorf("node: %w", err)
		}
	}
	return nil
}

func (c *Config) sealTo() (*[32]byte, error) {
	if c.SealTo == "" {
		return nil, nil
	}
	b, err := hex.DecodeString(c.SealTo)
	if err != nil || len(b) != 32 {
		return nil, errors.New("node: seal_to: want 64 hexadecimal digits, as `server envelope new` prints them")
	}
	return (*[32]byte)(b), nil
}
