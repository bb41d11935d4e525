package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"kakitsubata/moderation/classifier"
)

const (
	folds   = 5
	workers = 4
)

// recipe is how a model is learned. A change of it makes older models stale.
type recipe struct {
	rounds   int
	cost     float64 // of an error, against the size of the weights
	positive float64 // weight of a positive
	hard     float64 // weight of a harmless text that looks like harm or need
	meaning  float64 // value of a feature of meaning; of letters it is 1
	idf      float64 // power of the rareness of a feature in its value
	rare     int     // texts that a feature must stand in
	keep     int     // features that are kept
}

var standard = recipe{rounds: 20, cost: 0.5, positive: 2, hard: 2, meaning: 1, idf: 0.5, rare: 3, keep: 55000}

// corpus is rows as the learner reads them.
type corpus struct {
	keys  []uint32
	value []float64 // of a feature, before the text's norm
	at    [][]int32
	x     [][]float32
	y     [][classifier.Heads]bool
	hard  []bool
}

func gather(rows []*row, c recipe) *corpus {
	count := map[uint32]int32{}
	meaning := map[uint32]bool{}
	for _, r := range rows {
		fs := slices.Clone(r.feats)
		slices.Sort(fs)
		for _, f := range slices.Compact(fs) {
			count[f]++
		}
		for _, f := range r.feats[r.letters:] {
			meaning[f] = true
		}
	}
	k := &corpus{}
	for f, n := range count {
		if int(n) >= c.rare {
			k.keys = append(k.keys, f)
		}
	}
	slices.Sort(k.keys)
	index := make(map[uint32]int32, len(k.keys))
	for i, f := range k.keys {
		index[f] = int32(i)
		v := math.Pow(math.Log(float64(len(rows)+1)/float64(count[f])), c.idf)
		if meaning[f] {
			v *= c.meaning
		}
		k.value = append(k.value, v)
	}
	for _, r := range rows {
		var at []int32
		for _, f := range r.feats {
			if i, ok := index[f]; ok {
				at = append(at, i)
			}
		}
		slices.Sort(at)
		at = slices.Compact(at)
		x, sum := make([]float32, len(at)), 0.0
		for i, j := range at {
			x[i] = float32(k.value[j])
			sum += float64(k.value[j] * k.value[j])
		}
		norm := float32(1 / math.Sqrt(sum+classifier.TextSize))
		for i := range x {
			x[i] *= norm
		}
		k.at, k.x, k.y = append(k.at, at), append(k.x, x), append(k.y, r.targets())
		k.hard = append(k.hard, r.Kind == "hard_negative")
	}
	return k
}

// fit learns a model from rows: a support vector machine for each head, by
// coordinate descent on the dual. It is deterministic: one goroutine and a
// fixed seed for each head, and nothing that depends on a map's order.
func fit(rows []*row, c recipe) *classifier.Model {
	const H = classifier.Heads
	k := gather(rows, c)
	m := &classifier.Model{}
	w := make([]float64, len(k.keys)*H)
	var all sync.WaitGroup
	for part := range workers { // heads know nothing of each other: any order gives the same
		all.Go(func() {
			for h := part; h < H; h += workers {
				wh, bias := k.head(h, c)
				for i, x := range wh {
					w[i*H+h] = x
				}
				m.Bias[h] = float32(bias)
			}
		})
	}
	all.Wait()
	quantise(m, k, w, c.keep)
	return m
}

func (k *corpus) head(h int, c recipe) (w []float64, bias float64) {
	n := len(k.at)
	w = make([]float64, len(k.keys))
	alpha := make([]float64, n)
	diag, q := make([]float64, n), make([]float64, n)
	for i, x := range k.x {
		cost := c.cost
		if k.y[i][h] {
			cost *= c.positive
		} else if k.hard[i] {
			cost *= c.hard
		}
		diag[i] = 1 / (2 * cost)
		q[i] = 1 + diag[i]
		for _, v := range x {
			q[i] += float64(float64(v) * float64(v))
		}
	}
	rng := rand.New(rand.NewPCG(4, uint64(h)))
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	for range c.rounds {
		rng.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
		most := 0.0
		for _, i := range order {
			y := -1.0
			if k.y[i][h] {
				y = 1
			}
			z := bias
			x, at := k.x[i], k.at[i]
			for p, j := range at {
				z += float64(w[j] * float64(x[p]))
			}
			g := float64(y*z) - 1 + float64(alpha[i]*diag[i])
			if alpha[i] == 0 && g >= 0 {
				continue
			}
			next := max(0, alpha[i]-g/q[i])
			d := float64((next - alpha[i]) * y)
			alpha[i] = next
			most = max(most, math.Abs(g))
			if d == 0 {
				continue
			}
			for p, j := range at {
				w[j] += float64(d * float64(x[p]))
			}
			bias += d
		}
		if most < 0.05 {
			break
		}
	}
	return w, bias
}

// quantise keeps the features that say most and makes their weights bytes.
func quantise(m *classifier.Model, k *corpus, w []float64, keep int) {
	const H = classifier.Heads
	strength := make([]float64, len(k.keys))
	order := make([]int, len(k.keys))
	for i := range k.keys {
		order[i] = i
		for h := range H {
			strength[i] = max(strength[i], math.Abs(w[i*H+h])*k.value[i])
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
			all = append(all, math.Abs(w[i*H+h])*k.value[i])
		}
		slices.Sort(all)
		top := all[len(all)-1-len(all)/5000]
		m.Scale[h] = float32(max(top, 1e-6) / 127)
	}
	for _, i := range order {
		m.Keys = append(m.Keys, k.keys[i])
		v := k.value[i]
		m.Squares = append(m.Squares, uint8(max(1, min(255, math.Round(v*v*classifier.SquareUnit)))))
		for h := range H {
			q := math.Round(w[i*H+h] * v / float64(m.Scale[h]))
			m.Weights = append(m.Weights, int8(max(-127, min(127, q))))
		}
	}
	m.Index()
}
