package gateway

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"kakitsubata/protocol"
	"kakitsubata/server/session"
)

// pair is both ends of a socket.
func pair(t *testing.T) (*conn, *websocket.Conn) { return pairOf(t, websocket.DefaultDialer) }

func pairOf(t *testing.T, d *websocket.Dialer) (*conn, *websocket.Conn) {
	t.Helper()
	ours := make(chan *conn, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := new(websocket.Upgrader).Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		ours <- newConn(ws)
	}))
	t.Cleanup(server.Close)
	theirs, _, err := d.Dial(strings.Replace(server.URL, "http", "ws", 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = theirs.Close() })
	c := <-ours
	t.Cleanup(func() { _ = c.ws.Close() })
	return c, theirs
}

func TestWhatIsNoFrame(t *testing.T) {
	for name, send := range map[string]struct {
		kind int
		size int
		want error
	}{
		"largest":   {websocket.BinaryMessage, protocol.MaxIntentBytes, nil},
		"too large": {websocket.BinaryMessage, protocol.MaxIntentBytes + 1, session.ErrFrame},
		"huge":      {websocket.BinaryMessage, 1 << 19, session.ErrFrame},
		"text":      {websocket.TextMessage, 5, session.ErrFrame},
	} {
		t.Run(name, func(t *testing.T) {
			ours, theirs := pair(t)
			go func() { _ = theirs.WriteMessage(send.kind, make([]byte, send.size)) }()
			p, err := ours.Read()
			if !errors.Is(err, send.want) || err == nil && len(p) != send.size {
				t.Errorf("%d bytes, %v", len(p), err)
			}
		})
	}
}

// Whoever does not answer a close, and goes on sending, is not read for ever;
// and what it was told arrives although bytes of its own lie unread.
func TestCloseEndsReading(t *testing.T) {
	ours, theirs := pair(t)
	go func() {
		for theirs.WriteMessage(websocket.BinaryMessage, make([]byte, 100)) == nil {
		}
	}()
	told := make(chan error, 1)
	go func() {
		for {
			if _, p, err := theirs.ReadMessage(); err != nil || string(p) == "last" {
				told <- err
				break
			}
		}
	}()
	_ = ours.Write([]byte("last"))
	_ = ours.Close(protocol.LeaveFlood, strings.Repeat("ながい ことば", 30))
	for { // it ends, or the test hangs
		if _, err := ours.Read(); err != nil {
			break
		}
	}
	ours.linger()
	if err := <-told; err != nil {
		t.Errorf("the last event is lost: %v", err)
	}
}
