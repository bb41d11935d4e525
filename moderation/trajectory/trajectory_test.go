package trajectory

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
)

// said is an utterance of visitor v at a time after the beginning.
func said(n int, v id.VisitorID, at time.Duration, text string) moderation.Utterance {
	return moderation.Utterance{
		ID: id.UtteranceID(n), Room: id.RoomID{City: "kariya", Place: "plaza", Copy: 1}, Speaker: v, Kind: id.Visitor,
		Text: text, At: epoch.Add(at),
	}
}

func near(vs ...id.VisitorID) (out []moderation.Hearer) {
	for _, v := range vs {
		out = append(out, moderation.Hearer{Visitor: v})
	}
	return out
}

func highest(alerts []moderation.Alert, c moderation.Category) (l moderation.Concern) {
	for _, a := range alerts {
		if a.Category == c {
			l = max(l, a.Level)
		}
	}
	return l
}

var grooming = []string{"なんさい？", "かわいいね、大人っぽい", "いま家でひとり？", "ママには言わないでね、二人だけの秘密だよ", "顔の写真おくって"}

func run(t *Trajectory, gap time.Duration, lines []string, hearers ...moderation.Hearer) (all []moderation.Alert) {
	for i, l := range lines {
		_, alerts := t.Note(said(i+1, 1, time.Duration(i)*gap, l), hearers, moderation.Verdict{})
		all = append(all, alerts...)
	}
	return all
}

func TestHarmlessLinesBuildUp(t *testing.T) {
	m := New(load(t), nil, nil)
	all := run(m, time.Minute, grooming, near(2)...)
	if got := highest(all, moderation.Grooming); got < moderation.Case {
		t.Fatalf("%v: %+v", got, all)
	}
	if all[0].Level != moderation.Watch {
		t.Errorf("the first alert is %v, want an early watch", all[0].Level)
	}
	last := all[len(all)-1]
	if n := len(last.Lines); n < 3 || last.Lines[n-1].Text != grooming[len(last.Caused)-1] && last.Lines[n-1].Text != grooming[4] {
		t.Errorf("the alert does not name its lines: %+v", last)
	}
	if !slices.IsSortedFunc(last.Lines, func(a, b moderation.Line) int { return a.At.Compare(b.At) }) {
		t.Error("lines are not in the order of their times")
	}
}

func TestSignsFadeAndAreForgotten(t *testing.T) {
	if got := highest(run(New(load(t), nil, nil), 20*24*time.Hour, grooming[:3], near(2)...), moderation.Grooming); got >= moderation.Case {
		t.Errorf("one sign in twenty days is %v", got)
	}
	m := New(load(t), nil, nil)
	run(m, time.Minute, grooming[:4], near(2)...)
	m.Note(said(9, 1, Keep+time.Hour, "おはよう"), near(2), moderation.Verdict{})
	if p := m.known[1]; len(p.marks) != 0 || len(p.told) != 0 {
		t.Errorf("after %v: %d signs, %d alerts", Keep, len(p.marks), len(p.told))
	}
	if w := decayed(1000, time.Hour, time.Hour); w != 500 {
		t.Errorf("after a half life %d of 1000", w)
	}
	for age, last := time.Duration(0), 1001; age < 40*time.Hour; age += 7 * time.Minute {
		w := decayed(1000, age, time.Hour)
		if w > last || w < 0 {
			t.Fatalf("after %v %d, before %d", age, w, last)
		}
		last = w
	}
}

// Signs towards one hearer weigh more than the same towards many in turn.
func TestAPairIsWeighedByItself(t *testing.T) {
	one := New(load(t), nil, nil)
	many := New(load(t), nil, nil)
	var a, b []moderation.Alert
	for i, l := range grooming[:4] {
		u := said(i+1, 1, time.Duration(i)*time.Minute, l)
		_, x := one.Note(u, near(2), moderation.Verdict{})
		_, y := many.Note(u, near(id.VisitorID(2+i)), moderation.Verdict{})
		a, b = append(a, x...), append(b, y...)
	}
	f := one.plan.familyOf("grooming")
	if x, y := one.weigh(one.known[1], f, 2).score, many.weigh(many.known[1], f, 2).score; x <= y {
		t.Errorf("towards one %d, towards the first of many %d; %+v %+v", x, y, a, b)
	}
}

