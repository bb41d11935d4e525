package companion

import (
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"kakitsubata/moderation"
	"kakitsubata/protocol/id"
	"kakitsubata/world/plane"
)

// The pace of talk.
const (
	joinLines = 900 * time.Millisecond  // after a line, before answering: another may follow
	joinMost  = 2 * time.Second         // however many follow
	heedAfter = 2400 * time.Millisecond // without an answer, before it shows that it has heard
	thinkFor  = 13 * time.Second        // for the mind; then the script speaks
	ownPause  = 1200 * time.Millisecond
	perRune   = 70 * time.Millisecond   // to read what it said
	readOn    = 2500 * time.Millisecond // of that at most, once the visitor has spoken: the page shows two lines at once
	writeFor  = 1400 * time.Millisecond // before it shows again that it writes
	guardFor  = 5 * time.Minute         // after distress or harm, before a model may speak again
)

// silences are how long the visitor says nothing before the companion speaks
// of itself, and what it says then. Afterwards it keeps quiet.
var silences = [...]struct {
	after time.Duration
	say   Moment
}{{25 * time.Second, Opener}, {45 * time.Second, Enough}, {60 * time.Second, Quiet}}

type state uint8

const (
	coming  state = iota // the node was told to let it in
	walking              // to the visitor
	talking
	leaving // to the door
	gone
)

// companion is one meeting with one visitor.
type companion struct {
	avatar  id.AvatarID
	room    id.RoomID
	visitor Seen // as last seen
	state   state
	since   time.Time // in this state
	door    door
	seed    uint64
	at      plane.Point
	fresh   bool // a sight came since the last look
	still   bool // the visitor stands where it stood a sight ago
	legs    legs

	// Since when the visitor is gone, away, in company. Zero: it isn't.
	lost, away, crowd time.Time
	ghost             bool

	turns    []Turn
	met      bool     // it has begun to speak
	lines    int      // it has said
	queue    []string // answers to be said, or the last words
	intro    []string // to be said of itself
	sayAt    time.Time
	wroteAt  time.Time // when it showed that it writes
	owes     bool      // the visitor said something that was not answered
	owedAt   time.Time // when, and it does not know yet that it was heard; else zero
	answerAt time.Time // no sooner
	moment   Moment    // of that answer
	asks     uint32
	asked    uint32 // the number of the ask that is out; zero: none
	askedAt  time.Time
	again    bool      // the visitor spoke on meanwhile
	dropped  bool      // and one answer was dropped for it
	heard    time.Time // when somebody spoke last
	guarded  time.Time // until when only the script speaks
	distress bool      // and because of a cry for help
	silence  int       // how many silences it has broken
}

// hear takes words to the companion they were meant for.
func (g *Guide) hear(now time.Time, h Heard) {
	if h.By != id.Visitor {
		return
	}
	text := h.Text
	if text == "" {
		text = render(g.script.Phrases[h.Phrase], id.High)
	}
	m := g.scripted.moment(text)
	if m == Alone {
		// It counts for who says it, whoever hears.
		if r := g.rooms[h.Room]; r != nil {
			for _, v := range r.sight.Avatars {
				if v.Avatar == h.Avatar {
					g.letBe(&v, now.Add(LeaveAlone))
				}
			}
		}
	}
	met := false
	for _, c := range g.companions {
		if c.room != h.Room || c.visitor.Avatar != h.Avatar {
			continue
		}
		if slices.Contains(h.Audience, c.avatar) || c.state < talking && g.unheard(&h) {
			met = true
			g.listen(c, now, h, text, m)
		}
	}
	if !met {
		g.called(now, saying{h, text, m})
	}
}

