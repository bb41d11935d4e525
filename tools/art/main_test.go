package main

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"kakitsubata/protocol/id"
	"kakitsubata/tools/art/place"
	"kakitsubata/tools/art/sheet"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// painted is everything, painted once for all tests.
var painted = sync.OnceValues(func() (map[string]file, error) {
	places, err := load(os.DirFS("../.."))
	if err != nil {
		return nil, err
	}
	calendar, err := readDays(os.DirFS("../.."), citiesOf(places))
	if err != nil {
		return nil, err
	}
	p, err := pictures(places, calendar)
	if err != nil {
		return nil, err
	}
	return p.files, nil
})

func all(t *testing.T) map[string]file {
	t.Helper()
	files, err := painted()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestCommittedPicturesAreCurrent(t *testing.T) {
	for name, f := range all(t) {
		was, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Errorf("%v; run `go run ./tools/art`", err)
		} else if !f.shows(was) {
			t.Errorf("%s is stale; run `go run ./tools/art`", name)
		}
	}
}

func TestPaintingTwiceGivesTheSame(t *testing.T) {
	places, err := load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	smallest := places[0]
	for _, l := range places {
		if l.atlas.Width*l.atlas.Height < smallest.atlas.Width*smallest.atlas.Height {
			smallest = l
		}
	}
	again, err := pictures([]located{smallest}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range again.files {
		if strings.HasSuffix(name, "seasons.json") {
			continue // it is of all places
		}
		if !reflect.DeepEqual(f, all(t)[name]) {
			t.Errorf("%s differs from the first painting", name)
		}
	}
}

func TestSizesStayWithinTheBudget(t *testing.T) {
	total, drawn := 0, 0
	for name := range all(t) {
		b, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		limit := 300_000
		if strings.HasSuffix(name, "plaza-still.png") {
			limit = 60_000
		}
		if len(b) > limit {
			t.Errorf("%s has %d bytes, more than %d", name, len(b), limit)
		}
		if strings.HasPrefix(name, "assets/pictures/") {
			continue // they are not served
		}
		total += len(b)
		if strings.HasPrefix(name, public) && strings.HasSuffix(name, ".png") {
			drawn += len(b)
		}
	}
	if drawn > 1_200_000 {
		t.Errorf("all pictures have %d bytes, more than 1.2 MB", drawn)
	}
	if total > drawn+150_000 {
		t.Errorf("what is beside the pictures has %d bytes", total-drawn)
	}
}

func TestEveryKindInMapsIsOnTheSheet(t *testing.T) {
	var kinds map[string]struct {
		X, Y, W, H, FootX, FootY, Frames, MS int
		Baked                                bool
	}
	if err := json.Unmarshal(all(t)[public+"/props.json"].text, &kinds); err != nil {
		t.Fatal(err)
	}
	page := all(t)[public+"/props.png"].picture.Bounds()
	for name, k := range kinds {
		if k.Baked {
			continue
		}
		r := image.Rect(k.X, k.Y, k.X+k.W*max(1, k.Frames), k.Y+k.H)
		if r.Empty() || !r.In(page) || k.FootX < 0 || k.FootX >= k.W || k.FootY < 0 || k.FootY > k.H || k.Frames > 1 && k.MS == 0 {
			t.Errorf("%s: %+v on a sheet of %v", name, k, page)
		}
	}
	places, err := load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range places {
		for _, p := range l.atlas.Props {
			if _, ok := kinds[p.Kind]; !ok {
				t.Errorf("%s: no kind %q", l.atlas.Place, p.Kind)
			}
		}
	}
}

func TestGroundCoversTheMapAndMarksWater(t *testing.T) {
	places, err := load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range places {
		m := all(t)[public+"/"+string(l.city)+"/"+string(l.atlas.Place)+".png"].picture
		if m.Bounds() != image.Rect(0, 0, l.atlas.Width*place.Tile, l.atlas.Height*place.Tile) {
			t.Errorf("%s: picture of %v for %d × %d tiles", l.atlas.Place, m.Bounds(), l.atlas.Width, l.atlas.Height)
		}
		marked, ponds := 0, 0
		for y := range l.atlas.Height {
			for x := range l.atlas.Width {
				terrain := l.atlas.TerrainAt(plane.Point{X: int32(x) * plane.Tile, Y: int32(y) * plane.Tile})
				a := color.NRGBAModel.Convert(m.At(x*place.Tile+8, y*place.Tile+8)).(color.NRGBA).A
				switch {
				case a != 254 && a != 255:
					t.Fatalf("%s: alpha %d in tile (%d, %d)", l.atlas.Place, a, x, y)
				case a == 254 && terrain.Solid() && terrain == atlas.Water:
					marked++
				case a == 254 && terrain != atlas.Water:
					t.Errorf("%s: the middle of tile (%d, %d) is marked as water and is %v", l.atlas.Place, x, y, terrain)
				}
				if terrain == atlas.Water {
					ponds++
				}
			}
		}
		if 10*marked < 8*ponds {
			t.Errorf("%s: of %d water tiles only %d are marked", l.atlas.Place, ponds, marked)
		}
	}
}

// TestNobodyIsHiddenAtAnArrival: whoever comes in is seen, not behind a house.
func TestNobodyIsHiddenAtAnArrival(t *testing.T) {
	var kinds map[string]entry
	if err := json.Unmarshal(all(t)[public+"/props.json"].text, &kinds); err != nil {
		t.Fatal(err)
	}
	sheetPixels := all(t)[public+"/props.png"].picture
	places, err := load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range places {
		names := []string{}
		for _, p := range l.atlas.Portals {
			names = append(names, p.Name)
		}
		for _, s := range l.atlas.Spawns {
			names = append(names, s.Name)
		}
		for _, name := range names {
			at, _, _ := l.atlas.Arrival(name)
			x, y := int(at.X/place.Units), int(at.Y/place.Units)
			for _, p := range l.atlas.Props {
				k := kinds[p.Kind]
				px, py := place.Foot(p)
				if k.W == 0 || py <= y || k.W < 40 || p.Kind == "gate" || p.Kind == "door-frame" {
					continue
				}
				i, j := x-(px-k.FootX), y-20-(py-k.FootY) // the face
				if i < 0 || j < 0 || i >= k.W || j >= k.H {
					continue
				}
				if _, _, _, a := sheetPixels.At(k.X+i, k.Y+j).RGBA(); a != 0 {
					t.Errorf("%s: who arrives at %s (%d, %d) stands behind %s", l.atlas.Place, name, x, y, p.Kind)
				}
			}
		}
	}
}

func TestSameComparesPixels(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 3, 2))
	m.Set(1, 1, color.NRGBA{9, 8, 7, 255})
	m.Set(0, 0, color.NRGBA{0, 0, 0, 255})
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	was := b.Bytes()
	if bytes.Equal(was, sheet.PNG(m)) || !sheet.Same(was, m) {
		t.Error("the same picture in other bytes is not the same")
	}
	m.Set(0, 0, color.NRGBA{1, 0, 0, 255})
	if sheet.Same(was, m) {
		t.Error("another picture is the same")
	}
	if !sheet.Alike(was, m) {
		t.Error("a hair of red is not alike")
	}
	m.Set(0, 0, color.NRGBA{200, 0, 0, 255})
	if sheet.Alike(was, m) {
		t.Error("red in one of six pixels is alike")
	}
	if sheet.Alike([]byte("not a picture"), m) {
		t.Error("rubbish is alike to a picture")
	}
}

// TestPlacesLeadThereAndBack: each place can be entered, and whoever goes through a gate finds the
// way back beside where they arrive.
func TestPlacesLeadThereAndBack(t *testing.T) {
	places, err := load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	all := map[id.PlaceID]*atlas.Atlas{}
	for _, l := range places {
		all[l.atlas.Place] = l.atlas
	}
	if len(all) < 9 {
		t.Errorf("%d places", len(all))
	}
	for name, a := range all {
		if len(a.Spawns) == 0 || len(a.Portals) == 0 {
			t.Errorf("%s: %d spawns, %d portals", name, len(a.Spawns), len(a.Portals))
		}
		if err := a.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, p := range a.Portals {
			back := slices.ContainsFunc(all[p.To].Portals, func(q atlas.Portal) bool { return q.Name == p.At && q.To == name && q.At == p.Name })
			if !back {
				t.Errorf("%s: portal %s leads to %s, and no portal %s there leads back", name, p.Name, p.To, p.At)
			}
		}
	}
}