func TestAnOlderSpeakerWeighsMore(t *testing.T) {
	m := New(load(t), nil, nil)
	p := &past{visitor: 1, bracket: id.High}
	young := moderation.Hearer{Visitor: 2, Bracket: id.El12}
	if s := m.slope(p, young); s <= 100 {
		t.Errorf("high school to the lowest years: %d", s)
	}
	if s := m.slope(&past{visitor: 2, bracket: id.El12}, moderation.Hearer{Visitor: 1, Bracket: id.High}); s != 100 {
		t.Errorf("the other way: %d", s)
	}
	if s := m.slope(p, moderation.Hearer{Visitor: 3}); s != 100 {
		t.Errorf("towards somebody unknown: %d", s)
	}
}

// Following is known by what rooms see, and is a sign among others.
func TestFollowingIsASign(t *testing.T) {
	m := New(load(t), nil, nil)
	for i := range 3 {
		m.See(moderation.Presence{At: epoch.Add(time.Duration(i) * time.Minute), Visitor: 1, Other: 2, Alone: true, Followed: 3})
	}
	if len(m.known[1].marks) != 1 {
		t.Fatalf("%d signs of one hour", len(m.known[1].marks))
	}
	with := m.weigh(m.known[1], m.plan.familyOf("grooming"), 2)
	if with.score == 0 || with.score >= m.plan.families[m.plan.familyOf("grooming")].kase {
		t.Errorf("following alone weighs %d", with.score)
	}
}

// What is no following leaves no sign, and following weighs beside words that
// alone are too little: for whom was followed, not for others.
func TestWhatFollowingIs(t *testing.T) {
	m := New(load(t), nil, nil)
	at := func(p moderation.Presence) moderation.Presence { p.At = epoch; return p }
	for _, p := range []moderation.Presence{
		at(moderation.Presence{Visitor: 1, Other: 2, Alone: true, Followed: 2}),
		at(moderation.Presence{Visitor: 1, Other: 1, Followed: 9}),
		at(moderation.Presence{Other: 2, Followed: 9}),
	} {
		if m.See(p); m.known[1] != nil && len(m.known[1].marks) > 0 {
			t.Fatalf("%+v is a sign", p)
		}
	}
	family := m.plan.familyOf("grooming")
	m.See(at(moderation.Presence{Visitor: 1, Other: 2, Followed: 3}))
	beside := m.weigh(m.known[1], family, 2).score
	m.See(at(moderation.Presence{Visitor: 3, Other: 2, Alone: true, Followed: 3}))
	if alone := m.weigh(m.known[3], family, 2).score; alone <= beside {
		t.Errorf("alone with them weighs %d, among others %d", alone, beside)
	}
	if other := m.weigh(m.known[1], family, 4).score; other != 0 {
		t.Errorf("it weighs %d for somebody else", other)
	}
	m.See(moderation.Presence{At: epoch.Add(61 * time.Minute), Visitor: 1, Other: 2, Followed: 3})
	if again := m.weigh(m.known[1], family, 2).score; again <= beside {
		t.Errorf("followed again after an hour: %d, once: %d", again, beside)
	}
}

// The same long words over and over are told once; shouts, and other words, are
// not.
func TestTheSameAgain(t *testing.T) {
	for _, c := range []struct {
		lines []string
		want  bool
	}{
		{[]string{"コイン配布してるよ、プロフ見てね", "コイン配布してるよ！プロフ見てね！！", "コイン配布してるよ〜プロフみてね"}, true},
		{[]string{"コイン配布してるよ、プロフ見てね", "なんで返事くれないの？", "今日の給食なんだった？"}, false},
		{[]string{"まってー", "まってー", "まってー", "まってー"}, false},
		{[]string{"コイン配布してるよ、プロフ見てね", "コイン配布してるよ、プロフ見てね"}, false},
	} {
		m, n := New(load(t), nil, nil), 0
		for i, text := range c.lines {
			_, alerts := m.Note(said(i+1, 1, time.Duration(i)*20*time.Second, text), near(2), moderation.Verdict{})
			if highest(alerts, moderation.Spam) == moderation.Watch {
				n++
			}
		}
		if c.want != (n == 1) || n > 1 {
			t.Errorf("%q: told %d times", c.lines, n)
		}
	}
}

