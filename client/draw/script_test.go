package draw

import (
	"encoding/json"
	"testing"
	"time"

	"kakitsubata/client/scene"
	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
)

const catWay = `[{"at": [0, 0], "for": 1000, "frames": [0, 1], "ms": 250}, {"to": [30, 40], "px": 50, "frames": [2], "ms": 100, "flip": true}, {"for": 500, "hide": true}, {"to": [0, 0], "px": 100, "frames": [3]}]`

func TestAScriptIsARing(t *testing.T) {
	var s script
	if err := json.Unmarshal([]byte(catWay), &s); err != nil {
		t.Fatal(err)
	}
	if !s.sound(4) || s.sound(3) {
		t.Fatal("frames that are not there")
	}
	ring := s.ring()
	if ring != 1000+1000+500+500 {
		t.Fatalf("it takes %d ms", ring)
	}
	for _, c := range []struct {
		ms   int64
		want acted
	}{
		{0, acted{frame: 0}}, {250, acted{frame: 1}}, {500, acted{frame: 0}},
		{1500, acted{dx: 15, dy: 20, frame: 2, flip: true}},
		{2100, acted{dx: 30, dy: 40, hidden: true}},
		{2750, acted{dx: 15, dy: 20, frame: 3}},
		{3000, acted{frame: 0}}, {-2900, acted{frame: 0}},
	} {
		if got := s.at(c.ms, ring); got != c.want {
			t.Errorf("at %d: %+v, want %+v", c.ms, got, c.want)
		}
	}
	// Nothing jumps, but where it is hidden or begins anew.
	last := s.at(0, ring)
	for ms := int64(1); ms < ring; ms++ {
		now := s.at(ms, ring)
		if dx, dy := now.dx-last.dx, now.dy-last.dy; dx*dx > 1 || dy*dy > 1 {
			t.Fatalf("at %d it jumps from %+v to %+v", ms, last, now)
		}
		last = now
	}
	if n := testing.AllocsPerRun(10, func() { s.at(1234, ring) }); n != 0 {
		t.Errorf("a script allocates %v times", n)
	}
}

func TestUnsoundScriptsAreRefused(t *testing.T) {
	for _, s := range []string{`[{}]`, `[{"to": [1, 2]}]`, `[{"to": [1], "px": 3}]`, `[{"for": -5}]`, `[{"for": 5, "at": [1]}]`, `[{"for": 5, "frames": [-1]}]`} {
		var sc script
		if err := json.Unmarshal([]byte(s), &sc); err != nil {
			t.Fatal(err)
		}
		if sc.sound(4) {
			t.Errorf("%s is taken", s)
		}
	}
	if (script{}).ring() != 0 || !(script{}).sound(1) {
		t.Error("no script is a script")
	}
}

func TestAShyThingComesBack(t *testing.T) {
	s := shy{Near: 40, Frames: []int{2, 3}, Ms: 80, To: []int{30, -40}, Px: 100, Back: 2000}
	if !s.sound(4) || s.sound(3) {
		t.Fatal("frames")
	}
	if a, gone := s.act(250*time.Millisecond, true); !gone || a.dx != 15 || a.dy != -20 || a.hidden {
		t.Errorf("halfway: %+v", a)
	}
	if a, gone := s.act(time.Second, true); !gone || !a.hidden {
		t.Errorf("away: %+v", a)
	}
	if _, gone := s.act(time.Minute, true); !gone {
		t.Error("it comes back to somebody who waits for it")
	}
	if _, gone := s.act(time.Minute, false); gone {
		t.Error("it never comes back")
	}
}

func TestTheDialTellsTheTime(t *testing.T) {
	for _, c := range []struct{ h, m, hour, minute int }{{0, 0, 0, 0}, {3, 0, 12, 0}, {15, 30, 14, 30}, {23, 59, 47, 59}} {
		if h, m := dialHands(time.Date(2026, 1, 1, c.h, c.m, 0, 0, time.UTC)); h != c.hour || m != c.minute {
			t.Errorf("%d:%d is %d, %d", c.h, c.m, h, m)
		}
	}
}

func TestNobodyIsEverFrozen(t *testing.T) {
	const long = 5 * time.Second
	for _, dir := range []int{0, 1, 3} {
		m := mood{dir: dir, shake: never, dozed: never}
		a := scene.Avatar{ID: 7}
		seen := map[act]bool{}
		for now := 5 * time.Second; now < 5*time.Second+long; now += 16 * time.Millisecond {
			seen[m.pose(&a, now, false)] = true
		}
		if len(seen) < 2 {
			t.Errorf("facing %d it stands like a post", dir)
		}
	}
}

func TestIdleLifeInItsOrder(t *testing.T) {
	m := mood{shake: never, dozed: never}
	a := scene.Avatar{ID: 3, Moved: time.Second}
	first := map[string]time.Duration{}
	for now := time.Second + 200*time.Millisecond; now < 5*time.Minute; now += 50 * time.Millisecond {
		p := m.pose(&a, now, false)
		if _, ok := first[p.frame]; !ok {
			first[p.frame] = now
		}
	}
	for _, f := range []string{"blink-down", "breathe-down", "left", "sit-down", "sleep"} {
		if _, ok := first[f]; !ok {
			t.Errorf("never %s", f)
		}
	}
	if first["breathe-down"] < 4*time.Second || first["sit-down"] < time.Minute || !m.asleep {
		t.Errorf("%v, asleep %v", first, m.asleep)
	}
	// Whoever walks on wakes.
	a.Moved, a.Gait = 5*time.Minute, protocol.Walk
	if p := m.pose(&a, 5*time.Minute, false); p.frame != "down" || m.asleep {
		t.Errorf("%+v", p)
	}
}

