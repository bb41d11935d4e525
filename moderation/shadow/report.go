package shadow

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// brief cuts a rule that is a long pattern.
func brief(rule string) string {
	if rs := []rune(rule); len(rs) > maxRule {
		return string(rs[:maxRule]) + "…"
	}
	return rule
}

// maxRule is how many letters of a rule a report prints.
const maxRule = 60

// maxRules is how many rules a report names.
const maxRules = 40

// Report prints what would have changed, for each pair of rules that days tell
// of, the latest first.
func Report(out io.Writer, days []*Tally) error {
	type pair struct{ live, candidate string }
	sums, spans := map[pair]*Tally{}, map[pair][2]string{}
	for _, d := range days {
		p := pair{d.Rules.Live, d.Rules.Candidate}
		if sums[p] == nil {
			sums[p], spans[p] = &Tally{Rules: d.Rules}, [2]string{d.Day, d.Day}
		}
		sums[p].Merge(d)
		spans[p] = [2]string{min(spans[p][0], d.Day), max(spans[p][1], d.Day)}
	}
	pairs := slices.SortedFunc(maps.Keys(sums), func(a, b pair) int {
		return cmp.Or(cmp.Compare(spans[b][1], spans[a][1]), cmp.Compare(a.candidate, b.candidate), cmp.Compare(a.live, b.live))
	})
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteString("\n")
		}
		when := spans[p][0]
		if spans[p][1] != when {
			when += " to " + spans[p][1]
		}
		write(&b, sums[p], when)
	}
	if len(pairs) == 0 {
		b.WriteString("nothing was judged by a candidate\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func write(b *strings.Builder, t *Tally, when string) {
	fmt.Fprintf(b, "candidate %s (%s) beside %s", t.Rules.Candidate, strings.Join(t.Rules.Files, ", "), t.Rules.Live)
	if when != "" {
		fmt.Fprintf(b, ", %s", when)
	}
	fmt.Fprintf(b, "\njudged %d, changed %d", t.Judged, t.Changed)
	if t.Judged > 0 {
		fmt.Fprintf(b, " (%.2f %%)", 100*float64(t.Changed)/float64(t.Judged))
	}
	fmt.Fprintf(b, "; not judged: %d too many at once, %d panics\n", t.Missed, t.Faults)
	if len(t.Counts) == 0 {
		return
	}
	axes(b, t)
	table(b, t, "live -> shadow", func(c *Count) string { return c.Live.String() + " -> " + c.Shadow.String() }, 0)
	table(b, t, "category", func(c *Count) string { return cmp.Or(string(c.Category), "(none)") }, 0)
	table(b, t, "rule of the stricter", func(c *Count) string { return cmp.Or(brief(c.Rule), "(none)") }, maxRules)
	if t.Rare > 0 {
		fmt.Fprintf(b, "%d more, each in a way of its own\n", t.Rare)
	}
	examples(b, t)
}

// axes says what matters most first: who is heard, what is hidden.
func axes(b *strings.Builder, t *Tally) {
	var heard, lost, sooner, later, hidden, shown, mutes int
	for i := range t.Counts {
		c := &t.Counts[i]
		was, is := levelOf(c.Live.Level), levelOf(c.Shadow.Level)
		staff := moderation.Case
		switch {
		case was < staff && is >= staff:
			heard += c.N
		case was >= staff && is < staff:
			lost += c.N
		case is > was && is == moderation.Urgent:
			sooner += c.N
		case was > is && was == moderation.Urgent:
			later += c.N
		}
		switch a, z := isHidden(c.Live.Show), isHidden(c.Shadow.Show); {
		case z && !a:
			hidden += c.N
		case a && !z:
			shown += c.N
		}
		if c.Live.Mute != c.Shadow.Mute {
			mutes += c.N
		}
	}
	fmt.Fprintf(b, "staff: %d more told, %d no longer told, %d at once instead of the same day, %d the same day instead of at once\n", heard, lost, sooner, later)
	fmt.Fprintf(b, "words: %d more hidden whole, %d no longer; %d with another mute\n", hidden, shown, mutes)
}

func levelOf(s string) moderation.Concern {
	for c := moderation.None; c <= moderation.Urgent; c++ {
		if c.String() == s {
			return c
		}
	}
	return moderation.None
}

func isHidden(show string) bool {
	return show == moderation.Hold.String() || show == moderation.Block.String()
}

// table prints counts by a name and by bracket, the most frequent first.
func table(b *strings.Builder, t *Tally, title string, name func(*Count) string, most int) {
	type line struct {
		name string
		all  int
		of   map[string]int
	}
	lines := map[string]*line{}
	for i := range t.Counts {
		c := &t.Counts[i]
		k := name(c)
		if lines[k] == nil {
			lines[k] = &line{name: k, of: map[string]int{}}
		}
		lines[k].all += c.N
		lines[k].of[c.Bracket] += c.N
	}
	fmt.Fprintf(b, "\n%6s", "all")
	for _, x := range id.Brackets {
		fmt.Fprintf(b, " %5s", x)
	}
	fmt.Fprintf(b, "  %s\n", title)
	sorted := slices.SortedFunc(maps.Values(lines), func(x, y *line) int {
		return cmp.Or(cmp.Compare(y.all, x.all), cmp.Compare(x.name, y.name))
	})
	left := 0
	if most > 0 && len(sorted) > most {
		left, sorted = len(sorted)-most, sorted[:most]
	}
	for _, l := range sorted {
		fmt.Fprintf(b, "%6d", l.all)
		for _, x := range id.Brackets {
			fmt.Fprintf(b, " %5d", l.of[x.String()])
		}
		fmt.Fprintf(b, "  %s\n", l.name)
	}
	if left > 0 {
		fmt.Fprintf(b, "%6s %d more\n", "", left)
	}
}

// examples names the cases on whose pages staff can read the words.
func examples(b *strings.Builder, t *Tally) {
	first := true
	for i := range t.Counts {
		c := &t.Counts[i]
		if len(c.Cases) == 0 {
			continue
		}
		if first {
			b.WriteString("\nto be read on their cases by those who may\n")
			first = false
		}
		fmt.Fprintf(b, "  %s -> %s, %s, %s: case", c.Live, c.Shadow, c.Category, brief(c.Rule))
		for _, k := range c.Cases {
			fmt.Fprintf(b, " %d", k)
		}
		b.WriteString("\n")
	}
}
