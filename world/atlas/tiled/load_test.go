package tiled

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// example is the whole map that README.md shows: what it tells a city must
// work.
func example(t testing.TB) (tmx, tsx string) {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```xml\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	if len(blocks) != 2 {
		t.Fatalf("%d examples in README.md, want 2", len(blocks))
	}
	return blocks[0][1], blocks[1][1]
}

func files(tmx, tsx string) fs.FS {
	return fstest.MapFS{
		"maps/garden.tmx":  {Data: []byte(tmx)},
		"maps/terrain.tsx": {Data: []byte(tsx)},
	}
}

func TestLoadTheExample(t *testing.T) {
	tmx, tsx := example(t)
	a, err := Load(files(tmx, tsx), "maps/garden.tmx", "garden")
	if err != nil {
		t.Fatal(err)
	}
	if a.Place != "garden" || a.Title != "{庭|にわ}" || a.Width != 8 || a.Height != 8 || a.Earshot != 6*plane.Tile {
		t.Errorf("%q %q, %d × %d, earshot %d", a.Place, a.Title, a.Width, a.Height, a.Earshot)
	}
	if a.Ground[0] != atlas.Wall || a.Ground[9] != atlas.Grass || a.Ground[27] != atlas.Trail {
		t.Errorf("ground %v", a.Ground)
	}
	if want := []atlas.Seat{{At: plane.Point{X: 640, Y: 640}, Facing: plane.South}}; !slices.Equal(a.Seats, want) {
		t.Errorf("seats %v, want %v", a.Seats, want)
	}
	gate := atlas.Portal{Name: "south-gate", To: "station-plaza", At: "garden-gate", Title: "{駅前|えきまえ}",
		Area: plane.Rect{Min: plane.Point{X: 768, Y: 1792}, Max: plane.Point{X: 1280, Y: 2048}}}
	if !slices.Equal(a.Portals, []atlas.Portal{gate}) {
		t.Errorf("portals %v", a.Portals)
	}
	if want := []atlas.Spawn{{Name: "middle", At: plane.Point{X: 1024, Y: 1024}, Facing: plane.South}}; !slices.Equal(a.Spawns, want) {
		t.Errorf("spawns %v, want %v", a.Spawns, want)
	}
	if want := []atlas.Prop{{Kind: "tree-broad", At: plane.Point{X: 1408, Y: 640}}}; !slices.Equal(a.Props, want) {
		t.Errorf("props %v, want %v", a.Props, want)
	}
	// The tree's foot, 12 × 6 px with its bottom edge on the point.
	if want := []plane.Rect{{Min: plane.Point{X: 1312, Y: 544}, Max: plane.Point{X: 1504, Y: 640}}}; !slices.Equal(a.Walls, want) {
		t.Errorf("walls %v, want %v", a.Walls, want)
	}
	if a.Free(plane.Point{X: 1408, Y: 600}) || !a.Free(plane.Point{X: 1408, Y: 700}) {
		t.Error("the atlas is not prepared, or the tree is nowhere")
	}
}

const more = ` <objectgroup id="6" name="zones">
  <object id="5" name="loud" type="zone" x="16" y="16" width="16" height="16"><properties><property name="earshot" type="float" value="12.5"/></properties></object>
  <object id="6" name="shade" type="zone" x="32" y="16" width="16" height="16"><properties><property name="quiet" type="bool" value="true"/><property name="title" value="日かげ"/></properties></object>
 </objectgroup>
 <objectgroup id="7" name="walls">
  <object id="7" x="16.03" y="32" width="4.5" height="8"/>
 </objectgroup>
</map>`

func TestLoadZonesWallsAndTraits(t *testing.T) {
	tmx, tsx := example(t)
	tmx = strings.Replace(tmx, "</map>", more, 1)
	tmx = strings.Replace(tmx, `<property name="earshot" type="float" value="6"/>`, `<property name="dark" type="bool" value="true"/>`, 1)
	// Tiled before and after 1.9 writes type; a flipped tile is the same tile.
	tsx = strings.ReplaceAll(tsx, "class=", "type=")
	tmx = strings.Replace(tmx, "7,1,1,1,1,1,1,7", "7,2147483649,1,1,1,1,1,7", 1)
	a, err := Load(files(tmx, tsx), "maps/garden.tmx", "garden")
	if err != nil {
		t.Fatal(err)
	}
	if a.Earshot != atlas.DefaultEarshot || a.Trait("dark") != "true" || a.Ground[9] != atlas.Grass {
		t.Errorf("earshot %d, traits %v, ground %v", a.Earshot, a.Traits, a.Ground)
	}
	want := []atlas.Zone{
		{Name: "loud", Earshot: 3200, Area: plane.Rect{Min: plane.Point{X: 256, Y: 256}, Max: plane.Point{X: 512, Y: 512}}},
		{Name: "shade", Earshot: atlas.QuietEarshot, Quiet: true, Title: "日かげ", Area: plane.Rect{Min: plane.Point{X: 512, Y: 256}, Max: plane.Point{X: 768, Y: 512}}},
	}
	if !slices.Equal(a.Zones, want) {
		t.Errorf("zones %v, want %v", a.Zones, want)
	}
	// Fractions of pixels are rounded to units, of which a pixel has 16.
	if a.Walls[1] != (plane.Rect{Min: plane.Point{X: 256, Y: 512}, Max: plane.Point{X: 328, Y: 640}}) {
		t.Errorf("wall %v", a.Walls[1])
	}
}

// Each broken map is the example with one thing replaced; each fault is a
// line that names the file, the object and what is wrong.
func TestBrokenMaps(t *testing.T) {
	const file = "maps/garden.tmx: "
	for _, c := range []struct{ name, old, new, want string }{
		{"not XML", `<map `, `<map <`, file + `XML syntax error on line 2: expected attribute name in element`},
		{"isometric", `"orthogonal"`, `"isometric"`, file + `map: orientation "isometric"; want orthogonal`},
		{"infinite", `infinite="0"`, `infinite="1"`, file + `layer ground: the map is infinite, and its tiles are not in chunks`},
		{"tile size", `tilewidth="16"`, `tilewidth="32"`, file + `map: tiles of 32 × 16 px; want 16 × 16`},
		{"too small", `width="8"`, `width="4"`, file + `map: width of "4" tiles; want 8 to 512`},
		{"too big", `height="8"`, `height="9999999999"`, file + `map: height of "9999999999" tiles; want 8 to 512`},
		{"no title", `name="title"`, `name="titel"`, file + `map: property title is missing`},
		{"empty title", `value="{庭|にわ}"`, `value=""`, file + `map: property title is missing`},
		{"earshot of the map", `value="6"`, `value="far"`, file + `map: property earshot="far": want tiles, 1 to 64`},
		{"no ground", `name="ground"`, `name="Ground"`, file + `layer ground: there is no such tile layer (tile layers: Ground)`},
		{"empty cell", "7,1,1,2,2,1,1,7", "7,1,1,0,2,1,1,7", file + `layer ground, tile (3,3): it is empty`},
		{"a row too few", "7,1,1,2,2,1,1,7,\n", "", file + `layer ground: 56 tiles where 8 × 8 are 64`},
		{"no such tile", "7,1,1,2,2,1,1,7", "7,1,1,99,2,1,1,7", file + `layer ground, tile (3,3): tile 98 of tileset "terrain" has no class`},
		{"no tileset", `source="terrain.tsx"`, `source="other.tsx"`, file + `tileset "other.tsx": open maps/other.tsx: file does not exist`},
		{"unknown object layer", `name="seats"`, `name="seat"`, file + `object layer "seat": unknown (walls seats portals spawns zones props)`},
		{"shifted out of the map", `name="seats"`, `name="seats" offsetx="-44"`, file + `layer seats, object 1 "": it is at (-4,40) px, 0 × 0: outside of the map of 128 × 128 px`},
		{"bad number in csv", "7,1,1,2,2,1,1,7", "7,1,one,2,2,1,1,7", file + `layer ground: "one" is not a tile's number`},
		{"unknown encoding", `encoding="csv"`, `encoding="morse"`, file + `layer ground: encoding "morse" is none of csv, base64 and XML`},
		{"unknown compression", `encoding="csv"`, `encoding="base64" compression="rar"`, file + `layer ground: compression "rar" is none of gzip, zlib and zstd`},
		{"not in that compression", `encoding="csv"`, `encoding="base64" compression="zlib"`, file + `layer ground: zlib: illegal base64 data at input byte 1`},
		{"before all tilesets", `firstgid="1"`, `firstgid="5"`, file + `layer ground, tile (1,1): number 1 is of no tileset`},
		{"capsule", `y="40"><properties><property name="facing" value="south"/></properties><point/>`, `y="40"><capsule/>`, file + `layer seats, object 1 "": it is a capsule; want a point or rectangle`},
		{"two layers", `name="spawns"`, `name="seats"`, file + "object layer \"seats\": there are two of this name\n" + file + `object layer "spawns": there is no spawn: nobody could come in`},
		{"no spawn", `<object id="3" name="middle" class="spawn" x="64" y="64"><point/></object>`, ``, file + `object layer "spawns": there is no spawn: nobody could come in`},
		{"no facing", `<property name="facing" value="south"/>`, ``, file + `layer seats, object 1 "": property facing is missing (north east south west)`},
		{"bad facing", `value="south"`, `value="down"`, file + `layer seats, object 1 "": property facing="down": want north, east, south or west`},
		{"unknown property", `name="facing"`, `name="fasing"`, file + `layer seats, object 1 "": unknown property "fasing" (facing)`},
		{"wrong class", `class="seat"`, `class="bench"`, file + `layer seats, object 1 "": class "bench"; objects in seats are of class seat`},
		{"no name", `name="south-gate"`, `name=""`, file + `layer portals, object 2 "": it has no name`},
		{"strange name", `name="south-gate"`, `name="South Gate"`, file + `layer portals, object 2 "South Gate": the name has something else than lower-case letters, digits and hyphens, or over 64 of them`},
		{"no target", `<property name="to" value="station-plaza"/>`, ``, file + `layer portals, object 2 "south-gate": property to is missing: where does it lead?`},
		{"strange target", `value="station-plaza"`, `value="駅前"`, file + `layer portals, object 2 "south-gate": property to="駅前": want lower-case letters, digits and hyphens`},
		{"portal as a point", ` width="32" height="16"`, ``, file + `layer portals, object 2 "south-gate": it is a point; want a rectangle`},
		{"flat portal", ` width="32" height="16"`, ` width="32" height="0"`, file + `layer portals, object 2 "south-gate": its size is 32 × 0 px`},
		{"spawn as a box", `x="64" y="64"`, `x="64" y="64" width="9" height="9"`, file + `layer spawns, object 3 "middle": it is a rectangle; want a point`},
		{"outside", `x="64" y="64"`, `x="64" y="128"`, file + `layer spawns, object 3 "middle": it is at (64,128) px, 0 × 0: outside of the map of 128 × 128 px`},
		{"half outside", `width="32" height="16"`, `width="32" height="17"`, file + `layer portals, object 2 "south-gate": it is at (48,112) px, 32 × 17: outside of the map of 128 × 128 px`},
		{"not a number", `x="64" y="64"`, `x="left" y="64"`, file + `layer spawns, object 3 "middle": x="left" is not a number`},
		{"NaN", `x="64" y="64"`, `x="NaN" y="64"`, file + `layer spawns, object 3 "middle": it is at (NaN,64) px, 0 × 0: outside of the map of 128 × 128 px`},
		{"rotated", `x="48" y="112"`, `x="48" y="112" rotation="45"`, file + `layer portals, object 2 "south-gate": it is rotated; want a point or rectangle`},
		{"ellipse", `y="40"><properties><property name="facing" value="south"/></properties><point/>`, `y="40"><ellipse/>`, file + `layer seats, object 1 "": it is an ellipse; want a point or rectangle`},
		{"no kind", `class="tree-broad"`, ``, file + `layer props, object 4 "": class "": in props the class is the kind (lower-case letters, digits and hyphens)`},
		{"bad box", `value="12,6"`, `value="12x6"`, file + `layer props, object 4 "": property solid="12x6": want "W,H" in pixels, such as "12,6"`},
		{"bad flag", `<property name="solid" value="12,6"/>`, `<property name="flip" value="yes"/>`, file + `layer props, object 4 "": property flip="yes": want true or false`},
		{"spawn in a wall", `x="64" y="64"`, `x="8" y="8"`, file + `spawn "middle": nobody can stand there: it is in something solid or at the map's edge`},
		{"name twice", `name="middle"`, `name="south-gate"`, file + `portal "south-gate": the name is also that of a spawn`},
		{"unreachable portal", "7,7,7,2,2,7,7,7", "7,7,7,7,7,7,7,7", file + `portal "south-gate": can't be reached on foot from spawn "middle"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			tmx, tsx := example(t)
			broken := strings.Replace(tmx, c.old, c.new, 1)
			if broken == tmx {
				t.Fatalf("the example does not hold %q", c.old)
			}
			_, err := Load(files(broken, tsx), "maps/garden.tmx", "garden")
			if err == nil {
				t.Fatal("accepted")
			}
			if got := err.Error(); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			if !errors.Is(err, ErrMap) {
				t.Error("it is not ErrMap")
			}
		})
	}
}

func TestBrokenTilesets(t *testing.T) {
	tmx, tsx := example(t)
	for old, want := range map[string]string{
		`class="grass"`: `layer ground, tile (1,1): tile 0 of tileset "terrain": class "lava" is no terrain (grass path paving sand water floor wall boardwalk bridge rail tatami road)`,
		`<tile id="0" `: `layer ground, tile (1,1): tile 0 of tileset "terrain" has no class`,
	} {
		broken := strings.Replace(tsx, old, map[string]string{`class="grass"`: `class="lava"`, `<tile id="0" `: `<tile id="50" `}[old], 1)
		_, err := Load(files(tmx, broken), "maps/garden.tmx", "garden")
		if err == nil || err.Error() != "maps/garden.tmx: "+want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

// All faults are told at once.
func TestManyFaults(t *testing.T) {
	tmx, tsx := example(t)
	tmx = strings.Replace(tmx, `value="south"`, `value="down"`, 1)
	tmx = strings.Replace(tmx, `class="spawn"`, `class="door"`, 1)
	tmx = strings.Replace(tmx, `value="12,6"`, `value="-1,0"`, 1)
	_, err := Load(files(tmx, tsx), "maps/garden.tmx", "garden")
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("want three faults: %v", err)
	}
}

func TestNoSuchFile(t *testing.T) {
	_, err := Load(fstest.MapFS{}, "maps/garden.tmx", "garden")
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "maps/garden.tmx: ") {
		t.Error(err)
	}
}

func FuzzLoad(f *testing.F) {
	tmx, tsx := example(f)
	for _, form := range forms(f) {
		f.Add(form.text)
	}
	f.Add(tmx)
	f.Add(strings.Replace(tmx, "</map>", more, 1))
	f.Add("")
	f.Add("<map tileheight=\"\n\">")
	f.Add(`<map orientation="orthogonal" width="8" height="8" tilewidth="16" tileheight="16"><layer name="ground"/></map>`)
	f.Add(`<map orientation="orthogonal" width="8" height="8" tilewidth="16" tileheight="16"><objectgroup name="props"><object gid="4" template="x"/></objectgroup></map>`)
	f.Add(strings.Replace(tmx, "7,7,7,2,2,7,7,7", "7,7,7,4294967295,2,7,7,7", 1))
	f.Fuzz(func(t *testing.T, tmx string) {
		a, err := Load(files(tmx, tsx), "maps/garden.tmx", "garden")
		if err != nil {
			for line := range strings.Lines(err.Error()) {
				if !strings.HasPrefix(line, "maps/garden.tmx: ") {
					t.Fatalf("a fault without the file: %q", line)
				}
			}
			return
		}
		if _, err := atlas.Decode(atlas.Encode(a)); err != nil {
			t.Fatal(err)
		}
	})
}
