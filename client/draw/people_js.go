package draw

import (
	"math"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"kakitsubata/client/scene"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

const headTop = 34 // art pixels above the foot

func (g *Game) mood(a *scene.Avatar) *mood {
	m := g.moods[a.ID]
	if m == nil {
		m = &mood{blink: g.scene.Now() + time.Duration(a.ID%7)*400*time.Millisecond, walked: a.Walked, shake: never, dozed: never}
		g.moods[a.ID] = m
	}
	m.seen = g.frame
	m.dir = turn(m.dir, a.Heading)
	return m
}

// feet is where an avatar stands, in art pixels: on whole ones when it rests.
func (g *Game) feet(a *scene.Avatar) (x, y float64) {
	x, y = a.X/UnitsPerPixel, a.Y/UnitsPerPixel
	if g.scene.Now()-a.Moved > 120*time.Millisecond {
		x, y = math.Round(x), math.Round(y)
	}
	return x, y
}

// under draws what lies on the ground below an avatar.
func (g *Game) under(screen *ebiten.Image, a *scene.Avatar, tint ebiten.ColorScale) {
	x, y := g.feet(a)
	if a.Gait != protocol.Seated {
		g.mark(screen, "fx-shadow", 0, x, y, float32(a.Fade), tint)
	}
	if a.Own {
		if g.room == 1 && a.Walked < 4*256 && a.Gait != protocol.Seated {
			// The first steps are pointed at.
			g.mark(screen, "fx-arrow", int(g.scene.Now()/(300*time.Millisecond)), x, y+22, 1, tint)
		}
		beat := 0
		if !g.out.Calm() {
			beat = int(g.scene.Now() / (200 * time.Millisecond))
		}
		g.mark(screen, "fx-own", beat, x, y, 1, ebiten.ColorScale{})
	}
}

func (g *Game) drawAvatar(screen *ebiten.Image, a *scene.Avatar, tint ebiten.ColorScale) {
	m := g.mood(a)
	x, y := g.feet(a)
	alpha := float32(a.Fade)
	if a.Ghost {
		alpha *= 0.5
	}
	if a.Kind == id.Companion && len(g.pics.listener) > 0 {
		g.drawListener(screen, a, m, x, y, alpha, tint)
		return
	}
	pg := g.pics.page(a.Look)
	if pg == nil {
		return // composed within the next frames
	}
	p := m.pose(a, g.scene.Now(), g.out.Calm())
	tint.ScaleAlpha(alpha)
	if g.pics.plain && a.Kind == id.Companion {
		tint.Scale(0.8, 0.7, 1, 1)
	}
	g.drawLook(screen, pg, g.pics.looks.frame(p.frame, p.i), p.mirrored, x+p.dx, y-p.lift, tint)
}

// drawLook draws a column of a look's page with its foot at a point.
func (g *Game) drawLook(screen *ebiten.Image, pg *page, column int, mirrored bool, x, y float64, tint ebiten.ColorScale) {
	l := g.pics.looks
	op := &g.op
	op.GeoM.Reset()
	if mirrored {
		// About the foot: its column stays where it is.
		op.GeoM.Scale(-1, 1)
		op.GeoM.Translate(float64(2*l.FootX), 0)
	}
	g.put(op, x-float64(l.FootX), y-float64(l.FootY))
	op.ColorScale = tint
	screen.DrawImage(pg.frames[min(column, len(pg.frames)-1)], op)
}

// drawFar draws one of the crowd: pale, as through mist, and without a name.
func (g *Game) drawFar(screen *ebiten.Image, f *figure, tint ebiten.ColorScale) {
	pg := g.pics.pages[f.look]
	if pg == nil {
		return // composed within the next frames
	}
	lift := 0.0
	if !g.out.Calm() {
		lift = f.bob(math.Mod(g.scene.Now().Seconds(), 240)) // a hundred bobs: it goes on as it began
	}
	x, y := f.x/UnitsPerPixel, f.y/UnitsPerPixel
	g.mark(screen, "fx-shadow", 0, x, y, float32(murmurAlpha*f.seen), tint)
	tint.Scale(.88, .86, 1, 1)
	tint.ScaleAlpha(float32(murmurAlpha * f.seen))
	g.drawLook(screen, pg, g.pics.looks.frame(dirNames[f.dir], 0), f.dir == 3, x, y-lift, tint)
}

const (
	listenerW, listenerH   = 40, 48
	listenerFX, listenerFY = 20, 45
)

// Rows of the listener's sheet.
const (
	rowDown = iota
	rowLeft
	rowRight
	rowUp
	rowListens
	rowRests
	rowWaves
	rowThinks
	rowSpeaks
)

func (g *Game) drawListener(screen *ebiten.Image, a *scene.Avatar, m *mood, x, y float64, alpha float32, tint ebiten.ColorScale) {
	now := g.scene.Now()
	row := [4]int{rowDown, rowLeft, rowUp, rowRight}[m.dir]
	if a.Gait != protocol.Walk {
		switch {
		case a.Emote == id.EmoteWave:
			row = rowWaves
		case a.Emote == id.EmoteSleep:
			row = rowRests
		case a.Emote == id.EmoteQuestion:
			row = rowThinks
		default:
			row = g.attends(a, row)
		}
	}
	col := int(now / (250 * time.Millisecond) % 4)
	if g.out.Calm() {
		col = 0
	}
	rows := g.pics.listener
	if row >= len(rows) {
		row = rowDown
	}
	op := &g.op
	op.GeoM.Reset()
	g.put(op, x-listenerFX, y-listenerFY)
	op.ColorScale = tint
	op.ColorScale.ScaleAlpha(alpha)
	screen.DrawImage(rows[row][col%len(rows[row])], op)
}

// attends is the row of a listener that speaks, or that somebody near it has
// just spoken to; otherwise the one given.
func (g *Game) attends(l *scene.Avatar, row int) int {
	bs := g.scene.Bubbles()
	for i := len(bs) - 1; i >= 0; i-- {
		switch {
		case bs[i].Avatar == l.ID:
			return rowSpeaks
		case bs[i].By == id.Companion:
		case g.scene.Now()-bs[i].Since > 1200*time.Millisecond:
			return rowThinks
		default:
			return rowListens
		}
	}
	return row
}

// drawOwnMark points at oneself where others crowd round, over everybody.
func (g *Game) drawOwnMark(screen *ebiten.Image, as []scene.Avatar) {
	own := g.own()
	if own == nil || own.Emote != id.EmoteNone {
		return
	}
	near := 0
	for i := range as {
		if a := &as[i]; !a.Own && math.Abs(a.X-own.X) < 2*256 && a.Y-own.Y > -256 && a.Y-own.Y < 3*256 {
			near++
		}
	}
	if near < 2 {
		return
	}
	x, y := g.feet(own)
	if beat := g.scene.Now() / (400 * time.Millisecond) % 2; beat == 1 && !g.out.Calm() {
		y--
	}
	g.stamp(screen, stampOwn, x, y-headTop-6, ebiten.ColorScale{})
}

func (g *Game) drawEmote(screen *ebiten.Image, a *scene.Avatar) {
	if a.Emote == id.EmoteNone || a.Emote >= id.EmoteChosen {
		return
	}
	since := g.scene.Now() - a.EmoteAt
	if since < 0 || since > emoteFor {
		return
	}
	x, y := g.feet(a)
	lift := 0.0
	if !g.out.Calm() {
		switch {
		case since < 120*time.Millisecond: // it pops up, a little too far
			lift = -6 + float64(since)/float64(15*time.Millisecond)
		case since < 200*time.Millisecond:
			lift = 1
		}
	}
	top := float64(headTop)
	if a.Kind == id.Companion {
		top = 44
	}
	g.mark(screen, emoteNames[a.Emote], int(since/(200*time.Millisecond)), x, y-top-math.Round(lift), 1, ebiten.ColorScale{})
}

var emoteNames = [id.EmoteEnd]string{"", "emote-1", "emote-2", "emote-3", "emote-4", "emote-5", "emote-6", "emote-7", "emote-8"}
