package atlas

import (
	"strings"
	"testing"

	"kakitsubata/protocol/id"
	"kakitsubata/world/plane"
)

const yard = `
	##########
	#....#...#
	#....#...#
	#....#...#
	#....#####
	#........#
	#........#
	##########`

func TestCheckFindsFaults(t *testing.T) {
	gate := func(name string, area plane.Rect) Portal { return Portal{Name: name, Area: area, To: "park"} }
	for _, c := range []struct {
		name string
		make func(*Atlas)
		want []string // one line each
	}{
		{"nothing", func(*Atlas) {}, nil},
		{"all well", func(a *Atlas) {
			a.Spawns = append(a.Spawns, Spawn{Name: "there", At: middleOf(7, 6)})
			a.Portals = []Portal{gate("gate", tiles(4, 6, 6, 7))}
			a.Seats = []Seat{{At: middleOf(0, 3)}} // in the wall, but near
		}, nil},
		{"spawn in a wall", func(a *Atlas) { a.Spawns[0].At = middleOf(5, 1) },
			[]string{`spawn "here": nobody can stand there`}},
		{"spawn cut off", func(a *Atlas) { a.Spawns = append(a.Spawns, Spawn{Name: "cell", At: middleOf(7, 2)}) },
			[]string{`spawn "cell": can't be reached on foot from spawn "here"`}},
		{"spawn in a portal", func(a *Atlas) { a.Portals = []Portal{gate("gate", tiles(1, 1, 3, 3))} },
			[]string{`spawn "here": it lies in portal "gate"`}},
		{"portal cut off", func(a *Atlas) { a.Portals = []Portal{gate("gate", tiles(6, 1, 8, 2))} },
			[]string{`portal "gate": can't be reached`}},
		{"portal in a wall", func(a *Atlas) { a.Portals = []Portal{gate("gate", tiles(0, 0, 3, 1))} },
			[]string{`portal "gate": can't be reached`}},
		{"seat cut off", func(a *Atlas) { a.Seats = []Seat{{At: middleOf(1, 2)}, {At: middleOf(7, 1)}} },
			[]string{`seat 1 at (120,24) px: can't be reached`}},
		{"portal with a closed middle", func(a *Atlas) {
			a.Spawns[0].At = middleOf(8, 6)
			a.Portals = []Portal{gate("gate", tiles(1, 5, 8, 7))}
			a.Walls = []plane.Rect{tiles(5, 5, 6, 7)} // the area's middle is west of it, the spawn east
		}, []string{`portal "gate": who arrives at the middle of it can't get out`}},
		{"names twice", func(a *Atlas) {
			a.Portals = []Portal{gate("here", tiles(1, 5, 2, 6)), gate("", tiles(3, 5, 4, 6))}
			a.Zones = []Zone{{Name: "z", Area: tiles(1, 1, 2, 2)}, {Name: "z", Area: tiles(2, 2, 3, 3)}}
		}, []string{`portal "here": the name is also that of a spawn`, `portal without a name`, `zone "z": another zone`}},
		{"a wall across", func(a *Atlas) {
			a.Walls = []plane.Rect{{Min: plane.Point{X: 256, Y: 1400}, Max: plane.Point{X: 2304, Y: 1401}}}
			a.Portals = []Portal{gate("gate", tiles(4, 6, 6, 7))}
		}, []string{`portal "gate": can't be reached`}},
		{"a gap too narrow", func(a *Atlas) {
			a.Walls = []plane.Rect{{Min: plane.Point{X: 256 + 2*FootX - 1, Y: 1300}, Max: plane.Point{X: 2304, Y: 1310}}}
			a.Portals = []Portal{gate("gate", tiles(4, 6, 6, 7))}
		}, []string{`portal "gate": can't be reached`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			if err := draw(t, yard, c.make).Check(); err != nil {
				got = strings.Split(err.Error(), "\n")
			}
			if len(got) != len(c.want) {
				t.Fatalf("faults %q, want %q", got, c.want)
			}
			for i := range got {
				if !strings.HasPrefix(got[i], c.want[i]) {
					t.Errorf("fault %q, want %q", got[i], c.want[i])
				}
			}
		})
	}
}

