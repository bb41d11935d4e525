package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"kakitsubata/protocol/id"
	"kakitsubata/server/entrance"
	"kakitsubata/server/node"
)

var errUsage = errors.New("usage: server [flags] | staff add|link NAME | codes mint|revoke | backup FILE (-h tells more)")

// subcommand does one errand at the running server.
func subcommand(args []string) error {
	verb := args[0]
	args = args[1:]
	if (verb == "staff" || verb == "codes") && len(args) > 0 {
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
