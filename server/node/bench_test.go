package node

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kakitsubata/client/link"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/entrance"
	"kakitsubata/server/session"
)

// Bots that name a bench room begin in it, each at its own seeded place;
// nobody else gets in, and a room that is not there turns away.
func TestBenchRooms(t *testing.T) {
	data := t.TempDir()
	c := open(t, data, func(cfg *Config) { cfg.Bench = 2 })
	// The port was chosen by the system after the secret's name was.
	b, err := os.ReadFile(filepath.Join(data, "bots-0.secret"))
	if err != nil {
		t.Fatal(err)
	}
	dial := func(query string) *guest {
		conn, err := link.Dial(context.Background(), strings.Replace(c.base, "http", "ws", 1)+"/ws?"+query,
			map[string][]string{"Authorization": {"Bot " + strings.TrimSpace(string(b))}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(conn.Close)
		return &guest{t: t, c: c, conn: conn, name: query}
	}
	entered := func(e protocol.Event) bool { _, ok := e.(*protocol.Entered); return ok }
	for query, want := range map[string]string{
		"bot=7&room=1":    "kariya/bench-1/1",
		"bot=2055&room=2": "kariya/bench-2/1", // begins where bot 7 does
	} {
		e := dial(query).await("Entered", entered).(*protocol.Entered)
		if start := benchStart(7); e.Room != want || e.X != start.X || e.Y != start.Y {
			t.Errorf("%s: came into %s at %d,%d; want %s at %v", query, e.Room, e.X, e.Y, want, start)
		}
	}
	for _, query := range []string{"bot=1&room=3", "bot=1&room=x"} {
		e := dial(query).await("Leaving", func(e protocol.Event) bool { _, ok := e.(*protocol.Leaving); return ok })
		if code := e.(*protocol.Leaving).Code; code != protocol.LeaveTicket {
			t.Errorf("%s: leaves with code %d", query, code)
		}
	}
	s := session.New(session.Options{City: c.n, Visitor: entrance.Visitor{ID: 1}, Kind: id.Visitor, Avatar: 1000, Meter: &c.n.meter})
	if _, err := c.n.Enter(context.Background(), s, benchPlace(1), ""); err == nil {
		t.Error("a child came into a bench room")
	}
	if a := c.n.town.places[benchPlace(1)]; c.n.Atlas(a.name) == nil {
		t.Error("the map of bench rooms is not served")
	}
}
