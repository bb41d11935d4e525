package main

import (
	"cmp"
	"slices"

	"kakitsubata/moderation/classifier"
)

// rate is the share of the harmless texts that a threshold may take for
// something: of those that look like it, and of plain ones. The stricter of
// the two counts.
type rate struct{ hard, plain float64 }

// Being kept in mind costs nobody anything but a place in memory.
var (
	watchRate = rate{.25, .10}
	labelRate = rate{.04, .01}
)

// The others are hidden words and staff's time: a harmless text that is taken
// for something costs its price, and all may cost so much of what all harmless
// texts are worth.
const (
	caseCost   = .0041
	acuteCost  = .0049
	stopCost   = .001 // of each category of harm
	plainPrice = 4    // of a plain text; one that looks like harm or need costs 1
)

const (
	calmRate    = .002
	urgentShare = .20 // of the texts that staff should see the same day, those that alert them now
	mostLabel   = .5
	spare       = .20
	talkAcute   = 2 // of the chance that is enough without a talk
	leastStop   = .50
	mostStop    = .80
	daySpare    = .50
	talkSpare   = .85
	doubt       = .45
)

// choose picks thresholds by chances that come of models which have not seen
// their rows.
func choose(rows []*row, all []says) (t classifier.Thresholds) {
	share := func(kind string, o int, rate float64) float32 {
		var harmless []float32
		for i, r := range rows {
			if r.Kind == kind && !r.turn {
				harmless = append(harmless, all[i].chances[o])
			}
		}
		slices.Sort(harmless)
		return harmless[len(harmless)-1-int(rate*float64(len(harmless)))] + 1e-6
	}
	at := func(o int, r rate) float32 {
		return max(share("hard_negative", o, r.hard), share("benign", o, r.plain))
	}
	t.Watch = at(classifier.Notice, watchRate)
	t.Case, t.Acute = afford(rows, all, classifier.Grave, caseCost), afford(rows, all, classifier.Acute, acuteCost)
	t.TalkCase = max(t.Case, calm(rows, all, classifier.Grave))
	t.TalkAcute = max(talkAcute*t.Acute, calm(rows, all, classifier.Acute))
	t.Urgent = urgent(rows, all)
	for c := range t.Label {
		t.Label[c] = min(mostLabel, at(c, labelRate))
		t.Stop[c] = stop(rows, all, c)
	}
	t.Spare, t.DaySpare, t.TalkSpare, t.Doubt = spare, daySpare, talkSpare, doubt
	return t
}

// stop is the chance of Stop from which on words are hidden whose likeliest harm
// is category c: each category may take as much of the harmless texts for itself
// as the others, so that one that nothing looks like is hidden early.
func stop(rows []*row, all []says, c int) float32 {
	var own []priced
	for i, r := range rows {
		if r.Kind == "positive" || r.turn {
			continue
		}
		if p := &all[i].chances; !classifier.InNeed(&all[i].margins) && likeliestHarm(p) == c {
			own = append(own, priced{p[classifier.Stop], price(r)})
		}
	}
	return min(mostStop, max(leastStop, bound(own, stopCost*worth(rows))))
}

// priced is what a model says of a harmless text, and what a mistake costs.
type priced struct{ chance, price float32 }

func price(r *row) float32 {
	if r.Kind == "benign" {
		return plainPrice
	}
	return 1
}

// worth is what all harmless texts cost together.
func worth(rows []*row) (sum float32) {
	for _, r := range rows {
		if r.Kind != "positive" && !r.turn {
			sum += price(r)
		}
	}
	return sum
}

// afford is the chance of output o from which on the harmless texts cost no
// more than share of them all.
func afford(rows []*row, all []says, o int, share float32) float32 {
	var harmless []priced
	for i, r := range rows {
		if r.Kind != "positive" && !r.turn {
			harmless = append(harmless, priced{all[i].chances[o], price(r)})
		}
	}
	return bound(harmless, share*worth(rows))
}

// bound is the least chance above which all cost no more than most.
func bound(all []priced, most float32) float32 {
	slices.SortFunc(all, func(a, b priced) int { return cmp.Compare(b.chance, a.chance) })
	for _, x := range all {
		if most -= x.price; most < 0 {
			return x.chance + 1e-6
		}
	}
	return 0
}

func likeliestHarm(p *classifier.Chances) int {
	best := classifier.FirstHarm
	for c := best; c < classifier.Stop; c++ {
		if p[c] > p[best] {
			best = c
		}
	}
	return best
}

// urgent is the chance of Acute from which on staff are alerted now.
func urgent(rows []*row, all []says) float32 {
	var day []float32
	for i, r := range rows {
		if r.Expected.Level == "case" && !r.turn {
			day = append(day, all[i].chances[classifier.Acute])
		}
	}
	slices.Sort(day)
	return day[len(day)-1-int(urgentShare*float64(len(day)))]
}

// calm is the chance that so few turns of talks without danger reach. Single
// turns of them look like anything; what counts is how often staff are called.
func calm(rows []*row, all []says, o int) float32 {
	var turns []float32
	for i, r := range rows {
		if r.calm {
			turns = append(turns, all[i].chances[o])
		}
	}
	if len(turns) == 0 {
		return 0
	}
	slices.Sort(turns)
	return turns[len(turns)-1-int(calmRate*float64(len(turns)))] + 1e-6
}
