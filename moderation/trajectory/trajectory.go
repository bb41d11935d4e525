package trajectory

import (
	"math/bits"
	"slices"
	"strings"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/lexicon"
	"kakitsubata/protocol/id"
)

// Lean says how likely it is that the utterance that was scored last is of a
// category (its index in lexicon.Categories; after them that it is to be
// stopped, acute, grave, to be kept in mind), in thousandths. What is too
// little for a verdict is a sign when it goes on. It is called by the goroutine
// that owns the memory, after the scorers.
type Lean func(category int) int

// leanLetters is how long a text must be for a leaning to say something.
const leanLetters = 5

const (
	needs      = 10 // categories of support come first
	leanGrave  = 22 // after the categories: staff should look the same day
	doubtLeast = 50 // of a score, in hundredths
	doubtFrom  = 300
	graveShare = 80 // of it, in hundredths, counts if what the need is stays open
)

// Trajectory is the memory of one city. One goroutine owns it.
type Trajectory struct {
	plan    *Plan
	lean    Lean
	limit   int
	known   map[id.VisitorID]*past
	rooms   map[id.RoomID]*crowd
	leaving []moderation.Trace // of those who were dropped before they were stored
	marks   int                // at least as many as are kept
	now     time.Time          // the latest that was seen: it never runs back

	// Scratch of one Note.
	touched []bool // by family
	signed  []int  // stages seen
	asking  bool   // it asks for something
	letter  []byte
	special [signs]bool
	spans   []lexSpan
	best    []int
	more    []int
}

type lexSpan struct{ from, to int }

// New returns a memory that knows what traces hold; a trace that cannot be
// read is left out. Without a trained scorer lean is nil.
func New(p *Plan, lean Lean, traces []moderation.Trace) *Trajectory {
	t := &Trajectory{
		plan: p, lean: lean, limit: MaxVisitors,
		known: make(map[id.VisitorID]*past), rooms: make(map[id.RoomID]*crowd),
		touched: make([]bool, len(p.families)),
		best:    make([]int, len(p.stages)), more: make([]int, len(p.stages)),
	}
	for _, tr := range traces {
		if len(t.known) >= t.limit {
			break
		}
		if past, ok := p.restore(tr); ok {
			t.known[past.visitor] = past
			t.marks += len(past.marks)
			if past.last.After(t.now) {
				t.now = past.last
			}
		}
	}
	return t
}

const echoLives = time.Hour

// finding is a concern of this utterance, before it is known whether it is
// news.
type finding struct {
	category moderation.Category
	level    moderation.Concern
	direct   bool
	rule     string
	lines    []moderation.Line
	caused   []id.UtteranceID
	show     moderation.Show
	severity int
	spans    []moderation.Span
}

// Note implements moderation.Memory.
func (t *Trajectory) Note(u moderation.Utterance, near []moderation.Hearer, v moderation.Verdict) (moderation.Verdict, []moderation.Alert) {
	if u.At.After(t.now) {
		t.now = u.At
	}
	now := t.now
	p := t.of(u.Speaker, now)
	p.last = now
	if u.Bracket != id.BracketNone {
		p.bracket = u.Bracket
	}
	p.forget(now)
	if laughs(u.Text) {
		p.laughed = now
	}
	t.sign(u, near, v, p)

	var found []finding
	found = direct(found, v)
	found = t.families(found, u, near, p)
	found = t.numbers(found, u, near, v, p)
	found = t.again(found, u, p)
	found = t.pile(found, u, near, p)
	return t.tell(found, u, v, p)
}

// sign notes the signs of u: what the scorers said, and signals.
func (t *Trajectory) sign(u moderation.Utterance, near []moderation.Hearer, v moderation.Verdict, p *past) {
	clear(t.touched)
	clear(t.special[:])
	t.signed = t.signed[:0]
	t.spans = t.spans[:0]
	read := t.plan.words.Read(u.Text)
	for _, s := range read {
		if s.Name == fillerName {
			t.spans = append(t.spans, lexSpan{s.From, s.To})
		}
	}
	for _, s := range read {
		if k, ok := specials[s.Name]; ok {
			t.special[k] = t.special[k] || k != counted || !t.filled(s.From) // "the first three are …" counts nothing
			continue
		}
		at := t.plan.byName[s.Name]
		if !slices.Contains(t.signed, at) {
			t.signed = append(t.signed, at)
		}
	}
	t.asking = t.asks(u.Text)
	t.answer(u, near, p)
	signals := len(t.signed)
	likeliest := t.likeliest(v)
	for _, r := range v.Reasons {
		if r.View == "model" && r.Support() && likeliest != "" && r.Category != likeliest {
			continue
		}
		grade := min(r.Severity, 3)
		if r.Support() || r.View == "model" {
			grade = min(grade, max(1, int(r.Concern))) // the model is surer of a concern than of a severity
		}
		for _, rs := range t.plan.reasons[reasonKey{r.Category, r.Need}] {
			t.reason(u, near, p, &r, rs, grade, signals)
		}
	}
	for _, s := range t.signed[:signals] {
		t.mark(u, near, p, s, t.plan.stages[s].weight)
	}
	t.leanings(u, near, p, likeliest != "")
}

