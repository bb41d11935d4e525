package node

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"kakitsubata/assets/cities"
	"kakitsubata/protocol/id"
	"kakitsubata/server/session"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// Bench rooms stand beside a city for tools/bench: open ground, one copy,
// any number of avatars, and bots alone may enter. All share one map.
const (
	benchTiles  = 64
	benchSpawns = 2048 // more than one room is asked to hold, so that starts differ
	maxBench    = 1000
)

// benchPlace names the k-th bench room, from 1.
func benchPlace(k int) id.PlaceID { return id.PlaceID("bench-" + strconv.Itoa(k)) }

// benchSpawn names the place where the i-th bot begins.
func benchSpawn(i int) string { return "s" + strconv.Itoa(i%benchSpawns) }

// addBench puts count bench rooms beside the city's places. They open when a
// bot comes.
func (t *town) addBench(count int) error {
	if count == 0 {
		return nil
	}
	a := &atlas.Atlas{
		Place: "bench", Title: "bench", Width: benchTiles, Height: benchTiles, Earshot: atlas.DefaultEarshot,
		Ground: make([]atlas.Terrain, benchTiles*benchTiles), Spawns: make([]atlas.Spawn, benchSpawns),
	}
	for i := range a.Spawns {
		a.Spawns[i] = atlas.Spawn{Name: benchSpawn(i), At: benchStart(i)}
	}
	if err := a.Prepare(); err != nil {
		return err
	}
	encoded, name := atlas.Encode(a), a.Name()
	for k := 1; k <= count; k++ {
		p := benchPlace(k)
		if t.places[p] != nil {
			return fmt.Errorf("node: the city has a place %s of its own: bench rooms can't stand beside it", p)
		}
		t.places[p] = &place{
			Place: cities.Place{ID: p, Title: string(p), Copies: 1}, atlas: a, encoded: encoded, name: name, bench: true,
		}
	}
	return nil
}

// benchStart is the i-th avatar's seeded place, anywhere on the map: the same
// that tools/bench gives it in other servers.
func benchStart(i int) plane.Point {
	const size = benchTiles * plane.Tile
	r := rand.New(rand.NewPCG(uint64(i), 42))
	x, y := int32(r.Float64()*size), int32(r.Float64()*size)
	return plane.Point{X: min(max(x, atlas.FootX), size-atlas.FootX), Y: min(max(y, atlas.FootY), size-atlas.FootY)}
}

// benchRoom is where the i-th bot of a bench room begins; ok is false for
// everybody else.
func (n *Node) benchRoom(s *session.Session, p id.PlaceID) (at string, ok bool) {
	it := n.town.places[p]
	if it == nil || !it.bench {
		return "", false
	}
	return benchSpawn(int(uint64(s.Visitor().ID) & botNumber)), true
}
