package classifier

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"kakitsubata/moderation"
)

// Explain prints how u is seen: views, ideas, scores. For staff and builders.
func (j *Judge) Explain(u moderation.Utterance, out io.Writer) {
	j.Score(u)
	fmt.Fprintf(out, "typed    %s\nplain    %s\ntight    %s\nsound    %s\n", u.Text, string(j.seen.Plain), string(j.seen.Tight), string(j.seen.Sound))
	fmt.Fprint(out, "ideas   ")
	for _, i := range j.seen.Ideas {
		fmt.Fprintf(out, " %s(%s)", j.lex.IdeaName(i.Concept), string(j.seen.Sound[i.From:i.To]))
	}
	fmt.Fprint(out, "\nscores  ")
	order := make([]int, Outputs)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(j.chances[b], j.chances[a]) })
	for _, o := range order[:9] {
		fmt.Fprintf(out, " %s %.3f", OutputName(o), j.chances[o])
	}
	fmt.Fprintf(out, "\nmargins  support %.2f, harm %.2f, grave %.2f, acute %.2f\n", j.sums[HeadSupport], j.sums[HeadHarm], j.sums[HeadGrave], j.sums[HeadAcute])
}
