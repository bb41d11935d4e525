package plane

// Headings count 256 to the full turn: 0 is east, 64 south, 128 west, 192 north.
const (
	East  uint8 = 0
	South uint8 = 64
	West  uint8 = 128
	North uint8 = 192
)

// wave is sin(i·2π/256) in 2^30ths for the first quarter turn, both ends
// included. It is written out, not computed: a sine may differ in its last
// bit from one machine to another.
var wave = [65]int32{
	0, 26350943, 52686014, 78989349, 105245103, 131437462, 157550647, 183568930,
	209476638, 235258165, 260897982, 286380643, 311690799, 336813204, 361732726, 386434353,
	410903207, 435124548, 459083786, 482766489, 506158392, 529245404, 552013618, 574449320,
	596538995, 618269338, 639627258, 660599890, 681174602, 701339000, 721080937, 740388522,
	759250125, 777654384, 795590213, 813046808, 830013654, 846480531, 862437520, 877875009,
	892783698, 907154608, 920979082, 934248793, 946955747, 959092290, 970651112, 981625251,
	992008094, 1001793390, 1010975242, 1019548121, 1027506862, 1034846671, 1041563127, 1047652185,
	1053110176, 1057933813, 1062120190, 1065666786, 1068571464, 1070832474, 1072448455, 1073418433,
	1073741824,
}

const one = 30 // the binary point of wave

// unit is the direction of a heading: cosine and sine in 2^30ths.
func unit(heading uint8) (cos, sin int64) {
	i := int(heading & 63)
	c, s := int64(wave[64-i]), int64(wave[i])
	switch heading >> 6 {
	case 0:
		return c, s
	case 1:
		return -s, c
	case 2:
		return -c, -s
	default:
		return s, -c
	}
}

// Step is the displacement of going so many units along a heading, each axis
// rounded to the nearest unit, halves away from zero: opposite headings give
// opposite steps.
func Step(heading uint8, units int32) Point {
	cos, sin := unit(heading)
	return Point{scale(cos, units), scale(sin, units)}
}

func scale(f int64, units int32) int32 {
	v := f * int64(units)
	if v < 0 {
		return -int32((-v + 1<<(one-1)) >> one)
	}
	return int32((v + 1<<(one-1)) >> one)
}

// Heading is the one of the 256 headings that is nearest to the direction
// from one point to another; 0 when they are the same.
func Heading(from, to Point) uint8 {
	x, y := int64(to.X)-int64(from.X), int64(to.Y)-int64(from.Y)
	// Turn by quarters until the direction lies in the first one.
	var quarter uint8
	switch {
	case x == 0 && y == 0:
		return 0
	case x > 0 && y >= 0:
	case y > 0:
		x, y, quarter = y, -x, 64
	case x < 0:
		x, y, quarter = -x, -y, 128
	default:
		x, y, quarter = -y, x, 192
	}
	// The products below fit in 63 bits once both are under 2^31.
	for x >= 1<<31 || y >= 1<<31 {
		x, y = x>>1, y>>1
	}
	// Between headings k and k+1 lies their bisector, which is the sum of the
	// two unit vectors. Count the bisectors that the direction has passed.
	lo, hi := 0, 64
	for lo < hi {
		k := (lo + hi) / 2
		bx := int64(wave[64-k]) + int64(wave[63-k])
		by := int64(wave[k]) + int64(wave[k+1])
		if y*bx >= x*by {
			lo = k + 1
		} else {
			hi = k
		}
	}
	return quarter + uint8(lo)
}
