package draw

import (
	"encoding/json"
	"image/color"
	"math"
	"sort"
	"time"
)

// daylight is how a place is lit: what everything is multiplied by, how bright
// its lamps are, and how much its water takes the evening sky's colours.
type daylight struct {
	r, g, b     float32
	lamps, glow float32
}

// brighter is what is left of a darkness for people.
func brighter(v float32) float32 { return 1 - (1-v)*0.55 }

// stills are the lights that no clock moves, by the map's trait "light".
var stills = map[string]daylight{
	"indoors":  {1, 0.97, 0.92, 0.35, 0},
	"evening":  {0.97, 0.78, 0.84, 1, 1},
	"festival": {0.62, 0.55, 0.82, 1, 0.4},
	"stars":    {0.80, 0.79, 0.97, 1, 0},
	"night":    {0.55, 0.55, 0.78, 1, 0},
}

// floating is what is in the air: a kind of particle, how many of it are on a
// screen of 480 by 300 art pixels, and where it drifts, in art pixels a second.
type floating struct {
	kind   string
	n      int
	dx, dy float64
}

// UnmarshalJSON reads ["fx-petal", 22, -7, 12].
func (f *floating) UnmarshalJSON(b []byte) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	if len(raw) != 4 {
		return errSheet
	}
	for i, p := range [...]any{&f.kind, &f.n, &f.dx, &f.dy} {
		if err := json.Unmarshal(raw[i], p); err != nil {
			return err
		}
	}
	f.n = min(max(f.n, 0), maxParticles/2)
	return nil
}

// days is a city's year and day: when each season begins, how the light goes,
// and what floats in the air.
type days struct {
	seasons []begun
	light   []hourly
	air     map[string]struct{ Day, Night floating }
	utc     *float64
}

// begun is a season and its first day as month*100 + day.
type begun struct {
	name string
	day  int
}

type hourly struct {
	hour  float64
	light daylight
}

// parseDays reads days.json.
func parseDays(b []byte) (*days, error) {
	var raw struct {
		Seasons [][2]string
		Light   [][6]float64
		Air     map[string]struct{ Day, Night floating }
		UTC     *float64 `json:"utc"` // hours; absent: the clock of the device
	}
	if err := json.Unmarshal(b, &raw); err != nil {
		return nil, err
	}
	d := &days{air: raw.Air, utc: raw.UTC}
	for _, s := range raw.Seasons {
		at, err := time.Parse("01-02", s[1])
		if err != nil {
			return nil, err
		}
		d.seasons = append(d.seasons, begun{s[0], int(at.Month())*100 + at.Day()})
	}
	for _, l := range raw.Light {
		for _, v := range l[1:] {
			if v < 0 || v > 1 || math.IsNaN(v) {
				return nil, errSheet
			}
		}
		if l[0] < 0 || l[0] > 24 {
			return nil, errSheet
		}
		d.light = append(d.light, hourly{l[0], daylight{float32(l[1]), float32(l[2]), float32(l[3]), float32(l[4]), float32(l[5])}})
	}
	if d.utc != nil && (*d.utc < -14 || *d.utc > 14) {
		return nil, errSheet
	}
	sort.Slice(d.seasons, func(i, j int) bool { return d.seasons[i].day < d.seasons[j].day })
	sort.Slice(d.light, func(i, j int) bool { return d.light[i].hour < d.light[j].hour })
	return d, nil
}

// local is a moment by the city's clock.
func (d *days) local(now time.Time) time.Time {
	if d == nil || d.utc == nil {
		return now
	}
	return now.UTC().Add(time.Duration(*d.utc * float64(time.Hour)))
}

// season is the one that a day of the city is in; empty when there is none.
func (d *days) season(local time.Time) string {
	if d == nil || len(d.seasons) == 0 {
		return ""
	}
	day := int(local.Month())*100 + local.Day()
	name := d.seasons[len(d.seasons)-1].name // the year before's last
	for _, s := range d.seasons {
		if s.day <= day {
			name = s.name
		}
	}
	return name
}

// at is the light of a place with that trait at a moment of the city.
func (d *days) at(trait string, local time.Time) daylight {
	if l, ok := stills[trait]; ok {
		return l
	}
	if d == nil || len(d.light) == 0 {
		return daylight{r: 1, g: 1, b: 1}
	}
	h := float64(local.Hour()) + float64(local.Minute())/60 + float64(local.Second())/3600
	n := len(d.light)
	i := sort.Search(n, func(i int) bool { return d.light[i].hour > h })
	from, to := d.light[(i+n-1)%n], d.light[i%n]
	span := math.Mod(to.hour-from.hour+24, 24)
	if span == 0 {
		return from.light
	}
	k := float32(math.Mod(h-from.hour+24, 24) / span)
	mix := func(a, b float32) float32 { return a + (b-a)*k }
	return daylight{
		mix(from.light.r, to.light.r), mix(from.light.g, to.light.g), mix(from.light.b, to.light.b),
		mix(from.light.lamps, to.light.lamps), mix(from.light.glow, to.light.glow),
	}
}

// airOf is what floats in a place: what its own trait says, or the season's
// for its light, or nothing.
func (d *days) airOf(own, light, season string, now daylight) floating {
	switch {
	case own == "none":
		return floating{}
	case own != "":
		return floating{own, 12, 0, -6}
	}
	if _, still := stills[light]; still || d == nil {
		return floating{}
	}
	if a := d.air[season]; now.lamps < 0.5 {
		return a.Day
	} else {
		return a.Night
	}
}

// seasons says, by picture, which colours are others in a season.
type seasons map[string]palettes

type palettes struct {
	from    int
	colours map[string][]color.NRGBA
}

// parseSeasons reads seasons.json.
func parseSeasons(b []byte) (seasons, error) {
	var raw map[string]map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return nil, err
	}
	out := seasons{}
	for name, m := range raw {
		p := palettes{colours: map[string][]color.NRGBA{}}
		for k, v := range m {
			if k == "from" {
				if err := json.Unmarshal(v, &p.from); err != nil {
					return nil, err
				}
				continue
			}
			var hex string
			if err := json.Unmarshal(v, &hex); err != nil {
				return nil, err
			}
			if len(hex)%8 != 0 || len(hex) > 8*256 {
				return nil, errSheet
			}
			for i := 0; i < len(hex); i += 8 {
				c, err := parseColour(hex[i : i+6])
				if err != nil {
					return nil, err
				}
				a, err := parseColour("0000" + hex[i+6:i+8])
				if err != nil {
					return nil, err
				}
				p.colours[k] = append(p.colours[k], color.NRGBA{c.R, c.G, c.B, a.B})
			}
		}
		if p.from < 0 || p.from > 255 {
			return nil, errSheet
		}
		out[name] = p
	}
	return out, nil
}

// dress gives a picture's palette the colours of a season.
func (s seasons) dress(name, season string, p color.Palette) {
	for i, c := range s[name].colours[season] {
		if k := s[name].from + i; k < len(p) {
			p[k] = c
		}
	}
}
