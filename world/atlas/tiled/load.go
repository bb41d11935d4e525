package tiled

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode"

	gotiled "github.com/lafriks/go-tiled"

	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// PixelUnits is how many units of the world a pixel of the map is.
const PixelUnits = plane.Tile / tilePixels

const tilePixels = 16

// ErrMap is wrapped by every error of a map that was read but is not right.
var ErrMap = errors.New("broken map")

// Load reads a .tmx file with its tilesets, prepares the atlas and checks it.
// The error holds one line for each fault: file, object and what is wrong.
func Load(files fs.FS, name string, place id.PlaceID) (*atlas.Atlas, error) {
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	l := loader{file: name}
	if !l.look(raw) {
		return nil, l.err()
	}
	m, err := gotiled.LoadReader(path.Dir(name), bytes.NewReader(raw), gotiled.WithFileSystem(files))
	if err != nil {
		l.fault("", "%s", strings.TrimPrefix(err.Error(), "tiled: "))
		return nil, l.err()
	}

	a := &atlas.Atlas{Place: place, Width: m.Width, Height: m.Height, Earshot: atlas.DefaultEarshot}
	l.atlas = a
	l.properties(m)
	l.ground(m)
	l.objects(m)
	if len(l.faults) > 0 {
		return nil, l.err()
	}
	if err := a.Prepare(); err != nil {
		l.fault("", "%s", strings.TrimPrefix(err.Error(), "atlas: "))
		return nil, l.err()
	}
	if err := a.Check(); err != nil {
		for line := range strings.Lines(err.Error()) {
			object, what, _ := strings.Cut(strings.TrimSpace(line), ": ")
			l.fault(object, "%s", what)
		}
		return nil, l.err()
	}
	return a, nil
}

// A loader turns one map into an atlas and gathers faults on the way.
type loader struct {
	file   string
	atlas  *atlas.Atlas
	faults []error
}

func (l *loader) fault(object, format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	if object != "" {
		what = object + ": " + what
	}
	l.faults = append(l.faults, mapError(l.file+": "+strings.Map(oneLine, what)))
}

// oneLine keeps what the file holds from breaking a fault's line.
func oneLine(r rune) rune {
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

func (l *loader) err() error { return errors.Join(l.faults...) }

// mapError is a line that is an ErrMap without saying so again.
type mapError string

func (e mapError) Error() string        { return string(e) }
func (e mapError) Is(target error) bool { return target == ErrMap }

func (l *loader) properties(m *gotiled.Map) {
	title := false
	for _, p := range *properties(m) {
		switch p.Name {
		case "title":
			title = p.Value != ""
			l.atlas.Title = l.text("map", p)
		case "earshot":
			l.atlas.Earshot = l.tiles("map", p)
		default:
			if len(p.Name) > atlas.MaxName {
				l.fault("map", "property %.40q…: the name is too long", p.Name)
				continue
			}
			l.atlas.Traits = append(l.atlas.Traits, atlas.Trait{Name: p.Name, Value: l.text("map", p)})
		}
	}
	if !title {
		l.fault("map", "property title is missing")
	}
	if n := len(l.atlas.Traits); n > atlas.MaxTraits {
		l.fault("map", "%d properties besides title and earshot; at most %d", n, atlas.MaxTraits)
	}
}

func properties(m *gotiled.Map) *gotiled.Properties {
	if m.Properties == nil {
		return &gotiled.Properties{}
	}
	return m.Properties
}

func (l *loader) ground(m *gotiled.Map) {
	var names []string
	var ground *gotiled.Layer
	for _, layer := range m.Layers {
		names = append(names, layer.Name)
		if layer.Name != "ground" {
			continue
		}
		if ground != nil {
			l.fault("layer ground", "there are two tile layers of this name")
			return
		}
		ground = layer
	}
	if ground == nil {
		l.fault("layer ground", "there is no such tile layer (tile layers: %s)", orNone(names))
		return
	}
	if ground.OffsetX != 0 || ground.OffsetY != 0 {
		l.fault("layer ground", "it has an offset; move it back to 0,0")
	}

	classes := make(map[*gotiled.Tileset]map[uint32]string)
	l.atlas.Ground = make([]atlas.Terrain, len(ground.Tiles))
	for i, t := range ground.Tiles {
		where := fmt.Sprintf("layer ground, tile (%d,%d)", i%m.Width, i/m.Width)
		if t.IsNil() {
			l.fault(where, "it is empty")
			return // one says it: often all the rest is empty too
		}
		byTile, ok := classes[t.Tileset]
		if !ok {
			byTile = make(map[uint32]string, len(t.Tileset.Tiles))
			for _, tt := range t.Tileset.Tiles {
				//lint:ignore SA1019 Tiled 1.9 wrote class; before and since it writes type
				byTile[tt.ID] = firstOf(tt.Class, tt.Type)
			}
			classes[t.Tileset] = byTile
		}
		class := byTile[t.ID]
		terrain, known := atlas.ParseTerrain(class)
		switch {
		case class == "":
			l.fault(where, "tile %d of tileset %q has no class", t.ID, t.Tileset.Name)
			return
		case !known:
			l.fault(where, "tile %d of tileset %q: class %q is no terrain (%s)", t.ID, t.Tileset.Name, class, terrains())
			return
		}
		l.atlas.Ground[i] = terrain
	}
}

func terrains() string {
	var names []string
	for t := range atlas.TerrainEnd {
		names = append(names, t.String())
	}
	return strings.Join(names, " ")
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
