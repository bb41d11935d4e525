package node

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

// Who changes clothes in the midst of a visit is seen in them at once: the
// visit begins anew, and the page comes back by itself.
func TestDress(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	g := c.guest()
	g.register(id.El34)
	dress := func(cookie string, look any) int {
		r, _ := http.NewRequest(http.MethodPost, c.base+"/api/look", strings.NewReader(fmt.Sprintf(`{"look":%v}`, look)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Cookie", cookie)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	ticket := ticketOf(t, c, g.cookies()) // and a visit that goes on without its socket
	look := id.NewLook(5, 4, 3, 2, 1, 4)
	for what, s := range map[string]int{
		"nobody":         dress("kkt_ticket=AAAA", uint32(look)),
		"no look at all": dress(ticket, uint32(0xFFFFFF)),
	} {
		if s != http.StatusForbidden && s != http.StatusConflict {
			t.Errorf("%s: %d", what, s)
		}
	}
	if s := dress(ticket, uint32(look)); s != http.StatusOK {
		t.Fatalf("answered with %d", s)
	}
	if s := dress(ticket, uint32(look)); s != http.StatusOK {
		t.Errorf("the same again: %d", s)
	}
	g.dialAs("/ws", ticket)
	w := g.await("Welcome", func(e protocol.Event) bool { _, ok := e.(*protocol.Welcome); return ok }).(*protocol.Welcome)
	if w.Look != look {
		t.Errorf("welcomed as %x, want %x", w.Look, look)
	}
}
