package node

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"kakitsubata/assets/cities"
	"kakitsubata/moderation"
	"kakitsubata/moderation/casebook"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/entrance"
	"kakitsubata/server/gateway"
	"kakitsubata/server/session"
)

// What follows is what a session and the gateway ask of the city.

// Enter brings a session's avatar into a copy of a place.
func (n *Node) Enter(ctx context.Context, s *session.Session, p id.PlaceID, at string) (session.Room, error) {
	if spawn, ok := n.benchRoom(s, p); ok {
		if s.Kind() != id.Bot {
			return nil, fmt.Errorf("%w: %s is for bots", errPlace, p)
		}
		at = spawn
	}
	return n.town.enter(ctx, s, p, at)
}

// Visitor tells who is behind an avatar.
func (n *Node) Visitor(a id.AvatarID) (id.VisitorID, string, bool) {
	if n.guide.Owns(a) {
		return 0, n.pack.Companion.Name, true
	}
	s := n.people.byAvatar(a)
	if s == nil {
		return 0, "", false
	}
	v := s.Visitor()
	return v.ID, v.Name, true
}

// Avatars lists the present avatars of visitors.
func (n *Node) Avatars(vs []id.VisitorID) []id.AvatarID {
	var out []id.AvatarID
	for _, v := range vs {
		if s := n.people.byVisitor(v); s != nil {
			out = append(out, s.Avatar())
		}
	}
	return out
}

// Speech is what a bracket may say just now.
func (n *Node) Speech(b id.Bracket, r id.Reader) protocol.Speech {
	mode := protocol.SpeechMode(n.speech.Load())
	key := map[protocol.SpeechMode]string{
		protocol.SpeechOpen: "speech.open", protocol.SpeechPhrases: "speech.unwatched", protocol.SpeechShut: "speech.shut",
	}[mode]
	if mode == protocol.SpeechOpen && b != id.BracketNone && !n.pack.FreeText[b] {
		mode, key = protocol.SpeechPhrases, "speech.bracket"
	}
	return protocol.Speech{Mode: mode, Text: n.Sentence(key, r)}
}

// reconsiderSpeech follows the staff on duty and tells whoever is concerned.
func (n *Node) reconsiderSpeech() {
	mode := protocol.SpeechOpen
	if n.staff.OnDuty() == 0 && !n.watchers.any() && !n.cfg.Demo {
		mode = n.pack.Unwatched
	}
	if protocol.SpeechMode(n.speech.Swap(uint32(mode))) == mode {
		return
	}
	n.log.Info("speech", "mode", mode, "on_duty", n.staff.OnDuty())
	for _, s := range n.people.all() {
		e := n.Speech(s.Visitor().Bracket, s.Reader())
		s.Send(&e)
	}
}

// HasPhrase reports whether the pack has a phrase.
func (n *Node) HasPhrase(p id.PhraseID) bool {
	for i := range n.pack.Phrases {
		if n.pack.Phrases[i].ID == p {
			return true
		}
	}
	return false
}

// Says words a leaving or a refusal.
func (n *Node) Says(c protocol.Code, r id.Reader) string { return n.pack.Leaving(c, r) }

// Outcome words what became of an utterance.
func (n *Node) Outcome(o protocol.Outcome, r id.Reader) string { return n.pack.Outcome(o, r) }

// Sentence words whatever else the city says.
func (n *Node) Sentence(key string, r id.Reader) string { return n.pack.Sentence(key, r) }

// Notice is the kind notice for a cry for help.
func (n *Node) Notice(labels []moderation.Category, b id.Bracket, r id.Reader) *protocol.Notice {
	e := n.pack.Notice(labels, b, r)
	return &e
}

// Welcome is the first event of a visitor's socket.
func (n *Node) Welcome(s *session.Session) *protocol.Welcome {
	v := s.Visitor()
	return &protocol.Welcome{
		You: s.Avatar(), Name: v.Name, Bracket: v.Bracket, Look: v.Look,
		Phrases: n.phrases(s.Reader()), Demo: n.cfg.Demo,
	}
}

func (n *Node) phrases(r id.Reader) []protocol.PhraseText {
	out := make([]protocol.PhraseText, len(n.pack.Phrases))
	for i, p := range n.pack.Phrases {
		out[i] = protocol.PhraseText{Phrase: p.ID, Text: n.pack.Say(fmt.Sprintf("phrase.%d", p.ID), r)}
	}
	return out
}

// Aloud has words read, for a session that wants furigana.
func (n *Node) Aloud(s *session.Session, of id.UtteranceID, text string) { n.aloud.hear(s, of, text) }

// Hide remembers whom a visitor does not want to hear.
func (n *Node) Hide(ctx context.Context, v, other id.VisitorID, hidden bool) error {
	if s := n.people.byVisitor(v); s != nil && s.Kind() == id.Bot {
		return nil // bots have no record
	}
	return n.desk.SetHidden(ctx, v, other, hidden)
}