// listen is hearing the visitor it is with, or on its way to.
func (g *Guide) listen(c *companion, now time.Time, h Heard, text string, m Moment) {
	if c.state == leaving && g.calledBack(c, now, h, m) {
		c.state, c.since = walking, now
		c.queue, c.legs.out = nil, false
	}
	if c.state >= leaving {
		return
	}
	c.turn(Turn{Text: text, of: h.Utterance})
	c.heard, c.silence = now, 0
	switch {
	case h.Distressed || m == Distress:
		c.guarded, c.distress, m = now.Add(guardFor), true, Distress
	case h.Concern >= moderation.Case:
		c.guarded, m = now.Add(guardFor), Rude
	case m == Alone:
		c.leave(now, g.line(c, now, Alone))
		return
	case m == Bye:
		g.putOff(&c.visitor, now.Add(RestFor))
		c.leave(now, g.line(c, now, Bye))
		return
	}
	if !c.owes || m == Distress || c.moment != Distress { // nothing later takes a cry for help back
		c.moment = m
	}
	if c.owedAt.IsZero() {
		c.owedAt = now
	}
	c.owes = true
	c.answerAt = earlier(now.Add(joinLines), c.owedAt.Add(joinMost))
	c.sayAt = earlier(c.sayAt, now.Add(readOn))
	if !m.small() {
		c.asked, c.dropped = 0, false // what a mind is finding is not waited for
	}
	c.again = c.asked != 0
}

// calledBack reports whether words turn a companion round that is leaving:
// those of who is alone again and never asked it to go.
func (g *Guide) calledBack(c *companion, now time.Time, h Heard, m Moment) bool {
	r := g.rooms[c.room]
	if r == nil || !c.met || m == Alone || m == Bye && !h.Distressed || now.Before(g.peace[key(&c.visitor)].alone) {
		return false
	}
	_, alone := r.lone[h.Avatar]
	return alone && g.unheard(&h)
}

func earlier(t, u time.Time) time.Time {
	if u.Before(t) {
		return u
	}
	return t
}

// live lets a companion see, decide, walk and speak.
func (g *Guide) live(c *companion, now time.Time, out *Output) {
	r := g.rooms[c.room]
	if r == nil || now.Sub(r.seen) > roomSilence {
		c.vanish(out)
		return
	}
	fresh := c.fresh
	c.fresh = false
	if fresh {
		switch here := c.look(now, &r.sight); {
		case here && c.state == coming:
			c.state, c.since = walking, now
		case !here && c.state != coming:
			c.vanish(out) // somebody took it out
			return
		}
	}
	if c.state == coming && now.Sub(c.since) > comeWithin {
		g.putOff(&c.visitor, now.Add(RestFor))
		c.vanish(out)
		return
	}
	g.judge(c, now)
	if fresh {
		c.move(now, &r.sight, out)
	}
	g.greet(c, now, &r.sight)
	g.speak(c, now, out)
	if c.state == leaving && len(c.queue) == 0 && now.After(c.sayAt) &&
		(c.atDoor(&r.sight) || now.Sub(c.since) > walkOut) {
		c.vanish(out)
	}
}

func (c *companion) vanish(out *Output) {
	c.state = gone
	out.Actions = append(out.Actions, Action{Op: Go, Room: c.room, Avatar: c.avatar})
}

// look reads a sight: where it is itself (or not, then false), and what became
// of its visitor.
func (c *companion) look(now time.Time, s *Sight) bool {
	here, found := false, false
	for i := range s.Avatars {
		switch v := &s.Avatars[i]; v.Avatar {
		case c.avatar:
			c.at, here = v.At, true
		case c.visitor.Avatar:
			found, c.ghost = true, v.Ghost
			since(&c.lost, now, v.Ghost)
			since(&c.crowd, now, company(s, v) > 0)
			away := c.state == talking && plane.Dist2(c.at, v.At) > awayAt*awayAt
			since(&c.away, now, away || !v.Ghost && !addressable(s.Atlas, v))
			c.still = v.At == c.visitor.At
			c.visitor = *v
		}
	}
	if !found {
		c.ghost = false
		since(&c.lost, now, true)
	}
	return here
}

// since notes when something began to be so.
func since(t *time.Time, now time.Time, so bool) {
	switch {
	case !so:
		*t = time.Time{}
	case t.IsZero():
		*t = now
	}
}

func lasts(t, now time.Time, d time.Duration) bool { return !t.IsZero() && now.Sub(t) >= d }

