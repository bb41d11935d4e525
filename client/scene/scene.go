package scene

import (
	"math"
	"slices"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// Bounds of what is kept.
const (
	maxOthers  = 4096
	maxLog     = 200
	maxNotices = 16
	maxHidden  = protocol.MaxHidden
)

// Life is how the connection fares, as the child is told.
type Life uint8

// Lives.
const (
	Joining   Life = iota // the first connection is on its way
	Here                  // in a room
	Returning             // lost, and coming back by itself
	Left                  // for good: Leaving says why
)

// Scene is everything the client believes. See the package's comment.
type Scene struct {
	welcome protocol.Welcome
	room    protocol.Entered
	rooms   int // rooms entered so far
	atlas   *atlas.Atlas
	clock   clock
	own     own
	others  map[id.AvatarID]*other
	sight   sight
	newest  id.Tick // of the frames that were followed
	now     time.Duration
	ticked  time.Duration
	life    Life
	leaving protocol.Leaving
	talk    talk
	lamp    bool
	asleep  bool
	speech  protocol.Speech
	hidden  map[id.AvatarID]bool
	typed   time.Duration // when others were last told that one writes
	out     []protocol.Intent
	list    []Avatar
	listed  bool // the list is of just now
	frames  int
}

// New is a scene before its first event.
func New() *Scene {
	s := &Scene{others: map[id.AvatarID]*other{}, hidden: map[id.AvatarID]bool{}}
	return s
}

// Apply takes one event, at now on the client's own monotonic clock.
func (s *Scene) Apply(now time.Duration, e protocol.Event) {
	s.now, s.listed = max(s.now, now), false
	switch e := e.(type) {
	case *protocol.Welcome:
		s.welcomed(e)
	case *protocol.Entered:
		s.entered(now, e)
	case *protocol.Frame:
		s.framed(now, e)
	case *protocol.Heard:
		if s.hidden[e.Avatar] {
			return // said as the wish to hide it was on its way
		}
		s.talk.heard(now, s.welcome.You, e)
	case *protocol.Phrased:
		if s.hidden[e.Avatar] {
			return
		}
		s.talk.phrased(now, s.welcome.You, e, s.phrase(e.Phrase))
	case *protocol.Answer:
		s.talk.answer(now, e)
	case *protocol.Notice:
		s.talk.notice(e)
	case *protocol.Whisper:
		s.talk.whisper(now, e)
	case *protocol.Lamp:
		s.lamp = e.On
	case *protocol.Speech:
		s.speech = *e
	case *protocol.Leaving:
		s.leaving = *e
		if !e.Again {
			s.life = Left
		}
	case *protocol.Pong:
		s.clock.pong(now, e.Nonce)
	case *protocol.Beat:
	case *protocol.Refused:
		s.refused(now, e)
	case *protocol.Hidden:
		s.hide(e.Avatar, e.Hidden)
	case *protocol.Retracted:
		s.talk.retracted(now, e)
	case *protocol.Reading:
		s.talk.reading(e)
	case *protocol.Appealed:
		s.talk.appealed(now, e)
	}
}

func (s *Scene) welcomed(e *protocol.Welcome) {
	if s.welcome.You != e.You {
		// Another avatar: the moves of the old one count for nothing.
		s.own = own{}
	}
	s.welcome = *e
	s.leaving = protocol.Leaving{}
	s.hidden = map[id.AvatarID]bool{}
	s.life = Joining
}

func (s *Scene) entered(now time.Duration, e *protocol.Entered) {
	same := s.room.Room == e.Room && s.rooms > 0
	if s.room.Atlas != e.Atlas {
		s.atlas = nil
	}
	s.room = *e
	if !same {
		s.rooms++
		s.talk.room(now)
	}
	clear(s.others)
	s.newest = e.Tick
	s.sight = sight{}
	if s.atlas != nil {
		s.mapped(now)
	}
	s.clock.start(now, e.Tick)
	if s.welcome.You != 0 {
		s.own.place(plane.Point{X: e.X, Y: e.Y}, e.Tick)
	}
	s.life = Here
}

func (s *Scene) refused(now time.Duration, e *protocol.Refused) {
	if e.Code == protocol.RefuseTaken {
		s.own.sitting = false
	}
	if e.Code == protocol.RefuseFast || e.Code == protocol.RefuseLater {
		s.talk.appeal(0, Appealing, MayAppeal) // if it was meant: one may try again
	}
	if e.Text != "" {
		s.talk.say(now, Line{Kind: LineSystem, Text: e.Text, Markup: true})
	}
}

func (s *Scene) hide(a id.AvatarID, hidden bool) {
	s.listed = false
	if !hidden {
		delete(s.hidden, a)
		return
	}
	if len(s.hidden) < maxHidden {
		s.hidden[a] = true
	}
	s.talk.hush(a)
}

// Lost tells the scene that the connection is gone, and is coming back.
func (s *Scene) Lost(now time.Duration) {
	s.listed = false
	if s.life == Left {
		return
	}
	if s.life == Here {
		s.life = Returning
	}
	s.clock.again()
	s.own.wish = move{heading: s.own.heading}
	s.own.moves = nil
	s.talk.lost(now)
}

// Ended tells the scene that the connection will not come back, for a reason
// that the client found by itself.
func (s *Scene) Ended(code protocol.Code, text string) {
	s.life = Left
	s.leaving = protocol.Leaving{Code: code, Text: text}
}

// Wanted names the atlas that must be fetched for the room; empty when it is here.
func (s *Scene) Wanted() string {
	if s.atlas != nil || s.rooms == 0 {
		return ""
	}
	return s.room.Atlas
}

// SetAtlas hands over the atlas of that name. One that came too late is ignored.
func (s *Scene) SetAtlas(name string, a *atlas.Atlas) {
	s.listed = false
	if name == s.room.Atlas && s.atlas == nil && a != nil {
		s.atlas = a
		s.mapped(s.now)
	}
}

// Steer says what the child wants: to walk along heading, or to stand.
func (s *Scene) Steer(heading uint8, walk bool) {
	if !walk {
		s.own.wish.gait = protocol.Stand
		return
	}
	s.own.wish = move{heading: heading, gait: protocol.Walk}
}

// Sit asks for a seat.
func (s *Scene) Sit(seat id.SeatID) {
	if s.welcome.You == 0 || s.life != Here {
		return
	}
	s.own.wish.gait = protocol.Stand
	s.own.sitting, s.own.sitAt, s.own.sitSeq = true, s.now, s.own.seq
	s.out = append(s.out, &protocol.Sit{Seat: seat})
}

// Emote shows an emote: over one's own head at once, to others by the server.
func (s *Scene) Emote(e id.EmoteID) {
	if s.welcome.You == 0 || s.life != Here || e == id.EmoteNone || e >= id.EmoteChosen {
		return
	}
	s.talk.ownEmote, s.talk.ownEmoteAt, s.listed = e, s.now, false
	s.out = append(s.out, &protocol.Emote{Emote: e})
}

// typingEvery is how often others are told that one is writing.
const typingEvery = 1400 * time.Millisecond

// Typing tells those near that one is writing: dots over the head, no word of
// what it is. It may be called with each key.
func (s *Scene) Typing() {
	if s.welcome.You == 0 || s.life != Here || s.typed != 0 && s.now-s.typed < typingEvery || s.speech.Mode != protocol.SpeechOpen || s.Muted() > 0 {
		return
	}
	if e, _ := s.talk.emote(s.now); e != id.EmoteNone {
		return // what one feels goes before
	}
	s.typed = s.now
	s.out = append(s.out, &protocol.Emote{Emote: id.EmoteTyping})
}

// Speaks reports whether words of an avatar are shown that began at since or
// later.
func (s *Scene) Speaks(a id.AvatarID, since time.Duration) bool {
	for i := range s.talk.bubbles {
		if b := &s.talk.bubbles[i]; b.Avatar == a && b.Since >= since {
			return true
		}
	}
	return false
}

// Say speaks. It reports whether it was sent on its way: not while the
// connection is lost, or when free text is shut. A mute does not keep it here:
// the server hears a cry for help all the same.
func (s *Scene) Say(text string) bool {
	if s.life != Here || s.welcome.You == 0 || s.speech.Mode != protocol.SpeechOpen ||
		protocol.CheckText(text, protocol.MaxSayRunes) != nil {
		return false
	}
	seq := s.talk.begin(s.now, s.welcome.You, s.welcome.Name, text, false)
	s.out = append(s.out, &protocol.Say{Seq: seq, Text: text})
	return true
}

// Phrase says a fixed phrase. It reports whether it was sent on its way.
func (s *Scene) Phrase(p id.PhraseID) bool {
	text := s.phrase(p)
	if s.life != Here || s.welcome.You == 0 || s.speech.Mode == protocol.SpeechShut || text == "" {
		return false
	}
	seq := s.talk.begin(s.now, s.welcome.You, s.welcome.Name, text, true)
	s.out = append(s.out, &protocol.Phrase{Seq: seq, Phrase: p})
	return true
}

// Hide stops an avatar's words from coming, or lets them come again. They are
// gone at once; the server's Hidden confirms it.
func (s *Scene) Hide(a id.AvatarID, hidden bool) {
	s.hide(a, hidden)
	s.out = append(s.out, &protocol.Hide{Avatar: a, Hidden: hidden})
}

// Report calls staff to look at an avatar.
func (s *Scene) Report(a id.AvatarID, why protocol.ReportReason) {
	s.out = append(s.out, &protocol.Report{Avatar: a, Reason: why})
}

// Appeal says "that is wrong" of one's own words that were hidden, not shown or
// taken back: those of a line whose Appeal is MayAppeal. It reports whether it
// was sent on its way.
func (s *Scene) Appeal(u id.UtteranceID) bool {
	if s.life != Here || u == 0 || !s.talk.appeal(u, MayAppeal, Appealing) {
		return false
	}
	s.out = append(s.out, &protocol.Appeal{Utterance: u})
	return true
}

// Asleep tells the server that nobody looks at the page, or does again.
func (s *Scene) Asleep(asleep bool) {
	s.asleep = asleep
	s.own.wish.gait = protocol.Stand
	s.out = append(s.out, &protocol.Asleep{Asleep: asleep})
}

// Goodbye leaves for good.
func (s *Scene) Goodbye() { s.out = append(s.out, &protocol.Leave{}) }

// Tick moves everything on to now and returns the intents to send, in order.
// The slice is valid until the next Tick.
func (s *Scene) Tick(now time.Duration) []protocol.Intent {
	s.listed = false
	dt := min(max(0, now-s.ticked), time.Second)
	s.ticked = max(s.ticked, now)
	s.now = max(s.now, now)
	out := s.out
	s.out = s.out[:0:0]
	s.talk.run(now)
	if s.life == Here {
		s.clock.run(dt)
		if nonce, due := s.clock.ping(now); due {
			out = append(out, &protocol.Ping{Nonce: nonce})
		}
		out = s.ask(now, out)
		if s.atlas != nil && s.own.placed {
			if s.own.sitting && now-s.own.sitAt > 2*time.Second {
				s.own.sitting = false
			}
			s.own.advance(s.atlas, s.clock.own(now), dt, func(m move) {
				out = append(out, &protocol.Move{Seq: m.seq, Tick: m.tick, Heading: m.heading, Gait: m.gait})
			})
		}
	}
	s.own.off.run(dt)
	t := s.clock.shown(now)
	for k, o := range s.others {
		if o.gone != 0 && now-o.gone > fadeTime {
			delete(s.others, k)
			continue
		}
		if s.life == Here {
			o.run(s.atlas, now, t, dt, s.newest)
		}
	}
	s.moveOwn(now)
	return out
}

func (s *Scene) phrase(p id.PhraseID) string {
	for i := range s.welcome.Phrases {
		if s.welcome.Phrases[i].Phrase == p {
			return s.welcome.Phrases[i].Text
		}
	}
	return ""
}

// Avatar is one avatar as it should be drawn now.
type Avatar struct {
	ID      id.AvatarID
	Kind    id.Kind
	Name    string
	Look    id.Look
	X, Y    float64 // in units
	Heading uint8
	Gait    protocol.Gait
	Walked  float64 // units in all: feet move by it, so they never slide
	Moved   time.Duration
	Emote   id.EmoteID
	EmoteAt time.Duration
	Ghost   bool
	Hidden  bool
	Own     bool
	Fade    float64 // 0 invisible to 1 there
}

// Avatars lists who is to be drawn, one's own included, in the order of their
// ids. The slice is valid until something is applied or ticked.
func (s *Scene) Avatars() []Avatar {
	if !s.listed {
		s.list, s.listed = s.avatars(s.list[:0]), true
	}
	return s.list
}

func (s *Scene) avatars(list []Avatar) []Avatar {
	for _, o := range s.others {
		a := Avatar{
			ID: o.id, Kind: o.who.Kind, Name: o.who.Name, Look: o.who.Look,
			X: o.x, Y: o.y, Heading: o.heading, Gait: o.gait, Walked: o.walked, Moved: o.moved,
			Emote: o.emote, EmoteAt: o.emoteAt, Ghost: o.ghost, Hidden: s.hidden[o.id], Fade: 1,
		}
		if o.id == s.welcome.You {
			a.Own, a.Ghost, a.Hidden = true, s.life == Returning, false
			a.Name, a.Look = s.welcome.Name, s.welcome.Look
			if e, at := s.talk.emote(s.now); e != 0 {
				a.Emote, a.EmoteAt = e, at
			}
		} else if !o.seen {
			continue
		}
		if since := s.now - o.born; since < fadeTime {
			a.Fade = float64(since) / float64(fadeTime)
		}
		if o.gone != 0 {
			a.Fade = min(a.Fade, 1-float64(s.now-o.gone)/float64(fadeTime))
		}
		if a.Fade = max(0, a.Fade); a.Own {
			a.Fade = 1
		}
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b Avatar) int { return int(a.ID) - int(b.ID) })
	return list
}

