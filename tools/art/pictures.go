package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"kakitsubata/protocol/id"
	"kakitsubata/tools/art/figure"
	"kakitsubata/tools/art/paint"
	"kakitsubata/tools/art/place"
	"kakitsubata/tools/art/sheet"
	"kakitsubata/tools/art/thing"
	"kakitsubata/world/atlas"
	"kakitsubata/world/atlas/tiled"
)

const (
	public = "assets/public/art" // what the tool owns, all of it
	cities = "assets/cities"

	// still is the place whose picture is shown while the client loads, and the
	// part of it, in pixels.
	still                       = "plaza"
	stillW, stillH              = 640, 400
	sheetWidth                  = 1024
	groundColours, stillColours = 256, 96
)

// A located place is an atlas and the city it belongs to.
type located struct {
	city  id.CityID
	atlas *atlas.Atlas
}

// load reads every map of every city.
func load(root fs.FS) ([]located, error) {
	names, err := fs.Glob(root, cities+"/*/maps/*.tmx")
	if err != nil {
		return nil, err
	}
	var out []located
	var faults []error
	for _, n := range names {
		city := path.Base(path.Dir(path.Dir(n)))
		a, err := tiled.Load(root, n, id.PlaceID(strings.TrimSuffix(path.Base(n), ".tmx")))
		if err != nil {
			faults = append(faults, err)
			continue
		}
		out = append(out, located{id.CityID(city), a})
	}
	return out, errors.Join(faults...)
}

// A file is a picture or, without one, text. Pictures are compressed only when
// they are written: that takes longer than the painting.
type file struct {
	picture image.Image
	text    []byte
}

func (f file) bytes() []byte {
	if f.picture != nil {
		return sheet.PNG(f.picture)
	}
	return f.text
}

// shows reports whether a file of these bytes is up to date. The committed
// pictures are those of amd64, to the last pixel; other processors round
// otherwise.
func (f file) shows(was []byte) bool {
	switch {
	case f.picture == nil:
		return string(was) == string(f.text)
	case runtime.GOARCH == "amd64":
		return sheet.Same(was, f.picture)
	}
	return sheet.Alike(was, f.picture)
}

// pictures paints every file of the city, by its path in the repository, and on
// demand a preview of each place.
func pictures(places []located, withPreviews bool) (files, previews map[string]file, err error) {
	files, previews = map[string]file{}, map[string]file{}
	kinds := thing.Kinds()
	put := func(name string, f file) { files[public+"/"+name] = f }
	for _, l := range places {
		ground, err := place.Bake(l.atlas, kinds)
		if err != nil {
			return nil, nil, err
		}
		put(fmt.Sprintf("%s/%s.png", l.city, l.atlas.Place), file{picture: sheet.Quantise(ground, groundColours)})
		isStill := l.atlas.Place == still
		if !isStill && !withPreviews {
			continue
		}
		full := place.Preview(l.atlas, kinds, ground)
		previews[fmt.Sprintf("%s-%s.png", l.city, l.atlas.Place)] = file{picture: sheet.Full(full)}
		if isStill && files[public+"/plaza-still.png"].picture == nil {
			at := l.atlas.Spawns[0].At
			x := max(0, min(full.W-stillW, int(at.X/place.Units)-stillW/2))
			y := max(0, min(full.H-stillH, int(at.Y/place.Units)-stillH*4/9))
			put("plaza-still.png", file{picture: sheet.Quantise(full.Crop(x, y, stillW, stillH), stillColours)})
		}
	}
	if err := things(put, kinds); err != nil {
		return nil, nil, err
	}
	if err := figures(put); err != nil {
		return nil, nil, err
	}
	papers(put)
	for _, c := range citiesOf(places) {
		files[fmt.Sprintf("%s/%s/maps/terrain.png", cities, c)] = file{picture: sheet.Quantise(place.Swatches(), 256)}
	}
	return files, previews, nil
}

func citiesOf(places []located) []id.CityID {
	var out []id.CityID
	for _, l := range places {
		if !slices.Contains(out, l.city) {
			out = append(out, l.city)
		}
	}
	return out
}

