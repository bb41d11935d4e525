package cities

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/reading"
)

// DefaultNotice is the key of the notice for a cry for help whose kind is not
// among the pack's notices.
const DefaultNotice = "default"

// Bounds of what is written at length: what fits on a tablet's screen, and in
// the fields of the wire.
const (
	maxPhraseRunes = 40  // as read, without readings
	maxPhrases     = 200 //
	maxNoticeLines = 6   // more is no help
)

// sorted keeps faults in the same order at every start.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func (l *loader) phrases() {
	const file = "phrases.toml"
	var f struct {
		Phrases []struct {
			ID    uint16 `toml:"id"`
			Text  string `toml:"text"`
			Group string `toml:"group"`
		} `toml:"phrase"`
	}
	if _, ok := l.read(file, &f); !ok {
		return
	}
	if n := len(f.Phrases); n == 0 || n > maxPhrases {
		l.fault(file, "phrase", "there are %d, not from 1 to %d", n, maxPhrases)
	}
	seen := make(map[id.PhraseID]bool)
	for i, p := range f.Phrases {
		key := fmt.Sprintf("phrase %d (id %d)", i+1, p.ID)
		ph := Phrase{ID: id.PhraseID(p.ID), Text: p.Text, Group: p.Group}
		if p.ID == 0 || seen[ph.ID] {
			l.fault(file, key+".id", "must be from 1 to 65535 and of this phrase alone")
		}
		seen[ph.ID] = true
		l.child(file, key+".text", p.Text)
		if n := len([]rune(reading.Kana(p.Text))); n > maxPhraseRunes {
			l.fault(file, key+".text", "is %d characters long in kana, at most %d", n, maxPhraseRunes)
		}
		if p.Group == "" {
			l.fault(file, key+".group", "is empty")
		}
		l.pack.Phrases = append(l.pack.Phrases, ph)
	}
}

// notices needs services to have been read.
func (l *loader) notices() {
	const file = "notices.toml"
	type wording struct {
		Name  string `toml:"name"`
		Text  string `toml:"text"`
		Hours string `toml:"hours"`
	}
	var f struct {
		Wording map[string]wording `toml:"service"`
		Notices map[string]struct {
			Title    string   `toml:"title"`
			Text     string   `toml:"text"`
			Services []string `toml:"services"`
		} `toml:"notice"`
	}
	if _, ok := l.read(file, &f); !ok {
		return
	}
	words := make(map[string]Wording)
	for _, sid := range sorted(f.Wording) {
		w := f.Wording[sid]
		key := "service." + sid
		if _, ok := l.pack.Services[sid]; !ok {
			l.fault(file, key, "is not in services.csv")
		}
		l.child(file, key+".name", w.Name)
		l.child(file, key+".text", w.Text)
		l.child(file, key+".hours", w.Hours)
		words[sid] = Wording(w)
	}
	l.pack.Notices = make(map[string]Notice)
	for _, kind := range sorted(f.Notices) {
		n := f.Notices[kind]
		key := "notice." + kind
		if kind != DefaultNotice && !moderation.Category(kind).Support() {
			l.fault(file, key, "is not a kind of need")
		}
		l.child(file, key+".title", n.Title)
		l.child(file, key+".text", n.Text)
		note := Notice{Title: n.Title, Text: n.Text, Services: n.Services, Words: make(map[string]Wording)}
		for _, sid := range n.Services {
			s, ok := l.pack.Services[sid]
			w, worded := words[sid]
			switch {
			case !ok:
				l.fault(file, key+".services", "%s is not in services.csv", sid)
			case !s.Confirmed:
				l.fault(file, key+".services", "%s is not confirmed (confidence %q, not \"seen\")", sid, s.Confidence)
			case !worded:
				l.fault(file, key+".services", "%s has no words for children: write [service.%s]", sid, sid)
			}
			note.Words[sid] = w
		}
		// Whatever their age, a child sees somebody to turn to.
		for _, b := range id.Brackets {
			if !slices.ContainsFunc(n.Services, func(sid string) bool { return l.pack.Services[sid].For(b) }) {
				l.fault(file, key+".services", "none of them is for %v", b)
			}
		}
		l.pack.Notices[kind] = note
	}
	if _, ok := l.pack.Notices[DefaultNotice]; !ok {
		l.fault(file, "notice."+DefaultNotice, "is missing")
	}
}

