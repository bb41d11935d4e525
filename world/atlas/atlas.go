package atlas

import (
	"slices"

	"kakitsubata/protocol/id"
	"kakitsubata/world/plane"
)

// Terrain is what a tile of ground is.
type Terrain uint8

// Terrains. Append only: they are in encoded atlases.
const (
	Grass Terrain = iota
	Trail         // "path" in map files; Path is how to walk somewhere
	Paving
	Sand
	Water
	Floor
	Wall
	Boardwalk
	Bridge
	Rail
	Tatami
	Road       // asphalt that one may walk on
	TerrainEnd // one past the last
)

var terrainNames = [TerrainEnd]string{
	"grass", "path", "paving", "sand", "water", "floor", "wall", "boardwalk", "bridge", "rail", "tatami", "road",
}

// String is the name that map files use.
func (t Terrain) String() string {
	if t < TerrainEnd {
		return terrainNames[t]
	}
	return "unknown"
}

// ParseTerrain reads what String writes.
func ParseTerrain(s string) (Terrain, bool) {
	i := slices.Index(terrainNames[:], s)
	return Terrain(max(i, 0)), i >= 0
}

// Solid reports whether nobody can stand on it.
func (t Terrain) Solid() bool {
	return t == Water || t == Wall || t == Rail || t >= TerrainEnd
}

// Atlas is one place. Fill the fields, then Prepare it; afterwards it must
// not be changed. Decode and tiled.Load give it prepared.
type Atlas struct {
	Place         id.PlaceID
	Title         string // with furigana: {漢字|かんじ}
	Width, Height int    // in tiles
	Earshot       int32  // how far words reach outside of zones, in units
	Ground        []Terrain
	Walls         []plane.Rect // solid boxes besides solid ground
	Seats         []Seat       // an id.SeatID is an index here
	Portals       []Portal
	Spawns        []Spawn // the first is for those who name no other
	Zones         []Zone  // where they overlap, the later counts
	Props         []Prop
	Traits        []Trait // what the client may want to know, by name

	grid  plane.Grid
	tiles []uint32 // per tile: blocked, clear, or where its boxes begin
	boxes []plane.Rect
}

// Texts lists all that can be read on the map, as authored, in order; what is
// there twice is listed twice.
func (a *Atlas) Texts() []string {
	out := []string{a.Title}
	for i := range a.Portals {
		out = append(out, a.Portals[i].Title)
	}
	for i := range a.Zones {
		out = append(out, a.Zones[i].Title)
	}
	for i := range a.Props {
		out = append(out, a.Props[i].Text)
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// Seat is a place for one person.
type Seat struct {
	At     plane.Point
	Facing uint8
}

// Portal leads to another place.
type Portal struct {
	Name  string
	Area  plane.Rect
	To    id.PlaceID
	At    string // name of a portal or spawn there; empty: its first spawn
	Title string // with furigana
}

// Spawn is where people arrive.
type Spawn struct {
	Name   string
	At     plane.Point
	Facing uint8
}

// Zone is an area with a name and its own manner of being heard.
type Zone struct {
	Name    string
	Area    plane.Rect
	Earshot int32 // units; 0: the place's own
	Quiet   bool  // nobody is addressed here unasked
	Title   string
}

// Prop is something to be seen. What it blocks is among the walls.
type Prop struct {
	Kind string
	At   plane.Point // its foot
	Text string      // with furigana
	Flip bool        // mirrored
}

// Trait is something the rules do not read.
type Trait struct{ Name, Value string }

// Defaults of map files, in units.
const (
	DefaultEarshot = 8 * plane.Tile
	QuietEarshot   = 2 * plane.Tile
	MaxEarshot     = 64 * plane.Tile
)

// Bounds is the whole map.
func (a *Atlas) Bounds() plane.Rect {
	return plane.Rect{Max: plane.Point{X: int32(a.Width) * plane.Tile, Y: int32(a.Height) * plane.Tile}}
}

// Grid is the map's interest grid.
func (a *Atlas) Grid() plane.Grid { return a.grid }

// TerrainAt is the ground at p; Wall outside of the map.
func (a *Atlas) TerrainAt(p plane.Point) Terrain {
	if !a.Bounds().Contains(p) {
		return Wall
	}
	return a.Ground[int(p.Y/plane.Tile)*a.Width+int(p.X/plane.Tile)]
}

// ZoneAt is the zone that counts at p.
func (a *Atlas) ZoneAt(p plane.Point) (Zone, bool) {
	for i := len(a.Zones) - 1; i >= 0; i-- {
		if a.Zones[i].Area.Contains(p) {
			return a.Zones[i], true
		}
	}
	return Zone{}, false
}

// EarshotAt is how far words reach at p, in units.
func (a *Atlas) EarshotAt(p plane.Point) int32 {
	for i := len(a.Zones) - 1; i >= 0; i-- {
		if z := &a.Zones[i]; z.Area.Contains(p) {
			if z.Earshot > 0 {
				return z.Earshot
			}
			break
		}
	}
	return a.Earshot
}

// PortalAt is the index of the portal whose area holds p, or -1.
func (a *Atlas) PortalAt(p plane.Point) int {
	for i := range a.Portals {
		if a.Portals[i].Area.Contains(p) {
			return i
		}
	}
	return -1
}

// Trait is the value of a trait; empty when there is none.
func (a *Atlas) Trait(name string) string {
	for _, t := range a.Traits {
		if t.Name == name {
			return t.Value
		}
	}
	return ""
}

// Arrival is where somebody arrives who asks for a portal or spawn by name,
// and facing where: at a portal, the free ground nearest to the middle of its
// area, looking into the map. An unknown or empty name means the first spawn,
// for which ok is false.
func (a *Atlas) Arrival(name string) (at plane.Point, facing uint8, ok bool) {
	for i := range a.Spawns {
		if s := &a.Spawns[i]; name != "" && s.Name == name {
			return s.At, s.Facing, true
		}
	}
	for i := range a.Portals {
		if p := &a.Portals[i]; name != "" && p.Name == name {
			middle := p.Area.Middle()
			at, found := a.FreeNear(middle, 4*plane.Tile)
			if !found {
				break
			}
			into := plane.Heading(middle, a.Bounds().Middle())
			return at, (into + 32) &^ 63, true
		}
	}
	return a.Spawns[0].At, a.Spawns[0].Facing, false
}
