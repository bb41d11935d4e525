package console

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
)

// What staff read for what the casebook stores. The page templates see
// strings alone: this file is where the two meet.

type labelled struct{ Value, Label string }

// needs and harms are the categories in the order in which staff choose one.
var needs = [...]labelled{
	{"self_harm", "自傷・希死"}, {"bullying_victim", "いじめられている"}, {"abuse_home", "家庭での虐待"},
	{"poverty_hunger", "貧困・空腹"}, {"school_refusal", "学校に行けない"}, {"loneliness", "孤独"},
	{"young_carer", "ヤングケアラー"}, {"sexual_victim", "性被害"}, {"eating_sleep", "食事・睡眠"}, {"self_denial", "自己否定"},
}

var harms = [...]labelled{
	{"insult", "悪口"}, {"threat", "脅し"}, {"sexual", "性的な発言"}, {"grooming", "誘い出し"}, {"pii", "個人情報"},
	{"dark_job", "闇バイト"}, {"drugs", "薬物"}, {"spam", "迷惑な連投"}, {"url", "リンク"}, {"npc_abuse", "聞き役への暴言"},
}

func categoryLabel(c string) string {
	for _, l := range slices.Concat(needs[:], harms[:]) {
		if l.Value == c {
			return l.Label
		}
	}
	return c
}

// knownCategory reports whether c is one that staff may choose.
func knownCategory(c string) bool { return categoryLabel(c) != c }

func bracketLabel(b id.Bracket) string {
	switch b {
	case id.El12:
		return "小学1・2年"
	case id.El34:
		return "小学3・4年"
	case id.El56:
		return "小学5・6年"
	case id.JuniorHigh:
		return "中学生"
	case id.High:
		return "高校生"
	}
	return "学年不明"
}

func sourceLabel(s casebook.Source) string {
	switch s {
	case casebook.Gate:
		return "機械が気づいた"
	case casebook.Reporting:
		return "子どもからの通報"
	case casebook.Manual:
		return "職員が開いた"
	case casebook.Appealing:
		return "「ちがうよ」の申し出"
	}
	return "きっかけ不明"
}

func stateLabel(s casebook.State, by id.StaffID) string {
	switch s {
	case casebook.Acknowledged:
		return "対応中（" + string(by) + "）"
	case casebook.Closed:
		return "終了（" + string(by) + "）"
	}
	return "未対応"
}

func urgent(c casebook.Case) bool { return c.Level.String() == "urgent" }

func levelLabel(level string) string {
	switch level {
	case "urgent":
		return "緊急"
	case "case":
		return "確認"
	}
	return "観察"
}

func speechLabel(s Speech) (label, kind string) {
	switch s {
	case SpeechOpen:
		return "自由に話せる", "good"
	case SpeechPhrases:
		return "決まったことばだけ", "warn"
	}
	return "閉じている", "stop"
}

func roleLabel(r Role) string {
	if r == RoleLead {
		return "責任者"
	}
	return "職員"
}

// forLong is a length of time in words, rounded up to what a person would say.
func forLong(d time.Duration) string {
	switch {
	case d <= 0:
		return "0秒"
	case d < time.Minute:
		return fmt.Sprintf("%d秒", int((d+time.Second-1)/time.Second))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d分", int((d+time.Minute-1)/time.Minute))
	}
	return fmt.Sprintf("%d時間", int((d+time.Hour-1)/time.Hour))
}

// clock is a time of day by the city's clock, with the date unless it is today.
func (c *Console) clock(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	t = t.In(c.zone)
	now := c.now().In(c.zone)
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	if t.Year() == now.Year() {
		return t.Format("1月2日 15:04")
	}
	return t.Format("2006年1月2日 15:04")
}

type caseCard struct {
	ID         id.CaseID
	Level      string
	LevelLabel string
	Open       bool
	State      string
	Name       string
	Bracket    string
	Room       string
	Source     string
	Opened     string
	OpenedISO  string
	Categories []string
	Mark       bool
}

// card is what may be seen of a case before it is opened: no words.
func (c *Console) card(k casebook.Case, titles map[id.RoomID]string) caseCard {
	card := caseCard{
		ID: k.ID, Level: k.Level.String(), LevelLabel: levelLabel(k.Level.String()),
		Open: k.State == casebook.Open, State: stateLabel(k.State, k.By),
		Name: k.Name, Bracket: bracketLabel(k.Bracket), Room: roomTitle(k.Room, titles),
		Source: sourceLabel(k.Source), Opened: c.clock(k.Opened), OpenedISO: k.Opened.In(c.zone).Format(time.RFC3339), Mark: k.Mark,
	}
	if card.Name == "" {
		card.Name = "名前なし"
	}
	for _, cat := range k.Categories {
		card.Categories = append(card.Categories, categoryLabel(string(cat)))
	}
	return card
}

func (c *Console) cards(ks []casebook.Case, titles map[id.RoomID]string) []caseCard {
	out := make([]caseCard, 0, len(ks))
	for _, k := range ks {
		out = append(out, c.card(k, titles))
	}
	return out
}

