package node

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kakitsubata/client/link"
	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/entrance"
)

// city is a whole node on a free port, with a real data folder.
type city struct {
	t    *testing.T
	n    *Node
	cfg  Config
	base string
	demo Demo
	end  context.CancelFunc
	done chan error
	log  bytes.Buffer
}

func open(t *testing.T, data string, change func(*Config)) *city {
	t.Helper()
	c := &city{t: t, done: make(chan error, 1)}
	c.cfg = Default()
	c.cfg.Addr, c.cfg.Data, c.cfg.Ollama, c.cfg.Demo, c.cfg.Metrics = "127.0.0.1:0", data, "off", true, "off"
	c.cfg.Client, c.cfg.judgeFor = t.TempDir(), 10*time.Second
	if change != nil {
		change(&c.cfg)
	}
	var err error
	c.n, err = New(c.cfg, slog.New(slog.NewJSONHandler(&c.log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.end = cancel
	ready := make(chan string, 1)
	go func() { c.done <- c.n.Run(ctx, func(addr string) { ready <- addr }) }()
	select {
	case addr := <-ready:
		c.base = "http://" + addr
	case err := <-c.done:
		t.Fatal(err)
	}
	if c.demo, err = c.n.MakeDemo(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.close)
	return c
}

func (c *city) close() {
	c.end()
	select {
	case err := <-c.done:
		if err != nil {
			c.t.Errorf("the node ended with %v", err)
		}
		c.done <- nil
	case <-time.After(time.Minute):
		c.t.Error("the node does not end")
	}
}

// guest is a child's browser without a picture.
type guest struct {
	t      *testing.T
	c      *city
	http   http.Client
	conn   *link.Conn
	name   string
	words  []string
	events []protocol.Event
	seq    uint32
}

func (c *city) guest() *guest {
	jar, _ := cookiejar.New(nil)
	return &guest{t: c.t, c: c, http: http.Client{Jar: jar}}
}

// post asks the entrance; it returns the status and the answer.
func (g *guest) post(path string, body, into any) int {
	g.t.Helper()
	b, _ := json.Marshal(body)
	res, err := g.http.Post(g.c.base+path, "application/json", bytes.NewReader(b))
	if err != nil {
		g.t.Fatal(err)
	}
	defer res.Body.Close()
	p, _ := io.ReadAll(res.Body)
	if into != nil {
		if err := json.Unmarshal(p, into); err != nil {
			g.t.Fatalf("%s: %s", path, p)
		}
	}
	return res.StatusCode
}

func (g *guest) register(b id.Bracket) {
	g.t.Helper()
	var offer struct {
		Names []string
		Looks []id.Look
	}
	if s := g.post("/api/code", map[string]string{"code": g.c.demo.Codes[b]}, &offer); s != 200 {
		g.t.Fatalf("the code is answered with %d", s)
	}
	var in struct {
		Name       string
		Passphrase []string
	}
	if s := g.post("/api/register", map[string]any{"name": offer.Names[0], "look": offer.Looks[0]}, &in); s != 200 {
		g.t.Fatalf("registering is answered with %d", s)
	}
	g.name, g.words = in.Name, in.Passphrase
}

func (g *guest) cookies() string {
	u, _ := url.Parse(g.c.base)
	var out []string
	for _, k := range g.http.Jar.Cookies(u) {
		out = append(out, k.Name+"="+k.Value)
	}
	return strings.Join(out, "; ")
}

// dial opens a socket with the browser's cookies, and keeps the rotated one.
func (g *guest) dial() {
	g.t.Helper()
	g.dialAs("/ws", g.cookies())
}

func (g *guest) dialAs(path, cookie string) {
	g.t.Helper()
	conn, err := link.Dial(context.Background(), strings.Replace(g.c.base, "http", "ws", 1)+path,
		map[string][]string{"Cookie": {cookie}})
	if err != nil {
		g.t.Fatal(err)
	}
	g.conn = conn
	g.t.Cleanup(conn.Close)
}

// enter registers and stands in the city.
func (c *city) enter(b id.Bracket) *guest {
	c.t.Helper()
	g := c.guest()
	g.register(b)
	g.dial()
	g.await("Entered", func(e protocol.Event) bool { _, ok := e.(*protocol.Entered); return ok })
	return g
}

// poll takes what has come.
func (g *guest) poll() {
	g.t.Helper()
	for {
		p, ok := g.conn.Poll()
		if !ok {
			return
		}
		e, err := protocol.DecodeEvent(p)
		if err != nil {
			g.t.Fatal(err)
		}
		g.events = append(g.events, e)
	}
}

func (g *guest) await(what string, is func(protocol.Event) bool) protocol.Event {
	g.t.Helper()
	end := time.Now().Add(15 * time.Second)
	for seen := 0; time.Now().Before(end); {
		g.poll()
		for ; seen < len(g.events); seen++ {
			if is(g.events[seen]) {
				return g.events[seen]
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	g.t.Fatalf("%s: waited for %s", g.name, what)
	return nil
}

func (g *guest) send(i protocol.Intent) {
	g.t.Helper()
	if err := g.conn.Send(protocol.EncodeIntent(i)); err != nil {
		g.t.Fatal(err)
	}
}

func (g *guest) say(text string) *protocol.Answer {
	g.t.Helper()
	g.seq++
	seq := g.seq
	g.send(&protocol.Say{Seq: seq, Text: text})
	return g.await("an answer to "+text, func(e protocol.Event) bool {
		a, ok := e.(*protocol.Answer)
		return ok && a.Seq == seq
	}).(*protocol.Answer)
}

// heard tells whether words with text in them have come.
func (g *guest) heard(text string) bool {
	g.poll()
	for _, e := range g.events {
		if h, ok := e.(*protocol.Heard); ok && strings.Contains(h.Text, text) {
			return true
		}
	}
	return false
}

func (g *guest) awaitHeard(text string) {
	g.t.Helper()
	g.await("hearing "+text, func(e protocol.Event) bool {
		h, ok := e.(*protocol.Heard)
		return ok && h.Text == text
	})
}

// move is where the rules have the guest after the first tick of a move.
func (g *guest) move(heading uint8, gait protocol.Gait) protocol.Self {
	g.t.Helper()
	g.seq++
	seq := g.seq
	g.send(&protocol.Move{Seq: seq, Heading: heading, Gait: gait})
	f := g.await("a frame after the move", func(e protocol.Event) bool {
		f, ok := e.(*protocol.Frame)
		return ok && f.Self != nil && f.Self.Ack >= seq
	}).(*protocol.Frame)
	return *f.Self
}

// eventually waits for what happens on the server with no event to tell of it.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited for %s", what)
		}
	}
}

func TestTwoChildrenMeet(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a, b := c.enter(id.El34), c.enter(id.JuniorHigh)

	if x := a.say("やっほー、いっしょに あそぼう"); x.Outcome != protocol.Shown {
		t.Fatalf("answered %+v", x)
	}
	b.awaitHeard("やっほー、いっしょに あそぼう")

	// A number is masked on everybody's wire, an insult is on nobody's.
	if x := a.say("でんわは 090-1234-5678 だよ"); x.Outcome != protocol.Masked || x.Text == "" {
		t.Errorf("a number is answered with %+v", x)
	}
	b.await("the masked line", func(e protocol.Event) bool {
		h, ok := e.(*protocol.Heard)
		return ok && strings.Contains(h.Text, "でんわは") && !strings.Contains(h.Text, "5678")
	})
	time.Sleep(1600 * time.Millisecond)
	if x := a.say("おまえ しね"); x.Outcome != protocol.Blocked && x.Outcome != protocol.Muted || x.Text == "" {
		t.Errorf("an insult is answered with %+v", x)
	}
	time.Sleep(300 * time.Millisecond)
	if b.heard("しね") {
		t.Error("an insult was heard")
	}
	for _, e := range b.events {
		if bytes.Contains(protocol.EncodeEvent(e), []byte("5678")) {
			t.Error("the number is on the wire")
		}
	}

	// A fixed phrase comes by number.
	b.send(&protocol.Phrase{Seq: 900, Phrase: c.n.pack.Phrases[0].ID})
	a.await("a phrase", func(e protocol.Event) bool {
		p, ok := e.(*protocol.Phrased)
		return ok && p.Name == b.name
	})
}

func TestFarWordsAreNotOnTheWire(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a, b := c.enter(id.El56), c.enter(id.El56)
	me, at := a.move(0, protocol.Stand), b.move(0, protocol.Stand)
	start, far := at, false
walk:
	for _, heading := range []uint8{64, 0, 128, 192} { // whichever way is free
		for {
			was := at
			at = b.move(heading, protocol.Walk)
			dx, dy := float64(at.X-me.X), float64(at.Y-me.Y)
			if far = dx*dx+dy*dy > (9*256)*(9*256); far {
				break walk
			}
			if at.X == was.X && at.Y == was.Y {
				break // a tick, and no step: this way ends here
			}
			time.Sleep(100 * time.Millisecond) // no faster than a child's fingers
		}
	}
	at = b.move(0, protocol.Stand)
	if !far {
		t.Fatalf("could not walk away from %+v: at %+v", start, at)
	}
	if x := a.say("ちかくの ひとだけ きこえる"); x.Outcome != protocol.Shown {
		t.Fatalf("answered %+v", x)
	}
	a.awaitHeard("ちかくの ひとだけ きこえる")
	time.Sleep(300 * time.Millisecond)
	if b.heard("ちかくの ひと") {
		t.Error("far words were heard")
	}
}

// A child in distress is shown, not muted, told where help is, and a case is
// written before anybody hears the words.
func TestDistress(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a, b := c.enter(id.JuniorHigh), c.enter(id.JuniorHigh)
	if x := a.say("もう しにたい"); x.Outcome != protocol.Shown && x.Outcome != protocol.Masked {
		t.Fatalf("a cry for help is answered with %+v", x)
	}
	n := a.await("the notice", func(e protocol.Event) bool { _, ok := e.(*protocol.Notice); return ok }).(*protocol.Notice)
	if len(n.Lines) == 0 || n.Lines[0].Phone == "" {
		t.Errorf("the notice has no number: %+v", n)
	}
	b.await("the words", func(e protocol.Event) bool {
		h, ok := e.(*protocol.Heard)
		return ok && h.Name == a.name
	})
	cases, err := c.n.book.Live(context.Background())
	if err != nil || len(cases) != 1 || cases[0].Name != a.name || !cases[0].Shown {
		t.Fatalf("cases: %+v, %v", cases, err)
	}
	time.Sleep(1600 * time.Millisecond)
	if x := a.say("きいてくれて ありがとう"); x.Outcome != protocol.Shown {
		t.Errorf("after it the child is answered with %+v", x)
	}
}

func TestReportQuotesWhatWasHeard(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a, b := c.enter(id.El56), c.enter(id.El56)
	a.say("きみの ぼうし、へんなの")
	b.awaitHeard("きみの ぼうし、へんなの")
	who := b.await("a frame with the other", func(e protocol.Event) bool {
		f, ok := e.(*protocol.Frame)
		return ok && find(f, a.name) != 0
	}).(*protocol.Frame)
	avatar := find(who, a.name)
	b.send(&protocol.Report{Avatar: avatar, Reason: protocol.ReportMean})
	b.await("thanks", func(e protocol.Event) bool { _, ok := e.(*protocol.Notice); return ok })
	cases, _ := c.n.book.Live(context.Background())
	if len(cases) != 1 || cases[0].Source != casebook.Reporting || len(cases[0].Lines) == 0 {
		t.Fatalf("cases: %+v", cases)
	}
	b.send(&protocol.Hide{Avatar: avatar, Hidden: true})
	b.await("Hidden", func(e protocol.Event) bool { h, ok := e.(*protocol.Hidden); return ok && h.Hidden })
	time.Sleep(1600 * time.Millisecond)
	a.say("まだ きこえる？")
	a.awaitHeard("まだ きこえる？")
	time.Sleep(200 * time.Millisecond)
	if b.heard("まだ きこえる") {
		t.Error("a hidden visitor is heard")
	}
}

func find(f *protocol.Frame, name string) id.AvatarID {
	for _, k := range f.Known {
		if k.Who.Name == name {
			return k.Avatar
		}
	}
	return 0
}

// A lone child is met by the listener, which says that it is a machine.
func TestListenerComesToALoneChild(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a := c.enter(id.El12)
	end := time.Now().Add(60 * time.Second)
	for time.Now().Before(end) {
		a.poll()
		for _, e := range a.events {
			if h, ok := e.(*protocol.Heard); ok && h.By == id.Companion {
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
		if a.conn.Err() != nil {
			t.Fatal(a.conn.Err())
		}
	}
	t.Error("nobody came")
}

func (g *guest) awaitListener() *protocol.Heard {
	g.t.Helper()
	return g.await("the listener's words", func(e protocol.Event) bool {
		h, ok := e.(*protocol.Heard)
		return ok && h.By == id.Companion
	}).(*protocol.Heard)
}

// A lone child who speaks doesn't wait for the listener to come by itself.
func TestListenerAnswersWhoSpeaksAlone(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a := c.enter(id.El12)
	a.say("きょうは いぬが いたよ")
	if h := a.awaitListener(); strings.Contains(h.Text, "ゆらり") || strings.Contains(h.Text, "となりに") { // as who comes unasked
		t.Errorf("the listener greets in place of answering: %s", h.Text)
	}
}

// The page offers a lone child to wave, and says that somebody may notice.
func TestListenerComesToWhoWaves(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a := c.enter(id.El12)
	a.send(&protocol.Emote{Emote: id.EmoteWave})
	a.awaitListener()
}

// The listener answers a lone child's cry for help after the case is written
// and the child was told where help is.
func TestListenerAnswersACry(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a := c.enter(id.JuniorHigh)
	a.say("もう しにたい")
	a.awaitListener()
	notice := slices.IndexFunc(a.events, func(e protocol.Event) bool { _, ok := e.(*protocol.Notice); return ok })
	answer := slices.IndexFunc(a.events, func(e protocol.Event) bool { h, ok := e.(*protocol.Heard); return ok && h.By == id.Companion })
	if notice < 0 || notice > answer {
		t.Errorf("the notice is event %d, the listener's answer %d", notice, answer)
	}
	if cases, err := c.n.book.Live(context.Background()); err != nil || len(cases) != 1 {
		t.Errorf("cases: %+v, %v", cases, err)
	}
}

// After a restart on the same data the same browser comes back by itself, and
// the child by its name and words on another device.
func TestRestart(t *testing.T) {
	data := t.TempDir()
	c := open(t, data, nil)
	a := c.enter(id.El34)
	c.close()
	a.await("Leaving", func(e protocol.Event) bool {
		l, ok := e.(*protocol.Leaving)
		return ok && l.Code == protocol.LeaveDrain && l.Again
	})
	c2 := open(t, data, nil)
	a.c, a.events = c2, nil
	u1, _ := url.Parse(c.base)
	u2, _ := url.Parse(c2.base)
	a.http.Jar.SetCookies(u2, a.http.Jar.Cookies(u1))
	a.dial()
	w := a.await("Welcome", func(e protocol.Event) bool { _, ok := e.(*protocol.Welcome); return ok }).(*protocol.Welcome)
	if w.Name != a.name {
		t.Errorf("came back as %q, was %q", w.Name, a.name)
	}

	other := c2.guest()
	if s := other.post("/api/return", map[string]any{"name": a.name, "passphrase": strings.Join(a.words, " ")}, nil); s != 200 {
		t.Fatalf("name and words are answered with %d", s)
	}
	other.dial()
	other.await("Welcome", func(e protocol.Event) bool { _, ok := e.(*protocol.Welcome); return ok })
	a.await("Leaving", func(e protocol.Event) bool {
		l, ok := e.(*protocol.Leaving)
		return ok && l.Code == protocol.LeaveElsewhere && !l.Again
	})
}

func TestSecondProcessOnTheSameData(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	_, err := New(c.cfg, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "another") {
		t.Errorf("a second process is told %v", err)
	}
}

func TestLostKeyIsNamed(t *testing.T) {
	data := t.TempDir()
	c := open(t, data, nil)
	c.close()
	if err := os.Remove(filepath.Join(data, "entrance.key")); err != nil {
		t.Fatal(err)
	}
	_, err := New(c.cfg, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "entrance.key") {
		t.Errorf("a lost key is told as %v", err)
	}
}

func TestAdminSocket(t *testing.T) {
	data := t.TempDir()
	c := open(t, data, nil)
	a := DialAdmin(data)
	if err := a.AddStaff("tanaka", "とても ながい あいことば 2026", "staff"); err != nil {
		t.Error(err)
	}
	to := filepath.Join(t.TempDir(), "copy.db")
	if n, err := a.Backup(to); err != nil || n == 0 {
		t.Errorf("a backup of %d bytes: %v", n, err)
	}
	st, err := os.Stat(filepath.Join(data, adminSocket))
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v", st.Mode(), err)
	}
	c.close()
	if _, err := DialAdmin(data).Link("x", "staff"); !errors.Is(err, ErrNotRunning) {
		t.Errorf("without a server: %v", err)
	}
}

// Which school's card a child has can be opened with both halves of the key,
// for a case, by two members of staff, and it is written on the case.
func TestEnvelope(t *testing.T) {
	public, halves, err := entrance.NewCityKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	c := open(t, data, func(cfg *Config) { cfg.SealTo = hex.EncodeToString(public[:]) })
	a := c.enter(id.JuniorHigh)
	a.say("もう しにたい")
	a.await("the notice", func(e protocol.Event) bool { _, ok := e.(*protocol.Notice); return ok })
	cases, _ := c.n.book.Live(context.Background())
	if len(cases) != 1 {
		t.Fatalf("cases: %+v", cases)
	}
	visitor, about := cases[0].Visitor.String(), fmt.Sprint(cases[0].ID)
	admin := DialAdmin(data)
	for _, wrong := range [][4]string{{visitor, about, "sato", "sato"}, {visitor, "99", "sato", "ito"}, {"0000000000000001", about, "sato", "ito"}} {
		if _, err := admin.Envelope(wrong[0], wrong[1], wrong[2], wrong[3]); err == nil {
			t.Errorf("%v takes an envelope out", wrong)
		}
	}
	text, err := admin.Envelope(visitor, about, "sato", "ito")
	if err != nil {
		t.Fatal(err)
	}
	sealed, _ := base64.StdEncoding.DecodeString(text)
	if o, err := halves.Open(sealed); err != nil || o.Label != "demo" {
		t.Errorf("opened %+v, %v", o, err)
	}
	halves[1][7]++ // the key itself ignores some bits of its ends
	if _, err := halves.Open(sealed); err == nil {
		t.Error("a wrong half opens it")
	}
	known, _ := c.n.book.Case(context.Background(), cases[0].ID)
	if len(known.Notes) < 2 {
		t.Errorf("it is not written down: %+v", known.Notes)
	}
}

// Nobody's words are in the log.
func TestLogHoldsNoWords(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	a := c.enter(id.El56)
	a.say("きょうの きゅうしょく おいしかった")
	a.say("おまえ しね")
	c.close()
	for _, words := range []string{"きゅうしょく", "しね", a.words[0] + " "} {
		if strings.Contains(c.log.String(), words) {
			t.Errorf("the log holds %q", words)
		}
	}
}

func TestConfig(t *testing.T) {
	path := filepath.Join(t.TempDir(), "k.toml")
	write := func(s string) {
		if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := Default()
	write("addr = \"127.0.0.1:9\"\ndemo = true\n")
	if err := c.ReadFile(path, true); err != nil || c.Addr != "127.0.0.1:9" || !c.Demo || c.City != "kariya" {
		t.Errorf("%+v, %v", c, err)
	}
	write("adr = \"x\"\n")
	if err := c.ReadFile(path, true); err == nil || !strings.Contains(err.Error(), "adr") {
		t.Errorf("an unknown key: %v", err)
	}
	if err := c.ReadFile(path+"x", true); err == nil {
		t.Error("a file that was asked for is absent, and nobody says so")
	}
	c = Default()
	c.Metrics = "0.0.0.0:9090"
	if err := c.Check(); err == nil {
		t.Error("figures for everybody")
	}
}
