package main

import (
	"bufio"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kakitsubata/protocol/id"
	"kakitsubata/server/entrance"
	"kakitsubata/server/node"
)

var errUsage = errors.New("usage: server [flags] | staff add|link NAME | codes mint|revoke | envelope new|take|open | verdicts [CITY] | shadow | feedback FILE | backup FILE (-h tells more)")

// subcommand does one errand at the running server.
func subcommand(args []string) error {
	verb := args[0]
	args = args[1:]
	if (verb == "staff" || verb == "codes" || verb == "envelope") && len(args) > 0 {
		verb += " " + args[0]
		args = args[1:]
	}
	f := flag.NewFlagSet("server "+verb, flag.ContinueOnError)
	data := f.String("data", node.Default().Data, "the running server's data folder")
	role := f.String("role", "staff", "staff or lead")
	var b entrance.Batch
	f.StringVar(&b.ID, "batch", "", "name of the batch, to withdraw it by: lower-case letters, digits, hyphens")
	f.StringVar(&b.Label, "label", "", "who hands the codes out, such as a school")
	bracket := f.String("bracket", "", "el12 el34 el56 jh hs")
	f.IntVar(&b.Count, "count", 1, "how many codes")
	f.IntVar(&b.Uses, "uses", 1, "visitors that each code lets in")
	about := f.String("case", "", "number of the case that an envelope is needed for")
	first := f.String("first", "", "one member of staff who asks for an envelope")
	second := f.String("second", "", "the other")
	days := f.Int("days", 30, "days until they expire")
	if err := f.Parse(args); err != nil {
		return flag.ErrHelp
	}
	admin := node.DialAdmin(*data)
	one := func() (string, error) {
		if f.NArg() != 1 {
			return "", errUsage
		}
		return f.Arg(0), nil
	}
	switch verb {
	case "staff add":
		name, err := one()
		if err != nil {
			return err
		}
		fmt.Fprint(os.Stderr, "password: ")
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if err != nil && line == "" {
			return fmt.Errorf("no password: %w", err)
		}
		return admin.AddStaff(name, strings.TrimRight(line, "\r\n"), *role)
	case "staff link":
		name, err := one()
		if err != nil {
			return err
		}
		link, err := admin.Link(name, *role)
		if err == nil {
			fmt.Println(link)
		}
		return err
	case "codes mint":
		var err error
		if b.Bracket, err = id.ParseBracket(*bracket); err != nil {
			return err
		}
		b.Expires = time.Now().AddDate(0, 0, *days)
		codes, err := admin.MintCodes(b)
		for _, c := range codes {
			fmt.Println(c)
		}
		return err
	case "codes revoke":
		batch, err := one()
		if err != nil {
			return err
		}
		return admin.Revoke(batch)
	case "envelope new":
		return newCityKey()
	case "envelope take":
		visitor, err := one()
		if err != nil {
			return err
		}
		sealed, err := admin.Envelope(visitor, *about, *first, *second)
		if err == nil {
			fmt.Println(sealed)
		}
		return err
	case "envelope open":
		return openEnvelope()
	case "feedback":
		path, err := one()
		if err != nil {
			return err
		}
		return feedback(admin, path)
	case "verdicts":
		return printVerdicts(f.Args())
	case "shadow":
		if f.NArg() > 0 {
			return errUsage
		}
		return node.ShadowReport(os.Stdout, *data, time.Now())
	case "backup":
		path, err := one()
		if err != nil {
			return err
		}
		n, err := admin.Backup(path)
		if err == nil {
			fmt.Printf("%s: %d bytes\n", path, n)
		}
		return err
	}
	return errUsage
}

// feedback writes what staff have judged to a file that only its owner may
// read: it holds children's words. Whole or not at all.
func feedback(admin *node.Admin, path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".feedback-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	t, err := admin.Feedback(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	fmt.Printf("%s: %d lines (right %d, wrong %d, other %d; left out: %d of several utterances, %d gone)\n",
		path, t.Written, t.Right, t.Wrong, t.Other, t.Several, t.Gone)
	fmt.Fprintln(os.Stderr, "The file holds children's words. Keep it in the city, train there, and delete it when the model is built.")
	return nil
}

// printVerdicts prints what a city's table says is done; it touches no server.
func printVerdicts(args []string) error {
	cfg := node.Default()
	if err := cfg.ReadFile("kakitsubata.toml", false); err != nil {
		return err
	}
	switch len(args) {
	case 0:
	case 1:
		cfg.City = args[0]
	default:
		return errUsage
	}
	return node.PrintVerdicts(os.Stdout, cfg)
}

// newCityKey prints a key pair; it touches no server. Each half goes to one
// person, on paper.
func newCityKey() error {
	public, halves, err := entrance.NewCityKey(rand.Reader)
	if err != nil {
		return err
	}
	fmt.Printf("seal_to = \"%x\"\nhalf 1: %x\nhalf 2: %x\n", public, halves[0], halves[1])
	return nil
}

// openEnvelope reads an envelope and both halves from standard input, a line
// each. It touches no server either.
func openEnvelope() error {
	in := bufio.NewScanner(os.Stdin)
	ask := func(what string, decode func(string) ([]byte, error)) ([]byte, error) {
		fmt.Fprint(os.Stderr, what+": ")
		if !in.Scan() {
			return nil, fmt.Errorf("no %s", what)
		}
		b, err := decode(strings.TrimSpace(in.Text()))
		if err != nil {
			return nil, fmt.Errorf("the %s can't be read: %w", what, err)
		}
		return b, nil
	}
	sealed, err := ask("envelope", base64.StdEncoding.DecodeString)
	if err != nil {
		return err
	}
	var halves entrance.Halves
	for i, what := range []string{"first half", "second half"} {
		b, err := ask(what, hex.DecodeString)
		if err != nil {
			return err
		}
		if copy(halves[i][:], b) != len(halves[i]) {
			return fmt.Errorf("the %s is too short", what)
		}
	}
	o, err := halves.Open(sealed)
	if err != nil {
		return err
	}
	fmt.Printf("visitor %s  batch %s  handed out by %s\n", o.Visitor, o.Batch, o.Label)
	return nil
}
