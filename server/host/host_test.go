package host

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/server/frame"
	"kakitsubata/world"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// meadow has a portal in its east.
func meadow(t testing.TB) *atlas.Atlas {
	t.Helper()
	at := func(x, y int32) plane.Point { return plane.Point{X: x * plane.Tile, Y: y * plane.Tile} }
	a := &atlas.Atlas{
		Place: "meadow", Title: "はらっぱ", Width: 40, Height: 20, Earshot: 8 * plane.Tile,
		Ground:  make([]atlas.Terrain, 40*20),
		Spawns:  []atlas.Spawn{{Name: "entrance", At: at(5, 10)}},
		Portals: []atlas.Portal{{Name: "gate", Area: plane.Rect{Min: at(10, 0), Max: at(12, 20)}, To: "forest", At: "door"}},
	}
	if err := a.Prepare(); err != nil {
		t.Fatal(err)
	}
	return a
}

type viewer struct {
	mu     sync.Mutex
	frames int
	notes  []frame.Note
}

func (v *viewer) See(*frame.Frame, *frame.Press) { v.mu.Lock(); v.frames++; v.mu.Unlock() }
func (v *viewer) Tell(n frame.Note)              { v.mu.Lock(); v.notes = append(v.notes, n); v.mu.Unlock() }
func (v *viewer) seen() int                      { v.mu.Lock(); defer v.mu.Unlock(); return v.frames }
func (v *viewer) told(op frame.Op) (out []frame.Note) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, n := range v.notes {
		if n.Op == op {
			out = append(out, n)
		}
	}
	return out
}

func play(t *testing.T, capacity int, f func(h *Host)) error {
	t.Helper()
	var err error
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		h := New(Options{
			Room: id.RoomID{City: "test", Place: "meadow", Copy: 1}, Atlas: meadow(t), AtlasName: "meadow-1",
			Title: "はらっぱ", Capacity: capacity,
		})
		done := make(chan struct{})
		go func() { defer close(done); err = h.Run(ctx) }()
		f(h)
		cancel()
		<-done
	})
	return err
}

func bring(t *testing.T, h *Host, a id.AvatarID, v Viewer) {
	t.Helper()
	if err := h.Join(context.Background(), a, protocol.Who{Name: "くま" + strconv.Itoa(int(a))}, "", v); err != nil {
		t.Fatal(err)
	}
}

func TestJoinTellsThenShows(t *testing.T) {
	err := play(t, 2, func(h *Host) {
		v := new(viewer)
		bring(t, h, 1, v)
		if len(v.told(frame.Entered)) != 1 {
			t.Error("Entered is not told before Join returns")
		}
		bring(t, h, 2, new(viewer))
		if err := h.Join(context.Background(), 3, protocol.Who{Name: "x"}, "", v); !errors.Is(err, ErrFull) {
			t.Errorf("a full room lets in: %v", err)
		}
		time.Sleep(time.Second)
		if v.seen() < 15 || h.Meter().Visitors.Load() != 2 {
			t.Errorf("%d frames in a second, %d visitors", v.seen(), h.Meter().Visitors.Load())
		}
	})
	if err != nil {
		t.Error(err)
	}
}

func TestLampFollowsObservers(t *testing.T) {
	_ = play(t, 5, func(h *Host) {
		v, eye := new(viewer), new(viewer)
		bring(t, h, 1, v)
		if err := h.Watch(context.Background(), eye); err != nil {
			t.Fatal(err)
		}
		if n := v.told(frame.Lamp); len(n) != 2 || n[0].On || !n[1].On {
			t.Errorf("the lamp: %+v", n)
		}
		late := new(viewer)
		bring(t, h, 2, late)
		if n := late.told(frame.Lamp); len(n) != 1 || !n[0].On {
			t.Error("who comes later is not told that somebody watches")
		}
		_ = h.Do(world.SayPhrase(1, 3))
		time.Sleep(200 * time.Millisecond)
		if len(eye.told(frame.Phrased)) != 1 {
			t.Error("the observer does not hear")
		}
		h.Unwatch(eye)
		time.Sleep(200 * time.Millisecond)
		if n := v.told(frame.Lamp); len(n) != 3 || n[2].On {
			t.Error("the lamp does not go out")
		}
		dark := new(viewer)
		bring(t, h, 3, dark)
		if n := dark.told(frame.Lamp); len(n) != 1 || n[0].On {
			t.Error("who comes from a watched room is not told that nobody watches here")
		}
	})
}

func TestPortalIsToldToItsViewer(t *testing.T) {
	_ = play(t, 5, func(h *Host) {
		v := new(viewer)
		bring(t, h, 1, v)
		_ = h.Do(world.Move(1, 1, 0, 0, protocol.Walk))
		time.Sleep(3 * time.Second)
		n := v.told(frame.Left)
		if len(n) != 1 || n[0].To != "forest" || n[0].ToAt != "door" || n[0].Portal != "gate" {
			t.Fatalf("told %+v", n)
		}
		before := v.seen()
		time.Sleep(time.Second)
		if v.seen() != before || h.Meter().Visitors.Load() != 0 {
			t.Error("it still sees the room it left")
		}
	})
}

// Whoever gives up watching before it has begun leaves no lamp behind.
func TestWatchGivenUp(t *testing.T) {
	_ = play(t, 5, func(h *Host) {
		v, eye := new(viewer), new(viewer)
		bring(t, h, 1, v)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := h.Watch(ctx, eye); !errors.Is(err, context.Canceled) {
			t.Errorf("given up: %v", err)
		}
		time.Sleep(200 * time.Millisecond)
		if n := v.told(frame.Lamp); n[len(n)-1].On || h.Meter().Observers.Load() != 0 {
			t.Error("the lamp stays on")
		}
	})
}

type broken struct{}

func (*broken) See(*frame.Frame, *frame.Press) { panic("a fault in the room's own goroutine") }
func (*broken) Tell(n frame.Note) {
	if n.Op == frame.Over {
		panic("and again")
	}
}

// A panic ends the room, tells everybody, and answers whoever waits.
func TestPanicEndsTheRoomAlone(t *testing.T) {
	err := play(t, 5, func(h *Host) {
		v := new(viewer)
		bring(t, h, 1, v)
		go func() { _ = h.Join(context.Background(), 2, protocol.Who{Name: "x"}, "", new(broken)) }()
		<-h.Done()
		synctest.Wait()
		if len(v.told(frame.Over)) != 1 {
			t.Error("nobody is told that the room is over")
		}
		if err := h.Join(context.Background(), 3, protocol.Who{Name: "x"}, "", v); !errors.Is(err, ErrOver) {
			t.Errorf("joined a room that is over: %v", err)
		}
		if err := h.Do(world.Leave(1)); !errors.Is(err, ErrOver) {
			t.Errorf("commanded a room that is over: %v", err)
		}
	})
	if err == nil {
		t.Error("the panic is not returned")
	}
}

func TestInboxIsBounded(t *testing.T) {
	h := New(Options{Room: id.RoomID{City: "test", Place: "meadow", Copy: 1}})
	var err error
	for range maxInbox + 1 {
		err = h.Do(world.Move(1, 1, 0, 0, protocol.Walk))
	}
	if !errors.Is(err, ErrFlooded) {
		t.Errorf("command %d: %v", maxInbox+1, err)
	}
	if err := h.Do(world.Leave(1)); err != nil {
		t.Errorf("a leave finds no room: %v", err)
	}
}
