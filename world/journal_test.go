package world

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"kakitsubata/protocol"
	"kakitsubata/protocol/id"
	"kakitsubata/world/plane"
)

// A whole little afternoon: who comes, walks, sits, speaks and goes.
func story() *Journal {
	var j Journal
	record := func(tick id.Tick, in ...Command) {
		if err := j.Record(tick, in); err != nil {
			panic(err)
		}
	}
	record(100, Enter(1, who(1), ""), Enter(2, who(2), "there"))
	record(101, Move(1, 1, 103, plane.Heading(middle(10, 12), middle(5, 6)), protocol.Walk), Move(2, 1, 0, 140, protocol.Walk))
	for tick := id.Tick(102); tick < 140; tick++ {
		record(tick)
	}
	record(140, Move(1, 2, 0, plane.North, protocol.Stand), said(2, 11))
	record(160, Enter(3, who(3), "east-gate"))
	for tick := id.Tick(161); tick < 185; tick++ {
		record(tick)
	}
	record(185, Sit(1, 0), Sit(2, 0), Haunt(2, true), SayPhrase(1, 5), Emote(1, id.EmoteHeart), Move(3, 1, 190, 130, protocol.Walk))
	record(186, said(3, 12), Leave(2))
	for tick := id.Tick(187); tick < 200; tick++ {
		record(tick)
	}
	return &j
}