func TestAnAlertIsToldOnce(t *testing.T) {
	m := New(load(t), nil, nil)
	v := moderation.Verdict{Concern: moderation.Case, Reasons: []moderation.Reason{{Rule: "x", Category: moderation.Threat, Severity: 2, Concern: moderation.Case}}}
	note := func(n int, at time.Duration, v moderation.Verdict) moderation.Concern {
		_, alerts := m.Note(said(n, 1, at, fmt.Sprint("ことば", n)), near(2), v)
		return highest(alerts, moderation.Threat)
	}
	if l := note(1, 0, v); l != moderation.Case {
		t.Fatalf("first: %v", l)
	}
	if l := note(2, time.Minute, v); l >= moderation.Case && l <= moderation.Case {
		t.Errorf("again after a minute: %v", l)
	}
	w := v
	w.Reasons = []moderation.Reason{{Rule: "x", Category: moderation.Threat, Severity: 3, Concern: moderation.Urgent}}
	if l := note(3, 2*time.Minute, w); l != moderation.Urgent {
		t.Errorf("graver: %v", l)
	}
	if l := note(4, 26*time.Hour, v); l < moderation.Case {
		t.Errorf("after a day: %v", l)
	}
}

// A child in need is never hidden by what is remembered of it.
func TestNeedIsNeverHidden(t *testing.T) {
	m := New(load(t), nil, nil)
	level := moderation.None
	for i, l := range []string{"きょうもねれない", "ごはんの味がしない", "学校がこわい", "わたしなんかいらない子", "もう消えてなくなりたい", "みんなに手紙かいた。今までありがとう"} {
		add, alerts := m.Note(said(i+1, 1, time.Duration(i)*24*time.Hour, l), near(2), moderation.Verdict{})
		if add.Show != moderation.Pass || len(add.Spans) > 0 {
			t.Errorf("%q: %v", l, add.Show)
		}
		for _, a := range alerts {
			if !a.Category.Support() {
				t.Errorf("%q: %+v", l, a)
			}
			level = max(level, a.Level)
		}
	}
	if level < moderation.Case {
		t.Errorf("a slide over days is %v", level)
	}
}

