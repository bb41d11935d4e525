package cities

import (
	"io/fs"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/reading"
)

// Pack is one city, read and checked. It is not changed after Load, and may be
// read by any goroutine. Every text for children is authored markup: furigana
// as {漢字|かんじ}, and every kanji has one.
type Pack struct {
	City      id.CityID
	Title     string
	Zone      *time.Location
	FreeText  map[id.Bracket]bool // who may type; the others have the phrases
	Unwatched protocol.SpeechMode // what may be said while no staff are signed in
	Hours     Hours
	Badge     string // beside what a member of staff whispers
	Start     id.PlaceID
	Places    []Place
	Phrases   []Phrase         // in the order of the buttons
	Boards    []Board          // what is read on things of the maps
	Scenes    map[string]Scene // of Scenes
	Notices   map[string]Notice
	Services  map[string]Service // the whole directory, unconfirmed rows too: see Service.Confirmed
	Companion Companion
	Entrance  EntrancePage
	Verdicts  *moderation.Table // what is done about what the gate sees
	Maps      fs.FS             // the maps folder: Place.Map is a path in it

	sentences map[string]string
	written   map[id.Reader]map[string]string
	book      *reading.Book
}

// Place is one place of the city. Its first copy opens at start, the others
// when it is full.
type Place struct {
	ID       id.PlaceID
	Title    string
	Map      string // a .tmx file in Pack.Maps
	Capacity int    // avatars in one copy
	Copies   int    // at most so many
}

// Phrase is a sentence that everybody may say by its number. Numbers are never
// used again for another sentence: they are in journals.
type Phrase struct {
	ID    id.PhraseID
	Text  string
	Group string // which row of buttons: hello, play, feel, calm, kariya
}

// Notice is what a child reads at once after a cry for help.
type Notice struct {
	Title    string
	Text     string
	Services []string // ids, the best first; all are confirmed
	Words    map[string]Wording
}

// Wording is how a service is put to a child: with furigana.
type Wording struct {
	Name  string
	Text  string
	Hours string
}

// Service is one row of the directory as the city's file has it, without
// furigana. A row that is not Confirmed is never shown to anybody: it waits for
// the city to check it.
type Service struct {
	ID         string
	Name       string
	Kana       string
	Short      string
	Topics     []string
	Brackets   []id.Bracket
	Guardian   bool // for guardians too, or only
	Level      string
	Channels   []string
	Phone      string // as it is dialled, copied and never typed; may be empty
	URL        string
	Hours      string
	Holidays   string
	Languages  []string
	Cost       string
	Area       string
	Source     string
	Seen       string
	Confirmed  bool
	Confidence string
}

// For reports whether a child of the bracket is told of the service.
func (s Service) For(b id.Bracket) bool {
	if !s.Confirmed {
		return false
	}
	for _, x := range s.Brackets {
		if x == b {
			return true
		}
	}
	return false
}

// Companion is the listener as the city writes it. Lines are by moment, Words
// are what else makes it recognise a moment: the dialect above all. Both add to
// what the program has of its own. See Moments.
type Companion struct {
	Name  string
	Badge string // what the page shows beside its name: that it is a machine
	Look  id.Look
	Lines map[string][]string
	Words map[string][]string
}

// Moments lists the occasions for which a pack may have lines.
var Moments = []string{
	"greet", "machine", "opener", "quiet", "enough", "distress", "beside", "secret", "farewell", "bye", "alone", "heed",
	"listen", "hello", "thanks", "about", "private", "rude", "game", "food", "school", "friends", "family",
	"animals", "sleepy", "bored", "sad", "angry", "happy", "dialect",
}

// ownMoments are those for which every city finds its own words.
var ownMoments = []string{"greet", "machine", "distress", "secret", "farewell"}

// Cards are what a child is told before coming in, one thought on each card:
// who watches, what is never asked, what is kept, that one may leave.
var Cards = []string{"watch", "asked", "kept", "leave"}

// maxCard is how many characters of kana, spaces not counted, a card may have:
// with its buttons no more than forty stand before a child at once.
const maxCard = 30

// EntrancePage is the page that a child reads before coming in.
type EntrancePage struct {
	Title  string
	Cards  map[string]string // by the names in Cards
	Points []Point           // the same and more, at length, for who asks
	Enter  string            // the button
	Code   string            // asks for the entrance code
	Return string            // asks for the name and the four words
	Keep   string            // how to keep the four words
	Stay   string            // the box that keeps the ticket on this device
	Demo   string            // shown when nobody is on duty because it is a demonstration
}

// Point is one thing the page says: a short title and a sentence.
type Point struct {
	Icon  string // eye, box, door, bell, heart
	Title string
	Text  string
}
