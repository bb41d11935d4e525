package draw

import (
	"math"
	"math/rand/v2"
	"time"

	"kakitsubata/protocol/id"
)

const (
	maxParticles = 200
	maxOnce      = 48
	lowParticles = 40
)

// once is an effect that plays its frames and is gone.
type once struct {
	name  string
	x, y  float64
	since time.Duration
	ms    time.Duration // of a frame
	n     int
}

// particle floats. In art pixels and seconds.
type particle struct {
	name   string
	x, y   float64
	vx, vy float64
	fall   float64 // added to vy each second
	air    bool    // of the place's air, not of a burst
	until  time.Duration
}

// effects are small things that pass: dust, rings, petals. Nothing is
// allocated once its two lists have grown.
type effects struct {
	once  []once
	parts []particle
	next  time.Duration
	most  int // particles at once
}

func (f *effects) clear() { f.once, f.parts = f.once[:0], f.parts[:0] }

func (f *effects) play(now time.Duration, name string, x, y float64, frames int, ms time.Duration) {
	if len(f.once) >= maxOnce {
		copy(f.once, f.once[1:])
		f.once = f.once[:len(f.once)-1]
	}
	f.once = append(f.once, once{name, x, y, now, ms, frames})
}

// add lets one more particle float, if there is room.
func (f *effects) add(p particle) {
	if len(f.parts) < min(max(f.most, lowParticles), maxParticles) {
		f.parts = append(f.parts, p)
		return
	}
	if p.air {
		return
	}
	// An answer goes before the weather.
	for i := range f.parts {
		if f.parts[i].air {
			f.parts[i] = p
			return
		}
	}
}

// burst lets n particles fly from a point.
func (f *effects) burst(now time.Duration, name string, x, y float64, n int) {
	for range n {
		f.add(particle{name: name, x: x, y: y, vx: rand.Float64()*44 - 22, vy: -14 - rand.Float64()*26, fall: 30,
			until: now + 450*time.Millisecond + time.Duration(rand.IntN(400))*time.Millisecond})
	}
}

// run moves everything on by dt.
func (f *effects) run(now, dt time.Duration) {
	keep := f.once[:0]
	for _, o := range f.once {
		if now-o.since < o.ms*time.Duration(o.n) {
			keep = append(keep, o)
		}
	}
	f.once = keep
	parts := f.parts[:0]
	s := dt.Seconds()
	for _, p := range f.parts {
		if now > p.until {
			continue
		}
		p.vy += p.fall * s
		p.x += p.vx * s
		p.y += p.vy * s
		parts = append(parts, p)
	}
	f.parts = parts
}

// airMost is how many particles of a kind are in the air of a view, for n on a
// screen of 480 by 300.
func airMost(n int, w, h float64, slow bool) int {
	most := int(math.Round(float64(n) * w * h / (480 * 300)))
	if slow {
		most = min(most/3, lowParticles/2)
	}
	return min(most, maxParticles*3/5)
}

// blow keeps the air as full as it should be: a few more at a time.
func (f *effects) blow(now time.Duration, a floating, v *View, slow bool) {
	if a.n == 0 || now < f.next {
		return
	}
	w, h := v.Size()
	most := airMost(a.n, w, h, slow)
	have := 0
	for i := range f.parts {
		if f.parts[i].air {
			have++
		}
	}
	// What falls fast is soon through the view; the rest lives some seconds, and
	// is replaced as fast as it goes.
	life := 5500 * time.Millisecond
	if speed := math.Hypot(a.dx, a.dy); speed > 60 {
		life = time.Duration(150 / speed * float64(time.Second))
	}
	each := life / time.Duration(max(most, 1))
	if f.next < now-airCatchUp*each {
		f.next = now - airCatchUp*each
	}
	for ; f.next <= now; f.next += each {
		if have >= most {
			continue
		}
		have++
		stray := func() float64 { return rand.Float64()*8 - 4 }
		long := life*3/4 + time.Duration(rand.Int64N(int64(life/2)))
		// It comes from where the wind does: half of its life lies before the view.
		f.add(particle{name: a.kind, vx: a.dx + stray(), vy: a.dy + stray(), air: true, until: now + long,
			x: v.CamX + rand.Float64()*w - a.dx*long.Seconds()/2, y: v.CamY + rand.Float64()*h - a.dy*long.Seconds()/2})
	}
}

// airCatchUp is how many are added at once at most, when frames are few.
const airCatchUp = 10

// sparks are what flies up with an emote.
var sparks = [id.EmoteEnd]string{
	id.EmoteHeart: "fx-petal", id.EmoteSurprise: "fx-sparkle", id.EmoteNote: "fx-note", id.EmoteWave: "fx-sparkle",
	id.EmoteLaugh: "fx-sparkle", id.EmoteClap: "fx-sparkle",
}

// fiveWithin is how near two who wave must be for a high five, in units.
const fiveWithin = 2.4 * 256
