package main

import (
	"cmp"
	"encoding/json"
	"hash/fnv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	modwords "kakitsubata/assets/words/moderation"
	"kakitsubata/moderation"
	"kakitsubata/moderation/lexicon"
)

const (
	dataDir = "../../moderation/testdata/utterances"
	alike   = .6 // of the runs of three letters that two texts have, the share that they have in common
)

func lists(t *testing.T) *lexicon.Lexicon {
	t.Helper()
	lex, err := lexicon.Load(modwords.Lists)
	if err != nil {
		t.Fatal(err)
	}
	return lex
}

// No text is written twice, in one file or in two: what is judged by would be
// what was learned, and a category would be smaller than it looks.
func TestNoTwoAreAlike(t *testing.T) {
	lex := lists(t)
	var names []string
	var sets [][]uint64
	var texts []string
	for _, part := range []string{"train-", "kept-"} {
		rows, err := readRows(dataDir, part)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			names, texts, sets = append(names, r.ID), append(texts, r.Text), append(sets, trigrams(lex, r.Text))
		}
	}
	n := 0
	for _, p := range pairs(sets, alike) {
		n++
		if n <= 40 {
			t.Errorf("%s and %s are alike: %q, %q", names[p[0]], names[p[1]], texts[p[0]], texts[p[1]])
		}
	}
	if n > 40 {
		t.Errorf("and %d more", n-40)
	}
}

