// Command art paints every picture of the city from code and the Tiled maps.
//
//	go run ./tools/art                writes what is not up to date
//	go run ./tools/art -check         writes nothing; a line for each stale file, then exit 1
//	go run ./tools/art -preview DIR   also draws each place by day, evening, night and season
//
// It is run from anywhere in the repository. README.md beside it tells the
// client how to read the pictures.
package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"kakitsubata/tools/art/paint"
	"kakitsubata/tools/art/sheet"
)

func main() {
	check := flag.Bool("check", false, "write nothing; report stale files and exit 1 if there are any")
	preview := flag.String("preview", "", "also write a preview of each place to this `folder`")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "art: unexpected arguments:", flag.Args())
		os.Exit(2)
	}
	stale, err := run(*check, *preview)
	if err != nil {
		fmt.Fprintln(os.Stderr, "art:", err)
		os.Exit(1)
	}
	if *check && stale > 0 {
		fmt.Fprintf(os.Stderr, "art: %d stale; run `go run ./tools/art` and commit what it writes\n", stale)
		os.Exit(1)
	}
}

// run paints everything and writes or compares it; it tells how many files were
// not up to date.
func run(check bool, preview string) (stale int, err error) {
	root, err := repository()
	if err != nil {
		return 0, err
	}
	places, err := load(os.DirFS(root))
	if err != nil {
		return 0, err
	}
	calendar, err := readDays(os.DirFS(root), citiesOf(places))
	if err != nil {
		return 0, err
	}
	painted, err := pictures(places, calendar)
	if err != nil {
		return 0, err
	}
	files := painted.files
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(root, filepath.FromSlash(name))
		was, err := os.ReadFile(path)
		if err == nil && files[name].shows(was) {
			continue
		}
		stale++
		if check {
			fmt.Println("stale:", name)
			continue
		}
		b := files[name].bytes()
		if err := write(path, b); err != nil {
			return stale, err
		}
		fmt.Printf("%8d %s\n", len(b), name)
	}
	extra, err := strays(root, files)
	if err != nil {
		return stale, err
	}
	for _, name := range extra {
		fmt.Println("not painted by this tool:", name)
		stale++
	}
	if preview == "" {
		return stale, nil
	}
	return stale, previews(painted, places, calendar, func(name string, m *paint.Img) error {
		return write(filepath.Join(preview, name), sheet.Quick(m))
	})
}

func write(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o644)
}

// repository is the folder of go.mod, here or above.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("no go.mod here or above: run it inside the repository")
		}
		dir = up
	}
}
