package console

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol/id"
)

// Lengths of what staff write, in runes.
const (
	maxWhisper = 200 // as long as what a child may say
	maxNote    = 1000
	maxWhy     = 100
)

// written is a form's text without outer blanks; "" when it is empty, too
// long or not text.
func written(r *http.Request, field string, maxRunes int) string {
	s := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(field), "\r\n", "\n"))
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxRunes {
		return ""
	}
	for _, r := range s {
		if r < ' ' && r != '\n' {
			return ""
		}
	}
	return s
}

func (c *Console) signInPage(w http.ResponseWriter, r *http.Request) {
	if _, _, err := c.session(r, c.now()); err == nil {
		http.Redirect(w, r, root, http.StatusSeeOther)
		return
	}
	c.signInForm(w, http.StatusOK, "", flashOf(r))
}

func (c *Console) signInForm(w http.ResponseWriter, status int, name string, f *flash) {
	c.showOut(w, status, "signin", "サインイン", f, struct{ Name string }{name})
}

func (c *Console) signInPost(w http.ResponseWriter, r *http.Request) {
	name := r.PostFormValue("name")
	if utf8.RuneCountInString(name) > 64 {
		name = ""
	}
	a, err := c.check(r.Context(), name, r.PostFormValue("password"))
	var early tooEarly
	switch {
	case errors.Is(err, errWrong):
		c.log.Warn("console: a sign-in failed", "remote", r.RemoteAddr)
		c.signInForm(w, http.StatusForbidden, name, &flash{"bad", "アカウント名かパスワードがちがいます。"})
		return
	case errors.As(err, &early):
		w.Header().Set("Retry-After", strconv.Itoa(int(early.wait/time.Second)+1))
		c.signInForm(w, http.StatusTooManyRequests, name,
			&flash{"bad", "まちがいが続いたため、" + forLong(early.wait) + "待ってからお試しください。"})
		return
	case errors.Is(err, errBusy):
		w.Header().Set("Retry-After", "5")
		c.signInForm(w, http.StatusServiceUnavailable, name, &flash{"bad", "いまサインインが混みあっています。少し待って、もう一度お試しください。"})
		return
	case err != nil:
		c.broken(w, r, err)
		return
	}
	if err := c.signIn(w, r, a.Staff, c.now()); err != nil {
		c.broken(w, r, err)
		return
	}
	c.log.Info("console: signed in", "staff", a.Staff)
	http.Redirect(w, r, root, http.StatusSeeOther)
}

func (c *Console) signOut(w http.ResponseWriter, r *http.Request) {
	now := c.now()
	if s, _, err := c.session(r, now); err == nil {
		c.live.Unwatch(s.Staff)
	}
	c.forgetBrowser(r, now)
	c.setCookie(w, r, SessionCookie, "", root, -1)
	c.setCookie(w, r, WatchCookie, "", watchPath, -1)
	back(w, r, root+"sign-in", "out")
}

type linkBody struct {
	Action string
	Name   string
	Renews bool
}

var spentLink = "このリンクは使えません。もう使われたか、期限がすぎています。責任者から新しいリンクをもらってください。"

// linkPage shows the form; only sending it uses the link up, so that a mail
// scanner that opens links does no harm.
func (c *Console) linkPage(w http.ResponseWriter, r *http.Request) {
	l, err := c.link(r.Context(), keyOf(r.PathValue("token")))
	if errors.Is(err, ErrSpent) {
		c.fault(w, r, http.StatusGone, spentLink)
		return
	}
	if err != nil {
		c.broken(w, r, err)
		return
	}
	c.linkForm(w, r, http.StatusOK, l, string(l.Staff), nil)
}

func (c *Console) linkForm(w http.ResponseWriter, r *http.Request, status int, l Link, name string, f *flash) {
	c.showOut(w, status, "link", "サインイン", f, linkBody{Action: root + "link/" + r.PathValue("token"), Name: name, Renews: l.Renews})
}

func (c *Console) linkPost(w http.ResponseWriter, r *http.Request) {
	l, err := c.link(r.Context(), keyOf(r.PathValue("token")))
	if errors.Is(err, ErrSpent) {
		c.fault(w, r, http.StatusGone, spentLink)
		return
	}
	if err != nil {
		c.broken(w, r, err)
		return
	}
	name, password := r.PostFormValue("name"), r.PostFormValue("password")
	if password != r.PostFormValue("again") {
		c.linkForm(w, r, http.StatusUnprocessableEntity, l, name, &flash{"bad", "二つのパスワードがちがいます。"})
		return
	}
	staff, err := c.spend(r.Context(), l, name, password)
	switch {
	case errors.Is(err, ErrName):
		f := flashes["name"]
		c.linkForm(w, r, http.StatusUnprocessableEntity, l, string(l.Staff), &f)
		return
	case errors.Is(err, ErrPassword):
		c.linkForm(w, r, http.StatusUnprocessableEntity, l, name, weakPassword())
		return
	case errors.Is(err, ErrTaken):
		c.linkForm(w, r, http.StatusConflict, l, name, &flash{"bad", "その名前はもう使われています。ほかの名前にしてください。"})
		return
	case errors.Is(err, ErrSpent), errors.Is(err, ErrUnknown):
		c.fault(w, r, http.StatusGone, spentLink)
		return
	case err != nil:
		c.broken(w, r, err)
		return
	}
	if err := c.signIn(w, r, staff, c.now()); err != nil {
		c.broken(w, r, err)
		return
	}
	c.log.Info("console: a sign-in link was used", "staff", staff, "renews", l.Renews)
	http.Redirect(w, r, root, http.StatusSeeOther)
}

