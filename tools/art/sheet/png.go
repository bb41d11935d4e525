package sheet

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"kakitsubata/tools/art/paint"
)

// PNG writes a picture with as few bits a pixel as its colours allow.
func PNG(m image.Image) []byte {
	var b bytes.Buffer
	e := png.Encoder{CompressionLevel: png.BestCompression}
	if err := e.Encode(&b, m); err != nil {
		panic(fmt.Sprintf("sheet: a picture in memory was not written: %v", err)) // only a picture of no size
	}
	return b.Bytes()
}

// Quick writes a picture in full colour, without taking pains.
func Quick(m *paint.Img) []byte {
	var b bytes.Buffer
	e := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := e.Encode(&b, Full(m)); err != nil {
		panic(fmt.Sprintf("sheet: a picture in memory was not written: %v", err))
	}
	return b.Bytes()
}

// Grey makes a picture whose grey values are the numbers of pix.
func Grey(pix []uint8, w, h int) image.Image {
	m := image.NewGray(image.Rect(0, 0, w, h))
	copy(m.Pix, pix)
	return m
}

// Full is a picture in full colour.
func Full(m *paint.Img) image.Image {
	o := image.NewNRGBA(image.Rect(0, 0, m.W, m.H))
	for i, c := range m.P {
		o.SetNRGBA(i%m.W, i/m.W, plain(c).NRGBA())
	}
	return o
}

// Same reports whether a PNG shows the picture, to the last pixel.
func Same(file []byte, m image.Image) bool { return alike(file, m, 0, 0) }

// Alike reports whether a PNG shows the picture but for roundings: some
// processors fuse a multiplication and an addition and round once, so that a
// threshold is crossed here and there and a palette shifts by a hair.
func Alike(file []byte, m image.Image) bool { return alike(file, m, 12, 50) }

// alike allows each channel to differ by slack, and by more in one pixel of
// every stray (none when stray is 0).
func alike(file []byte, m image.Image, slack, stray int) bool {
	was, err := png.Decode(bytes.NewReader(file))
	if err != nil || was.Bounds() != m.Bounds() {
		return false
	}
	r := m.Bounds()
	off := 0
	for j := r.Min.Y; j < r.Max.Y; j++ {
		for i := r.Min.X; i < r.Max.X; i++ {
			p := color.NRGBAModel.Convert(was.At(i, j)).(color.NRGBA)
			q := color.NRGBAModel.Convert(m.At(i, j)).(color.NRGBA)
			if far(p.R, q.R, slack) || far(p.G, q.G, slack) || far(p.B, q.B, slack) || p.A != q.A {
				off++
			}
		}
	}
	return off*max(1, stray) <= r.Dx()*r.Dy()*min(1, stray)
}

func far(a, b uint8, slack int) bool {
	d := int(a) - int(b)
	return d > slack || d < -slack
}
