package scene

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

// LineKind is what a line of the log is.
type LineKind uint8

// Kinds of line.
const (
	LineHeard   LineKind = iota
	LineOwn              // one's own words, or what became of them
	LineWhisper          // a member of staff, to this child alone
	LineSystem           // a kind sentence of the machine
)

// Fate is what became of one's own words.
type Fate uint8

// Fates.
const (
	Said    Fate = iota // shown to those who were near
	Sending             // on their way
	Unsaid              // not shown; a line below says why
)

// Appeal is how far a child is that says "that is wrong" of a verdict.
type Appeal uint8

// Appeals.
const (
	NoAppeal    Appeal = iota
	MayAppeal          // one tap says so: Scene.Appeal
	Appealing          // on its way
	HasAppealed        // a person will look
)

// Line is one line of the log. Text may carry furigana ({漢字|かんじ}) when
// Markup is set; what another child typed never does.
type Line struct {
	N      int // grows by one with each line
	Kind   LineKind
	By     id.Kind
	Avatar id.AvatarID
	Name   string
	Text   string
	Key    string // of a sentence of the client's own, instead of Text
	Markup bool
	Fate   Fate
	At     time.Duration
	seq    uint32

	Utterance id.UtteranceID // of words that were judged, and of the line that says why they were not shown
	Appeal    Appeal         // of a line that says why
}

// Bubble is words over an avatar's head.
type Bubble struct {
	N      int // the line it shows
	Avatar id.AvatarID
	By     id.Kind
	Text   string
	Markup bool
	Fate   Fate
	Since  time.Duration
	Until  time.Duration
}

// Notice is a text that stays until the child puts it away.
type Notice struct {
	N int
	protocol.Notice
}

const (
	bubbleBase   = 2500 * time.Millisecond
	bubbleRune   = 90 * time.Millisecond
	bubbleMost   = 9 * time.Second
	bubblesEach  = 2
	maxBubbles   = 64
	answerWithin = 12 * time.Second
	emoteTime    = 1600 * time.Millisecond
)

// talk is what was said and what may be answered to it.
type talk struct {
	seq     uint32
	lines   []Line
	n       int
	changed int // grows whenever a line that was there changes
	bubbles []Bubble
	notices []Notice
	muted   time.Duration // until then
	why     string

	ownEmote   id.EmoteID
	ownEmoteAt time.Duration
}

// say appends a line.
func (t *talk) say(now time.Duration, l Line) int {
	t.n++
	l.N, l.At = t.n, now
	if len(t.lines) >= maxLog {
		t.lines = append(t.lines[:0], t.lines[1:]...)
	}
	t.lines = append(t.lines, l)
	return l.N
}

// begin shows one's own words as being sent.
func (t *talk) begin(now time.Duration, you id.AvatarID, name, text string, markup bool) uint32 {
	t.seq++
	n := t.say(now, Line{Kind: LineOwn, Avatar: you, Name: name, Text: text, Markup: markup, Fate: Sending, seq: t.seq})
	t.bubble(now, Bubble{N: n, Avatar: you, Text: text, Markup: markup, Fate: Sending, Until: now + answerWithin})
	return t.seq
}

// sending is the oldest of one's own lines that is still on its way.
func (t *talk) sending(match func(*Line) bool) *Line {
	for i := range t.lines {
		if l := &t.lines[i]; l.Kind == LineOwn && l.Fate == Sending && match(l) {
			return l
		}
	}
	return nil
}

func (t *talk) heard(now time.Duration, you id.AvatarID, e *protocol.Heard) {
	if e.Avatar == you && you != 0 {
		t.said(now, you, e.Utterance, e.Text, false)
		return
	}
	n := t.say(now, Line{Kind: LineHeard, By: e.By, Avatar: e.Avatar, Name: e.Name, Text: e.Text, Utterance: e.Utterance})
	t.bubble(now, Bubble{N: n, Avatar: e.Avatar, By: e.By, Text: e.Text, Until: now + stay(e.Text)})
}

// reading puts furigana on words that were heard. A text that says anything
// else than they do is not believed.
func (t *talk) reading(e *protocol.Reading) {
	for i := len(t.lines) - 1; i >= 0; i-- {
		l := &t.lines[i]
		if l.Kind != LineHeard || l.Utterance != e.Utterance || e.Utterance == 0 {
			continue
		}
		if l.Markup || bare(e.Text) != l.Text {
			return
		}
		l.Text, l.Markup = e.Text, true
		t.changed++
		for k := range t.bubbles {
			if b := &t.bubbles[k]; b.N == l.N {
				b.Text, b.Markup = e.Text, true
			}
		}
		return
	}
}

// bare is a text without its furigana.
func bare(markup string) string {
	var b strings.Builder
	for markup != "" {
		before, rest, found := strings.Cut(markup, "{")
		b.WriteString(before)
		if !found {
			break
		}
		word, after, _ := strings.Cut(rest, "}")
		base, _, _ := strings.Cut(word, "|")
		b.WriteString(base)
		markup = after
	}
	return b.String()
}

