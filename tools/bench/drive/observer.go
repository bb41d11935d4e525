package drive

// observer is what a client that decodes everything finds out. It is its
// reader's own until the drive is over.
type observer struct {
	d       *drive
	seen    map[uint64]*seen
	latency []float32 // of moves, ms
	heard   []float32 // of words, ms
	overrun int64     // moves that no snapshot showed, a newer one came first
	now     int64     // arrival of what is decoded just now
	before  int64     // arrival of the snapshot before
}

// seen is what is known of an avatar.
type seen struct {
	c       *client
	seq     uint32 // of its newest move that was seen
	x, y    uint16
	heading int
	since   int64 // in view since
}

func (o *observer) get(key uint64) *seen {
	s := o.seen[key]
	if s == nil {
		c := o.d.byKey[key]
		if c == nil {
			return nil
		}
		s = &seen{c: c, heading: -1}
		o.seen[key] = s
	}
	return s
}

func (o *observer) Came(key uint64) {
	if s := o.get(key); s != nil {
		s.since, s.heading = o.now, -1
	}
}

func (o *observer) Pos(key uint64, x, y uint16) {
	s := o.get(key)
	if s == nil || s.x == x && s.y == y {
		return
	}
	s.x, s.y = x, y
	m, ok := s.c.newest(kept, func(m *stamp) bool { return m.x == x && m.y == y })
	if !ok || m.seq <= s.seq {
		return
	}
	// This server does not say who came into view. One that comes often and
	// leaves moves out has not seen the avatar meanwhile.
	if o.d.traits.Interest && m.seq > s.seq+1 && o.now-o.before < 90e6 {
		s.seq = m.seq
		return
	}
	o.hit(s, m)
}

func (o *observer) Turned(key uint64, heading uint8) {
	s := o.get(key)
	if s == nil || s.heading == int(heading) {
		return
	}
	s.heading = int(heading)
	m, ok := s.c.newest(differs, func(m *stamp) bool { return m.heading == heading })
	if !ok || m.seq <= s.seq {
		return
	}
	if m.at < s.since {
		s.seq = m.seq
		return
	}
	o.hit(s, m)
}

func (o *observer) hit(s *seen, m stamp) {
	after := s.seq
	s.seq = m.seq
	if o.d.measuring.Load() {
		o.overrun += s.c.between(after, m.seq, s.since)
		o.latency = append(o.latency, float32(o.now-m.at)/1e6)
	}
}

func (o *observer) Said(w Words) {
	if !o.d.measuring.Load() || w.Avatar < 0 || w.Avatar >= len(o.d.clients) || w.N < 0 {
		return
	}
	at := o.d.clients[w.Avatar].saidAt[w.N%kept].Load()
	o.heard = append(o.heard, float32(o.now-at)/1e6)
}

// blind takes what comes while not everybody has joined: decoders need every
// byte, but nobody can be told apart yet.
type blind struct{}

func (blind) Pos(uint64, uint16, uint16) {}
func (blind) Turned(uint64, uint8)       {}
func (blind) Came(uint64)                {}
func (blind) Said(Words)                 {}
