package trajectory

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kakitsubata/moderation"
)

// What a child may be asked for. Names are answered in the next line or not at
// all; the others have a form of their own.
const (
	askedName = iota
	askedSchool
	askedHome
	askedKinds
)

// askStages and toldStages are the stages of the plan that ask for such, and
// what an answer is a sign of.
var (
	askStages  = [askedKinds]string{"fish.name", "fish.school", "fish.home"}
	toldStages = [askedKinds]string{"tells.name", "tells.school", "tells.town"}
)

const (
	classStage  = "tells.class"
	trickStage  = "fish.pretext"
	nameLeast   = 2 // letters
	nameMost    = 12
	maxHouse    = 4 // digits
	aroundHouse = 3 // letters
	noNameWords = "ひみつ 秘密 ないしょ 内緒 やだ いや だめ むり 無理 いわ 言わ いえ 言え いって 言って いっちゃ 言っちゃ 教え おしえ なん 何 なに しら 知ら わか だれ 誰 えっと うん はい いい まあ ちょっと どう どの その ええ おけ やめ こわ 怖 よん 呼 にっくねーむ あだな すき 好き まって 待 ひん ほんと 本当 うそ しつこ"
)

var noNames = strings.Fields(noNameWords)

// answers is what a plan knows of questions and what is told.
type answers struct {
	ask, told [askedKinds]int // stages
	class     int
	trick     int // a pretext to ask
}

// readAnswers looks up the stages; missing names those that are not there.
func (p *Plan) readAnswers() (missing []string) {
	at := func(name string) int {
		i, ok := p.byName[name]
		if !ok {
			missing = append(missing, name)
		}
		return i
	}
	for k := range askedKinds {
		p.answers.ask[k], p.answers.told[k] = at(askStages[k]), at(toldStages[k])
	}
	p.answers.class, p.answers.trick = at(classStage), at(trickStage)
	return missing
}

// asks reports whether the utterance that was read last asks somebody for what
// names or leads to a child, or asks at all.
func (t *Trajectory) asks(text string) bool {
	s := strings.TrimRight(text, " 　\t!！w笑")
	return strings.HasSuffix(s, "?") || strings.HasSuffix(s, "？") || strings.Contains(s, "教えて") || strings.Contains(s, "おしえて") ||
		slices.ContainsFunc(t.signed, func(s int) bool { return t.plan.stages[s].family == t.plan.fish })
}

// answer notes what p tells because somebody asked for it, and what u asks of
// those who hear it. It adds to what was signed by itself.
func (t *Trajectory) answer(u moderation.Utterance, near []moderation.Hearer, p *past) {
	a := &t.plan.answers
	tell := func(stage int) {
		if !slices.Contains(t.signed, stage) {
			t.signed = append(t.signed, stage)
		}
	}
	if !t.asking {
		if fresh(p.asked[askedName], t.now) && t.likeName() {
			tell(a.told[askedName])
		}
		if fresh(p.asked[askedSchool], t.now) {
			if t.special[formClass] {
				tell(a.class)
			}
			if t.likeSchool() {
				tell(a.told[askedSchool])
			}
		}
		if fresh(p.asked[askedHome], t.now) && (t.special[formHome] || t.likeNumber()) {
			tell(a.told[askedHome])
		}
	}
	p.asked[askedName] = time.Time{}
	for k, s := range a.ask {
		if !slices.Contains(t.signed, s) {
			continue
		}
		for _, h := range near[:min(len(near), maxNear)] {
			t.of(h.Visitor, t.now).asked[k] = t.now
		}
	}
}

// spoken is the letters of the text that was read last, folded.
func (t *Trajectory) spoken() string {
	t.letter = t.letter[:0]
	t.plan.words.Letters(func(l rune, _ int) { t.letter = utf8.AppendRune(t.letter, l) })
	return string(t.letter)
}

// likeName reports whether the text that was read last may be a name and
// nothing else.
func (t *Trajectory) likeName() bool {
	s := t.spoken()
	for _, tail := range [...]string{"といいます", "っていう", "です", "だよ", "だ"} {
		if cut, ok := strings.CutSuffix(s, tail); ok {
			s = cut
			break
		}
	}
	n := utf8.RuneCountInString(s)
	return n >= nameLeast && n <= nameMost && !strings.ContainsAny(s, "0123456789") &&
		!slices.ContainsFunc(noNames, func(w string) bool { return strings.Contains(s, w) })
}

// likeSchool reports whether the text that was read last ends with a school.
func (t *Trajectory) likeSchool() bool {
	s := t.spoken()
	for _, tail := range [...]string{"です", "だよ", "の", "だけど"} {
		s = strings.TrimSuffix(s, tail)
	}
	for _, end := range [...]string{"小", "中", "高", "学校", "がっこう", "しょう", "のほう", "の方"} {
		if cut, ok := strings.CutSuffix(s, end); ok && utf8.RuneCountInString(cut) >= 2 {
			return true
		}
	}
	return false
}

// likeNumber reports whether the text that was read last is the number of a
// house or a flat and little else. Words alone are none: さん ends names, too.
func (t *Trajectory) likeNumber() bool {
	n, numeral := 0, false
	for _, d := range t.plan.words.Digits() {
		n++
		numeral = numeral || !d.Spelled
	}
	return numeral && n <= maxHouse && t.letters() <= n+aroundHouse && !t.special[counted]
}

// fished reports whether somebody near p has asked under a pretext in the last
// hour, or asked so much that it is a case, or is one of grooming: that is whom
// staff look at. Who answered is protected by what is masked, and kept in mind.
func (t *Trajectory) fished(p *past, near []moderation.Hearer) bool {
	for _, h := range near {
		q := t.known[h.Visitor]
		if q == nil {
			continue
		}
		if slices.ContainsFunc(q.marks, func(m mark) bool { return m.stage == t.plan.answers.trick && t.now.Sub(m.at) < time.Hour }) {
			return true
		}
		if slices.ContainsFunc(q.told, func(d told) bool {
			return d.category == moderation.Grooming && d.level >= moderation.Case && t.now.Sub(d.at) < time.Hour
		}) {
			return true
		}
		if w := t.weigh(q, t.plan.fish, p.visitor); w.score >= t.plan.families[t.plan.fish].kase && w.stages >= t.plan.families[t.plan.fish].stages {
			return true
		}
	}
	return false
}
