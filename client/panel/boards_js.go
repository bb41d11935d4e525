package panel

import (
	"cmp"
	"slices"
	"strings"
	"syscall/js"

	"kakitsubata/protocol/id"
	"kakitsubata/world/plane"
)

// Read shows what is on a thing: a picture, a sentence, and one thing to do.
// s is what stands on it, as authored. A map that is not of the city has no
// boards: then there is the list of what is around.
func (p *Panel) Read(s string) {
	if s == "" || !p.openSheet(sheetSign, 0, mapText(s), true, "reading", "dialog") {
		return
	}
	p.open.board = s
	b := p.board()
	if b.IsNull() {
		p.put(button(tr("state.elsewhere"), true, "big go", "board", 0))
		return
	}
	wide := boardWide
	if p.body.Get("clientWidth").Int() > 2*boardWide-60 {
		wide = 2*boardWide - 60
	}
	p.put(scenery(b, wide), para(tr("city.board."+b.Get("id").String()+".text"), "board"))
	if label, ok := p.boardLabel(b); ok && !p.scene.Observer() {
		p.put(button(label, true, "big go", "board", 0))
	}
}

// board is what the page knows of the board that is open, or null.
func (p *Panel) board() js.Value {
	room, _ := p.scene.Room()
	_, rest, _ := strings.Cut(room.Room, "/")
	place, _, _ := strings.Cut(rest, "/")
	return pageWords.Call("board", place, p.open.board)
}

// boardLabel is what stands on its button; not ok when there is nothing to do
// just now.
func (p *Panel) boardLabel(b js.Value) (label string, ok bool) {
	switch b.Get("deed").String() {
	case "door":
		if i := p.doorTo(b.Get("to").String()); i >= 0 {
			return tr("around.to-door", "place", mapText(p.scene.Atlas().Portals[i].Title)), true
		}
		return "", false
	case "walk":
		return tr("city.board." + b.Get("id").String() + ".label"), true
	case "phrase":
		return tr("board.say", "words", tr("city.phrase."+itoa(b.Get("n").Int()))), true
	case "emote":
		return tr("board.feel", "name", tr("emote."+itoa(b.Get("n").Int()))), true
	case "sit":
		return tr("around.sit"), true
	}
	return tr("state.elsewhere"), true
}

// boardDeed does what the open board asks for.
func (p *Panel) boardDeed() {
	b, a := p.board(), p.scene.Atlas()
	if a == nil {
		return
	}
	p.closeSheet()
	if b.IsNull() {
		p.elsewhere()
		return
	}
	switch n := b.Get("n"); b.Get("deed").String() {
	case "door":
		if i := p.doorTo(b.Get("to").String()); i >= 0 {
			p.aroundDeed(deed{what: "to-door", n: i})
		}
	case "walk":
		p.walkTo(b.Get("to").String())
	case "phrase":
		if p.scene.Phrase(id.PhraseID(n.Int())) {
			p.guide.greeted = true
		}
	case "emote":
		p.guide.greeted = true
		p.scene.Emote(id.EmoteID(n.Int()))
	case "sit":
		p.aroundDeed(deed{what: "seat"})
	default:
		p.elsewhere()
	}
}

// elsewhere shows what is around; in text mode that is on the page already.
func (p *Panel) elsewhere() {
	if p.world.Drawn() {
		p.openAround()
		return
	}
	if b := p.around.box.Call("querySelector", "button"); b.Truthy() {
		b.Call("focus")
	}
}

// doorTo is the nearest door to a place, or -1.
func (p *Panel) doorTo(place string) int {
	a := p.scene.Atlas()
	if a == nil {
		return -1
	}
	best, found := int64(1)<<62, -1
	for i := range a.Portals {
		if d2 := plane.Dist2(p.scene.OwnAt(), a.Portals[i].Area.Middle()); string(a.Portals[i].To) == place && d2 < best {
			best, found = d2, i
		}
	}
	return found
}

// wayTries is how many of a kind are tried for a way, the nearest first.
const wayTries = 4

// walkTo goes to the nearest thing of a kind that can be gone to: to before its
// foot.
func (p *Panel) walkTo(kind string) {
	a, at := p.scene.Atlas(), p.scene.OwnAt()
	var near []plane.Point
	for _, t := range a.Props {
		to := plane.Point{X: t.At.X, Y: t.At.Y + plane.Tile/2}
		if _, free := a.FreeNear(to, plane.Tile*3/2); t.Kind == kind && free {
			near = append(near, to)
		}
	}
	slices.SortFunc(near, func(a, b plane.Point) int { return cmp.Compare(plane.Dist2(at, a), plane.Dist2(at, b)) })
	for _, to := range near[:min(len(near), wayTries)] {
		if p.world.Walk(to, -1, -1) {
			text(p.hear, trPlain("around.going", "place", plainText(mapText(p.open.board))))
			return
		}
	}
	p.scene.Tell("around.no-way")
}

// The sizes of a picture, in CSS pixels.
const (
	sceneryLow  = 84  // at least so high
	sceneryMost = 120 // things that would be higher are not enlarged,
	sceneryTall = 170 // or, on a page with room for them, those
	roomyPage   = 640
	sceneryGap  = 6
	boardWide   = 270 // what a small phone has for a board's picture
	stateWide   = 96  // and beside the words of what is so just now,
	stateSmall  = 64  // or on a narrow page
)

// scenery is a picture of things that stand side by side, each from the sheet
// that the world is drawn from, as large as fits in so many CSS pixels. It is
// there to be looked at: the words beside it say the same to who can't.
func scenery(s js.Value, wide int) js.Value {
	box := el("div", "scenery")
	box.Get("dataset").Set("ground", s.Get("ground"))
	box.Call("setAttribute", "aria-hidden", "true")
	kinds := s.Get("picture")
	var things []js.Value
	sum, high := 0, 0
	for i := range kinds.Length() {
		t := pageWords.Call("thing", kinds.Index(i))
		if t.IsNull() {
			continue
		}
		things = append(things, t)
		sum += t.Index(2).Int() + sceneryGap
		high = max(high, t.Index(3).Int())
	}
	scale, most := 1, sceneryMost
	if wide > boardWide && js.Global().Get("innerHeight").Int() >= roomyPage {
		most = sceneryTall
	}
	for (scale+1)*high <= most && (scale+1)*sum <= wide {
		scale++
	}
	for _, t := range things {
		i := el("i", "")
		at := func(n, k int) string { return px(float64(t.Index(n).Int() * k)) }
		style := i.Get("style")
		style.Set("width", at(2, scale))
		style.Set("height", at(3, scale))
		style.Set("backgroundPosition", at(0, -scale)+" "+at(1, -scale))
		style.Set("backgroundSize", at(4, scale)+" "+at(5, scale))
		box.Call("append", i)
	}
	box.Get("style").Set("height", px(float64(max(high*scale+20, sceneryLow))))
	return box
}

// fetchSheets asks for the sheets of pictures early, and they are to be kept:
// when the connection is lost, there is nobody to ask.
func fetchSheets() (kept []js.Value) {
	for _, src := range [...]string{"/art/props.png", "/art/listener.png"} {
		i := js.Global().Get("Image").New()
		i.Set("src", src)
		kept = append(kept, i)
	}
	return kept
}