// Report writes a case with what the reporter heard.
func (n *Node) Report(ctx context.Context, r session.Report) error {
	bracket := id.BracketNone
	if s := n.people.byVisitor(r.Of); s != nil {
		bracket = s.Visitor().Bracket
	} else if v, err := n.desk.Visitor(ctx, r.Of); err == nil { // it has left
		bracket = v.Bracket
	}
	_, err := n.book.Report(ctx, casebook.Report{
		Reporter: r.By, Visitor: r.Of, Name: r.OfName, Bracket: bracket, Room: r.Room,
		Why: reasons[r.Reason], Lines: r.Lines, Mark: r.Kind == id.Bot,
	})
	return err
}

// reasons are what staff read of a report.
var reasons = map[protocol.ReportReason]string{
	protocol.ReportOther:       "その他",
	protocol.ReportMean:        "いやなことを言われた・された",
	protocol.ReportScary:       "こわい",
	protocol.ReportAsksSecrets: "名前・住所・写真などを聞かれた",
}

// Why words what became of an utterance, with the reason.
func (n *Node) Why(o protocol.Outcome, v moderation.Verdict, r id.Reader) string {
	return n.pack.Why(o, v, r)
}

// TakenBack words that an utterance was retracted, and why.
func (n *Node) TakenBack(v moderation.Verdict, r id.Reader) string {
	return n.pack.TakenBack(v, r)
}

// Appeal writes a case: a visitor says that a verdict was wrong.
func (n *Node) Appeal(ctx context.Context, a session.Appeal) error {
	_, err := n.book.Appeal(ctx, casebook.Appeal{Utterance: a.Utterance, Verdict: a.Verdict, Retracted: a.Retracted, About: a.Case})
	return err
}

// Retracted reports whether words were taken back.
func (n *Node) Retracted(u id.UtteranceID) (moderation.Verdict, bool) { return n.retractions.of(u) }

// Retract takes words back from everybody who was told them, and from what
// remembers them: a person did so.
func (n *Node) Retract(u id.UtteranceID, v moderation.Verdict) {
	n.retract(u, v, "staff")
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := n.gate.Correct(ctx, moderation.Utterance{ID: u}, moderation.Verdict{}); err != nil {
		n.log.Warn("the gate's memory still has words that were taken back", "utterance", uint64(u), "err", err)
	}
}

func (n *Node) retract(u id.UtteranceID, v moderation.Verdict, by string) {
	if !n.retractions.add(u, v, by) {
		return
	}
	for _, s := range n.people.all() {
		s.Retract(u, v)
	}
	n.watchers.retract(u)
	n.guide.Forget(u)
}

// retractions are the words that were taken back of late. Words that are on
// their way look here before they are shown.
type retractions struct {
	mu    sync.RWMutex
	ring  [64]retraction
	next  int
	count atomic.Uint64
	tiers [len(retractors)]atomic.Uint64
}

// retractors are who takes words back, as the figures name them.
var retractors = [...]string{"staff", "second"}

type retraction struct {
	of      id.UtteranceID
	verdict moderation.Verdict
}

// add reports whether the words were not retracted before.
func (r *retractions) add(u id.UtteranceID, v moderation.Verdict, by string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if u == 0 || slices.ContainsFunc(r.ring[:], func(x retraction) bool { return x.of == u }) {
		return false
	}
	r.ring[r.next%len(r.ring)] = retraction{u, v}
	r.next++
	r.count.Add(1)
	r.tiers[slices.Index(retractors[:], by)].Add(1)
	return true
}

