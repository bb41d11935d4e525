package gateway

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/entrance"
	"kakitsubata/server/session"
)

// City is what the door needs of the running city.
type City interface {
	// Visit finds the visitor's live session, or begins a visit. *Queued when
	// the city is too busy for anybody new.
	Visit(v entrance.Visitor) (*session.Session, error)
	// Observe serves an observer until its socket ends. ErrTicket if the
	// ticket is not valid any more.
	Observe(ctx context.Context, ticket string, conn session.Conn) error
	// Bot makes a visitor of the n-th bot, for a bench room unless room is
	// zero. ErrTicket if the secret is wrong, or there is no such room.
	Bot(secret string, n, room int) (entrance.Visitor, error)
	// Page is what the entrance page says.
	Page(id.Reader) Page
	// Page is in the reader's words. Says words a leaving, Sentence whatever
	// else the city says.
	Says(protocol.Code, id.Reader) string
	Sentence(key string, r id.Reader) string
	// Words lets a visit that goes on know how words are to come.
	Words(id.VisitorID, entrance.Words)
	// Dressed begins a visit that goes on anew, in the look that is kept.
	Dressed(id.VisitorID)
	// Open reports whether children may come in just now.
	Open() bool
	// Atlas is the encoded map of that name, or nil.
	Atlas(name string) []byte
	// Ready is why the city can't let anybody in, or nil.
	Ready() error
}

// Queued is why a visit can't begin yet: the visitor's place in the queue, in
// words, and when to ask again.
type Queued struct {
	Text  string
	After time.Duration
}

func (q *Queued) Error() string { return "gateway: the visitor waits in a queue" }

// ErrTicket is a ticket or secret that opens nothing.
var ErrTicket = errors.New("gateway: not a valid ticket")

// Page is what the entrance page says. Texts carry furigana.
type Page struct {
	City   string              `json:"city"`
	Title  string              `json:"title"`
	Demo   bool                `json:"demo"`
	Open   bool                `json:"open"`
	Closed string              `json:"closedText,omitempty"`
	Texts  map[string][]string `json:"texts"`
}

// Options of a gateway.
type Options struct {
	City    City
	Desk    *entrance.Desk
	Public  fs.FS                // the only tree that is served
	Texts   map[id.Reader][]byte // what the page says, as JSON, by reader: /words/pt.json
	Client  string               // folder of the built browser client
	Staff   http.Handler         // mounted at /staff/
	Origins []string             // pages that may open sockets besides our own
	Secure  bool                 // cookies over TLS alone
	Log     *slog.Logger
}

// Gateway is the public http.Handler.
type Gateway struct {
	o        Options
	public   *files
	mux      *http.ServeMux
	upgrader websocket.Upgrader
	sockets  atomic.Int64
	poll     atomic.Pointer[poll]
}

// New builds the handler.
func New(o Options) (*Gateway, error) {
	public, err := loadFiles(o.Public)
	if err != nil {
		return nil, err
	}
	for r, texts := range o.Texts {
		name := "words/" + r.String() + ".json"
		public.byPath["/"+name] = newFile(name, texts)
	}
	g := &Gateway{o: o, public: public, mux: http.NewServeMux()}
	g.upgrader = websocket.Upgrader{
		HandshakeTimeout: 10 * time.Second,
		ReadBufferSize:   1 << 10,
		WriteBufferSize:  4 << 10,
		WriteBufferPool:  new(sync.Pool),                           // gorilla writes only the handshake: see conn
		CheckOrigin:      func(*http.Request) bool { return true }, // checked before, with a worded answer
	}
	g.mux.HandleFunc("GET /ws", g.socket)
	g.mux.HandleFunc("GET /atlas/{name}", g.atlas)
	g.mux.Handle("GET /client/", clientFiles(o.Client))
	g.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	g.mux.HandleFunc("GET /readyz", g.ready)
	if o.Staff != nil {
		g.mux.Handle("/staff/", o.Staff)
	}
	g.entrance()
	g.mux.Handle("GET "+workerPath, public.worker(o.Client))
	g.mux.Handle("/", public)
	return g, nil
}

// Run reads the sockets together until ctx ends, where the machine knows how.
// Without it each socket has a reader of its own.
func (g *Gateway) Run(ctx context.Context) error {
	p := newPoll()
	if p == nil {
		return nil
	}
	g.poll.Store(p)
	return p.run(ctx)
}

// policy lets the page run our own code, draw and connect, and nothing else.
// Not every browser counts our own sockets as 'self'.
const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'%s; " +
	"img-src 'self' data: blob:; style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if !strings.HasPrefix(r.URL.Path, "/staff/") { // those pages set their own
		sockets := ""
		if !strings.ContainsAny(r.Host, " ,;'\"*") {
			sockets = " ws://" + r.Host + " wss://" + r.Host
		}
		h.Set("Content-Security-Policy", fmt.Sprintf(policy, sockets))
	}
	seen := &answered{ResponseWriter: w}
	defer func() {
		if fault := recover(); fault != nil {
			if fault == http.ErrAbortHandler {
				panic(fault)
			}
			g.o.Log.Error("a request broke", "path", r.URL.Path, "fault", fault, "stack", string(debug.Stack()))
			if !seen.begun {
				g.public.trouble(w, r)
			}
		}
	}()
	g.mux.ServeHTTP(seen, r)
}

