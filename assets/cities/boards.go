package cities

import (
	"fmt"
	"slices"
	"strings"

	"kakitsubata/protocol/id"
	"kakitsubata/server/reading"
)

// Board is what is found on a thing of a map that can be read: a picture, a
// sentence or two, and one thing to do.
type Board struct {
	ID     string     // its key in boards.toml
	On     string     // what stands on the map, as authored
	Place  id.PlaceID // where; empty: wherever it stands
	Scene             // what the picture shows
	Text   string
	Source string // where what the text says can be looked up
	Do     Deed
	Label  string // the button's words, where the page has none of its own
}

// Deed is the one thing that a board asks to do. Exactly one field is set.
type Deed struct {
	Door   id.PlaceID  // go through the door to a place
	Walk   string      // walk to the nearest thing of a kind
	Phrase id.PhraseID // say a phrase
	Emote  id.EmoteID  // show a feeling
	Sit    bool        // sit down on the nearest free seat
	Look   bool        // see the list of what is around
}

// Scene is a picture of things that stand side by side.
type Scene struct {
	Ground  string
	Picture []string
}

// Scenes lists the plights of which a pack has a scene: the connection is lost,
// the city is full, the listener does not come.
var Scenes = []string{"lost", "full", "away"}

// Grounds lists what a picture's things may stand on.
var Grounds = []string{"grass", "stone", "wood", "water", "night"}

const (
	boardsFile       = "boards.toml"
	maxBoards        = 300
	maxBoardRunes    = 90 // as read in kana: what fits on a small phone beside a picture
	maxBoardLabel    = 24 // the same, of a button
	maxBoardPictures = 4
)

type boardFile struct {
	On      string   `toml:"on"`
	Place   string   `toml:"place"`
	Ground  string   `toml:"ground"`
	Picture []string `toml:"picture"`
	Text    string   `toml:"text"`
	Source  string   `toml:"source"`
	Label   string   `toml:"label"`
	Door    string   `toml:"door"`
	Walk    string   `toml:"walk"`
	Phrase  uint16   `toml:"phrase"`
	Emote   uint8    `toml:"emote"`
	Sit     bool     `toml:"sit"`
	Look    bool     `toml:"look"`
}

// boards needs places and phrases to have been read.
func (l *loader) boards() {
	var f struct {
		Boards map[string]boardFile `toml:"board"`
		Scenes map[string]struct {
			Ground  string   `toml:"ground"`
			Picture []string `toml:"picture"`
		} `toml:"scene"`
	}
	if _, ok := l.read(boardsFile, &f); !ok {
		return
	}
	if n := len(f.Boards); n > maxBoards {
		l.fault(boardsFile, "board", "there are %d, at most %d", n, maxBoards)
		return
	}
	taken := map[string]string{}
	for _, name := range sorted(f.Boards) {
		b := f.Boards[name]
		at := b.Place + "/" + b.On
		if before, twice := taken[at]; twice {
			l.fault(boardsFile, "board."+name+".on", "%q is on board.%s already", b.On, before)
		}
		taken[at] = name
		l.board(name, b)
	}
	l.pack.Scenes = map[string]Scene{}
	for _, name := range sorted(f.Scenes) {
		key := "scene." + name
		if !slices.Contains(Scenes, name) {
			l.fault(boardsFile, key, "is not one of %s", strings.Join(Scenes, ", "))
		}
		l.pack.Scenes[name] = l.scene(key, f.Scenes[name].Ground, f.Scenes[name].Picture)
	}
	for _, name := range Scenes {
		if _, ok := f.Scenes[name]; !ok {
			l.fault(boardsFile, "scene."+name, "is missing")
		}
	}
}

func (l *loader) scene(key, ground string, picture []string) Scene {
	if n := len(picture); n < 1 || n > maxBoardPictures || slices.Contains(picture, "") {
		l.fault(boardsFile, key+".picture", "names %d things, not from 1 to %d", n, maxBoardPictures)
	}
	if !slices.Contains(Grounds, ground) {
		l.fault(boardsFile, key+".ground", "%q is not one of %s", ground, strings.Join(Grounds, ", "))
	}
	return Scene{ground, picture}
}

