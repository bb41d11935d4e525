package lexicon

var (
	postWords   = words("〒", "ゆうびんばんごう", "郵便番号", "住所", "じゅうしょ")
	blockWords  = words("丁目", "ちょうめ")
	houseWords  = words("番地", "ばんち", "号室", "ごうしつ", "番館")
	townEnds    = words("町", "ちょう", "まち", "市", "区", "村")
	schoolWords = words("小学校", "中学校", "高校", "しょうがっこう", "ちゅうがっこう", "こうこう", "高等学校", "小", "中", "高")
	attends     = words("にかよ", "に通", "へかよ", "へ通", "かよって", "通って", "のせいと", "の生徒", "せいです", "生です", "生だよ", "せいだよ", "に在籍", "にいってる", "に行ってる", "に行ってます", "にいってます", "だよ", "です")
	selfWords   = words("ぼく", "わたし", "おれ", "うち", "あたし", "私", "僕", "俺", "自分")
	endsOfClass = words("だよ", "です", "だけど", "なんだ", "のわたし", "のぼく", "に来て", "にきて", "だから")
	notNames    = words("大", "私立", "市立", "公立", "県立", "同", "近", "隣", "違", "別", "他", "前", "女子", "男子", "附属", "付属", "特別支援", "最", "背", "体")
)

// number of the digits, plain or kanji, that end at i.
func digitsBefore(rs []rune, i int) int {
	n := 0
	for i-n > 0 && n < 5 && (isDigit(rs[i-n-1]) || kanjiDigit(rs[i-n-1])) {
		n++
	}
	return n
}

func digitsAfter(rs []rune, i int) int {
	n := 0
	for i+n < len(rs) && n < 5 && (isDigit(rs[i+n]) || kanjiDigit(rs[i+n])) {
		n++
	}
	return n
}

func kanjiDigit(r rune) bool {
	switch r {
	case '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '〇':
		return true
	}
	return false
}

// clause is where the clause that goes on at i ends.
func clause(rs []rune, i, limit int) int {
	for n := 0; i < len(rs) && n < limit; n++ {
		switch rs[i] {
		case '。', '!', '?', '\n', '、', ',', '…':
			return i
		}
		i++
	}
	return i
}

// addresses finds a house: a postal code that is called one, a block and a
// number, a house number, a flat.
func (x *Lexicon) addresses(rs []rune) {
	for _, s := range x.starts {
		if s.of&firstAddress == 0 {
			continue
		}
		i := s.at
		if n := prefixed(rs[i:], postWords); n > 0 {
			x.postal(rs, i, i+n)
		}
		if n := prefixed(rs[i:], blockWords); n > 0 {
			d := digitsBefore(rs, i)
			after := i + n
			more := digitsAfter(rs, after)
			if d > 0 && more > 0 {
				x.mark(rowAddress, i-d, clause(rs, after+more, 12))
			}
		}
		if n := prefixed(rs[i:], houseWords); n > 0 {
			d := digitsBefore(rs, i)
			if d > 0 && (i+n == len(rs) || rs[i+n] != '味') { // 一番地味 is plainest
				x.mark(rowAddress, i-d, i+n)
			}
		}
		if n := prefixed(rs[i:], townEnds); n > 0 && i > 0 {
			if m := dashed(rs, i+n); m > 0 {
				x.mark(rowAddress, max(0, i-2), i+n+m)
			}
		}
	}
}

func (x *Lexicon) postal(rs []rune, from, i int) {
	for end := i; end < len(rs) && end < i+4; end++ {
		n := digitsAfter(rs, end)
		if n == 3 && end+3 < len(rs) && (rs[end+3] == '-' || rs[end+3] == 'ー') && digitsAfter(rs, end+4) == 4 {
			x.mark(rowAddress, from, end+8)
			return
		}
	}
}

// dashed is the length of 1-2-3 or 12-3 at i: a block and a house.
func dashed(rs []rune, i int) int {
	n, groups := 0, 0
	for i+n < len(rs) {
		d := digitsAfter(rs, i+n)
		if d == 0 || d > 4 {
			break
		}
		n += d
		groups++
		if i+n+1 >= len(rs) || rs[i+n] != '-' && rs[i+n] != 'ー' && rs[i+n] != 'の' || digitsAfter(rs, i+n+1) == 0 {
			break
		}
		n++
	}
	if groups < 2 {
		return 0
	}
	return n
}