// trigrams is the set of runs of three letters of the folded text, signs and
// spaces left out, with its two ends marked.
func trigrams(lex *lexicon.Lexicon, text string) []uint64 {
	var s lexicon.Seen
	lex.See(text, &s)
	var rs []rune
	for _, r := range s.Plain {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == 'ー' {
			rs = append(rs, r)
		}
	}
	if len(rs) == 0 {
		rs = []rune(text) // nothing but signs
	}
	padded := append(append([]rune{1, 1}, rs...), 2, 2)
	var out []uint64
	for i := 0; i+3 <= len(padded); i++ {
		out = append(out, uint64(padded[i])<<42|uint64(padded[i+1])<<21|uint64(padded[i+2]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// pairs finds all pairs of sets whose common share is above least, by their
// rarest members: two sets that are alike must share one of those.
func pairs(sets [][]uint64, least float64) (out [][2]int) {
	count := map[uint64]int{}
	for _, s := range sets {
		for _, g := range s {
			count[g]++
		}
	}
	where := map[uint64][]int{}
	for i, s := range sets {
		rare := slices.Clone(s)
		slices.SortFunc(rare, func(a, b uint64) int { return cmp.Or(cmp.Compare(count[a], count[b]), cmp.Compare(a, b)) })
		near := map[int]bool{}
		for _, g := range rare[:len(s)-int(math.Ceil(least*float64(len(s))))+1] {
			for _, j := range where[g] {
				near[j] = true
			}
			where[g] = append(where[g], i)
		}
		for j := range near {
			if common(s, sets[j]) > least {
				out = append(out, [2]int{j, i})
			}
		}
	}
	slices.SortFunc(out, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	return out
}

func common(a, b []uint64) float64 {
	n, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			n, i, j = n+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return float64(n) / float64(len(a)+len(b)-n)
}

// There is enough of everything, a quarter of it kept apart.
func TestThereIsEnough(t *testing.T) {
	total, hard, plain, obscured := map[moderation.Category]int{}, 0, 0, map[moderation.Category]int{}
	all, kept := 0, 0
	for _, part := range []string{"train-", "kept-"} {
		rows, err := readRows(dataDir, part)
		if err != nil {
			t.Fatal(err)
		}
		all += len(rows)
		if part == "kept-" {
			kept = len(rows)
		}
		for _, r := range rows {
			switch r.Kind {
			case "hard_negative":
				hard++
			case "benign":
				plain++
			}
			for _, l := range r.Labels {
				total[l]++
				if r.Obfuscated {
					obscured[l]++
				}
			}
		}
	}
	if all < 8000 || hard < 2500 || plain < 2000 {
		t.Errorf("%d utterances, %d hard negatives, %d plain ones", all, hard, plain)
	}
	if 4*kept < all {
		t.Errorf("only %d of %d are kept apart", kept, all)
	}
	for _, c := range lexicon.Categories() {
		if total[c] < 200 || obscured[c] < 60 {
			t.Errorf("%s: %d, of which %d are obscured", c, total[c], obscured[c])
		}
	}
}

// Every line is a judged utterance in the format of the contract, and its
// judgement agrees with itself.
func TestFormat(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(dataDir, "*.jsonl"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	ids := map[string]string{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(name)
		for n, line := range strings.Split(strings.TrimRight(string(b), "\n"), "\n") {
			var g struct {
				ID         string                 `json:"id"`
				Text       string                 `json:"text"`
				Labels     *[]moderation.Category `json:"labels"`
				Duty       string                 `json:"duty"`
				Kind       string                 `json:"kind"`
				Near       *string                `json:"near"`
				Lang       string                 `json:"lang"`
				Obfuscated *bool                  `json:"obfuscated"`
				Severity   *int                   `json:"severity"`
				Expected   struct {
					Shown          any      `json:"shown"`
					ShownAccept    []any    `json:"shown_accept"`
					Escalate       string   `json:"escalate"`
					EscalateAccept []string `json:"escalate_accept"`
				} `json:"expected"`
			}
			d := json.NewDecoder(strings.NewReader(line))
			d.DisallowUnknownFields()
			if err := d.Decode(&g); err != nil {
				t.Errorf("%s:%d: %v", base, n+1, err)
				continue
			}
			fault := func(why string) { t.Errorf("%s:%d: %s: %s", base, n+1, g.ID, why) }
			if other, twice := ids[g.ID]; twice || g.ID == "" {
				fault("the id stands in " + other + " too")
			}
			ids[g.ID] = base
			letters := utf8.RuneCountInString(g.Text)
			if letters == 0 || letters > 200 {
				fault("no text of 1 to 200 letters")
			}
			if g.Labels == nil || g.Severity == nil || g.Obfuscated == nil {
				fault("a field is missing")
				continue
			}
			for _, l := range *g.Labels {
				if !slices.Contains(lexicon.Categories(), l) {
					fault("no category " + string(l))
				}
			}
			if !slices.Contains([]string{"ja", "en", "pt", "vi", "tl", "zh", "ja-easy", "mixed"}, g.Lang) {
				fault("no language " + g.Lang)
			}
			if !slices.Contains(g.Expected.ShownAccept, g.Expected.Shown) || !slices.Contains(g.Expected.EscalateAccept, g.Expected.Escalate) {
				fault("what is expected is not accepted")
			}
			harmless := g.Duty == "none" && len(*g.Labels) == 0 && *g.Severity == 0 && g.Expected.Shown == true && g.Expected.Escalate == "none"
			switch g.Kind {
			case "positive":
				if g.Duty != "support" && g.Duty != "harm" || len(*g.Labels) == 0 || *g.Severity < 1 || *g.Severity > 3 {
					fault("a positive wants a duty, a label and a severity")
				}
				if g.Duty == "support" && (g.Expected.Shown == false || slices.Contains(g.Expected.ShownAccept, any(false))) {
					fault("a child in need is hidden")
				}
			case "hard_negative":
				if !harmless || g.Near == nil {
					fault("a hard negative is harmless and near something")
				}
			case "benign":
				if !harmless || g.Near != nil {
					fault("a plain one is harmless and near nothing")
				}
			default:
				fault("no kind " + g.Kind)
			}
		}
	}
}

const (
	talkDir   = "../../moderation/testdata/dialogues"
	talkAlike = .35 // of the turns of two talks, the share that they have in common
)

// There are talks enough, a third of them harmless, a part kept apart; every
// line is a judged talk whose judgement agrees with itself, and none is written
// twice.
func TestTalks(t *testing.T) {
	all, calm, kept := 0, 0, 0
	ids := map[string]bool{}
	var names []string
	var sets [][]uint64
	for _, part := range []string{"train", "kept"} {
		talks, err := readTalks(talkDir, part)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range talks {
			all++
			if part == "kept" {
				kept++
			}
			if ids[d.ID] || !strings.HasPrefix(d.ID, part+"-") {
				t.Errorf("%s: no id of its own", d.ID)
			}
			ids[d.ID] = true
			var who []string
			var set []uint64
			last := 0.0
			for i, turn := range d.Turns {
				if turn.Text == "" || turn.Speaker == "" || turn.Seconds < last || utf8.RuneCountInString(turn.Text) > 200 {
					t.Errorf("%s: turn %d", d.ID, i+1)
				}
				last = turn.Seconds
				who = append(who, turn.Speaker)
				h := fnv.New64a()
				h.Write([]byte(turn.Text))
				set = append(set, h.Sum64())
			}
			slices.Sort(set)
			names, sets = append(names, d.ID), append(sets, slices.Compact(set))
			e := d.Expect
			if e == nil {
				calm++
				continue
			}
			if e.Onset < 1 || e.Onset > e.By || e.By > len(d.Turns) || levels[e.Level] == moderation.None || !slices.Contains(e.Categories, e.Category) {
				t.Errorf("%s: %+v", d.ID, e)
			}
			for _, c := range e.Categories {
				if !slices.Contains(lexicon.Categories(), c) {
					t.Errorf("%s: no category %s", d.ID, c)
				}
			}
			if len(e.Speakers) == 0 || slices.ContainsFunc(e.Speakers, func(s string) bool { return !slices.Contains(who, s) }) {
				t.Errorf("%s: speakers %v", d.ID, e.Speakers)
			}
		}
	}
	for _, p := range pairs(sets, talkAlike) {
		t.Errorf("%s and %s are alike", names[p[0]], names[p[1]])
	}
	if all < 300 || 3*calm < all || 5*kept < all {
		t.Errorf("%d talks, %d of them harmless, %d kept apart", all, calm, kept)
	}
}

func TestModelIsCurrent(t *testing.T) {
	root := "../.."
	p := paths{
		data:  dataDir,
		talks: filepath.Join(root, "moderation/testdata/dialogues"),
		words: filepath.Join(root, "assets/words/moderation"),
	}
	if err := current(p, filepath.Join(p.words, "model.bin")); err != nil {
		t.Error(err)
	}
}
