package companion

import (
	"testing"

	"kakitsubata/assets/cities"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas/tiled"
	"kakitsubata/world/plane"
)

// In every place of the city there is a way to nearly everybody: a companion
// that can't come leaves a child alone.
func TestEverybodyInKariyaCanBeMet(t *testing.T) {
	pack, err := cities.Load("kariya")
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range pack.Places {
		a, err := tiled.Load(pack.Maps, place.Map, place.ID)
		if err != nil {
			t.Fatal(err)
		}
		met, called, all := 0, 0, 0
		try := func(p plane.Point) {
			if v := (Seen{At: p}); addressable(a, &v) && a.PortalAt(p) < 0 {
				all++
				_, way, ok := doorNear(a, p)
				if !ok {
					return
				}
				met++
				if spot, ok := spotOn(&Sight{Atlas: a, Avatars: []Seen{v}}, way); ok && plane.Dist2(spot, p) <= 36*plane.Tile*plane.Tile {
					called++
				}
			}
		}
		for y := int32(1); y < int32(a.Height); y += 5 {
			for x := int32(1); x < int32(a.Width); x += 5 {
				if p := tile(x, y); a.Free(p) {
					try(p)
				}
			}
		}
		seats := all
		for _, s := range a.Seats {
			try(s.At)
		}
		if met*100 < all*95 || called*100 < all*95 {
			t.Errorf("%s: %d of %d points, the last %d of them seats, can be come to, %d at once", place.ID, met, all, all-seats, called)
		}
	}
}

// The city's lines are fit for a bubble in every reader's words.
func TestKariyaLines(t *testing.T) {
	pack, err := cities.Load("kariya")
	if err != nil {
		t.Fatal(err)
	}
	for m, lines := range pack.Companion.Lines {
		if len(baseLines[Moment(m)]) == 0 {
			t.Errorf("%s is a moment that nobody comes to", m)
		}
		for _, l := range lines {
			for _, b := range id.Brackets {
				if err := protocol.CheckText(render(l, b), protocol.MaxSayRunes); err != nil {
					t.Errorf("%s: %v: %s", m, err, l)
				}
			}
		}
	}
	for _, m := range cities.Moments {
		if len(baseLines[Moment(m)]) == 0 {
			t.Errorf("the city may write lines for %s, which nobody says", m)
		}
	}
}