func (l *loader) board(name string, b boardFile) {
	key := "board." + name
	fault := func(field, format string, args ...any) { l.fault(boardsFile, key+"."+field, format, args...) }
	short := func(field, text string, most int) {
		l.child(boardsFile, key+"."+field, text)
		if n := len([]rune(reading.Kana(text))); n > most {
			fault(field, "is %d characters long in kana, at most %d", n, most)
		}
	}
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }) {
		l.fault(boardsFile, key, "its name has something else than lower-case letters, digits and hyphens")
	}
	l.child(boardsFile, key+".on", b.On)
	short("text", b.Text, maxBoardRunes)
	if b.Place != "" && !l.hasPlace(b.Place) {
		fault("place", "%q is not a place of city.toml", b.Place)
	}
	out := Board{
		ID: name, On: b.On, Place: id.PlaceID(b.Place), Scene: l.scene(key, b.Ground, b.Picture), Text: b.Text, Source: b.Source, Label: b.Label,
		Do: Deed{Door: id.PlaceID(b.Door), Walk: b.Walk, Phrase: id.PhraseID(b.Phrase), Emote: id.EmoteID(b.Emote), Sit: b.Sit, Look: b.Look},
	}
	deeds := 0
	for _, is := range [...]bool{b.Door != "", b.Walk != "", b.Phrase != 0, b.Emote != 0, b.Sit, b.Look} {
		if is {
			deeds++
		}
	}
	switch {
	case deeds != 1:
		l.fault(boardsFile, key, "asks for %d things; write one of door, walk, phrase, emote, sit, look", deeds)
	case b.Door != "" && !l.hasPlace(b.Door):
		fault("door", "%q is not a place of city.toml", b.Door)
	case b.Phrase != 0 && !slices.ContainsFunc(l.pack.Phrases, func(p Phrase) bool { return p.ID == out.Do.Phrase }):
		fault("phrase", "there is no phrase %d in phrases.toml", b.Phrase)
	case out.Do.Emote >= id.EmoteChosen:
		fault("emote", "%d is not from 1 to %d", b.Emote, id.EmoteChosen-1)
	}
	switch {
	case b.Walk != "":
		short("label", b.Label, maxBoardLabel)
	case b.Label != "":
		fault("label", "only a board to walk from needs one: the page has words for all else")
	}
	l.pack.Boards = append(l.pack.Boards, out)
}

func (l *loader) hasPlace(place string) bool {
	return slices.ContainsFunc(l.pack.Places, func(p Place) bool { return string(p.ID) == place })
}

// Board is what is on a thing of a place: found by the words that stand on the
// map, first among the place's own boards.
func (p *Pack) Board(place id.PlaceID, on string) (Board, bool) {
	best := -1
	for i := range p.Boards {
		if b := &p.Boards[i]; b.On == on && (b.Place == place || b.Place == "" && best < 0) {
			best = i
		}
	}
	if best < 0 {
		return Board{}, false
	}
	return p.Boards[best], true
}

// Thing is a thing of a map, as far as a board needs to know it.
type Thing struct{ Kind, Text string }

// CheckBoards says what is wrong between the boards and a place's map: a thing
// that can be read and has no board, or a board that asks for what is not
// there. Each fault is a *Fault that names the map and the object.
func (p *Pack) CheckBoards(place Place, things []Thing, doors []id.PlaceID, seats int) (faults []error) {
	file := "maps/" + place.Map
	for i, t := range things {
		if t.Text == "" {
			continue
		}
		key := fmt.Sprintf("thing %d (%s %q)", i+1, t.Kind, t.Text)
		fault := func(format string, args ...any) {
			faults = append(faults, &Fault{file, key, fmt.Sprintf(format, args...)})
		}
		b, ok := p.Board(place.ID, t.Text)
		if !ok {
			fault("can be read and has no board: write one in %s", boardsFile)
			continue
		}
		switch d := b.Do; {
		case d.Door != "" && !slices.Contains(doors, d.Door):
			fault("board.%s.door: no door of this map leads to %s", b.ID, d.Door)
		case d.Walk != "" && !slices.ContainsFunc(things, func(t Thing) bool { return t.Kind == d.Walk }):
			fault("board.%s.walk: there is no %s on this map", b.ID, d.Walk)
		case d.Sit && seats == 0:
			fault("board.%s.sit: there is no seat on this map", b.ID)
		}
	}
	return faults
}

// CheckPictures says which pictures of boards and scenes name what is not drawn,
// or is too tall for one.
func (p *Pack) CheckPictures(drawn func(kind string) bool) (faults []error) {
	check := func(key string, picture []string) {
		for _, kind := range picture {
			if !drawn(kind) {
				faults = append(faults, &Fault{boardsFile, key + ".picture", fmt.Sprintf("there is no picture of a %q that fits", kind)})
			}
		}
	}
	for i := range p.Boards {
		check("board."+p.Boards[i].ID, p.Boards[i].Picture)
	}
	for _, name := range Scenes {
		check("scene."+name, p.Scenes[name].Picture)
	}
	return faults
}
