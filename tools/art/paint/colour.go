package paint

import (
	"image/color"
	"math"
	"strconv"
)

// C is a colour of the canvas and what it is a colour of; alpha is 255 for all
// but what is empty, glow, shadow and the mark of water.
type C struct {
	R, G, B, A uint8
	K          Material
}

// NRGBA is the colour as pictures keep it.
func (c C) NRGBA() color.NRGBA { return color.NRGBA{R: c.R, G: c.G, B: c.B, A: c.A} }

// Of is the colour as that of a material.
func (c C) Of(k Material) C {
	c.K = k
	return c
}

// Material is what a thing is made of, as far as seasons change its colours.
type Material uint8

// Materials. Lasting is everything that is the same all the year.
const (
	Lasting   Material = iota
	Turf               // lawn
	Posy               // small flowers in the lawn and on bushes
	Foliage            // leaves that fall
	Needle             // leaves that stay
	Blossom            // crowns of cherry trees
	Bloom              // a flower that is there in its season only
	Rebloom            // one that comes once more in autumn
	Tiling             // roofs, where snow lies
	Materials          // one past the last
)

// Lum is the lightness of a colour, 0 to 1.
func (c C) Lum() float64 { return (float64(c.R)*.3 + float64(c.G)*.59 + float64(c.B)*.11) / 255 }

// Hex reads a colour from six hexadecimal digits. It panics on others: the
// colours are literals of this tool.
func Hex(s string) C {
	v, err := strconv.ParseUint(s, 16, 32)
	if err != nil || len(s) != 6 {
		panic("paint: " + s + " is not a colour")
	}
	return C{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 255}
}

// Ramp is a row of colours from dark to light.
type Ramp []C

// Of is the ramp as that of a material.
func (r Ramp) Of(k Material) Ramp {
	o := make(Ramp, len(r))
	for i, c := range r {
		o[i] = c.Of(k)
	}
	return o
}

// NewRamp reads a ramp, dark to light.
func NewRamp(hex ...string) Ramp {
	r := make(Ramp, 0, len(hex))
	for _, s := range hex {
		r = append(r, Hex(s))
	}
	return r
}

var bayer = [4][4]float64{{0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}}

// Bayer is the threshold, 0 to below 1, of ordered dither at a pixel.
func Bayer(x, y int) float64 { return bayer[y&3][x&3] / 16 }

// Pick takes v of 0 to 1 along the ramp; d is how much ordered dither softens
// the steps.
func (r Ramp) Pick(v, d float64, x, y int) C {
	f := v*float64(len(r)) + (bayer[y&3][x&3]/16-0.47)*d
	return r[max(0, min(len(r)-1, int(math.Floor(f))))]
}

// Step takes v of 0 to 1 along the ramp, without dither.
func (r Ramp) Step(v float64) C {
	return r[max(0, min(len(r)-1, int(math.Floor(v*float64(len(r))))))]
}

func u8(f float64) uint8 { return uint8(max(0, min(255, f))) }

// Mix goes from a to b by t of 0 to 1. It is of the material that weighs more;
// beside a lasting colour, such as ink, a season's keeps its own for longer.
func Mix(a, b C, t float64) C {
	k, most := a.K, .5
	if a.K != Lasting && b.K == Lasting {
		most = .75
	}
	if t > most {
		k = b.K
	}
	return C{
		K: k,
		R: u8(float64(a.R) + (float64(b.R)-float64(a.R))*t),
		G: u8(float64(a.G) + (float64(b.G)-float64(a.G))*t),
		B: u8(float64(a.B) + (float64(b.B)-float64(a.B))*t),
		A: 255,
	}
}

// The ramps of the city. They shift in hue: shadows toward blue and violet,
// lights toward yellow.
var (
	Ink = Hex("2B2345") // text, deepest outline, night

	Grass   = NewRamp("3F8A58", "4C9C57", "5DAE57", "74BF5C", "8FD067", "B4E07C").Of(Turf)
	Leaf    = NewRamp("1F4A46", "2A6549", "3C824B", "58A04E", "82BE58", "B5DA72").Of(Foliage)
	Pine    = NewRamp("173C44", "1F5450", "2C6F57", "44905C", "6BB066").Of(Needle)
	Sand    = NewRamp("B08A62", "CBA472", "DDBB86", "EBCF9C", "F6E2B6")
	Earth   = NewRamp("4B3B3F", "6B5146", "8A6B50", "A8875F")
	Paving  = NewRamp("A99C94", "BFB2A6", "D0C4B5", "DDD3C3", "EAE2D2")
	Stone   = NewRamp("4A4A63", "63657C", "808497", "A0A6B3", "C3CAD0", "E6EAE6")
	Water   = NewRamp("2F6FB0", "3A85C4", "489BD3", "62B4E0", "8ED2EC", "C8EEF6")
	Evening = NewRamp("F7B58C", "EE97A0", "B984C8", "8478CC", "6A70C4") // water at the golden hour, far to near
	Wood    = NewRamp("4A2E2B", "6E4433", "94603F", "B98250", "DBA868", "F2CF92")
	Roof    = NewRamp("2E3550", "414C6B", "5A6A8A", "7C8FAB", "A9BCCB")
	Brick   = NewRamp("8C4A4A", "B0605A", "CC7E66", "E6A07C", "F6C49A")
	Plaster = NewRamp("AFA8BA", "D2CBCF", "EDE6DC", "FFFAEE")
	Glass   = NewRamp("2C4E7C", "3E6FA2", "5C98C4", "8CC4E0", "C6EAF4")
	Warm    = NewRamp("8A5A4A", "B87E56", "DDA868", "F4D08E", "FFEBBE") // a lit room seen through its door
	Iron    = NewRamp("2F3850", "3E4A63", "55637F", "8C9AB4")
	Iris    = NewRamp("33247A", "4C36A8", "6C50D2", "9478EE", "C6B4FF")
	Cherry  = NewRamp("A84A78", "CF6C94", "E993B1", "F7B9CC", "FDDCE5", "FFF3F5").Of(Blossom)
	Lantern = NewRamp("8F2D2A", "D6452F", "F2762E", "FFB347", "FFE29A", "FFF7D6")
)
