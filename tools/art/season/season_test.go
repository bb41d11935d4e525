package season

import (
	"testing"

	"kakitsubata/tools/art/paint"
)

func TestWhatLastsIsTheSameInEverySeason(t *testing.T) {
	for _, s := range Names {
		for _, c := range append(append(paint.Ramp{}, paint.Wood...), paint.Water...) {
			if got := Turn(s, c); got != c {
				t.Errorf("%s turns %v into %v", s, c, got)
			}
		}
	}
}

// A leaf keeps its light and dark: where a ramp gets lighter, so does the season's.
func TestTurnsKeepTheOrderOfLight(t *testing.T) {
	for _, s := range Names {
		for _, r := range []paint.Ramp{paint.Grass, paint.Leaf, paint.Pine, paint.Cherry} {
			last := -1.0
			for _, c := range r {
				l := Turn(s, c).Lum()
				if l < last {
					t.Errorf("%s: %v of material %d is darker than the step before", s, c, c.K)
				}
				last = l
			}
		}
	}
}

func TestFlowersBloomInTheirSeason(t *testing.T) {
	flower, again := paint.Iris[3].Of(paint.Bloom), paint.Iris[3].Of(paint.Rebloom)
	for season, want := range map[string][2]bool{
		"cherry": {false, false}, "iris": {true, true}, "summer": {false, true}, "mando": {false, true}, "autumn": {false, true}, "winter": {false, false},
	} {
		if got := [2]bool{Turn(season, flower).A != 0, Turn(season, again).A != 0}; got != want {
			t.Errorf("%s: %v, want %v", season, got, want)
		}
	}
	if Turn("cherry", paint.Cherry[3]) != paint.Cherry[3] || Turn("winter", paint.Cherry[3]) == paint.Cherry[3] {
		t.Error("cherries do not bloom in their season alone")
	}
}

func TestSwapNamesWhatChangesOnly(t *testing.T) {
	palette := []paint.C{paint.Wood[0], paint.Wood[1], paint.Grass[2], paint.Leaf[3]}
	from := From(palette)
	if from != 2 || len(Swap("autumn", palette, from)) != 2*8 || Swap("iris", palette, from) != "" {
		t.Errorf("from %d, autumn %q, iris %q", from, Swap("autumn", palette, from), Swap("iris", palette, from))
	}
	if From(palette[:2]) != 2 {
		t.Error("where nothing changes there is a first change")
	}
}
