package protocol

import (
	"kakitsubata/protocol/id"
)

// Kinds of event.
const (
	KindWelcome Kind = iota + 1
	KindEntered
	KindFrame
	KindHeard
	KindPhrased
	KindAnswer
	KindNotice
	KindWhisper
	KindLamp
	KindSpeech
	KindLeaving
	KindPong
	KindBeat
	KindRefused
	KindHidden
	KindRetracted
	KindAppealed
	KindReading
)

// An Event is what the server tells one client.
type Event interface {
	fielder
	Kind() Kind
}

// Welcome is the first event on a socket.
type Welcome struct {
	You     id.AvatarID // zero for an observer
	Name    string
	Bracket id.Bracket // zero for an observer
	Look    id.Look
	Phrases []PhraseText // in this reader's words
	Demo    bool         // a demonstration with nobody on duty: the page says so
}

// PhraseText is a fixed phrase in the words of one reader. Text may carry
// furigana: {漢字|かんじ}.
type PhraseText struct {
	Phrase id.PhraseID
	Text   string
}

// Entered tells that the avatar is in a room now. The client fetches the
// atlas at /atlas/<Atlas> and the ground picture at /art/<city>/<place>.png.
type Entered struct {
	Room  string // id.RoomID as text
	Title string // of the place, with furigana
	Atlas string // name of the atlas file: <place>-<hash>
	Tick  id.Tick
	X, Y  int32 // in plane units, 256 to a tile
}

// Frame is what has happened in a room at one tick, as far as the receiver can
// see. Both sides walk avatars by the same rule, so Motion holds changes of
// intent and little else; README.md says how to follow it.
type Frame struct {
	Tick   id.Tick
	Reset  bool    // forget everybody: Motion states all who are in sight
	Self   *Self   // the receiver's own avatar; nil when it did as it was told
	Known  []Known // who is who, of avatars that Motion tells of for the first time
	Motion []byte  // records, see Record
	Far    []byte  // how many are in each block out of sight, see Crowd; empty when it is as before
}

// Self is the receiver's own avatar as the rules have it: the base of
// reconciliation.
type Self struct {
	Ack     uint32 // the last Move that has been applied
	X, Y    int32
	Heading uint8
	Gait    Gait
}

// Known says who an avatar is.
type Known struct {
	Avatar id.AvatarID
	Who    Who
}

// Who is what does not change about an avatar.
type Who struct {
	Kind id.Kind
	Name string
	Look id.Look
}

// Heard is words within earshot, the receiver's own too.
type Heard struct {
	Utterance id.UtteranceID
	Avatar    id.AvatarID
	By        id.Kind
	Name      string
	Text      string
}

// Phrased is a fixed phrase within earshot, the receiver's own too.
type Phrased struct {
	Avatar id.AvatarID
	By     id.Kind
	Name   string
	Phrase id.PhraseID
}

// Outcome is what became of a Say or a Phrase.
type Outcome uint8

// Outcomes. Append only.
const (
	Shown Outcome = iota
	Masked
	Blocked
	Muted
	TooFast
	TooLong
	PhrasesOnly // free text is not open to this bracket, or just now
	SpeechClosed
	NotJudged // the gate could not judge it: nothing was shown, try again
)

// Answer tells the speaker alone what became of its words.
type Answer struct {
	Seq       uint32
	Outcome   Outcome
	Wait      uint32         // seconds until it may speak again
	Text      string         // a kind sentence that says why, with furigana; empty for Shown
	Utterance id.UtteranceID // of the words, once they were judged; an Appeal may name it
}

// Retracted takes words back that were heard: they vanish from the log and
// from over the head.
type Retracted struct {
	Utterance id.UtteranceID
	Text      string // to the speaker alone: a kind sentence that says why, with furigana
}

// Reading is words that were heard, with furigana: {漢字|かんじ}. Without it
// they are the same words.
type Reading struct {
	Utterance id.UtteranceID
	Text      string
}

// Appealed confirms an Appeal.
type Appealed struct {
	Utterance id.UtteranceID
	Text      string // a kind sentence, with furigana
}

// Notice is a kind fixed text with numbers to call, after a cry for help.
type Notice struct {
	Title string
	Text  string
	Lines []NoticeLine
}

// NoticeLine is one place that helps.
type NoticeLine struct {
	Name  string
	Phone string
	URL   string
	Hours string
	Text  string
}

// Whisper is a member of staff speaking to the receiver alone. Both texts may
// carry furigana.
type Whisper struct {
	Badge string
	Text  string
}

// Lamp tells whether somebody watches the room just now.
type Lamp struct{ On bool }

// SpeechMode is what may be said just now.
type SpeechMode uint8

// Modes. Append only.
const (
	SpeechOpen SpeechMode = iota
	SpeechPhrases
	SpeechShut
)

// Speech tells what the receiver may say, and why it is so.
type Speech struct {
	Mode SpeechMode
	Text string
}

// Code numbers leavings and refusals. Append only; README.md has the table.
type Code uint16

