package console

import (
	"context"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"kakitsubata/protocol/id"
)

// Options of a console. City, Live, Cases and Store must be given.
type Options struct {
	City    id.CityID
	Live    City
	Cases   Cases
	Store   Store
	Zone    *time.Location   // the city's clock; nil is Japan's
	Proxies []netip.Prefix   // whose X-Forwarded-Proto is believed
	Log     *slog.Logger     // nil is slog.Default
	Now     func() time.Time // nil is time.Now
}

// Console is the staff pages of one city: an http.Handler for everything
// under /staff/.
type Console struct {
	city    id.CityID
	live    City
	cases   Cases
	store   Store
	zone    *time.Location
	proxies []netip.Prefix
	log     *slog.Logger
	now     func() time.Time

	hasher *hasher
	tries  tries
	duty   *duty
	pages  map[string]*template.Template
	mux    *http.ServeMux

	drainOnce sync.Once
	draining  chan struct{} // closed when Run ends: live pages end

	liveEvery, lookUpEvery time.Duration // paces of live pages; tests shorten them
}

// New builds the pages; it starts nothing.
func New(o Options) (*Console, error) {
	if o.City == "" || o.Live == nil || o.Cases == nil || o.Store == nil {
		return nil, errors.New("console: options need City, Live, Cases and Store")
	}
	if o.Zone == nil {
		o.Zone = time.FixedZone("JST", 9*60*60)
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &Console{
		city: o.City, live: o.Live, cases: o.Cases, store: o.Store, zone: o.Zone,
		proxies: o.Proxies, log: o.Log, now: o.Now,
		hasher: newHasher(), duty: newDuty(), draining: make(chan struct{}),
		liveEvery: liveEvery, lookUpEvery: lookUpEvery,
	}
	var err error
	if c.pages, err = c.parsePages(); err != nil {
		return nil, err
	}
	c.routes()
	return c, nil
}

// Duty is who is on duty, sorted, and a channel that is closed as soon as that
// has changed.
func (c *Console) Duty() ([]id.StaffID, <-chan struct{}) { return c.duty.state() }

// OnDuty is how many members of staff are on duty.
func (c *Console) OnDuty() int {
	on, _ := c.duty.state()
	return len(on)
}

// Run lets those go off duty who went silent and sweeps what has expired. When
// ctx ends, live pages end and Run returns nil.
func (c *Console) Run(ctx context.Context) error {
	defer c.drainOnce.Do(func() { close(c.draining) })
	tire := time.NewTicker(5 * time.Second)
	defer tire.Stop()
	sweep := time.NewTicker(time.Hour)
	defer sweep.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tire.C:
			c.duty.tire(c.now())
		case <-sweep.C:
			if err := c.store.DropStaffSessions(ctx, c.city, "", c.now().Add(-SessionMax)); err != nil {
				c.log.Error("console: old sessions stay in the store", "err", err)
			}
		}
	}
}

