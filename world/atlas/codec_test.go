package atlas

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"

	"kakitsubata/world/plane"
)

func TestCodecRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		a := random(t, r)
		b := Encode(a)
		got, err := Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, a) {
			t.Fatalf("got %+v, want %+v", got, a)
		}
		if again := Encode(got); !bytes.Equal(again, b) {
			t.Fatal("encoding again gives other bytes")
		}
		if got.Name() != a.Name() {
			t.Fatal("another name")
		}
	}
}

// Bytes that clients have in their caches must stay readable.
func TestCodecGolden(t *testing.T) {
	a := draw(t, `
		########
		#......#
		#..~~..#
		#..~~..#
		#......#
		#......#
		#......#
		########`, func(a *Atlas) {
		a.Walls = []plane.Rect{{Min: plane.Point{X: 300, Y: 300}, Max: plane.Point{X: 310, Y: 420}}}
		a.Seats = []Seat{{middleOf(4, 4), plane.West}}
		a.Portals = []Portal{{"gate", tiles(6, 3, 7, 4), "park", "gate", "{公園|こうえん}"}}
		a.Zones = []Zone{{"quiet", tiles(1, 5, 4, 7), QuietEarshot, true, "しずか"}}
		a.Props = []Prop{{"bench", middleOf(4, 4), "", true}}
		a.Traits = []Trait{{"dark", "true"}}
	})
	const want = "010673616d706c6506e8a68be69cac080880100608000506010001040100010601000104010001060100050601000506010005060801ac02" +
		"ac02b602a403018009800980010467617465800c8006800e8008047061726b0467617465157be585ace59c927ce38193e38186e38188e382" +
		"937d0104686572658003800340010571756965748002800a8008800e80040109e38197e3819ae3818b010562656e63688009800900010104" +
		"6461726b0474727565"
	if got := hex.EncodeToString(Encode(a)); got != want {
		t.Errorf("encoded\n%s, want\n%s", got, want)
	}
	if got, want := a.Name(), "sample-f6e87bbda687"; got != want {
		t.Errorf("Name() = %q, want %q", got, want)
	}
}

func TestDecodeRefuses(t *testing.T) {
	a := random(t, rand.New(rand.NewPCG(7, 8)))
	whole := Encode(a)
	for n := range whole {
		if _, err := Decode(whole[:n]); !errors.Is(err, ErrCode) {
			t.Fatalf("the first %d bytes: %v", n, err)
		}
	}
	if _, err := Decode(append(bytes.Clone(whole), 0)); !errors.Is(err, ErrCode) {
		t.Errorf("with a byte more: %v", err)
	}
	whole[0]++
	if _, err := Decode(whole); !errors.Is(err, ErrCode) {
		t.Errorf("of another version: %v", err)
	}
}

// Each asks for much with few bytes.
func bombs() [][]byte {
	head := []byte{codecVersion, 0, 0, 0x80, 4, 0x80, 4, 1} // 512 × 512
	ground := append(bytes.Clone(head), 0, 0xff, 0xff, 0x0f)
	return [][]byte{
		head,
		ground,
		append(bytes.Clone(ground), 0x80, 0x20), // 4096 walls
		append(bytes.Clone(ground), 0, 0x80, 0x20),          // 4096 seats
		append(bytes.Clone(ground), 0, 0, 0, 0, 0, 0, 0x10), // 16 traits
		{codecVersion, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1},
		{codecVersion, 0, 0xff, 0xff, 0x03},
		manyWalls(ground),
	}
}

// manyWalls is 4096 walls over all of the map, in 24 KiB.
func manyWalls(ground []byte) []byte {
	b := append(bytes.Clone(ground), 0x80, 0x20)
	for range MaxThings {
		b = append(b, 1, 1, 0xff, 0xff, 0x07, 0xff, 0xff, 0x07)
	}
	return append(b, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0)
}

func TestDecodeAllocatesWithinBounds(t *testing.T) {
	// The ground and its index of the largest map, and what walls may cover.
	const constant = 512*512*(1+4) + MaxBoxes*(16+40) + 1<<20
	for i, b := range bombs() {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Decode(b)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("bomb %d was accepted", i)
		}
		if got := after.TotalAlloc - before.TotalAlloc; got > constant+uint64(len(b))*32 {
			t.Errorf("bomb %d of %d bytes: %d bytes allocated", i, len(b), got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 5 {
		f.Add(Encode(random(f, r)))
	}
	for _, b := range bombs() {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := Decode(b)
		if err != nil {
			return
		}
		again, err := Decode(Encode(a))
		if err != nil || !reflect.DeepEqual(a, again) {
			t.Fatalf("not the same again: %v", err)
		}
		// What is accepted can be walked on and asked anything.
		_ = a.Check()
		at, _, _ := a.Arrival("here")
		for h := range 256 {
			at = Walk(a, at, uint8(h), SubSteps)
		}
		a.EarshotAt(at)
		a.ZoneAt(at)
		a.PortalAt(at)
		a.TerrainAt(at)
		Path(a, at, a.Bounds().Middle(), 50)
	})
}