// entry is a kind in props.json.
type entry struct {
	X      int      `json:"x"`
	Y      int      `json:"y"`
	W      int      `json:"w"`
	H      int      `json:"h"`
	FootX  int      `json:"footX"`
	FootY  int      `json:"footY"`
	Frames int      `json:"frames,omitempty"`
	MS     int      `json:"ms,omitempty"`
	Lights [][4]any `json:"lights,omitempty"`
	Label  []int    `json:"label,omitempty"`
}

func things(put func(string, file), kinds map[string]thing.Thing) error {
	var pieces []*sheet.Piece
	for name, t := range kinds {
		if t.Flat == nil {
			pieces = append(pieces, &sheet.Piece{Name: name, Frames: t.Frames})
		}
	}
	page := sheet.Pack(pieces, sheetWidth)
	put("props.png", file{picture: sheet.Full(page)})
	list := map[string]any{}
	for name, t := range kinds {
		if t.Flat != nil {
			list[name] = map[string]bool{"baked": true}
		}
	}
	for _, p := range pieces {
		t := kinds[p.Name]
		e := entry{X: p.X, Y: p.Y, W: p.Frames[0].W, H: p.Frames[0].H, FootX: t.FootX, FootY: t.FootY}
		if len(p.Frames) > 1 {
			e.Frames, e.MS = len(p.Frames), t.MS
		}
		for _, l := range t.Lights {
			e.Lights = append(e.Lights, [4]any{l.DX, l.DY, l.R, l.Colour})
		}
		if l := t.Label; l != nil {
			e.Label = []int{l.DX, l.DY, l.W, l.H}
		}
		list[p.Name] = e
	}
	b, err := lines(list)
	put("props.json", file{text: b})
	return err
}

// lines writes an object with a line for each of its keys, sorted, so that a
// change is easy to read.
func lines[V any](m map[string]V) ([]byte, error) {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	b := []byte("{\n")
	for i, k := range keys {
		v, err := json.Marshal(m[k])
		if err != nil {
			return nil, err
		}
		b = append(b, strconv.Quote(k)...)
		b = append(append(b, ": "...), v...)
		if i < len(keys)-1 {
			b = append(b, ',')
		}
		b = append(b, '\n')
	}
	return append(b, "}\n"...), nil
}

func figures(put func(string, file)) error {
	pix, w, h := figure.Sheet()
	put("looks.png", file{picture: sheet.Grey(pix, w, h)})
	type layer struct {
		Row int   `json:"row"`
		By  []int `json:"by"`
	}
	type palette struct {
		Slot    int        `json:"slot"`
		By      []int      `json:"by"`
		Colours [][]string `json:"colours"`
	}
	var layers []layer
	for _, l := range figure.Layers() {
		layers = append(layers, layer(l))
	}
	var palettes []palette
	for _, p := range figure.Palettes() {
		palettes = append(palettes, palette(p))
	}
	b, err := lines(map[string]any{
		"w": figure.W, "h": figure.H, "footX": figure.FootX, "footY": figure.FootY, "slots": figure.Slots, "ink": "2B2345",
		"frames": figure.Frames(), "layers": layers, "palettes": palettes,
	})
	put("looks.json", file{text: b})
	put("listener.png", file{picture: sheet.Quantise(figure.ListenerSheet(), 256)})
	return err
}

// papers are bubbles, emotes and the page's icons.
func papers(put func(string, file)) {
	small := func(name string, m *paint.Img) { put(name, file{picture: sheet.Quantise(m, 256)}) }
	for _, listener := range []bool{false, true} {
		name := "bubble"
		if listener {
			name = "bubble-listener"
		}
		frame, tail := thing.Bubble(listener)
		small(name+".png", frame)
		small(name+"-tail.png", tail)
	}
	row := paint.New(16*thing.Emotes, 16)
	for n := range thing.Emotes {
		row.Blit(thing.Icon(n+1), n*16, 0, false)
	}
	small("emotes.png", row)
	icon := thing.Badge()
	small("favicon.png", icon)
	small("icon-192.png", icon.Zoom(192/icon.W))
	small("icon-512.png", icon.Zoom(512/icon.W))
}

// strays are files in the tool's own folder that it did not paint.
func strays(root string, files map[string]file) ([]string, error) {
	var out []string
	err := fs.WalkDir(os.DirFS(root), public, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if _, ok := files[name]; !ok {
				out = append(out, name)
			}
		}
		return err
	})
	slices.SortFunc(out, cmp.Compare)
	return out, err
}
