package tiled

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	gotiled "github.com/lafriks/go-tiled"

	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// A kind says how the objects of one layer are read.
type kind struct {
	class      string // empty: any, and needed
	named      bool   // the name is needed
	shape      shape
	properties []string
	read       func(*loader, thing)
}

type shape uint8

const (
	point shape = 1 << iota
	box
)

var kinds = map[string]kind{
	"walls":   {class: "wall", shape: box, read: (*loader).wall},
	"seats":   {class: "seat", shape: point | box, properties: []string{"facing"}, read: (*loader).seat},
	"portals": {class: "portal", named: true, shape: box, properties: []string{"to", "at", "title"}, read: (*loader).portal},
	"spawns":  {class: "spawn", named: true, shape: point, properties: []string{"facing"}, read: (*loader).spawn},
	"zones":   {class: "zone", named: true, shape: box, properties: []string{"title", "earshot", "quiet"}, read: (*loader).zone},
	"props":   {shape: point, properties: []string{"text", "flip", "solid"}, read: (*loader).prop},
}

// A thing is one object, ready to be read.
type thing struct {
	what  string // as faults name it
	name  string
	class string
	area  plane.Rect  // of a box
	at    plane.Point // a point, or a box's middle
	props gotiled.Properties
}

func (t thing) get(name string) (*gotiled.Property, bool) {
	for _, p := range t.props {
		if p.Name == name {
			return p, true
		}
	}
	return nil, false
}

func (l *loader) objects(m *gotiled.Map) {
	seen := make(map[string]bool)
	spawns := false
	for _, group := range m.ObjectGroups {
		k, ok := kinds[group.Name]
		switch what := "object layer " + strconv.Quote(group.Name); {
		case !ok:
			l.fault(what, "unknown (walls seats portals spawns zones props)")
			continue
		case seen[group.Name]:
			l.fault(what, "there are two of this name")
			continue
		case group.OffsetX != 0 || group.OffsetY != 0:
			l.fault(what, "it has an offset; move it back to 0,0")
			continue
		}
		seen[group.Name] = true
		spawns = spawns || group.Name == "spawns" && len(group.Objects) > 0
		if len(group.Objects) > atlas.MaxThings {
			l.fault("object layer "+strconv.Quote(group.Name), "%d objects; at most %d", len(group.Objects), atlas.MaxThings)
			continue
		}
		for _, o := range group.Objects {
			if t, ok := l.thing(group.Name, k, o); ok {
				k.read(l, t)
			}
		}
	}
	if !spawns {
		l.fault("object layer \"spawns\"", "there is no spawn: nobody could come in")
	}
}

// thing checks what all objects have in common.
func (l *loader) thing(layer string, k kind, o *gotiled.Object) (thing, bool) {
	t := thing{
		what:  describe(layer, strconv.FormatUint(uint64(o.ID), 10), o.Name),
		name:  o.Name,
		props: o.Properties,
	}
	//lint:ignore SA1019 Tiled 1.9 wrote class; before and since it writes type
	t.class = firstOf(o.Class, o.Type)
	before := len(l.faults)
	if what := foreign(o); what != "" {
		l.fault(t.what, "it is %s; want a point or rectangle", what)
		return t, false
	}
	switch {
	case k.class == "" && !plain(t.class):
		l.fault(t.what, "class %q: in %s the class is the kind (lower-case letters, digits and hyphens)", t.class, layer)
	case k.class != "" && t.class != "" && t.class != k.class:
		l.fault(t.what, "class %q; objects in %s are of class %s", t.class, layer, k.class)
	}
	switch {
	case k.named && t.name == "":
		l.fault(t.what, "it has no name")
	case k.named && !plain(t.name):
		l.fault(t.what, "the name has something else than lower-case letters, digits and hyphens, or over %d of them", atlas.MaxName)
	}
	for _, p := range t.props {
		if !slices.Contains(k.properties, p.Name) {
			l.fault(t.what, "unknown property %q (%s)", p.Name, orNone(k.properties))
		}
	}
	l.extent(&t, k, o)
	return t, len(l.faults) == before
}

// extent reads where the object is.
func (l *loader) extent(t *thing, k kind, o *gotiled.Object) {
	bounds := l.atlas.Bounds()
	isBox := o.Width != 0 || o.Height != 0
	limit := bounds.Max
	switch {
	case isBox && k.shape&box == 0:
		l.fault(t.what, "it is a rectangle; want a point")
		return
	case !isBox && k.shape&point == 0:
		l.fault(t.what, "it is a point; want a rectangle")
		return
	case k.class != "" && !isBox:
		limit = plane.Point{X: limit.X - 1, Y: limit.Y - 1} // a prop's foot may stand on the edge
	}
	x0, ok1 := units(o.X, limit.X)
	y0, ok2 := units(o.Y, limit.Y)
	x1, ok3 := units(o.X+o.Width, limit.X)
	y1, ok4 := units(o.Y+o.Height, limit.Y)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		l.fault(t.what, "it is at (%g,%g) px, %g × %g: outside of the map of %d × %d px", o.X, o.Y, o.Width, o.Height,
			l.atlas.Width*tilePixels, l.atlas.Height*tilePixels)
		return
	}
	t.area = plane.Rect{Min: plane.Point{X: x0, Y: y0}, Max: plane.Point{X: x1, Y: y1}}
	t.at = t.area.Min
	if isBox {
		t.at = t.area.Middle()
		if t.area.Empty() {
			l.fault(t.what, "its size is %g × %g px", o.Width, o.Height)
		}
	}
}

// units turns pixels into units if they lie from 0 to limit.
func units(px float64, limit int32) (int32, bool) {
	u := math.Round(px * PixelUnits)
	if !(u >= 0 && u <= float64(limit)) { // in this form also for what is not a number
		return 0, false
	}
	return int32(u), true
}

