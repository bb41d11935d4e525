package node

import (
	"encoding/json"
	"fmt"
	"image"
	_ "image/png" // the sheet is one
	"io/fs"

	"kakitsubata/assets"
	"kakitsubata/assets/cities"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
)

// pageBoards is what the page needs to show a board: its words are among the
// city's texts.
type pageBoards struct {
	Sheet  [2]int             `json:"sheet"`  // how wide and high the sheet of things is
	Things map[string][4]int  `json:"things"` // where a kind is on it: x, y, width, height
	Boards map[string]board   `json:"boards"` // by "<place>/<what stands on the map>"
	Scenes map[string]scenery `json:"scenes"`
}

type scenery struct {
	Ground  string   `json:"ground"`
	Picture []string `json:"picture"`
}

type board struct {
	ID string `json:"id"`
	scenery
	Deed string `json:"deed"` // door, walk, phrase, emote, sit, look
	To   string `json:"to,omitempty"`
	N    int    `json:"n,omitempty"`
}

// tallest is what a picture has room for, in art pixels: a taller thing would
// lose its head.
const tallest = 160

// sheet reads where each kind of thing is on the sheet of things.
func sheet() (size [2]int, kinds map[string][4]int, err error) {
	text, err := fs.ReadFile(assets.Public, "public/art/props.json")
	if err != nil {
		return size, nil, fmt.Errorf("node: the things' pictures: %w", err)
	}
	var at map[string]struct {
		X, Y, W, H int
		Baked      bool
	}
	if err := json.Unmarshal(text, &at); err != nil {
		return size, nil, fmt.Errorf("node: props.json: %w", err)
	}
	f, err := assets.Public.Open("public/art/props.png")
	if err != nil {
		return size, nil, fmt.Errorf("node: the things' pictures: %w", err)
	}
	defer f.Close()
	c, _, err := image.DecodeConfig(f)
	if err != nil {
		return size, nil, fmt.Errorf("node: props.png: %w", err)
	}
	kinds = make(map[string][4]int)
	for kind, k := range at {
		if !k.Baked && k.H <= tallest {
			kinds[kind] = [4]int{k.X, k.Y, k.W, k.H}
		}
	}
	return [2]int{c.Width, c.Height}, kinds, nil
}

// boards makes what the page needs of them. Its faults name file and object.
func boards(p *cities.Pack, maps map[id.PlaceID]*atlas.Atlas) (pageBoards, []error) {
	size, kinds, err := sheet()
	if err != nil {
		return pageBoards{}, []error{err}
	}
	faults := p.CheckPictures(func(kind string) bool { _, ok := kinds[kind]; return ok })
	out := pageBoards{Sheet: size, Things: map[string][4]int{}, Boards: map[string]board{}, Scenes: map[string]scenery{}}
	show := func(s cities.Scene) scenery {
		for _, kind := range s.Picture {
			out.Things[kind] = kinds[kind]
		}
		return scenery{s.Ground, s.Picture}
	}
	for name, s := range p.Scenes {
		out.Scenes[name] = show(s)
	}
	for _, place := range p.Places {
		a := maps[place.ID]
		if a == nil {
			continue // its own fault is told already
		}
		var things []cities.Thing
		for i := range a.Props {
			things = append(things, cities.Thing{Kind: a.Props[i].Kind, Text: a.Props[i].Text})
		}
		var doors []id.PlaceID
		for i := range a.Portals {
			doors = append(doors, a.Portals[i].To)
		}
		faults = append(faults, p.CheckBoards(place, things, doors, len(a.Seats))...)
		for _, t := range things {
			if b, ok := p.Board(place.ID, t.Text); ok && t.Text != "" {
				out.Boards[string(place.ID)+"/"+t.Text] = wordless(b, show(b.Scene))
			}
		}
	}
	return out, faults
}

// wordless is a board but for its words.
func wordless(b cities.Board, s scenery) board {
	out := board{ID: b.ID, scenery: s}
	switch d := b.Do; {
	case d.Door != "":
		out.Deed, out.To = "door", string(d.Door)
	case d.Walk != "":
		out.Deed, out.To = "walk", d.Walk
	case d.Phrase != 0:
		out.Deed, out.N = "phrase", int(d.Phrase)
	case d.Emote != 0:
		out.Deed, out.N = "emote", int(d.Emote)
	case d.Sit:
		out.Deed = "sit"
	default:
		out.Deed = "look"
	}
	return out
}
