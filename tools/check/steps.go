package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kakitsubata/tools/up/build"
)

// step is one check. do reports to the desk while it works; its error is one
// or more plain lines.
type step struct {
	name, title string
	do          func(context.Context, *desk) (tally, error)
}

// all are the steps in their order: what fails fast comes first.
func all() []step {
	return []step{
		{"system", "the packages of the system that tests need", plain(system)},
		{"gofmt", "every Go file is formatted", plain(gofmt)},
		{"vet", "go vet, for the server, the browser and the journeys", plain(vet)},
		{"static", "staticcheck, in each build that a package is part of", plain(static)},
		{"generated", "generated files are current", plain(generated)},
		{"test", "every test, the import law too, with the race detector", test},
		{"build", "the browser client and the server, as tools/up builds them", plain(products)},
		{"journey", "a real browser goes through the city", journey},
	}
}

func plain(do func(context.Context, *desk) error) func(context.Context, *desk) (tally, error) {
	return func(ctx context.Context, d *desk) (tally, error) { return tally{}, do(ctx, d) }
}

func gofmt(ctx context.Context, d *desk) error {
	files, err := d.goFiles(ctx)
	if err != nil {
		return err
	}
	goroot, err := d.ask(ctx, "go", "env", "GOROOT")
	if err != nil {
		return err
	}
	program := filepath.Join(strings.TrimSpace(goroot), "bin", "gofmt")
	if _, err := os.Stat(program); err != nil {
		program = "gofmt"
	}
	var wrong []string
	for part := range slices.Chunk(files, 500) { // a command line has an end
		out, err := d.ask(ctx, append([]string{program, "-l"}, part...)...)
		if err != nil {
			return err
		}
		wrong = append(wrong, strings.Fields(out)...)
	}
	fmt.Fprintf(d.out, "%d files\n", len(files))
	if len(wrong) > 0 {
		return fmt.Errorf("run gofmt -w on\n%s", strings.Join(wrong, "\n"))
	}
	return nil
}

// goFiles lists what is or may be committed; without git, all there is.
func (d *desk) goFiles(ctx context.Context) ([]string, error) {
	var files []string
	if out, err := d.ask(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.go"); err == nil {
		for name := range strings.SplitSeq(out, "\x00") {
			if st, err := os.Stat(filepath.Join(d.root, name)); err == nil && st.Mode().IsRegular() {
				files = append(files, name)
			}
		}
	} else {
		err := filepath.WalkDir(d.root, func(path string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() && strings.HasSuffix(path, ".go") {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if len(files) == 0 {
		return nil, errors.New("no Go file was found")
	}
	return files, nil
}

func vet(ctx context.Context, d *desk) error {
	return errors.Join(
		d.show(ctx, nil, "go", "vet", "./..."),
		d.show(ctx, browserTarget, "go", "vet", "./client/..."),
		d.show(ctx, nil, "go", "vet", "-tags=journey", "./tools/..."),
	)
}

// static looks at each package in every build that it is part of, and takes a
// thing for unused only if no build uses it: helpers of a browser package are
// compiled, and tested, without the browser too.
func static(ctx context.Context, d *desk) error {
	// "GOOS=js go tool" would build staticcheck itself for the browser: it is
	// built for this machine and then told what to look at. -n builds it and
	// says where it is.
	fmt.Fprintln(d.out, "$ go tool -n staticcheck")
	out, err := d.ask(ctx, "go", "tool", "-n", "staticcheck")
	if err != nil {
		return err
	}
	program := strings.TrimSpace(out)
	module, err := d.ask(ctx, "go", "list", "-m")
	if err != nil {
		return err
	}
	if out, err = d.ask(ctx, "go", "list", "-e", "./..."); err != nil {
		return err
	}
	client := strings.TrimSpace(module) + "/client/"
	others := slices.DeleteFunc(strings.Fields(out), func(path string) bool {
		return strings.HasPrefix(path+"/", client)
	})
	look := func(builds string, packages ...string) error {
		return d.run(ctx, command{in: builds, args: append([]string{program, "-matrix"}, packages...), out: d.out, errs: d.out})
	}
	return errors.Join(
		look("native:\njourney: -tags=journey\n", others...),
		look("native:\nbrowser: "+strings.Join(browserTarget, " ")+"\n", "./client/..."),
	)
}

func generated(ctx context.Context, d *desk) error {
	if _, err := os.Stat(filepath.Join(d.root, "tools", "art", "main.go")); err != nil {
		fmt.Fprintln(d.out, "nothing in this tree is generated")
		return nil
	}
	return d.show(ctx, nil, "go", "run", "./tools/art", "-check")
}

func test(ctx context.Context, d *desk) (tally, error) {
	if err := needCompiler(ctx, d); err != nil {
		return tally{}, err
	}
	// -count=1, because the law's test reads files that the test cache does not
	// know of; -vet=off, because the vet step says it once.
	return d.goTest(ctx, nil, false, "-race", "-count=1", "-vet=off", "-timeout=15m", "./...")
}

func products(ctx context.Context, d *desk) error {
	public := filepath.Join(d.root, "build", "public")
	if err := build.Client(ctx, d.root, public, d.out); err != nil {
		return err
	}
	return build.Server(ctx, d.root, filepath.Join(d.root, "build", "server"), d.out)
}

func journey(ctx context.Context, d *desk) (tally, error) {
	if files, err := filepath.Glob(filepath.Join(d.root, "tools", "journey", "*_test.go")); err != nil || len(files) == 0 {
		return tally{}, errors.New("tools/journey holds no tests: nothing was seen in a browser")
	}
	path, err := findBrowser(ctx, d)
	if err != nil {
		return tally{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, 50*time.Minute)
	defer cancel()
	t, err := d.goTest(ctx, []string{"KAKITSUBATA_CHROMIUM=" + path}, true,
		"-tags=journey", "-count=1", "-vet=off", "-v", "-timeout=45m", "./tools/journey")
	if err == nil && t.passed == 0 {
		err = errors.New("no journey was made")
	}
	return t, err
}
