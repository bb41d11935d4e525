package draw

import (
	"encoding/binary"
	"image"
	"image/color"
)

// chunk is the side of a piece of ground, in art pixels. Pieces are made when
// they come into sight and given back when there are too many, so that a map
// of any size costs what is seen of it.
const (
	chunk     = 256
	maxChunks = 40 // a quarter of a megabyte each
)

// pieces is which chunks a part of the ground needs: from the first, before
// the second.
func pieces(part image.Rectangle) image.Rectangle {
	return image.Rect(part.Min.X/chunk, part.Min.Y/chunk, (part.Max.X+chunk-1)/chunk, (part.Max.Y+chunk-1)/chunk)
}

// soil is a ground's picture with a palette: a byte for each art pixel.
type soil struct {
	pix     *image.Paletted
	palette inks
}

// inks are the colours of a picture's palette: red, green, blue and alpha,
// premultiplied, from the lowest byte up. One store writes a pixel, which
// counts where half a million are written before the first frame.
type inks [256]uint32

func inksOf(palette color.Palette) (to inks) {
	for i, c := range palette[:min(len(palette), len(to))] {
		r, g, b, a := c.RGBA()
		to[i] = r>>8 | g>>8<<8 | b>>8<<16 | a>>8<<24
	}
	return to
}

// write puts a row of a picture into pixels of four bytes.
func (k *inks) write(to, from []byte) {
	for i, v := range from {
		binary.LittleEndian.PutUint32(to[i*4:], k[v])
	}
}

// newSoil takes any picture; one without a palette is given one of its own
// colours, and those beyond 256 become the nearest.
func newSoil(m image.Image) *soil {
	p, ok := m.(*image.Paletted)
	if !ok {
		p = reduce(m)
	}
	return &soil{pix: p, palette: inksOf(p.Palette)}
}

// corner is the mean colour of a tile in the ground's corner: what lies beyond
// the map, be it a wood or a wall.
func (s *soil) corner() color.RGBA {
	var sum [3]int
	n := 0
	r := s.pix.Rect
	for y := r.Min.Y; y < min(r.Min.Y+16, r.Max.Y); y++ {
		for x := r.Min.X; x < min(r.Min.X+16, r.Max.X); x++ {
			c := s.palette[s.pix.ColorIndexAt(x, y)]
			for i := range sum {
				sum[i] += int(c >> (8 * i) & 255)
			}
			n++
		}
	}
	n = max(n, 1)
	return color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 255}
}

func reduce(m image.Image) *image.Paletted {
	r := m.Bounds()
	seen := map[color.RGBA]uint8{}
	p := image.NewPaletted(image.Rect(0, 0, r.Dx(), r.Dy()), nil)
	for y := range r.Dy() {
		for x := range r.Dx() {
			c := color.RGBAModel.Convert(m.At(r.Min.X+x, r.Min.Y+y)).(color.RGBA)
			i, ok := seen[c]
			if !ok {
				if len(p.Palette) < 256 {
					i = uint8(len(p.Palette))
					p.Palette = append(p.Palette, c)
				} else {
					i = uint8(p.Palette.Index(c))
				}
				seen[c] = i
			}
			p.Pix[y*p.Stride+x] = i
		}
	}
	return p
}

func (s *soil) bounds() image.Rectangle { return s.pix.Rect.Sub(s.pix.Rect.Min) }

// cut writes the pixels of the chunk in column x and row y, premultiplied, and
// returns its size, which is less at the map's edge. to holds chunk*chunk*4.
func (s *soil) cut(x, y int, to []byte) (w, h int) {
	r := image.Rect(x*chunk, y*chunk, (x+1)*chunk, (y+1)*chunk).Intersect(s.bounds())
	w, h = r.Dx(), r.Dy()
	for row := range h {
		from := s.pix.Pix[(r.Min.Y+row)*s.pix.Stride+r.Min.X:][:w]
		s.palette.write(to[row*w*4:][:w*4], from)
	}
	return w, h
}