// roomTitles maps live rooms to their titles.
func roomTitles(rooms []RoomCount) map[id.RoomID]string {
	m := make(map[id.RoomID]string, len(rooms))
	for _, r := range rooms {
		m[r.Room] = r.Title
	}
	return m
}

func roomTitle(room id.RoomID, titles map[id.RoomID]string) string {
	if room == (id.RoomID{}) {
		return "場所不明"
	}
	if t := titles[room]; t != "" {
		return t
	}
	return room.String()
}

type stateView struct {
	Speech, SpeechKind string
	OnDuty             []id.StaffID
	Visitors           int
	Waiting            int
	Open               bool
	Listener           string
	Second             string
	SecondKind         string
	Shadow             string
	Demo               bool
}

type roomView struct {
	Room, Key, Title    string
	Visitors, Observers int
	Capacity            int
	Others, Tick        string
	Load, LoadKind      string
}

func (c *Console) stateView(rooms []RoomCount) stateView {
	s := c.live.State()
	v := stateView{Listener: s.Listener, Demo: s.Demo, Waiting: s.Waiting, Open: s.Open, Second: s.Second, SecondKind: "warn", Shadow: s.Shadow}
	if s.SecondOK {
		v.SecondKind = "good"
	}
	v.Speech, v.SpeechKind = speechLabel(s.Speech)
	v.OnDuty, _ = c.duty.state()
	for _, r := range rooms {
		v.Visitors += r.Visitors
	}
	return v
}

// loadLabel says what a busy room leaves out; "" when nothing.
func loadLabel(l Load) (label, kind string) {
	switch l {
	case LoadCalm:
		return "", "good"
	case LoadDistant:
		return "こみあい：遠くの人数はときどき", "warn"
	case LoadHalved:
		return "こみあい：動きは1秒に10回", "warn"
	}
	return "とてもこみあい：新しい子は外で順番待ち", "stop"
}

func roomViews(rooms []RoomCount) []roomView {
	out := make([]roomView, 0, len(rooms))
	for _, r := range rooms {
		v := roomView{
			Room: r.Room.String(), Key: strings.ReplaceAll(r.Room.String(), "/", "-"), Title: r.Title,
			Visitors: r.Visitors, Observers: r.Observers, Capacity: r.Capacity,
			Tick: fmt.Sprintf("%.1f ms", float64(r.Tick.Microseconds())/1000),
		}
		if v.Title == "" {
			v.Title = v.Room
		}
		v.Load, v.LoadKind = loadLabel(r.Load)
		var others []string
		if r.Companions > 0 {
			others = append(others, fmt.Sprintf("聞き役 %d", r.Companions))
		}
		if r.Bots > 0 {
			others = append(others, fmt.Sprintf("ボット %d", r.Bots))
		}
		v.Others = strings.Join(others, "・")
		out = append(out, v)
	}
	return out
}

type nowView struct {
	Here  bool
	Room  string
	Muted string
}

func (c *Console) nowView(visitor id.VisitorID, titles map[id.RoomID]string) nowView {
	p := c.live.Presence(visitor)
	v := nowView{Here: p.Here}
	if p.Here {
		v.Room = roomTitle(p.Room, titles)
	}
	if p.Muted > 0 {
		v.Muted = forLong(p.Muted)
	}
	return v
}

type noteView struct{ At, By, Text string }

type notesView struct {
	State string
	Notes []noteView
}

func (c *Console) notesView(k casebook.Case) notesView {
	v := notesView{State: stateLabel(k.State, k.By)}
	for _, n := range k.Notes {
		by := string(n.By)
		if by == "" {
			by = "機械"
		}
		v.Notes = append(v.Notes, noteView{c.clock(n.At), by, n.Text})
	}
	return v
}

type sanctionView struct{ From, Long, By, Why, Lifted string }

func (c *Console) sanctionViews(ss []casebook.Sanction) []sanctionView {
	var out []sanctionView
	for _, s := range ss {
		v := sanctionView{From: c.clock(s.From), Long: forLong(s.Until.Sub(s.From)), By: string(s.By), Why: s.Why}
		if s.By == "" {
			v.By, v.Why = "機械", "つづけて止められた発言"
		}
		if !s.Lifted.IsZero() {
			v.Lifted = c.clock(s.Lifted) + " " + string(s.LiftedBy) + "が解除"
		}
		out = append(out, v)
	}
	return out
}

type tally struct{ Open, Urgent int }

// waiting is the live cases that staff should see: what bots and tests raised
// is left out.
func (c *Console) waiting(all []casebook.Case) ([]casebook.Case, tally) {
	var t tally
	out := slices.DeleteFunc(slices.Clone(all), func(k casebook.Case) bool { return k.Mark })
	for _, k := range out {
		if k.State != casebook.Open {
			continue
		}
		t.Open++
		if urgent(k) {
			t.Urgent++
		}
	}
	// Urgent ones first, then those that nobody has taken, then by age.
	slices.SortStableFunc(out, func(a, b casebook.Case) int {
		if d := int(b.Level) - int(a.Level); d != 0 {
			return d
		}
		if d := int(a.State) - int(b.State); d != 0 {
			return d
		}
		return a.Opened.Compare(b.Opened)
	})
	return out, t
}