func weakPassword() *flash {
	return &flash{"bad", fmt.Sprintf("パスワードは%d字以上で、名前や同じ字のくり返しではないものにしてください。", MinPassword)}
}

func (c *Console) passwordPost(v visit) {
	say := func(status int, f *flash) {
		c.render(v.w, status, "password", pageView{
			Title: "パスワード", City: c.live.State().Title, Who: string(v.account.Staff), Lead: v.account.Role >= RoleLead,
			Tab: "password", Live: v.live, Flash: f,
		})
	}
	password := v.r.PostFormValue("password")
	if password != v.r.PostFormValue("again") {
		say(http.StatusUnprocessableEntity, &flash{"bad", "二つのパスワードがちがいます。"})
		return
	}
	if CheckPassword(v.account.Staff, password) != nil {
		say(http.StatusUnprocessableEntity, weakPassword())
		return
	}
	a, err := c.check(v.r.Context(), string(v.account.Staff), v.r.PostFormValue("old"))
	var early tooEarly
	switch {
	case errors.Is(err, errWrong):
		say(http.StatusForbidden, &flash{"bad", "いまのパスワードがちがいます。"})
		return
	case errors.As(err, &early), errors.Is(err, errBusy):
		say(http.StatusTooManyRequests, &flash{"bad", "少し待って、もう一度お試しください。"})
		return
	case err != nil:
		c.broken(v.w, v.r, err)
		return
	}
	if a.Password, err = c.hasher.hash(v.r.Context(), password); err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	a.Changed = c.now()
	if err := c.store.PutAccount(v.r.Context(), a); err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	c.endSessions(v.r.Context(), a.Staff)
	if err := c.signIn(v.w, v.r, a.Staff, c.now()); err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	back(v.w, v.r, root+"password", "password")
}

// watch writes the look into the log, then asks for a ticket, then sends the
// browser to the client with it.
func (c *Console) watch(v visit) {
	room, err := id.ParseRoomID(v.r.PostFormValue("room"))
	open := slices.ContainsFunc(c.live.Rooms(), func(r RoomCount) bool { return r.Room == room })
	if err != nil || room.City != c.city || !open {
		back(v.w, v.r, root, "noroom")
		return
	}
	if err := c.store.AddView(v.r.Context(), View{City: c.city, At: v.now, Staff: v.account.Staff, Room: room}); err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	ticket, err := c.live.Watch(v.r.Context(), v.account.Staff, room)
	if errors.Is(err, ErrNoRoom) {
		back(v.w, v.r, root, "noroom")
		return
	}
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	c.setCookie(v.w, v.r, WatchCookie, ticket, watchPath, int(watchFor/time.Second))
	http.Redirect(v.w, v.r, "/?watch=1", http.StatusSeeOther)
}

// casePost does one deed on a case and returns to its page.
func (c *Console) casePost(v visit) {
	k, ok := c.findCase(v)
	if !ok {
		return
	}
	var did string
	var err error
	switch v.r.PathValue("deed") {
	case "acknowledge":
		did, err = "acknowledged", c.cases.Acknowledge(v.r.Context(), k.ID, v.account.Staff, "")
	case "note":
		did, err = "noted", c.note(v, k)
	case "whisper":
		did, err = "whispered", c.whisper(v, k)
	case "mute":
		did, err = "muted", c.mute(v, k)
	case "unmute":
		did, err = "unmuted", c.unmute(v, k)
	case "close":
		did, err = "closed", c.close(v, k)
	case "reopen":
		did, err = "reopened", c.cases.Reopen(v.r.Context(), k.ID, v.account.Staff, "もう一度開いた")
	default:
		c.fault(v.w, v.r, http.StatusNotFound, "その操作はありません。")
		return
	}
	switch {
	case errors.Is(err, ErrAway):
		did = "away"
	case errors.Is(err, ErrRefused):
		did = "refused"
	case errors.Is(err, casebook.ErrState):
		did = "state"
	case errors.Is(err, errEmpty):
		did = "empty"
	case errors.Is(err, errFinding):
		did = "judgement"
	case err != nil:
		c.broken(v.w, v.r, err)
		return
	default:
		c.log.Info("console: a deed on a case", "staff", v.account.Staff, "case", k.ID, "deed", did)
	}
	back(v.w, v.r, root+"case/"+strconv.FormatUint(uint64(k.ID), 10), did)
}

var (
	errEmpty   = errors.New("console: nothing written, or too much")
	errFinding = errors.New("console: no finding was chosen")
)