func TestStoryGolden(t *testing.T) {
	room, hash := Replay(garden(t), Options{}, story())
	var got strings.Builder
	v := room.View()
	fmt.Fprintf(&got, "tick %d\n", v.Tick)
	for cell, states := range v.Cells() {
		fmt.Fprintf(&got, "cell %d\n", cell)
		for _, s := range states {
			_, ack, _ := v.Find(s.Avatar)
			fmt.Fprintf(&got, "  %d %s at (%d,%d) heading %d gait %d emote %d ghost %v ack %d\n",
				s.Avatar, s.Who.Name, s.X, s.Y, s.Heading, s.Gait, s.Emote, s.Ghost, ack)
		}
	}
	const want = `tick 199
cell 15
  1 ペンギン1 at (1408,1408) heading 64 gait 2 emote 1 ghost false ack 2
cell 68
  3 ペンギン3 at (9286,3554) heading 130 gait 1 emote 0 ghost false ack 1
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
	if want := uint64(0x5bfbba2920bc34dc); hash != want {
		t.Errorf("hash %#x, want %#x", hash, want)
	}
}

func TestJournalKeepsNoWords(t *testing.T) {
	in := []Command{said(1, 42)}
	var j Journal
	if err := j.Record(1, in); err != nil {
		t.Fatal(err)
	}
	for _, got := range j.Steps() {
		if len(got) != 1 || !got[0].Words.Zero() || got[0].Utterance != 42 || got[0].Runes != 3 || got[0].Hash != 42*77 {
			t.Errorf("%+v", got)
		}
	}
}

func TestJournalKeepsEveryCommand(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	for range 50 {
		var j Journal
		var want [][]Command
		var ticks []id.Tick
		now := id.Tick(r.IntN(100))
		for range 30 {
			now += 1 + id.Tick(r.IntN(3)/2*r.IntN(1000))
			in := anything(r, now)
			if r.IntN(2) == 0 {
				in = nil
			}
			if err := j.Record(now, in); err != nil {
				t.Fatal(err)
			}
			want, ticks = append(want, in), append(ticks, now)
		}
		i := 0
		for tick, in := range j.Steps() {
			// A first tick that is not 1 is a gap, as any other.
			if tick != ticks[i] || len(in) != len(want[i]) || len(in) > 0 && !reflect.DeepEqual(in, want[i]) {
				t.Fatalf("step %d: tick %d, %+v, want tick %d, %+v", i, tick, in, ticks[i], want[i])
			}
			i++
		}
		if i != len(want) {
			t.Fatalf("%d steps, want %d", i, len(want))
		}
	}
}

func TestJournalRefusesWhatItCannotHold(t *testing.T) {
	long := Enter(1, who(1), strings.Repeat("x", maxJournalText+1))
	for name, c := range map[string]Command{"a long text": long, "an unknown op": {Op: opEnd}, "no op": {}} {
		var j Journal
		if err := j.Record(1, []Command{Leave(5)}); err != nil {
			t.Fatal(err)
		}
		if err := j.Record(2, []Command{c}); !errors.Is(err, ErrJournal) {
			t.Errorf("%s: %v", name, err)
		}
		if err := j.Record(3, nil); !errors.Is(err, ErrJournal) {
			t.Errorf("%s: it went on after a gap: %v", name, err)
		}
		steps := 0
		for _, in := range j.Steps() {
			if steps++; len(in) != 1 || in[0] != Leave(5) {
				t.Errorf("%s: what it held before is spoilt: %+v", name, in)
			}
		}
		if steps != 1 {
			t.Errorf("%s: %d steps", name, steps)
		}
	}
	full := Journal{steps: MaxJournalSteps}
	if err := full.Record(1, nil); !errors.Is(err, ErrJournalFull) {
		t.Errorf("after a day: %v", err)
	}
}

func encoded(t testing.TB, j *Journal) []byte {
	t.Helper()
	var b bytes.Buffer
	if n, err := j.WriteTo(&b); err != nil || n != int64(b.Len()) {
		t.Fatal(n, err)
	}
	return b.Bytes()
}

func TestReadFromRefuses(t *testing.T) {
	whole := encoded(t, story())
	bad := map[string][]byte{
		"nothing":          nil,
		"another version":  bytes.Replace(whole, []byte("journal 1"), []byte("journal 2"), 1),
		"an unknown op":    append([]byte(journalMagic), 0, 0, 1, byte(opEnd), 1),
		"a bare count":     append([]byte(journalMagic), 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f),
		"endless idling":   append([]byte(journalMagic), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0, 0),
		"a huge gap":       append([]byte(journalMagic), 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 0),
		"too many steps":   bytes.Join([][]byte{[]byte(journalMagic), {0x80, 0x80, 0x60, 0, 0}, {0x80, 0x80, 0x60, 0, 0}}, nil),
		"a number too big": append([]byte(journalMagic), 0, 0, 1, byte(OpEmote), 1, 0xff, 0x7f),
		"a strange flag":   append([]byte(journalMagic), 0, 0, 1, byte(OpHaunt), 1, 2),
		"a long name":      append([]byte(journalMagic), 0, 0, 1, byte(OpEnter), 1, 0, 0xff, 0x7f),
		"not UTF-8":        append([]byte(journalMagic), 0, 0, 1, byte(OpEnter), 1, 0, 1, 0xff, 0, 0),
	}
	for n := range whole {
		if n > len(journalMagic) && n < len(whole)-3 && n%5 == 0 {
			bad[fmt.Sprintf("the first %d bytes", n)] = whole[:n]
		}
	}
	for name, b := range bad {
		j := *story()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := j.ReadFrom(bytes.NewReader(b))
		runtime.ReadMemStats(&after)
		if strings.HasPrefix(name, "the first") && err == nil {
			continue // it ended between two entries: a shorter journal
		}
		if !errors.Is(err, ErrJournal) {
			t.Errorf("%s: %v", name, err)
		}
		if !bytes.Equal(encoded(t, &j), encoded(t, story())) {
			t.Errorf("%s: the journal was changed", name)
		}
		if got := after.TotalAlloc - before.TotalAlloc; got > 64<<10+uint64(len(b))*64 {
			t.Errorf("%s: %d bytes allocated", name, got)
		}
	}
	endless := &zeros{left: 10 * MaxJournalBytes}
	var j Journal
	if n, err := j.ReadFrom(endless); !errors.Is(err, ErrJournal) || n > MaxJournalBytes+100 {
		t.Errorf("read %d bytes of an endless file: %v", n, err)
	}
}

type zeros struct{ left int }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left -= len(p); z.left < 0 {
		return 0, errors.New("it was read to the end")
	}
	clear(p)
	return len(p), nil
}

func FuzzJournal(f *testing.F) {
	whole := encoded(f, story())
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte(journalMagic))
	bomb, err := hex.DecodeString("0000ffffffff0f")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append([]byte(journalMagic), bomb...))
	a := garden(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		var j Journal
		if _, err := j.ReadFrom(bytes.NewReader(b)); err != nil {
			return
		}
		if j.steps > 5000 {
			return
		}
		_, one := Replay(a, Options{Capacity: 50}, &j)
		var again Journal
		if _, err := again.ReadFrom(bytes.NewReader(encoded(t, &j))); err != nil {
			t.Fatal(err)
		}
		if _, two := Replay(a, Options{Capacity: 50}, &again); one != two {
			t.Fatal("written and read again it is another room")
		}
	})
}
