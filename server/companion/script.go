package companion

import (
	"strings"

	"kakitsubata/protocol/id"
)

// Moment is an occasion to speak. A script has lines for each.
type Moment string

// Moments of a meeting.
const (
	Greet    Moment = "greet"    // coming to a lone visitor
	Machine  Moment = "machine"  // saying what it is, at once and when asked
	Opener   Moment = "opener"   // asking, when the visitor says nothing
	Quiet    Moment = "quiet"    // staying near without words
	Enough   Moment = "enough"   // examples of "this much is fine to say"
	Distress Moment = "distress" // after a cry for help: points to people
	Beside   Moment = "beside"   // staying with a visitor after one
	Secret   Moment = "secret"   // asked to keep a secret: it promises none
	Farewell Moment = "farewell" // leaving because another visitor came
	Bye      Moment = "bye"      // leaving because the visitor walks away or says goodbye
	Alone    Moment = "alone"    // leaving because the visitor asked to be left alone
	Heed     Moment = "heed"     // showing that it has heard, when the answer takes long
)

// Moments of an answer, by what the visitor spoke of.
const (
	Listen  Moment = "listen" // of anything
	Hello   Moment = "hello"
	Thanks  Moment = "thanks"
	About   Moment = "about" // of the companion
	Private Moment = "private"
	Rude    Moment = "rude"
	Game    Moment = "game"
	Food    Moment = "food"
	School  Moment = "school"
	Friends Moment = "friends"
	Family  Moment = "family"
	Animals Moment = "animals"
	Sleepy  Moment = "sleepy"
	Bored   Moment = "bored"
	Sad     Moment = "sad"
	Angry   Moment = "angry"
	Happy   Moment = "happy"
	Dialect Moment = "dialect"
)

// Script is a city's listener. Lines are authored markup: furigana as
// {漢字|かんじ}, and spaces between words, which older readers do not see. What
// a city leaves out has lines of this package.
type Script struct {
	Name  string
	Look  id.Look
	Lines map[Moment][]string
	// Words adds to the words by which a moment is recognised, the city's
	// dialect above all.
	Words map[Moment][]string
	// Phrases are the fixed phrases, so that they are understood too.
	Phrases map[id.PhraseID]string
}

func (s Script) lines(m Moment) []string {
	if l := s.Lines[m]; len(l) > 0 {
		return l
	}
	return baseLines[m]
}

// render puts a line into the words of a reader: kana without kanji up to the
// fourth year, kanji without the spaces after it. Words in a bubble carry no
// furigana.
func render(markup string, b id.Bracket) string {
	var out strings.Builder
	for markup != "" {
		before, rest, found := strings.Cut(markup, "{")
		if !young(b) {
			before = strings.ReplaceAll(before, " ", "")
		}
		out.WriteString(before)
		if !found {
			break
		}
		group, after, closed := strings.Cut(rest, "}")
		kanji, kana, split := strings.Cut(group, "|")
		switch {
		case !closed || !split: // not markup after all
			out.WriteString("{")
			after = rest
		case young(b):
			out.WriteString(kana)
		default:
			out.WriteString(kanji)
		}
		markup = after
	}
	return out.String()
}
