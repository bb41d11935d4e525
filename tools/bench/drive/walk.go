package drive

import (
	"math"
	"math/rand/v2"
	"sync"
	"time"
)

// The walk's pace and size; see doc.go of tools/bench for the definition.
const (
	mapSize = 6399 // hundredths of a tile
	movesIn = 100 * time.Millisecond
	maxTurn = 0.4 // radians, each way

	// ourPace is how fast a server of ours lets avatars walk: 57 units of 256
	// to a tile, twenty times a second, in hundredths of a tile a second.
	ourPace = 57.0 / 256 * 20 * 100

	kept    = 64 // moves that are remembered of each avatar
	differs = 12 // latest moves whose headings are all different
)

// stamp is a move that was sent.
type stamp struct {
	x, y    uint16
	heading uint8
	seq     uint32
	at      int64 // nanoseconds on the drive's clock, just before the write
}

// walker is an avatar's way. step is the writer's own; the ring is shared.
type walker struct {
	rng  *rand.Rand
	x, y float64
	ang  float64

	mu   sync.Mutex
	ring [kept]stamp
	seq  uint32 // of the newest
}

func newWalker(i int) *walker {
	rng := rand.New(rand.NewPCG(uint64(i), 42))
	return &walker{rng: rng, x: rng.Float64() * mapSize, y: rng.Float64() * mapSize, ang: rng.Float64() * 2 * math.Pi}
}

// step goes on by the definition: a turn of up to ±0.4 rad, then 0.2 to 0.5 tile.
// A place that one of the latest moves had is not gone to again.
func (w *walker) step() Move {
	for {
		w.ang += (w.rng.Float64() - 0.5) * 2 * maxTurn
		v := 20 + 30*w.rng.Float64()
		nx, ny := w.x+v*math.Cos(w.ang), w.y+v*math.Sin(w.ang)
		if nx < 0 || nx > mapSize || ny < 0 || ny > mapSize {
			w.ang = w.rng.Float64() * 2 * math.Pi
			continue
		}
		x, y := uint16(nx), uint16(ny)
		if w.stood(x, y) {
			w.ang++
			continue
		}
		w.x, w.y = nx, ny
		return Move{X: x, Y: y, Octant: uint8(int(math.Floor(w.ang/(math.Pi/4)))) & 7}
	}
}

func (w *walker) stood(x, y uint16) bool {
	for i := range w.ring {
		if s := &w.ring[i]; s.seq != 0 && s.x == x && s.y == y {
			return true
		}
	}
	return false
}

// turn is step for a server that walks by itself: the same turns, as headings,
// at its pace. passed is the time since the move before, which is walked along
// that one's heading.
func (w *walker) turn(passed time.Duration) Move {
	if w.seq > 0 {
		w.x, w.y = w.ahead(w.ang, passed)
	}
	for {
		ang := w.ang + (w.rng.Float64()-0.5)*2*maxTurn
		if !w.free(ang) {
			ang = w.rng.Float64() * 2 * math.Pi
		}
		heading := uint8(int(math.Round(ang*128/math.Pi)) & 255)
		if w.free(ang) && !w.went(heading) {
			w.ang = ang
			return Move{Heading: heading}
		}
	}
}

// free reports whether the next move's way ends before a wall.
func (w *walker) free(ang float64) bool {
	x, y := w.ahead(ang, movesIn)
	return x > 0 && x < mapSize && y > 0 && y < mapSize
}

func (w *walker) went(heading uint8) bool {
	for k := range uint32(differs) {
		if k < w.seq && w.ring[(w.seq-1-k)%kept].heading == heading {
			return true
		}
	}
	return false
}

func (w *walker) ahead(ang float64, passed time.Duration) (x, y float64) {
	far := ourPace * passed.Seconds()
	return min(max(w.x+far*math.Cos(ang), 0), mapSize), min(max(w.y+far*math.Sin(ang), 0), mapSize)
}

// sent notes a move just before it is written, and numbers it.
func (w *walker) sent(m Move, at int64) Move {
	w.mu.Lock()
	defer w.mu.Unlock()
	m.Seq = w.seq + 1
	w.ring[w.seq%kept] = stamp{m.X, m.Y, m.Heading, m.Seq, at}
	w.seq = m.Seq
	return m
}

// newest finds the newest of the last moves that fits.
func (w *walker) newest(among uint32, fits func(*stamp) bool) (stamp, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for k := uint32(0); k < among && k < w.seq; k++ {
		if s := &w.ring[(w.seq-1-k)%kept]; fits(s) {
			return *s, true
		}
	}
	return stamp{}, false
}

// between counts the moves after one and before another that were sent at a
// time or later.
func (w *walker) between(after, before uint32, since int64) (n int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for q := max(after+1, before-min(before, kept)); q < before; q++ {
		if s := &w.ring[(q-1)%kept]; s.seq == q && s.at >= since {
			n++
		}
	}
	return n
}
