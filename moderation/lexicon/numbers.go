package lexicon

// digitAt is one digit, however it was written, in [from, to) of the plain
// view; loose says that something stood between it and the one before.
type digitAt struct {
	d        byte
	from, to int
	loose    bool
}

// spoken are the words of digits, by the low bits of their first rune.
var spoken = func() (all [64][]spokenDigit) {
	for d, ws := range [...][]string{
		{"ぜろ", "れい", "まる", "〇", "零", "○", "◯", "zero", "oh"},
		{"いち", "一", "壱", "one"},
		{"に", "にー", "二", "弐", "two"},
		{"さん", "三", "参", "three"},
		{"よん", "し", "四", "four"},
		{"ご", "ごー", "五", "five"},
		{"ろく", "六", "six"},
		{"なな", "しち", "七", "seven"},
		{"はち", "八", "eight"},
		{"きゅう", "きゅー", "く", "九", "nine"},
	} {
		for _, w := range ws {
			rs := []rune(w)
			all[rs[0]&63] = append(all[rs[0]&63], spokenDigit{rs, byte(d)})
		}
	}
	return all
}()

// spokenFirst says which low bytes begin such a word: most runes are refused by it.
var spokenFirst = func() (first [4]uint64) {
	for _, ws := range spoken {
		for _, w := range ws {
			first[w.word[0]>>6&3] |= 1 << (w.word[0] & 63)
		}
	}
	return first
}()

type spokenDigit struct {
	word []rune
	d    byte
}

// readDigit reads one digit at i: its value and length, or a length of 0.
// Letters that look like digits count only inside a number.
func readDigit(rs []rune, i int, inside bool) (d byte, n int) {
	r := rs[i]
	if isDigit(r) {
		return byte(r - '0'), 1
	}
	if spokenFirst[r>>6&3]>>(r&63)&1 == 0 {
		return looksLike(rs, i, inside)
	}
	for _, s := range spoken[r&63] {
		if s.word[0] == r && len(s.word) > n && len(s.word) <= len(rs)-i && equal(rs[i:i+len(s.word)], s.word) {
			d, n = s.d, len(s.word)
		}
	}
	if n > 0 {
		return d, n
	}
	return looksLike(rs, i, inside)
}

// looksLike reads a letter that looks like a digit at i.
func looksLike(rs []rune, i int, inside bool) (d byte, n int) {
	r, next := rs[i], i+1 < len(rs) && isDigit(rs[i+1])
	switch {
	case (r == 'o' || r == 'q') && (inside || next):
		return 0, 1
	case (r == 'l' || r == 'i' || r == '|') && inside:
		return 1, 1
	}
	return 0, 0
}

const maxBetween = 3 // runes between two digits of one number

// between reports whether r may stand inside a number. A colon may not: times
// of day would make one.
func between(r rune) bool {
	switch r {
	case 'の', 'ー', '~', 'と':
		return true
	case ':', '!', '?', '%', '=', '+', '<', '>', '。', '\n', '×', '÷':
		return false
	}
	return scriptOf(r) == other
}

var phoneWords = words("でんわ", "電話", "けいたい", "けーたい", "携帯", "tel", "phone", "すまほのばんごう", "番号は", "ばんごうは")

// phones finds telephone numbers.
func (x *Lexicon) phones(rs []rune) {
	end := 0 // of the number before
	for _, s := range x.starts {
		if s.of&firstDigit == 0 || s.at < end {
			continue
		}
		if _, n := readDigit(rs, s.at, false); n > 0 {
			end = x.number(rs, s.at)
		}
	}
}

// number reads the longest run of digits from i and returns where it ends.
func (x *Lexicon) number(rs []rune, i int) int {
	x.digs = x.digs[:0]
	gap, loose, end := 0, false, i
	for at := i; at < len(rs) && gap <= maxBetween; {
		d, n := readDigit(rs, at, len(x.digs) > 0)
		if n > 0 {
			x.digs = append(x.digs, digitAt{d, at, at + n, loose})
			at += n
			end, gap, loose = at, 0, false
			continue
		}
		if !between(rs[at]) {
			break
		}
		gap, loose = gap+1, true
		at++
	}
	x.phoneIn(rs, i)
	return end
}

func (x *Lexicon) phoneIn(rs []rune, begin int) {
	ds := x.digs
	if len(ds) < 7 {
		return
	}
	international := begin > 0 && rs[begin-1] == '+'
	for k := range ds {
		if k > 0 && !ds[k].loose {
			continue
		}
		if n := phoneLen(ds[k:], international && k == 0); n > 0 {
			if !x.known(ds[k : k+n]) {
				x.mark(rowPhone, ds[k].from, ds[k+n-1].to)
			}
			return
		}
	}
	if len(ds) <= 11 && within(rs[max(0, begin-12):begin], phoneWords) && !x.known(ds) {
		x.mark(rowPhone, ds[0].from, ds[len(ds)-1].to)
	}
}

// phoneLen is how many of ds are a telephone number of Japan, or 0.
func phoneLen(ds []digitAt, international bool) int {
	whole := func(n int) bool { return len(ds) == n || len(ds) > n && ds[n].loose }
	at := func(i int) byte { return ds[i].d }
	if len(ds) < 10 || counting(ds) {
		return 0
	}
	if international {
		if len(ds) <= 13 {
			return len(ds)
		}
		return 0
	}
	if at(0) != '\x00' || at(1) == 0 {
		return 0
	}
	mobile := at(2) == 0 && (at(1) >= 7 || at(1) == 5)
	switch {
	case mobile && len(ds) >= 11:
		return 11 + max(0, min(1, len(ds)-11)) // a digit too many hides nothing
	case mobile, whole(10):
		return 10
	}
	return 0
}

// counting reports whether the digits count up, as children do.
func counting(ds []digitAt) bool {
	for i := 1; i < len(ds); i++ {
		if ds[i].d != (ds[i-1].d+1)%10 {
			return false
		}
	}
	return true
}

// known reports whether anybody may say this number: a helpline.
func (x *Lexicon) known(ds []digitAt) bool {
	var buf [16]byte
	if len(ds) > len(buf) {
		return false
	}
	for i, d := range ds {
		buf[i] = '0' + d.d
	}
	return x.lists.numbers[string(buf[:len(ds)])]
}
