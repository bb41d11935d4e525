package lexicon

import (
	"errors"
	"fmt"
	"hash/fnv"
	"strings"

	"kakitsubata/moderation"
)

// splitForms cuts a cell of words at spaces.
func splitForms(cell string) []string { return strings.Fields(cell) }

// Concepts is how many ideas the lists name.
func (x *Lexicon) Concepts() int { return len(x.lists.concepts) }

// compileConcepts makes one rule of each form, matched in the sound view. The
// names of one concept may stand on several lines.
func compileConcepts(rows []conceptRow, r *readings) (*program, error) {
	c := compiler{p: &program{}, vs: newViewsAloud(r), grow: newSprouts(16 * len(rows))}
	ids := map[string]int32{}
	for _, row := range rows {
		of, ok := ids[row.name]
		if !ok {
			of = int32(len(ids))
			ids[row.name] = of
		}
		for _, f := range row.forms {
			latin := f[0] < 0x80 && !isDigit(rune(f[0]))
			c.vs.look(strings.ReplaceAll(f, "_", " "))
			if len(c.vs.sound.runes) == 0 {
				c.faults = append(c.faults, fmt.Errorf("%s: %q: %w", row.at, f, errors.New("no letters to look for")))
				continue
			}
			n := int32(len(c.p.rules))
			c.p.rules = append(c.p.rules, rule{kind: scoring, of: of, left: latin, right: latin, parts: 1, first: int32(c.p.progress)})
			c.p.progress++
			c.use(c.vs.sound.runes, c.role(n, 0, len(c.vs.sound.runes), inTight))
		}
	}
	for name, of := range ids {
		for int(of) >= len(c.p.contexts) {
			c.p.contexts = append(c.p.contexts, contextInfo{})
		}
		c.p.contexts[of] = contextInfo{name: name, hash: hashOf(name), frame: frameOf(name)}
	}
	c.finish()
	return c.p, errors.Join(c.faults...)
}

// Idea is one concept found in the sound view.
type Idea struct {
	Concept  uint32 // hash of its name
	From, To int32  // in runes of the sound view
}

// Kind is what a finding is, without its words.
type Kind struct {
	Rule     uint32 // hash of the rule's id
	Category uint8  // index of Categories
	Severity uint8
	Need     bool
}

// frames are ideas that say what a talk is about: words that would frighten
// by themselves are harmless among them. Append only: models number them.
var frames = [...]string{"game", "hideplay", "story", "lesson", "study", "party", "sports", "food", "festival", "pet", "laugh", "weather", "fun", "news"}

// Frames is how many there are.
const Frames = len(frames)

// frameOf is the bit of a concept that is a frame.
func frameOf(name string) uint32 {
	for i, f := range frames {
		if f == name {
			return 1 << i
		}
	}
	return 0
}

// Seen is what a lexicon saw in its latest text. Its slices are the
// lexicon's: they may be read until it looks at the next one.
type Seen struct {
	Plain, Tight, Sound []rune
	Around              []uint32 // hashes of the names of contexts that stand anywhere
	Ideas               []Idea
	Kinds               []Kind
	Frames              uint32 // a bit of each frame among the ideas
}

// Categories are all categories, support first, in the order of the contract.
func Categories() []moderation.Category { return allCategories }

// See looks at a text and fills s; it allocates only to grow s.
func (x *Lexicon) See(text string, s *Seen) {
	x.see(text)
	s.Plain, s.Tight, s.Sound = x.vs.plain.runes, x.vs.tight.runes, x.vs.sound.runes
	s.Ideas, s.Kinds, s.Around = s.Ideas[:0], s.Kinds[:0], s.Around[:0]
	for _, c := range x.around {
		s.Around = append(s.Around, x.m.p.contexts[c].hash)
	}
	x.ideas.run(&x.vs.sound, inTight)
	s.Frames = 0
	for _, m := range x.ideas.scored {
		c := &x.ideas.p.contexts[x.ideas.p.rules[m.rule].of]
		s.Ideas = append(s.Ideas, Idea{c.hash, m.from, m.to})
		s.Frames |= c.frame
	}
	for i := range x.found {
		f := &x.found[i]
		s.Kinds = append(s.Kinds, Kind{f.row.hash, f.row.index, uint8(f.row.level.severity), f.row.level.need})
	}
}

// Verdict is what the lists alone say about the text last seen; see Score for
// whose it is.
func (x *Lexicon) Verdict() moderation.Verdict {
	if len(x.found) == 0 {
		return moderation.Verdict{}
	}
	return x.verdict()
}

// IdeaName is the name of a concept by its hash.
func (x *Lexicon) IdeaName(hash uint32) string {
	for _, c := range x.ideas.p.contexts {
		if c.hash == hash {
			return c.name
		}
	}
	return "?"
}

func hashOf(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}

// stamp fills what a row is known by.
func (r *row) stamp() {
	r.hash = hashOf(r.id)
	for i, c := range allCategories {
		if c == r.category {
			r.index = uint8(i)
		}
	}
}
