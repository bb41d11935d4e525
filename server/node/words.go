package node

import (
	"encoding/json"
	"fmt"
	"kakitsubata/protocol"
	"strings"

	"kakitsubata/assets/messages"
	"kakitsubata/protocol/id"
	"kakitsubata/server/entrance"
	"kakitsubata/server/reading"
)

// pageWords is what the page fetches to speak to one reader.
type pageWords struct {
	Reader  string            `json:"reader"`
	Lang    string            `json:"lang"`
	Readers []readerName      `json:"readers"` // all that can be chosen
	Texts   map[string]string `json:"texts"`   // the page's, and the city's under "city."
	Map     map[string]string `json:"map"`     // what stands on maps, by the authored text
	Shown   pageBoards        `json:"shown"`   // boards and scenes, but for their words
	Lent    []string          `json:"lent"`    // keys that are Japanese although the reader's language is not
}

type readerName struct {
	Reader string `json:"reader"`
	Lang   string `json:"lang"`
	Name   string `json:"name"` // in its own words
}

// citysPart are the groups of the city's texts that a page needs. What the
// server says it says itself, when there is something to say.
var citysPart = []string{"title", "badge", "companion.", "place.", "phrase.", "board."}

// pageTexts makes what each reader's page fetches.
func (n *Node) pageTexts() (map[id.Reader][]byte, error) {
	authored, written, err := messages.Load(nil)
	if err != nil {
		return nil, fmt.Errorf("node: %w", err)
	}
	page := reading.Bind(authored, written)
	var names []readerName
	for _, r := range id.Readers {
		names = append(names, readerName{r.String(), r.Lang(), page.Text("reader.name", r)})
	}
	out := map[id.Reader][]byte{}
	for _, r := range id.Readers {
		w := pageWords{Reader: r.String(), Lang: r.Lang(), Readers: names, Map: map[string]string{}, Shown: n.town.shown}
		w.Texts, w.Lent = page.Texts(r)
		texts, lent := n.pack.Book().Texts(r)
		for key, text := range texts {
			if forPage(key) {
				w.Texts["city."+key] = text
			}
		}
		for _, key := range lent {
			if forPage(key) {
				w.Lent = append(w.Lent, "city."+key)
			}
		}
		for _, p := range n.town.places {
			for _, text := range p.atlas.Texts() {
				w.Map[text] = n.pack.MapText(text, r)
			}
		}
		if out[r], err = json.Marshal(w); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func forPage(key string) bool {
	for _, p := range citysPart {
		if key == p || strings.HasSuffix(p, ".") && strings.HasPrefix(key, p) {
			return true
		}
	}
	return false
}

// Words lets a visit that goes on know how words are to come: what it may say
// is told again, in the words it wants now.
func (n *Node) Words(v id.VisitorID, w entrance.Words) {
	s := n.people.byVisitor(v)
	if s == nil {
		return
	}
	s.SetWords(w)
	speech := n.Speech(s.Visitor().Bracket, s.Reader())
	s.Send(&speech)
}

// Dressed begins a visit anew: who is in a room keeps its look for as long as
// it is there. The page comes back by itself, to the same place.
func (n *Node) Dressed(v id.VisitorID) {
	if s := n.people.byVisitor(v); s != nil {
		s.End(protocol.LeaveDrain, true)
	}
}