func foreign(o *gotiled.Object) string {
	switch {
	case o.GID != 0:
		return "a tile"
	case o.TemplateSource != "":
		return "from a template (detach it)"
	case len(o.Ellipses) > 0:
		return "an ellipse"
	case len(o.Polygons) > 0:
		return "a polygon"
	case len(o.PolyLines) > 0:
		return "a polyline"
	case o.Text != nil:
		return "a text"
	case o.Rotation != 0:
		return "rotated"
	}
	return ""
}

func plain(s string) bool {
	return s != "" && len(s) <= atlas.MaxName && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	})
}

func (l *loader) wall(t thing) { l.atlas.Walls = append(l.atlas.Walls, t.area) }

func (l *loader) seat(t thing) {
	p, ok := t.get("facing")
	if !ok {
		l.fault(t.what, "property facing is missing (north east south west)")
		return
	}
	l.atlas.Seats = append(l.atlas.Seats, atlas.Seat{At: t.at, Facing: l.facing(t.what, p)})
}

func (l *loader) portal(t thing) {
	portal := atlas.Portal{Name: t.name, Area: t.area}
	for _, p := range t.props {
		switch p.Name {
		case "to":
			portal.To = id.PlaceID(l.plainText(t.what, p))
		case "at":
			portal.At = l.plainText(t.what, p)
		case "title":
			portal.Title = l.text(t.what, p)
		}
	}
	if _, ok := t.get("to"); !ok {
		l.fault(t.what, "property to is missing: where does it lead?")
	}
	l.atlas.Portals = append(l.atlas.Portals, portal)
}

func (l *loader) spawn(t thing) {
	spawn := atlas.Spawn{Name: t.name, At: t.at, Facing: plane.South}
	if p, ok := t.get("facing"); ok {
		spawn.Facing = l.facing(t.what, p)
	}
	l.atlas.Spawns = append(l.atlas.Spawns, spawn)
}

func (l *loader) zone(t thing) {
	zone := atlas.Zone{Name: t.name, Area: t.area}
	for _, p := range t.props {
		switch p.Name {
		case "title":
			zone.Title = l.text(t.what, p)
		case "earshot":
			zone.Earshot = l.tiles(t.what, p)
		case "quiet":
			zone.Quiet = l.flag(t.what, p)
		}
	}
	if zone.Quiet && zone.Earshot == 0 {
		zone.Earshot = atlas.QuietEarshot
	}
	l.atlas.Zones = append(l.atlas.Zones, zone)
}

func (l *loader) prop(t thing) {
	prop := atlas.Prop{Kind: t.class, At: t.at}
	for _, p := range t.props {
		switch p.Name {
		case "text":
			prop.Text = l.text(t.what, p)
		case "flip":
			prop.Flip = l.flag(t.what, p)
		case "solid":
			l.solid(t, p)
		}
	}
	l.atlas.Props = append(l.atlas.Props, prop)
}

// solid adds a prop's box to the walls, as far as it lies in the map.
func (l *loader) solid(t thing, p *gotiled.Property) {
	ws, hs, _ := strings.Cut(p.Value, ",")
	w, err1 := strconv.Atoi(strings.TrimSpace(ws))
	h, err2 := strconv.Atoi(strings.TrimSpace(hs))
	const most = atlas.MaxTiles * tilePixels
	if err1 != nil || err2 != nil || w < 1 || h < 1 || w > most || h > most {
		l.bad(t.what, p, `want "W,H" in pixels, such as "12,6"`)
		return
	}
	edge := l.atlas.Bounds().Max
	half, height := int32(w*PixelUnits/2), int32(h*PixelUnits)
	wall := plane.Rect{
		Min: plane.Point{X: max(0, t.at.X-half), Y: max(0, t.at.Y-height)},
		Max: plane.Point{X: min(edge.X, t.at.X+half), Y: min(edge.Y, t.at.Y)},
	}
	if wall.Empty() {
		l.bad(t.what, p, "nothing of the box lies in the map")
		return
	}
	l.atlas.Walls = append(l.atlas.Walls, wall)
}

func (l *loader) bad(what string, p *gotiled.Property, want string) {
	l.fault(what, "property %s=%.80q: %s", p.Name, p.Value, want)
}

func (l *loader) text(what string, p *gotiled.Property) string {
	if len(p.Value) > atlas.MaxText {
		l.bad(what, p, fmt.Sprintf("%d bytes; at most %d", len(p.Value), atlas.MaxText))
	}
	return p.Value
}

func (l *loader) plainText(what string, p *gotiled.Property) string {
	if !plain(p.Value) {
		l.bad(what, p, "want lower-case letters, digits and hyphens")
	}
	return p.Value
}

func (l *loader) flag(what string, p *gotiled.Property) bool {
	if p.Value != "true" && p.Value != "false" {
		l.bad(what, p, "want true or false")
	}
	return p.Value == "true"
}

// tiles reads a distance in tiles and gives units.
func (l *loader) tiles(what string, p *gotiled.Property) int32 {
	v, err := strconv.ParseFloat(p.Value, 64)
	if err != nil || !(v >= 1 && v <= atlas.MaxEarshot/plane.Tile) {
		l.bad(what, p, fmt.Sprintf("want tiles, 1 to %d", atlas.MaxEarshot/plane.Tile))
		return 0
	}
	return int32(math.Round(v * plane.Tile))
}

func (l *loader) facing(what string, p *gotiled.Property) uint8 {
	switch p.Value {
	case "north":
		return plane.North
	case "east":
		return plane.East
	case "south":
		return plane.South
	case "west":
		return plane.West
	}
	l.bad(what, p, "want north, east, south or west")
	return 0
}
