package panel

import (
	"strconv"
	"syscall/js"
	"time"

	"kakitsubata/protocol/id"
	"kakitsubata/world/plane"
)

// around is the room as a list: who is near, where the doors lead, where one
// can sit and what can be read. It is a sheet above the canvas, and the page
// itself in text mode. Whatever is in it can be gone to by its name.
type around struct {
	box, say                    js.Value
	people, doors, things       js.Value
	peopleOf, doorsOf, thingsOf js.Value // the headed parts
	rows                        map[string]*entry
	room                        int
	round                       int
	next                        time.Duration
	near                        map[id.AvatarID]bool
	door                        int // the door that was told of as near, or -1
	calls                       []string
	spoke                       time.Duration
	count                       int
}

// entry is one row of the list.
type entry struct {
	li, b, far js.Value
	label      string
	distance   string
	round      int
}

const (
	lookEvery  = 500 * time.Millisecond // the list is looked over so often
	speakEvery = 4 * time.Second        // between two sentences of who came near
	doorNear   = 4 * plane.Tile
)

func (w *around) init(box js.Value) {
	w.box = box
	w.rows = map[string]*entry{}
	w.near = map[id.AvatarID]bool{}
	w.door = -1
	part := func(title string) (of, list js.Value) {
		of, list = el("section", ""), el("ul", "rows")
		h := el("h3", "")
		h.Get("dataset").Set("t", title) // words.js writes it, whenever the words change
		write(h, tr(title), true)
		of.Call("append", h, list)
		w.box.Call("append", of)
		return of, list
	}
	w.say = el("p", "lead")
	w.box.Call("append", w.say)
	w.peopleOf, w.people = part("around.people")
	w.doorsOf, w.doors = part("around.doors")
	w.thingsOf, w.things = part("around.things")
}

// step looks the room over. The rows are kept as long as what they name is
// there, so that a focus stays where it is.
func (w *around) step(p *Panel) {
	now := p.scene.Now()
	if now < w.next {
		return
	}
	w.next = now + lookEvery
	a := p.scene.Atlas()
	x, y, own := p.scene.Own()
	if a == nil || !own {
		return
	}
	at := plane.Point{X: int32(x), Y: int32(y)}
	_, n := p.scene.Room()
	fresh := n != w.room
	if fresh {
		w.room, w.door = n, -1
		clear(w.near)
	}
	w.round++
	w.seePeople(p, at, fresh)
	w.seeDoors(p, at)
	if p.aroundShown() {
		w.seeThings(p)
		for k, e := range w.rows {
			if e.round != w.round {
				e.li.Call("remove")
				delete(w.rows, k)
			}
		}
	}
	w.speak(p, now)
}

// kindKey is the words for what is no child; none for a child.
func kindKey(k id.Kind) string {
	switch k {
	case id.Companion:
		return "play.machine"
	case id.Bot:
		return "play.robot"
	}
	return ""
}

// kindNote says behind a name what it is the name of.
func kindNote(key string) js.Value {
	e := el("span", "")
	add(e, "（"+tr(key)+"）", true)
	return e
}

// row shows a row, made anew when it is not there, and mended when it changed.
// kind is the key of what somebody is who is no child.
func (w *around) row(list js.Value, key, label string, markup bool, kind, distance, deed string, n int) {
	e := w.rows[key]
	if e == nil {
		e = &entry{li: el("li", ""), b: button("", false, "", deed, n), far: el("small", "")}
		e.li.Call("append", e.b)
		list.Call("append", e.li)
		w.rows[key] = e
	}
	if e.label != label || e.distance != distance {
		e.label, e.distance = label, distance
		name := el("span", "")
		add(name, label, markup)
		if kind != "" {
			name.Call("append", kindNote(kind))
		}
		text(e.b, "")
		e.b.Call("append", name)
		if distance != "" {
			add(e.far, "", false)
			write(e.far, distance, true)
			e.b.Call("append", e.far)
		}
	}
	e.round = w.round
}

