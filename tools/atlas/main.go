// Command atlas looks at the maps of places.
//
//	go run ./tools/atlas check FILE…        each map, and where its portals lead
//	go run ./tools/atlas check -city FILE…  the files are the whole city
//
// It prints one line for each fault (file, object, fault) and exits with 1, or
// prints one line for each good map and exits with 0. A place has the name of
// its file, without .tmx or .tmj. A portal may lead to a place among the files
// or, without -city, to one whose map lies in the same folder. Where the city's
// pictures are found (assets/public/art/props.json here or above, or -art FILE),
// it also reports props of which there is no picture, and walls where nothing is
// drawn.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/atlas/tiled"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

const usage = "usage: atlas check [-city] [-art FILE] FILE…"

func run(args []string, out, errs io.Writer) int {
	if len(args) == 0 || args[0] != "check" {
		fmt.Fprintln(errs, usage)
		return 2
	}
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Usage = func() { fmt.Fprintln(errs, usage); flags.PrintDefaults() }
	city := flags.Bool("city", false, "the files are all places of a city: portals lead to them alone, and all are reached from the first")
	art := flags.String("art", "", "what the city's pictures are, as tools/art writes it; found by itself inside the repository")
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

	c := checker{places: make(map[id.PlaceID]*atlas.Atlas), files: make(map[id.PlaceID]string), out: out, errs: errs}
	if c.drawn, err = readPictures(*art); err != nil {
		c.fault("%v", err)
	}
	for _, file := range flags.Args() {
		c.load(file)
	}
	if !*city {
		c.portals(c.neighbours())
	} else if !c.broken {
		c.portals(c.places)
		c.reached(placeOf(flags.Arg(0)))
	}
	if c.broken {
		return 1
	}
	return 0
}

func placeOf(file string) id.PlaceID {
	base := filepath.Base(file)
	return id.PlaceID(strings.TrimSuffix(base, filepath.Ext(base)))
}

// A checker gathers places and prints what is wrong with them.
type checker struct {
	places    map[id.PlaceID]*atlas.Atlas
	files     map[id.PlaceID]string
	drawn     pictures
	out, errs io.Writer
	broken    bool
}

func (c *checker) fault(format string, args ...any) {
	c.broken = true
	for line := range strings.Lines(fmt.Sprintf(format, args...)) {
		fmt.Fprintln(c.errs, strings.TrimSpace(line))
	}
}

// load reads a map and says how it is.
func (c *checker) load(file string) {
	place := placeOf(file)
	a, err := tiled.Load(disk{}, filepath.ToSlash(file), place)
	if err != nil {
		c.fault("%v", err)
		return
	}
	if other, twice := c.files[place]; twice {
		c.fault("%s: %s is the same place", file, other)
		return
	}
	c.places[place], c.files[place] = a, file
	bare := c.drawn.bare(a)
	for _, fault := range bare {
		c.fault("%s: %s", file, fault)
	}
	if len(bare) == 0 {
		fmt.Fprintf(c.out, "%s: %d × %d tiles, %d seats, %d portals, %d zones, %d props\n",
			file, a.Width, a.Height, len(a.Seats), len(a.Portals), len(a.Zones), len(a.Props))
	}
}

// neighbours are the places and those beside them to which portals lead.
func (c *checker) neighbours() map[id.PlaceID]*atlas.Atlas {
	all := make(map[id.PlaceID]*atlas.Atlas)
	for place, a := range c.places {
		all[place] = a
		for _, p := range a.Portals {
			if all[p.To] != nil || c.places[p.To] != nil {
				continue
			}
			for _, ext := range []string{".tmx", ".tmj"} {
				beside := filepath.Join(filepath.Dir(c.files[place]), string(p.To)+ext)
				if b, err := tiled.Load(disk{}, filepath.ToSlash(beside), p.To); err == nil {
					all[p.To] = b
					break
				}
			}
		}
	}
	return all
}

// portals says which portals of the given files lead nowhere, among all places.
func (c *checker) portals(all map[id.PlaceID]*atlas.Atlas) {
	err := atlas.CheckCity(all)
	if err == nil {
		return
	}
	for line := range strings.Lines(err.Error()) {
		place, what, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if file, given := c.files[id.PlaceID(place)]; given {
			c.fault("%s: %s", file, what)
		}
	}
}

// reached says to which places of a city no portals lead from the first one.
func (c *checker) reached(first id.PlaceID) {
	seen := map[id.PlaceID]bool{first: true}
	for todo := []id.PlaceID{first}; len(todo) > 0; todo = todo[1:] {
		for _, p := range c.places[todo[0]].Portals {
			if c.places[p.To] != nil && !seen[p.To] {
				seen[p.To] = true
				todo = append(todo, p.To)
			}
		}
	}
	for _, place := range slices.Sorted(maps.Keys(c.files)) {
		if !seen[place] {
			c.fault("%s: place %q: no portals lead there from %q", c.files[place], place, first)
		}
	}
}

// disk opens files by any path, also one that begins with / or ../, which an
// os.DirFS refuses: a map's tileset may lie beside it anywhere.
type disk struct{}

func (disk) Open(name string) (fs.File, error) { return os.Open(filepath.FromSlash(name)) }
