package trajectory

import (
	"slices"

	"kakitsubata/moderation"
)

// leastJoined is how many signs of a name must stand together amid other words.
const leastJoined = 2

// named looks for a name in an app, or a mail address, in pieces.
func (t *Trajectory) named(x piece, ps *pieces) (f finding, ok bool) {
	span := moderation.Span{To: len([]rune(x.line.Text))}
	if t.special[mailHost] {
		x.host = true
	} else if n, odd, ok := t.plan.words.Handle(t.filled); ok {
		if t.special[common] || n > 30 {
			return f, false
		}
		x.handle, x.odd, x.latin = n, odd, true
	} else if at := t.joined(x.line.Text, ps); at.To > at.From {
		name := []rune(x.line.Text)[at.From:at.To]
		span, x.handle, x.joined, x.digits = at, len(name), true, ""
		x.latin = slices.ContainsFunc(name, latinRune)
		x.odd = latinRune(name[0]) && slices.ContainsFunc(name, func(r rune) bool { return !latinRune(r) }) // 1.5km is none
	} else {
		return f, false
	}
	if x.digits != "" && x.handle > 0 {
		last := &ps.list[len(ps.list)-1]
		last.handle, last.odd, last.latin = x.handle, x.odd, x.latin
	} else {
		ps.list = append(ps.list, x)
	}
	letters, joined, odd, host, mine, latin := 0, 0, false, false, false, false
	for _, y := range ps.list {
		if t.now.Sub(y.line.At) >= toldLives {
			continue
		}
		letters += y.handle
		odd = odd || y.odd
		latin = latin || y.latin
		if y.joined {
			joined++
		}
		host = host || y.host
		mine = mine || y.handle > 0 && y.digits == ""
	}
	if host && letters >= 3 && mine || fresh(ps.id, t.now) && letters >= 4 && (odd || joined >= 2 && latin) && mine {
		f = hidden("trajectory/name in pieces", span)
		for _, y := range ps.list {
			if y.handle > 0 || y.host {
				f.lines = append(f.lines, y.line)
				f.caused = append(f.caused, y.of)
			}
		}
		return f, true
	}
	return f, false
}

// joined finds a piece of a name in an app amid other words, where one was
// asked for or announced and the words say how it goes on: "haru up to here",
// "then underscore". An empty span is none.
func (t *Trajectory) joined(text string, ps *pieces) (longest moderation.Span) {
	if !t.special[joint] || !fresh(ps.id, t.now) {
		return longest
	}
	from, at := 0, 0
	for _, r := range text {
		if at++; !handleRune(r) {
			from = at
		} else if at-from >= leastJoined && at-from > longest.To-longest.From {
			longest = moderation.Span{From: from, To: at}
		}
	}
	return longest
}

func latinRune(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// handleRune reports whether names in apps are made of r.
func handleRune(r rune) bool {
	return latinRune(r) || r >= '0' && r <= '9' || r == '_' || r == '.' || r == '-'
}
