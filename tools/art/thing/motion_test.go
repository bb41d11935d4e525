package thing

import (
	"slices"
	"testing"

	"kakitsubata/tools/art/season"
)

func TestPlay(t *testing.T) {
	script := []Step{
		{For: 1000, Frames: []int{0, 1}, MS: 250},
		{To: []int{30, 40}, PX: 50, Frames: []int{2}, Flip: true},
		{For: 500, Hide: true},
		{To: []int{0, 0}, For: 2000},
	}
	if n := Length(script); n != 1000+1000+500+2000 {
		t.Fatalf("it takes %g ms", n)
	}
	for ms, want := range map[float64]Pose{
		0:    {},
		300:  {Frame: 1},
		600:  {},
		1500: {X: 15, Y: 20, Frame: 2, Flip: true},
		2200: {X: 30, Y: 40, Hidden: true},
		3500: {X: 15, Y: 20},
		4500: {},
		6000: {X: 15, Y: 20, Frame: 2, Flip: true},
	} {
		if got := Play(script, ms); got != want {
			t.Errorf("at %g: %+v, want %+v", ms, got, want)
		}
	}
	if (Play(nil, 77) != Pose{}) {
		t.Error("no script moves")
	}
}

// Every kind's frames are there, its parts and hands are kinds, and its script
// ends somewhere.
func TestKindsAreWhole(t *testing.T) {
	kinds := Kinds()
	for name, k := range kinds {
		if (k.Flat == nil) == (len(k.Frames) == 0) {
			t.Errorf("%s: it is neither flat nor has it frames, or both", name)
		}
		frames := len(k.Frames)
		for i, f := range k.Frames {
			if f.W != k.Frames[0].W || f.H != k.Frames[0].H || f.W*frames > 1022 {
				t.Errorf("%s: frame %d is %d × %d", name, i, f.W, f.H)
			}
		}
		for i, s := range k.Script {
			if slices.ContainsFunc(s.Frames, func(n int) bool { return n < 0 || n >= frames }) || s.For == 0 && s.PX == 0 || s.For < 0 || s.PX < 0 {
				t.Errorf("%s: step %d: %+v", name, i, s)
			}
		}
		if len(k.Script) > 64 {
			t.Errorf("%s: %d steps, more than the client plays", name, len(k.Script))
		}
		for _, p := range k.Parts {
			if len(kinds[p.Kind].Frames) == 0 {
				t.Errorf("%s: its part %q is no kind", name, p.Kind)
			}
		}
		if c := k.Clock; c != nil && (len(kinds[c.Hour].Frames) != HourHands || len(kinds[c.Minute].Frames) != MinuteHands) {
			t.Errorf("%s: its hands are not there", name)
		}
		for _, s := range k.Only {
			if !slices.Contains(season.Names, s) {
				t.Errorf("%s: %q is no season", name, s)
			}
		}
		if k.Shine < 0 || k.Shine > 1 {
			t.Errorf("%s shines by %g", name, k.Shine)
		}
	}
}

// The big wheel and its cabins turn alike: after a cabin's way to the next place
// the spokes look as before.
func TestWheelAndCabinsTurnTogether(t *testing.T) {
	k := Kinds()
	wheel, cabin := k["ferris-wheel"], k["gondola"]
	if around := Length(cabin.Script); around != turning || wheel.MS*len(wheel.Frames)*cabins != turning {
		t.Errorf("a cabin takes %g ms, the wheel %d", around, wheel.MS*len(wheel.Frames)*cabins)
	}
	for i, p := range wheel.Parts {
		a, b := Play(cabin.Script, float64(p.Start)), Play(cabin.Script, float64(turning*i/cabins))
		if a != b {
			t.Errorf("cabin %d is at %+v, want %+v", i, a, b)
		}
	}
}
