package tiled

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zstd"

	"kakitsubata/world/atlas"
)

// form is the example, saved in one of Tiled's forms.
type form struct{ name, text string }

// gids are the tile numbers of the example.
func gids(t testing.TB, tmx string) []uint32 {
	t.Helper()
	_, rest, _ := strings.Cut(tmx, `<data encoding="csv">`)
	text, _, _ := strings.Cut(rest, "</data>")
	out, err := fromCSV(strings.TrimSpace(text), 64)
	if err != nil || len(out) != 64 {
		t.Fatal(err, len(out))
	}
	return out
}

func pack(t testing.TB, gids []uint32, compression string) string {
	t.Helper()
	var raw bytes.Buffer
	var w io.WriteCloser
	switch compression {
	case "gzip":
		w = gzip.NewWriter(&raw)
	case "zlib":
		w = zlib.NewWriter(&raw)
	case "zstd":
		z, err := zstd.NewWriter(&raw)
		if err != nil {
			t.Fatal(err)
		}
		w = z
	}
	if w == nil {
		binary.Write(&raw, binary.LittleEndian, gids)
	} else {
		binary.Write(w, binary.LittleEndian, gids)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return base64.StdEncoding.EncodeToString(raw.Bytes())
}

func csv(gids []uint32) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(gids), " ", ","), "[]")
}

// part is a rectangle of the example's tiles.
func part(gids []uint32, x, y, w, h int) []uint32 {
	var out []uint32
	for j := y; j < y+h; j++ {
		for i := x; i < x+w; i++ {
			if i < 8 && j < 8 {
				out = append(out, gids[j*8+i])
			} else {
				out = append(out, 0)
			}
		}
	}
	return out
}

// forms is the example in every form that holds the same place.
func forms(t testing.TB) []form {
	tmx, tsx := example(t)
	g := gids(t, tmx)
	head, rest, _ := strings.Cut(tmx, `<data encoding="csv">`)
	_, tail, _ := strings.Cut(rest, "</data>")
	data := func(attrs, inside string) string { return head + "<data" + attrs + ">" + inside + "</data>" + tail }

	var tiles strings.Builder
	for _, v := range g {
		fmt.Fprintf(&tiles, `<tile gid="%d"/>`, v)
	}
	flipped := make([]uint32, len(g))
	for i, v := range g {
		flipped[i] = v | uint32(i%8)<<29
	}
	out := []form{
		{"xml tiles", data("", tiles.String())},
		{"flipped tiles", data(` encoding="csv"`, csv(flipped))},
		{"tileset in the map", strings.Replace(tmx, `<tileset firstgid="1" source="terrain.tsx"/>`, strings.Replace(tsx[strings.Index(tsx, "<tileset"):], "<tileset ", `<tileset firstgid="1" `, 1), 1)},
		{"a tileset of JSON", strings.Replace(tmx, "terrain.tsx", "terrain.tsj", 1)},
		{"a tileset by another system's path", strings.Replace(tmx, "terrain.tsx", `..\maps\terrain.tsx`, 1)},
		{"two tilesets", strings.Replace(data(` encoding="csv"`, csv(raised(g, 100))), `<tileset firstgid="1" source="terrain.tsx"/>`, `<tileset firstgid="101" source="terrain.tsx"/><tileset firstgid="1" source="terrain.tsj"/>`, 1)},
	}
	for _, c := range []string{"", "gzip", "zlib", "zstd"} {
		attrs := ` encoding="base64"`
		if c != "" {
			attrs += ` compression="` + c + `"`
		}
		out = append(out, form{"base64 " + c, data(attrs, "\n   "+pack(t, g, c)+"\n  ")})
	}

	// Groups that move what is in them, there and back.
	grouped := strings.Replace(tmx, ` <objectgroup id="2"`, ` <group id="20" name="things" offsetx="8" offsety="-4"><group id="21" name="more" offsetx="-8"><objectgroup offsety="4" id="2"`, 1)
	grouped = strings.Replace(grouped, " <objectgroup id=\"3\"", " </group></group><objectgroup id=\"3\"", 1)
	out = append(out, form{"groups", grouped})
	moved := strings.Replace(tmx, `<layer id="1" name="ground"`, `<group id="20" name="all" offsetx="3" offsety="5"><layer id="1" name="ground"`, 1)
	moved = strings.Replace(moved, "</map>", "</group></map>", 1)
	out = append(out, form{"all moved together", moved})

	// Infinite: the ground lies about the middle, in chunks of 4 × 4 that are
	// half empty at the edges; things lie where it lies.
	for _, c := range []string{"csv", "zlib", "zstd"} {
		var chunks strings.Builder
		for y := 0; y < 8; y += 5 {
			for x := 0; x < 8; x += 5 {
				p := part(g, x, y, 5, 5)
				text := csv(p)
				if c != "csv" {
					text = pack(t, p, c)
				}
				fmt.Fprintf(&chunks, `<chunk x="%d" y="%d" width="5" height="5">%s</chunk>`, x-3, y-2, text)
			}
		}
		attrs := ` encoding="csv"`
		if c != "csv" {
			attrs = ` encoding="base64" compression="` + c + `"`
		}
		inf := strings.Replace(data(attrs, chunks.String()), `infinite="0"`, `infinite="1"`, 1)
		for _, layer := range []string{"seats", "portals", "spawns", "props"} {
			inf = strings.Replace(inf, `name="`+layer+`"`, `name="`+layer+`" offsetx="-48" offsety="-32"`, 1)
		}
		out = append(out, form{"infinite " + c, inf})
	}
	return append(out, jsonForms(t, g)...)
}

