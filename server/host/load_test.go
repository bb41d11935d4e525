package host

import (
	"testing"
	"time"
)

// A room sheds in the declared order, holds where it is neither hot nor cool,
// and takes up again slowly, the last thing first.
func TestLoadGoesInOrder(t *testing.T) {
	const tick = 50 * time.Millisecond
	var g gauge
	run := func(share float64, n int) (seen []Load) {
		for range n {
			was := g.load
			if l := g.tick(time.Duration(share*float64(tick)), tick); l != was {
				seen = append(seen, l)
			}
		}
		return seen
	}
	equal := func(what string, got []Load, want ...Load) {
		t.Helper()
		if len(got) != len(want) {
			t.Fatalf("%s: %v, want %v", what, got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("%s: %v, want %v", what, got, want)
			}
		}
	}
	equal("calm", run(0.2, 1000))
	equal("a short peak", run(2, hotTicks-1))
	equal("between", run(0.5, 1000))
	equal("hot", run(0.9, 5*hotTicks), Distant, Halved, Shut)
	equal("between", run(0.5, 1000))
	equal("cool", run(0.1, 4*coolTicks), Halved, Distant, Calm)
}
