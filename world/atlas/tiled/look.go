package tiled

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"

	"kakitsubata/world/atlas"
)

// look reads the file once for what go-tiled would report without saying
// where, or not at all: what kind of map it is, how big, and numbers that are
// none. It reports whether reading on makes sense.
func (l *loader) look(raw []byte) bool {
	d := xml.NewDecoder(bytes.NewReader(raw))
	layer, rooted := "", false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			l.fault("", "%v", err)
			return false
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		attrs := make(map[string]string, len(element.Attr))
		for _, a := range element.Attr {
			attrs[a.Name.Local] = a.Value
		}
		if !rooted {
			if element.Name.Local != "map" {
				l.fault("", "it begins with <%s>, not with a Tiled <map>", element.Name.Local)
				return false
			}
			rooted = true
			if !l.shape(attrs) {
				return false
			}
			continue
		}
		switch element.Name.Local {
		case "layer", "objectgroup":
			layer = attrs["name"]
		case "group":
			l.fault(fmt.Sprintf("group layer %q", attrs["name"]), "group layers are not read; move its layers out of it")
		case "object":
			what := describe(layer, attrs["id"], attrs["name"])
			for _, name := range []string{"x", "y", "width", "height", "rotation"} {
				if v, ok := attrs[name]; ok && !isNumber(v) {
					l.fault(what, "%s=%q is not a number", name, v)
				}
			}
		}
	}
	if !rooted {
		l.fault("", "it is empty")
	}
	return len(l.faults) == 0
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

func describe(layer, id, name string) string {
	return fmt.Sprintf("layer %s, object %s %q", layer, id, name)
}

func (l *loader) shape(attrs map[string]string) bool {
	if o := attrs["orientation"]; o != "orthogonal" {
		l.fault("map", "orientation %q; want orthogonal", o)
	}
	if i := attrs["infinite"]; i != "" && i != "0" {
		l.fault("map", "it is infinite; untick that in the map's properties")
	}
	if w, h := attrs["tilewidth"], attrs["tileheight"]; w != strconv.Itoa(tilePixels) || h != strconv.Itoa(tilePixels) {
		l.fault("map", "tiles of %s × %s px; want %d × %d", w, h, tilePixels, tilePixels)
	}
	for _, side := range []string{"width", "height"} {
		n, err := strconv.Atoi(attrs[side])
		if err != nil || n < atlas.MinTiles || n > atlas.MaxTiles {
			l.fault("map", "%s of %q tiles; want %d to %d", side, attrs[side], atlas.MinTiles, atlas.MaxTiles)
		}
	}
	return len(l.faults) == 0
}
