package console

import (
	"net/http"
	"strconv"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
)

// Lists of cases, the logs, and a case that is opened by hand.

type listBody struct {
	Cases []caseCard
	Path  string // of this list
	Next  id.CaseID
	Empty string
	Hint  string
}

func (c *Console) closedPage(v visit) {
	c.caseList(v, listBody{
		Path: "closed", Empty: "終了したケースはありません。", Hint: "判断をまちがえたときは、ケースのページから、もう一度開けます。",
	}, "終了したケース", func(before id.CaseID, limit int) ([]casebook.Case, error) {
		return c.store.ClosedCases(v.r.Context(), c.city, before, limit)
	})
}

func (c *Console) reportsPage(v visit) {
	c.caseList(v, listBody{
		Path: "reports", Empty: "通報はありません。", Hint: "子どもが「大人にしらせる」を押したもの。終了したものもふくみます。",
	}, "通報", c.from(v, casebook.Reporting))
}

func (c *Console) appealsPage(v visit) {
	c.caseList(v, listBody{
		Path: "appeals", Empty: "「ちがうよ」の申し出はありません。", Hint: "止められたことばについて、子どもが「ちがうよ」と知らせたもの。終了したものもふくみます。",
	}, "「ちがうよ」の申し出", c.from(v, casebook.Appealing))
}

func (c *Console) from(v visit, s casebook.Source) func(id.CaseID, int) ([]casebook.Case, error) {
	return func(before id.CaseID, limit int) ([]casebook.Case, error) {
		return c.store.CasesFrom(v.r.Context(), c.city, s, before, limit)
	}
}

func (c *Console) caseList(v visit, body listBody, title string, read func(id.CaseID, int) ([]casebook.Case, error)) {
	before, _ := strconv.ParseUint(v.r.URL.Query().Get("before"), 10, 64)
	ks, err := read(id.CaseID(before), listLen+1)
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	if len(ks) > listLen {
		ks = ks[:listLen]
		body.Next = ks[listLen-1].ID
	}
	body.Cases = c.cards(ks, roomTitles(c.live.Rooms()))
	c.show(v, "list", "cases", title, body)
}

type logBody struct {
	Path string // of this log
	Hint string
	Rows []logRow
	Next string
}

type logRow struct {
	At, Staff, Text string
	Case            id.CaseID
}

// before is the time that a log's page ends at.
func before(r *http.Request) (t time.Time) {
	if n, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64); err == nil {
		t = time.Unix(0, n)
	}
	return t
}

func (c *Console) stamp(t time.Time) string { return t.In(c.zone).Format("2006-01-02 15:04:05") }

func (c *Console) viewsPage(v visit) {
	views, err := c.store.Views(v.r.Context(), c.city, before(v.r), listLen+1)
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	body := logBody{Path: "views", Hint: "だれが、いつ、どの部屋やケースを見たか。見る前に書かれ、消せません。"}
	if len(views) > listLen {
		views = views[:listLen]
		body.Next = strconv.FormatInt(views[listLen-1].At.UnixNano(), 10)
	}
	titles := roomTitles(c.live.Rooms())
	for _, w := range views {
		row := logRow{At: c.stamp(w.At), Staff: string(w.Staff), Case: w.Case}
		if w.Case == 0 {
			row.Text = roomTitle(w.Room, titles) + "のようす"
		}
		body.Rows = append(body.Rows, row)
	}
	c.show(v, "log", "log", "閲覧の記録", body)
}

func (c *Console) deedsPage(v visit) {
	deeds, err := c.store.Deeds(v.r.Context(), c.city, before(v.r), listLen+1)
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	body := logBody{Path: "deeds", Hint: "あける時間の変更、あいことばの再発行、判断の記録の取り出し。する前に書かれ、消せません。ケースへの対応は、それぞれのケースに残ります。"}
	if len(deeds) > listLen {
		deeds = deeds[:listLen]
		body.Next = strconv.FormatInt(deeds[listLen-1].At.UnixNano(), 10)
	}
	for _, d := range deeds {
		body.Rows = append(body.Rows, logRow{At: c.stamp(d.At), Staff: string(d.Staff), Text: d.Text})
	}
	c.show(v, "log", "log", "操作の記録", body)
}

type newCaseBody struct {
	Rooms        []roomView
	Needs, Harms []labelled
	Name, Why    string
	Level        string
	Room         string
	Category     string
}

func (c *Console) newCasePage(v visit) {
	c.newCaseWith(v, http.StatusOK, nil, newCaseBody{Name: v.r.URL.Query().Get("name"), Level: "case"})
}

func (c *Console) newCaseWith(v visit, status int, f *flash, body newCaseBody) {
	body.Rooms, body.Needs, body.Harms = roomViews(c.live.Rooms()), needs[:], harms[:]
	c.showWith(v, status, f, "newcase", "cases", "ケースを開く", body)
}

// newCasePost opens a case by hand; whoever opens it looks after it.
func (c *Console) newCasePost(v visit) {
	body := newCaseBody{
		Name: written(v.r, "name", maxName), Why: written(v.r, "why", maxNote), Level: v.r.PostFormValue("level"),
		Room: v.r.PostFormValue("room"), Category: v.r.PostFormValue("category"),
	}
	refuse := func(why string) { c.newCaseWith(v, http.StatusUnprocessableEntity, &flash{"bad", why}, body) }
	if body.Why == "" {
		refuse("なにがあったかを1000字までで書いてください。")
		return
	}
	k := casebook.Case{Why: body.Why, Level: moderation.Case}
	if body.Level == "urgent" {
		k.Level = moderation.Urgent
	}
	if body.Category != "" {
		if !knownCategory(body.Category) {
			refuse("区分をえらびなおしてください。")
			return
		}
		k.Categories = []moderation.Category{moderation.Category(body.Category)}
	}
	if room, err := id.ParseRoomID(body.Room); err == nil && room.City == c.city {
		k.Room = room
	}
	if body.Name != "" {
		who, err := c.live.Find(v.r.Context(), body.Name)
		if err != nil && !nobody(err) {
			c.broken(v.w, v.r, err)
			return
		}
		if err != nil {
			refuse("その名前の子は見つかりません。わからないときは、空けておいてください。")
			return
		}
		k.Visitor, k.Name, k.Bracket = who.ID, who.Name, who.Bracket
		if p := c.live.Presence(who.ID); p.Here && k.Room == (id.RoomID{}) {
			k.Room = p.Room
		}
	}
	n, err := c.cases.Open(v.r.Context(), v.account.Staff, k)
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	c.log.Info("console: a case was opened by hand", "staff", v.account.Staff, "case", n)
	back(v.w, v.r, root+"case/"+strconv.FormatUint(uint64(n), 10), "opened")
}
