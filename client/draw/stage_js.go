package draw

import (
	"image"
	"image/color"
	"math"
	"slices"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"kakitsubata/client/scene"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
)

// prop is a prop of the map, ready to be drawn. In art pixels.
type prop struct {
	index  int // in the atlas
	name   string
	kind   kind
	x, y   float64
	flip   bool
	frames []*ebiten.Image
	phase  int
	text   string
	wiggle time.Duration // since when
}

// mood is what an avatar's picture remembers from frame to frame.
type mood struct {
	dir    int // 0 down, 1 left, 2 up, 3 right
	blink  time.Duration
	walked float64
	steps  int
	seen   int
}

// drawable is one thing on the stage; what is nearer is drawn later.
type drawable struct {
	y      float64
	prop   int // index of a prop, or -1
	avatar int // or -1
	far    int // index of a figure of the crowd
}

// figure is one of the crowd, ready to be drawn.
type figure struct {
	*spot
	seen float64
}

func (g *Game) setProps(a *atlas.Atlas) {
	g.set++
	g.props = g.props[:0]
	for i := range a.Props {
		p := &a.Props[i]
		k := g.pics.kinds[p.Kind]
		fs := g.pics.frames[p.Kind]
		x, y := float64(p.At.X)/UnitsPerPixel, float64(p.At.Y)/UnitsPerPixel
		if len(fs) == 0 && p.Text == "" {
			continue
		}
		phase := 0
		if k.Frames > 1 {
			phase = (int(p.At.X) / 16 * 7) % k.Frames
		}
		g.props = append(g.props, prop{index: i, name: p.Kind, kind: k, x: x, y: y, flip: p.Flip, frames: fs, phase: phase, text: p.Text, wiggle: -time.Hour})
	}
}

// Signs tells the words that stand on things: where their middle is, in units,
// and how much room they have there, in art pixels (none: they hang above).
func (g *Game) Signs(tell func(text string, x, y, w, h float64)) {
	for i := range g.props {
		p := &g.props[i]
		if p.text == "" {
			continue
		}
		if l := p.kind.Label; len(l) == 4 {
			tell(p.text, (p.x+float64(l[0]))*UnitsPerPixel, (p.y+float64(l[1]))*UnitsPerPixel, float64(l[2]), float64(l[3]))
			continue
		}
		tell(p.text, p.x*UnitsPerPixel, (p.y-float64(max(p.kind.FootY, 20))-6)*UnitsPerPixel, 0, 0)
	}
}

// Set counts how often the props were set: their signs may be others then.
func (g *Game) Set() int { return g.set }

// Draw paints the frame.
func (g *Game) Draw(screen *ebiten.Image) {
	r, gr, b, dark := g.tint()
	base := g.pics.base
	screen.Fill(color.RGBA{uint8(float32(base.R) * r), uint8(float32(base.G) * gr), uint8(float32(base.B) * b), 255})
	if !g.ready {
		return
	}
	var tint ebiten.ColorScale
	tint.Scale(r, gr, b, 1)
	g.drawGround(screen, tint, r, gr, b)
	as := g.scene.Avatars()
	g.sort(as)
	for i := range as {
		g.under(screen, &as[i], tint)
	}
	g.fx.under(g, screen, tint)
	for _, d := range g.draws {
		switch {
		case d.prop >= 0:
			g.drawProp(screen, &g.props[d.prop], tint)
		case d.avatar >= 0:
			g.drawAvatar(screen, &as[d.avatar], tint)
		default:
			g.drawFar(screen, &g.far[d.far], tint)
		}
	}
	for i := range g.props {
		if p := &g.props[i]; p.kind.Over && g.sees(p) {
			g.drawProp(screen, p, tint)
		}
	}
	if dark && !g.low {
		g.drawLights(screen)
	}
	for i := range as {
		g.drawEmote(screen, &as[i])
	}
	g.fx.over(g, screen, tint)
	g.drawStick(screen)
	if !g.drawn {
		g.drawn = true
		g.out.Drawing()
	}
}

// at places a picture's pixel (0, 0) at an art pixel of the world.
func (g *Game) at(x, y float64) (op ebiten.DrawImageOptions) {
	s := float64(g.view.S)
	op.GeoM.Scale(s, s)
	op.GeoM.Translate(math.Round((x-g.view.CamX)*s), math.Round((y-g.view.CamY)*s))
	return op
}

