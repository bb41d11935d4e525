package trajectory

import (
	"slices"
	"strings"
	"time"

	"kakitsubata/moderation"
	"kakitsubata/moderation/lexicon"
	"kakitsubata/protocol/id"
)

// Signals that are no stage of a family: what numbers and ids in pieces need
// to know, and a victim's words.
const (
	filler     = iota // of a piece: "next", "the last ones are"
	counted           // scores, times, prices, sums, versions: these digits are no number
	numberTold        // a telephone number is asked for or announced
	idTold            // a name in an app is asked for or announced
	common            // Latin words that are no name
	mailHost          // the end of a mail address
	plea              // somebody asks others to stop
	joint             // how a piece of a name is put to the others: "up to here", "underscore"
	formClass         // how a class looks that is told
	formHome          // … a place where somebody lives
	signs
)

const fillerName = "number.filler"

var specials = map[string]int{
	fillerName: filler, "number.counted": counted, "number.told": numberTold, "id.told": idTold,
	"id.common": common, "mail.host": mailHost, "plea": plea,
	"id.joint": joint, "form.class": formClass, "form.home": formHome,
}

var special = func() map[string]bool {
	m := map[string]bool{}
	for name := range specials {
		m[name] = true
	}
	return m
}()

const (
	maxPieces  = 16
	pieceLives = 96 * time.Hour   // bare digits that look like a telephone number
	toldLives  = 10 * time.Minute // after a number or an id was asked for or announced
	mobileLen  = 11
	headLen    = 3 // of its three parts
	tailLen    = 4
	lineLen    = 10
	partLen    = 9 // of a mobile number: with so much of it said, the rest is hidden
	anyLen     = 7 // of an announced number
	leastBegun = 4 // of a helpline
)

// pieces is what a visitor said of late that may be part of a number or a name.
type pieces struct {
	list   []piece
	number time.Time // announced or asked for
	id     time.Time
}

type piece struct {
	line   moderation.Line
	of     id.UtteranceID
	digits string // empty for a name or a host
	handle int    // letters of a name
	odd    bool   // the name has numerals
	host   bool
	joined bool // the name stands amid other words and goes on in another line
	latin  bool // it has letters
}

func (p *pieces) forget(now time.Time) {
	p.list = slices.DeleteFunc(p.list, func(x piece) bool {
		age := now.Sub(x.line.At)
		return age >= pieceLives || x.digits == "" && age >= toldLives
	})
	if len(p.list) >= maxPieces {
		p.list = slices.Delete(p.list, 0, 1)
	}
}

func fresh(at, now time.Time) bool { return !at.IsZero() && now.Sub(at) < toldLives }

// numbers looks for the piece that completes a number, a name or an address.
func (t *Trajectory) numbers(found []finding, u moderation.Utterance, near []moderation.Hearer, v moderation.Verdict, p *past) []finding {
	ps := &p.pieces
	ps.forget(t.now)
	if slices.ContainsFunc(v.Reasons, func(r moderation.Reason) bool {
		return r.Category == moderation.PII && len(r.Spans) > 0 && !r.Need && v.Show > moderation.Pass
	}) {
		ps.list = ps.list[:0] // whole and hidden already
		return found
	}
	t.announce(near, p)
	x := piece{line: moderation.Line{At: t.now, Speaker: u.Speaker, Name: u.Name, Text: u.Text}, of: u.ID}
	if span, ok := t.dressed(&x, ps); ok {
		ps.list = append(ps.list, x)
		if y, ok := t.complete(ps, span); ok {
			return append(found, y)
		}
		return found
	}
	if t.special[counted] {
		ps.list = slices.DeleteFunc(ps.list, func(x piece) bool { return x.digits != "" })
		return found
	}
	if span, ok := t.bare(&x, ps); ok {
		ps.list = append(ps.list, x)
		if y, ok := t.complete(ps, span); ok {
			return append(found, y)
		}
		if y, ok := t.jointly(x, u.Room, span); ok {
			return append(found, y)
		}
	}
	if y, ok := t.named(x, ps); ok {
		return append(found, y)
	}
	return found
}

