package lexicon

// Romaji as children type it, both Hepburn and by keyboard. Longest first:
// the reader tries three letters, then two, one. Fewer than 256.
var romajiTable = map[string]string{
	"a": "あ", "i": "い", "u": "う", "e": "え", "o": "お",
	"ka": "か", "ki": "き", "ku": "く", "ke": "け", "ko": "こ", "ca": "か", "cu": "く", "co": "こ",
	"sa": "さ", "si": "し", "shi": "し", "su": "す", "se": "せ", "so": "そ",
	"ta": "た", "ti": "ち", "chi": "ち", "tu": "つ", "tsu": "つ", "te": "て", "to": "と",
	"na": "な", "ni": "に", "nu": "ぬ", "ne": "ね", "no": "の",
	"ha": "は", "hi": "ひ", "hu": "ふ", "fu": "ふ", "he": "へ", "ho": "ほ",
	"ma": "ま", "mi": "み", "mu": "む", "me": "め", "mo": "も",
	"ya": "や", "yu": "ゆ", "yo": "よ", "ra": "ら", "ri": "り", "ru": "る", "re": "れ", "ro": "ろ",
	"wa": "わ", "wo": "を", "nn": "ん", "n": "ん",
	"ga": "が", "gi": "ぎ", "gu": "ぐ", "ge": "げ", "go": "ご", "za": "ざ", "zi": "じ", "ji": "じ", "zu": "ず", "ze": "ぜ", "zo": "ぞ",
	"da": "だ", "di": "ぢ", "du": "づ", "dzu": "づ", "de": "で", "do": "ど",
	"ba": "ば", "bi": "び", "bu": "ぶ", "be": "べ", "bo": "ぼ", "pa": "ぱ", "pi": "ぴ", "pu": "ぷ", "pe": "ぺ", "po": "ぽ",
	"kya": "きゃ", "kyu": "きゅ", "kyo": "きょ", "gya": "ぎゃ", "gyu": "ぎゅ", "gyo": "ぎょ",
	"sha": "しゃ", "shu": "しゅ", "sho": "しょ", "she": "しぇ", "sya": "しゃ", "syu": "しゅ", "syo": "しょ",
	"ja": "じゃ", "ju": "じゅ", "jo": "じょ", "je": "じぇ", "zya": "じゃ", "zyu": "じゅ", "zyo": "じょ", "jya": "じゃ", "jyu": "じゅ", "jyo": "じょ",
	"cha": "ちゃ", "chu": "ちゅ", "cho": "ちょ", "che": "ちぇ", "tya": "ちゃ", "tyu": "ちゅ", "tyo": "ちょ", "cya": "ちゃ", "cyu": "ちゅ", "cyo": "ちょ",
	"nya": "にゃ", "nyu": "にゅ", "nyo": "にょ", "hya": "ひゃ", "hyu": "ひゅ", "hyo": "ひょ", "bya": "びゃ", "byu": "びゅ", "byo": "びょ",
	"pya": "ぴゃ", "pyu": "ぴゅ", "pyo": "ぴょ", "mya": "みゃ", "myu": "みゅ", "myo": "みょ", "rya": "りゃ", "ryu": "りゅ", "ryo": "りょ",
	"fa": "ふぁ", "fi": "ふぃ", "fe": "ふぇ", "fo": "ふぉ", "va": "ゔぁ", "vi": "ゔぃ", "vu": "ゔ", "ve": "ゔぇ", "vo": "ゔぉ",
}

// spelling is up to three letters, packed, and the kana that they are.
type spelling struct {
	letters uint32
	kana    []rune
}

// spellings are all of them, and the number of each by shortOf; the first is none.
var spellings, spellingNumber = func() (all []spelling, number [1 << 15]uint8) {
	all = append(all, spelling{})
	for k, v := range romajiTable {
		p := packLatin([]rune(k))
		number[shortOf(p)] = uint8(len(all))
		all = append(all, spelling{p, []rune(v)})
	}
	return all, number
}()

func packLatin(rs []rune) (p uint32) {
	for _, r := range rs {
		p = p<<8 | uint32(r)
	}
	return p
}

// shortOf is five bits of each letter: what is not Latin may share them.
func shortOf(p uint32) uint32 { return p&31 | p>>3&(31<<5) | p>>6&(31<<10) }

// kanaOf is the kana of letters, or nil.
func kanaOf(rs []rune) []rune {
	p := packLatin(rs)
	if s := &spellings[spellingNumber[shortOf(p)]]; s.letters == p {
		return s.kana
	}
	return nil
}

// toKana reads the Latin words of src as romaji; what can't be read stays. It
// reports whether anything was read.
func toKana(src, dst *view) bool {
	dst.reset()
	read := false
	rs := src.runes
	for i := 0; i < len(rs); {
		r := rs[i]
		if !isLatin(r) {
			dst.add(r, src.marks[i])
			i++
			continue
		}
		if i+1 < len(rs) && r == rs[i+1] && r != 'n' && !vowelLatin(r) {
			dst.add('っ', mark{'っ', src.marks[i].from, src.marks[i].to, joined})
			i++
			read = true
			continue
		}
		n := min(3, len(rs)-i)
		var kana []rune
		for ; n > 0; n-- {
			if kana = kanaOf(rs[i : i+n]); kana != nil {
				break
			}
		}
		if n == 2 && r == 'n' && rs[i+1] == 'n' && i+2 < len(rs) && vowelLatin(rs[i+2]) {
			n = 1 // konnichiha: the second n begins the next kana
		}
		if kana == nil {
			dst.add(r, src.marks[i])
			i++
			continue
		}
		for _, k := range kana {
			dst.add(k, mark{k, src.marks[i].from, src.marks[i+n-1].to, joined})
		}
		i += n
		read = true
	}
	return read
}

func vowelLatin(r rune) bool {
	switch r {
	case 'a', 'i', 'u', 'e', 'o':
		return true
	}
	return false
}
