package console

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"
)

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
		c.showWith(v, status, f, "password", "password", "パスワード", nil)
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
