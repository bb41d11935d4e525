package lexicon

import "kakitsubata/moderation"

// Rows of the patterns that no list can say.
func builtIn(c moderation.Category, name string, severity int) *row {
	r := &row{id: string(c) + "/" + name, category: c, level: level{severity: severity}}
	r.stamp()
	return r
}

var (
	rowPhone   = builtIn(moderation.PII, "phone number", 2)
	rowMail    = builtIn(moderation.PII, "mail address", 2)
	rowAccount = builtIn(moderation.PII, "account", 2)
	rowAddress = builtIn(moderation.PII, "home address", 2)
	rowSchool  = builtIn(moderation.PII, "school", 2)
	rowName    = builtIn(moderation.PII, "real name", 2)
	rowLink    = builtIn(moderation.URL, "link", 1)
	rowRepeat  = builtIn(moderation.Spam, "repeat", 1)
)

// wordSet is a few words to look for in the plain view.
type wordSet struct {
	first [4]uint64    // which low bytes begin a word: most runes are refused by it
	words [16][][]rune // by the low bits of their first runes
}

// words folds its arguments' kana, as the plain view does.
func words(ss ...string) *wordSet {
	w := &wordSet{}
	for _, s := range ss {
		rs := []rune(s)
		for i, r := range rs {
			rs[i] = hiragana(r)
		}
		w.first[rs[0]>>6&3] |= 1 << (rs[0] & 63)
		w.words[rs[0]&15] = append(w.words[rs[0]&15], rs)
	}
	return w
}

// prefixed is the length of the longest word of w that rs begins with, or 0.
func prefixed(rs []rune, w *wordSet) int {
	if len(rs) == 0 || w.first[rs[0]>>6&3]>>(rs[0]&63)&1 == 0 {
		return 0
	}
	return w.longest(rs)
}

// longest is prefixed for a rune that may begin a word.
func (w *wordSet) longest(rs []rune) int {
	best := 0
	for _, s := range w.words[rs[0]&15] {
		if s[0] == rs[0] && len(s) > best && len(s) <= len(rs) && equal(rs, s) {
			best = len(s)
		}
	}
	return best
}

// equal reports whether rs begins with s.
func equal(rs, s []rune) bool {
	for i := range s {
		if rs[i] != s[i] {
			return false
		}
	}
	return true
}

// within reports whether any word of w stands in rs.
func within(rs []rune, w *wordSet) bool {
	for i := range rs {
		if prefixed(rs[i:], w) > 0 {
			return true
		}
	}
	return false
}

func isDigit(r rune) bool  { return r >= '0' && r <= '9' }
func isLatin(r rune) bool  { return r >= 'a' && r <= 'z' }
func isHandle(r rune) bool { return isDigit(r) || isLatin(r) || r == '_' || r == '.' || r == '-' }

// mark notes a finding in [from, to) of the plain view.
func (x *Lexicon) mark(r *row, from, to int) {
	a, b := x.vs.plain.span(from, to)
	x.find(r, x.vs.plain.name, a, b)
}

// personal looks for what names a child or leads to it.
func (x *Lexicon) personal() {
	rs := x.vs.plain.runes
	x.begin(rs)
	x.phones(rs)
	for _, s := range x.starts {
		if s.of&firstAccount == 0 {
			continue
		}
		if s.of&firstAt != 0 {
			x.mail(rs, s.at)
		}
		if s.of&firstTag != 0 {
			x.tag(rs, s.at)
		}
		if s.of&firstFriend != 0 {
			if n := prefixed(rs[s.at:], friend); n > 0 {
				x.friendCode(rs, s.at, s.at+n)
			}
		}
		if s.of&firstApp != 0 {
			x.account(rs, s.at)
		}
	}
	x.addresses(rs)
	x.schools(rs)
	x.names(rs)
}

var (
	atSigns   = words("@", "あっとまーく", "あっと", "(at)", "[at]", "(あっと)", " at ")
	dotWords  = words("どっと", ".", "てん", "(dot)", "[dot]", " dot ")
	providers = words("gmail", "yahoo", "icloud", "docomo", "softbank", "ezweb", "outlook", "hotmail", "au", "ymobile", "i.softbank")
)

