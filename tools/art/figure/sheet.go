package figure

import (
	"kakitsubata/protocol/id"
	"kakitsubata/tools/art/paint"
)

// columns are the frames of the sheet.
var columns = [...]pose{
	{dir: down}, {dir: down, step: 1}, {dir: down, step: -1},
	{dir: left}, {dir: left, step: 1}, {dir: left, step: -1},
	{dir: up}, {dir: up, step: 1}, {dir: up, step: -1},
	{dir: down, shut: true}, {dir: left, shut: true},
	{dir: down, breath: 1}, {dir: left, breath: 1}, {dir: up, breath: 1},
	{dir: down, arms: armWave}, {dir: down, arms: armWave2},
	{dir: down, arms: armsCheer}, {dir: down, arms: armsCheer2},
	{dir: down, sit: true}, {dir: left, sit: true}, {dir: up, sit: true},
	{dir: down, sit: true, shut: true},
	{dir: down, squash: true}, {dir: left, squash: true}, {dir: up, squash: true},
	{dir: down, arms: armsJump, face: faceAwe},
	{dir: down, arms: armThink, face: facePonder}, {dir: down, arms: armThink, face: facePonder, breath: 1},
	{dir: down, arms: armsDance, step: 1}, {dir: down, arms: armsDance2, step: -1},
	{dir: down, face: faceLaugh}, {dir: down, face: faceLaugh, breath: 1},
	{dir: down, arms: armsClap}, {dir: down, arms: armsClap2},
}

// Frames names runs of columns.
func Frames() map[string][]int {
	return map[string][]int{
		"down": {0, 1, 0, 2}, "left": {3, 4, 3, 5}, "up": {6, 7, 6, 8},
		"blink-down": {9}, "blink-left": {10},
		"breathe-down": {0, 11}, "breathe-left": {3, 12}, "breathe-up": {6, 13},
		"wave": {14, 15}, "cheer": {16, 17},
		"sit-down": {18}, "sit-left": {19}, "sit-up": {20}, "sleep": {21},
		"squash-down": {22}, "squash-left": {23}, "squash-up": {24},
		"jump": {25}, "think": {26, 27}, "dance": {28, 29}, "laugh": {30, 31}, "clap": {32, 33},
	}
}

// Layer is a run of rows of the sheet; which of them is drawn depends on some
// fields of a look.
type Layer struct {
	Row int
	By  []int // fields of id.Look.Parts; none: the one row is always drawn
}

// layers from back to front.
var layers = [...]struct {
	draw func(*cell, int, pose)
	by   []int
	rows int
}{
	{drawBack, []int{fieldStyle}, id.HairStyles},
	{drawBody, []int{fieldDress}, id.Dresses},
	{drawHead, []int{}, 1},
	{drawHair, []int{fieldStyle}, id.HairStyles},
	{drawHat, []int{fieldHat}, id.Hats},
	{drawHeld, []int{fieldHeld}, id.Things},
	{drawFront, []int{fieldDress}, id.Dresses},
}

// Layers lists the layers in the order of drawing.
func Layers() []Layer {
	out := make([]Layer, 0, len(layers))
	row := 0
	for _, l := range layers {
		out = append(out, Layer{row, l.by})
		row += l.rows
	}
	return out
}

// Sheet is the whole sheet of slots, row by row, with its width and height in
// pixels.
func Sheet() (pix []uint8, w, h int) {
	rows := 0
	for _, l := range layers {
		rows += l.rows
	}
	w, h = len(columns)*W, rows*H
	pix = make([]uint8, w*h)
	row := 0
	for _, l := range layers {
		for i := range l.rows {
			for c, p := range columns {
				var m cell
				l.draw(&m, i, p)
				for y := range H {
					copy(pix[(row*H+y)*w+c*W:], m.p[y*W:(y+1)*W])
				}
			}
			row++
		}
	}
	return pix, w, h
}

// Compose draws one frame of a look, by the very steps that the README asks of
// the client.
func Compose(look id.Look, column int) *paint.Img {
	parts := look.Parts()
	var palette [Slots]paint.C
	for _, p := range Palettes() {
		for i, c := range p.Colours[index(p.By, parts)] {
			palette[p.Slot+i] = paint.Hex(c)
		}
	}
	m := paint.New(W, H)
	for _, l := range layers {
		var c cell
		l.draw(&c, index(l.by, parts), columns[column])
		for i, s := range c.p {
			if s != 0 {
				m.P[i] = palette[s]
			}
		}
	}
	return m.Outline(0.68)
}
