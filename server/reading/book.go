package reading

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"kakitsubata/protocol/id"
)

// Book holds texts by key in the words of every reader. It is not changed
// after Bind and may be read by any goroutine.
type Book struct {
	texts [id.ReaderEnd]map[string]string
	lent  [id.ReaderEnd]map[string]bool // Japanese, because nobody has translated it
}

// Bind makes a book of texts that are authored once, in Japanese with
// furigana, and of what is written for single readers: a translation, or a
// depth of Japanese that does not read well when it is derived. What is
// written for one reader alone and not authored is left out: Check tells.
func Bind(authored map[string]string, written map[id.Reader]map[string]string) *Book {
	b := new(Book)
	for _, r := range id.Readers {
		b.texts[r] = make(map[string]string, len(authored))
		b.lent[r] = map[string]bool{}
		own := written[r]
		for key, ja := range authored {
			forms := Forms(own, key)
			for _, f := range forms {
				b.texts[r][f] = own[f]
				if r.Japanese() {
					b.texts[r][f] = At(own[f], r)
				}
			}
			if len(forms) > 0 {
				continue
			}
			b.texts[r][key] = At(ja, r)
			if !r.Japanese() {
				b.lent[r][key] = true
			}
		}
	}
	return b
}

// Text is the text of a key in a reader's words; empty when there is none.
func (b *Book) Text(key string, r id.Reader) string {
	if r == id.ReaderNone || r >= id.ReaderEnd {
		r = id.Ja12
	}
	return b.texts[r][key]
}

// Texts is all that a reader's page needs, and which of it is Japanese
// although the reader's language is another.
func (b *Book) Texts(r id.Reader) (texts map[string]string, lent []string) {
	return maps.Clone(b.texts[r]), slices.Sorted(maps.Keys(b.lent[r]))
}

// plurals are the forms that a text with a number in it may have, by the
// plural rules of Unicode: "mute.wait.one" beside "mute.wait.other".
var plurals = []string{"one", "other"}

// Forms lists the keys under which a file has a text: the key itself, or its
// plural forms.
func Forms(texts map[string]string, key string) []string {
	if _, ok := texts[key]; ok {
		return []string{key}
	}
	var out []string
	for _, p := range plurals {
		if _, ok := texts[key+"."+p]; ok {
			out = append(out, key+"."+p)
		}
	}
	return out
}

// Flatten makes dotted keys of the tables of a file. What is neither a text
// nor a table is named as a fault.
func Flatten(tree map[string]any) (texts map[string]string, faults []Fault) {
	texts = map[string]string{}
	var walk func(prefix string, t map[string]any)
	walk = func(prefix string, t map[string]any) {
		for _, k := range slices.Sorted(maps.Keys(t)) {
			switch v := t[k].(type) {
			case string:
				texts[prefix+k] = v
			case map[string]any:
				walk(prefix+k+".", v)
			default:
				faults = append(faults, Fault{Key: prefix + k, Why: fmt.Sprintf("is %T, not a text", v)})
			}
		}
	}
	walk("", tree)
	return texts, faults
}

// Fault is one mistake in a file of texts.
type Fault struct {
	Reader id.Reader // of the file; ReaderNone for what is authored
	Key    string
	Why    string
	Gap    bool // a translation that is not there yet
}

func (f Fault) String() string { return f.Key + ": " + f.Why }

// marks are the places in a text where something is put in: [name].
var marks = regexp.MustCompile(`\[[^\[\]]*\]`)

// Check lists what is wrong with authored texts and with what is written for
// single readers, in order.
func Check(authored map[string]string, written map[id.Reader]map[string]string) []Fault {
	var out []Fault
	for _, key := range slices.Sorted(maps.Keys(authored)) {
		for _, why := range Japanese(authored[key], id.JaEasy) {
			out = append(out, Fault{Key: key, Why: why})
		}
	}
	for _, r := range id.Readers {
		own, ok := written[r]
		if !ok && !r.Japanese() {
			out = append(out, Fault{Reader: r, Key: "file", Why: "is missing", Gap: true})
			continue
		}
		out = append(out, checkOne(authored, own, r)...)
	}
	return out
}

func checkOne(authored, own map[string]string, r id.Reader) []Fault {
	var out []Fault
	fault := func(key, why string, args ...any) {
		out = append(out, Fault{Reader: r, Key: key, Why: fmt.Sprintf(why, args...)})
	}
	known := map[string]string{} // each form and what it translates
	for _, key := range slices.Sorted(maps.Keys(authored)) {
		forms := Forms(own, key)
		for _, f := range forms {
			known[f] = key
		}
		switch {
		case len(forms) == 0 && !r.Japanese():
			out = append(out, Fault{Reader: r, Key: key, Why: "is missing", Gap: true})
		case len(forms) > 0 && forms[0] != key && !slices.Contains(forms, key+".other"):
			fault(key, "has a form for one and none for others")
		case len(forms) > 0 && forms[0] != key && !marks.MatchString(authored[key]):
			fault(key, "has forms for numbers and no number in it")
		}
	}
	for _, f := range slices.Sorted(maps.Keys(own)) {
		key, ok := known[f]
		if !ok {
			fault(f, "is not a key: nothing is authored under it, or it is there twice")
			continue
		}
		text := own[f]
		if r.Japanese() {
			for _, why := range Japanese(text, r) {
				fault(f, "%s", why)
			}
		} else if why := foreign(text, r); why != "" {
			fault(f, "%s", why)
		}
		want, got := placed(authored[key]), placed(text)
		for _, m := range want {
			if !slices.Contains(got, m) && (m != "[n]" || !strings.HasSuffix(f, ".one")) {
				fault(f, "lacks %s", m)
			}
		}
		for _, m := range got {
			if !slices.Contains(want, m) {
				fault(f, "puts in %s, which is not given", m)
			}
		}
	}
	return out
}

func placed(text string) []string {
	m := marks.FindAllString(text, -1)
	slices.Sort(m)
	return slices.Compact(m)
}

// Japanese lists what is wrong with a Japanese text that is written for a
// reader: newcomers' rules, furigana on every kanji, hold for what is authored
// for all.
func Japanese(text string, r id.Reader) []string {
	if strings.TrimSpace(text) == "" {
		return []string{"is empty"}
	}
	if err := Valid(text); err != nil {
		return []string{err.Error()}
	}
	year := taught(r)
	var over []rune
	for _, k := range Unread(text) {
		if beyond(string(k), year) {
			over = append(over, k)
		}
	}
	if len(over) > 0 {
		return []string{fmt.Sprintf("no reading for %s; write {漢字|かんじ}", string(over))}
	}
	return nil
}

func foreign(text string, r id.Reader) string {
	switch {
	case strings.TrimSpace(text) == "":
		return "is empty"
	case strings.ContainsAny(text, "{|}"):
		return "has furigana, which belongs to Japanese"
	case r != id.Zh && Unread(text) != "":
		return "has kanji in it: " + Unread(text)
	}
	return ""
}
