package main

import (
	"math"

	"kakitsubata/tools/art/paint"
)

// Eyes that see otherwise, as matrices on linear light: without any colour, and
// without green-sensitive cones (deuteranopia, after Machado, Oliveira and
// Fernandes, 2009). Pictures for both are left beside the day's, so that one
// can look whether paths, gates, water and people are told apart by form and
// lightness, too.
var eyes = []struct {
	name string
	m    [9]float64
}{
	{"grey", [9]float64{.2126, .7152, .0722, .2126, .7152, .0722, .2126, .7152, .0722}},
	{"deuteranopia", [9]float64{.367322, .860646, -.227968, .280085, .672501, .047413, -.011820, .042940, .968881}},
}

// seen is a picture as such eyes see it.
func seen(m *paint.Img, eye [9]float64) *paint.Img {
	out := m.Clone()
	for i, c := range out.P {
		r, g, b := linear(c.R), linear(c.G), linear(c.B)
		out.P[i].R = stored(eye[0]*r + eye[1]*g + eye[2]*b)
		out.P[i].G = stored(eye[3]*r + eye[4]*g + eye[5]*b)
		out.P[i].B = stored(eye[6]*r + eye[7]*g + eye[8]*b)
	}
	return out
}

// linear is the light of a stored sRGB value, 0 to 1; stored is its inverse.
func linear(v uint8) float64 {
	x := float64(v) / 255
	if x > .04045 {
		return math.Pow((x+.055)/1.055, 2.4)
	}
	return x / 12.92
}

func stored(l float64) uint8 {
	l = min(max(l, 0), 1)
	if l > .0031308 {
		l = 1.055*math.Pow(l, 1/2.4) - .055
	} else {
		l *= 12.92
	}
	return uint8(math.Round(l * 255))
}
