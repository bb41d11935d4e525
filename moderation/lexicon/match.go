package lexicon

// match is where a rule holds, in runes of one view.
type match struct {
	rule     int32
	from, to int32
}

// matcher runs a program over views. It keeps its memory from text to text.
type matcher struct {
	p        *program
	progress []progress
	round    uint32
	scored   []match
	excepted []match
	contexts []match
}

// progress is the latest completion of a part.
type progress struct {
	round    uint32
	from, to int32 // from is where the first part began
}

func newMatcher(p *program) *matcher {
	return &matcher{p: p, progress: make([]progress, p.progress)}
}

// run fills scored, excepted and contexts with what holds in v.
func (m *matcher) run(v *view, in viewSet) {
	m.scored, m.excepted, m.contexts = m.scored[:0], m.excepted[:0], m.contexts[:0]
	m.round++
	if m.round == 0 { // wrapped: nothing old may look new
		clear(m.progress)
		m.round = 1
	}
	p, t, at := m.p, m.p.trie, int32(0)
	for i, r := range v.runes {
		at = t.step(at, r)
		for n := t.nodes[at].ends >> 1; n != 0; n = p.literals[n-1].shorter {
			l := &p.literals[n-1]
			if l.where&in == 0 {
				continue
			}
			us := p.uses[l.first:l.end]
			for k := range us {
				if us[k].in&in != 0 {
					m.hit(v, &us[k], int32(i)+1)
				}
			}
		}
	}
}

func (m *matcher) hit(v *view, u *use, to int32) {
	from, first := to-u.runes, to-u.runes
	if u.part > 0 { // most parts come without the one before
		prev := &m.progress[u.slot-1]
		if prev.round != m.round || from < prev.to || from-prev.to > int32(u.gap) {
			return
		}
		first = prev.from
	}
	if u.part == 0 && !beginsHere(v, u.left, from) || u.last && !endsHere(v, u.right, to) {
		return
	}
	if u.exact >= 0 {
		for i, e := range m.p.exacts[u.exact] {
			if v.marks[int(from)+i].exact != e {
				return
			}
		}
	}
	if !u.last {
		m.progress[u.slot] = progress{m.round, first, to}
		return
	}
	x := match{u.rule, first, to}
	switch u.kind {
	case scoring:
		m.scored = append(m.scored, x)
	case exception:
		m.excepted = append(m.excepted, x)
	case context:
		m.contexts = append(m.contexts, x)
	}
}

// A Latin word begins and ends with itself; other patterns only if they ask.
// A change of script begins a word (おまえシネ) but does not end one (チビまる).
func beginsHere(v *view, left bool, from int32) bool {
	return v.marks[from].before >= turn || !left && !isLatin(v.runes[from])
}

func endsHere(v *view, right bool, to int32) bool {
	if int(to) == len(v.runes) || v.marks[to].before == gap {
		return true
	}
	return !right && (v.marks[to].before == turn || !isLatin(v.runes[to-1]))
}

// excused reports whether an exception or a context of its row takes x back.
func (m *matcher) excused(x match) bool {
	row := m.p.rules[x.rule].of
	for _, e := range m.excepted {
		if m.p.rules[e.rule].of == row && e.from < x.to && x.from < e.to {
			return true
		}
	}
	if len(m.contexts) == 0 {
		return false
	}
	for _, c := range m.p.byRow[row] {
		for _, k := range m.contexts {
			if m.p.rules[k.rule].of == c && stands(m.p.contexts[c].where, k, x) {
				return true
			}
		}
	}
	return false
}

const besides = 3 // runes between a match and the context beside it

func stands(w where, k, x match) bool {
	switch w {
	case before:
		return k.to <= x.from && x.from-k.to <= besides
	case after:
		return k.from >= x.to-1 && k.from-x.to <= besides
	}
	return true
}
