package sound

import "math"

// Rate is how many samples a second has.
const Rate = 22050

// peaks is how loud each cue may be at its loudest, of 1: steps and places lie
// far below voices.
var peaks = [cues]float64{
	Blip: .34, StepStone: .16, StepGrass: .14, StepWood: .16, Open: .26, Close: .24, Portal: .32, Stamp: .42, Held: .30,
	Emote: .26, Tap: .14, Blocked: .18, Splash: .22, pluck: .26, water: .12, crickets: .07, rain: .12,
}

// synthesise is a cue's samples, between -1 and 1. It gives the same ones each time.
func synthesise(c Cue) []float64 {
	s := shapes[c]()
	most := 0.0
	for _, v := range s {
		most = max(most, math.Abs(v))
	}
	if most > 0 {
		for i := range s {
			s[i] *= peaks[c] / most
		}
	}
	return s
}

var shapes = [cues]func() []float64{
	Blip: func() []float64 {
		return tone(.07, func(t float64) float64 { return 660 + 220*t/.07 }, sine, func(t float64) float64 { return rise(t, .004) * math.Exp(-t*38) * fall(t, .07) })
	},
	StepStone: func() []float64 { return step(1, 2600, .030) },
	StepGrass: func() []float64 { return step(2, 5200, .045) },
	StepWood:  func() []float64 { return knock() },
	Open:      func() []float64 { return chain(.06, 0, triangle, hz(12), hz(19)) },
	Close:     func() []float64 { return chain(.06, 0, triangle, hz(19), hz(12)) },
	Portal:    func() []float64 { return echo(chain(.07, .03, sine, hz(12), hz(16), hz(19), hz(24)), .10, .40, 2) },
	Stamp:     stamp,
	Held:      func() []float64 { return marimba(hz(-5), .42) },
	Emote: func() []float64 {
		return tone(.09, func(t float64) float64 { return 420 + 520*math.Sqrt(t/.09) }, sine, func(t float64) float64 { return rise(t, .005) * fall(t, .09) })
	},
	Tap: func() []float64 {
		return tone(.035, func(t float64) float64 { return 980 - 300*t/.035 }, sine, func(t float64) float64 { return rise(t, .002) * fall(t, .035) })
	},
	Blocked: func() []float64 {
		return tone(.11, func(t float64) float64 { return 190 - 50*t/.11 }, triangle, func(t float64) float64 { return rise(t, .006) * fall(t, .11) })
	},
	Splash: func() []float64 {
		drop := tone(.16, func(t float64) float64 { return 380 + 900*t*t/.0256 }, sine, func(t float64) float64 { return rise(t, .01) * fall(t, .16) })
		return mix(drop, gain(shape(lowpass(noise(.16, 7), 3000), func(t float64) float64 { return rise(t, .004) * math.Exp(-t*40) }), .5))
	},
	pluck: func() []float64 { return marimba(hz(0), .45) },
	water: func() []float64 {
		s := lowpass(lowpass(noise(.8, 11), 700), 700)
		return loop(shape(s, func(t float64) float64 { return .7 + .3*math.Sin(2*math.Pi*t/.7) }), .1)
	},
	crickets: func() []float64 {
		return loop(tone(.75, func(float64) float64 { return 4180 }, sine, func(t float64) float64 {
			trill := math.Max(0, math.Sin(2*math.Pi*26*t))
			return trill * trill * math.Max(0, math.Sin(2*math.Pi*t/.65))
		}), .1)
	},
	rain: func() []float64 {
		s := noise(.7, 23)
		return loop(sub(lowpass(s, 5200), lowpass(s, 900)), .1)
	},
}

// hz is a frequency so many semitones above middle C.
func hz(semitones float64) float64 { return 261.626 * math.Exp2(semitones/12) }

func sine(phase float64) float64 { return math.Sin(2 * math.Pi * phase) }

func triangle(phase float64) float64 {
	_, f := math.Modf(phase + .25)
	return 1 - 4*math.Abs(f-.5)
}

// rise goes from 0 to 1 within d seconds, so that nothing clicks; fall goes to
// 0 at the end.
func rise(t, d float64) float64 { return math.Min(t/d, 1) }
func fall(t, d float64) float64 { return math.Max(0, 1-t/d) }

