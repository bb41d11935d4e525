package protocol

import (
	"unicode"
	"unicode/utf8"

	"kakitsubata/protocol/id"
)

// Kind numbers intents and events apart from each other. Append only.
type Kind uint8

// Kinds of intent.
const (
	KindMove Kind = iota + 1
	KindSay
	KindPhrase
	KindEmote
	KindSit
	KindHide
	KindReport
	KindPing
	KindAsleep
	KindLeave
	KindAppeal
)

// An Intent is what a client wants. It claims nothing: no position, no name.
type Intent interface {
	fielder
	Kind() Kind
}

// Gait is how an avatar goes.
type Gait uint8

// Gaits.
const (
	Stand Gait = iota
	Walk
	Seated // on the wire to clients only
)

// Move turns the avatar and starts or stops it, from Tick on. A Tick in the
// past, or zero, means at once. Seq grows by one with each Move.
type Move struct {
	Seq     uint32
	Tick    id.Tick
	Heading uint8 // of 256: 0 is east, 64 south, 128 west, 192 north
	Gait    Gait  // Stand or Walk
}

// Say speaks to those within earshot. Seq comes back in the Answer.
type Say struct {
	Seq  uint32
	Text string
}

// Phrase says one of the fixed phrases.
type Phrase struct {
	Seq    uint32
	Phrase id.PhraseID
}

// Emote shows an emote over the avatar.
type Emote struct{ Emote id.EmoteID }

// Sit takes a seat that is near. Walking stands up again.
type Sit struct{ Seat id.SeatID }

// Hide stops (or lets again) an avatar's words from reaching the sender, for
// good: the server remembers the visitor behind the avatar.
type Hide struct {
	Avatar id.AvatarID
	Hidden bool
}

// Report calls staff to look at an avatar, with the last minute heard.
type Report struct {
	Avatar id.AvatarID
	Reason ReportReason
}

// ReportReason is the child's own choice of why.
type ReportReason uint8

// Reasons. Append only.
const (
	ReportOther ReportReason = iota
	ReportMean
	ReportScary
	ReportAsksSecrets
	ReportReasonEnd // one past the last
)

// Ping asks for a Pong with the same Nonce.
type Ping struct{ Nonce uint32 }

// Asleep tells that the tab is hidden (or shown again): frames come rarely.
type Asleep struct{ Asleep bool }

// Leave says goodbye: no ghost stays.
type Leave struct{}

// Appeal says "that is wrong" of one's own words that were hidden, not shown
// or taken back: a person will look.
type Appeal struct{ Utterance id.UtteranceID }

func (*Move) Kind() Kind   { return KindMove }
func (*Say) Kind() Kind    { return KindSay }
func (*Phrase) Kind() Kind { return KindPhrase }
func (*Emote) Kind() Kind  { return KindEmote }
func (*Sit) Kind() Kind    { return KindSit }
func (*Hide) Kind() Kind   { return KindHide }
func (*Report) Kind() Kind { return KindReport }
func (*Ping) Kind() Kind   { return KindPing }
func (*Asleep) Kind() Kind { return KindAsleep }
func (*Leave) Kind() Kind  { return KindLeave }
func (*Appeal) Kind() Kind { return KindAppeal }

func (*Move) count() int   { return 4 }
func (*Say) count() int    { return 2 }
func (*Phrase) count() int { return 2 }
func (*Emote) count() int  { return 1 }
func (*Sit) count() int    { return 1 }
func (*Hide) count() int   { return 2 }
func (*Report) count() int { return 2 }
func (*Ping) count() int   { return 1 }
func (*Asleep) count() int { return 1 }
func (*Leave) count() int  { return 0 }
func (*Appeal) count() int { return 1 }

