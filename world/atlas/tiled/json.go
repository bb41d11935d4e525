package tiled

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

type jsonMap struct {
	Type        string      `json:"type"`
	Orientation string      `json:"orientation"`
	Width       json.Number `json:"width"`
	Height      json.Number `json:"height"`
	TileWidth   json.Number `json:"tilewidth"`
	TileHeight  json.Number `json:"tileheight"`
	Infinite    bool        `json:"infinite"`
	Properties  []jsonProp  `json:"properties"`
	Sheets      []jsonSheet `json:"tilesets"`
	Layers      []jsonLayer `json:"layers"`
}

type jsonLayer struct {
	Type        string          `json:"type"`
	Name        string          `json:"name"`
	DX          json.Number     `json:"offsetx"`
	DY          json.Number     `json:"offsety"`
	Encoding    string          `json:"encoding"`
	Compression string          `json:"compression"`
	Data        json.RawMessage `json:"data"`
	Chunks      []struct {
		X      int             `json:"x"`
		Y      int             `json:"y"`
		Width  int             `json:"width"`
		Height int             `json:"height"`
		Data   json.RawMessage `json:"data"`
	} `json:"chunks"`
	Objects []jsonObject `json:"objects"`
	Layers  []jsonLayer  `json:"layers"`
}

// jsonProp is a property whose value may be a text, a number or a flag.
type jsonProp struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

func jsonProps(ps []jsonProp) []property {
	var out []property
	for _, p := range ps {
		v := ""
		switch x := p.Value.(type) {
		case string:
			v = x
		case bool:
			v = strconv.FormatBool(x)
		case float64:
			v = strconv.FormatFloat(x, 'g', -1, 64)
		}
		out = append(out, property{p.Name, v})
	}
	return out
}

type jsonObject struct {
	ID         json.Number     `json:"id"`
	Name       string          `json:"name"`
	Class      string          `json:"class"`
	Type       string          `json:"type"`
	X          json.Number     `json:"x"`
	Y          json.Number     `json:"y"`
	Width      json.Number     `json:"width"`
	Height     json.Number     `json:"height"`
	Rotation   json.Number     `json:"rotation"`
	GID        uint32          `json:"gid"`
	Template   string          `json:"template"`
	Ellipse    bool            `json:"ellipse"`
	Capsule    bool            `json:"capsule"`
	Polygon    json.RawMessage `json:"polygon"`
	Polyline   json.RawMessage `json:"polyline"`
	Text       json.RawMessage `json:"text"`
	Properties []jsonProp      `json:"properties"`
}

func (o jsonObject) foreign() string {
	switch {
	case o.GID != 0:
		return "a tile"
	case o.Template != "":
		return "from a template (detach it)"
	case o.Ellipse:
		return "an ellipse"
	case o.Capsule:
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

type jsonTile struct {
	ID    uint32 `json:"id"`
	Class string `json:"class"`
	Type  string `json:"type"`
}

type jsonSheet struct {
	FirstGID uint32          `json:"firstgid"`
	Source   string          `json:"source"`
	Name     string          `json:"name"`
	Type     string          `json:"type"`
	Tiles    json.RawMessage `json:"tiles"` // a list; before Tiled 1.2 an object by number
}

func (s jsonSheet) sheet() (sheet, error) {
	out := sheet{s.FirstGID, s.Source, s.Name, map[uint32]string{}}
	raw := bytes.TrimSpace(s.Tiles)
	switch {
	case len(raw) == 0:
	case raw[0] == '{':
		var tiles map[uint32]jsonTile
		if err := json.Unmarshal(raw, &tiles); err != nil {
			return out, err
		}
		for n, t := range tiles {
			out.classes[n] = firstOf(t.Class, t.Type)
		}
	default:
		var tiles []jsonTile
		if err := json.Unmarshal(raw, &tiles); err != nil {
			return out, err
		}
		for _, t := range tiles {
			out.classes[t.ID] = firstOf(t.Class, t.Type)
		}
	}
	return out, nil
}

// readJSON reads a .tmj file.
func readJSON(raw []byte) (*document, error) {
	var m jsonMap
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, err
	}
	if m.Type != "map" && (m.Type != "" || m.Orientation == "") {
		return nil, fmt.Errorf("it is a JSON of type %q, not a Tiled map", m.Type)
	}
	d := &document{
		orientation: m.Orientation, width: m.Width.String(), height: m.Height.String(),
		tileWidth: m.TileWidth.String(), tileHeight: m.TileHeight.String(), infinite: m.Infinite, properties: jsonProps(m.Properties),
	}
	for _, s := range m.Sheets {
		one, err := s.sheet()
		if err != nil {
			return nil, err
		}
		d.sheets = append(d.sheets, one)
	}
	var err error
	d.layers, err = jsonLayers(m.Layers)
	return d, err
}

// readSheetJSON reads a .tsj file.
func readSheetJSON(raw []byte) (sheet, error) {
	var s jsonSheet
	if err := json.Unmarshal(raw, &s); err != nil {
		return sheet{}, err
	}
	if s.Type != "" && s.Type != "tileset" {
		return sheet{}, fmt.Errorf("it is a JSON of type %q, not a Tiled tileset", s.Type)
	}
	return s.sheet()
}

func jsonLayers(ls []jsonLayer) ([]layer, error) {
	var out []layer
	for _, l := range ls {
		n := layer{name: l.Name, dx: l.DX.String(), dy: l.DY.String()}
		switch l.Type {
		case "tilelayer":
			for _, c := range l.Chunks {
				p := piece{x: c.X, y: c.Y, width: c.Width, height: c.Height}
				if err := p.json(l, c.Data); err != nil {
					return nil, err
				}
				n.pieces = append(n.pieces, p)
			}
			if len(l.Chunks) == 0 && len(l.Data) > 0 {
				p := piece{whole: true}
				if err := p.json(l, l.Data); err != nil {
					return nil, err
				}
				n.pieces = []piece{p}
			}
		case "objectgroup":
			n.kind = objectLayer
			for _, o := range l.Objects {
				n.objects = append(n.objects, object{
					o.ID.String(), o.Name, firstOf(o.Class, o.Type), o.X.String(), o.Y.String(), o.Width.String(), o.Height.String(),
					o.Rotation.String(), o.foreign(), jsonProps(o.Properties),
				})
			}
		case "group":
			n.kind = groupLayer
			var err error
			if n.inside, err = jsonLayers(l.Layers); err != nil {
				return nil, err
			}
		case "imagelayer":
			n.kind = imageLayer
		default:
			return nil, fmt.Errorf("layer %q: type %q is none of Tiled's", l.Name, l.Type)
		}
		out = append(out, n)
	}
	return out, nil
}

// json reads a piece's tiles: a list of numbers, or a text in some encoding.
func (p *piece) json(l jsonLayer, data json.RawMessage) error {
	p.encoding, p.compression = l.Encoding, l.Compression
	data = bytes.TrimSpace(data)
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &p.text)
	}
	if p.encoding == "csv" {
		p.encoding = "" // a list of numbers
	}
	if p.encoding != "" {
		return errors.New("layer " + strconv.Quote(l.Name) + ": data in an encoding is no text")
	}
	return json.Unmarshal(data, &p.gids)
}
