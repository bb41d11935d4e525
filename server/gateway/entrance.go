package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"kakitsubata/protocol/id"
	"kakitsubata/server/entrance"
	"kakitsubata/server/keepsake"
)

// Codes of entrance errors, beside those of package protocol. Append only.
const (
	codeWrong  = 200 // the code, or name and words, open nothing
	codeSpent  = 201 // the code is used up, expired or withdrawn
	codeTired  = 202 // too many wrong tries: wait
	codePass   = 203 // the code must be typed again
	codeName   = 204 // the name is taken or not from the lists
	codeBroken = 205 // the request can't be read
	codeClosed = 206 // the city is closed just now
	codeFault  = 299 // an inner error
)

// maxTries is how many wrong tries one connection has. The entrance's own
// budget covers the whole city; neither counts by address, since a class sits
// behind one.
const maxTries = 8

// bodyWait is how long a request's body may take.
const bodyWait = 10 * time.Second

type triesKey struct{}

// WithTries gives a connection its count of wrong tries; it is the server's
// ConnContext.
func WithTries(ctx context.Context) context.Context {
	return context.WithValue(ctx, triesKey{}, new(atomic.Int32))
}

func (g *Gateway) entrance() {
	g.mux.HandleFunc("GET /api/state", g.state)
	g.mux.HandleFunc("POST /api/code", g.ask(g.code))
	g.mux.HandleFunc("POST /api/names", g.ask(g.names))
	g.mux.HandleFunc("POST /api/register", g.ask(g.register))
	g.mux.HandleFunc("POST /api/return", g.ask(g.comeBack))
	g.mux.HandleFunc("POST /api/words", g.ask(g.words))
	g.mux.HandleFunc("POST /api/look", g.ask(g.dress))
	g.mux.HandleFunc("POST /api/leave", g.ask(g.forget))
}

// request is the union of what the entrance page asks.
type request struct {
	Code       string  `json:"code"`
	Name       string  `json:"name"`
	Look       id.Look `json:"look"`
	Passphrase string  `json:"passphrase"`
	Keep       bool    `json:"keep"`
	Reader     string  `json:"reader"`   // an id.Reader; empty: as the bracket reads
	Furigana   string  `json:"furigana"` // on, off; empty: as the reader reads
}

// ask wraps what all entrance requests share: our own page, a small body, the
// connection's count of wrong tries, and a worded answer to every error.
func (g *Gateway) ask(do func(http.ResponseWriter, *http.Request, request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !g.ours(r) || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			g.fail(w, r, http.StatusForbidden, codeBroken, "entrance.fault", 0)
			return
		}
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyWait)) // the server sets it anew for the next request
		var q request
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&q); err != nil {
			g.fail(w, r, http.StatusBadRequest, codeBroken, "entrance.fault", 0)
			return
		}
		tries, _ := r.Context().Value(triesKey{}).(*atomic.Int32)
		if tries != nil && tries.Load() >= maxTries {
			w.Header().Set("Connection", "close") // a new connection has new tries, and the city one budget for all
			g.fail(w, r, http.StatusTooManyRequests, codeTired, "entrance.tired", 10*time.Second)
			return
		}
		a, err := do(w, r, q)
		if err == nil {
			writeJSON(w, http.StatusOK, a)
			return
		}
		if tries != nil && (errors.Is(err, entrance.ErrCode) || errors.Is(err, entrance.ErrPassphrase)) {
			tries.Add(1)
		}
		g.refuse(w, r, err)
	}
}

func (g *Gateway) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status, code := http.StatusInternalServerError, codeFault
	var wait time.Duration
	var tired *entrance.Tired
	switch {
	case errors.As(err, &tired):
		status, code, wait = http.StatusTooManyRequests, codeTired, tired.Wait
	case errors.Is(err, errClosed):
		writeJSON(w, http.StatusForbidden, failure{Code: codeClosed, Text: g.o.City.Page(reader(r)).Closed})
		return
	case errors.Is(err, entrance.ErrCode), errors.Is(err, entrance.ErrPassphrase):
		status, code = http.StatusForbidden, codeWrong
	case errors.Is(err, entrance.ErrUsed), errors.Is(err, entrance.ErrExpired), errors.Is(err, entrance.ErrRevoked):
		status, code = http.StatusForbidden, codeSpent
	case errors.Is(err, entrance.ErrAdmission), errors.Is(err, entrance.ErrTicket):
		status, code = http.StatusForbidden, codePass
	case errors.Is(err, entrance.ErrTaken), errors.Is(err, entrance.ErrName), errors.Is(err, entrance.ErrLook):
		status, code = http.StatusConflict, codeName
	default:
		g.o.Log.Error("the entrance failed", "err", err)
	}
	g.fail(w, r, status, code, entrance.Sentence(err), wait)
}

