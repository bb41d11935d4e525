package sound

// Cue names a sound.
type Cue uint8

// Cues. The number given to Play beside some of them chooses a pitch.
const (
	Blip      Cue = iota // a bubble; the number is the speaker's
	StepStone            // a step; the number alternates
	StepGrass
	StepWood
	Open // something opens
	Close
	Portal
	Stamp   // something nice happened
	Held    // words that are not shown: one low soft note, never a buzzer
	Emote   // the number is the emote
	Tap     // a tap was understood
	Blocked // there is no way
	Splash
	pluck // a note of the music
	water // these three go round and round
	crickets
	rain
	cues
)

// Loops is how loud the sounds of a place are, from 0 to 1.
type Loops struct{ Water, Crickets, Rain float64 }

// pentatonic is the scale that everything is tuned in, in semitones: whatever
// sounds together sounds well.
var pentatonic = [...]int{0, 2, 4, 7, 9}

// semitones is how far above its written pitch a cue is played for a number.
func semitones(c Cue, n int) float64 {
	if n < 0 {
		n = -n
	}
	switch c {
	case Blip: // up to five steps of the scale either way, by the speaker
		step := int(uint32(n)*2654435761>>16)%11 - 5
		octave := 0
		for step < 0 {
			step, octave = step+len(pentatonic), octave-12
		}
		for step >= len(pentatonic) {
			step, octave = step-len(pentatonic), octave+12
		}
		return float64(pentatonic[step] + octave)
	case StepStone, StepGrass, StepWood:
		return float64([3]int{0, 2, -1}[n%3])
	case Emote:
		return float64(pentatonic[n%len(pentatonic)])
	}
	return 0
}

// A note of the music: when it begins, in beats, how far above the pluck's
// pitch, in semitones, and how loud, from 0 to 1.
type note struct {
	beat  float64
	pitch int
	gain  float64
}

// tune is a slow ring of 32 beats that never hurries.
var tune = [...]note{
	{0, -12, .5}, {0, 4, .6}, {2, 7, .5}, {3, 9, .45}, {4, -8, .4}, {6, 4, .5}, {7, 2, .4},
	{8, -5, .5}, {8, 2, .55}, {10, 4, .5}, {11, 7, .45}, {12, -10, .4}, {14, 2, .5},
	{16, -12, .5}, {16, 7, .6}, {18, 9, .5}, {19, 12, .45}, {20, -8, .4}, {21.5, 9, .4}, {22, 7, .5},
	{24, -5, .5}, {24, 4, .55}, {26, 2, .5}, {27, 0, .45}, {28, -12, .4}, {30, 0, .5},
}

const (
	tuneBeats  = 32
	tuneBeatMs = 640
)
