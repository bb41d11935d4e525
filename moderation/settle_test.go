package moderation

import (
	"math/rand/v2"
	"strings"
	"testing"

	"kakitsubata/protocol/id"
)

func randomVerdict(r *rand.Rand) (v Verdict) {
	cats := []Category{SelfHarm, AbuseHome, Loneliness, Insult, Threat, PII, DarkJob}
	for range r.IntN(4) {
		w := Verdict{Show: Show(r.IntN(4)), Concern: Concern(r.IntN(4)), Severity: r.IntN(4)}
		w.Reasons = []Reason{{Category: cats[r.IntN(len(cats))], Need: r.IntN(5) == 0, Concern: w.Concern}}
		for range r.IntN(3) {
			from := r.IntN(25) - 2
			w.Spans = append(w.Spans, Span{from, from + r.IntN(6)})
		}
		v = v.Merge(w)
	}
	return v
}

// Whatever scorers say: words of need alone are shown, harm that is shown is
// masked where the spans say, and a mask hides something.
func TestSettledVerdicts(t *testing.T) {
	const text = "あいうえおかきくけこさしすせそたちつてと"
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		v := randomVerdict(r)
		got := Settle(Utterance{Text: text}, v)
		support, harm := sides(v)
		switch {
		case support && !harm && got.Show > Mask:
			t.Fatalf("need was silenced: %+v -> %+v", v, got)
		case got.Show == Mask && !strings.ContainsRune(maskText(text, got.Spans), maskRune):
			t.Fatalf("a mask that hides nothing: %+v -> %+v", v, got)
		case harm && v.Severity == 3 && got.Show < v.Show:
			t.Fatalf("grave harm was let through: %+v -> %+v", v, got)
		case harm && v.Show > Pass && got.Show == Pass:
			t.Fatalf("harm was let through: %+v -> %+v", v, got)
		case got.Concern != v.Concern:
			t.Fatalf("the concern changed: %+v -> %+v", v, got)
		}
		if c := Settle(Utterance{Text: text, Road: Companion, Kind: id.Companion}, v); c.Distressed() {
			t.Fatalf("a machine in need: %+v", c)
		}
	}
}

func TestMaskKeepsTheLength(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		v := randomVerdict(r)
		const s = "ab漢字👨‍👩‍👧かな"
		m := maskText(s, v.Spans)
		in, out := []rune(s), []rune(m)
		if len(in) != len(out) {
			t.Fatalf("%q became %q", s, m)
		}
		for i := range in {
			hidden := false
			for _, sp := range v.Spans {
				hidden = hidden || i >= sp.From && i < sp.To
			}
			if hidden != (out[i] == maskRune) || !hidden && in[i] != out[i] {
				t.Fatalf("%v of %q: %q", v.Spans, s, m)
			}
		}
	}
}

func TestMergeIsCommutative(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 5000 {
		a, b := randomVerdict(r), randomVerdict(r)
		x, y := a.Merge(b), b.Merge(a)
		if x.Show != y.Show || x.Concern != y.Concern || x.Severity != y.Severity || len(x.Spans) != len(y.Spans) || len(x.Reasons) != len(y.Reasons) {
			t.Fatalf("%+v and %+v: %+v, %+v", a, b, x, y)
		}
	}
}

func TestDistressNamesItsConcern(t *testing.T) {
	for _, c := range []struct {
		v    Verdict
		want bool
	}{
		{Verdict{Concern: Urgent, Reasons: []Reason{{Category: SelfHarm}}}, true},
		{Verdict{Concern: Watch, Reasons: []Reason{{Category: SelfHarm, Concern: Watch}}}, false},
		{Verdict{Concern: Case, Reasons: []Reason{{Category: Threat, Concern: Case}, {Category: Loneliness, Concern: Watch}}}, false},
		{Verdict{Concern: Case, Reasons: []Reason{{Category: DarkJob, Need: true, Concern: Case}}}, true},
		{Verdict{Concern: Case, Reasons: []Reason{{Category: DarkJob, Concern: Case}}}, false},
	} {
		if got := c.v.Distressed(); got != c.want {
			t.Errorf("%+v: %v", c.v, got)
		}
	}
}
