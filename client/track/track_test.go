package track

import (
	"errors"
	"testing"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/atlas"
	"kakitsubata/world/plane"
)

// What follows server/frame's own frames is proved there, in its tests.

func field(t testing.TB) *atlas.Atlas {
	t.Helper()
	a := &atlas.Atlas{
		Place: "field", Width: 16, Height: 16, Earshot: 256, Ground: make([]atlas.Terrain, 256), Spawns: []atlas.Spawn{{}},
		Walls: []plane.Rect{{Min: plane.Point{X: 2000, Y: 900}, Max: plane.Point{X: 2100, Y: 1100}}},
	}
	if err := a.Prepare(); err != nil {
		t.Fatal(err)
	}
	return a
}

func stated(a id.AvatarID, x int32, g protocol.Gait) protocol.Record {
	return protocol.Record{Op: protocol.Stated, Avatar: a, X: x, Y: 1000, Gait: g}
}

func frame(tick id.Tick, reset bool, known []id.AvatarID, records ...protocol.Record) *protocol.Frame {
	f := &protocol.Frame{Tick: tick, Reset: reset}
	for _, a := range known {
		f.Known = append(f.Known, protocol.Known{Avatar: a, Who: protocol.Who{Name: "だれか", Look: id.Look(a)}})
	}
	for i := range records {
		f.Motion = protocol.AppendRecord(f.Motion, &records[i])
	}
	return f
}

func TestWalksAlong(t *testing.T) {
	tr := New(field(t))
	var told []Mark
	apply := func(f *protocol.Frame) {
		t.Helper()
		told = told[:0]
		if err := tr.Apply(f, func(m *Mark) { told = append(told, *m) }); err != nil {
			t.Fatal(err)
		}
	}
	apply(frame(1, true, []id.AvatarID{1, 2}, stated(1, 1000, protocol.Stand), stated(2, 1800, protocol.Walk)))
	if len(told) != 2 || tr.Len() != 2 || told[1].At.X != 1800 || told[1].Who.Look != 2 {
		t.Fatalf("%+v", told)
	}
	apply(frame(2, false, nil)) // only 2 walks
	if len(told) != 1 || told[0].Avatar != 2 || told[0].At.X != 1857 {
		t.Fatalf("%+v", told)
	}
	apply(frame(3, false, nil, protocol.Record{Op: protocol.Walks, Avatar: 1, Heading: plane.South}))
	if len(told) != 2 || told[0].At != (plane.Point{X: 1000, Y: 1057}) || told[1].At.X != 1914 {
		t.Fatalf("%+v", told)
	}
	apply(frame(4, false, nil, protocol.Record{Op: protocol.Stands, Avatar: 1, Heading: 9}))
	apply(frame(5, false, nil))
	m, ok := tr.Find(1)
	if two, _ := tr.Find(2); !ok || m.At.Y != 1057 || m.Heading != 9 || m.Gait != protocol.Stand || two.At.X != 2000-atlas.FootX {
		t.Fatalf("%+v, and %+v stands at the wall", m, two)
	}
	apply(frame(6, false, nil, protocol.Record{Op: protocol.Gone, Avatar: 2}))
	if len(told) != 1 || !told[0].Gone || told[0].Avatar != 2 || tr.Len() != 1 {
		t.Fatalf("%+v", told)
	}
	apply(frame(7, false, nil, stated(2, 500, protocol.Seated))) // who it is was not forgotten
	if m, _ := tr.Find(2); m.Who.Look != 2 || m.Gone || m.Gait != protocol.Seated {
		t.Fatalf("%+v", m)
	}
	apply(frame(99, true, []id.AvatarID{3}, stated(3, 700, protocol.Stand), stated(2, 501, protocol.Stand))) // 1 is not there any more
	gone := 0
	for _, m := range told {
		if m.Gone {
			gone++
		}
	}
	if len(told) != 3 || gone != 1 || tr.Len() != 2 {
		t.Fatalf("%+v", told)
	}
	seen := 0
	for m := range tr.All() {
		seen += int(m.Avatar)
	}
	if seen != 5 {
		t.Errorf("%d", seen)
	}
}

