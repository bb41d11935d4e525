package id

import "fmt"

// Reader is in whose words a text is given: a language and, for Japanese, how
// much of it has been learnt.
type Reader uint8

// Readers. Append only: they are stored.
const (
	ReaderNone Reader = iota
	Ja12              // Japanese in kana, with spaces: years 1 and 2
	Ja34              // furigana on what years 1 and 2 do not teach
	Ja56              // furigana on what years 1 to 4 do not teach
	Ja                // as grown-ups write
	JaEasy            // plain Japanese for newcomers: short, spaced, furigana on all kanji
	En
	Pt // of Brazil
	Vi
	Tl // Tagalog
	Zh // simplified characters
	ReaderEnd
)

// Readers lists the valid ones, in the order in which they are offered.
var Readers = [...]Reader{Ja12, Ja34, Ja56, Ja, JaEasy, En, Pt, Vi, Tl, Zh}

var readerNames = [ReaderEnd]string{"", "ja-12", "ja-34", "ja-56", "ja", "ja-easy", "en", "pt", "vi", "tl", "zh"}

var readerLangs = [ReaderEnd]string{"ja", "ja", "ja", "ja", "ja", "ja", "en", "pt-BR", "vi", "tl", "zh-Hans"}

// String is the short name: files and cookies bear it. Empty for ReaderNone.
func (r Reader) String() string {
	if r < ReaderEnd {
		return readerNames[r]
	}
	return ""
}

// Lang is the language's BCP 47 tag, for the page's lang attributes.
func (r Reader) Lang() string {
	if r < ReaderEnd {
		return readerLangs[r]
	}
	return "ja"
}

// Japanese reports whether the reader reads Japanese at any depth.
func (r Reader) Japanese() bool { return r.Lang() == "ja" }

// ParseReader reads what String writes.
func ParseReader(s string) (Reader, error) {
	for _, r := range Readers {
		if r.String() == s {
			return r, nil
		}
	}
	return ReaderNone, fmt.Errorf("id: %q is not a reader (such as ja-12 or pt)", s)
}

// Reader is in whose words a child of the bracket is spoken to until it
// chooses: kana when nothing is known of it.
func (b Bracket) Reader() Reader {
	switch b {
	case El34:
		return Ja34
	case El56:
		return Ja56
	case JuniorHigh, High:
		return Ja
	}
	return Ja12
}
