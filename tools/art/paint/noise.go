package paint

import "math"

// Hash is a number of 0 to below 1 that belongs to a place and a seed.
func Hash(x, y, s int) float64 {
	h := uint32(x)*374761393 + uint32(y)*668265263 + uint32(s)*2246822519
	h = (h ^ (h >> 13)) * 1274126177
	h ^= h >> 16
	h *= 2654435761
	return float64(h>>8) / float64(1<<24)
}

// Smooth eases 0..1 at both ends.
func Smooth(t float64) float64 { return t * t * (3 - 2*t) }

// Noise is value noise of 0 to 1 on a lattice of step 1.
func Noise(x, y float64, s int) float64 {
	xi, yi := int(math.Floor(x)), int(math.Floor(y))
	fx, fy := Smooth(x-float64(xi)), Smooth(y-float64(yi))
	a := Hash(xi, yi, s)*(1-fx) + Hash(xi+1, yi, s)*fx
	b := Hash(xi, yi+1, s)*(1-fx) + Hash(xi+1, yi+1, s)*fx
	return a*(1-fy) + b*fy
}

// Fbm is three octaves of Noise.
func Fbm(x, y float64, s int) float64 {
	return Noise(x, y, s)*0.55 + Noise(x*2.1, y*2.1, s+1)*0.3 + Noise(x*4.3, y*4.3, s+2)*0.15
}
