package lexicon

var (
	schemes = words("http://", "https://", "hxxp://", "hxxps://", "ttp://", "ttps://", "http:", "https:")
	hosts   = words("www.")
	domains = words("com", "net", "jp", "org", "me", "tv", "app", "dev", "link", "xyz", "info", "ly", "be", "gg", "vn", "br", "cn", "ph", "us", "uk", "cc", "to", "site", "online", "shop", "page", "tk", "ru")
)

// links finds addresses on the web, with or without a scheme.
func (x *Lexicon) links() {
	rs := x.vs.plain.runes
	past := 0 // the link before
	for _, s := range x.starts {
		i := s.at
		if s.of&firstLink == 0 || i < past {
			continue
		}
		if n := prefixed(rs[i:], schemes); n > 0 {
			end := linkEnd(rs, i+n)
			if end-i-n >= 2 {
				x.mark(rowLink, i, end)
				past = end + 1
			}
			continue
		}
		if n := prefixed(rs[i:], hosts); n > 0 && i+n < len(rs) && isHandle(rs[i+n]) {
			end := linkEnd(rs, i+n)
			x.mark(rowLink, i, end)
			past = end + 1
			continue
		}
		if rs[i] == '.' {
			if end := x.domain(rs, i); end > 0 {
				past = end + 1
			}
		}
	}
}

// domain looks for name.com around the dot at i, and returns its end or 0.
func (x *Lexicon) domain(rs []rune, i int) int {
	from := i
	for from > 0 && isHandle(rs[from-1]) {
		from--
	}
	if i-from < 2 || !hasLetter(rs[from:i]) || from > 0 && rs[from-1] == '@' {
		return 0
	}
	n := prefixed(rs[i+1:], domains)
	end := i + 1 + n
	if n == 0 || end < len(rs) && (isLatin(rs[end]) || isDigit(rs[end])) {
		return 0
	}
	end = linkEnd(rs, end)
	x.mark(rowLink, from, end)
	return end
}

func linkEnd(rs []rune, i int) int {
	for i < len(rs) && rs[i] > ' ' && rs[i] < 0x80 {
		i++
	}
	return i
}

// A repeat is spam from these lengths on; shorter ones are joy.
const (
	maxSame  = 40 // of one rune
	maxUnit  = 16 // runes of a unit that is repeated
	minTimes = 8
	minRunes = 48 // that the repetition takes up
)

// mayRepeat reports whether a unit may be repeated for long enough: a run of so
// many runes that are those of a unit before meets every step of that length.
func mayRepeat(rs []rune, unit int) bool {
	least := max(minRunes, unit*minTimes)
	if unit == 1 {
		least = min(maxSame, least)
	}
	run := least - unit
	for i := unit + run - 1; i < len(rs); i += run {
		if rs[i] == rs[i-unit] {
			return true
		}
	}
	return false
}

// repeats finds one thing said over and over.
func (x *Lexicon) repeats() {
	rs := x.vs.plain.runes
	if len(rs) < maxSame {
		return
	}
	for unit := 1; unit <= maxUnit; unit++ {
		if !mayRepeat(rs, unit) {
			continue
		}
		same := 0
		for i := unit; i <= len(rs); i++ {
			if i < len(rs) && rs[i] == rs[i-unit] {
				same++
				continue
			}
			length := same + unit
			if unit == 1 && length >= maxSame || length >= minRunes && length/unit >= minTimes {
				x.mark(rowRepeat, i-length, i)
				return
			}
			same = 0
		}
	}
}
