package cities

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"

	"kakitsubata/moderation"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/reading"
	"kakitsubata/world/atlas"
	"kakitsubata/world/atlas/tiled"
)

func kariya(t *testing.T) *Pack {
	t.Helper()
	p, err := Load("kariya")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestKariya(t *testing.T) {
	p := kariya(t)
	if p.City != "kariya" || reading.Kana(p.Title) != "かりやし" || reading.Plain(p.Title) != "刈谷市" || p.Zone.String() != "Asia/Tokyo" {
		t.Errorf("it is %s %s in %v", p.City, p.Title, p.Zone)
	}
	if !p.Hours.Always() || p.Start != "plaza" {
		t.Errorf("it starts in %s; always open: %v", p.Start, p.Hours.Always())
	}
	capacity := map[id.PlaceID]int{
		"plaza": 120, "kijo": 60, "marsh": 60, "study": 40, "mando": 120, "traffic": 60, "oasis": 60, "science": 60, "consult": 12,
	}
	for _, x := range p.Places {
		if capacity[x.ID] != x.Capacity || x.Map != string(x.ID)+".tmx" {
			t.Errorf("place %+v", x)
		}
		delete(capacity, x.ID)
	}
	if len(capacity) > 0 {
		t.Errorf("no place for %v", capacity)
	}
	if n := len(p.Phrases); n < 20 || n > 30 {
		t.Errorf("%d phrases", n)
	}
	for _, say := range []string{"ひとりにしてね", "いまは よむだけ", "きいてくれて ありがとう"} {
		if !slices.ContainsFunc(p.Phrases, func(x Phrase) bool { return reading.Kana(x.Text) == say }) {
			t.Errorf("no phrase says %s", say)
		}
	}
	if !slices.Contains(p.Companion.Lines["machine"], "わたしは きかい だよ。{人|ひと}じゃないけど、{話|はなし}は きけるよ。") || p.Companion.Name != "ゆらり" {
		t.Errorf("the companion is %+v", p.Companion)
	}
	if p.Maps == nil || len(p.Entrance.Points) < 5 {
		t.Errorf("no maps, or %d points on the page", len(p.Entrance.Points))
	}
	for _, card := range Cards {
		for _, r := range id.Readers {
			if p.Say("entrance.card."+card, r) == "" {
				t.Errorf("%s has no card %s", r, card)
			}
		}
	}
}

// Every text that a child may see, by any field of the pack.
func texts(v reflect.Value, path string, each func(path, text string)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() && !strings.HasSuffix(path, ".Zone") && !strings.HasSuffix(path, ".Maps") {
			texts(v.Elem(), path, each)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i).Name
			if path == "" && (f == "Services" || f == "Hours" || f == "book" || f == "written") { // the directory has no furigana; the others are made of the rest
				continue
			}
			texts(v.Field(i), path+"."+f, each)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			texts(it.Value(), fmt.Sprintf("%s[%v]", path, it.Key()), each)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			texts(v.Index(i), fmt.Sprintf("%s[%d]", path, i), each)
		}
	case reflect.String:
		each(path, v.String())
	}
}

// Load checks what it knows of; this looks at every string that there is.
func TestEveryTextIsReadable(t *testing.T) {
	n := 0
	texts(reflect.ValueOf(*kariya(t)), "", func(path, text string) {
		n++
		if err := reading.Valid(text); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if k := reading.Unread(text); k != "" {
			t.Errorf("%s: no reading for %s in %s", path, k, text)
		}
		if strings.ContainsFunc(reading.Kana(text), func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s: %s keeps kanji for the youngest", path, text)
		}
		for _, bad := range []string{"わるい", "だめ", "ばか", "いけません", "しなければ", "きんし", "いはん"} {
			if strings.Contains(reading.Kana(text), bad) {
				t.Errorf("%s says %s: %s", path, bad, text)
			}
		}
	})
	if n < 200 {
		t.Errorf("only %d texts were seen", n)
	}
}