// reach says how far something is, in words.
func reach(d2 int64) string {
	switch {
	case d2 < int64(2*plane.Tile)*int64(2*plane.Tile):
		return tr("around.beside")
	case d2 < int64(8*plane.Tile)*int64(8*plane.Tile):
		return tr("around.within")
	}
	return tr("around.beyond")
}

func (w *around) seePeople(p *Panel, at plane.Point, fresh bool) {
	hear := int64(p.scene.Atlas().Earshot)
	as := p.scene.Avatars()
	others := 0
	for i := range as {
		a := &as[i]
		if a.Own || a.Name == "" || a.Fade < 0.2 {
			continue
		}
		others++
		d2 := plane.Dist2(at, plane.Point{X: int32(a.X), Y: int32(a.Y)})
		if d2 > hear*hear {
			delete(w.near, a.ID)
		} else if !w.near[a.ID] {
			w.near[a.ID] = true
			if !fresh && len(w.calls) < 100 {
				w.calls = append(w.calls, a.Name)
			}
		}
		if others <= maxPeople && p.aroundShown() {
			w.row(w.people, "p"+strconv.Itoa(int(a.ID)), a.Name, false, kindKey(a.Kind), reach(d2), "card", int(a.ID))
		}
	}
	for _, m := range p.scene.Crowd() {
		others = max(others, m.N)
	}
	if fresh || others != w.count {
		w.count = others
		room, _ := p.scene.Room()
		say := tr("around.alone")
		if others > 0 {
			say = tr("around.together", "n", others)
		}
		write(w.say, tr("around.here", "place", placeTitle(room.Room, room.Title))+" "+say, true)
		show(w.peopleOf, others > 0)
	}
}

const maxPeople = 40 // rows of people; a crowd is a number

func (w *around) seeDoors(p *Panel, at plane.Point) {
	a := p.scene.Atlas()
	best, near := int64(doorNear)*int64(doorNear), -1
	for i := range a.Portals {
		g := &a.Portals[i]
		d2 := plane.Dist2(at, g.Area.Middle())
		if d2 < best {
			best, near = d2, i
		}
		if p.aroundShown() {
			w.row(w.doors, "d"+strconv.Itoa(w.room)+"/"+strconv.Itoa(i), tr("around.to-door", "place", mapText(g.Title)), true, "", reach(d2), "to-door", i)
		}
	}
	show(w.doorsOf, len(a.Portals) > 0)
	if near != w.door {
		w.door = near
		if near >= 0 {
			w.calls = append(w.calls, "")
		}
	}
}

func (w *around) seeThings(p *Panel) {
	a := p.scene.Atlas()
	key := "t" + strconv.Itoa(w.room) + "/"
	some := false
	switch {
	case p.scene.OwnSeated():
		some = true
		w.row(w.things, key+"rise", tr("around.rise"), true, "", "", "rise", 0)
	case len(a.Seats) > 0:
		some = true
		w.row(w.things, key+"seat", tr("around.sit"), true, "", "", "seat", 0)
	}
	for i := range a.Props {
		if a.Props[i].Text == "" {
			continue
		}
		some = true
		w.row(w.things, key+strconv.Itoa(i), tr("around.board", "words", short(mapText(a.Props[i].Text))), true, "", "", "read", i)
	}
	show(w.thingsOf, some)
}

// speak tells a screen reader who came near and which door is, in few words.
func (w *around) speak(p *Panel, now time.Duration) {
	if len(w.calls) == 0 || now-w.spoke < speakEvery {
		return
	}
	w.spoke = now
	names := 0
	first, said := "", ""
	for _, c := range w.calls {
		if c == "" {
			continue
		}
		if names++; names == 1 {
			first = c
		}
	}
	w.calls = w.calls[:0]
	switch {
	case names == 1:
		said = trPlain("around.came", "name", first)
	case names > 1:
		said = trPlain("around.came-many", "name", first, "n", names)
	}
	if g := p.scene.Atlas().Portals; w.door >= 0 && w.door < len(g) {
		said += " " + trPlain("around.door-here", "place", plainText(mapText(g[w.door].Title)))
	}
	text(p.hear, said)
}

