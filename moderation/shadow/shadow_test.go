package shadow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

type scorerFunc func(moderation.Utterance) moderation.Verdict

func (f scorerFunc) Score(u moderation.Utterance) moderation.Verdict { return f(u) }

// rude hides words that hold any of these.
func rude(words ...string) Side {
	return Side{Scorer: scorerFunc(func(u moderation.Utterance) (v moderation.Verdict) {
		for _, w := range words {
			at := strings.Index(u.Text, w)
			if at < 0 {
				continue
			}
			s := []moderation.Span{{From: at, To: at + len(w)}}
			v = v.Merge(moderation.Verdict{Show: moderation.Mask, Severity: 1, Spans: s, Reasons: []moderation.Reason{
				{Rule: "insult/" + w[:1], Category: moderation.Insult, Severity: 1, Show: moderation.Mask, Spans: s},
			}})
		}
		return v
	})}
}

func said(text string) moderation.Utterance {
	return moderation.Utterance{Kind: id.Visitor, Bracket: id.El56, Speaker: 7, Name: "くま", Text: text, At: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
}

func TestCompare(t *testing.T) {
	live, more := rude("aaa"), rude("aaa", "bbb")
	for _, text := range []string{"hello", "aaa here"} {
		if c, changed := Compare(live, more, said(text)); changed {
			t.Errorf("%q: %+v", text, c)
		}
	}
	c, changed := Compare(live, more, said("bbb here"))
	if want := (Change{Deed{"pass", "none", ""}, Deed{"mask", "none", ""}, moderation.Insult, "insult/b", "el56"}); !changed || c != want {
		t.Errorf("%v %+v", changed, c)
	}
	if c, changed = Compare(more, live, said("bbb here")); !changed || c.Live.Show != "mask" || c.Rule != "insult/b" {
		t.Errorf("the other way: %+v", c)
	}
	// The same deed, and other words hidden by it.
	if c, changed = Compare(live, more, said("aaa and bbb")); !changed || c.Live != c.Shadow {
		t.Errorf("%v %+v", changed, c)
	}
	// A table that mutes longer changes what is done, too.
	hard := func(mute time.Duration) Side {
		tab := new(moderation.Table)
		if err := tab.Set(moderation.Insult, 1, id.BracketNone, moderation.Act{Show: moderation.Block, Level: moderation.None, Mute: mute}); err != nil {
			t.Fatal(err)
		}
		return Side{Scorer: live.Scorer, Table: tab}
	}
	if c, changed = Compare(hard(time.Second), hard(time.Minute), said("aaa")); !changed || c.Live.Mute != "1s" || c.Shadow.Mute != "1m0s" {
		t.Errorf("%v %+v", changed, c)
	}
}

// remembering counts what its owner was told.
type remembering struct{ lines int }

func (m *remembering) Note(moderation.Utterance, []moderation.Hearer, moderation.Verdict) (v moderation.Verdict, _ []moderation.Alert) {
	if m.lines++; m.lines == 3 {
		v.Concern = moderation.Case
		v.Reasons = []moderation.Reason{{Rule: "story", Category: moderation.Grooming, Severity: 1, Concern: moderation.Case}}
	}
	return v, nil
}
func (*remembering) Changed() []moderation.Trace { return nil }
func (*remembering) Forget(id.VisitorID)         {}

func TestEachSideRemembersForItself(t *testing.T) {
	calm := rude()
	watchful := Side{Scorer: calm.Scorer, Memory: new(remembering)}
	for i := 1; i <= 4; i++ {
		c, changed := Compare(calm, watchful, said("hello"))
		if changed != (i == 3) || changed && c.Rule != "story" {
			t.Errorf("line %d: %v %+v", i, changed, c)
		}
	}
}

func judged(text string, c id.CaseID) moderation.Judged {
	return moderation.Judged{Utterance: said(text), Case: c}
}

// The speaker never waits: what the shadow cannot take is counted. A candidate
// that hangs or panics harms nobody.
func TestWatchIsNobodysBurden(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		candidate := Side{Scorer: scorerFunc(func(u moderation.Utterance) moderation.Verdict {
			switch u.Text {
			case "hang":
				<-release
			case "panic":
				panic("secret words")
			}
			return rude("bbb").Scorer.Score(u)
		})}
		var log strings.Builder
		w := New(Options{Live: rude("aaa"), Candidate: candidate, Queue: 3, Log: slog.New(slog.NewTextHandler(&log, nil))})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- w.Run(ctx) }()
		synctest.Wait()

		w.Judged(judged("hang", 0))
		synctest.Wait()
		for range 5 {
			w.Judged(judged("bbb", 9))
		}
		if c := w.Counters(); c.Missed != 2 || c.Waiting != 3 || c.Judged != 0 {
			t.Errorf("behind one that hangs: %+v", c)
		}
		release <- struct{}{}
		synctest.Wait()
		w.Judged(judged("panic", 0))
		w.Judged(judged("panic", 0))
		w.Judged(judged("hello", 0))
		synctest.Wait()
		if c := w.Counters(); c != (Counters{Judged: 5, Changed: 3, Missed: 2, Faults: 2}) {
			t.Errorf("%+v", c)
		}
		if !strings.Contains(log.String(), "panic") || strings.Contains(log.String(), "secret") || strings.Count(log.String(), "level=ERROR") != 1 {
			t.Errorf("logged %s", log.String())
		}
		days := w.Take()
		if len(days) != 1 || days[0].Day != "2026-11-23" || days[0].Judged != 5 || days[0].Changed != 3 || days[0].Missed != 2 || days[0].Faults != 2 ||
			len(days[0].Counts) != 1 || days[0].Counts[0].N != 3 || len(days[0].Counts[0].Cases) != 1 {
			t.Errorf("%+v", days)
		}
		if len(w.Take()) != 0 {
			t.Error("taken twice")
		}
		w.GiveBack(days)
		w.Judged(judged("bbb", 10))
		synctest.Wait()
		if again := w.Take(); len(again) != 1 || again[0].Changed != 4 || len(again[0].Counts[0].Cases) != 2 {
			t.Errorf("given back: %+v", again)
		}

		w.Judged(judged("hang", 0))
		synctest.Wait()
		stop()
		if err := <-done; err != nil { // though the candidate hangs
			t.Error(err)
		}
		close(release)
	})
}