func raised(g []uint32, by uint32) []uint32 {
	out := make([]uint32, len(g))
	for i, v := range g {
		out[i] = v + by
	}
	return out
}

func jsonForms(t testing.TB, g []uint32) []form {
	const whole = `{"type": "map", "version": "1.10", "orientation": "orthogonal", "width": 8, "height": 8, "tilewidth": 16, "tileheight": 16, "infinite": %s,
 "properties": [{"name": "title", "type": "string", "value": "{庭|にわ}"}, {"name": "earshot", "type": "float", "value": 6}],
 "tilesets": [{"firstgid": 1, "source": "terrain.tsj"}],
 "layers": [
  {"type": "tilelayer", "id": 1, "name": "ground", "width": 8, "height": 8, "x": 0, "y": 0, %s},
  {"type": "imagelayer", "id": 9, "name": "sketch", "image": "sketch.png"},
  {"type": "group", "id": 8, "name": "things", "offsetx": %d, "offsety": %d, "layers": [
   {"type": "objectgroup", "id": 2, "name": "seats", "objects": [{"id": 1, "name": "", "class": "seat", "x": 40, "y": 40, "width": 0, "height": 0, "rotation": 0, "point": true, "properties": [{"name": "facing", "type": "string", "value": "south"}]}]},
   {"type": "objectgroup", "id": 3, "name": "portals", "objects": [{"id": 2, "name": "south-gate", "type": "portal", "x": 48, "y": 112, "width": 32, "height": 16,
     "properties": [{"name": "to", "type": "string", "value": "station-plaza"}, {"name": "at", "type": "string", "value": "garden-gate"}, {"name": "title", "type": "string", "value": "{駅前|えきまえ}"}]}]},
   {"type": "objectgroup", "id": 4, "name": "spawns", "objects": [{"id": 3, "name": "middle", "type": "spawn", "x": 64, "y": 64, "point": true}]},
   {"type": "objectgroup", "id": 5, "name": "props", "objects": [{"id": 4, "name": "", "type": "tree-broad", "x": 88, "y": 40, "point": true, "properties": [{"name": "solid", "type": "string", "value": "12,6"}]}]}
  ]}
 ]}`
	var out []form
	add := func(name, infinite, data string, dx, dy int) {
		text := fmt.Sprintf(whole, infinite, data, dx, dy)
		if !json.Valid([]byte(text)) {
			t.Fatalf("%s is no JSON:\n%s", name, text)
		}
		out = append(out, form{"json " + name, text})
	}
	add("numbers", "false", `"data": [`+csv(g)+`]`, 0, 0)
	add("csv", "false", `"encoding": "csv", "data": [`+csv(g)+`]`, 0, 0)
	for _, c := range []string{"", "gzip", "zlib", "zstd"} {
		add("base64 "+c, "false", fmt.Sprintf(`"encoding": "base64", "compression": %q, "data": %q`, c, pack(t, g, c)), 0, 0)
	}
	add("infinite", "true", fmt.Sprintf(`"chunks": [{"x": -16, "y": 32, "width": 16, "height": 16, "data": [%s]}]`, csv(part(g, 0, 0, 16, 16))), -256, 512)
	add("infinite zstd", "true", fmt.Sprintf(`"encoding": "base64", "compression": "zstd", "chunks": [{"x": 0, "y": 0, "width": 16, "height": 16, "data": %q}]`, pack(t, part(g, 0, 0, 16, 16), "zstd")), 0, 0)
	return out
}

