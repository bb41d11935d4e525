package thing

import "math"

// A Step is a piece of a script: it stays For so many milliseconds, or walks To
// a point, at PX pixels a second or within that time. Points are relative to the
// prop's.
type Step struct {
	At     []int `json:"at,omitempty"` // where the script begins; of the first step only
	For    int   `json:"for,omitempty"`
	To     []int `json:"to,omitempty"`
	PX     int   `json:"px,omitempty"`
	Frames []int `json:"frames,omitempty"`
	MS     int   `json:"ms,omitempty"` // how long each of the frames is shown
	Flip   bool  `json:"flip,omitempty"`
	Hide   bool  `json:"hide,omitempty"`
}

// A Part is another kind that goes with a thing, so many milliseconds ahead.
type Part struct {
	Kind  string `json:"kind"`
	Start int    `json:"start,omitempty"`
	At    []int  `json:"at,omitempty"`
}

// A Clock has hands of two kinds about a point.
type Clock struct {
	At     []int  `json:"at"`
	Hour   string `json:"hour"`
	Minute string `json:"minute"`
}

// How many pictures each hand has.
const HourHands, MinuteHands = 48, 60

// Shy is how a thing flies off when somebody comes near.
type Shy struct {
	Near   int   `json:"near"`
	Frames []int `json:"frames"`
	MS     int   `json:"ms"`
	To     []int `json:"to"`
	PX     int   `json:"px"`
	Back   int   `json:"back"` // milliseconds until it comes back
}

// A Pose is where a script is at a time.
type Pose struct {
	X, Y, Frame  int
	Flip, Hidden bool
}

func (s Step) length(x, y float64) float64 {
	if s.PX == 0 {
		return float64(s.For)
	}
	return math.Round(1000 * math.Hypot(float64(s.To[0])-x, float64(s.To[1])-y) / float64(s.PX))
}

// Length is how long a script takes once, in milliseconds.
func Length(script []Step) float64 {
	sum := 0.0
	walk(script, func(_ Step, _, _, _, _, long float64) bool {
		sum += long
		return true
	})
	return sum
}

// walk goes through the steps: each from (x, y) to (u, v) in long milliseconds.
func walk(script []Step, each func(s Step, x, y, u, v, long float64) bool) {
	x, y := 0.0, 0.0
	if len(script) > 0 && script[0].At != nil {
		x, y = float64(script[0].At[0]), float64(script[0].At[1])
	}
	for _, s := range script {
		u, v := x, y
		if s.To != nil {
			u, v = float64(s.To[0]), float64(s.To[1])
		}
		if !each(s, x, y, u, v, s.length(x, y)) {
			return
		}
		x, y = u, v
	}
}

// Play is the pose of a script at a time in milliseconds.
func Play(script []Step, ms float64) Pose {
	var p Pose
	all := Length(script)
	if all == 0 {
		return p
	}
	ms = math.Mod(ms, all)
	walk(script, func(s Step, x, y, u, v, long float64) bool {
		if ms >= long {
			ms -= long
			return true
		}
		t := ms / long
		p = Pose{X: int(math.Round(x + (u-x)*t)), Y: int(math.Round(y + (v-y)*t)), Flip: s.Flip, Hidden: s.Hide}
		if n := len(s.Frames); n > 0 {
			p.Frame = s.Frames[int(ms)/max(1, s.MS)%n]
		}
		return false
	})
	return p
}