func (x *Lexicon) mail(rs []rune, i int) {
	n := prefixed(rs[i:], atSigns)
	if n == 0 {
		return
	}
	left := i
	for left > 0 && rs[left-1] == ' ' {
		left--
	}
	end := left
	for left > 0 && isHandle(rs[left-1]) {
		left--
	}
	named := end-left >= 2
	right := i + n
	for right < len(rs) && rs[right] == ' ' {
		right++
	}
	begin := right
	for right < len(rs) && (isHandle(rs[right]) || prefixed(rs[right:], dotWords) > 0) {
		if isHandle(rs[right]) {
			right++
			continue
		}
		right += prefixed(rs[right:], dotWords)
	}
	host := rs[begin:right]
	dotted := false
	for k := 1; k+1 < len(host); k++ {
		dotted = dotted || prefixed(host[k:], dotWords) > 0
	}
	switch {
	case named && (dotted && len(host) >= 4 || prefixed(host, providers) > 0):
		x.mark(rowMail, left, right)
	case rs[i] == '@' && !named && len(host) >= 4 && hasLetter(host) && !dotted:
		if prefixed(host, everyone) != len(host) {
			x.mark(rowAccount, i, right)
		}
	}
}

var everyone = words("here", "everyone", "home")

func hasLetter(rs []rune) bool {
	for _, r := range rs {
		if isLatin(r) {
			return true
		}
	}
	return false
}

// tag is name#1234.
func (x *Lexicon) tag(rs []rune, i int) {
	left, right := i, i+1
	for left > 0 && isHandle(rs[left-1]) {
		left--
	}
	for right < len(rs) && isDigit(rs[right]) {
		right++
	}
	if i-left >= 2 && right-i-1 == 4 && hasLetter(rs[left:i]) {
		x.mark(rowAccount, left, right)
	}
}

var (
	apps = words("らいん", "line", "いんすた", "insta", "instagram", "でぃすこ", "でぃすこーど", "discord", "ついったー", "twitter", "てぃっくとっく",
		"tiktok", "すなちゃ", "snapchat", "かかお", "kakao", "psn", "すかいぷ", "skype", "あいでぃー", "あいでぃ", "id", "あかうんと", "zalo", "wechat",
		"微信", "whatsapp", "facebook", "messenger", "telegram", "しぐなる", "てれぐらむ", "垢")
	fillers = words(" ", "の", "は", "が", ":", "=", "→", "⇒", "「", "『", "id", "あいでぃー", "あいでぃ", "あかうんと", "あか", "垢", "これ", "こっち", "is", "ね", "、", ",", "わたし", "ぼく", "おれ", "私", "僕", "俺")
	given   = words("は", ":", "=", "→", "⇒", "is", "id", "あいでぃー")
	noNames = words("line", "discord", "tiktok", "twitter", "insta", "instagram", "stamp", "game", "music", "server", "live")
	friend  = words("ふれんどこーど", "ふれこ", "sw-", "sw")
)

// account is the name of an app, and a name there.
func (x *Lexicon) account(rs []rune, i int) {
	n := prefixed(rs[i:], apps)
	if n == 0 || isLatin(rs[i]) && (i > 0 && isLatin(rs[i-1]) || i+n < len(rs) && isLatin(rs[i+n])) {
		return
	}
	at, told := i+n, false
	for at < len(rs) && at < i+n+14 {
		f := prefixed(rs[at:], fillers)
		if f == 0 {
			break
		}
		if isLatin(rs[at]) && at+f < len(rs) && isHandle(rs[at+f]) {
			break // the name itself begins with "is" or "id"
		}
		told = told || prefixed(rs[at:at+f], given) == f
		at += f
	}
	if at < len(rs) && rs[at] == '@' {
		at++
		told = true
	}
	end, odd := at, false
	for end < len(rs) && isHandle(rs[end]) {
		odd = odd || !isLatin(rs[end])
		end++
	}
	name := rs[at:end]
	if len(name) < 4 || !hasLetter(name) || !told && !odd || prefixed(name, noNames) == len(name) {
		return
	}
	x.mark(rowAccount, at, end)
}

// friendCode is twelve digits of a game console, after its name.
func (x *Lexicon) friendCode(rs []rune, from, at int) {
	digits, end := 0, at
	for end < len(rs) && end < at+24 && digits < 12 {
		if isDigit(rs[end]) {
			digits++
		} else if digits > 0 && rs[end] != '-' && rs[end] != ' ' {
			break
		}
		end++
	}
	if digits == 12 {
		x.mark(rowAccount, from, end)
	}
}