// judge decides whether to leave.
func (g *Guide) judge(c *companion, now time.Time) {
	if c.state != walking && c.state != talking {
		return
	}
	switch {
	case lasts(c.lost, now, ghostFor) || !c.ghost && lasts(c.lost, now, time.Second):
		c.leave(now, "")
	case lasts(c.crowd, now, CompanyFor):
		g.putOff(&c.visitor, now.Add(RestFor/3))
		c.leave(now, g.parting(c, now, Farewell))
	case lasts(c.away, now, goneFor):
		g.putOff(&c.visitor, now.Add(RestFor))
		c.leave(now, g.parting(c, now, Bye))
	case c.state == walking && now.Sub(c.since) > arriveIn:
		g.putOff(&c.visitor, now.Add(RestFor))
		c.leave(now, "")
	}
}

// parting is what it says on leaving: nothing to whom it never spoke.
func (g *Guide) parting(c *companion, now time.Time, m Moment) string {
	if c.lines == 0 {
		return ""
	}
	return g.line(c, now, m)
}

// leave begins to leave, with a last line or without.
func (c *companion) leave(now time.Time, line string) {
	if c.state == leaving || c.state == gone {
		return
	}
	c.state, c.since = leaving, now
	c.queue, c.intro, c.owes, c.asked, c.owedAt = nil, nil, false, 0, time.Time{}
	if line != "" {
		c.queue = []string{line}
	}
}

// greet begins to talk once it stands before the visitor, or on its way where
// an answer is due.
func (g *Guide) greet(c *companion, now time.Time, s *Sight) {
	if c.state != walking {
		return
	}
	near := plane.Dist2(c.at, c.visitor.At) <= nearAt*nearAt
	hears := near || inEarshot(s.Atlas, c.at, c.visitor.At)
	switch stands := c.legs.rests(s.Tick) && (near || c.legs.stuck); {
	case stands && !hears:
		g.putOff(&c.visitor, now.Add(RestFor)) // there is no way to the visitor
		c.leave(now, "")
		return
	case stands:
		c.state, c.since, c.heard = talking, now, now
	case !hears || c.owedAt.IsZero() || now.Sub(c.owedAt) < heedAfter:
		return
	}
	if c.met {
		return
	}
	c.met = true
	switch {
	case !c.owes && c.asked == 0 && len(c.queue) == 0:
		c.intro = []string{g.line(c, now, Greet), g.line(c, now, Machine)}
	case c.moment != Machine: // the answer is the greeting
		c.intro = []string{g.line(c, now, Machine)}
	}
}

// speak says what is due, and asks the mind for what is owed.
func (g *Guide) speak(c *companion, now time.Time, out *Output) {
	if c.asked != 0 && now.Sub(c.askedAt) > thinkFor {
		g.answered(c, now, Answer{Companion: c.avatar, Number: c.asked, Err: errLate})
	}
	if c.owes && c.asked == 0 && len(c.queue) == 0 && !now.Before(c.answerAt) {
		g.ask(c, now, out)
	}
	if c.asked != 0 && !c.owedAt.IsZero() && now.Sub(c.owedAt) >= heedAfter {
		c.queue = append(c.queue, g.line(c, now, Heed))
		c.owedAt = time.Time{}
	}
	waits := len(c.queue) > 0 || c.owes || c.asked != 0 && !c.owedAt.IsZero() // for an answer
	switch {
	case now.Before(c.sayAt) || !c.met && c.state < talking:
	case len(c.intro) > 0 && (!waits || c.lines >= 2): // what it is, as the third line at the latest
		c.intro = c.say(now, c.intro, out)
		return
	case len(c.queue) > 0:
		c.queue = c.say(now, c.queue, out)
		if !c.owes && c.asked == 0 {
			c.owedAt = time.Time{}
		}
		return
	case c.state == talking && !waits && c.asked == 0 && c.silence < len(silences) && now.Sub(c.heard) > silences[c.silence].after:
		c.queue = append(c.queue, g.line(c, now, silences[c.silence].say))
		c.silence++
	}
	c.write(now, out)
}