// reason notes that a scorer's reason is a sign of rs.
func (t *Trajectory) reason(u moderation.Utterance, near []moderation.Hearer, p *past, r *moderation.Reason, rs reasonStage, grade, signals int) {
	if grade < 1 || rs.weight[grade] == 0 {
		return
	}
	// A reason and a signal of the same family see the same words.
	f := t.plan.stages[rs.stage].family
	if t.asking && t.plan.families[f].gives {
		return
	}
	if grade < 3 && slices.ContainsFunc(t.signed[:signals], func(s int) bool { return t.plan.stages[s].family == f }) {
		return
	}
	w := rs.weight[grade]
	if r.View == "model" && r.Support() && t.lean != nil {
		c := slices.Index(lexicon.Categories(), r.Category)
		if i := slices.IndexFunc(t.plan.leans, func(l leanStage) bool { return l.category == c }); i >= 0 {
			w = max(w/2, t.plan.leans[i].weight*max(t.lean(c), t.lean(leanGrave)*graveShare/100)/one)
			if grade >= 2 {
				w = max(w, rs.weight[grade])
			}
		}
	}
	t.mark(u, near, p, rs.stage, w)
}

// likeliest is of the needs that the model names for one cry the likeliest: it
// stands for all.
func (t *Trajectory) likeliest(v moderation.Verdict) (best moderation.Category) {
	most := -1
	for _, r := range v.Reasons {
		if r.View != "model" || !r.Support() {
			continue
		}
		x := 0
		if c := slices.Index(lexicon.Categories(), r.Category); c >= 0 && t.lean != nil {
			x = t.lean(c)
		}
		if x > most {
			best, most = r.Category, x
		}
	}
	return best
}

// letters is how many letters and digits u has.
func (t *Trajectory) letters() (n int) {
	t.plan.words.Letters(func(rune, int) { n++ })
	return n
}

// leanings notes what the trained scorer half believes; of need nothing if
// that was noted by its reasons.
func (t *Trajectory) leanings(u moderation.Utterance, near []moderation.Hearer, p *past, known bool) {
	if t.lean == nil || t.letters() < leanLetters {
		return
	}
	// Of need only what is likeliest.
	var best *leanStage
	for i := range t.plan.leans {
		l := &t.plan.leans[i]
		switch {
		case l.category >= needs:
			t.leaning(u, near, p, l)
		case best == nil || t.lean(l.category) > t.lean(best.category):
			best = l
		}
	}
	if best != nil && !known {
		t.leaning(u, near, p, best)
	}
}

func (t *Trajectory) leaning(u moderation.Utterance, near []moderation.Hearer, p *past, l *leanStage) {
	if t.asking && t.plan.families[t.plan.stages[l.stage].family].gives {
		return
	}
	if x := t.lean(l.category); x >= l.from {
		t.mark(u, near, p, l.stage, l.weight*x/one)
	}
}

func (t *Trajectory) mark(u moderation.Utterance, near []moderation.Hearer, p *past, s, weight int) {
	for i := range p.marks {
		m := &p.marks[i]
		if m.stage != s {
			continue
		}
		if m.of == u.ID && m.at.Equal(t.now) && m.text == u.Text {
			m.weight = max(m.weight, weight)
			return
		}
		if m.text == u.Text && t.now.Sub(m.at) < time.Hour && !t.plan.families[t.plan.stages[s].family].sum {
			return // the same words again
		}
	}
	var hear []id.VisitorID
	for _, h := range near[:min(len(near), maxNear)] {
		hear = append(hear, h.Visitor)
	}
	t.add(p, mark{at: t.now, of: u.ID, name: u.Name, text: u.Text, stage: s, weight: weight, near: hear})
	t.touched[t.plan.stages[s].family] = true
}