// Notice is what a child of a bracket reads after words of these categories,
// in its own words: the first category that has a notice decides. It has at
// most six lines, only of confirmed services for that bracket.
func (p *Pack) Notice(labels []moderation.Category, b id.Bracket, r id.Reader) protocol.Notice {
	kind := DefaultNotice
	for _, c := range labels {
		if _, ok := p.Notices[string(c)]; ok {
			kind = string(c)
			break
		}
	}
	n := p.Notices[kind]
	out := protocol.Notice{Title: p.Say("notice."+kind+".title", r), Text: p.Say("notice."+kind+".text", r)}
	for _, sid := range n.Services {
		s := p.Services[sid]
		if !s.For(b) || len(out.Lines) == maxNoticeLines {
			continue
		}
		out.Lines = append(out.Lines, protocol.NoticeLine{
			Name:  p.Say("service."+sid+".name", r),
			Phone: s.Phone,
			URL:   s.URL,
			Hours: p.Say("service."+sid+".hours", r),
			Text:  p.Say("service."+sid+".text", r),
		})
	}
	return out
}

// leavings and outcomes name the sentence of each code: a new code without a
// sentence is found by the tests.
var leavings = map[protocol.Code]string{
	protocol.LeaveDrain:      "leave.drain",
	protocol.LeaveElsewhere:  "leave.elsewhere",
	protocol.LeaveTicket:     "leave.ticket",
	protocol.LeaveVersion:    "leave.version",
	protocol.LeaveSlow:       "leave.slow",
	protocol.LeaveFlood:      "leave.flood",
	protocol.LeaveMalformed:  "leave.malformed",
	protocol.LeaveSilent:     "leave.silent",
	protocol.LeaveClosed:     "leave.closed",
	protocol.LeaveFull:       "leave.full",
	protocol.LeaveGoodbye:    "leave.goodbye",
	protocol.LeaveFault:      "leave.fault",
	protocol.LeaveStaff:      "leave.staff",
	protocol.LeaveOrigin:     "leave.origin",
	protocol.LeaveWatchEnded: "leave.watch-ended",
	protocol.RefuseMalformed: "refuse.malformed",
	protocol.RefuseKind:      "refuse.kind",
	protocol.RefuseFast:      "refuse.fast",
	protocol.RefuseRange:     "refuse.range",
	protocol.RefuseObserver:  "refuse.observer",
	protocol.RefuseTaken:     "refuse.taken",
	protocol.RefusePortal:    "refuse.portal",
	protocol.RefuseText:      "refuse.text",
	protocol.RefuseLater:     "refuse.later",
}

var outcomes = map[protocol.Outcome]string{
	protocol.Masked:       "outcome.masked",
	protocol.Blocked:      "outcome.blocked",
	protocol.Muted:        "outcome.muted",
	protocol.TooFast:      "outcome.too-fast",
	protocol.TooLong:      "outcome.too-long",
	protocol.PhrasesOnly:  "outcome.phrases-only",
	protocol.SpeechClosed: "outcome.speech-closed",
	protocol.NotJudged:    "outcome.not-judged",
}

// others are the sentences that are found by their key alone.
var others = []string{
	"speech.open", "speech.unwatched", "speech.bracket", "speech.shut",
	"lamp.on", "lamp.off",
	"why.secret", "why.hurt", "why.body", "why.ask", "why.danger", "why.noise", "why.machine", "why.care",
	"fate.masked", "fate.blocked", "fate.muted", "fate.retracted", "appeal.thanks",
	"report.thanks", "hide.done", "hide.undone",
	"muted.by-staff", "unmuted.now",
	"closed.until", "closed.today", "queue.place",
	"entrance.code", "entrance.used", "entrance.expired", "entrance.revoked",
	"entrance.admission", "entrance.name", "entrance.taken", "entrance.look",
	"entrance.passphrase", "entrance.tired", "entrance.ticket", "entrance.fault",
}

