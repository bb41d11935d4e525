package main

import (
	"slices"

	"kakitsubata/moderation/classifier"
)

// rate is the share of the harmless texts that a threshold may take for
// something: of those that look like it, and of plain ones. The stricter of
// the two counts.
type rate struct{ hard, plain float64 }

// Being kept in mind costs nobody anything but a place in memory; the others
// are hidden words and staff's time.
var (
	watchRate  = rate{.25, .10}
	caseRate   = rate{.010, .002}
	acuteRate  = rate{.008, .002}
	urgentRate = rate{.012, .003}
	stopRate   = rate{.022, .005}
	labelRate  = rate{.04, .01}
)

const (
	leastUrgent = .3
	mostLabel   = .5
	spare       = .20
	doubt       = .45
)

// choose picks thresholds by chances that come of models which have not seen
// their rows.
func choose(rows []*row, p []classifier.Chances) (t classifier.Thresholds) {
	share := func(kind string, o int, rate float64) float32 {
		var harmless []float32
		for i, r := range rows {
			if r.Kind == kind {
				harmless = append(harmless, p[i][o])
			}
		}
		slices.Sort(harmless)
		return harmless[len(harmless)-1-int(rate*float64(len(harmless)))] + 1e-6
	}
	at := func(o int, r rate) float32 {
		return max(share("hard_negative", o, r.hard), share("benign", o, r.plain))
	}
	t.Watch = at(classifier.Notice, watchRate)
	t.Case = at(classifier.Grave, caseRate)
	t.Acute = at(classifier.Acute, acuteRate)
	t.Urgent = max(leastUrgent, at(classifier.Acute, urgentRate))
	stop := at(classifier.Stop, stopRate)
	for c := range t.Label {
		t.Label[c] = min(mostLabel, at(c, labelRate))
		t.Stop[c] = stop
	}
	t.Spare, t.Doubt = spare, doubt
	return t
}