// Days are the city's.
func TestDaysAreTheCitys(t *testing.T) {
	w := New(Options{Live: rude(), Candidate: rude(), Zone: time.FixedZone("JST", 9*3600)})
	u := said("hello")
	u.At = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	w.compare(heard{u: u})
	if d := w.Take(); len(d) != 1 || d[0].Day != "2026-11-24" {
		t.Errorf("%+v", d)
	}
}

// No word, no name and no visitor is in what is stored, whatever was said.
func TestATallyHoldsNoWord(t *testing.T) {
	w := New(Options{Live: rude("aaa"), Candidate: rude("bbb")})
	for _, text := range []string{"ひみつ aaa", "bbb ひみつ", "aaa bbb ひみつ"} {
		w.compare(heard{u: said(text), c: 3})
	}
	b, err := json.Marshal(w.Take())
	if err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"ひみつ", "くま", "aaa", "bbb", "Speaker", "Text", "\"At\""} {
		if strings.Contains(string(b), never) {
			t.Errorf("%s is in %s", never, b)
		}
	}
	if !strings.Contains(string(b), `"cases":[3]`) {
		t.Errorf("no case in %s", b)
	}
}

// However many ways there are, a tally stays small; the sum is right.
func TestATallyIsBounded(t *testing.T) {
	var a, b Tally
	for i := range MaxChanges + 50 {
		ch := Change{Rule: fmt.Sprintf("rule/%d", i), Category: moderation.Insult, Bracket: "jh"}
		a.Judged++
		a.Add(ch, id.CaseID(i))
		b.Judged++
		b.Add(ch, id.CaseID(i+1))
		b.Judged++
		b.Add(Change{Rule: "rule/0"}, 0)
	}
	a.Merge(&b)
	sum := a.Rare
	for _, c := range a.Counts {
		sum += c.N
		if len(c.Cases) > MaxExamples {
			t.Fatalf("%+v", c)
		}
	}
	if len(a.Counts) != MaxChanges || sum != a.Changed || a.Changed != 3*(MaxChanges+50) || a.Judged != a.Changed {
		t.Errorf("%d ways, %d counted of %d", len(a.Counts), sum, a.Changed)
	}
}

