package node

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"strings"
	"sync"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/console"
	"kakitsubata/server/entrance"
	"kakitsubata/server/gateway"
	"kakitsubata/server/reading"
	"kakitsubata/server/session"
)

// What follows is what the console asks of the city.

// State is the city as a whole.
func (n *Node) State() console.State {
	s := console.State{
		Title: reading.Plain(n.pack.Title), Demo: n.cfg.Demo, Open: n.Open(), Waiting: n.queue.length(time.Now()),
		Listener: "台本の聞き手（Ollama なし）",
		Second:   "第一段だけ（規則と学習したモデル）",
		Shadow:   n.trial,
	}
	switch protocol.SpeechMode(n.speech.Load()) {
	case protocol.SpeechPhrases:
		s.Speech = console.SpeechPhrases
	case protocol.SpeechShut:
		s.Speech = console.SpeechClosed
	}
	if n.model != nil {
		s.Listener = n.listener()
		s.Second, s.SecondOK = n.secondTier()
	}
	return s
}

// Rooms lists the live rooms.
func (n *Node) Rooms() []console.RoomCount {
	var out []console.RoomCount
	for _, h := range n.town.live() {
		m := h.Meter()
		out = append(out, console.RoomCount{
			Room: h.ID(), Title: reading.Plain(h.Title()), Capacity: n.town.places[h.ID().Place].Capacity,
			Visitors: int(m.Visitors.Load()), Companions: int(m.Companions.Load()), Bots: int(m.Bots.Load()),
			Observers: int(m.Observers.Load()), Tick: time.Duration(m.StepNanos.Load()),
			Load: console.Load(m.Load.Load()),
		})
	}
	return out
}

// Presence is where a visitor is.
func (n *Node) Presence(v id.VisitorID) console.Presence {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	p := console.Presence{Muted: n.gate.MutedFor(ctx, v)}
	if s := n.people.byVisitor(v); s != nil {
		if r := s.Room(); r != nil {
			p.Here, p.Room = true, r.ID()
		}
	}
	return p
}

// Whisper shows a member of staff's words to one visitor.
func (n *Node) Whisper(ctx context.Context, v id.VisitorID, staff id.StaffID, text string) error {
	s := n.people.byVisitor(v)
	if s == nil || !s.Connected() {
		return console.ErrAway
	}
	if protocol.CheckText(text, protocol.MaxSayRunes) != nil {
		return console.ErrRefused
	}
	a, err := n.gate.Submit(ctx, moderation.Utterance{
		City: n.pack.City, Name: string(staff), Road: moderation.Staff, Text: text, At: time.Now(),
	})
	if err != nil {
		return err
	}
	if a.Cleared.Zero() {
		return console.ErrRefused
	}
	s.Send(&protocol.Whisper{Badge: n.pack.Say("badge", s.Reader()), Text: n.aloud.read(ctx, a.Cleared.Text(), s.Reader())})
	return nil
}

// Mute stops a visitor's words for a while.
func (n *Node) Mute(ctx context.Context, v id.VisitorID, d time.Duration, staff id.StaffID, why string, c id.CaseID) error {
	now := time.Now()
	err := n.book.Sanction(ctx, casebook.Sanction{
		City: n.pack.City, Visitor: v, From: now, Until: now.Add(d), By: staff, Why: why, Case: c,
	})
	if err != nil {
		return err
	}
	if err := n.gate.Mute(ctx, v, d, why); err != nil {
		return err
	}
	n.tell(v, "muted.by-staff")
	return nil
}

// Unmute lifts every mute of a visitor.
func (n *Node) Unmute(ctx context.Context, v id.VisitorID, staff id.StaffID) error {
	if err := n.gate.Unmute(ctx, v); err != nil {
		return err
	}
	if err := n.book.Lift(ctx, v, staff); err != nil {
		return err
	}
	n.tell(v, "unmuted.now")
	return nil
}

func (n *Node) tell(v id.VisitorID, key string) {
	if s := n.people.byVisitor(v); s != nil {
		s.Send(&protocol.Whisper{Badge: n.pack.Say("badge", s.Reader()), Text: n.Sentence(key, s.Reader())})
	}
}

