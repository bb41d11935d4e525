package node

import (
	"testing"

	"kakitsubata/assets/cities"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world"
	"kakitsubata/world/atlas"
	"kakitsubata/world/atlas/tiled"
	"kakitsubata/world/plane"
)

// By each door and spawn of the city a class of thirty comes in: each stands on
// a tile of its own, and in nobody's way to another place.
func TestAClassArrivesInEveryPlace(t *testing.T) {
	p, err := cities.Load("kariya")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range p.Places {
		a, err := tiled.Load(p.Maps, x.Map, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		names := []string{""}
		for i := range a.Portals {
			names = append(names, a.Portals[i].Name)
		}
		for _, name := range names {
			class(t, a, x.ID, name, min(30, x.Capacity))
		}
	}
}

func class(t *testing.T, a *atlas.Atlas, place id.PlaceID, name string, size int) {
	r := world.New(a, world.Options{Room: id.RoomID{City: "kariya", Place: place, Copy: 1}})
	stood := map[plane.Point]bool{}
	for n := id.AvatarID(1); int(n) <= size; n++ {
		for _, f := range r.Step(r.Tick()+1, []world.Command{world.Enter(n, protocol.Who{Name: "こ"}, name)}) {
			tile := plane.Point{X: f.At.X / plane.Tile, Y: f.At.Y / plane.Tile}
			if f.Op != world.Entered || stood[tile] || a.PortalAt(f.At) >= 0 || !a.Free(f.At) {
				t.Errorf("%s, by %q: number %d stands badly at %v: op %d", place, name, n, f.At, f.Op)
			}
			stood[tile] = true
		}
	}
	if len(stood) != size {
		t.Errorf("%s, by %q: %d of %d have a tile", place, name, len(stood), size)
	}
}
