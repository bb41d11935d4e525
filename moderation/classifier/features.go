package classifier

import "kakitsubata/moderation/lexicon"

// Features of a text are 32-bit hashes. Each family has a seed of its own, so
// that a run of letters in one view is not the same in another.
const (
	famTight uint32 = 0x9e370000 + iota*0x1001
	famSound
	famWord
	famWords
	famIdea
	famIdeas
	famKind
	famRule
	famAround
	famShape
	famSign
	famEdge
)

// Orders of the n-grams.
const (
	minTight, maxTight = 1, 4
	minSound, maxSound = 2, 5
	maxIdeas           = 16 // ideas of a text that are paired
)

func mix(h, x uint32) uint32 {
	h ^= x
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}

// Features appends the features of what was seen to out: those of letters,
// then those of meaning.
func Features(s *lexicon.Seen, out []uint32) []uint32 {
	return Meanings(s, Letters(s, out))
}

// Letters appends the features of letters and words.
func Letters(s *lexicon.Seen, out []uint32) []uint32 {
	out = grams(out, s.Tight, famTight, minTight, maxTight)
	out = grams(out, s.Sound, famSound, minSound, maxSound)
	return latinWords(out, s.Plain)
}

// Meanings appends the features of ideas and findings.
func Meanings(s *lexicon.Seen, out []uint32) []uint32 {
	out = ideas(out, s.Ideas)
	for _, k := range s.Kinds {
		kind := uint32(k.Category)<<3 | uint32(k.Severity)
		if k.Need {
			kind |= 1 << 16
		}
		out = append(out, mix(famKind, kind), mix(famRule, k.Rule))
	}
	for _, a := range s.Around {
		out = append(out, mix(famAround, a))
	}
	return shape(out, s)
}

// grams adds every run of lo to hi runes, and the runs at both ends.
func grams(out []uint32, rs []rune, fam uint32, lo, hi int) []uint32 {
	for i := range rs {
		h := fam
		for n := 1; n <= hi && i+n <= len(rs); n++ {
			h = mix(h, uint32(rs[i+n-1]))
			if n >= lo {
				out = append(out, h)
			}
		}
	}
	if n := len(rs); n >= 2 {
		out = append(out, mix(mix(fam+famEdge, uint32(rs[0])), uint32(rs[1])), mix(mix(fam+famEdge+1, uint32(rs[n-2])), uint32(rs[n-1])))
	}
	return out
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' }

// latinWords adds the words of Latin letters, and each with the one before.
func latinWords(out []uint32, rs []rune) []uint32 {
	last := uint32(0)
	for i := 0; i < len(rs); {
		if !isLetter(rs[i]) {
			i++
			continue
		}
		h := famWord
		for ; i < len(rs) && isLetter(rs[i]); i++ {
			h = mix(h, uint32(rs[i]))
		}
		out = append(out, h)
		if last != 0 {
			out = append(out, mix(famWords^last, h))
		}
		last = h
	}
	return out
}

// ideas adds each idea, and each pair in its order, near and far.
func ideas(out []uint32, all []lexicon.Idea) []uint32 {
	all = all[:min(len(all), maxIdeas)]
	for i, a := range all {
		out = append(out, mix(famIdea, a.Concept))
		for _, b := range all[:i] {
			if a.Concept == b.Concept {
				continue
			}
			h := mix(mix(famIdeas, b.Concept), a.Concept)
			out = append(out, h)
			if a.From-b.To <= 4 {
				out = append(out, mix(h, 1))
			}
		}
	}
	return out
}

// shape adds what is not in the words.
func shape(out []uint32, s *lexicon.Seen) []uint32 {
	length := uint32(0)
	for n := len(s.Tight); n > 0; n = n * 2 / 3 {
		length++
	}
	digits, marks := uint32(0), uint32(0)
	for _, r := range s.Plain {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r > ' ' && r < '0' || r == '?' || r > 0x2000 && r < 0x3040 || r >= 0x1f000:
			out = append(out, mix(famSign, uint32(r)))
			marks++
		}
	}
	out = append(out, mix(famShape, length), mix(famShape+1, min(digits, 12)))
	if len(s.Tight) > 0 {
		out = append(out, mix(famShape+2, marks*4/uint32(len(s.Tight))))
	}
	return out
}
