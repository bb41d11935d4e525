package panel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// crowd8 is n people who talk at once, within a few tiles of the middle.
func crowd8(rng *rand.Rand, n int, w, h, k float64) []box {
	bs := make([]box, 0, 2*n)
	for i := range n {
		x, y := w/2+(rng.Float64()-.5)*12*16*k, h/2+(rng.Float64()-.5)*12*16*k
		for range 1 + rng.IntN(2) {
			bs = append(bs, box{who: uint32(i), w: 70 + rng.Float64()*180, h: 34 + rng.Float64()*56, headX: x, headY: y, k: k})
		}
	}
	rng.Shuffle(len(bs), func(i, j int) { bs[i], bs[j] = bs[j], bs[i] })
	return bs[:min(len(bs), 16)]
}

func TestNoWordsCoverOthersOrAFaceThatSpeaks(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, page := range [][4]float64{{320, 568, 1.5, 62}, {844, 390, 1.67, 8}, {1024, 768, 2, 62}, {1366, 768, 2, 62}, {320, 300, 1.5, 8}} {
		w, h, k, top := page[0], page[1], page[2], page[3]
		all, shrunk := 0, 0
		for range 400 {
			bs := crowd8(rng, 8, w, h, k)
			faces := make([]rect, len(bs))
			for i := range bs {
				faces[i] = bs[i].face()
			}
			arrange(bs, nil, w, h, top)
			for i := range bs {
				b := &bs[i]
				all++
				if b.small {
					shrunk++
				}
				if b.x < -500 {
					continue
				}
				if r := b.body(); !b.small && (r.x0 < placeEdge-1 || r.x1 > w-placeEdge+1 || r.y0 < top-1 || r.y1 > h) {
					t.Fatalf("%v: outside: %+v", page, *b)
				}
				for j := range i {
					if bs[j].x > -500 && b.body().hits(bs[j].body()) {
						t.Fatalf("%v: %+v covers %+v", page, *b, bs[j])
					}
				}
				for j, f := range faces {
					if !bs[j].far && !b.far && bs[j].who != b.who && b.body().hits(f) {
						t.Fatalf("%v: %+v covers the face of %+v", page, *b, bs[j])
					}
					if stem := (rect{b.headX - 1, b.y + b.h, b.headX + 1, b.y + b.h + b.stem}); !bs[j].far && !b.far && !b.small && b.stem > 0 && bs[j].who != b.who && stem.hits(f) {
						t.Fatalf("%v: the stem of %+v crosses the face of %+v", page, *b, bs[j])
					}
				}
				if !b.small && !b.far && b.body().hits(faces[i]) {
					t.Fatalf("%v: %+v covers its own speaker", page, *b)
				}
			}
		}
		t.Logf("%v: %d of %d shrunk", page[:2], shrunk, all)
		if w > 1000 && shrunk*5 > all {
			t.Errorf("%v: %d of %d shrunk on a page that has room", page[:2], shrunk, all)
		}
	}
}

func TestTheNewestKeepsItsPlace(t *testing.T) {
	bs := []box{
		{who: 1, w: 120, h: 40, headX: 400, headY: 300, k: 2},
		{who: 1, w: 200, h: 60, headX: 400, headY: 300, k: 2},
		{who: 2, w: 120, h: 40, headX: 430, headY: 296, k: 2},
	}
	arrange(bs, nil, 1024, 768, 60)
	if bs[0].stem != 0 || bs[0].y != 300-tailH-placeGap-40 {
		t.Errorf("%+v", bs[0])
	}
	if !bs[1].upper || bs[1].y+bs[1].h > bs[0].y || bs[1].small {
		t.Errorf("the older of two: %+v", bs[1])
	}
}

func TestWordsHangBelowWhoStandsAtTheTop(t *testing.T) {
	b := []box{{who: 1, w: 160, h: 60, headX: 500, headY: 70, k: 2}}
	arrange(b, nil, 1024, 768, 60)
	if !b[0].below || b[0].small || b[0].y < 70+40*2 {
		t.Errorf("%+v", b[0])
	}
}

func TestABubbleOfOneWhoIsOffTheScreen(t *testing.T) {
	bs := []box{
		{who: 1, w: 100, h: 30, headX: 900, headY: 200, k: 2},
		{who: 2, w: 100, h: 30, headX: 950, headY: 205, k: 2},
		{who: 3, w: 100, h: 30, headX: 200, headY: -400, k: 2},
	}
	arrange(bs, nil, 400, 500, 10)
	for i, b := range bs {
		if !b.far || b.x < 0 || b.x+b.w > 400 || b.y < 10 || b.y+b.h > 500 {
			t.Fatalf("%+v", b)
		}
		for j := range i {
			if b.body().hits(bs[j].body()) {
				t.Fatalf("%+v covers %+v", b, bs[j])
			}
		}
	}
	if math.Abs(bs[0].turn) > .5 || bs[2].turn > -1 {
		t.Errorf("they point %v and %v", bs[0].turn, bs[2].turn)
	}
}

func TestPlacingAllocatesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	bs := crowd8(rng, 8, 1024, 768, 2)
	plates := make([]plate, 60)
	doors := make([]pointer, 8)
	var faces []rect
	for i := range plates {
		x, y := rng.Float64()*900, rng.Float64()*700
		plates[i] = plate{footX: x, footY: y, k: 2, w: 80, h: 17, rank: float64(i), own: i == 0}
		faces = append(faces, face(x, y, 2))
	}
	if n := testing.AllocsPerRun(50, func() {
		arrange(bs, nil, 1024, 768, 60)
		settle(plates, faces, nil, 1024)
		giveWay(faces[0], faces, rect{0, 0, 1024, 768}, 0, 0)
		point(doors, nil, 1024, 768, 60, 80, 2)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestDoorsArePointedAt(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for range 500 {
		w, h := 320+rng.Float64()*1000, 300+rng.Float64()*500
		doors := make([]pointer, 1+rng.IntN(6))
		for i := range doors {
			doors[i] = pointer{x: rng.Float64()*4000 - 2000, y: rng.Float64()*3000 - 1500, w: 90 + rng.Float64()*60, h: 30}
			doors[i].seen = doors[i].x > 0 && doors[i].x < w && doors[i].y > 0 && doors[i].y < h
		}
		point(doors, nil, w, h, 60, 80, 2)
		shown := 0
		for i := range doors {
			d := &doors[i]
			if d.seen || d.on {
				shown++
			}
			if !d.on {
				continue
			}
			if d.ex < placeEdge-1 || d.ex+d.w > w-placeEdge+1 || d.ey < 59 || d.ey+d.h > h-79 {
				t.Fatalf("outside of %v × %v: %+v", w, h, *d)
			}
			for j := range i {
				if o := &doors[j]; o.on && (rect{o.ex, o.ey, o.ex + o.w, o.ey + o.h}).hits(rect{d.ex, d.ey, d.ex + d.w, d.ey + d.h}) {
					t.Fatalf("%+v covers %+v", *d, *o)
				}
			}
		}
		if shown < min(2, len(doors)) {
			t.Fatalf("%d doors shown of %d", shown, len(doors))
		}
	}
}

// What the page needs for itself, its first-minute guide or the open log, lies
// neither under words nor under a sign that points.
func TestNothingLiesOverThePagesOwn(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for _, page := range [][2]float64{{320, 568}, {844, 390}, {1024, 768}} {
		w, h := page[0], page[1]
		taken := []rect{{6, h - 250, 200, h - 62}, {w - 330, h - 150, w - 10, h - 62}, {w - 180, 6, w - 6, 58}}
		for range 300 {
			bs := crowd8(rng, 8, w, h, 1.6)
			doors := make([]pointer, 4)
			for i := range doors {
				doors[i] = pointer{x: rng.Float64()*4000 - 2000, y: rng.Float64()*3000 - 1500, w: 130, h: 30}
			}
			point(doors, taken, w, h, 64, 92, 2)
			arrange(bs, taken, w, h, 8)
			for _, own := range taken {
				for i := range bs {
					if b := &bs[i]; b.x > nowhere && b.body().hits(own) {
						t.Fatalf("%v: words over %v: %+v", page, own, *b)
					}
				}
				for i := range doors {
					if d := &doors[i]; d.on && d.body().hits(own) {
						t.Fatalf("%v: a sign over %v: %+v", page, own, *d)
					}
				}
			}
		}
	}
}

// Wherever the child's figure is, the card of what is so just now leaves it in
// sight, and does not go away from where it stands without need.
func TestTheCardLeavesTheOwnFigureInSight(t *testing.T) {
	for _, page := range [][4]float64{{320, 568, 302, 137}, {844, 390, 248, 190}, {1024, 768, 384, 137}, {1366, 768, 384, 137}} {
		w, h := page[0], page[1]
		log := rect{6, h - 114, 118, h - 62}
		for y := 90.0; y < h-90; y += 7 {
			c := card{w: page[2], h: page[3]}
			for x := 20.0; x < w-20; x += 5 {
				own := rect{x - 60, y - 70, x + 60, y + 25}
				was := c.at
				if c.choose(own, log, nil, w, h); c.body(c.at, log, w, h).hits(own) {
					t.Fatalf("%v: at %v the card covers a figure at %v, %v", page, c.at, x, y)
				}
				if b := c.body(was, log, w, h); x > 20 && c.at != was && !b.hits(own) {
					t.Fatalf("%v: the card went from %v to %v for a figure at %v, %v", page, was, c.at, x, y)
				}
				if low := h < lowPage; low != (c.at == standLeft || c.at == standRight) {
					t.Fatalf("%v: the card stands %v", page, c.at)
				}
			}
		}
	}
}
