package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"kakitsubata/tools/art/paint"
	"kakitsubata/tools/art/place"
	"kakitsubata/tools/art/thing"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// standing is every kind that stands somewhere: not flat, not set by the client.
func standing(kinds map[string]thing.Thing) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(kinds)), func(n string) bool {
		return kinds[n].Flat != nil || strings.HasPrefix(n, "fx-") || strings.HasPrefix(n, "emote-") || strings.HasPrefix(n, "hand-")
	})
}

// lightest is the lightness that a pixel of an outline stays below: the white of
// a fence mixed toward ink, and no filling that lost its outline.
const lightest = .6

// TestWhatStandsHasAnOutline: each pixel of a silhouette is dark, on every side
// and in every frame, so that a thing is told from any ground.
func TestWhatStandsHasAnOutline(t *testing.T) {
	kinds := thing.Kinds()
	for _, name := range standing(kinds) {
		for i, f := range kinds[name].Frames {
			bare := 0
			for p, c := range f.P {
				x, y := p%f.W, p/f.W
				outside := f.At(x-1, y).A == 0 || f.At(x+1, y).A == 0 || f.At(x, y-1).A == 0 || f.At(x, y+1).A == 0
				if c.A != 0 && outside && c.Lum() > lightest {
					bare++
				}
			}
			if bare > 0 {
				t.Errorf("%s, frame %d: %d pixels of its silhouette are no outline", name, i, bare)
			}
		}
	}
}

// hanging is what has no ground under it: it swims, hangs from another thing,
// or is built into a wall.
var hanging = []string{"koi", "duck", "gondola", "gondola-b", "gondola-c", "door-frame"}

// TestWhatStandsHasAShadow: the ground under a thing is darker than the same
// ground without it, where the thing itself doesn't hide it; the shadow touches
// its foot and reaches out to the right, away from the light. What comes and goes
// has its shadow from the client.
func TestWhatStandsHasAShadow(t *testing.T) {
	kinds := thing.Kinds()
	for _, name := range standing(kinds) {
		if slices.Contains(hanging, name) {
			continue
		}
		k := kinds[name]
		comes := len(k.Only) > 0 || slices.ContainsFunc(k.Script, func(s thing.Step) bool { return s.To != nil || s.Hide })
		if k.Cast != comes {
			t.Errorf("%s: cast is %v, and that it comes and goes is %v", name, k.Cast, comes)
		}
		if k.Cast {
			if k.Round > 0 || k.Wall > 0 {
				t.Errorf("%s: a shadow in the ground of what is not always there", name)
			}
			continue
		}
		seen, touches, right := shadow(t, name, k, kinds)
		if seen < 12 || !touches || right < 2 {
			t.Errorf("%s: %d pixels of shadow are seen, touches %v, %d px beyond its foot", name, seen, touches, right)
		}
	}
}

// shadow bakes a thing alone on paving: how much of its shadow is seen beside it,
// whether that touches it, and how far it reaches beyond its feet to the right.
func shadow(t *testing.T, name string, k thing.Thing, kinds map[string]thing.Thing) (seen int, touches bool, right int) {
	t.Helper()
	f := k.Frames[0]
	w, h := f.W/place.Tile+6, f.H/place.Tile+6
	x, y := 2*place.Tile+k.FootX, 2*place.Tile+k.FootY
	a := &atlas.Atlas{Width: w, Height: h, Ground: slices.Repeat([]atlas.Terrain{atlas.Paving}, w*h)}
	bare := bake(t, a, kinds)
	a.Props = []atlas.Prop{{Kind: name, At: plane.Point{X: int32(x) * place.Units, Y: int32(y) * place.Units}}}
	shaded := bake(t, a, kinds)
	base, reach := k.Base(), 0
	for i := range f.W {
		for j := max(0, base-3); j <= base; j++ {
			if f.At(i, j).A != 0 {
				reach = i
			}
		}
	}
	right = -f.W
	for p := range shaded.P {
		if shaded.P[p] == bare.P[p] {
			continue
		}
		i, j := p%shaded.W-2*place.Tile, p/shaded.W-2*place.Tile
		if f.At(i, j).A != 0 {
			continue
		}
		if shaded.P[p].Lum() >= bare.P[p].Lum() {
			t.Fatalf("%s: the ground is lighter at (%d, %d)", name, i, j)
		}
		seen++
		right = max(right, i-reach)
		touches = touches || j >= base-f.H/4 && (f.At(i-1, j).A != 0 || f.At(i, j-1).A != 0)
	}
	return seen, touches, right
}

func bake(t *testing.T, a *atlas.Atlas, kinds map[string]thing.Thing) *paint.Img {
	t.Helper()
	m, err := place.Bake(a, kinds)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
