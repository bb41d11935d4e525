package draw

import "time"

// How long a wipe takes: a flower closes over the old view, waits for the new
// one, and opens.
const (
	wipeClose = 260 * time.Millisecond
	wipeOpen  = 380 * time.Millisecond
	wipeCalm  = 150 * time.Millisecond // a plain fade, for those who want less motion
	wipeMost  = 4 * time.Second        // then it opens, whatever is there
)

type wipeStage uint8

const (
	wipeNone     wipeStage = iota
	wipeCloses             // the old view stands still below it
	wipeCovers             // nothing is seen
	wipeUncovers           // the new view is there
)

// wipe is the flower that closes between two rooms.
type wipe struct {
	stage wipeStage
	since time.Duration
}

// begin closes it; covered at once when there is no old view.
func (w *wipe) begin(now time.Duration, covered bool) {
	w.stage, w.since = wipeCloses, now
	if covered {
		w.stage = wipeCovers
	}
}

// run moves it on; ready tells that the new view can be shown.
func (w *wipe) run(now time.Duration, ready, calm bool) {
	long := func(d time.Duration) time.Duration {
		if calm {
			return wipeCalm
		}
		return d
	}
	since := now - w.since
	switch {
	case w.stage == wipeCloses && since >= long(wipeClose),
		w.stage == wipeCovers && (ready || since >= wipeMost),
		w.stage == wipeUncovers && since >= long(wipeOpen):
		w.stage, w.since = (w.stage+1)%(wipeUncovers+1), now
	}
}

// holds reports whether the old view must stay as it is.
func (w *wipe) holds() bool { return w.stage == wipeCloses }

// gap is how far it is open, from 0, all covered, to 1.
func (w *wipe) gap(now time.Duration, calm bool) float64 {
	at := func(d time.Duration) float64 {
		if calm {
			d = wipeCalm
		}
		return min(max(float64(now-w.since)/float64(d), 0), 1)
	}
	switch w.stage {
	case wipeCloses:
		k := 1 - at(wipeClose)
		return k * k
	case wipeCovers:
		return 0
	case wipeUncovers:
		k := at(wipeOpen)
		return k * k
	}
	return 1
}