// answered notes whether an answer has begun.
type answered struct {
	http.ResponseWriter
	begun bool
}

func (a *answered) WriteHeader(status int) {
	a.begun = true
	a.ResponseWriter.WriteHeader(status)
}

func (a *answered) Write(b []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(b)
}

// Hijack gives the connection away, for a socket.
func (a *answered) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	a.begun = true
	return http.NewResponseController(a.ResponseWriter).Hijack()
}

// Unwrap is how http.ResponseController finds what it asks for.
func (a *answered) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (g *Gateway) ready(w http.ResponseWriter, _ *http.Request) {
	if err := g.o.City.Ready(); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ready\n"))
}

func (g *Gateway) atlas(w http.ResponseWriter, r *http.Request) {
	b := g.o.City.Atlas(r.PathValue("name"))
	if b == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(b)
}

// ours reports whether a page that may speak to us sent the request. A client
// that is no browser sends no Origin.
func (g *Gateway) ours(r *http.Request) bool {
	o := r.Header.Get("Origin")
	if o == "" {
		return r.Header.Get("Sec-Fetch-Site") == "" || r.Header.Get("Sec-Fetch-Site") == "same-origin" || r.Header.Get("Sec-Fetch-Site") == "none"
	}
	u, err := url.Parse(o)
	return err == nil && (strings.EqualFold(u.Host, r.Host) || slices.Contains(g.o.Origins, o))
}

// Cookies.
const (
	ticketCookie = "kkt_ticket" // a visitor's ticket, with ".keep" when the device shall remember
	passCookie   = "kkt_pass"   // an admission, between the code and the name
	watchCookie  = "kkt_watch"  // an observer's ticket
	wordsCookie  = "kkt_words"  // an id.Reader: the page's own, for what it asks before anybody is known
	keepMark     = ".keep"
	keepFor      = 180 * 24 * time.Hour
)

func (g *Gateway) cookie(name, value, path string, keep time.Duration) *http.Cookie {
	c := &http.Cookie{Name: name, Value: value, Path: path, HttpOnly: true, Secure: g.o.Secure, SameSite: http.SameSiteStrictMode}
	if keep != 0 {
		c.MaxAge = int(keep / time.Second)
	}
	return c
}

func (g *Gateway) ticketCookie(t entrance.Ticket, keep bool) *http.Cookie {
	if keep {
		return g.cookie(ticketCookie, string(t)+keepMark, "/", keepFor)
	}
	return g.cookie(ticketCookie, string(t), "/", 0)
}

func readTicket(r *http.Request) (t entrance.Ticket, keep bool) {
	c, err := r.Cookie(ticketCookie)
	if err != nil {
		return "", false
	}
	v, keep := strings.CutSuffix(c.Value, keepMark)
	return entrance.Ticket(v), keep
}

// reader is in whose words the page wants to be answered.
func reader(r *http.Request) id.Reader {
	if c, err := r.Cookie(wordsCookie); err == nil {
		if x, err := id.ParseReader(c.Value); err == nil {
			return x
		}
	}
	return id.ReaderNone
}

// socket upgrades, and hands the socket to a visit. A browser can't read the
// status of a refused upgrade, so whoever may not stay is let in and told.
func (g *Gateway) socket(w http.ResponseWriter, r *http.Request) {
	if !g.ours(r) {
		writeJSON(w, http.StatusForbidden, failure{Code: int(protocol.LeaveOrigin), Text: g.o.City.Says(protocol.LeaveOrigin, reader(r))})
		return
	}
	if !websocket.IsWebSocketUpgrade(r) {
		writeJSON(w, http.StatusUpgradeRequired, failure{Code: int(protocol.LeaveVersion), Text: g.o.City.Says(protocol.LeaveVersion, reader(r))})
		return
	}
	offered := websocket.Subprotocols(r)
	header := http.Header{}
	if len(offered) > 0 {
		header.Set("Sec-WebSocket-Protocol", offered[0])
	}
	if !slices.Contains(offered, protocol.Subprotocol) {
		g.turnAway(w, r, header, protocol.LeaveVersion)
		return
	}
	header.Set("Sec-WebSocket-Protocol", protocol.Subprotocol)
	switch {
	case r.URL.Query().Has("watch"):
		g.watch(w, r, header)
	case r.URL.Query().Has("bot"):
		g.bot(w, r, header)
	default:
		g.visitor(w, r, header)
	}
}

