package draw

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"slices"
	"sync"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"kakitsubata/client/scene"
	"kakitsubata/protocol/id"
)

const (
	maxPicture = 8 << 20
	maxPages   = 160 // looks kept composed; a page is about 180 kB
	manyLacks  = 5   // looks that are missing at once before others are worn
)

// pictures holds what was fetched. Fetching waits in goroutines that hand
// decoded values over; only work, in the game's own goroutine, takes them.
type pictures struct {
	fetch func(string, int) ([]byte, error)
	known chan struct{} // closed when the first room is known
	knows sync.Once

	mu   sync.Mutex
	came []arrived

	groundWanted string
	ground       ground
	base         color.RGBA

	city    id.CityID // whose almanac was asked for
	almanac bool      // it is here, or there is none
	dyed    bool      // so are the seasons' colours
	dated   bool      // and so both
	days    *days
	seasons seasons
	season  string
	waiting []arrived // pictures that wait for the season

	kinds    map[string]kind
	frames   map[string][]*ebiten.Image
	newProps bool

	looks    *looks
	plain    bool
	pages    map[id.Look]*page
	pageAge  int
	lacks    []id.Look
	hurried  bool
	listener [][]*ebiten.Image // by row and frame

	disc     map[int]*ebiten.Image
	ring     *ebiten.Image
	knob     *ebiten.Image
	ringSize int
}

type arrived struct {
	what    string
	path    string
	img     image.Image
	kinds   map[string]kind
	looks   *looks
	days    *days
	seasons seasons
}

// page is a look, composed: its frames side by side.
type page struct {
	whole  *ebiten.Image
	frames []*ebiten.Image
	age    int
}

func newPictures(fetch func(string, int) ([]byte, error)) *pictures {
	p := &pictures{
		fetch: fetch, known: make(chan struct{}), frames: map[string][]*ebiten.Image{}, pages: map[id.Look]*page{},
		looks: plainLooks(), plain: true, disc: map[int]*ebiten.Image{}, base: color.RGBA{0x5D, 0xAE, 0x57, 255},
	}
	p.ground.init()
	return p
}

// start begins to fetch what every room needs. It is read once a room is
// known: until then the machine has the way there to see to.
func (p *pictures) start() {
	go p.getProps()
	go p.getLooks()
	go p.getListener()
	go p.getSeasons()
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
	<-p.known
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
	b, err := p.fetch("/art/props.json", 1<<20)
	if err != nil {
		return
	}
	img, err := p.picture("/art/props.png")
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
	b, err := p.fetch("/art/looks.json", 1<<20)
	if err != nil {
		return
	}
	img, err := p.picture("/art/looks.png")
	if err != nil {
		return
	}
	l, err := parseLooks(b, img)
	if err != nil {
		return
	}
	p.hand(arrived{what: "looks", looks: l})
}

func (p *pictures) getSeasons() {
	a := arrived{what: "seasons"}
	if b, err := p.fetch("/art/seasons.json", 1<<20); err == nil {
		<-p.known
		a.seasons, _ = parseSeasons(b) // a fault leaves it without, and tools/art's tests say so
	}
	p.hand(a)
}

func (p *pictures) getListener() {
	if img, err := p.picture("/art/listener.png"); err == nil {
		p.hand(arrived{what: "listener", img: img})
	}
}

// want asks for the ground of a place, and once for its city's almanac. What
// can't be had leaves the place without seasons.
func (p *pictures) want(r id.RoomID) {
	p.knows.Do(func() { close(p.known) })
	path := string(r.City) + "/" + string(r.Place) + ".png"
	p.groundWanted = path
	p.ground.real = false
	go func() {
		if img, err := p.picture("/art/" + path); err == nil {
			p.hand(arrived{what: "ground", path: path, img: img})
		}
	}()
	if p.city == r.City {
		return
	}
	p.city = r.City
	go func() {
		a := arrived{what: "almanac"}
		if b, err := p.fetch("/art/"+string(r.City)+"/days.json", 1<<18); err == nil {
			a.days, _ = parseDays(b) // a fault leaves it without, and tools/art's tests say so
		}
		p.hand(a)
	}()
}

