package node

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"kakitsubata/assets/cities"
	"kakitsubata/protocol/id"
	"kakitsubata/server/console"
	"kakitsubata/server/entrance"
)

// adminSocket is where subcommands reach the running server: whoever may
// write to the data folder may give orders.
const adminSocket = "admin.sock"

// maxSocketPath is what fits into a socket's address everywhere.
const maxSocketPath = 100

// socketPath is the shortest name of a data folder's socket.
func socketPath(data string) (string, error) {
	path := filepath.Join(data, adminSocket)
	if len(path) <= maxSocketPath {
		return path, nil
	}
	if abs, err := filepath.Abs(path); err == nil {
		if wd, err := os.Getwd(); err == nil {
			if rel, err := filepath.Rel(wd, abs); err == nil && len(rel) <= maxSocketPath {
				return rel, nil
			}
		}
	}
	return "", fmt.Errorf("node: the data folder %s is too deep for the socket in it: %d bytes, %d fit; choose a shorter -data, or start from a folder nearer to it",
		data, len(path), maxSocketPath)
}

type adminListener struct {
	net.Listener
	server *http.Server
}

// listenAdmin opens the socket. The store's lock is held already, so whatever
// lies there is of a process that is gone.
func (n *Node) listenAdmin() (*adminListener, error) {
	path, err := socketPath(n.cfg.Data)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("node: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("node: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /staff", n.adminStaff)
	mux.HandleFunc("POST /link", n.adminLink)
	mux.HandleFunc("POST /codes", n.adminCodes)
	mux.HandleFunc("POST /revoke", n.adminRevoke)
	mux.HandleFunc("POST /envelope", n.adminEnvelope)
	mux.HandleFunc("GET /feedback", n.adminFeedback)
	mux.HandleFunc("GET /backup", n.adminBackup)
	return &adminListener{l, &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}}, nil
}

func answer(w http.ResponseWriter, text string, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, _ = io.WriteString(w, text)
}

func (n *Node) adminStaff(w http.ResponseWriter, r *http.Request) {
	role, err := console.ParseRole(r.FormValue("role"))
	if err == nil {
		err = n.staff.AddAccount(r.Context(), r.FormValue("name"), r.FormValue("password"), role)
	}
	answer(w, "", err)
}

func (n *Node) adminLink(w http.ResponseWriter, r *http.Request) {
	role, err := console.ParseRole(r.FormValue("role"))
	if err != nil {
		answer(w, "", err)
		return
	}
	link, err := n.staff.NewLink(r.Context(), r.FormValue("name"), role, 24*time.Hour)
	answer(w, link, err)
}

func (n *Node) adminCodes(w http.ResponseWriter, r *http.Request) {
	var b entrance.Batch
	if err := json.NewDecoder(r.Body).Decode(&b); err != nil {
		answer(w, "", err)
		return
	}
	codes, err := n.desk.MintCodes(r.Context(), b)
	answer(w, strings.Join(codes, "\n"), err)
}

func (n *Node) adminRevoke(w http.ResponseWriter, r *http.Request) {
	answer(w, "", n.desk.RevokeBatch(r.Context(), r.FormValue("batch")))
}

// adminEnvelope hands out a visitor's sealed origin. It is written on a case
// first, under the names of the two who ask; without a case there is none.
func (n *Node) adminEnvelope(w http.ResponseWriter, r *http.Request) {
	first, second := r.FormValue("first"), r.FormValue("second")
	c, err1 := strconv.ParseUint(r.FormValue("case"), 10, 64)
	v, err2 := strconv.ParseUint(r.FormValue("visitor"), 16, 64)
	if err1 != nil || err2 != nil || first == "" || second == "" || first == second {
		answer(w, "", errors.New("an envelope needs a visitor, a case about it, and two different members of staff"))
		return
	}
	known, err := n.book.Case(r.Context(), id.CaseID(c))
	if err == nil && known.Visitor != id.VisitorID(v) {
		err = fmt.Errorf("case %d is not about visitor %016x", c, v)
	}
	for i, name := range []string{first, second} {
		if err == nil {
			err = n.book.Note(r.Context(), id.CaseID(c), id.StaffID(name), "封筒（どの学校のカードか）を取り出した: "+[]string{second, first}[i]+" と二人で")
		}
	}
	if err != nil {
		answer(w, "", err)
		return
	}
	n.log.Warn("an envelope was taken out", "case", c, "first", first, "second", second)
	sealed, err := n.desk.Envelope(r.Context(), id.VisitorID(v))
	if err == nil && sealed == nil {
		err = errors.New("no origin was kept: seal_to was not set when the visitor came in")
	}
	answer(w, base64.StdEncoding.EncodeToString(sealed), err)
}