func (t *talk) phrased(now time.Duration, you id.AvatarID, e *protocol.Phrased, text string) {
	if text == "" {
		return // a phrase that this client was not told of
	}
	if e.Avatar == you && you != 0 {
		t.said(now, you, 0, text, true)
		return
	}
	n := t.say(now, Line{Kind: LineHeard, By: e.By, Avatar: e.Avatar, Name: e.Name, Text: text, Markup: true})
	t.bubble(now, Bubble{N: n, Avatar: e.Avatar, By: e.By, Text: text, Markup: true, Until: now + stay(text)})
}

// said turns one's own words solid: the server showed them, perhaps with a
// part of them masked.
func (t *talk) said(now time.Duration, you id.AvatarID, u id.UtteranceID, text string, markup bool) {
	l := t.sending(func(*Line) bool { return true })
	if exact := t.sending(func(l *Line) bool { return l.Text == text }); exact != nil {
		l = exact
	}
	if l == nil {
		// It was answered before it was heard, or said on another socket.
		for i := len(t.lines) - 1; i >= 0 && l == nil; i-- {
			c := &t.lines[i]
			if c.Kind == LineOwn && c.Fate == Said && c.seq != 0 {
				l = c
			}
		}
	}
	if l == nil {
		n := t.say(now, Line{Kind: LineOwn, Text: text, Markup: markup, Utterance: u})
		t.bubble(now, Bubble{N: n, Avatar: you, Text: text, Markup: markup, Until: now + stay(text)})
		return
	}
	l.Text, l.Markup, l.Fate, l.seq, l.Utterance = text, markup, Said, 0, u
	t.changed++
	for i := range t.bubbles {
		if b := &t.bubbles[i]; b.N == l.N {
			b.Text, b.Markup, b.Fate, b.Until = text, markup, Said, now+stay(text)
			return
		}
	}
	t.bubble(now, Bubble{N: l.N, Avatar: you, Text: text, Markup: markup, Until: now + stay(text)})
}

func (t *talk) answer(now time.Duration, e *protocol.Answer) {
	l := t.sending(func(l *Line) bool { return l.seq == e.Seq })
	shown := e.Outcome == protocol.Shown || e.Outcome == protocol.Masked
	if l != nil {
		t.changed++
		l.Utterance = e.Utterance
		if shown {
			l.Fate = Said
		} else {
			l.Fate, l.seq = Unsaid, 0
		}
		for i := range t.bubbles {
			b := &t.bubbles[i]
			if b.N != l.N {
				continue
			}
			b.Fate, b.Until = l.Fate, now+stay(b.Text)
			if !shown {
				b.Until = now
			}
		}
	}
	if e.Outcome == protocol.Muted {
		t.muted, t.why = now+time.Duration(e.Wait)*time.Second, e.Text
	}
	if e.Text != "" {
		why := Line{Kind: LineSystem, Text: e.Text, Markup: true}
		switch e.Outcome {
		case protocol.Masked, protocol.Blocked, protocol.Muted:
			why = because(why, e.Utterance)
		}
		t.say(now, why)
	}
}

// because makes l the line that says why words were hidden, not shown or taken
// back.
func because(l Line, u id.UtteranceID) Line {
	if l.Utterance = u; u != 0 {
		l.Appeal = MayAppeal
	}
	return l
}

// retracted takes words back: those of others vanish, one's own stay on one's
// own page as not shown, with why.
func (t *talk) retracted(now time.Duration, e *protocol.Retracted) {
	if e.Utterance == 0 {
		return
	}
	keep := t.lines[:0]
	for _, l := range t.lines {
		if l.Utterance == e.Utterance {
			t.changed++
			t.unbubble(l.N)
			if l.Kind == LineHeard {
				continue
			}
			if l.Kind == LineOwn {
				l.Fate, l.seq = Unsaid, 0
			}
		}
		keep = append(keep, l)
	}
	clear(t.lines[len(keep):])
	t.lines = keep
	if e.Text != "" {
		t.say(now, because(Line{Kind: LineSystem, Text: e.Text, Markup: true}, e.Utterance))
	}
}

func (t *talk) unbubble(line int) {
	t.bubbles = slices.DeleteFunc(t.bubbles, func(b Bubble) bool { return b.N == line })
}

// appeal moves the appeals of words on, and reports whether there were any.
func (t *talk) appeal(u id.UtteranceID, from, to Appeal) (moved bool) {
	for i := range t.lines {
		if l := &t.lines[i]; l.Appeal == from && (u == 0 || l.Utterance == u) {
			l.Appeal, moved = to, true
			t.changed++
		}
	}
	return moved
}

// appealed ends an appeal well.
func (t *talk) appealed(now time.Duration, e *protocol.Appealed) {
	t.appeal(e.Utterance, Appealing, HasAppealed)
	t.appeal(e.Utterance, MayAppeal, HasAppealed)
	if e.Text != "" {
		t.say(now, Line{Kind: LineSystem, Text: e.Text, Markup: true})
	}
}