func TestSeveralAgainstOne(t *testing.T) {
	lines := []string{"A: Cはいれないルールです", "C: なんで", "B: あっちいって、Cとはもう遊ばん", "A: それな、くさいから来るな", "B: 学校でも話しかけんでね"}
	_, raised := chat(t, lines...)
	ok := false
	for _, a := range raised {
		if a.Level >= moderation.Case {
			ok = ok || a.Speaker != "C" && len(a.Lines) >= 2
			if a.Speaker == "C" && !a.Category.Support() {
				t.Errorf("who is hurt is accused: %+v", a)
			}
		}
	}
	if !ok {
		t.Errorf("nobody is told: %+v", raised)
	}
	if _, raised := chat(t, "A: ざこ〜", "B: おまえもざこ", "A: へたくそ笑", "B: へたくそはおまえ"); slices.ContainsFunc(raised, func(a Raised) bool { return a.Level >= moderation.Case }) {
		t.Errorf("two who tease each other: %+v", raised)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	m := New(load(t), nil, nil)
	m.limit = 64
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 20000 {
		v := id.VisitorID(1 + rng.IntN(1000))
		u := said(i+1, v, time.Duration(i)*time.Second, grooming[rng.IntN(len(grooming))]+fmt.Sprint(i))
		u.Room.Copy = uint16(rng.IntN(2000))
		m.Note(u, near(v+1, v+2), moderation.Verdict{})
	}
	if len(m.known) > m.limit || len(m.rooms) > maxRooms || len(m.leaving) > m.limit {
		t.Errorf("%d visitors, %d rooms, %d leaving", len(m.known), len(m.rooms), len(m.leaving))
	}
	for _, p := range m.known {
		if len(p.marks) > maxMarks || len(p.pieces.list) > maxPieces {
			t.Errorf("%d signs, %d pieces", len(p.marks), len(p.pieces.list))
		}
	}
	n := 0
	for _, p := range m.known {
		n += len(p.marks)
	}
	if n > m.marks {
		t.Errorf("%d signs are kept, %d are counted", n, m.marks)
	}
}

func TestTheSameTalkGivesTheSame(t *testing.T) {
	play := func() (all []moderation.Alert, traces []moderation.Trace) {
		m := New(load(t), nil, nil)
		m.limit = 16
		rng := rand.New(rand.NewPCG(3, 4))
		for i := range 3000 {
			v := id.VisitorID(1 + rng.IntN(40))
			u := said(i+1, v, time.Duration(i)*time.Minute, []string{"090", "1234", "5678", "きもい", "くさいから来るな", "やめて", "消えたい", "なんさい？", "写真おくって"}[rng.IntN(9)])
			u.Room.Copy = uint16(rng.IntN(3))
			_, a := m.Note(u, near(v%40+1, (v+7)%40+1), moderation.Verdict{})
			all = append(all, a...)
			if i%100 == 0 {
				traces = append(traces, m.Changed()...)
			}
		}
		return all, append(traces, m.Changed()...)
	}
	a, x := play()
	b, y := play()
	if !reflect.DeepEqual(a, b) || !reflect.DeepEqual(x, y) {
		t.Error("two runs of the same talk differ")
	}
	if len(a) == 0 || len(x) == 0 {
		t.Error("nothing happened")
	}
}

func TestTracesBringAllBack(t *testing.T) {
	p := load(t)
	whole, first := New(p, nil, nil), New(p, nil, nil)
	run(whole, time.Minute, grooming[:3], near(2)...)
	run(first, time.Minute, grooming[:3], near(2)...)
	traces := first.Changed()
	if len(traces) != 1 || traces[0].Visitor != 1 || !traces[0].Until.After(epoch) {
		t.Fatalf("%+v", traces)
	}
	if again := first.Changed(); len(again) != 0 {
		t.Errorf("nothing has changed, and %d are to be stored", len(again))
	}
	second := New(p, nil, traces)
	u := said(4, 1, time.Hour, grooming[3])
	_, a := whole.Note(u, near(2), moderation.Verdict{})
	_, b := second.Note(u, near(2), moderation.Verdict{})
	if len(a) == 0 || !sameAlerts(a, b) {
		t.Errorf("after a restart\n%+v, without\n%+v", b, a)
	}
	second.Forget(1)
	if got := second.Changed(); len(got) != 1 || !got[0].Until.IsZero() {
		t.Errorf("forgotten: %+v", got)
	}
	for _, body := range []string{"", "{", `{"v":9}`, `{"v":1,"m":[{"s":"no.stage","w":5},{"s":"grooming.age","w":-5}]}`} {
		m := New(p, nil, []moderation.Trace{{Visitor: 7, Body: []byte(body)}})
		if q := m.known[7]; q != nil && len(q.marks) > 0 {
			t.Errorf("%s gave %d signs", body, len(q.marks))
		}
	}
}

func sameAlerts(a, b []moderation.Alert) bool {
	return slices.EqualFunc(a, b, func(x, y moderation.Alert) bool {
		return x.Category == y.Category && x.Level == y.Level && x.Rule == y.Rule && len(x.Lines) == len(y.Lines) && slices.Equal(x.Caused, y.Caused)
	})
}

func TestFaultsOfTheFilesAreNamed(t *testing.T) {
	good := fstest.MapFS{
		"contexts.tsv": {Data: []byte("told\tafter\tって\n")},
		"numbers.tsv":  {Data: []byte("110\t警察\n")},
		planFile:       {Data: []byte("family\tbully\tinsult\t1h\t1\t2\t3\t1\nstage\tbully.a\t1\t-\t\tx\n")},
	}
	plan, begun := good[planFile], good[planFile].Data
	for _, f := range [...]string{"fish", "tells"} {
		plan.Data = fmt.Appendf(plan.Data, "family\t%s\tpii\t1h\t1\t2\t3\t1\n", f)
	}
	for _, s := range slices.Concat(askStages[:], toldStages[:], []string{classStage, trickStage}) {
		plan.Data = fmt.Appendf(plan.Data, "stage\t%s\t1\n", s)
	}
	lines := bytes.Count(plan.Data, []byte("\n"))
	signals := "bully.a\tばか\n"
	for name := range special {
		signals += name + "\tごほごほ" + name + "\n"
	}
	good[signalsFile] = &fstest.MapFile{Data: []byte(signals)}
	whole := plan.Data
	plan.Data = begun
	if _, err := Load(good); err == nil || !strings.Contains(err.Error(), `no family "fish"`) || !strings.Contains(err.Error(), `no stage "tells.class"`) {
		t.Error("a plan without personal data:", err)
	}
	plan.Data = whole
	if _, err := Load(good); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ file, line, want string }{
		{planFile, "family\tx\tinsult\t1h\t2\t1\t3\t1", fmt.Sprintf("%s:%d", planFile, lines+1)},
		{planFile, "stage\tno.such\t1", fmt.Sprintf("%s:%d", planFile, lines+1)},
		{planFile, "reason\tinsult\tno.such\t1\t1\t1", fmt.Sprintf("%s:%d", planFile, lines+1)},
		{planFile, "lean\tinsult\tbully.a\tx\t1", fmt.Sprintf("%s:%d", planFile, lines+1)},
		{planFile, "stage\tbully.b\t1.2345", fmt.Sprintf("%s:%d", planFile, lines+1)},
		{"numbers.tsv", "11x\t警察", "11x"},
		{signalsFile, "bully.zz\tばか", "bully.zz"},
		{signalsFile, "bully.a\t(", signalsFile},
		{signalsFile, "bully.a\tばか\t@nowhere", "nowhere"},
	} {
		bad := fstest.MapFS{}
		for k, v := range good {
			bad[k] = v
		}
		bad[x.file] = &fstest.MapFile{Data: append(slices.Clone(good[x.file].Data), x.line+"\n"...)}
		if _, err := Load(bad); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%q: %v", x.line, err)
		}
	}
}