// announce notes that a number or an id was asked for or announced: the next
// bare piece of whoever is there is part of it.
func (t *Trajectory) announce(near []moderation.Hearer, p *past) {
	set := func(q *pieces) {
		if t.special[numberTold] {
			q.number = t.now
		}
		if t.special[idTold] {
			q.id = t.now
		}
	}
	if !t.special[numberTold] && !t.special[idTold] {
		return
	}
	set(&p.pieces)
	for _, h := range near[:min(len(near), maxNear)] {
		set(&t.of(h.Visitor, t.now).pieces)
	}
}

func (t *Trajectory) filled(at int) bool {
	return slices.ContainsFunc(t.spans, func(s lexSpan) bool { return s.from <= at && at < s.to })
}

// bare reads the digits of an utterance that holds nothing else to speak of.
func (t *Trajectory) bare(x *piece, ps *pieces) (span moderation.Span, ok bool) {
	if d, span, ok := t.foreign(); ok {
		x.digits = d
		return span, true
	}
	digits := t.plan.words.Digits()
	rest, numerals, spelled := 0, 0, 0
	for _, d := range digits {
		switch {
		case t.filled(d.From):
		case d.Spelled:
			spelled++
		default:
			numerals++
		}
	}
	t.plan.words.Letters(func(l rune, at int) {
		in := slices.ContainsFunc(digits, func(d lexicon.Digit) bool {
			// ニイ, ゴオ: a vowel only lengthens the digit before it.
			return d.From <= at && at < d.To || d.Spelled && at == d.To && (l == 'い' || l == 'う' || l == 'お' || l == 'あ')
		})
		if !in && !t.filled(at) {
			rest++
		}
	})
	told := fresh(ps.number, t.now)
	all := rest == 0 && numerals+spelled > 0
	if !all && (numerals < 2 || rest+spelled > 2) && (!told || numerals < 3 || rest+spelled > 10) {
		return span, false
	}
	var b strings.Builder
	span.From = -1
	for _, d := range digits {
		if t.filled(d.From) || d.Spelled && !all {
			continue
		}
		b.WriteByte('0' + d.Value)
		if span.From < 0 {
			span.From = d.From
		}
		span.To = d.To
	}
	x.digits = b.String()
	return span, x.digits != ""
}

const (
	dressLetters = 14               // of words around a piece
	dressMost    = 24               // … around so much of a number that it can be nothing else
	dressLives   = 10 * time.Minute // from its beginning on
	dressLong    = 6 * time.Hour    // from so much of it on
)

// dressed reads the pieces of a mobile number that other words are put around
// ("the damage was 070", "then 2284"): nothing but its beginning, alone or with
// four digits, or after that just four digits.
func (t *Trajectory) dressed(x *piece, ps *pieces) (span moderation.Span, ok bool) {
	digits := slices.DeleteFunc(t.plan.words.Digits(), func(d lexicon.Digit) bool { return t.filled(d.From) })
	from, n := 0, 0 // the longest run of digits that stand together
	for i := 0; i < len(digits); {
		k := i + 1
		for k < len(digits) && digits[k].From <= digits[k-1].To+1 {
			k++
		}
		if k-i > n {
			from, n = i, k-i
		}
		i = k
	}
	if n != headLen && n != tailLen && n != headLen+tailLen {
		return span, false
	}
	for i, d := range digits {
		if (i < from || i >= from+n) && !d.Spelled {
			return span, false // other numbers
		}
	}
	run := digits[from : from+n]
	rest, near := 0, false
	t.plan.words.Letters(func(l rune, at int) {
		switch {
		case at >= run[0].From && at < run[n-1].To:
		case t.filled(at):
		default:
			rest++
			near = near || at == run[n-1].To && strings.ContainsRune("円点年人回枚分秒位個番時組月歳本台匹冊羽度名階級件きめcmk%", l)
		}
	})
	var b strings.Builder
	for _, d := range run {
		b.WriteByte('0' + d.Value)
	}
	begun, most := t.begun(ps)
	if n > tailLen {
		most = dressMost
	}
	if rest == 0 || rest > most || near {
		return span, false // bare, a sentence, or so many of something
	}
	if x.digits = b.String(); n != tailLen && !mobile(x.digits) || n == tailLen && !begun {
		x.digits = ""
		return span, false
	}
	return moderation.Span{From: run[0].From, To: run[n-1].To}, true
}

