package console

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"time"

	"kakitsubata/protocol/id"
)

// Ends of a session, whichever comes first.
const (
	SessionIdle = 8 * time.Hour  // since the last request that somebody made
	SessionMax  = 12 * time.Hour // since sign-in
)

// Names of cookies.
const (
	// SessionCookie signs a browser in, on the staff pages alone.
	SessionCookie = "kkt_staff"
	// WatchCookie carries the ticket of City.Watch to the socket.
	WatchCookie = "kkt_watch"
)

const (
	root      = "/staff/"
	watchPath = "/"         // the page asks whether there is a ticket, the socket spends it
	watchFor  = time.Minute // a ticket's life, as City.Watch promises
)

// secret is 192 random bits as a browser carries them, and their hash as they
// are stored.
func secret() (string, Key, error) {
	var b [24]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", Key{}, errNoEntropy
	}
	s := base64.RawURLEncoding.EncodeToString(b[:])
	return s, keyOf(s), nil
}

func keyOf(secret string) Key { return sha256.Sum256([]byte(secret)) }

// session finds who a request is from. ErrUnknown when nobody is signed in:
// no cookie, ended, signed out, the account closed or its password changed.
func (c *Console) session(r *http.Request, now time.Time) (Session, Account, error) {
	cookie, err := r.Cookie(SessionCookie)
	if err != nil || cookie.Value == "" || len(cookie.Value) > 64 {
		return Session{}, Account{}, ErrUnknown
	}
	return c.lookUp(r.Context(), keyOf(cookie.Value), now)
}

func (c *Console) lookUp(ctx context.Context, key Key, now time.Time) (Session, Account, error) {
	s, err := c.store.StaffSession(ctx, c.city, key)
	if err != nil {
		return Session{}, Account{}, err
	}
	a, err := c.store.Account(ctx, c.city, s.Staff)
	if err != nil {
		return Session{}, Account{}, err
	}
	ended := now.Sub(s.Started) >= SessionMax || now.Sub(s.Seen) >= SessionIdle
	void := !a.Closed.IsZero() || s.Started.Before(a.Changed)
	if ended || void {
		c.duty.leave(key, now)
		c.live.Unwatch(s.Staff) // what outlives the session must not be watched
		return Session{}, Account{}, errors.Join(ErrUnknown, c.store.DropStaffSession(ctx, c.city, key))
	}
	return s, a, nil
}

// signIn starts a session under a new secret, never under one that the
// browser brought, and ends the one it had.
func (c *Console) signIn(w http.ResponseWriter, r *http.Request, staff id.StaffID, now time.Time) error {
	c.forgetBrowser(r, now)
	value, key, err := secret()
	if err != nil {
		return err
	}
	s := Session{City: c.city, Key: key, Staff: staff, Started: now, Seen: now}
	if err := c.store.AddStaffSession(r.Context(), s); err != nil {
		return err
	}
	c.duty.touch(key, staff, now)
	c.setCookie(w, r, SessionCookie, value, root, int(SessionMax/time.Second))
	return nil
}

// forgetBrowser ends the session of the cookie that came with a request.
func (c *Console) forgetBrowser(r *http.Request, now time.Time) {
	cookie, err := r.Cookie(SessionCookie)
	if err != nil {
		return
	}
	key := keyOf(cookie.Value)
	c.duty.leave(key, now)
	if err := c.store.DropStaffSession(r.Context(), c.city, key); err != nil {
		c.log.Error("console: a session stays in the store", "err", err)
	}
}

// setCookie sets a cookie that scripts cannot read and other sites cannot
// send. A maxAge below zero removes it.
func (c *Console) setCookie(w http.ResponseWriter, r *http.Request, name, value, path string, maxAge int) {
	encrypted, _ := c.transport(r)
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: path, MaxAge: maxAge,
		HttpOnly: true, Secure: encrypted, SameSite: http.SameSiteStrictMode,
	})
}
