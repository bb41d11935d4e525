package draw

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"sync"

	"github.com/hajimehoshi/ebiten/v2"

	_ "embed"

	"kakitsubata/client/scene"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
)

const (
	maxPicture = 8 << 20
	maxPages   = 192 // looks kept composed; a page is about 120 kB
)

//go:embed water.kage
var waterKage []byte

// pictures holds what was fetched. Fetching waits in goroutines that hand
// decoded values over; only work, in the game's own goroutine, takes them.
type pictures struct {
	fetch func(string, int) ([]byte, error)

	mu   sync.Mutex
	came []arrived

	groundWanted string
	ground       *ebiten.Image
	groundReal   bool
	base         color.RGBA

	kinds    map[string]kind
	frames   map[string][]*ebiten.Image
	newProps bool

	looks    *looks
	plain    bool
	pages    map[id.Look]*page
	pageAge  int
	listener *ebiten.Image

	water    *ebiten.Shader
	offscr   *ebiten.Image
	disc     map[int]*ebiten.Image
	ring     *ebiten.Image
	knob     *ebiten.Image
	ringSize int
}

type arrived struct {
	what  string
	path  string
	img   image.Image
	kinds map[string]kind
	looks *looks
}

// page is a look, composed: its frames side by side.
type page struct {
	whole  *ebiten.Image
	frames []*ebiten.Image
	age    int
}

func newPictures(fetch func(string, int) ([]byte, error)) *pictures {
	p := &pictures{
		fetch: fetch, frames: map[string][]*ebiten.Image{}, pages: map[id.Look]*page{},
		looks: plainLooks(), plain: true, disc: map[int]*ebiten.Image{}, base: color.RGBA{0x5D, 0xAE, 0x57, 255},
	}
	if s, err := ebiten.NewShader(waterKage); err == nil {
		p.water = s
	}
	return p
}

// start begins to fetch what every room needs.
func (p *pictures) start() {
	go p.getProps()
	go p.getLooks()
	go p.getListener()
}

func (p *pictures) hand(a arrived) {
	p.mu.Lock()
	p.came = append(p.came, a)
	p.mu.Unlock()
}

func (p *pictures) picture(path string) (image.Image, error) {
	b, err := p.fetch(path, maxPicture)
	if err != nil {
		return nil, err
	}
	c, err := png.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	if c.Width > 8192 || c.Height > 8192 {
		return nil, errSheet
	}
	return png.Decode(bytes.NewReader(b))
}

func (p *pictures) getProps() {
	img, err := p.picture("/art/props.png")
	if err != nil {
		return
	}
	b, err := p.fetch("/art/props.json", 1<<20)
	if err != nil {
		return
	}
	kinds, err := parseProps(b, img.Bounds().Dx(), img.Bounds().Dy())
	if err != nil {
		return
	}
	p.hand(arrived{what: "props", img: img, kinds: kinds})
}

func (p *pictures) getLooks() {
	img, err := p.picture("/art/looks.png")
	if err != nil {
		return
	}
	b, err := p.fetch("/art/looks.json", 1<<20)
	if err != nil {
		return
	}
	l, err := parseLooks(b, img)
	if err != nil {
		return
	}
	p.hand(arrived{what: "looks", looks: l})
}

func (p *pictures) getListener() {
	if img, err := p.picture("/art/listener.png"); err == nil {
		p.hand(arrived{what: "listener", img: img})
	}
}

func (p *pictures) wantGround(path string) {
	p.groundWanted, p.groundReal = path, false
	go func() {
		if img, err := p.picture(path); err == nil {
			p.hand(arrived{what: "ground", path: path, img: img})
		}
	}()
}