func (g *Game) drawGround(screen *ebiten.Image, tint ebiten.ColorScale, r, gr, b float32) {
	ground := g.pics.ground
	if ground == nil {
		return
	}
	w, h := g.view.Size()
	x0, y0 := int(math.Floor(g.view.CamX)), int(math.Floor(g.view.CamY))
	part := image.Rect(x0, y0, x0+int(math.Ceil(w))+1, y0+int(math.Ceil(h))+1).Intersect(ground.Bounds())
	if part.Empty() {
		return
	}
	seen := ground.SubImage(part).(*ebiten.Image)
	if g.pics.water == nil || g.low || g.out.Calm() {
		op := g.at(float64(part.Min.X), float64(part.Min.Y))
		op.ColorScale = tint
		screen.DrawImage(seen, &op)
		return
	}
	// The shader runs on art pixels, not on device pixels: cheap, and crisp.
	off := g.pics.offscr
	if off == nil || off.Bounds().Dx() < part.Dx() || off.Bounds().Dy() < part.Dy() {
		if off != nil {
			off.Deallocate()
		}
		off = ebiten.NewImage(part.Dx()+8, part.Dy()+8)
		g.pics.offscr = off
	}
	var so ebiten.DrawRectShaderOptions
	so.Images[0] = seen
	so.Blend = ebiten.BlendCopy
	step := math.Floor(g.scene.Now().Seconds()*6) / 6
	sky := []float32{0.70, 0.88, 0.96}
	if r*gr*b < 0.7 {
		sky = []float32{0.98, 0.72, 0.74}
	}
	so.Uniforms = map[string]any{
		"Time":   float32(math.Mod(step, 600)),
		"Origin": []float32{float32(part.Min.X), float32(part.Min.Y)},
		"Tint":   []float32{r, gr, b},
		"Sky":    sky,
	}
	off.DrawRectShader(part.Dx(), part.Dy(), g.pics.water, &so)
	op := g.at(float64(part.Min.X), float64(part.Min.Y))
	screen.DrawImage(cut(off, 0, 0, part.Dx(), part.Dy()), &op)
}

// sees reports whether a prop may be on the screen.
func (g *Game) sees(p *prop) bool {
	w, h := g.view.Size()
	reach := float64(p.kind.W)
	return p.x+reach > g.view.CamX && p.x-reach < g.view.CamX+w &&
		p.y+16 > g.view.CamY && p.y-float64(p.kind.H) < g.view.CamY+h
}

func (g *Game) sort(as []scene.Avatar) {
	g.draws = g.draws[:0]
	for i := range g.props {
		if p := &g.props[i]; !p.kind.Over && len(p.frames) > 0 && g.sees(p) {
			g.draws = append(g.draws, drawable{p.y, i, -1, -1})
		}
	}
	w, h := g.view.Size()
	for i := range as {
		x, y := as[i].X/UnitsPerPixel, as[i].Y/UnitsPerPixel
		if x < g.view.CamX-32 || x > g.view.CamX+w+32 || y < g.view.CamY-8 || y > g.view.CamY+h+56 {
			continue
		}
		if as[i].Gait == protocol.Seated {
			y += 2 // before the bench that one sits on
		}
		g.draws = append(g.draws, drawable{y, -1, i, -1})
	}
	g.sortFar()
	slices.SortStableFunc(g.draws, func(a, b drawable) int {
		switch {
		case a.y < b.y:
			return -1
		case a.y > b.y:
			return 1
		}
		return 0
	})
}

// sortFar puts the crowd that is counted only among what is drawn.
func (g *Game) sortFar() {
	g.far = g.far[:0]
	crowd, a := g.scene.Crowd(), g.scene.Atlas()
	if len(crowd) == 0 || a == nil {
		return
	}
	const half = protocol.BlockTiles * 16 / 2
	x, y, ok := g.scene.Own()
	w, h := g.view.Size()
	for _, m := range crowd {
		mx, my := m.X/UnitsPerPixel, m.Y/UnitsPerPixel
		if mx < g.view.CamX-half-16 || mx > g.view.CamX+w+half+16 || my < g.view.CamY-half || my > g.view.CamY+h+half+48 {
			continue
		}
		figures := g.murmurs.of(a, m)
		if g.low {
			figures = figures[:(len(figures)+1)/2]
		}
		for i := range figures {
			f := figure{&figures[i], 1}
			if ok {
				f.seen = murmurSeen(f.spot, x, y)
			}
			if f.seen > 0 {
				g.draws = append(g.draws, drawable{f.y / UnitsPerPixel, -1, -1, len(g.far)})
				g.far = append(g.far, f)
			}
		}
	}
}