// tsj is the example's tileset as JSON.
func tsj(t testing.TB) string {
	_, tsx := example(t)
	s, err := readSheetXML([]byte(tsx))
	if err != nil {
		t.Fatal(err)
	}
	var tiles []jsonTile
	for n, c := range s.classes {
		tiles = append(tiles, jsonTile{ID: n, Type: c})
	}
	list, err := json.Marshal(tiles)
	if err != nil {
		t.Fatal(err)
	}
	return `{"type": "tileset", "name": "terrain", "tilewidth": 16, "tileheight": 16, "tilecount": 12, "tiles": ` + string(list) + `}`
}

func formFiles(t testing.TB, text string) fstest.MapFS {
	_, tsx := example(t)
	return fstest.MapFS{
		"maps/garden.tmx": {Data: []byte(text)}, "maps/terrain.tsx": {Data: []byte(tsx)}, "maps/terrain.tsj": {Data: []byte(tsj(t))},
	}
}

// Every form of the same place is the same place.
func TestEveryFormIsTheSamePlace(t *testing.T) {
	tmx, tsx := example(t)
	want, err := Load(files(tmx, tsx), "maps/garden.tmx", "garden")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range forms(t) {
		t.Run(f.name, func(t *testing.T) {
			if f.text == tmx {
				t.Fatal("it is the example itself")
			}
			got, err := Load(formFiles(t, f.text), "maps/garden.tmx", "garden")
			if err != nil {
				t.Fatal(err)
			}
			if got.Name() != want.Name() {
				t.Errorf("another place:\n%+v\nwant\n%+v", got, want)
			}
		})
	}
}

func TestOldTilesetsOfJSON(t *testing.T) {
	s, err := readSheetJSON([]byte(`{"name": "old", "tiles": {"3": {"type": "grass"}}}`))
	if err != nil || s.classes[3] != "grass" {
		t.Error(s, err)
	}
}

