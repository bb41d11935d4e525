package tiled

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

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
	props []property
}

func (t thing) get(name string) (property, bool) {
	for _, p := range t.props {
		if p.name == name {
			return p, true
		}
	}
	return property{}, false
}

func (l *loader) objects(d *document) {
	seen := make(map[string]bool)
	spawns := false
	flat(d.layers, 0, 0, func(group layer, dx, dy float64) {
		if group.kind != objectLayer {
			return
		}
		k, ok := kinds[group.name]
		switch what := "object layer " + strconv.Quote(group.name); {
		case !ok:
			l.fault(what, "unknown (walls seats portals spawns zones props)")
			return
		case seen[group.name]:
			l.fault(what, "there are two of this name")
			return
		case len(group.objects) > atlas.MaxThings:
			l.fault(what, "%d objects; at most %d", len(group.objects), atlas.MaxThings)
			return
		}
		seen[group.name] = true
		spawns = spawns || group.name == "spawns" && len(group.objects) > 0
		for _, o := range group.objects {
			if t, ok := l.thing(group.name, k, o, dx-l.dx, dy-l.dy); ok {
				k.read(l, t)
			}
		}
	})
	if !spawns {
		l.fault("object layer \"spawns\"", "there is no spawn: nobody could come in")
	}
}

func describe(layer, id, name string) string {
	return fmt.Sprintf("layer %s, object %s %q", layer, id, name)
}

// thing checks what all objects have in common.
func (l *loader) thing(layer string, k kind, o object, dx, dy float64) (thing, bool) {
	t := thing{what: describe(layer, o.id, o.name), name: o.name, class: o.class, props: o.properties}
	before := len(l.faults)
	var n [5]float64
	for i, v := range [5][2]string{{"x", o.x}, {"y", o.y}, {"width", o.width}, {"height", o.height}, {"rotation", o.rotation}} {
		f, err := strconv.ParseFloat(v[1], 64)
		if v[1] != "" && err != nil {
			l.fault(t.what, "%s=%q is not a number", v[0], v[1])
		}
		n[i] = f
	}
	if n[4] != 0 && o.foreign == "" {
		o.foreign = "rotated"
	}
	switch {
	case len(l.faults) > before:
		return t, false
	case o.foreign != "":
		l.fault(t.what, "it is %s; want a point or rectangle", o.foreign)
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
		if !slices.Contains(k.properties, p.name) {
			l.fault(t.what, "unknown property %q (%s)", p.name, orNone(k.properties))
		}
	}
	l.extent(&t, k, n[0]+dx, n[1]+dy, n[2], n[3])
	return t, len(l.faults) == before
}

// extent reads where the object is.
func (l *loader) extent(t *thing, k kind, x, y, w, h float64) {
	bounds := l.atlas.Bounds()
	isBox := w != 0 || h != 0
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
	x0, ok1 := units(x, limit.X)
	y0, ok2 := units(y, limit.Y)
	x1, ok3 := units(x+w, limit.X)
	y1, ok4 := units(y+h, limit.Y)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		l.fault(t.what, "it is at (%g,%g) px, %g × %g: outside of the map of %d × %d px", x, y, w, h,
			l.atlas.Width*tilePixels, l.atlas.Height*tilePixels)
		return
	}
	t.area = plane.Rect{Min: plane.Point{X: x0, Y: y0}, Max: plane.Point{X: x1, Y: y1}}
	t.at = t.area.Min
	if isBox {
		t.at = t.area.Middle()
		if t.area.Empty() {
			l.fault(t.what, "its size is %g × %g px", w, h)
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
		switch p.name {
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
		switch p.name {
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
		switch p.name {
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
func (l *loader) solid(t thing, p property) {
	ws, hs, _ := strings.Cut(p.value, ",")
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

func (l *loader) bad(what string, p property, want string) {
	l.fault(what, "property %s=%.80q: %s", p.name, p.value, want)
}

func (l *loader) text(what string, p property) string {
	if len(p.value) > atlas.MaxText {
		l.bad(what, p, fmt.Sprintf("%d bytes; at most %d", len(p.value), atlas.MaxText))
	}
	return p.value
}

func (l *loader) plainText(what string, p property) string {
	if !plain(p.value) {
		l.bad(what, p, "want lower-case letters, digits and hyphens")
	}
	return p.value
}

func (l *loader) flag(what string, p property) bool {
	if p.value != "true" && p.value != "false" {
		l.bad(what, p, "want true or false")
	}
	return p.value == "true"
}

// tiles reads a distance in tiles and gives units.
func (l *loader) tiles(what string, p property) int32 {
	v, err := strconv.ParseFloat(p.value, 64)
	if err != nil || !(v >= 1 && v <= atlas.MaxEarshot/plane.Tile) {
		l.bad(what, p, fmt.Sprintf("want tiles, 1 to %d", atlas.MaxEarshot/plane.Tile))
		return 0
	}
	return int32(math.Round(v * plane.Tile))
}

func (l *loader) facing(what string, p property) uint8 {
	switch p.value {
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