func TestFeetDoNotSlide(t *testing.T) {
	m := mood{dir: 1, shake: never}
	a := scene.Avatar{ID: 1, Gait: protocol.Walk}
	last, at := -1, 0.0
	for d := 0.0; d < 200*UnitsPerPixel; d += 4 {
		a.Walked, a.Moved = d, time.Second
		p := m.pose(&a, time.Second, false)
		if p.i != last {
			if last >= 0 && (d-at)/UnitsPerPixel < 8 {
				t.Fatalf("a step of %.1f art pixels", (d-at)/UnitsPerPixel)
			}
			last, at = p.i, d
		}
		if (d-at)/UnitsPerPixel > 10 {
			t.Fatal("the feet slide")
		}
	}
}

func TestEveryEmoteIsActedOut(t *testing.T) {
	still := map[string]bool{}
	for e := id.EmoteHeart; e < id.EmoteChosen; e++ {
		m := mood{shake: never, dozed: never}
		a := scene.Avatar{ID: 2, Emote: e, EmoteAt: 10 * time.Second, Moved: time.Second}
		p := m.pose(&a, 10*time.Second+100*time.Millisecond, false)
		if p.frame == "down" || p.frame == "" {
			t.Errorf("emote %d is not seen", e)
		}
		still[p.frame] = true
		if q := m.pose(&a, 10*time.Second+100*time.Millisecond, true); q.lift != 0 {
			t.Errorf("emote %d hops although motion is reduced", e)
		}
	}
	if len(still) < 7 {
		t.Errorf("only %d ways", len(still))
	}
}

func TestPoseAllocatesNothing(t *testing.T) {
	m := mood{shake: never, dozed: never}
	a := scene.Avatar{ID: 3, Moved: time.Second}
	now := time.Duration(0)
	if n := testing.AllocsPerRun(500, func() { now += 50 * time.Millisecond; m.pose(&a, now, false) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestAWipeClosesCoversAndOpens(t *testing.T) {
	for _, calm := range []bool{false, true} {
		var w wipe
		w.begin(0, false)
		stages := map[wipeStage]bool{}
		gap := 1.0
		for now := time.Duration(0); now < 3*time.Second; now += 10 * time.Millisecond {
			w.run(now, now > time.Second, calm)
			stages[w.stage] = true
			g := w.gap(now, calm)
			if w.stage == wipeCovers && g != 0 {
				t.Fatalf("%v while covered", g)
			}
			if w.stage == wipeCloses && g > gap {
				t.Fatal("it opens while it closes")
			}
			gap = g
		}
		if w.stage != wipeNone || len(stages) != 4 || w.gap(time.Hour, calm) != 1 {
			t.Errorf("calm %v: %v, stage %d", calm, stages, w.stage)
		}
	}
	var w wipe
	w.begin(0, true)
	w.run(wipeMost+time.Millisecond, false, false)
	if w.stage != wipeUncovers {
		t.Error("it waits for ever")
	}
}

func TestEffectsAreBounded(t *testing.T) {
	f := effects{most: maxParticles}
	now := time.Duration(0)
	v := View{}
	v.Fit(1366, 768, 1, 0, 0)
	most := 0
	for range 6000 {
		now += 16 * time.Millisecond
		f.blow(now, floating{"fx-snow", 46, -6, 17}, &v, false)
		f.run(now, 16*time.Millisecond)
		most = max(most, len(f.parts))
	}
	if want := airMost(46, 683, 384, false); most > want || most < want/2 {
		t.Errorf("%d flakes; wanted about %d", most, want)
	}
	for range 500 {
		f.burst(now, "fx-sparkle", 0, 0, 5)
		f.play(now, "fx-tap", 0, 0, 4, time.Millisecond)
	}
	if len(f.parts) > maxParticles || len(f.once) > maxOnce {
		t.Errorf("%d particles, %d effects", len(f.parts), len(f.once))
	}
	f.most = lowParticles
	f.parts = f.parts[:0]
	f.burst(now, "fx-sparkle", 0, 0, 100)
	if len(f.parts) > lowParticles {
		t.Errorf("%d particles on a slow machine", len(f.parts))
	}
	if n := testing.AllocsPerRun(100, func() {
		now += 16 * time.Millisecond
		f.burst(now, "fx-sparkle", 0, 0, 3)
		f.play(now, "fx-tap", 0, 0, 4, time.Millisecond)
		f.run(now, 16*time.Millisecond)
	}); n != 0 {
		t.Errorf("effects allocate %v times a frame", n)
	}
}

func TestSlowMachinesAreFoundOut(t *testing.T) {
	var s slowness
	for range 1000 {
		if s.frame(16 * time.Millisecond) {
			t.Fatal("a fast machine is taken for a slow one")
		}
	}
	found := 0
	for range 600 {
		if s.frame(40 * time.Millisecond) {
			found++
		}
	}
	if found < 2 {
		t.Errorf("found %d times", found)
	}
	if s.frame(5*time.Second) || s.frame(0) {
		t.Error("a page that slept is slow")
	}
}

func TestPaceIsRead(t *testing.T) {
	var p pace
	if m, q := p.read(); m != 0 || q != 0 {
		t.Error("of nothing")
	}
	for i := range 1000 {
		p.add(time.Duration(i%100) * time.Millisecond)
	}
	if m, q := p.read(); m < 40 || m > 60 || q < 90 {
		t.Errorf("%v, %v", m, q)
	}
}
