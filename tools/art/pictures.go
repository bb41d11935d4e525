package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"maps"
	"os"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"kakitsubata/protocol/id"
	"kakitsubata/tools/art/figure"
	"kakitsubata/tools/art/paint"
	"kakitsubata/tools/art/place"
	"kakitsubata/tools/art/season"
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
	var names []string
	for _, ext := range []string{"tmx", "tmj"} {
		found, err := fs.Glob(root, cities+"/*/maps/*."+ext)
		if err != nil {
			return nil, err
		}
		names = append(names, found...)
	}
	var out []located
	var faults []error
	for _, n := range names {
		city := path.Base(path.Dir(path.Dir(n)))
		a, err := tiled.Load(root, n, id.PlaceID(strings.TrimSuffix(path.Base(n), path.Ext(n))))
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

// A painting is everything that is painted, by path in the repository, and what
// the previews are made of.
type painting struct {
	files   map[string]file
	kinds   map[string]thing.Thing
	pages   map[string]page // by name in the public folder
	grounds []*paint.Img    // of the places, in their order
	seasons map[string]map[string]any
	pieces  []*sheet.Piece
	dressed map[string]map[string]thing.Thing // by season, once asked for
}

// A page is a picture with the colours of its palette.
type page struct {
	picture *image.Paletted
	palette []paint.C
}

// in is the page in a season.
func (p page) in(name string) *paint.Img {
	m := paint.New(p.picture.Rect.Dx(), p.picture.Rect.Dy())
	turned := make([]paint.C, len(p.palette))
	for i, c := range p.palette {
		turned[i] = season.Turn(name, c)
	}
	for i, v := range p.picture.Pix {
		m.P[i] = turned[v]
	}
	return m
}

// pictures paints every file of the cities.
func pictures(places []located, days map[id.CityID]*days) (*painting, error) {
	p := &painting{
		files: map[string]file{}, kinds: thing.Kinds(), pages: map[string]page{},
		grounds: make([]*paint.Img, len(places)), seasons: map[string]map[string]any{}, dressed: map[string]map[string]thing.Thing{},
	}
	pages, faults := make([]page, len(places)), make([]error, len(places))
	var wait sync.WaitGroup
	for i, l := range places {
		wait.Go(func() {
			p.grounds[i], faults[i] = place.Bake(l.atlas, p.kinds)
			if faults[i] == nil {
				pages[i] = newPage(p.grounds[i], groundColours)
			}
		})
	}
	props := p.things()
	wait.Wait()
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	p.page("props.png", props)
	for i, l := range places {
		p.page(fmt.Sprintf("%s/%s.png", l.city, l.atlas.Place), pages[i])
	}
	for city, d := range days {
		text, err := d.json()
		if err != nil {
			return nil, err
		}
		p.put(string(city)+"/days.json", file{text: text})
	}
	text, err := lines(p.seasons)
	if err != nil {
		return nil, err
	}
	p.put("seasons.json", file{text: text})
	if err := p.describe(); err != nil {
		return nil, err
	}
	if err := figures(p.put); err != nil {
		return nil, err
	}
	papers(p.put)
	p.put("cards.png", file{picture: sheet.Quantise(cards(p.kinds), 256)})
	for i, l := range places {
		if l.atlas.Place == still && p.files[public+"/plaza-still.png"].picture == nil {
			p.still(l.atlas, pages[i])
		}
	}
	p.shoot(places, days)
	for _, c := range citiesOf(places) {
		p.files[fmt.Sprintf("%s/%s/maps/terrain.png", cities, c)] = file{picture: sheet.Quantise(place.Swatches(), 256)}
	}
	return p, nil
}

func (p *painting) put(name string, f file) { p.files[public+"/"+name] = f }

func newPage(m *paint.Img, colours int) page {
	picture, palette := sheet.Seasonal(m, colours)
	return page{picture, palette}
}

// page keeps a page, and what seasons change in it.
func (p *painting) page(name string, g page) {
	p.put(name, file{picture: g.picture})
	p.pages[name] = g
	from := season.From(g.palette)
	turns := map[string]any{}
	for _, s := range season.Names {
		if w := season.Swap(s, g.palette, from); w != "" {
			turns[s] = w
		}
	}
	if len(turns) > 0 {
		turns["from"] = from
		p.seasons[name] = turns
	}
}

// still is the picture of the loading screen: the middle of a place by day.
func (p *painting) still(a *atlas.Atlas, ground page) {
	full := place.Preview(a, p.kindsIn("iris"), ground.in("iris"), place.View{Light: place.Noon, Season: "iris", People: true})
	at := a.Spawns[0].At
	x := max(0, min(full.W-stillW, int(at.X/place.Units)-stillW/2))
	y := max(0, min(full.H-stillH, int(at.Y/place.Units)-stillH*4/9))
	p.put("plaza-still.png", file{picture: sheet.Quantise(full.Crop(x, y, stillW, stillH), stillColours)})
}

// shots are the pictures of places that the README shows: where, when, and the
// middle of what is seen.
var shots = []struct {
	place        id.PlaceID
	season       string
	hour         float64
	x, y         int
	wide, height int
}{
	{"plaza", "summer", 11, 512, 255, 640, 360},
	{"marsh", "iris", 18.2, 470, 330, 640, 360},
	{"mando", "mando", 19, 448, 330, 640, 360},
	{"kijo", "cherry", 11, 330, 330, 640, 360},
}

// shoot takes the pictures for the README.
func (p *painting) shoot(places []located, calendar map[id.CityID]*days) {
	for _, s := range shots {
		for i, l := range places {
			if l.atlas.Place != s.place || calendar[l.city] == nil || i != slices.IndexFunc(places, func(q located) bool { return q.atlas.Place == s.place }) {
				continue
			}
			full := p.view(l, calendar[l.city], s.season, s.hour)
			part := full.Crop(s.x-s.wide/2, s.y-s.height/2, s.wide, s.height)
			p.files[fmt.Sprintf("assets/pictures/%s.png", s.place)] = file{picture: sheet.Quantise(part, groundColours)}
		}
	}
}

// kindsIn is every kind with the pictures that the client cuts from the sheet.
func (p *painting) kindsIn(name string) map[string]thing.Thing {
	if p.dressed[name] == nil {
		p.dressed[name] = p.cut(name)
	}
	return p.dressed[name]
}

func (p *painting) cut(name string) map[string]thing.Thing {
	whole := p.pages["props.png"].in(name)
	kinds := maps.Clone(p.kinds)
	for _, s := range p.pieces {
		t, w, h := kinds[s.Name], s.Frames[0].W, s.Frames[0].H
		t.Frames = nil
		for i := range s.Frames {
			t.Frames = append(t.Frames, whole.Crop(s.X+i*w, s.Y, w, h))
		}
		kinds[s.Name] = t
	}
	return kinds
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
	X      int          `json:"x"`
	Y      int          `json:"y"`
	W      int          `json:"w"`
	H      int          `json:"h"`
	FootX  int          `json:"footX"`
	FootY  int          `json:"footY"`
	Frames int          `json:"frames,omitempty"`
	MS     int          `json:"ms,omitempty"`
	Lights [][4]any     `json:"lights,omitempty"`
	Label  []int        `json:"label,omitempty"`
	Over   bool         `json:"over,omitempty"`
	Shine  float64      `json:"shine,omitempty"`
	Cast   bool         `json:"cast,omitempty"`
	Feet   [][2]int     `json:"feet,omitempty"` // with cast only
	Only   []string     `json:"only,omitempty"`
	Script []thing.Step `json:"script,omitempty"`
	Parts  []thing.Part `json:"parts,omitempty"`
	Clock  *thing.Clock `json:"clock,omitempty"`
	Shy    *thing.Shy   `json:"shy,omitempty"`
	Touch  string       `json:"touch,omitempty"`
}

// things packs all that stands on one page.
func (p *painting) things() page {
	for name, t := range p.kinds {
		if t.Flat == nil {
			p.pieces = append(p.pieces, &sheet.Piece{Name: name, Frames: t.Frames})
		}
	}
	return newPage(sheet.Pack(p.pieces, sheetWidth), 256)
}

// describe writes what the page of things holds.
func (p *painting) describe() error {
	list := map[string]any{}
	for name, t := range p.kinds {
		if t.Flat != nil {
			list[name] = map[string]bool{"baked": true}
		}
	}
	for _, s := range p.pieces {
		t := p.kinds[s.Name]
		e := entry{
			X: s.X, Y: s.Y, W: s.Frames[0].W, H: s.Frames[0].H, FootX: t.FootX, FootY: t.FootY,
			Over: t.Over, Shine: t.Shine, Cast: t.Cast, Only: t.Only, Script: t.Script, Parts: t.Parts, Clock: t.Clock, Shy: t.Shy, Touch: t.Touch,
		}
		if t.Cast {
			e.Feet = t.Feet
		}
		if len(s.Frames) > 1 {
			e.Frames, e.MS = len(s.Frames), t.MS
		}
		for _, l := range t.Lights {
			e.Lights = append(e.Lights, [4]any{l.DX, l.DY, l.R, l.Colour})
		}
		if l := t.Label; l != nil {
			e.Label = []int{l.DX, l.DY, l.W, l.H}
		}
		list[s.Name] = e
	}
	b, err := lines(list)
	p.put("props.json", file{text: b})
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
	small("icon-mask.png", thing.Mask().Zoom(12))
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
