package sound

import (
	"math"
	"testing"
)

func rms(s []float64) float64 {
	sum := 0.0
	for _, v := range s {
		sum += v * v
	}
	return math.Sqrt(sum / float64(len(s)))
}

func TestEverySoundIsMadeAndKeepsItsBounds(t *testing.T) {
	bytes := 0
	for c := range cues {
		s := synthesise(c)
		bytes += 2 * len(s)
		if d := float64(len(s)) / Rate; d < .025 || d > 1 {
			t.Errorf("cue %d lasts %.3f s", c, d)
		}
		most := 0.0
		for i, v := range s {
			if math.IsNaN(v) || math.Abs(v) > .5 {
				t.Fatalf("cue %d is %v at sample %d: it would clip when sounds meet", c, v, i)
			}
			most = max(most, math.Abs(v))
		}
		if math.Abs(most-peaks[c]) > 1e-9 {
			t.Errorf("cue %d is as loud as %.3f, not %.3f", c, most, peaks[c])
		}
		if r := rms(s); r < .004 {
			t.Errorf("cue %d can't be heard: %.4f", c, r)
		}
	}
	if bytes >= 200_000 {
		t.Errorf("all sounds take %d bytes as 16-bit samples", bytes)
	}
	t.Logf("%d bytes as 16-bit samples", bytes)
}

func TestTheSameEachTime(t *testing.T) {
	for c := range cues {
		a, b := synthesise(c), synthesise(c)
		for i := range a {
			if a[i] != b[i] {
				t.Fatalf("cue %d differs at sample %d", c, i)
			}
		}
	}
}

func TestNothingClicks(t *testing.T) {
	for c := range water { // what does not go round begins and ends in silence
		s := synthesise(c)
		if math.Abs(s[0]) > .02 || math.Abs(s[len(s)-1]) > .02 {
			t.Errorf("cue %d begins at %.3f and ends at %.3f", c, s[0], s[len(s)-1])
		}
	}
	// What goes round meets itself: no step greater than those inside of it.
	for c := water; c < cues; c++ {
		s := synthesise(c)
		inside := 0.0
		for i := 1; i < len(s); i++ {
			inside = max(inside, math.Abs(s[i]-s[i-1]))
		}
		if seam := math.Abs(s[0] - s[len(s)-1]); seam > inside {
			t.Errorf("loop %d jumps by %.4f; inside at most %.4f", c, seam, inside)
		}
	}
}

func TestStepsAndPlacesLieBelowVoices(t *testing.T) {
	blip := rms(synthesise(Blip))
	for _, c := range []Cue{StepStone, StepGrass, StepWood, crickets} {
		if r := rms(synthesise(c)); r > blip*.7 {
			t.Errorf("cue %d is %.3f; a voice %.3f", c, r, blip)
		}
	}
}

func TestPitchesAreOfTheScale(t *testing.T) {
	seen := map[float64]bool{}
	for n := range 500 {
		p := semitones(Blip, n)
		seen[p] = true
		in := false
		for _, s := range pentatonic {
			if math.Mod(p+24, 12) == float64(s) {
				in = true
			}
		}
		if !in || p < -12 || p > 14 {
			t.Fatalf("speaker %d has the pitch %v", n, p)
		}
	}
	if len(seen) != 11 {
		t.Errorf("%d pitches of voices", len(seen))
	}
	for _, n := range tune {
		if n.beat < 0 || n.beat >= tuneBeats || n.gain > .6 {
			t.Errorf("note %+v", n)
		}
	}
}