// begun reports whether a mobile number has been begun, and how many letters
// may stand around the next piece of it.
func (t *Trajectory) begun(ps *pieces) (ok bool, most int) {
	most = dressLetters
	for _, y := range ps.list {
		switch {
		case !mobile(y.digits):
		case len(y.digits) == headLen+tailLen && t.now.Sub(y.line.At) < dressLong:
			return true, dressMost
		case len(y.digits) == headLen && t.now.Sub(y.line.At) < dressLives:
			ok = true
		}
	}
	return ok, most
}

// tongues are the words of digits in the other languages of the city, without
// accents. A line counts only if every word of it is one of the same language.
var tongues = func() (out []map[string]byte) {
	for _, words := range [...]string{
		"zero um dois tres quatro cinco seis sete oito nove / _ uma duas _ _ _ meia",
		"khong mot hai ba bon nam sau bay tam chin / _ _ _ _ tu lam",
		"sero isa dalawa tatlo apat lima anim pito walo siyam",
		"zero one two three four five six seven eight nine / oh",
		"ling yi er san si wu liu qi ba jiu / _ yao",
		"zero ichi ni san yon go roku nana hachi kyu / rei iti _ _ shi _ _ shichi _ kyuu / maru _ _ _ si _ _ _ _ ku",
	} {
		m := map[string]byte{}
		for _, row := range strings.Split(words, " / ") {
			for d, w := range strings.Fields(row) {
				m[w] = byte('0' + d)
			}
		}
		delete(m, "_")
		out = append(out, m)
	}
	return out
}()

// foreign reads an utterance that is nothing but digits in words of Latin
// letters, at least two of them, or numerals among them.
func (t *Trajectory) foreign() (digits string, span moderation.Span, ok bool) {
	latin := true
	t.plan.words.Letters(func(l rune, at int) {
		latin = latin && (l >= '0' && l <= '9' || l >= 'a' && l <= 'z' || t.filled(at))
	})
	if !latin {
		return "", span, false
	}
	var words []string
	var b strings.Builder
	last := -2
	end := func() {
		if b.Len() > 0 {
			words = append(words, b.String())
			b.Reset()
		}
	}
	span.From = -1
	t.plan.words.Letters(func(l rune, at int) {
		if t.filled(at) {
			return
		}
		numeral := l >= '0' && l <= '9'
		if at > last+1 || numeral {
			end()
		}
		if b.WriteRune(l); numeral {
			end()
		}
		if span.From < 0 {
			span.From = at
		}
		last, span.To = at, at+1
	})
	end()
	if len(words) < 2 || len(words) > 16 {
		return "", span, false
	}
	spelled := false
	for _, tongue := range tongues {
		d := ""
		for _, w := range words {
			switch v, ok := tongue[w]; {
			case ok:
				d += string(rune(v))
				spelled = true
			case len(w) == 1 && w[0] >= '0' && w[0] <= '9':
				d += w
			}
		}
		if len(d) == len(words) && spelled {
			return d, span, true
		}
	}
	return "", span, false
}

// complete reports whether the last piece makes a number with those before it.
func (t *Trajectory) complete(ps *pieces, span moderation.Span) (f finding, ok bool) {
	told := fresh(ps.number, t.now)
	whole, begun := t.plan.helpline(ps.list)
	if whole {
		return f, false
	}
	for from := range ps.list {
		var b strings.Builder
		n := 0
		for _, x := range ps.list[from:] {
			if b.WriteString(x.digits); x.digits != "" {
				n++
			}
		}
		if ps.list[from].digits == "" || !telephone(b.String(), n, told) && !turned(ps.list[from:]) {
			continue
		}
		f = hidden("trajectory/number in pieces", span)
		if !turned(ps.list[from:]) && !(mobile(b.String()) || b.String()[0] == '0' && len(b.String()) == lineLen) {
			if begun {
				continue // what was asked for may be the helpline that is being told
			}
			f.level = moderation.Watch // by what was asked alone, not by its form
		}
		for _, x := range ps.list[from:] {
			f.lines = append(f.lines, x.line)
			f.caused = append(f.caused, x.of)
		}
		return f, true
	}
	return f, false
}