func TestFolder(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	base := fstest.MapFS{"insult.tsv": file("old"), "spam.tsv": file("spam"), "model.bin": file("model")}
	own := fstest.MapFS{"insult.tsv": file("new"), "verdicts.toml": file("table"), "README.md": file("why"), ".swp": file("x")}
	f, err := ReadFolder(own, base)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(f.Files, " ") != "insult.tsv verdicts.toml" || string(f.Verdicts) != "table" {
		t.Errorf("%+v", f)
	}
	names, err := fs.Glob(f.Lists, "*.tsv")
	if err != nil || strings.Join(names, " ") != "insult.tsv spam.tsv" {
		t.Errorf("%q %v", names, err)
	}
	for name, want := range map[string]string{"insult.tsv": "new", "spam.tsv": "spam", "model.bin": "model"} {
		if b, err := fs.ReadFile(f.Lists, name); err != nil || string(b) != want {
			t.Errorf("%s: %q %v", name, b, err)
		}
	}
	if _, err := f.Lists.Open("README.md"); err == nil {
		t.Error("what is no rule is among the rules")
	}
	for name, bad := range map[string]fstest.MapFS{"modle.bin": {"modle.bin": file("x")}, "sub": {"sub/insult.tsv": file("x")}, "neither": {}} {
		if _, err := ReadFolder(bad, base); !errors.Is(err, ErrFolder) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}

	one, err := Name(base, nil)
	if err != nil || len(one) != 8 {
		t.Fatalf("%q %v", one, err)
	}
	two, _ := Name(f.Lists, nil)
	tab := new(moderation.Table)
	if err := tab.Set(moderation.Insult, 1, id.BracketNone, moderation.Act{}); err != nil {
		t.Fatal(err)
	}
	three, _ := Name(base, tab)
	if one == two || one == three || two == three {
		t.Errorf("the same name for other rules: %s %s %s", one, two, three)
	}
	if same, _ := Name(base, new(moderation.Table)); same != one {
		t.Errorf("%s and %s are the same rules", same, one)
	}
}

func TestReport(t *testing.T) {
	day := func(d, candidate string) *Tally {
		return &Tally{Day: d, Rules: Rules{"aaaa", candidate, []string{"model.bin"}}}
	}
	a, b, c := day("2026-11-21", "bbbb"), day("2026-11-22", "bbbb"), day("2026-11-23", "cccc")
	a.Judged, b.Judged, c.Judged = 100, 100, 50
	lost := Change{Deed{"pass", "urgent", ""}, Deed{"pass", "watch", ""}, moderation.SelfHarm, "model/self_harm", "el34"}
	a.Add(lost, 12)
	b.Add(lost, 13)
	b.Add(Change{Deed{"pass", "none", ""}, Deed{"block", "case", "10s"}, moderation.Threat, "threat/x", "jh"}, 0)
	var out strings.Builder
	if err := Report(&out, []*Tally{a, b, c}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"candidate bbbb (model.bin) beside aaaa, 2026-11-21 to 2026-11-22\njudged 200, changed 3 (1.50 %); not judged: 0 too many at once, 0 panics\n",
		"staff: 1 more told, 2 no longer told, 0 at once instead of the same day, 0 the same day instead of at once\n",
		"words: 1 more hidden whole, 0 no longer; 1 with another mute\n",
		"     2     0     2     0     0     0  pass urgent -> pass watch\n",
		"     1     0     0     0     1     0  pass none -> block case 10s\n",
		"     2     0     2     0     0     0  self_harm\n", "  threat/x\n", ": case 12 13\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if x, y := strings.Index(out.String(), "cccc"), strings.Index(out.String(), "bbbb"); x < 0 || x > y {
		t.Errorf("the latest is not first:\n%s", out.String())
	}
	out.Reset()
	if err := Report(&out, nil); err != nil || !strings.Contains(out.String(), "nothing") {
		t.Errorf("%v %s", err, out.String())
	}
}