// Whatever is said, what is to be hidden lies within it, need is shown, and
// the same memory comes out of its traces.
func FuzzNote(f *testing.F) {
	for _, s := range []string{"090", "ｾﾞﾛｷｭｳ", "写真おくって", "消えたい", "0️⃣9️⃣", "\u200b\u3099", strings.Repeat("あ", 200), "@gmail.com", "くさいから来るな"} {
		f.Add(s, s, uint8(1))
	}
	plan := load(f)
	f.Fuzz(func(t *testing.T, a, b string, who uint8) {
		m := New(plan, nil, nil)
		for i, text := range []string{a, b, a + b, b} {
			text = strings.ToValidUTF8(text, "?")
			u := said(i+1, id.VisitorID(1+(who>>i)&1), time.Duration(i)*time.Minute, text)
			add, alerts := m.Note(u, near(3, 2), moderation.Verdict{})
			for _, s := range add.Spans {
				if s.From < 0 || s.To > len([]rune(text)) || s.From >= s.To {
					t.Fatalf("%q: span %+v", text, s)
				}
			}
			for _, x := range alerts {
				if x.Level == moderation.None || len(x.Lines) == 0 || x.Speaker != u.Speaker {
					t.Fatalf("%q: %+v", text, x)
				}
			}
		}
		for _, tr := range m.Changed() {
			if !tr.Until.IsZero() {
				if _, ok := plan.restore(tr); !ok {
					t.Fatalf("%s is not read again", tr.Body)
				}
			}
		}
	})
}