func (t *talk) notice(e *protocol.Notice) {
	t.n++
	if len(t.notices) >= maxNotices {
		t.notices = append(t.notices[:0], t.notices[1:]...)
	}
	t.notices = append(t.notices, Notice{t.n, *e})
}

func (t *talk) whisper(now time.Duration, e *protocol.Whisper) {
	t.say(now, Line{Kind: LineWhisper, Name: e.Badge, Text: e.Text, Markup: true})
}

// bubble shows words; the speaker's oldest go when there are too many.
func (t *talk) bubble(now time.Duration, b Bubble) {
	b.Since = now
	mine := 0
	for i := len(t.bubbles) - 1; i >= 0; i-- {
		if t.bubbles[i].Avatar != b.Avatar {
			continue
		}
		if mine++; mine >= bubblesEach {
			t.bubbles = append(t.bubbles[:i], t.bubbles[i+1:]...)
		}
	}
	if len(t.bubbles) >= maxBubbles {
		t.bubbles = append(t.bubbles[:0], t.bubbles[1:]...)
	}
	t.bubbles = append(t.bubbles, b)
}

// stay is how long a bubble is shown.
func stay(text string) time.Duration {
	return min(bubbleBase+time.Duration(utf8.RuneCountInString(text))*bubbleRune, bubbleMost)
}

// hush takes an avatar's words away, also those that were heard already.
func (t *talk) hush(a id.AvatarID) {
	keep := t.bubbles[:0]
	for _, b := range t.bubbles {
		if b.Avatar != a {
			keep = append(keep, b)
		}
	}
	t.bubbles = keep
}

func (t *talk) run(now time.Duration) {
	keep := t.bubbles[:0]
	for _, b := range t.bubbles {
		if now < b.Until {
			keep = append(keep, b)
		}
	}
	t.bubbles = keep
	if l := t.sending(func(l *Line) bool { return now-l.At > answerWithin }); l != nil {
		t.unsent(now, l)
	}
}

func (t *talk) unsent(now time.Duration, l *Line) {
	l.Fate, l.seq = Unsaid, 0
	t.changed++
	t.say(now, Line{Kind: LineSystem, Markup: true, Key: "play.unsent"})
}

// lost is for a connection that broke: what was on its way may be lost.
func (t *talk) lost(now time.Duration) {
	t.appeal(0, Appealing, MayAppeal)
	var last *Line
	for i := range t.lines {
		if l := &t.lines[i]; l.Kind == LineOwn && l.Fate == Sending {
			l.Fate, l.seq = Unsaid, 0
			last = l
		}
	}
	if last == nil {
		return
	}
	keep := t.bubbles[:0]
	for _, b := range t.bubbles {
		if b.Fate != Sending {
			keep = append(keep, b)
		}
	}
	t.bubbles = keep
	t.unsent(now, last)
}

// room is for a new room: what was heard stays in the log, not over heads.
func (t *talk) room(time.Duration) {
	keep := t.bubbles[:0]
	for _, b := range t.bubbles {
		if b.Fate == Sending {
			keep = append(keep, b)
		}
	}
	t.bubbles = keep
}

func (t *talk) emote(now time.Duration) (id.EmoteID, time.Duration) {
	if t.ownEmote == 0 || now-t.ownEmoteAt > emoteTime {
		return 0, 0
	}
	return t.ownEmote, t.ownEmoteAt
}

// Log is the lines that are kept, oldest first, and a number that grows when a
// line that was there already changed.
func (s *Scene) Log() ([]Line, int) { return s.talk.lines, s.talk.changed }

// Bubbles is the words over heads, oldest first. One's own are there from the
// moment of sending, for oneself alone.
func (s *Scene) Bubbles() []Bubble { return s.talk.bubbles }

// Notices are the texts that the child has not put away yet, oldest first.
func (s *Scene) Notices() []Notice { return s.talk.notices }

// PutAway closes the notice of that number.
func (s *Scene) PutAway(n int) {
	for i := range s.talk.notices {
		if s.talk.notices[i].N == n {
			s.talk.notices = append(s.talk.notices[:i:i], s.talk.notices[i+1:]...)
			return
		}
	}
}

// Muted is how long one can't speak yet; zero when one can.
func (s *Scene) Muted() time.Duration { return max(0, s.talk.muted-s.now) }

// Tell adds a line of the client's own to the log, by the key of its sentence.
func (s *Scene) Tell(key string) {
	s.talk.say(s.now, Line{Kind: LineSystem, Key: key, Markup: true})
}

// Reword puts the phrases into other words, as far as there are any.
func (s *Scene) Reword(words func(id.PhraseID) string) {
	for i := range s.welcome.Phrases {
		if p := &s.welcome.Phrases[i]; words(p.Phrase) != "" {
			p.Text = words(p.Phrase)
		}
	}
}