// jointly looks for a mobile number that several say together.
func (t *Trajectory) jointly(x piece, r id.RoomID, span moderation.Span) (f finding, ok bool) {
	c := t.room(r)
	if n := len(c.pieces); n > 0 && c.pieces[n-1].digits == x.digits {
		return f, false // repeated by who writes it down
	} else if n > 0 && len(c.pieces[n-1].digits) < len(x.digits) && strings.HasPrefix(x.digits, c.pieces[n-1].digits) {
		c.pieces = c.pieces[:n-1] // completed by who knows it better
	}
	if len(c.pieces) >= maxPieces {
		c.pieces = slices.Delete(c.pieces, 0, 1)
	}
	c.pieces = append(c.pieces, x)
	for from := max(0, len(c.pieces)-5); from < len(c.pieces)-1; from++ {
		d := ""
		for _, y := range c.pieces[from:] {
			d += y.digits
		}
		if !mobile(d) || len(d) != mobileLen || countsUp(d) {
			continue
		}
		f = hidden("trajectory/number by several", span)
		for _, y := range c.pieces[from:] {
			f.lines = append(f.lines, y.line)
			f.caused = append(f.caused, y.of)
		}
		return f, true
	}
	return f, false
}

// helpline reports whether the last pieces are a whole number that anybody may
// tell, or the beginning of one. A beginning alone frees nothing that has the
// form of somebody's number: 0120 may as well be the end of one.
func (p *Plan) helpline(list []piece) (whole, begun bool) {
	d := ""
	for _, x := range slices.Backward(list) {
		d = x.digits + d
		for n := range p.helplines {
			if len(n) < lineLen || len(d) < leastBegun || !strings.HasPrefix(n, d) {
				continue
			}
			if begun = true; len(n) == len(d) {
				return true, true
			}
		}
	}
	return false, begun
}

func hidden(rule string, span moderation.Span) finding {
	return finding{
		category: moderation.PII, level: moderation.Case, rule: rule, // who gives it in pieces goes round the gate
		show: moderation.Mask, severity: 2, spans: []moderation.Span{span},
	}
}

// telephone reports whether d, said in n pieces, is a telephone number of
// Japan, or so much of one that the rest can be guessed.
func telephone(d string, n int, told bool) bool {
	if len(d) < anyLen || countsUp(d) {
		return false
	}
	if mobile(d) && (n >= 2 || told) {
		return len(d) >= partLen
	}
	if told && len(d) <= 16 && (n >= 2 || d[0] == '0') {
		return true
	}
	if n < 2 || d[0] != '0' {
		return false
	}
	return d[1] != '0' && len(d) == lineLen && n <= 4
}

// mobile reports whether d begins as a mobile number does.
func mobile(d string) bool {
	return len(d) >= 3 && d[0] == '0' && d[2] == '0' && strings.IndexByte("5789", d[1]) >= 0
}

// turned reports whether the pieces are a mobile number in another order: its
// beginning stands by itself, and the last is as long as it must be.
func turned(list []piece) bool {
	n, head := 0, false
	for _, x := range list {
		n += len(x.digits)
		head = head || len(x.digits) == 3 && mobile(x.digits)
	}
	return head && n == mobileLen && len(list) >= 2 && len(list) <= 5
}

// countsUp reports whether the digits count up or down, or are all the same, as
// children do.
func countsUp(d string) bool {
	up, down, same := true, true, true
	for i := 1; i < len(d); i++ {
		up = up && (d[i]-'0') == (d[i-1]-'0'+1)%10
		down = down && (d[i]-'0'+1)%10 == d[i-1]-'0'
		same = same && d[i] == d[0]
	}
	return up || down || same
}
