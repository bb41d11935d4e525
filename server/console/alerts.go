package console

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
)

// What staff read of the words of a case: what was heard, each alert with why
// the machine raised it, and what people found about it.

type lineView struct {
	At, Name, Text string
	Own            bool
}

type piece struct {
	Text   string
	Marked bool
}

type reasonView struct {
	Category, Rule, View string
	ID, Whole            string // the rule's name, short and as it is
	Tier, Model, Score   string
	Severity             int
	Need                 bool
}

// judgedView is what somebody found about an alert.
type judgedView struct {
	Finding, By, At string
}

type alertView struct {
	Case       id.CaseID
	Key        string // of the utterance
	At         string
	Level      string
	LevelLabel string
	Words      []piece
	Kind       string // shown, masked, held or retracted
	Became     string // the same in words
	Reasons    []reasonView
	Open       bool // the reasons are
	Judged     *judgedView
	Earlier    []judgedView // newest first
	Back       bool         // it may be taken back
	Needs      []labelled
	Harms      []labelled
}

type wordsView struct {
	Case     id.CaseID
	Lines    []lineView
	Alerts   []alertView
	Why      string
	WhyLabel string
}

func (c *Console) wordsView(k casebook.Case, judged []Judgement) wordsView {
	v := wordsView{Case: k.ID, Why: k.Why, WhyLabel: "通報した子が選んだ理由"}
	if k.Source == casebook.Manual {
		v.WhyLabel = "職員が書いた理由"
	}
	for _, l := range k.Lines {
		name := l.Name
		if name == "" {
			name = "名前なし"
		}
		v.Lines = append(v.Lines, lineView{
			At: l.At.In(c.zone).Format("15:04:05"), Name: name, Text: l.Text, Own: k.Visitor != 0 && l.Speaker == k.Visitor,
		})
	}
	alerts := k.Alerts()
	for i, s := range alerts {
		last := i == len(alerts)-1
		a := alertView{
			Case: k.ID, Key: strconv.FormatUint(uint64(s.Utterance), 10), At: s.At.In(c.zone).Format("15:04:05"),
			Level: s.Level.String(), LevelLabel: levelLabel(s.Level.String()),
			Words: pieces(s), Open: last && len(s.Reasons) <= 6, Needs: needs[:], Harms: harms[:],
		}
		a.Kind, a.Became = became(c, s)
		for _, r := range s.Reasons {
			a.Reasons = append(a.Reasons, reasonOf(r))
		}
		for _, j := range judged {
			if j.Utterance != s.Utterance && !(j.Utterance == 0 && last) {
				continue
			}
			if a.Judged != nil {
				a.Earlier = slices.Insert(a.Earlier, 0, *a.Judged)
			}
			a.Judged = &judgedView{findingLabel(j), string(j.Staff), c.clock(j.At)}
		}
		a.Back = takable(k, s, judged)
		v.Alerts = append(v.Alerts, a)
	}
	return v
}

// became says what others saw of an utterance.
func became(c *Console, s casebook.Said) (kind, words string) {
	switch {
	case !s.Retracted.IsZero():
		return "retracted", "いちど表示し、" + c.clock(s.Retracted) + "に取り消しました。本人にはやさしい文で伝えています。"
	case !s.Shown:
		return "held", "まわりの子には見えていません（止めました）。"
	case s.Masked:
		return "masked", "しるしの部分を伏せて、まわりの子に見せました。"
	}
	return "shown", "まわりの子に見えました。"
}

func reasonOf(r moderation.Reason) reasonView {
	v := reasonView{
		Category: categoryLabel(string(r.Category)), Rule: ruleLabel(r), ID: short(r.Rule), Whole: r.Rule,
		View: viewLabel(r.View), Severity: r.Severity, Need: r.Need && !r.Category.Support(),
	}
	v.Tier = tierLabel(r.Tier)
	v.Model = r.Version
	if r.Score > 0 {
		v.Score = fmt.Sprintf("%.0f％", 100*r.Score)
	}
	return v
}

// tierLabel says which look at the words it was.
func tierLabel(tier uint8) string {
	switch tier {
	case 1:
		return "第一段"
	case 2:
		return "第二段"
	}
	return ""
}

// short is a rule's name as far as it can be read at a glance: names of
// patterns are the patterns.
func short(rule string) string {
	const most = 32
	if rs := []rune(rule); len(rs) > most {
		return string(rs[:most]) + "…"
	}
	return rule
}

// ruleLabel says what kind of thing saw it.
func ruleLabel(r moderation.Reason) string {
	switch {
	case strings.HasPrefix(r.Rule, "model/"):
		return "学習したモデル"
	case r.View == memoryView:
		return "やりとりの流れ"
	case r.Tier == 2:
		return "AIの見なおし"
	}
	return "ことばの規則"
}

// viewLabel says in which form of the words a rule was seen.
func viewLabel(v string) string {
	switch v {
	case "", "plain", "typed":
		return "そのまま"
	case "tight":
		return "空白や記号を除いた形"
	case "short":
		return "のばす音を除いた形"
	case "sound":
		return "読みの形"
	case "romaji", "kana":
		return "ローマ字を読んだ形"
	case "digits":
		return "数字に読んだ形"
	case "model":
		return "文ぜんたい"
	case memoryView:
		return "これまでのやりとり"
	}
	return v
}