// Snapshot is a copy of Avatars that stays as it is.
func (s *Scene) Snapshot() []Avatar { return s.avatars(nil) }

// moveOwn keeps one's own avatar among the others, at its predicted place.
func (s *Scene) moveOwn(now time.Duration) {
	if s.welcome.You == 0 || !s.own.placed {
		return
	}
	o := s.others[s.welcome.You]
	if o == nil {
		o = &other{id: s.welcome.You, born: now}
		s.others[o.id] = o
	}
	o.gone = 0
	x, y := s.own.shown()
	if o.own {
		o.step(now, x, y)
	}
	o.x, o.y, o.own, o.seen = x, y, true, true
	o.heading, o.gait = s.own.heading, s.own.gait
	if w := s.own.wish; w.gait == protocol.Walk && s.own.gait == protocol.Stand {
		o.heading = w.heading // turn at once; the feet follow with the next tick
	}
}

// Own is one's own avatar as shown, in units; false before there is one.
func (s *Scene) Own() (x, y float64, ok bool) {
	if s.welcome.You == 0 || !s.own.placed {
		return 0, 0, false
	}
	x, y = s.own.shown()
	return x, y, true
}

// OwnAt is where the own avatar stands by prediction, or would stand if it got
// up: the start of a Path.
func (s *Scene) OwnAt() plane.Point {
	if s.own.gait == protocol.Seated {
		return s.own.rises
	}
	return s.own.pos
}

