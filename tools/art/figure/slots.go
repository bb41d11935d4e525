package figure

import (
	"kakitsubata/protocol/id"
	"kakitsubata/tools/art/paint"
)

// Slots of the palette. Zero is empty.
const (
	white = iota + 1
	mouth
	tongue
	tiePink
	tieGold
	scarf
	scarfDark
	paper
	paperShade
	button

	skin0 = 12 // shadow, base, light, cheek
	hair0 = 16 // dark to light, four; then the eye's dark and the eye
	top0  = 22 // dark to light, four
	low0  = 26 // dark to light, three
	trim  = 29 // and its shade
	shoe0 = 31 // dark, base, light
	hat0  = 34 // dark to light, four

	cheek     = skin0 + 3
	eyeDark   = hair0 + 4
	eyeBright = hair0 + 5
	trimShade = trim + 1

	irisDark  = 38 // what things are made of that one carries
	irisBase  = 39
	irisLight = 40
	leafGreen = 41
	glowDark  = 42
	glowBase  = 43
	glowLight = 44
	woodDark  = 45
	woodLight = 46
	held0     = 47 // dark, base, light: a balloon, a book

	// Slots is how many the palette has.
	Slots = 50
)

// Fields of a look, in the order of id.Look.Parts.
const (
	fieldSkin = iota
	fieldHair
	fieldStyle
	fieldDress
	fieldColour
	fieldHat
	fieldHeld
)

// counts of choices in each field.
var counts = [...]int{id.Skins, id.HairColours, id.HairStyles, id.Dresses, id.Colours, id.Hats, id.Things}

// Palette is a run of slots whose colours depend on some fields of a look.
type Palette struct {
	Slot    int        // the first slot
	By      []int      // fields of id.Look.Parts, folded from left to right
	Colours [][]string // by index, hexadecimal
}

var (
	skins = []paint.Ramp{
		paint.NewRamp("D98E73", "F7C6A3", "FFE0C4"), paint.NewRamp("C97F62", "EFB68D", "FBD3AE"), paint.NewRamp("A9674A", "D49A6C", "E8B88A"),
		paint.NewRamp("7C4A38", "A86F4E", "C58C66"), paint.NewRamp("E0967F", "FCD3B8", "FFE9D6"), paint.NewRamp("5E392F", "84543F", "A57055"),
	}
	hairs = []paint.Ramp{
		paint.NewRamp("231B33", "3A2C48", "574266", "8A74A0"), paint.NewRamp("3B2220", "5E362B", "8A5238", "C08A5A"), paint.NewRamp("5C3A1E", "9A6229", "D1943F", "F6CF7A"),
		paint.NewRamp("1B2A44", "2A4468", "42699A", "86B4DC"), paint.NewRamp("5A1F33", "93324A", "CC5560", "F59A8C"), paint.NewRamp("3F4350", "6B7180", "9BA3AE", "D9DFE3"),
	}
	eyes = paint.NewRamp("7A4A2E", "7A5A2E", "2E7A5A", "3A6A9A", "7A3A2E", "5A4A9A")

	dyes = []paint.Ramp{
		paint.NewRamp("1F7A78", "2FA39A", "4CC7B4", "8BE6CF"), paint.NewRamp("C0467A", "E56A9A", "F98FB6", "FFC0D6"), paint.NewRamp("D07A1E", "F09A2C", "FFBD4A", "FFE08A"),
		paint.NewRamp("3C4FB0", "5870D8", "7F97F2", "B4C4FF"), paint.NewRamp("8F2D3F", "C23F55", "E8647A", "FF9EA6"), paint.NewRamp("3F7A2E", "62A33F", "8CC85A", "C0E88C"),
	}
	linen = paint.NewRamp("CFCBDD", "E6E4EE", "F8F6FA", "FFFFFF")
	dark  = paint.NewRamp("3A3550", "554F70", "746E92")
	plum  = paint.NewRamp("4A4470", "625C92", "8680B8")
	denim = paint.NewRamp("2C4A86", "3F66AC", "5E89CC")
	straw = paint.NewRamp("B98A3E", "DDB25C", "F4D384", "FFEDB6")
	cloth = paint.NewRamp("D9D0DC", "EFE9F0", "FFFDF4", "FFFFFF")
)

