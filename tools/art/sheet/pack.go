package sheet

import (
	"cmp"
	"slices"

	"kakitsubata/tools/art/paint"
)

// Gap is the empty border between pictures of a page, in pixels.
const Gap = 2

// Piece is a picture that gets a place on a page. Frames of one piece have one
// size and stand in a row.
type Piece struct {
	Name   string
	Frames []*paint.Img
	X, Y   int // of the first frame; set by Pack
}

// Pack places all pieces on a page of the given width and returns it, as high
// as needed. Tall pieces come first, in shelves; the order of the input does
// not matter.
func Pack(pieces []*Piece, width int) *paint.Img {
	sorted := slices.Clone(pieces)
	slices.SortFunc(sorted, func(a, b *Piece) int {
		return cmp.Or(cmp.Compare(b.Frames[0].H, a.Frames[0].H), cmp.Compare(b.Frames[0].W, a.Frames[0].W), cmp.Compare(a.Name, b.Name))
	})
	type shelf struct{ x, y, h int }
	var shelves []*shelf
	bottom := 0
	for _, p := range sorted {
		w, h := p.Frames[0].W*len(p.Frames)+Gap, p.Frames[0].H+Gap
		var on *shelf
		for _, s := range shelves {
			if s.h >= h && s.x+w <= width {
				on = s
				break
			}
		}
		if on == nil {
			on = &shelf{0, bottom, h}
			bottom += h
			shelves = append(shelves, on)
		}
		p.X, p.Y = on.x, on.y
		on.x += w
	}
	page := paint.New(width, bottom)
	for _, p := range sorted {
		for i, f := range p.Frames {
			for y := range f.H {
				copy(page.P[(p.Y+y)*width+p.X+i*f.W:], f.P[y*f.W:(y+1)*f.W])
			}
		}
	}
	return page
}
