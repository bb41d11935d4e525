package draw

import (
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"strconv"

	"kakitsubata/protocol/id"
)

var errSheet = errors.New("draw: the sheet's description makes no sense")

// Bounds of what a sheet's description may ask for.
const (
	maxCells  = 4096
	maxSlots  = 256
	maxFrames = 64
)

// kind is where a prop's picture lies in props.png.
type kind struct {
	X, Y, W, H   int
	FootX, FootY int
	Frames, Ms   int
	Baked, Over  bool
	Cast         bool     // it moves about, or is not always there: its shadow is not in the ground
	Feet         [][2]int // where such shadows lie, relative to the foot; none: one, there
	Shine        float64  // how far its own light keeps it out of the dark
	Lights       []light
	Label        []int    // where words of its own stand: middle relative to the foot, and size
	Only         []string // the seasons in which it is there; none: always
	Script       script   // how it moves; none: it shows its frames in turn
	Shy          *shy
	Parts        []part
	Clock        *dial
	Touch        string // the effect that answers a touch; none: by what it is
}

// light is a lamp's glow, relative to its prop's foot.
type light struct {
	dx, dy, radius int
	colour         color.RGBA
}

// UnmarshalJSON reads [dx, dy, radius, "FF9A3A"].
func (l *light) UnmarshalJSON(b []byte) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	if len(raw) != 4 {
		return errSheet
	}
	for i, p := range [...]*int{&l.dx, &l.dy, &l.radius} {
		if err := json.Unmarshal(raw[i], p); err != nil {
			return err
		}
	}
	var hex string
	if err := json.Unmarshal(raw[3], &hex); err != nil {
		return err
	}
	c, err := parseColour(hex)
	l.colour = c
	return err
}

func parseColour(hex string) (color.RGBA, error) {
	v, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 {
		return color.RGBA{}, errSheet
	}
	return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255}, nil
}

// parseProps reads props.json; w and h are props.png's size.
func parseProps(b []byte, w, h int) (map[string]kind, error) {
	var kinds map[string]kind
	if err := json.Unmarshal(b, &kinds); err != nil {
		return nil, err
	}
	for name, k := range kinds {
		if k.Baked {
			continue
		}
		k.Frames = max(k.Frames, 1)
		if k.Ms <= 0 {
			k.Ms = 200
		}
		if k.X < 0 || k.Y < 0 || k.W <= 0 || k.H <= 0 || k.Frames > maxFrames ||
			k.X+k.W*k.Frames > w || k.Y+k.H > h || len(k.Label) != 0 && len(k.Label) != 4 {
			return nil, errSheet
		}
		if !k.Script.sound(k.Frames) || k.Shy != nil && !k.Shy.sound(k.Frames) || len(k.Parts) > maxSteps || len(k.Feet) > maxSteps {
			return nil, errSheet
		}
		if c := k.Clock; c != nil && len(c.At) != 2 {
			return nil, errSheet
		}
		for _, p := range k.Parts {
			if len(p.At) != 0 && len(p.At) != 2 {
				return nil, errSheet
			}
		}
		kinds[name] = k
	}
	return kinds, nil
}

// looks is the sheet of avatars' parts: a palette slot for each pixel.
type looks struct {
	W, H         int
	FootX, FootY int
	Slots        int
	Ink          string
	Frames       map[string][]int
	Layers       []struct {
		Row int
		By  []int
	}
	Palettes []struct {
		Slot    int
		By      []int
		Colours [][]string
	}
	pix     []uint8
	stride  int
	columns int
	ink     color.RGBA
	dyes    [][][]color.RGBA // the palettes' colours
}

var lookCounts = [...]int{id.Skins, id.HairColours, id.HairStyles, id.Dresses, id.Colours, id.Hats, id.Things}

