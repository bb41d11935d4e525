package console

import (
	"net/http"
	"time"

	"kakitsubata/protocol/id"
)

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