// direct is what the utterance's own verdict calls for.
func direct(found []finding, v moderation.Verdict) []finding {
	for _, r := range v.Reasons {
		level := r.Concern
		if level == moderation.None {
			level = v.Concern // a reason that names none is behind the verdict's
			for _, o := range v.Reasons {
				if o.Concern == v.Concern {
					level = moderation.None
				}
			}
		}
		if level > moderation.None {
			found = append(found, finding{category: r.Category, level: level, direct: true, rule: r.Rule})
		}
	}
	return found
}

// families weighs every family that u added a sign to.
func (t *Trajectory) families(found []finding, u moderation.Utterance, near []moderation.Hearer, p *past) []finding {
	for f, touched := range t.touched {
		if !touched {
			continue
		}
		best := t.weigh(p, f, 0)
		best.score = best.score * 4 / 5 // spread over many who hear, or nobody is known
		if len(near) == 0 {
			best.score = best.score * 5 / 4
		}
		for _, h := range near {
			w := t.weigh(p, f, h.Visitor)
			w.score = w.score * t.slope(p, h) / 100
			if t.plan.families[f].mutual && (t.mutual(p, h.Visitor, f) || len(near) == 1 && t.amused(h.Visitor)) {
				w.score /= 2
			}
			if w.score > best.score {
				best = w
			}
		}
		if t.plan.families[f].echo {
			best.score -= t.echo(p, f, near)
		}
		if x, ok := t.judge(f, best, u, p); ok {
			if t.plan.families[f].echo && x.level > moderation.Watch && t.harmed(near) {
				x.level = moderation.Watch // what was done to them has its own alert
			}
			if t.plan.families[f].gives && x.level > moderation.Watch && t.fished(p, near) {
				x.level = moderation.Watch // who was got to tell is not whom staff must look at
			}
			found = append(found, x)
		}
	}
	return found
}

const (
	maxSaid    = 8
	againLives = 10 * time.Minute
	againTimes = 3 // much the same words so often are no talk
	againLeast = 8 // letters: shouts and laughter are said again and again
	againAlike = 3 // of five runs of two letters that either has, both have
)

// again looks for much the same long words over and over.
func (t *Trajectory) again(found []finding, u moderation.Utterance, p *past) []finding {
	x := saying{at: t.now}
	last, n := rune(0), 0
	t.plan.words.Letters(func(l rune, _ int) {
		if n++; n > 1 {
			h := (uint32(last)*0x9e3779b1 ^ uint32(l)*0x85ebca6b) >> 7
			x.pairs[h>>6%4] |= 1 << (h % 64)
		}
		last = l
	})
	if n < againLeast {
		return found
	}
	if p.said = slices.DeleteFunc(p.said, func(y saying) bool { return t.now.Sub(y.at) >= againLives }); len(p.said) >= maxSaid {
		p.said = slices.Delete(p.said, 0, 1)
	}
	p.said = append(p.said, x)
	times := 0
	for _, y := range p.said {
		if x.like(&y) {
			times++
		}
	}
	if times < againTimes {
		return found
	}
	return append(found, finding{category: moderation.Spam, level: moderation.Watch, rule: "trajectory/the same again"})
}

func (x *saying) like(y *saying) bool {
	both, either := 0, 0
	for i := range x.pairs {
		both += bits.OnesCount64(x.pairs[i] & y.pairs[i])
		either += bits.OnesCount64(x.pairs[i] | y.pairs[i])
	}
	return 5*both >= againAlike*either
}

// slope is how much heavier signs weigh from an older bracket to a younger
// one, in hundredths.
func (t *Trajectory) slope(p *past, h moderation.Hearer) int {
	b := h.Bracket
	if q := t.known[h.Visitor]; b == id.BracketNone && q != nil {
		b = q.bracket
	}
	if b == id.BracketNone || p.bracket <= b {
		return 100
	}
	return 100 + 25*min(2, int(p.bracket-b))
}