// tone is d seconds of a wave whose frequency and loudness go by the time.
func tone(d float64, freq func(float64) float64, wave func(float64) float64, loud func(float64) float64) []float64 {
	out := make([]float64, int(d*Rate))
	phase := 0.0
	for i := range out {
		t := float64(i) / Rate
		phase += freq(t) / Rate
		out[i] = wave(phase) * loud(t)
	}
	return out
}

// noise is d seconds of it, the same for each seed.
func noise(d float64, seed uint32) []float64 {
	out := make([]float64, int(d*Rate))
	for i := range out {
		seed = seed*1664525 + 1013904223
		out[i] = float64(int32(seed)) / (1 << 31)
	}
	return out
}

// lowpass takes away what is above a frequency.
func lowpass(s []float64, freq float64) []float64 {
	k := 1 - math.Exp(-2*math.Pi*freq/Rate)
	out := make([]float64, len(s))
	v := 0.0
	for i, x := range s {
		v += (x - v) * k
		out[i] = v
	}
	return out
}

func shape(s []float64, loud func(float64) float64) []float64 {
	for i := range s {
		s[i] *= loud(float64(i) / Rate)
	}
	return s
}

func gain(s []float64, k float64) []float64 {
	for i := range s {
		s[i] *= k
	}
	return s
}

func mix(a, b []float64) []float64 {
	if len(a) < len(b) {
		a, b = b, a
	}
	for i := range b {
		a[i] += b[i]
	}
	return a
}

func sub(a, b []float64) []float64 { return mix(a, gain(b, -1)) }

// step is a foot on the ground: filtered noise of d seconds.
func step(seed uint32, freq, d float64) []float64 {
	return shape(lowpass(lowpass(noise(d, seed), freq), freq), func(t float64) float64 { return rise(t, .002) * math.Exp(-t*90) * fall(t, d) })
}

// knock is a foot on wood.
func knock() []float64 {
	wood := tone(.05, func(float64) float64 { return 210 }, sine, func(t float64) float64 { return rise(t, .002) * math.Exp(-t*70) * fall(t, .05) })
	return mix(wood, gain(step(3, 1800, .04), .6))
}

// marimba is a soft wooden note.
func marimba(freq, d float64) []float64 {
	low := tone(d, func(float64) float64 { return freq }, sine, func(t float64) float64 { return rise(t, .006) * math.Exp(-t*7) * fall(t, d) })
	high := tone(d, func(float64) float64 { return freq * 3.93 }, sine, func(t float64) float64 { return rise(t, .004) * math.Exp(-t*30) * fall(t, d) })
	return mix(low, gain(high, .22))
}

// stamp is a low thump and a bell.
func stamp() []float64 {
	thump := tone(.14, func(t float64) float64 { return 130 - 60*t/.14 }, sine, func(t float64) float64 { return rise(t, .003) * fall(t, .14) })
	bell := marimba(hz(28), .36)
	return mix(append(make([]float64, 0, len(bell)), thump...), gain(bell, .8))
}

// chain is notes of d seconds one after the other, each sounding on for more.
func chain(d, more float64, wave func(float64) float64, freqs ...float64) []float64 {
	out := make([]float64, int((d*float64(len(freqs))+more)*Rate))
	for i, f := range freqs {
		long := d + more
		n := tone(long, func(float64) float64 { return f }, wave, func(t float64) float64 { return rise(t, .005) * fall(t, long) })
		for k, v := range n {
			if at := int(d*float64(i)*Rate) + k; at < len(out) {
				out[at] += v
			}
		}
	}
	return out
}

// echo repeats a sound some times, softer and softer.
func echo(s []float64, after, k float64, times int) []float64 {
	lag := int(after * Rate)
	out := make([]float64, len(s)+lag*times)
	g := 1.0
	for n := range times + 1 {
		for i, v := range s {
			out[i+n*lag] += v * g
		}
		g *= k
	}
	return out
}

// loop folds the last d seconds into the first ones, so that the end meets the
// beginning.
func loop(s []float64, d float64) []float64 {
	n := int(d * Rate)
	long := len(s) - n
	for i := range n {
		k := float64(i) / float64(n)
		s[i] = s[i]*math.Sqrt(k) + s[long+i]*math.Sqrt(1-k)
	}
	return s[:long]
}
