package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// need is something of the system that the steps use.
type need struct {
	what     string
	packages []string // as Debian and Ubuntu call them
	find     func(context.Context, *desk) (where string, err error)
}

var needs = []need{
	{"a C compiler (the race detector links with it)", []string{"gcc", "libc6-dev"}, findCompiler},
	{"Chromium (the journeys go through it)", []string{"chromium"}, findBrowser},
	{"a Japanese font (the journeys look at screenshots)", []string{"fonts-noto-cjk", "fontconfig"}, findFont},
}

// system looks for what is needed and installs what is lacking where it may.
func system(ctx context.Context, d *desk) error { return provide(ctx, d, needs) }

func provide(ctx context.Context, d *desk, needs []need) error {
	lacking := missing(ctx, d, needs)
	if len(lacking) == 0 {
		return nil
	}
	var packages []string
	for _, n := range lacking {
		packages = append(packages, n.packages...)
	}
	by := "apt-get install --no-install-recommends " + strings.Join(packages, " ")
	apt, err := installer(ctx, d)
	if err != nil {
		return fmt.Errorf("%w; on Debian or Ubuntu, as root: %s", err, by)
	}
	if err := d.show(ctx, nil, append(apt, "update")...); err != nil {
		fmt.Fprintf(d.out, "the list of packages may be old: %v\n", err)
	}
	install := append(apt, "-o", "DPkg::Lock::Timeout=120", "install", "-y", "--no-install-recommends")
	if err := d.show(ctx, nil, append(install, packages...)...); err != nil {
		return fmt.Errorf("the packages could not be installed (%w); as root: %s", err, by)
	}
	if lacking := missing(ctx, d, needs); len(lacking) > 0 {
		return fmt.Errorf("still lacking after the installation: %s", lacking[0].what)
	}
	return nil
}

func missing(ctx context.Context, d *desk, needs []need) []need {
	var lacking []need
	for _, n := range needs {
		where, err := n.find(ctx, d)
		if err != nil {
			fmt.Fprintf(d.out, "lacking  %s: %v\n", n.what, err)
			lacking = append(lacking, n)
			continue
		}
		fmt.Fprintf(d.out, "found    %s: %s\n", n.what, where)
	}
	return lacking
}

// installer is how this account may call apt-get without being asked anything.
func installer(ctx context.Context, d *desk) ([]string, error) {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return nil, errors.New("packages are lacking and there is no apt-get here to install them with")
	}
	apt := []string{"env", "DEBIAN_FRONTEND=noninteractive", "apt-get"}
	if os.Geteuid() == 0 {
		return apt, nil
	}
	sudo := []string{"sudo", "-n"}
	if _, err := d.ask(ctx, append(sudo, "true")...); err != nil {
		return nil, errors.New("packages are lacking and this account may not install them")
	}
	return append(sudo, apt...), nil
}

func findCompiler(ctx context.Context, d *desk) (string, error) {
	cc, err := d.ask(ctx, "go", "env", "CC")
	if err != nil {
		return "", err
	}
	name, _, _ := strings.Cut(strings.TrimSpace(cc), " ") // CC may carry flags
	return exec.LookPath(name)
}

func needCompiler(ctx context.Context, d *desk) error {
	if _, err := findCompiler(ctx, d); err != nil {
		return fmt.Errorf("the race detector needs a C compiler: %w", err)
	}
	return nil
}

// findBrowser takes what KAKITSUBATA_CHROMIUM names, else what is on the PATH.
func findBrowser(context.Context, *desk) (string, error) {
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	if told := os.Getenv("KAKITSUBATA_CHROMIUM"); told != "" {
		names = []string{told}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("none of %s is on the PATH", strings.Join(names, ", "))
}

func findFont(ctx context.Context, d *desk) (string, error) {
	out, err := d.ask(ctx, "fc-list", ":lang=ja", "family")
	if err != nil {
		return "", err
	}
	first, _, _ := strings.Cut(strings.TrimSpace(out), "\n")
	if first == "" {
		return "", errors.New("fc-list knows none")
	}
	return first, nil
}