// The rows of the file as they are, read by another way than the loader's.
func rows(t *testing.T) map[string]map[string]string {
	t.Helper()
	f, err := os.Open("kariya/services.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]map[string]string)
	for _, row := range all[1:] {
		m := make(map[string]string)
		for i, name := range all[0] {
			m[name] = row[i]
		}
		out[m["id"]] = m
	}
	return out
}

var digits = regexp.MustCompile(`[0-9][0-9:]*`)

// What a child is told is what the file says: confirmed, with the number as it
// is there, and hours that do not say more than it does.
func TestNoticesTellTheFile(t *testing.T) {
	p, file := kariya(t), rows(t)
	if len(file) != len(p.Services) || len(file) < 140 {
		t.Errorf("%d services of %d rows", len(p.Services), len(file))
	}
	for sid, row := range file {
		s := p.Services[sid]
		if s.Phone != row["phone"] || s.URL != row["url"] || s.Name != row["name_ja"] || s.Confirmed != (row["confidence"] == "seen") {
			t.Errorf("%s: read as %+v", sid, s)
		}
		if !s.Confirmed {
			for _, b := range id.Brackets {
				if s.For(b) {
					t.Errorf("%s is not confirmed and shown to %v", sid, b)
				}
			}
		}
	}
	labels := []moderation.Category{
		moderation.SelfHarm, moderation.BullyingVictim, moderation.AbuseHome, moderation.PovertyHunger, moderation.SchoolRefusal,
		moderation.Loneliness, moderation.YoungCarer, moderation.SexualVictim, moderation.EatingSleep, moderation.SelfDenial, "",
	}
	for _, c := range labels {
		if _, ok := p.Notices[string(c)]; !ok && c != "" {
			t.Errorf("no notice for %s", c)
		}
		for _, b := range id.Brackets {
			n := p.Notice([]moderation.Category{moderation.Insult, c}, b, b.Reader())
			if len(n.Lines) < 2 || len(n.Lines) > 6 {
				t.Errorf("%s for %v has %d lines", c, b, len(n.Lines))
			}
			if text := p.Notice([]moderation.Category{c}, b, id.Ja12).Text; !strings.Contains(text, "みまもりの ひとが よみます") {
				t.Errorf("%s does not say that somebody reads it: %s", c, n.Text)
			}
			if len([]rune(reading.Plain(n.Text))) > 140 {
				t.Errorf("%s is long: %s", c, n.Text)
			}
			numbers := []string{"110", "119", "189"}
			rest := n.Lines
			for _, sid := range noticeOf(p, c).Services {
				row := file[sid]
				if row["confidence"] != "seen" || !slices.Contains(strings.Split(row["brackets"], "|"), b.String()) || len(rest) == 0 {
					continue
				}
				l := rest[0]
				rest = rest[1:]
				if l.Phone != row["phone"] || l.URL != row["url"] || l.Name == "" || l.Text == "" {
					t.Errorf("%s for %v: %s is shown as %+v", c, b, sid, l)
				}
				for _, d := range digits.FindAllString(l.Hours, -1) {
					if !strings.Contains(row["hours"], d) {
						t.Errorf("%s: the hours %q are not the file's %q", sid, l.Hours, row["hours"])
					}
				}
				if b == id.El12 && strings.ContainsAny(l.Name+l.Text+l.Hours+n.Text+n.Title, "{|}") {
					t.Errorf("the youngest get markup: %+v", l)
				}
			}
			if len(rest) > 0 {
				t.Errorf("%s for %v shows what it should not: %+v", c, b, rest)
			}
			for _, d := range digits.FindAllString(n.Text+n.Title, -1) {
				if !slices.Contains(numbers, d) {
					t.Errorf("%s names %s", c, d)
				}
			}
		}
	}
	if n := p.Notice(nil, id.El34, id.JaEasy); n.Title != p.Notices[DefaultNotice].Title {
		t.Errorf("nothing known gives %q", n.Title)
	}
	first := func(c moderation.Category) string {
		return p.Notice([]moderation.Category{c}, id.El12, id.Ja12).Lines[0].Phone
	}
	if a, b := first(moderation.SelfHarm), first(moderation.AbuseHome); a != "119" || b != "189" {
		t.Errorf("first come %s and %s", a, b)
	}
}

func noticeOf(p *Pack, c moderation.Category) Notice {
	if n, ok := p.Notices[string(c)]; ok {
		return n
	}
	return p.Notices[DefaultNotice]
}

func TestEveryCodeHasASentence(t *testing.T) {
	p := kariya(t)
	for c := protocol.Code(1); c < 1000; c++ {
		_, ok := leavings[c]
		known := c >= protocol.LeaveDrain && c <= protocol.LeaveWatchEnded || c >= protocol.RefuseMalformed && c <= protocol.RefuseLater
		if ok != known {
			t.Errorf("code %d: a sentence %v, a code %v", c, ok, known)
		}
		if p.Leaving(c, id.Ja12) == "" {
			t.Errorf("code %d says nothing", c)
		}
	}
	for o := protocol.Outcome(0); o <= protocol.NotJudged; o++ {
		if got := p.Outcome(o, id.Ja12); (got == "") != (o == protocol.Shown) {
			t.Errorf("outcome %d says %q", o, got)
		}
	}
	for _, c := range moderation.Categories() {
		v := moderation.Verdict{Reasons: []moderation.Reason{{Category: c, Severity: 1}}}
		if p.why(v, id.Ja12) == "" {
			t.Errorf("%s: a child is not told why", c)
		}
		for _, o := range []protocol.Outcome{protocol.Masked, protocol.Blocked, protocol.Muted} {
			if got := p.Why(o, v, id.Ja12); !strings.HasSuffix(got, "。") || strings.Count(got, "ので、") != 1 {
				t.Errorf("%s, outcome %d: %q", c, o, got)
			}
		}
	}
	if got := p.TakenBack(moderation.Verdict{}, id.Ja12); got != p.Sentence("fate.retracted", id.Ja12) {
		t.Errorf("without a reason: %q", got)
	}
	for _, key := range SentenceKeys() {
		if p.Sentence(key, id.Ja12) == "" {
			t.Errorf("%s says nothing", key)
		}
	}
}

// Every place can be entered, and every portal leads somewhere.
func TestMaps(t *testing.T) {
	p := kariya(t)
	maps := make(map[id.PlaceID]*atlas.Atlas)
	for _, x := range p.Places {
		a, err := tiled.Load(p.Maps, x.Map, x.ID)
		if err != nil {
			t.Error(err)
			continue
		}
		maps[x.ID] = a
	}
	for place, a := range maps {
		if len(a.Portals) == 0 {
			t.Errorf("nothing leads out of %s", place)
		}
		for _, door := range a.Portals {
			to := maps[door.To]
			if to == nil {
				t.Errorf("%s: portal %s leads to %s, which is no place", place, door.Name, door.To)
				continue
			}
			arrives := door.At == ""
			for _, x := range to.Portals {
				arrives = arrives || x.Name == door.At
			}
			for _, x := range to.Spawns {
				arrives = arrives || x.Name == door.At
			}
			if !arrives {
				t.Errorf("%s: portal %s arrives at %q of %s, which is not there", place, door.Name, door.At, door.To)
			}
		}
	}
}

func TestHours(t *testing.T) {
	jst := time.FixedZone("JST", 9*3600)
	l := loader{pack: &Pack{}}
	h := l.hours("city.toml", hoursFile{Mon: []string{"08:00-12:00", "15:00-22:00"}, Tue: []string{"00:00-24:00"}}, jst)
	if len(l.faults) > 0 {
		t.Fatal(l.faults)
	}
	at := func(s string) time.Time { // of the week that begins on Monday, 2026-11-23
		x, err := time.ParseInLocation("02 15:04", s, jst)
		if err != nil {
			t.Fatal(err)
		}
		return time.Date(2026, 11, x.Day(), x.Hour(), x.Minute(), 0, 0, jst).UTC()
	}
	for _, x := range []struct {
		now  string
		open bool
		next string
	}{
		{"22 23:59", false, "23 08:00"}, {"23 07:59", false, "23 08:00"}, {"23 08:00", true, "23 12:00"}, {"23 11:59", true, "23 12:00"},
		{"23 12:00", false, "23 15:00"}, {"23 21:59", true, "23 22:00"}, {"23 22:00", false, "24 00:00"}, {"24 00:00", true, "25 00:00"},
		{"24 12:00", true, "25 00:00"}, {"25 00:00", false, "30 08:00"}, {"29 12:00", false, "30 08:00"},
	} {
		if got := h.Open(at(x.now)); got != x.open {
			t.Errorf("at %s open is %v", x.now, got)
		}
		if got := h.Next(at(x.now)); !got.Equal(at(x.next)) {
			t.Errorf("after %s it changes at %v, want %s", x.now, got.In(jst), x.next)
		}
	}
	if a, b := h.Today(at("23 03:00")), h.Today(at("25 03:00")); a != "08:00–12:00、15:00–22:00" || b != "" {
		t.Errorf("Today = %q, %q", a, b)
	}
	every := l.hours("city.toml", hoursFile{Tue: []string{"00:00-24:00"}, Wed: []string{"00:00-24:00"}, Thu: []string{"00:00-24:00"},
		Fri: []string{"00:00-24:00"}, Sat: []string{"00:00-24:00"}, Sun: []string{"00:00-24:00"}, Mon: []string{"00:00-24:00"}}, jst)
	if n := every.Next(at("24 10:00")); !n.IsZero() {
		t.Errorf("a city that never closes closes at %v", n)
	}
}

// A copy of Kariya's pack that a test can spoil.
func copyPack(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	sub, err := fs.Sub(packs, "kariya")
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(sub, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(sub, path)
		out[path] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Each mistake is named with its file, its key and what is wrong.
func TestFaults(t *testing.T) {
	for _, x := range []struct{ file, from, to, want string }{
		{"city.toml", `title = "{刈谷市|かりやし}"`, `title = "刈谷市"`, "city.toml: title: no reading for 刈谷市"},
		{"city.toml", `title = "{刈谷市|かりやし}"`, `title = "{刈谷市"`, "city.toml: title: reading: malformed furigana: a { without a }"},
		{"city.toml", `title = "{刈谷市|かりやし}"`, ``, "city.toml: title: is empty"},
		{"city.toml", `Asia/Tokyo`, `Asia/Kariya`, `city.toml: time_zone: "Asia/Kariya" is not a time zone`},
		{"city.toml", `"el12", `, `"el11", `, `city.toml: free_text: "el11" is not a bracket`},
		{"city.toml", `unwatched = "phrases"`, `unwatched = "maybe"`, `city.toml: unwatched: "maybe" is not open, phrases or closed`},
		{"city.toml", `start = "plaza"`, `start = "moon"`, `city.toml: start: "moon" is not one of the places`},
		{"city.toml", `always = true`, `always = false`, "city.toml: hours: wants either always"},
		{"city.toml", `always = true`, `mon = ["22:00-15:00"]`, `city.toml: hours.mon: "22:00-15:00" is not hours`},
		{"city.toml", `always = true`, `mon = ["15:00-22:00", "20:00-23:00"]`, `city.toml: hours.mon: "20:00-23:00" is not hours`},
		{"city.toml", `capacity = 120`, `capacity = 0`, "city.toml: place 1 (plaza).capacity: 0 is not from 1 to 500"},
		{"city.toml", `copies = 10`, `copies = 1000`, "city.toml: place 1 (plaza).copies: 1000 is not"},
		{"city.toml", `map = "plaza.tmx"`, `map = "../plaza.tmx"`, `city.toml: place 1 (plaza).map: "../plaza.tmx" is not a .tmx or .tmj file in the maps folder`},
		{"city.toml", `map = "plaza.tmx"`, `map = "plazza.tmx"`, "city.toml: place 1 (plaza).map: maps/plazza.tmx is not there"},
		{"city.toml", `id = "kijo"`, `id = "plaza"`, "city.toml: place 2 (plaza).id: is there twice"},
		{"city.toml", `id = "kijo"`, `id = "Kijo Park"`, `city.toml: place 2 (Kijo Park).id: "Kijo Park" is not a place id`},
		{"city.toml", `badge =`, `bagde =`, "city.toml: bagde: is not a key of this file"},
		{"city.toml", `title = "`, `title = `, "city.toml: line 3: is not the TOML that is expected"},
		{"phrases.toml", `id = 2`, `id = 1`, "phrases.toml: phrase 2 (id 1).id: must be from 1 to 65535 and of this phrase alone"},
		{"phrases.toml", `{遊|あそ}`, `遊`, "phrases.toml: phrase 6 (id 6).text: no reading for 遊"},
		{"phrases.toml", `またね！`, strings.Repeat("またね", 20), "phrases.toml: phrase 4 (id 4).text: is 60 characters long in kana, at most 40"},
		{"notices.toml", `"n-sos24", "n-childline", "n-189", "c-school"`, `"n-sos25", "c-school"`, "notices.toml: notice.default.services: n-sos25 is not in services.csv"},
		{"notices.toml", `"c-school", "n-ibasho", "n-110"]`, `"p-young"]`, `notices.toml: notice.default.services: p-young is not confirmed (confidence "memory"`},
		{"notices.toml", `"c-school", "n-ibasho", "n-110"]`, `"c-library"]`, "notices.toml: notice.default.services: c-library has no words for children: write [service.c-library]"},
		{"notices.toml", `[notice.self_harm]`, `[notice.selfharm]`, "notices.toml: notice.selfharm: is not a kind of need"},
		{"notices.toml", `[notice.default]`, `[notice.insult]`, "notices.toml: notice.default: is missing"},
		{"notices.toml", `["n-childline", "n-sos24", "n-ibasho", "n-yorisoi", "n-notalone-u18"]`, `["n-yorisoi"]`, "notices.toml: notice.loneliness.services: none of them is for el12"},
		{"notices.toml", `[service.n-110]`, `[service.n-111]`, "notices.toml: service.n-111: is not in services.csv"},
		{"sentences.toml", `drain =`, `drian =`, "sentences.toml: leave.drian: is not a sentence that the server says"},
		{"sentences.toml", `drain =`, `drian =`, "sentences.toml: leave.drain: is missing"},
		{"companion.toml", `secret = [`, `secrets = [`, "companion.toml: lines.secret: is missing"},
		{"companion.toml", `[2, 4, 3, 5, 2, 0]`, `[2, 4, 3, 5, 2, 9]`, "companion.toml: look: [2 4 3 5 2 9] is not a look"},
		{"companion.toml", `name = "ゆらり"`, `name = "{百合|ゆり}"`, "companion.toml: name: must be at most 16 characters of kana"},
		{"entrance.toml", `icon = "eye"`, `icon = "eyes"`, `entrance.toml: point 5.icon: "eyes" is not one of`},
		{"entrance.toml", `demo =`, `dmo =`, "entrance.toml: demo: is empty"},
		{"entrance.toml", `kept =`, `keeps =`, "entrance.toml: card.kept: is missing"},
		{"entrance.toml", `kept =`, `keeps =`, "entrance.toml: card.keeps: is not one of watch, asked, kept, leave"},
		{"entrance.toml", `watch = "`, `watch = "{見守|みまも}る {大人|おとな}の {話|はなし}。`, "entrance.toml: card.watch: is 37 characters long in kana, at most 30"},
		{"entrance.toml", `leave = "`, `leave = "止`, "entrance.toml: card.leave: no reading for 止"},
		{"verdicts.toml", `[insult]`, `[insults]`, "verdicts.toml: insults: is not a category"},
		{"verdicts.toml", `[insult]`, `[insults]`, "verdicts.toml: insult.1: is missing"},
		{"verdicts.toml", `[insult]`, "[insult.el11]\n1 = {}\n[insult]", "verdicts.toml: insult.el11: is neither a severity (1, 2, 3) nor a bracket"},
		{"verdicts.toml", `[insult]`, "[insult.jh]\n4 = { show = \"block\", level = \"case\", mute = \"1m\" }\n[insult]", "verdicts.toml: insult.jh.4: moderation: a table may not say this: severity 4"},
		{"verdicts.toml", `[insult]`, "[insult.jh]\n3 = { show = \"mask\", level = \"case\", mute = \"1m\" }\n[insult]", "verdicts.toml: insult.jh.3: moderation: a table may not say this: harm of severity 3 is never shown"},
		{"verdicts.toml", `[insult]`, "[insult.jh]\nx = 3\n[insult]", "verdicts.toml: insult.jh.x: is not a severity"},
		{"verdicts.toml", `[insult]`, "[insult.jh]\n1 = 3\n[insult]", "verdicts.toml: insult.jh.1: is not { show"},
		{"verdicts.toml", `mute = "10s"`, `mute = "ten"`, `mute: "ten" is not a time such as 10s or 5m`},
		{"verdicts.toml", `mute = "10s"`, `mute = "10h", reason = "x"`, `reason: is not a key of this file`},
		{"verdicts.toml", `mute = "10s"`, `mute = "30h"`, `a mute lasts up to 24h`},
		{"verdicts.toml", `show = "mask", level = "scored", mute = "none"`, `show = "block", level = "scored", mute = "none"`, "verdicts.toml: self_harm.1: moderation: a table may not say this: words of need are never blocked"},
		{"verdicts.toml", `level = "scored", mute = "none"`, `level = "scored", mute = "10s"`, "verdicts.toml: self_harm.1: moderation: a table may not say this: a child in need is never muted"},
		{"verdicts.toml", `3 = { show = "mask", level = "scored"`, `3 = { show = "mask", level = "watch"`, "verdicts.toml: self_harm.3: moderation: a table may not say this: acute need is urgent"},
		{"verdicts.toml", `level = "scored"`, `level = "soon"`, `verdicts.toml: self_harm.1.level: "soon" is not none, watch, case, urgent or scored`},
		{"verdicts.toml", `show = "block"`, `show = "hide"`, `show: "hide" is not pass, mask, block or scored`},
		{"verdicts.toml", `, mute = "10s"`, ``, `mute: is missing, or no text`},
		{"services.csv", `0120-0-78310`, `０１２０`, `phone: "０１２０" is not a number`},
		{"services.csv", `n-119,`, `n-110,`, "services.csv: line 3 (n-110): id: is there twice"},
		{"services.csv", `,confidence`, `,trust`, "services.csv: line 1: the columns must be id,name_ja"},
		{"services.csv", `el12|el34|el56|jh|hs|guardian,national,phone,110`, `all,national,phone,110`, `services.csv: line 2 (n-110): brackets: "all" is not a bracket`},
	} {
		pack := copyPack(t)
		data := string(pack[x.file].Data)
		if !strings.Contains(data, x.from) {
			t.Errorf("%s does not hold %q", x.file, x.from)
			continue
		}
		pack[x.file].Data = []byte(strings.Replace(data, x.from, x.to, 1))
		p, err := LoadFS(pack, "kariya")
		if p != nil || !errors.Is(err, ErrPack) || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s with %q for %q:\n%v\nwant %s", x.file, x.to, x.from, err, x.want)
		}
	}
	for _, file := range []string{"city.toml", "phrases.toml", "notices.toml", "sentences.toml", "companion.toml", "entrance.toml", "services.csv", "verdicts.toml"} {
		pack := copyPack(t)
		delete(pack, file)
		if _, err := LoadFS(pack, "kariya"); err == nil || !strings.Contains(err.Error(), file+": file: can't be read") {
			t.Errorf("without %s: %v", file, err)
		}
	}
}

func TestLoadFrom(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "anjo")
	if err := os.CopyFS(dir, copyPack(t)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, dir + "/"} {
		if p, err := Load(path); err != nil || p.City != "anjo" {
			t.Errorf("Load(%q) = %v", path, err)
		}
	}
	if _, err := LoadFS(copyPack(t), "Anjō"); err == nil || !strings.Contains(err.Error(), "is not a city id") {
		t.Errorf("a strange name: %v", err)
	}
	for _, name := range []string{"", "anjo", "./nowhere", "../cities/pack.go"} {
		if _, err := Load(name); !errors.Is(err, ErrNoCity) {
			t.Errorf("Load(%q) = %v", name, err)
		}
	}
	if _, err := Load("anjo"); !strings.Contains(err.Error(), "kariya") {
		t.Errorf("the error does not help: %v", err)
	}
}
