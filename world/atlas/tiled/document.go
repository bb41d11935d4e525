package tiled

// A document is a map as Tiled saved it, in whichever of its forms: what is the
// same in XML and in JSON. Numbers that may be wrong are still text, so that a
// fault can be told with its place.
type document struct {
	orientation           string
	width, height         string
	tileWidth, tileHeight string
	infinite              bool
	properties            []property
	sheets                []sheet
	layers                []layer
}

type property struct{ name, value string }

// sheet is a tileset: in the map, or in a file of its own.
type sheet struct {
	firstGID uint32
	source   string
	name     string
	classes  map[uint32]string // by tile
}

type layerKind uint8

const (
	tileLayer layerKind = iota
	objectLayer
	groupLayer
	imageLayer
)

// layer is one layer; a group holds others and moves them.
type layer struct {
	kind    layerKind
	name    string
	dx, dy  string // px
	inside  []layer
	pieces  []piece // of a tile layer: one, or the chunks of an infinite map
	objects []object
}

// piece is a rectangle of tiles, as it was written.
type piece struct {
	x, y, width, height int
	whole               bool // it is the layer, as large as the map
	encoding            string
	compression         string
	text                string
	gids                []uint32 // when there is no encoding
}

type object struct {
	id, name, class               string
	x, y, width, height, rotation string
	foreign                       string // what it is, if neither a point nor a rectangle
	properties                    []property
}

// flat lists the layers that are no groups, each moved by those it is in.
func flat(layers []layer, dx, dy float64, each func(l layer, dx, dy float64)) {
	for _, l := range layers {
		x, y := dx+pixels(l.dx), dy+pixels(l.dy)
		if l.kind == groupLayer {
			flat(l.inside, x, y, each)
			continue
		}
		each(l, x, y)
	}
}
