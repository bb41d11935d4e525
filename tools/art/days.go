package main

import (
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/BurntSushi/toml"

	"kakitsubata/protocol/id"
	"kakitsubata/tools/art/place"
	"kakitsubata/tools/art/season"
)

// days is a city's days.toml, and what the client gets of it.
type days struct {
	UTC     float64        `toml:"utc"` // hours that the city's clock is ahead
	Seasons [][2]string    `toml:"seasons"`
	Light   [][6]float64   `toml:"light"`
	Air     map[string]air `toml:"air"`
}

// air is what floats by day and by night: kind, how many, drift to the east and
// south.
type air struct {
	Day   []any `toml:"day" json:"day,omitempty"`
	Night []any `toml:"night" json:"night,omitempty"`
}

// readDays reads the calendar of each city.
func readDays(root fs.FS, of []id.CityID) (map[id.CityID]*days, error) {
	out := map[id.CityID]*days{}
	for _, c := range of {
		name := path.Join(cities, string(c), "days.toml")
		d := &days{}
		meta, err := toml.DecodeFS(root, name, d)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if extra := meta.Undecoded(); len(extra) > 0 {
			return nil, fmt.Errorf("%s: %s is not a key of this file", name, extra[0])
		}
		if err := d.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[c] = d
	}
	return out, nil
}

func (d *days) check() error {
	if !(d.UTC >= -14 && d.UTC <= 14) {
		return fmt.Errorf("utc: %g is not from -14 to 14", d.UTC)
	}
	before := ""
	for i, s := range d.Seasons {
		if !slices.Contains(season.Names, s[0]) {
			return fmt.Errorf("seasons %d: %q is no season (%v)", i+1, s[0], season.Names)
		}
		if !isDay(s[1]) || s[1] <= before {
			return fmt.Errorf("seasons %d: %q is not a day such as 04-21 after the one before", i+1, s[1])
		}
		before = s[1]
	}
	hour := -1.0
	for i, r := range d.Light {
		if r[0] <= hour || r[0] < 0 || r[0] >= 24 {
			return fmt.Errorf("light %d: the hour %g is not from 0 to 24, after the one before", i+1, r[0])
		}
		hour = r[0]
		for _, v := range r[1:] {
			if !(v >= 0 && v <= 1) {
				return fmt.Errorf("light %d: %g is not from 0 to 1", i+1, v)
			}
		}
	}
	if len(d.Seasons) == 0 || len(d.Light) == 0 {
		return fmt.Errorf("seasons or light are missing")
	}
	for name, a := range d.Air {
		if !slices.Contains(season.Names, name) {
			return fmt.Errorf("air.%s is no season (%v)", name, season.Names)
		}
		for _, row := range [2][]any{a.Day, a.Night} {
			if row != nil && !isAir(row) {
				return fmt.Errorf("air.%s: want [kind, how many, east, south]", name)
			}
		}
	}
	return nil
}

// isDay reports whether s is a month and a day, such as 04-21.
func isDay(s string) bool {
	var m, d int
	n, err := fmt.Sscanf(s, "%2d-%2d", &m, &d)
	return err == nil && n == 2 && len(s) == 5 && m >= 1 && m <= 12 && d >= 1 && d <= 31
}

func isAir(row []any) bool {
	if len(row) != 4 {
		return false
	}
	_, ok := row[0].(string)
	for _, v := range row[1:] {
		n, whole := v.(int64)
		ok = ok && whole && n >= -100 && n <= 100
	}
	return ok
}

// json is the file for the client.
func (d *days) json() ([]byte, error) {
	return lines(map[string]any{"utc": d.UTC, "seasons": d.Seasons, "light": d.Light, "air": d.Air})
}

// at is the light of an hour.
func (d *days) at(hour float64) place.Light {
	n := len(d.Light)
	i := n - 1
	for k, r := range d.Light {
		if r[0] <= hour {
			i = k
		}
	}
	a, b := d.Light[i], d.Light[(i+1)%n]
	from, to, now := a[0], b[0], hour
	if to <= from {
		to += 24
	}
	if now < from {
		now += 24
	}
	t := (now - from) / (to - from)
	mix := func(k int) float64 { return a[k] + (b[k]-a[k])*t }
	return place.Light{Tint: [3]float64{mix(1), mix(2), mix(3)}, Lamps: mix(4), Glow: mix(5)}
}