// SentenceKeys lists every sentence that a pack must have, sorted.
func SentenceKeys() []string {
	keys := slices.Clone(others)
	for _, k := range leavings {
		keys = append(keys, k)
	}
	for _, k := range outcomes {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Sentence is what the server says by a key of SentenceKeys, in a reader's
// words. It is empty for a key that is not one of them.
func (p *Pack) Sentence(key string, r id.Reader) string { return p.Say("sentence."+key, r) }

// Leaving is the sentence for a code of leaving or refusal.
func (p *Pack) Leaving(c protocol.Code, r id.Reader) string {
	key, ok := leavings[c]
	if !ok {
		key = "leave.fault"
	}
	return p.Sentence(key, r)
}

// Outcome is the sentence for what became of words; empty for Shown.
func (p *Pack) Outcome(o protocol.Outcome, r id.Reader) string { return p.Sentence(outcomes[o], r) }

func (l *loader) sentences() {
	const file = "sentences.toml"
	var f map[string]map[string]string
	if _, ok := l.read(file, &f); !ok {
		return
	}
	l.pack.sentences = make(map[string]string)
	keys := SentenceKeys()
	for _, group := range sorted(f) {
		for _, name := range sorted(f[group]) {
			text := f[group][name]
			key := group + "." + name
			if _, ok := slices.BinarySearch(keys, key); !ok {
				l.fault(file, key, "is not a sentence that the server says")
			}
			l.child(file, key, text)
			l.pack.sentences[key] = text
		}
	}
	for _, key := range keys {
		if _, ok := l.pack.sentences[key]; !ok {
			l.fault(file, key, "is missing")
		}
	}
}

func (l *loader) companion() {
	const file = "companion.toml"
	var f struct {
		Name  string              `toml:"name"`
		Badge string              `toml:"badge"`
		Look  [6]int              `toml:"look"`
		Lines map[string][]string `toml:"lines"`
		Words map[string][]string `toml:"words"`
	}
	if _, ok := l.read(file, &f); !ok {
		return
	}
	c := Companion{Name: f.Name, Badge: f.Badge, Lines: f.Lines, Words: f.Words}
	l.child(file, "name", f.Name)
	l.child(file, "badge", f.Badge)
	if n := len([]rune(f.Name)); n > protocol.MaxNameRunes || strings.ContainsAny(f.Name, "{|}") {
		l.fault(file, "name", "must be at most %d characters of kana", protocol.MaxNameRunes)
	}
	c.Look = id.NewLook(f.Look[0], f.Look[1], f.Look[2], f.Look[3], f.Look[4], f.Look[5])
	if p := c.Look.Parts(); [6]int(p[:6]) != f.Look {
		l.fault(file, "look", "%v is not a look (skin, hair colour, hair style, dress, dress colour, hat)", f.Look)
	}
	for _, m := range ownMoments {
		if len(f.Lines[m]) == 0 {
			l.fault(file, "lines."+m, "is missing")
		}
	}
	for _, m := range sorted(f.Lines) {
		if !slices.Contains(Moments, m) {
			l.fault(file, "lines."+m, "is not a moment")
		}
		for i, s := range f.Lines[m] {
			key := fmt.Sprintf("lines.%s[%d]", m, i)
			l.child(file, key, s)
			if n := len([]rune(reading.Plain(s))); n > protocol.MaxSayRunes {
				l.fault(file, key, "is %d characters, at most %d", n, protocol.MaxSayRunes)
			}
		}
	}
	for _, m := range sorted(f.Words) {
		if !slices.Contains(Moments, m) {
			l.fault(file, "words."+m, "is not a moment")
		}
	}
	l.pack.Companion = c
}

func (l *loader) entrance() {
	const file = "entrance.toml"
	var f struct {
		Title  string            `toml:"title"`
		Enter  string            `toml:"enter"`
		Code   string            `toml:"code"`
		Return string            `toml:"return"`
		Keep   string            `toml:"keep"`
		Stay   string            `toml:"stay"`
		Demo   string            `toml:"demo"`
		Card   map[string]string `toml:"card"`
		Points []struct {
			Icon  string `toml:"icon"`
			Title string `toml:"title"`
			Text  string `toml:"text"`
		} `toml:"point"`
	}
	var meta toml.MetaData
	var ok bool
	if meta, ok = l.read(file, &f); !ok {
		return
	}
	e := EntrancePage{Title: f.Title, Enter: f.Enter, Code: f.Code, Return: f.Return, Keep: f.Keep, Stay: f.Stay, Demo: f.Demo}
	for _, x := range [][2]string{
		{"title", f.Title}, {"enter", f.Enter}, {"code", f.Code}, {"return", f.Return},
		{"keep", f.Keep}, {"stay", f.Stay}, {"demo", f.Demo},
	} {
		l.child(file, x[0], x[1])
	}
	l.cards(file, f.Card)
	e.Cards = f.Card
	if !meta.IsDefined("point") {
		l.fault(file, "point", "is missing: the page must say what is kept, who watches, and that one may leave")
	}
	icons := []string{"eye", "box", "door", "bell", "heart", "star"}
	for i, p := range f.Points {
		key := fmt.Sprintf("point %d", i+1)
		if !slices.Contains(icons, p.Icon) {
			l.fault(file, key+".icon", "%q is not one of %s", p.Icon, strings.Join(icons, ", "))
		}
		l.child(file, key+".title", p.Title)
		l.child(file, key+".text", p.Text)
		e.Points = append(e.Points, Point(p))
	}
	l.pack.Entrance = e
}

// cards looks that each card is there and short enough for who just learns to
// read.
func (l *loader) cards(file string, cards map[string]string) {
	for _, name := range Cards {
		key := "card." + name
		text, ok := cards[name]
		if !ok {
			l.fault(file, key, "is missing: before coming in a child is told of %s", strings.Join(Cards, ", "))
			continue
		}
		l.child(file, key, text)
		kana := strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, reading.Kana(text))
		if n := utf8.RuneCountInString(kana); n > maxCard {
			l.fault(file, key, "is %d characters long in kana, at most %d", n, maxCard)
		}
	}
	for _, name := range sorted(cards) {
		if !slices.Contains(Cards, name) {
			l.fault(file, "card."+name, "is not one of %s", strings.Join(Cards, ", "))
		}
	}
}
