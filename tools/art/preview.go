package main

import (
	"fmt"

	"kakitsubata/protocol/id"
	"kakitsubata/tools/art/paint"
	"kakitsubata/tools/art/place"
	"kakitsubata/tools/art/season"
)

// previews draws each place as a child would see it: by day, evening and night,
// and by day in each season; the day also as eyes see it that tell colours apart
// badly or not at all. A place whose light stands still has one picture.
func previews(p *painting, places []located, calendar map[id.CityID]*days, write func(string, *paint.Img) error) error {
	type moment struct {
		name, season string
		hour         float64
	}
	moments := []moment{{"day", "iris", 12.2}, {"evening", "iris", 17.9}, {"night", "iris", 21.5}}
	for _, s := range season.Names {
		moments = append(moments, moment{s, s, 10.6})
	}
	for _, mo := range moments {
		for _, l := range places {
			if _, still := place.Still(l.atlas.Trait("light")); still && mo.name != "day" {
				continue
			}
			name, picture := fmt.Sprintf("%s-%s-%s", l.city, l.atlas.Place, mo.name), p.view(l, calendar[l.city], mo.season, mo.hour)
			if err := write(name+".png", picture); err != nil {
				return err
			}
			if mo.name != "day" {
				continue
			}
			for _, e := range eyes {
				if err := write(name+"-"+e.name+".png", seen(picture, e.m)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// view is a place in a season at an hour, with some people in it.
func (p *painting) view(l located, d *days, name string, hour float64) *paint.Img {
	v := place.View{Season: name, MS: 61_234, Minute: int(hour * 60), People: true}
	var still bool
	if v.Light, still = place.Still(l.atlas.Trait("light")); !still {
		v.Light = d.at(hour)
		row := d.Air[name].Day
		if v.Light.Lamps >= .5 {
			row = d.Air[name].Night
		}
		if row != nil {
			v.Air, v.Many = row[0].(string), int(row[1].(int64))
		}
	}
	if own := l.atlas.Trait("air"); own != "" {
		v.Air, v.Many = own, 12
	}
	ground := p.pages[fmt.Sprintf("%s/%s.png", l.city, l.atlas.Place)].in(name)
	return place.Preview(l.atlas, p.kindsIn(name), ground, v)
}