// work takes what came, and composes a look, and more of them while there is
// time to spare. A crowd needs looks of its own.
func (p *pictures) work(as []scene.Avatar, crowd bool, now time.Time, spare time.Duration) {
	p.mu.Lock()
	came := p.came
	p.came = nil
	p.mu.Unlock()
	for _, a := range came {
		switch a.what {
		case "almanac":
			p.days, p.almanac = a.days, true
			p.season = p.days.season(p.days.local(now))
		case "seasons":
			p.seasons, p.dyed = a.seasons, true
		case "looks":
			p.looks, p.plain = a.looks, false
			for l, pg := range p.pages {
				pg.whole.Deallocate()
				delete(p.pages, l)
			}
		case "listener":
			p.setListener(a.img)
		default:
			p.waiting = append(p.waiting, a)
		}
	}
	p.dated = p.almanac && p.dyed
	if p.dated {
		for _, a := range p.waiting {
			p.take(a)
		}
		p.waiting = p.waiting[:0]
		p.ground.ahead()
	}
	p.pageAge++
	p.lacks = p.lacks[:0]
	need := func(l id.Look) {
		if pg := p.pages[l]; pg != nil {
			pg.age = p.pageAge
		} else if len(p.lacks) < maxPages && !slices.Contains(p.lacks, l) {
			p.lacks = append(p.lacks, l)
		}
	}
	for i := range as {
		if as[i].Own {
			need(as[i].Look)
		}
	}
	if crowd || len(as) > maxPages/2 || p.hurried {
		for _, l := range murmurLooks {
			need(l)
		}
	}
	for i := range as {
		need(as[i].Look)
	}
	// A class that comes in at once wears what is there until its own is made.
	p.hurried = len(p.lacks) > manyLacks
	begun := time.Now()
	for i, l := range p.lacks {
		if i > 0 && time.Since(begun) > spare {
			break
		}
		p.compose(l)
	}
}

func (p *pictures) setListener(m image.Image) {
	sheet := newSheet(m)
	b := sheet.Bounds()
	p.listener = nil
	for y := 0; y+listenerH <= b.Dy(); y += listenerH {
		var row []*ebiten.Image
		for x := 0; x+listenerW <= b.Dx(); x += listenerW {
			row = append(row, cut(sheet, x, y, listenerW, listenerH))
		}
		if len(row) > 0 {
			p.listener = append(p.listener, row)
		}
	}
}

// newStamp makes a picture of rows of signs: # is white, o water, i ink, g
// gold, w its light.
func newStamp(rows []string) *ebiten.Image {
	m := image.NewRGBA(image.Rect(0, 0, len(rows[0]), len(rows)))
	for y, row := range rows {
		for x, c := range []byte(row) {
			switch c {
			case '#':
				m.SetRGBA(x, y, color.RGBA{255, 253, 247, 255})
			case 'o':
				m.SetRGBA(x, y, color.RGBA{150, 190, 220, 190})
			case 'i':
				m.SetRGBA(x, y, color.RGBA{0x2B, 0x23, 0x45, 255})
			case 'g':
				m.SetRGBA(x, y, color.RGBA{0xFF, 0xD8, 0x4D, 255})
			case 'w':
				m.SetRGBA(x, y, color.RGBA{0xFF, 0xFD, 0xF0, 255})
			}
		}
	}
	return ebiten.NewImageFromImage(m)
}

// take makes pictures of what waited for the season.
func (p *pictures) take(a arrived) {
	dress := func(name string) {
		if m, ok := a.img.(*image.Paletted); ok {
			p.seasons.dress(name, p.season, m.Palette)
		}
	}
	switch a.what {
	case "props":
		dress("props.png")
		sheet := newSheet(a.img)
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
	case "ground":
		if a.path == p.groundWanted {
			dress(a.path)
			s := newSoil(a.img)
			p.base = s.corner()
			p.ground.set(s, true)
		}
	}
}

// page is a look's page. Where there are more looks than pages, or than could be
// made yet, some wear what is there.
func (p *pictures) page(l id.Look) *page {
	if pg := p.pages[l]; pg != nil || len(p.pages) < maxPages && !p.hurried {
		return pg
	}
	return p.pages[standIn(l)]
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

// newSheet makes a picture of one with a palette, as all of ours are, quicker
// than Ebitengine does.
func newSheet(m image.Image) *ebiten.Image {
	p, ok := m.(*image.Paletted)
	if !ok {
		return ebiten.NewImageFromImage(m)
	}
	w, h := p.Rect.Dx(), p.Rect.Dy()
	k := inksOf(p.Palette)
	pix := make([]byte, w*h*4)
	for y := range h {
		k.write(pix[y*w*4:][:w*4], p.Pix[y*p.Stride:][:w])
	}
	img := ebiten.NewImage(w, h)
	img.WritePixels(pix)
	return img
}

func cut(img *ebiten.Image, x, y, w, h int) *ebiten.Image {
	return img.SubImage(image.Rect(x, y, x+w, y+h)).(*ebiten.Image)
}
