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
		o.SetNRGBA(i%m.W, i/m.W, color.NRGBA(plain(c)))
	}
	return o
}

// Same reports whether two PNGs show the same picture, to the last pixel.
func Same(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	x, err1 := png.Decode(bytes.NewReader(a))
	y, err2 := png.Decode(bytes.NewReader(b))
	if err1 != nil || err2 != nil || x.Bounds() != y.Bounds() {
		return false
	}
	r := x.Bounds()
	for j := r.Min.Y; j < r.Max.Y; j++ {
		for i := r.Min.X; i < r.Max.X; i++ {
			p := color.NRGBAModel.Convert(x.At(i, j))
			if q := color.NRGBAModel.Convert(y.At(i, j)); p != q {
				return false
			}
		}
	}
	return true
}