// drawFar draws one of the crowd: pale, and without a name or a shadow.
func (g *Game) drawFar(screen *ebiten.Image, f *figure, tint ebiten.ColorScale) {
	pg := g.pics.pages[f.look]
	if pg == nil {
		return // composed within the next frames
	}
	lift := 0.0
	if !g.out.Calm() {
		lift = f.bob(math.Mod(g.scene.Now().Seconds(), 240)) // a hundred bobs: it goes on as it began
	}
	g.drawLook(screen, pg, g.pics.looks.frame(dirNames[f.dir], 0), f.dir == 3,
		f.x/UnitsPerPixel, f.y/UnitsPerPixel-lift, func(c *ebiten.ColorScale) {
			*c = tint
			c.Scale(.8, .78, .9, 1)
			c.ScaleAlpha(float32(murmurAlpha * f.seen))
		})
}

// drawLook draws a column of a look's page with its foot at a point.
func (g *Game) drawLook(screen *ebiten.Image, pg *page, column int, mirrored bool, x, y float64, scale func(*ebiten.ColorScale)) {
	l := g.pics.looks
	var op ebiten.DrawImageOptions
	if mirrored {
		// About the foot: its column stays where it is.
		op.GeoM.Scale(-1, 1)
		op.GeoM.Translate(float64(2*l.FootX), 0)
	}
	o := g.at(x-float64(l.FootX), y-float64(l.FootY))
	op.GeoM.Concat(o.GeoM)
	scale(&op.ColorScale)
	screen.DrawImage(pg.frames[min(column, len(pg.frames)-1)], &op)
}

const wiggleTime = 320 * time.Millisecond

func (g *Game) drawProp(screen *ebiten.Image, p *prop, tint ebiten.ColorScale) {
	if len(p.frames) == 0 {
		return
	}
	now := g.scene.Now()
	i := 0
	if n := len(p.frames); n > 1 && !g.out.Calm() {
		i = (int(now/time.Millisecond)/p.kind.Ms + p.phase) % n
	}
	dx := 0.0
	if since := now - p.wiggle; since < wiggleTime && !g.out.Calm() {
		dx = float64([4]int{1, -1, 1, 0}[since*4/wiggleTime])
	}
	var op ebiten.DrawImageOptions
	x := p.x - float64(p.kind.FootX) + dx
	if p.flip {
		op.GeoM.Scale(-1, 1)
		op.GeoM.Translate(float64(p.kind.W), 0)
		x = p.x - float64(p.kind.W-p.kind.FootX) + dx
	}
	o := g.at(x, p.y-float64(p.kind.FootY))
	op.GeoM.Concat(o.GeoM)
	op.ColorScale = tint
	screen.DrawImage(p.frames[i], &op)
}

// under draws what lies on the ground below an avatar.
func (g *Game) under(screen *ebiten.Image, a *scene.Avatar, tint ebiten.ColorScale) {
	x, y := g.feet(a)
	g.mark(screen, "fx-shadow", 0, x, y, float32(a.Fade), tint)
	if a.Own {
		if g.room == 1 && a.Walked < 4*256 && a.Gait != protocol.Seated {
			// The first steps are pointed at.
			g.mark(screen, "fx-arrow", int(g.scene.Now()/(300*time.Millisecond)), x, y+22, 1, tint)
		}
		g.mark(screen, "fx-own", int(g.scene.Now()/(200*time.Millisecond)), x, y, 1, tint)
	}
}

// mark draws a small thing of the props' sheet with its foot at a point.
func (g *Game) mark(screen *ebiten.Image, name string, frame int, x, y float64, alpha float32, tint ebiten.ColorScale) {
	fs := g.pics.frames[name]
	if len(fs) == 0 {
		return
	}
	k := g.pics.kinds[name]
	op := g.at(x-float64(k.FootX), y-float64(k.FootY))
	op.ColorScale = tint
	op.ColorScale.ScaleAlpha(alpha)
	screen.DrawImage(fs[frame%len(fs)], &op)
}