// echo is how much of p's signs may be talk about somebody else's: who
// listens, asks and consoles says the same words.
func (t *Trajectory) echo(p *past, f int, near []moderation.Hearer) int {
	most := 0
	for _, h := range near {
		q := t.known[h.Visitor]
		if q == nil {
			continue
		}
		sum := 0
		for i := range q.marks {
			m := &q.marks[i]
			if t.plan.stages[m.stage].family == f && t.now.Sub(m.at) < echoLives {
				sum += m.weight
			}
		}
		most = max(most, sum)
	}
	mine := 0
	for i := range p.marks {
		m := &p.marks[i]
		if t.plan.stages[m.stage].family == f && t.now.Sub(m.at) < echoLives {
			mine += m.weight
		}
	}
	if most < mine {
		return 0
	}
	return mine / 2
}

// harmed reports whether somebody near has an alert of harm of the last hour.
func (t *Trajectory) harmed(near []moderation.Hearer) bool {
	for _, h := range near {
		q := t.known[h.Visitor]
		if q == nil {
			continue
		}
		for _, d := range q.told {
			if !d.category.Support() && d.level >= moderation.Case && t.now.Sub(d.at) < time.Hour {
				return true
			}
		}
	}
	return false
}

// laughs reports whether whoever writes this laughs.
func laughs(s string) bool {
	if strings.ContainsAny(s, "笑草ｗ") {
		return true
	}
	s = strings.ToLower(s)
	for _, l := range [...]string{"www", "lol", "haha", "kkk", "わらw", "哈哈"} {
		if strings.Contains(s, l) {
			return true
		}
	}
	return strings.HasSuffix(s, "w")
}

// amused reports whether h has laughed in these minutes: two who tease.
func (t *Trajectory) amused(h id.VisitorID) bool {
	q := t.known[h]
	return q != nil && !q.laughed.IsZero() && t.now.Sub(q.laughed) < 5*time.Minute
}

// mutual reports whether h says the same kind of things where p can hear it:
// two children who ask each other.
func (t *Trajectory) mutual(p *past, h id.VisitorID, f int) bool {
	q := t.known[h]
	if q == nil {
		return false
	}
	n := 0
	for i := range q.marks {
		m := &q.marks[i]
		if t.plan.stages[m.stage].family == f && m.heardBy(p.visitor) && t.now.Sub(m.at) < 24*time.Hour {
			n++
		}
	}
	mine := 0
	for i := range p.marks {
		m := &p.marks[i]
		if t.plan.stages[m.stage].family == f && m.heardBy(h) && t.now.Sub(m.at) < 24*time.Hour {
			mine++
		}
	}
	return n >= 2 && 2*n >= mine
}

// weight is what the signs of one family come to.
type weight struct {
	score  int
	stages int
	hard   bool
	said   int  // utterances with a sign of some weight
	strong bool // a signal that is grave by itself
	top    int  // the stage that weighs most
	hearer id.VisitorID
}

// weigh sums the signs of family f that hearer heard; 0 is everybody.
func (t *Trajectory) weigh(p *past, f int, hearer id.VisitorID) weight {
	clear(t.best)
	clear(t.more)
	fam := &t.plan.families[f]
	out := weight{hearer: hearer, top: -1}
	var last *mark
	for i := range p.marks {
		m := &p.marks[i]
		s := &t.plan.stages[m.stage]
		if s.family != f || hearer != 0 && !m.heardBy(hearer) {
			continue
		}
		w := decayed(m.weight, t.now.Sub(m.at), fam.half)
		if w >= one/2 && (last == nil || last.of != m.of || !last.at.Equal(m.at)) {
			out.said++
			last = m
		}
		out.strong = out.strong || w >= 2*one
		if w > t.best[m.stage] {
			t.more[m.stage] += t.best[m.stage]
			t.best[m.stage] = w
		} else {
			t.more[m.stage] += w
		}
	}
	for i, w := range t.best {
		if w == 0 {
			continue
		}
		extra := min(t.more[i]/4, w/2)
		if fam.sum {
			extra = min(t.more[i], 4*one)
		}
		if t.plan.stages[i].many {
			extra = min(t.more[i], 2*w)
			if extra >= w/2 {
				out.stages++
			}
			if extra >= 3*w/2 {
				out.stages++
			}
		}
		out.score += w + extra
		if w >= one/10 {
			out.stages++
		}
		out.hard = out.hard || t.plan.stages[i].hard && w >= one/2
		if out.top < 0 || w+extra > t.best[out.top]+min(t.more[out.top], 4*one) {
			out.top = i
		}
	}
	return out
}