// parseLooks reads looks.json beside the picture whose grey values are slots.
func parseLooks(b []byte, sheet image.Image) (*looks, error) {
	l := new(looks)
	if err := json.Unmarshal(b, l); err != nil {
		return nil, err
	}
	ink, err := parseColour(l.Ink)
	if err != nil {
		return nil, err
	}
	l.ink = ink
	r := sheet.Bounds()
	if l.W <= 0 || l.H <= 0 || l.W > 256 || l.H > 256 || l.Slots > maxSlots || r.Dx() < l.W {
		return nil, errSheet
	}
	l.stride, l.columns = r.Dx(), r.Dx()/l.W
	if l.columns*(r.Dy()/l.H) > maxCells {
		return nil, errSheet
	}
	for _, y := range l.Layers {
		if !known(y.By) || (y.Row+combinations(y.By))*l.H > r.Dy() || y.Row < 0 {
			return nil, errSheet
		}
	}
	for _, p := range l.Palettes {
		if !known(p.By) || len(p.Colours) < combinations(p.By) || p.Slot < 0 {
			return nil, errSheet
		}
	}
	for _, fs := range l.Frames {
		for _, f := range fs {
			if f < 0 || f >= l.columns {
				return nil, errSheet
			}
		}
	}
	l.pix = slots(sheet)
	return l, l.mixDyes()
}

// mixDyes reads the palettes' colours once.
func (l *looks) mixDyes() error {
	l.dyes = l.dyes[:0]
	for _, p := range l.Palettes {
		var rows [][]color.RGBA
		for _, r := range p.Colours {
			row := make([]color.RGBA, len(r))
			for i, hex := range r {
				c, err := parseColour(hex)
				if err != nil {
					return err
				}
				row[i] = c
			}
			rows = append(rows, row)
		}
		l.dyes = append(l.dyes, rows)
	}
	return nil
}

// slots is a picture's grey values, row by row.
func slots(m image.Image) []uint8 {
	r := m.Bounds()
	out := make([]uint8, 0, r.Dx()*r.Dy())
	switch g := m.(type) {
	case *image.Gray:
		for y := range r.Dy() {
			out = append(out, g.Pix[y*g.Stride:y*g.Stride+r.Dx()]...)
		}
	default:
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				out = append(out, color.GrayModel.Convert(m.At(x, y)).(color.Gray).Y)
			}
		}
	}
	return out
}

func known(by []int) bool {
	for _, f := range by {
		if f < 0 || f >= len(lookCounts) {
			return false
		}
	}
	return true
}

func combinations(by []int) int {
	n := 1
	for _, f := range by {
		n *= lookCounts[f]
	}
	return n
}

func fold(by []int, parts [id.Fields]int) int {
	n := 0
	for _, f := range by {
		n = n*lookCounts[f] + parts[f]%lookCounts[f]
	}
	return n
}

// compose draws every frame of a look side by side, by the rules of the sheet.
func (l *looks) compose(look id.Look) *image.RGBA {
	parts := look.Parts()
	var palette [maxSlots]color.RGBA
	for i := range l.Palettes {
		p := &l.Palettes[i]
		for k, c := range l.dyes[i][fold(p.By, parts)] {
			if p.Slot+k < maxSlots {
				palette[p.Slot+k] = c
			}
		}
	}
	width := l.columns * l.W
	cell := make([]uint8, width*l.H)
	for i := range l.Layers {
		y := &l.Layers[i]
		from := l.pix[(y.Row+fold(y.By, parts))*l.H*l.stride:]
		for row := range l.H {
			src, dst := from[row*l.stride:], cell[row*width:(row+1)*width]
			for x := range dst {
				if v := src[x]; v != 0 {
					dst[x] = v
				}
			}
		}
	}
	out := image.NewRGBA(image.Rect(0, 0, width, l.H))
	put := func(x, y int, c color.RGBA) {
		p := out.Pix[(y*width+x)*4:][:4:4]
		p[0], p[1], p[2], p[3] = c.R, c.G, c.B, c.A
	}
	for y := range l.H {
		for x, in := 0, 0; x < width; x, in = x+1, (in+1)%l.W {
			if v := cell[y*width+x]; v != 0 {
				put(x, y, palette[v])
				continue
			}
			var v uint8
			k := 68
			switch {
			case y > 0 && cell[(y-1)*width+x] != 0:
				v = cell[(y-1)*width+x]
			case in > 0 && cell[y*width+x-1] != 0:
				v = cell[y*width+x-1]
			case in < l.W-1 && cell[y*width+x+1] != 0:
				v, k = cell[y*width+x+1], 56
			case y < l.H-1 && cell[(y+1)*width+x] != 0:
				v, k = cell[(y+1)*width+x], 56
			}
			if v != 0 {
				put(x, y, mix(palette[v], l.ink, k))
			}
		}
	}
	return out
}