// feet is where an avatar stands, in art pixels: on whole ones when it rests.
func (g *Game) feet(a *scene.Avatar) (x, y float64) {
	x, y = a.X/UnitsPerPixel, a.Y/UnitsPerPixel
	if g.scene.Now()-a.Moved > 120*time.Millisecond {
		x, y = math.Round(x), math.Round(y)
	}
	return x, y
}

// turn is the direction of a heading; one that was taken is kept near its
// borders, so that a diagonal does not flicker.
func turn(was int, heading uint8) int {
	const slack = 8
	centre := [4]uint8{64, 128, 192, 0}
	if d := int8(heading - centre[was]); d > -32-slack && d < 32+slack {
		return was
	}
	switch {
	case heading >= 32 && heading < 96:
		return 0
	case heading >= 96 && heading < 160:
		return 1
	case heading >= 160 && heading < 224:
		return 2
	}
	return 3
}

func direction(heading uint8) (float64, float64) {
	a := float64(heading) * math.Pi / 128
	return math.Cos(a), math.Sin(a)
}

func (g *Game) mood(a *scene.Avatar) *mood {
	m := g.moods[a.ID]
	if m == nil {
		m = &mood{blink: g.scene.Now() + time.Duration(a.ID%7)*400*time.Millisecond, walked: a.Walked}
		g.moods[a.ID] = m
	}
	m.seen = g.frame
	m.dir = turn(m.dir, a.Heading)
	return m
}

var (
	dirNames     = [4]string{"down", "left", "up", "left"}
	breatheNames = [4]string{"breathe-down", "breathe-left", "breathe-up", "breathe-left"}
	sitNames     = [4]string{"sit-down", "sit-left", "sit-up", "sit-left"}
)

// pose chooses the column of the sheet.
func (g *Game) pose(a *scene.Avatar, m *mood) (column int, mirrored bool) {
	l, now := g.pics.looks, g.scene.Now()
	mirrored = m.dir == 3
	rest := now - a.Moved
	if a.Moved == 0 {
		rest = 0
	}
	switch {
	case a.Gait == protocol.Seated:
		return l.frame(sitNames[m.dir], 0), mirrored
	case rest < 120*time.Millisecond && a.Gait == protocol.Walk || rest < 60*time.Millisecond && a.Moved > 0:
		return l.frame(dirNames[m.dir], int(a.Walked/UnitsPerPixel/9)), mirrored
	}
	if since := now - a.EmoteAt; a.Emote != id.EmoteNone && since < 1600*time.Millisecond {
		beat := int(since / (180 * time.Millisecond))
		switch a.Emote {
		case id.EmoteWave:
			return l.frame("wave", beat), false
		case id.EmoteLaugh, id.EmoteClap, id.EmoteHeart:
			return l.frame("cheer", beat), false
		case id.EmoteSleep:
			return l.frame("sleep", 0), false
		}
	}
	if now > m.blink+120*time.Millisecond {
		// 2.5 to 6 seconds, by lot.
		m.blink = now + 2500*time.Millisecond + time.Duration(uint32(now)*2654435761>>8%3500)*time.Millisecond
	}
	if now > m.blink && m.dir != 2 {
		if m.dir == 0 {
			return l.frame("blink-down", 0), false
		}
		return l.frame("blink-left", 0), mirrored
	}
	if rest > 4*time.Second && !g.out.Calm() {
		return l.frame(breatheNames[m.dir], int(now/(600*time.Millisecond))), mirrored
	}
	return l.frame(dirNames[m.dir], 0), mirrored
}

func (g *Game) drawAvatar(screen *ebiten.Image, a *scene.Avatar, tint ebiten.ColorScale) {
	m := g.mood(a)
	x, y := g.feet(a)
	g.tread(a, m, x, y)
	alpha := float32(a.Fade)
	if a.Ghost {
		alpha *= 0.5
	}
	if a.Kind == id.Companion && g.pics.listener != nil {
		g.drawListener(screen, a, m, x, y, alpha, tint)
		return
	}
	pg := g.pics.page(a.Look)
	if pg == nil {
		return // composed within the next frames
	}
	col, mirrored := g.pose(a, m)
	g.drawLook(screen, pg, col, mirrored, x, y, func(c *ebiten.ColorScale) {
		*c = tint
		c.ScaleAlpha(alpha)
		if g.pics.plain && a.Kind == id.Companion {
			c.Scale(0.8, 0.7, 1, 1)
		}
	})
}

