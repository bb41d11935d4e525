package draw

import (
	"image"
	"image/color"
	"math"
	"slices"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	_ "embed"

	"kakitsubata/client/scene"
	"kakitsubata/protocol"
)

//go:embed wipe.kage
var wipeKage []byte

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

// Draw paints the frame.
func (g *Game) Draw(screen *ebiten.Image) {
	if g.skips() {
		return
	}
	begun := time.Now()
	g.paint(screen)
	g.drew.add(time.Since(begun))
}

// skips reports whether the last picture stays: in the mode of 30 frames each
// second one. Before there is a place to be seen there is no picture: the
// entrance still covers the canvas.
func (g *Game) skips() bool {
	if !g.ready && !g.drawn {
		return true
	}
	now := g.scene.Now()
	if g.half && now-g.painted < 27*time.Millisecond {
		return true
	}
	g.painted = now
	return false
}

func (g *Game) paint(screen *ebiten.Image) {
	if g.wipe.holds() && g.drawn {
		g.drawWipe(screen)
		return
	}
	l := g.light
	base := g.pics.base
	screen.Fill(color.RGBA{uint8(float32(base.R) * l.r), uint8(float32(base.G) * l.g), uint8(float32(base.B) * l.b), 255})
	if g.ready {
		g.paintRoom(screen)
	}
	g.drawWipe(screen)
	g.drawStick(screen)
	if g.ready && !g.drawn {
		g.drawn = true
		g.out.Drawing()
	}
}

func (g *Game) paintRoom(screen *ebiten.Image) {
	var tint ebiten.ColorScale
	tint.Scale(g.light.r, g.light.g, g.light.b, 1)
	// People are the brightest of a night: a face must be seen by any light.
	skin := ebiten.ColorScale{}
	skin.Scale(brighter(g.light.r), brighter(g.light.g), brighter(g.light.b), 1)
	g.drawAround(screen, tint)
	g.drawGround(screen, tint)
	as := g.scene.Avatars()
	g.sort(as)
	g.castProps(screen, tint)
	for i := range as {
		g.under(screen, &as[i], tint)
	}
	g.fx.under(g, screen, tint)
	for _, d := range g.draws {
		switch {
		case d.prop >= 0:
			g.drawProp(screen, &g.props[d.prop], tint)
		case d.avatar >= 0:
			g.drawAvatar(screen, &as[d.avatar], skin)
		default:
			g.drawFar(screen, &g.far[d.far], tint)
		}
	}
	for i := range g.props {
		if p := &g.props[i]; p.kind.Over && g.sees(p) {
			g.drawProp(screen, p, tint)
		}
	}
	if g.light.lamps > 0.02 && g.burden < least {
		g.drawLights(screen, g.light.lamps)
	}
	for i := range as {
		g.drawEmote(screen, &as[i])
	}
	g.drawOwnMark(screen, as)
	g.fx.over(g, screen, tint)
}

// put adds to an option the way from a picture's pixel (0, 0) to an art pixel
// of the world.
func (g *Game) put(op *ebiten.DrawImageOptions, x, y float64) {
	op.GeoM.Translate(math.Round(x)-g.view.CamX, math.Round(y)-g.view.CamY)
}

// mark draws a small thing of the props' sheet with its foot at a point.
func (g *Game) mark(screen *ebiten.Image, name string, frame int, x, y float64, alpha float32, tint ebiten.ColorScale) {
	fs := g.pics.frames[name]
	if len(fs) == 0 {
		return
	}
	k := g.pics.kinds[name]
	op := &g.op
	op.GeoM.Reset()
	g.put(op, x-float64(k.FootX), y-float64(k.FootY))
	op.ColorScale = tint
	op.ColorScale.ScaleAlpha(alpha)
	screen.DrawImage(fs[frame%len(fs)], op)
}

// around is how wide and high the pattern outside of a place is.
const around = 96

// drawAround lays a quiet pattern over what is outside of a place that is smaller
// than the view.
func (g *Game) drawAround(screen *ebiten.Image, tint ebiten.ColorScale) {
	a := g.scene.Atlas()
	if a == nil || g.burden == least {
		return
	}
	w, h := g.view.Size()
	wide, high := float64(a.Width*16), float64(a.Height*16)
	right, low := g.view.CamX+w, g.view.CamY+h
	if g.view.CamX >= 0 && g.view.CamY >= 0 && right <= wide && low <= high {
		return
	}
	for y := math.Floor(g.view.CamY/around) * around; y < low; y += around {
		for x := math.Floor(g.view.CamX/around) * around; x < right; x += around {
			if x < 0 || y < 0 || x+around > wide || y+around > high {
				g.mark(screen, "fx-around", 0, x, y, 1, tint)
			}
		}
	}
}

