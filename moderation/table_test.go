package moderation

import (
	"math/rand/v2"
	"testing"
	"time"

	"kakitsubata/protocol/id"
)

// anyTable fills a table with whatever Set takes.
func anyTable(r *rand.Rand) *Table {
	t := new(Table)
	shows := []Show{Pass, Mask, Block, ShowAsScored}
	levels := []Concern{None, Watch, Case, Urgent, LevelAsScored}
	mutes := []time.Duration{NoMute, 0, time.Second, time.Hour}
	for _, c := range TableRows() {
		for severity := 1; severity <= MaxSeverity; severity++ {
			for _, b := range append([]id.Bracket{id.BracketNone}, id.Brackets[:]...) {
				_ = t.Set(c, severity, b, Act{shows[r.IntN(len(shows))], levels[r.IntN(len(levels))], mutes[r.IntN(len(mutes))]})
			}
		}
	}
	return t
}

// claims is a verdict whose reasons say what they would do.
func claims(r *rand.Rand) (v Verdict) {
	cats := Categories()
	for range 1 + r.IntN(4) {
		x := Reason{
			Category: cats[r.IntN(len(cats))], Severity: 1 + r.IntN(3), Need: r.IntN(8) == 0, Part: r.IntN(8) == 0,
			Concern: Concern(r.IntN(4)), Show: []Show{Pass, Mask, Block}[r.IntN(3)],
		}
		for range r.IntN(2) {
			from := r.IntN(15)
			x.Spans = append(x.Spans, Span{from, from + 1 + r.IntN(5)})
		}
		w := Verdict{Show: x.Show, Concern: x.Concern, Reasons: []Reason{x}}
		if x.Support() {
			w.Show = min(w.Show, Mask)
		} else if x.Show > Pass {
			w.Severity = x.Severity
		}
		if x.Show > Pass {
			w.Spans = x.Spans
		}
		v = v.Merge(w)
	}
	return v
}

// Two rules that no table breaks, whatever it says.
func TestNoTableSilencesNeedOrShowsGraveHarm(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	const text = "あいうえおかきくけこさしすせそたちつてと"
	for range 300 {
		table := anyTable(r)
		for range 200 {
			u := Utterance{Text: text, Bracket: id.Brackets[r.IntN(len(id.Brackets))], Kind: id.Visitor}
			v := claims(r)
			got := table.Settle(u, v)
			support, harm := sides(v)
			urgent := false
			for _, x := range v.Reasons {
				if !x.Support() && x.Severity == MaxSeverity && x.Show > Pass && !x.Part && got.Show != Block {
					t.Fatalf("grave harm is shown: %+v -> %+v", v, got)
				}
				urgent = urgent || x.Support() && x.Concern == Urgent
			}
			if support && !harm && got.Show > Mask {
				t.Fatalf("need is silenced: %+v -> %+v", v, got)
			}
			if urgent && got.Concern != Urgent {
				t.Fatalf("an urgent cry is lowered: %+v -> %+v", v, got)
			}
		}
	}
}

func TestTableDecides(t *testing.T) {
	table := new(Table)
	set := func(c Category, severity int, b id.Bracket, a Act) {
		t.Helper()
		if err := table.Set(c, severity, b, a); err != nil {
			t.Fatal(err)
		}
	}
	set(Insult, 1, id.BracketNone, Act{Mask, LevelAsScored, 0})
	set(Insult, 1, id.El12, Act{Block, Watch, NoMute})
	set(Insult, 2, id.BracketNone, Act{Pass, None, time.Minute})
	set(Spam, 1, id.BracketNone, Act{Block, LevelAsScored, 5 * time.Minute})
	set(Loneliness, 1, id.El12, Act{Mask, Case, NoMute})
	spans := []Span{{0, 2}}
	insult := func(severity int, spans []Span) Verdict {
		return Verdict{Show: Block, Severity: severity, Spans: spans, Reasons: []Reason{{Category: Insult, Severity: severity, Show: Block, Spans: spans}}}
	}
	for _, x := range []struct {
		name    string
		bracket id.Bracket
		v       Verdict
		show    Show
		concern Concern
	}{
		{"masked where it stands", id.High, insult(1, spans), Mask, None},
		{"nobody knows where it stands", id.High, insult(1, nil), Block, None},
		{"the youngest", id.El12, insult(1, spans), Block, Watch},
		{"let through by the city", id.High, insult(2, spans), Pass, None},
		{"a child in need", id.El12, Verdict{Reasons: []Reason{{Category: Loneliness, Severity: 1, Concern: Watch}}, Concern: Watch}, Pass, Case},
		{"not sure enough to hide", id.El12, Verdict{Reasons: []Reason{{Category: Insult, Severity: 1}}}, Pass, Watch},
		{"nobody stands behind it", id.High, Verdict{Show: Block, Severity: 1, Reasons: []Reason{{Category: Insult, Severity: 1}}}, Block, None},
		{"sure of a part alone", id.High, Verdict{Show: Mask, Spans: spans, Reasons: []Reason{{Category: PII, Severity: 3, Show: Mask, Part: true, Spans: spans}}}, Mask, None},
	} {
		got := table.Settle(Utterance{Text: "あいうえお", Bracket: x.bracket, Kind: id.Visitor}, x.v)
		if got.Show != x.show || got.Concern != x.concern {
			t.Errorf("%s: %v %v, want %v %v", x.name, got.Show, got.Concern, x.show, x.concern)
		}
	}
	// What is let through is not masked beside what is not.
	both := insult(2, spans).Merge(Verdict{Show: Mask, Spans: []Span{{3, 4}}, Reasons: []Reason{{Category: PII, Severity: 1, Show: Mask, Spans: []Span{{3, 4}}}}})
	if got := table.Settle(Utterance{Text: "あいうえお", Bracket: id.High}, both); got.Show != Mask || len(got.Spans) != 1 || got.Spans[0].From != 3 {
		t.Errorf("masked %+v", got)
	}
	for _, x := range []struct {
		bracket id.Bracket
		v       Verdict
		least   time.Duration
		strike  bool
	}{
		{id.High, insult(1, nil), 0, true},
		{id.El12, insult(1, nil), NoMute, false},
		{id.High, Verdict{Show: Block, Severity: 2}, rungs[0], true},
		{id.High, Verdict{Show: Block, Reasons: []Reason{{Category: Spam, Severity: 1, Show: Block}}}, 5 * time.Minute, true},
	} {
		u := Utterance{Text: "あいうえお", Bracket: x.bracket, Kind: id.Visitor}
		if least, strike := table.mute(u, table.Settle(u, x.v)); least != x.least || strike != x.strike {
			t.Errorf("%+v: %v, %v", x.v, least, strike)
		}
	}
}
