package draw

import (
	"image"
	"image/color"
	"math"

	"github.com/hajimehoshi/ebiten/v2"

	_ "embed"

	"kakitsubata/world/atlas"
)

//go:embed water.kage
var waterKage []byte

// ground is the picture that a place stands on, cut into chunks that are made
// as they come into sight.
type ground struct {
	soil   *soil
	real   bool // painted, not only the map's tiles
	chunks map[image.Point]*piece
	age    int
	buf    []byte

	window *ebiten.Image   // the chunks in sight, side by side
	shown  image.Rectangle // which ones
	water  *ebiten.Shader
	wet    *ebiten.Image // the window with its water moving
	done   wetness       // what wet was made for
	unis   map[string]any
	time   [1]float32
	origin [2]float32
	height [1]float32
	glow   [1]float32
}

type piece struct {
	img *ebiten.Image
	age int
}

// wetness is all that the water depends on.
type wetness struct {
	part image.Rectangle
	time float32
	glow float32
}

func (g *ground) init() {
	g.chunks = map[image.Point]*piece{}
	g.buf = make([]byte, chunk*chunk*4)
	g.unis = map[string]any{"Time": g.time[:], "Origin": g.origin[:], "Height": g.height[:], "Glow": g.glow[:]}
}

// move lets the water move from now on, where there are shaders.
func (g *ground) move() {
	if s, err := ebiten.NewShader(waterKage); err == nil {
		g.water, g.done = s, wetness{}
	}
}

// set takes another picture.
func (g *ground) set(s *soil, real bool) {
	for k, c := range g.chunks {
		c.img.Deallocate()
		delete(g.chunks, k)
	}
	g.soil, g.real = s, real
	g.shown, g.done = image.Rectangle{}, wetness{}
}

// chunk is a chunk's picture.
func (g *ground) chunk(p image.Point) *ebiten.Image {
	c := g.chunks[p]
	if c == nil {
		if len(g.chunks) >= maxChunks {
			g.forget()
		}
		w, h := g.soil.cut(p.X, p.Y, g.buf)
		img := ebiten.NewImage(w, h)
		img.WritePixels(g.buf[:w*h*4])
		c = &piece{img: img}
		g.chunks[p] = c
	}
	c.age = g.age
	return c.img
}

// forget gives back the chunk that was not seen for the longest time.
func (g *ground) forget() {
	var oldest image.Point
	age := g.age
	for k, c := range g.chunks {
		if c.age < age {
			oldest, age = k, c.age
		}
	}
	if age < g.age {
		g.chunks[oldest].img.Deallocate()
		delete(g.chunks, oldest)
	}
}

// gather puts the chunks of a part side by side, when they are other ones.
func (g *ground) gather(part image.Rectangle) {
	want := pieces(part)
	if want == g.shown {
		return
	}
	g.age++
	g.shown = want
	w, h := want.Dx()*chunk, want.Dy()*chunk
	if g.window == nil || g.window.Bounds().Dx() < w || g.window.Bounds().Dy() < h {
		if g.window != nil {
			g.window.Deallocate()
			g.wet.Deallocate()
		}
		g.window, g.wet = ebiten.NewImage(w, h), ebiten.NewImage(w, h)
	}
	for y := want.Min.Y; y < want.Max.Y; y++ {
		for x := want.Min.X; x < want.Max.X; x++ {
			var op ebiten.DrawImageOptions
			op.GeoM.Translate(float64((x-want.Min.X)*chunk), float64((y-want.Min.Y)*chunk))
			op.Blend = ebiten.BlendCopy // or the mark of the water is lost
			g.window.DrawImage(g.chunk(image.Pt(x, y)), &op)
		}
	}
	g.done = wetness{}
}

// ahead makes one chunk beside those in sight, so that walking never waits for
// a whole row of them.
func (g *ground) ahead() {
	if g.soil == nil || g.shown.Empty() {
		return
	}
	all := pieces(g.soil.bounds())
	near := g.shown.Inset(-1).Intersect(all)
	if near.Dx()*near.Dy() > maxChunks {
		return
	}
	for y := near.Min.Y; y < near.Max.Y; y++ {
		for x := near.Min.X; x < near.Max.X; x++ {
			if p := image.Pt(x, y); g.chunks[p] == nil {
				g.chunk(p)
				return
			}
		}
	}
}