func (m *Move) fields(c *codec) {
	number(c, &m.Seq)
	number(c, &m.Tick)
	number(c, &m.Heading)
	number(c, &m.Gait)
}
func (m *Say) fields(c *codec) {
	number(c, &m.Seq)
	text(c, &m.Text, MaxSayRunes*utf8.UTFMax)
}
func (m *Phrase) fields(c *codec) { number(c, &m.Seq); number(c, &m.Phrase) }
func (m *Emote) fields(c *codec)  { number(c, &m.Emote) }
func (m *Sit) fields(c *codec)    { number(c, &m.Seat) }
func (m *Hide) fields(c *codec)   { number(c, &m.Avatar); c.bool(&m.Hidden) }
func (m *Report) fields(c *codec) { number(c, &m.Avatar); number(c, &m.Reason) }
func (m *Ping) fields(c *codec)   { number(c, &m.Nonce) }
func (m *Asleep) fields(c *codec) { c.bool(&m.Asleep) }
func (m *Leave) fields(*codec)    {}
func (m *Appeal) fields(c *codec) { number(c, &m.Utterance) }

// EncodeIntent is one client frame.
func EncodeIntent(i Intent) []byte { return encode(i.Kind(), i) }

// DecodeIntent reads one client frame. What it returns is in range: headings,
// gaits and emotes exist, text is short enough and free of control characters.
func DecodeIntent(frame []byte) (Intent, error) {
	if m, ok := quickMove(frame); ok {
		return m, nil
	}
	f, err := decode(frame, MaxIntentBytes, func(k Kind) fielder {
		switch k {
		case KindMove:
			return new(Move)
		case KindSay:
			return new(Say)
		case KindPhrase:
			return new(Phrase)
		case KindEmote:
			return new(Emote)
		case KindSit:
			return new(Sit)
		case KindHide:
			return new(Hide)
		case KindReport:
			return new(Report)
		case KindPing:
			return new(Ping)
		case KindAsleep:
			return new(Asleep)
		case KindLeave:
			return new(Leave)
		case KindAppeal:
			return new(Appeal)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	switch m := f.(type) {
	case *Move:
		if m.Gait > Walk {
			return nil, ErrFrame
		}
	case *Say:
		if err := CheckText(m.Text, MaxSayRunes); err != nil {
			return nil, err
		}
	case *Emote:
		if m.Emote == id.EmoteNone || m.Emote >= id.EmoteEnd {
			return nil, ErrFrame
		}
	case *Report:
		if m.Reason >= ReportReasonEnd {
			return nil, ErrFrame
		}
	case *Appeal:
		if m.Utterance == 0 {
			return nil, ErrFrame
		}
	}
	return f.(Intent), nil
}

// quickMove reads a Move in its usual form, nine intents of ten, without a
// decoder. Whatever is unusual about the frame is left to the decoder.
func quickMove(b []byte) (*Move, bool) {
	if len(b) < 6 || b[0] != 0x95 || b[1] != byte(KindMove) {
		return nil, false
	}
	var v [4]uint64
	b = b[2:]
	for i := range v {
		n := 0
		switch {
		case len(b) == 0:
			return nil, false
		case b[0] < 0x80:
			v[i], b = uint64(b[0]), b[1:]
			continue
		case b[0] >= 0xcc && b[0] <= 0xce:
			n = 1 << (b[0] - 0xcc)
		}
		if n == 0 || len(b) < 1+n {
			return nil, false
		}
		for _, x := range b[1 : 1+n] {
			v[i] = v[i]<<8 | uint64(x)
		}
		b = b[1+n:]
	}
	if len(b) != 0 || v[2] > 255 || v[3] > uint64(Walk) {
		return nil, false
	}
	return &Move{Seq: uint32(v[0]), Tick: id.Tick(v[1]), Heading: uint8(v[2]), Gait: Gait(v[3])}, true
}

// CheckText refuses what nobody types: not UTF-8, too long, empty, or with
// control characters. Invisible and combining characters are the gate's matter.
func CheckText(s string, maxRunes int) error {
	if !utf8.ValidString(s) {
		return ErrText
	}
	n := 0
	blank := true
	for _, r := range s {
		n++
		if unicode.IsControl(r) || r == utf8.RuneError {
			return ErrText
		}
		blank = blank && unicode.IsSpace(r)
	}
	if n > maxRunes {
		return ErrTooLong
	}
	if blank {
		return ErrText
	}
	return nil
}
