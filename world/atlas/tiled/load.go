package tiled

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"unicode"

	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// PixelUnits is how many units of the world a pixel of the map is.
const PixelUnits = plane.Tile / tilePixels

const tilePixels = 16

// ErrMap is wrapped by every error of a map that was read but is not right.
var ErrMap = errors.New("broken map")

// maxFile is how large a map or a tileset may be, in bytes.
const maxFile = 16 << 20

// Load reads a map (.tmx or .tmj) with its tilesets, prepares the atlas and
// checks it. The error holds one line for each fault: file, object and what is
// wrong.
func Load(files fs.FS, name string, place id.PlaceID) (*atlas.Atlas, error) {
	raw, err := read(files, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	l := loader{file: name}
	d, err := parse(raw)
	if err != nil {
		l.fault("", "%v", err)
		return nil, l.err()
	}
	if !l.shape(d) {
		return nil, l.err()
	}
	for i, s := range d.sheets {
		if s.source == "" {
			continue
		}
		own, err := openSheet(files, path.Join(path.Dir(name), strings.ReplaceAll(s.source, `\`, "/")))
		if err != nil {
			l.fault(fmt.Sprintf("tileset %q", s.source), "%v", err)
			continue
		}
		own.firstGID, own.source = s.firstGID, s.source
		d.sheets[i] = own
	}
	if len(l.faults) > 0 {
		return nil, l.err()
	}

	a := &atlas.Atlas{Place: place, Earshot: atlas.DefaultEarshot}
	l.atlas = a
	l.properties(d.properties)
	if l.ground(d) {
		l.objects(d)
	}
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

// read reads a file that is not too large.
func read(files fs.FS, name string) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(raw) > maxFile {
		err = fmt.Errorf("more than %d bytes", maxFile)
	}
	return raw, err
}

func isJSON(raw []byte) bool {
	raw = bytes.TrimPrefix(bytes.TrimSpace(raw), []byte("\xef\xbb\xbf"))
	return len(raw) > 0 && raw[0] == '{'
}

// parse reads a map in either form.
func parse(raw []byte) (*document, error) {
	switch {
	case len(bytes.TrimSpace(raw)) == 0:
		return nil, errors.New("it is empty")
	case isJSON(raw):
		return readJSON(raw)
	}
	return readXML(raw)
}

func openSheet(files fs.FS, name string) (sheet, error) {
	raw, err := read(files, name)
	if err != nil {
		return sheet{}, err
	}
	if isJSON(raw) {
		return readSheetJSON(raw)
	}
	return readSheetXML(raw)
}

// A loader turns one map into an atlas and gathers faults on the way.
type loader struct {
	file   string
	atlas  *atlas.Atlas
	dx, dy float64 // of the ground's corner from the map's, in px
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

// shape refuses what is no map of ours from far.
func (l *loader) shape(d *document) bool {
	if d.orientation != "orthogonal" {
		l.fault("map", "orientation %q; want orthogonal", d.orientation)
	}
	if w, h := d.tileWidth, d.tileHeight; w != strconv.Itoa(tilePixels) || h != strconv.Itoa(tilePixels) {
		l.fault("map", "tiles of %s × %s px; want %d × %d", firstOf(w, "?"), firstOf(h, "?"), tilePixels, tilePixels)
	}
	if d.infinite {
		return len(l.faults) == 0 // it has no size of its own
	}
	for _, side := range [2][2]string{{"width", d.width}, {"height", d.height}} {
		n, err := strconv.Atoi(side[1])
		if err != nil || n < atlas.MinTiles || n > atlas.MaxTiles {
			l.fault("map", "%s of %q tiles; want %d to %d", side[0], side[1], atlas.MinTiles, atlas.MaxTiles)
		}
	}
	return len(l.faults) == 0
}

func (l *loader) properties(all []property) {
	title := false
	for _, p := range all {
		switch p.name {
		case "title":
			title = p.value != ""
			l.atlas.Title = l.text("map", p)
		case "earshot":
			l.atlas.Earshot = l.tiles("map", p)
		default:
			if len(p.name) > atlas.MaxName {
				l.fault("map", "property %.40q…: the name is too long", p.name)
				continue
			}
			l.atlas.Traits = append(l.atlas.Traits, atlas.Trait{Name: p.name, Value: l.text("map", p)})
		}
	}
	if !title {
		l.fault("map", "property title is missing")
	}
	if n := len(l.atlas.Traits); n > atlas.MaxTraits {
		l.fault("map", "%d properties besides title and earshot; at most %d", n, atlas.MaxTraits)
	}
}

// ground reads the layer of terrains, and with it how large the place is and
// where its corner lies.
func (l *loader) ground(d *document) bool {
	const what = "layer ground"
	var names []string
	var found []layer
	flat(d.layers, 0, 0, func(y layer, dx, dy float64) {
		if y.kind != tileLayer {
			return
		}
		names = append(names, y.name)
		if y.name == "ground" {
			found = append(found, y)
			l.dx, l.dy = dx, dy
		}
	})
	switch {
	case len(found) > 1:
		l.fault(what, "there are two tile layers of this name")
		return false
	case len(found) == 0:
		l.fault(what, "there is no such tile layer (tile layers: %s)", orNone(names))
		return false
	case len(found[0].pieces) == 0:
		l.fault(what, "it has no tiles")
		return false
	}
	width, _ := strconv.Atoi(d.width)
	height, _ := strconv.Atoi(d.height)
	p, err := found[0].plot(width, height, d.infinite)
	if err != nil {
		l.fault(what, "%v", err)
		return false
	}
	l.atlas.Width, l.atlas.Height = p.width, p.height
	l.dx, l.dy = l.dx+float64(p.x*tilePixels), l.dy+float64(p.y*tilePixels)

	l.atlas.Ground = make([]atlas.Terrain, len(p.gids))
	for i, gid := range p.gids {
		where := fmt.Sprintf("%s, tile (%d,%d)", what, p.x+i%p.width, p.y+i/p.width)
		if gid == 0 {
			l.fault(where, "it is empty")
			return true // one says it: often all the rest is empty too
		}
		s, ok := sheetOf(d.sheets, gid)
		if !ok {
			l.fault(where, "number %d is of no tileset", gid)
			return true
		}
		class := s.classes[gid-s.firstGID]
		terrain, known := atlas.ParseTerrain(class)
		switch {
		case class == "":
			l.fault(where, "tile %d of tileset %q has no class", gid-s.firstGID, s.name)
			return true
		case !known:
			l.fault(where, "tile %d of tileset %q: class %q is no terrain (%s)", gid-s.firstGID, s.name, class, terrains())
			return true
		}
		l.atlas.Ground[i] = terrain
	}
	return true
}

// sheetOf is the tileset that a tile's number is of.
func sheetOf(all []sheet, gid uint32) (best sheet, ok bool) {
	for _, s := range all {
		if s.firstGID <= gid && (!ok || s.firstGID > best.firstGID) {
			best, ok = s, true
		}
	}
	return best, ok
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
