package node

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

// Each reader's page finds its words, as JSON, and each of them is a whole one.
func TestPageWords(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	first := 0
	for _, r := range id.Readers {
		res, err := http.Get(c.base + "/words/" + r.String() + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var w pageWords
		err = json.NewDecoder(res.Body).Decode(&w)
		res.Body.Close()
		if err != nil || res.StatusCode != 200 || w.Reader != r.String() || w.Lang != r.Lang() {
			t.Fatalf("%v: %d %v %+v", r, res.StatusCode, err, w.Reader)
		}
		if len(w.Readers) != len(id.Readers) || w.Readers[0].Name == "" || len(w.Map) == 0 {
			t.Errorf("%v: %d readers, %d texts of maps", r, len(w.Readers), len(w.Map))
		}
		if first == 0 {
			first = len(w.Texts)
		}
		packed, _ := http.NewRequest(http.MethodGet, c.base+"/words/"+r.String()+".json", nil)
		packed.Header.Set("Accept-Encoding", "br")
		small, err := http.DefaultTransport.RoundTrip(packed)
		if err != nil {
			t.Fatal(err)
		}
		small.Body.Close()
		t.Logf("%-7s %3d texts, %5d bytes on the line (promised: at most 12,000)", r, len(w.Texts), small.ContentLength)
		if small.ContentLength > 12000 || small.Header.Get("Content-Encoding") != "br" {
			t.Errorf("%v takes %d bytes", r, small.ContentLength)
		}
		if len(w.Texts) < first || w.Texts["hello.title"] == "" || w.Texts["city.phrase.1"] == "" || w.Texts["city.place.plaza"] == "" {
			t.Errorf("%v: %d texts, the first reader has %d", r, len(w.Texts), first)
		}
		for on, b := range w.Shown.Boards {
			if w.Texts["city.board."+b.ID+".text"] == "" || len(b.Picture) == 0 || b.Deed == "" {
				t.Errorf("%v: %s is a board with %+v", r, on, b)
			}
			for _, kind := range b.Picture {
				if at := w.Shown.Things[kind]; at[2] == 0 || at[0]+at[2] > w.Shown.Sheet[0] || at[1]+at[3] > w.Shown.Sheet[1] {
					t.Errorf("%s: a %s is at %v of %v", on, kind, at, w.Shown.Sheet)
				}
			}
		}
		if len(w.Shown.Boards) < 30 || len(w.Shown.Scenes) != 3 {
			t.Errorf("%v: %d boards, %d scenes", r, len(w.Shown.Boards), len(w.Shown.Scenes))
		}
	}
}

// A visitor's choice of words holds for what the server says, from the moment
// of choosing, and on the next visit.
func TestChosenWords(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	g := c.enter(id.El34)
	g.await("speech", func(e protocol.Event) bool { _, ok := e.(*protocol.Speech); return ok })
	type told struct {
		Reader, Furigana string
		Ruby             bool
	}
	var said, then told
	if s := g.post("/api/words", map[string]string{"reader": "pt", "furigana": "off"}, &said); s != 200 || said.Reader != "pt" || said.Furigana != "off" || said.Ruby {
		t.Fatalf("choosing: %d %+v", s, said)
	}
	want := c.n.pack.Sentence("speech.open", id.Pt)
	g.await("the same in Portuguese", func(e protocol.Event) bool { x, ok := e.(*protocol.Speech); return ok && x.Text == want })
	g.dial()
	w := g.await("Welcome", func(e protocol.Event) bool {
		x, ok := e.(*protocol.Welcome)
		return ok && len(x.Phrases) > 0 && x.Phrases[0].Text == c.n.pack.Say("phrase.1", id.Pt)
	})
	if w == nil {
		t.Error("no phrases in Portuguese")
	}
	if s := g.post("/api/words", map[string]string{"reader": "klingon"}, &then); s != 200 || then.Reader != "" || !then.Ruby {
		t.Errorf("an unknown reader: %d %+v", s, then)
	}
	if s := c.guest().post("/api/words", map[string]string{"reader": "pt"}, nil); s == 200 {
		t.Error("somebody without a ticket chose words")
	}
}

// Whoever wants furigana gets it after the words, at their depth; whoever does
// not, and the speaker, get none.
func TestFurigana(t *testing.T) {
	c := open(t, t.TempDir(), nil)
	text := "" // once the dictionary is open, which takes a while on a busy machine
	for end := time.Now().Add(5 * time.Minute); !strings.HasPrefix(text, "{職員室|しょくいんしつ}") && time.Now().Before(end); {
		text = c.n.aloud.read(t.Context(), "職員室で待つ", id.Ja12)
	}
	if !strings.HasPrefix(text, "{職員室|しょくいんしつ}") {
		t.Fatalf("staff's words are read as %s", text)
	}
	a, b, grown := c.enter(id.El56), c.enter(id.El34), c.enter(id.High)
	a.say("今日は一人で公園を散歩したよ")
	read := func(e protocol.Event) bool { _, ok := e.(*protocol.Reading); return ok }
	r := b.await("a reading", read).(*protocol.Reading)
	if want := "今日は一人で公園を{散歩|さんぽ}したよ"; r.Text != want || r.Utterance == 0 {
		t.Errorf("the reading is %+v, want %s", r, want)
	}
	a.say("ひらがなだけだよ")
	a.say("明日は晴れるかな")
	b.awaitHeard("明日は晴れるかな")
	for _, g := range []*guest{a, grown} {
		g.poll()
		for _, e := range g.events {
			if read(e) {
				t.Errorf("somebody who wants none is told %+v", e)
			}
		}
	}
	var none *aloud
	none.hear(nil, 1, "漢字")
	if text := none.read(t.Context(), "漢字", id.Ja12); text != "漢字" {
		t.Errorf("switched off, it reads %s", text)
	}
}