// part is the ground that can be seen through a view.
func (g *ground) part(v *View) image.Rectangle {
	w, h := v.Size()
	x, y := int(math.Floor(v.CamX)), int(math.Floor(v.CamY))
	return image.Rect(x, y, x+int(math.Ceil(w))+1, y+int(math.Ceil(h))+1).Intersect(g.soil.bounds())
}

// see is a part of the ground as it is at a time in seconds, with water that
// takes so much of the evening. The picture's pixel (0, 0) is the part's.
func (g *ground) see(part image.Rectangle, time, glow float64) *ebiten.Image {
	g.gather(part)
	off := part.Sub(image.Pt(g.shown.Min.X*chunk, g.shown.Min.Y*chunk))
	seen := g.window.SubImage(off).(*ebiten.Image)
	if g.water == nil {
		return seen
	}
	now := wetness{part, float32(time), float32(glow)}
	if now != g.done {
		g.done = now
		g.time[0], g.glow[0] = now.time, now.glow
		g.origin = [2]float32{float32(part.Min.X), float32(part.Min.Y)}
		g.height[0] = float32(g.soil.bounds().Dy())
		var op ebiten.DrawRectShaderOptions
		op.Images[0] = seen
		op.Blend = ebiten.BlendCopy
		op.Uniforms = g.unis
		g.wet.DrawRectShader(part.Dx(), part.Dy(), g.water, &op)
	}
	return cut(g.wet, 0, 0, part.Dx(), part.Dy())
}

// terrainColours are two quiet steps of each terrain, until its picture is here.
var terrainColours = [atlas.TerrainEnd][2]color.RGBA{
	atlas.Grass:     {{0x5D, 0xAE, 0x57, 255}, {0x66, 0xB6, 0x5A, 255}},
	atlas.Trail:     {{0xDD, 0xBB, 0x86, 255}, {0xE4, 0xC5, 0x91, 255}},
	atlas.Paving:    {{0xD0, 0xC4, 0xB5, 255}, {0xDD, 0xD3, 0xC3, 255}},
	atlas.Sand:      {{0xEB, 0xCF, 0x9C, 255}, {0xF0, 0xD9, 0xA8, 255}},
	atlas.Water:     {{0x3A, 0x85, 0xC4, 254}, {0x42, 0x8F, 0xCB, 254}},
	atlas.Floor:     {{0xB9, 0x82, 0x50, 255}, {0xC4, 0x8E, 0x5B, 255}},
	atlas.Wall:      {{0x80, 0x84, 0x97, 255}, {0x63, 0x65, 0x7C, 255}},
	atlas.Boardwalk: {{0x94, 0x60, 0x3F, 255}, {0xA5, 0x70, 0x48, 255}},
	atlas.Bridge:    {{0xA5, 0x70, 0x48, 255}, {0xB9, 0x82, 0x50, 255}},
	atlas.Rail:      {{0x8A, 0x6B, 0x50, 255}, {0x4A, 0x4A, 0x63, 255}},
	atlas.Tatami:    {{0xC2, 0xC1, 0x7E, 255}, {0xB4, 0xB5, 0x72, 255}},
	atlas.Road:      {{0x8A, 0x86, 0x98, 255}, {0x92, 0x8E, 0xA0, 255}},
}

// plainSoil paints the map's tiles, for as long as there is no picture.
func plainSoil(a *atlas.Atlas) *soil {
	p := image.NewPaletted(image.Rect(0, 0, a.Width*16, a.Height*16), nil)
	for _, two := range terrainColours {
		p.Palette = append(p.Palette, two[0], two[1])
	}
	dark := len(p.Palette)
	for _, c := range p.Palette[:dark] {
		k := c.(color.RGBA)
		p.Palette = append(p.Palette, color.RGBA{k.R / 4 * 3, k.G / 4 * 3, k.B / 4 * 3, k.A})
	}
	for y := range a.Height * 16 {
		for x := range a.Width * 16 {
			t := min(a.Ground[y/16*a.Width+x/16], atlas.TerrainEnd-1)
			h := uint32(x/2)*374761393 + uint32(y/2)*668265263
			h = (h ^ h>>13) * 1274126177
			p.Pix[y*p.Stride+x] = uint8(t)*2 + uint8(h>>16&3)/3
		}
	}
	for _, w := range a.Walls {
		r := image.Rect(int(w.Min.X/16), int(w.Min.Y/16), int(w.Max.X/16), int(w.Max.Y/16)).Intersect(p.Rect)
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				if i := y*p.Stride + x; int(p.Pix[i]) < dark {
					p.Pix[i] += uint8(dark)
				}
			}
		}
	}
	return newSoil(p)
}