var errClosed = errors.New("gateway: the city is closed")

type state struct {
	Page
	In      bool    `json:"in"`
	Watch   bool    `json:"watch"`
	Name    string  `json:"name,omitempty"`
	Bracket string  `json:"bracket,omitempty"`
	Look    id.Look `json:"look,omitempty"`
	wanted
}

// wanted is how a visitor wants words to come: what it chose, and what follows.
type wanted struct {
	Reader   string `json:"reader,omitempty"`   // chosen; empty: as the bracket reads
	Furigana string `json:"furigana,omitempty"` // chosen: on, off; empty: as the reader reads
	Ruby     bool   `json:"ruby"`               // what follows for others' words
}

func said(v entrance.Visitor) wanted {
	furigana := [...]string{entrance.FuriganaOn: "on", entrance.FuriganaOff: "off"}
	w := wanted{Reader: v.Words.Reader.String(), Ruby: v.Words.Ruby(v.Bracket)}
	if int(v.Words.Furigana) < len(furigana) {
		w.Furigana = furigana[v.Words.Furigana]
	}
	return w
}

// chosen reads what a page wants. What is not known counts as not chosen.
func (q request) chosen() entrance.Words {
	var w entrance.Words
	if r, err := id.ParseReader(q.Reader); err == nil {
		w.Reader = r
	}
	switch q.Furigana {
	case "on":
		w.Furigana = entrance.FuriganaOn
	case "off":
		w.Furigana = entrance.FuriganaOff
	}
	return w
}

// words keeps how a visitor wants words to come.
func (g *Gateway) words(_ http.ResponseWriter, r *http.Request, q request) (any, error) {
	t, _ := readTicket(r)
	v, err := g.o.Desk.Peek(r.Context(), t)
	if err != nil {
		return nil, err
	}
	v.Words = q.chosen()
	if err := g.o.Desk.SetWords(r.Context(), v.ID, v.Words); err != nil {
		return nil, err
	}
	g.o.City.Words(v.ID, v.Words)
	return said(v), nil
}

// dress keeps another look. Who walks about is seen in it from now on.
func (g *Gateway) dress(_ http.ResponseWriter, r *http.Request, q request) (any, error) {
	t, _ := readTicket(r)
	v, err := g.o.Desk.Peek(r.Context(), t)
	if err != nil {
		return nil, err
	}
	if v.Look != q.Look {
		if err := g.o.Desk.SetLook(r.Context(), v.ID, q.Look); err != nil {
			return nil, err
		}
		g.o.City.Dressed(v.ID)
	}
	return struct {
		Look id.Look `json:"look"`
	}{q.Look}, nil
}

// settle keeps what was chosen before the visitor was known. It is no reason
// to turn anybody away.
func (g *Gateway) settle(r *http.Request, v *entrance.Visitor, q request) wanted {
	if w := q.chosen(); w != (entrance.Words{}) && w != v.Words {
		if err := g.o.Desk.SetWords(r.Context(), v.ID, w); err != nil {
			g.o.Log.Warn("a choice of words was not kept", "visitor", v.ID.String(), "err", err)
		} else {
			v.Words = w
			g.o.City.Words(v.ID, w)
		}
	}
	return said(*v)
}

