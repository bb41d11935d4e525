package main

import (
	"fmt"

	"kakitsubata/protocol/id"
	"kakitsubata/tools/art/paint"
	"kakitsubata/tools/art/place"
	"kakitsubata/tools/art/season"
)

// previews draws each place as a child would see it: by day, evening and night,
// and by day in each season. A place whose light stands still has one picture.
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
		kinds := p.kindsIn(mo.season)
		for _, l := range places {
			light, still := place.Still(l.atlas.Trait("light"))
			if still && mo.name != "day" {
				continue
			}
			v := place.View{Light: light, Season: mo.season, MS: 61_234, Minute: int(mo.hour * 60), People: true}
			if !still {
				v.Light = calendar[l.city].at(mo.hour)
				a := calendar[l.city].Air[mo.season]
				row := a.Day
				if v.Light.Lamps >= .5 {
					row = a.Night
				}
				if row != nil {
					v.Air, v.Many = row[0].(string), int(row[1].(int64))
				}
			}
			if own := l.atlas.Trait("air"); own != "" {
				v.Air, v.Many = own, 12
			}
			ground := p.pages[fmt.Sprintf("%s/%s.png", l.city, l.atlas.Place)].in(mo.season)
			if err := write(fmt.Sprintf("%s-%s-%s.png", l.city, l.atlas.Place, mo.name), place.Preview(l.atlas, kinds, ground, v)); err != nil {
				return err
			}
		}
	}
	return nil
}
