package console

import (
	"errors"
	"net/http"
	"strconv"

	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
)

const (
	listLen = 50 // entries on a page of a list
	pastLen = 20 // of a visitor's history
)

type overviewBody struct {
	State stateView
	Rooms []roomView
	Cases []caseCard
}

func (c *Console) overview(v visit) {
	all, err := c.cases.Live(v.r.Context())
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	rooms := c.live.Rooms()
	wait, _ := c.waiting(all)
	v.live = "?page=now"
	c.show(v, "overview", "now", "現在のようす", overviewBody{
		State: c.stateView(rooms), Rooms: roomViews(rooms), Cases: c.cards(wait, roomTitles(rooms)),
	})
}

type caseBody struct {
	Card       caseCard
	Now        nowView
	Words      wordsView
	Notes      notesView
	Past       []caseCard
	Sanctions  []sanctionView
	Closed     bool
	Muted      bool
	Known      bool      // whom it is about
	Appeal     bool      // it is one
	About      id.CaseID // of an appeal
	Judging    bool      // nobody has said yet whether the machine was right
	WatchRoom  string
	WatchTitle string
	Minutes    []int
}

var muteMinutes = []int{1, 5, 10, 30, 60}

func caseID(r *http.Request) id.CaseID {
	n, err := strconv.ParseUint(r.PathValue("case"), 10, 64)
	if err != nil {
		return 0
	}
	return id.CaseID(n)
}

// findCase answers the request itself when there is no such case.
func (c *Console) findCase(v visit) (casebook.Case, bool) {
	k, err := c.cases.Case(v.r.Context(), caseID(v.r))
	if errors.Is(err, casebook.ErrUnknown) {
		c.fault(v.w, v.r, http.StatusNotFound, "このケースはありません。")
		return casebook.Case{}, false
	}
	if err != nil {
		c.broken(v.w, v.r, err)
		return casebook.Case{}, false
	}
	return k, true
}

// look writes into the view log that a case is about to be seen.
func (c *Console) look(v visit, k id.CaseID) error {
	err := c.store.AddView(v.r.Context(), View{City: c.city, At: v.now, Staff: v.account.Staff, Case: k})
	if err == nil {
		c.duty.opened(v.session.Key, k)
	}
	return err
}

func (c *Console) casePage(v visit) {
	k, ok := c.findCase(v)
	if !ok {
		return
	}
	if err := c.look(v, k.ID); err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	past, err := c.store.VisitorCases(v.r.Context(), c.city, k.Visitor, pastLen)
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	sanctions, err := c.store.VisitorSanctions(v.r.Context(), c.city, k.Visitor, pastLen)
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	judged, err := c.store.CaseJudgements(v.r.Context(), c.city, k.ID)
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	rooms := c.live.Rooms()
	titles := roomTitles(rooms)
	p := c.live.Presence(k.Visitor)
	body := caseBody{
		Card: c.card(k, titles), Now: c.nowView(k.Visitor, titles), Words: c.wordsView(k, judged), Notes: c.notesView(k),
		Sanctions: c.sanctionViews(sanctions),
		Closed:    k.State == casebook.Closed, Muted: p.Muted > 0, Known: k.Visitor != 0,
		Appeal: k.Source == casebook.Appealing, About: k.About, Judging: len(judged) == 0 && len(k.Alerts()) > 0,
		Minutes: muteMinutes,
	}
	for _, o := range past {
		if o.ID != k.ID {
			body.Past = append(body.Past, c.card(o, titles))
		}
	}
	// Watching leads to where the child is now, else to where it happened.
	room := k.Room
	if p.Here {
		room = p.Room
	}
	if _, open := titles[room]; open {
		body.WatchRoom, body.WatchTitle = room.String(), roomTitle(room, titles)
	}
	number := strconv.FormatUint(uint64(k.ID), 10)
	v.live = "?case=" + number
	c.show(v, "case", "", "ケース "+number, body)
}

type accountsBody struct {
	Link     *linkView
	Accounts []accountRow
}

type linkView struct {
	Staff      id.StaffID
	URL, Until string
}

type accountRow struct {
	Staff, Role, Created, By string
	Closed                   bool
}

func (c *Console) accountsPage(v visit) { c.accountsWith(v, nil) }

func (c *Console) accountsWith(v visit, link *linkView) {
	accounts, err := c.store.Accounts(v.r.Context(), c.city)
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	body := accountsBody{Link: link}
	for _, a := range accounts {
		body.Accounts = append(body.Accounts, accountRow{
			Staff: string(a.Staff), Role: roleLabel(a.Role), Created: a.Created.In(c.zone).Format("2006-01-02"),
			By: string(a.By), Closed: !a.Closed.IsZero(),
		})
	}
	c.show(v, "accounts", "accounts", "アカウント", body)
}

func (c *Console) passwordPage(v visit) { c.show(v, "password", "password", "パスワード", nil) }
