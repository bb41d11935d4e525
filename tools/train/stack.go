package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"kakitsubata/moderation"
	"kakitsubata/moderation/classifier"
	"kakitsubata/moderation/lexicon"
)

// wanted is what each output of the second layer should say of r.
func (r *row) wanted() (y [classifier.Outputs]bool) {
	for _, l := range r.Labels {
		y[slices.Index(lexicon.Categories(), l)] = true
	}
	level := levels[r.Expected.Level]
	y[classifier.Stop] = r.Duty == "harm" && r.Expected.Shown != true
	y[classifier.Acute] = level == moderation.Urgent
	y[classifier.Grave] = level >= moderation.Case
	y[classifier.Notice] = level >= moderation.Watch
	return y
}

const (
	stackRounds = 40
	stackRate   = 0.1
	stackDecay  = 3e-4
)

// fitStack learns the second layer from inputs that come of models which have
// not seen their rows.
func fitStack(m *classifier.Model, rows []*row, in [][classifier.Inputs]float32, use func(i int) bool) {
	const I, O = classifier.Inputs, classifier.Outputs
	var w, g [O][I + 1]float64
	var order []int
	for i := range rows {
		if use(i) {
			order = append(order, i)
		}
	}
	var mean [O][I + 1]float64
	rng := rand.New(rand.NewPCG(4, 77))
	n := 0.0
	for round := range stackRounds {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			y, x := rows[i].wanted(), &in[i]
			for o := range O {
				z := w[o][I]
				for k, v := range x {
					z += float64(w[o][k] * float64(v))
				}
				d := classifier.Logistic(z)
				if y[o] {
					d--
				}
				for k, v := range x {
					gr := float64(d*float64(v)) + float64(stackDecay*w[o][k])
					g[o][k] += float64(gr * gr)
					w[o][k] -= float64(stackRate * gr / (0.1 + math.Sqrt(g[o][k])))
				}
				g[o][I] += float64(d * d)
				w[o][I] -= float64(stackRate * d / (0.1 + math.Sqrt(g[o][I])))
			}
		}
		if round >= stackRounds/2 {
			n++
			for o := range O {
				for k := range I + 1 {
					mean[o][k] += w[o][k]
				}
			}
		}
	}
	for o := range O {
		for k := range I {
			m.Stack[o][k] = float32(mean[o][k] / n)
		}
		m.StackBias[o] = float32(mean[o][I] / n)
	}
}