// say says the first of some lines, and gives the others.
func (c *companion) say(now time.Time, lines []string, out *Output) []string {
	text := lines[0]
	c.turn(Turn{Own: true, Text: text})
	c.lines++
	c.sayAt = now.Add(ownPause + time.Duration(utf8.RuneCountInString(text))*perRune)
	c.heard = now
	out.Actions = append(out.Actions, Action{
		Op: Say, Room: c.room, Avatar: c.avatar, Text: text, To: c.visitor.Avatar, Bracket: c.visitor.Bracket,
	})
	return lines[1:]
}

// write shows that something is about to be said.
func (c *companion) write(now time.Time, out *Output) {
	if c.state != walking && c.state != talking || now.Sub(c.wroteAt) < writeFor ||
		len(c.queue)+len(c.intro) == 0 && !c.owes && c.asked == 0 {
		return
	}
	c.wroteAt = now
	out.Actions = append(out.Actions, Action{Op: Write, Room: c.room, Avatar: c.avatar})
}

// ask answers from the script at once what is not a model's to answer, and
// asks the mind for the rest.
func (g *Guide) ask(c *companion, now time.Time, out *Output) {
	c.owes = false
	if g.mind == nil || now.Before(c.guarded) || !c.moment.small() {
		c.queue = append(c.queue, g.line(c, now, c.moment))
		g.tally.scripted.Add(1)
		return
	}
	c.asks++
	c.asked, c.askedAt, c.again = c.asks, now, false
	out.Asks = append(out.Asks, Ask{Companion: c.avatar, Number: c.asked, Conversation: g.conversation(c, now, c.moment)})
}

var errLate = errors.New("companion: the mind took too long")

// answered takes what the mind found, or lets the script speak.
func (g *Guide) answered(c *companion, now time.Time, a Answer) {
	c.asked = 0
	g.tally.thought(now.Sub(c.askedAt))
	if c.again && !c.dropped { // it answers what was said before: once more, with all of it
		c.dropped = true
		return
	}
	c.again, c.dropped = false, false
	text, ok := tidy(a.Text, c.visitor.Bracket)
	if a.Err != nil || !ok {
		text = g.line(c, now, c.moment)
		g.tally.fellBack.Add(1)
	} else {
		g.tally.spoken.Add(1)
	}
	c.queue = append(c.queue, text)
}

func (g *Guide) line(c *companion, now time.Time, m Moment) string {
	talk := g.conversation(c, now, m)
	for _, q := range slices.Concat(c.queue, c.intro) { // what is about to be said must not be said twice
		talk.Turns = append(talk.Turns, Turn{Own: true, Text: q})
	}
	return g.scripted.Line(talk)
}

func (g *Guide) conversation(c *companion, now time.Time, m Moment) Conversation {
	return Conversation{
		Bracket: c.visitor.Bracket, Turns: slices.Clone(c.turns), Moment: m, Seed: c.seed,
		Distressed: c.distress && now.Before(c.guarded),
	}
}

func (c *companion) turn(t Turn) {
	c.turns = append(c.turns, t)
	if over := len(c.turns) - MaxTurns; over > 0 {
		c.turns = slices.Delete(c.turns, 0, over)
	}
}

// forget drops words that were taken back, and what a mind is finding to say to
// them. Words that came after them are answered for themselves; a cry for help
// is answered whatever was taken back.
func (c *companion) forget(now time.Time, u id.UtteranceID) {
	said := len(c.turns)
	c.turns = slices.DeleteFunc(c.turns, func(t Turn) bool { return u != 0 && t.of == u })
	if len(c.turns) == said || c.moment == Distress {
		return
	}
	last := len(c.turns) - 1
	c.owes = (c.owes || c.asked != 0) && last >= 0 && !c.turns[last].Own
	if !c.owes {
		c.owedAt = time.Time{}
	}
	if c.asked != 0 {
		c.asked, c.again, c.dropped = 0, false, false
		c.answerAt = now
	}
}
