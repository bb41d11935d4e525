package main

import (
	"fmt"
	"io"
	"slices"

	"kakitsubata/moderation/classifier"
)

// rates of false positives at which recall is printed: of harmless texts.
var rates = []float64{.001, .003, .01, .03, .10}

// recalls prints how much each output finds when so many of the harmless texts
// are taken for it.
func recalls(w io.Writer, rows []*row, all []says) {
	fmt.Fprintf(w, "%-16s", "recall at FPR")
	for _, r := range rates {
		fmt.Fprintf(w, " %6.1f%%", 100*r)
	}
	fmt.Fprintln(w)
	mean := make([]float64, len(rates))
	for o := range classifier.Outputs {
		var harmless, own []float32
		for i, r := range rows {
			switch y := r.wanted(); {
			case r.turn:
			case r.Kind != "positive":
				harmless = append(harmless, all[i].chances[o])
			case y[o]:
				own = append(own, all[i].chances[o])
			}
		}
		if len(harmless) == 0 || len(own) == 0 {
			continue
		}
		slices.Sort(harmless)
		slices.Sort(own)
		fmt.Fprintf(w, "%-16s", classifier.OutputName(o))
		for k, rate := range rates {
			t := harmless[len(harmless)-1-int(rate*float64(len(harmless)))]
			n, exact := slices.BinarySearch(own, t)
			for exact && n < len(own) && own[n] == t {
				n++
			}
			got := 100 * float64(len(own)-n) / float64(len(own))
			if o < 20 {
				mean[k] += got / 20
			}
			fmt.Fprintf(w, " %6.1f%%", got)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "%-16s", "mean of 20")
	for _, m := range mean {
		fmt.Fprintf(w, " %6.1f%%", m)
	}
	fmt.Fprintln(w)
}
