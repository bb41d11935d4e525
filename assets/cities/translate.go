package cities

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"kakitsubata/protocol/id"
	"kakitsubata/server/reading"
)

// wordsDir is the pack's folder of translations, one file for each reader:
// words/pt.toml. Its keys are those of Pack.Texts. A city without one speaks
// Japanese, with furigana.
const wordsDir = "words"

// Texts lists what the city says of itself by key, as authored: what a
// translator translates. What is said of places on their maps is there under
// "map." and the authored text itself.
func (p *Pack) Texts() map[string]string {
	out := map[string]string{
		"title": p.Title, "badge": p.Badge, "companion.badge": p.Companion.Badge,
		"entrance.title": p.Entrance.Title, "entrance.enter": p.Entrance.Enter, "entrance.code": p.Entrance.Code,
		"entrance.return": p.Entrance.Return, "entrance.keep": p.Entrance.Keep, "entrance.stay": p.Entrance.Stay,
		"entrance.demo": p.Entrance.Demo,
	}
	for name, text := range p.Entrance.Cards {
		out["entrance.card."+name] = text
	}
	for i, x := range p.Entrance.Points {
		out[fmt.Sprintf("entrance.point.%d.title", i+1)] = x.Title
		out[fmt.Sprintf("entrance.point.%d.text", i+1)] = x.Text
	}
	for _, x := range p.Places {
		out["place."+string(x.ID)] = x.Title
	}
	for _, x := range p.Phrases {
		out[fmt.Sprintf("phrase.%d", x.ID)] = x.Text
	}
	for i := range p.Boards {
		b := &p.Boards[i]
		out["board."+b.ID+".text"] = b.Text
		if b.Label != "" {
			out["board."+b.ID+".label"] = b.Label
		}
	}
	for key, text := range p.sentences {
		out["sentence."+key] = text
	}
	for kind, n := range p.Notices {
		out["notice."+kind+".title"], out["notice."+kind+".text"] = n.Title, n.Text
		for sid, w := range n.Words {
			out["service."+sid+".name"], out["service."+sid+".text"], out["service."+sid+".hours"] = w.Name, w.Text, w.Hours
		}
	}
	return out
}

// Written is what the pack's translators wrote, by reader.
func (p *Pack) Written() map[id.Reader]map[string]string { return p.written }

// Say is a text of Texts in a reader's words; empty for a key that is not
// there.
func (p *Pack) Say(key string, r id.Reader) string { return p.book.Text(key, r) }

// Book is all that the city says in the words of every reader.
func (p *Pack) Book() *reading.Book { return p.book }

// MapText is a text that stands on a map in a reader's words. It is found by
// the authored text, or by a place's title that reads the same: boards name
// places in many spellings.
func (p *Pack) MapText(authored string, r id.Reader) string {
	if s := p.Say("map."+authored, r); s != "" {
		return s
	}
	if !r.Japanese() {
		sound := strings.ReplaceAll(reading.Kana(authored), " ", "")
		for _, x := range p.Places {
			if strings.ReplaceAll(reading.Kana(x.Title), " ", "") == sound {
				return p.Say("place."+string(x.ID), r)
			}
		}
	}
	return reading.At(authored, r)
}

// translations binds what was read with what is translated. A text that is not
// translated is no fault: it is shown in Japanese. One that is translated
// wrongly is.
func (l *loader) translations() {
	l.pack.written = map[id.Reader]map[string]string{}
	texts := l.pack.Texts()
	for _, r := range id.Readers {
		if r == id.Ja {
			continue // the pack itself
		}
		file := path.Join(wordsDir, r.String()+".toml")
		if _, err := fs.Stat(l.fs, file); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var tree map[string]any
		text, ok := l.open(file)
		if !ok {
			continue
		}
		if _, ok := l.parse(file, text, &tree); !ok {
			continue
		}
		own, faults := reading.Flatten(tree)
		for _, f := range faults {
			l.fault(file, f.Key, "%s", f.Why)
		}
		l.pack.written[r] = own
	}
	for _, own := range l.pack.written {
		for key := range own {
			if authored, ok := mapText(key); ok {
				texts[key] = authored
			}
		}
	}
	for _, f := range reading.Check(texts, l.pack.written) {
		if f.Gap || f.Reader == id.ReaderNone { // what is authored has been checked where it stands
			continue
		}
		l.fault(path.Join(wordsDir, f.Reader.String()+".toml"), f.Key, "%s", f.Why)
	}
	l.pack.book = reading.Bind(texts, l.pack.written)
}

// mapText is the authored text of a key that translates a text of a map.
func mapText(key string) (authored string, ok bool) {
	const prefix = "map."
	if len(key) <= len(prefix) || key[:len(prefix)] != prefix {
		return "", false
	}
	return key[len(prefix):], true
}

// MapKeys lists the authored texts of maps that a translation has.
func MapKeys(written map[string]string) []string {
	var out []string
	for key := range written {
		if text, ok := mapText(key); ok {
			out = append(out, text)
		}
	}
	slices.Sort(out)
	return out
}
