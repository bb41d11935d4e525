package panel

import (
	"strings"
	"syscall/js"
	"unicode"

	"kakitsubata/client/scene"
	"kakitsubata/protocol/id"
)

// The page's words live in words.js, which has fetched them for the reader:
// the game holds keys alone.
var pageWords = js.Global().Get("kakitsubataWords")

// tr is the text of a key, with furigana as {漢字|かんじ}. Pairs of a name and a
// value are put in where the text says [name].
func tr(key string, args ...any) string {
	put := js.Undefined()
	if len(args) > 0 {
		put = js.Global().Get("Object").New()
		for i := 0; i+1 < len(args); i += 2 {
			put.Set(args[i].(string), args[i+1])
		}
	}
	if s := pageWords.Call("t", key, put); s.Type() == js.TypeString {
		return s.String()
	}
	return ""
}

// trPlain is tr without furigana, for labels.
func trPlain(key string, args ...any) string { return plainText(tr(key, args...)) }

// trKana is tr with each word that has furigana as it is read.
func trKana(key string, args ...any) string { return kanaText(tr(key, args...)) }

// mapText is what stands on a map, in the reader's words.
func mapText(authored string) string { return pageWords.Call("mapText", authored).String() }

// placeTitle is the name of a room's place in the reader's words.
func placeTitle(room, authored string) string {
	_, rest, _ := strings.Cut(room, "/")
	place, _, _ := strings.Cut(rest, "/")
	if s := tr("city.place." + place); s != "" {
		return s
	}
	return mapText(authored)
}

// tongue marks Japanese on a page in another language, so that a screen reader
// and the browser's fonts know.
func tongue(e js.Value, s string) {
	page := pageWords.Call("lang").String()
	if page == "ja" {
		return
	}
	if strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Hiragana, unicode.Katakana) || unicode.Is(unicode.Han, r) && page != "zh-Hans"
	}) {
		e.Set("lang", "ja")
	}
}

// said is a line's words: what came, or a sentence of the client's own.
func said(l *scene.Line) string {
	if l.Key != "" {
		return tr(l.Key)
	}
	return l.Text
}

// reworded shows the page anew in other words. What was said stays as it was.
func (p *Panel) reworded() {
	p.labelCanvas()
	p.labelLog()
	p.buildRing()
	p.heads.hung = hung{}
	p.heads.reworded()
	p.around.reworded()
	p.last.first, p.muteAt = true, -1
	p.scene.Reword(func(ph id.PhraseID) string { return tr("city.phrase." + itoa(int(ph))) })
	switch p.open.kind {
	case sheetSettings:
		p.open.kind = sheetNone
		p.openSettings()
	case sheetSign:
		p.open.kind = sheetNone
		p.Read(p.open.board)
	case sheetPhrases, sheetLeave:
		p.closeSheet()
	}
}

// reworded has every row made anew, at the next look.
func (w *around) reworded() {
	for k, e := range w.rows {
		e.li.Call("remove")
		delete(w.rows, k)
	}
	w.count, w.next = -1, 0
}