func TestRefusals(t *testing.T) {
	tmx, _ := example(t)
	g := gids(t, tmx)
	whole := jsonForms(t, g)[0].text
	for _, c := range []struct{ name, text, want string }{
		{"empty", " \n", `it is empty`},
		{"another XML", `<svg/>`, `it begins with <svg>, not with a Tiled <map>`},
		{"another JSON", `{"type": "FeatureCollection"}`, `it is a JSON of type "FeatureCollection", not a Tiled map`},
		{"a tileset", `{"type": "tileset"}`, `it is a JSON of type "tileset", not a Tiled map`},
		{"not JSON", `{"type": `, `unexpected end of JSON input`},
		{"hexagonal", strings.Replace(whole, `"orthogonal"`, `"hexagonal"`, 1), `map: orientation "hexagonal"; want orthogonal`},
		{"too small", strings.Replace(whole, `"width": 8`, `"width": 2`, 1), `map: width of "2" tiles; want 8 to 512`},
		{"strange layer", strings.Replace(whole, `"type": "imagelayer"`, `"type": "video"`, 1), `layer "sketch": type "video" is none of Tiled's`},
		{"strange tile", strings.Replace(whole, `"data": [7`, `"data": [-7`, 1), `json: cannot unmarshal number -7 into Go value of type uint32`},
		{"a far chunk", strings.Replace(strings.Replace(whole, `"infinite": false`, `"infinite": true`, 1), `"data": [`, `"chunks": [{"x": 99999999, "y": 0, "width": 1, "height": 1, "data": [1]}], "data": [`, 1), `layer ground: a chunk at (99999999,0): too far out`},
		{"a huge chunk", strings.Replace(strings.Replace(whole, `"infinite": false`, `"infinite": true`, 1), `"data": [`, `"chunks": [{"x": 0, "y": 0, "width": 99999999, "height": 99999999, "data": [1]}], "data": [`, 1), `layer ground: a chunk of 99999999 × 99999999 tiles`},
		{"little ground", strings.Replace(strings.Replace(whole, `"infinite": false`, `"infinite": true`, 1), `"data": [`, `"chunks": [{"x": 0, "y": 0, "width": 2, "height": 1, "data": [1, 1]}], "data": [`, 1), `layer ground: what is drawn there is 2 × 1 tiles; each side has 8 to 512`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.text == whole {
				t.Fatal("nothing was replaced")
			}
			_, err := Load(formFiles(t, c.text), "maps/garden.tmx", "garden")
			if err == nil || err.Error() != "maps/garden.tmx: "+c.want {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

// A few bytes must not become a heap: whatever is packed, no more is unpacked
// than the layer is large.
func TestPackedZeroesTakeNoRoom(t *testing.T) {
	tmx, _ := example(t)
	head, rest, _ := strings.Cut(tmx, `<data encoding="csv">`)
	_, tail, _ := strings.Cut(rest, "</data>")
	zeroes := make([]uint32, 8<<20) // 32 MiB of them
	for _, c := range []string{"gzip", "zlib", "zstd"} {
		text := pack(t, zeroes, c)
		fs := formFiles(t, head+`<data encoding="base64" compression="`+c+`">`+text+"</data>"+tail)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Load(fs, "maps/garden.tmx", "garden")
		runtime.ReadMemStats(&after)
		if err == nil || err.Error() != "maps/garden.tmx: layer ground: more than 64 tiles" {
			t.Errorf("%s: %v", c, err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 16<<20 {
			t.Errorf("%s: %d bytes of packed zeroes took %d bytes", c, len(text), took)
		}
	}
	if _, err := Load(fstest.MapFS{"m.tmx": {Data: make([]byte, maxFile+9)}}, "m.tmx", "m"); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Error(err)
	}
}

func TestTheLargestMapLoads(t *testing.T) {
	side := atlas.MaxTiles
	text := strings.NewReplacer(`width="8" height="8"`, fmt.Sprintf(`width="%d" height="%d"`, side, side)).Replace
	tmx, _ := example(t)
	head, rest, _ := strings.Cut(tmx, `<data encoding="csv">`)
	_, tail, _ := strings.Cut(rest, "</data>")
	g := make([]uint32, side*side)
	for i := range g {
		g[i] = 1
	}
	a, err := Load(formFiles(t, text(head)+`<data encoding="base64" compression="zstd">`+pack(t, g, "zstd")+"</data>"+tail), "maps/garden.tmx", "garden")
	if err != nil || a.Width != side || a.Height != side {
		t.Fatal(err)
	}
}
