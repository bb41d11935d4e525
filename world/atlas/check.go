package atlas

import (
	"errors"
	"fmt"

	"kakitsubata/protocol/id"
	"kakitsubata/world/plane"
)

// Limits of an atlas.
const (
	MinTiles  = 8   // along each side
	MaxTiles  = 512 // along each side
	MaxThings = 4096
	MaxTraits = 16
	MaxText   = 512 // bytes of one text
	MaxName   = 64  // bytes of one name
)

// validate refuses numbers that would break the arithmetic or the memory of
// whoever uses the atlas.
func (a *Atlas) validate() error {
	if a.Width < MinTiles || a.Height < MinTiles || a.Width > MaxTiles || a.Height > MaxTiles {
		return fmt.Errorf("atlas: %d × %d tiles; each side has %d to %d", a.Width, a.Height, MinTiles, MaxTiles)
	}
	if len(a.Ground) != a.Width*a.Height {
		return fmt.Errorf("atlas: %d tiles of ground, want %d", len(a.Ground), a.Width*a.Height)
	}
	for i, t := range a.Ground {
		if t >= TerrainEnd {
			return fmt.Errorf("atlas: ground at (%d,%d): unknown terrain %d", i%a.Width, i/a.Width, t)
		}
	}
	for _, n := range [...]int{len(a.Walls), len(a.Seats), len(a.Portals), len(a.Spawns), len(a.Zones), len(a.Props)} {
		if n > MaxThings {
			return fmt.Errorf("atlas: %d things of a kind; at most %d", n, MaxThings)
		}
	}
	if len(a.Traits) > MaxTraits {
		return fmt.Errorf("atlas: %d traits; at most %d", len(a.Traits), MaxTraits)
	}
	if len(a.Spawns) == 0 {
		return errors.New("atlas: no spawn")
	}
	if a.Earshot <= 0 || a.Earshot > MaxEarshot {
		return fmt.Errorf("atlas: earshot of %d units; 1 to %d", a.Earshot, MaxEarshot)
	}
	return a.validateThings()
}

func (a *Atlas) validateThings() error {
	bounds := a.Bounds()
	within := func(r plane.Rect) bool {
		return !r.Empty() && r.Min.X >= 0 && r.Min.Y >= 0 && r.Max.X <= bounds.Max.X && r.Max.Y <= bounds.Max.Y
	}
	names := func(ss ...string) bool {
		for _, s := range ss {
			if len(s) > MaxName {
				return false
			}
		}
		return true
	}
	if !names(string(a.Place)) || len(a.Title) > MaxText {
		return errors.New("atlas: place or title too long")
	}
	for i, w := range a.Walls {
		if !within(w) {
			return fmt.Errorf("atlas: wall %d: empty or outside of the map", i)
		}
	}
	for i, s := range a.Seats {
		if !bounds.Contains(s.At) {
			return fmt.Errorf("atlas: seat %d: outside of the map", i)
		}
	}
	for i, p := range a.Portals {
		if !within(p.Area) || !names(p.Name, string(p.To), p.At) || len(p.Title) > MaxText {
			return fmt.Errorf("atlas: portal %d (%.*q): empty, outside of the map, or too long a text", i, MaxName, p.Name)
		}
	}
	for i, s := range a.Spawns {
		if !bounds.Contains(s.At) || !names(s.Name) {
			return fmt.Errorf("atlas: spawn %d (%.*q): outside of the map, or too long a name", i, MaxName, s.Name)
		}
	}
	for i, z := range a.Zones {
		if !within(z.Area) || !names(z.Name) || len(z.Title) > MaxText || z.Earshot < 0 || z.Earshot > MaxEarshot {
			return fmt.Errorf("atlas: zone %d (%.*q): empty, outside of the map, out of range, or too long a text", i, MaxName, z.Name)
		}
	}
	for i, p := range a.Props {
		// A prop's foot may stand on the map's very edge.
		if p.At.X < 0 || p.At.Y < 0 || p.At.X > bounds.Max.X || p.At.Y > bounds.Max.Y || !names(p.Kind) || len(p.Text) > MaxText {
			return fmt.Errorf("atlas: prop %d (%.*q): outside of the map, or too long a text", i, MaxName, p.Kind)
		}
	}
	for _, t := range a.Traits {
		if !names(t.Name) || len(t.Value) > MaxText {
			return fmt.Errorf("atlas: trait %.*q: too long", MaxName, t.Name)
		}
	}
	return nil
}

// SitWithin is how far a seat may be from who sits down, in units.
const SitWithin = plane.Tile * 3 / 2

// Check says what is wrong with a prepared place for those who visit it, one
// error for each fault (see errors.Join), naming the object.
func (a *Atlas) Check() error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf(format, args...))
	}

	taken := make(map[string]string)
	name := func(kind, s string) {
		if s == "" {
			fault("%s without a name", kind)
			return
		}
		if before, twice := taken[s]; twice {
			fault("%s %q: the name is also that of a %s", kind, s, before)
			return
		}
		taken[s] = kind
	}
	for _, s := range a.Spawns {
		name("spawn", s.Name)
	}
	for _, p := range a.Portals {
		name("portal", p.Name)
	}
	zones := make(map[string]bool)
	for _, z := range a.Zones {
		if zones[z.Name] {
			fault("zone %q: another zone has the same name", z.Name)
		}
		zones[z.Name] = true
	}

	for _, s := range a.Spawns {
		if !a.Free(s.At) {
			fault("spawn %q: nobody can stand there: it is in something solid or at the map's edge", s.Name)
		}
		if i := a.PortalAt(s.At); i >= 0 {
			fault("spawn %q: it lies in portal %q", s.Name, a.Portals[i].Name)
		}
	}
	if !a.Free(a.Spawns[0].At) {
		return errors.Join(faults...) // from nowhere nothing can be reached
	}

	reached := a.flood(a.Spawns[0].At)
	from := a.Spawns[0].Name
	for _, s := range a.Spawns[1:] {
		if a.Free(s.At) && !reached.near(s.At, 2*reachRaster) {
			fault("spawn %q: can't be reached on foot from spawn %q", s.Name, from)
		}
	}
	for _, p := range a.Portals {
		if !reached.within(p.Area) {
			fault("portal %q: can't be reached on foot from spawn %q", p.Name, from)
			continue
		}
		if at, _, ok := a.Arrival(p.Name); p.Name != "" && (!ok || !reached.near(at, 2*reachRaster)) {
			fault("portal %q: who arrives at the middle of it can't get out", p.Name)
		}
	}
	for i, s := range a.Seats {
		if !reached.near(s.At, SitWithin) {
			fault("seat %d at (%d,%d) px: can't be reached on foot from spawn %q", i, s.At.X/16, s.At.Y/16, from)
		}
	}
	return errors.Join(faults...)
}

// CheckCity says what is wrong between the places of a city: portals to
// nowhere. Each error names place, object and fault.
func CheckCity(atlases map[id.PlaceID]*Atlas) error {
	var faults []error
	for _, place := range sortedPlaces(atlases) {
		for _, p := range atlases[place].Portals {
			there, ok := atlases[p.To]
			if !ok {
				faults = append(faults, fmt.Errorf("%s: portal %q: there is no place %q", place, p.Name, p.To))
				continue
			}
			if p.At == "" {
				continue
			}
			if _, _, ok := there.Arrival(p.At); !ok {
				faults = append(faults, fmt.Errorf("%s: portal %q: place %q has no portal or spawn %q with free ground", place, p.Name, p.To, p.At))
			}
		}
	}
	return errors.Join(faults...)
}