// Find is the child with a display name.
func (n *Node) Find(ctx context.Context, name string) (entrance.Visitor, error) {
	return n.desk.Find(ctx, name)
}

// Reissue gives a child new words, and ends a visit that goes on with the old.
func (n *Node) Reissue(ctx context.Context, v id.VisitorID) ([]string, error) {
	words, err := n.desk.Reissue(ctx, v)
	if err != nil {
		return nil, err
	}
	if s := n.people.byVisitor(v); s != nil {
		s.End(protocol.LeaveTicket, false)
	}
	return strings.Fields(words), nil
}

// watchFor is how long an observer's ticket may be used.
const watchFor = time.Minute

// watchers are the tickets and the sockets of observers.
type watchers struct {
	mu      sync.Mutex
	tickets map[[sha256.Size]byte]watch
	live    map[*session.Watcher]id.StaffID
}

type watch struct {
	staff id.StaffID
	room  id.RoomID
	until time.Time
}

// Watch gives a ticket for one look at one room. The console has logged it.
func (n *Node) Watch(_ context.Context, staff id.StaffID, room id.RoomID) (string, error) {
	if n.town.find(room) == nil {
		return "", console.ErrNoRoom
	}
	t := rand.Text()
	w := &n.watchers
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.tickets == nil {
		w.tickets = make(map[[sha256.Size]byte]watch)
	}
	now := time.Now()
	for k, x := range w.tickets {
		if now.After(x.until) {
			delete(w.tickets, k)
		}
	}
	w.tickets[sha256.Sum256([]byte(t))] = watch{staff, room, now.Add(watchFor)}
	return t, nil
}

// Unwatch ends what Watch gave to a member of staff.
func (n *Node) Unwatch(staff id.StaffID) {
	w := &n.watchers
	w.mu.Lock()
	defer w.mu.Unlock()
	for k, x := range w.tickets {
		if x.staff == staff {
			delete(w.tickets, k)
		}
	}
	for s, by := range w.live {
		if by == staff {
			s.End(protocol.LeaveWatchEnded)
		}
	}
}

func (w *watchers) end(code protocol.Code) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for s := range w.live {
		s.End(code)
	}
}

func (w *watchers) retract(u id.UtteranceID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for s := range w.live {
		s.Retract(u)
	}
}

// any reports whether somebody watches: they are on duty though the staff page
// is closed.
func (w *watchers) any() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.live) > 0
}

// take spends a ticket.
func (w *watchers) take(ticket string) (watch, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	k := sha256.Sum256([]byte(ticket))
	x, ok := w.tickets[k]
	delete(w.tickets, k)
	return x, ok && time.Now().Before(x.until)
}

func (w *watchers) add(s *session.Watcher, staff id.StaffID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.live == nil {
		w.live = make(map[*session.Watcher]id.StaffID)
	}
	w.live[s] = staff
}

func (w *watchers) remove(s *session.Watcher) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.live, s)
}

// Observe serves an observer's socket.
func (n *Node) Observe(ctx context.Context, ticket string, conn session.Conn) error {
	x, ok := n.watchers.take(ticket)
	if !ok {
		return gateway.ErrTicket
	}
	h := n.town.find(x.room)
	if h == nil {
		return gateway.ErrTicket
	}
	welcome := &protocol.Welcome{Name: string(x.staff), Phrases: n.phrases(id.Ja), Demo: n.cfg.Demo}
	w := session.NewWatcher(conn, welcome, func(c protocol.Code) string { return n.Says(c, id.Ja) }, &n.meter)
	n.watchers.add(w, x.staff)
	defer n.watchers.remove(w)
	defer h.Unwatch(w)
	n.log.Info("watching begins", "staff", string(x.staff), "room", x.room.String())
	err := w.Serve(ctx, func() error { return h.Watch(ctx, w) })
	n.log.Info("watching ends", "staff", string(x.staff), "room", x.room.String())
	if errors.Is(err, session.ErrFault) {
		n.log.Error("watching broke off", "staff", string(x.staff), "err", err)
	}
	return nil
}