// Codes of leaving: the socket closes after it, with close code 4000+Code.
const (
	LeaveDrain      Code = 1  // the server stops; come again
	LeaveElsewhere  Code = 2  // the same visitor came in by another socket
	LeaveTicket     Code = 3  // the ticket is unknown, used or expired
	LeaveVersion    Code = 4  // unknown subprotocol
	LeaveSlow       Code = 5  // events could not be delivered
	LeaveFlood      Code = 6  // far too many intents
	LeaveMalformed  Code = 7  // frames that can't be decoded
	LeaveSilent     Code = 8  // nothing heard for SilenceLimit
	LeaveClosed     Code = 9  // the city is closed
	LeaveFull       Code = 10 // no room has a place
	LeaveGoodbye    Code = 11 // as asked
	LeaveFault      Code = 12 // an inner error; come again
	LeaveStaff      Code = 13 // a member of staff ended the visit
	LeaveOrigin     Code = 14 // the page is not ours
	LeaveWatchEnded Code = 15 // the observer's sign-in ended
)

// Codes of refusal: the intent had no effect, the socket stays.
const (
	RefuseMalformed Code = 100 // a frame could not be decoded
	RefuseKind      Code = 101 // unknown kind
	RefuseFast      Code = 102 // too many of this kind
	RefuseRange     Code = 103 // a number out of range, an unknown avatar, phrase or seat
	RefuseObserver  Code = 104 // observers neither move nor speak
	RefuseTaken     Code = 105 // the seat is taken or too far
	RefusePortal    Code = 106 // the place behind the portal can't be entered
	RefuseText      Code = 107 // the text can't be read: too long, control characters
	RefuseLater     Code = 108 // could not be kept just now; try again
)

// Leaving is the last event of a socket.
type Leaving struct {
	Code  Code
	Again bool   // whether to come back by itself
	After uint32 // milliseconds to wait before
	Text  string
}

// Pong answers a Ping.
type Pong struct {
	Nonce uint32
	Tick  id.Tick
}

// Beat says that the server is there although nothing happens.
type Beat struct{ Tick id.Tick }

// Refused tells that an intent had no effect.
type Refused struct {
	Code Code
	Text string
}

// Hidden confirms a Hide, and lists hidden avatars as they come into the room.
type Hidden struct {
	Avatar id.AvatarID
	Hidden bool
}

func (*Welcome) Kind() Kind   { return KindWelcome }
func (*Entered) Kind() Kind   { return KindEntered }
func (*Frame) Kind() Kind     { return KindFrame }
func (*Heard) Kind() Kind     { return KindHeard }
func (*Phrased) Kind() Kind   { return KindPhrased }
func (*Answer) Kind() Kind    { return KindAnswer }
func (*Notice) Kind() Kind    { return KindNotice }
func (*Whisper) Kind() Kind   { return KindWhisper }
func (*Lamp) Kind() Kind      { return KindLamp }
func (*Speech) Kind() Kind    { return KindSpeech }
func (*Leaving) Kind() Kind   { return KindLeaving }
func (*Pong) Kind() Kind      { return KindPong }
func (*Beat) Kind() Kind      { return KindBeat }
func (*Refused) Kind() Kind   { return KindRefused }
func (*Hidden) Kind() Kind    { return KindHidden }
func (*Retracted) Kind() Kind { return KindRetracted }
func (*Appealed) Kind() Kind  { return KindAppealed }
func (*Reading) Kind() Kind   { return KindReading }

func (*Welcome) count() int   { return 6 }
func (*Entered) count() int   { return 6 }
func (*Frame) count() int     { return 6 }
func (*Heard) count() int     { return 5 }
func (*Phrased) count() int   { return 4 }
func (*Answer) count() int    { return 5 }
func (*Notice) count() int    { return 3 }
func (*Whisper) count() int   { return 2 }
func (*Lamp) count() int      { return 1 }
func (*Speech) count() int    { return 2 }
func (*Leaving) count() int   { return 4 }
func (*Pong) count() int      { return 2 }
func (*Beat) count() int      { return 1 }
func (*Refused) count() int   { return 2 }
func (*Hidden) count() int    { return 2 }
func (*Retracted) count() int { return 2 }
func (*Appealed) count() int  { return 2 }
func (*Reading) count() int   { return 2 }

// Limits of lists and texts in events, in elements and bytes.
const (
	maxPhrases = 256
	maxMotion  = 128 << 10
	maxAvatars = 2048
	maxLines   = 16
	maxText    = 4096
	maxName    = 128
)

func (m *Welcome) fields(c *codec) {
	number(c, &m.You)
	text(c, &m.Name, maxName)
	number(c, &m.Bracket)
	number(c, &m.Look)
	c.list(len(m.Phrases), maxPhrases,
		func(n int) { m.Phrases = make([]PhraseText, n) },
		func(i int) {
			p := &m.Phrases[i]
			extra := c.array(2)
			number(c, &p.Phrase)
			text(c, &p.Text, maxText)
			c.end(extra)
		})
	c.bool(&m.Demo)
}

