package draw

import (
	"math"

	"kakitsubata/client/scene"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

const (
	murmurMost  = 8  // figures of a block
	murmurTries = 4  // for a place to stand
	murmurFade  = 3  // tiles over which figures come out of nothing
	murmurAlpha = .5 // at most: they are no people one could speak to
	murmurBob   = .8 // art pixels, up and down
)

// murmurLooks is how the figures of a murmur are dressed, and whoever else
// can't be shown in clothes of their own.
var murmurLooks = [...]id.Look{
	id.NewLook(0, 1, 0, 0, 2, 0), id.NewLook(1, 0, 2, 1, 4, 0), id.NewLook(4, 2, 4, 2, 3, 1), id.NewLook(2, 4, 1, 4, 1, 0),
	id.NewLook(3, 0, 5, 3, 0, 2), id.NewLook(0, 3, 3, 1, 1, 4).Carrying(1), id.NewLook(5, 0, 1, 5, 5, 0), id.NewLook(1, 2, 0, 3, 3, 2),
}

// spot is where a figure stands, in units. It is the same on every page and at
// every count, so that figures neither jump nor swap.
type spot struct {
	x, y  float64
	look  id.Look
	dir   int     // as a mood's
	phase float64 // of its bobbing, 0 to 1
}

// murmurs finds places for the figures, once for each block.
type murmurs map[[2]float64][]spot

// figures is how many stand for n.
func figures(n int) int {
	if n <= 0 {
		return 0
	}
	return min(n, murmurMost, int(math.Round(1.4*math.Sqrt(float64(n)))))
}

// of is where a murmur's figures stand. There are fewer where there is little
// ground.
func (c murmurs) of(a *atlas.Atlas, m scene.Murmur) []spot {
	key := [2]float64{m.X, m.Y}
	all, ok := c[key]
	if !ok {
		all = spots(a, m)
		c[key] = all
	}
	return all[:min(figures(m.N), len(all))]
}

func spots(a *atlas.Atlas, m scene.Murmur) (all []spot) {
	const block = protocol.BlockTiles * plane.Tile
	h := uint32(m.X)*2654435761 ^ uint32(m.Y)*2246822519
	next := func(n uint32) uint32 {
		h ^= h << 13
		h ^= h >> 17
		h ^= h << 5
		return h % n
	}
	if h == 0 {
		h = 1
	}
	for range murmurMost * murmurTries {
		p := plane.Point{X: int32(m.X) - block/2 + int32(next(block)), Y: int32(m.Y) - block/2 + int32(next(block))}
		s := spot{x: float64(p.X), y: float64(p.Y), look: murmurLooks[next(uint32(len(murmurLooks)))], dir: int(next(4)), phase: float64(next(64)) / 64}
		if a.Free(p) && !crowded(all, s) {
			if all = append(all, s); len(all) == murmurMost {
				break
			}
		}
	}
	return all
}

// crowded reports whether a figure would stand on another's feet.
func crowded(all []spot, s spot) bool {
	for i := range all {
		if math.Hypot(all[i].x-s.x, all[i].y-s.y) < plane.Tile {
			return true
		}
	}
	return false
}

// murmurSeen is how clearly a figure is seen from where one stands, 0 to 1:
// nearer than one sees people one by one there are none.
func murmurSeen(s *spot, x, y float64) float64 {
	d := math.Hypot(s.x-x, s.y-y)/plane.Tile - protocol.NearTiles
	return min(max(d/murmurFade, 0), 1)
}

// bob is how far a figure is lifted at a time in seconds, in art pixels.
func (s *spot) bob(seconds float64) float64 {
	return murmurBob * (1 + math.Sin(2*math.Pi*(seconds/2.4+s.phase))) / 2
}

// standIn is what somebody wears whose own look can't be shown just now.
func standIn(l id.Look) id.Look { return murmurLooks[uint32(l)%uint32(len(murmurLooks))] }
