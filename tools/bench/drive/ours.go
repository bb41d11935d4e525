package drive

import (
	"fmt"
	"net/http"
	"sync"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/tools/bots/talk"
	"kakitsubata/world/plane"
)

// near is how far, in tiles, our server shows moves at every tick whatever
// happens. Farther ones are left out of the latency, as Colyseus' view has
// the same reach.
const near = 12

// ours speaks with our own server, by the bots' entrance to its bench rooms.
type ours struct {
	Target
	mu    sync.Mutex
	words map[string]Words // what was said
}

func newOurs(t Target) *ours { return &ours{Target: t, words: make(map[string]Words)} }

// Joining waits for a tick of the room, so many join at once.
func (*ours) Traits() Traits { return Traits{Headings: true, Interest: true, Abreast: 32} }

func (a *ours) Open(i, room int) (*Conn, error) {
	c, err := dial(a.Addr, fmt.Sprintf("/ws?bot=%d&room=%d", i, room+1), http.Header{
		"Authorization":          {"Bot " + a.Secret},
		"Sec-Websocket-Protocol": {protocol.Subprotocol},
	})
	if err != nil {
		return nil, err
	}
	c.any = &sight{near: make(map[id.AvatarID]bool), cells: make(map[id.AvatarID]uint16)}
	for {
		b, _, err := c.read(nil)
		if err != nil {
			return nil, err
		}
		e, err := protocol.DecodeEvent(b)
		if err != nil {
			return nil, err
		}
		switch e := e.(type) {
		case *protocol.Welcome:
			c.Key = uint64(e.You)
		case *protocol.Entered:
			c.X, c.Y = hundredths(e.X), hundredths(e.Y)
			return c, nil
		case *protocol.Leaving:
			return nil, fmt.Errorf("drive: our server turns bot %d away with code %d: %s", i, e.Code, e.Text)
		}
	}
}

func hundredths(units int32) float64 { return float64(units) / plane.Tile * 100 }

func (*ours) Move(d []byte, _ *Conn, m Move) []byte {
	return append(d, protocol.EncodeIntent(&protocol.Move{Seq: m.Seq, Heading: m.Heading, Gait: protocol.Walk})...)
}

// Say says two sentences, about 45 letters, that no moderation stops and that
// tell who said them.
func (a *ours) Say(d []byte, _ *Conn, w Words) []byte {
	n := 2 * (w.Avatar*kept + w.N)
	text := talk.Sentence(n) + talk.Sentence(n+1)
	a.mu.Lock()
	a.words[text] = w
	a.mu.Unlock()
	return append(d, protocol.EncodeIntent(&protocol.Say{Seq: uint32(w.N), Text: text})...)
}

func (*ours) Classify(h []byte) Kind {
	if len(h) < 2 || h[0]&0xf0 != 0x90 { // a MessagePack array of at most fifteen
		return Other
	}
	switch protocol.Kind(h[1]) {
	case protocol.KindFrame:
		return Snapshot
	case protocol.KindHeard:
		return Heard
	}
	return Other
}

func (a *ours) Decode(c *Conn, b []byte, s Sink) {
	e, err := protocol.DecodeEvent(b)
	if err != nil {
		panic(fmt.Sprintf("drive: our server sent %x: %v", b[:min(len(b), headBytes)], err))
	}
	switch e := e.(type) {
	case *protocol.Frame:
		c.any.(*sight).take(e, s)
	case *protocol.Heard:
		a.mu.Lock()
		w, ok := a.words[e.Text]
		a.mu.Unlock()
		if ok {
			s.Said(w)
		}
	}
}

// sight is what an observer has in view.
type sight struct {
	near  map[id.AvatarID]bool
	cells map[id.AvatarID]uint16
}

func (v *sight) take(f *protocol.Frame, s Sink) {
	self := plane.Point{X: f.Self.X, Y: f.Self.Y}
	const reach = near * plane.Tile
	for i := range f.Cells {
		c := &f.Cells[i]
		for j := range c.Avatars {
			a := &c.Avatars[j]
			v.cells[a.Avatar] = c.Index
			if plane.Dist2(self, plane.Point{X: a.X, Y: a.Y}) > reach*reach {
				delete(v.near, a.Avatar)
				continue
			}
			if !v.near[a.Avatar] {
				v.near[a.Avatar] = true
				s.Came(uint64(a.Avatar))
			}
			s.Turned(uint64(a.Avatar), a.Heading)
		}
	}
	for i := range f.Cells {
		c := &f.Cells[i]
		for _, gone := range c.Gone {
			v.lose(gone, c.Index)
		}
		if c.Full {
			v.emptied(c)
		}
	}
}

// emptied forgets who is believed in a cell that was told in full without them.
func (v *sight) emptied(c *protocol.Cell) {
	for a, cell := range v.cells {
		if cell != c.Index {
			continue
		}
		listed := false
		for i := range c.Avatars {
			listed = listed || c.Avatars[i].Avatar == a
		}
		if !listed {
			v.lose(a, cell)
		}
	}
}

func (v *sight) lose(a id.AvatarID, cell uint16) {
	if v.cells[a] == cell {
		delete(v.cells, a)
		delete(v.near, a)
	}
}