const (
	listenerW, listenerH   = 40, 48
	listenerFX, listenerFY = 20, 45
)

func (g *Game) drawListener(screen *ebiten.Image, a *scene.Avatar, m *mood, x, y float64, alpha float32, tint ebiten.ColorScale) {
	now := g.scene.Now()
	row := [4]int{0, 1, 3, 2}[m.dir]
	if a.Gait != protocol.Walk {
		switch {
		case a.Emote == id.EmoteWave:
			row = 6
		case g.hears(a):
			row = 4
		}
	}
	col := int(now / (250 * time.Millisecond) % 4)
	if g.out.Calm() {
		col = 0
	}
	b := g.pics.listener.Bounds()
	if (row+1)*listenerH > b.Dy() || (col+1)*listenerW > b.Dx() {
		row, col = 0, 0
	}
	op := g.at(x-listenerFX, y-listenerFY)
	op.ColorScale = tint
	op.ColorScale.ScaleAlpha(alpha)
	screen.DrawImage(cut(g.pics.listener, col*listenerW, row*listenerH, listenerW, listenerH), &op)
}

// hears reports whether somebody near the listener has just spoken.
func (g *Game) hears(l *scene.Avatar) bool {
	bs := g.scene.Bubbles()
	for i := range bs {
		if bs[i].By != id.Companion && bs[i].Avatar != l.ID {
			return true
		}
	}
	return false
}

const headTop = 34 // art pixels above the foot

func (g *Game) drawEmote(screen *ebiten.Image, a *scene.Avatar) {
	if a.Emote == id.EmoteNone || a.Emote >= id.EmoteEnd {
		return
	}
	since := g.scene.Now() - a.EmoteAt
	if since > 1600*time.Millisecond {
		return
	}
	x, y := g.feet(a)
	lift := 0.0
	if since < 120*time.Millisecond && !g.out.Calm() {
		lift = -3 + float64(since)/float64(40*time.Millisecond)
	}
	name := emoteNames[a.Emote]
	g.mark(screen, name, int(since/(200*time.Millisecond)), x, y-headTop-lift, 1, ebiten.ColorScale{})
}

var emoteNames = [id.EmoteEnd]string{"", "emote-1", "emote-2", "emote-3", "emote-4", "emote-5", "emote-6", "emote-7", "emote-8"}

var screenBlend = ebiten.Blend{
	BlendFactorSourceRGB:        ebiten.BlendFactorOne,
	BlendFactorSourceAlpha:      ebiten.BlendFactorOne,
	BlendFactorDestinationRGB:   ebiten.BlendFactorOneMinusSourceColor,
	BlendFactorDestinationAlpha: ebiten.BlendFactorOneMinusSourceAlpha,
	BlendOperationRGB:           ebiten.BlendOperationAdd,
	BlendOperationAlpha:         ebiten.BlendOperationAdd,
}

func (g *Game) drawLights(screen *ebiten.Image) {
	for i := range g.props {
		p := &g.props[i]
		if len(p.kind.Lights) == 0 {
			continue
		}
		for _, l := range p.kind.Lights {
			dx := float64(l.dx)
			if p.flip {
				dx = -dx
			}
			d := g.pics.glow(l.radius)
			op := g.at(p.x+dx-float64(l.radius), p.y+float64(l.dy-l.radius))
			op.ColorScale.ScaleWithColor(l.colour)
			op.Blend = screenBlend
			screen.DrawImage(d, &op)
		}
	}
}

// glow is a soft disc in steps, dithered between them.
func (p *pictures) glow(radius int) *ebiten.Image {
	radius = min(max(radius, 2), 160)
	if d := p.disc[radius]; d != nil {
		return d
	}
	bayer := [16]float64{0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5}
	img := image.NewRGBA(image.Rect(0, 0, 2*radius, 2*radius))
	for y := range 2 * radius {
		for x := range 2 * radius {
			d := math.Hypot(float64(x-radius)+.5, float64(y-radius)+.5) / float64(radius)
			if d >= 1 {
				continue
			}
			v := (1 - d) * (1 - d) * 0.55
			v = math.Floor(v*10+bayer[y&3*4+x&3]/16) / 10
			c := uint8(v * 255)
			img.SetRGBA(x, y, color.RGBA{c, c, c, c})
		}
	}
	d := ebiten.NewImageFromImage(img)
	p.disc[radius] = d
	return d
}
