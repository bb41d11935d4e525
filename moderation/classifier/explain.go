package classifier

import (
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
	order := make([]int, Heads)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(j.scores[b]) - int(j.scores[a]) })
	for _, h := range order[:8] {
		fmt.Fprintf(out, " %s %.3f", HeadName(h), float64(j.scores[h])/1000)
	}
	fmt.Fprintln(out)
}