// OwnSeated reports whether one's own avatar sits, or is about to.
func (s *Scene) OwnSeated() bool { return s.own.gait == protocol.Seated || s.own.sitting }

// You is one's own avatar; zero for an observer.
func (s *Scene) You() id.AvatarID { return s.welcome.You }

// Observer reports whether this client only watches.
func (s *Scene) Observer() bool { return s.life != Joining && s.welcome.You == 0 }

// Welcome is what the server said first.
func (s *Scene) Welcome() *protocol.Welcome { return &s.welcome }

// Room is the room that one is in, and how many were entered so far: a new
// number is a new room.
func (s *Scene) Room() (*protocol.Entered, int) { return &s.room, s.rooms }

// Atlas is the map of the room, nil until it was fetched.
func (s *Scene) Atlas() *atlas.Atlas { return s.atlas }

// Now is the time of the last Tick or Apply.
func (s *Scene) Now() time.Duration { return s.now }

// Life is how the connection fares.
func (s *Scene) Life() Life { return s.life }

// Leaving is the server's last word, when it said one.
func (s *Scene) Leaving() *protocol.Leaving { return &s.leaving }

// Lamp reports whether somebody watches the room.
func (s *Scene) Lamp() bool { return s.lamp }

// Speech is what may be said just now.
func (s *Scene) Speech() *protocol.Speech { return &s.speech }

// IsHidden reports whether an avatar's words are kept away.
func (s *Scene) IsHidden(a id.AvatarID) bool { return s.hidden[a] }

// Pace is the newest tick known, how many frames came, the time to the server
// and back, and the time by which the own avatar runs ahead.
func (s *Scene) Pace() (tick id.Tick, frames int, rtt, lead time.Duration) {
	return s.newest, s.frames, s.clock.rtt, s.clock.rtt + s.clock.margin
}

func root(v float64) float64 { return math.Sqrt(v) }