// judge makes a concern of what a family weighs.
func (t *Trajectory) judge(f int, w weight, u moderation.Utterance, p *past) (x finding, ok bool) {
	fam := &t.plan.families[f]
	if w.top < 0 || w.score < fam.watch {
		return x, false
	}
	if !fam.firm {
		w.score = t.doubted(w.score)
	}
	x = finding{category: fam.category, level: moderation.Watch}
	if c := t.plan.stages[w.top].category; c != "" {
		x.category = c
	}
	if w.score >= fam.kase && (w.stages >= fam.stages || w.hard && w.stages >= 2) && (w.said >= 2 || fam.sum && w.strong || w.hard && w.stages >= 3) {
		x.level = moderation.Case
		if w.score >= fam.urgent && w.hard {
			x.level = moderation.Urgent
		}
	}
	t.cite(&x, p, f, w)
	if fam.hide && x.level >= moderation.Case && t.hardNow(f, u) {
		x.show, x.severity = moderation.Block, 2
	}
	return x, true
}

// doubted is a score that the trained scorer, who knows what the talk is about,
// sees no reason for in what was said just now.
func (t *Trajectory) doubted(score int) int {
	if t.lean == nil {
		return score
	}
	return score * (doubtLeast + (100-doubtLeast)*min(doubtFrom, t.lean(leanGrave))/doubtFrom) / 100
}

// hardNow reports whether u itself holds a hard ask of family f.
func (t *Trajectory) hardNow(f int, u moderation.Utterance) bool {
	for _, s := range t.signed {
		if st := &t.plan.stages[s]; st.family == f && st.hard {
			return true
		}
	}
	return false
}

// cite names the lines behind x, and the stages.
func (t *Trajectory) cite(x *finding, p *past, f int, w weight) {
	var names []string
	for i := range p.marks {
		m := &p.marks[i]
		s := &t.plan.stages[m.stage]
		if s.family != f || w.hearer != 0 && !m.heardBy(w.hearer) {
			continue
		}
		if _, name, _ := strings.Cut(s.name, "."); !slices.Contains(names, name) {
			names = append(names, name)
		}
		if len(x.caused) > 0 && x.caused[len(x.caused)-1] == m.of && x.lines[len(x.lines)-1].Text == m.text {
			continue
		}
		x.lines = append(x.lines, m.line(p.visitor))
		x.caused = append(x.caused, m.of)
	}
	x.rule = "trajectory/" + t.plan.families[f].name + ": " + strings.Join(names, "+")
}

// tell makes alerts of what is news, and a verdict of what the scorers did not
// see.
func (t *Trajectory) tell(found []finding, u moderation.Utterance, v moderation.Verdict, p *past) (add moderation.Verdict, alerts []moderation.Alert) {
	for i, x := range found {
		add.Show = max(add.Show, x.show)
		if x.show > moderation.Pass {
			add.Severity = max(add.Severity, x.severity)
			add.Spans = append(add.Spans, x.spans...)
		}
		grown := !slices.ContainsFunc(found[:i], func(o finding) bool { return o.category == x.category && o.level >= x.level }) &&
			!slices.ContainsFunc(found[i+1:], func(o finding) bool { return o.category == x.category && o.level > x.level })
		fresh := grown && x.level > moderation.None && p.news(x.category, x.level, t.now)
		if !x.direct && (fresh || x.show > moderation.Pass) {
			r := moderation.Reason{Rule: x.rule, Category: x.category, Severity: max(1, x.severity), View: "history", Spans: x.spans, Show: x.show}
			if fresh {
				r.Concern = x.level
				add.Concern = max(add.Concern, x.level)
			}
			add.Reasons = append(add.Reasons, r)
		}
		if !fresh {
			continue
		}
		if len(x.lines) == 0 {
			x.lines = []moderation.Line{{At: t.now, Speaker: u.Speaker, Name: u.Name, Text: u.Text}}
			x.caused = []id.UtteranceID{u.ID}
		}
		x.lines = slices.DeleteFunc(x.lines, func(l moderation.Line) bool { return l.Text == "" }) // taken back
		alerts = append(alerts, moderation.Alert{
			Speaker: u.Speaker, Category: x.category, Level: x.level, Direct: x.direct, Rule: x.rule, Lines: x.lines, Caused: x.caused,
		})
	}
	slices.SortFunc(add.Spans, func(a, b moderation.Span) int { return a.From - b.From })
	return add, alerts
}

// Forget implements moderation.Memory.
func (t *Trajectory) Forget(v id.VisitorID) {
	delete(t.known, v)
	t.leaving = append(t.leaving, moderation.Trace{Visitor: v})
}
