package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"kakitsubata/moderation/classifier"
)

const folds = 5

// recipe is how a model is learned. A change of it is a change of version.
type recipe struct {
	epochs   int
	rate     float32
	decay    float32 // of weights, for each step of a feature
	positive float32 // weight of a positive
	meaning  float32 // value of a feature of meaning; of letters it is 1
	rare     int     // texts that a feature must stand in
	keep     int     // features that are kept
}

var standard = recipe{epochs: 14, rate: 0.35, decay: 2e-4, positive: 2, meaning: 2.5, rare: 2, keep: 60000}

// fit learns a model from rows. It is deterministic: one goroutine, a fixed
// seed, and nothing that depends on a map's order.
func fit(rows []*row, c recipe) *classifier.Model {
	const H = classifier.Heads
	count := map[uint32]int32{}
	for _, r := range rows {
		fs := slices.Clone(r.feats)
		slices.Sort(fs)
		for _, f := range slices.Compact(fs) {
			count[f]++
		}
	}
	var keys []uint32
	for k, n := range count {
		if int(n) >= c.rare {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	index := make(map[uint32]int32, len(keys))
	for i, k := range keys {
		index[k] = int32(i)
	}
	type text struct {
		at  []int32
		val []float32
		y   [H]bool
	}
	texts := make([]text, len(rows))
	for i, r := range rows {
		t := text{y: r.targets()}
		norm := float32(classifier.Norm(len(r.feats)))
		for k, f := range r.feats {
			if at, ok := index[f]; ok {
				v := norm
				if k >= r.letters {
					v *= c.meaning
				}
				t.at, t.val = append(t.at, at), append(t.val, v)
			}
		}
		texts[i] = t
	}
	w, g, mean := make([]float32, len(keys)*H), make([]float32, len(keys)*H), make([]float64, len(keys)*H)
	var bias, biasG [H]float32
	var biasMean [H]float64
	for h := range bias {
		bias[h] = -2
	}
	rng := rand.New(rand.NewPCG(4, 2026))
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	averaged := 0
	for epoch := range c.epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			t := &texts[i]
			z := bias
			for k, at := range t.at {
				v := t.val[k]
				row := w[int(at)*H:][:H]
				for h := range z {
					z[h] += float32(row[h] * v)
				}
			}
			var d [H]float32
			var live []int
			for h := range z {
				p := float32(classifier.Logistic(float64(z[h])))
				if t.y[h] {
					d[h] = float32((p - 1) * c.positive)
				} else {
					d[h] = p
				}
				if d[h] > 0.01 || d[h] < -0.01 {
					live = append(live, h)
				}
			}
			for _, h := range live {
				biasG[h] += float32(d[h] * d[h])
				bias[h] -= float32(c.rate * d[h] / float32(1+sqrt32(biasG[h])))
			}
			for k, at := range t.at {
				v := t.val[k]
				row, grow := w[int(at)*H:][:H], g[int(at)*H:][:H]
				for _, h := range live {
					gr := float32(float32(d[h]*v) + float32(c.decay*row[h]))
					grow[h] += float32(gr * gr)
					row[h] -= float32(c.rate * gr / float32(0.05+sqrt32(grow[h])))
				}
			}
		}
		if epoch >= c.epochs/2 {
			averaged++
			for i, x := range w {
				mean[i] += float64(x)
			}
			for h := range bias {
				biasMean[h] += float64(bias[h])
			}
		}
	}
	for i := range mean {
		mean[i] /= float64(averaged)
	}
	m := &classifier.Model{}
	for h := range bias {
		m.Bias[h] = float32(biasMean[h] / float64(averaged))
	}
	// A feature of meaning counts for more: fold its value into its weights.
	meaning := map[uint32]bool{}
	for _, r := range rows {
		for _, f := range r.feats[r.letters:] {
			meaning[f] = true
		}
	}
	for i, k := range keys {
		if meaning[k] {
			for h := range H {
				mean[i*H+h] *= float64(c.meaning)
			}
		}
	}
	quantise(m, keys, mean, c.keep)
	return m
}

func sqrt32(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// quantise keeps the features that say most and makes their weights bytes.
func quantise(m *classifier.Model, keys []uint32, w []float64, keep int) {
	const H = classifier.Heads
	strength := make([]float64, len(keys))
	order := make([]int, len(keys))
	for i := range keys {
		order[i] = i
		for h := range H {
			strength[i] = max(strength[i], math.Abs(w[i*H+h]))
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case strength[a] > strength[b]:
			return -1
		case strength[a] < strength[b]:
			return 1
		}
		return 0
	})
	order = order[:min(keep, len(order))]
	slices.Sort(order)
	for h := range H {
		var all []float64
		for _, i := range order {
			all = append(all, math.Abs(w[i*H+h]))
		}
		slices.Sort(all)
		top := all[len(all)-1-len(all)/5000]
		m.Scale[h] = float32(max(top, 1e-6) / 127)
	}
	for _, i := range order {
		m.Keys = append(m.Keys, keys[i])
		for h := range H {
			q := math.Round(w[i*H+h] / float64(m.Scale[h]))
			m.Weights = append(m.Weights, int8(max(-127, min(127, q))))
		}
	}
	m.Index()
}
