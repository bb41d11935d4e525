package lexicon

// sets are the word sets, and other things that no list can say, of which a
// rune may be the first.
type sets uint16

const (
	firstDigit sets = 1 << iota // of a number, however it is written
	firstAt                     // of a mail address, at its @; of an account
	firstTag
	firstFriend
	firstApp
	firstPost
	firstBlock
	firstHouse
	firstTown
	firstSchool
	firstClass
	firstName
	firstLink

	firstAccount = firstAt | firstTag | firstFriend | firstApp
	firstAddress = firstPost | firstBlock | firstHouse | firstTown
)

// start is a place of the plain view where one of these may begin.
type start struct {
	at int
	of sets
}

// firsts are the sets of each rune, in pages: what most runes begin is nothing,
// and a text is looked through once for all.
var firsts = func() (pages [256]*[256]sets) {
	put := func(r rune, of sets) {
		p := &pages[r>>8]
		if *p == nil {
			*p = new([256]sets)
		}
		(*p)[r&255] |= of
	}
	for _, x := range []struct {
		of    sets
		words *wordSet
	}{
		{firstAt, atSigns}, {firstFriend, friend}, {firstApp, apps}, {firstPost, postWords}, {firstBlock, blockWords}, {firstHouse, houseWords},
		{firstTown, townEnds}, {firstSchool, schoolWords}, {firstClass, words2nen}, {firstName, nameWords}, {firstLink, schemes}, {firstLink, hosts},
	} {
		for _, ws := range x.words.words {
			for _, w := range ws {
				put(w[0], x.of)
			}
		}
	}
	for _, ws := range spoken {
		for _, w := range ws {
			put(w.word[0], firstDigit)
		}
	}
	for _, r := range "0123456789oq" {
		put(r, firstDigit)
	}
	put('年', firstClass)
	put('#', firstTag)
	put('.', firstLink)
	return pages
}()

// begin fills starts with where in rs anything of firsts may begin.
func (x *Lexicon) begin(rs []rune) {
	x.starts = x.starts[:0]
	for i, r := range rs {
		if r >= 1<<16 {
			continue
		}
		if p := firsts[uint8(r>>8)]; p != nil && p[uint8(r)] != 0 {
			x.starts = append(x.starts, start{i, p[uint8(r)]})
		}
	}
}
