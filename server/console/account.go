package console

import (
	"context"
	"errors"
	"time"

	"kakitsubata/protocol/id"
)

// LinkFor is how long a sign-in link is good for unless said otherwise.
const LinkFor = 24 * time.Hour

// AddAccount makes an account that can sign in at once: the body of
// `server staff add`. ErrName, ErrPassword, ErrTaken.
func (c *Console) AddAccount(ctx context.Context, name, password string, role Role) error {
	staff, err := CheckName(name)
	if err != nil {
		return err
	}
	if role != RoleStaff && role != RoleLead {
		return errors.New("console: an account needs a role")
	}
	if err := CheckPassword(staff, password); err != nil {
		return err
	}
	encoded, err := c.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	now := c.now()
	return c.store.AddAccount(ctx, Account{
		City: c.city, Staff: staff, Role: role, Password: encoded, Created: now, Changed: now,
	})
}

// NewLink makes a link with which one person sets the password of an account,
// once, within life (LinkFor if zero), and is signed in. Where the account
// exists the link renews its password and keeps its role; otherwise it makes
// the account, under this name unless the person chooses another. The result
// is a path on this server, such as "/staff/link/…": whoever has it has the
// account.
func (c *Console) NewLink(ctx context.Context, name string, role Role, life time.Duration) (path string, err error) {
	return c.newLink(ctx, name, role, life, "")
}

func (c *Console) newLink(ctx context.Context, name string, role Role, life time.Duration, by id.StaffID) (string, error) {
	staff, err := CheckName(name)
	if err != nil {
		return "", err
	}
	if role != RoleStaff && role != RoleLead {
		return "", errors.New("console: a link needs a role")
	}
	if life <= 0 {
		life = LinkFor
	}
	l := Link{City: c.city, Staff: staff, Role: role, By: by, Expires: c.now().Add(life)}
	switch a, err := c.store.Account(ctx, c.city, staff); {
	case err == nil:
		l.Renews, l.Role = true, a.Role
	case !errors.Is(err, ErrUnknown):
		return "", err
	}
	value, key, err := secret()
	if err != nil {
		return "", err
	}
	l.Key = key
	if err := c.store.PutStaffLink(ctx, l); err != nil {
		return "", err
	}
	return root + "link/" + value, nil
}

// link reads a link that is still good; ErrSpent otherwise.
func (c *Console) link(ctx context.Context, key Key) (Link, error) {
	l, err := c.store.StaffLink(ctx, c.city, key)
	if errors.Is(err, ErrUnknown) {
		return Link{}, ErrSpent
	}
	if err != nil {
		return Link{}, err
	}
	if !l.Spent.IsZero() || !c.now().Before(l.Expires) {
		return Link{}, ErrSpent
	}
	return l, nil
}

// spend sets the password that a link is for and returns the account.
func (c *Console) spend(ctx context.Context, l Link, name, password string) (id.StaffID, error) {
	now := c.now()
	a := Account{City: c.city, Staff: l.Staff, Role: l.Role, Created: now, By: l.By}
	if l.Renews {
		old, err := c.store.Account(ctx, c.city, l.Staff)
		if err != nil {
			return "", err
		}
		// A closed account stays closed: only a lead opens it again.
		if !old.Closed.IsZero() {
			return "", ErrSpent
		}
		a = old
	} else {
		staff, err := CheckName(name)
		if err != nil {
			return "", err
		}
		a.Staff = staff
	}
	if err := CheckPassword(a.Staff, password); err != nil {
		return "", err
	}
	encoded, err := c.hasher.hash(ctx, password)
	if err != nil {
		return "", err
	}
	a.Password, a.Changed = encoded, now
	if err := c.store.SpendStaffLink(ctx, c.city, l.Key, a, now); err != nil {
		return "", err
	}
	if l.Renews {
		c.endSessions(ctx, a.Staff)
	}
	return a.Staff, nil
}

// endSessions signs a member of staff out everywhere.
func (c *Console) endSessions(ctx context.Context, staff id.StaffID) {
	now := c.now()
	c.duty.leaveAll(staff, now)
	c.live.Unwatch(staff)
	if err := c.store.DropStaffSessions(ctx, c.city, staff, now.Add(time.Nanosecond)); err != nil {
		// The sessions are void all the same: see lookUp.
		c.log.Error("console: sessions stay in the store", "staff", staff, "err", err)
	}
}

// A tooEarly error asks to wait after wrong passwords.
type tooEarly struct{ wait time.Duration }

func (tooEarly) Error() string { return "console: too early after a wrong password" }

var errWrong = errors.New("console: wrong name or password")

// check compares a name and a password with the store. Names that do not exist
// cost the same argon2 run as those that do.
func (c *Console) check(ctx context.Context, name, password string) (Account, error) {
	staff, err := CheckName(name)
	if err != nil {
		// Not a name that anybody could have. Taken as one unknown account, so
		// that it is counted and costs like the others.
		staff = ""
	}
	if len(password) > 4*MaxPassword {
		return Account{}, errWrong
	}
	if wait := c.tries.begin(staff, c.now()); wait > 0 {
		return Account{}, tooEarly{wait}
	}
	a, err := c.store.Account(ctx, c.city, staff)
	known := err == nil
	if err != nil && !errors.Is(err, ErrUnknown) {
		return Account{}, err
	}
	encoded := c.hasher.decoy
	if known {
		encoded = a.Password
	}
	ok, err := c.hasher.matches(ctx, encoded, password)
	if err != nil {
		return Account{}, err
	}
	if !ok || !known || !a.Closed.IsZero() {
		return Account{}, errWrong
	}
	c.tries.succeed(staff)
	return a, nil
}