func TestPrepareRefusesWhatIsOutOfRange(t *testing.T) {
	whole := func() *Atlas { return draw(t, yard, nil) }
	for name, spoil := range map[string]func(*Atlas){
		"width":            func(a *Atlas) { a.Width = 7 },
		"huge":             func(a *Atlas) { a.Width = 1 << 40 },
		"ground":           func(a *Atlas) { a.Ground = a.Ground[1:] },
		"terrain":          func(a *Atlas) { a.Ground[5] = TerrainEnd },
		"no spawn":         func(a *Atlas) { a.Spawns = nil },
		"earshot":          func(a *Atlas) { a.Earshot = 0 },
		"wall outside":     func(a *Atlas) { a.Walls = []plane.Rect{tiles(8, 6, 11, 7)} },
		"wall inside out":  func(a *Atlas) { a.Walls = []plane.Rect{tiles(3, 3, 2, 4)} },
		"seat outside":     func(a *Atlas) { a.Seats = []Seat{{At: middleOf(10, 1)}} },
		"portal outside":   func(a *Atlas) { a.Portals = []Portal{{Area: tiles(-1, 1, 2, 2)}} },
		"spawn outside":    func(a *Atlas) { a.Spawns[0].At = middleOf(-1, -1) },
		"zone too loud":    func(a *Atlas) { a.Zones = []Zone{{Area: tiles(1, 1, 2, 2), Earshot: MaxEarshot + 1}} },
		"long name":        func(a *Atlas) { a.Spawns[0].Name = strings.Repeat("x", MaxName+1) },
		"long text":        func(a *Atlas) { a.Props = []Prop{{Kind: "sign", Text: strings.Repeat("x", MaxText+1)}} },
		"too many traits":  func(a *Atlas) { a.Traits = make([]Trait, MaxTraits+1) },
		"too many seats":   func(a *Atlas) { a.Seats = make([]Seat, MaxThings+1) },
		"walls everywhere": func(a *Atlas) { a.Walls = repeat(tiles(0, 0, 10, 8), MaxThings) },
	} {
		a := whole()
		spoil(a)
		if err := a.Prepare(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func repeat(r plane.Rect, n int) []plane.Rect {
	out := make([]plane.Rect, n)
	for i := range out {
		out[i] = r
	}
	return out
}

func TestCheckCity(t *testing.T) {
	place := func(name id.PlaceID, more func(*Atlas)) *Atlas {
		return draw(t, yard, func(a *Atlas) { a.Place = name; more(a) })
	}
	portals := func(ps ...Portal) func(*Atlas) {
		return func(a *Atlas) {
			for i := range ps {
				ps[i].Area = tiles(int32(i)+1, 5, int32(i)+2, 6)
			}
			a.Portals = ps
		}
	}
	city := map[id.PlaceID]*Atlas{
		"plaza": place("plaza", portals(
			Portal{Name: "to-park", To: "park", At: "to-plaza"},
			Portal{Name: "to-park-2", To: "park"},
			Portal{Name: "to-park-3", To: "park", At: "here"})),
		"park": place("park", portals(Portal{Name: "to-plaza", To: "plaza", At: "to-park"})),
	}
	if err := CheckCity(city); err != nil {
		t.Errorf("a whole city: %v", err)
	}
	city["park"] = place("park", func(a *Atlas) {
		portals(Portal{Name: "to-plaza", To: "plaza", At: "nowhere"}, Portal{Name: "to-moon", To: "moon", At: "sea"})(a)
		a.Spawns[0].Name = "elsewhere"
	})
	err := CheckCity(city)
	const want = `park: portal "to-plaza": place "plaza" has no portal or spawn "nowhere" with free ground
park: portal "to-moon": there is no place "moon"
plaza: portal "to-park-3": place "park" has no portal or spawn "here" with free ground`
	if err == nil || err.Error() != want {
		t.Errorf("CheckCity: %v\nwant %s", err, want)
	}
}

func TestWhereThingsAre(t *testing.T) {
	a := draw(t, yard, func(a *Atlas) {
		a.Zones = []Zone{
			{Name: "loud", Area: tiles(1, 1, 5, 5), Earshot: 3000},
			{Name: "quiet", Area: tiles(2, 2, 4, 4), Earshot: 500, Quiet: true},
			{Name: "plain", Area: tiles(3, 3, 4, 4)},
		}
		a.Portals = []Portal{{Name: "gate", Area: tiles(4, 6, 6, 7), To: "park"}}
		a.Spawns = append(a.Spawns, Spawn{Name: "there", At: middleOf(7, 6), Facing: plane.West})
		a.Traits = []Trait{{"dark", "true"}}
	})
	for _, c := range []struct {
		at      plane.Point
		zone    string
		earshot int32
	}{
		{middleOf(1, 1), "loud", 3000}, {middleOf(2, 2), "quiet", 500}, {middleOf(3, 3), "plain", DefaultEarshot}, {middleOf(7, 6), "", DefaultEarshot},
	} {
		z, ok := a.ZoneAt(c.at)
		if z.Name != c.zone || ok != (c.zone != "") || a.EarshotAt(c.at) != c.earshot {
			t.Errorf("at %v: zone %q, earshot %d, want %q, %d", c.at, z.Name, a.EarshotAt(c.at), c.zone, c.earshot)
		}
	}
	if a.PortalAt(middleOf(5, 6)) != 0 || a.PortalAt(middleOf(6, 6)) != -1 {
		t.Error("PortalAt is wrong")
	}
	for name, want := range map[string]plane.Point{"": middleOf(1, 1), "nobody": middleOf(1, 1), "there": middleOf(7, 6), "gate": {X: 5 * plane.Tile, Y: middleOf(0, 6).Y}} {
		at, _, ok := a.Arrival(name)
		if at != want || ok != (name == "there" || name == "gate") {
			t.Errorf("Arrival(%q) = %v, %v, want %v", name, at, ok, want)
		}
	}
	if _, facing, _ := a.Arrival("gate"); facing != plane.North {
		t.Errorf("from a gate in the south one looks to %d", facing)
	}
	if a.TerrainAt(middleOf(1, 1)) != Grass || a.TerrainAt(plane.Point{X: -1}) != Wall || a.Trait("dark") != "true" || a.Trait("x") != "" {
		t.Error("TerrainAt or Trait is wrong")
	}
	for g := range TerrainEnd {
		if back, ok := ParseTerrain(g.String()); !ok || back != g {
			t.Errorf("terrain %d is %q, which is %d", g, g, back)
		}
	}
	if _, ok := ParseTerrain("lava"); ok {
		t.Error("lava is a terrain")
	}
}
