package panel

import (
	"math/rand/v2"
	"testing"
)

func at(x, y, rank float64) plate {
	return plate{footX: x, footY: y, k: 2, w: 80, h: 17, rank: rank, of: int(rank)}
}

// by is the plate that the caller knows by a number.
func by(ps []plate, of int) *plate {
	for i := range ps {
		if ps[i].of == of {
			return &ps[i]
		}
	}
	return nil
}

func TestNamesDoNotLieOverOneAnother(t *testing.T) {
	ps := []plate{at(100, 100, 5), at(110, 104, 0), at(400, 100, 9), at(478, 112, 10)} // the last two: a corner only
	settle(ps, nil, nil, 1024)
	if by(ps, 5).spot == underFeet && !by(ps, 5).off || by(ps, 0).off || by(ps, 9).off || by(ps, 10).off {
		t.Errorf("%+v", ps)
	}
	for i := range ps {
		for j := range i {
			a, b := &ps[i], &ps[j]
			if s := (rect{a.x, a.y, a.x + a.w, a.y + a.h}).shared(rect{b.x, b.y, b.x + b.w, b.y + b.h}); !a.off && !b.off && s > .1*80*17 {
				t.Errorf("%+v over %+v", *a, *b)
			}
		}
	}
}

// One that was hidden comes back only when there is clearly room.
func TestNamesDoNotFlicker(t *testing.T) {
	wall := []rect{{0, 100, 60, 200}, {140, 100, 200, 200}} // a face to the left and one to the right
	ps := []plate{at(100, 100, 1)}
	settle(ps, nil, nil, 1024)
	if ps[0].off || ps[0].spot != underFeet {
		t.Fatalf("%+v", ps)
	}
	ps[0].footX = 98 // it touches the left one a little
	if settle(ps, wall, nil, 1024); ps[0].off {
		t.Error("it goes for a touch")
	}
	ps[0].footX = 60
	if settle(ps, wall, nil, 1024); !ps[0].off {
		t.Error("it lies over a face")
	}
	ps[0].footX = 98
	if settle(ps, wall, nil, 1024); !ps[0].off {
		t.Error("it flickers")
	}
	ps[0].footX = 100
	if settle(ps, wall, nil, 1024); ps[0].off {
		t.Error("it never comes back")
	}
}

// No name covers a face, nor anything of the page's own, nor another's the
// child's own figure; and the child's own name is always to be seen.
func TestNamesLeaveFacesInSight(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 11))
	for _, page := range [][3]float64{{320, 568, 1.5}, {844, 390, 1.67}, {1366, 768, 2}} {
		w, h, k := page[0], page[1], page[2]
		taken := []rect{{6, h - 116, 118, h - 62}, {w - 200, 6, w - 6, 58}}
		shown, all := 0, 0
		for range 300 {
			var ps []plate
			var faces []rect
			for i := range 12 {
				x, y := rng.Float64()*w, 60*k+rng.Float64()*(h-60*k-80)
				ps = append(ps, plate{footX: x, footY: y, k: k, w: 60 + rng.Float64()*70, h: 17, rank: float64(i), of: i, own: i == 0, off: rng.IntN(3) == 0})
				faces = append(faces, face(x, y, k))
			}
			settle(ps, faces, taken, w)
			for i := range ps {
				p := &ps[i]
				r := rect{p.x, p.y, p.x + p.w, p.y + p.h}
				all++
				if p.off {
					if p.own {
						t.Fatalf("%v: the own name is hidden", page)
					}
					continue
				}
				shown++
				if r.x0 < 1 || r.x1 > w-1 {
					t.Fatalf("%v: half a name: %+v", page, *p)
				}
				if p.own && p.spot == overHead {
					continue // where nothing is free it is better over something
				}
				if me := by(ps, 0); !p.own && r.hits(body(me.footX, me.footY, me.k)) {
					t.Fatalf("%v: %+v lies over the child itself at %v %v", page, *p, me.footX, me.footY)
				}
				for _, f := range faces {
					if r.shared(f) > .1*p.w*p.h {
						t.Fatalf("%v: %+v covers a face %+v", page, *p, f)
					}
				}
				for _, o := range taken {
					if r.hits(o) {
						t.Fatalf("%v: %+v covers the page's own %+v", page, *p, o)
					}
				}
			}
		}
		t.Logf("%v: %d of %d names shown", page, shown, all)
		if shown*2 < all {
			t.Errorf("%v: %d of %d names shown", page, shown, all)
		}
	}
}

// Wherever a sign hangs, it leaves the child's own figure in sight, goes no
// further than needed, and does not jump to and fro.
func TestSignsGiveWay(t *testing.T) {
	page := rect{4, 8, 1362, 684}
	own := figure(683, 620, 2)
	keep := []rect{own, {620, 625, 746, 642}, {540, 625, 945, 703}}
	r, ok := giveWay(rect{652, 572, 714, 600}, keep, page, 0, 0)
	if !ok || r.hits(own) || r.y1-r.y0 != 28 || r.x1-r.x0 != 62 {
		t.Fatalf("%+v %v", r, ok)
	}
	if r.x0 < 600 || r.x1 > 766 {
		t.Errorf("it hangs far from its door: %+v", r)
	}
	// Right in the middle both sides are as near: it stays where it is.
	home := rect{652, 572, 714, 600}
	left, _ := giveWay(home, keep, page, -70, 0)
	right, _ := giveWay(home, keep, page, 70, 0)
	if left.x1 > own.x0 || right.x0 < own.x1 {
		t.Errorf("it jumps: %+v %+v", left, right)
	}
	if r, ok := giveWay(rect{-20, 100, 80, 128}, nil, page, 0, 0); !ok || r.x0 != 4 {
		t.Errorf("half of a name: %+v", r)
	}
	if _, ok := giveWay(home, []rect{{0, 0, 2000, 2000}}, page, 0, 0); ok {
		t.Error("there was no place")
	}
}