// mix goes k hundredths of the way from c to ink.
func mix(c, ink color.RGBA, k int) color.RGBA {
	m := func(a, b uint8) uint8 { return uint8((int(a)*100 + (int(b)-int(a))*k) / 100) }
	return color.RGBA{m(c.R, ink.R), m(c.G, ink.G), m(c.B, ink.B), 255}
}

// frame is the i-th column of a named animation; the first of "down" when the
// name is not there.
func (l *looks) frame(name string, i int) int {
	fs := l.Frames[name]
	if len(fs) == 0 {
		fs = l.Frames["down"]
	}
	if len(fs) == 0 {
		return 0
	}
	return fs[i%len(fs)]
}

// plainLooks stands in while the sheet is not there: small simple figures.
func plainLooks() *looks {
	const w, h = 32, 42
	l := &looks{W: w, H: h, FootX: 16, FootY: 39, Slots: 16, columns: 12, stride: 12 * w, ink: color.RGBA{0x2B, 0x23, 0x45, 255}}
	l.Frames = map[string][]int{
		"down": {0, 1, 0, 2}, "left": {3, 4, 3, 5}, "up": {6, 7, 6, 8},
		"blink-down": {9}, "sit-down": {10}, "wave": {0, 11}, "cheer": {0, 11},
	}
	l.pix = make([]uint8, 12*w*h)
	const skin, hair, top, low, shoe, eye = 1, 2, 3, 4, 5, 6
	for f := range 12 {
		box := func(v uint8, x, y, bw, bh int) {
			for j := y; j < y+bh; j++ {
				for i := x; i < x+bw; i++ {
					l.pix[j*l.stride+f*w+i] = v
				}
			}
		}
		bob, step, dir := 0, 0, f/3
		if f < 9 && f%3 > 0 {
			bob, step = -1, f%3*2-3
		}
		if f >= 9 {
			dir = 0
		}
		if f == 10 {
			bob = 4
		}
		y := bob
		box(low, 12, 31+y, 8, 5)
		box(shoe, 12, 36+min(0, step)+max(0, y)/2, 3, 3)
		box(shoe, 17, 36-max(0, step)+max(0, y)/2, 3, 3)
		box(top, 11, 22+y, 10, 10)
		box(skin, 9, 24+y, 2, 5)
		box(skin, 21, 24+y, 2, 5)
		if f == 11 {
			box(skin, 22, 14, 2, 8)
		}
		box(skin, 9, 10+y, 14, 12)
		box(hair, 9, 7+y, 14, 5)
		switch dir {
		case 0:
			box(hair, 8, 9+y, 2, 9)
			box(hair, 22, 9+y, 2, 9)
			if f == 9 {
				box(eye, 12, 17+y, 2, 1)
				box(eye, 18, 17+y, 2, 1)
			} else {
				box(eye, 12, 15+y, 2, 3)
				box(eye, 18, 15+y, 2, 3)
			}
		case 1:
			box(hair, 15, 9+y, 9, 9)
			box(eye, 11, 15+y, 2, 3)
		case 2:
			box(hair, 8, 9+y, 16, 11)
		}
	}
	l.Layers = append(l.Layers, struct {
		Row int
		By  []int
	}{})
	pal := func(slot int, by []int, colours ...string) {
		p := struct {
			Slot    int
			By      []int
			Colours [][]string
		}{Slot: slot, By: by}
		for _, c := range colours {
			p.Colours = append(p.Colours, []string{c})
		}
		l.Palettes = append(l.Palettes, p)
	}
	pal(skin, []int{0}, "F7C6A3", "EFB68D", "D49A6C", "A86F4E", "FCD3B8", "84543F")
	pal(hair, []int{1}, "3A2A3E", "6B3F2A", "A86B3A", "D8B25A", "53628F", "8F4A5E")
	pal(top, []int{4}, "E0637A", "F2A24A", "4F9AD1", "58A86A", "8D6FD8", "F0D35A")
	pal(low, []int{3}, "4B4F7A", "6E4433", "3A6E6A", "7A4B6B", "5A6A8A", "94603F")
	pal(shoe, nil, "4A2E2B")
	pal(eye, nil, "2B2345")
	if err := l.mixDyes(); err != nil {
		panic(err) // the colours stand above
	}
	return l
}
