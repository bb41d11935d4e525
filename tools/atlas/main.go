// Command atlas looks at the maps of places.
//
//	go run ./tools/atlas check FILE…        each map alone
//	go run ./tools/atlas check -city FILE…  and the portals between them
//
// It prints one line for each fault (file, object, fault) and exits with 1, or
// prints one line for each good map and exits with 0. A place has the name of
// its file, without .tmx.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/atlas/tiled"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

const usage = "usage: atlas check [-city] FILE…"

func run(args []string, out, errs io.Writer) int {
	if len(args) == 0 || args[0] != "check" {
		fmt.Fprintln(errs, usage)
		return 2
	}
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Usage = func() { fmt.Fprintln(errs, usage); flags.PrintDefaults() }
	city := flags.Bool("city", false, "the files are all places of a city: check the portals between them")
	err := flags.Parse(args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() == 0:
		flags.Usage()
		return 2
	}

	places := make(map[id.PlaceID]*atlas.Atlas)
	files := make(map[id.PlaceID]string)
	broken := false
	complain := func(err error) {
		broken = true
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintln(errs, strings.TrimSpace(line))
		}
	}
	for _, file := range flags.Args() {
		place := id.PlaceID(strings.TrimSuffix(filepath.Base(file), ".tmx"))
		a, err := tiled.Load(disk{}, filepath.ToSlash(file), place)
		if err != nil {
			complain(err)
			continue
		}
		if other, twice := files[place]; twice {
			complain(fmt.Errorf("%s: %s is the same place", file, other))
			continue
		}
		places[place], files[place] = a, file
		fmt.Fprintf(out, "%s: %d × %d tiles, %d seats, %d portals, %d zones, %d props\n",
			file, a.Width, a.Height, len(a.Seats), len(a.Portals), len(a.Zones), len(a.Props))
	}
	if *city && !broken {
		if err := atlas.CheckCity(places); err != nil {
			complain(err)
		}
	}
	if broken {
		return 1
	}
	return 0
}

// disk opens files by any path, also one that begins with / or ../, which an
// os.DirFS refuses: a map's tileset may lie beside it anywhere.
type disk struct{}

func (disk) Open(name string) (fs.File, error) { return os.Open(filepath.FromSlash(name)) }