func (g *Gateway) state(w http.ResponseWriter, r *http.Request) {
	to := reader(r)
	var s state
	if t, _ := readTicket(r); t != "" {
		if v, err := g.o.Desk.Peek(r.Context(), t); err == nil {
			s.In, s.Name, s.Bracket, s.Look = true, v.Name, v.Bracket.String(), v.Look
			s.wanted = said(v)
			if v.Words.Reader != id.ReaderNone || to == id.ReaderNone {
				to = v.Words.For(v.Bracket)
			}
		}
	}
	s.Page = g.o.City.Page(to)
	if c, err := r.Cookie(watchCookie); err == nil && c.Value != "" {
		s.Watch = true
	}
	writeJSON(w, http.StatusOK, s)
}

// offer is what a child chooses from.
type offer struct {
	Bracket string    `json:"bracket"`
	Names   []string  `json:"names"`
	Looks   []id.Look `json:"looks"`
}

func (g *Gateway) code(w http.ResponseWriter, r *http.Request, q request) (any, error) {
	if !g.o.City.Open() {
		return nil, errClosed
	}
	a, err := g.o.Desk.Redeem(r.Context(), q.Code)
	if err != nil {
		return nil, err
	}
	names, err := g.o.Desk.Offer(r.Context(), a.Pass)
	if err != nil {
		return nil, err
	}
	http.SetCookie(w, g.cookie(passCookie, string(a.Pass), "/api/", time.Until(a.Until)))
	return offer{a.Bracket.String(), names, looks()}, nil
}

// looks are drawn by lot: none is the usual one.
func looks() []id.Look {
	out := make([]id.Look, 8)
	for i := range out {
		out[i] = id.NewLook(rand.IntN(id.Skins), rand.IntN(id.HairColours), rand.IntN(id.HairStyles),
			rand.IntN(id.Dresses), rand.IntN(id.Colours), rand.IntN(id.Hats))
	}
	return out
}

func pass(r *http.Request) entrance.Pass {
	if c, err := r.Cookie(passCookie); err == nil {
		return entrance.Pass(c.Value)
	}
	return ""
}

func (g *Gateway) names(_ http.ResponseWriter, r *http.Request, _ request) (any, error) {
	names, err := g.o.Desk.Offer(r.Context(), pass(r))
	return offer{Names: names, Looks: looks()}, err
}

func (g *Gateway) register(w http.ResponseWriter, r *http.Request, q request) (any, error) {
	v, words, t, err := g.o.Desk.Register(r.Context(), pass(r), q.Name, q.Look)
	if err != nil {
		return nil, err
	}
	http.SetCookie(w, g.ticketCookie(t, q.Keep))
	a := struct {
		Name       string   `json:"name"`
		Bracket    string   `json:"bracket"`
		Passphrase []string `json:"passphrase"`
		Card       card     `json:"card"`
		wanted
	}{Name: v.Name, Bracket: v.Bracket.String(), Passphrase: strings.Fields(words), wanted: g.settle(r, &v, q)}
	if c, err := keepsake.Card(v.Name, a.Passphrase); err == nil { // without a picture the words are still there
		a.Card = card{c.Size, c.Path()}
	}
	return a, nil
}

// card is the way back as a picture: a QR code as the path of an SVG, in modules.
type card struct {
	Size int    `json:"size"`
	Path string `json:"path"`
}

func (g *Gateway) comeBack(w http.ResponseWriter, r *http.Request, q request) (any, error) {
	if !g.o.City.Open() {
		return nil, errClosed
	}
	v, t, err := g.o.Desk.Return(r.Context(), q.Name, q.Passphrase)
	if err != nil {
		return nil, err
	}
	http.SetCookie(w, g.ticketCookie(t, q.Keep))
	return struct {
		Name    string `json:"name"`
		Bracket string `json:"bracket"`
		wanted
	}{v.Name, v.Bracket.String(), g.settle(r, &v, q)}, nil
}

func (g *Gateway) forget(w http.ResponseWriter, r *http.Request, _ request) (any, error) {
	if t, _ := readTicket(r); t != "" {
		if err := g.o.Desk.Forget(r.Context(), t); err != nil && !errors.Is(err, entrance.ErrTicket) {
			return nil, err
		}
	}
	http.SetCookie(w, g.cookie(ticketCookie, "", "/", -time.Second))
	http.SetCookie(w, g.cookie(passCookie, "", "/api/", -time.Second))
	return struct{}{}, nil
}