// adminFeedback writes out what staff have judged, with a tally behind it.
func (n *Node) adminFeedback(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Trailer", tallyTrailer)
	t, err := n.staff.Feedback(r.Context(), w)
	if err != nil {
		n.log.Error("judgements broke off", "err", err)
		panic(http.ErrAbortHandler) // the other end sees a broken body, not a short file
	}
	n.log.Warn("judgements were taken out by the socket", "lines", t.Written)
	b, err := json.Marshal(t)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set(tallyTrailer, string(b))
}

// tallyTrailer comes behind the lines of feedback.
const tallyTrailer = "X-Tally"

func (n *Node) adminBackup(w http.ResponseWriter, _ *http.Request) {
	if _, err := n.store.Backup(w); err != nil {
		n.log.Error("a backup broke off", "err", err)
		panic(http.ErrAbortHandler) // the other end sees a broken body, not a short file
	}
}

// Admin speaks to the server that runs on a data folder.
type Admin struct{ http http.Client }

// ErrNotRunning is what a subcommand says without a server.
var ErrNotRunning = errors.New("node: no server runs on this data folder; start it first")

// DialAdmin reaches the server of a data folder.
func DialAdmin(data string) *Admin {
	return &Admin{http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			path, err := socketPath(data)
			if err != nil {
				return nil, err
			}
			c, err := new(net.Dialer).DialContext(ctx, "unix", path)
			if err != nil {
				return nil, fmt.Errorf("%w: %w", ErrNotRunning, err)
			}
			return c, nil
		},
	}}}
}

func (a *Admin) read(res *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = errors.New(strings.TrimSpace(string(b)))
	}
	return string(b), err
}

// AddStaff makes an account.
func (a *Admin) AddStaff(name, password, role string) error {
	_, err := a.read(a.http.PostForm("http://admin/staff", url.Values{"name": {name}, "password": {password}, "role": {role}}))
	return err
}

// Link makes a one-time sign-in link; it returns the path on the server.
func (a *Admin) Link(name, role string) (string, error) {
	return a.read(a.http.PostForm("http://admin/link", url.Values{"name": {name}, "role": {role}}))
}

// MintCodes prints entrance codes.
func (a *Admin) MintCodes(b entrance.Batch) ([]string, error) {
	body, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	s, err := a.read(a.http.Post("http://admin/codes", "application/json", strings.NewReader(string(body))))
	return strings.Fields(s), err
}

// Revoke withdraws a batch of codes.
func (a *Admin) Revoke(batch string) error {
	_, err := a.read(a.http.PostForm("http://admin/revoke", url.Values{"batch": {batch}}))
	return err
}

// Envelope takes a visitor's sealed origin out, for two members of staff.
func (a *Admin) Envelope(visitor, c, first, second string) (string, error) {
	return a.read(a.http.PostForm("http://admin/envelope",
		url.Values{"visitor": {visitor}, "case": {c}, "first": {first}, "second": {second}}))
}

// Feedback writes the alerts that staff have judged to w, a line each, in the
// format that tools/train reads. They hold children's words.
func (a *Admin) Feedback(w io.Writer) (t console.Tally, err error) {
	res, err := a.http.Get("http://admin/feedback")
	if err != nil {
		return t, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return t, errors.New("node: feedback: " + res.Status)
	}
	if _, err := io.Copy(w, res.Body); err != nil {
		return t, fmt.Errorf("node: feedback: %w", err)
	}
	return t, json.Unmarshal([]byte(res.Trailer.Get(tallyTrailer)), &t)
}

// Backup writes the live data file to path, whole or not at all.
func (a *Admin) Backup(path string) (bytes int64, err error) {
	res, err := a.http.Get("http://admin/backup")
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return 0, errors.New("node: backup: " + res.Status)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".backup-*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	bytes, err = io.Copy(f, res.Body)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return 0, fmt.Errorf("node: backup: %w", err)
	}
	return bytes, os.Rename(f.Name(), path)
}

// Demo is what a demonstration prints at its start.
type Demo struct {
	Codes map[id.Bracket]string // valid for 24 hours
	Link  string                // one-time staff sign-in, a path on the server
}

// MakeDemo mints a code for each bracket and a sign-in link.
func (n *Node) MakeDemo(ctx context.Context) (Demo, error) {
	now := time.Now()
	d := Demo{Codes: make(map[id.Bracket]string)}
	for _, b := range id.Brackets {
		codes, err := n.desk.MintCodes(ctx, entrance.Batch{
			ID: "demo-" + b.String() + "-" + strconv.FormatInt(now.UnixMilli(), 36), Label: "demo",
			Bracket: b, Count: 1, Uses: 100, Expires: now.Add(24 * time.Hour),
		})
		if err != nil {
			return d, err
		}
		d.Codes[b] = codes[0]
	}
	link, err := n.staff.NewLink(ctx, "demo", console.RoleLead, 24*time.Hour)
	d.Link = link
	return d, err
}

// PrintVerdicts writes the table of the city that cfg names, as a person reads
// it. It needs no running server.
func PrintVerdicts(w io.Writer, cfg Config) error {
	t, err := cities.LoadVerdicts(cfg.City)
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return cities.PrintVerdicts(w, t)
}
