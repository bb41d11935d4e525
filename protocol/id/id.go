package id

import (
	"fmt"
	"strconv"
	"strings"
)

// VisitorID is a child's record in the store: random, lasting, never on the
// wire to other visitors. Zero is nobody.
type VisitorID uint64

// String is the form staff and logs see: 16 hexadecimal digits.
func (v VisitorID) String() string { return fmt.Sprintf("%016x", uint64(v)) }

// AvatarID is one presence in the world, from entering to leaving the city.
// It is what visitors know of each other. Unique in one process; zero is nobody.
type AvatarID uint32

// UtteranceID is one thing said, in the order of arrival at the gate.
type UtteranceID uint64

// CaseID is one case in the casebook, counted from 1 in each city.
type CaseID uint64

// StaffID is a staff account's sign-in name.
type StaffID string

// PhraseID is one of the fixed phrases of the city pack.
type PhraseID uint16

// SeatID is a seat's index in its atlas.
type SeatID uint16

// EmoteID is one of the emotes; zero is none.
type EmoteID uint8

// Emotes, those that a child chooses in the order of the ring. Append only.
const (
	EmoteNone EmoteID = iota
	EmoteHeart
	EmoteSurprise
	EmoteQuestion
	EmoteNote
	EmoteWave
	EmoteLaugh
	EmoteClap
	EmoteSleep
	EmoteTyping // dots: somebody is writing. The page sends it, nobody chooses it
	EmoteEnd    // one past the last
)

// EmoteChosen is one past the last that is on the ring.
const EmoteChosen = EmoteTyping

// Tick counts a room's steps, 20 a second.
type Tick uint32

// TicksPerSecond is the pace of every room.
const TicksPerSecond = 20

// CityID names a city pack: lower-case letters, digits and hyphens.
type CityID string

// PlaceID names a place of a city: lower-case letters, digits and hyphens.
type PlaceID string

// RoomID is one live copy of a place. Copy 1 is the first; plaza 2 and plaza 3
// are overflow copies.
type RoomID struct {
	City  CityID
	Place PlaceID
	Copy  uint16
}

// String is "kariya/plaza/1".
func (r RoomID) String() string {
	return string(r.City) + "/" + string(r.Place) + "/" + strconv.Itoa(int(r.Copy))
}

// ParseRoomID reads what String writes.
func ParseRoomID(s string) (RoomID, error) {
	city, rest, ok1 := strings.Cut(s, "/")
	place, num, ok2 := strings.Cut(rest, "/")
	n, err := strconv.ParseUint(num, 10, 16)
	if !ok1 || !ok2 || err != nil || n == 0 || !plain(city) || !plain(place) {
		return RoomID{}, fmt.Errorf("id: %q is not a room (city/place/copy)", s)
	}
	return RoomID{CityID(city), PlaceID(place), uint16(n)}, nil
}

func plain(s string) bool {
	if s == "" || len(s) > 32 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// Bracket is the age bracket that an entrance code vouches for.
type Bracket uint8

// Brackets. Append only: they are stored and on the wire.
const (
	BracketNone Bracket = iota
	El12                // elementary school, years 1 and 2
	El34
	El56
	JuniorHigh
	High
)

// Brackets lists the valid ones, youngest first.
var Brackets = [...]Bracket{El12, El34, El56, JuniorHigh, High}

var bracketNames = [...]string{"none", "el12", "el34", "el56", "jh", "hs"}

// String is the short name that data files use: el12 el34 el56 jh hs.
func (b Bracket) String() string {
	if int(b) < len(bracketNames) {
		return bracketNames[b]
	}
	return "none"
}

// ParseBracket reads what String writes.
func ParseBracket(s string) (Bracket, error) {
	for _, b := range Brackets {
		if b.String() == s {
			return b, nil
		}
	}
	return BracketNone, fmt.Errorf("id: %q is not a bracket (el12 el34 el56 jh hs)", s)
}

// Kind says what moves an avatar. The world treats all kinds alike; a reader
// is told, so that a machine never passes for a child.
type Kind uint8

// Kinds. Append only.
const (
	Visitor Kind = iota
	Companion
	Bot
)

// Look is how an avatar appears, packed so that it travels as one number:
// seven fields of four bits, lowest first: skin, hair colour, hair style, dress,
// dress colour, hat, and the thing that is carried.
type Look uint32

// Counts of choices in each field of a Look.
const (
	Skins       = 6
	HairColours = 6
	HairStyles  = 6
	Dresses     = 6
	Colours     = 6
	Hats        = 5
	Things      = 6 // zero is none
	Fields      = 7
)

var lookCounts = [Fields]uint32{Skins, HairColours, HairStyles, Dresses, Colours, Hats, Things}

// NewLook packs six choices, with nothing carried; each is taken modulo its
// count, so that every look can be drawn.
func NewLook(skin, hairColour, hairStyle, dress, colour, hat int) Look {
	var l Look
	for i, v := range [...]int{skin, hairColour, hairStyle, dress, colour, hat} {
		l |= Look(uint32(v)%lookCounts[i]) << (4 * i)
	}
	return l
}

// Carrying is the look with a thing in its hand, modulo its count.
func (l Look) Carrying(thing int) Look {
	return l&^(15<<24) | Look(uint32(thing)%Things)<<24
}

// Parts unpacks a look: skin, hair colour, hair style, dress, colour, hat,
// thing.
func (l Look) Parts() (p [Fields]int) {
	for i := range p {
		p[i] = int(uint32(l) >> (4 * i) & 15)
	}
	return p
}

// Valid reports whether every field is in range.
func (l Look) Valid() bool {
	if l>>(4*Fields) != 0 {
		return false
	}
	for i, v := range l.Parts() {
		if uint32(v) >= lookCounts[i] {
			return false
		}
	}
	return true
}