// work takes what came, and composes at most one look. A crowd needs looks of
// its own.
func (p *pictures) work(as []scene.Avatar, crowd bool) {
	p.mu.Lock()
	came := p.came
	p.came = nil
	p.mu.Unlock()
	for _, a := range came {
		switch a.what {
		case "props":
			sheet := ebiten.NewImageFromImage(a.img)
			p.kinds = a.kinds
			for name, k := range a.kinds {
				if k.Baked {
					continue
				}
				fs := make([]*ebiten.Image, k.Frames)
				for i := range fs {
					fs[i] = cut(sheet, k.X+i*k.W, k.Y, k.W, k.H)
				}
				p.frames[name] = fs
			}
			p.newProps = true
		case "looks":
			p.looks, p.plain = a.looks, false
			for l, pg := range p.pages {
				pg.whole.Deallocate()
				delete(p.pages, l)
			}
		case "listener":
			p.listener = ebiten.NewImageFromImage(a.img)
		case "ground":
			if a.path == p.groundWanted {
				p.setGround(a.img)
				p.groundReal = true
			}
		}
	}
	p.pageAge++
	var missing id.Look
	lacks := false
	need := func(l id.Look) {
		if pg := p.pages[l]; pg != nil {
			pg.age = p.pageAge
		} else if !lacks {
			missing, lacks = l, true
		}
	}
	if crowd || len(as) > maxPages/2 {
		for _, l := range murmurLooks {
			need(l)
		}
	}
	for i := range as {
		need(as[i].Look)
	}
	if lacks {
		p.compose(missing)
	}
}

// page is a look's page. Where there are more looks than pages, some wear what
// is there.
func (p *pictures) page(l id.Look) *page {
	if pg := p.pages[l]; pg != nil || len(p.pages) < maxPages {
		return pg
	}
	return p.pages[standIn(l)]
}

func (p *pictures) setGround(img image.Image) {
	if p.ground != nil {
		p.ground.Deallocate()
	}
	p.ground = ebiten.NewImageFromImage(img)
}

// compose makes a look's page, in the place of the one that was not shown for
// the longest time. It does nothing when all are shown just now.
func (p *pictures) compose(l id.Look) {
	if len(p.pages) >= maxPages {
		var oldest id.Look
		age := p.pageAge + 1
		for k, pg := range p.pages {
			if pg.age < age {
				oldest, age = k, pg.age
			}
		}
		if age >= p.pageAge {
			return
		}
		p.pages[oldest].whole.Deallocate()
		delete(p.pages, oldest)
	}
	img := ebiten.NewImageFromImage(p.looks.compose(l))
	pg := &page{whole: img, age: p.pageAge, frames: make([]*ebiten.Image, p.looks.columns)}
	for i := range pg.frames {
		pg.frames[i] = cut(img, i*p.looks.W, 0, p.looks.W, p.looks.H)
	}
	p.pages[l] = pg
}

func cut(img *ebiten.Image, x, y, w, h int) *ebiten.Image {
	return img.SubImage(image.Rect(x, y, x+w, y+h)).(*ebiten.Image)
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
}

// plainGround paints the map's tiles, for as long as there is no picture.
func (p *pictures) plainGround(a *atlas.Atlas) {
	if p.groundReal {
		return
	}
	img := image.NewRGBA(image.Rect(0, 0, a.Width*16, a.Height*16))
	for y := range a.Height * 16 {
		for x := range a.Width * 16 {
			t := a.Ground[y/16*a.Width+x/16]
			h := uint32(x/2)*374761393 + uint32(y/2)*668265263
			h = (h ^ h>>13) * 1274126177
			c := terrainColours[min(t, atlas.TerrainEnd-1)][(h>>16&3)/3]
			i := img.PixOffset(x, y)
			img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = c.R, c.G, c.B, c.A
		}
	}
	for _, w := range a.Walls {
		for y := w.Min.Y / 16; y < w.Max.Y/16; y++ {
			for x := w.Min.X / 16; x < w.Max.X/16; x++ {
				if i := img.PixOffset(int(x), int(y)); i >= 0 && i+3 < len(img.Pix) {
					for k := range 3 {
						img.Pix[i+k] = uint8(int(img.Pix[i+k]) * 3 / 4)
					}
				}
			}
		}
	}
	p.setGround(img)
}