func (r *retractions) of(u id.UtteranceID) (moderation.Verdict, bool) {
	if u == 0 || r.count.Load() == 0 {
		return moderation.Verdict{}, false
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	for i := range r.ring {
		if r.ring[i].of == u {
			return r.ring[i].verdict, true
		}
	}
	return moderation.Verdict{}, false
}

// Judge passes an utterance through the gate. A mute that outlasts a minute is
// kept as a sanction: by the casebook when there is a case, else here.
func (n *Node) Judge(ctx context.Context, u moderation.Utterance) (moderation.Answer, error) {
	u.Near = n.near(u)
	a, err := n.gate.Submit(ctx, u)
	if a.Distressed && !a.Cleared.Zero() {
		n.cries.add(a.Cleared.Utterance())
	}
	if a.MutedFor > time.Minute && a.Verdict.Show == moderation.Block && a.Case == 0 && u.Kind == id.Visitor {
		now := time.Now()
		s := casebook.Sanction{City: u.City, Visitor: u.Speaker, From: now, Until: now.Add(a.MutedFor), Why: "gate"}
		if err := n.book.Sanction(ctx, s); err != nil {
			n.log.Error("a mute was not kept", "visitor", u.Speaker.String(), "err", err)
		}
	}
	return a, err
}

// cries remembers which utterances of late were cries for help, so that the
// listener answers them as such.
type cries struct {
	mu   sync.Mutex
	ring [64]id.UtteranceID
	next int
}

func (c *cries) add(u id.UtteranceID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ring[c.next%len(c.ring)] = u
	c.next++
}

func (c *cries) has(u id.UtteranceID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range c.ring {
		if x == u && u != 0 {
			return true
		}
	}
	return false
}

// Remember keeps a visitor's place, some time soon.
func (n *Node) Remember(v id.VisitorID, p id.PlaceID) {
	if s := n.people.byVisitor(v); s == nil || s.Kind() == id.Visitor {
		n.saved.put(v, id.RoomID{City: n.pack.City, Place: p, Copy: 1})
	}
}

// places are last rooms on their way to the store.
type places struct {
	mu   sync.Mutex
	last map[id.VisitorID]id.RoomID
}

func (p *places) put(v id.VisitorID, r id.RoomID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last == nil {
		p.last = make(map[id.VisitorID]id.RoomID)
	}
	p.last[v] = r
}

// putBack keeps what could not be kept for another time.
func (p *places) putBack(last map[id.VisitorID]id.RoomID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.Copy(last, p.last) // what came meanwhile is newer
	p.last = last
}

func (p *places) flush(n *Node) {
	p.mu.Lock()
	last := p.last
	p.last = nil
	p.mu.Unlock()
	if len(last) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for v, r := range last {
		if err := n.desk.SetLastRoom(ctx, v, r); err != nil && !errors.Is(err, entrance.ErrNobody) {
			n.log.Warn("last places are not kept", "waiting", len(last), "err", err)
			p.putBack(last)
			return
		}
		delete(last, v)
	}
}

// Visit finds a visitor's live session or begins one.
func (n *Node) Visit(v entrance.Visitor) (*session.Session, error) {
	if n.draining.Load() {
		return nil, session.ErrOver
	}
	if begin := n.begin(v); n.people.byVisitor(v.ID) == nil && !n.town.places[begin].bench && n.queues(begin) {
		if at := n.queue.ask(v.ID, n.town.busy() || n.town.full(begin), time.Now()); at > 0 {
			return nil, &gateway.Queued{Text: strings.ReplaceAll(n.Sentence("queue.place", v.Words.For(v.Bracket)), "[n]", strconv.Itoa(at)), After: queueAgain}
		}
	}
	// A visit that was begun while its visitor changed clothes wears the old ones.
	if s := n.people.byVisitor(v.ID); s != nil && s.Visitor().Look != v.Look {
		s.End(protocol.LeaveDrain, true)
	}
	return n.people.visit(v.ID, func(a id.AvatarID) *session.Session {
		return session.New(session.Options{
			City: n, Visitor: v, Kind: v.Kind, Avatar: a, Place: n.begin(v), Meter: &n.meter,
		})
	})
}

// queues reports whether who begins there goes by the queue: not who begins
// elsewhere while others wait for a place at the start alone.
func (n *Node) queues(begin id.PlaceID) bool {
	return begin == n.pack.Start || n.town.busy() || !n.town.full(n.pack.Start)
}

// begin is where a visit begins: where the last one ended, unless it is full
// there, else at the start.
// Bots begin in the bench room that they asked for, else all over the city.
func (n *Node) begin(v entrance.Visitor) id.PlaceID {
	r, err := id.ParseRoomID(v.LastRoom)
	if p := n.town.places[r.Place]; err == nil && p != nil && (p.bench || !n.town.full(r.Place)) {
		return r.Place
	}
	if v.Kind == id.Bot {
		return n.town.order[uint64(v.ID)%uint64(len(n.town.order))]
	}
	return n.pack.Start
}

// Page is what the entrance page says to a reader: the pack's cards, one short
// thought each, and its points at length. The points come in the order of three
// parts: what is kept up to the eye, who watches up to the door, that one may
// leave.
func (n *Node) Page(r id.Reader) gateway.Page {
	e := &n.pack.Entrance
	p := gateway.Page{
		City: n.pack.Say("title", r), Title: n.pack.Say("entrance.title", r), Demo: n.cfg.Demo, Open: n.Open(),
		Texts: map[string][]string{"demo": {n.pack.Say("entrance.demo", r)}},
	}
	if !p.Open {
		p.Closed = n.pack.Sentence("leave.closed", r)
	}
	for _, name := range cities.Cards {
		p.Texts["card."+name] = []string{n.pack.Say("entrance.card."+name, r)}
	}
	part := "kept"
	for i, point := range e.Points {
		text := n.pack.Say(fmt.Sprintf("entrance.point.%d.text", i+1), r)
		switch point.Icon {
		case "star":
			p.Texts["about"] = append(p.Texts["about"], text)
			continue
		case "eye":
			part = "watch"
		case "door":
			part = "leave"
		}
		p.Texts[part] = append(p.Texts[part], text)
	}
	return p
}

// Atlas is an encoded map by its name.
func (n *Node) Atlas(name string) []byte {
	for _, p := range n.town.places {
		if p.name == name {
			return p.encoded
		}
	}
	return nil
}

// Ready is why nobody can come in just now.
func (n *Node) Ready() error {
	if n.draining.Load() {
		return errors.New("draining")
	}
	if k := n.book.Unkept(); k > 0 {
		return fmt.Errorf("%d cases wait for the store", k)
	}
	return nil
}