func (m *Entered) fields(c *codec) {
	text(c, &m.Room, maxName)
	text(c, &m.Title, maxName)
	text(c, &m.Atlas, maxName)
	number(c, &m.Tick)
	signed(c, &m.X)
	signed(c, &m.Y)
}

func (m *Frame) fields(c *codec) {
	number(c, &m.Tick)
	c.bool(&m.Reset)
	n := 0
	if m.Self != nil {
		n = 1
	}
	c.list(n, 1, func(n int) {
		if n == 1 {
			m.Self = new(Self)
		}
	}, func(int) { m.Self.fields(c) })
	c.list(len(m.Known), maxAvatars,
		func(n int) { m.Known = make([]Known, n) },
		func(i int) { m.Known[i].fields(c) })
	c.bytes(&m.Motion, maxMotion)
	c.bytes(&m.Far, maxMotion)
}

func (k *Known) fields(c *codec) {
	extra := c.array(4)
	number(c, &k.Avatar)
	number(c, &k.Who.Kind)
	text(c, &k.Who.Name, maxName)
	number(c, &k.Who.Look)
	c.end(extra)
}

func (m *Self) fields(c *codec) {
	extra := c.array(5)
	number(c, &m.Ack)
	signed(c, &m.X)
	signed(c, &m.Y)
	number(c, &m.Heading)
	number(c, &m.Gait)
	c.end(extra)
}

func (m *Heard) fields(c *codec) {
	number(c, &m.Utterance)
	number(c, &m.Avatar)
	number(c, &m.By)
	text(c, &m.Name, maxName)
	text(c, &m.Text, maxText)
}

func (m *Phrased) fields(c *codec) {
	number(c, &m.Avatar)
	number(c, &m.By)
	text(c, &m.Name, maxName)
	number(c, &m.Phrase)
}

func (m *Answer) fields(c *codec) {
	number(c, &m.Seq)
	number(c, &m.Outcome)
	number(c, &m.Wait)
	text(c, &m.Text, maxText)
	number(c, &m.Utterance)
}

func (m *Notice) fields(c *codec) {
	text(c, &m.Title, maxText)
	text(c, &m.Text, maxText)
	c.list(len(m.Lines), maxLines,
		func(n int) { m.Lines = make([]NoticeLine, n) },
		func(i int) {
			l := &m.Lines[i]
			extra := c.array(5)
			text(c, &l.Name, maxText)
			text(c, &l.Phone, maxName)
			text(c, &l.URL, maxText)
			text(c, &l.Hours, maxText)
			text(c, &l.Text, maxText)
			c.end(extra)
		})
}

func (m *Whisper) fields(c *codec) { text(c, &m.Badge, maxName); text(c, &m.Text, maxText) }
func (m *Lamp) fields(c *codec)    { c.bool(&m.On) }
func (m *Speech) fields(c *codec)  { number(c, &m.Mode); text(c, &m.Text, maxText) }
func (m *Leaving) fields(c *codec) {
	number(c, &m.Code)
	c.bool(&m.Again)
	number(c, &m.After)
	text(c, &m.Text, maxText)
}
func (m *Pong) fields(c *codec)      { number(c, &m.Nonce); number(c, &m.Tick) }
func (m *Beat) fields(c *codec)      { number(c, &m.Tick) }
func (m *Refused) fields(c *codec)   { number(c, &m.Code); text(c, &m.Text, maxText) }
func (m *Hidden) fields(c *codec)    { number(c, &m.Avatar); c.bool(&m.Hidden) }
func (m *Retracted) fields(c *codec) { number(c, &m.Utterance); text(c, &m.Text, maxText) }
func (m *Appealed) fields(c *codec)  { number(c, &m.Utterance); text(c, &m.Text, maxText) }
func (m *Reading) fields(c *codec)   { number(c, &m.Utterance); text(c, &m.Text, maxText) }

// EncodeEvent is one server frame.
func EncodeEvent(e Event) []byte { return encode(e.Kind(), e) }

// DecodeEvent reads one server frame.
func DecodeEvent(frame []byte) (Event, error) {
	f, err := decode(frame, MaxEventBytes, newEvent)
	if err != nil {
		return nil, err
	}
	return f.(Event), nil
}

func newEvent(k Kind) fielder {
	switch k {
	case KindWelcome:
		return new(Welcome)
	case KindEntered:
		return new(Entered)
	case KindFrame:
		return new(Frame)
	case KindHeard:
		return new(Heard)
	case KindPhrased:
		return new(Phrased)
	case KindAnswer:
		return new(Answer)
	case KindNotice:
		return new(Notice)
	case KindWhisper:
		return new(Whisper)
	case KindLamp:
		return new(Lamp)
	case KindSpeech:
		return new(Speech)
	case KindLeaving:
		return new(Leaving)
	case KindPong:
		return new(Pong)
	case KindBeat:
		return new(Beat)
	case KindRefused:
		return new(Refused)
	case KindHidden:
		return new(Hidden)
	case KindRetracted:
		return new(Retracted)
	case KindAppealed:
		return new(Appealed)
	case KindReading:
		return new(Reading)
	}
	return nil
}
