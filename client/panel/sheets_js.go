package panel

import (
	"strconv"
	"strings"
	"syscall/js"

	"kakitsubata/client/scene"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

type sheetKind uint8

const (
	sheetNone sheetKind = iota
	sheetAround
	sheetCard
	sheetPhrases
	sheetSign
	sheetSettings
	sheetDress
	sheetLeave
	sheetWhisper
	sheetNotice
	sheetFarewell
)

// opened is what the sheet shows. A greater kind is not replaced by a smaller.
type opened struct {
	kind    sheetKind
	n       int // the notice, or the avatar
	back    js.Value
	board   string       // what stands on the thing that is read, as authored
	waiting []scene.Line // whispers that wait for a free sheet
}

// openSheet empties the sheet, names it and shows it. false when something
// that matters more is open.
func (p *Panel) openSheet(kind sheetKind, n int, title string, markup bool, class, role string) bool {
	if p.open.kind > kind {
		return false
	}
	if p.open.kind == sheetNone {
		p.open.back = document.Get("activeElement")
	}
	p.open.kind, p.open.n = kind, n
	p.showRing(false)
	p.park()
	p.sheet.Set("className", class)
	p.sheet.Call("setAttribute", "role", role)
	write(p.head, title, markup)
	text(p.body, "")
	show(byID("sheet-x"), kind != sheetFarewell)
	show(p.veil, true)
	show(p.sheet, true)
	focus(p.head)
	return true
}

func (p *Panel) closeSheet() {
	switch p.open.kind {
	case sheetNone, sheetFarewell:
		return
	case sheetNotice:
		p.scene.PutAway(p.open.n)
	}
	p.open.kind = sheetNone
	p.park()
	show(p.sheet, false)
	show(p.veil, false)
	if b := p.open.back; b.Truthy() && b.Get("isConnected").Bool() && !b.Equal(document.Get("body")) {
		focus(b)
	} else {
		focus(p.canvas)
	}
	if len(p.open.waiting) > 0 {
		l := p.open.waiting[0]
		p.open.waiting = p.open.waiting[1:]
		p.openWhisper(&l)
	}
}

// park takes the list out of the sheet, where it would be emptied with it.
func (p *Panel) park() {
	if p.world.Drawn() {
		byID("around").Call("append", p.around.box)
	}
}

func (p *Panel) put(es ...any) { p.body.Call("append", es...) }

// OpenCard shows what one may do about an avatar.
func (p *Panel) OpenCard(a id.AvatarID) {
	if p.scene.Observer() {
		return
	}
	var who *scene.Avatar
	as := p.scene.Avatars()
	for i := range as {
		if as[i].ID == a {
			who = &as[i]
		}
	}
	if who == nil || !p.openSheet(sheetCard, int(a), who.Name, false, "", "dialog") {
		return
	}
	switch who.Kind {
	case id.Companion:
		p.put(para(tr("card.companion"), ""))
	case id.Bot:
		p.put(para(tr("card.bot"), ""))
	}
	if who.Kind == id.Visitor {
		p.put(button(tr("card.wave"), true, "big", "wave", int(a)))
		p.put(button(tr("card.meet"), true, "big", "meet", int(a)))
	}
	if p.scene.IsHidden(a) {
		p.put(button(tr("card.unhide"), true, "big", "unhide", int(a)))
	} else {
		p.put(button(tr("card.hide"), true, "big", "hide", int(a)))
	}
	p.put(button(tr("card.report"), true, "big warn", "report?", int(a)))
}

func (p *Panel) askReport(a int) {
	if !p.openSheet(sheetCard, a, tr("card.why"), true, "", "dialog") {
		return
	}
	p.put(para(tr("card.why-lead"), ""))
	for r, label := range [protocol.ReportReasonEnd]string{
		protocol.ReportMean:        tr("card.mean"),
		protocol.ReportScary:       tr("card.scary"),
		protocol.ReportAsksSecrets: tr("card.secrets"),
		protocol.ReportOther:       tr("card.other"),
	} {
		b := button(label, true, "big", "report", a)
		b.Get("dataset").Set("why", strconv.Itoa(r))
		p.put(b)
	}
}

// sheetDeed acts on what was pressed inside of a sheet.
func (p *Panel) sheetDeed(d deed) {
	a := id.AvatarID(d.n)
	switch {
	case d.what == "wave":
		p.closeSheet()
		p.scene.Emote(id.EmoteWave)
	case d.what == "hide":
		p.scene.Hide(a, true)
		p.closeSheet()
		p.scene.Tell("card.hidden")
	case d.what == "unhide":
		p.scene.Hide(a, false)
		p.closeSheet()
	case d.what == "report?":
		p.askReport(d.n)
	case d.what == "report":
		r := protocol.ReportOther
		if v, err := strconv.Atoi(d.text); err == nil && v >= 0 && v < int(protocol.ReportReasonEnd) {
			r = protocol.ReportReason(v)
		}
		p.scene.Report(a, r)
		p.closeSheet()
	case d.what == "leave?":
		p.openLeave()
	case d.what == "leave":
		p.scene.Goodbye()
		p.closeSheet()
	case d.what == "forget":
		p.scene.Goodbye()
		p.closeSheet()
		forget()
	case d.what == "option":
		p.world.Choose(d.n)
		p.again(d)
	case d.what == "furigana":
		pageWords.Call("furigana", !pageWords.Call("furigana").Bool())
		p.again(d)
	case d.what == "calm":
		p.calm, p.calmSet = !p.calm, true
		wish("calm", p.calm)
		p.again(d)
	case d.what == "contrast", d.what == "hand":
		wish(d.what, !liked(d.what))
		p.again(d)
	case d.what == "mode":
		wish("text", p.world.Drawn())
		p.anew()
	case d.what == "install":
		p.closeSheet()
		tell("install", js.Null())
	case d.what == "dress":
		p.openDress()
	case d.what == "guide-skip":
		p.guide.end()
	case d.what == "alone-wave":
		p.plight.done = p.plight.room
		p.scene.Emote(id.EmoteWave)
	case d.what == "board":
		p.boardDeed()
	case d.what == "away-around":
		p.plight.gone = p.plight.room
		p.elsewhere()
	case d.what == "redial":
		p.plight.redial(p)
	case d.what == "renew":
		p.anew()
	case d.what == "reload":
		if p.scene.Leaving().Code == protocol.LeaveVersion {
			tell("renew", js.Null()) // what this device keeps is too old
			return
		}
		js.Global().Get("location").Call("replace", "/")
	}
}

// forget asks the server to forget this device's ticket.
func forget() {
	opt := js.Global().Get("Object").New()
	opt.Set("method", "POST")
	opt.Set("credentials", "same-origin")
	opt.Set("keepalive", true)
	opt.Set("body", "{}")
	head := js.Global().Get("Object").New()
	head.Set("Content-Type", "application/json")
	opt.Set("headers", head)
	quiet := js.FuncOf(func(js.Value, []js.Value) any { return nil })
	js.Global().Call("fetch", "/api/leave", opt).Call("catch", quiet)
}

func (p *Panel) openPhrases() {
	if p.scene.Observer() || !p.openSheet(sheetPhrases, 0, tr("play.phrases-title"), true, "", "dialog") {
		return
	}
	many := el("div", "many")
	for _, ph := range p.scene.Welcome().Phrases {
		many.Call("append", button(ph.Text, true, "", "phrase", int(ph.Phrase)))
	}
	p.put(many)
}

func (p *Panel) openSettings() {
	if !p.openSheet(sheetSettings, 0, tr("settings.title"), true, "", "dialog") {
		return
	}
	part := func(key string) {
		h := el("h3", "")
		add(h, tr(key), true)
		p.put(h)
	}
	part("settings.words")
	choice := el("label", "choice")
	name := el("span", "")
	add(name, tr("words.label"), true)
	choice.Call("append", name, pageWords.Call("selector"))
	p.put(choice, onOff("words.furigana", "furigana", pageWords.Call("furigana").Bool()))
	part("settings.looks")
	p.put(onOff("settings.calm", "calm", p.calm), onOff("settings.contrast", "contrast", liked("contrast")), onOff("settings.hand", "hand", liked("hand")))
	for i, o := range p.world.Options() {
		if !o.Hidden {
			p.put(aSwitch(tr(o.Label), tr(o.Value), "option", i, o.On))
		}
	}
	if !p.scene.Observer() {
		mode := "settings.text-mode"
		if !p.world.Drawn() {
			mode = "settings.picture-mode"
		}
		if liked("newer") {
			p.put(para(tr("app.update"), ""), button(tr("app.reload"), true, "big go", "renew", 0))
		}
		p.put(button(tr("look.change"), true, "big", "dress", 0), button(tr(mode), true, "big", "mode", 0))
		if liked("install") {
			p.put(button(tr("app.install"), true, "big", "install", 0))
		}
		p.put(para(tr("settings.way-back"), ""))
	}
	p.put(para(tr("settings.keys"), "hint"))
}

// aSwitch is a button that says in words, too, how it stands.
func aSwitch(label, value, deed string, n int, on bool) js.Value {
	b := button("", false, "switch", deed, n)
	name, knob := el("span", ""), el("span", "knob")
	add(name, label, true)
	add(knob, value, true)
	b.Call("append", name, knob)
	b.Call("setAttribute", "aria-pressed", on)
	return b
}

func onOff(key, deed string, on bool) js.Value {
	value := "act.no"
	if on {
		value = "act.yes"
	}
	return aSwitch(tr(key), tr(value), deed, 0, on)
}

// again opens the settings anew, with the focus on what was just pressed.
func (p *Panel) again(d deed) {
	back := p.open.back
	p.open.kind = sheetNone
	p.openSettings()
	p.open.back = back
	if b := p.body.Call("querySelector", `[data-deed="`+d.what+`"][data-n="`+itoa(d.n)+`"]`); b.Truthy() {
		focus(b)
	}
}

// openDress lets the child change clothes. The page's own script has the
// dressing room; the server begins the visit anew when it is done.
func (p *Panel) openDress() {
	p.open.kind = sheetNone
	if !p.openSheet(sheetDress, 0, tr("look.change"), true, "wide", "dialog") {
		return
	}
	o := js.Global().Get("Object")
	detail := o.New()
	detail.Set("box", p.body)
	detail.Set("look", int(p.scene.Welcome().Look))
	var done js.Func
	done = js.FuncOf(func(js.Value, []js.Value) any {
		done.Release()
		p.note(deed{what: "close"})
		return nil
	})
	detail.Set("done", done)
	tell("dress", detail)
}

func (p *Panel) openLeave() {
	if p.scene.Observer() {
		p.scene.Goodbye()
		return
	}
	if !p.openSheet(sheetLeave, 0, tr("leave.title"), true, "", "dialog") {
		return
	}
	p.put(para(tr("leave.lead"), "lead"))
	detail := js.Global().Get("Object").New()
	box := el("div", "")
	detail.Set("box", box)
	tell("leaving", detail) // the entrance may have words to be kept
	if box.Get("childElementCount").Int() > 0 {
		p.put(box)
	}
	p.put(button(tr("leave.go"), true, "big go", "leave", 0))
	p.put(button(tr("leave.forget"), true, "big", "forget", 0))
	p.put(button(tr("leave.stay"), true, "big", "close", 0))
}

// openWhisper shows what a member of staff says to this child alone.
func (p *Panel) openWhisper(l *scene.Line) {
	if p.open.kind >= sheetWhisper {
		p.open.waiting = append(p.open.waiting, *l)
		return
	}
	p.openSheet(sheetWhisper, l.N, tr("whisper.title"), true, "whisper", "alertdialog")
	row := el("p", "")
	b := el("span", "badge")
	add(b, l.Name, true)
	row.Call("append", b)
	said := el("p", "lead")
	add(said, l.Text, true)
	p.put(row, said, button(tr("act.got-it"), true, "big go", "close", 0))
}

// notices shows the oldest notice that was not put away.
func (p *Panel) notices() {
	ns := p.scene.Notices()
	if len(ns) == 0 || p.open.kind >= sheetNotice {
		return
	}
	n := &ns[0]
	if !p.openSheet(sheetNotice, n.N, n.Title, true, "notice", "alertdialog") {
		return
	}
	p.put(para(n.Text, "lead"))
	for i := range n.Lines {
		l := &n.Lines[i]
		h := el("div", "help")
		name := el("h3", "")
		add(name, l.Name, true)
		h.Call("append", name)
		if l.Text != "" {
			h.Call("append", para(l.Text, ""))
		}
		if l.Phone != "" {
			t := el("a", "tel")
			t.Set("href", "tel:"+digits(l.Phone))
			text(t, "☎ "+l.Phone)
			h.Call("append", t)
		}
		if l.Hours != "" {
			h.Call("append", para(l.Hours, "hint"))
		}
		if strings.HasPrefix(l.URL, "https://") {
			u := el("a", "")
			u.Set("href", l.URL)
			u.Set("target", "_blank")
			u.Set("rel", "noopener noreferrer")
			write(u, tr("notice.site"), true)
			h.Call("append", u)
		}
		p.put(h)
	}
	p.put(button(tr("notice.read"), true, "big go", "close", 0))
}

// digits keeps what a telephone can dial.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' || r == '#' || r == '*' {
			return r
		}
		return -1
	}, s)
}

// farewell is the last page: why one is out, and the way back in.
func (p *Panel) farewell() {
	if p.left || p.scene.Life() != scene.Left {
		return
	}
	p.left = true
	l := p.scene.Leaving()
	title, said, again := "bye.title", "bye.lead", "act.again"
	switch l.Code {
	case protocol.LeaveGoodbye:
	case protocol.LeaveElsewhere:
		title, said, again = "bye.elsewhere", "bye.elsewhere-lead", "bye.elsewhere-go"
	case protocol.LeaveTicket:
		title, said, again = "bye.ticket", "bye.ticket-lead", "sorry.to-entrance"
	case protocol.LeaveWatchEnded:
		title, said, again = "bye.watch", "bye.watch-lead", "act.close"
	default:
		title = "bye.other"
	}
	words := tr(said)
	if l.Text != "" {
		words = l.Text
	}
	p.open.kind = sheetNone
	p.openSheet(sheetFarewell, 0, tr(title), true, "", "dialog")
	p.put(para(words, "lead"), button(tr(again), true, "big go", "reload", 0))
}