func (g *Game) drawGround(screen *ebiten.Image, tint ebiten.ColorScale) {
	gr := &g.pics.ground
	if gr.soil == nil {
		return
	}
	part := gr.part(&g.view)
	if part.Empty() {
		return
	}
	seconds := 0.0
	if !g.out.Calm() {
		steps := 6.0
		if g.burden > full {
			steps = 3
		}
		seconds = math.Mod(math.Floor(g.scene.Now().Seconds()*steps)/steps, 600)
	}
	op := &g.op
	op.GeoM.Reset()
	g.put(op, float64(part.Min.X), float64(part.Min.Y))
	op.ColorScale = tint
	screen.DrawImage(gr.see(part, seconds, float64(g.light.glow)), op)
}

func (g *Game) sort(as []scene.Avatar) {
	g.draws = g.draws[:0]
	for i := range g.props {
		if p := &g.props[i]; !p.kind.Over && len(p.frames) > 0 && !p.now.hidden && g.sees(p) {
			_, y := p.foot()
			g.draws = append(g.draws, drawable{y, i, -1, -1})
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
		if g.burden > full {
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

var screenBlend = ebiten.Blend{
	BlendFactorSourceRGB:        ebiten.BlendFactorOne,
	BlendFactorSourceAlpha:      ebiten.BlendFactorOne,
	BlendFactorDestinationRGB:   ebiten.BlendFactorOneMinusSourceColor,
	BlendFactorDestinationAlpha: ebiten.BlendFactorOneMinusSourceAlpha,
	BlendOperationRGB:           ebiten.BlendOperationAdd,
	BlendOperationAlpha:         ebiten.BlendOperationAdd,
}

// drawLights shows what shines, so strongly, over the darkened world.
func (g *Game) drawLights(screen *ebiten.Image, lamps float32) {
	w, h := g.view.Size()
	for i := range g.props {
		p := &g.props[i]
		if len(p.kind.Lights) == 0 || p.now.hidden {
			continue
		}
		x, y := p.foot()
		for _, l := range p.kind.Lights {
			dx, r := float64(l.dx), float64(l.radius)
			if p.flip {
				dx = -dx
			}
			lx, ly := x+dx, y+float64(l.dy)
			if lx+r < g.view.CamX || ly+r < g.view.CamY || lx-r > g.view.CamX+w || ly-r > g.view.CamY+h {
				continue
			}
			op := &g.op
			op.GeoM.Reset()
			g.put(op, lx-r, ly-r)
			op.ColorScale = ebiten.ColorScale{}
			op.ColorScale.ScaleWithColor(l.colour)
			op.ColorScale.Scale(lamps, lamps, lamps, lamps)
			op.Blend = screenBlend
			screen.DrawImage(g.pics.glow(l.radius), op)
			op.Blend = ebiten.Blend{}
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

// drawWipe draws the flower between two rooms, and who waits while it is shut.
func (g *Game) drawWipe(screen *ebiten.Image) {
	if g.wipe.stage == wipeNone {
		return
	}
	now, calm := g.scene.Now(), g.out.Calm()
	gap := g.wipe.gap(now, calm)
	if g.wipeShader == nil || calm {
		veil := uint8(255 * (1 - gap))
		g.veil.Fill(color.RGBA{uint8(int(0x6C) * int(veil) / 255), uint8(int(0x50) * int(veil) / 255), uint8(int(0xD2) * int(veil) / 255), veil})
		op := &g.op
		op.GeoM.Reset()
		op.GeoM.Scale(float64(g.view.W), float64(g.view.H))
		op.ColorScale = ebiten.ColorScale{}
		screen.DrawImage(g.veil, op)
	} else {
		x, y := float64(g.view.W)/2, float64(g.view.H)*0.45
		if ox, oy, ok := g.scene.Own(); ok && g.ready && g.wipe.stage == wipeUncovers {
			x, y = ox/UnitsPerPixel-g.view.CamX, oy/UnitsPerPixel-16-g.view.CamY
		}
		reach := math.Hypot(max(x, float64(g.view.W)-x), max(y, float64(g.view.H)-y)) / 0.66
		g.wipeAt = [2]float32{float32(x), float32(y)}
		g.wipeR[0] = float32(reach*gap - 14*(1-gap))
		var op ebiten.DrawRectShaderOptions
		op.Uniforms = g.wipeUnis
		screen.DrawRectShader(g.view.W, g.view.H, g.wipeShader, &op)
	}
	// Whoever waits longer than a blink is not alone.
	if rows := g.pics.listener; g.wipe.stage == wipeCovers && now-g.wipe.since > 500*time.Millisecond && len(rows) > rowWaves {
		f := rows[rowWaves][int(now/(250*time.Millisecond))%len(rows[rowWaves])]
		op := &g.op
		op.GeoM.Reset()
		op.GeoM.Translate(float64(g.view.W/2-listenerFX), math.Round(float64(g.view.H)*0.45-24))
		op.ColorScale = ebiten.ColorScale{}
		screen.DrawImage(f, op)
	}
}