// aroundShown reports whether the list can be seen.
func (p *Panel) aroundShown() bool { return !p.world.Drawn() || p.open.kind == sheetAround }

func (p *Panel) openAround() {
	if p.scene.Observer() || !p.world.Drawn() || !p.openSheet(sheetAround, 0, tr("around.title"), true, "", "dialog") {
		return
	}
	p.around.next = 0
	p.put(p.around.box)
}

// meet walks up to somebody, and stops beside.
func (p *Panel) meet(who id.AvatarID) {
	as := p.scene.Avatars()
	for i := range as {
		if a := &as[i]; a.ID == who && !a.Own {
			p.walk(beside(p.scene.OwnAt(), plane.Point{X: int32(a.X), Y: int32(a.Y)}), -1, -1, a.Name)
		}
	}
}

// beside is a point a tile and a half short of to, on the way from from.
func beside(from, to plane.Point) plane.Point {
	const short = plane.Tile * 3 / 2
	d2 := plane.Dist2(from, to)
	if d2 <= short*short {
		return from
	}
	d := root(d2)
	return plane.Point{
		X: to.X + int32(int64(from.X-to.X)*short/d),
		Y: to.Y + int32(int64(from.Y-to.Y)*short/d),
	}
}

func root(n int64) int64 {
	r := n
	for k := (r + 1) / 2; k < r; k = (r + n/r) / 2 {
		r = k
	}
	return max(r, 1)
}

// walk goes somewhere by itself and says so.
func (p *Panel) walk(to plane.Point, seat, sign int, name string) {
	p.closeSheet()
	if p.world.Walk(to, seat, sign) {
		text(p.hear, trPlain("around.going", "place", name))
		return
	}
	p.scene.Tell("around.no-way")
}

func (p *Panel) aroundDeed(d deed) bool {
	a := p.scene.Atlas()
	if a == nil {
		return false
	}
	switch d.what {
	case "around":
		p.elsewhere()
	case "card":
		p.open.kind = sheetNone
		p.OpenCard(id.AvatarID(d.n))
	case "meet":
		p.meet(id.AvatarID(d.n))
	case "to-door":
		if d.n < len(a.Portals) {
			g := &a.Portals[d.n]
			p.walk(g.Area.Middle(), -1, -1, plainText(mapText(g.Title)))
		}
	case "seat":
		best, found := int64(1)<<62, -1
		for i := range a.Seats {
			if d2 := plane.Dist2(p.scene.OwnAt(), a.Seats[i].At); d2 < best && !p.taken(a.Seats[i].At) {
				best, found = d2, i
			}
		}
		if found >= 0 {
			p.walk(a.Seats[found].At, found, -1, trPlain("around.seat"))
		}
	case "rise":
		p.closeSheet()
		for _, step := range []plane.Point{{Y: plane.Tile * 3 / 2}, {X: plane.Tile * 3 / 2}, {X: -plane.Tile * 3 / 2}, {Y: -plane.Tile * 3 / 2}} {
			at := p.scene.OwnAt()
			if to := (plane.Point{X: at.X + step.X, Y: at.Y + step.Y}); a.Free(to) && p.world.Walk(to, -1, -1) {
				break
			}
		}
	case "read":
		if d.n < len(a.Props) {
			p.open.kind = sheetNone
			p.Read(a.Props[d.n].Text)
		}
	default:
		return false
	}
	return true
}

// taken reports whether somebody is at a seat's place.
func (p *Panel) taken(at plane.Point) bool {
	as := p.scene.Avatars()
	for i := range as {
		if a := &as[i]; !a.Own && plane.Dist2(at, plane.Point{X: int32(a.X), Y: int32(a.Y)}) < plane.Tile*plane.Tile/4 {
			return true
		}
	}
	return false
}
