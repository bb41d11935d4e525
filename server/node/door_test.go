package node

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"kakitsubata/client/link"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

// knock opens a WebSocket by hand, so that every header is the test's own. It
// returns the status and the first event, if one came.
func (c *city) knock(path, subprotocol, cookie, origin, authorization string) (int, protocol.Event) {
	c.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(c.base, "http://"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	r, _ := http.NewRequest(http.MethodGet, c.base+path, nil)
	for k, v := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": subprotocol,
		"Cookie": cookie, "Origin": origin, "Authorization": authorization,
	} {
		if v != "" {
			r.Header.Set(k, v)
		}
	}
	if err := r.Write(conn); err != nil {
		c.t.Fatal(err)
	}
	in := bufio.NewReader(conn)
	res, err := http.ReadResponse(in, r)
	if err != nil {
		c.t.Fatal(err)
	}
	if res.StatusCode != http.StatusSwitchingProtocols {
		return res.StatusCode, nil
	}
	head := make([]byte, 2)
	if _, err := io.ReadFull(in, head); err != nil {
		c.t.Fatal(err)
	}
	n := int(head[1])
	if n == 126 {
		ext := make([]byte, 2)
		if _, err := io.ReadFull(in, ext); err != nil {
			c.t.Fatal(err)
		}
		n = int(ext[0])<<8 | int(ext[1])
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(in, body); err != nil {
		c.t.Fatal(err)
	}
	e, err := protocol.DecodeEvent(body)
	if err != nil {
		c.t.Fatal(err)
	}
	return res.StatusCode, e
}

func (c *city) turnedAway(what string, code protocol.Code, e protocol.Event) {
	c.t.Helper()
	l, ok := e.(*protocol.Leaving)
	if !ok || l.Code != code || l.Text == "" || l.Again {
		c.t.Errorf("%s: told %+v, want leaving %d", what, e, code)
	}
}

func TestTheDoor(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	_, e := c.knock("/ws", "kakitsubata.99", "", "", "")
	c.turnedAway("an unknown version", protocol.LeaveVersion, e)
	_, e = c.knock("/ws", protocol.Subprotocol, "", "", "")
	c.turnedAway("no ticket", protocol.LeaveTicket, e)
	_, e = c.knock("/ws", protocol.Subprotocol, "kkt_ticket=AAAAAAAAAAAAAAAAAAAAAA", "", "")
	c.turnedAway("an invented ticket", protocol.LeaveTicket, e)
	_, e = c.knock("/ws?watch=1", protocol.Subprotocol, "kkt_watch=AAAA", "", "")
	c.turnedAway("an invented observer's ticket", protocol.LeaveTicket, e)
	_, e = c.knock("/ws?bot=1", protocol.Subprotocol, "", "", "Bot wrong")
	c.turnedAway("a bot without the secret", protocol.LeaveTicket, e)
	if s, _ := c.knock("/ws", protocol.Subprotocol, "", "https://evil.example", ""); s != http.StatusForbidden {
		t.Errorf("a foreign page gets %d", s)
	}
	_, e = c.knock("/ws?bot=1", protocol.Subprotocol, "", "", "Bot "+c.n.bots)
	if _, ok := e.(*protocol.Welcome); !ok {
		t.Errorf("a bot with the secret is told %+v", e)
	}
}

// A ticket is rotated at each resume. The old one is good once more at most,
// for whoever did not get the new one; after the new one was used it opens
// nothing.
func TestReplayedTicket(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	g := c.guest()
	g.register(id.El56)
	old := g.cookies()
	g.dial()
	g.await("Welcome", func(e protocol.Event) bool { _, ok := e.(*protocol.Welcome); return ok })
	fresh := ticketOf(t, c, old)
	conn, err := link.Dial(t.Context(), strings.Replace(c.base, "http", "ws", 1)+"/ws", map[string][]string{"Cookie": {fresh}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, e := c.knock("/ws", protocol.Subprotocol, old, "", "")
	c.turnedAway("a replayed ticket", protocol.LeaveTicket, e)
}

// ticketOf resumes with a ticket and returns the cookie that took its place.
func ticketOf(t *testing.T, c *city, cookie string) string {
	t.Helper()
	r, _ := http.NewRequest(http.MethodGet, c.base+"/ws", nil)
	for k, v := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": protocol.Subprotocol, "Cookie": cookie,
	} {
		r.Header.Set(k, v)
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(c.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := r.Write(conn); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range res.Cookies() {
		if k.Name == "kkt_ticket" {
			return k.Name + "=" + k.Value
		}
	}
	t.Fatal("no new ticket")
	return ""
}

func TestEntranceRefuses(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	var no struct {
		Code int
		Text string
		Wait int
	}
	g := c.guest()
	if s := g.post("/api/code", map[string]string{"code": "KKT-AAAA-AAAA-AAAA"}, &no); s != 403 || no.Code != 200 || no.Text == "" {
		t.Errorf("a wrong code: %d %+v", s, no)
	}
	if s := g.post("/api/register", map[string]any{"name": "ふわふわペンギン"}, &no); s != 403 || no.Text == "" {
		t.Errorf("registering without a code: %d %+v", s, no)
	}
	if s := g.post("/api/code", map[string]string{"code": c.demo.Codes[id.El12]}, nil); s != 200 {
		t.Fatalf("the right code: %d", s)
	}
	if s := g.post("/api/register", map[string]any{"name": "わたしの ほんみょう"}, &no); s != 409 || no.Text == "" {
		t.Errorf("a typed name: %d %+v", s, no)
	}
	if s := g.post("/api/code", strings.Repeat("x", 1<<16), &no); s != 400 {
		t.Errorf("a huge request: %d", s)
	}
	for range 20 { // one connection has few wrong tries
		g.post("/api/return", map[string]string{"name": "だれか", "passphrase": "あ い う え"}, &no)
	}
	if no.Code != 202 || no.Wait == 0 {
		t.Errorf("after many wrong tries: %+v", no)
	}
}