// schools finds a school by name together with going there or a class, and a
// class that the speaker calls their own.
func (x *Lexicon) schools(rs []rune) {
	for _, s := range x.starts {
		if s.of&(firstSchool|firstClass) == 0 {
			continue
		}
		i := s.at
		if n := prefixed(rs[i:], schoolWords); n > 0 && i+n < len(rs) {
			x.school(rs, i, i+n, n)
		}
		if rs[i] == '年' || rs[i] == 'ね' && prefixed(rs[i:], words2nen) > 0 {
			x.class(rs, i)
		}
	}
}

var words2nen = words("ねん")

func (x *Lexicon) school(rs []rune, i, end, n int) {
	name := 0
	for i-name > 0 && name < 6 {
		s := scriptOf(x.vs.plain.marks[i-name-1].exact)
		if s != kanji && s != kata {
			break
		}
		name++
	}
	if name < 2 || prefixed(rs[i-name:i], notNames) > 0 {
		return
	}
	at := end
	if at < len(rs) && rs[at] == 'の' {
		at++
	}
	switch {
	case digitsAfter(rs, at) > 0 && at+1 < len(rs) && (rs[at+1] == '年' || rs[at+1] == 'ね' || rs[at+1] == '-'):
		x.mark(rowSchool, i-name, clause(rs, at, 10))
	case n > 1 && prefixed(rs[end:], attends) > 0, n == 1 && prefixed(rs[end:], attends) > 1 && rs[end] != 'だ' && rs[end] != 'で':
		x.mark(rowSchool, i-name, end)
	}
}

var classWords = words("組", "くみ", "くらす")

func (x *Lexicon) class(rs []rune, i int) {
	d := digitsBefore(rs, i)
	at := i + 1
	if rs[i] == 'ね' {
		at++
	}
	more := digitsAfter(rs, at)
	if d == 0 || more == 0 || at+more >= len(rs) {
		return
	}
	n := prefixed(rs[at+more:], classWords)
	if n == 0 {
		return
	}
	end := at + more + n
	if prefixed(rs[end:], endsOfClass) > 0 || within(rs[max(0, i-d-5):i-d], selfWords) {
		x.mark(rowSchool, i-d, end)
	}
}

var (
	nameWords = words("本名は", "ほんみょうは", "ほんとうのなまえは", "本当の名前は", "ほんとのなまえは", "ほんとの名前は", "リアルネームは", "りあるねーむは",
		"本名が", "ほんみょう:", "本名:", "実名は", "じつめいは", "名字は", "みょうじは", "苗字は", "フルネームは", "ふるねーむは", "下の名前は", "したのなまえは", "本名って")
	notGiven = words("ひみつ", "秘密", "おしえ", "教え", "いわ", "言わ", "言え", "いえない", "言っちゃ", "いっちゃ", "だめ", "ダメ", "なに", "何", "なん", "だれ", "誰", "?", "ないしょ", "内緒", "かか", "書か", "しら", "知ら", "やめ", "すき", "好き", "きらい", "嫌い", "みんな", "危な", "あぶな", "ちょっと", "いい", "むり", "無理", "ださ", "出さ")
)

// names finds a real name that is given: what follows is hidden to the end of
// its clause.
func (x *Lexicon) names(rs []rune) {
	for _, s := range x.starts {
		if s.of&firstName == 0 {
			continue
		}
		i := s.at
		n := prefixed(rs[i:], nameWords)
		if n == 0 {
			continue
		}
		begin := i + n
		for begin < len(rs) && (rs[begin] == ' ' || rs[begin] == '、') {
			begin++
		}
		end := clause(rs, begin, 12)
		if end-begin < 2 || prefixed(rs[begin:], notGiven) > 0 || end < len(rs) && rs[end] == '?' {
			continue
		}
		x.mark(rowName, i, end)
	}
}
