package main

import (
	"math"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"kakitsubata/protocol/id"
	"kakitsubata/tools/art/thing"
)

func TestDaysOfTheCity(t *testing.T) {
	all, err := readDays(os.DirFS("../.."), []id.CityID{"kariya"})
	if err != nil {
		t.Fatal(err)
	}
	d := all["kariya"]
	kinds := thing.Kinds()
	for name, a := range d.Air {
		for _, row := range [][]any{a.Day, a.Night} {
			if row != nil && len(kinds[row[0].(string)].Frames) == 0 {
				t.Errorf("air.%s: no kind %q", name, row[0])
			}
		}
	}
	// Noon is bright and needs no lamps, night is dark with all of them, and
	// between two rows the light goes straight, also over midnight.
	if l := d.at(12); l.Tint != [3]float64{1, 1, 1} || l.Lamps != 0 {
		t.Errorf("noon is %+v", l)
	}
	if l := d.at(23.5); l.Lamps != 1 || l.Tint[0] > .7 {
		t.Errorf("night is %+v", l)
	}
	for h := 0.0; h < 24; h += .05 {
		a, b := d.at(h), d.at(math.Mod(h+.05, 24))
		for i := range a.Tint {
			if math.Abs(a.Tint[i]-b.Tint[i]) > .03 {
				t.Errorf("at %.2f the light jumps from %v to %v", h, a.Tint, b.Tint)
			}
		}
	}
}

func TestBrokenDays(t *testing.T) {
	good, err := os.ReadFile("../../assets/cities/kariya/days.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`utc = 9`, `utc = 20`, "utc: 20 is not from -14 to 14"},
		{`["iris", "04-21"]`, `["rain", "04-21"]`, `seasons 2: "rain" is no season`},
		{`["iris", "04-21"]`, `["iris", "02-01"]`, `seasons 2: "02-01" is not a day`},
		{`["iris", "04-21"]`, `["iris", "4/21"]`, `seasons 2: "4/21" is not a day`},
		{`[4.5, `, `[25, `, "light 2: the hour 25 is not from 0 to 24"},
		{`[0, 0.52,`, `[0, 1.52,`, "light 1: 1.52 is not from 0 to 1"},
		{`["fx-snow", 30, -3, 14]`, `["fx-snow", 30]`, "air.winter: want [kind, how many, east, south]"},
		{`utc = 9`, `time = 9`, "time is not a key of this file"},
	} {
		text := strings.Replace(string(good), c.old, c.new, 1)
		if text == string(good) {
			t.Fatalf("the file does not hold %q", c.old)
		}
		_, err := readDays(fstest.MapFS{"assets/cities/x/days.toml": {Data: []byte(text)}}, []id.CityID{"x"})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
