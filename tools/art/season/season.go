package season

import (
	"encoding/hex"

	"kakitsubata/tools/art/paint"
)

// Names of the seasons, in the order of the year.
var Names = []string{"cherry", "iris", "summer", "mando", "autumn", "winter"}

// A swap takes a colour from its place on one ramp to the same place on
// another; without a ramp it takes it away.
type swap struct{ from, to paint.Ramp }

var (
	lawn    = paint.Grass
	posies  = paint.NewRamp("8A3F62", "CF6C94", "FF9CC2", "FFFFFF")
	spring  = paint.NewRamp("2A5A4A", "35764C", "52954E", "79B456", "A4D068", "D2EA8E")
	fresh   = paint.NewRamp("4C9458", "5FA85A", "76BC5C", "8FCC64", "A9DA74", "CBEA92")
	deep    = paint.NewRamp("2A6549", "3C824B", "58A04E", "6FB156", "8FC665", "B5DA72")
	straw   = paint.NewRamp("76803F", "8A9046", "A39F50", "BBB05C", "D0C36C", "E6D98C")
	amber   = paint.NewRamp("55293A", "8A3C36", "BC5A36", "DE823C", "F0AC50", "FBD880")
	crimson = paint.NewRamp("6A2238", "98303C", "C44640", "E06A48", "F29A5C", "FBCB8E")
	snow    = paint.NewRamp("A9BACD", "C6D4E0", "D9E3EB", "E6EEF3", "F1F6F8", "FDFEFE")
	laden   = paint.NewRamp("38465A", "566A74", "8496A4", "B6C6D0", "DFE9EE", "FFFFFF")
	needles = paint.NewRamp("173C44", "1F5450", "4A7F7C", "B4CCD0", "F4FAFA")
	twigs   = paint.NewRamp("5E5468", "857C8C", "ABA8B6", "CDD2DA", "E9EFF3", "FFFFFF")
)

// turned is what changes in a season; what is not named stays.
var turned = map[string]map[paint.Material]swap{
	"cherry": {
		paint.Turf: {lawn, fresh}, paint.Foliage: {paint.Leaf, spring},
		paint.Bloom: {}, paint.Rebloom: {},
	},
	"iris":   {paint.Blossom: {paint.Cherry, deep}},
	"summer": {paint.Blossom: {paint.Cherry, deep}, paint.Bloom: {}, paint.Posy: {posies, deep}},
	"mando":  {paint.Blossom: {paint.Cherry, deep}, paint.Bloom: {}, paint.Posy: {posies, deep}},
	"autumn": {
		paint.Turf: {lawn, straw}, paint.Foliage: {paint.Leaf, amber}, paint.Blossom: {paint.Cherry, crimson},
		paint.Posy: {posies, amber}, paint.Bloom: {},
	},
	"winter": {
		paint.Turf: {lawn, snow}, paint.Foliage: {paint.Leaf, laden}, paint.Blossom: {paint.Cherry, twigs},
		paint.Needle: {paint.Pine, needles}, paint.Posy: {posies, snow}, paint.Bloom: {}, paint.Rebloom: {},
	},
}

// Turn is a colour in a season.
func Turn(name string, c paint.C) paint.C {
	s, ok := turned[name][c.K]
	switch {
	case c.K == paint.Tiling && name == "winter":
		return snowed(c)
	case !ok || c.A == 0:
		return c
	case s.to == nil:
		return paint.C{K: c.K}
	}
	o := along(s.to, place(s.from, c.Lum()))
	o.A, o.K = c.A, c.K
	return o
}

// place is where on a ramp a lightness lies: 0 is its first colour, below it
// -1 is black; 1 is its last colour.
func place(r paint.Ramp, l float64) float64 {
	first, last := r[0].Lum(), r[len(r)-1].Lum()
	if l < first {
		return l/first - 1
	}
	for i := 1; i < len(r); i++ {
		if a, b := r[i-1].Lum(), r[i].Lum(); l <= b && b > a {
			return (float64(i-1) + (l-a)/(b-a)) / float64(len(r)-1)
		}
	}
	return 1 + (l-last)/(1.001-last)
}

// along is the colour of a place on a ramp.
func along(r paint.Ramp, t float64) paint.C {
	switch {
	case t < 0:
		return paint.Mix(r[0], paint.Ink, min(1, -t*1.1))
	case t >= 1:
		return r[len(r)-1]
	}
	f := t * float64(len(r)-1)
	i := int(f)
	return paint.Mix(r[i], r[i+1], f-float64(i))
}

// snowed is a roof under snow: it lies where the light falls.
func snowed(c paint.C) paint.C {
	k := min(.92, max(0, (c.Lum()-.24)*3.2))
	return paint.Mix(c, paint.Hex("F2F6FA"), k).Of(c.K)
}

// Swap is what a season changes in a palette, as the client reads it: the
// entries from the first that may change on, RRGGBBAA each. It is empty when
// nothing changes.
func Swap(name string, palette []paint.C, from int) string {
	var b []byte
	same := true
	for _, c := range palette[from:] {
		t := Turn(name, c)
		same = same && t == c
		b = append(b, t.R, t.G, t.B, t.A)
	}
	if same {
		return ""
	}
	return hex.EncodeToString(b)
}

// From is the first entry of a palette that a season may change.
func From(palette []paint.C) int {
	for i, c := range palette {
		if c.K != paint.Lasting {
			return i
		}
	}
	return len(palette)
}