func findingLabel(j Judgement) string {
	switch j.Finding {
	case FoundRight:
		return "機械の判断は正しい"
	case FoundWrong:
		return "まちがい（問題のないことば）"
	}
	label := "区分は「" + categoryLabel(j.Category) + "」"
	if j.Duty == DutySupport && !moderation.Category(j.Category).Support() {
		label += "（本人が困っている側）"
	}
	if j.Severity > 0 {
		label += "・" + severityLabel(j.Severity)
	}
	return label
}

func severityLabel(n int) string {
	return [...]string{"", "軽い", "はっきり", "重い"}[min(max(n, 0), 3)]
}

// pieces splits words where their reasons point.
func pieces(s casebook.Said) []piece {
	runes := []rune(s.Words)
	marked := make([]bool, len(runes))
	for _, r := range s.Reasons {
		for _, sp := range r.Spans {
			for i := max(sp.From, 0); i < min(sp.To, len(runes)); i++ {
				marked[i] = true
			}
		}
	}
	var out []piece
	for from := 0; from < len(runes); {
		to := from + 1
		for to < len(runes) && marked[to] == marked[from] {
			to++
		}
		out = append(out, piece{string(runes[from:to]), marked[from]})
		from = to
	}
	return out
}

// judge keeps what a person found about one alert of a case.
func (c *Console) judge(v visit, k casebook.Case) error {
	n, err := strconv.ParseUint(v.r.PostFormValue("utterance"), 10, 64)
	if err != nil {
		return errFinding
	}
	at := id.UtteranceID(n)
	if !slices.ContainsFunc(k.Alerts(), func(s casebook.Said) bool { return s.Utterance == at }) {
		return errFinding
	}
	j := Judgement{City: c.city, Case: k.ID, Utterance: at, At: v.now, Staff: v.account.Staff}
	switch v.r.PostFormValue("finding") {
	case "right":
		j.Finding = FoundRight
	case "wrong":
		j.Finding = FoundWrong
	case "other":
		j.Finding, j.Category = FoundOther, v.r.PostFormValue("category")
		j.Severity, _ = strconv.Atoi(v.r.PostFormValue("severity"))
		j.Duty = DutyHarm
		if v.r.PostFormValue("duty") == "support" || moderation.Category(j.Category).Support() {
			j.Duty = DutySupport
		}
		if !knownCategory(j.Category) || j.Severity < 1 || j.Severity > 3 {
			return errFinding
		}
	default:
		return errFinding
	}
	return c.store.AddJudgement(v.r.Context(), j)
}

// takable reports whether the words of an alert may be taken back: they were
// shown, and hurt others, as the machine saw them or as a person has judged
// since. Nobody takes away what a child in need has said.
func takable(k casebook.Case, s casebook.Said, judged []Judgement) bool {
	duty := dutyOf(s)
	if j, ok := latestOf(s, judged); ok && j.Finding == FoundOther {
		duty = j.Duty
	}
	return k.Source == casebook.Gate && k.State != casebook.Closed && s.Utterance != 0 &&
		s.Shown && s.Retracted.IsZero() && duty == DutyHarm
}

// latestOf is the judgement of an alert that counts.
func latestOf(s casebook.Said, judged []Judgement) (j Judgement, ok bool) {
	for _, x := range judged {
		if x.Utterance == s.Utterance {
			j, ok = x, true
		}
	}
	return j, ok
}

// takeBack takes the words of an alert away from everybody's page. The case has
// it first.
func (c *Console) takeBack(v visit, k casebook.Case) error {
	n, _ := strconv.ParseUint(v.r.PostFormValue("utterance"), 10, 64)
	at := slices.IndexFunc(k.Alerts(), func(s casebook.Said) bool { return s.Utterance == id.UtteranceID(n) })
	judged, err := c.store.CaseJudgements(v.r.Context(), c.city, k.ID)
	if err != nil {
		return err
	}
	if at < 0 || !takable(k, k.Alerts()[at], judged) {
		return casebook.ErrState
	}
	s := k.Alerts()[at]
	why := s.Reasons
	if j, ok := latestOf(s, judged); ok && j.Finding == FoundOther {
		why = []moderation.Reason{{Rule: "staff", Category: moderation.Category(j.Category), Severity: j.Severity}}
	}
	_, err = c.cases.Retract(v.r.Context(), moderation.Alarm{Utterance: moderation.Utterance{
		ID: s.Utterance, City: c.city, Room: k.Room, Speaker: k.Visitor, Name: k.Name, Bracket: k.Bracket, Text: s.Words, At: s.At,
	}})
	if err != nil {
		return err
	}
	c.live.Retract(s.Utterance, moderation.Verdict{Reasons: why})
	return c.cases.Note(v.r.Context(), k.ID, v.account.Staff, "表示を取り消した：「"+s.Words+"」")
}

// unjudged reports whether the machine raised k and nobody has said whether
// it was right.
func (c *Console) unjudged(v visit, k casebook.Case) (bool, error) {
	if len(k.Alerts()) == 0 {
		return false, nil
	}
	js, err := c.store.CaseJudgements(v.r.Context(), c.city, k.ID)
	return len(js) == 0, err
}
