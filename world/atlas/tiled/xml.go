package tiled

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

type xmlMap struct {
	XMLName     xml.Name
	Orientation string     `xml:"orientation,attr"`
	Width       string     `xml:"width,attr"`
	Height      string     `xml:"height,attr"`
	TileWidth   string     `xml:"tilewidth,attr"`
	TileHeight  string     `xml:"tileheight,attr"`
	Infinite    string     `xml:"infinite,attr"`
	Properties  []xmlProp  `xml:"properties>property"`
	Sheets      []xmlSheet `xml:"tileset"`
	xmlLayers
}

type xmlLayers struct {
	Tiles   []xmlLayer `xml:"layer"`
	Objects []xmlLayer `xml:"objectgroup"`
	Groups  []xmlLayer `xml:"group"`
	Images  []xmlLayer `xml:"imagelayer"`
}

type xmlLayer struct {
	Name string      `xml:"name,attr"`
	DX   string      `xml:"offsetx,attr"`
	DY   string      `xml:"offsety,attr"`
	Data *xmlData    `xml:"data"`
	Has  []xmlObject `xml:"object"`
	xmlLayers
}

type xmlData struct {
	Encoding    string `xml:"encoding,attr"`
	Compression string `xml:"compression,attr"`
	Chunks      []struct {
		X      int `xml:"x,attr"`
		Y      int `xml:"y,attr"`
		Width  int `xml:"width,attr"`
		Height int `xml:"height,attr"`
		xmlTiles
	} `xml:"chunk"`
	xmlTiles
}

type xmlTiles struct {
	Text  string `xml:",chardata"`
	Tiles []struct {
		GID uint32 `xml:"gid,attr"`
	} `xml:"tile"`
}

func (t xmlTiles) gids() []uint32 {
	out := make([]uint32, len(t.Tiles))
	for i, v := range t.Tiles {
		out[i] = v.GID
	}
	return out
}

type xmlProp struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
	Lines string `xml:",chardata"` // a text of several lines
}

func xmlProps(ps []xmlProp) []property {
	var out []property
	for _, p := range ps {
		v := p.Value
		if v == "" {
			v = strings.TrimSpace(p.Lines)
		}
		out = append(out, property{p.Name, v})
	}
	return out
}

type xmlObject struct {
	ID         string    `xml:"id,attr"`
	Name       string    `xml:"name,attr"`
	Class      string    `xml:"class,attr"`
	Type       string    `xml:"type,attr"`
	X          string    `xml:"x,attr"`
	Y          string    `xml:"y,attr"`
	Width      string    `xml:"width,attr"`
	Height     string    `xml:"height,attr"`
	Rotation   string    `xml:"rotation,attr"`
	GID        string    `xml:"gid,attr"`
	Template   string    `xml:"template,attr"`
	Properties []xmlProp `xml:"properties>property"`
	Ellipse    *struct{} `xml:"ellipse"`
	Capsule    *struct{} `xml:"capsule"`
	Polygon    *struct{} `xml:"polygon"`
	Polyline   *struct{} `xml:"polyline"`
	Text       *struct{} `xml:"text"`
}

func (o xmlObject) foreign() string {
	switch {
	case o.GID != "":
		return "a tile"
	case o.Template != "":
		return "from a template (detach it)"
	case o.Ellipse != nil:
		return "an ellipse"
	case o.Capsule != nil:
		return "a capsule"
	case o.Polygon != nil:
		return "a polygon"
	case o.Polyline != nil:
		return "a polyline"
	case o.Text != nil:
		return "a text"
	}
	return ""
}

type xmlSheet struct {
	XMLName  xml.Name
	FirstGID uint32 `xml:"firstgid,attr"`
	Source   string `xml:"source,attr"`
	Name     string `xml:"name,attr"`
	Tiles    []struct {
		ID    uint32 `xml:"id,attr"`
		Class string `xml:"class,attr"`
		Type  string `xml:"type,attr"`
	} `xml:"tile"`
}

func (s xmlSheet) sheet() sheet {
	classes := make(map[uint32]string, len(s.Tiles))
	for _, t := range s.Tiles {
		classes[t.ID] = firstOf(t.Class, t.Type)
	}
	return sheet{s.FirstGID, s.Source, s.Name, classes}
}

// readXML reads a .tmx file.
func readXML(raw []byte) (*document, error) {
	var m xmlMap
	if err := xml.Unmarshal(raw, &m); err != nil {
		return nil, err
	}
	if m.XMLName.Local != "map" {
		return nil, fmt.Errorf("it begins with <%s>, not with a Tiled <map>", m.XMLName.Local)
	}
	d := &document{
		orientation: m.Orientation, width: m.Width, height: m.Height, tileWidth: m.TileWidth, tileHeight: m.TileHeight,
		infinite: m.Infinite == "1" || m.Infinite == "true", properties: xmlProps(m.Properties),
	}
	for _, s := range m.Sheets {
		d.sheets = append(d.sheets, s.sheet())
	}
	d.layers = m.layers()
	return d, nil
}

// readSheetXML reads a .tsx file.
func readSheetXML(raw []byte) (sheet, error) {
	var s xmlSheet
	if err := xml.Unmarshal(raw, &s); err != nil {
		return sheet{}, err
	}
	if s.XMLName.Local != "tileset" {
		return sheet{}, fmt.Errorf("it begins with <%s>, not with a Tiled <tileset>", s.XMLName.Local)
	}
	return s.sheet(), nil
}

func (ls xmlLayers) layers() []layer {
	var out []layer
	for _, l := range ls.Tiles {
		n := layer{kind: tileLayer, name: l.Name, dx: l.DX, dy: l.DY}
		if d := l.Data; d != nil {
			for _, c := range d.Chunks {
				n.pieces = append(n.pieces, piece{c.X, c.Y, c.Width, c.Height, false, d.Encoding, d.Compression, c.Text, c.gids()})
			}
			if len(d.Chunks) == 0 {
				n.pieces = []piece{{whole: true, encoding: d.Encoding, compression: d.Compression, text: d.Text, gids: d.gids()}}
			}
		}
		out = append(out, n)
	}
	for _, l := range ls.Objects {
		n := layer{kind: objectLayer, name: l.Name, dx: l.DX, dy: l.DY}
		for _, o := range l.Has {
			n.objects = append(n.objects, object{
				o.ID, o.Name, firstOf(o.Class, o.Type), o.X, o.Y, o.Width, o.Height, o.Rotation, o.foreign(), xmlProps(o.Properties),
			})
		}
		out = append(out, n)
	}
	for _, l := range ls.Groups {
		out = append(out, layer{kind: groupLayer, name: l.Name, dx: l.DX, dy: l.DY, inside: l.layers()})
	}
	for _, l := range ls.Images {
		out = append(out, layer{kind: imageLayer, name: l.Name})
	}
	return out
}

// pixels reads a number of pixels; what is none was told of already.
func pixels(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return v
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