func (c *Console) routes() {
	m := http.NewServeMux()
	m.HandleFunc("GET /staff/{$}", c.signed(RoleStaff, c.overview))
	m.HandleFunc("GET /staff/sign-in", c.signInPage)
	m.HandleFunc("POST /staff/sign-in", c.signInPost)
	m.HandleFunc("POST /staff/sign-out", c.signOut)
	m.HandleFunc("GET /staff/link/{token}", c.linkPage)
	m.HandleFunc("POST /staff/link/{token}", c.linkPost)
	m.HandleFunc("GET /staff/live", c.stream)
	m.HandleFunc("POST /staff/watch", c.signed(RoleStaff, c.watch))
	m.HandleFunc("GET /staff/case/{case}", c.signed(RoleStaff, c.casePage))
	m.HandleFunc("POST /staff/case/{case}/{deed}", c.signed(RoleStaff, c.casePost))
	m.HandleFunc("GET /staff/closed", c.signed(RoleStaff, c.closedPage))
	m.HandleFunc("GET /staff/reports", c.signed(RoleStaff, c.reportsPage))
	m.HandleFunc("GET /staff/appeals", c.signed(RoleStaff, c.appealsPage))
	m.HandleFunc("GET /staff/new", c.signed(RoleStaff, c.newCasePage))
	m.HandleFunc("POST /staff/new", c.signed(RoleStaff, c.newCasePost))
	m.HandleFunc("GET /staff/hours", c.signed(RoleStaff, c.hoursPage))
	m.HandleFunc("POST /staff/hours", c.signed(RoleStaff, c.hoursPost))
	m.HandleFunc("GET /staff/reissue", c.signed(RoleStaff, c.reissuePage))
	m.HandleFunc("POST /staff/reissue", c.signed(RoleStaff, c.reissuePost))
	m.HandleFunc("GET /staff/views", c.signed(RoleStaff, c.viewsPage))
	m.HandleFunc("GET /staff/deeds", c.signed(RoleStaff, c.deedsPage))
	m.HandleFunc("GET /staff/feedback", c.signed(RoleLead, c.feedbackPage))
	m.HandleFunc("POST /staff/feedback", c.signed(RoleLead, c.feedbackPost))
	m.HandleFunc("GET /staff/password", c.signed(RoleStaff, c.passwordPage))
	m.HandleFunc("POST /staff/password", c.signed(RoleStaff, c.passwordPost))
	m.HandleFunc("GET /staff/accounts", c.signed(RoleLead, c.accountsPage))
	m.HandleFunc("POST /staff/accounts/{deed}", c.signed(RoleLead, c.accountsPost))
	m.Handle("GET /staff/static/", http.StripPrefix("/staff/static/", staticFiles()))
	m.HandleFunc("/staff/", func(w http.ResponseWriter, r *http.Request) {
		c.fault(w, r, http.StatusNotFound, "このページはありません。")
	})
	c.mux = m
}

// policy lets a page load from this origin alone and nothing of it inline.
const policy = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"

// maxForm bounds the body of a POST, in bytes.
const maxForm = 16 << 10

// ServeHTTP answers everything under /staff/.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	// Not no-referrer: browsers would then send "Origin: null" with our own forms.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Cache-Control", "no-store")
	if _, allowed := c.transport(r); !allowed {
		c.log.Warn("console: refused plain HTTP", "remote", r.RemoteAddr, "host", r.Host)
		c.fault(w, r, http.StatusForbidden, "職員用の画面は、暗号化された接続（https）か、このサーバーと同じ機械からしか開けません。")
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodPost:
		if !c.sameOrigin(r) {
			c.log.Warn("console: refused a post from elsewhere", "origin", r.Header.Get("Origin"), "site", r.Header.Get("Sec-Fetch-Site"))
			c.fault(w, r, http.StatusForbidden, "ほかのサイトからの操作は受けつけません。職員用の画面を開きなおして、もう一度お試しください。")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			c.fault(w, r, http.StatusBadRequest, "送られた内容が読めませんでした。")
			return
		}
	default:
		h.Set("Allow", "GET, HEAD, POST")
		c.fault(w, r, http.StatusMethodNotAllowed, "その操作は受けつけません。")
		return
	}
	c.mux.ServeHTTP(w, r)
}

// visit is a request of somebody who is signed in.
type visit struct {
	w       http.ResponseWriter
	r       *http.Request
	session Session
	account Account
	now     time.Time
	live    string // query of the page's live stream
}

// seenEvery spares the disk: a session's last activity is kept to the minute.
const seenEvery = time.Minute

// signed lets only those pass who are signed in with at least a role.
func (c *Console) signed(need Role, page func(visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		now := c.now()
		s, a, err := c.session(r, now)
		if errors.Is(err, ErrUnknown) {
			http.Redirect(w, r, root+"sign-in", http.StatusSeeOther)
			return
		}
		if err != nil {
			c.broken(w, r, err)
			return
		}
		if a.Role < need {
			c.fault(w, r, http.StatusForbidden, "この画面は責任者だけが開けます。")
			return
		}
		if now.Sub(s.Seen) >= seenEvery {
			s.Seen = now
			if err := c.store.SeeStaffSession(r.Context(), c.city, s.Key, now); err != nil {
				c.broken(w, r, err)
				return
			}
		}
		c.duty.touch(s.Key, s.Staff, now)
		page(visit{w, r, s, a, now, "?"})
	}
}
