package drive

import (
	"fmt"
	"io"
	"net/http"
	"sync"

	"kakitsubata/client/track"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/tools/bots/talk"
	"kakitsubata/world/atlas"
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
	maps  map[string]*atlas.Atlas
}

func newOurs(t Target) *ours {
	return &ours{Target: t, words: make(map[string]Words), maps: make(map[string]*atlas.Atlas)}
}

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
			m, err := a.fetch(e.Atlas)
			if err != nil {
				return nil, err
			}
			c.any = newSight(id.AvatarID(c.Key), m)
			c.X, c.Y = hundredths(e.X), hundredths(e.Y)
			return c, nil
		case *protocol.Leaving:
			return nil, fmt.Errorf("drive: our server turns bot %d away with code %d: %s", i, e.Code, e.Text)
		}
	}
}

// fetch gets a room's map, once for all.
func (a *ours) fetch(name string) (*atlas.Atlas, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if m := a.maps[name]; m != nil {
		return m, nil
	}
	res, err := http.Get("http://" + a.Addr + "/atlas/" + name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("drive: the map %s is answered with %s", name, res.Status)
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, maxMap))
	if err != nil {
		return nil, err
	}
	m, err := atlas.Decode(b)
	if err != nil {
		return nil, err
	}
	a.maps[name] = m
	return m, nil
}

// maxMap is how many bytes a map may have.
const maxMap = 8 << 20

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
		if err := c.any.(*sight).take(e, s); err != nil {
			panic(fmt.Sprintf("drive: our server can't be followed: %v", err))
		}
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
	you   id.AvatarID
	track *track.Track
	near  map[id.AvatarID]bool
}

func newSight(you id.AvatarID, a *atlas.Atlas) *sight {
	return &sight{you: you, track: track.New(a), near: make(map[id.AvatarID]bool)}
}

func (v *sight) take(f *protocol.Frame, s Sink) error {
	err := v.track.Apply(f, func(m *track.Mark) {
		if m.Gone {
			delete(v.near, m.Avatar)
		}
	})
	if err != nil {
		return err
	}
	self, ok := v.track.Find(v.you)
	if !ok {
		return fmt.Errorf("drive: avatar %d does not see itself", v.you)
	}
	const reach = near * plane.Tile
	for m := range v.track.All() {
		if plane.Dist2(self.At, m.At) > reach*reach {
			delete(v.near, m.Avatar)
			continue
		}
		if !v.near[m.Avatar] {
			v.near[m.Avatar] = true
			s.Came(uint64(m.Avatar))
		}
		s.Turned(uint64(m.Avatar), m.Heading)
	}
	return nil
}