// What does not fit is not followed, until a frame begins anew.
func TestLost(t *testing.T) {
	walks := func(a id.AvatarID) protocol.Record { return protocol.Record{Op: protocol.Walks, Avatar: a} }
	for name, bad := range map[string]*protocol.Frame{
		"of somebody unknown":      frame(2, false, nil, walks(9)),
		"gone before it came":      frame(2, false, nil, protocol.Record{Op: protocol.Gone, Avatar: 9}),
		"stated without a name":    frame(2, false, nil, stated(9, 0, 0)),
		"two of one":               frame(2, false, nil, walks(1), stated(1, 0, 0)),
		"a turn in a beginning":    frame(2, true, nil, walks(1)),
		"a tick that was":          frame(1, false, nil),
		"what is no record":        {Tick: 2, Motion: []byte{0xff}},
		"a record and a half":      {Tick: 2, Motion: append(protocol.AppendRecord(nil, &protocol.Record{Op: protocol.Walks, Avatar: 1}), 4)},
		"more than a room's worth": {Tick: 2, Known: make([]protocol.Known, maxKnown)},
	} {
		tr := New(field(t))
		if err := tr.Apply(frame(1, false, nil), nil); !errors.Is(err, ErrLost) {
			t.Fatalf("a first frame that does not begin: %v", err)
		}
		if err := tr.Apply(frame(1, true, []id.AvatarID{1}, stated(1, 1000, protocol.Walk)), nil); err != nil {
			t.Fatal(err)
		}
		if err := tr.Apply(bad, nil); !errors.Is(err, ErrLost) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := tr.Apply(frame(3, false, []id.AvatarID{7}), nil); !errors.Is(err, ErrLost) {
			t.Errorf("%s: followed on: %v", name, err)
		}
		if err := tr.Apply(frame(4, true, nil, stated(7, 40, 0)), nil); err != nil || tr.Len() != 1 {
			t.Errorf("%s: does not find back: %v", name, err)
		}
	}
}

// A long visit to a room through which many pass remembers so many and no more;
// of those in sight nobody is forgotten.
func TestNamesAreBounded(t *testing.T) {
	tr := New(field(t))
	if err := tr.Apply(frame(1, true, []id.AvatarID{1}, stated(1, 1000, protocol.Stand)), nil); err != nil {
		t.Fatal(err)
	}
	for i := range id.AvatarID(3 * maxKnown) {
		a := 10 + i
		if err := tr.Apply(frame(id.Tick(2+2*i), false, []id.AvatarID{a}, stated(a, 1000, 0)), nil); err != nil {
			t.Fatal(err)
		}
		if err := tr.Apply(frame(id.Tick(3+2*i), false, nil, protocol.Record{Op: protocol.Gone, Avatar: a}), nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(tr.who) > maxKnown || tr.who[1].Name == "" {
		t.Errorf("%d names", len(tr.who))
	}
}

func FuzzApply(f *testing.F) {
	motion := func(records ...protocol.Record) []byte { return frame(0, false, nil, records...).Motion }
	f.Add(true, motion(stated(1, 1000, protocol.Walk), stated(2, -5, protocol.Seated)), motion(protocol.Record{Op: protocol.Walks, Avatar: 1, Heading: 3}))
	f.Add(true, motion(stated(1, 1<<30, protocol.Walk), stated(2, -1<<31, protocol.Walk)), []byte{})
	f.Add(false, []byte{0xff}, motion(protocol.Record{Op: protocol.Gone, Avatar: 1}))
	a := field(f)
	f.Fuzz(func(t *testing.T, reset bool, one, two []byte) {
		tr := New(a)
		known := []protocol.Known{{Avatar: 1}, {Avatar: 2}, {Avatar: 3}}
		told := map[id.AvatarID]Mark{}
		for i, m := range [][]byte{one, two, nil, two} {
			err := tr.Apply(&protocol.Frame{Tick: id.Tick(i + 1), Reset: reset && i < 2, Known: known, Motion: m}, func(m *Mark) {
				if told[m.Avatar] = *m; m.Gone {
					delete(told, m.Avatar)
				}
			})
			if err != nil {
				continue
			}
			if tr.Len() != len(told) || tr.Len() > len(known) {
				t.Fatalf("told of %d, believes in %d", len(told), tr.Len())
			}
			for m := range tr.All() {
				if told[m.Avatar].At != m.At || told[m.Avatar].Gait != m.Gait {
					t.Fatalf("told %+v, believes %+v", told[m.Avatar], *m)
				}
			}
		}
	})
}

func BenchmarkApply(b *testing.B) {
	tr := New(field(b))
	var all []id.AvatarID
	var at []protocol.Record
	for i := range id.AvatarID(100) {
		all = append(all, i+1)
		at = append(at, stated(i+1, 300+30*int32(i), protocol.Walk))
	}
	if err := tr.Apply(frame(1, true, all, at...), nil); err != nil {
		b.Fatal(err)
	}
	f := frame(2, false, nil)
	b.ReportAllocs()
	for b.Loop() {
		f.Tick++
		if err := tr.Apply(f, nil); err != nil {
			b.Fatal(err)
		}
	}
}
