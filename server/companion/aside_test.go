package companion

import (
	"testing"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/plane"
)

// hidden is how much of visitor 1 its companion hides, once it stands.
func (s *stage) hidden() int {
	s.t.Helper()
	c := s.companions()
	v, _, _ := s.room.View().Find(1)
	if len(c) != 1 || c[0].Gait != protocol.Stand {
		s.t.Fatalf("%d companions, or it does not stand:\n%s", len(c), s.dump())
	}
	if s.room.Atlas().PortalAt(c[0].At()) >= 0 {
		s.t.Errorf("it stands in a gate at %v", c[0].At())
	}
	return hides(c[0].At(), v.At())
}

func TestItStandsBesideTheVisitor(t *testing.T) {
	for _, to := range []plane.Point{tile(12, 12), tile(8, 20), tile(38, 14), tile(43, 11), tile(26, 2), tile(30, 22)} {
		s := newStage(t, Options{Script: script})
		s.visitor(1, to, id.El12)
		s.run(LoneFor + 25*time.Second)
		if n := s.hidden(); n != 0 {
			t.Errorf("%v: it hides the visitor by %d at %v", to, n, s.companions()[0].At())
		}
	}
	// In a corner there is one side only; it takes that, or the nearest thing.
	for _, to := range []plane.Point{tile(0, 0), tile(47, 23), tile(47, 0), tile(22, 23)} {
		s := newStage(t, Options{Script: script})
		s.visitor(1, to, id.El12)
		s.run(LoneFor + 30*time.Second)
		if len(s.companions()) == 1 && s.hidden() > 2 {
			t.Errorf("%v: it hides the visitor by %d", to, s.hidden())
		}
	}
}

// Whoever walks to where the companion stands is made room for, and nobody is
// followed by it.
func TestItMakesRoom(t *testing.T) {
	for _, off := range []plane.Point{{}, {X: 60}, {Y: -plane.Tile * 3 / 2}, {Y: plane.Tile * 3 / 2}} {
		s := met(t, Options{}, id.El12)
		c := s.companions()[0].At()
		s.walk(1, c.Add(off))
		if s.hidden() == 0 {
			t.Fatalf("%v: nothing to make room for", off)
		}
		s.run(3 * time.Second)
		if n := s.hidden(); n != 0 {
			t.Errorf("%v: it hides the visitor by %d still", off, n)
		}
		v, _, _ := s.room.View().Find(1)
		now := s.companions()[0]
		if d := distance(now.At(), c); d > 12 {
			t.Errorf("%v: it went %v tiles² for that", off, d)
		}
		if face := int8(plane.Heading(now.At(), v.At()) - now.Heading); face > turnAt || face < -turnAt {
			t.Errorf("%v: it looks %d past the visitor", off, face)
		}
		orders := len(s.log)
		s.run(4 * time.Second)
		if len(s.log) > orders+1 {
			t.Errorf("%v: it does not come to rest:\n%s", off, s.dump())
		}
	}
	s := met(t, Options{}, id.El12)
	c := s.companions()[0].At()
	s.walk(1, c.Add(plane.Point{X: 4 * plane.Tile}))
	s.run(3 * time.Second)
	if at := s.companions()[0].At(); at != c {
		t.Errorf("it followed from %v to %v", c, at)
	}
}