func (g *Gateway) visitor(w http.ResponseWriter, r *http.Request, header http.Header) {
	if !g.o.City.Open() { // before the ticket is spent
		g.turnAway(w, r, header, protocol.LeaveClosed)
		return
	}
	ticket, keep := readTicket(r)
	v, fresh, err := g.o.Desk.Resume(r.Context(), ticket)
	switch {
	case errors.Is(err, entrance.ErrTicket):
		g.turnAway(w, r, header, protocol.LeaveTicket)
		return
	case err != nil:
		g.o.Log.Error("a ticket could not be read", "err", err)
		g.turnAway(w, r, header, protocol.LeaveFault)
		return
	}
	header.Add("Set-Cookie", g.ticketCookie(fresh, keep).String())
	g.visit(w, r, header, v)
}

func (g *Gateway) bot(w http.ResponseWriter, r *http.Request, header http.Header) {
	secret, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bot ")
	n, fits := count(r, "bot")
	room, exists := count(r, "room")
	if ok && fits && exists {
		if v, err := g.o.City.Bot(secret, n, room); err == nil {
			g.visit(w, r, header, v)
			return
		}
	}
	g.turnAway(w, r, header, protocol.LeaveTicket)
}

// count reads a number of a request's query; absent is zero.
func count(r *http.Request, name string) (n int, ok bool) {
	for _, c := range r.URL.Query().Get(name) {
		if c < '0' || c > '9' || n > 1<<20 {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func (g *Gateway) visit(w http.ResponseWriter, r *http.Request, header http.Header, v entrance.Visitor) {
	ws, err := g.upgrader.Upgrade(w, r, header)
	if err != nil {
		return // Upgrade has answered
	}
	c := newConn(ws)
	end := g.begin(c)
	go func() { // the request, its buffers and its deep stack need not last as long as the visit
		defer func() {
			if r := recover(); r != nil {
				g.o.Log.Error("a socket broke", "fault", r, "stack", string(debug.Stack()))
				end()
			}
		}()
		if p := g.poll.Load(); p != nil {
			if l, ok := p.adopt(c); ok {
				l.ended = func() { g.sockets.Add(-1) }
				g.lend(l, v, func(s *session.Session) error { return p.open(s, l) })
				l.lent(nil) // unless a visit was begun
				return
			}
		}
		g.lend(c, v, func(s *session.Session) error { return s.Serve(context.Background(), c) })
		end()
	}()
}

// lend lends a socket to the visitor's visit. The node's drain counts it.
func (g *Gateway) lend(c session.Line, v entrance.Visitor, serve func(*session.Session) error) {
	for { // a visit that ends just now makes room for a new one
		s, err := g.o.City.Visit(v)
		var queued *Queued
		switch {
		case errors.As(err, &queued):
			g.say(c, protocol.Leaving{Code: protocol.LeaveFull, Again: true, After: uint32(queued.After.Milliseconds()), Text: queued.Text})
			return
		case err != nil:
			g.leave(c, protocol.LeaveDrain, v.Words.For(v.Bracket))
			return
		}
		if err := serve(s); !errors.Is(err, session.ErrOver) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (g *Gateway) watch(w http.ResponseWriter, r *http.Request, header http.Header) {
	ticket := ""
	if c, err := r.Cookie(watchCookie); err == nil {
		ticket = c.Value
	}
	ws, err := g.upgrader.Upgrade(w, r, header)
	if err != nil {
		return
	}
	c := newConn(ws)
	defer g.begin(c)()
	if errors.Is(g.o.City.Observe(r.Context(), ticket, c), ErrTicket) {
		g.leave(c, protocol.LeaveTicket, reader(r))
	}
}

// turnAway upgrades only to say why not.
func (g *Gateway) turnAway(w http.ResponseWriter, r *http.Request, header http.Header, code protocol.Code) {
	ws, err := g.upgrader.Upgrade(w, r, header)
	if err != nil {
		return
	}
	c := newConn(ws)
	defer g.begin(c)()
	g.leave(c, code, reader(r))
}

func (g *Gateway) leave(c session.Line, code protocol.Code, to id.Reader) {
	again := code == protocol.LeaveDrain || code == protocol.LeaveFault
	l := session.Leaving(code, again, 2*time.Second, func(c protocol.Code) string { return g.o.City.Says(c, to) })
	g.say(c, l)
}

func (g *Gateway) say(c session.Line, l protocol.Leaving) {
	_ = c.Write(protocol.EncodeEvent(&l))
	_ = c.Close(l.Code, l.Text)
}

// begin counts a socket; what it returns ends it.
func (g *Gateway) begin(c *conn) (end func()) {
	g.sockets.Add(1)
	return func() {
		c.linger()
		g.sockets.Add(-1)
	}
}

// Sockets is how many are open. They are hijacked: http.Server.Shutdown does
// not wait for them.
func (g *Gateway) Sockets() int { return int(g.sockets.Load()) }

// failure is the body of a refused request.
type failure struct {
	Code int    `json:"code"`
	Text string `json:"text"`
	Wait int    `json:"wait,omitempty"` // seconds
}

func (g *Gateway) fail(w http.ResponseWriter, r *http.Request, status, code int, key string, wait time.Duration) {
	writeJSON(w, status, failure{code, g.o.City.Sentence(key, reader(r)), int((wait + time.Second - 1) / time.Second)})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