func (c *Console) note(v visit, k casebook.Case) error {
	text := written(v.r, "text", maxNote)
	if text == "" {
		return errEmpty
	}
	return c.cases.Note(v.r.Context(), k.ID, v.account.Staff, text)
}

// whisper keeps what is said to a child in the case, before it is said.
func (c *Console) whisper(v visit, k casebook.Case) error {
	text := strings.ReplaceAll(written(v.r, "text", maxWhisper), "\n", " ")
	if text == "" {
		return errEmpty
	}
	if !c.live.Presence(k.Visitor).Here {
		return ErrAway
	}
	if err := c.cases.Note(v.r.Context(), k.ID, v.account.Staff, "話しかけた：「"+text+"」"); err != nil {
		return err
	}
	err := c.live.Whisper(v.r.Context(), k.Visitor, v.account.Staff, text)
	if err != nil {
		return errors.Join(err, c.cases.Note(v.r.Context(), k.ID, v.account.Staff, "いまの話しかけは届かなかった。"))
	}
	return nil
}

func (c *Console) mute(v visit, k casebook.Case) error {
	minutes, _ := strconv.Atoi(v.r.PostFormValue("minutes"))
	why := written(v.r, "why", maxWhy)
	if why == "" || !slices.Contains(muteMinutes, minutes) {
		return errEmpty
	}
	if err := c.live.Mute(v.r.Context(), k.Visitor, time.Duration(minutes)*time.Minute, v.account.Staff, why, k.ID); err != nil {
		return err
	}
	return c.cases.Note(v.r.Context(), k.ID, v.account.Staff, fmt.Sprintf("発言を%d分止めた：%s", minutes, why))
}

func (c *Console) unmute(v visit, k casebook.Case) error {
	if err := c.live.Unmute(v.r.Context(), k.Visitor, v.account.Staff); err != nil {
		return err
	}
	return c.cases.Note(v.r.Context(), k.ID, v.account.Staff, "発言を止めるのをやめた。")
}

// close keeps the finding first: a case must not end without one.
func (c *Console) close(v visit, k casebook.Case) error {
	text := written(v.r, "text", maxNote)
	if text == "" {
		return errEmpty
	}
	if k.State == casebook.Closed {
		return casebook.ErrState
	}
	j := Judgement{City: c.city, Case: k.ID, At: v.now, Staff: v.account.Staff}
	head := ""
	switch v.r.PostFormValue("judgement") {
	case "right":
		j.Finding, head = FoundRight, "機械の判断は正しかった。"
	case "wrong":
		j.Finding, head = FoundWrong, "機械の判断はまちがいだった。"
	case "other":
		j.Finding, j.Category = FoundOther, v.r.PostFormValue("category")
		if !slices.ContainsFunc(categories[:], func(l labelled) bool { return l.Value == j.Category }) {
			return errFinding
		}
		head = "正しい区分は「" + categoryLabel(j.Category) + "」。"
	default:
		return errFinding
	}
	if err := c.store.AddJudgement(v.r.Context(), j); err != nil {
		return err
	}
	return c.cases.Close(v.r.Context(), k.ID, v.account.Staff, head+"\n"+text)
}

func (c *Console) accountsPost(v visit) {
	staff, err := CheckName(v.r.PostFormValue("staff"))
	if err != nil {
		back(v.w, v.r, root+"accounts", "name")
		return
	}
	switch v.r.PathValue("deed") {
	case "link":
		c.linkFor(v, staff)
		return
	case "close", "reopen":
	default:
		c.fault(v.w, v.r, http.StatusNotFound, "その操作はありません。")
		return
	}
	a, err := c.store.Account(v.r.Context(), c.city, staff)
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	if v.r.PathValue("deed") == "reopen" {
		a.Closed = time.Time{}
	} else {
		// Nobody closes their own account, so one lead always remains.
		if staff == v.account.Staff {
			back(v.w, v.r, root+"accounts", "self")
			return
		}
		a.Closed = v.now
	}
	if err := c.store.PutAccount(v.r.Context(), a); err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	if !a.Closed.IsZero() {
		c.endSessions(v.r.Context(), staff)
	}
	c.log.Info("console: an account changed", "by", v.account.Staff, "staff", staff, "closed", !a.Closed.IsZero())
	back(v.w, v.r, root+"accounts", "account")
}

// linkFor shows a sign-in link once, in the answer itself: it is stored hashed
// and goes into no address.
func (c *Console) linkFor(v visit, staff id.StaffID) {
	role, err := ParseRole(v.r.PostFormValue("role"))
	if err != nil {
		c.fault(v.w, v.r, http.StatusBadRequest, "役割をえらんでください。")
		return
	}
	path, err := c.newLink(v.r.Context(), string(staff), role, LinkFor, v.account.Staff)
	if err != nil {
		c.broken(v.w, v.r, err)
		return
	}
	scheme := "http://"
	if encrypted, _ := c.transport(v.r); encrypted {
		scheme = "https://"
	}
	c.accountsWith(v, &linkView{Staff: staff, URL: scheme + v.r.Host + path, Until: c.clock(v.now.Add(LinkFor))})
}