// clothes are the twelve colours from top0 on, of one dress in one dye.
func clothes(dress, colour int) paint.Ramp {
	dye := dyes[colour]
	other := dyes[(colour+2)%len(dyes)]
	cream, night := paint.Hex("FFF3C4"), paint.Hex("2B2345")
	var top, low paint.Ramp
	var edge, shoe paint.C
	switch dress {
	case tee:
		top, low, edge, shoe = dye, plum, paint.Hex("FFFDF4"), other[1]
		if colour == 2 || colour == 4 {
			low = denim
		}
	case hoodie:
		top, low, edge, shoe = dye, dark, paint.Hex("FFFDF4"), paint.Hex("FFB347")
		if colour == 2 {
			shoe = paint.Hex("E2476B")
		}
	case gown:
		top, low, edge, shoe = dye, dye[:3], cream, paint.Hex("FFFDF4")
	case overall:
		top, low, edge, shoe = other, dye[:3], paint.Hex("FFFDF4"), paint.Hex("6B4A8A")
	case happi:
		top, low, edge, shoe = dye, cloth[1:], other[2], night
	case sailor:
		top, low, edge, shoe = linen, dye[:3], dye[1], paint.Hex("5E3A2E")
	}
	out := append(paint.Ramp{}, top...)
	out = append(out, low[:3]...)
	return append(out, edge, paint.Mix(edge, top[1], 0.35), paint.Mix(shoe, paint.Ink, 0.35), shoe, paint.Mix(shoe, paint.Hex("FFFFFF"), 0.35))
}

func hatDye(hat, colour int) paint.Ramp {
	switch hat {
	case strawHat:
		return straw
	case hachimaki:
		return cloth
	case beret:
		return dyes[(colour+4)%len(dyes)]
	}
	return dyes[(colour+2)%len(dyes)]
}

// Palettes colours every slot of every look.
func Palettes() []Palette {
	one := func(slot int, c paint.Ramp) Palette { return Palette{slot, []int{}, [][]string{hexes(c)}} }
	out := []Palette{one(white, paint.NewRamp("FFFFFF", "A03A4A", "D8505E", "F0629A", "FFD84D", "E2476B", "B8325A", "FFFDF4", "D9D0DC", "FFE08A"))}
	sk := Palette{Slot: skin0, By: []int{fieldSkin}}
	for _, r := range skins {
		sk.Colours = append(sk.Colours, hexes(append(append(paint.Ramp{}, r...), paint.Mix(r[1], paint.Hex("F0566E"), 0.42))))
	}
	hr := Palette{Slot: hair0, By: []int{fieldHair}}
	for i, r := range hairs {
		hr.Colours = append(hr.Colours, hexes(append(append(paint.Ramp{}, r...), paint.Mix(eyes[i], paint.Ink, 0.72), eyes[i])))
	}
	cl := Palette{Slot: top0, By: []int{fieldDress, fieldColour}}
	for d := range id.Dresses {
		for c := range id.Colours {
			cl.Colours = append(cl.Colours, hexes(clothes(d, c)))
		}
	}
	ht := Palette{Slot: hat0, By: []int{fieldHat, fieldColour}}
	for h := range id.Hats {
		for c := range id.Colours {
			ht.Colours = append(ht.Colours, hexes(hatDye(h, c)))
		}
	}
	things := one(irisDark, paint.NewRamp("4C36A8", "6C50D2", "C6B4FF", "4C9C57", "D6452F", "FFB347", "FFF1B8", "6E4433", "B98250"))
	own := Palette{Slot: held0, By: []int{fieldColour}}
	for c := range id.Colours {
		own.Colours = append(own.Colours, hexes(dyes[(c+1)%len(dyes)][:3]))
	}
	return append(out, sk, hr, cl, ht, things, own)
}

func hexes(r paint.Ramp) []string {
	const digits = "0123456789ABCDEF"
	out := make([]string, len(r))
	for i, c := range r {
		b := make([]byte, 0, 6)
		for _, v := range [3]uint8{c.R, c.G, c.B} {
			b = append(b, digits[v>>4], digits[v&15])
		}
		out[i] = string(b)
	}
	return out
}

// index folds a look's parts for the fields of by.
func index(by []int, parts [id.Fields]int) int {
	n := 0
	for _, f := range by {
		n = n*counts[f] + parts[f]
	}
	return n
}
